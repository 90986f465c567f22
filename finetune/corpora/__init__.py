"""The corpora: where they lie, how a missing one is named, and the example they all yield."""

import gzip
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.events import AgentError

HOMES = {
    "dair_ai_emotion": "github.com/dair-ai/emotion_dataset",
    "goemotions": "github.com/google-research/google-research (goemotions/)",
    "empathetic_dialogues": "github.com/facebookresearch/EmpatheticDialogues",
    "dailydialog": "yanran.li/dailydialog",
    "annomi": "github.com/uccollab/AnnoMI",
    "cmu_dog": "github.com/festvox/datasets-CMU_DoG",
    "commonsense_dialogues_partial": "github.com/alexa/commonsense-dialogues",
    "counselchat": "github.com/nbertagnolli/counsel-chat",
    "dream": "github.com/nlpdata/dream",
    "esconv_partial": "github.com/thu-coai/Emotional-Support-Conversation",
    "mutual": "github.com/Nealcly/MuTual",
    "schema_guided_partial": "github.com/google-research-datasets/dstc8-schema-guided-dialogue",
    "self_dialogue": "github.com/jfainberg/self_dialogue_corpus",
    "simple_dialogs": "kaggle.com/datasets/grafstor/simple-dialogs-for-chatbot",
    "switchboard_swda": "compprag.christopherpotts.net/swda.html",
    "synthetic_emotional_support": "github.com/AnonymousTACLSubmission/Synthetic-Dataset-for-Emotional-Support",
    "synthetic_persona_chat_partial": "github.com/google-research-datasets/Synthetic-Persona-Chat",
    "topical_chat_partial": "github.com/alexa/Topical-Chat",
}


@dataclass(frozen=True)
class Example:
    """A text with what is known of it.

    `target` holds a weight for each of the eight emotions (sum 1) or is None; `open` are the
    labels the corpus could have given (a corpus without neutral says nothing about neutral);
    `nuance` is one of the 32 or None; `before` is what the same person said earlier.
    """

    text: str
    corpus: str
    target: tuple[float, ...] | None = None
    open: tuple[str, ...] = ()
    nuance: str | None = None
    before: str = ""
    weight: float = 1.0


def corpora_folder(given: str | None = None) -> Path:
    """The folder of the corpora: the flag, else `AGENT_DATA`, else `data` in this folder."""
    return Path(given or os.environ.get("AGENT_DATA") or "data")


def corpus_file(data: Path, corpus: str, name: str) -> Path:
    """A corpus file, packed (`.gz`) or plain.

    Raises:
        AgentError: if neither is there; the sentence names the official source.
    """
    for root in (data / "text" / corpus, data / corpus):
        for path in (root / f"{name}.gz", root / name):
            if path.is_file():
                return path
    raise AgentError(
        f"The corpus {corpus} is not in {data}: get it from {HOMES[corpus]} and name its folder with --data or "
        "AGENT_DATA."
    )


def read_lines(path: Path) -> Iterator[str]:
    """Lines of a UTF-8 text file, gzip-compressed or not, without their ends."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\r\n")
