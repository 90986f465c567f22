"""The reply that is built in: the bank where it has words for just this, else the language model, else the bank.

Several replies of the model compete; `agent.reply.filters` says which may be given at all. Where a person is in
mourning or in trouble, only words that were written and read by people are given.
"""

import threading

from agent.reply import Answer, Request, words_of
from agent.reply.about import mourns
from agent.reply.bank import Bank
from agent.reply.choose import asks_for_facts, form, general, near
from agent.reply.filters import faults, tidy
from agent.reply.generate import MiniModel, Sample


class EmbeddedBackend:
    """Answers from the bank of replies and from a small language model."""

    def __init__(self, bank: Bank, bank_name: str, mini: MiniModel | None = None) -> None:
        self.name = f"{mini.name}, {bank_name}" if mini else bank_name
        self._bank, self._bank_name, self._mini = bank, bank_name, mini

    def answer(self, request: Request, stop: threading.Event) -> Answer:
        """The best reply of the two sources."""
        written = near(self._bank, request)
        if written is None and self._mini is not None and may_generate(request):
            fit = fitting(request, self._mini.samples(request, stop))
            if fit and not stop.is_set():
                return Answer("generated", self._mini.name, words_of(fit[0].text, stop))
        written = written or general(self._bank, request)
        return Answer("bank", self._bank_name, words_of(written.text, stop))


def may_generate(request: Request) -> bool:
    """Whether a model may answer: not for the dead, not in trouble, and not what has a form or wants a fact."""
    if request.understanding.guard.level != "none" or mourns(request.words, [turn.words for turn in request.history]):
        return False
    return form(request.words) is None and not asks_for_facts(request)


def fitting(request: Request, samples: list[Sample]) -> list[Sample]:
    """The samples that may be given, tidied, the best first."""
    said = [*(turn.reply.text for turn in request.history if turn.reply), *request.avoid]
    talk = [turn.words for turn in request.history]
    emotion = request.understanding.emotion
    label = "" if emotion.unsure else emotion.label
    tidied = [Sample(tidy(sample.text), sample.score) for sample in samples]
    return [sample for sample in tidied if not faults(sample.text, request.words, talk, said, label)]
