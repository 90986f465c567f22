"""The reply that is built in: the bank where it has words for just this, else the reply that fits best.

A ranker says how well a reply of the bank answers what was said. The language model draws several replies, where
there is one; the most probable of them is given if the model is sure of it and `agent.reply.filters` finds no fault.
Where a person is in mourning or in trouble, only words that were written and read by people are given.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from agent.reply import Answer, Request, Sample, words_of
from agent.reply.about import mourns
from agent.reply.bank import Bank
from agent.reply.choose import Fits, asks_for_facts, general, near, voice_against_words
from agent.reply.filters import faults, tidy
from agent.reply.form import form
from agent.reply.rank import Ranker

if TYPE_CHECKING:
    from agent.reply.generate import MiniModel

# Mean log-probability of a token from which on a reply mostly makes sense: of 660 that were judged blindly
# (docs/log.md) 78 in a hundred above it did, and 54 of the bank's general ones in their place.
SURE = -0.95


class EmbeddedBackend:
    """Answers from the bank of replies and, where there is one, from a small language model."""

    def __init__(self, bank: Bank, bank_name: str, ranker: Ranker, mini: MiniModel | None = None) -> None:
        self.name = f"{mini.name}, {bank_name}" if mini else bank_name
        self._bank, self._bank_name, self._mini = bank, bank_name, mini
        self._ranker = ranker

    def answer(self, request: Request, stop: threading.Event) -> Answer:
        """The best reply of the two sources."""
        fits = self.fits(request)
        written = near(self._bank, request, fits)
        if written is None and self._mini is not None and may_generate(request):
            fit = fitting(request, self._mini.samples(request, stop))
            if fit and not stop.is_set():
                return Answer("generated", self._mini.name, words_of(fit[0].text, stop))
        written = written or general(self._bank, request, fits)
        return Answer("bank", self._bank_name, words_of(written.text, stop))

    def fits(self, request: Request) -> Fits | None:
        """How well each reply of the bank answers; none if the words were not understood."""
        if not request.understanding.vector:
            return None
        scores = self._bank.reply_vectors @ self._ranker.said(request)
        places = scores.argsort().argsort() / max(1, len(scores) - 1)
        return dict(zip((reply.id for reply in self._bank.replies), places.tolist(), strict=True))


def may_generate(request: Request) -> bool:
    """Whether a model may answer.

    Not for the dead, not in trouble, not where the voice says another thing, and not what has a form or wants a fact.
    """
    if request.understanding.guard.level != "none" or voice_against_words(request):
        return False
    if mourns(request.words, [turn.words for turn in request.history]):
        return False
    return form(request.words) is None and not asks_for_facts(request)


def fitting(request: Request, samples: list[Sample]) -> list[Sample]:
    """The samples that may be given, tidied, the most probable first."""
    said = [*(turn.reply.text for turn in request.history if turn.reply), *request.avoid]
    talk = [turn.words for turn in request.history]
    emotion = request.understanding.emotion
    label = "" if emotion.unsure else emotion.label
    tidied = [Sample(tidy(sample.text), sample.score) for sample in samples if sample.score >= SURE]
    return [sample for sample in tidied if not faults(sample.text, request.words, talk, said, label)]
