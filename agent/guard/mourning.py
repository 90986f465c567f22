"""Wordings of mourning, illness and age: joining the dead, wishing to have died instead, their medicine kept.

Whether "I want to join my husband" is about death depends on whether he has died. `the_dead` reads who
has from what was said, and a rule with a `<who>` rises to its `bereaved` level where it means one of them.
"""

import functools
import re
from dataclasses import dataclass

from agent.guard import exceptions
from agent.guard.patterns import rules
from agent.guard.unmask import unmask


@dataclass(frozen=True)
class Known:
    """What earlier turns tell a later one: who has `died`, and whether the talk is of somebody living elsewhere."""

    died: frozenset[str] = frozenset()
    elsewhere: bool = False


_MEN = "husband hubby dad father grandad granddad grandpa grandfather son brother uncle nephew grandson boyfriend"
_WOMEN = "wife mum mother gran granny nan nana grandma grandmother daughter sister aunt auntie niece granddaughter"
_NEAR = "girlfriend partner baby child twin spouse fiance fiancee husbands wifes"
_OTHERS = "parents children kids family friend cousin parent kid boy girl dog cat"
_DEAR = frozenset({"boy", "girl", "love", "darling", "angel", "sweetheart", "soulmate"})
_SAME = {
    "hubby": "husband",
    "father": "dad",
    "mother": "mum",
    **dict.fromkeys(("grandad", "granddad", "grandfather"), "grandpa"),
    **dict.fromkeys(("gran", "granny", "nan", "nana", "grandmother"), "grandma"),
    **dict.fromkeys(("he", "hes", "his"), "him"),
    **dict.fromkeys(("she", "shes"), "her"),
    **dict.fromkeys(("they", "theyre", "their"), "them"),
}
_HE = frozenset([*_MEN.split(), "him"])
_SHE = frozenset([*_WOMEN.split(), "girlfriend", "her"])
_KIN = frozenset(f"{_MEN} {_WOMEN} {_NEAR}".split())
_PEOPLE = frozenset([*_KIN, *_OTHERS.split(), "him", "her", "them", *_SAME])

_PRONOUNS = frozenset({"him", "he", "hes", "his", "her", "she", "shes", "them", "they", "theyre", "their"})
_KIN_WORD = "|".join(sorted(_PEOPLE - _PRONOUNS))
_DIED = re.compile(
    rf"\b(?:(?P<also>{_KIN_WORD}) and (?:my |our )?)?(?P<who>\w+)(?: of (?:\w+ ){{1,3}}years)?(?: ,)?"
    r"(?: (?:has|have|had|just|both|suddenly|finally|also|sadly|recently|peacefully|then|only|all))*"
    r" (?:died|(?P<dead>(?:is|was|are) dead|dead)|passed (?:away|on)\b|was killed|were killed|got killed|didnt make it"
    r"|passed(?= (?:last|this|yesterday|suddenly|peacefully|in (?:the|his|her|january|february|march|april|may|june"
    r"|july|august|september|october|november|december)\b))"
    r"|killed (?:him|her)self|(?:took|ended) (?:his|her) (?:own )?life|was stillborn"
    r"|(?:(?:is|are) )?(?:up )?(?:in heaven|no longer with us))\b"
)
_LOST = re.compile(
    rf"\b(?:(?:lost|buried|cremated) (?:(?:(?:my|our|the) (?:\w+ ){{0,3}}?)?(?P<lost>{_KIN_WORD})\b"
    r"|(?P<them>him|her|them)(?= [.,]|$| (?:in|to|on|last|this|and|but|when|after|a|two|three|so|i|too|suddenly"
    r"|today|\w+day)\b))"
    r"(?! to (?:another|some)| in (?:the|a) (?:crowd|shop|supermarket|divorce))"
    r"|would have been (?P<theirs>his|her|their)(?: \w+)? birthday"
    rf"|(?:death|loss|funeral|ashes|grave) of (?:my|our) (?:\w+ )??(?P<of>{_KIN_WORD})\b"
    rf"|my late (?P<late>\w+)|(?P<whose>his|her|their|{_KIN_WORD})(?:s)? (?:death|funeral|ashes|grave|coffin)\b"
    r"|(?P<widow>widow(?:er|ed)?)\b)"
)
_OF_DEATH = re.compile(
    r"died|dead|passed|killed|own life|his life|her life|stillborn|heaven|longer with|didnt make|lost|buried|cremated"
    r"|death|loss|funeral|ashes|grave|coffin|late|widow|birthday"
)
# Not a death, or not the death of somebody to be missed: "I nearly died", "my phone died".
_UNREAL = re.compile(r"\b(?:if|nearly|almost|hasnt|havent|not|wish|thought|could|would|should|might|dream\w*)\b")
_NOT_SOMEBODY = """
    i id we who it that which this nobody everyone everybody someone people had has have just and or not never you
    phone battery car laptop computer tablet engine plant plants wifi internet connection tv light lights character
    bus conversation party signal screen app server flowers tree trees fire fish
"""
_NOBODY = frozenset(_NOT_SOMEBODY.split())
_TALE = re.compile(r"\b(?:film|movie|book|novel|game|episode|character|season|boss|raid|sims|minecraft|elden ring)\b")


def _plain_person(word: str) -> str:
    if word in ("husbands", "wifes"):
        return word[:-1]
    return _SAME.get(word, word)


@functools.lru_cache(maxsize=65536)
def the_dead(text: str) -> frozenset[str]:
    """Who has died, as far as `text` says: kinship words, "him", "her", "them", or a name."""
    plain = unmask(text)
    if not _OF_DEATH.search(plain):
        return frozenset()
    for idiom in exceptions.IDIOMS:
        plain = idiom.sub("~", plain)
    died: set[str] = set()
    for sentence in plain.split(" . "):
        if _TALE.search(sentence):
            continue
        for match in _DIED.finditer(sentence):
            who = match["who"]
            unreal = _UNREAL.search(sentence[max(0, match.start() - 20) : match.end()])
            if unreal or who in _NOBODY or (match["dead"] and who not in _PEOPLE):
                continue
            died.update(_plain_person(word) for word in (who, match["also"]) if word)
        for match in _LOST.finditer(sentence):
            if match["widow"]:
                died |= {"wife"} if match["widow"] == "widower" else {"husband", "wife"}
            died.update(
                _plain_person(word) for word in match.group("lost", "them", "of", "late", "whose", "theirs") if word
            )
    return frozenset(died)


def means_the_dead(who: str | None, died: frozenset[str]) -> bool:
    """Whether `who` ("him", "my husband", "peter"; None: nobody in particular) is one of those who died."""
    if who is None:
        return bool(died)
    if re.search(r"\b(?:late|dead)\b", who):
        return True
    person = _plain_person(who.split()[-1])
    if person in died or person in ("them", "you") or person in _DEAR:
        return bool(died)
    if person == "him":
        return any(dead not in _SHE for dead in died)
    if person == "her":
        return any(dead not in _HE for dead in died)
    return ("him" in died and person in _HE) or ("her" in died and person in _SHE)


def is_somebody(who: str | None) -> bool:
    """Whether `who` is a person close enough to be longed for: "her", "my husband", not "my choir"."""
    return who is None or _plain_person(who.split()[-1]) in _KIN | {"him", "her", "them"}


# Talk of the living: whoever is in hospital, abroad or at work can be joined without dying.
_AWAY = (
    r"hospital|ward|intensive care|icu|surgery|operation|ambulance|maternity|airport|flights?|visa|abroad|holidays?"
    r"|vacation|trip|cruise|army|navy|deployed"
)
_FAR_AWAY = re.compile(rf"\b(?:{_AWAY})\b")
ELSEWHERE = re.compile(
    rf"\b(?:{_AWAY}|plane|train|bus|moved|moving|fl(?:ew|ying|ies)|lands|arrives|visit\w*|drove|driving|gym"
    r"|dinner|lunch|breakfast|supper|coffee|tea"
    r"|call|zoom|meeting|party|wedding|club|class|choir|team|band|cinema|beach|park|pub|walk|lives|works?|office"
    r"|waiting (?:at|outside|downstairs)|went ahead|left (?:for|early))\b"
)


@functools.lru_cache(maxsize=65536)
def is_elsewhere(text: str) -> bool:
    """Whether `text` speaks of where the living are, for the turns after it: in hospital, abroad."""
    return _FAR_AWAY.search(unmask(text)) is not None


# Medicine in the hands of somebody who cares for another, or on its way back to the pharmacy.
CARE = re.compile(
    r"\b(?:pharmac\w+|chemists?|hand(?:ed|ing)? (?:it|them|in|back|over)|g[ai]ve (?:it|them) back|dispos\w+"
    r"|take (?:it|them) back|return(?:ed|ing)?|out of reach|locked|safely|kids|children|grand(?:children|kids)"
    r"|toddlers?|dosette|organi[sz]er"
    r"|for (?:him|her|them|the (?:week|morning|night|evening|nurse|doctor|carer|day)|tomorrow|breakfast|bedtime)"
    r"|so (?:that )?(?:he|she|they|the)|because (?:he|she|they)|(?:he|she|they) (?:forgets?|needs?|takes?|cannot|gets?)"
    r"|away from|from (?:him|her|them)|as prescribed|dog|cat|vet|shortage|travel\w*|trip|holiday|flu|fever"
    r"|headaches?)\b"
)
# What one may wish to have been given instead of somebody else.
PRIZE = re.compile(
    r"\b(?:promot\w+|prizes?|won|win|wins|winning|winner|lottery|picked|chosen|selected|job|award|stage|goal|scored"
    r"|team|tickets?|bride|concert|film|role|song|dance|holiday|trip|photo|captain|medal|raise|bonus|podium)\b"
)

# The comfort of seeing somebody again when the time has come.
FAITH = re.compile(r"\b(?:(?:one|some) ?day|when my (?:own )?time|eventually|in gods? time)\b")

_REUNION = [
    *rules(
        "none",
        "reunion",
        r"<longs> (?:join|follow|go (?:to|after|with|join|and join)|be reunited with|come to|meet|go and be with"
        r"|go be with) <who><tail><close>",
        r"<wills> (?:join|follow|go (?:to|after|with|join|and join)|be reunited with|come to|go and be with|go be with)"
        r" <who><tail><close>",
        r"(?:<longs>|<wills>|ill|i will) (?:back )?(?:be )?(?:back )?with <who>(?: again)?(?: ,)? <soon>",
        r"(?:<longs>|<wills>) (?:go|come) (?:to )?where(?:ver)? (?P<who>he|she|they|hes|shes|theyre|my \w+)"
        r"(?: (?:is|are|has|have|gone|went|now))*<close>",
        r"(?<!wish )<i><adv> (?:should|might|could|may) (?:join|follow|go (?:to|after|with)) <who><tail><close>",
        r"think(?:ing)?(?: (?:about|of|i should|i might|i could|just))* (?:join|joining|follow|following|going"
        r" (?:to|after))"
        r" <who><tail><close>",
        r"(?:im|i am) coming(?: home)?(?: now| soon| too)?(?: to you)?(?: ,)? (?P<who>(?:my )?(?:dear |darling "
        r"|sweet )?\w+)"
        r"<close>",
        r"(?:soon|tonight|tomorrow|not long(?: now)?|before long|any day now)(?: ,| and)? (?:ill|i will|im|i can"
        r"|i get to)(?: \w+)?"
        r" (?:be (?:back )?with|join|follow|with|see) <who><tail><close>",
        r"(?:soon|not long(?: now)?|before long)(?: ,| and)? (?:we will|well|we can|were|we are)"
        r" (?:be )?(?:back )?(?:together|reunited)(?: again)?<close>",
        r"(?:we will|well|were going to) be (?:together|reunited)(?: again)? <soon>",
        r"(?:<i>|and)<adv> cannot wait to (?:be|be back) with <who><tail><close>",
        r"(?:wont|not|isnt|not going to) be (?:\w+ )?long(?: now)?(?: ,)? (?:till|until|before|and|then)"
        r" (?:i|ill|i can|i will|i get to) (?:see|hold|meet|hug) <who><tail><close>",
        r"(?:im|i am|ill be|i will be) (?:coming|on my way|going)(?: home)? (?:to|after)(?: (?:join|see|be with|meet))?"
        r" (?:(?!you)<who>)<tail><close>",
        r"(?:im|i am|ill be|i will be) (?:coming|on my way|with|going)(?: home)?(?: to)?(?: (?:join|see|be with|meet))?"
        r" (?P<who>you)(?: very)?(?: soon| now| tonight)?$",
        r"(?:(?:im|i am|ill be|i will be) (?:coming|on my way|with)(?: home)?(?: to)?(?: (?:join|see|be with|meet))?"
        r"|see) you(?: very)?(?: soon| now| tonight)(?: ,)? (?P<who>(?:my )?(?:dear |darling |sweet |love"
        r" )?\w+)<close>",
        bereaved="crisis",
        unless=ELSEWHERE,
    ),
    *rules(
        "concern",
        "reunion",
        r"<longs> (?:join|be reunited with|go join|go and join) (?P<who>(?:my|our) (?:\w+ ){0,2}?\w+)<tail>(?= ,|$)",
        r"<longs> (?:go and be with|go be with|go and join) <who><tail>(?= ,|$)",
        r"(?:wont|not|isnt|not going to) be (?:\w+ )?long(?: now)?(?: ,)? (?:till|until|before|and|then)"
        r" (?:im|i am|ill be|i will be|i can be|i get to be|i join|ill join|i follow)(?: back)?(?: with| beside)?"
        r" <who><tail><close>",
        bereaved="crisis",
        unless=ELSEWHERE,
    ),
    *rules(
        "none",
        "reunion",
        r"(?:<longs>|<wishes>) (?:just )?(?:be )?(?:back )?with <who><tail><close>",
        r"(?:<longs>|<wishes>) be where(?:ver)? (?P<who>he|she|they|hes|shes|theyre|my \w+)"
        r"(?: (?:is|are|has|have|gone|went|now))*<close>",
        r"<wishes> (?:lying |buried |dead )?(?:next to|beside|with) <who><tail><close>",
        r"(?:go to sleep|fall asleep|close my eyes) and (?:wake up|be|find <self>) (?:beside|next to|with) <who>",
        r"<wishes> (?:follow|go (?:to|after|with|and be with)|join) <who><tail><close>",
        r"wish(?:ed)? i(?: had|d) (?:gone|left) (?:with|before|after) <who><close>",
        r"(?:until|till) (?:im|i am|i can be|we are|were) (?:back )?(?:with|next to|beside) <who><close>",
        r"ready to (?:go|leave|follow) too",
        r"wish(?:ed)? (?:he|she|they|(?:my )?\w+)(?: had| would| could| have|d)* (?:take|taken|took) me(?: with"
        r" <who>| too| as well)<close>",
        r"(?:hes|shes|he is|she is|they are|theyre) (?:calling|waiting for) me to (?:come|join|follow)",
        bereaved="concern",
        unless=ELSEWHERE,
    ),
    *rules(
        "concern",
        "other-in-danger",
        r"<someone>(?: \w+){0,4} (?:wants?|wanting|longs?|longing|hopes?) to (?:join|follow|go to|(?:go and )?be with)"
        r" (?:him|her|them|(?:my |his |her )?\w+)(?: again)? (?:in heaven|on the other side|in the next life)",
    ),
    *rules(
        "none",
        "other-in-danger",
        r"<someone>(?: \w+){0,4} (?:wants|longs|is ready|says \w+ will) to (?:join|follow|go to|(?:go and )?be with)"
        r" <who><tail><close>",
        bereaved="concern",
        unless=ELSEWHERE,
    ),
    *rules(
        "crisis",
        "reunion",
        r"(?:<longs>|<wills>|ill|i will) (?:join|(?:be )?(?:back )?with|see|meet|hold|hug|go to) (?:<loved>)"
        r"(?: again)?(?: ,)? <beyond>(?: again)?(?: ,)?(?: and)?(?: \w+)? ?<soon>",
        r"soon(?: ,)? (?:ill|i will|im|i can)(?: \w+)? (?:join|be (?:back )?with|with|see|meet|hold) (?:<loved>)"
        r"(?: again)?(?: ,)? <beyond>",
    ),
    *rules(
        "concern",
        "reunion",
        r"(?:<longs>|^want to|^wanna) (?:join|(?:be )?(?:back )?with|see|meet|hold|hug|go to) (?:<loved>)(?:"
        r" \w+)?(?: ,)?"
        r" <beyond>",
        r"<wills> (?:join|go to|be with) (?:<loved>)(?: \w+)?(?: ,)? <beyond>",
        r"(?:<longs>|<wills>|^want to|<wishes>)(?: be)? with my (?:dead|late) \w+",
        r"dying to be with (?:him|her|my)",
        unless=FAITH,
    ),
    *rules(
        "concern",
        "reunion",
        r"<wishes> (?:join|be reunited with) (?P<who>(?:my|our) (?:\w+ ){0,2}?\w+)<tail>(?= ,|$)",
        bereaved="concern",
        unless=ELSEWHERE,
    ),
    *rules(
        "crisis",
        "reunion",
        r"(?:<longs>|<wills>) (?:go|get|come) to heaven(?: now)? (?:to|and) (?:be with|see|join|hold|meet)",
        unless=FAITH,
    ),
    *rules(
        "crisis",
        "suicide-ideation",
        r"(?:when|if|once|after) (?:he|she|they|hes|shes|theyre|mum|dad|my (?:\w+ ){0,2}?\w+)(?: is| are| has)? (?:gone"
        r"|dies|die|dead|passes(?: away)?|has died)(?: ,)?(?: then)? (?:(?:i|im|ill|i am|i will)(?: \w+){0,2}? (?:going"
        r" too|go too|go with (?:him|her|them)|follow(?: (?:him|her|them))?<close>|go as well|going as well)|so"
        r" (?:am|do"
        r"|will) i<close>)",
    ),
]

_SURVIVOR = [
    *rules(
        "concern",
        "passive-wish",
        r"(?:wish|wished|if only)(?: that)? (?:it|that) (?:had|could have|would have|couldve|wouldve|d)(?: \w+)?"
        r" been me"
        r"(?= instead| not| and not| rather| who died| that died| in (?:that|his|her)|(?:<close>))",
        r"(?:wish|wished|if only)(?: that)? it (?:was|were) me (?:instead|not (?:him|her|them)|who died|that died|in"
        r" (?:that|his|her))",
        r"(?:should(?:ve)?|ought to)(?: have| of)? been me(?= instead| not| and not| rather| who died| that died"
        r"| in (?:that|the|his|her) (?:car|plane|bed|grave|coffin|box|hospital|crash|fire|ground|boat|train|seat)"
        r"|(?:<close>))",
        r"why (?:couldnt|wasnt|could not|was|isnt|didnt) (?:it|that)(?: not)?(?: have| of)?(?: been| be|nt)? ?me"
        r"(?= instead| not| and not| rather|(?:<close>))",
        unless=PRIZE,
    ),
    *rules(
        "concern",
        "passive-wish",
        r"(?:wish|wished|if only)(?: that)? (?:i|id)(?: had|d| could have)? died(?= with| instead| too| that"
        r"| in (?:his|her|their)| when| first| before| as well|(?:<close>))",
        r"i should(?:ve)?(?: have| of)? died(?= with| instead| too| that| in (?:his|her|their)| first| as well"
        r"|(?:<close>))",
        r"wish(?:ed)?(?: \w+){0,3} (?:take|taken|took) me (?:instead|and not)",
        r"(?:nobody|no ?one|who)(?: \w+){0,2} (?:notice|know|care|mind) if i (?:didnt|did not|never) (?:wake|woke) up",
        r"why didnt i die|why did(?: \w+){1,3} die and not me",
        r"(?:wish|rather|should)(?: \w+){0,4} in (?:that|the|his|her|their) (?:grave|coffin|ground|casket)",
        r"(?:give anything|wish\w*|want(?:ed)?|pray\w*|begged)(?: \w+){0,3} it to (?:have been|be) me(?= instead| not"
        r"|(?:<close>))",
        r"(?:god|lord|jesus)(?: \w+){0,3} (?:takes?|took|taken|calls?|called) me(?: too| instead| home| soon| away"
        r"| as well|(?:<close>))",
    ),
    *rules(
        "none",
        "passive-wish",
        r"(?:wish|wished|if only)(?: that)? it (?:was|were) me<close>",
        r"why (?:am|was) i (?:still (?:here|alive)|the one|spared|left behind|left alive)",
        bereaved="concern",
        unless=PRIZE,
    ),
]

_AGE = [
    *rules(
        "concern",
        "passive-wish",
        r"<i>(?: \w+){0,4} (?:wait|waiting|sit|sitting)(?: \w+){0,3} (?:to die|for death|for my turn to (?:die|go))",
        r"i(?:ve| have) lived (?:long enough|too long)|i(?:ve| have) had enough of (?:life|living|this life)",
        r"(?:rather|sooner) die than (?:go in(?:to)?|end up in|be (?:put )?in(?:to)?|live in) (?:a|the|one of)(?: \w+)?"
        r" (?:homes?|hospital|nursing|hospice|care)",
        r"(?:wish|hope|pray)(?: \w+){0,6} (?:kills?|takes?|finish(?:es)?) me(?= [.,]|$| soon| quickly| off| already"
        r"| in my sleep| tonight)",
        r"dont (?:want to|wanna) be here when (?:it (?:gets|reaches|spreads)|the pain|i (?:forget|cannot|no longer)"
        r"|my (?:mind|memory|body))",
    ),
    *rules(
        "concern",
        "hopelessness",
        r"<i>(?: am)?(?: just| really)? (?:of )?no (?:use|good) to (?:any ?one|any ?body|them|my \w+)(?!"
        r" (?:before|until|without"
        r"|at|when|if))",
    ),
    *rules("hint", "hopelessness", r"(?:im|i am)(?: just| only| always) in the way", r"my life (?:ended|stopped)"),
    *rules("crisis", "threat-to-others", r"pillow over (?:his|her|their|my \w+s?) (?:face|head|mouth)"),
    *rules(
        "crisis",
        "suicide-plan",
        r"(?:end|ending|finish) (?:it|things|this|everything|it all) for (?:both of us|us both|the (?:two|both) of us)",
        r"(?:pain|cancer|illness|disease|diagnosis|it (?:comes back|gets worse|gets (?:too )?bad))(?: \w+| ,){0,8}"
        r" (?:ill|i will|i am going to|im going to|i plan to) end it(?: <self>)?<close>",
        r"take (?:him|her|them) with me when i (?:die|end it|go)<close>",
    ),
]

_KEPT_MEDICINE = [
    *rules(
        "crisis",
        "suicide-plan",
        r"(?:<i>(?: \w+){0,3}? (?:saved up|saving up|saved (?=all|some|enough|the rest)|been saving|am saving"
        r"|stockpil(?:ed|ing)|hoard(?:ed|ing)|stash(?:ed|ing)|hid|hidden|hiding|(?:kept|keeping|held|holding) back"
        r"|put(?:ting)? (?:aside|by)|set(?:ting)? aside|been collecting|squirrell?ed away)|^(?:saved up|stockpiled"
        r"|hoarded)) (?:\w+ ){0,5}?<medicine>",
        r"<i>(?: have)? been (?:keeping|holding on to) (?:(?:all|his|her|their|the|of|rest|old|leftover|\w+s) ){1,4}?"
        r"(?:\w+ )?<medicine>(?! (?:in (?:the|a|an)|on|at|organi|track|chart|cold|cool|safe|box|list|diary|next"
        r"|up to)\b)",
        r"<i>(?: \w+){0,2}? (?:all|his|her|their|the|my|enough|mums|dads) (?:\w+ ){0,3}?<medicine>(?: \w+){0,2}"
        r" (?:lined up|laid out|counted out|set out|spread out|in front of me|in my hands?|next to me|beside me)",
        r"<medicine> (?:is|are)(?: \w+){0,2} (?:lined up|laid out|counted out|set out|spread out|in front of me|in my"
        r" hands?|next to me|beside me)",
        r"<i>(?: \w+){0,2}? (?:kept|keep|keeping|have|got) (?:\w+ ){0,5}?<medicine>(?: ,)?(?: \w+){0,3}? (?:in case i"
        r"|for myself|for when i|just in case|for (?:the|that) day)",
        r"<i>(?: \w+){0,2}? (?:took|taken|stole|stolen) (?:\w+ ){1,4}?<medicine>(?: \w+){0,2} and (?:hid|stashed"
        r"|saved)",
        r"<medicine>(?: \w+){0,5} (?:they are|theyre|it is|its) (?:all )?in my hands?",
        r"<medicine>(?: \w+){0,4} under my (?:pillow|mattress|bed)",
        r"(?:<i>(?: \w+)?|have|got|is|theres) a (?:\w+ )?(?:stash|hoard|stockpile) of (?:\w+ ){0,3}?<medicine>",
        r"(?:think|thinking|thought|tempted|could|might|want|wanna|going|feel like)(?: \w+){0,2} (?:tak(?:e|ing)"
        r"|swallow(?:ing)?) (?:all|every one|the whole|the lot|the rest|what is left|whats left|whatever is left)"
        r"(?: \w+){0,4} <medicine>",
        r"enough (?:\w+ ){0,4}?<medicine>(?: \w+){0,5} (?:<fatal>|for me)",
        r"<medicine>(?: \w+){0,3}(?: ,)?(?: and)? (?:there is|theres|i have|its|it is) enough (?:<fatal>|for me)",
        r"<medicine>(?: \w+| ,){0,10} (?:know|knew|looked up|worked out|googled|found out|read) (?:exactly )?how"
        r" (?:many|much)(?: \w+){0,2} <lethal>",
        r"(?:know|looked up|worked out|googled|found out) (?:exactly )?how (?:many|much) (?:of )?(?:\w+ ){0,3}?"
        r"<medicine>(?: \w+){0,2} <lethal>",
        unless=CARE,
    ),
    *rules(
        "concern",
        "suicide-plan",
        r"<i>(?: \w+)? keep (?:looking at|staring at|thinking about|thinking of) (?:all )?(?:the|his|her|their|mums"
        r"|dads)(?: \w+){0,2} <medicine>(?= [.,]|$| and| that| in| left| still)",
        r"<medicine>(?: \w+){0,5}(?: ,)?(?: and)? i (?:keep|cannot stop) (?:looking|staring|going back"
        r"|thinking)(?: \w+)?"
        r" (?:at|to|about|of) (?:it|them)",
        r"(?:drawer|box|bag|cupboard|cabinet|shoebox|house)(?: is)? full of (?:\w+ ){0,3}?<medicine>",
        unless=CARE,
    ),
    *rules(
        "concern",
        "other-in-danger",
        r"<someone>(?: \w+){0,3} (?:hoard(?:s|ed|ing)|stockpil(?:es|ed|ing)|saving up|saved up|stash(?:es|ed|ing)"
        r"|hiding)(?: \w+){0,4} <medicine>",
    ),
]

_WITHOUT = [
    *rules(
        "concern",
        "hopelessness",
        r"(?:no|isnt any|isnt a|never any|whats the|what is the|see (?:the|a|any)|is there (?:a|any))(?: \w+)? point"
        r"(?: (?:in|to|of))?(?: (?:anything|life|living|it|it all|any of it|all this|this|going on|carrying on|being"
        r" here|me))?(?: any ?more| now| left)? without <who><tail><close>",
        r"(?:nothing|life|everything|it all)(?: \w+){0,3}? (?:matters?|worth (?:it|living|anything|doing)|left|anything"
        r"|meaning|meaningless|over|pointless|sense) without <who><tail><close>",
        r"(?:dont|do not|no longer)<adv> (?:want|have) (?:a|any|this) life(?: left)? without <who><tail><close>",
        r"(?:nothing|no ?one|nobody)(?: left)?(?: here)? for me(?: here)?(?: now)? without <who><tail><close>",
        r"(?:dont|do not|no longer|<cannot>)<adv> (?:want to |wanna |bear to )?(?:see|face|live|(?:get|go)"
        r" through|wake up to)"
        r" (?:another|one more|a single) (?:day|morning|year|night|winter|summer|christmas|week|month) without"
        r" <who><tail><close>",
        r"(?:dont|do not|no longer|cannot)<adv> (?:want to|wanna|wish to|bear to) (?:be here|go on|carry on|keep going"
        r"|do this|do life|face life|face the future|exist|be) without <who><tail><close>",
        r"<cannot><adv> (?:(?:do|face|manage|bear|take|get through) (?:life|living|another day|any of this)"
        r"|(?:bear to )?"
        r"(?:live|go on|carry on|keep going|survive)) without <who><tail><close>",
        r"<cannot><adv> (?:do|face|manage|bear|take) (?:this|it) without <who> (?:any ?more|any longer)",
        bereaved="concern",
    ),
    *rules(
        "hint",
        "hopelessness",
        r"<cannot><adv> (?:do|face|manage|bear|take) (?:this|it) without <who><tail><close>",
        r"<cannot> cope without <who><tail><close>",
        bereaved="hint",
    ),
    *rules(
        "crisis",
        "suicide-ideation",
        r"(?:dont|do not|no longer)<adv> (?:want to|wanna|wish to) (?:live|be alive) without <who><tail><close>",
        bereaved="crisis",
    ),
    *rules(
        "concern",
        "hopelessness",
        r"(?:no|isnt any|whats the|what is the|see (?:the|a|any))(?: \w+)? point(?: (?:in|to|of))?(?: (?:anything|life"
        r"|living|it|it all|any of it|all this|this))?(?: any ?more)? (?:now|since|after)(?: that)? (?:he|she|they|hes"
        r"|shes|theyre|mum|dad|my \w+)(?: is| has| are| have)? ?(?:gone|dead|died|passed)",
        r"(?:dont|do not|cannot|no longer)<adv> (?:see|know|understand) why (?:i|to)(?: (?:should|would|even|bother"
        r"|need to|have to|must|still|to|am))* (?:carry(?:ing)? on|go(?:ing)? on|keep going|living|live|be alive|exist"
        r"|alive)(?= without| any ?more| any longer| living| like this| now|(?:<close>))",
        r"why (?:should|would|do|must|am)(?: i)? (?:even |bother to |bother |have to |still )?(?:carry on|go on"
        r"|keep going"
        r"|live|living|going on|alive)(?= without| any ?more| any longer| living| like this| now|(?:<close>))",
        r"pointless(?: to)? (?:go(?:ing)? on|carry(?:ing)? on|keep(?:ing)? going|liv(?:e|ing)|be(?:ing)? alive)",
        r"(?:no|any|a) reason (?:to|for me to) (?:stay|live|go on|carry on|be here|keep going)(?: alive| here)?"
        r" (?:now|without|since)(?: that)? (?:he|she|they|him|her|them|hes|shes|theyre|my \w+)",
        r"why (?:even )?(?:carry on|go on living|go on|keep going|live) (?:without|now|when (?:he|she|they))",
    ),
]

MOURNING = [*_REUNION, *_SURVIVOR, *_AGE, *_KEPT_MEDICINE, *_WITHOUT]
