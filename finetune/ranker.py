"""Trains the ranker of replies: a BERT-family bi-encoder that finds the right reply among many.

One encoder reads what was said, with the talk before it, and the replies; two heads turn its mean-pooled states into
one space. In-batch negatives: every other listener's answer in a batch is a wrong one (Henderson et al., 2017; Mazaré
et al., EMNLP 2018). Learned from every answered turn of EmpatheticDialogues.
"""

import dataclasses
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_model
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer, Trainer, TrainerCallback, TrainingArguments, set_seed

from agent.emoji import emoji_as_words
from agent.encoder import MAX_TOKENS
from finetune.evaluate.metrics import Floats, right_among
from finetune.listening import answered_turns
from finetune.text_emotion import base_folder, load_backbone, mean, padded, states_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recipe:
    """The settings of a run; `recipes/reply-ranker.toml` gives the reason of each."""

    base: str = "minilm"
    seed: int = 0
    epochs: float = 3.0
    batch_size: int = 256
    learning_rate: float = 2e-4
    warmup: float = 0.06
    temperature: float = 0.05


class RankerModel(nn.Module):
    """A BERT-family encoder with a head for what was said and one for replies."""

    def __init__(self, backbone: Any, temperature: float) -> None:
        super().__init__()
        width = backbone.config.hidden_size
        self.backbone: Any = backbone
        if hasattr(backbone, "pooler"):
            backbone.pooler = None  # BERT's own; the mean is taken instead
        self.temperature = temperature
        # The base is a sentence encoder, so both heads begin as the identity: near in meaning is a fair first guess.
        self.said, self.reply = nn.Linear(width, width), nn.Linear(width, width)
        with torch.no_grad():
            for head in (self.said, self.reply):
                head.weight.copy_(torch.eye(width))
                head.bias.zero_()

    def encode(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, ...]:
        """Unit vectors (batch, width) of the texts, as something said and as replies."""
        states = states_of(self.backbone, input_ids, attention_mask, token_type_ids)[-1]
        pooled = mean(states, attention_mask).float()
        heads = (self.said, self.reply)
        return tuple(nn.functional.normalize(head(pooled).float(), dim=-1) for head in heads)

    def forward(self, said: dict[str, Tensor], replies: dict[str, Tensor], talks: Tensor) -> dict[str, Tensor]:
        """The loss of telling each reply (batch) from the others of the batch, and what was said from the rest."""
        logits = self.encode(**said)[0] @ self.encode(**replies)[1].T / self.temperature
        # Another answer of the same talk is no wrong one.
        same = (talks.unsqueeze(0) == talks.unsqueeze(1)).fill_diagonal_(False)
        logits = logits.masked_fill(same, -1e4)
        right = torch.arange(len(talks), device=logits.device)
        loss = nn.functional.cross_entropy(logits, right) + nn.functional.cross_entropy(logits.T, right)
        return {"loss": loss}


def encode_pairs(data: Path, split: str, tokenizer: Any) -> list[dict[str, Any]]:
    """Token ids and segments of what was said and of the answer, a row a turn."""

    def tokens(text: str, *context: str) -> dict[str, list[int]]:
        texts = [emoji_as_words(one) for one in (text, *context) if one]
        found = tokenizer(*texts, truncation="longest_first", max_length=MAX_TOKENS, return_token_type_ids=True)
        return {key: found[key] for key in ("input_ids", "token_type_ids")}

    return [
        {**tokens(words, context), "reply": tokens(answer), "talk": talk}
        for talk, words, context, answer in answered_turns(data, split)
    ]


def collate(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Both sides padded to their longest: ids, mask and segments (batch, tokens); the talks (batch,)."""
    return {
        "said": padded(rows),
        "replies": padded([row["reply"] for row in rows]),
        "talks": torch.tensor([row["talk"] for row in rows]),
    }


@torch.inference_mode()
def both_sides(model: RankerModel, rows: list[dict[str, Any]]) -> tuple[Floats, Floats]:
    """Unit vectors (n, width) of what was said and of the replies."""
    model.eval()
    device = next(model.parameters()).device
    width = model.backbone.config.hidden_size
    sides = np.zeros((2, len(rows), width), dtype=np.float32)
    order = sorted(range(len(rows)), key=lambda index: len(rows[index]["input_ids"]))
    for start in range(0, len(order), 128):
        chosen = order[start : start + 128]
        batch = collate([rows[index] for index in chosen])
        with torch.autocast(device.type, dtype=torch.bfloat16):
            for side, name in enumerate(("said", "replies")):
                inputs = {key: value.to(device) for key, value in batch[name].items()}
                sides[side][chosen] = model.encode(**inputs)[side].float().cpu().numpy()
    return sides[0], sides[1]


class _Curve(TrainerCallback):  # type: ignore[misc]
    """Measures the validation conversations after each quarter of the run; appends a line to `curve.jsonl`."""

    def __init__(self, rows: list[dict[str, Any]], path: Path) -> None:
        self.rows, self.path = rows, path

    def on_step_end(self, args: Any, state: Any, control: Any, model: RankerModel, **_: Any) -> None:
        if state.global_step not in {round(state.max_steps * quarter / 4) for quarter in (1, 2, 3, 4)}:
            return
        right = float(right_among(*both_sides(model, self.rows)).mean())
        model.train()
        line = json.dumps({"step": state.global_step, "right among 100": round(right, 4)})
        with open(self.path, "a", encoding="utf-8") as out:
            out.write(line + "\n")
        log.info("%s", line)


def train(data: Path, out: Path, recipe: Recipe, resume: bool = False, limit: int | None = None) -> Path:
    """Trains by `recipe`; leaves weights, tokenizer, recipe and validation curve in `out`, and returns it.

    `limit` keeps that many turns, for a trial. A checkpoint every 200 steps is what `resume` goes on from.
    """
    set_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    folder = base_folder(recipe.base)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    rows = encode_pairs(data, "train", tokenizer)[:limit]
    log.info("%d answered turns", len(rows))
    model = RankerModel(load_backbone(folder), recipe.temperature)
    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=str(out / "checkpoints"),
            num_train_epochs=recipe.epochs,
            per_device_train_batch_size=recipe.batch_size,
            train_sampling_strategy="group_by_length",
            dataloader_drop_last=len(rows) > recipe.batch_size,  # a small batch is an easy one
            learning_rate=recipe.learning_rate,
            lr_scheduler_type="linear",
            warmup_steps=recipe.warmup,
            weight_decay=0.01,
            optim="adamw_torch_fused",
            bf16=True,
            use_cpu=not torch.cuda.is_available(),
            dataloader_pin_memory=torch.cuda.is_available(),
            save_steps=200,
            save_total_limit=1,
            logging_steps=20,
            report_to="none",
            remove_unused_columns=False,
            seed=recipe.seed,
            disable_tqdm=True,
        ),
        train_dataset=rows,
        data_collator=collate,
        callbacks=[_Curve(encode_pairs(data, "valid", tokenizer), out / "curve.jsonl")],
    )
    trainer.train(resume_from_checkpoint=True if resume and any((out / "checkpoints").glob("checkpoint-*")) else None)
    save_model(model, str(out / "model.safetensors"))
    tokenizer.save_pretrained(str(out))
    model.backbone.config.save_pretrained(str(out))
    (out / "recipe.json").write_text(json.dumps(dataclasses.asdict(recipe), indent=1))
    return out


def load_run(run: Path) -> RankerModel:
    """The model of a finished run."""
    recipe = Recipe(**json.loads((run / "recipe.json").read_text()))
    backbone = AutoModel.from_config(AutoConfig.from_pretrained(run), attn_implementation="eager")
    model = RankerModel(backbone, recipe.temperature)
    model.load_state_dict(load_file(run / "model.safetensors"))
    return model.eval()
