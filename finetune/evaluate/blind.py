"""A blind comparison of two ways of answering: with the language model, and from the bank alone.

Pairs are drawn from EmpatheticDialogues' validation conversations, each turn after the true talk; whoever judges sees
the talk and two replies, A and B, in an order that only the key tells.
"""

import json
import os
import random
import threading
from pathlib import Path

import numpy as np

from agent.events import AgentError
from agent.reply.bank import open_bank
from agent.reply.embedded import EmbeddedBackend
from agent.reply.generate import open_mini
from agent.reply.rank import open_ranker
from agent.settings import Settings
from agent.understand.text import open_text_emotion
from finetune.evaluate.metrics import bootstrap
from finetune.evaluate.reply import Item, items

PAIRS, KEY = "pairs.md", "key.json"


def write_pairs(data: Path, out: Path, count: int = 100, seed: int = 0) -> Path:
    """Writes `count` pairs to be judged and their key into `out`; returns it."""
    threads = os.cpu_count() or 1
    encoder, ranker = open_text_emotion(Settings().text_model, threads), open_ranker(threads=threads)
    bank, name = open_bank(encoder.name, ranker.name)
    ways = [EmbeddedBackend(bank, name, ranker, mini) for mini in (open_mini("reply-mini", threads), None)]
    asked = items(data, encoder, "valid")
    chance = random.Random(seed)
    chance.shuffle(asked)
    pairs: list[str] = []
    key: list[str] = []
    for item in asked:
        given = ["".join(way.answer(item.request, threading.Event()).pieces) for way in ways]
        if given[0] != given[1]:
            model_is_a = chance.random() < 0.5
            first, second = given if model_is_a else reversed(given)
            pairs.append(f"## {len(pairs) + 1}\n\n{_talk(item)}\n\nA: {first}\n\nB: {second}\n")
            key.append("A" if model_is_a else "B")
        if len(pairs) == count:
            break
    out.mkdir(parents=True, exist_ok=True)
    (out / PAIRS).write_text("\n".join(pairs), "utf-8")
    (out / KEY).write_text(json.dumps(key), "utf-8")
    return out


def score(folder: Path, judged: Path) -> dict[str, object]:
    """How often the reply with the model was preferred; `judged` holds A, B or = for each pair, a line each.

    Raises:
        AgentError: if there is not one judgement for each pair.
    """
    key = json.loads((folder / KEY).read_text("utf-8"))
    said = judged.read_text("utf-8").split()
    if len(said) != len(key) or not set(said) <= {"A", "B", "="}:
        raise AgentError(f"{judged} must hold A, B or = for each of the {len(key)} pairs, a line each.")
    points = np.array([0.5 if one == "=" else float(one == right) for one, right in zip(said, key, strict=True)])
    low, high = bootstrap(lambda rows: float(points[rows].mean()), len(points))
    return {
        "pairs": len(points),
        "model preferred": int((points == 1).sum()),
        "equal": int((points == 0.5).sum()),
        "bank preferred": int((points == 0).sum()),
        "share of the model": round(float(points.mean()), 3),
        "interval": [round(low, 3), round(high, 3)],
    }


def _talk(item: Item) -> str:
    lines = []
    for turn in item.request.history:
        lines += [f"> person: {turn.words}  ", f"> listener: {turn.reply.text if turn.reply else ''}  "]
    return "\n".join([*lines, f"> person: {item.request.words}"])
