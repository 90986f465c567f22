"""Two sources of replies: what was written for just this comes first, and a model answers only where it may."""

import dataclasses
import threading

import pytest

from agent.events import Guard, Reply, Turn
from agent.reply import Request, Sample
from agent.reply.embedded import SURE, EmbeddedBackend, fitting, may_generate
from tests.models import ranker
from tests.reply.test_choose import bank, request

ODD = "The tram driver waved at me twice this morning and I waved back"


class Drawn:
    """A model that draws what it is told to."""

    name = "mini@1"

    def __init__(self, *texts: str) -> None:
        self.texts, self.asked = texts, 0

    def samples(self, request: Request, stop: threading.Event) -> list[Sample]:
        self.asked += 1
        return [Sample(text, SURE + 0.1 - 0.01 * place) for place, text in enumerate(self.texts)]


def backend(*texts: str) -> EmbeddedBackend:
    drawn = Drawn(*texts) if texts else None
    return EmbeddedBackend(bank(), "bank@1", ranker(), drawn)  # type: ignore[arg-type]


def answered(asked: Request, *texts: str) -> tuple[str, str]:
    answer = backend(*texts).answer(asked, threading.Event())
    return answer.origin, "".join(answer.pieces)


def test_what_was_written_for_just_this_goes_before_the_model() -> None:
    origin, text = answered(request("I passed my driving test!"), "That's great! How do you feel?")
    assert origin == "bank" and text != "That's great! How do you feel?"


def test_elsewhere_the_model_answers() -> None:
    said = "What a friendly start to the day! Does he often wave?"
    assert answered(request(ODD, label="joy"), said) == ("generated", said)


def test_of_several_replies_the_most_probable_is_given() -> None:
    drawn = ("What a friendly driver! Does he often wave at you?", "What kind of tram was it?")
    assert answered(request(ODD, label="joy"), *drawn) == ("generated", drawn[0])


def test_a_reply_that_the_model_is_not_sure_of_is_not_given() -> None:
    asked, said = request(ODD, label="joy"), "What a friendly start to the day!"
    assert fitting(asked, [Sample(said, SURE)]) and not fitting(asked, [Sample(said, SURE - 0.01)])


def test_a_reply_without_a_fault_is_given() -> None:
    drawn = ("I had a tram driver like that.", "What a friendly start to the day!")
    assert answered(request(ODD, label="joy"), *drawn) == ("generated", drawn[1])


def test_the_bank_answers_where_no_sample_may_be_given() -> None:
    assert answered(request(ODD, label="joy"), "I had one too.", "ok")[0] == "bank"


@pytest.mark.parametrize("words", ["thanks", "bye for now", "What is the capital of Mongolia?"])
def test_what_has_a_form_needs_no_model(words: str) -> None:
    assert not may_generate(request(words, label="neutral"))


def test_no_model_speaks_to_mourners_or_to_people_in_trouble() -> None:
    assert not may_generate(request("my brother died in March"))
    assert not may_generate(request("I still set a plate for him", ("my brother died in March", "I'm so sorry.")))
    calm = request(ODD, label="joy")
    worried = dataclasses.replace(calm.understanding, guard=Guard("concern", ("hint",)))
    assert may_generate(calm) and not may_generate(dataclasses.replace(calm, understanding=worried))


def test_nothing_is_generated_twice_in_a_conversation() -> None:
    said = "What a friendly start to the day! Does he often wave?"
    asked = request(ODD, label="joy")
    again = dataclasses.replace(asked, history=(Turn(1, "hm", asked.understanding, Reply(said, "generated", "m")),))
    assert fitting(again, [Sample(said, SURE)]) == []
    assert fitting(dataclasses.replace(asked, avoid=(said,)), [Sample(said, SURE)]) == []


def test_a_stopped_answer_ends() -> None:
    stop = threading.Event()
    stop.set()
    assert list(backend().answer(request("hello"), stop).pieces) == []
