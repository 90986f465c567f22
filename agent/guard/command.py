"""`agent guard`: is somebody in danger in these texts? Each is judged as the chat judges a first turn."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from agent.events import UsageError

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `agent guard`."""
    parser = subparsers.add_parser(
        "guard", help="say whether somebody may be in danger", description="Print the level and reasons of each text."
    )
    parser.add_argument("text", nargs="*", metavar="TEXT", help="a text, or - for one a line from standard input")
    parser.add_argument("--json", action="store_true", help="an object a line")
    parser.add_argument(
        "--protocol", action="store_true", help="print what is detected, said and kept, and what is not"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a line a text, each judged on its own; UsageError without a text."""
    if arguments.protocol:
        from agent.guard.wording import PROTOCOL

        print(PROTOCOL, end="")
        return 0
    if not arguments.text:
        raise UsageError("There is no text to judge: give one, or - to read a text a line from standard input.")
    from agent import guard
    from agent.cli import flags_of
    from agent.settings import load
    from agent.understand.language import language
    from agent.understand.text import open_text_emotion

    settings = load(flags_of(arguments)).settings
    encoder = open_text_emotion(settings.text_model, settings.threads)
    for text in (line.rstrip("\n") for line in sys.stdin) if arguments.text == ["-"] else arguments.text:
        if text.strip() and language(text) == "en":
            found = guard.assess(text, (), encoder.read(text), guard.meant(encoder, text))
        else:
            found = guard.assess(text, ())
        if arguments.json:
            result = {"level": found.level, "reasons": list(found.reasons)}
            print(json.dumps({"version": 1, "words": text, "guard": result}, ensure_ascii=False), flush=True)
        else:
            print(f"{found.level}: {', '.join(found.reasons)}" if found.reasons else found.level, flush=True)
    return 0
