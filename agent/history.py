"""`agent history`: lists, searches, shows, exports and deletes what the chat has kept."""

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from agent.emotions import look
from agent.events import AgentError, Turn, UsageError, turn_object
from agent.plaintext import line, visible
from agent.store import Conversation, Store

NOTHING = "No conversations are kept yet; the first one begins with your first words to `agent`."
FORMS = ("md", "jsonl")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `history` and its verbs to the command line."""
    history = subparsers.add_parser("history", help="what the chat has kept: list, search, show, export, delete")
    history.set_defaults(run=run)
    verbs = history.add_subparsers(dest="history_verb", metavar="command", title="commands", required=True)

    listing = verbs.add_parser("list", help="the conversations, newest first")
    listing.add_argument("--limit", type=whole_number, default=50, metavar="N", help="how many at most (default: 50)")
    listing.add_argument("--json", action="store_true", help="an object a line")
    listing.set_defaults(history=_list)

    search = verbs.add_parser("search", help="the turns that hold all the words")
    search.add_argument("words", nargs="+", help="the last one may be a beginning")
    search.add_argument("--limit", type=whole_number, default=50, metavar="N", help="how many at most (default: 50)")
    search.set_defaults(history=_search)

    show = verbs.add_parser("show", help="one conversation")
    show.add_argument("id", type=conversation_number, help="as `agent history list` shows it")
    show.set_defaults(history=_show)

    exporting = verbs.add_parser("export", help="conversations as a transcript or as data")
    exporting.add_argument("ids", type=conversation_number, nargs="*", metavar="id", help="which ones (default: all)")
    form = exporting.add_mutually_exclusive_group()
    form.add_argument("--format", choices=FORMS, default="md", help="md reads well; jsonl is a turn a line")
    form.add_argument("--labels", action="store_true", help="your corrections alone: label, text, words before (TSV)")
    exporting.add_argument("--output", "-o", type=Path, metavar="FILE", help="readable by you alone (default: print)")
    exporting.add_argument("--force", action="store_true", help="overwrite FILE")
    exporting.set_defaults(history=_export)

    delete = verbs.add_parser("delete", help="delete conversations and every trace of them")
    delete.add_argument(
        "ids", type=conversation_number, nargs="+", metavar="id", help="as `agent history list` shows them"
    )
    purge = verbs.add_parser("purge", help="delete all conversations and every trace of them")
    voice = verbs.add_parser("forget-voice", help="forget how your voice sounds; conversations stay")
    voice.set_defaults(history=_forget_voice)
    for parser, verb in ((delete, _delete), (purge, _purge)):
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.set_defaults(history=verb)


def run(arguments: argparse.Namespace) -> int:
    """Run `agent history …` and return its exit code; AgentError or UsageError where it cannot."""
    with closing(Store()) as store:
        arguments.history(store, arguments)
    return 0


def export(store: Store, conversation_id: int, form: str, folder: Path) -> Path:
    """Write a conversation as `md` or `jsonl` into `folder`, under a name that is free, and return the file."""
    if form not in FORMS:
        raise UsageError(f"A conversation is exported as {' or '.join(FORMS)}, not as {form!r}.")
    content = _content(store, [store.conversation(conversation_id)], form)
    for number in range(1, 10_000):
        path = folder / f"conversation-{conversation_id}{f'-{number}' if number > 1 else ''}.{form}"
        if not path.exists():
            _write(path, content, force=False)
            return path
    raise AgentError(f"{folder} holds too many exports of this conversation; move some away.")


def _list(store: Store, arguments: argparse.Namespace) -> None:
    found = store.conversations(limit=arguments.limit)
    if arguments.json:
        for conversation in found:
            print(json.dumps({"version": 1, **vars(conversation)}))
        return
    if not found:
        print(NOTHING)
        return
    wide = max(len(str(conversation.id)) for conversation in found)
    for conversation in found:
        glyphs = "".join(look(label).glyph for label in conversation.emotions)
        print(
            f"{conversation.id:>{wide}}  {_local(conversation.updated)}  {_turns(conversation.turns):>9}  "
            f"{line(conversation.title)}  {glyphs} {conversation.emotions[-1] if glyphs else ''}".rstrip()
        )


def _search(store: Store, arguments: argparse.Namespace) -> None:
    words = " ".join(arguments.words)
    hits = store.search(words, limit=arguments.limit)
    if not hits:
        print(f"Nothing found for “{line(words)}”." if store.conversations(limit=1) else NOTHING)
    for hit in hits:
        print(f"{hit.conversation_id}  {_local(hit.when)}  {line(hit.title)}\n    {line(hit.snippet)}")
    if len(hits) == arguments.limit:
        print(f"These are the newest {arguments.limit}; --limit shows more.", file=sys.stderr)


def _show(store: Store, arguments: argparse.Namespace) -> None:
    conversation = store.conversation(arguments.id)
    print(f"{line(conversation.title)}\n{_about(conversation)}")
    for when, turn in store.dated_turns(conversation.id):
        print(f"\n{_local(when)}  you {_felt(turn)}".rstrip())
        print(_indented(turn.words))
        if turn.reply:
            print(f"agent{_stopped(turn)}\n{_indented(turn.reply.text)}")


def _export(store: Store, arguments: argparse.Namespace) -> None:
    if arguments.force and not arguments.output:
        raise UsageError("--force overwrites a file; name it with --output FILE.")
    form = "labels" if arguments.labels else arguments.format
    chosen = [store.conversation(id) for id in dict.fromkeys(arguments.ids)]
    if not chosen:
        chosen = list(reversed(store.conversations(limit=-1)))
        if not chosen:
            print(NOTHING, file=sys.stderr)
            return
    content = _content(store, chosen, form)
    if arguments.output:
        _write(arguments.output, content, arguments.force)
        print(f"Written to {line(str(arguments.output))}.", file=sys.stderr)
    else:
        for piece in content:
            sys.stdout.write(piece)


def _delete(store: Store, arguments: argparse.Namespace) -> None:
    _askable(arguments)
    # All of them are looked up first: a wrong id deletes nothing.
    chosen = [store.conversation(id) for id in dict.fromkeys(arguments.ids)]
    for conversation in chosen:
        about = f"conversation {conversation.id}, “{line(conversation.title)}” ({_turns(conversation.turns)})"
        if _sure(arguments, f"Delete {about}, for good?"):
            store.delete(conversation.id)
            print(f"Deleted {about}.")
        else:
            print(f"Kept {about}.")


def _purge(store: Store, arguments: argparse.Namespace) -> None:
    _askable(arguments)
    kept = len(store.conversations(limit=-1))
    if not kept:
        store.purge()  # there may still be one without a turn, or a trace
        print(NOTHING)
    elif _sure(arguments, f"Delete all conversations ({kept}), for good?"):
        store.purge()
        print(f"Deleted all conversations ({kept}).")
    else:
        print("All conversations are kept.")


def _forget_voice(store: Store, arguments: argparse.Namespace) -> None:
    store.forget_voice()
    print("Forgotten: your voice is heard as anybody's again.")


def _askable(arguments: argparse.Namespace) -> None:
    if not arguments.yes and not sys.stdin.isatty():
        raise UsageError("Nobody can be asked here, so nothing was deleted; --yes deletes without asking.")


def _sure(arguments: argparse.Namespace, question: str) -> bool:
    if arguments.yes:
        return True
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def _content(store: Store, conversations: list[Conversation], form: str) -> Iterator[str]:
    for index, conversation in enumerate(conversations):
        turns = store.dated_turns(conversation.id)
        if form == "md":
            yield "\n" if index else ""
            yield from _transcript(conversation, turns)
        elif form == "jsonl":
            for when, turn in turns:
                # ASCII: nothing in it can drive a terminal, and every program reads it.
                yield json.dumps({**turn_object(turn), "conversation": conversation.id, "time": when}) + "\n"
        else:
            before = ""
            for _, turn in turns:
                if turn.corrected:
                    yield f"{turn.corrected}\t{line(turn.words)}\t{line(before)}\n"
                before = turn.words


def _transcript(conversation: Conversation, turns: list[tuple[str, Turn]]) -> Iterator[str]:
    yield f"# {_literal(line(conversation.title))}\n\n{_about(conversation)}\n"
    for when, turn in turns:
        felt = _felt(turn)
        yield f"\n**You** · {_local(when)}{felt and f' · {felt}'}\n\n{_literal(turn.words)}\n"
        if turn.reply:
            yield f"\n**Agent**{_stopped(turn)}\n\n{_literal(turn.reply.text)}\n"


def _literal(text: str) -> str:
    """`text` as Markdown that shows just it: what was typed or generated brings no link, image or HTML along."""
    lines = []
    for raw in visible(text).split("\n"):
        escaped = re.sub(r"([\\`*_\[\]<>&#|~])", r"\\\1", raw.strip())
        escaped = re.sub(r"^([-+=])", r"\\\1", escaped)
        lines.append(re.sub(r"^(\d+)([.)])", r"\1\\\2", escaped))
    # A backslash at the end of a line keeps the break; between paragraphs the blank line does.
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", r"\\\n", "\n".join(lines).strip("\n"))


def _write(path: Path, content: Iterator[str], force: bool) -> None:
    """Write a file that only its person may read, whole or not at all."""
    try:
        if force:
            path = path.resolve()
            if path.exists() and not path.is_file():
                raise AgentError(f"{path} is no file that could be overwritten; choose another name.")
        else:
            # Takes the name at once, so that nothing that comes meanwhile is overwritten.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            _replace(path, content)
        except BaseException:
            if not force:
                path.unlink()
            raise
    except FileExistsError:
        raise AgentError(f"{path} exists and was left as it is; choose another name or add --force.") from None
    except OSError as error:
        raise AgentError(f"{path} could not be written ({error.strerror}); choose another place.") from error


def _replace(path: Path, content: Iterator[str]) -> None:
    descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
    try:
        with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(content)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink()
        raise


def _felt(turn: Turn) -> str:
    if turn.corrected:
        return f"{look(turn.corrected).glyph} {turn.corrected} (you said so)"
    if turn.understanding is None:
        return ""
    emotion = turn.understanding.emotion
    unsure = "perhaps " if emotion.unsure else ""
    return f"{look(emotion.label, emotion.unsure).glyph} {unsure}{emotion.label} {emotion.confidence:.0%}"


def _about(conversation: Conversation) -> str:
    return f"Conversation {conversation.id} · begun {_local(conversation.started)} · {_turns(conversation.turns)}"


def _stopped(turn: Turn) -> str:
    return " (stopped)" if turn.reply and turn.reply.stopped else ""


def _turns(count: int) -> str:
    return f"{count} turn{'' if count == 1 else 's'}"


def _indented(text: str) -> str:
    return "\n".join(f"  {row}" for row in visible(text).split("\n"))


def _local(when: str) -> str:
    """A stored time in the person's own time zone."""
    return datetime.fromisoformat(when).astimezone().strftime("%Y-%m-%d %H:%M")


def conversation_number(text: str) -> int:
    """The id of a conversation, as it is typed; UsageError where it cannot be one."""
    return _number(text, f"{text!r} is not the number of a conversation; `agent history list` shows the numbers.")


def whole_number(text: str) -> int:
    """A positive whole number, as it is typed; UsageError where it is none."""
    return _number(text, f"{text!r} is not a whole number of 1 or more; write one such as 50.")


def _number(text: str, otherwise: str) -> int:
    """SQLite counts to 2**63 - 1, and nobody's history goes further."""
    if not text.isdecimal() or not (digits := text.lstrip("0")):
        raise UsageError(otherwise)
    return min(int(digits[:20]), 2**63 - 1)
