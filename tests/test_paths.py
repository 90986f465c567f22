"""Where a person's things lie."""

from pathlib import Path

import pytest

import agent
from agent import paths


@pytest.fixture
def own_adapters(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's own folder of artefacts, which exists; no other is named."""
    monkeypatch.delenv("AGENT_ADAPTERS", raising=False)
    folder = home / "adapters"
    folder.mkdir(parents=True)
    return folder


def test_the_environment_names_the_files_and_the_history_lies_in_the_data_folder(home: Path, tmp_path: Path) -> None:
    assert paths.config_file() == tmp_path / "config.toml"
    assert paths.data_folder() == home
    assert paths.database_file() == home / "history.db"


def test_without_our_variables_the_xdg_folders_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Empty counts as unset.
    monkeypatch.setenv("AGENT_CONFIG", "")
    monkeypatch.delenv("AGENT_HOME")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "etc"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert paths.config_file() == tmp_path / "etc" / "agent" / "config.toml"
    assert paths.data_folder() == tmp_path / "share" / "agent"


def test_asking_for_a_path_makes_nothing(home: Path, tmp_path: Path) -> None:
    paths.database_file(), paths.config_file(), paths.adapters_folders()
    assert list(tmp_path.iterdir()) == []


def test_relative_and_home_paths_become_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AGENT_HOME", "here")
    assert paths.data_folder() == tmp_path / "here"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AGENT_HOME", "~/there")
    assert paths.data_folder() == tmp_path / "there"
    monkeypatch.setenv("AGENT_HOME", "~nobody-of-this-name/x")
    assert paths.data_folder().name == "x"


def test_the_named_adapters_come_first_then_the_persons_then_the_shipped(
    own_adapters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert paths.adapters_folders()[0] == own_adapters
    named = tmp_path / "named"
    monkeypatch.setenv("AGENT_ADAPTERS", str(named))
    assert named not in paths.adapters_folders(), "a folder that is not there is left out"
    named.mkdir()
    assert paths.adapters_folders()[:2] == [named, own_adapters]
    checkout = Path(agent.__file__).parents[1]
    assert set(paths.adapters_folders()[2:]) <= {checkout / "adapters", checkout / "agent" / "adapters"}


def test_shipped_adapters_are_the_packages_own_and_the_checkouts_but_no_neighbours(
    own_adapters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site-packages"
    monkeypatch.setattr(paths, "__file__", str(site / "agent" / "paths.py"))
    for folder in (site / "agent" / "adapters", site / "adapters"):
        folder.mkdir(parents=True)
    assert paths.adapters_folders() == [own_adapters, site / "agent" / "adapters"]
    (site / "pyproject.toml").touch()
    assert paths.adapters_folders() == [own_adapters, site / "agent" / "adapters", site / "adapters"]


def test_the_corpora_folder_is_only_known_if_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AGENT_DATA", raising=False)
    assert paths.corpora_folder() is None
    monkeypatch.setenv("AGENT_DATA", str(tmp_path))
    assert paths.corpora_folder() == tmp_path
