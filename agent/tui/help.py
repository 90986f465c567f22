"""Screens that are read: the keys and commands, and what was given to the model."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Markdown, Static

from agent.plaintext import visible
from agent.tui.commands import COMMANDS

KEY_NAMES = {"escape": "Esc", "f1": "F1", "f2": "F2"}
WRITING = (
    ("Enter", "Send"),
    ("Shift+Enter, Ctrl+J", "New line"),
    ("Up, Down", "What you sent before"),
    ("Blank, then /", "Words that begin with a slash"),
    ("PageUp, PageDown", "Earlier and later messages"),
    ("Ctrl+P", "Every command, by name"),
)


def key_name(key: str) -> str:
    """A key as people write it: `ctrl+r` is `Ctrl+R`."""
    return KEY_NAMES.get(key) or f"Ctrl+{key.removeprefix('ctrl+').upper()}"


class Help(ModalScreen[None]):
    """Every key and command, from the table of commands."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f1", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """A row for each."""
        with Vertical(classes="dialog"):
            yield Static("Keys and commands", classes="dialog-title")
            with VerticalScroll():
                for keys, what in WRITING:
                    yield self._row(keys, what)
                for command in COMMANDS:
                    slash = f"/{command.slash} {command.argument}".rstrip() if command.slash else ""
                    yield self._row(
                        "  ".join(filter(None, (command.key and key_name(command.key), slash))), command.help
                    )
        yield Footer(show_command_palette=False)

    def _row(self, keys: str, what: str) -> Horizontal:
        return Horizontal(Static(keys, classes="keys", markup=False), Static(what, markup=False), classes="key-row")

    def on_mount(self) -> None:
        """The arrows scroll at once."""
        self.query_one(VerticalScroll).focus()


class Reading(ModalScreen[None]):
    """A text in Markdown over the chat; Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f1", "dismiss", "Close")]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.heading = title
        self.body = text

    def compose(self) -> ComposeResult:
        """A title and the scrolling text."""
        with Vertical(classes="dialog"):
            yield Static(self.heading, classes="dialog-title", markup=False)
            with VerticalScroll():
                yield Markdown(visible(self.body), open_links=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """The arrows scroll at once."""
        self.query_one(VerticalScroll).focus()
