"""Teaches a language model to listen: supervised fine-tuning on the listener's turns, with TRL's `SFTTrainer`.

A conversation is written as the chat writes it (`build_messages`, `encode`), with what our own text encoder
understood of each of the speaker's turns; the loss is on the listener's words alone. EmpatheticDialogues teaches,
without the turns in which the listener tells of a life of their own, and so do the replies and the conversations that
we wrote.
"""

import dataclasses
import itertools
import json
import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer, set_seed

from agent.events import AgentError, Reply, Turn
from agent.reply import Message
from agent.reply.bank import read_replies
from agent.reply.filters import tells_of_itself
from agent.reply.prompt import EMBEDDED, Template, encode
from agent.reply.slots import fill, named
from agent.understand.text import TextEmotion, open_text_emotion
from finetune.corpora import listener
from finetune.listening import as_messages, empathetic_turns, understood

log = logging.getLogger(__name__)

MINI = "runs/reply-mini-0"


@dataclass(frozen=True)
class Recipe:
    """The settings of a run; `recipes/reply-mini-listener.toml` gives the reason of each."""

    base: str = MINI
    seed: int = 0
    epochs: float = 1.0
    frozen_layers: int = 0
    batch_size: int = 32
    rows_at_once: int = 16
    block: int = 512
    learning_rate: float = 4e-4
    warmup: float = 0.03
    corpus_share: float = 1.0
    bank_passes: int = 2
    cues_a_reply: int = 3
    talk_passes: int = 2


def listening(data: Path, split: str, encoder: TextEmotion, filtered: bool) -> Iterator[tuple[Message, ...]]:
    """EmpatheticDialogues as chats that end with the listener; `filtered` ends one before the listener tells of
    themselves."""
    for turns in empathetic_turns(data, split, encoder):
        kept = list(itertools.takewhile(_listens, turns)) if filtered else turns
        if kept:
            yield as_messages(kept)


def _listens(turn: Turn) -> bool:
    reply = turn.reply.text if turn.reply else ""
    return not tells_of_itself(reply) and len(reply.split()) >= 3


def own_replies(encoder: TextEmotion, recipe: Recipe) -> list[tuple[Message, ...]]:
    """The bank as chats of one turn: a cue, and the reply that we wrote for it."""
    pairs = [
        (cue, text)
        for reply in read_replies()
        if reply.kind != "follow-up"
        for cue in random.Random(reply.id).sample(reply.cues, min(recipe.cues_a_reply, len(reply.cues)))
        if (text := fill(reply.text, named(cue, ())))
    ]
    heard = understood(encoder, [[cue] for cue, _ in pairs])
    return [
        as_messages([Turn(0, cue, felt[0], Reply(text, "bank", ""))])
        for (cue, text), felt in zip(pairs, heard, strict=True)
    ]


def own_talks(encoder: TextEmotion, split: str, limit: int | None = None) -> list[tuple[Message, ...]]:
    """Our own conversations of many turns as chats, drawn by chance if there is a limit."""
    talks = listener.talks(split)
    if limit is not None:
        talks = random.Random(0).sample(talks, min(limit, len(talks)))
    heard = understood(encoder, [talk[::2] for talk in talks])
    return [
        as_messages(
            [
                Turn(index, words, felt[index], Reply(reply, "own", ""))
                for index, (words, reply) in enumerate(zip(talk[::2], talk[1::2], strict=True))
            ]
        )
        for talk, felt in zip(talks, heard, strict=True)
    ]


def labelled(messages: Sequence[Message], tokenizer: Tokenizer, template: Template = EMBEDDED) -> dict[str, list[int]]:
    """Token ids as the chat makes them, and labels: the assistant's words with their end marker, -100 elsewhere."""
    ids = encode(messages, tokenizer, template)
    answer = len(encode((), tokenizer, template)) - len(encode((), tokenizer, dataclasses.replace(template, answer="")))
    ids = ids[: len(ids) - answer]
    labels = [-100] * len(ids)
    for index, message in enumerate(messages):
        if message["role"] == "assistant":
            start = len(encode(messages[:index], tokenizer, template))
            end = len(encode(messages[: index + 1], tokenizer, template)) - answer
            labels[start:end] = ids[start:end]
    return {"input_ids": ids, "labels": labels}


def freeze(model: Any, layers: int) -> None:
    """Keeps the word vectors and the first `layers` layers as they are; with 0 everything learns."""
    if layers:
        model.get_input_embeddings().requires_grad_(False)
    for layer in model.model.layers[:layers]:
        layer.requires_grad_(False)


def train(data: Path, out: Path, recipe: Recipe, resume: bool = False, limit: int | None = None) -> Path:
    """Trains by `recipe`; leaves the model, its tokenizer, the recipe and the log in `out`, and returns it."""
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    set_seed(recipe.seed)
    if not Path(recipe.base).is_dir():
        raise AgentError(f"There is no run {recipe.base}: `finetune pretrain` makes it, or name one with --base.")
    known = AutoTokenizer.from_pretrained(recipe.base)
    tokenizer = known.backend_tokenizer
    # Padded rows want a mask, and with a mask torch's own attention is half as fast on a CPU as plain attention.
    attention = "sdpa" if torch.cuda.is_available() else "eager"
    model = AutoModelForCausalLM.from_pretrained(recipe.base, dtype=torch.float32, attn_implementation=attention)
    freeze(model, recipe.frozen_layers)
    encoder = open_text_emotion("text-emotion", threads=1)
    chats = [*listening(data, "train", encoder, filtered=True)][:limit]
    chats = random.Random(recipe.seed).sample(chats, round(recipe.corpus_share * len(chats)))
    replies, talks = own_replies(encoder, recipe)[:limit], own_talks(encoder, "train", limit)
    log.info("%d chats of the corpus; of our own %d replies, %d talks", len(chats), len(replies), len(talks))
    taught = [*chats, *replies * recipe.bank_passes, *talks * recipe.talk_passes]
    rows = [labelled(chat, tokenizer) for chat in taught]
    held_out = {
        "corpus": [*listening(data, "valid", encoder, filtered=False)][:300],
        "own": own_talks(encoder, "dev", limit),
    }
    trainer = SFTTrainer(
        model=model,
        processing_class=known,
        args=SFTConfig(
            output_dir=str(out / "checkpoints"),
            num_train_epochs=recipe.epochs,
            per_device_train_batch_size=min(recipe.rows_at_once, recipe.batch_size),
            gradient_accumulation_steps=max(1, recipe.batch_size // recipe.rows_at_once),
            per_device_eval_batch_size=min(recipe.rows_at_once, recipe.batch_size),
            learning_rate=recipe.learning_rate,
            lr_scheduler_type="cosine",
            warmup_steps=recipe.warmup,
            weight_decay=0.01,
            optim="adamw_torch_fused",
            adam_beta2=0.95,
            max_length=recipe.block,
            # Packed rows need a mask of blocks, which keeps torch from its fast attention on a CPU.
            packing=False,
            train_sampling_strategy="group_by_length",
            gradient_checkpointing=False,
            bf16=True,
            use_cpu=not torch.cuda.is_available(),
            dataloader_pin_memory=torch.cuda.is_available(),
            eval_strategy="epoch",
            save_steps=50,
            save_total_limit=1,
            logging_steps=20,
            report_to="none",
            seed=recipe.seed,
            disable_tqdm=True,
        ),
        train_dataset=Dataset.from_list(rows),
        eval_dataset={
            name: Dataset.from_list([labelled(chat, tokenizer) for chat in held]) for name, held in held_out.items()
        },
    )
    trainer.train(resume_from_checkpoint=True if resume and any((out / "checkpoints").glob("checkpoint-*")) else None)
    trainer.model.save_pretrained(out)
    known.save_pretrained(out)
    (out / "recipe.json").write_text(json.dumps(dataclasses.asdict(recipe), indent=1))
    (out / "curve.jsonl").write_text("".join(json.dumps(line) + "\n" for line in trainer.state.log_history))
    return out
