"""The dialogue corpora as one stream: who speaks, who listens, and what they say.

Seventeen corpora lie as `dialogues.jsonl` (an object a dialogue, with turns of speaker and text); EmpatheticDialogues
keeps its own layout. Nothing that measures is yielded.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from finetune.corpora import corpus_file, empathetic, read_lines

# Of the corpora of talk, those that a listener can learn from, and plain talk for breadth.
CORPORA = (
    "annomi",
    "cmu_dog",
    "commonsense_dialogues_partial",
    "counselchat",
    "dailydialog",
    "dream",
    "esconv_partial",
    "mutual",
    "self_dialogue",
    "switchboard_swda",
    "synthetic_emotional_support",
    "synthetic_persona_chat_partial",
    "topical_chat_partial",
    "empathetic_dialogues",
)
# Who answers, where a corpus names the roles; elsewhere it is whoever did not begin.
LISTENERS = frozenset({"supporter", "counsellor", "therapist", "system", "assistant"})


@dataclass(frozen=True)
class Dialogue:
    """One dialogue: its corpus and its turns, each a role (`user` or `assistant`) and a text."""

    corpus: str
    turns: tuple[tuple[str, str], ...]


def load(data: Path, corpus: str, limit: int | None = None) -> Iterator[Dialogue]:
    """The training dialogues of one corpus, in its own order; at most `limit` of them.

    Raises:
        AgentError: if the corpus is missing; the sentence names where it comes from.
    """
    if corpus == empathetic.CORPUS:
        found = (_alternating(corpus, talk.turns) for talk in empathetic.conversations(data, "train"))
    else:
        lines = read_lines(corpus_file(data, corpus, "dialogues.jsonl"))
        found = (_from_turns(corpus, one) for line in lines if _trains(corpus, one := json.loads(line)))
    for index, dialogue in enumerate(found):
        if index == limit:
            return
        yield dialogue


def _trains(corpus: str, dialogue: dict[str, object]) -> bool:
    """Whether a dialogue may be learned from: no test part, and no validation part of a corpus that is whole here."""
    split = str(dialogue.get("split", "train"))
    return not split.startswith("test") and (corpus.endswith("_partial") or not split.startswith("valid"))


def _alternating(corpus: str, texts: tuple[str, ...]) -> Dialogue:
    return Dialogue(corpus, tuple(("assistant" if index % 2 else "user", text) for index, text in enumerate(texts)))


def _from_turns(corpus: str, dialogue: dict[str, object]) -> Dialogue:
    turns: list[dict[str, str]] = dialogue["turns"]  # type: ignore[assignment]
    speakers = {turn["speaker"] for turn in turns}
    listeners = speakers & LISTENERS or speakers - {turns[0]["speaker"]}
    return Dialogue(
        corpus, tuple(("assistant" if turn["speaker"] in listeners else "user", turn["text"]) for turn in turns)
    )
