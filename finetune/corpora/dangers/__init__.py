"""Lines of our own about danger and about what only looks like it; see `README.md` in this folder.

`train_*.jsonl` teach, every sixth of their lines chooses (`dev`), `test_*.jsonl` judge. An object a line: `level`,
`kind`, `wording`, and `turns`, what the person typed; the labels are of the last turn, the ones before it known.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from finetune.corpora import read_lines

HERE = Path(__file__).parent
KEPT_BACK = 6


@dataclass(frozen=True)
class Line:
    """What a person typed, oldest first, and how grave its last turn is."""

    level: str
    kind: str
    wording: str
    turns: tuple[str, ...]


def load(split: str) -> list[Line]:
    """The lines of `train`, `dev` or `test`."""
    stem = "test" if split == "test" else "train"
    found = [json.loads(line) for path in sorted(HERE.glob(f"{stem}_*.jsonl")) for line in read_lines(path)]
    lines = [Line(one["level"], one["kind"], one["wording"], tuple(one["turns"])) for one in found]
    if split == "test":
        return lines
    return [line for index, line in enumerate(lines) if (index % KEPT_BACK == 0) == (split == "dev")]
