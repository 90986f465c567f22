"""Whom the person named, so that a reply may call them so.

Of "my best friend lied to me", the {who} of a reply becomes "your best friend".
"""

import re
from collections.abc import Sequence

_PEOPLE = (
    "mum mom mam mother dad father husband wife boyfriend girlfriend partner fiance fiancee brother sister son "
    "daughter baby gran grandma grandmother nan grandad granddad grandpa grandfather uncle aunt cousin nephew niece "
    "boss manager teacher neighbour neighbor colleague coworker friend mate roommate flatmate"
)
_PETS = "dog puppy cat kitten horse pony rabbit hamster parrot"
_LIKE = (
    "best|ex|older|oldest|elder|eldest|younger|youngest|little|big|twin|step|elderly|new|old|poor|lovely|dear|baby|"
    "foster"
)
_NAMED = {
    slot: re.compile(rf"\bmy ((?:(?:{_LIKE})[ -])*(?:{'|'.join(words.split())}))\b(?!['’]s|[ -]in[ -]law)", re.I)
    for slot, words in (("who", _PEOPLE), ("pet", _PETS))
}
# How far back somebody may have been named and still be meant.
TURNS_BACK = 3


def named(words: str, earlier: Sequence[str]) -> dict[str, str]:
    """What each slot stands for in a talk; a slot is missing if nobody was named, or several at once.

    Args:
        words: what the person said just now.
        earlier: what they said before, oldest first.
    """
    found = {}
    for slot, pattern in _NAMED.items():
        for text in (words, *reversed(earlier[-TURNS_BACK:])):
            names = {name.lower() for name in pattern.findall(text)}
            if names:
                if len(names) == 1:
                    found[slot] = f"your {names.pop()}"
                break
    return found


def fill(text: str, names: dict[str, str]) -> str | None:
    """A reply with its slots filled; none if it names somebody whom nobody named."""
    for slot in _NAMED:
        for mark in (f"{{{slot}}}", f"{{{slot.capitalize()}}}"):
            if mark in text:
                if slot not in names:
                    return None
                name = names[slot]
                text = text.replace(mark, name if mark[1].islower() else name[0].upper() + name[1:])
    return text
