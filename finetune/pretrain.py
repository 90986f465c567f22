"""Trains a small language model on the dialogue corpora: next token, whoever speaks.

The model is a base cut down (`finetune.prune`) or starts from nothing. A dialogue is written in the format of the
chat (`agent.reply.prompt.EMBEDDED`) without a system message; dialogues follow each other in rows of equal length.
Knows nothing of listening: `finetune.sft` teaches that.
"""

import dataclasses
import json
import logging
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import LlamaForCausalLM, Trainer, TrainerCallback, TrainingArguments, set_seed

from agent.events import AgentError
from agent.reply.prompt import EMBEDDED, encode
from finetune.corpora import dialogues, empathetic
from finetune.corpora.dialogues import Dialogue
from finetune.prune import as_transformers, byte_pairs, from_nothing, influence, kept_merges, load_base, new_byte_pairs
from finetune.prune import prune as cut_down

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recipe:
    """The settings of a run; `recipes/reply-mini.toml` gives the reason of each."""

    base: str = "smollm2"
    layers: int = 15
    vocabulary: int = 12_000
    block: int = 512
    batch_size: int = 8
    learning_rate: float = 4e-4
    warmup: float = 0.03
    seed: int = 0
    passes: dict[str, float] = field(default_factory=lambda: dict.fromkeys(dialogues.CORPORA, 1.0))


def training_dialogues(data: Path, recipe: Recipe) -> list[Dialogue]:
    """The dialogues of a run in the order they are read; the recipe says how often each corpus is passed.

    Raises:
        AgentError: if the recipe names a corpus that is not among the dialogue corpora.
    """
    chosen = []
    for corpus, passes in recipe.passes.items():
        if corpus not in dialogues.CORPORA:
            raise AgentError(
                f"The recipe passes over {corpus!r}, which is no corpus: it may name {', '.join(dialogues.CORPORA)}."
            )
        found = list(dialogues.load(data, corpus)) if passes else []
        part = random.Random(corpus).sample(found, round(passes % 1 * len(found)))
        chosen += found * int(passes) + part
    random.Random(recipe.seed).shuffle(chosen)
    return chosen


def token_ids(dialogue: Dialogue, tokenizer: Tokenizer) -> list[int]:
    """A dialogue as the chat writes it, every marker in its place."""
    messages = ({"role": role, "content": text} for role, text in dialogue.turns)
    ids = encode(messages, tokenizer, EMBEDDED)
    return ids[:-1]  # `encode` ends where an answer begins


def rows(found: Sequence[Dialogue], tokenizer: Tokenizer, block: int) -> np.ndarray:
    """Token ids (rows, block): the dialogues one after the other; what does not fill a row is left out."""
    ids = [one for dialogue in found for one in token_ids(dialogue, tokenizer)]
    count = len(ids) // block
    return np.array(ids[: count * block], dtype=np.int32).reshape(count, block)


def start(recipe: Recipe, found: Sequence[Dialogue]) -> tuple[LlamaForCausalLM, Tokenizer]:
    """The model and tokenizer that a run begins with."""
    texts = [text for dialogue in found for _, text in dialogue.turns]
    if recipe.base == "nothing":
        tokenizer = new_byte_pairs(texts, recipe.vocabulary)
        return from_nothing(tokenizer, recipe.layers), tokenizer
    model, known = load_base(recipe.base)
    old = known.backend_tokenizer
    tokenizer = byte_pairs(kept_merges(old, texts, recipe.vocabulary))
    sample = [
        torch.tensor([old.encode(" ".join(text for _, text in dialogue.turns)).ids[:256]]) for dialogue in found[:48]
    ]
    by_influence = influence(model, (ids for ids in sample if ids.shape[1] > 8))
    ranked = sorted(range(len(by_influence)), key=lambda layer: -by_influence[layer])
    keep = sorted(ranked[: recipe.layers])
    log.info("layers kept: %s", keep)
    return cut_down(model, old, tokenizer, keep), tokenizer


class _Rows(torch.utils.data.Dataset[dict[str, Tensor]]):
    def __init__(self, ids: np.ndarray) -> None:
        self.ids = ids

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        ids = torch.from_numpy(self.ids[index].astype(np.int64))
        return {"input_ids": ids, "labels": ids}


class _Curve(TrainerCallback):  # type: ignore[misc]
    """Appends what the trainer logs to `curve.jsonl`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any], **_: Any) -> None:
        with open(self.path, "a", encoding="utf-8") as out:
            out.write(json.dumps({"step": state.global_step, **logs}) + "\n")


def validation_rows(data: Path, tokenizer: Tokenizer, block: int, limit: int = 400) -> tuple[np.ndarray, float]:
    """Rows of EmpatheticDialogues' validation conversations, and how many tokens make a word in them."""
    talks = empathetic.conversations(data, "valid")[:limit]
    found = [Dialogue("valid", tuple((("user", "assistant")[i % 2], t) for i, t in enumerate(k.turns))) for k in talks]
    ids = rows(found, tokenizer, block)
    words = sum(len(text.split()) for one in found for _, text in one.turns)
    tokens = sum(len(token_ids(one, tokenizer)) for one in found)
    return ids, tokens / max(1, words)


def train(data: Path, out: Path, recipe: Recipe, resume: bool = False, limit: int | None = None) -> Path:
    """Trains by `recipe`; leaves weights, tokenizer, recipe and curve in `out`, and returns it.

    `limit` keeps that many dialogues, for a trial. A checkpoint every 200 steps is what `resume` goes on from.
    """
    set_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    found = training_dialogues(data, recipe)[:limit]
    begun = out / "start"
    if resume and (begun / "tokenizer.json").is_file():
        model = LlamaForCausalLM.from_pretrained(begun, dtype=torch.float32)
        tokenizer = Tokenizer.from_file(str(begun / "tokenizer.json"))
    else:
        model, tokenizer = start(recipe, found)
        model.save_pretrained(begun)
        as_transformers(tokenizer).save_pretrained(begun)
    ids = rows(found, tokenizer, recipe.block)
    held_out, tokens_a_word = validation_rows(data, tokenizer, recipe.block)
    log.info("%d rows of %d tokens; %.2f tokens a word", len(ids), recipe.block, tokens_a_word)
    steps = math.ceil(len(ids) / recipe.batch_size)
    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=str(out / "checkpoints"),
            num_train_epochs=1,
            per_device_train_batch_size=recipe.batch_size,
            per_device_eval_batch_size=recipe.batch_size,
            learning_rate=recipe.learning_rate,
            lr_scheduler_type="cosine",
            warmup_steps=recipe.warmup,
            weight_decay=0.01,
            max_grad_norm=1.0,
            optim="adamw_torch_fused",
            adam_beta2=0.95,
            bf16=True,
            use_cpu=not torch.cuda.is_available(),
            dataloader_pin_memory=torch.cuda.is_available(),
            eval_strategy="steps",
            eval_steps=max(1, steps // 4),
            save_steps=200,
            save_total_limit=1,
            logging_steps=20,
            report_to="none",
            seed=recipe.seed,
            disable_tqdm=True,
        ),
        train_dataset=_Rows(ids),
        eval_dataset=_Rows(held_out),
        callbacks=[_Curve(out / "curve.jsonl")],
    )
    trainer.train(resume_from_checkpoint=True if resume and any((out / "checkpoints").glob("checkpoint-*")) else None)
    model.save_pretrained(out)
    as_transformers(tokenizer).save_pretrained(out)
    (out / "recipe.json").write_text(json.dumps(dataclasses.asdict(recipe), indent=1))
    return out
