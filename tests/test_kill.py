"""What a person said survives a `kill -9` at any moment of a turn, for real, by process."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.store import Store

# A person who types at once what the last answer allows, and says what was acknowledged as heard.
TYPIST = """
import sys, threading
from agent.events import Heard, History, Typed
from agent.settings import Settings
from agent.store import Store
from agent.turn import open_agent

store = Store()
agent = open_agent(Settings(), store, lambda _: None)
history = History()
for number in range(int(sys.argv[1]), 10**6):
    for event in agent.respond(Typed(f"turn number {number} of today"), history, threading.Event()):
        if isinstance(event, Heard):
            print(event.words, flush=True)
"""


@pytest.mark.slow
def test_killed_at_random_moments_of_two_hundred_turns_no_words_are_lost(home: Path) -> None:
    """Every word that was acknowledged is in the store afterwards, and the store opens without complaint."""
    chance = random.Random(0)
    heard: list[str] = []
    while len(heard) < 200:
        typist = subprocess.Popen(
            [sys.executable, "-c", TYPIST, str(len(heard))], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert typist.stdout is not None
        heard.append(typist.stdout.readline().strip())
        time.sleep(chance.uniform(0, 0.4))
        typist.send_signal(signal.SIGKILL)
        heard += [line.strip() for line in typist.stdout.read().splitlines() if line.endswith("today")]
        typist.wait()
    store = Store()
    kept = {turn.words for talk in store.conversations() for turn in store.turns(talk.id)}
    store.close()
    assert set(heard) <= kept
    assert len(heard) >= 200


def test_a_turn_that_was_cut_off_can_be_read_and_exported(home: Path) -> None:
    store = Store()
    talk = store.start_conversation()
    store.add_turn(talk, "and then it went dark")
    store.close()
    shown = subprocess.run(
        [sys.executable, "-m", "agent.cli", "history", "export", str(talk), "--format", "jsonl"],
        capture_output=True,
        text=True,
    )
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout.splitlines()[0])["words"] == "and then it went dark"
