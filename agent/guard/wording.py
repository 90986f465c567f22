"""The fixed words: what is said to a person in danger, and what the chat says of itself.

Nobody in danger is answered by a model. Each text names first what matters first, is short, and
asks at most one question.
"""

from agent.events import Guard
from agent.guard.helplines import DIRECTORY, Help, find

_GROUPS = (  # the first group that shares a reason with the guard decides the words
    ("overdose", {"overdose"}),
    ("immediate", {"immediate-danger"}),
    ("violence", {"violence-victim", "abuse"}),
    ("other", {"other-in-danger"}),
    ("attempt", {"suicide-attempt"}),
    ("suicide", {"suicide-plan", "suicide-ideation", "goodbye"}),
    ("threat", {"threat-to-others"}),
    ("self-harm", {"self-harm"}),
    ("despair", {"passive-wish", "reunion", "hopelessness"}),
)

_CRISIS = {
    "overdose": (
        "Please call {emergency} now, even if you feel all right: some things harm only hours later, and they can "
        "help.\n"
        "Unlock your door, stay where somebody can reach you, and keep what you took at hand to show them.\n"
        "I'm glad you told me. Is anybody with you?"
    ),
    "immediate": (
        "If you are in danger right now, please call {emergency}. If you cannot speak safely, get to other people or "
        "somewhere you can lock, if you can.\nYou don't have to go on writing to me. Your safety comes first."
    ),
    "violence": (
        "I'm so sorry this is happening to you. It is not your fault, and you don't deserve it.\n"
        "If you are in danger or hurt, call {emergency}. Are you safe right now?"
    ),
    "other": (
        "Thank you for looking out for them. If their life may be in danger right now, call {emergency} first, and "
        "stay "
        "with them if it is safe for you."
    ),
    "attempt": (
        "I'm really glad you are still here, and that you told me.\nIf you are hurt or have taken something, call "
        "{emergency} now, even if you feel all right. Is anybody with you?"
    ),
    "suicide": (
        "I'm really glad you told me. What you feel sounds unbearable, and you don't have to carry it alone.\n"
        "If you might act on it, call {emergency} now, move away from anything you could use, and let somebody be "
        "with you. "
        "Are you safe right now?"
    ),
    "threat": (
        "That sounds like more than anyone should hold alone, and it is good that you said it.\n"
        "Please step away from whoever it is about, and from anything that could hurt somebody. If you may act on "
        "it, call "
        "{emergency} now. Can you get some distance right now?"
    ),
    "self-harm": (
        "Thank you for telling me. You must be in a lot of pain, and you deserve care, not blame.\n"
        "If a wound is deep or bleeds heavily, call {emergency}. Are you safe right now?"
    ),
    "despair": (
        "You have been carrying so much, and I'm glad you are telling me. Are you thinking about ending your life? "
        "You can "
        "say it plainly here.\nIf you might act on it, call {emergency} now, and let somebody be with you."
    ),
}

_CONCERN = {
    "other": (
        "It's kind of you to care for them. Listening, and asking them plainly and calmly whether they are safe, "
        "helps more "
        "than the right words. You don't have to carry it alone. If their life is in danger, call {emergency}."
    ),
    "violence": (
        "That sounds frightening, and what you feel about it matters. You don't have to decide anything today. "
        "If you are ever in danger, call {emergency}. Do you feel safe right now?"
    ),
    "threat": (
        "Feeling that much anger can be scary, and saying it is a good first step. If you think you may act on it, "
        "step "
        "away and call {emergency}. Talking to somebody can take the pressure off."
    ),
}
_GENTLE = (
    "That sounds very heavy, and I'm glad you said it. Are you safe right now?\n"
    "If it ever becomes too much, call {emergency}; there are also people who listen at any hour:"
)

# To a denial. Nothing is asked again and no list repeated, but the door stays open.
_DENIED = (
    "Thank you for telling me, I'm glad. I would rather ask once too often than not at all.\n"
    "You can go on talking here, about the heavy things too."
)
_DENIED_AFTER_CRISIS = (
    "Thank you for telling me. I take what you say now as seriously as what you said before.\n"
    "Should it come back, tonight or any other time, say it here just as plainly, or call {emergency} or one of the "
    "numbers above. Until then, we can talk about whatever you like."
)

_QUESTIONS = {
    "safe": ("Are you safe right now?", "Do you feel safe right now?"),
    "ending": ("Are you thinking about ending your life?",),
}

_DISCLOSURE = (
    "I'm a computer program, an AI, not a person. I can't feel; I guess an emotion from words and may be wrong. "
    "I'm no medical device, no therapist and no emergency service."
)
_DISCLOSURE_FIRST = (
    "What you write stays on this computer unless you choose a reply model elsewhere. If you or somebody else is "
    "in danger, "
    "call your emergency number."
)

PROTOCOL = """\
What is detected. Every text is read by fixed rules, offline, before any reply is made, in English only:
suicide, self-harm, overdose, violence or abuse suffered, danger to others, immediate danger, goodbyes, and
others in danger; also misspelt or disguised. Levels: none, concern (passive wishes, hopelessness, the past,
worry about somebody else) and crisis (plain and present). Grief and loneliness alone are no danger. Wishing to
join somebody is one where that person is known to have died, and so is medicine that was saved up.

What is said. A crisis is answered with fixed words, never by a model: what matters first, at most one
question, and the emergency number and helplines of the person's country (chat.country, else the locale), else
findahelpline.com.

How the state lasts. After a crisis every later turn of the conversation is at least a concern; saying that it
was not meant does not clear it, but is thanked for, and the numbers are not read out again. A "no" to "Are you
safe right now?" is a crisis. Hints add up over ten turns: two make a concern, despair in three a crisis. A hint
of hopelessness is also a concern where the chat hears sadness or fear beside it.

What it cannot do. It calls and tells nobody. It misses wordings that no rule knows and irony, and can take a
harmless sentence for danger. Other languages it does not judge: who plainly writes in one of those it can tell
from English is told so in it, with helplines. It makes no diagnosis and replaces no person. A number may have
changed.
"""


def _group(guard: Guard) -> str:
    return next((name for name, reasons in _GROUPS if reasons.intersection(guard.reasons)), "despair")


def _helplines(group: str, help_: Help) -> str:
    lines = help_.violence + help_.lines if group in ("violence", "immediate") else help_.lines
    listed = [f"- {line}" for line in lines]
    return "\n".join([*listed, f"- {'Elsewhere' if listed else 'A helpline near you'}: {DIRECTORY}"])


def helplines(country: str) -> str:
    """The helplines of `country` (ISO code; empty: the locale's) and the directory, a line each."""
    return _helplines("despair", find(country))


def _template(guard: Guard) -> str:
    group = _group(guard)
    return _CRISIS[group] if guard.level == "crisis" else _CONCERN.get(group, _GENTLE)


def question(guard: Guard) -> str:
    """What the fixed words for `guard` ask, where the answer matters: "safe", "ending" (their life), or nothing."""
    said = "" if guard.level == "none" or "denial" in guard.reasons else _template(guard)
    return next((name for name, asked in _QUESTIONS.items() if any(each in said for each in asked)), "")


def words(guard: Guard, country: str) -> str:
    """The fixed text for a turn in danger, with the helplines of `country` (ISO code; empty: the locale's).

    Empty for a turn without danger; to a denial, a short text without helplines.
    """
    if guard.level == "none":
        return ""
    if "denial" in guard.reasons:
        said = _DENIED_AFTER_CRISIS if "earlier-crisis" in guard.reasons else _DENIED
        return said.format(emergency=find(country).emergency)
    here = find(country)
    return f"{_template(guard).format(emergency=here.emergency)}\n\n{_helplines(_group(guard), here)}"


def disclosure(first: bool) -> str:
    """What the chat says of itself: at length at the `first` start, shorter every three hours."""
    return f"{_DISCLOSURE} {_DISCLOSURE_FIRST}" if first else f"A reminder: {_DISCLOSURE}"
