"""The plain data that flows through a turn, and the events a front end renders."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class AgentError(Exception):
    """What went wrong, why and the remedy, in one sentence for the person."""


class UsageError(AgentError):
    """Wrong use of a command: exit code 2."""


@dataclass(frozen=True)
class Typed:
    """What a person typed."""

    text: str


@dataclass(frozen=True)
class Words:
    """What was said in a clip, by which transcriber, and how sure it was of a word (0 to 1); empty if nothing was."""

    text: str
    by: str
    confidence: float


@dataclass(frozen=True)
class Emotion:
    """The emotion of a turn: calibrated probabilities over the eight labels."""

    label: str
    confidence: float
    unsure: bool
    scores: dict[str, float]


@dataclass(frozen=True)
class Nuance:
    """The finer feeling, one of 32."""

    label: str
    confidence: float


@dataclass(frozen=True)
class Intent:
    """What the person wants, one of the labels of the speech encoder."""

    label: str
    confidence: float


@dataclass(frozen=True)
class Sound:
    """What a voice says, whatever its words: `intent` is None if it is none of those known.

    `features` are what the speech encoder makes of it, by which it gets to know the voice.
    """

    emotion: Emotion
    intent: Intent | None
    features: tuple[float, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Spoken:
    """What a person spoke: mono samples (n,) at 16 kHz, and what `Agent.listen` heard in it.

    Where the person mended the words, they are `by` "you".
    """

    samples: "NDArray[float32]" = field(repr=False)
    words: Words | None = None
    sound: Sound | None = None


@dataclass(frozen=True)
class Guard:
    """Whether somebody may be in danger: `none`, `concern` or `crisis`, and why."""

    level: str = "none"
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Understanding:
    """What was understood of one turn of the person.

    Of a spoken turn `emotion` is fused from what the `words` say and what the `voice` says; `disagree` if they
    contradict each other.
    """

    emotion: Emotion
    nuance: Nuance
    guard: Guard = Guard()
    intent: Intent | None = None
    vector: tuple[float, ...] = field(default=(), repr=False)
    words: Emotion | None = None
    voice: Emotion | None = None
    disagree: bool = False


@dataclass(frozen=True)
class Reply:
    """The answer: `origin` is `generated`, `bank`, `fixed` or `configured`."""

    text: str
    origin: str
    model: str
    stopped: bool = False


@dataclass(frozen=True)
class Turn:
    """One finished (or cancelled, or failed) turn, as stored and as printed by `--json`."""

    id: int
    words: str
    understanding: Understanding | None
    reply: Reply | None
    source: str = "typed"
    language: str = "en"
    corrected: str | None = None
    models: dict[str, str] = field(default_factory=dict)
    timings_ms: dict[str, float] = field(default_factory=dict)
    confidence: float | None = None
    """How sure the transcriber was of the words."""


@dataclass
class History:
    """A conversation as far as it is in memory; the turn starts it and appends to it."""

    conversation_id: int | None = None
    turns: list[Turn] = field(default_factory=list)


@dataclass(frozen=True)
class Again:
    """Answer the last turn anew."""


@dataclass(frozen=True)
class Heard:
    """The person's words are on disk."""

    turn_id: int
    words: str
    transcriber: str | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class Understood:
    """Emotion, nuance, intent and guard of the turn."""

    understanding: Understanding


@dataclass(frozen=True)
class Token:
    """A piece of the reply."""

    text: str


@dataclass(frozen=True)
class Done:
    """The whole turn; nothing follows."""

    turn: Turn


@dataclass(frozen=True)
class Failed:
    """A stage failed; the sentence is for the person. A reply may still follow."""

    stage: str
    sentence: str


Event = Heard | Understood | Token | Done | Failed


def turn_object(turn: Turn) -> dict[str, Any]:
    """The JSON object of a turn, as every `--json` prints it; keys are only ever added."""
    understanding, reply = turn.understanding, turn.reply
    heard: dict[str, Any] = {"emotion": None, "nuance": None, "intent": None, "guard": None}
    if understanding is not None:
        emotion, nuance, guard = understanding.emotion, understanding.nuance, understanding.guard
        voice, intent = understanding.voice, understanding.intent
        heard = {
            "emotion": {
                **_named(emotion),
                "unsure": emotion.unsure,
                "scores": emotion.scores,
                "from": {"words": _named(understanding.words or emotion), "voice": voice and _named(voice)},
                "disagree": understanding.disagree,
            },
            "nuance": _named(nuance),
            "intent": intent and _named(intent),
            "guard": {"level": guard.level, "reasons": list(guard.reasons)},
        }
    return {
        "version": 1,
        "source": turn.source,
        "words": turn.words,
        "words_confidence": turn.confidence,
        "language": turn.language,
        **heard,
        "corrected": turn.corrected,
        "reply": reply and {"text": reply.text, "origin": reply.origin, "model": reply.model, "stopped": reply.stopped},
        "models": turn.models,
        "timings_ms": turn.timings_ms,
    }


def _named(found: Emotion | Nuance | Intent) -> dict[str, Any]:
    return {"label": found.label, "confidence": found.confidence}
