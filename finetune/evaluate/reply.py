"""The reply stage of the whole system: conversations to be read, and how varied the replies are."""

import threading
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from agent.events import Done, History, Turn, Typed
from agent.settings import Settings
from agent.store import Store
from agent.turn import Agent, open_agent
from finetune.corpora import empathetic
from finetune.evaluate.text_emotion import Result


def talks() -> list[list[str]]:
    """Thirty conversations, each three things that a person says; written by us."""
    text = (files("finetune.evaluate") / "talks.txt").read_text("utf-8")
    return [block.splitlines() for block in text.strip().split("\n\n")]


def answer(agent: Agent, history: History, words: str) -> Turn:
    """One turn, to its end."""
    events = list(agent.respond(Typed(words), history, threading.Event()))
    last = events[-1]
    assert isinstance(last, Done)
    return last.turn


def conversations() -> Iterator[str]:
    """Every conversation with what was understood and answered, as text."""
    store = Store(Path(":memory:"))
    agent = open_agent(Settings(), store, lambda _: None)
    for number, lines in enumerate(talks(), start=1):
        history = History()
        block = [f"--- {number}"]
        for words in lines:
            turn = answer(agent, history, words)
            if turn.understanding and turn.reply:
                emotion = turn.understanding.emotion
                word = f"{emotion.label}{'?' if emotion.unsure else ''} {emotion.confidence:.0%}"
                block += [f"> {words}", f"  [{word}, {turn.understanding.nuance.label}] {turn.reply.text}"]
        yield "\n".join(block)


def distinct(replies: list[str], n: int) -> float:
    """Distinct-n over the whole output: distinct n-grams by all (Li et al., NAACL 2016)."""
    grams = [
        tuple(words[i : i + n])
        for words in (reply.lower().split() for reply in replies)
        for i in range(len(words) - n + 1)
    ]
    return len(set(grams)) / max(1, len(grams))


def evaluate_reply(data: Path) -> list[Result]:
    """Answers the first speaker turn of every test conversation of EmpatheticDialogues."""
    store = Store(Path(":memory:"))
    agent = open_agent(Settings(), store, lambda _: None)
    replies = []
    for talk in empathetic.conversations(data, "test"):
        turn = answer(agent, History(), talk.turns[0] or "...")
        replies.append(turn.reply.text if turn.reply else "")
    n, name = len(replies), agent.models["reply"]
    protocol = "whole system, first speaker turn of each test conversation"
    figures = {
        "reply not empty": sum(bool(reply) for reply in replies) / n,
        "reply unique": len(set(replies)) / n,
        "reply Distinct-1": distinct(replies, 1),
        "reply Distinct-2": distinct(replies, 2),
    }
    return [
        Result("reply", metric, round(value, 4), None, n, protocol, None, None, name)
        for metric, value in figures.items()
    ]
