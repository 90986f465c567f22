"""Is somebody in danger? `assess` reads a turn, `words` answers a crisis, `disclosure` says what this is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.events import Emotion, Guard
from agent.guard.wording import disclosure, words

if TYPE_CHECKING:
    from agent.guard.rules import Finding

__all__ = ["assess", "disclosure", "words"]

# Hints add up over this many turns; a crisis is remembered over the whole conversation.
_RECENT_TURNS = 10
_WEIGHT = {"hint": 1, "concern": 2, "crisis": 0}
_OWN_DESPAIR = frozenset({"passive-wish", "hopelessness", "goodbye"})
_LOW = frozenset({"sadness", "fear"})


def _weight(finding: "Finding") -> int:
    return _WEIGHT[finding.level] if _OWN_DESPAIR.intersection(finding.reasons) else 0


def assess(text: str, earlier: Sequence[str], emotion: Emotion | None = None) -> Guard:
    """The danger in `text`, after what the person said before it (oldest first).

    A crisis in an earlier turn keeps every later one at `concern` at least. A hint becomes a concern
    with a second one, or with sadness or fear heard beside it; concerns in three turns, a crisis.
    """
    from agent.guard.rules import judge  # compiling the rules takes 80 ms, which `agent --help` need not pay

    finding = judge(text)
    before = [judge(turn) for turn in dict.fromkeys(earlier) if turn != text]
    level, reasons = finding.level, finding.reasons
    weight = _weight(finding)
    total = weight + sum(_weight(turn) for turn in before[-_RECENT_TURNS:])
    low = emotion is not None and not emotion.unsure and emotion.label in _LOW
    if level == "hint":
        level, reasons = ("concern", reasons) if total >= 2 or low else ("none", ())
    if level == "concern" and weight and total >= 6:
        level = "crisis"
    known = [turn for turn in [*before, *map(judge, earlier[-1:])] if turn.level == "crisis"]
    if known and level != "crisis":
        level = "concern"
        reasons = tuple(dict.fromkeys((*reasons, "earlier-crisis", *(r for turn in known for r in turn.reasons))))
    return Guard(level, reasons)
