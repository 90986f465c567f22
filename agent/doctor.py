"""`agent doctor`: what works, what does not, and what to do about it; every path in use."""

import argparse
import dataclasses
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent import artefacts, paths, settings
from agent.events import AgentError

if TYPE_CHECKING:
    from argparse import _SubParsersAction

OK, WARN, FAIL = "ok", "warn", "fail"
# Below this the full screen has no room for a reply beside the composer.
COLUMNS, LINES = 40, 12


@dataclass(frozen=True)
class Check:
    """One thing looked at: `status` is ok, warn (the chat runs without it) or fail; `remedy` is empty when ok."""

    name: str
    status: str
    detail: str
    remedy: str = ""


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declares `agent doctor`."""
    parser = subparsers.add_parser("doctor", help="what works, what does not, and the remedy")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each check; returns 1 if any failed, else 0."""
    checks = examine()
    if arguments.json:
        print(json.dumps({"version": 1, "checks": [dataclasses.asdict(check) for check in checks]}, indent=2))
    else:
        for check in checks:
            remedy = f" -> {check.remedy}" if check.remedy else ""
            line = " ".join(f"{check.status:<5}{check.name}: {check.detail}{remedy}".splitlines())
            # A path or a terminal's encoding may hold what print would stumble over, just when one asks what is wrong.
            encoding = sys.stdout.encoding or "utf-8"
            print(line.encode(encoding, "backslashreplace").decode(encoding))
    return 1 if any(check.status == FAIL for check in checks) else 0


def examine() -> list[Check]:
    """Every check, in the order in which a start needs them. Never raises: what cannot be checked, fails."""
    looks = (
        _python,
        _packages,
        _settings,
        _data_folder,
        _history,
        _artefacts,
        _models,
        _voice,
        _reply_server,
        _terminal,
        _torch,
        _corpora,
    )
    found: list[Check] = []
    for look in looks:
        name = look.__name__.strip("_").replace("_", " ")
        try:
            found.extend(look())
        except AgentError as error:
            found.append(Check(name, FAIL, str(error), "Do as it says, then run `agent doctor` again."))
        except Exception as error:
            detail = f"could not be checked ({type(error).__name__}: {error})"
            found.append(Check(name, FAIL, detail, "Install agent again; if it stays, report it with this line."))
    return found


def _python() -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("python", OK, f"{version} ({sys.executable}), agent in {Path(__file__).parent}")


def _packages() -> Iterator[Check]:
    """What the chat needs, by name from agent's own metadata: nothing is imported, so nothing broken can stop it."""
    for name in _required(extra=None):
        if version := _installed(name):
            yield Check(f"package {name}", OK, version)
        else:
            yield Check(f"package {name}", FAIL, "not installed", f"Run: pip install {name}")


def _settings() -> Iterator[Check]:
    file = paths.config_file()
    problems = settings.problems()
    for problem in problems:
        yield Check("settings", FAIL, problem, "Correct it, then run `agent config validate`.")
    if not problems:
        yield Check("settings", OK, str(file) if file.exists() else f"defaults; there is no {file}")


def _data_folder() -> Iterator[Check]:
    folder = paths.data_folder()
    remedy = f"Make {folder} a folder that you may write to, or let AGENT_HOME name another."
    nearest = next(each for each in (folder, *folder.parents) if each.exists() or each.is_symlink())
    try:
        if nearest == folder:
            # Permissions do not tell of a full disk or one mounted for reading; writing does.
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(b"\0")
            yield Check("data folder", OK, f"{folder}, writable")
        elif nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
            yield Check("data folder", OK, f"{folder}, made when something is kept")
        else:
            yield Check("data folder", FAIL, f"{folder} cannot be made in {nearest}", remedy)
    except OSError as error:
        yield Check("data folder", FAIL, f"{folder} cannot be written to ({error.strerror})", remedy)


def _history() -> Iterator[Check]:
    file = paths.database_file()
    if not file.exists():
        yield Check("history", OK, f"nothing kept yet; it will be {file}")
        return
    from agent.store import Store

    store = Store()
    try:
        count = len(store.conversations(limit=2**31))
    finally:
        store.close()
    yield Check("history", OK, f"{file}, {count} conversation{'' if count == 1 else 's'}")


def _artefacts() -> Iterator[Check]:
    folders = paths.adapters_folders()
    searched = f"looked for in {', '.join(map(str, folders)) or paths.data_folder() / 'adapters'}"
    installed = artefacts.installed()
    if installed:
        yield Check("artefacts", OK, searched)
    else:
        yield Check("artefacts", FAIL, f"none found; {searched}", "Install agent again.")
    for name, folder in installed.items():
        try:
            artefact = artefacts.read(folder)
            artefacts.verify(artefact)
        except AgentError as error:
            yield Check(f"artefact {name}", FAIL, str(error), f"Restore {folder}, or install agent again.")
        else:
            detail = f"{artefact.name} {artefact.version} ({artefact.task}), {folder}, {artefact.manifest['licence']}"
            yield Check(f"artefact {name}", OK, f"{detail}, verified")


def _models() -> Iterator[Check]:
    """Opens what a chat opens: the only proof that engine, weights and settings fit together."""
    if settings.problems():
        yield Check("models", WARN, "not tried, the settings are not valid", "Correct the settings first.")
        return
    from agent.store import Store
    from agent.turn import open_agent

    store = Store(Path(":memory:"))
    try:
        started = time.perf_counter()
        agent = open_agent(settings.load().settings, store, lambda _: None)
        seconds = time.perf_counter() - started
    finally:
        store.close()
    names = ", ".join(f"{part.replace('_', ' ')} {name}" for part, name in agent.models.items())
    yield Check("models", OK, f"{names}; opened in {seconds:.1f} s")


def _voice() -> Iterator[Check]:
    """What hears speech, and the microphones; without them the chat is typed."""
    if settings.problems():
        return
    from agent.audio.microphone import devices
    from agent.understand.ears import open_ears

    chosen = settings.load().settings
    try:
        started = time.perf_counter()
        ears = open_ears(chosen.transcriber, chosen.speech_model, chosen.threads, None)
        seconds = time.perf_counter() - started
        detail = f"transcriber {ears.transcriber.name}, speech {ears.speech.name}; opened in {seconds:.1f} s"
        yield Check("voice", OK, detail)
    except AgentError as error:
        yield Check("voice", WARN, str(error), "Until then the chat is typed.")
    try:
        found = ", ".join(devices())
        yield Check("microphones", OK if found else WARN, found or "none", "" if found else "Plug one in to speak.")
    except AgentError as error:
        yield Check("microphones", WARN, str(error), "Until then the chat is typed.")


def _reply_server() -> Iterator[Check]:
    """Only where the replies come from a server of the person's own."""
    if settings.problems():
        return
    from agent.reply.remote import PREFIX, open_remote

    name = settings.load().settings.reply_model
    if not name.startswith(PREFIX):
        return
    backend = open_remote(name)
    try:
        backend.reach()
    except AgentError as error:
        yield Check("reply server", FAIL, str(error), "Or choose the built-in replies: agent --reply embedded.")
    else:
        yield Check("reply server", OK, f"{backend.name} answers; what you say in the chat is sent there")


def _terminal() -> Iterator[Check]:
    environ = os.environ
    size = shutil.get_terminal_size()
    encoding = (sys.stdout.encoding or "unknown").lower()
    term = environ.get("TERM", "")
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        colours = "16 million colours"
    else:
        colours = "256 colours" if "256color" in term else "16 colours or none"
    no_colour = ", NO_COLOR is set" if environ.get("NO_COLOR") else ""
    detail = f"TERM={term or 'not set'}, {colours}{no_colour}, {size.columns}x{size.lines}, {encoding}"
    if not re.fullmatch(r"utf[-_]?8", encoding):
        remedy = "Choose a UTF-8 locale, or set PYTHONUTF8=1: emotions have glyphs, people have names."
    elif term == "dumb" or (not term and os.name == "posix"):
        remedy = "Use `agent --plain` here, or set TERM to your terminal's kind."
    elif size.columns < COLUMNS or size.lines < LINES:
        remedy = f"Make the window {COLUMNS}x{LINES} or larger, or use `agent --plain`."
    else:
        remedy = ""
    yield Check("terminal", WARN if remedy else OK, detail, remedy)


def _torch() -> Iterator[Check]:
    names = _required(extra="torch")
    versions = {name: _installed(name) for name in names}
    there = [f"{name} {version}" for name, version in versions.items() if version]
    missing = [name for name, version in versions.items() if not version]
    command = "pip install 'agent[torch]'"
    if not there:
        yield Check("torch", OK, f"not installed; only models as the hub has them need it ({command})")
    elif missing:
        yield Check("torch", WARN, f"{', '.join(there)}; without {', '.join(missing)}", f"Run: {command}")
    else:
        yield Check("torch", OK, ", ".join(there))


def _corpora() -> Iterator[Check]:
    folder = paths.corpora_folder()
    if folder is None:
        yield Check("corpora", OK, "AGENT_DATA is not set; only training reads it")
    elif folder.is_dir():
        yield Check("corpora", OK, f"AGENT_DATA is {folder}")
    else:
        yield Check("corpora", WARN, f"AGENT_DATA is {folder}, no folder", "Let AGENT_DATA name the corpora's folder.")


def _required(extra: str | None) -> list[str]:
    """The packages that agent requires, or that one of its extras adds."""
    from importlib import metadata  # as dear as all else that the command line loads

    names = []
    for line in metadata.requires("agent") or ():
        requirement, _, marker = line.partition(";")
        of = re.search(r"extra\s*==\s*['\"]([\w-]+)['\"]", marker)
        name = re.match(r"[\w.-]+", requirement)
        if name and (of[1] if of else None) == extra:
            names.append(name[0])
    return sorted(names)


def _installed(name: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
