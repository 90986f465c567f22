"""Is somebody in danger? `assess` reads a turn, `words` answers a crisis, `disclosure` says what this is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.dangers import LEVELS
from agent.events import Guard
from agent.guard.meaning import Meaning, meanings, meant
from agent.guard.wording import disclosure, helplines, words, words_again

if TYPE_CHECKING:
    from agent.guard.conversation import Mood

_UNHEARD = Meaning()
# Where minutes count, so many turns after it are a crisis as well, whatever is said in them.
_URGENT = frozenset({"suicide-attempt", "overdose"})
_MINUTES = 3

__all__ = ["Meaning", "assess", "disclosure", "helplines", "meanings", "meant", "words", "words_again"]


def assess(
    text: str,
    earlier: Sequence[str],
    mood: "Mood | None" = None,
    meaning: Meaning = _UNHEARD,
    before: Sequence[Guard | None] = (),
) -> Guard:
    """The danger in `text`, after what the person said before it (oldest first).

    `meaning` is what the text encoder makes of it (`meant`): the graver of that and of the rules counts, but rules are
    not heeded where the meaning is surely harmless ("kms, the wifi is down"). `before` is what was found in each of
    `earlier`; without it they are judged by the rules.

    A crisis in an earlier turn keeps every later one at `concern` at least; concerns in three turns are a
    crisis. A hint of hopelessness becomes a concern with a second one, or after loneliness; loneliness and
    grief alone never do.

    The mood enters in one place: sadness or fear, surely heard by emotion or nuance, makes a hint of hopelessness a
    concern. Every other text is judged alike without one.

    Answers to the fixed words are heard: a denial has the reason `denial`, for which `words` does not repeat
    them, though it clears nothing; a "no" to whether they are safe is a crisis.
    """
    from agent.guard.answers import is_helped, is_out_of_reach
    from agent.guard.conversation import danger, heard_as_answer  # compiling the rules takes a tenth of a second

    found = danger(text, earlier, mood, meaning.calm, before)
    if not before or before[-1] is None or before[-1].level != "none":
        found = heard_as_answer(text, earlier, found)
    if "denial" not in found.reasons:
        # Where the tablets are with a brother, what sounds like an attempt is the tale of one that did not happen.
        past = meaning.guard.level == "crisis" and is_out_of_reach(text)
        found = _graver(found, Guard("concern", ("suicide-means",)) if past else meaning.guard)
    urgent = [one.reasons for one in before[-_MINUTES:] if one and _is_urgent(one)]
    if urgent and found.level != "crisis" and "denial" not in found.reasons and not is_helped(text):
        return Guard("crisis", (*urgent[-1], "still"))
    crises = [one.reasons for one in before if one and one.level == "crisis"]
    if crises and found.level != "crisis" and "earlier-crisis" not in found.reasons:
        known = (reason for reasons in crises for reason in reasons)
        found = Guard("concern", tuple(dict.fromkeys((*found.reasons, "earlier-crisis", *known))))
    return found


def _is_urgent(found: Guard) -> bool:
    return found.level == "crisis" and not _URGENT.isdisjoint(found.reasons) and "still" not in found.reasons


def _graver(ruled: Guard, meant: Guard) -> Guard:
    """The graver of what the rules and the meaning say; of two alike the rules know better why, but for an attempt."""
    if ruled.level == meant.level:
        more = tuple(reason for reason in meant.reasons if reason in _URGENT) if ruled.reasons else meant.reasons
        return Guard(ruled.level, tuple(dict.fromkeys((*ruled.reasons, *more))))
    return max(ruled, meant, key=lambda found: LEVELS.index(found.level))
