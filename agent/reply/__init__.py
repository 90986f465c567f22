"""The reply stage: what a backend is given and what it promises."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from agent.events import Turn, Understanding

Message = dict[str, str]


@dataclass(frozen=True)
class Request:
    """Everything a backend may use: the prompt, and what it was built from.

    `history` are the turns before this one, oldest first.
    """

    messages: tuple[Message, ...]
    words: str
    understanding: Understanding
    history: tuple[Turn, ...]
    # What this same turn was answered before: an answer anew must be another one.
    avoid: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A reply as it comes: who says it (`origin` is one of DESIGN's four), and its pieces."""

    origin: str
    model: str
    pieces: Iterator[str]


@dataclass(frozen=True)
class Sample:
    """A reply that a model drew, with the mean log-probability of its tokens."""

    text: str
    score: float


class Backend(Protocol):
    """Whatever answers; `name` is shown to the person."""

    name: str

    def answer(self, request: Request, stop: threading.Event) -> Answer:
        """The reply; its pieces end early once `stop` is set.

        Raises:
            AgentError: here or among the pieces, if there is no answer; the sentence says why and what to do.
        """
        ...


def words_of(text: str, stop: threading.Event) -> Iterator[str]:
    """A finished text, word by word."""
    for index, word in enumerate(text.split(" ")):
        if stop.is_set():
            return
        yield word if index == 0 else f" {word}"
