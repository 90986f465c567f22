"""The chat in a real terminal (tmux): it opens, answers, survives a kill, and remembers."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.store import Store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


class Terminal:
    """A tmux server of its own with the chat, or another program of Python, in a pane."""

    def __init__(self, folder: Path, width: int, height: int, program: str = "-m agent.cli") -> None:
        self.socket = folder / "tmux"
        command = f"{sys.executable} {program}"
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height), command)

    def tmux(self, *arguments: str) -> str:
        ran = subprocess.run(["tmux", "-S", str(self.socket), *arguments], capture_output=True, text=True)
        return ran.stdout

    def type(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def paste(self, file: Path) -> None:
        self.tmux("load-buffer", str(file))
        self.tmux("paste-buffer", "-p", "-r")

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    def wait(self, condition: Callable[[str], bool]) -> str:
        for _ in range(600):
            screen = self.screen()
            if condition(screen):
                return screen
            time.sleep(0.1)
        raise AssertionError(f"what was waited for did not come; the screen is:\n{self.screen()}")

    def close(self) -> None:
        self.tmux("kill-server")


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    opened = Terminal(tmp_path, 80, 24)
    yield opened
    opened.close()


def test_a_conversation_in_a_real_terminal(terminal: Terminal, home: Path) -> None:
    terminal.wait(lambda screen: "ready" in screen)
    terminal.type("My dog died yesterday", "Enter")
    screen = terminal.wait(lambda screen: "agent" in screen and "sadness" in screen and "ms" in screen)
    assert "My dog died yesterday" in screen and "▼" in screen
    terminal.type("C-q")
    terminal.wait(lambda screen: screen.strip() == "")
    [talk] = Store().conversations()
    assert talk.turns == 1


def test_killed_the_words_are_there_at_the_next_start(terminal: Terminal, home: Path) -> None:
    terminal.wait(lambda screen: "ready" in screen)
    terminal.type("Remember the lighthouse", "Enter")
    terminal.wait(lambda screen: "lighthouse" in screen and " ms" in screen)
    os.kill(int(terminal.tmux("display-message", "-p", "#{pane_pid}")), signal.SIGKILL)
    store = Store()
    kept = [turn.words for talk in store.conversations() for turn in store.turns(talk.id)]
    assert kept == ["Remember the lighthouse"]
    store.close()


def test_a_paste_is_text_whatever_is_in_it(terminal: Terminal, tmp_path: Path) -> None:
    terminal.wait(lambda screen: "ready" in screen)
    (tmp_path / "paste").write_bytes(b"before\x1b[31m\x11\x03\xff after")
    terminal.paste(tmp_path / "paste")
    screen = terminal.wait(lambda screen: "after" in screen)
    assert "before␛[31m␑␃� after" in screen
    terminal.type("!")
    terminal.wait(lambda screen: "after!" in screen)
