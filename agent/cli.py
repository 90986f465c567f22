"""The `agent` command: its verbs and flags. Imports nothing heavy; a verb imports what it needs."""

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent import config, doctor, history, models, say
from agent.events import AgentError, UsageError
from agent.guard import command as guard
from agent.settings import Loaded, load
from agent.store import Store

if TYPE_CHECKING:
    from agent.turn import Agent

DESCRIPTION = "A chat agent that hears how a person feels. Without a command it opens the chat."
EPILOG = "Everything stays on this machine. It is an AI, not a person, and no medical device."


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(prog="agent", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    parser.add_argument("--plain", action="store_true", help="the chat line by line, for screen readers and pipes")
    parser.add_argument(
        "--resume",
        type=history.conversation_number,
        metavar="ID",
        help="go on with a conversation of `agent history list`",
    )
    parser.add_argument("--forget", action="store_true", help="keep nothing of this conversation")
    parser.add_argument("--theme", help="colours of the chat, for this start")
    parser.add_argument(
        "--reply",
        "--model",
        dest="reply_model",
        metavar="NAME",
        help="what answers (default: embedded; openai:URL#MODEL for a server of your own)",
    )
    parser.add_argument("--text-model", metavar="NAME", help="what reads the emotion: an artefact's name or folder")
    parser.add_argument(
        "--speech-model", metavar="NAME", help="what hears emotion in a voice: an artefact, or a hub id"
    )
    verbs = parser.add_subparsers(dest="verb", metavar="command", title="commands")
    for module in (say, guard, history, config, models, doctor):
        module.add_parser(verbs)
    return parser


def open_store(loaded: Loaded) -> Store:
    """The store of the settings: on disk, or in memory where nothing is to be kept."""
    return Store() if loaded.settings.keep_history else Store(Path(":memory:"))


def flags_of(arguments: argparse.Namespace) -> dict[str, object]:
    """The flags that stand above file and environment."""
    flags: dict[str, object] = {
        name: getattr(arguments, name)
        for name in ("theme", "reply_model", "text_model", "speech_model", "transcriber")
        if getattr(arguments, name, None) is not None
    }
    if arguments.forget:
        flags["keep_history"] = False
    return flags


def chat(arguments: argparse.Namespace) -> int:
    """Opens the chat: the full screen, or line by line."""
    loaded = load(flags_of(arguments))
    store = open_store(loaded)
    plain = arguments.plain or not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") == "dumb"
    try:
        if arguments.resume is not None:
            store.conversation(arguments.resume)
        if plain:
            from agent.plain import run as run_plain

            return run_plain(_opener(loaded, store), store, loaded, arguments.resume)
        from agent.tui.app import run

        return run(loaded, store, arguments.resume)
    finally:
        store.close()


def _opener(loaded: Loaded, store: Store) -> Callable[[Callable[[str], None]], "Agent"]:
    def opener(progress: Callable[[str], None]) -> "Agent":
        from agent.turn import open_agent

        return open_agent(loaded.settings, store, progress)

    return opener


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns its exit code: 0 done, 1 failed, 2 wrong use, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without a letter shows its number
    try:
        arguments = build_parser().parse_args(argv)
        if arguments.version:
            from importlib.metadata import version

            print(f"agent {version('agent')}")
            return 0
        if arguments.verb is None:
            return chat(arguments)
        return int(arguments.run(arguments))
    except UsageError as error:
        print(f"agent: {error}", file=sys.stderr)
        return 2
    except AgentError as error:
        print(f"agent: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("agent: interrupted.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read us has left; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
