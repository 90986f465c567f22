"""The shipped models, opened once for all tests."""

from functools import cache
from pathlib import Path

from agent.reply.rank import Ranker, open_ranker
from agent.settings import Settings
from agent.store import Store
from agent.turn import Agent, open_agent
from agent.understand.text import TextEmotion, open_text_emotion


@cache
def encoder() -> TextEmotion:
    """The text encoder that serves the chat."""
    return open_text_emotion("text-emotion")


@cache
def ranker() -> Ranker:
    """The ranker that serves the chat."""
    return open_ranker()


def agent(store: Store | None = None, **settings: object) -> Agent:
    """A real agent with the shipped models, on a store in memory unless given one."""
    return open_agent(Settings(**settings), store or Store(Path(":memory:")), lambda _: None)  # type: ignore[arg-type]
