"""Trains a transcriber: the Whisper tiny.en blocks at hand, and the token embedding that they lack.

Whisper (Radford et al., 2023) ties the embedding of its decoder to its output, so one table of 51,864 rows is both what
the decoder reads and what it answers with. Here that table is learned anew, first with all else frozen (the blocks
still speak the language of the table that is lost, so they guide it), then with the decoder unfrozen, at last with the
encoder's layers, too. Only the rows of tokens that the training texts use are learned; rarer words are spelled.

Clips are fresh: sentences of the dialogue corpora said by synthetic voices, and recorded speech, each time disturbed
otherwise. The encoder reads a clip at its own length and, so that faster-whisper's 30 seconds are known too, at times
padded with silence; several sentences may stand in one window.
"""

import collections
import dataclasses
import itertools
import json
import logging
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import WhisperFeatureExtractor, WhisperModel

from agent.audio.clips import RATE, Samples
from agent.events import AgentError
from finetune.augment import disturbed
from finetune.corpora import dialogues, listener, speech
from finetune.synthesis import voices

log = logging.getLogger(__name__)

START, SILENT, UNTIMED, END = 50257, 50361, 50362, 50256
# Speakers of the training part of speechocean762 who choose; every twelfth.
KEPT_BACK = 12
_SENTENCE = re.compile(r"[^.?!]+[.?!]*")
_SAYABLE = re.compile(r"[A-Za-z][A-Za-z' ,\-]*[.?!]?")


@dataclass(frozen=True)
class Recipe:
    """The settings of a run; `recipes/transcriber.toml` gives the reason of each."""

    base: str = "whisper-tiny.en"
    vocabulary: int = 9_000
    learned_steps: int = 1_800
    unfrozen_steps: int = 1_800
    encoder_steps: int = 450
    batch_seconds: float = 120.0
    learning_rate: float = 2e-3
    unfrozen_rate: float = 1e-4
    encoder_rate: float = 3e-5
    recorded: float = 0.35
    silent: float = 0.02
    joined: float = 0.25
    padded: float = 0.08
    disturb: float = 1.0
    seed: int = 0


@dataclass(frozen=True)
class Said:
    """A clip and the words in it, none if there is only noise."""

    samples: Samples
    words: str


def sentences(data: Path, limit: int = 60_000) -> list[str]:
    """Sentences of 2 to 20 words of the dialogue corpora and of our own, written as Whisper would, each once."""
    found: dict[str, None] = {}
    talks: Iterator[str] = itertools.chain.from_iterable(listener.talks("train"))
    corpora = (
        turn[1] for corpus in dialogues.CORPORA for one in dialogues.load(data, corpus, limit) for turn in one.turns
    )
    for text in itertools.chain(talks, corpora):
        plain = text.replace("_comma_", ",").replace("’", "'").replace("\n", " ")
        plain = re.sub(r"\s+", " ", re.sub(r"\s+([,.?!']|n't\b)", r"\1", plain))
        for sentence in _SENTENCE.findall(plain):
            written = as_written(sentence.strip())
            if 2 <= len(written.split()) <= 20 and _SAYABLE.fullmatch(written):
                found.setdefault(written)
    return list(found)


def as_written(text: str) -> str:
    """A sentence with a capital at its beginning, "I" for i, and a mark at its end."""
    found = re.sub(r"\bi\b", "I", text.strip())
    found = found[:1].upper() + found[1:]
    return found if not found or found[-1] in ".?!" else f"{found}."


def recordings(data: Path) -> tuple[list[Said], list[Said]]:
    """Recorded speech with its words: what trains, and the speakers of speechocean762 that choose."""
    train: list[Said] = []
    kept: list[Said] = []
    for corpus in ("speechocean762", "tess", "ravdess", "fsdd"):
        clips = [clip for clip in speech.load(data, corpus) if clip.text and _trains(clip)]
        speakers = sorted({clip.speaker for clip in clips})
        held = set(speakers[::KEPT_BACK]) if corpus == "speechocean762" else set()
        for clip, samples in zip(clips, speech.read(clips), strict=True):
            text = clip.text.lower() if clip.text.isupper() else clip.text
            (kept if clip.speaker in held else train).append(Said(samples, as_written(text)))
    return train, kept


def _trains(clip: speech.Clip) -> bool:
    return clip.more.get("split") != "test" and clip.more.get("published_split") != "test"


class Words:
    """Texts as rows of the table that is learned, and back."""

    def __init__(self, tokenizer: Tokenizer, texts: Sequence[str], vocabulary: int) -> None:
        self.tokenizer = tokenizer
        merges = json.loads(tokenizer.to_str())["model"]["merges"]
        pairs = [tuple(merge if isinstance(merge, list) else merge.split(" ")) for merge in merges]
        self._vocabulary = tokenizer.get_vocab()
        self._parts = {left + right: (left, right) for left, right in pairs}
        counts: collections.Counter[int] = collections.Counter()
        for encoding in tokenizer.encode_batch([f" {text}" for text in texts], add_special_tokens=False):
            counts.update(encoding.ids)
        spelled = [one for token, one in sorted(self._vocabulary.items()) if len(token) == 1 and token.isascii()]
        spelled.append(self._vocabulary["Ġ"])
        frequent = [token for token, _ in counts.most_common(vocabulary)]
        self.ids = [END, START, SILENT, UNTIMED, *dict.fromkeys([*frequent, *spelled])]
        self._row = {token: row for row, token in enumerate(self.ids)}
        self.counts = np.array([counts.get(token, 0) for token in self.ids], dtype=np.float64)
        self.counts[0] = len(texts)

    def rows(self, text: str) -> list[int]:
        """The rows of a text; a token that has none is spelled by its parts."""
        return [row for token in self._tokens(text) for row in self._spelled(token)]

    def text(self, rows: Sequence[int]) -> str:
        """What rows say."""
        return str(self.tokenizer.decode([self.ids[row] for row in rows if row > 3])).strip()

    def _tokens(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(f" {text}", add_special_tokens=False).ids)

    def _spelled(self, token: int) -> list[int]:
        if token in self._row:
            return [self._row[token]]
        left, right = self._parts[str(self.tokenizer.id_to_token(token))]
        return [row for part in (left, right) for row in self._spelled(self._vocabulary[part])]


class Speech(nn.Module):
    """The blocks with a small table: log-mel frames and rows in, logits over the rows out."""

    def __init__(self, base: Path, rows: int) -> None:
        super().__init__()
        whisper = WhisperModel.from_pretrained(base, dtype=torch.float32)
        self.encoder, self.decoder = whisper.encoder, whisper.decoder
        self.decoder.embed_tokens = nn.Identity()
        self.table = nn.Parameter(0.02 * torch.randn(rows, whisper.config.d_model))

    def heard(self, mel: Tensor) -> Tensor:
        """States (batch, frames / 2, width) of log-mel frames (batch, 80, frames): the encoder at their own length."""
        states = nn.functional.gelu(self.encoder.conv1(mel))
        states = nn.functional.gelu(self.encoder.conv2(states)).permute(0, 2, 1)
        states = states + self.encoder.embed_positions.weight[: states.shape[1]]
        for layer in self.encoder.layers:
            out = layer(states, None)
            states = out[0] if isinstance(out, tuple) else out
        found: Tensor = self.encoder.layer_norm(states)
        return found

    def hidden(self, states: Tensor, rows: Tensor) -> Tensor:
        """The decoder's last states (batch, tokens, width)."""
        found: Tensor = self.decoder(
            inputs_embeds=self.table[rows], encoder_hidden_states=states, use_cache=False
        ).last_hidden_state
        return found

    def forward(self, states: Tensor, rows: Tensor) -> Tensor:
        """Logits (batch, tokens, rows)."""
        return self.hidden(states, rows) @ self.table.T

    @torch.no_grad()
    def transcribe(self, mel: Tensor, most: int = 60) -> list[list[int]]:
        """The most probable rows, one after the other."""
        states = self.heard(mel)
        rows = torch.tensor([[1, 3]] * len(mel))
        going = torch.ones(len(mel), dtype=torch.bool)
        for _ in range(most):
            chosen = self(states, rows)[:, -1].float()
            chosen[:, 1:4] = -torch.inf
            following = chosen.argmax(-1)
            going &= following != 0
            if not going.any():
                break
            rows = torch.cat([rows, torch.where(going, following, 0).unsqueeze(1)], 1)
        return [[row for row in one if row > 3] for one in rows.tolist()]


class Clips(torch.utils.data.IterableDataset[dict[str, Tensor]]):
    """An endless stream of batches, every clip new: `mel` (batch, 80, frames) and `rows` (batch, tokens)."""

    def __init__(
        self, data: Path, texts: Sequence[str], words: Words, base: Path, recipe: Recipe, joined: bool
    ) -> None:
        self.data, self.texts, self.words, self.recipe, self.joined = data, texts, words, recipe, joined
        self.features = WhisperFeatureExtractor.from_pretrained(base)

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        worker = torch.utils.data.get_worker_info()
        chance = random.Random(f"{self.recipe.seed} {self.joined} {worker.id if worker else 0}")
        torch.set_num_threads(1)
        spoken = voices()
        recorded, _ = recordings(self.data)
        while True:
            clips = sorted(
                (self._window(spoken, recorded, chance) for _ in range(160)), key=lambda said: len(said.samples)
            )
            batches = list(_batches(clips, self.recipe.batch_seconds))
            chance.shuffle(batches)
            for batch in batches:
                yield self._as_batch(batch, chance)

    def _window(self, spoken: dict[str, Any], recorded: Sequence[Said], chance: random.Random) -> Said:
        if chance.random() < self.recipe.silent:
            noise = np.random.default_rng(chance.getrandbits(32)).standard_normal(chance.randint(RATE // 2, 8 * RATE))
            return Said(disturbed((0.001 * noise).astype(np.float32), chance), "")
        parts = [self._clip(spoken, recorded, chance)]
        if self.joined and chance.random() < self.recipe.joined:
            parts += [self._clip(spoken, recorded, chance) for _ in range(chance.randint(1, 4))]
        pieces: list[Samples] = []
        words: list[str] = []
        length = 0
        for part in parts:
            if length + len(part.samples) > 28 * RATE:
                break
            gap = np.zeros(int(chance.uniform(0.05, 0.6) * RATE), dtype=np.float32)
            pieces += [gap, part.samples]
            length += len(part.samples) + len(gap)
            words.append(part.words)
        pieces.append(np.zeros(int(chance.uniform(0.05, 0.6) * RATE), dtype=np.float32))
        whole = np.concatenate(pieces)
        hiss = np.random.default_rng(chance.getrandbits(32)).standard_normal(len(whole))
        return Said((whole + 10 ** chance.uniform(-5, -3) * hiss).astype(np.float32), " ".join(words))

    def _clip(self, spoken: dict[str, Any], recorded: Sequence[Said], chance: random.Random) -> Said:
        while True:
            if chance.random() < self.recipe.recorded:
                said = chance.choice(recorded)
            else:
                text = chance.choice(self.texts)
                said = Said(chance.choice(list(spoken.values()))(text, chance), text)
            if RATE // 4 < len(said.samples) < 20 * RATE:
                return Said(disturbed(said.samples, chance, self.recipe.disturb), said.words)

    def _as_batch(self, batch: Sequence[Said], chance: random.Random) -> dict[str, Tensor]:
        longest = max(len(said.samples) for said in batch)
        padded = self.joined and chance.random() < self.recipe.padded
        if padded:
            batch = batch[: int(self.recipe.batch_seconds // 30)]
        length = 30 * RATE if padded else min(30 * RATE, longest + int(chance.uniform(0, 1) * RATE))
        mel = log_mel(self.features, [said.samples for said in batch], length)
        rows = [[1, 3, *self.words.rows(said.words)][:200] if said.words else [1, 3] for said in batch]
        targets = [[*([3] if said.words else [2]), *one[2:], 0] for said, one in zip(batch, rows, strict=True)]
        width = max(map(len, rows))
        return {
            "mel": mel,
            "rows": torch.tensor([[*one, *[0] * (width - len(one))] for one in rows]),
            "targets": torch.tensor([[*one, *[-100] * (width - len(one))] for one in targets]),
        }


def _batches(clips: Sequence[Said], seconds: float) -> Iterator[list[Said]]:
    batch: list[Said] = []
    for said in clips:
        if batch and (len(batch) + 1) * len(said.samples) > seconds * RATE:
            yield batch
            batch = []
        batch.append(said)
    if batch:
        yield batch


def log_mel(features: WhisperFeatureExtractor, clips: Sequence[Samples], length: int) -> Tensor:
    """Whisper's log-mel frames (batch, 80, frames) of clips padded with silence to `length` samples."""
    waves = torch.zeros(len(clips), length - length % 320)
    for wave, clip in zip(waves, clips, strict=True):
        wave[: min(len(clip), waves.shape[1])] = torch.from_numpy(clip[: waves.shape[1]])
    power = torch.stft(waves, 400, 160, window=torch.hann_window(400), return_complex=True)[..., :-1].abs() ** 2
    mel = torch.from_numpy(features.mel_filters.astype(np.float32)).T @ power
    found = mel.clamp(min=1e-10).log10()
    found = torch.maximum(found, found.amax((1, 2), keepdim=True) - 8.0)
    return (found + 4.0) / 4.0


def loss_of(model: Speech, states: Tensor, batch: dict[str, Tensor]) -> tuple[Tensor, float]:
    """Cross-entropy a token, and the share of tokens that are right."""
    logits = model(states, batch["rows"]).float()
    wanted = batch["targets"]
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=-100)
    counted = wanted >= 0
    return loss, float((logits.argmax(-1) == wanted)[counted].float().mean())


def start(model: Speech, words: Words, batches: Iterator[dict[str, Tensor]]) -> None:
    """Begins the table at the frequencies of its tokens, along the mean of the decoder's states."""
    with torch.no_grad():
        states = []
        for batch in itertools.islice(batches, 4):
            counted = batch["targets"] >= 0
            states.append(model.hidden(model.heard(batch["mel"]), batch["rows"])[counted])
        mean = torch.cat(states).mean(0)
        share = torch.from_numpy((words.counts + 0.5) / (words.counts.sum() + len(words.ids)))
        model.table.data += (share.log().float() / (mean @ mean)).unsqueeze(1) * mean


def train(data: Path, out: Path, recipe: Recipe, resume: bool = False, limit: int | None = None) -> Path:
    """Trains by `recipe`; leaves weights, tokens, recipe and curve in `out`, and returns it.

    `limit` keeps that many steps of either part, for a trial.
    """
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    base = base_folder(recipe.base)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    texts = sentences(data)
    log.info("%d sentences", len(texts))
    words = Words(tokenizer, texts, recipe.vocabulary)
    model = Speech(base, len(words.ids))
    (out / "tokens.json").write_text(json.dumps(words.ids))
    (out / "recipe.json").write_text(json.dumps(dataclasses.asdict(recipe), indent=1))
    _, kept = recordings(data)
    features = WhisperFeatureExtractor.from_pretrained(base)
    done = 0
    checkpoint = out / "checkpoint.pt"
    saved = torch.load(checkpoint, weights_only=True) if resume and checkpoint.is_file() else None
    if saved:
        model.load_state_dict(saved["model"])
        done = saved["step"]
    for part in parts_of(model, recipe, limit):
        if done >= part.end:
            continue
        stream = Clips(
            data, texts, words, base, dataclasses.replace(recipe, seed=recipe.seed + 1000 * done), part.joined
        )
        batches = iter(torch.utils.data.DataLoader(stream, batch_size=None, num_workers=1, prefetch_factor=24))
        if not done:
            start(model, words, batches)
        model.requires_grad_(False)
        for group in part.groups:
            for one in group["params"]:
                one.requires_grad_(True)
        optimiser = torch.optim.AdamW(part.groups, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
        if saved and done > part.begin:
            optimiser.load_state_dict(saved["optimiser"])
        rates = [group["lr"] for group in part.groups]
        began, right, clips, total = time.monotonic(), 0.0, 0, 0.0
        for batch in batches:
            scale = part.rate(done)
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * scale
            with torch.autocast("cpu", torch.bfloat16):
                with torch.set_grad_enabled(part.encoder):
                    states = model.heard(batch["mel"])
                loss, share = loss_of(model, states, batch)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_([one for group in part.groups for one in group["params"]], 1.0)
            optimiser.step()
            done, clips, right, total = done + 1, clips + len(batch["mel"]), right + share, total + float(loss.detach())
            if done % 50 == 0 or done == part.end:
                row: dict[str, float] = {"step": done, "loss": round(total / 50, 4), "right": round(right / 50, 4)}
                row |= {"clips_a_second": round(clips / (time.monotonic() - began), 1)}
                if done % 500 == 0 or done == part.end:
                    row["kept_back_errors"] = round(errors(model, words, features, kept[:60]), 4)
                    torch.save(
                        {"step": done, "model": model.state_dict(), "optimiser": optimiser.state_dict()}, checkpoint
                    )
                log.info("%s", row)
                with open(out / "curve.jsonl", "a", encoding="utf-8") as curve:
                    curve.write(json.dumps(row) + "\n")
                began, right, clips, total = time.monotonic(), 0.0, 0, 0.0
            if done >= part.end:
                break
    torch.save(model.state_dict(), out / "model.pt")
    return out


@dataclass(frozen=True)
class Part:
    """A part of the training: its steps, what it learns at which rates, and whether windows hold several sentences."""

    begin: int
    end: int
    groups: list[dict[str, Any]]
    joined: bool
    encoder: bool = False

    def rate(self, step: int) -> float:
        """The share of the rate at a step: up over 150, then down like a cosine to a tenth."""
        at = (step - self.begin) / max(1, self.end - self.begin)
        return min(1.0, (step - self.begin + 1) / 150) * (0.55 + 0.45 * float(np.cos(np.pi * at)))


def parts_of(model: Speech, recipe: Recipe, limit: int | None) -> list[Part]:
    """First the table on single sentences, then with the decoder on all kinds of windows, then with the encoder."""
    lengths = (recipe.learned_steps, recipe.unfrozen_steps, recipe.encoder_steps)
    first, second, third = (min(limit or steps, steps) for steps in lengths)
    table, blocks, ears = [model.table], list(model.decoder.parameters()), list(model.encoder.layers.parameters())

    def rates(of_table: float, of_blocks: float) -> list[dict[str, Any]]:
        return [{"params": table, "lr": of_table}, {"params": blocks, "lr": of_blocks}]

    alone = rates(recipe.learning_rate, 0.0)[:1]
    both = rates(recipe.learning_rate / 3, recipe.unfrozen_rate)
    less = [*rates(recipe.learning_rate / 12, recipe.unfrozen_rate / 4), {"params": ears, "lr": recipe.encoder_rate}]
    return [
        Part(0, first, alone, joined=False),
        Part(first, first + second, both, joined=True),
        Part(first + second, first + second + third, less, joined=True, encoder=True),
    ]


def errors(model: Speech, words: Words, features: WhisperFeatureExtractor, clips: Sequence[Said]) -> float:
    """The word error rate of the most probable words."""
    from finetune.evaluate.words import error_rate

    said = []
    for clip in clips:
        mel = log_mel(features, [clip.samples], len(clip.samples) + RATE // 2)
        said.append(words.text(model.transcribe(mel)[0]))
    return error_rate([clip.words for clip in clips], said)


def base_folder(base: str) -> Path:
    """The folder of the Whisper blocks, by name (under AGENT_WEIGHTS) or path.

    Raises:
        AgentError: if they are not there.
    """
    import os

    named = Path(os.environ.get("AGENT_WEIGHTS", "weights")) / f"{base}-no-token-embedding"
    for folder in (named, Path(base)):
        if (folder / "model.safetensors").is_file():
            return folder
    raise AgentError(
        f"The blocks {base} are not here: name a folder of a Whisper checkpoint, or set AGENT_WEIGHTS to the folder "
        "that holds whisper-tiny.en-no-token-embedding."
    )
