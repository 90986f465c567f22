"""Trains the ranker of replies: two small networks on the text encoder's vectors, and the right reply among many.

In-batch negatives: in a batch, every other listener's answer is a wrong one (Henderson et al., 2017). The encoder stays
as it is, so its vectors are computed once and a run takes seconds.
"""

import dataclasses
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from agent.artefacts import write_manifest
from agent.emotions import EMOTIONS
from agent.events import Turn
from agent.reply.rank import LAYERS
from agent.understand.text import TextEmotion, open_text_emotion
from finetune.evaluate.metrics import Floats, Ints, bootstrap, right_among
from finetune.evaluate.text_emotion import Result
from finetune.listening import empathetic_turns
from finetune.runs import provenance, write_card

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recipe:
    """The settings of a run; `recipes/reply-ranker.toml` gives the reason of each."""

    hidden: int = 512
    dimensions: int = 256
    dropout: float = 0.2
    temperature: float = 0.05
    batch_size: int = 512
    epochs: int = 30
    learning_rate: float = 1e-3
    seed: int = 0


@dataclass(frozen=True)
class Pairs:
    """What was said (n, 2 * width + 8), the answer to it (n, width), and the conversation of each (n,)."""

    said: Floats
    replies: Floats
    talks: Ints


class Networks(nn.Module):
    """The two networks of `agent.reply.rank.Ranker`."""

    def __init__(self, width: int, recipe: Recipe) -> None:
        super().__init__()
        self.layers = nn.ModuleDict(
            {
                "said_in": nn.Linear(2 * width + len(EMOTIONS), recipe.hidden),
                "said_out": nn.Linear(recipe.hidden, recipe.dimensions),
                "reply_in": nn.Linear(width, recipe.hidden),
                "reply_out": nn.Linear(recipe.hidden, recipe.dimensions),
            }
        )
        self.drop = nn.Dropout(recipe.dropout)

    def forward(self, inputs: Tensor, side: str) -> Tensor:
        """Unit vectors (n, dimensions) of one side, `said` or `reply`."""
        hidden = nn.functional.gelu(self.layers[f"{side}_in"](self.drop(inputs)), approximate="tanh")
        return nn.functional.normalize(self.layers[f"{side}_out"](self.drop(hidden)), dim=-1)


def pairs(data: Path, split: str, encoder: TextEmotion) -> Pairs:
    """Every answered turn of EmpatheticDialogues as the ranker sees it in the chat."""
    said, answers, talks = [], [], []
    for talk, turns in enumerate(empathetic_turns(data, split, encoder)):
        before: Turn | None = None
        for turn in turns:
            assert turn.understanding is not None and turn.reply is not None
            vector = turn.understanding.vector
            earlier = before.understanding.vector if before and before.understanding else (0.0,) * len(vector)
            felt = [turn.understanding.emotion.scores[label] for label in EMOTIONS]
            said.append([*vector, *earlier, *felt])
            answers.append(turn.reply.text)
            talks.append(talk)
            before = turn
    return Pairs(np.array(said, np.float32), encoder.vectors(answers), np.array(talks))


def fit(train: Pairs, valid: Pairs, recipe: Recipe) -> Networks:
    """The networks of the epoch that is best on the validation conversations."""
    torch.manual_seed(recipe.seed)
    chance = np.random.default_rng(recipe.seed)
    model = Networks(train.replies.shape[1], recipe)
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.learning_rate, weight_decay=0.01)
    steps = recipe.epochs * (len(train.said) // recipe.batch_size)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, max(1, steps))
    best, state = -1.0, model.state_dict()
    for epoch in range(recipe.epochs):
        model.train()
        order = chance.permutation(len(train.said))
        for start in range(0, len(order) - recipe.batch_size + 1, recipe.batch_size):
            rows = order[start : start + recipe.batch_size]
            said = model(torch.from_numpy(train.said[rows]), "said")
            replies = model(torch.from_numpy(train.replies[rows]), "reply")
            logits = said @ replies.T / recipe.temperature
            # Another answer of the same talk is no wrong one.
            same = torch.from_numpy(train.talks[rows][:, None] == train.talks[rows][None])
            same.fill_diagonal_(False)
            logits = logits.masked_fill(same, -1e4)
            targets = torch.arange(len(rows))
            loss = nn.functional.cross_entropy(logits, targets) + nn.functional.cross_entropy(logits.T, targets)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
        score = float(right_among(*both_sides(model, valid)).mean())
        log.info("epoch %d: %.4f of validation replies found among 100", epoch + 1, score)
        if score > best:
            best, state = score, {key: value.clone() for key, value in model.state_dict().items()}
    model.load_state_dict(state)
    return model.eval()


@torch.inference_mode()
def both_sides(model: Networks, found: Pairs) -> tuple[Floats, Floats]:
    """Unit vectors of what was said and of the replies."""
    model.eval()
    return model(torch.from_numpy(found.said), "said").numpy(), model(torch.from_numpy(found.replies), "reply").numpy()


def build_ranker(data: Path, out: Path, recipe: Recipe, version: str, encoder_name: str = "text-emotion") -> Path:
    """Trains, measures on the test split and writes the artefact `reply-ranker` into `out`; returns it."""
    encoder = open_text_emotion(encoder_name, threads=2)
    train, valid, test = (pairs(data, split, encoder) for split in ("train", "valid", "test"))
    model = fit(train, valid, recipe)
    out.mkdir(parents=True, exist_ok=True)
    states = {
        key.removeprefix("layers."): value.numpy().astype(np.float16) for key, value in model.state_dict().items()
    }
    for layer in LAYERS:
        np.save(out / f"{layer}.npy", states[f"{layer}.weight"].T)
        np.save(out / f"{layer}_bias.npy", states[f"{layer}.bias"])
    right = right_among(*both_sides(model, test))
    plain = right_among(test.said[:, : test.replies.shape[1]], test.replies)
    n = len(right)
    result = Result(
        "reply",
        "ranker P@1 of 100",
        float(right.mean()),
        bootstrap(lambda rows: float(right[rows].mean()), n),
        n,
        "EmpatheticDialogues test, every listener turn, the right reply among 100 drawn; trivial: the nearest vector",
        0.659,
        float(plain.mean()),
        f"reply-ranker@{version}",
        recipe.seed,
    )
    manifest = {
        "name": "reply-ranker",
        "version": version,
        "task": "reply-ranker",
        "base": encoder.name,
        "encoder": encoder.name,
        "labels": {"emotion": list(EMOTIONS)},
        "command": "finetune ranker",
        "seed": recipe.seed,
        "data": [{"name": "empathetic_dialogues", "count": len(train.said), "licence": "CC BY-NC 4.0"}],
        "licence": "CC BY-NC-SA 4.0 (non-commercial), as the encoder it stands on",
        "limits": "It says which reply fits, not whether it is kind: `agent.reply.filters` and the bank see to that.",
        "metrics": [dataclasses.asdict(result)],
        **provenance(),
    }
    write_manifest(out, manifest)
    write_card(out, "reply-ranker", "A bi-encoder that ranks replies, on the text encoder's vectors.", manifest)
    write_manifest(out, manifest)
    return out
