"""A paste is text, whatever is in it: nothing of it is pressed as a key."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import Scene
from steps import until
from textual import events
from textual.drivers.headless_driver import HeadlessDriver

from agent.plaintext import visible
from agent.tui.paste import Parser, Pastes, whole

BEGIN, END = "\x1b[200~", "\x1b[201~"
EVIL = "one\x1b[31m\x11\x03two\x1b"


def received(*pieces: str) -> list[events.Event]:
    """The keys and pastes that these pieces of input mean."""
    parser = Parser()
    return [message for piece in pieces for message in parser.feed(piece) if isinstance(message, events.Event)]


def pasted(*pieces: str) -> list[str]:
    """The text of each paste; a key among them fails the test."""
    found = received(*pieces)
    assert all(isinstance(event, events.Paste) for event in found), found
    return [event.text for event in found if isinstance(event, events.Paste)]


def test_escapes_in_a_paste_are_text_and_press_no_key():
    assert pasted(f"{BEGIN}{EVIL}{END}") == ["one␛[31m\x11\x03two␛"]


@given(st.lists(st.integers(0, 40), max_size=5))
def test_a_paste_that_comes_in_pieces_is_the_same(cuts: list[int]):
    sent = f"{BEGIN}{EVIL}{END}"
    pieces = [sent[start:end] for start, end in pairwise([0, *sorted(cuts), len(sent)])]
    assert pasted(*filter(None, pieces)) == ["one␛[31m\x11\x03two␛"]


@given(st.text(st.sampled_from("\x1b[201~a\x11\n"), max_size=40).filter(lambda text: END not in text))
def test_no_paste_presses_a_key(text: str):
    # An escape before the end marker, or a piece of it, is text too.
    cleaned = text.replace("\x1b", "␛")
    assert pasted(f"{BEGIN}{text}{END}") == ([cleaned] if cleaned else pasted(f"{BEGIN}{END}"))


def test_keys_around_a_paste_are_keys():
    before, paste, after, left = received("a", f"\x1b[A{BEGIN}x{END}", "\x11")[0:4]
    assert isinstance(before, events.Key) and before.key == "a"
    assert isinstance(paste, events.Key) and paste.key == "up"
    assert isinstance(after, events.Paste) and after.text == "x"
    assert isinstance(left, events.Key) and left.key == "ctrl+q"


@given(st.text(st.sampled_from("\x1b[20~aAé\x03"), max_size=40).filter(lambda text: BEGIN not in text))
def test_outside_a_paste_everything_passes_at_once(text: str):
    pastes = Pastes()
    assert [pastes.clean(character) for character in text] == list(text)


def test_what_is_held_back_in_a_paste_is_shown_when_it_was_no_end():
    pastes = Pastes()
    assert [pastes.clean(piece) for piece in (BEGIN, "a\x1b[20", "0~", "\x1b", END)] == [
        BEGIN,
        "a",
        visible("\x1b[200~"),
        "",
        f"␛{END}",
    ]


def test_another_driver_than_the_one_for_unix_terminals_stays():
    assert whole(HeadlessDriver) is HeadlessDriver


async def test_a_paste_with_ctrl_q_after_an_escape_leaves_the_chat_open(scene: Scene):
    async with scene.app().run_test() as pilot:
        for event in received(f"{BEGIN}{EVIL}{END}"):
            pilot.app.post_message(event)
        await until(pilot, lambda: pilot.app.chat.composer.text)
        assert pilot.app.chat.composer.text == "one␛[31m␑␃two␛"
        assert pilot.app.is_running and pilot.app.return_code is None


@pytest.mark.parametrize("data", ["", "\x1b"])
def test_nothing_and_a_lone_escape_do_not_end_the_parser(data: str):
    parser = Parser()
    list(parser.feed(data))
    assert not parser.is_eof
