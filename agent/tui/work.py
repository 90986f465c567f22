"""The two things that take time, each in a thread of its own: opening the models, and answering a turn.

They speak to the chat by messages alone. The threads are daemons, so that a model that hangs cannot keep a person
from leaving.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message

from agent.events import AgentError, Event, Failed, Typed

if TYPE_CHECKING:  # the models' libraries are imported when they are opened, not before the first paint
    from agent.events import Again, History
    from agent.turn import Agent

Post = Callable[[Message], bool]
OpenAgent = Callable[[Callable[[str], None]], "Agent"]


class Loading(Message):
    """What the loading of the models is doing."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step


class Opened(Message):
    """The models are loaded, or the sentence why not."""

    def __init__(self, agent: Agent | None, sentence: str = "") -> None:
        super().__init__()
        self.agent = agent
        self.sentence = sentence


class Arrived(Message):
    """An event of the turn being answered; None: nothing follows, and the conversation has its number."""

    def __init__(self, event: Event | None, conversation_id: int | None = None) -> None:
        super().__init__()
        self.event = event
        self.conversation_id = conversation_id


def open_models(open_agent: OpenAgent, post: Post) -> threading.Thread:
    """Load the models; posts `Loading` any number of times, then `Opened` once."""

    def progress(step: str) -> None:
        post(Loading(step))

    def work() -> None:
        try:
            post(Opened(open_agent(progress)))
        except AgentError as error:
            post(Opened(None, str(error)))
        except Exception as error:  # whatever a model's library raises must not close the chat
            post(Opened(None, f"The models could not be loaded ({error}); `agent doctor` shows what is amiss."))

    return _start(work)


def answer(agent: Agent, asked: Typed | Again, history: History, stop: threading.Event, post: Post) -> threading.Thread:
    """Answer a turn; posts `Arrived` for each event, and once more with None."""

    def work() -> None:
        try:
            for event in agent.respond(asked, history, stop):
                post(Arrived(event))
        except AgentError as error:
            post(Arrived(Failed("turn", str(error))))
        except Exception as error:  # a turn that breaks must not close the chat
            post(Arrived(Failed("turn", f"This message could not be answered ({error}); try it once more.")))
        post(Arrived(None, history.conversation_id))

    return _start(work)


def _start(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
