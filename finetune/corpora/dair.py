"""dair-ai/emotion: tweets with one of six emotions (Saravia et al., EMNLP 2018)."""

from pathlib import Path

from agent.emotions import DAIR, EMOTIONS
from finetune.corpora import Example, corpus_file, read_lines

CORPUS = "dair_ai_emotion"


def load(data: Path, split: str) -> list[Example]:
    """The corpus's own split: `train` (16,000), `val` (2,000) or `test` (2,000)."""
    examples = []
    for line in read_lines(corpus_file(data, CORPUS, f"{split}.txt")):
        text, _, label = line.rpartition(";")
        if label in DAIR:
            target = tuple(float(label == name) for name in EMOTIONS)
            examples.append(Example(text=text, corpus=CORPUS, target=target, open=DAIR))
    return examples
