"""Where a person writes: Enter sends, Shift+Enter or Ctrl+J begins a line, the arrows bring back what was sent."""

import unicodedata
from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from agent.plaintext import visible


class Composer(TextArea):
    """A growing text field with the history of what was sent."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+enter,ctrl+j", "newline", "New line", show=False),
        Binding("pageup", "scroll_chat(-1)", "Earlier", show=False),
        Binding("pagedown", "scroll_chat(1)", "Later", show=False),
    ]

    class Sent(Message):
        """The person pressed Enter; the text stays until the chat takes it."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Scrolled(Message):
        """The person asked for the page before (-1) or after (1)."""

        def __init__(self, pages: int) -> None:
            super().__init__()
            self.pages = pages

    def __init__(self) -> None:
        super().__init__(
            id="composer",
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder="Write what is on your mind; Enter sends",
        )
        self._sent: list[str] = []
        self._at = 0
        self._draft = ""

    def remember(self, texts: Iterable[str]) -> None:
        """Add texts to the history, oldest first; the arrows start again at the newest."""
        for text in texts:
            if not self._sent or self._sent[-1] != text:
                self._sent.append(text)
        self._at = len(self._sent)

    def take(self) -> None:
        """The chat has taken the text: remember it and empty the field."""
        self.remember([self.text])
        self._draft = ""
        self.clear()

    def swap(self, draft: str) -> str:
        """Put the draft of another conversation here and return what stood here; Up brings that back too."""
        browsing = self._at < len(self._sent) and self.text == self._sent[self._at]
        left = self._draft if browsing else self.text
        if left.strip():
            self.remember([left])
        self._at, self._draft = len(self._sent), ""
        self._show(draft)
        return left

    def give_back(self, text: str) -> None:
        """Put a text that was not stored back, before whatever was typed since."""
        self._show("\n".join(part for part in (text, self.text) if part))

    def insert_literal(self, text: str) -> None:
        """Insert pasted text with its control characters made visible."""
        self.replace(visible(text), *self.selection, maintain_selection_offset=False)

    def _show(self, text: str) -> None:
        self.text = visible(text)
        self.move_cursor(self.document.end)

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.insert_literal(event.text.replace("\r\n", "\n").replace("\r", "\n"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Ctrl+Y copies the reply here; the key of the text field for redo gives way."""
        return action != "redo"

    async def _on_key(self, event: events.Key) -> None:
        # Not a priority binding: that would overtake the letters which arrived in the same burst before it.
        if event.key == "enter":
            event.prevent_default()
            event.stop()
            self.post_message(self.Sent(self.text))
        elif any(unicodedata.category(character) == "Cf" for character in event.character or ""):
            # The text field takes printable characters alone; without its joiners an emoji or a word falls apart.
            event.prevent_default()
            event.stop()
            self.insert_literal(event.character or "")

    def action_newline(self) -> None:
        """Begin a new line at the cursor."""
        self.insert("\n")

    def action_scroll_chat(self, pages: int) -> None:
        """Page keys move the transcript; the composer is never longer than a page."""
        self.post_message(self.Scrolled(pages))

    def action_cursor_up(self, select: bool = False) -> None:
        """Up: within the text, and from its first line to what was sent before."""
        if select or not self.navigator.is_first_wrapped_line(self.cursor_location):
            super().action_cursor_up(select)
        elif self._at > 0:
            if self._at == len(self._sent):
                self._draft = self.text
            self._at -= 1
            self._show(self._sent[self._at])

    def action_cursor_down(self, select: bool = False) -> None:
        """Down: within the text, and from its last line back towards the draft."""
        if select or not self.navigator.is_last_wrapped_line(self.cursor_location):
            super().action_cursor_down(select)
        elif self._at < len(self._sent):
            self._at += 1
            self._show(self._draft if self._at == len(self._sent) else self._sent[self._at])
