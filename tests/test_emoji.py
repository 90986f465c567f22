"""Emoji reach the encoder as words: its vocabulary has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.emoji import emoji_as_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("😭", "loudly crying face"),
        ("😭😭😭 he's gone", "loudly crying face he's gone"),
        ("love you ❤️", "love you red heart"),
        ("👍🏽", "thumbs up sign"),
        ("🎉🎂", "party popper birthday cake"),
        ("café, naïve, 3 °C", "café, naïve, 3 °C"),
    ],
)
def test_a_sign_is_its_name_once(text: str, words: str) -> None:
    assert " ".join(emoji_as_words(text).split()) == words


@given(st.text(alphabet=st.characters(max_codepoint=0x25FF)))
def test_what_has_no_emoji_stays_as_it_is(text: str) -> None:
    assert emoji_as_words(text) == text


@given(st.text())
def test_no_text_is_refused(text: str) -> None:
    emoji_as_words(text)
