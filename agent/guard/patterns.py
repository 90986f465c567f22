"""How a rule is written: a wording as a regular expression with named parts.

Patterns read text from `unmask`: no apostrophes, " . " between sentences, "cant" as "cannot", "mom"
as "mum". `<name>` stands for the entry of `_PARTS`; every gap is bounded, so time stays linear.
"""

import re
from dataclasses import dataclass

_PARTS = {
    "i": r"(?:i|im|ive|ill|id|ima)",
    "adv": (
        r"(?: (?:just|really|so|kinda|literally|honestly|still|only|often|sometimes|always|do|truly|fucking|genuinely"
        r"|actually|badly|simply|feel like i|also|now|probably|finally|even|desperately|seriously|secretly|too|all"
        r"|am))*"
    ),
    "wish": r"(?:want(?:ed)? to|wanna|need(?:ed)? to|ready to|deserve to|have to|want 2|like to|prefer to|want)",
    "will": (
        r"(?:going to|gonna|will|ill|ima|imma|about to|plan(?:ning)? (?:to|on)|decided to|intend to|trying to"
        r"|might|could"
        r"|tempted to|considering|thinking (?:of|about)|thought (?:of|about)|feel like|like|wish i could|ready to"
        r"|should"
        r"|want to|wanna|need to|have to|urges? to|courage to|id|would|must)"
    ),
    "self": r"my ?self",
    "partner": (
        r"(?:my )?(?:ex ?)?(?:husband|wife|boyfriend|girlfriend|partner|fiancee?|bf|gf|hubby|spouse|ex)(?: husband"
        r"| wife"
        r"| boyfriend| girlfriend| partner)?"
    ),
    "family": (
        r"my (?:(?:own|big|older|little|step|foster|drunk|grand) ?)?(?:step)?(?:dad|father|mum|mother|parents"
        r"|uncle|aunt"
        r"|auntie|brother|sister|cousin|son|daughter|grandpa|grandfather|grandma|grandmother|mother in law|family"
        r"|father in law|carer|caregiver|guardian)"
    ),
    "known": r"my (?:boss|teacher|coach|roommate|flatmate|housemate|landlord|priest|doctor|neighbou?r|classmates?)",
    "stranger": (
        r"(?:someone|somebody|a (?:man|guy|stranger|woman|boy)|this (?:man|guy)|some (?:man|guy)"
        r"|there(?:s| is) (?:a|an|some) (?:man|guy|intruder|stranger|person))"
    ),
    "someone": (
        r"(?:(?:my|our|a|this|some|her|his)(?: \w+){0,2} (?:friend|mate|mum|mother|dad|father|parents|brother"
        r"|sister|cousin"
        r"|son|daughter|child|kid|kids|uncle|aunt|husband|wife|boyfriend|girlfriend|partner|ex|bf|gf|roommate"
        r"|flatmate"
        r"|housemate|neighbou?r|student|pupil|colleague|coworker|grandson|granddaughter|grandmother|grandfather"
        r"|niece|nephew"
        r"|classmate|guy|girl|man|woman|boy|person|class|teacher|boss)|my friend|my mate|my mum|my mother|my dad"
        r"|my father"
        r"|my brother|my sister|my cousin|my son|my daughter|my child|my kid|my uncle|my aunt|my husband|my wife"
        r"|my boyfriend|my girlfriend|my partner|my ex|my roommate|my flatmate|my housemate|my neighbou?r|my student"
        r"|my pupil|my colleague|my coworker|my grandson|my granddaughter|my nephew|my niece|my boss|my teacher|a"
        r" friend"
        r"|a guy|a girl|a kid|he|she|they|hes|shes|theyre|someone|somebody|the man|the woman|the kids)"
    ),
    "number": r"(?:\d{2,3}|ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|a hundred|hundred|dozens|so many|too "
    "many)",
    "pills": (
        r"(?:pill|tablet|painkiller|paracetamol|tylenol|ibuprofen|aspirin|xanax|advil|antidepressant|sleeping pill"
        r"|sleeping tablet|medication|medicine|med|benzo|opioid|insulin|panadol|acetaminophen|pillemoji)s?"
    ),
    "hits": (
        r"(?:hits?|beats?|beat up|beats up|punche[ds]|punches|slap(?:s|ped)|kick(?:s|ed)|chok(?:es|ed)|strangle[sd]?"
        r"|attack(?:s|ed)|stabb(?:ed)|burn(?:s|ed|t)|whip(?:s|ped)|smack(?:s|ed)|shov(?:es|ed)|push(?:es|ed)"
        r"|throws things at)"
    ),
    "hitting": r"(?:hitting|beating|punching|slapping|kicking|choking|strangling|attacking|hurting|abusing|raping)",
    # The words of mourning.py.
    "who": r"(?P<who>(?:(?:my|our) (?:\w+ ){0,2}?)?\w+)",
    "loved": r"him|her|them|you|(?:my|our) (?:\w+ ){0,2}?\w+|\w+",
    "longs": (
        r"(?:(?:i|id|im|ive|all i|^just)<adv> (?:want to|want is to|wanna|need to|long to|longing to|ready to|like to"
        r"|love to|rather|hope to|wish to|ache to|aching to)(?: just)?)"
    ),
    "wills": (
        r"(?:(?:i|im|ive)<adv> (?:going to|gonna|will|decided to|about to|plan to|planning to|have to|cannot wait to"
        r"|intend to)(?: just)?|ill(?: just)?)"
    ),
    "wishes": r"(?:i<adv> wish i (?:was|were|could be|could))",
    "cannot": r"i(?: really| just| simply)? (?:cannot|can not|dont think i can|do not think i can|dont know if i can)",
    "tail": r"(?: (?:again|soon|now|too|tonight|today|so much|so badly|forever|at last|finally|there|already))*",
    "close": r"(?= [.,]|$| and| so| but| because| since| now that| i\b)",
    "soon": r"(?:very soon|as soon as|soon|tonight|tomorrow|today|right now|this (?:week|weekend|evening|afternoon))",
    "beyond": (
        r"(?:in heaven|up there|on the other side|in the (?:next|other) (?:life|world)|in the afterlife|in paradise"
        r"|in eternity)"
    ),
    "medicine": (
        r"(?:(?:pill|tablet|painkiller|capsule|sedative|opiate|opioid|antidepressant|benzo|patche|vial|syringe|med"
        r"|sleeper)s?"
        r"|morphine|oramorph|oxycodone|oxycontin|oxy|fentanyl|codeine|tramadol|methadone|diazepam|valium|temazepam"
        r"|zopiclone|lorazepam|xanax|ambien|digoxin|insulin|paracetamol|medication|medicines?|doses)"
    ),
    "fatal": r"to (?:do it|end it|die|kill <self>|kill me|finish it|sleep forever|never wake|not wake|be sure|go)",
    "lethal": (
        r"(?:(?:it|that) (?:takes|would take|will take|needs|would need)|takes|i (?:would |will )?need|id need"
        r"|(?:would|will) (?:do it|be enough|kill)|is enough|kills?)(?! (?:for|to (?:sleep|treat|bring|get|fill)))"
    ),
    "end": r"(?= [.,]| and| so| but| because| i\b|$)",
}

_PART = re.compile(r"(?<!\?P)<(\w+)>")


@dataclass(frozen=True)
class Rule:
    """A wording: `level` is `none`, `hint`, `concern` or `crisis`.

    `bereaved` is its level where its `<who>` is known to have died; words that match `unless` nearby
    make it harmless.
    """

    level: str
    reason: str
    pattern: re.Pattern[str]
    bereaved: str = ""
    unless: re.Pattern[str] | None = None


def rules(
    level: str, reason: str, *wordings: str, bereaved: str = "", unless: re.Pattern[str] | None = None
) -> list[Rule]:
    return [Rule(level, reason, compiled(wording), bereaved, unless) for wording in wordings]


def compiled(wording: str) -> re.Pattern[str]:
    """`wording` with its `<parts>` filled in, at word borders."""
    filled = wording
    while _PART.search(filled):
        filled = _PART.sub(lambda match: _PARTS[match.group(1)], filled)
    return re.compile(rf"\b(?:{filled})\b" if not filled.endswith(("$)", "]")) else rf"\b(?:{filled})")
