"""`agent config`: shows the settings and where each comes from, checks them, and writes a first file."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from agent import settings
from agent.events import AgentError
from agent.paths import config_file
from agent.settings import FIELDS, Field

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declares `agent config`."""
    parser = subparsers.add_parser("config", help="show, check and begin the settings")
    verbs = parser.add_subparsers(dest="config_verb", metavar="what", required=True)
    show = verbs.add_parser("show", help="every setting, its value and where the value comes from")
    show.add_argument("--json", action="store_true", help="one JSON object")
    verbs.add_parser("validate", help="say ok, or what is wrong with the settings")
    verbs.add_parser("schema", help="the settings file as a JSON schema, for editors")
    init = verbs.add_parser("init", help="write a settings file that explains itself")
    init.add_argument("--force", action="store_true", help="replace the file that is there")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs `agent config …`; returns 0, or 1 if `validate` found a problem.

    Raises:
        AgentError: if the settings cannot be shown or the file not be written.
    """
    if arguments.config_verb == "validate":
        problems = settings.problems()
        print("\n".join(problems) if problems else "ok")
        return 1 if problems else 0
    if arguments.config_verb == "schema":
        print(json.dumps(schema(), indent=2))
    elif arguments.config_verb == "init":
        if config_file().exists() and not arguments.force:
            raise AgentError(f"{config_file()} is there already: edit it, or give --force to replace it.")
        settings.write(commented_file())
        print(config_file())
    else:
        _show(arguments)
    return 0


def schema() -> dict[str, Any]:
    """The settings file as a JSON schema (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "agent's config.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            table: {
                "type": "object",
                "additionalProperties": False,
                "properties": {field.key.partition(".")[2]: _described(field) for field in fields},
            }
            for table, fields in _tables().items()
        },
    }


def commented_file() -> str:
    """A settings file with every setting, its documentation and its default.

    The defaults are commented out: what nobody chose follows a better default of a later version.
    """
    parts = ["# The settings of agent. Take the # away from a value to change it; `agent config validate` checks.\n\n"]
    for table, fields in _tables().items():
        parts.append(f"[{table}]\n")
        for field in fields:
            name = field.key.partition(".")[2]
            parts.append(f"# {field.help}\n# It is {field.allowed}; {field.environment} goes before it.\n")
            parts.append(f"# {name} = {settings.literal(field.default)}\n\n")
    return "".join(parts).rstrip("\n") + "\n"


def _show(arguments: argparse.Namespace) -> None:
    given = {field.name: getattr(arguments, field.name, None) for field in FIELDS}
    loaded = settings.load({name: value for name, value in given.items() if value is not None})
    rows = [(field.key, getattr(loaded.settings, field.name), loaded.origins[field.name]) for field in FIELDS]
    if arguments.json:
        values = {key: {"value": value, "origin": origin} for key, value, origin in rows}
        print(json.dumps({"version": 1, "file": str(config_file()), "settings": values}, indent=2))
        return
    print(f"# {config_file()}{'' if config_file().exists() else ' (not there yet: `agent config init` writes it)'}")
    lines = [(f"{key} = {settings.literal(value)}", origin) for key, value, origin in rows]
    width = max(len(line) for line, _ in lines)
    for line, origin in lines:
        print(f"{line:{width}}  # {origin}")


def _described(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"description": field.help, "default": field.default}
    if field.type is bool:
        return {"type": "boolean", **described}
    if field.type is int:
        return {"type": "integer", "minimum": field.minimum, "maximum": field.maximum, **described}
    if field.choices:
        return {"type": "string", "enum": list(field.choices), **described}
    return {"type": "string", "pattern": f"^{field.pattern}$", **described}


def _tables() -> dict[str, list[Field]]:
    tables: dict[str, list[Field]] = {}
    for field in FIELDS:
        tables.setdefault(field.key.partition(".")[0], []).append(field)
    return tables
