"""DailyDialog: everyday dialogues with an emotion a turn (Li et al., IJCNLP 2017)."""

import json
import random
from pathlib import Path

from agent.emotions import DAILYDIALOG, EMOTIONS
from finetune.corpora import Example, corpus_file, read_lines

CORPUS = "dailydialog"
OPEN = tuple(label for label in EMOTIONS if label != "love")

# 83 % of the turns have no emotion and most of the rest are polite joy: as many as the other
# classes can balance are kept.
KEEP = {"neutral": 0.12, "joy": 0.45}


def load(data: Path, split: str, seed: int = 0) -> list[Example]:
    """Turns of `train`, `validation` or `test`, each with the same speaker's previous turn before it."""
    chance = random.Random(seed)
    examples = []
    for line in read_lines(corpus_file(data, CORPUS, "dialogues.jsonl")):
        dialogue = json.loads(line)
        if dialogue["split"] != split:
            continue
        turns = dialogue["turns"]
        for index, turn in enumerate(turns):
            label = DAILYDIALOG[turn["emotion"]]
            if chance.random() >= KEEP.get(label, 1.0):
                continue
            target = tuple(float(label == name) for name in EMOTIONS)
            before = turns[index - 2]["text"] if index >= 2 and chance.random() < 0.5 else ""
            examples.append(
                Example(text=turn["text"], corpus=CORPUS, target=target, open=OPEN, before=before, weight=0.5)
            )
    return examples
