"""A chat to open, in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted import Scene, ScriptedAgent

from agent.settings import load
from agent.store import Store


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The chat of somebody who never used it; its models load at once, its cursors do not blink."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("agent.tui.composer.Composer.cursor_blink", False)
    monkeypatch.setattr("textual.widgets.Input.cursor_blink", False)
    monkeypatch.chdir(tmp_path)
    store = Store()
    made = Scene(store, ScriptedAgent(store), load())
    made.ready.set()
    yield made
    made.ready.set()
    store.close()
