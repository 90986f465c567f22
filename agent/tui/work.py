"""What takes time, each in a thread of its own: opening the models, listening to a clip, answering a turn.

They speak to the chat by messages alone. The threads are daemons, so that a model that hangs cannot keep a person
from leaving.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message

from agent.events import AgentError, Event, Failed, Spoken, Typed

if TYPE_CHECKING:  # the models' libraries are imported when they are opened, not before the first paint
    from agent.audio.clips import Samples
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


class Deaf(Message, bubble=False):
    """The ears cannot be opened; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Listened(Message, bubble=False):
    """What was heard in a clip, or the sentence why nothing was."""

    def __init__(self, samples: Samples, spoken: Spoken | None, sentence: str = "") -> None:
        super().__init__()
        self.samples = samples
        self.spoken = spoken
        self.sentence = sentence


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

    return start(work)


def open_ears(agent: Agent, post: Post) -> threading.Thread:
    """Open what hears speech; posts `Deaf` if that fails."""

    def work() -> None:
        try:
            agent.ears()
        except AgentError as error:
            post(Deaf(str(error)))
        except Exception as error:  # as above
            post(Deaf(f"What hears speech could not be opened ({error}); `agent doctor` shows what is amiss."))

    return start(work)


def listen(agent: Agent, samples: Samples, opening: threading.Thread | None, post: Post) -> threading.Thread:
    """Listen to a clip when the ears have been opened; posts `Listened` once."""

    def work() -> None:
        try:
            if opening:
                opening.join()
            post(Listened(samples, agent.listen(samples)))
        except AgentError as error:
            post(Listened(samples, None, str(error)))
        except Exception as error:  # as above
            post(Listened(samples, None, f"What you said could not be heard ({error}); say it again, or type it."))

    return start(work)


def answer(
    agent: Agent, asked: Typed | Spoken | Again, history: History, stop: threading.Event, post: Post
) -> threading.Thread:
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

    return start(work)


def start(work: Callable[[], None]) -> threading.Thread:
    """Work in a thread that keeps nobody from leaving."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
