"""One text, read by the rules: how grave it is, and why. Knows nothing of earlier turns."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.guard import exceptions
from agent.guard.harm import OTHERS, SELF_HARM, THREAT, VIOLENCE
from agent.guard.patterns import Rule
from agent.guard.suicide import HOPELESS, SUICIDE
from agent.guard.unmask import unmask

LEVELS = ("none", "hint", "concern", "crisis")
RULES: list[Rule] = [*SUICIDE, *SELF_HARM, *VIOLENCE, *THREAT, *OTHERS, *HOPELESS]

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


def _level(rule: Rule, match: re.Match[str]) -> str:
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
    if rule.level != "crisis":
        return rule.level
    if exceptions.REPORTED.search(before) or exceptions.ANOTHER.search(clause):
        return "concern"
    if exceptions.PAST.search(nearby) and not exceptions.STILL.search(nearby):
        return "concern"
    return "crisis"


def _found(text: str) -> Iterator[tuple[str, str]]:
    for idiom in exceptions.IDIOMS:
        text = idiom.sub("~", text)
    for sentence in text.split(" . "):
        for rule in RULES:
            for match in rule.pattern.finditer(sentence):
                yield _level(rule, match), rule.reason


@functools.lru_cache(maxsize=65536)  # every turn is judged again with each turn after it
def judge(text: str) -> Finding:
    """The gravest level in `text`, with the reasons for it, gravest rules first."""
    found = list(_found(unmask(text)))
    level = max((level for level, _ in found), key=LEVELS.index, default="none")
    if level == "none":
        return Finding()
    return Finding(level, tuple(dict.fromkeys(reason for at, reason in found if at == level)))
