"""A turn among the others: what is learnt later, and what is answered to the fixed words."""

import time

import pytest

from agent.events import Emotion, Guard, Nuance, Understanding
from agent.guard import assess, words

SAD = Understanding(Emotion("sadness", 0.9, False, {}), Nuance("trusting", 0.1))


@pytest.mark.parametrize(
    "text",
    [
        "I feel so alone since he died",
        "I feel so empty",
        "my dad died of heart failure",
        "the doctors were useless",
        "I miss her so much",
    ],
)
def test_sadness_makes_no_danger_of_grief_so_the_chat_and_the_command_agree(text: str) -> None:
    assert assess(text, [], SAD).level == "none" == assess(text, []).level
    assert assess(text, ["my father died", "I feel so numb"], SAD).level == "none"


@pytest.mark.parametrize("text", ["I can't do this anymore", "I can't cope without him", "I'm a failure"])
def test_sadness_beside_hopelessness_is_a_concern(text: str) -> None:
    assert assess(text, [], SAD).level == "concern"
    assert assess(text, []).level == "none"


def test_loneliness_counts_beside_hopelessness() -> None:
    assert assess("I can't do this anymore", ["I feel so alone since he died"]).level == "concern"


def test_a_death_told_afterwards_shows_what_a_wish_meant() -> None:
    assert assess("He died in May", ["I want to join my husband"]) == Guard("crisis", ("reunion",))
    assert assess("My dog died in May", ["I want to join my husband"]).level == "none"


@pytest.mark.parametrize(
    "denial",
    [
        "no I am safe, I just miss him",
        "I didn't mean it like that, I'm not going to do anything",
        "No, I'm fine, honestly.",
        "yes, thank you",
    ],
)
def test_a_denied_concern_is_acknowledged_without_repeating_the_words(denial: str) -> None:
    before = assess("I don't want to wake up tomorrow", [])
    after = assess(denial, ["I don't want to wake up tomorrow"])
    assert after == Guard("concern", ("denial", "passive-wish"))
    assert words(after, "GB") != words(before, "GB")
    assert assess("I feel so alone since he died", ["I don't want to wake up tomorrow", denial], SAD).level == "none"


def test_a_concern_that_sadness_raised_can_be_denied_too() -> None:
    assert assess("I'm safe, I just miss him", ["I can't do this anymore"]).reasons == ("denial", "hopelessness")


def test_a_denied_crisis_lasts_but_its_words_are_not_repeated() -> None:
    after = assess("I was only joking", ["I want to kill myself"])
    assert after.level == "concern"
    assert {"denial", "earlier-crisis", "suicide-ideation"} <= set(after.reasons)
    later = assess("what's for dinner?", ["I want to kill myself", "I was only joking"])
    assert later.level == "concern" and "denial" not in later.reasons


def test_words_quoted_to_take_them_back_are_a_denial() -> None:
    assert assess("I didn't mean it when I said I want to die", []).level == "concern"
    assert "denial" in assess("I didn't mean it when I said I want to die", ["I want to die"]).reasons


@pytest.mark.parametrize(
    "text", ["I'm not going to do anything, I just want to die", "I'm safe but I can't go on without him"]
)
def test_danger_beside_a_denial_is_danger(text: str) -> None:
    assert assess(text, ["I can't go on"]).level != "none"
    assert "denial" not in assess(text, ["I can't go on"]).reasons


def test_nothing_is_denied_where_nothing_was_asked() -> None:
    assert assess("I'm safe at home", []).level == "none"
    assert assess("no, I'm fine", ["the bus was late"]).level == "none"
    assert assess("I was only joking", ["I can't go on", "my sister called", "we had tea"]).level == "none"


@pytest.mark.parametrize(
    "answer", ["no", "not really", "I don't know", "no, I'm scared", "define safe", "depends what you call safe"]
)
def test_no_to_being_safe_is_a_crisis(answer: str) -> None:
    assert assess(answer, ["I want to join him in heaven"]) == Guard("crisis", ("reunion",))
    assert "earlier-crisis" in assess("what's for dinner?", ["I want to join him in heaven", answer]).reasons


def test_no_to_nothing_asked_is_a_no() -> None:
    assert assess("no", ["I had a good day"]).level == "none"
    assert assess("no", ["I can't go on", "the weather is fine"]).level == "none"


@pytest.mark.parametrize("answer", ["yes", "sometimes", "yes, every night"])
def test_yes_to_thinking_of_death_is_a_crisis_and_no_is_a_denial(answer: str) -> None:
    told = ["My husband died in March", "I want to join my husband"]
    assert "suicide-ideation" in assess(answer, told).reasons
    assert assess(answer, told).level == "crisis"
    assert "denial" in assess("no, not like that", told).reasons


def test_a_long_conversation_is_still_quick() -> None:
    turns = ["I can't go on", "no", "my wife died", "I want to join her"] * 150
    began = time.process_time()
    assess("no", turns)
    assert time.process_time() - began < 2.0
