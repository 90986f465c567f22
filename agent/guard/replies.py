"""What a model must not say to a person who may be in danger, whichever model it is."""

import re

from agent.guard.unmask import unmask

# Wordings as `unmask` leaves them: no apostrophes.
_WORDINGS = {
    "method": (
        r"overdos\w*|pills?|tablets?|milligrams?|mg|doses?|noose|rope|razors?|blades?|kni(?:fe|ves)|guns?|bullets?",
        r"bleach|poison\w*|helium|exhaust|lethal|painless\w*|hang(?:ing)? (?:yourself|from)|slit\w*|wrists?",
        r"jump(?:ing)? (?:off|from|in front)|cut(?:ting)? your\w*|drown\w*|suffocat\w*|strangl\w*",
    ),
    "dare": (
        r"kys|kill yourself|end (?:it all|your life|yourself)|go (?:ahead|for it|and die)|just do it|do it then",
        r"you wont(?: do it)?$|prove it|try it|i dare you|get it over with|you should die",
        r"hurt (?:him|her|them|yourself)|make (?:him|her|them) pay|hit (?:him|her|them) back",
        r"teach (?:him|her|them) a lesson",
    ),
    "hopelessness": (
        r"no way out|there(?:s| is) no (?:point|hope|use)|never get better|wont get better|nothing to live for",
        r"(?:its|it is|thats|this is|life is|all is|youre|you are) (?:hopeless|pointless|worthless|a burden)",
        r"(?:nothing|things) (?:will|can) (?:ever |never )?(?:help|change|get better|be better)",
        r"better off (?:without you|dead)|(?:no one|nobody) (?:would|will) (?:miss|care)",
        r"(?:understand|see|know) why you(?: would)? (?:want|wish) to (?:die|end|disappear|hurt)",
        r"makes sense (?:to|that you) (?:want to )?(?:die|end)|give up on (?:life|living)",
        r"you deserved? (?:it|this|to (?:die|suffer|hurt))",
    ),
    "diagnosis": (
        r"diagnos\w*|clinical(?:ly)?|you(?: \w+)? (?:have|suffer from|show signs of)(?: \w+){0,2} (?:depression|bipolar"
        r"|ptsd|bpd|borderline|adhd|psycho\w*|schizo\w*|disorder)",
        r"(?:youre|you are|you sound|you seem)(?: \w+)? (?:depressed|bipolar|borderline|psychotic|suicidal"
        r"|mentally ill)",
    ),
    "secrecy": (
        r"(?:our|your|my|this) (?:little )?secret|between (?:us|you and me)|keep (?:it|this|that) (?:to|between|quiet)",
        r"(?:wont|will not|never|not going to) tell (?:anyone|anybody|a soul|them|him|her)|promise not to",
        r"(?:dont|do not|no need to) tell (?:anyone|anybody|them|him|her|your \w+)",
        r"(?:no one|nobody) (?:has to|needs to|will ever) know",
    ),
}
_FAULTS = {name: re.compile(rf"\b(?:{'|'.join(each)})\b") for name, each in _WORDINGS.items()}

INSTEAD = (
    "I'm here, and I'm reading what you write. You can go on in your own words, as slowly as you like.\n"
    "Should it become too much, please turn to a person you trust, or to one of the numbers that I named."
)


def unfit(reply: str) -> str:
    """Why a reply must not be given to a person who may be in danger; empty if it may."""
    plain = unmask(reply)
    return next((name for name, pattern in _FAULTS.items() if pattern.search(plain)), "")
