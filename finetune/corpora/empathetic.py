"""EmpatheticDialogues: conversations about a situation with one of 32 emotions (Rashkin et al., ACL 2019)."""

from dataclasses import dataclass
from pathlib import Path

from agent.emotions import EMOTIONS, NUANCE_TO_EMOTION, NUANCES
from finetune.corpora import Example, corpus_file, read_lines

CORPUS = "empathetic_dialogues"


@dataclass(frozen=True)
class Conversation:
    """One conversation: the emotion, the situation that the speaker wrote, and the turns.

    Turns alternate and begin with the speaker, so even indices are the speaker's.
    """

    nuance: str
    situation: str
    turns: tuple[str, ...]


def conversations(data: Path, split: str) -> list[Conversation]:
    """The corpus's own split: `train`, `valid` or `test`.

    Fields are split at every comma without quote handling; `_comma_` stands for a comma.
    """
    found: dict[str, tuple[str, str, list[str]]] = {}
    lines = read_lines(corpus_file(data, CORPUS, f"{split}.csv"))
    next(lines)
    for line in lines:
        cells = [cell.replace("_comma_", ",").strip() for cell in line.split(",")]
        if len(cells) < 6 or cells[2] not in NUANCES:
            continue
        found.setdefault(cells[0], (cells[2], cells[3], []))[2].append(cells[5])
    return [Conversation(nuance, situation, tuple(turns)) for nuance, situation, turns in found.values()]


def _example(nuance: str, text: str, before: str = "") -> Example:
    emotion = None if before else NUANCE_TO_EMOTION.get(nuance)
    target = tuple(float(emotion == name) for name in EMOTIONS) if emotion else None
    return Example(
        text=text, corpus=CORPUS, target=target, open=EMOTIONS if emotion else (), nuance=nuance, before=before
    )


def situations(data: Path, split: str) -> list[Example]:
    """One example a conversation: the situation as the speaker wrote it."""
    return [_example(talk.nuance, talk.situation) for talk in conversations(data, split)]


def first_turns(data: Path, split: str) -> list[Example]:
    """One example a conversation: the dialogue up to the first listener turn."""
    return [_example(talk.nuance, talk.turns[0]) for talk in conversations(data, split)]


def later_turns(data: Path, split: str) -> list[Example]:
    """The speaker's second turn, with the first before it; it carries the nuance alone."""
    return [
        _example(talk.nuance, talk.turns[2], before=talk.turns[0])
        for talk in conversations(data, split)
        if len(talk.turns) > 2
    ]
