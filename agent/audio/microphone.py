"""The microphone: 16 kHz, mono, in chunks of 32 ms.

A process of its own records, `capture.py`, and writes samples into a pipe. The sound libraries print to the process's
own descriptors, die without a word when their server does, and can hang; here that stays away from the screen, which
Textual writes through the very descriptor that would have to be turned away. To close is to kill: at once, whatever
the device does. The price is 0.1 s before the device opens. When this process dies, the pipe closes, and the
recording process ends by itself.
"""

import contextlib
import json
import math
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np

from agent.audio.clips import Samples
from agent.events import AgentError

CHUNK = 512
OPEN_SECONDS = 5.0
# A device sends without a pause; the first chunk may take a second.
SILENT_SECONDS, FIRST_SECONDS = 1.0, 3.0
LOWEST_LEVEL = -96.0
NOTHING: Samples = np.zeros(0, np.float32)
ENDED = b""


def devices() -> list[str]:
    """The names of the microphones; none where there is no sound hardware or no sound server. Takes 0.1 s.

    Raises:
        AgentError: if the sound library is missing or does not answer.
    """
    recorder = _Recorder("list")
    try:
        names: list[str] = recorder.answer("")
        return names
    finally:
        recorder.end()


def level(samples: Samples) -> float:
    """The loudness of a chunk in dBFS: 0 for a square wave at full scale, -96 for silence."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
    return max(LOWEST_LEVEL, 10 * math.log10(power)) if power else LOWEST_LEVEL


class Microphone:
    """The microphone of a name, or the one that the system prefers; open within `with`, or from `open` to `close`."""

    def __init__(self, device: str = "") -> None:
        self._device = device
        self._recorder: _Recorder | None = None
        self._quiet_seconds = 0.0
        self._asked = 0.0

    def open(self) -> None:
        """Starts to record; blocks for 0.1 to 0.5 s. `close` from another thread ends it without an error.

        Raises:
            AgentError: if there is no such microphone, it may not be used, or the sound system does not answer.
        """
        self.close()
        self._recorder = recorder = _Recorder("record", self._device)
        try:
            recorder.answer(self._device)
        except AgentError:
            if self._recorder is recorder:
                self.close()
                raise
        self._quiet_seconds, self._asked = SILENT_SECONDS - FIRST_SECONDS, time.monotonic()

    def read(self, timeout: float = 0.1) -> Samples:
        """The chunk that follows; empty if there is none within `timeout` seconds, or the microphone is closed.

        Raises:
            AgentError: if the microphone has sent nothing for `SILENT_SECONDS`, and all that it sent has been read.
                It is closed then.
        """
        if (recorder := self._recorder) is None:
            return NOTHING
        piece = None
        with contextlib.suppress(queue.Empty):
            piece = recorder.pieces.get(timeout=max(0.0, min(timeout, SILENT_SECONDS - self._quiet_seconds)))
        # Not the clock alone: while this process was stopped or slept, nobody waited for the microphone.
        now, asked = time.monotonic(), self._asked
        self._asked = now
        self._quiet_seconds = 0.0 if piece else self._quiet_seconds + min(now - asked, timeout + 0.1)
        if piece:
            return np.frombuffer(piece[: len(piece) // 4 * 4], np.float32)
        if self._recorder is recorder and (piece == ENDED or self._quiet_seconds >= SILENT_SECONDS):
            self.close()
            raise AgentError("The microphone fell silent: see that it is plugged in and that the sound server runs.")
        return NOTHING

    def close(self) -> None:
        """Stops at once; what was not read is lost. Closing twice is no fault."""
        recorder, self._recorder = self._recorder, None
        if recorder:
            recorder.end()

    def __iter__(self) -> Iterator[Samples]:
        """The chunks, until the microphone is closed."""
        while self._recorder:
            if len(chunk := self.read()):
                yield chunk

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Recorder:
    """The recording process; `pieces` are the line it begins with, the chunks, and `ENDED`."""

    def __init__(self, *arguments: str) -> None:
        self.pieces: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).with_name("capture.py")), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl+C in the terminal is for the chat alone
        )
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()

    def answer(self, device: str) -> Any:
        """What the first line says.

        Raises:
            AgentError: if it says what went wrong, or does not come.
        """
        try:
            line = self.pieces.get(timeout=OPEN_SECONDS)
        except queue.Empty:
            raise AgentError("The sound system does not answer: restart the sound server, then try again.") from None
        said = json.loads(line) if line.endswith(b"\n") else {"wrong": "failed", "reason": "the recorder ended"}
        if isinstance(said, dict) and "wrong" in said:
            raise AgentError(_sentence(said, device))
        return said

    def end(self) -> None:
        """Ends the process and the thread, whatever the device does."""
        self._process.kill()
        self._process.wait()
        self._thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def _receive(self) -> None:
        assert self._process.stdout
        self.pieces.put(self._process.stdout.readline())
        while piece := self._process.stdout.read(4 * CHUNK):
            self.pieces.put(piece)
        self.pieces.put(ENDED)


def _sentence(said: dict[str, Any], device: str) -> str:
    """What keeps the microphone from recording, and the remedy."""
    match said["wrong"]:
        case "missing":
            return "The package miniaudio, which records, is not installed: run pip install miniaudio."
        case "unknown" if said["names"]:
            return f"There is no microphone {device!r}: choose one of {', '.join(said['names'])}."
        case "unknown":
            return f"There is no microphone {device!r} nor any other: plug one in and see that the sound server runs."
        case "denied":
            return (
                "The microphone may not be used (permission denied): allow it in the system's privacy settings, "
                "or join the group audio."
            )
    if device:
        return f"The microphone {device!r} cannot be opened ({said['reason']}): see that no other program holds it."
    return f"There is no microphone to open ({said['reason']}): plug one in and see that the sound server runs."
