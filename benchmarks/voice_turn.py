"""From the end of speech to the first word of the reply, and where the time goes.

    python benchmarks/voice_turn.py

Ten synthetic utterances of about 3 s, answered by the chat with its defaults (one thread a model) in one conversation
each; the first, which opens the models, does not count. The voice is heard beside the words, so its time is not added.
"""

import os
import random
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

from agent.audio.activity import trimmed
from agent.audio.clips import RATE, Samples
from agent.events import Done, History, Spoken, Token
from agent.settings import Settings
from agent.store import Store
from agent.turn import open_agent
from finetune.synthesis import voices

SAID = (
    "I finally got the job that I wanted so much.",
    "My sister is coming over to see me tonight.",
    "I had a fight with my best friend yesterday.",
    "The doctor says that I have to rest for a week.",
    "Nobody came to my birthday, and I waited all evening.",
    "We are moving to another town in the spring.",
    "I am so tired of being the one who has to call.",
    "My dog ran away and we cannot find him anywhere.",
    "I passed my driving test on the second try.",
    "I don't know what to do about my boss any more.",
)
WANTED = 500.0
WIDTH = 40


def main() -> None:
    say = voices()["espeak"]
    agent = open_agent(Settings(), Store(Path(":memory:")), lambda _: None)
    stages: dict[str, list[float]] = {}
    for number, text in enumerate(SAID):
        samples = say(text, random.Random(number))
        if number == 0:
            agent.listen(samples)
        ears = agent.ears()
        parts: dict[str, Callable[[Samples], object]] = {
            "voice activity": trimmed,
            "words": ears.words,
            "voice (beside the words)": ears.voice,
        }
        for name, part in parts.items():
            started = time.perf_counter()
            part(samples)
            stages.setdefault(name, []).append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        first = 0.0
        for event in agent.respond(Spoken(samples), History(), threading.Event()):
            if isinstance(event, Token) and not first:
                first = (time.perf_counter() - started) * 1000
            if isinstance(event, Done):
                for name in ("text_emotion", "guard", "first_token"):
                    if name in event.turn.timings_ms:
                        stages.setdefault(name, []).append(event.turn.timings_ms[name])
        stages.setdefault("speech to first word", []).append(first)
        stages.setdefault("seconds of speech", []).append(len(samples) / RATE)
    length = statistics.median(stages.pop("seconds of speech"))
    whole = sorted(stages.pop("speech to first word"))
    print(f"{len(SAID)} utterances of {length:.1f} s (median), {agent.models['transcriber']}, {os.cpu_count()} cores")
    longest = max(statistics.median(times) for times in stages.values())
    for name, times in stages.items():
        middle = statistics.median(times)
        print(f"  {name:26} {middle:7.1f} ms  {'#' * max(1, round(WIDTH * middle / longest))}")
    p50, most = statistics.median(whole), whole[-1]
    print(f"end of speech to first word: {p50:.0f} ms (p50), {most:.0f} ms (most); want {WANTED:.0f}")


if __name__ == "__main__":
    main()
