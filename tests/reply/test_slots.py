"""Who was named is called so, and nobody else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reply.bank import read_replies
from agent.reply.slots import fill, named


@pytest.mark.parametrize(
    ("words", "earlier", "who"),
    [
        ("my best friend lied to me", (), "your best friend"),
        ("My older sister is getting married", (), "your older sister"),
        ("my ex-husband admitted it", (), "your ex-husband"),
        ("she won't talk to me", ("I had a fight with my mum",), "your mum"),
        ("he left", ("my brother called", "then my boss wrote to me"), "your boss"),
    ],
)
def test_whom_the_person_named_last_is_meant(words: str, earlier: tuple[str, ...], who: str) -> None:
    assert named(words, earlier)["who"] == who


@pytest.mark.parametrize(
    ("words", "earlier"),
    [
        ("my mum and my dad are fighting", ()),
        ("my mother-in-law came", ()),
        ("my sister's car broke down", ()),
        ("they were mean", ("my mum called", "a", "b", "c")),
        ("the boss was there", ()),
    ],
)
def test_two_at_once_somebody_elses_or_long_ago_is_nobody(words: str, earlier: tuple[str, ...]) -> None:
    assert "who" not in named(words, earlier)


def test_a_pet_has_a_slot_of_its_own() -> None:
    assert named("my sister brought my little dog home", ()) == {"who": "your sister", "pet": "your little dog"}


def test_a_slot_is_filled_where_it_stands() -> None:
    assert fill("{Who} knows. Does {who} care?", {"who": "your mum"}) == "Your mum knows. Does your mum care?"
    assert fill("Nobody is named.", {}) == "Nobody is named."


def test_a_reply_about_somebody_unnamed_is_none() -> None:
    assert fill("How is {pet}?", {"who": "your mum"}) is None


def test_every_slot_of_the_bank_can_be_filled() -> None:
    for reply in read_replies():
        filled = fill(reply.text, {"who": "your mum", "pet": "your dog"})
        assert filled and "{" not in filled, reply.id


@given(st.text(max_size=120), st.lists(st.text(max_size=40), max_size=5))
def test_any_talk_can_be_read(words: str, earlier: list[str]) -> None:
    assert all(name.startswith("your ") for name in named(words, earlier).values())
