"""The form of what was said, as far as words alone tell it: a greeting, thanks, a question of fact or for advice."""

import re

# What is said about the talk itself has few forms; everything else is left to meaning.
FORMS = {
    "greeting": re.compile(
        r"^\W*(hi+|hey+|hello+|hiya|howdy|good (morning|afternoon|evening)|yo)\b[\w\s,!.]{0,14}$", re.I
    ),
    "farewell": re.compile(
        r"^\W*((ok(ay)?|well|thanks|right)\W+)*"
        r"(bye+|goodbye|good ?night|see (you|ya)|gotta go|got to go|ttyl)\b.{0,40}$|"
        r"\W(bye+|goodbye|bye for now|good ?night)\W*$",
        re.I,
    ),
    "thanks": re.compile(r"^\W*((ok(ay)?|oh|aw+|haha|yes|no)\W+)?(thanks|thank (you|u)|thx|ty|cheers)\b.{0,40}$", re.I),
    "advice": re.compile(
        r"\b(what (should|shall|can|do|would) (i|we|you) (even )?(do|say)|any advice|what now)\b[\w\s]*\W*$", re.I
    ),
}
# With or without its mark; "how do I tell her" is none.
_FACT = re.compile(
    r"^\W*((hey|ok(ay)?|so|please|um+|quick question)\W+)*"
    r"(what(\W?s| is| are| was| were)|who(\W?s| is| was| won| wrote)|when(\W?s| is| does| did)|where(\W?s| is| can i)|"
    r"which|how (many|much|far|old|tall|long|big)|(solve|calculate|translate|convert|define)|"
    r"how (do i|do you|can i|to) (cancel|change|get to|make|cook|fix|install|open|reset|use|find|apply|book|pay|renew|"
    r"register|set up|convert|spell|pronounce|clean|remove|delete|connect|print|send|download)|"
    r"(can|could|will) you (tell me the|find|look|solve|calculate|translate|book|order|write|set))\b",
    re.I,
)
# "Isn't it?" wants no fact.
_TAG = re.compile(
    r"(^|\W)(is|are|was|were|do|does|did|has|have|can|could|will|would|should)n['’]?t (it|he|she|they|i|we|you)\?$",
    re.I,
)
_ASKS = re.compile(
    r"\?|\b(how (do|can|could|should|would) (i|we|you|people)|should i|shall i|what (do|should|can|could|would) (i|we)|"
    r"advice|tips?|help me|tell me what)\b",
    re.I,
)
_ASKS_HOW = re.compile(
    r"\b(how (do|can|could|should|would) (i|we)|should (i|we)|(do|shall) (i|we) (tell|say|go|ask))\b", re.I
)
_OWN_FEELING = re.compile(
    r"^(?=.*\b(i|i'm|im|we|me|my)\b).*\b(happy|glad|proud|excited|reliev\w+|better|love|thrilled|grateful|lucky|smil\w+|"
    r"laugh\w*|won|passed|sad|angry|furious|mad|scared|afraid|terrified|worried|nervous|hates?|hurts?|cry|cried|crying|upset|"
    r"terrible|awful|devastated|lonely|alone|sick|miss|guilty|ashamed|jealous|lost|died|broken?|failed|wish|hope)\b|!",
    re.I,
)


def form(words: str) -> str | None:
    """The kind of what is said about the talk itself; none for everything else."""
    return next((kind for kind, pattern in FORMS.items() if pattern.search(words.strip())), None)


def wants_a_fact(words: str) -> bool:
    """Whether words that carry no feeling ask for something to be looked up or done."""
    words = words.strip()
    return bool(_FACT.search(words) or (words.endswith("?") and not _TAG.search(words)))


def asks(words: str) -> bool:
    """Whether anything is asked; advice is for those who ask for it."""
    return bool(_ASKS.search(words))


def asks_how(words: str) -> bool:
    """Whether a person asks what to do about their own matter."""
    return bool(_ASKS_HOW.search(words))


def tells_own_feeling(words: str) -> bool:
    """Whether a person says of themselves how they feel."""
    return bool(_OWN_FEELING.search(words))
