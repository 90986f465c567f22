"""Whom the words are about: who died, and that no reply speaks of anybody whom the person did not name."""

import functools
import re
from collections.abc import Sequence

# Words of death: whatever emotion was read beside them, the answer is never a glad one.
_DEATH = re.compile(
    r"\b(died|passed away|(is|was|are|'s) (dead|dying(?! to| for| of laugh| laughing))|"
    r"(took|taken|take) (his|her|their) own li(fe|ves)|"
    r"killed (himself|herself|themselves)|suicide|funeral|buried|ashes|stillborn|miscarriage|"
    r"(my|our) late (husband|wife|partner|m[ou]m|mother|dad|father|brother|sister|son|daughter|gran\w*|friend|uncle|"
    r"aunt|dog|cat))\b",
    re.I,
)
_LOSS = re.compile(
    rf"{_DEATH.pattern}|\b(lost(?! (my|our|the|a) (job|work|home|house|game|match|keys?|phone|wallet|bag))|loss|gone|"
    r"grie\w+|miss(ed|ing)?|passed|death|dead|sleep|put down)\b",
    re.I,
)
# Who died goes on being he, she or they.
_OF_THE_DEAD = re.compile(r"\b(he|she|him|her|his|hers|they|them|their)\b", re.I)
# Who belongs to a person: what a reply may call them, and by which words they must have been named. A reply says
# "your dad" to no widow.
_KIN = (
    ("mum mom mother", "mum mom mam ma mother mummy mommy mama parents"),
    ("dad father", "dad father daddy da papa pop parents"),
    ("parent parents", "parent parents mum mom mam mother mummy mommy mama dad father daddy papa"),
    ("husband", "husband hubby"),
    ("wife", "wife"),
    ("boyfriend", "boyfriend bf partner"),
    ("girlfriend", "girlfriend gf partner"),
    ("partner", "partner husband hubby wife boyfriend girlfriend bf gf fiance fiancee"),
    ("brother", "brother brothers bro"),
    ("sister", "sister sisters sis"),
    ("son boy", "son sons boy boys lad kid child"),
    ("daughter girl", "daughter daughters girl girls kid child"),
    (
        "child children kid kids baby",
        "child children kid kids baby babies toddler newborn twins son sons daughter daughters boy girl lad pregnant "
        "pregnancy miscarriage miscarried stillborn stillbirth",
    ),
    ("gran grandma grandmother nan", "gran grandma granny nan nana nanna grandmother"),
    ("grandad grandpa grandfather", "grandad granddad grandpa grandfather gramps"),
    ("uncle", "uncle"),
    ("aunt", "aunt auntie aunty"),
    ("boss manager", "boss manager supervisor"),
    ("teacher", "teacher teachers tutor professor"),
    ("neighbour neighbor", "neighbour neighbours neighbor neighbors"),
    ("colleague coworker", "colleague colleagues coworker coworkers workmate"),
    ("friend mate", "friend friends mate mates bestie buddy pal bff roommate flatmate"),
    ("dog puppy", "dog dogs puppy pup"),
    ("cat kitten", "cat cats kitten kitty"),
    ("animal pet", "animal animals pet pets dog dogs puppy pup cat cats kitten horse pony rabbit hamster bird parrot"),
)
_NAMED_BY = {word: frozenset(by.split()) for words, by in _KIN for word in words.split()}
_CALLED = re.compile(rf"\b(?:your|losing an?|loss of an?) (?:\w+ )?({'|'.join(_NAMED_BY)})\b", re.I)
_OF_OTHERS = re.compile(rf"\b(\w+)['’]s (?:(?!my\b)\w+ )?(?:{'|'.join(sorted(_NAMED_BY))})\b", re.I)
_WORD = re.compile(r"[a-z]+", re.I)


def speaks_of_death(text: str) -> bool:
    """Whether somebody dies in a text."""
    return bool(_DEATH.search(text))


def mourns(words: str, earlier: Sequence[str]) -> bool:
    """Whether the words are of a death, or of one who died earlier in the talk."""
    if _DEATH.search(words):
        return True
    return bool(_OF_THE_DEAD.search(words)) and any(_DEATH.search(turn) for turn in earlier)


def about_another(cue: str, words: str) -> bool:
    """Whether a cue is about somebody or something else than the words, however near it is.

    "My husband died" is near to "my mum died", and "my boss fired me" to "my boss died"; both are wrong.
    """
    said, about_whom = _own_words(words), _own_words(cue)
    if _DEATH.search(words) and not _LOSS.search(cue):
        return True
    about = [_NAMED_BY[word] for word in about_whom if word in _NAMED_BY]
    return bool(about) and not said.isdisjoint(_NAMED_BY) and all(said.isdisjoint(named_by) for named_by in about)


def names_another(reply: str, talk: str) -> bool:
    """Whether a reply speaks of a person or pet that the person has not named in the talk."""
    called = _called(reply)
    return bool(called) and any(_own_words(talk).isdisjoint(_NAMED_BY[kin]) for kin in called)


@functools.cache
def _called(reply: str) -> tuple[str, ...]:
    return tuple(kin.lower() for kin in _CALLED.findall(reply))


@functools.lru_cache(maxsize=64)
def _own_words(text: str) -> frozenset[str]:
    """The words of a text without the relatives of others: of "my friend's mum" the friend remains."""
    return frozenset(word.lower() for word in _WORD.findall(_OF_OTHERS.sub(r"\1", text)))
