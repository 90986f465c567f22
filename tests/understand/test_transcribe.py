"""The words of a clip: cut at pauses, never invented; the shipped transcriber understands plain speech."""

import os
import subprocess
import sys

import numpy as np
import pytest

from agent.events import AgentError
from agent.understand.transcribe import WINDOW_SECONDS, open_transcriber, windows
from tests.voices import say

RATE = 16_000


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), np.float32)


def test_a_short_turn_is_one_window_without_its_silence() -> None:
    clip = np.concatenate([silence(2), say("I finally got the job I wanted."), silence(2)])
    (window,) = windows(clip)
    assert len(window) < len(clip) - 2.5 * RATE


def test_a_long_turn_is_cut_at_pauses() -> None:
    sentence = say("This is the first of many sentences, and it takes a while to say all of it.")
    clip = np.concatenate([piece for _ in range(9) for piece in (sentence, silence(0.6))])
    found = windows(clip)
    assert len(found) > 1 and all(len(window) <= (WINDOW_SECONDS + 1) * RATE for window in found)
    assert sum(map(len, found)) >= 9 * len(sentence) * 0.95


@pytest.mark.parametrize("clip", [silence(3), np.sin(np.arange(3 * RATE) / 6).astype(np.float32) / 3])
def test_nothing_is_heard_where_nobody_speaks(clip: np.ndarray) -> None:
    assert windows(clip) == []


def test_a_transcriber_that_is_not_here_is_named_in_one_sentence() -> None:
    with pytest.raises(AgentError, match=r"^The transcriber no-such-model cannot be opened .*\.$"):
        open_transcriber("no-such-model")


def test_the_shipped_transcriber_understands_plain_speech() -> None:
    ours = open_transcriber("transcriber")
    heard = ours.words(say("My sister is coming to see me tonight.", "en-us", 150))
    assert "sister" in heard.text.lower() and "tonight" in heard.text.lower()
    assert heard.by.startswith("transcriber@") and 0.3 < heard.confidence <= 1
    assert ours.words(silence(2)).text == ""


def test_the_end_of_a_sentence_is_not_cut_off() -> None:
    said = "It has been a year since my grandmother passed away, and I still talk to her every night."
    assert "night" in open_transcriber("transcriber").words(say(said, "en-us", 160)).text.lower()


def test_it_needs_neither_torch_nor_a_network() -> None:
    code = "import sys; from agent.understand.transcribe import open_transcriber; open_transcriber('transcriber'); "
    code += "assert not {'torch', 'transformers'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "HF_HUB_OFFLINE": "1"})
