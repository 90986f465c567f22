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


class Backend(Protocol):
    """Whatever answers. `name` is shown to the person; `origin` is one of DESIGN's four."""

    name: str
    origin: str

    def stream(self, request: Request, stop: threading.Event) -> Iterator[str]:
        """Pieces of the reply; ends early once `stop` is set."""
        ...
