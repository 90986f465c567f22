"""The models' stand-in: a real agent on a real store, whose understanding and replies are written down beforehand."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agent.emotions import EMOTIONS
from agent.events import (
    Again,
    AgentError,
    Done,
    Emotion,
    Event,
    Failed,
    Guard,
    Heard,
    History,
    Nuance,
    Reply,
    Token,
    Turn,
    Typed,
    Understanding,
    Understood,
)
from agent.settings import Loaded
from agent.store import Store

if TYPE_CHECKING:
    from agent.tui.app import ChatApp


def feeling(
    label: str = "sadness",
    confidence: float = 0.93,
    nuance: str = "devastated",
    unsure: bool = False,
    level: str = "none",
) -> Understanding:
    """An understanding whose scores follow from its label and confidence."""
    rest = (1 - confidence) / (len(EMOTIONS) - 1)
    scores = {each: confidence if each == label else rest for each in EMOTIONS}
    return Understanding(Emotion(label, confidence, unsure, scores), Nuance(nuance, 0.4), Guard(level))


@dataclass
class ScriptedAgent:
    """Answers from a script. `gate` holds the reply after its first piece until it is set, or stopped."""

    store: Store
    feelings: list[Understanding] = field(default_factory=lambda: [feeling()])
    replies: list[str] = field(default_factory=lambda: ["I am so sorry. **He** was with you for years."])
    breaks: str | None = None  # the stage that fails: "heard" (before anything is stored), "reply", or "raise"
    gate: threading.Event | None = None
    models: dict[str, str] = field(default_factory=lambda: {"text_emotion": "text-emotion@1.0", "reply": "bank@1.0"})
    asked: list[str] = field(default_factory=list)

    def respond(self, asked: Typed | Again, history: History, stop: threading.Event) -> Iterator[Event]:
        """The turn as the real agent walks it: stored, understood, answered, stored again."""
        if self.breaks == "heard":
            yield Failed("store", "The disk is full; make room and send it again.")
            return
        if self.breaks == "raise":
            raise RuntimeError("the model broke")
        if isinstance(asked, Typed):
            if history.conversation_id is None:
                history.conversation_id = self.store.start_conversation()
            turn = Turn(self.store.add_turn(history.conversation_id, asked.text), asked.text, None, None)
            yield Heard(turn.id, asked.text)
        else:
            turn = history.turns[-1]
        self.asked.append(turn.words)
        understanding = self.feelings[(len(self.asked) - 1) % len(self.feelings)]
        yield Understood(understanding)
        if self.breaks == "reply":
            yield Failed("reply", "The reply could not be computed; Ctrl+R tries again.")
            return
        written = ""
        for piece in self._pieces():
            if stop.is_set():
                break
            written += piece
            yield Token(piece)
            while self.gate and not self.gate.is_set() and not stop.is_set():
                self.gate.wait(0.01)
        reply = Reply(written, "bank", "bank@1.0", stop.is_set())
        timings = {"text_emotion": 2.1, "first_token": 61.0, "reply": 240.0}
        turn = replace(turn, understanding=understanding, reply=reply, models=self.models, timings_ms=timings)
        self.store.finish_turn(turn)
        history.turns[:] = [*(each for each in history.turns if each.id != turn.id), turn]
        yield Done(turn)

    def _pieces(self) -> list[str]:
        text = self.replies[(len(self.asked) - 1) % len(self.replies)]
        words = text.split(" ")
        return [word if at == 0 else f" {word}" for at, word in enumerate(words)]

    def correct(self, history: History, turn_id: int, label: str) -> Turn:
        """What the person says they felt is stored and counts."""
        self.store.correct_turn(turn_id, label)
        at = next(at for at, turn in enumerate(history.turns) if turn.id == turn_id)
        history.turns[at] = replace(history.turns[at], corrected=label)
        return history.turns[at]

    def why(self, history: History) -> str:
        """What the model was given."""
        return f"Given to the model:\n\n```\n{history.turns[-1].words}\n```\n"


@dataclass
class Scene:
    """Everything a test needs to open the chat, on the screen or in lines, and to look behind it."""

    store: Store
    agent: ScriptedAgent
    loaded: Loaded
    refuse: str | None = None  # why the models cannot be loaded
    ready: threading.Event = field(default_factory=threading.Event)
    now: float = 0.0

    def open(self, progress: Callable[[str], None]) -> ScriptedAgent:
        """Load the scripted models: not before `ready`, and not at all with `refuse`."""
        progress("loading text-emotion…")
        self.ready.wait(10)
        if self.refuse:
            raise AgentError(self.refuse)
        return self.agent

    def app(self, resume: int | None = None) -> "ChatApp":
        """The chat on the whole screen, with the models at hand."""
        from agent.tui.app import ChatApp

        return ChatApp(self.open, self.store, self.loaded, resume, clock=lambda: self.now)  # type: ignore[arg-type]

    def told(self, *words: str) -> int:
        """A stored conversation in which these words were answered; returns its id."""
        history = History()
        for each in words:
            list(self.agent.respond(Typed(each), history, threading.Event()))
        assert history.conversation_id is not None
        return history.conversation_id
