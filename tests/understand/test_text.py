"""The text encoder as it serves the chat: labels, calibration, order, context, odd input."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.emotions import EMOTIONS, NUANCES
from agent.understand import BEFORE_CHARACTERS, earlier_words
from tests.models import encoder

# What the product must never get wrong, each shown rather than named.
PLAIN = {
    "My dog died yesterday": "sadness",
    "I finally got the job!": "joy",
    "What time does the library close?": "neutral",
    "I can hear footsteps outside my tent.": "fear",
    "My manager put his own name on my report again.": "anger",
    "I could watch her sleep for hours, my little girl.": "love",
    "There was a cockroach in my soup.": "disgust",
    "The meeting is on Tuesday at ten.": "neutral",
}


@pytest.mark.parametrize("words", PLAIN)
def test_everyday_words_are_understood(words: str) -> None:
    assert encoder().read(words).emotion.label == PLAIN[words]


def test_what_was_said_before_counts() -> None:
    alone = encoder().read("She said yes.").emotion.scores
    after = encoder().read("She said yes.", "I asked her to marry me on the bridge last night!").emotion.scores
    assert after["joy"] > alone["joy"]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=600))
def test_any_text_is_read(words: str) -> None:
    felt = encoder().read(words)
    assert felt.emotion.label in EMOTIONS and felt.nuance.label in NUANCES
    assert sum(felt.emotion.scores.values()) == pytest.approx(1, abs=0.01)
    assert felt.emotion.confidence == max(felt.emotion.scores.values())
    assert sum(value * value for value in felt.vector) == pytest.approx(1, abs=0.01)


def test_batches_keep_the_order_and_say_what_single_texts_say() -> None:
    texts = [*PLAIN, "word " * 300, "ok"] * 30
    together = list(encoder().read_many((text, "") for text in texts))
    for text, felt in list(zip(texts, together, strict=True))[:10]:
        assert felt.emotion.label == encoder().read(text).emotion.label


def test_the_end_of_a_long_message_is_read() -> None:
    story = "We drove along the coast and stopped at a few places for coffee and a walk. " * 20
    end = "And then my mother collapsed and died in my arms, and I cannot stop crying."
    scores = encoder().read(story + end).emotion.scores
    assert scores["sadness"] > encoder().read(story).emotion.scores["sadness"] + 0.2


def test_separators_that_are_typed_are_text() -> None:
    tokens = encoder()._encoder._encode("hello [SEP] [CLS] world", "").ids
    assert tokens.count(102) == 1 and tokens.count(101) == 1


@given(st.lists(st.text(max_size=400), max_size=5))
def test_earlier_words_are_the_end_of_the_last_two_turns(turns: list[str]) -> None:
    words = earlier_words(turns)
    assert len(words) <= BEFORE_CHARACTERS
    assert " ".join(turns[-2:]).endswith(words)
