"""Trains the guard's ear: level and kind of danger, by meaning, on a branch of the text encoder.

The branch leaves the finished encoder after its lower layers and has upper layers of its own, so the encoder keeps
reading emotions as it did and the chat still makes one pass. Lines of our own teach it, and thousands of turns of
plain talk in which nobody is in danger. `finetune export text-emotion --guard` joins it to the encoder.
"""

import copy
import dataclasses
import json
import logging
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoTokenizer

from agent import guard
from agent.dangers import KINDS, LEVELS
from agent.emoji import emoji_as_words
from agent.encoder import MAX_TOKENS
from agent.events import AgentError
from agent.understand import earlier_words
from finetune.corpora import dangers, dialogues, listener
from finetune.corpora.dangers import Line
from finetune.evaluate.metrics import Floats, softmax
from finetune.text_emotion import TextEmotionModel, average, mean, padded

log = logging.getLogger(__name__)

# Talk in which hardly anybody is in danger; none of it is among what measures (`evaluate.guard.PLAIN`).
PLAIN = (
    "dailydialog",
    "empathetic_dialogues",
    "self_dialogue",
    "cmu_dog",
    "schema_guided_partial",
    "switchboard_swda",
    "synthetic_persona_chat_partial",
    "simple_dialogs",
)
# Of the dangers that the rules hear, so many are given up for the harmless lines that they alarm at.
CALMED = 0.02
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Recipe:
    """The settings of a run; `recipes/guard.toml` gives the reason of each."""

    base: list[str] = field(default_factory=lambda: ["runs/text-emotion-0"])
    seed: int = 0
    epochs: float = 6.0
    shared_layers: int = 3
    batch_size: int = 32
    learning_rate: float = 1.5e-4
    dropout: float = 0.1
    kind_weight: float = 0.3
    plain_turns: int = 6000
    plain_pool: int = 40000
    plain_weight: float = 0.3


def through(layers: Iterable[nn.Module], states: Tensor, attention_mask: Tensor) -> Tensor:
    """States (batch, tokens, width) after some layers of a BERT."""
    # BERT adds its mask to the attention scores.
    added = (1.0 - attention_mask[:, None, None, :].to(states.dtype)) * torch.finfo(torch.float32).min
    for layer in layers:
        found = layer(states, added)
        states = found[0] if isinstance(found, tuple) else found
    return states


class Branch(nn.Module):
    """Upper layers of its own over the encoder's lower states, and a head each for level and kind of danger."""

    def __init__(self, text: TextEmotionModel, shared_layers: int, dropout: float) -> None:
        super().__init__()
        self.shared_layers = shared_layers
        self.layers = copy.deepcopy(text.backbone.encoder.layer[shared_layers:])
        width = text.backbone.config.hidden_size
        self.drop = nn.Dropout(dropout)
        self.level, self.kind = nn.Linear(width, len(LEVELS)), nn.Linear(width, len(KINDS))

    def forward(self, states: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (batch, 3) and (batch, 11) of states (batch, tokens, width) below the branch."""
        states = through(self.layers, states, attention_mask)
        pooled = self.drop(mean(states, attention_mask))
        return self.level(pooled), self.kind(pooled)


class Guarded(nn.Module):
    """The text encoder with its branch, as it is exported: two towers over the same word vectors."""

    def __init__(self, text: TextEmotionModel, branch: Branch) -> None:
        super().__init__()
        self.text, self.branch = text, branch
        self.backbone = text.backbone

    def encode(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, ...]:
        """Emotion, nuance and vector as the text encoder gives them; logits of level and kind of danger."""
        states = self.embed(input_ids, token_type_ids)
        return *self.emotion(states, attention_mask), *self.danger(states, attention_mask)

    def embed(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
        """The states (batch, tokens, width) that both towers begin with."""
        states: Tensor = self.backbone.embeddings(input_ids=input_ids, token_type_ids=token_type_ids)
        return states

    def emotion(self, states: Tensor, attention_mask: Tensor) -> tuple[Tensor, ...]:
        """Emotion, nuance and vector."""
        return self.text.heads(through(self.backbone.encoder.layer, states, attention_mask), attention_mask)

    def danger(self, states: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Level and kind of danger."""
        found: tuple[Tensor, Tensor] = self.branch(self.below(states, attention_mask), attention_mask)
        return found

    def below(self, states: Tensor, attention_mask: Tensor) -> Tensor:
        """The states that the branch begins with."""
        return through(self.backbone.encoder.layer[: self.branch.shared_layers], states, attention_mask)


def tokens(lines: Sequence[Line], tokenizer: Any) -> list[dict[str, list[int]]]:
    """Ids and segments of the last turn of each line, after what the chat gives of the turns before."""
    rows = []
    for line in lines:
        before = earlier_words(line.turns[:-1])
        texts = [emoji_as_words(text) for text in (line.turns[-1], before) if text]
        rows.append(tokenizer(*texts, truncation="longest_first", max_length=MAX_TOKENS, return_token_type_ids=True))
    return [{key: list(row[key]) for key in ("input_ids", "token_type_ids")} for row in rows]


def plain_lines(data: Path, count: int, seed: int) -> list[Line]:
    """So many turns of dialogues, of corpora and of our own, some after others, in which the rules find no danger."""
    chance = random.Random(seed)
    found: list[Line] = []
    own = [list(talk[::2]) for talk in listener.talks("train")]
    for said in (own, *(_sides(data, corpus) for corpus in PLAIN)):
        ends = [(words, end) for words in said for end in range(1, len(words) + 1)]
        for words, end in chance.sample(ends, min(len(ends), count // (1 + len(PLAIN)))):
            turns = tuple(words[max(0, end - chance.choice((1, 1, 2, 3))) : end])
            if guard.assess(turns[-1], turns[:-1]).level == "none":
                found.append(Line("none", "plain-talk", "plain", turns))
    chance.shuffle(found)
    return found


def _sides(data: Path, corpus: str) -> list[list[str]]:
    """What either side says in each talk of a corpus."""
    return [
        [text for role, text in talk.turns if role == speaker]
        for talk in dialogues.load(data, corpus)
        for speaker in ("user", "assistant")
    ]


def hardest(model: "Guarded", rows: list[dict[str, list[int]]], count: int, chance: random.Random) -> list[int]:
    """The rows of harmless talk that the branch would rather alarm at, and as many of the others.

    Most plain talk is easy, so what teaches is what is mistaken (online hard example mining: Shrivastava et al.,
    CVPR 2016).
    """
    order = sorted(range(len(rows)), key=lambda index: len(rows[index]["input_ids"]))
    levels, _ = predict(model, [rows[index] for index in order])
    alarming = [order[place] for place in np.argsort(softmax(levels)[:, 0], kind="stable")[: count // 2]]
    rest = sorted(set(order).difference(alarming))
    return [*alarming, *chance.sample(rest, min(len(rest), count - len(alarming)))]


def train(data: Path, out: Path, recipe: Recipe, resume: bool = False, limit: int | None = None) -> Path:
    """Trains by `recipe`; leaves the branch, the recipe and the curve in `out`, and returns it.

    A run takes minutes, so it is not resumed: `resume` keeps a finished one. `limit` keeps so many lines, for a trial.
    """
    if resume and (out / "model.safetensors").is_file():
        return out
    text = average([Path(run) for run in recipe.base])
    tokenizer = AutoTokenizer.from_pretrained(recipe.base[0])
    torch.manual_seed(0)  # every seed starts from the same heads, so that seeds can be averaged
    model = Guarded(text, Branch(text, recipe.shared_layers, recipe.dropout))
    torch.manual_seed(recipe.seed)
    text.requires_grad_(False)
    own, plain = dangers.load("train")[:limit], plain_lines(data, recipe.plain_pool, recipe.seed)[:limit]
    log.info("%d lines of our own, %d of plain talk to choose from", len(own), len(plain))
    lines, kept_back = [*own, *plain], dangers.load("dev")
    rows, dev_rows = tokens(lines, tokenizer), tokens(kept_back, tokenizer)
    optimizer = torch.optim.AdamW(model.branch.parameters(), lr=recipe.learning_rate, weight_decay=0.01)
    plain_taught = min(recipe.plain_turns, len(plain))
    steps = round(recipe.epochs) * -(-(len(own) + plain_taught) // recipe.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / (0.06 * steps)) * max(0.0, 1 - step / steps)
    )
    chance, curve = random.Random(recipe.seed), []
    for epoch in range(round(recipe.epochs)):
        taught = [*range(len(own)), *range(len(own), len(own) + plain_taught)]
        if epoch and plain:
            taught[len(own) :] = [len(own) + at for at in hardest(model, rows[len(own) :], plain_taught, chance)]
        model.branch.train()
        for chosen in _batches(taught, rows, recipe.batch_size, chance):
            loss = _loss(model, padded([rows[index] for index in chosen]), [lines[index] for index in chosen], recipe)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.branch.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        levels, kinds = predict(model, dev_rows)
        curve.append({"epoch": epoch + 1, **scores(levels, kinds, kept_back)})
        log.info("%s", curve[-1])
    out.mkdir(parents=True, exist_ok=True)
    save_file(model.branch.state_dict(), out / "model.safetensors")
    (out / "recipe.json").write_text(json.dumps(dataclasses.asdict(recipe), indent=1))
    (out / "curve.jsonl").write_text("".join(json.dumps(line) + "\n" for line in curve))
    return out


def _batches(
    taught: Sequence[int], rows: Sequence[dict[str, list[int]]], size: int, chance: random.Random
) -> list[list[int]]:
    """The indices of an epoch in a new order, in batches of rows of like length."""
    order = list(taught)
    chance.shuffle(order)
    found: list[list[int]] = []
    for begin in range(0, len(order), 16 * size):
        chunk = sorted(order[begin : begin + 16 * size], key=lambda index: len(rows[index]["input_ids"]))
        found += [chunk[start : start + size] for start in range(0, len(chunk), size)]
    chance.shuffle(found)
    return found


def _loss(model: Guarded, batch: dict[str, Tensor], lines: Sequence[Line], recipe: Recipe) -> Tensor:
    level = torch.tensor([LEVELS.index(line.level) for line in lines])
    kind = torch.tensor([KINDS.index(line.kind) if line.kind in KINDS else -100 for line in lines])
    share = torch.tensor([recipe.plain_weight if line.kind == "plain-talk" else 1.0 for line in lines])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        with torch.no_grad():
            states = model.below(model.embed(batch["input_ids"], batch["token_type_ids"]), batch["attention_mask"])
        levels, kinds = (each.float() for each in model.branch(states, batch["attention_mask"]))
    loss = (nn.functional.cross_entropy(levels, level, reduction="none", label_smoothing=0.05) * share).mean()
    if (kind >= 0).any():
        loss = loss + recipe.kind_weight * nn.functional.cross_entropy(kinds, kind)
    return loss


@torch.inference_mode()
def predict(model: Guarded, rows: Sequence[dict[str, list[int]]]) -> tuple[Floats, Floats]:
    """Logits of the levels (n, 3) and of the kinds (n, 11)."""
    model.eval()
    found = []
    for start in range(0, len(rows), 64):
        batch = padded(rows[start : start + 64])
        found.append(model.danger(model.embed(batch["input_ids"], batch["token_type_ids"]), batch["attention_mask"]))
    levels, kinds = (torch.cat(each).float().numpy() for each in zip(*found, strict=True))
    return levels, kinds


def scores(levels: Floats, kinds: Floats, lines: Sequence[Line], false_alarms: float = 0.03) -> dict[str, float]:
    """Recall of crisis and concern where so many harmless lines alarm; kinds named rightly."""
    truth = np.array([line.level for line in lines])
    danger = 1 - softmax(levels)[:, 0]
    heard = danger >= np.quantile(danger[truth == "none"], 1 - false_alarms)
    named = np.array([KINDS[int(row.argmax())] == line.kind for row, line in zip(kinds, lines, strict=True)])
    return {
        "crisis": round(float(heard[truth == "crisis"].mean()), 4),
        "concern": round(float(heard[truth == "concern"].mean()), 4),
        "kind": round(float(named[truth != "none"].mean()), 4),
    }


def load_branch(runs: Sequence[Path], text: TextEmotionModel) -> Guarded:
    """The branch with the mean of some finished runs' weights, on the encoder that they were trained on.

    Raises:
        AgentError: if a folder holds no finished run.
    """
    for run in runs:
        if not (run / "model.safetensors").is_file():
            raise AgentError(f"{run} holds no finished run: train it with `finetune guard --out {run}`.")
    recipe = Recipe(**json.loads((runs[0] / "recipe.json").read_text()))
    branch = Branch(text, recipe.shared_layers, recipe.dropout)
    states = [load_file(run / "model.safetensors") for run in runs]
    branch.load_state_dict({key: torch.stack([state[key] for state in states]).mean(0) for key in states[0]})
    return Guarded(text, branch).eval()


def thresholds(levels: Floats, lines: Sequence[Line], false_alarms: float) -> dict[str, float]:
    """Where danger and crisis begin, and where it is calm, from lines kept back.

    So many harmless lines alarm; crisis is told from concern; of the dangers that the rules hear, one in fifty is
    so faint by its meaning that it is not heeded.
    """
    truth = np.array([LEVELS.index(line.level) for line in lines])
    p = softmax(levels)
    ruled = np.array([guard.assess(line.turns[-1], line.turns[:-1]).level != "none" for line in lines])
    return {
        "danger_from": float(np.quantile(1 - p[truth == 0, 0], 1 - false_alarms)),
        "calm_below": float(np.quantile(1 - p[ruled & (truth > 0), 0], CALMED)) if (ruled & (truth > 0)).any() else 0.0,
        "crisis_from": _best_cut(p[truth > 0, 2], truth[truth > 0] == 2),
    }


def _best_cut(scores: Floats, positive: Bools) -> float:
    """The threshold with the most right answers on both sides, weighed alike."""
    cuts = np.unique(scores)
    right = [(scores[positive] >= cut).mean() + (scores[~positive] < cut).mean() for cut in cuts]
    return float(cuts[int(np.argmax(right))])
