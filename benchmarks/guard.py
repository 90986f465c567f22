"""How long the guard takes a turn: meaning and rules together, after twenty earlier turns.

    python benchmarks/guard.py

One thread, 200 sentences of ours (everyday/dev.tsv), one after the other; the best median of three rounds.
"""

import os
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np

from agent import guard
from agent.understand.text import open_text_emotion
from finetune.corpora import everyday

SENTENCES, EARLIER, ROUNDS, BUDGET = 200, 20, 3, 10.0


def main() -> None:
    """Prints the median and the 95th percentile in milliseconds."""
    texts = [example.text for example in everyday.load("dev")[: SENTENCES + EARLIER]]
    encoder = open_text_emotion("text-emotion", threads=1)
    best = (float("inf"), 0.0)
    for _ in range(ROUNDS):
        times = []
        for at in range(EARLIER, len(texts)):
            started = time.perf_counter()
            guard.assess(texts[at], texts[at - EARLIER : at], None, guard.meant(encoder, texts[at], texts[at - 1]))
            times.append(1000 * (time.perf_counter() - started))
        median, p95 = np.percentile(times, [50, 95])
        best = min(best, (float(median), float(p95)))
    print(f"{SENTENCES} turns: median {best[0]:.2f} ms, 95 % {best[1]:.2f} ms", end="; ")
    print(f"budget {BUDGET:.0f} ms: {'within' if best[1] <= BUDGET else 'OVER'}")


if __name__ == "__main__":
    main()
