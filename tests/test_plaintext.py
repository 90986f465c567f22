"""What is printed never drives a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.plaintext import line, visible

anything = st.text(st.characters(exclude_categories=()))
bidi = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(anything | st.text("\x1b\x07\x9b\r\n\t[31mA" + bidi))
def test_no_control_character_is_left_but_newline_and_tab(text: str) -> None:
    shown = visible(text)
    assert not [c for c in shown if (unicodedata.category(c) in ("Cc", "Cs") or c in bidi) and c not in "\n\t"]
    shown.encode()


@given(anything)
def test_what_is_visible_already_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(anything)
def test_a_line_is_one_line(text: str) -> None:
    assert len(line(text).splitlines()) <= 1
    assert "\t" not in line(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "␛[31m"),
        ("\x9b31m", "\\x9b31m"),
        ("a\x7f", "a␡"),
        ("\u202eabc", "\\u202eabc"),
        ("\ud800", "\\ud800"),
        ("a\r\n\tb", "a␍\n\tb"),
        ("\u2028", "\\u2028"),
    ],
)
def test_control_characters_take_a_visible_form(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "🏳️‍🌈", "👍🏽", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "Grüße, 你好", "a\u200fb"])
def test_joiners_and_direction_marks_stay(text: str) -> None:
    assert visible(text) == text
