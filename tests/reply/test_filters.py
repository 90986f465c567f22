"""What a small model says and must not: each rule by what it refuses and what it lets pass."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.reply.filters import faults, tells_of_itself, tidy


@pytest.mark.parametrize(
    "reply",
    [
        "I had a dog like that too.",
        "My wife says the same thing.",
        "Same here, it is the worst.",
        "When I was little we moved a lot.",
        "I'm going there next week!",
        "I've been there, it gets better.",
        "I would have cried.",
        "I know how you feel.",
        "We all need that sometimes.",
    ],
)
def test_a_life_of_its_own_is_told(reply: str) -> None:
    assert tells_of_itself(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "I'm so sorry to hear that. What happened?",
        "I can see why that stays with you.",
        "My goodness, how long did it take?",
        "I hope it goes well. How do you feel about it?",
        "That sounds like a lot to carry. Do you have somebody to talk to?",
        "I was wondering how your sister took it.",
    ],
)
def test_listening_tells_of_no_life(reply: str) -> None:
    assert not tells_of_itself(reply)


@pytest.mark.parametrize(
    ("reply", "words", "emotion", "fault"),
    [
        ("Congratulations, that is great news!", "I failed the exam again", "sadness", "glad at a heavy matter"),
        ("I'm glad he left.", "He left me", "sadness", "glad at a heavy matter"),
        ("I'd love that.", "He gave me his coat", "joy", "claims a life"),
        ("I'm so sorry about that.", "I passed the exam!", "joy", "sorry at a glad matter"),
        ("That sounds hard. Is Sarah with you?", "I am alone tonight", "sadness", "names somebody"),
        ("Did your husband help you?", "I moved house alone", "neutral", "names somebody"),
        ("You should kill him for that.", "He lied to me", "anger", "unsafe"),
        ("It took 14 years?", "It took me years", "neutral", "a number nobody said"),
        ("That is so hard that is so hard to do.", "I quit", "sadness", "rambles"),
        ("Did you fail the driving test?", "I did fail the driving test", "sadness", "asks what was said"),
        ("Oh", "I quit", "sadness", "length"),
        ("That sounds hard and then", "I quit", "sadness", "length"),
        ("That sounds hard [sadness].", "I quit", "sadness", "not prose"),
    ],
)
def test_each_fault_is_named(reply: str, words: str, emotion: str, fault: str) -> None:
    assert fault in faults(reply, words, (), (), emotion)


def test_what_was_answered_before_is_not_said_again() -> None:
    reply = "That sounds really hard for you. What happened next?"
    assert faults(reply, "they laughed", (), ["That sounds really hard for you. How are you?"], "sadness") == [
        "said before"
    ]


@pytest.mark.parametrize(
    ("reply", "words", "talk", "emotion"),
    [
        ("Oh no, what did he say when you told him?", "I told my boss I was leaving", (), "fear"),
        ("That must have taken courage. How did Sarah take it?", "she cried", ("I told Sarah the truth",), "sadness"),
        ("That's wonderful! How will you celebrate?", "I got the job", (), "joy"),
        ("I'm glad you said it. Was anybody with you?", "I cried at work today", (), "sadness"),
        ("I'd love to know how it began.", "I sing in a choir now", (), "joy"),
    ],
)
def test_a_good_reply_has_no_fault(reply: str, words: str, talk: tuple[str, ...], emotion: str) -> None:
    assert faults(reply, words, talk, (), emotion) == []


def test_a_word_of_the_persons_own_may_be_used() -> None:
    words = "my therapist cancelled again"
    assert "unsafe" not in faults("What did your therapist say?", words, (), (), "anger")


def test_a_reply_is_written_as_people_write() -> None:
    assert tidy("oh no !  i am sorry . what happened ??") == "Oh no! I am sorry. What happened?"


@settings(deadline=None)  # the first call is slow on a busy machine
@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_can_be_judged(reply: str, words: str) -> None:
    assert isinstance(faults(tidy(reply), words, (), (), "sadness"), list)
    assert tidy(tidy(reply)) == tidy(reply)
