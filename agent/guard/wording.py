"""The fixed words: what is said to a person in danger, and what the chat says of itself.

Nobody in danger is answered by a model. Each text names first what matters first, is short, and
asks at most one question.
"""

from collections.abc import Collection

from agent.events import Guard
from agent.guard.helplines import DIRECTORY, Help, find

_GROUPS = (  # the first group that shares a reason with the guard decides the words
    ("overdose", {"overdose"}),
    ("immediate", {"immediate-danger"}),
    ("violence", {"violence-victim", "abuse"}),
    ("other", {"other-in-danger"}),
    ("attempt", {"suicide-attempt"}),
    ("means", {"suicide-means"}),
    ("goodbye", {"goodbye"}),
    ("suicide", {"suicide-ideation"}),
    ("plan", {"suicide-plan"}),
    ("threat", {"threat-to-others"}),
    ("self-harm", {"self-harm"}),
    ("despair", {"passive-wish", "reunion", "hopelessness", "hints"}),
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
        "Please call {emergency} now if you are hurt or have taken anything, even if you feel all right.\n"
        "Unlock your door, and let somebody be with you. I'm really glad you are still here, and that you told me. "
        "Is anybody with you?"
    ),
    "means": (
        "I'm glad you told me. Please put distance between yourself and what you could use: leave the room, or give it "
        "to somebody to keep, even if only for tonight. The worst of such a moment passes.\n"
        "If you can't get away from it, call {emergency} now. Is anybody near you?"
    ),
    "goodbye": (
        "This reads like a goodbye, and I don't want to let it go by. Are you thinking about ending your life?\n"
        "If you have done something, or are about to, call {emergency} now, unlock your door, and let somebody be with "
        "you."
    ),
    "plan": (
        "Thank you for saying it plainly. You have come as far as thinking of how, so please don't stay alone with it: "
        "call {emergency} or one of the lines below before anything else, and go to where another person is.\n"
        "Is there somebody who could be with you right now?"
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

# What is said where the same was said just before: shorter, and as serious.
_AGAIN = {
    "overdose": (
        "If you have taken or done anything, every minute counts: call {emergency}, or let anybody near you do it, and "
        "unlock the door.\nIf you have not, I'm glad, and I'm still here. Who could be with you now?"
    ),
    "violence": (
        "I believe you, and none of this is your fault. If you can get to other people, do that first.\n"
        "When it is safe to speak, {emergency} and the numbers above are there, also for how to get away safely. What "
        "would help you most in the next hour?"
    ),
    "other": (
        "You are right not to look away, and you don't have to be sure to call. {emergency} can send somebody to where "
        "they are, from another town as well: tell them the last place and time that you know."
    ),
    "threat": (
        "I'm still here. Only the next hour counts: more distance, and nothing in your hands that could hurt anybody.\n"
        "Call {emergency} if it comes too close. Who could come and be with you?"
    ),
}
_AGAIN["attempt"] = _AGAIN["overdose"]
_STILL = (
    "I'm still here, and I take every word of it seriously. You don't have to explain it any better.\n"
    "Please let a person be with you now: call {emergency}, one of the numbers above, or somebody you know. Who could "
    "that be?"
)
_STILL_TOO = (
    "I'm not going anywhere. What matters now is the next hour: some distance to anything you could use, and one "
    "person who knows.\nWho could you call or knock at? {emergency} is there, too."
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
What is detected. Every text is read offline before any reply is made, in English only, by two ears: fixed rules,
and a branch of the text encoder that judges by meaning; the graver of both counts. Kinds: passive wish, suicidal
thoughts, plan, means at hand, attempt under way, goodbye, hints over several turns, self-harm, overdose, violence or
abuse suffered, danger to others, immediate danger, and worry about somebody else; also misspelt or disguised.
Levels: none, concern (passive wishes, hopelessness, hints, the past, worry about somebody else) and crisis (plain and
present). Grief, loneliness and anger alone are no danger. Wishing to join somebody is one where that person is known
to have died, and so is medicine that was saved up. How much is heard and how often it alarms in vain is measured:
`finetune eval guard`.

What is said. A crisis is answered with fixed words, never by a model: what matters first (the emergency number where
minutes count), at most one question, and the emergency number and helplines of the person's country (chat.country,
else the locale), else findahelpline.com. A concern is answered so once; while it lasts, what a model says is read
before it is shown, and replaced if it names a method, dares, agrees with hopelessness, diagnoses or promises secrecy.

How the state lasts. After a crisis every later turn of the conversation is at least a concern; saying that it
was not meant does not clear it, but is thanked for, and the numbers are not read out again. A "no" to "Are you
safe right now?" is a crisis. Hints add up over ten turns: two make a concern, despair in three a crisis. A hint
of hopelessness is also a concern where the chat hears sadness or fear beside it, by emotion or nuance. A concern alone
fades when the turns after it show none; a crisis ends with the conversation.

What it cannot do. It calls and tells nobody. It misses wordings that neither ear knows, and irony, and can take a
harmless sentence for danger. Other languages it does not judge: who plainly writes in one of those it can tell
from English is told so in it, with helplines. It makes no diagnosis and replaces no person. A number may have
changed.
"""


def group(guard: Guard) -> str:
    """Which of the fixed words are said to it."""
    return next((name for name, reasons in _GROUPS if reasons.intersection(guard.reasons)), "despair")


def _helplines(of: str, help_: Help) -> str:
    lines = help_.violence + help_.lines if of in ("violence", "immediate") else help_.lines
    listed = [f"- {line}" for line in lines]
    return "\n".join([*listed, f"- {'Elsewhere' if listed else 'A helpline near you'}: {DIRECTORY}"])


def helplines(country: str) -> str:
    """The helplines of `country` (ISO code; empty: the locale's) and the directory, a line each."""
    return _helplines("despair", find(country))


def _template(guard: Guard) -> str:
    of = group(guard)
    return _CRISIS[of] if guard.level == "crisis" else _CONCERN.get(of, _GENTLE)


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
    return f"{_template(guard).format(emergency=here.emergency)}\n\n{_helplines(group(guard), here)}"


def words_again(guard: Guard, country: str, said: Collection[str]) -> str:
    """The fixed text for a turn in the same danger as one before it, without the helplines; one not just `said`."""
    here = find(country)
    texts = [text.format(emergency=here.emergency) for text in (_AGAIN.get(group(guard), _STILL), _STILL, _STILL_TOO)]
    return next((text for text in texts if text not in said), texts[0])


def disclosure(first: bool) -> str:
    """What the chat says of itself: at length at the `first` start, shorter every three hours."""
    return f"{_DISCLOSURE} {_DISCLOSURE_FIRST}" if first else f"A reminder: {_DISCLOSURE}"
