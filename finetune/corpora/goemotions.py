"""GoEmotions: Reddit comments with 27 emotions and neutral (Demszky et al., ACL 2020)."""

from pathlib import Path

from agent.emotions import EMOTIONS, GOEMOTIONS
from finetune.corpora import Example, corpus_file, read_lines

CORPUS = "goemotions"


def load(data: Path, split: str) -> list[Example]:
    """The corpus's own split: `train`, `dev` or `test`; several labels share the target's weight."""
    names = [line for line in read_lines(corpus_file(data, CORPUS, "emotions.txt")) if line]
    examples = []
    for line in read_lines(corpus_file(data, CORPUS, f"{split}.tsv")):
        text, labels, _ = line.split("\t")
        given = {GOEMOTIONS[names[int(number)]] for number in labels.split(",")}
        target = tuple(float(name in given) / len(given) for name in EMOTIONS)
        examples.append(Example(text=text, corpus=CORPUS, target=target, open=EMOTIONS))
    return examples
