"""Speaking to the chat in a real terminal (tmux), into the microphone of a real sound server."""

import shlex
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from audio.pulse import Pulse, needs_pulse, pulse
from hearing import SAID
from test_terminal import Terminal
from voices import say

from agent.artefacts import installed
from agent.audio.activity import spoken
from agent.events import Turn
from agent.store import Store

pytestmark = [
    pytest.mark.slow,
    needs_pulse,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]
TESTS = Path(__file__).parent
# The chat as it is, but for who listens.
SCRIPTED_EARS = f"""
import sys
sys.path += [{str(TESTS)!r}, {str(TESTS.parent)!r}]
from hearing import SAID, RealEars, sound
from agent import cli, turn
turn._open_ears = lambda settings, store: RealEars(SAID, sound())
sys.exit(cli.main())
"""
Chat = Callable[..., Terminal]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulse]:
    """The sound server that the chat will find."""
    with pulse(monkeypatch) as running:
        yield running


@pytest.fixture
def chat(server: Pulse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    """Opens the chat, and waits until it is ready."""
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    opened: list[Terminal] = []

    def begin(*program: str) -> Terminal:
        opened.append(Terminal(tmp_path, 80, 24, *map(shlex.join, [program] if program else [])))
        opened[-1].wait(lambda screen: "ready" in screen)
        return opened[-1]

    yield begin
    for each in opened:
        each.close()


def stored() -> list[Turn]:
    """The turns on disk."""
    store = Store()
    turns = [turn for talk in store.conversations() for turn in store.turns(talk.id)]
    store.close()
    return turns


def test_a_sentence_is_recorded_heard_and_stored(chat: Chat, server: Pulse) -> None:
    terminal = chat("-c", SCRIPTED_EARS)
    terminal.type("C-t")
    terminal.wait(lambda screen: "● recording" in screen)
    server.play(say("My dog died yesterday."))
    screen = terminal.wait(lambda screen: "◉ heard 83%" in screen and " ms" in screen and "Talk" in screen)
    assert SAID.text in screen and "recording" not in screen
    [turn] = stored()
    assert (turn.words, turn.source) == (SAID.text, "spoken")


def test_a_sound_server_that_dies_in_mid_sentence_loses_no_word_and_leaves_the_screen_whole(
    chat: Chat, server: Pulse
) -> None:
    terminal = chat("-c", SCRIPTED_EARS)
    terminal.type("C-t")
    terminal.wait(lambda screen: "● recording" in screen)
    sentence = say("My dog died yesterday, and I do not know what to do now.")
    dies = threading.Timer(spoken(sentence)[0][0] / 16_000 + 2, server.kill)
    dies.start()
    with pytest.raises(Exception, match="paplay"):
        server.play(sentence)
    screen = terminal.wait(lambda screen: "mend the words" in screen)
    assert "fell silent" in screen and f"│ {SAID.text}" in screen
    assert "Stream" not in screen and "error" not in screen
    terminal.type("Escape")
    terminal.wait(lambda screen: "mend" not in screen and SAID.text not in screen)
    assert not stored()


def test_ears_that_are_not_there_are_said_and_typing_goes_on(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TRANSCRIBER", "nobody")
    terminal = chat()
    terminal.type("C-t")
    terminal.wait(lambda screen: "problem" in screen and "nobody" in screen)
    terminal.wait(lambda screen: "recording" not in screen and "opening the microphone" not in screen)
    terminal.type("My dog died yesterday", "Enter")
    terminal.wait(lambda screen: "sadness" in screen and " ms" in screen)


@pytest.mark.skipif(
    not {"speech", "transcriber"} <= set(installed()), reason="adapters/ holds no speech and no transcriber yet"
)
def test_the_shipped_ears_hear_a_sentence(chat: Chat, server: Pulse) -> None:
    terminal = chat()
    terminal.type("C-t")
    terminal.wait(lambda screen: "● recording" in screen)
    server.play(say("I am so happy today."))
    if "mend the words" in terminal.wait(lambda screen: "◉ heard" in screen):
        terminal.type("Enter")
    terminal.wait(lambda screen: "◉ heard" in screen and " ms" in screen)
    [turn] = stored()
    assert turn.source == "spoken" and turn.words and turn.understanding and turn.understanding.voice
