"""One turn among the earlier ones: what lasts, what adds up, and what answers the fixed words."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from agent.emotions import NUANCE_TO_EMOTION
from agent.events import Emotion, Guard, Nuance
from agent.guard import answers
from agent.guard.mourning import Known, is_elsewhere, the_dead
from agent.guard.rules import Finding, judge
from agent.guard.wording import question

# Hints add up over this many turns; a crisis is remembered over the whole conversation.
_RECENT_TURNS = 10
_WEIGHT = {"hint": 1, "concern": 2, "crisis": 0}
_OWN_DESPAIR = frozenset({"passive-wish", "hopelessness", "goodbye", "reunion"})
_LOW = frozenset({"sadness", "fear"})
# From here on a nuance such as lonely or devastated tells a low mood where the emotion is unsure.
_NUANCE_TELLS = 0.4
# So long a run of short answers is followed: "no" to being safe, "sometimes" to thinking of death.
_ANSWERS = 3
# Over so many turns somebody living is still the one who is spoken of.
_TOLD_TURNS = 3


class Mood(Protocol):
    """How the words of a turn feel."""

    @property
    def emotion(self) -> Emotion: ...
    @property
    def nuance(self) -> Nuance: ...


def danger(
    text: str,
    earlier: Sequence[str],
    mood: Mood | None = None,
    calm: bool = False,
    found: Sequence[Guard | None] = (),
) -> Guard:
    """The danger in `text` after `earlier`, whatever it answers.

    A text that is `calm` speaks of none. `found` is what was found in each of `earlier`, if that is known: what was
    found harmless then, for all its words, is harmless now.
    """
    died_before = _died(earlier)
    died = died_before | the_dead(text)
    own = Finding() if calm else _judged(text, earlier, len(earlier), died)
    first = {turn: at for at, turn in reversed([*enumerate(earlier)]) if turn != text}
    turns = sorted(first.values())
    before = [_heeded(_judged(earlier[at], earlier, at, died), found[at] if found else None) for at in turns]

    level, reasons = own.level, own.reasons
    weight = _weight(own)
    total = weight + sum(_weight(turn) or "loneliness" in turn.reasons for turn in before[-_RECENT_TURNS:])
    if level == "hint":
        told = weight and (total >= 2 or (mood is not None and _is_low(mood)))
        level, reasons = ("concern", reasons) if told else ("none", ())
    if level == "concern" and weight and total >= 6:
        level = "crisis"
    if level == "crisis":
        return Guard(level, reasons)
    crises = [at for at, turn in zip(turns, before, strict=True) if turn.level == "crisis"]
    # "He died in May" tells what "I want to join him" meant.
    revealed = [at for at in crises if _judged(earlier[at], earlier, at, died_before).level != "crisis"]
    if revealed:
        return Guard("crisis", _reasons(_judged(earlier[at], earlier, at, died) for at in revealed))
    if crises:
        level = "concern"
        known = _reasons(turn for turn in before if turn.level == "crisis")
        reasons = tuple(dict.fromkeys((*reasons, "earlier-crisis", *known)))
    return Guard(level, reasons)


def heard_as_answer(text: str, earlier: Sequence[str], heard: Guard) -> Guard:
    """`heard` again, or what `text` means as an answer to the fixed words of the last two turns."""
    if not earlier:
        return heard
    graver = _graver(text, earlier)
    if graver or heard.level == "crisis":
        return graver or heard
    if "earlier-crisis" not in heard.reasons and (lasting := _answered_gravely(earlier)):
        heard = Guard("concern", tuple(dict.fromkeys((*heard.reasons, "earlier-crisis", *lasting))))

    own = _judged(text, earlier, len(earlier), _died(earlier))
    if own.level == "concern" and not answers.takes_back(text):
        return heard
    last, asked = _said_to(earlier)
    raised = [turn for turn in (last, _said_to(earlier[:-1])[0]) if _raised(turn)]
    answered = raised[0].reasons if raised else ()
    hint = judge(earlier[-1])
    if not answered and _weight(hint) and answers.is_safe(text):
        answered = hint.reasons  # in the chat, sadness may have been heard beside it
    denied = (
        answers.denies(text)
        or (_raised(last) and answers.reassures(text))
        or (asked == "safe" and answers.is_yes(text))
        or (asked == "ending" and answers.is_no(text))
    )
    if not denied or not answered:
        return heard
    return Guard("concern", ("denial", *(heard.reasons if "earlier-crisis" in heard.reasons else answered)))


def _said_to(turns: Sequence[str], deep: int = _ANSWERS) -> tuple[Guard, str]:
    """The danger in the last of `turns`, and what it was asked (see `question`)."""
    if not turns:
        return Guard(), ""
    *earlier, last = turns
    found = _graver(last, earlier, deep - 1) or danger(last, earlier)
    # The fixed words of a concern are not said twice running.
    repeated = found.level == "concern" and bool(earlier) and _raised(danger(earlier[-1], earlier[:-1]))
    return found, question(found) if _raised(found) and not repeated else ""


def _graver(text: str, earlier: Sequence[str], deep: int = _ANSWERS) -> Guard | None:
    """The crisis that `text` tells of by saying no to being safe, or yes to thinking of death."""
    unsafe, deadly = answers.is_no(text), answers.is_faint_yes(text)
    if not earlier or deep == 0 or not (unsafe or deadly):
        return None
    last, asked = _said_to(earlier, deep)
    if asked == "safe" and unsafe:
        return Guard("crisis", last.reasons)
    if asked == "ending" and deadly:
        return Guard("crisis", tuple(dict.fromkeys(("suicide-ideation", *last.reasons))))
    return None


def _answered_gravely(turns: Sequence[str]) -> tuple[str, ...]:
    """The reasons of every turn that was a crisis by what it answered alone."""
    grave: list[str] = []
    for at in range(1, len(turns)):
        if judge(turns[at - 1]).level != "none" or answers.is_no(turns[at - 1]):
            found = _graver(turns[at], turns[:at])
            grave += found.reasons if found else ()
    return tuple(dict.fromkeys(grave))


def _is_low(mood: Mood) -> bool:
    """Whether sadness or fear is surely heard, by the emotion or, where that is unsure, by the nuance."""
    if not mood.emotion.unsure:
        return mood.emotion.label in _LOW
    return NUANCE_TO_EMOTION.get(mood.nuance.label) in _LOW and mood.nuance.confidence >= _NUANCE_TELLS


def _died(turns: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(the_dead, turns))


def _judged(turn: str, earlier: Sequence[str], at: int, died: frozenset[str]) -> Finding:
    """What the words of a turn hold, `at` its place among the earlier ones."""
    return judge(turn, Known(died, any(map(is_elsewhere, earlier[max(0, at - _TOLD_TURNS) : at]))))


def _heeded(finding: Finding, found: Guard | None) -> Finding:
    harmless = found is not None and found.level == "none" and finding.level in ("concern", "crisis")
    return Finding() if harmless else finding


def _weight(finding: Finding) -> int:
    return _WEIGHT[finding.level] if _OWN_DESPAIR.intersection(finding.reasons) else 0


def _reasons(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for finding in findings for reason in finding.reasons))


def _raised(guard: Guard) -> bool:
    """Whether a turn showed danger of the person's own, and does not only stand after one that did."""
    return guard.level != "none" and "earlier-crisis" not in guard.reasons and guard.reasons != ("other-in-danger",)
