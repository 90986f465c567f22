"""`agent guard`: is somebody in danger in these texts? The rules alone, without a model.

The chat judges a text as this does, but that it also knows the turns before, and hears the emotion: sadness
or fear makes a hint of hopelessness ("I can't do this anymore") a concern. `--emotion` gives one.
"""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from agent.emotions import EMOTIONS
from agent.events import Emotion, UsageError
from agent.guard import assess
from agent.guard.wording import PROTOCOL

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `agent guard`."""
    parser = subparsers.add_parser(
        "guard", help="say whether somebody may be in danger", description="Print the level and reasons of each text."
    )
    parser.add_argument("text", nargs="*", metavar="TEXT", help="a text, or - for one a line from standard input")
    parser.add_argument(
        "--emotion",
        choices=EMOTIONS,
        help="judge as the chat does when it hears this emotion: sadness and fear weigh in",
    )
    parser.add_argument("--json", action="store_true", help="an object a line")
    parser.add_argument(
        "--protocol", action="store_true", help="print what is detected, said and kept, and what is not"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a line a text, each judged on its own, beside the emotion given; UsageError without a text."""
    if arguments.protocol:
        print(PROTOCOL, end="")
        return 0
    if not arguments.text:
        raise UsageError("There is no text to judge: give one, or - to read a text a line from standard input.")
    texts = (line.rstrip("\n") for line in sys.stdin) if arguments.text == ["-"] else arguments.text
    emotion = Emotion(arguments.emotion, 1.0, False, {}) if arguments.emotion else None
    for text in texts:
        guard = assess(text, [], emotion)
        if arguments.json:
            result = {"level": guard.level, "reasons": list(guard.reasons)}
            print(json.dumps({"version": 1, "words": text, "guard": result}, ensure_ascii=False), flush=True)
        else:
            print(f"{guard.level}: {', '.join(guard.reasons)}" if guard.reasons else guard.level, flush=True)
    return 0
