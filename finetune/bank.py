"""Builds the artefact `reply-bank`: cues in the space of the text encoder, replies in that of the ranker."""

from pathlib import Path

import numpy as np

from agent.artefacts import write_manifest
from agent.emotions import EMOTIONS
from agent.reply.bank import read_replies, source_hash
from agent.reply.rank import open_ranker
from agent.reply.slots import fill
from agent.understand.text import open_text_emotion
from finetune.runs import provenance, write_card


def build_bank(out: Path, version: str, encoder_name: str = "text-emotion", ranker_name: str = "reply-ranker") -> Path:
    """Writes `cues.npy` and `replies.npy` (n, width) in half precision with manifest and card; returns the folder."""
    encoder, ranker = open_text_emotion(encoder_name, threads=2), open_ranker(ranker_name, threads=2)
    replies = read_replies()
    cues = [cue for reply in replies for cue in reply.cues]
    vectors = encoder.vectors(cues).astype(np.float16)
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "cues.npy", vectors)
    anybody = {"who": "your friend", "pet": "your dog"}
    texts = [fill(reply.text, anybody) or reply.text for reply in replies]
    np.save(out / "replies.npy", ranker.replies(texts).astype(np.float16))
    manifest = {
        "name": "reply-bank",
        "version": version,
        "task": "reply-bank",
        "base": f"{encoder.name}, {ranker.name}",
        "labels": {"emotion": list(EMOTIONS)},
        "encoder": encoder.name,
        "ranker": ranker.name,
        "source_sha256": source_hash(),
        "command": "finetune bank",
        "data": [
            {"name": "replies of our own", "count": len(replies), "licence": "MIT"},
            {"name": "cues of our own", "count": len(cues), "licence": "MIT"},
        ],
        "licence": "MIT (texts); the vectors are made with text-emotion and reply-ranker and carry their licences",
        "limits": "English only. Replies were written by us and read line by line; none was generated.",
        **provenance(),
    }
    write_manifest(out, manifest)
    body = "Vectors of what a person may say, each leading to a reply in `agent/reply/bank/`, and of the replies."
    write_card(out, "reply-bank", body, manifest)
    write_manifest(out, manifest)
    return out
