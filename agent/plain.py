"""The chat line by line, for screen readers, dumb terminals and pipes.

Every state is said in words; nothing moves a cursor, nothing spins, no escape code is written.
"""

import io
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TextIO

from agent.emotions import EMOTIONS
from agent.events import Again, AgentError, Done, Failed, Heard, History, Token, Typed, Understanding, Understood
from agent.guard import disclosure
from agent.plaintext import line, visible
from agent.settings import Loaded
from agent.store import Store
from agent.tui.commands import COMMANDS, DISCLOSE_SECONDS, Asked, parse
from agent.turn import Agent

OpenAgent = Callable[[Callable[[str], None]], Agent]

LISTED = 20
"""Conversations that /sessions names."""
PAGE = 60
"""Turns that are read of a conversation that is resumed."""
INTERRUPTED = 130
SENTENCE = re.compile(r"[.!?…]+[\"”’)]*\s|\n")


def in_words(understanding: Understanding, corrected: str | None = None) -> str:
    """What was understood of a turn, as a sentence."""
    if corrected:
        return f"Understood: {corrected}, as you said."
    emotion, nuance = understanding.emotion, understanding.nuance
    percent = f"{emotion.confidence * 100:.0f} percent"
    if emotion.unsure:
        return f"Understood: unsure, perhaps {emotion.label}, {percent}."
    return f"Understood: {emotion.label}, {percent}, nuance {nuance.label}."


def answers(understanding: Understanding | None) -> str:
    """What stands before a reply: somebody in danger is helped."""
    return "Help" if understanding and understanding.guard.level == "crisis" else "Reply"


class _Chat:
    """The state of one conversation in lines, and what each line does to it."""

    def __init__(self, agent: Agent, store: Store, stdout: TextIO, clock: Callable[[], float]) -> None:
        self.agent = agent
        self.store = store
        self.stdout = stdout
        self.clock = clock
        self.history = History()
        self.stop: threading.Event | None = None  # set while a reply is computed
        self.disclosed_at = clock()

    def say(self, text: str, end: str = "\n") -> None:
        self.stdout.write(visible(text) + end)
        self.stdout.flush()

    def take(self, typed: str) -> bool:
        """Answer words, obey a command; False to leave."""
        if not typed.strip():
            return True
        asked = parse(typed, in_lines=True)
        if asked is None:
            self._disclose()
            if not self.respond(Typed(typed)):
                self.say(f"Not sent: {typed}")
        elif isinstance(asked, str):
            self.say(asked)
        elif asked.command.action == "quit":
            return False
        else:
            try:
                self._command(asked)
            except (AgentError, OSError) as error:
                self.say(f"Problem: {error}")
        return True

    def respond(self, asked: Typed | Again) -> bool:
        """Answer and say every event; True when the words are stored."""
        self.stop = threading.Event()
        stored = isinstance(asked, Again)
        reply = _Spoken(self.say)
        try:
            for event in self.agent.respond(asked, self.history, self.stop):
                match event:
                    case Heard():
                        stored = True
                    case Understood(understanding=understanding):
                        self.say(in_words(understanding))
                        reply.label = answers(understanding)
                    case Token(text=text):
                        reply.write(text)
                    case Failed(sentence=sentence):
                        reply.end()
                        self.say(f"Problem: {sentence}")
                    case Done(turn=turn):
                        reply.end()
                        if turn.reply and not reply.text:
                            self.say(f"{reply.label}: {turn.reply.text}")
                        if turn.reply and turn.reply.stopped:
                            self.say("Stopped. What was written is kept.")
        except AgentError as error:
            self.say(f"Problem: {error}")
        except Exception as error:  # a turn that breaks must not close the chat
            self.say(f"Problem: this message could not be answered ({error}); /again tries again.")
        finally:
            self.stop = None
        return stored

    def resume(self, conversation_id: int) -> None:
        """Go on with a conversation; says how it ended."""
        turns = self.store.turns(conversation_id, last=PAGE)
        if not turns:
            self.say(f"There is no conversation {conversation_id}; /sessions names those there are.")
            return
        self.history = History(conversation_id, turns)
        last = turns[-1]
        self.say(f"Conversation {conversation_id}. You said last: {last.words}")
        if last.understanding:
            self.say(in_words(last.understanding, last.corrected))
        if last.reply:
            self.say(f"{answers(last.understanding)}: {last.reply.text}")

    def _disclose(self) -> None:
        if self.clock() - self.disclosed_at >= DISCLOSE_SECONDS:
            self.disclosed_at = self.clock()
            self.say(f"Note: {disclosure(False)}")

    def _command(self, asked: Asked) -> None:
        turns = self.history.turns
        match asked.command.action:
            case "help":
                for command in COMMANDS:
                    if command.in_lines:
                        self.say(f"/{command.slash} {command.argument}".rstrip() + f": {command.help}.")
                self.say("Ctrl+C stops the reply; a second one leaves.")
            case "new":
                self.history = History()
                self.say("A new conversation. The old one is kept.")
            case "sessions":
                self._sessions(asked.argument)
            case _ if not turns:
                self.say("Nothing was said yet in this conversation.")
            case "regenerate":
                self.respond(Again())
            case "why":
                self.say(self.agent.why(self.history))
            case "correct":
                self._correct(asked.argument.lower())
            case "export":
                self._export(asked.argument)

    def _sessions(self, wanted: str) -> None:
        if wanted.isdecimal():
            self.resume(int(wanted))
            return
        found = self.store.conversations(search=wanted, limit=LISTED)
        for conversation in found:
            title, day = line(conversation.title), conversation.updated[:10]
            self.say(f"{conversation.id}: {title}, {conversation.turns} turns, {day}.")
        self.say("/sessions NUMBER goes on with one." if found else "No conversation is found.")

    def _correct(self, label: str) -> None:
        if label not in EMOTIONS:
            self.say(f"Say which: /correct and one of {', '.join(EMOTIONS)}.")
            return
        turn = self.agent.correct(self.history, self.history.turns[-1].id, label)
        self.say(in_words(turn.understanding, turn.corrected) if turn.understanding else f"Kept: {label}.")

    def _export(self, form: str) -> None:
        from agent.history import export

        assert self.history.conversation_id is not None
        path = export(self.store, self.history.conversation_id, form or "md", Path.cwd())
        self.say(f"This conversation is written to {path}.")


class _Spoken:
    """A reply said a sentence at a time: a screen reader stumbles over single words."""

    def __init__(self, say: Callable[..., None]) -> None:
        self.say = say
        self.label = "Reply"
        self.text = ""
        self.said = 0

    def write(self, piece: str) -> None:
        self.text += piece
        ends = [match.end() for match in SENTENCE.finditer(self.text, self.said)]
        if ends:
            self._say_to(ends[-1])

    def end(self) -> None:
        """Say what is left, and end the line."""
        if self.text:
            self._say_to(len(self.text))
            self.say("")

    def _say_to(self, end: int) -> None:
        label = "" if self.said else f"{self.label}: "
        self.say(label + self.text[self.said : end], end="")
        self.said = end


@contextmanager
def _interrupts(chat: _Chat) -> Iterator[None]:
    """Ctrl+C stops the reply that is being computed; where none is, or it was stopped already, it leaves."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        if chat.stop is None or chat.stop.is_set():
            raise KeyboardInterrupt
        chat.stop.set()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def run(
    open_agent: OpenAgent,
    store: Store,
    loaded: Loaded,
    resume: int | None = None,
    stdin: TextIO = sys.stdin,
    stdout: TextIO = sys.stdout,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Talk until the input ends or /quit.

    Returns 0, or 130 when Ctrl+C left. Raises AgentError when the models cannot be loaded. `clock` counts seconds.
    """
    for stream in (stdin, stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a byte that is no text must not end the conversation

    def progress(step: str) -> None:
        stdout.write(f"Status: {line(step)}\n")
        stdout.flush()

    try:
        chat = _Chat(open_agent(progress), store, stdout, clock)
        with _interrupts(chat):
            _talk(chat, store, resume, stdin)
    except KeyboardInterrupt:
        stdout.write("\nLeft. Everything is kept.\n")
        return INTERRUPTED
    chat.say("Goodbye. Everything is kept." if loaded.settings.keep_history else "Goodbye. Nothing is kept.")
    return 0


def _talk(chat: _Chat, store: Store, resume: int | None, stdin: TextIO) -> None:
    if not store.conversations(limit=1):
        chat.say(f"Note: {disclosure(True)}")
    if resume is not None:
        chat.resume(resume)
    chat.say("Ready. Write, and press Enter. /help names the commands.")
    prompt = "You: " if stdin.isatty() else ""
    while True:
        chat.say(prompt, end="")
        typed = stdin.readline()
        if not typed or not chat.take(typed.rstrip("\r\n")):
            return
