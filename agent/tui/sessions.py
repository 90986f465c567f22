"""The conversations: find one, go on with it, rename it, delete it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from agent.emotions import look
from agent.events import AgentError
from agent.plaintext import line, visible
from agent.store import Conversation, Store


def when(updated: str, now: datetime) -> str:
    """A moment (ISO 8601, UTC) as people say it: today, yesterday, 5 days ago, 2025-03-01."""
    days = (now.astimezone().date() - datetime.fromisoformat(updated).astimezone().date()).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 30 else updated[:10]


class Confirm(ModalScreen[bool]):
    """A question whose safe answer has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss(False)", "Keep"),
        Binding("y", "dismiss(True)", "Delete"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self.question = question

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        with Vertical(classes="dialog narrow"):
            yield Static(Content(self.question), classes="dialog-title")
            with Horizontal(classes="buttons"):
                yield Button("Keep it", id="keep")
                yield Button("Delete it", id="delete", variant="error")
        yield Footer(show_command_palette=False)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Either button answers."""
        self.dismiss(event.button.id == "delete")


class Rename(ModalScreen[str | None]):
    """A new title."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Leave it")]

    def __init__(self, title: str) -> None:
        super().__init__()
        self.old = title

    def compose(self) -> ComposeResult:
        """One field, holding the present title."""
        with Vertical(classes="dialog narrow"):
            yield Static("New title", classes="dialog-title")
            yield Input(line(self.old), max_length=200)
        yield Footer(show_command_palette=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes it; an empty title leaves the old one."""
        self.dismiss(event.value.strip() or None)


class Sessions(ModalScreen[int | None]):
    """The list, newest first; dismissed with the conversation to go on with."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Close"),
        Binding("enter", "resume", "Resume", priority=True),
        Binding("f2", "rename", "Rename"),
        Binding("ctrl+d", "delete", "Delete", priority=True),
        Binding("up", "move('up')", "Up", show=False),
        Binding("down", "move('down')", "Down", show=False),
        Binding("pageup", "move('page_up')", "Page up", show=False),
        Binding("pagedown", "move('page_down')", "Page down", show=False),
    ]

    def __init__(self, store: Store, words: str = "") -> None:
        super().__init__()
        self.store = store
        self.words = words
        self.found: list[Conversation] = []
        self.deleted: set[int] = set()

    def compose(self) -> ComposeResult:
        """A search field above the list."""
        with Vertical(classes="dialog"):
            yield Static("Conversations", classes="dialog-title")
            yield Input(self.words, placeholder="Search titles and words", id="search")
            yield OptionList(id="conversations")
            yield Static("", id="said")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """All of them; the keys of the list work from the search field."""
        self.query_one(OptionList).can_focus = False
        self.refresh_list()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while typing."""
        self.refresh_list()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click resumes."""
        self.action_resume()

    def refresh_list(self) -> None:
        """Read the conversations that match and keep the cursor near where it was."""
        query = self.query_one(Input).value.strip()
        said = f"Nothing is found for “{visible(query)}”." if query else "There are no conversations yet."
        try:
            self.found = self.store.conversations(search=query)
        except AgentError as error:
            self.found, said = [], str(error)
        options = self.query_one(OptionList)
        at = options.highlighted or 0
        options.clear_options()
        options.add_options(Option(self._line(conversation)) for conversation in self.found)
        if self.found:
            options.highlighted = min(at, len(self.found) - 1)
        options.display = bool(self.found)
        self._say("" if self.found else said)
        self.refresh_bindings()

    def _say(self, sentence: str) -> None:
        said = self.query_one("#said", Static)
        said.update(Content(sentence))
        said.display = bool(sentence)

    def _change(self, change: Callable[[], None]) -> None:
        """Change the store, show what it holds now, and say why where it could not be changed."""
        problem = ""
        try:
            change()
        except AgentError as error:
            problem = str(error)
        self.refresh_list()
        if problem:
            self._say(problem)

    def _line(self, conversation: Conversation) -> Content:
        turns = "1 turn" if conversation.turns == 1 else f"{conversation.turns} turns"
        looks = [look(label) for label in conversation.emotions]
        return Content.assemble(
            line(conversation.title) or "untitled",
            (f"\n{when(conversation.updated, datetime.now(UTC))} · {turns}  ", "$foreground-muted"),
            *((f"{seen.glyph} ", seen.colour) for seen in looks),
        )

    @property
    def chosen(self) -> Conversation | None:
        """The conversation under the cursor."""
        at = self.query_one(OptionList).highlighted
        return self.found[at] if at is not None and at < len(self.found) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a conversation there is nothing to resume, rename or delete."""
        return not (action in ("resume", "rename", "delete") and self.is_mounted and not self.chosen)

    def action_move(self, where: str) -> None:
        """Move the cursor of the list."""
        options = self.query_one(OptionList)
        getattr(options, {"up": "action_cursor_up", "down": "action_cursor_down"}.get(where, f"action_{where}"))()

    def action_resume(self) -> None:
        """Go on with the chosen conversation."""
        if self.chosen:
            self.dismiss(self.chosen.id)

    def action_rename(self) -> None:
        """Ask for a new title."""
        if not (chosen := self.chosen):
            return

        def rename(title: str | None) -> None:
            if title:
                self._change(lambda: self.store.rename(chosen.id, title))

        self.app.push_screen(Rename(chosen.title), rename)

    def action_delete(self) -> None:
        """Ask, then delete."""
        if not (chosen := self.chosen):
            return

        def delete(sure: bool | None) -> None:
            if sure:
                self._change(lambda: self._delete(chosen.id))

        self.app.push_screen(Confirm(f"Delete “{visible(chosen.title)}” for good?"), delete)

    def _delete(self, conversation_id: int) -> None:
        try:
            self.store.delete(conversation_id)
        finally:  # it may be deleted, and its traces could not be wiped
            if not self.store.turns(conversation_id, last=1):
                self.deleted.add(conversation_id)
