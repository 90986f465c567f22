"""What counts as a denial, a yes or a no."""

import pytest

from agent.guard import answers


@pytest.mark.parametrize(
    "text",
    [
        "no I am safe, I just miss him",
        "I didn't mean it like that, I'm not going to do anything",
        "I would never hurt myself",
        "I was only joking",
        "that's not what I meant",
        "sorry if I scared you, I'm safe",
        "I promise I won't do anything",
    ],
)
def test_a_denial(text: str) -> None:
    assert answers.denies(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm not safe",
        "I can't promise I won't hurt myself",
        "I won't do anything yet",
        "I'm safe for now",
        "I wish I was safe",
        "I'm afraid I won't do anything about it",
        "no",
        "I miss him",
        "he is safe now",
    ],
)
def test_no_denial(text: str) -> None:
    assert not answers.denies(text)


def test_reassurance_is_vaguer_than_a_denial() -> None:
    assert answers.reassures("no, I'm fine, honestly") and not answers.denies("no, I'm fine, honestly")
    assert not answers.reassures("don't worry, it will be over soon")


def test_only_a_whole_answer_is_a_yes_or_a_no() -> None:
    assert answers.is_yes("Yes, I am.") and answers.is_yes("yeah, thanks")
    assert not answers.is_yes("yes, and it was sunny")
    assert answers.is_no("no") and answers.is_no("Not really.") and answers.is_no("no, I'm scared")
    assert not answers.is_no("no I am safe, I just miss him")
    assert answers.is_faint_yes("sometimes") and answers.is_faint_yes("yes, every night when I lie awake")
    assert not answers.is_faint_yes("yes, but I would never kill myself")


def test_own_words_can_be_taken_back() -> None:
    assert answers.takes_back("I didn't mean it when I said I want to die")
    assert not answers.takes_back("I meant it when I said I want to die")


@pytest.mark.parametrize(
    "text",
    [
        "I rang my brother like you said and he came. I gave him the tablets to look after.",
        "I flushed the rest of them",
        "my husband locked up the gun for me",
        "I took the pills back to the pharmacy",
        "she's got them locked away now",
    ],
)
def test_what_could_harm_is_out_of_reach(text: str) -> None:
    assert answers.is_out_of_reach(text)


@pytest.mark.parametrize(
    "text",
    [
        "I gave my dog to my sister to look after",
        "I gave her the pills to keep, but I kept enough",
        "I should give the pills to my mum",
        "they took the pills away from me before, now I have more",
        "I threw it all away, I have nothing to live for",
        "I took the pills",
    ],
)
def test_what_is_not_out_of_reach(text: str) -> None:
    assert not answers.is_out_of_reach(text)
