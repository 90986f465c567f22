"""Conversations of our own that show how to listen, over many turns.

`*.jsonl`, an object a line: `turns` alternate and begin with the person. See `README.md` in this folder.
"""

import json
from pathlib import Path

from finetune.corpora import read_lines

HERE = Path(__file__).parent
# Every tenth conversation is kept back.
KEPT_BACK = 10


def talks(split: str) -> list[tuple[str, ...]]:
    """The turns of each conversation of `train` or `dev`; they alternate and end with the listener."""
    lines = [line for path in sorted(HERE.glob("*.jsonl")) for line in read_lines(path)]
    return [
        tuple(json.loads(line)["turns"])
        for index, line in enumerate(lines)
        if (index % KEPT_BACK == 0) == (split == "dev")
    ]
