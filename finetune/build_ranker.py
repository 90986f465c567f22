"""Builds the artefact `reply-ranker` from a finished run: ONNX in int8, measured and described."""

import dataclasses
import json
import shutil
from pathlib import Path

from agent.artefacts import write_manifest
from agent.reply.rank import open_ranker
from finetune.evaluate.reply import ranking
from finetune.export import export_encoder
from finetune.listening import answered_turns
from finetune.ranker import load_run
from finetune.runs import provenance, write_card


def build_ranker(data: Path, run: Path, out: Path, version: str) -> Path:
    """Writes the model of `run` into `out` and returns it; measured on the test conversations as it is served."""
    out.mkdir(parents=True, exist_ok=True)
    export_encoder(load_run(run), ("said", "reply"), out)
    shutil.copy(run / "tokenizer.json", out / "tokenizer.json")
    recipe = json.loads((run / "recipe.json").read_text("utf-8"))
    manifest = {
        "name": "reply-ranker",
        "version": version,
        "task": "reply-ranker",
        "base": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)" if recipe["base"] == "minilm" else recipe["base"],
        "labels": {},
        "command": "finetune ranker; finetune export reply-ranker",
        "seed": recipe["seed"],
        "data": [
            {
                "name": "empathetic_dialogues",
                "count": sum(1 for _ in answered_turns(data, "train")),
                "licence": "CC BY-NC 4.0",
            }
        ],
        "licence": "CC BY-NC 4.0 (non-commercial), as its data; the base is Apache-2.0",
        "limits": "English only. It says which reply fits, not whether it is kind: `agent.reply.filters` and the bank "
        "see to that.",
        **provenance(),
    }
    write_manifest(out, manifest)
    manifest["metrics"] = [dataclasses.asdict(ranking(open_ranker(str(out)), data))]
    body = "A bi-encoder that says which of some replies answers what was said, the talk before it in view."
    write_card(out, "reply-ranker", body, manifest)
    write_manifest(out, manifest)
    return out
