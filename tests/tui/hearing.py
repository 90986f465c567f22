"""A microphone and ears for the chat on the screen: what is spoken is real, who listens is scripted."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from scripted import ScriptedAgent

from agent.audio.clips import RATE, Samples
from agent.audio.microphone import CHUNK, NOTHING
from agent.events import Again, AgentError, Emotion, Event, Heard, History, Intent, Sound, Spoken, Turn, Typed, Words

SAID = Words("My dog died yesterday", "transcriber@1.0", 0.83)


def silence(seconds: float) -> Samples:
    """Nothing, for so many seconds."""
    return np.zeros(int(seconds * RATE), np.float32)


class Room:
    """What the microphone will hear, turn by turn: sounds, and after each silence ("on"), the end of the device
    ("lost"), or nothing more until a key is pressed ("hold"). It takes the place of `Microphone`.

    With "late" half of the sound waits in the microphone until it is asked for what there is."""

    def __init__(self, *turns: tuple[Samples, str], refuse: str = "") -> None:
        self.turns = list(turns)
        self.refuse = refuse
        self.asked: list[str] = []
        self.opened = self.closed = 0
        self.quiet_seconds = 0.0  # of silence that was listened to

    def __call__(self, device: str = "") -> "Microphone":
        """As `Microphone(device)`."""
        self.asked.append(device)
        return Microphone(self)


class Microphone:
    """One recording in a room; as fast as it is read."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._sound, self._then = NOTHING, "hold"
        self._late = 0

    def __enter__(self) -> "Microphone":
        if self._room.refuse:
            raise AgentError(self._room.refuse)
        self._room.opened += 1
        if self._room.turns:
            self._sound, self._then = self._room.turns.pop(0)
            self._late = len(self._sound) // 2 if self._then == "late" else 0
        return self

    def __exit__(self, *_: object) -> None:
        self._room.closed += 1

    def close(self) -> None:
        """Another thread ends it."""
        self._sound, self._then = NOTHING, "hold"

    def read(self, timeout: float = 0.1) -> Samples:
        """The chunk that follows."""
        if timeout and len(self._sound) < self._late:
            time.sleep(0.01)
            return NOTHING
        chunk, self._sound = self._sound[:CHUNK], self._sound[CHUNK:]
        if len(chunk) or not timeout:
            return chunk
        if self._then == "lost":
            raise AgentError("The microphone fell silent: see that it is plugged in.")
        if self._then == "on":
            self._room.quiet_seconds += CHUNK / RATE
            return silence(CHUNK / RATE)
        time.sleep(0.01)
        return chunk


@dataclass
class HearingAgent(ScriptedAgent):
    """The scripted agent with ears: it hears `words` in every clip, one after the other. `ear_gate` holds them."""

    words: list[Words] = field(default_factory=lambda: [SAID])
    deaf: str = ""
    fails: str = ""
    ear_gate: threading.Event | None = None
    clips: list[Samples] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)

    def ears(self) -> None:
        """Opens them."""
        if self.deaf:
            raise AgentError(self.deaf)

    def listen(self, samples: Samples) -> Spoken:
        """The next of the words."""
        self.ears()
        self.clips.append(samples)
        if self.ear_gate:
            self.ear_gate.wait(10)
        if self.fails:
            raise AgentError(self.fails)
        return Spoken(samples, self.words[(len(self.clips) - 1) % len(self.words)], sound())

    def respond(self, asked: Typed | Spoken | Again, history: History, stop: threading.Event) -> Iterator[Event]:
        """As the scripted agent does, for spoken words, too."""
        if isinstance(asked, Spoken) and self.breaks != "heard":
            assert asked.words
            self.spoken.append(asked)
            if history.conversation_id is None:
                history.conversation_id = self.store.start_conversation()
            words = asked.words
            turn = Turn(self.store.add_turn(history.conversation_id, words.text, "spoken"), words.text, None, None)
            history.turns.append(replace(turn, source="spoken", confidence=words.confidence))
            yield Heard(turn.id, words.text, words.by, words.confidence)
            asked = Again()
        yield from super().respond(asked, history, stop)  # type: ignore[arg-type]


def sound(label: str = "sadness") -> Sound:
    """What a voice says."""
    scores = dict.fromkeys(("anger", "disgust", "fear", "joy", "love", "neutral", "sadness", "surprise"), 0.02)
    return Sound(Emotion(label, 0.86, False, scores | {label: 0.86}), Intent("comfort_me", 0.91), (0.1,) * 16)


class RealEars:
    """Ears for the real agent, scripted in what they hear."""

    @dataclass
    class Named:
        """A model's stand-in."""

        name: str

    def __init__(self, words: Words, heard: Sound) -> None:
        self._words, self._sound = words, heard
        self.transcriber, self.speech = self.Named(words.by), self.Named("speech@1.0")
        self.known: list[Sound] = []

    def words(self, samples: Samples) -> Words:
        """What is said."""
        return self._words

    def voice(self, samples: Samples) -> Sound:
        """What the voice says."""
        return self._sound

    def get_to_know(self, heard: Sound) -> None:
        """Learns the voice."""
        self.known.append(heard)
