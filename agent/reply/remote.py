"""Replies from any server that speaks OpenAI's chat API: Ollama, llama.cpp, vLLM, on this machine or another.

It is told what every backend is told, through `build_messages`; only what is asked for leaves this machine.
"""

import json
import os
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from agent.events import AgentError
from agent.reply import Answer, Request

PREFIX = "openai:"
KEY = "AGENT_REPLY_KEY"
# A large model on a small machine may think for long; a server that is not there is told at once.
CONNECT_SECONDS = 5.0
READ_SECONDS = 120.0
MOST_TOKENS = 160


class RemoteBackend:
    """Answers by a server's model."""

    def __init__(self, url: str, model: str) -> None:
        self.name = f"{model} at {urlsplit(url).netloc.rpartition('@')[2]}"
        self._url, self._model = url, model

    def answer(self, request: Request, stop: threading.Event) -> Answer:
        """The server's reply, as it comes."""
        return Answer("generated", self.name, self._pieces(request, stop))

    def reach(self) -> None:
        """Asks the server for its models; nothing that a person said is sent.

        Raises:
            AgentError: if it does not answer, or not as such a server does.
        """
        import httpx2 as httpx

        try:
            response = httpx.get(f"{self._url}/models", headers=_key(), timeout=CONNECT_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._silent(error) from error
        if response.status_code != 200:
            raise AgentError(self._refused(response.status_code, response.text))

    def _pieces(self, request: Request, stop: threading.Event) -> Iterator[str]:
        import httpx2 as httpx

        body = {
            "model": self._model,
            "messages": list(request.messages),
            "stream": True,
            "max_tokens": MOST_TOKENS,
            "temperature": 0.7,
        }
        try:
            with (
                httpx.Client(timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)) as client,
                client.stream(
                    "POST",
                    f"{self._url}/chat/completions",
                    json=body,
                    headers=_key(),
                ) as response,
            ):
                if response.status_code != 200:
                    response.read()
                    raise AgentError(self._refused(response.status_code, response.text))
                for line in response.iter_lines():
                    if stop.is_set():
                        return
                    yield from self._piece(line)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._silent(error) from error

    def _piece(self, line: str) -> Iterator[str]:
        """What a line of the stream holds; lines that are not ours are passed over (Server-Sent Events)."""
        if not line.startswith("data:") or line == "data: [DONE]":
            return
        try:
            event: dict[str, Any] = json.loads(line.removeprefix("data:"))
            fault = event.get("error")
            choices = event.get("choices") or [{}]
            piece = (choices[0].get("delta") or {}).get("content")
        except (ValueError, AttributeError, LookupError, TypeError) as error:
            raise AgentError(
                f"The reply server {self._url} sent what is no chat stream: see that the address ends as its manual "
                "says, mostly in /v1."
            ) from error
        if fault:
            raise AgentError(f"The reply server {self._url} failed ({_message(fault)}): look into its log.")
        if isinstance(piece, str) and piece:
            yield piece

    def _silent(self, error: Exception) -> AgentError:
        why = str(error) or type(error).__name__
        return AgentError(
            f"The reply server {self._url} does not answer ({why}): start it, or choose another reply model."
        )

    def _refused(self, status: int, text: str) -> str:
        try:
            said = _message(json.loads(text)["error"])
        except (ValueError, LookupError, TypeError):
            said = " ".join(text.split())[:200] or "no reason given"
        remedy = {
            401: f"put the key into the environment as {KEY}",
            403: f"put the key into the environment as {KEY}",
            404: f"see that it has the model {self._model}, and that the address ends as its manual says",
            429: "wait a little",
        }.get(status, "look into its log")
        return f"The reply server {self._url} refused ({status}: {said}): {remedy}."


def _key() -> dict[str, str]:
    key = os.environ.get(KEY)
    return {"Authorization": f"Bearer {key}"} if key else {}


def _message(fault: object) -> str:
    return str(fault.get("message", fault) if isinstance(fault, dict) else fault)[:200]


def open_remote(name: str) -> RemoteBackend:
    """The backend of `openai:URL#MODEL`. Nothing is sent yet.

    Raises:
        AgentError: if the name is not of that form.
    """
    url, _, model = name.removeprefix(PREFIX).partition("#")
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or not model:
        raise AgentError(
            f"The reply model {name!r} names no server and model: write it as openai:http://localhost:11434/v1#llama3.2."
        )
    return RemoteBackend(url.rstrip("/"), model)
