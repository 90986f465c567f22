"""The one table of commands, and what a typed slash does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.tui.app import ChatApp
from agent.tui.commands import COMMANDS, Asked, parse


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.title)
def test_every_command_of_the_table_can_be_done(command):
    assert callable(getattr(ChatApp, f"action_{command.action}"))
    assert command.title.count(": ") == 1


def test_names_and_keys_are_given_once():
    slashes = [command.slash for command in COMMANDS if command.slash]
    keys = [command.key for command in COMMANDS if command.key]
    assert len(set(slashes)) == len(slashes)
    assert len(set(keys)) == len(keys)


def test_a_command_carries_what_follows_it():
    asked = parse("/export jsonl  ")
    assert isinstance(asked, Asked)
    assert (asked.command.action, asked.argument) == ("export", "jsonl")


def test_an_unknown_command_names_the_nearest():
    hint = parse("/sesions")
    assert isinstance(hint, str)
    assert "/sessions" in hint


def test_a_command_of_the_full_screen_is_unknown_in_lines():
    assert isinstance(parse("/theme"), Asked)
    assert isinstance(parse("/theme", in_lines=True), str)


@pytest.mark.parametrize("words", ["/usr/bin is full", " /why", "/why\nnot", "and/or", "1/2", "//", "/usr/bin"])
def test_words_that_hold_a_slash_are_words(words):
    assert parse(words) is None


@given(st.text())
def test_any_typed_text_is_words_a_command_or_a_hint(text):
    found = parse(text)
    assert found is None or isinstance(found, Asked | str)
    if not text.startswith("/"):
        assert found is None
