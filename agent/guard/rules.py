"""One text, read by the rules: how grave it is, and why. Of earlier turns it knows only who has died."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.guard import exceptions
from agent.guard.harm import OTHERS, SELF_HARM, THREAT, VIOLENCE
from agent.guard.mourning import MOURNING, Known, is_somebody, means_the_dead, the_dead
from agent.guard.patterns import Rule
from agent.guard.suicide import HOPELESS, SUICIDE
from agent.guard.unmask import unmask

LEVELS = ("none", "hint", "concern", "crisis")
RULES: list[Rule] = [*SUICIDE, *SELF_HARM, *VIOLENCE, *THREAT, *OTHERS, *HOPELESS, *MOURNING]

_NEARBY = 160  # characters either side of a match that may change its meaning
_CLAUSE_END = re.compile(r" [.,] | but | and now ")


@dataclass(frozen=True)
class Finding:
    """What one text holds: `level` is one of `LEVELS`, `reasons` belong to that level."""

    level: str = "none"
    reasons: tuple[str, ...] = ()


def _clause(text: str, start: int, end: int) -> str:
    """The part of a sentence around a match."""
    before = [match.end() for match in _CLAUSE_END.finditer(text, 0, start + 1)]
    after = _CLAUSE_END.search(text, max(end - 1, 0))
    return text[before[-1] if before else 0 : after.start() if after else len(text)]


def _meant(rule: Rule, match: re.Match[str], nearby: str, known: Known) -> str:
    """The level of a rule for whom it is said of, and beside what."""
    harmless = rule.unless is not None and rule.unless.search(nearby) is not None
    if not rule.bereaved:
        return "none" if harmless else rule.level
    who = match.groupdict().get("who")
    if means_the_dead(who, known.died) and not (who is None and harmless):
        return rule.bereaved
    return "none" if harmless or (rule.unless and known.elsewhere) or not is_somebody(who) else rule.level


def _level(rule: Rule, match: re.Match[str], known: Known) -> str:
    """The level of a match where it stands, once denials, stories, accidents and the past are heard."""
    start, end = match.span()
    offset = max(0, start - _NEARBY)
    nearby = match.string[offset : end + _NEARBY]
    before, matched = nearby[: start - offset].rstrip(), match.group()
    if exceptions.NEGATION.search(before) or exceptions.NEGATED_INSIDE.search(matched):
        return "none"
    clause = _clause(nearby, start - offset, end - offset)
    told_of = exceptions.STORY.search(clause)
    if told_of and (exceptions.STORY_WISH.search(clause) or not exceptions.OWN_WISH.search(matched)):
        return "none"
    careless = exceptions.ACCIDENT.search(nearby) and not exceptions.ON_PURPOSE.search(nearby)
    if rule.reason == "self-harm" and careless:
        return "none"
    level = _meant(rule, match, nearby, known)
    if level != "crisis":
        return level
    if exceptions.REPORTED.search(before) or exceptions.ANOTHER.search(clause):
        return "concern"
    if exceptions.QUOTED.search(before) and exceptions.TAKEN_BACK.search(nearby):
        return "concern"
    present = not exceptions.PAST_TENSE.search(before[-30:] + " " + matched)
    when = exceptions.DEATH_DATED.sub(" ", nearby) if present else nearby
    if rule.reason != "reunion" and exceptions.PAST.search(when) and not exceptions.STILL.search(nearby):
        return "concern"
    return "crisis"


def _found(text: str, known: Known) -> Iterator[tuple[str, str]]:
    for idiom in exceptions.IDIOMS:
        text = idiom.sub("~", text)
    for sentence in dict.fromkeys(text.split(" . ")):
        for rule in RULES:
            for match in rule.pattern.finditer(sentence):
                yield _level(rule, match, known), rule.reason


_NOTHING = Known()


@functools.lru_cache(maxsize=65536)  # every turn is judged again with each turn after it
def judge(text: str, known: Known = _NOTHING) -> Finding:
    """The gravest level in `text`, with the reasons for it, gravest rules first; `known` from other turns."""
    known = Known(known.died | the_dead(text), known.elsewhere)
    found = list(_found(unmask(text), known))
    level = max((level for level, _ in found), key=LEVELS.index, default="none")
    if level == "none":
        return Finding()
    return Finding(level, tuple(dict.fromkeys(reason for at, reason in found if at == level)))
