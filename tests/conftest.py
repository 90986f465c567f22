"""Every test has a home of its own: no test reads or writes the person's history or settings."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder and no settings but the defaults; returns the data folder (not yet created)."""
    for name in [name for name in os.environ if name.startswith("AGENT_")]:
        if name not in ("AGENT_DATA", "AGENT_ADAPTERS", "AGENT_WEIGHTS"):
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    monkeypatch.setenv("AGENT_HOME", str(folder))
    monkeypatch.setenv("AGENT_CONFIG", str(tmp_path / "config.toml"))
    return folder
