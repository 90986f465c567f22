"""Builds the artefact `reply-mini` from a finished run: CTranslate2 in int8, folded for the disk, and measured."""

import dataclasses
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.converters import TransformersConverter

from agent.artefacts import write_manifest
from finetune.packing import fold
from finetune.runs import provenance, write_card

PART_BYTES = 40_000_000
BASES = {"smollm2": "SmolLM2-135M-Instruct (Apache-2.0)", "nothing": "random weights"}
LICENCES = {
    "annomi": "unknown",
    "cmu_dog": "unknown",
    "commonsense_dialogues_partial": "CC BY-NC 4.0",
    "counselchat": "unknown",
    "dailydialog": "CC BY-NC-SA 4.0",
    "dream": "non-commercial research",
    "empathetic_dialogues": "CC BY-NC 4.0",
    "esconv_partial": "CC BY-NC 4.0",
    "mutual": "unknown",
    "self_dialogue": "BSD 3-Clause",
    "switchboard_swda": "LDC",
    "synthetic_emotional_support": "unknown",
    "synthetic_persona_chat_partial": "CC BY 4.0",
    "topical_chat_partial": "CDLA-Sharing-1.0",
}


LIMITS = (
    "English only. A small model: it phrases an answer to what was said, it knows no facts and gives no "
    "advice, and it must not be used without the filters and the guard of the chat. It learned from crowd workers, who "
    "tell of their own lives, and sometimes does so itself; the chat refuses such replies, and lets it answer neither "
    "mourners nor people in trouble."
)


def build_reply(data: Path, run: Path, out: Path, version: str, limit: int | None = None) -> Path:
    """Writes the model of `run` into `out` and returns it; measured as it is served, on `limit` test turns if given."""
    from finetune.evaluate.reply import evaluate_reply

    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("folded.*"):  # a smaller model has fewer parts
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        converted = Path(folder) / "model"
        TransformersConverter(str(run)).convert(str(converted), quantization="int8")
        rest, folded, places = fold((converted / "model.bin").read_bytes())
        (out / "rest.bin").write_bytes(rest)
        np.save(out / "places.npy", np.array(places, dtype=np.int64))
        for index in range(0, len(folded), PART_BYTES):
            (out / f"folded.{index // PART_BYTES}").write_bytes(folded[index : index + PART_BYTES])
        for name in ("config.json", "vocabulary.json"):
            shutil.copy(converted / name, out / name)
    shutil.copy(run / "tokenizer.json", out / "tokenizer.json")
    recipe = json.loads((run / "recipe.json").read_text("utf-8"))
    began = json.loads((Path(recipe["base"]) / "recipe.json").read_text("utf-8"))
    manifest = {
        "name": "reply-mini",
        "version": version,
        "task": "reply",
        "base": BASES.get(began["base"], began["base"]) + f", {began['layers']} layers, {began['vocabulary']:,} tokens",
        "labels": {},
        "command": "finetune pretrain; finetune sft; finetune export reply-mini",
        "seed": recipe["seed"],
        "data": [
            *({"name": corpus, "count": share, "licence": LICENCES[corpus]} for corpus, share in _passes(began)),
            {"name": "empathetic_dialogues, listeners", "count": recipe["epochs"], "licence": "CC BY-NC 4.0"},
            {"name": "replies of our own", "count": recipe["bank_passes"], "licence": "MIT"},
            {"name": "conversations of our own", "count": recipe["talk_passes"], "licence": "MIT"},
        ],
        "licence": "CC BY-NC-SA 4.0 (non-commercial): the strictest of its data; the base is Apache-2.0",
        "limits": LIMITS,
        **provenance(),
    }
    write_manifest(out, manifest)
    manifest["metrics"] = [dataclasses.asdict(result) for result in evaluate_reply(data, limit, str(out))]
    body = (
        "A small Llama that answers as a listener, conditioned on the emotion that was read: its base with a quarter "
        "of the vocabulary, trained on over dialogue corpora, then taught to listen with TRL's `SFTTrainer` on "
        "EmpatheticDialogues and on replies and conversations that we wrote. The matrices lie on disk in four bits a "
        "weight (`agent.reply.packing`) and are unfolded to int8. Counts below are passes over a corpus."
    )
    write_card(out, "reply-mini", body, manifest)
    write_manifest(out, manifest)
    return out


def _passes(began: dict[str, Any]) -> list[tuple[str, float]]:
    return [(corpus, share) for corpus, share in began["passes"].items() if share]
