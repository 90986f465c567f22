"""The form of what was said, told by the words alone."""

import pytest

from agent.reply.form import asks, asks_how, form, tells_own_feeling, wants_a_fact


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("hi there", "greeting"),
        ("ok thanks, that helps", "thanks"),
        ("good night", "farewell"),
        ("I feel lighter, bye for now", "farewell"),
        ("thanks, bye for now", "farewell"),
        ("what should I do now", "advice"),
        ("hello darkness my old friend, nothing works", None),
        ("I said goodbye to her at the station", None),
        ("I never got to say goodbye to him in the end", None),
    ],
)
def test_few_words_have_a_form(words: str, kind: str | None) -> None:
    assert form(words) == kind


@pytest.mark.parametrize("words", ["what is the capital of Peru", "how do I cancel my contract", "Is it far?"])
def test_a_fact_is_wanted(words: str) -> None:
    assert wants_a_fact(words)


@pytest.mark.parametrize("words", ["isn't it?", "how do I tell her", "what a day"])
def test_no_fact_is_wanted(words: str) -> None:
    assert not wants_a_fact(words)


def test_asking_and_asking_how() -> None:
    assert asks("any advice") and asks("is he right?") and not asks("I don't know what to say")
    assert asks_how("should I tell her") and asks_how("how do I tell her") and not asks_how("is he right?")


@pytest.mark.parametrize(("words", "own"), [("I'm so happy", True), ("she looks so happy", False), ("we won", True)])
def test_whose_feeling_it_is(words: str, own: bool) -> None:
    assert tells_own_feeling(words) is own
