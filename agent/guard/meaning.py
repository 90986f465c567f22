"""What the text encoder makes of danger, in the words of the guard: it hears what no rule has words for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.events import Guard

if TYPE_CHECKING:
    from agent.understand.text import TextEmotion

# What a kind of danger is called among the reasons.
REASONS = {
    "passive-wish": "passive-wish",
    "ideation": "suicide-ideation",
    "plan": "suicide-plan",
    "means": "suicide-means",
    "attempt": "suicide-attempt",
    "self-harm": "self-harm",
    "harm-by-others": "violence-victim",
    "harm-to-others": "threat-to-others",
    "for-somebody-else": "other-in-danger",
    "goodbye": "goodbye",
    "hints": "hints",
}


@dataclass(frozen=True)
class Meaning:
    """The danger that the meaning of a turn speaks of; `calm` if there is surely none, whatever its words are."""

    guard: Guard = field(default_factory=Guard)
    calm: bool = False


def meant(encoder: "TextEmotion", words: str, before: str = "") -> Meaning:
    """The meaning of `words`; `before` is what the encoder is given of the turns before."""
    return next(meanings(encoder, [(words, before)]))


def meanings(encoder: "TextEmotion", items: Sequence[tuple[str, str]]) -> Iterator[Meaning]:
    """The meanings of (words, before) pairs; where words hide some, the graver of them and of the words behind them."""
    from agent.guard.unmask import reveal

    plain = [(reveal(words), before) for words, before in items]
    revealed = encoder.dangers(pair for pair in plain if pair[0])
    for danger, (hidden, _) in zip(encoder.dangers(items), plain, strict=True):
        found = max(danger, next(revealed), key=lambda each: each.likelihood) if hidden else danger
        guard = Guard() if found.level == "none" else Guard(found.level, (REASONS[found.kind],))
        yield Meaning(guard, found.calm)
