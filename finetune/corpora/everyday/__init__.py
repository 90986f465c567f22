"""Everyday sentences of our own: feelings shown rather than named, and plain facts.

`parts/train_*.tsv` train, `dev.tsv` chooses and `test.tsv` judges; a line is `label`, `text` and, where the person said
something just before, `before`, separated by tabs. See `README.md` in this folder.
"""

from pathlib import Path

from agent.emotions import EMOTIONS
from finetune.corpora import Example, read_lines

CORPUS = "everyday"
HERE = Path(__file__).parent


def load(split: str) -> list[Example]:
    """The lines of `train`, `dev` or `test`.

    Raises:
        ValueError: at a line that has no known label or not two or three columns; it is named.
    """
    files = sorted((HERE / "parts").glob("train_*.tsv")) if split == "train" else [HERE / f"{split}.tsv"]
    examples = []
    for path in files:
        for number, line in enumerate(read_lines(path), start=1):
            label, text, before = [*line.split("\t"), ""][:3]
            if label not in EMOTIONS or not text:
                raise ValueError(f"{path.name}:{number} is not `label<TAB>text[<TAB>before]`: {line!r}")
            target = tuple(float(label == name) for name in EMOTIONS)
            examples.append(Example(text=text, corpus=CORPUS, target=target, open=EMOTIONS, before=before))
    return examples
