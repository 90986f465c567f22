"""The conversation on the screen: what the person said, what was understood, what was answered.

Only the agent's reply is Markdown. What people type is literal text, and no text reaches the terminal with its
control characters in it.
"""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Markdown, Static
from textual.widgets.markdown import MarkdownStream

from agent.events import Reply, Turn, Understanding
from agent.plaintext import visible
from agent.tui.emotion import MENDED, accent, badge, how_heard

PAGE = 60
"""Turns mounted at a time: a conversation of ten thousand opens as fast as one of sixty."""
BATCH = 6
"""Turns mounted before the screen is painted again: typing is possible while a page is being built."""
YOU = Content.styled("you", "bold $foreground-muted")


def markdown(text: str) -> str:
    """A reply as Markdown in which a line stays a line, as people and the fixed words write them."""
    return visible(text).replace("\n", "  \n")


class Notice(Static):
    """A sentence of the chat itself: a failure, or a word about what it is."""

    def __init__(self, sentence: str, kind: str = "note") -> None:
        super().__init__(Content.assemble((f"{kind}  ", "bold"), visible(sentence)), classes=f"notice {kind}")


class Badge(Static):
    """What was understood of a turn; a click corrects it."""

    class Pressed(Message):
        """The person wants to correct this emotion."""

        def __init__(self, badge: "Badge") -> None:
            super().__init__()
            self.badge = badge

    def on_click(self, event: events.Click) -> None:
        """Ask for the picker."""
        event.stop()
        self.post_message(self.Pressed(self))


class TurnView(Vertical):
    """One turn: live while it is answered, or as it is stored."""

    def __init__(self, words: str, turn: Turn | None = None) -> None:
        super().__init__(classes="turn")
        self.words = words
        self.turn = turn
        self.turn_id = turn.id if turn else None
        self.understanding = turn.understanding if turn else None
        self.text = ""
        self._by = ""  # who heard the words of a spoken turn, and how surely
        self._confidence: float | None = None
        self._stream: MarkdownStream | None = None

    def compose(self) -> ComposeResult:
        """The person's words with the badge above them, then the reply."""
        with Vertical(classes="person"):
            yield Badge(YOU, classes="badge")
            yield Static(Content(visible(self.words)), classes="words")
            yield Static(classes="heard")
        with Vertical(classes="reply"):
            yield Static("agent", classes="who")
            yield Markdown(open_links=False)

    async def on_mount(self) -> None:
        """A stored turn shows itself whole."""
        self.query_one(".reply").display = self.query_one(".heard").display = False
        if self.turn:
            await self.finish(self.turn)

    @property
    def label(self) -> str | None:
        """The emotion that counts for this turn: the person's own word, or what was understood."""
        if self.turn and self.turn.corrected:
            return self.turn.corrected
        return self.understanding.emotion.label if self.understanding else None

    def wait(self, why: str) -> None:
        """Say what this turn waits for, where its emotion will stand."""
        self._head(Content.styled(why, "$foreground-muted"))

    def heard(self, by: str, confidence: float | None) -> None:
        """The turn was spoken: say under its words who heard them and how surely; "you" for words that were mended."""
        self._by, self._confidence = by, confidence
        line = self.query_one(".heard", Static)
        line.update(how_heard(by, confidence, self.understanding))
        line.display = True

    def understood(self, understanding: Understanding, corrected: str | None = None) -> None:
        """Show the emotion; a turn of somebody in danger gets its own border and the word `help`."""
        self.understanding = understanding
        self._head(badge(understanding, corrected))
        self.query_one(".person").styles.border_left = ("outer", accent(understanding, corrected))
        self.set_class(understanding.guard.level == "crisis", "crisis")
        if self._by:
            self.heard(self._by, self._confidence)
        self._label(None)

    async def write(self, text: str) -> None:
        """Append a piece of the reply."""
        if self._stream is None:
            self.query_one(".reply").display = True
            self._stream = Markdown.get_stream(self.query_one(Markdown))
        self.text += text
        await self._stream.write(markdown(text))

    async def again(self) -> None:
        """Empty the reply; it is being written anew."""
        await self._end_stream()
        self.text = ""
        await self.query_one(Markdown).update("")
        self.query_one(".reply").display = False

    async def finish(self, turn: Turn) -> None:
        """Show the turn as it is stored."""
        self.turn, self.turn_id = turn, turn.id
        await self._end_stream()
        if turn.source == "spoken" and not self._by:
            # Only a person is wholly sure.
            by = MENDED if turn.confidence == 1 else turn.models.get("transcriber", "")
            self.heard(by, turn.confidence)
        if turn.understanding:
            self.understood(turn.understanding, turn.corrected)
        else:
            self._head(Content.styled("not understood", "$foreground-muted"))
        self._label(turn.reply)
        text = turn.reply.text if turn.reply else ""
        if text != self.text:
            await self.query_one(Markdown).update(markdown(text))
            self.text = text
        self.query_one(".reply").display = bool(turn.reply)

    async def abandon(self) -> None:
        """The turn ended without being finished: what was written of the reply stays, marked."""
        await self._end_stream()
        self.query_one(".reply > .who", Static).update("agent · unfinished")

    async def _end_stream(self) -> None:
        if self._stream is not None:
            await self._stream.stop()
            self._stream = None

    def _head(self, content: Content) -> None:
        self.query_one(Badge).update(Content.assemble(YOU, "  ", content))

    def _label(self, reply: Reply | None) -> None:
        who = "help" if self.has_class("crisis") else "agent"
        stopped = " · stopped" if reply and reply.stopped else ""
        self.query_one(".reply > .who", Static).update(who + stopped)


class Transcript(VerticalScroll, can_focus=False):
    """All turns, the newest at the bottom; the newest page of a long conversation is mounted."""

    class Earlier(Message):
        """The person wants the turns before the first one shown."""

    def compose(self) -> ComposeResult:
        """The button for earlier turns, hidden while there are none, and a word while nothing was said."""
        earlier = Button("▲ earlier messages (PageUp)", id="earlier", compact=True)
        earlier.display = False
        yield earlier
        yield Static("How are you feeling?", id="welcome")

    def on_mount(self) -> None:
        """Stay at the bottom while a reply grows, until the person scrolls away."""
        self.anchor()

    @property
    def views(self) -> list[TurnView]:
        """The turns that are mounted, oldest first."""
        return list(self.query(TurnView))

    async def show(self, turns: Sequence[Turn], more: bool) -> None:
        """Replace everything by these turns; `more` says whether there are earlier ones."""
        await self.query("TurnView, Notice").remove()
        self.query_one("#welcome").display = not turns
        self.anchor()
        await self._mount_above(turns, more)

    async def show_earlier(self, turns: Sequence[Turn], more: bool) -> None:
        """Put turns before the first one and keep what is being read in its place."""
        self.release_anchor()
        await self._mount_above(turns, more, self.views[0])

    async def _mount_above(self, turns: Sequence[Turn], more: bool, read: TurnView | None = None) -> None:
        """Mount turns above what is there, the newest first, batch by batch; `read` keeps its place on the screen."""
        earlier = self.query_one("#earlier")
        earlier.display = more and len(turns) <= BATCH
        views = [TurnView(turn.words, turn) for turn in turns[-BATCH:]]
        await self.mount_all(views, after=earlier)
        if read:
            self.call_after_refresh(self.scroll_to_widget, read, animate=False, top=True)
        if rest := turns[:-BATCH]:
            self.call_after_refresh(self._continue, views[0], rest, more, read)

    async def _continue(self, first: TurnView, rest: Sequence[Turn], more: bool, read: TurnView | None) -> None:
        if first.is_attached:  # else another conversation was opened meanwhile
            await self._mount_above(rest, more, read)

    async def add(self, words: str) -> TurnView:
        """A new turn at the bottom."""
        self.query_one("#welcome").display = False
        view = TurnView(words)
        await self.mount(view)
        self.anchor()
        return view

    async def drop(self, view: TurnView) -> None:
        """Take a turn away that was not stored."""
        await view.remove()
        self.query_one("#welcome").display = not self.views

    async def put(self, turn: Turn) -> None:
        """Show a stored turn at its place, or anew where it is shown already; what is being read stays there."""
        views = self.views
        if view := next((view for view in views if view.turn_id == turn.id), None):
            await view.finish(turn)
            return
        later = next((view for view in views if view.turn_id is None or view.turn_id > turn.id), None)
        await self.mount(TurnView(turn.words, turn), before=later)

    async def note(self, sentence: str, kind: str = "note") -> None:
        """A sentence of the chat itself at the bottom."""
        if self.is_attached:  # nobody reads it after leaving
            await self.mount(Notice(sentence, kind))

    def page(self, pages: int) -> None:
        """Scroll by pages; a page up at the very top asks for earlier turns."""
        if pages < 0 and self.scroll_y <= 0 and self.query_one("#earlier").display:
            self.post_message(self.Earlier())
        elif pages < 0:
            self.scroll_page_up(animate=False)
        else:
            self.scroll_page_down(animate=False)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The button is the same as a page up at the top."""
        event.stop()
        self.post_message(self.Earlier())
