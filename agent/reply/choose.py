"""Chooses a reply of the bank for what was said and understood.

A reply with cues is taken when one of them means nearly what the person said, the reply suits the emotion, and
the ranker finds that it answers; otherwise a general reply of that emotion, one of those that the ranker puts
first. Nothing is said twice in a conversation while something else is left.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from agent.emotions import BRIGHT, HEAVY
from agent.reply import Request
from agent.reply.about import about_another, mourns, names_another, speaks_of_death
from agent.reply.form import FORMS, asks, asks_how, form, tells_own_feeling, wants_a_fact
from agent.reply.slots import fill, named

if TYPE_CHECKING:
    from agent.reply.bank import Bank, BankReply

# How well each reply of the bank, by its id, answers what was said: its place among all of them, 0 worst, 1 best.
Fits = Mapping[str, float]
# Least cosines between the words and the nearest cue: for a reply about a matter, about the talk itself,
# and for a new beginning in the middle of a matter. Chosen by reading conversations (`finetune samples`).
NEAR = 0.62
NEAR_TALK = 0.68
NEAR_ANEW = 0.66
# Below this cosine the ranker has to find, too, that the reply is among those that answer best.
NEAR_ALONE = 0.76
NEAR_FORM = 0.85
ANSWERS = 0.75
# Of the general replies that answer best so many are as good as each other.
FEW = 3
# How much the emotion counts beside the cosine.
EMOTION_SHARE = 0.30
SUITS = 0.12
# Kinds about the talk itself rather than about a feeling: the emotion does not decide them.
TALK = frozenset({"greeting", "thanks", "farewell", "about-me", "fact", "request", "repair", "smalltalk"})
GLAD = frozenset({"joy", "surprise"})
# Kinds that nothing else may stand in for: they are said again before a mourner hears a light word.
GRAVE = frozenset({"held", "mourning"})
# Below this the person is asked rather than answered by a guess.
ASK_BELOW = 0.42


def near(bank: Bank, request: Request, fits: Fits | None = None) -> BankReply | None:
    """A reply written for just such words, if there is one.

    Dense retrieval over cues (as in nearest-neighbour response selection), gated by the emotion.
    """
    if not request.understanding.vector or _after_crisis(request) or form(request.words) in ("thanks", "farewell"):
        return None
    if voice_against_words(request):
        return None
    return _near(bank, _sayable(bank, request), request, fits)


def general(bank: Bank, request: Request, fits: Fits | None = None) -> BankReply:
    """A reply that fits the emotion and the point of the talk, whatever the matter is.

    `fits` says how well each reply of the bank, by its id, answers the words; without it one is as good as another.
    """
    return _general([reply for reply in _sayable(bank, request) if reply], request, fits)


def asks_for_facts(request: Request) -> bool:
    """Whether the words are a plain question, which no feeling answers."""
    plain = request.understanding.emotion.label in ("neutral", "surprise")
    return plain and wants_a_fact(request.words)


def voice_against_words(request: Request) -> bool:
    """Whether the voice says another thing than the words, so that one asks rather than guesses; not twice running."""
    if not request.understanding.disagree or form(request.words) is not None or _after_crisis(request):
        return False
    before = request.history[-1].understanding if request.history else None
    return not (before and before.disagree) and not mourns(request.words, [turn.words for turn in request.history])


def _sayable(bank: Bank, request: Request) -> list[BankReply | None]:
    """The bank's replies with the person's own names in them; none in the place of one that would name another."""
    earlier = [turn.words for turn in request.history]
    talk = " ".join([request.words, *earlier])
    # What is said of somebody by name is said of the living.
    names = {} if speaks_of_death(talk) else named(request.words, earlier)
    found: list[BankReply | None] = []
    for reply in bank.replies:
        text = fill(reply.text, names) if "{" in reply.text else reply.text
        if text is None or names_another(text, talk):
            found.append(None)
        else:
            found.append(reply if text == reply.text else dataclasses.replace(reply, text=text))
    return found


def _said(request: Request) -> dict[str, int]:
    """What was answered before, each with its place in the talk."""
    said = [*(turn.reply.text for turn in request.history if turn.reply), *request.avoid]
    return {text: place for place, text in enumerate(said)}


def _near(bank: Bank, replies: Sequence[BankReply | None], request: Request, fits: Fits | None) -> BankReply | None:
    said = _said(request)
    emotion = request.understanding.emotion
    cosines = bank.vectors @ np.asarray(request.understanding.vector, dtype=np.float32)
    for index in np.flatnonzero(cosines >= NEAR):
        if about_another(bank.cues[index], request.words):
            cosines[index] = -1.0
    nearest = np.full(len(bank.replies), -1.0, dtype=np.float32)
    np.maximum.at(nearest, bank.owners, cosines)
    mourning = mourns(request.words, [turn.words for turn in request.history])
    going_on, brief = _same_topic(request), len(request.words.split()) <= 3
    about, asked = form(request.words), asks(request.words)
    best, best_score = None, 0.0
    for index in np.argsort(-nearest)[:60]:
        reply, cosine = replies[index], float(nearest[index])
        if cosine < NEAR:
            break
        if reply is None or reply.text in said or (reply.kind in TALK and cosine < NEAR_TALK):
            continue
        if fits and cosine < NEAR_ALONE and fits[reply.id] < ANSWERS:
            continue
        if reply.kind == "follow-up" and not request.history:
            continue
        if reply.kind == "advice" and not asked:
            continue
        # What has a form is told by it; only words that are nearly the same say as much.
        if reply.kind in FORMS and reply.kind != "advice" and reply.kind != about and cosine < NEAR_FORM:
            continue
        if about == "advice" and (reply.kind in TALK or reply.kind == "follow-up"):
            continue
        if mourning and not GLAD.isdisjoint(reply.emotions) and "sadness" not in reply.emotions:
            continue
        # In the middle of a matter a new beginning must be plainly meant, and a word or two never mean one.
        if reply.kind == "opening" and going_on and (cosine < NEAR_ANEW or brief):
            continue
        suits = sum(emotion.scores[label] for label in reply.emotions)
        if mourning and "sadness" in reply.emotions:
            suits = max(suits, 0.5)
        if reply.kind not in TALK and suits < SUITS:
            continue
        score = cosine + EMOTION_SHARE * (max(suits, 0.5) if reply.kind in TALK else suits)
        if reply.kind == "follow-up":
            score += 0.03
        if score > best_score:
            best, best_score = reply, score
    return best


def _general(replies: Sequence[BankReply], request: Request, fits: Fits | None) -> BankReply:
    said = _said(request)
    emotion = request.understanding.emotion
    words = request.words.strip()
    about = form(words)
    if _after_crisis(request):
        kind, label = "held", "neutral"
    elif about == "advice":
        kind, label = about, "neutral" if emotion.unsure else emotion.label
    elif about:
        kind, label = about, "neutral"
    elif asks_for_facts(request):
        kind, label = "fact", "neutral"
    elif mourns(request.words, [turn.words for turn in request.history]):
        kind, label = "mourning", "sadness"
    elif request.understanding.voice and voice_against_words(request):
        kind, label = "voice", request.understanding.voice.label
    elif asks_how(words):
        kind, label = "advice", emotion.label if emotion.label in HEAVY and not emotion.unsure else "neutral"
    elif _mood_turns(request):
        kind, label = "turn", "neutral"
    elif emotion.confidence < ASK_BELOW and not _asked(request):
        kind, label = "unsure", "neutral"
    else:
        kind, label = ("follow-up" if _same_topic(request) else "opening"), emotion.label
    cued = kind == "greeting"
    fitting = [r for r in replies if r.kind == kind and label in r.emotions and (cued or not r.cues)]
    fresh = [reply for reply in fitting if reply.text not in said]
    if not fresh and kind not in GRAVE:
        other = "opening" if kind == "follow-up" else "follow-up"
        fresh = [
            r for r in replies if r.kind == other and emotion.label in r.emotions and not r.cues and r.text not in said
        ]
    anything = [r for r in replies if r.kind == "follow-up" and not r.cues]
    if fits:
        fresh = sorted(fresh, key=lambda reply: -fits[reply.id])[:FEW]
    return _pick(fresh or _least_recent(fitting or anything, said), words)


def _after_crisis(request: Request) -> bool:
    """Whether a crisis was heard in this conversation: then whoever speaks stays gentle, whatever the matter is."""
    return "earlier-crisis" in request.understanding.guard.reasons


def _mood_turns(request: Request) -> bool:
    """Whether bright words follow heavy ones, or heavy bright, and the person says of no feeling that it is theirs.

    "Our manager thanked her for it" after an injustice is no good news.
    """
    now = request.understanding.emotion.label
    before = [turn.understanding.emotion.label for turn in request.history[-2:] if turn.understanding]
    if not before or tells_own_feeling(request.words):
        return False
    return (now in BRIGHT and not HEAVY.isdisjoint(before)) or (now in HEAVY and before[-1] in BRIGHT)


def _asked(request: Request) -> bool:
    """Whether one of the last turns was unclear already: nobody wants to be asked twice in a row."""
    return any(t.understanding and t.understanding.emotion.confidence < ASK_BELOW for t in request.history[-2:])


def _same_topic(request: Request) -> bool:
    """Whether the turn before was of the same colour, so that the talk goes on rather than begins."""
    if not request.history or request.history[-1].understanding is None:
        return False
    before, now = request.history[-1].understanding.emotion.label, request.understanding.emotion.label
    return before == now or {before, now} <= BRIGHT or {before, now} <= HEAVY


def _least_recent(fitting: list[BankReply], said: Mapping[str, int]) -> list[BankReply]:
    return sorted(fitting, key=lambda reply: said.get(reply.text, -1))[: max(1, len(fitting) // 2)]


def _pick(replies: Iterable[BankReply], words: str) -> BankReply:
    """One of them by the words, so that the same conversation gives the same reply."""
    return min(replies, key=lambda reply: hashlib.sha256(f"{words}\0{reply.id}".encode()).digest())
