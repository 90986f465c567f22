"""Finds, verifies and describes artefacts: folders with weights, tokenizer and a `manifest.json`.

It knows what is in a folder and that it is unharmed, not what the files mean; engines are for the stages.
"""

import difflib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.events import AgentError
from agent.paths import adapters_folders

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Artefact:
    """A model on disk. `labels` holds, by head, the labels in the order of its outputs."""

    name: str
    version: str
    folder: Path
    task: str
    labels: dict[str, tuple[str, ...]]
    manifest: dict[str, Any]


def installed() -> dict[str, Path]:
    """The folder of each artefact by its name; the person's own come before the shipped ones."""
    found: dict[str, Path] = {}
    for folder in adapters_folders():
        for manifest in sorted(folder.glob(f"*/{MANIFEST}")):
            found.setdefault(manifest.parent.name, manifest.parent)
    return found


def find(name_or_path: str, task: str) -> Artefact:
    """The artefact of a name or in a folder. A name that is installed goes before a folder of that name here.

    Raises:
        AgentError: if there is none, its manifest is damaged, or it is for another task.
    """
    known = installed()
    is_path = os.sep in name_or_path or "/" in name_or_path or name_or_path not in known
    path = Path(os.path.expanduser(name_or_path))  # noqa: PTH111 (Path raises for a ~name that is nobody)
    if is_path and not path.is_dir():
        near = difflib.get_close_matches(path.name, known, n=1)
        there = (
            f"there are {', '.join(sorted(known))}"
            if known
            else "none is installed: install `agent` anew, or name their folder with AGENT_ADAPTERS"
        )
        raise AgentError(
            f"There is no artefact {name_or_path!r}; {there}" + (f"; did you mean {near[0]}?" if near else ".")
        )
    artefact = read(path.absolute() if is_path else known[name_or_path])
    if artefact.task != task:
        raise AgentError(
            f"The artefact {artefact.name} in {artefact.folder} is for {artefact.task}, not for {task}: name another."
        )
    return artefact


def read(folder: Path) -> Artefact:
    """The artefact in `folder`, by its manifest alone.

    Raises:
        AgentError: if the manifest is missing or damaged.
    """
    file = folder / MANIFEST
    try:
        manifest = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise AgentError(f"{folder} is no artefact, it has no {MANIFEST}: name a folder that has one.") from None
    except OSError as error:
        raise AgentError(f"{file} cannot be read ({error.strerror}): see that you may read it.") from error
    except (ValueError, RecursionError) as error:  # not JSON, or not UTF-8
        raise AgentError(f"{file} is damaged, it is not JSON: restore it, or install agent again.") from error
    if fault := _fault(manifest):
        raise AgentError(f"{file} is damaged, {fault}: restore it, or install agent again.")
    labels = {head: tuple(each) for head, each in manifest["labels"].items()}
    return Artefact(manifest["name"], manifest["version"], folder, manifest["task"], labels, manifest)


def verify(artefact: Artefact) -> None:
    """Compares size and SHA-256 of every file with the manifest.

    Raises:
        AgentError: if a file is missing or changed; the sentence names it.
    """
    for name, expected in artefact.manifest["files"].items():
        file = artefact.folder / name
        try:
            whole = file.stat().st_size == expected["bytes"] and _sha256(file) == expected["sha256"]
        except FileNotFoundError:
            raise AgentError(
                f"The artefact {artefact.name} lacks {file}: restore the file, or install agent again."
            ) from None
        except OSError as error:
            raise AgentError(f"{file} cannot be read ({error.strerror}): see that you may read it.") from error
        if not whole:
            raise AgentError(
                f"The artefact {artefact.name} is refused, {file} is not what its manifest says (damaged, or changed): "
                "restore the file, or install agent again."
            )


def open_artefact(name: str, task: str, labels: Mapping[str, tuple[str, ...]]) -> Artefact:
    """Finds an artefact, verifies it, and sees that its labels are `labels`, head by head, in this order.

    Raises:
        AgentError: if it is missing, damaged, for another task, or has other labels.
    """
    artefact = find(name, task)
    verify(artefact)
    for head in sorted({*artefact.labels, *labels}):
        its, ours = artefact.labels.get(head, ()), tuple(labels.get(head, ()))
        if its != ours:
            how = "in another order" if sorted(its) == sorted(ours) else "others"
            raise AgentError(
                f"The {head} labels of the artefact {artefact.name} in {artefact.folder} are {how} than ours "
                f"({', '.join(its) or 'none'}): export it with this version of agent."
            )
    return artefact


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Writes `manifest.json` into `folder`, with size and SHA-256 of every other file there.

    The same content gives the same bytes.

    Raises:
        AgentError: if the folder holds a folder, or the result would be refused when it is opened.
    """
    files: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.iterdir()):
        if file.is_dir():
            raise AgentError(f"{file} is a folder, and an artefact is flat: move its files up, or away.")
        if file.name != MANIFEST:
            files[file.name] = {"bytes": file.stat().st_size, "sha256": _sha256(file)}
    whole = {**manifest, "files": files}
    try:
        text = json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise AgentError(f"The manifest of {folder} cannot be written as JSON: {error}.") from error
    if fault := _fault(json.loads(text)):
        raise AgentError(f"The manifest of {folder} would be refused, {fault}: complete it.")
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _fault(manifest: object) -> str | None:
    """What is wrong with a manifest, as a piece of a sentence."""
    if not isinstance(manifest, dict):
        return "it is not a JSON object"
    required = ("name", "version", "task", "licence", "labels", "files")
    if missing := [key for key in required if key not in manifest]:
        return f"it lacks {', '.join(missing)}"
    for key in required[:4]:
        if not (isinstance(manifest[key], str) and manifest[key]):
            return f"its {key} is not a text"
    labels, files = manifest["labels"], manifest["files"]
    if not (isinstance(labels, dict) and all(_is_texts(each) for each in labels.values())):
        return "its labels are not lists of texts"
    if not (isinstance(files, dict) and files):
        return "it names no files"
    for name, entry in files.items():
        # An artefact speaks of its own folder only: no way out of it, on any system.
        if name in ("", ".", "..") or set(name) & set("/\\:\0"):
            return f"{name!r} is not the name of a file in its folder"
        right = isinstance(entry, dict) and type(entry.get("bytes")) is int and isinstance(entry.get("sha256"), str)
        if not right:
            return f"size or SHA-256 of {name!r} are missing"
    return None


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
