"""`agent say` and `agent hear` (one turn), and `agent classify` (what texts say, a line each)."""

import argparse
import dataclasses
import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from agent.events import Done, Event, Failed, Heard, Spoken, Token, Typed, Understood, UsageError, turn_object
from agent.history import conversation_number
from agent.plaintext import visible

Subparsers = Any


def add_parser(verbs: Subparsers) -> None:
    """Adds `say`, `hear` and `classify`."""
    parser = verbs.add_parser("say", help="say one thing and read the answer")
    parser.add_argument("text", help="the words, or - to read them from standard input")
    _one_turn(parser, run_say)
    parser = verbs.add_parser("hear", help="answer a recording: its words, its voice, and a reply")
    parser.add_argument("file", help="any audio file of up to two minutes, or - to read one from standard input")
    parser.add_argument("--transcriber", metavar="NAME", help="what turns speech into words")
    _one_turn(parser, run_hear)
    parser = verbs.add_parser("classify", help="the emotion of texts, a line each")
    parser.add_argument("texts", nargs="+", metavar="text", help="texts, or - for a text a line from standard input")
    parser.add_argument("--json", action="store_true", help="print an object a line")
    parser.set_defaults(run=run_classify)


def _one_turn(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("--resume", type=conversation_number, metavar="ID", help="say it in this conversation")
    parser.add_argument("--forget", action="store_true", help="keep nothing of it")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print the whole turn as one JSON object")
    shape.add_argument("--events", action="store_true", help="print each event as a JSON object a line")
    parser.set_defaults(run=run)


def run_say(arguments: argparse.Namespace) -> int:
    """One typed turn through the same path as the chat; 130 when interrupted, the part kept."""
    words = sys.stdin.read() if arguments.text == "-" else arguments.text
    if not words.strip():
        raise UsageError("There are no words to answer: give a text, or pipe one into `agent say -`.")
    return _answer(arguments, Typed(words))


def run_hear(arguments: argparse.Namespace) -> int:
    """One spoken turn from a recording, through the same path as the chat."""
    from agent.audio.clips import read_clip

    source = sys.stdin.buffer.read() if arguments.file == "-" else Path(arguments.file)
    return _answer(arguments, Spoken(read_clip(source)))


def _answer(arguments: argparse.Namespace, said: Typed | Spoken) -> int:
    from agent.cli import flags_of, open_store
    from agent.events import History
    from agent.settings import load
    from agent.turn import open_agent

    loaded = load(flags_of(arguments))
    store = open_store(loaded)
    try:
        history = History()
        if arguments.resume is not None:
            history = History(arguments.resume, store.turns(arguments.resume, last=60))
        agent = open_agent(loaded.settings, store, lambda _: None)
        stop = threading.Event()
        events = agent.respond(said, history, stop)
        try:
            failed = _print(events, arguments)
        except KeyboardInterrupt:
            stop.set()
            events.close()
            print("\nagent: stopped; the part above is kept.", file=sys.stderr)
            return 130
        return 1 if failed else 0
    finally:
        store.close()


def _print(events: Iterator[Event], arguments: argparse.Namespace) -> bool:
    failed = False
    for event in events:
        if isinstance(event, Failed):
            failed = True
            print(f"agent: {event.sentence}", file=sys.stderr)
        if arguments.events:
            print(json.dumps(event_object(event)), flush=True)
        elif isinstance(event, Done) and arguments.json:
            print(json.dumps(turn_object(event.turn)))
        elif isinstance(event, Token) and not arguments.json:
            print(visible(event.text), end="", flush=True)
        elif isinstance(event, Done):
            print()
    return failed


def event_object(event: Event) -> dict[str, Any]:
    """An event as JSON: its name and its content."""
    match event:
        case Heard():
            return {
                "event": "heard",
                "turn_id": event.turn_id,
                "words": event.words,
                "transcriber": event.transcriber,
                "confidence": event.confidence,
            }
        case Understood():
            understanding = dataclasses.asdict(event.understanding)
            del understanding["vector"]
            return {"event": "understood", **understanding}
        case Token():
            return {"event": "token", "text": event.text}
        case Failed():
            return {"event": "failed", "stage": event.stage, "sentence": event.sentence}
        case Done():
            return {"event": "done", "turn": turn_object(event.turn)}


def run_classify(arguments: argparse.Namespace) -> int:
    """Emotion, nuance and guard of each text, in order, batched; none of them for a text without words."""
    from agent import guard
    from agent.cli import flags_of
    from agent.events import Turn, Understanding
    from agent.settings import load
    from agent.turn import NOT_UNDERSTOOD
    from agent.understand.language import language
    from agent.understand.text import open_text_emotion

    settings = load(flags_of(arguments)).settings
    encoder = open_text_emotion(settings.text_model, settings.threads)
    texts = [line.rstrip("\n") for line in sys.stdin] if arguments.texts == ["-"] else arguments.texts
    spoken = [(text, "") for text in texts if text.strip()]
    found = zip(encoder.read_many(spoken), guard.meanings(encoder, spoken), strict=True)
    for text in texts:
        understanding, tongue = None, "en"
        if text.strip():  # where there are no words there is nothing to understand, but there is a line
            (felt, meaning), tongue = next(found), language(text)
            heard = Understanding(felt.emotion, felt.nuance) if tongue == "en" else NOT_UNDERSTOOD
            known = meaning if tongue == "en" else guard.Meaning()
            understanding = dataclasses.replace(heard, guard=guard.assess(text, (), heard, known))
        if arguments.json:
            turn = Turn(0, text, understanding, None, language=tongue, models={"text_emotion": encoder.name})
            whole = turn_object(turn)
            kept = ("version", "source", "words", "language", "emotion", "nuance", "intent", "guard", "models")
            print(json.dumps({key: whole[key] for key in kept}))
        elif understanding is None:
            print(f"no words\t\t\t{visible(text)}")
        else:
            emotion, nuance = understanding.emotion, understanding.nuance
            word = "unsure" if emotion.unsure else emotion.label
            print(f"{word}\t{emotion.confidence:.2f}\t{nuance.label}\t{visible(text)}")
    return 0
