"""What a person answers to the fixed words: that they are safe, that they are not, that it was not meant."""

import re

from agent.guard.exceptions import TAKEN_BACK
from agent.guard.patterns import compiled
from agent.guard.unmask import unmask

_YES = re.compile(
    r"(?:(?:yes|yeah|yep|yup|sure|of course|i am|im|i do|i feel|very|quite|safe|really|thanks|thank you|well|oh|,"
    r"|\.) ?)+"
)
# To "Are you thinking about ending your life?" no yes is faint.
_FAINT_YES = re.compile(
    r"(?:well ,? ?|um ,? ?|i guess )?(?:yes|yeah|yep|maybe|sometimes|kind of|sort of|a bit|a little|a lot|often"
    r"|i think so|i guess|perhaps|probably|at times|every (?:day|night)|all the time|i (?:do|am|have)\b)"
)
_NO = re.compile(
    r"(?:well ,? ?|um ,? ?)?(?:no|nope|nah|not really|not sure|not at all|probably not|im not|i am not|i dont know|idk"
    r"|i dont think so|i dont feel safe|define safe|what is safe|whats safe|safe from what"
    r"|(?:that |it )?depends (?:on )?what you (?:mean|call|mean by|understand by) (?:safe|that|by that|by safe))"
    r"(?: (?:no|not|im|i|am|dont|know|think|so|really|safe|feel|at all|if|and|alone|scared|afraid|terrified|frightened"
    r"|right now|tonight|sure|sorry|,|\.))*"
)
_SAFE = compiled(
    r"(?:im|i am|i feel|yes)(?: (?:perfectly|quite|completely|totally|very|really|all|still|honestly|actually))? safe"
    r"|(?:not|never|wont|wouldnt|would not|will not|no plans? to|dont)(?: (?:ever|actually|really|going|gonna|planning"
    r"|about|trying|thinking|to|of|on))* (?:(?:do|doing|try|trying) (?:anything|something|that|it)"
    r"|(?:hurt|hurting|harm|harming|kill|killing) <self>|end(?:ing)? (?:it|my life)|act on (?:it|that|them))"
    r"|(?:dont|do not|didnt|never)(?: \w+)? (?:want|wanted) to (?:die|kill <self>|hurt <self>|end (?:it|my life))"
    r"|not suicidal|not in danger"
)
_UNMEANT = compiled(
    r"(?:didnt|dont|did not|do not|never)(?: \w+)? mean(?:t)? (?:it|that|to (?:worry|scare|frighten|alarm|sound|upset))"
    r"|not (?:what|how) i meant|i (?:only|just) meant|(?:nothing|not|wasnt|isnt) like that"
    r"|(?:was|were|am|im|only|just)(?: only| just)? (?:joking|kidding)|figure of speech|i exaggerated|exaggerating"
    r"|misunder\w+|(?:got|took|taking)(?: \w+)? (?:me|it|that)(?: all)?(?: the)? wrong"
)
_REASSURANCE = re.compile(
    r"\b(?:(?:im|i am|i feel|ill be|i will be)(?: (?:really|honestly|actually|just|a bit|much|all|quite|perfectly))?"
    r" (?:fine|ok|okay|alright|right|better|good)(?! (?:with|at|off))|dont worry|no need to worry|never ?mind"
    r"|forget (?:it|about it|i said|what i said))\b"
)
# Doubt beside a denial, or a leave-taking that sounds like one: "I won't do anything yet", "it will be over soon".
_DOUBT = re.compile(
    r"\b(?:(?:cannot|wont) promise|not sure|dont know|(?:im|i am|i feel|so) (?:afraid|scared)|unless|until|yet"
    r"|if(?! (?:i|it|that) \w*(?:scared"
    r"|worried|frightened|alarmed|upset|sounded))|tonight|today|for now|maybe|might|wish|try(?:ing)? not|soon|be over"
    r"|much longer|any ?more|goodbye|bye|not safe|last time)\b"
)
_SAID = re.compile(r"\bi (?:only |just )?(?:said|wrote|typed|told you)\b")


_HELPED = re.compile(
    r"\b(?:ambulance|paramedics?|police|doctors?|nurses?|help|they|he|she|my \w+) (?:is|are|s|re|just)? ?"
    r"(?:here|coming|came|arrived|on (?:its|their|the) way|with me)"
    r"|\b(?:im|i am|we are|were) (?:at|in) (?:the |an? )?(?:hospital|a ?e|er|ambulance|emergency)"
    r"|\b(?:called|rang|phoned|ringing|calling) (?:an? )?(?:ambulance|999|911|112|000|emergency|help)"
    r"|\bhospital (?:says|said|is|has)"
)
# What could harm is out of reach: "I gave him the tablets to look after", "I flushed the rest".
_HARMS = (
    r"(?:(?:all |the rest of )?(?:the |my |those |his |her )?(?:\w+ )?(?:<medicine>|pills?|rope|knife|knives|blades?"
    r"|razors?|gun|rifle|bullets|lot|rest)|them(?: all)?)"
)
_PUT_AWAY = compiled(
    rf"(?:gave|given|handed|passed|surrendered|entrusted)(?: (?:him|her|them|it|over|in|<someone>)){{0,2}} {_HARMS}"
    r"(?: \w+){0,4}? (?:to (?:look after|keep|mind|hold|lock)|for safe ?keeping|so i (?:cannot|couldnt|wont|dont))"
    r"|(?:gave|given|handed|took|taken|brought|returned|dropped)(?: \w+){0,4}? (?:back )?(?:in|off|to the|at the)"
    r" (?:the )?(?:chemist|pharmacy|pharmacist)s?"
    rf"|(?:flushed|threw out|threw away|binned|got rid of|poured away) {_HARMS}"
    rf"|(?:threw|thrown|chucked|put) {_HARMS} (?:away|out|in the bin)"
    rf"|(?:flushed|threw|thrown|poured|tipped|put|chucked) (?:it(?: all)?|{_HARMS}) down the (?:toilet|sink|loo|drain)"
    rf"|(?:he|she|they|hes|shes|theyre|theyve|<someone>|<partner>)(?: has| have| is| are)?(?: now)? (?:took|taken"
    rf"|locked|got|hidden|keeping|minding|holding|looking after)(?: up)? {_HARMS}(?: locked)?"
    r" (?:away|up|from me|off me|for me|now)"
)
_BUT = re.compile(
    r"\b(?:but|except|still have|kept (?:some|a few|one|enough)|not all|before|first|should|could|would|might|if)\b"
)


def is_helped(text: str) -> bool:
    """Whether the person tells that somebody is there to help, or has been called."""
    return bool(_HELPED.search(unmask(text)))


def is_out_of_reach(text: str) -> bool:
    """Whether the person tells, with no reserve, that what they could have used is no longer with them."""
    plain = unmask(text)
    return bool(_PUT_AWAY.search(plain)) and not _BUT.search(plain) and not _DOUBT.search(plain)


def is_yes(text: str) -> bool:
    """Whether the whole answer is a plain yes."""
    return bool(_YES.fullmatch(unmask(text).strip(" .,")))


def is_faint_yes(text: str) -> bool:
    """Whether the answer begins with a yes or a "sometimes", and does not take it back."""
    return bool(_FAINT_YES.match(unmask(text).strip(" .,"))) and not is_safe(text)


def is_no(text: str) -> bool:
    """Whether the whole answer is a no, or that the person does not know."""
    return bool(_NO.fullmatch(unmask(text).strip(" .,")))


def is_safe(text: str) -> bool:
    """Whether the person says, without a doubt beside it, that they are safe or will do nothing."""
    plain = unmask(text)
    return bool(_SAFE.search(plain)) and not _DOUBT.search(plain)


def denies(text: str) -> bool:
    """Whether the person says that they are safe, or did not mean it."""
    plain = unmask(text)
    return is_safe(text) or bool(_UNMEANT.search(plain) and not _DOUBT.search(plain))


def reassures(text: str) -> bool:
    """Whether the person says that they are fine, which answers only what was asked just before."""
    plain = unmask(text)
    return bool(_REASSURANCE.search(plain)) and not _DOUBT.search(plain)


def takes_back(text: str) -> bool:
    """Whether words of danger in `text` are quoted in order to take them back."""
    plain = unmask(text)
    return bool(TAKEN_BACK.search(plain) and _SAID.search(plain))
