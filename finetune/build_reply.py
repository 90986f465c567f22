"""Builds the artefact `reply-mini` from a finished run: CTranslate2 in int8, in parts, with manifest and card."""

import json
import shutil
import tempfile
from pathlib import Path

from ctranslate2.converters import TransformersConverter

from agent.artefacts import write_manifest
from finetune.runs import provenance, write_card

PART_BYTES = 40_000_000


def build_reply(run: Path, out: Path, version: str) -> Path:
    """Writes the model of `run` into `out` and returns it; figures come with `finetune eval reply`."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        converted = Path(folder) / "model"
        TransformersConverter(str(run)).convert(str(converted), quantization="int8")
        weights = (converted / "model.bin").read_bytes()
        for index in range(0, len(weights), PART_BYTES):
            (out / f"model.bin.{index // PART_BYTES}").write_bytes(weights[index : index + PART_BYTES])
        for name in ("config.json", "vocabulary.json"):
            shutil.copy(converted / name, out / name)
    shutil.copy(run / "tokenizer.json", out / "tokenizer.json")
    recipe = json.loads((run / "recipe.json").read_text("utf-8"))
    began = json.loads((Path(recipe["base"]) / "recipe.json").read_text("utf-8"))
    manifest = {
        "name": "reply-mini",
        "version": version,
        "task": "reply",
        "base": f"{began['base']}, {began['layers']} layers, {began['vocabulary']} tokens",
        "labels": {},
        "command": f"finetune export reply-mini {run}",
        "seed": recipe["seed"],
        "data": [],
        "licence": "CC BY-NC-SA 4.0 (non-commercial)",
        **provenance(),
    }
    write_manifest(out, manifest)
    write_card(out, "reply-mini", "The embedded reply model.", manifest)
    write_manifest(out, manifest)
    return out
