"""Speech emotion and intent from one frozen encoder: what its layers make of a clip, and linear heads on that.

A clip is described by the mean and the standard deviation over time of each layer of Whisper's encoder (statistics
pooling: Snyder et al., ICASSP 2018). A head is a regularised linear discriminant analysis (Friedman, 1989) on some of
the layers, or the sum of two: a mean a class and one covariance, shrunk towards the unit. It has one setting, trains in
seconds, and is as good on these small corpora as a network (`docs/log.md`). Every clip is described several times, at
other speeds, in rooms, through channels and with noise, so that none of these decides.

Two heads name the emotion. One is for any voice. The other learned from clips from which their speaker's own mean was
taken, and serves a voice that is known (`agent.understand.speech`).
"""

import dataclasses
import hashlib
import json
import logging
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import WhisperFeatureExtractor, WhisperModel

from agent.audio.clips import Samples
from agent.emotions import SPEECH
from agent.events import AgentError
from agent.understand.speech import NONE, PEAK, prepared
from finetune import augment
from finetune.corpora import speech as corpora
from finetune.corpora.folds import distinct
from finetune.corpora.speech import Clip
from finetune.transcriber import base_folder, log_mel

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]
BATCH_LOG = 200


@dataclass(frozen=True)
class Recipe:
    """The settings of a run; the recipes give the reason of each."""

    base: str = "whisper-tiny.en"
    corpora: tuple[str, ...] = ("ravdess", "savee", "tess")
    layers: tuple[tuple[int, ...], ...] = ((0, 1, 2), (0, 1, 2, 3))
    copies: int = 6
    shrink: float = 0.6
    seed: int = 0


@dataclass(frozen=True)
class Head:
    """A linear head on the statistics of all layers: scores are `statistics @ weights + offset`."""

    weights: Floats
    offset: Floats
    means: Floats
    """Scores of the class means themselves (classes, classes)."""
    classes: tuple[str, ...]

    @property
    def bias(self) -> Floats:
        """What LDA adds to each score to make it a logit."""
        return np.asarray(-0.5 * np.diag(self.means), np.float32)

    def scores(self, statistics: Floats) -> Floats:
        """Scores (n, classes), without the bias, of statistics (n, all layers, 2 x width)."""
        return np.asarray(statistics.reshape(len(statistics), -1) @ self.weights + self.offset, np.float32)


class Encoder(nn.Module):
    """Whisper's encoder at a clip's own length: frames (1, 80, frames) in, statistics (layers, 2 x width) out."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.encoder = WhisperModel.from_pretrained(base, dtype=torch.float32).encoder.eval()
        self.requires_grad_(False)

    def forward(self, mel: Tensor) -> Tensor:
        states = nn.functional.gelu(self.encoder.conv1(mel))
        states = nn.functional.gelu(self.encoder.conv2(states)).permute(0, 2, 1)
        states = states + self.encoder.embed_positions.weight[: states.shape[1]]
        found = []
        for layer in self.encoder.layers:
            out = layer(states, None)
            states = out[0] if isinstance(out, tuple) else out
            deviation = (states - states.mean(1, keepdim=True)).pow(2).mean(1).clamp(min=1e-10).sqrt()
            found.append(torch.cat([states.mean(1), deviation], 1))
        return torch.stack(found, 1)[0]


def copies(samples: Samples, count: int, chance: random.Random) -> Iterable[Samples]:
    """A clip as it is, slower, faster, and then in rooms, through channels and with noise."""
    yield samples
    for index in range(1, count):
        if index <= 2:
            yield augment.at_speed(samples, (0.9, 1.1)[index - 1])
            continue
        found = augment.at_speed(samples, chance.uniform(0.87, 1.14))
        if chance.random() < 0.4:
            found = augment.in_room(found, chance)
        if chance.random() < 0.4:
            found = augment.through_channel(found, chance)
        if chance.random() < 0.7:
            found = augment.with_noise(found, chance.uniform(8, 30), chance)
        yield found


def statistics(clips: Sequence[Clip], base: str, count: int, cache: Path) -> Floats:
    """The statistics (clips, copies, layers, 2 x width) of clips, computed once and kept in `cache`."""
    named = json.dumps([base, count, [[clip.corpus, clip.name] for clip in clips]])
    kept = cache / f"statistics-{hashlib.sha256(named.encode()).hexdigest()[:16]}.npy"
    if kept.is_file():
        found: Floats = np.load(kept)
        return found
    folder = base_folder(base)
    encoder, features = Encoder(folder), WhisperFeatureExtractor.from_pretrained(folder)
    rows = []
    for index, (clip, samples) in enumerate(zip(clips, corpora.read(clips), strict=True)):
        chance = random.Random(f"{clip.corpus} {clip.name}")
        rows.append([described(copy, encoder, features) for copy in copies(samples, count, chance)])
        if index % BATCH_LOG == 0:
            log.info("%d of %d clips heard", index, len(clips))
    found = np.array(rows, dtype=np.float32)
    cache.mkdir(parents=True, exist_ok=True)
    np.save(kept, found)
    return found


@torch.inference_mode()
def described(samples: Samples, encoder: Encoder, features: WhisperFeatureExtractor) -> Floats:
    """The statistics (layers, 2 x width) of one clip, which is prepared as the chat prepares it."""
    clip = prepared(samples)
    mel = log_mel(features, [clip], len(clip))
    with torch.autocast("cpu", torch.bfloat16):
        found: Floats = encoder(mel - mel.max() + PEAK).float().numpy()
    return found


def fit(
    rows: Floats,
    labels: Sequence[str],
    classes: Sequence[str],
    recipe: Recipe,
    weights: Floats | None = None,
    speakers: Sequence[str] = (),
) -> Head:
    """A head from statistics (clips, copies, layers, 2 x width) and the clips' labels.

    Each group of layers of the recipe gives an LDA; their scores, brought to one scale, are added. `weights` say how
    much each clip counts. With `speakers` the mean of each speaker, over classes alike, is taken away before: the head
    for known voices.
    """
    count = rows.shape[1]
    index = np.repeat([list(classes).index(label) for label in labels], count)
    share = np.repeat(weights if weights is not None else np.ones(len(labels), np.float32), count)
    owners = np.repeat(list(speakers), count) if speakers else None
    whole = Head(
        np.zeros((int(np.prod(rows.shape[2:])), len(classes)), np.float32),
        np.zeros(len(classes), np.float32),
        np.zeros((len(classes), len(classes)), np.float32),
        tuple(classes),
    )
    for layers in recipe.layers:
        chosen = rows[:, :, list(layers)].reshape(len(index), -1)
        directions, offset, means = _discriminant(chosen, index, share, owners, recipe.shrink)
        size = float((chosen @ directions + offset - 0.5 * np.diag(means)).std()) if len(recipe.layers) > 1 else 1.0
        places = np.concatenate([np.arange(rows.shape[3]) + layer * rows.shape[3] for layer in layers])
        whole.weights[places] += directions / size
        whole.offset[:] += offset / size
        whole.means[:] += means / size
    return whole


def _discriminant(
    rows: Floats, index: NDArray[np.int64], share: Floats, owners: NDArray[np.str_] | None, shrink: float
) -> tuple[Floats, Floats, Floats]:
    """Directions (inputs, classes), offset (classes,) and scores of the class means of a regularised LDA."""
    mean, scale = rows.mean(0), rows.std(0) + 1e-5
    whole = (rows - mean) / scale
    for owner in [] if owners is None else sorted(set(owners.tolist())):
        own = owners == owner
        there = [own & (index == each) for each in set(index[own])]
        whole[own] -= np.mean([whole[each].mean(0) for each in there], axis=0)
    classes = range(int(index.max()) + 1)
    centres = np.stack([np.average(whole[index == each], axis=0, weights=share[index == each]) for each in classes])
    centres = centres.astype(np.float32)
    residue = (whole - centres[index]) * np.sqrt(share / share.mean())[:, None]
    covariance = residue.T @ residue / len(residue)
    unit = np.eye(len(covariance), dtype=np.float32) * np.trace(covariance) / len(covariance)
    inner = np.linalg.solve((1 - shrink) * covariance + shrink * unit, centres.T).astype(np.float32)
    folded = inner / scale[:, None]
    return folded, -mean @ folded, centres @ inner


def speaker_weights(clips: Sequence[Clip]) -> Floats:
    """A weight a clip, so that no speaker counts as more than three of the usual size."""
    counts: dict[str, int] = {}
    for clip in clips:
        counts[f"{clip.corpus} {clip.speaker}"] = counts.get(f"{clip.corpus} {clip.speaker}", 0) + 1
    most = 3 * float(np.median(list(counts.values())))
    return np.array([min(1.0, most / counts[f"{clip.corpus} {clip.speaker}"]) for clip in clips], np.float32)


def emotional(data: Path, names: Iterable[str]) -> list[Clip]:
    """The clips of those corpora of emotional speech that are there.

    Raises:
        AgentError: if none is.
    """
    found: list[Clip] = []
    missing = ""
    for name in names:
        try:
            found += distinct(corpora.load(data, name))
        except AgentError as error:
            missing = str(error)
            log.info("%s", error)
    if not found:
        raise AgentError(missing)
    return found


def train_emotion(data: Path, out: Path, recipe: Recipe, resume: bool = False, limit: int | None = None) -> Path:
    """The two emotion heads by `recipe`; leaves them in `out`, and returns it."""
    clips = emotional(data, recipe.corpora)[:limit]
    rows = statistics(clips, recipe.base, recipe.copies, out.parent)
    labels, weights = [clip.label for clip in clips], speaker_weights(clips)
    speakers = [f"{clip.corpus} {clip.speaker}" for clip in clips]
    save(out, "emotion", fit(rows, labels, SPEECH, recipe, weights))
    save(out, "known", fit(rows, labels, SPEECH, recipe, weights, speakers))
    return _finished(out, recipe, clips)


def train_intent(data: Path, out: Path, recipe: Recipe, resume: bool = False, limit: int | None = None) -> Path:
    """The intent head by `recipe`, with what is none of the intents as a class; leaves it in `out`, and returns it."""
    clips = corpora.load(data, "iqube")[:limit]
    others = outside(data, "train")[:limit]
    rows = statistics(clips, recipe.base, recipe.copies, out.parent)
    other_rows = statistics(others, recipe.base, recipe.copies, out.parent)
    save(out, "intent", fit_intent(rows, [clip.label for clip in clips], other_rows, recipe))
    return _finished(out, recipe, [*clips, *others])


def fit_intent(rows: Floats, labels: Sequence[str], others: Floats, recipe: Recipe) -> Head:
    """The intents and what is none of them, which weighs as much as all of them together."""
    whole = np.concatenate([rows, others])
    weights = np.concatenate([np.ones(len(rows)), np.full(len(others), len(rows) / len(others))]).astype(np.float32)
    classes = (*sorted(set(labels)), NONE)
    return fit(whole, [*labels, *[NONE] * len(others)], classes, recipe, weights)


def outside(data: Path, split: str) -> list[Clip]:
    """Clips that are none of the intents: sentences read, acted and quarrelled; every eighth of a `test` speaker."""
    found = [
        clip for clip in corpora.load(data, "speechocean762") if (clip.more.get("split") == "test") == (split == "test")
    ]
    chosen = found[::8]
    for name in ("ravdess", "tess", "urdu"):
        clips = distinct(corpora.load(data, name))
        speakers = sorted({clip.speaker for clip in clips})
        tested = set(speakers[::3]) if name != "tess" else {speakers[0]}
        chosen += [clip for clip in clips if (clip.speaker in tested) == (split == "test")][
            :: 8 if name == "urdu" else 16
        ]
    return chosen


def save(out: Path, name: str, head: Head) -> None:
    """Writes a head as arrays without pickles."""
    out.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {field.name: np.array(getattr(head, field.name)) for field in dataclasses.fields(head)}
    np.savez(out / f"{name}.npz", **arrays)


def load(out: Path, name: str) -> Head:
    """A head as it was saved."""
    with np.load(out / f"{name}.npz", allow_pickle=False) as kept:
        return Head(kept["weights"], kept["offset"], kept["means"], tuple(str(one) for one in kept["classes"]))


def _finished(out: Path, recipe: Recipe, clips: Sequence[Clip]) -> Path:
    counts: dict[str, int] = {}
    for clip in clips:
        counts[clip.corpus] = counts.get(clip.corpus, 0) + 1
    (out / "recipe.json").write_text(json.dumps({**dataclasses.asdict(recipe), "clips": counts}, indent=1))
    return out
