"""`agent models`: the models that are installed, which of them are in use, and whether their files are whole."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent import artefacts
from agent.artefacts import Artefact
from agent.events import AgentError
from agent.plaintext import line
from agent.settings import Settings, load

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declares `agent models`."""
    parser = subparsers.add_parser("models", help="what is installed and in use; verify checks every file")
    parser.add_argument("what", nargs="?", choices=("list", "verify"), default="list", help="default: list")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Lists or verifies; returns 1 if a model is missing or damaged, else 0.

    Raises:
        AgentError: if the settings are not valid.
    """
    from agent.cli import flags_of

    used, problems = _in_use(load(flags_of(arguments)).settings)
    models: list[Artefact] = []
    whole: set[Path] = set()
    for folder in sorted({*artefacts.installed().values(), *used}):
        try:
            models.append(artefacts.read(folder))
            if arguments.what == "verify":
                artefacts.verify(models[-1])
                whole.add(folder)
        except AgentError as error:
            problems.append(str(error))
    problems = list(dict.fromkeys(problems))
    if arguments.json:
        objects = [_described(model, used) for model in models]
        if arguments.what == "verify":
            objects = [{**each, "verified": Path(each["folder"]) in whole} for each in objects]
        print(json.dumps({"version": 1, "models": objects, "problems": problems}, indent=2))
        return 1 if problems else 0
    for model in models:
        if arguments.what == "list":
            _show(model, used)
        elif model.folder in whole:
            _say(f"ok    {model.name} {model.version}, as its manifest says: {', '.join(model.manifest['files'])}")
    for problem in problems:
        _say(f"fail  {problem}")
    return 1 if problems else 0


def _in_use(settings: Settings) -> tuple[set[Path], list[str]]:
    """The folders of the models that a chat opens, and a sentence for each that it would not find."""
    folders: set[Path] = set()
    problems: list[str] = []
    used = [(settings.text_model, "text-emotion"), ("reply-bank", "reply-bank"), ("reply-ranker", "reply-ranker")]
    used += [
        (name, task)
        for name, task in ((settings.transcriber, "transcriber"), (settings.speech_model, "speech"))
        if name in artefacts.installed()
    ]
    if "reply-mini" in artefacts.installed():
        used.append(("reply-mini", "reply"))
    for name, task in used:
        try:
            folders.add(artefacts.find(name, task).folder)
        except AgentError as error:
            problems.append(str(error))
    return folders, problems


def _described(model: Artefact, used: set[Path]) -> dict[str, Any]:
    return {
        "name": model.name,
        "version": model.version,
        "task": model.task,
        "licence": model.manifest["licence"],
        "bytes": _size(model),
        "folder": str(model.folder),
        "base": model.manifest.get("base"),
        "used": model.folder in used,
    }


def _show(model: Artefact, used: set[Path]) -> None:
    _say(f"{model.name} {model.version}, {'in use' if model.folder in used else 'not in use'}")
    _say(f"    task     {model.task}")
    _say(f"    size     {_size(model) / 1e6:.1f} MB")
    _say(f"    from     {model.folder}")
    if base := model.manifest.get("base"):
        _say(f"    made of  {base}")
    _say(f"    licence  {model.manifest['licence']}")


def _size(model: Artefact) -> int:
    return sum(int(entry["bytes"]) for entry in model.manifest["files"].values())


def _say(sentence: str) -> None:
    print(line(sentence))  # a manifest of somebody else may hold anything
