"""The conversation on the screen: sends what was typed or spoken, renders the events of the turn, opens conversations.

The models are opened and turns are answered in threads; everything here runs in Textual's own. Nothing that fails
closes the chat, and a text that was not stored goes back to where it was typed.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from agent.events import Again, AgentError, Done, Failed, Heard, History, Spoken, Token, Turn, Typed, Understood
from agent.settings import Settings
from agent.store import Store
from agent.tui import work
from agent.tui.commands import DISCLOSE_SECONDS, Asked, parse
from agent.tui.composer import Composer
from agent.tui.emotion import Timeline
from agent.tui.status import StatusLine
from agent.tui.transcript import PAGE, Transcript, TurnView
from agent.tui.voice import Voice

if TYPE_CHECKING:  # the models' libraries are imported when they are opened, not before the first paint
    from agent.turn import Agent

QUIT_SECONDS = 5
"""How long leaving waits for a stopped reply to be stored."""


def merged(ours: list[Turn], stored: list[Turn]) -> tuple[list[Turn], list[Turn]]:
    """Our turns and those stored since, in order; and those of them that are new or changed.

    Nothing of ours is taken away: what could not be stored is here alone.
    """
    turns, news = {turn.id: turn for turn in ours}, []
    for turn in stored:
        newer = turn
        if mine := turns.get(turn.id):
            newer = replace(
                mine,
                understanding=mine.understanding or turn.understanding,
                reply=turn.reply or mine.reply,
                corrected=turn.corrected or mine.corrected,
            )
        if newer != mine and turn.id >= ours[0].id:
            turns[turn.id] = newer
            news.append(newer)
    return sorted(turns.values(), key=lambda turn: turn.id), news


class Chat(Vertical):
    """Timeline, transcript, voice, text field and state. `clock` counts seconds."""

    class Commanded(Message):
        """A slash command was typed; it has left the text field."""

        def __init__(self, asked: Asked) -> None:
            super().__init__()
            self.asked = asked

    def __init__(
        self, open_agent: work.OpenAgent, store: Store, resume: int | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(id="chat")
        self.open_agent = open_agent
        self.store = store
        self.clock = clock
        self.agent: Agent | None = None
        self.conversation_id = resume
        self.turns: list[Turn] = []
        self.earlier = 0  # turns on the screen that are older than those in `turns`
        self.live: TurnView | None = None  # the turn that waits for the models or is being answered
        self.asked: Typed | Spoken | Again = Again()  # what is answered in it
        self.stop = threading.Event()
        self.opening = False
        self.answering: threading.Thread | None = None
        self.disclosed_at = clock()
        self.drafts: dict[int | None, str] = {}  # what was not sent, by conversation
        self.timeline = Timeline(id="timeline")
        self.transcript = Transcript(id="transcript")
        self.composer = Composer()
        self.voice = Voice(self.composer)
        self.status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.timeline
        yield self.transcript
        yield self.voice
        yield self.composer
        yield self.status

    async def on_mount(self) -> None:
        """Show the conversation; what takes time comes after the first paint."""
        self.composer.focus()
        await self.open(self.conversation_id)
        self.call_after_refresh(self._begin)

    async def _begin(self) -> None:
        if not self.is_attached:
            return  # the person has left already
        try:
            first = not self.store.conversations(limit=1)
        except AgentError as error:
            await self.transcript.note(str(error), "problem")
            first = True
        if first:
            await self._disclose(first=True)
        self._load()

    async def _disclose(self, first: bool) -> None:
        from agent.guard import disclosure  # its rules take a tenth of a second to compile

        self.disclosed_at = self.clock()
        await self.transcript.note(disclosure(first))

    # Models

    def _load(self) -> None:
        self.opening = True
        self.status.state = "loading the models…"
        work.open_models(self.open_agent, self.post_message)

    @on(work.Loading)
    def _loading(self, event: work.Loading) -> None:
        self.status.state = event.step

    @on(work.Opened)
    async def _opened(self, event: work.Opened) -> None:
        self.opening = False
        self.agent = event.agent
        if event.agent:
            self.status.models = dict(event.agent.models)
            self.status.state = "ready"
            if self.live:
                self._answer(self.asked)
        else:
            self.status.state = "without models; Enter tries again"
            await self.transcript.note(event.sentence, "problem")
            await self._take_back()
        self.app.refresh_bindings()

    # A turn

    @on(Composer.Sent)
    async def _send(self, event: Composer.Sent) -> None:
        """Words go to the agent, commands to the app; words that cannot be taken now stay in the composer."""
        if event.text != self.composer.text or self.voice.takes(event.text) or not event.text.strip():
            return
        asked = parse(event.text)
        if isinstance(asked, str):
            self.composer.take()  # Up brings it back
            self.status.state = asked
        elif asked:
            self.composer.take()
            self.post_message(self.Commanded(asked))
        elif self.live:
            self.status.state = "one message at a time: Esc stops the reply, then Enter sends"
        elif self.voice.busy:
            self.status.state = "one message at a time: Esc discards what you said"
        else:
            await self.catch_up()
            self.composer.take()
            await self._ask(Typed(event.text), event.text)

    def speak(self, settings: Settings) -> None:
        """Record what the person says."""
        if self.agent:
            self.voice.start(self.agent, settings)
        else:
            self.voice.handsfree = False
            self.status.state = "you can speak when the models are loaded"
            if not self.opening:
                self._load()

    @on(Voice.Said)
    async def _said(self, event: Voice.Said) -> None:
        """Spoken words go to the agent as typed ones do."""
        words = event.spoken.words.text if event.spoken.words else ""
        if self.live:
            self.voice.review(event.spoken)
            return
        await self.catch_up()
        self.composer.remember([words])
        await self._ask(event.spoken, words)

    @on(Voice.Told)
    async def _told(self, event: Voice.Told) -> None:
        if event.problem:
            await self.transcript.note(event.sentence, "problem")
        else:
            self.status.state = event.sentence

    async def _ask(self, asked: Typed | Spoken, words: str) -> None:
        """A new turn, answered at once or when the models are loaded."""
        if self.clock() - self.disclosed_at >= DISCLOSE_SECONDS:
            await self._disclose(first=False)
        self.asked = asked
        self.live = await self.transcript.add(words)
        if self.agent:
            self._answer(asked)
        else:
            self.live.wait("waiting for the models")
            if not self.opening:
                self._load()
        self.app.refresh_bindings()

    def _answer(self, asked: Typed | Spoken | Again) -> None:
        """Answer what was said, or the last turn anew."""
        assert self.agent and self.live
        self.asked = asked
        self.stop = threading.Event()
        self.status.state = "answering…"
        self.live.wait("…")
        history = History(self.conversation_id, self.turns)
        self.answering = work.answer(self.agent, asked, history, self.stop, self.post_message)
        self.app.refresh_bindings()

    @on(work.Arrived)
    async def _arrived(self, arrived: work.Arrived) -> None:
        """Render one event of the turn."""
        view = self.live
        if view is None:
            return
        match arrived.event:
            case Heard(turn_id=turn_id, transcriber=transcriber, confidence=confidence):
                view.turn_id = turn_id
                if transcriber:
                    view.heard(transcriber, confidence)
            case Understood(understanding=understanding):
                view.understood(understanding)
                self.timeline.show([turn for turn in self.turns if turn.id != view.turn_id], understanding)
            case Token(text=text):
                await view.write(text)
            case Failed(sentence=sentence):
                await self.transcript.note(sentence, "problem")
            case Done(turn=turn):
                await view.finish(turn)
                self.status.timings_ms = turn.timings_ms
            case None:
                await self._ended(view, arrived.conversation_id)

    async def _ended(self, view: TurnView, conversation_id: int | None) -> None:
        self.answering = None
        self.conversation_id = conversation_id
        self.status.state = "stopped" if self.stop.is_set() else "ready"
        if self.agent:
            self.status.models = dict(self.agent.models)  # the ears open with the first clip
        if view.turn_id is None:
            await self._take_back()
        elif view.turn:
            await view.finish(view.turn)  # when a new answer failed, the old one is still what is stored
        else:
            view.turn = Turn(view.turn_id, view.words, view.understanding, None)
            await view.abandon()
        if view.turn and all(turn.id != view.turn_id for turn in self.turns):
            self.turns.append(view.turn)  # it was never finished; Ctrl+R answers it anew
        self.live = None
        self.timeline.show(self.turns)
        self.app.refresh_bindings()
        await self.catch_up()
        self.voice.answered()

    async def _take_back(self) -> None:
        """The text of a turn that was not stored returns to the composer."""
        if self.live and self.live.turn_id is None:
            if isinstance(self.asked, Spoken):
                self.voice.review(self.asked)
            else:
                self.composer.give_back(self.live.words)
            view, self.live = self.live, None
            await self.transcript.drop(view)

    async def cancel(self) -> None:
        """Stop the reply; a message that still waits for the models comes back."""
        if self.answering:
            self.stop.set()
            self.status.state = "stopping…"
        else:
            await self._take_back()
            self.app.refresh_bindings()

    async def regenerate(self) -> None:
        """Answer the last message anew."""
        self.live = next(view for view in self.transcript.views if view.turn_id == self.turns[-1].id)
        await self.live.again()
        self._answer(Again())

    async def correct(self, view: TurnView, label: str) -> None:
        """Keep what the person says they felt."""
        if self.agent and view.turn_id is not None:
            here = any(turn.id == view.turn_id for turn in self.turns)
            turns = self.turns if here or view.turn is None else [view.turn]  # one of a page that was loaded later
            try:
                turn = self.agent.correct(History(self.conversation_id, turns), view.turn_id, label)
            except AgentError as error:
                await self.transcript.note(str(error), "problem")
            else:
                await view.finish(turn)
                self.timeline.show(self.turns)

    def why(self) -> str:
        """Markdown: what was given to the model for the last turn."""
        assert self.agent
        return self.agent.why(History(self.conversation_id, self.turns))

    async def close_turn(self) -> None:
        """Before leaving: a reply being written is stopped and stored, a message that still waits is stored."""
        self.stop.set()
        if self.answering:
            await asyncio.to_thread(self.answering.join, QUIT_SECONDS)
        elif self.live:
            with suppress(AgentError):  # nobody is left to be told
                if self.conversation_id is None:
                    self.conversation_id = self.store.start_conversation()
                self.store.add_turn(self.conversation_id, self.live.words)

    # Conversations

    async def open(self, conversation_id: int | None) -> None:
        """Show a conversation, its newest page, or an empty one; what was not sent stays with the one that is left."""
        turns: list[Turn] = []
        problem = ""
        if conversation_id is not None:
            try:
                turns = self.store.turns(conversation_id, last=PAGE + 1)
                problem = "" if turns else f"There is no conversation {conversation_id}; this is a new one."
            except AgentError as error:
                problem = str(error)
        left, self.conversation_id = self.conversation_id, conversation_id if turns else None
        if self.conversation_id != left:
            self.drafts[left] = self.composer.swap(self.drafts.pop(self.conversation_id, ""))
        self.turns = turns[-PAGE:]
        self.earlier = 0
        await self.transcript.show(self.turns, more=len(turns) > PAGE)
        if problem:
            await self.transcript.note(problem, "problem")
        self.composer.remember(turn.words for turn in self.turns)
        self.status.timings_ms = {}
        self.timeline.show(self.turns)
        self.app.refresh_bindings()

    async def catch_up(self) -> None:
        """Show what another window has added to this conversation, or changed in it, since it was read here."""
        if not self.turns or self.conversation_id is None or self.live:
            return
        stored: list[Turn] = []
        with suppress(AgentError):  # it is said when something is to be kept
            stored = self.store.turns(self.conversation_id, last=PAGE)
        if not stored:
            return  # it may have been deleted there; sending says so
        if stored[0].id > self.turns[-1].id:  # more than a page has come
            await self.open(self.conversation_id)
            return
        # At once, before anything is awaited: a turn that is sent meanwhile knows them, and none comes twice.
        known = {turn.id for turn in self.turns}
        self.turns, news = merged(self.turns, stored)
        self.composer.remember(turn.words for turn in news if turn.id not in known)
        for turn in news:
            await self.transcript.put(turn)
        if news:
            self.timeline.show(self.turns)

    @on(Transcript.Earlier)
    async def _show_earlier(self) -> None:
        """Mount the page of turns before those that are shown."""
        if self.conversation_id is None:
            return
        shown = len(self.turns) + self.earlier
        try:
            older = self.store.turns(self.conversation_id, last=shown + PAGE + 1)[:-shown]
        except AgentError as error:
            await self.transcript.note(str(error), "problem")
            return
        self.earlier += len(older[-PAGE:])
        await self.transcript.show_earlier(older[-PAGE:], more=len(older) > PAGE)
        self.composer.focus()

    @on(Composer.Scrolled)
    def _scroll(self, event: Composer.Scrolled) -> None:
        self.transcript.page(event.pages)
