"""Every command of the chat in one table: palette, keys, slash commands and help are read from it.

Imports no widget: the chat line by line speaks the same commands, and keeps the same hours.
"""

import difflib
import re
from dataclasses import dataclass

DISCLOSE_SECONDS = 3 * 3600
"""How long one talks before it is said again what one talks to."""


@dataclass(frozen=True)
class Command:
    """One thing a person can ask of the chat: `action` names the method that does it.

    Below the screen stand the keys that have a `label`; on the smallest there is room for seven.
    """

    title: str
    help: str
    action: str
    slash: str = ""
    argument: str = ""
    key: str = ""
    label: str = ""
    in_lines: bool = False


COMMANDS = (
    Command("help: keys", "Keys and commands", "help", "help", key="f1", label="Help", in_lines=True),
    Command(
        "voice: talk", "Speak; Enter or a pause ends the turn, Esc discards it", "talk", "voice", "", "ctrl+t", "Talk"
    ),
    Command("voice: hands-free", "Listen again after every answer, until Esc", "handsfree", "handsfree"),
    Command("reply: stop", "Stop the reply; what was written of it is kept", "stop", key="escape", label="Stop"),
    Command("reply: regenerate", "Answer the last message anew", "regenerate", "again", "", "ctrl+r", "Again", True),
    Command("reply: why", "Show exactly what was given to the model", "why", "why", in_lines=True),
    Command(
        "emotion: correct",
        "Say what you really felt",
        "correct",
        "correct",
        "[EMOTION]",
        "f2",
        "Correct",
        in_lines=True,
    ),
    Command("chat: new", "Start a new conversation", "new", "new", key="ctrl+n", label="New", in_lines=True),
    Command(
        "chat: sessions",
        "Find, resume, rename or delete a conversation",
        "sessions",
        "sessions",
        "[WORDS]",
        "ctrl+o",
        "Chats",
        True,
    ),
    Command(
        "chat: export",
        "Write this conversation to a file here",
        "export",
        "export",
        "[md|jsonl]",
        "",
        "",
        in_lines=True,
    ),
    Command("view: timeline", "Show or hide the emotions over time", "timeline", "timeline"),
    Command("view: theme", "Choose the colours", "theme", "theme", "[NAME]"),
    Command("view: settings", "Change the settings", "settings", "settings"),
    Command("reply: copy", "Copy the last reply", "copy_reply", "copy", key="ctrl+y"),
    Command("chat: quit", "Leave; everything is kept", "quit", "quit", key="ctrl+q", label="Quit", in_lines=True),
)

NAME = 11
"""Letters of an unknown command that a hint repeats: with the longest of ours beside it, it fits 60 columns."""

_SLASH = re.compile(r"/(\w*)(?:[ \t]+(\S.*?))?[ \t]*")


@dataclass(frozen=True)
class Asked:
    """A slash command that was typed, and what followed it."""

    command: Command
    argument: str


def parse(text: str, in_lines: bool = False) -> Asked | str | None:
    """Read a typed text: a command, a hint when there is no such command, or None for words to the agent.

    `/usr/bin` and texts of several lines are words; so is anything after a leading blank.
    """
    if not (match := _SLASH.fullmatch(text)):
        return None
    name = match[1].lower()
    known = {command.slash: command for command in COMMANDS if command.slash and (command.in_lines or not in_lines)}
    if command := known.get(name):
        return Asked(command, match[2] or "")
    near = difflib.get_close_matches(name, known, 1)
    if in_lines:
        meant = f"Did you mean /{near[0]}?" if near else "/help lists the commands."
        return f"There is no command /{name}. {meant} To send it as words, begin with a blank."
    shown = name if len(name) <= NAME else name[: NAME - 1] + "…"
    return f"There is no /{shown}; " + (f"nearest: /{near[0]}; all: /help" if near else "/help lists the commands")
