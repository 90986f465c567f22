"""Where everything of a person's lies: configuration, history, models. The only module that names a folder."""

import os
from pathlib import Path

import platformdirs


def config_file() -> Path:
    """The settings file: AGENT_CONFIG, or `agent/config.toml` in the XDG configuration folder. It need not exist."""
    return _named("AGENT_CONFIG") or platformdirs.user_config_path("agent") / "config.toml"


def data_folder() -> Path:
    """The folder of the history and of the person's own models: AGENT_HOME, or `agent` in the XDG data folder.

    It is not created here: only who writes creates it.
    """
    return _named("AGENT_HOME") or platformdirs.user_data_path("agent")


def database_file() -> Path:
    """The SQLite file of all conversations."""
    return data_folder() / "history.db"


def adapters_folders() -> list[Path]:
    """The existing folders that may hold artefacts, the person's own first.

    AGENT_ADAPTERS, `adapters` in the data folder, the package's own (an installed wheel), the checkout's.
    """
    package = Path(__file__).resolve().parent
    own = data_folder() / "adapters"
    shipped = (package / "adapters", package.parent / "adapters")
    folders = (_named("AGENT_ADAPTERS"), own, *shipped)
    # An installed package lies beside its neighbours in site-packages: a folder `adapters` there is another project's.
    checkout = (package.parent / "pyproject.toml").is_file()
    return [f for f in folders if f is not None and f.is_dir() and (checkout or f != shipped[1])]


def corpora_folder() -> Path | None:
    """The folder of the corpora for training, AGENT_DATA, or None. The chat never reads it."""
    return _named("AGENT_DATA")


def _named(variable: str) -> Path | None:
    """The folder or file an environment variable names; empty counts as unset."""
    value = os.environ.get(variable, "")
    # A relative path would mean another file after every `cd` of the program that reads it.
    # os.path leaves a "~somebody" that is nobody as it is, where Path would raise.
    return Path(os.path.expanduser(value)).absolute() if value else None  # noqa: PTH111
