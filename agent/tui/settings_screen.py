"""The settings, built from their declarations: each with what it does and where its value comes from."""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Footer, Input, Select, Static, Switch

from agent.events import AgentError
from agent.plaintext import line
from agent.settings import FIELDS, Field, Loaded
from agent.tui import work

Keep = Callable[[str, object], str]
"""Keeps a value of a setting by name; returns a sentence when it cannot, else nothing."""

AT_ONCE = {"theme", "show_timeline", "microphone", "pause_ms", "review_words"}


class Microphones(Message, bubble=False):
    """The names of the microphones there are."""

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self.names = names


def find_microphones(post: work.Post) -> threading.Thread:
    """Ask the sound system, which may take a while or not answer; posts `Microphones` if it does."""

    def ask() -> None:
        from agent.audio.microphone import devices

        with suppress(AgentError):  # recording says why
            post(Microphones(devices()))

    return work.start(ask)


class Setting(Vertical):
    """One setting: its name and control, and beneath what it does."""

    def __init__(
        self, field: Field, value: str | bool | int, origin: str, choices: tuple[str, ...], keep: Keep
    ) -> None:
        super().__init__(classes="setting")
        self.field = field
        self.value = value
        self.origin = origin
        self.choices = choices
        self.keep = keep

    def compose(self) -> ComposeResult:
        """The control that suits the type."""
        with Horizontal(classes="setting-row"):
            yield Static(self.field.name.replace("_", " "), classes="setting-name")
            yield self._control()
        yield Static(self._text(self.field.help, self.origin), classes="setting-help")

    def _control(self) -> Widget:
        if isinstance(self.value, bool):
            return Switch(self.value)
        if self.choices or self.field.name == "microphone":
            options = self._options(self.choices)
            return Select(options, value=self.value, allow_blank=False, compact=True)
        return Input(line(str(self.value)), placeholder="empty", compact=True)

    def _options(self, choices: Iterable[str]) -> list[tuple[str, str | int]]:
        if self.field.name != "microphone":
            return [(choice, choice) for choice in choices]
        # One that is unplugged just now stays chosen.
        named = dict.fromkeys(["", str(self.value), *choices])
        return [(line(name) if name else "the system's", name) for name in named]

    def on_mount(self) -> None:
        """The microphones are looked for meanwhile."""
        if self.field.name == "microphone":
            find_microphones(self.post_message)

    @on(Microphones)
    def _found(self, event: Microphones) -> None:
        select = self.query_one(Select)
        with select.prevent(Select.Changed):
            select.set_options(self._options(event.names))
            select.value = self.value

    def _text(self, sentence: str, origin: str) -> Content:
        return Content.assemble(sentence, ("  " + line(origin), "italic"))

    def on_switch_changed(self, event: Switch.Changed) -> None:
        """On or off."""
        self._change(event.value)

    def on_select_changed(self, event: Select.Changed) -> None:
        """Another choice."""
        self._change(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter keeps the text."""
        self._change(self.field.parse(event.value))

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """So does going on to the next."""
        self._change(self.field.parse(event.value))

    def _change(self, value: object) -> None:
        if value == self.value:
            return
        problem = self.keep(self.field.name, value)
        help_ = self.query_one(".setting-help", Static)
        self.set_class(bool(problem), "problem")
        if problem:
            help_.update(self._text(problem, ""))
            return
        assert isinstance(value, str | bool | int)
        self.value = value
        if self.origin.startswith(("environment", "flag")):
            word = f"kept, but {self.origin} stands above it"
        else:
            word = "kept" if self.field.name in AT_ONCE else "kept, from the next start on"
        help_.update(self._text(self.field.help, word))


class SettingsScreen(ModalScreen[None]):
    """Every setting; a change is kept at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("tab", "app.focus_next", "Next"),
    ]

    def __init__(self, loaded: Loaded, keep: Keep) -> None:
        super().__init__()
        self.loaded = loaded
        self.keep = keep

    def compose(self) -> ComposeResult:
        """One below the other, as they are declared."""
        with Vertical(classes="dialog"):
            yield Static("Settings", classes="dialog-title")
            with VerticalScroll(can_focus=False):
                for field in FIELDS:
                    choices = tuple(sorted(self.app.available_themes)) if field.name == "theme" else field.choices
                    value = getattr(self.loaded.settings, field.name)
                    if choices and value not in choices:
                        choices = (*choices, value)
                    yield Setting(field, value, self.loaded.origins[field.name], choices, self.keep)
        yield Footer(show_command_palette=False)
