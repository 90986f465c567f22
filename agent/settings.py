"""The settings: each declared once, with what it does, its environment variable and its place in the file.

What a person has set is read from flags, then the environment, then the TOML file of `agent.paths`, then the
defaults. Everything that shows, checks or edits settings is derived from `FIELDS`.
"""

import dataclasses
import difflib
import json
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.events import AgentError, UsageError
from agent.paths import config_file

# Textual's own; named here because reading the settings loads no screen. A test compares them.
THEMES = (
    "ansi-dark",
    "ansi-light",
    "atom-one-dark",
    "atom-one-light",
    "catppuccin-frappe",
    "catppuccin-latte",
    "catppuccin-macchiato",
    "catppuccin-mocha",
    "dracula",
    "flexoki",
    "gruvbox",
    "monokai",
    "nord",
    "rose-pine",
    "rose-pine-dawn",
    "rose-pine-moon",
    "solarized-dark",
    "solarized-light",
    "textual-dark",
    "textual-light",
    "tokyo-night",
)
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True)
class Field:
    """One setting. Its TOML `key` is "table.key"; its value is one of `choices`, or matches `pattern` or the limits."""

    name: str
    key: str
    environment: str
    type: type[str] | type[bool] | type[int]
    default: str | bool | int
    choices: tuple[str, ...] = ()
    help: str = ""
    pattern: str = ".+"
    minimum: int = 1
    maximum: int = 256
    meaning: str = "a text of one line"

    @property
    def allowed(self) -> str:
        """What the value may be, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.type is bool:
            return "true or false"
        return f"a whole number from {self.minimum} to {self.maximum}" if self.type is int else self.meaning

    def accepts(self, value: object) -> bool:
        """Whether `value` has the right type (true is no number here) and is allowed."""
        if type(value) is not self.type:
            return False
        if isinstance(value, str):
            right = value in self.choices if self.choices else re.fullmatch(self.pattern, value) is not None
            return right and value.isprintable()
        return isinstance(value, bool) or (isinstance(value, int) and self.minimum <= value <= self.maximum)

    def parse(self, text: str) -> str | bool | int:
        """The value that `text` of the environment means; a text that means none comes back as it is."""
        word = text.strip().lower()
        if self.type is bool and word in YES + NO:
            return word in YES
        if self.type is int and word.isdecimal() and len(word) < 10:
            return int(word)
        return text


@dataclass(frozen=True)
class Settings:
    """What a person can set. A field's declaration is its documentation."""

    theme: str = dataclasses.field(
        default="textual-dark",
        metadata={
            "key": "display.theme",
            "help": "Colours of the chat; /theme in the chat shows them all.",
            "choices": THEMES,
        },
    )
    show_timeline: bool = dataclasses.field(
        default=True,
        metadata={"key": "display.show_timeline", "help": "Show the emotions of the conversation as a line."},
    )
    reply_model: str = dataclasses.field(
        default="embedded",
        metadata={
            "key": "models.reply",
            "help": "What answers: embedded, or openai:http://localhost:11434/v1#llama3.2 for a server of your own.",
        },
    )
    text_model: str = dataclasses.field(
        default="text-emotion",
        metadata={
            "key": "models.text",
            "help": "What reads the emotion of typed words: an artefact's name, or its folder.",
        },
    )
    transcriber: str = dataclasses.field(
        default="transcriber",
        metadata={
            "key": "models.transcriber",
            "help": "What turns speech into words: transcriber (built in), or a faster-whisper size or folder.",
        },
    )
    speech_model: str = dataclasses.field(
        default="speech",
        metadata={
            "key": "models.speech",
            "help": "What hears emotion and intent: an artefact, a hub id, or a folder.",
        },
    )
    threads: int = dataclasses.field(
        default=1,
        metadata={"key": "models.threads", "help": "Processor threads that a model may use."},
    )
    country: str = dataclasses.field(
        default="",
        metadata={
            "key": "chat.country",
            "help": "Country whose helplines are shown, as an ISO 3166-1 code such as GB; empty: that of the locale.",
            "pattern": "([A-Za-z]{2})?",
            "meaning": "a code of two letters such as GB, or empty",
        },
    )
    microphone: str = dataclasses.field(
        default="",
        metadata={
            "key": "voice.microphone",
            "help": "Which microphone; empty: the system's.",
            "pattern": ".*",
            "meaning": "a name that `agent doctor` lists, or empty",
        },
    )
    pause_ms: int = dataclasses.field(
        default=900,
        metadata={
            "key": "voice.pause_ms",
            "help": "After a silence of so many milliseconds a spoken turn ends.",
            "minimum": 300,
            "maximum": 5000,
        },
    )
    review_words: str = dataclasses.field(
        default="unsure",
        metadata={
            "key": "voice.review",
            "help": "When the words that were heard are shown before they are sent.",
            "choices": ("always", "unsure", "never"),
        },
    )
    learn_voice: bool = dataclasses.field(
        default=True,
        metadata={"key": "voice.learn", "help": "Get to know how your voice sounds (eight numbers, kept here)."},
    )
    keep_history: bool = dataclasses.field(
        default=True,
        metadata={"key": "chat.keep_history", "help": "Keep conversations on this machine."},
    )


FIELDS: tuple[Field, ...] = tuple(
    Field(
        name=declared.name,
        environment=f"AGENT_{declared.name.upper()}",
        type=type(getattr(Settings, declared.name)),
        default=getattr(Settings, declared.name),
        **declared.metadata,
    )
    for declared in dataclasses.fields(Settings)
)
_BY_KEY = {field.key: field for field in FIELDS}
_BY_NAME = {field.name: field for field in FIELDS}


@dataclass(frozen=True)
class Loaded:
    """The settings in force and, by field, where each came from.

    An origin is "default", "file /…/config.toml", "environment AGENT_THEME" or "flag".
    """

    settings: Settings
    origins: dict[str, str]


def load(flags: dict[str, object] | None = None) -> Loaded:
    """Reads the settings in force: flag, else environment, else file, else default.

    Raises:
        UsageError: if a flag's value is not allowed.
        AgentError: if file or environment hold something unknown or not allowed; the sentence names it.
    """
    values, origins, problems = _collect()
    if problems:
        raise AgentError(problems[0])
    for name, value in (flags or {}).items():
        field = _BY_NAME[name]
        if not field.accepts(value):
            raise UsageError(_wrong(field, value, f"--{name.replace('_', '-')}"))
        values[name], origins[name] = value, "flag"
    return Loaded(Settings(**values), origins)


def problems() -> list[str]:
    """Every problem of the settings file and the environment, a sentence each; none when all is well."""
    try:
        return _collect()[2]
    except AgentError as error:
        return [str(error)]


def save(changes: dict[str, object]) -> None:
    """Writes values by field name into the person's file, keeping its other lines, comments and mode.

    Raises:
        AgentError: if a name is unknown, a value not allowed, or the file cannot be read, changed safely or written.
    """
    file = config_file()
    text = _text(file)
    expected = _parsed(text, file)
    for name, value in changes.items():
        field = _BY_NAME.get(name)
        if field is None:
            raise AgentError(f"There is no setting {name!r} to save{_nearest(name, list(_BY_NAME))}")
        if not field.accepts(value):
            raise AgentError(_wrong(field, value, f"{file}: {field.key}"))
        text = _edited(text, field.key, literal(value))
        table, _, key = field.key.partition(".")
        held = expected.setdefault(table, {})
        if isinstance(held, dict):
            held[key] = value
    try:
        unharmed = _parsed(text, file) == expected
    except AgentError:
        unharmed = False
    if not unharmed:
        lines = ", ".join(f"{_BY_NAME[name].key} = {literal(value)}" for name, value in changes.items())
        raise AgentError(f"{file} is written in a way that cannot be changed safely: set {lines} there by hand.")
    write(text)


def write(text: str) -> None:
    """Replaces the person's settings file as a whole: old or new is there at any moment, never half of it.

    A new file can be read by its owner alone; an existing one keeps its mode, and a link stays a link.

    Raises:
        AgentError: if it cannot be written.
    """
    file = config_file()
    try:
        target = file.resolve()
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".config-")
        try:
            with open(descriptor, "w", encoding="utf-8", newline="") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            Path(name).chmod(mode)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        raise AgentError(
            f"The settings file {file} cannot be written ({_reason(error)}): see that the folder is yours and has room."
        ) from error


def literal(value: object) -> str:
    """The value as TOML writes it. JSON's strings, numbers, true and false are TOML's."""
    return json.dumps(value, ensure_ascii=False)


def _collect() -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """Values and origins by field name without flags, and a sentence for each problem."""
    values: dict[str, Any] = {field.name: field.default for field in FIELDS}
    origins = dict.fromkeys(values, "default")
    found: list[str] = []

    def take(field: Field, value: object, origin: str, where: str) -> None:
        if field.accepts(value):
            values[field.name], origins[field.name] = value, origin
        else:
            found.append(_wrong(field, value, where))

    file = config_file()
    _walk(_parsed(_text(file), file), file, take, found)
    for field in FIELDS:
        # Empty counts as unset, as everywhere: `AGENT_THEME= agent` takes a variable away for one start.
        if text := os.environ.get(field.environment):
            take(field, field.parse(text), f"environment {field.environment}", f"environment: {field.environment}")
    return values, origins, found


def _walk(table: dict[str, Any], file: Path, take: Callable[[Field, object, str, str], None], found: list[str]) -> None:
    tables = {key.partition(".")[0] for key in _BY_KEY}
    for name, content in table.items():
        if isinstance(content, dict) and name in tables:
            entries = {f"{name}.{key}": value for key, value in content.items()}
        elif name in tables:
            found.append(f"{file}: {name} must be a table: write [{name}] above its settings.")
            continue
        else:
            inner = list(content) if isinstance(content, dict) else []
            entries = {f"{name}.{key}": None for key in inner} if inner else {name: None}
        for key, value in entries.items():
            if field := _BY_KEY.get(key):
                take(field, value, f"file {file}", f"{file}: {key}")
            else:
                found.append(f"{file}: there is no setting {key!r}{_nearest(key, list(_BY_KEY))}")


def _wrong(field: Field, value: object, where: str) -> str:
    near = difflib.get_close_matches(str(value).lower(), field.choices, n=1)
    shown = str(value).lower() if isinstance(value, bool) else repr(value)
    return (
        f"{where} cannot be {shown}; did you mean {near[0]}?"
        if near
        else f"{where} must be {field.allowed}, not {shown}."
    )


def _nearest(key: str, known: list[str]) -> str:
    """How a sentence about an unknown key ends: with the nearest known one, or with all of them."""
    by_last = {each.rpartition(".")[2]: each for each in known}
    near = difflib.get_close_matches(key, known, n=1) or difflib.get_close_matches(key.rpartition(".")[2], by_last, n=1)
    if not near:
        return f"; there are {', '.join(known)}."
    return f"; did you mean {by_last.get(near[0], near[0])}?"


def _text(file: Path) -> str:
    """The file's text, empty if there is no file; a byte order mark, as Windows editors write it, is no fault."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise AgentError(
            f"The settings file {file} cannot be read ({_reason(error)}): let AGENT_CONFIG name one that you may read."
        ) from error
    except UnicodeDecodeError as error:
        raise AgentError(f"The settings file {file} is not UTF-8 (byte {error.start}): save it as UTF-8.") from error


def _parsed(text: str, file: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    # ValueError also for a number of too many digits, RecursionError for brackets without end.
    except (ValueError, RecursionError) as error:
        raise AgentError(f"The settings file {file} is not valid TOML: {error}; mend or remove that line.") from error


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


_HEADER = re.compile(r"\s*\[+\s*([^\]#]+?)\s*\]")
_VALUE = re.compile(
    r"""(?P<head>\s*(?P<key>[^=#\[]+?)\s*=\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"'\[{]+)(?P<rest>\s*(?:\#.*)?)"""
)


def _edited(text: str, key: str, value: str) -> str:
    """`text` with one value replaced, or added at the line that speaks of it, or at the end of its table.

    It knows the plain way of writing TOML only; `save` compares what comes out with what was meant.
    """
    table, _, name = key.partition(".")
    commented = re.compile(rf"\s*#\s*{re.escape(name)}\s*=")
    lines = text.split("\n")
    section, spoken, last = "", None, None
    for at, line in enumerate(lines):
        if header := _HEADER.match(line):
            section = _plain(header[1])
        elif (pair := _VALUE.fullmatch(line)) and _plain(f"{section}.{pair['key']}".lstrip(".")) == key:
            lines[at] = f"{pair['head']}{value}{pair['rest']}"
            return "\n".join(lines)
        if section == table and commented.match(line):
            spoken = at
        elif section == table and line.strip() and not line.lstrip().startswith("#"):
            last = at
    place = last if spoken is None else spoken
    if place is None:
        kept = text if not text or text.endswith("\n") else text + "\n"
        return f"{kept}{chr(10) if kept else ''}[{table}]\n{name} = {value}\n"
    end = "\r" if lines[place].endswith("\r") else ""
    lines.insert(place + 1, f"{name} = {value}{end}")
    return "\n".join(lines)


def _plain(key: str) -> str:
    """A key without the spaces and quotation marks that TOML allows in it."""
    return re.sub(r"[\s\"']", "", key)
