"""The bank: replies that we wrote, each with things a person may have said for which it fits.

`bank/*.jsonl` is the source (an object a line: id, text, emotions, kind, cues); the artefact
`reply-bank`, made by `finetune bank`, holds the cues' vectors from the text encoder and the replies' from the ranker.
"""

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from agent.artefacts import open_artefact
from agent.emotions import EMOTIONS
from agent.events import AgentError

KINDS = (
    "opening",
    "follow-up",
    "turn",
    "advice",
    "greeting",
    "thanks",
    "farewell",
    "smalltalk",
    "about-me",
    "fact",
    "request",
    "repair",
    "unsure",
    "held",
    "mourning",
    "voice",
)


@dataclass(frozen=True)
class BankReply:
    """A reply of ours: the emotions it suits, its kind, and cues it answers (none: it is general)."""

    id: str
    text: str
    emotions: tuple[str, ...]
    kind: str
    cues: tuple[str, ...]


@dataclass(frozen=True)
class Bank:
    """All replies with the ranker's unit vectors; every cue with the text encoder's and the reply it belongs to."""

    replies: tuple[BankReply, ...]
    cues: tuple[str, ...]
    vectors: NDArray[np.float32]
    owners: NDArray[np.int64]
    reply_vectors: NDArray[np.float32]


def source_lines() -> list[str]:
    """The lines of the bank's source, in a fixed order."""
    folder = files("agent.reply") / "bank"
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".jsonl"))
    return [line for name in names for line in (folder / name).read_text("utf-8").splitlines() if line]


def read_replies() -> tuple[BankReply, ...]:
    """The bank's replies, in a fixed order."""
    rows = [json.loads(line) for line in source_lines()]
    return tuple(
        BankReply(row["id"], row["text"], tuple(row["emotions"]), row["kind"], tuple(row["cues"])) for row in rows
    )


def source_hash() -> str:
    """What the vectors were made from: SHA-256 of the source."""
    return hashlib.sha256("\n".join(source_lines()).encode()).hexdigest()


def open_bank(encoder: str, ranker: str) -> tuple[Bank, str]:
    """The bank and its name@version; `encoder` and `ranker` are the name@version of what must have made its vectors.

    Raises:
        AgentError: if the artefact is missing, damaged, or made with others or of another source.
    """
    artefact = open_artefact("reply-bank", "reply-bank", {"emotion": EMOTIONS})
    its = tuple(artefact.manifest.get(key) for key in ("encoder", "ranker", "source_sha256"))
    if its != (encoder, ranker, source_hash()):
        raise AgentError(
            f"The reply bank in {artefact.folder} was made with {its[0]} and {its[1]}, not with {encoder} and "
            f"{ranker}, or of other replies: run `finetune bank` to make it anew."
        )
    replies = read_replies()
    owners = np.array([index for index, reply in enumerate(replies) for _ in reply.cues], dtype=np.int64)
    vectors = np.load(artefact.folder / "cues.npy", allow_pickle=False).astype(np.float32)
    of_replies = np.load(artefact.folder / "replies.npy", allow_pickle=False).astype(np.float32)
    cues = tuple(cue for reply in replies for cue in reply.cues)
    return Bank(replies, cues, vectors, owners, of_replies), f"{artefact.name}@{artefact.version}"
