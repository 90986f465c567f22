"""A reply server of the person's own: a real process that speaks the API, and everything it may do wrong."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.events import AgentError, Done, Failed, History, Typed
from agent.reply import Request
from agent.reply.prompt import SYSTEM, build_messages
from agent.reply.remote import open_remote
from agent.store import Store
from agent.turn import LAST_WORDS, NOT_UNDERSTOOD, Agent
from tests.models import agent, encoder

SERVER = Path(__file__).parent.parent / "openai_server.py"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, SERVER], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
    process.kill()


def iter_pieces(url: str, model: str, stop: threading.Event, words: str = "hello") -> Iterator[str]:
    request = Request(build_messages((), words, NOT_UNDERSTOOD), words, NOT_UNDERSTOOD, ())
    return open_remote(f"openai:{url}#{model}").answer(request, stop).pieces


def ask(url: str, model: str, words: str = "hello") -> list[str]:
    return list(iter_pieces(url, model, threading.Event(), words))


def test_the_reply_comes_in_pieces(url: str) -> None:
    assert ask(url, "echo", "one\ntwo\nthree")[1:] == ["one\n", "two\n", "three"]


def test_the_server_is_told_what_every_backend_is_told(url: str) -> None:
    told = json.loads("".join(ask(url, "mirror", "I lost my job")))
    assert told == [{"role": "system", "content": SYSTEM}, told[1]]
    assert told[1]["content"].endswith("\nI lost my job") and told[1]["content"].startswith("[")


def test_stopping_ends_the_reply_and_leaves_the_server(url: str) -> None:
    stop = threading.Event()
    pieces = iter_pieces(url, "slow", stop)
    assert [next(pieces), next(pieces)] == ["word0 ", "word1 "]
    stop.set()
    assert len(list(pieces)) < 100, "of a thousand"


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("missing", "404: model missing not found.*has the model missing"),
        ("locked", "401: no key.*AGENT_REPLY_KEY"),
        ("failing", "failed .out of memory."),
        ("page", "no chat stream.*/v1"),
    ],
)
def test_what_goes_wrong_is_one_sentence_with_a_remedy(url: str, model: str, sentence: str) -> None:
    with pytest.raises(AgentError, match=sentence) as error:
        ask(url, model)
    assert "\n" not in str(error.value)


def test_a_server_that_is_not_there_is_told_at_once() -> None:
    started = time.monotonic()
    with pytest.raises(AgentError, match=r"does not answer.*start it"):
        ask("http://127.0.0.1:9/v1", "echo")
    assert time.monotonic() - started < 10


def test_the_key_goes_to_the_server_alone(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_REPLY_KEY", "sesame")
    assert ask(url, "locked") and "sesame" not in open_remote(f"openai:{url}#locked").name


@pytest.mark.parametrize(
    "name", ["openai:", "openai:localhost#m", "openai:http://localhost", "openai:ftp://x#m", "openai:http://[::1#m"]
)
def test_a_name_without_server_or_model_is_refused(name: str) -> None:
    with pytest.raises(AgentError, match=r"openai:http://localhost:11434/v1#llama3\.2"):
        open_remote(name)


def test_an_address_that_is_none_fails_as_a_server_that_is_not_there() -> None:
    with pytest.raises(AgentError, match="does not answer"):
        ask("http://no such host:80", "echo")


@pytest.mark.parametrize("model", ["missing", "silent"])
def test_no_turn_goes_unanswered_when_the_server_fails(url: str, model: str) -> None:
    chat = Agent(encoder(), open_remote(f"openai:{url}#{model}"), Store(Path(":memory:")))
    events = list(chat.respond(Typed("I finally got the job!"), History(), threading.Event()))
    done = events[-1]
    assert isinstance(done, Done) and done.turn.reply is not None and done.turn.reply.text == LAST_WORDS
    assert any(isinstance(event, Failed) for event in events) == (model == "missing")


def test_the_bank_answers_for_a_server_that_fails(url: str) -> None:
    chat = agent(reply_model=f"openai:{url}#missing")
    events = list(chat.respond(Typed("I finally got the job!"), History(), threading.Event()))
    done = events[-1]
    assert isinstance(done, Done) and done.turn.reply is not None and done.turn.reply.origin == "bank"
    assert [event.stage for event in events if isinstance(event, Failed)] == ["reply"]


def test_danger_is_answered_by_our_own_words_and_no_server(url: str) -> None:
    chat = Agent(encoder(), open_remote(f"openai:{url}#echo"), Store(Path(":memory:")), "GB")
    done = list(chat.respond(Typed("I want to kill myself tonight"), History(), threading.Event()))[-1]
    assert isinstance(done, Done) and done.turn.reply is not None and done.turn.reply.origin == "fixed"
