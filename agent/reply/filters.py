"""What a generated reply must not be: each check is one rule, and says nothing of how good a reply is.

The rules are for a small model: it learned from people who tell of their own lives, and it sometimes rambles.
Replies of the bank were read line by line and pass through none of them.
"""

import itertools
import re
from collections.abc import Sequence

from agent.emotions import BRIGHT, HEAVY
from agent.reply.about import mourns, names_another

# A body, a family, a past, a home, a job, a faith of its own.
_LIFE = re.compile(
    r"\b(my|our)\s+(?!(mistake|bad|apologies|goodness|guess|sense|condolences|sympath\w+|hope|heart)\b)\w+|"
    r"\bwhen i was\b|\b(me|mine) (too|neither|either)\b|\bsame (here|thing happened)\b|\bus\b|"
    r"\bi (also |really |just |once |never |always |still |actually )*"
    r"(had|have(?!n't| to (say|admit|ask))|used to|remember|went|go|got|get(?! (it|that|you|why|how|what))|bought|grew|"
    r"lost|lived?|work(ed)?|did|do the same|play(ed)?|watch(ed)?|ate|eat|drink|drove|drive|saw|own(ed)?|met|"
    r"love(?! (that|hearing|how|to hear))|hate(?! (that|to hear|hearing))|"
    r"enjoy(?! hearing)|miss(ed)?|cried|"
    r"felt|feel(?! (for you|that|like (you|this|that|it)|how))|was(?! (wondering|hoping|going to ask))|were|went|"
    r"pray(ed)?|believe in god|"
    r"am (also|going|afraid of|a |an |\d|single|married|sick|tired|old|from|so (happy|excited) to)|"
    r"could(n't| not|n’t)|would (have|be|do|cry|love|hate|feel|freak|never|die|go|probably|definitely)|"
    r"know (the|that) feeling|know (exactly )?how (you|that) feels?|can relate|relate)\b|"
    r"\bi'?m (also|a |an |going|afraid of|from|married|single|\d|in the|"
    r"at (work|home)|on (my|the)|so (happy|excited) to be)\b|"
    r"\bi'?(ve| have) (had|been|done|seen|gone|got|lost|never|always|a |an |two|three|\d|only|heard (of|about))|"
    r"\bi'?d (have|be|love(?! to (know|hear))|hate|do|cry|feel|never|probably|definitely|freak|die|go)\b|"
    r"\bi (went|have been) through\b|\bhappened to me\b|\bwe (all|should|had|have|went|got|are|were|used|did)\b",
    re.I,
)
_UNSAFE = re.compile(
    r"\b(kill\w*|suicid\w+|murder\w*|die\b|shoot|stab\w*|beat (him|her|them|it) up|hit (him|her|them)|revenge|"
    r"sex\w*|rape\w*|drunk|wasted|fuck\w*|shit\w*|bitch\w*|damn|ass|asshole|crap|hell|dick|bastard|slut|whore|stupid|"
    r"idiot\w*|dumb|crazy|insane|fat|ugly|lazy|loser|karma|deserved? it|your (own )?fault|get over it|move on|"
    r"man up|calm down|cheer up|at least|everything happens for a reason|god|jesus|lord|pray\w*|bless\w*|heaven|"
    r"better place|sue|lawyer|gun|weed|medication|diagnos\w+|therap\w+|doctor)\b",
    re.I,
)
_GLAD = re.compile(
    r"\b(congrat\w*|awesome|amazing|great|wonderful|fantastic|excellent|cool|nice|good for you|"
    r"glad(?! (that )?you (said|told|tell|wrote|came|say|have (him|her|them|each|somebody|someone)))|"
    r"happy (for|to hear)|yay|woo\w*|lol|ha(ha)+|funny|exciting|excited|fun|lucky|sweet|"
    r"beautiful|love (it|that)|enjoy)\b",
    re.I,
)
_SORRY = re.compile(
    r"\b(sorry|sad|terrible|awful|horrible|unfortunate\w*|too bad|oh no|sucks?|tough|hard|rough|upset\w*|"
    r"disappoint\w*|frustrat\w*|annoy\w*|scary|devastat\w*|heartbreaking)\b",
    re.I,
)
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?", re.I)
_PLAIN = frozenset(
    word
    for line in (
        "a an and any are as at be been but can did do does for from get got had has have he her hers him his how i",
        "if in is it its just like me more most my no not now of on or our out really she so some that the their them",
        "then there they this to too up very was we were what when where which who why will with would you your yours",
        "about am",
    )
    for word in line.split()
)
MOST_WORDS = 40


def tells_of_itself(text: str) -> bool:
    """Whether a reply claims a body, a family or a past, or speaks as if it were the person."""
    return bool(_LIFE.search(text))


def faults(text: str, words: str, talk: Sequence[str], said: Sequence[str], emotion: str) -> list[str]:
    """Why a generated reply must not be given; none if it may.

    Args:
        text: the reply.
        words: what the person said just now.
        talk: what they said before, oldest first.
        said: what was answered before.
        emotion: what was understood of `words`; empty if that is unsure.
    """
    heard = " ".join([*talk, words])
    known = {word.lower() for word in _WORD.findall(heard)}
    tokens = [word.lower() for word in _WORD.findall(text)]
    found = []
    if not 3 <= len(tokens) <= MOST_WORDS or not text.rstrip().endswith((".", "!", "?")):
        found.append("length")
    if re.search(r"[\[\]<>{}|\\/_*#]|http|www", text) or not text.isprintable():
        found.append("not prose")
    if tells_of_itself(text):
        found.append("claims a life")
    if names_another(text, heard) or _unknown_names(text, known):
        found.append("names somebody")
    if any(match.group(0).lower() not in known for match in _UNSAFE.finditer(text)):
        found.append("unsafe")
    if re.search(r"\d", text) and not set(re.findall(r"\d+", text)) <= set(re.findall(r"\d+", heard)):
        found.append("a number nobody said")
    if _GLAD.search(text) and (emotion in HEAVY or mourns(words, talk)):
        found.append("glad at a heavy matter")
    if _SORRY.search(text) and emotion in BRIGHT:
        found.append("sorry at a glad matter")
    if _rambles(tokens):
        found.append("rambles")
    if any(_alike(tokens, [word.lower() for word in _WORD.findall(one)]) for one in said):
        found.append("said before")
    if _parrots(text, known) or _alike(tokens, [word.lower() for word in _WORD.findall(words)], 0.6):
        found.append("asks what was said")
    return found


def tidy(text: str) -> str:
    """A reply as it is written: one space, a capital after each full stop, and "I" large."""
    text = re.sub(r"\s+([.,!?;:])", r"\1", " ".join(text.split()))
    text = re.sub(r"\bi(?=\b(?!\.e))", "I", text)
    text = re.sub(r"([!?.])\1+", r"\1", text)
    return re.sub(r"(^|[.!?] )([a-z])", lambda match: match[1] + match[2].upper(), text)


def _unknown_names(text: str, known: set[str]) -> bool:
    """Whether a word stands with a capital inside a sentence that the person did not use."""
    inside = re.findall(r"(?<![.!?])\s+([A-Z][a-z]+)", text)
    return any(word.lower() not in known for word in inside if word != "I")


def _rambles(tokens: Sequence[str]) -> bool:
    """Whether three words come twice."""
    triples = list(zip(tokens, tokens[1:], tokens[2:], strict=False))
    return len(triples) != len(set(triples))


def _alike(one: Sequence[str], other: Sequence[str], share: float = 0.5) -> bool:
    """Whether two texts have most of their pairs of words in common."""
    pairs, others = set(itertools.pairwise(one)), set(itertools.pairwise(other))
    return bool(pairs) and len(pairs & others) > share * min(len(pairs), len(others) or len(pairs))


def _parrots(text: str, known: set[str]) -> bool:
    """Whether a question asks for nothing but what the person has just said."""
    for question in re.findall(r"[^.!?]*\?", text):
        content = [word.lower() for word in _WORD.findall(question) if word.lower() not in _PLAIN]
        if len(content) >= 2 and all(word in known for word in content):
            return True
    return False
