"""The turn, top to bottom: words are stored, understood, guarded, answered, and stored again.

`Agent.respond` is the one path that every front end renders.
"""

import dataclasses
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from agent import guard
from agent.artefacts import installed
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
    Spoken,
    Token,
    Turn,
    Typed,
    Understanding,
    Understood,
    Words,
)
from agent.reply import Answer, Backend, Request
from agent.reply.bank import open_bank
from agent.reply.embedded import EmbeddedBackend
from agent.reply.prompt import build_messages
from agent.reply.rank import open_ranker
from agent.reply.remote import PREFIX, open_remote
from agent.settings import Settings
from agent.store import Store
from agent.understand import earlier_words
from agent.understand.fusion import fuse
from agent.understand.language import NOTICES, language
from agent.understand.text import TextEmotion, open_text_emotion

if TYPE_CHECKING:
    from agent.audio.clips import Samples
    from agent.reply.generate import MiniModel
    from agent.understand.ears import Ears

# What is said when every source of replies has failed; no turn goes unanswered.
LAST_WORDS = "I read what you wrote, but I couldn't find a good answer just now. Would you tell me a little more?"


class Agent:
    """The models and the store behind a conversation."""

    def __init__(
        self,
        text: TextEmotion,
        backend: Backend,
        store: Store,
        country: str = "",
        spare: Backend | None = None,
        ears: Callable[[], "Ears"] | None = None,
    ) -> None:
        """`spare` answers where `backend` fails; `ears` opens what hears speech, at the first clip."""
        self.store = store
        self.models = {"text_emotion": text.name, "reply": backend.name}
        self._text = text
        self._backends = (backend, spare) if spare else (backend,)
        self._country = country
        self._open_ears = ears
        self._ears: Ears | None = None

    def listen(self, samples: "Samples") -> Spoken:
        """The words of a clip, and what its voice says, heard side by side; blocking.

        Raises:
            AgentError: if nobody speaks in it, or no words were heard, or what hears cannot be opened.
        """
        ears = self.ears()
        with ThreadPoolExecutor(1) as beside:
            sound = beside.submit(ears.voice, samples)
            words = ears.words(samples)
            return Spoken(samples, words, sound.result())

    def ears(self) -> "Ears":
        """What hears speech, opened at the first call.

        Raises:
            AgentError: if it cannot be opened.
        """
        if self._ears is None:
            if self._open_ears is None:
                raise AgentError("This agent has no ears: type what you want to say.")
            self._ears = self._open_ears()
            self.models |= {"speech": self._ears.speech.name, "transcriber": self._ears.transcriber.name}
        return self._ears

    def respond(self, input: Typed | Spoken | Again, history: History, stop: threading.Event) -> Generator[Event]:
        """One turn as a stream of events; blocking, cancelled by `stop`.

        Whoever closes the stream early, cancels: the part of the reply is kept and marked. A clip in which no words
        are heard fails, and leaves nothing behind.
        """
        timings: dict[str, float] = {}
        if isinstance(input, Spoken) and input.words is None:
            started = time.perf_counter()
            try:
                input = self.listen(input.samples)
            except AgentError as error:
                yield Failed("listen", str(error))
                return
            timings["listen"] = _since(started)
        turn, avoid = self._hear(input, history)
        spoken = input if isinstance(input, Spoken) else None
        yield Heard(turn.id, turn.words, spoken.words.by if spoken and spoken.words else None, turn.confidence)
        earlier = tuple(history.turns)

        turn = dataclasses.replace(turn, language=language(turn.words))
        understanding, said_before = NOT_UNDERSTOOD, earlier_words([one.words for one in earlier[-2:]])
        try:
            started = time.perf_counter()
            if turn.language == "en":
                felt = self._text.read(turn.words, said_before)
                understanding = Understanding(felt.emotion, felt.nuance, vector=felt.vector)
            sound = spoken.sound if spoken else None
            if sound:
                fused, disagree = fuse(understanding.emotion, sound.emotion)
                understanding = dataclasses.replace(
                    understanding,
                    emotion=fused,
                    intent=sound.intent,
                    words=understanding.emotion,
                    voice=sound.emotion,
                    disagree=disagree,
                )
            elif isinstance(input, Again) and turn.understanding and turn.understanding.voice:
                # The sound is gone, what was heard in it is not.
                understanding = dataclasses.replace(turn.understanding, vector=understanding.vector)
            timings["text_emotion"] = _since(started)
        except Exception as error:
            yield Failed("understand", f"The emotion could not be read ({error}); the reply goes without it.")
        started = time.perf_counter()
        danger = self._in_danger(turn, said_before, earlier, understanding)
        understanding = dataclasses.replace(understanding, guard=danger)
        timings["guard"] = _since(started)
        turn = dataclasses.replace(turn, understanding=understanding, models=self.models, timings_ms=timings)
        yield Understood(understanding)
        if spoken and spoken.sound and self._ears:
            self._ears.get_to_know(spoken.sound)

        pieces: list[str] = []
        origin, name = "bank", self._backends[0].name
        finished = False
        started = time.perf_counter()
        try:
            for source in self._sources(turn, earlier, avoid, stop):
                try:
                    answer = source()
                    origin, name = answer.origin, answer.model
                    for piece in answer.pieces:
                        timings.setdefault("first_token", _since(started))
                        pieces.append(piece)
                        yield Token(piece)
                        if stop.is_set():
                            break
                except AgentError as error:
                    yield Failed("reply", str(error))
                except Exception as error:
                    yield Failed("reply", f"The reply model failed ({error}); what you wrote is kept.")
                if "".join(pieces).strip() or stop.is_set():
                    break
            finished = not stop.is_set()
        finally:
            timings["reply"] = _since(started)
            reply = Reply("".join(pieces).strip(), origin, name, stopped=not finished)
            turn = dataclasses.replace(turn, reply=reply, timings_ms=timings)
            history.turns.append(turn)
            unkept = self._keep(turn)
        if unkept:
            yield Failed("store", unkept)
        yield Done(turn)

    def correct(self, history: History, turn_id: int, label: str) -> Turn:
        """The person says which emotion it was; stored, and it counts from then on.

        Raises:
            AgentError: if the label is none of the eight or the turn is not in the conversation.
        """
        if label not in EMOTIONS:
            raise AgentError(f"{label!r} is no emotion: choose one of {', '.join(EMOTIONS)}.")
        for index, turn in enumerate(history.turns):
            if turn.id == turn_id:
                self.store.correct_turn(turn_id, label)
                history.turns[index] = dataclasses.replace(turn, corrected=label)
                return history.turns[index]
        raise AgentError(f"Turn {turn_id} is not in this conversation: correct one that is on the screen.")

    def why(self, history: History) -> str:
        """Markdown: exactly what was given to the reply stage for the last turn, and what answered."""
        if not history.turns:
            return "Nothing was said yet."
        turn = history.turns[-1]
        if turn.understanding is None or turn.reply is None:
            return "The last turn was not finished; nothing was given to a model."
        understanding = turn.understanding
        ranked = sorted(understanding.emotion.scores.items(), key=lambda item: -item[1])[:3]
        lines = [
            f"**Reply** by `{turn.reply.model}`, origin *{turn.reply.origin}*.",
            "**Understood**: "
            + ", ".join(f"{label} {score:.0%}" for label, score in ranked)
            + f"; nuance {understanding.nuance.label} {understanding.nuance.confidence:.0%}"
            + f"; guard {understanding.guard.level}"
            + (f" ({', '.join(understanding.guard.reasons)})" if understanding.guard.reasons else "")
            + (f"; corrected by you to {turn.corrected}" if turn.corrected else "")
            + ".",
        ]
        if turn.reply.origin == "fixed":
            return "\n\n".join([*lines, "No model was asked: the words are fixed and reviewed."])
        messages = build_messages(history.turns[:-1], turn.words, understanding, turn.corrected)
        given = "\n".join(f"{message['role']}: {message['content']}" for message in messages)
        indented = "\n".join(f"    {line}" for line in given.splitlines())
        return "\n\n".join([*lines, "**Given to the reply stage**:", indented])

    def _hear(self, input: Typed | Spoken | Again, history: History) -> tuple[Turn, tuple[str, ...]]:
        if isinstance(input, Again):
            if not history.turns:
                raise AgentError("There is nothing to answer anew yet: say something first.")
            last = history.turns.pop()
            avoid = (last.reply.text,) if last.reply else ()
            return dataclasses.replace(last, reply=None), avoid
        if isinstance(input, Spoken):
            said = input.words or Words("", "", 0.0)
            words, source, confidence = said.text.strip(), "spoken", said.confidence
        else:
            words, source, confidence = input.text.strip(), "typed", None
        if not words:
            raise AgentError("There are no words in that: type something first.")
        if history.conversation_id is None:
            history.conversation_id = self.store.start_conversation()
        turn_id = self.store.add_turn(history.conversation_id, words, source)
        return Turn(turn_id, words, None, None, source, confidence=confidence), ()

    def _in_danger(self, turn: Turn, said_before: str, earlier: tuple[Turn, ...], heard: Understanding) -> Guard:
        meaning = guard.Meaning()
        if heard is not NOT_UNDERSTOOD:
            meaning = guard.meant(self._text, turn.words, said_before)
        before = [one.understanding.guard if one.understanding else None for one in earlier]
        return guard.assess(turn.words, [one.words for one in earlier], heard, meaning, before)

    def _keep(self, turn: Turn) -> str:
        """Stores a finished turn; returns the sentence that says why it could not be, or nothing."""
        try:
            self.store.finish_turn(turn)
        except AgentError as error:
            return str(error)
        return ""

    def _sources(
        self, turn: Turn, earlier: tuple[Turn, ...], avoid: tuple[str, ...], stop: threading.Event
    ) -> Iterator[Callable[[], Answer]]:
        """Who may answer, one after the other until one has said something; no turn goes unanswered."""
        if fixed := self._fixed_words(turn, earlier):
            yield lambda: Answer("fixed", "guard", iter([fixed]))
        heard = _as_corrected(turn)
        messages = build_messages(earlier, turn.words, turn.understanding or NOT_UNDERSTOOD, turn.corrected)
        request = Request(messages, turn.words, heard, earlier, avoid)
        for backend in self._backends:
            answer = partial(backend.answer, request, stop)
            yield answer if heard.guard.level == "none" else partial(_checked, answer)
        yield lambda: Answer("fixed", "last words", iter([LAST_WORDS]))

    def _fixed_words(self, turn: Turn, earlier: tuple[Turn, ...]) -> str:
        """Reviewed words where no model may answer: to danger in this very turn, and to a language it cannot read."""
        found = turn.understanding.guard if turn.understanding else Guard()
        lasting = "earlier-crisis" in found.reasons and "denial" not in found.reasons
        if found.level != "none" and not lasting:
            words = guard.words(found, self._country)
            just_said = {one.reply.text for one in earlier[-2:] if one.reply}
            if words.strip() not in just_said:
                return words
            return guard.words_again(found, self._country, just_said) if found.level == "crisis" else ""
        if turn.language != "en":
            return f"{NOTICES[turn.language]}\n\n{guard.helplines(self._country)}"
        return ""


NOT_UNDERSTOOD = Understanding(
    Emotion("neutral", 0.0, True, {label: 1 / len(EMOTIONS) for label in EMOTIONS}), Nuance("trusting", 0.0), Guard()
)


def _checked(source: Callable[[], Answer]) -> Answer:
    """An answer to somebody who may be in danger: read to its end before any of it is said, and replaced if unfit."""
    from agent.guard.replies import INSTEAD, unfit

    answer = source()
    pieces = list(answer.pieces)
    if unfit("".join(pieces)):
        return Answer("fixed", "guard", iter([INSTEAD]))
    return dataclasses.replace(answer, pieces=iter(pieces))


def _as_corrected(turn: Turn) -> Understanding:
    """What was understood, or the person's own word for it where there is one."""
    understanding = turn.understanding or NOT_UNDERSTOOD
    if turn.corrected is None:
        return understanding
    scores = {label: float(label == turn.corrected) for label in EMOTIONS}
    return dataclasses.replace(understanding, emotion=Emotion(turn.corrected, 1.0, False, scores))


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


def open_agent(settings: Settings, store: Store, progress: Callable[[str], None]) -> Agent:
    """Loads the models that the settings name.

    Raises:
        AgentError: if one cannot be loaded; the sentence says what to do.
    """
    progress("loading the text encoder")
    text = open_text_emotion(settings.text_model, settings.threads)
    progress("loading the replies")
    guard.assess("", ())
    backend = open_backend(settings.reply_model, text, settings.threads)
    spare = None if isinstance(backend, EmbeddedBackend) else open_embedded(text, settings.threads)
    return Agent(text, backend, store, settings.country, spare, partial(_open_ears, settings, store))


def _open_ears(settings: Settings, store: Store) -> "Ears":
    from agent.understand.ears import open_ears

    known = store if settings.learn_voice else None
    return open_ears(settings.transcriber, settings.speech_model, settings.threads, known)


def open_backend(name: str, text: TextEmotion, threads: int) -> Backend:
    """The reply backend of a name; `text` gives the vectors that replies are found by.

    Raises:
        AgentError: if there is none of that name.
    """
    if name.startswith(PREFIX):
        return open_remote(name)
    if name != "embedded":
        raise AgentError(
            f"There is no reply model {name!r}: the one that is built in is called embedded, and a server of your own "
            "is named as openai:http://localhost:11434/v1#llama3.2."
        )
    mini = None
    if "reply-mini" in installed():
        from agent.reply.generate import open_mini

        mini = open_mini("reply-mini", threads)
    return open_embedded(text, threads, mini)


def open_embedded(text: TextEmotion, threads: int, mini: "MiniModel | None" = None) -> EmbeddedBackend:
    """The bank of replies with its ranker, and the language model if one is given."""
    ranker = open_ranker(threads=threads)
    return EmbeddedBackend(*open_bank(text.name, ranker.name), ranker, mini)
