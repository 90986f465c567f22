"""Builds the artefact `reply-mini` from a finished run: CTranslate2 in int8, folded for the disk, and measured."""

import dataclasses
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ctranslate2.converters import TransformersConverter
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

from agent.artefacts import write_manifest
from agent.understand.text import open_text_emotion
from finetune.packing import fold
from finetune.runs import provenance, write_card
from finetune.sft import Recipe, labelled, own_talks

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
        rest, folded, places = fold((converted / "model.bin").read_bytes(), moments(run))
        (out / "rest.bin").write_bytes(rest)
        np.save(out / "places.npy", np.array(places, dtype=np.int64))
        for index in range(0, len(folded), PART_BYTES):
            (out / f"folded.{index // PART_BYTES}").write_bytes(folded[index : index + PART_BYTES])
        for name in ("config.json", "vocabulary.json"):
            shutil.copy(converted / name, out / name)
    shutil.copy(run / "tokenizer.json", out / "tokenizer.json")
    began, *taught = recipes(run)
    lessons = [dataclasses.asdict(Recipe(**one)) for one in taught]
    manifest = {
        "name": "reply-mini",
        "version": version,
        "task": "reply",
        "base": BASES.get(began["base"], began["base"]) + f", {began['layers']} layers, {began['vocabulary']:,} tokens",
        "labels": {},
        "command": "finetune pretrain; finetune sft --recipe reply-mini-listener; finetune sft --recipe "
        "reply-mini-own; finetune export reply-mini",
        "seed": lessons[-1]["seed"],
        "data": [
            *({"name": corpus, "count": share, "licence": LICENCES[corpus]} for corpus, share in _passes(began)),
            *(
                {"name": name, "count": sum(one["epochs"] * one[passes] for one in lessons), "licence": licence}
                for name, passes, licence in (
                    ("empathetic_dialogues, listeners", "corpus_share", "CC BY-NC 4.0"),
                    ("replies of our own", "bank_passes", "MIT"),
                    ("conversations of our own", "talk_passes", "MIT"),
                )
            ),
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


@torch.inference_mode()
def moments(run: Path, count: int = 60) -> dict[str, NDArray[np.float64]]:
    """Second moments of what each matrix of the layers is given over some of our own chats, by CTranslate2's names."""
    model = AutoModelForCausalLM.from_pretrained(run, dtype=torch.float32).eval()
    tokenizer = Tokenizer.from_file(str(run / "tokenizer.json"))
    encoder = open_text_emotion("text-emotion")
    chats = own_talks(encoder, "train", count)
    found: dict[str, torch.Tensor] = {}

    def listen(name: str) -> Callable[[Any, tuple[torch.Tensor, ...]], None]:
        def add(_: Any, given: tuple[torch.Tensor, ...]) -> None:
            states = given[0].reshape(-1, given[0].shape[-1])
            found[name] = found.get(name, torch.zeros(())) + states.T @ states / 1000

        return add

    for index, layer in enumerate(model.model.layers):
        for name, module in (
            ("self_attention/linear_0", layer.self_attn.q_proj),
            ("self_attention/linear_1", layer.self_attn.o_proj),
            ("ffn/linear_0", layer.mlp.gate_proj),
            ("ffn/linear_1", layer.mlp.down_proj),
        ):
            module.register_forward_pre_hook(listen(f"decoder/layer_{index}/{name}/weight"))
    for chat in chats:
        model(torch.tensor([labelled(chat, tokenizer)["input_ids"][:512]]))
    by_name = {name: moment.double().numpy() for name, moment in found.items()}
    up = {name.replace("linear_0", "linear_0_noact"): moment for name, moment in by_name.items() if "/ffn/" in name}
    return {**up, **by_name}


def recipes(run: Path) -> list[dict[str, Any]]:
    """What the model of a run has learned by, the first lesson first."""
    recipe: dict[str, Any] = json.loads((run / "recipe.json").read_text("utf-8"))
    before = Path(recipe["base"])
    return [*(recipes(before) if (before / "recipe.json").is_file() else ()), recipe]


def _passes(began: dict[str, Any]) -> list[tuple[str, float]]:
    return [(corpus, share) for corpus, share in began["passes"].items() if share]
