"""Emotion, nuance, sentence vector and danger of typed words: a small BERT with two towers on ONNX Runtime.

Knows nothing of conversations or screens: it is given the words and what was said before them.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agent.artefacts import Artefact, open_artefact
from agent.dangers import KINDS, LEVELS
from agent.emotions import EMOTIONS, NUANCES
from agent.encoder import BATCH, Encoder
from agent.events import Emotion, Nuance

Floats = NDArray[np.float32]
OUTPUTS = ("emotion", "nuance", "vector", "level", "kind")
LABELS = {"emotion": EMOTIONS, "nuance": NUANCES, "level": LEVELS, "kind": KINDS}


@dataclass(frozen=True)
class Felt:
    """What the words alone say: `nuances` are probabilities of the 32, `vector` a unit sentence embedding."""

    emotion: Emotion
    nuance: Nuance
    nuances: tuple[float, ...]
    vector: tuple[float, ...]


@dataclass(frozen=True)
class Danger:
    """How grave a danger some words speak of by their meaning, one of `agent.dangers.LEVELS`, and of what kind.

    `calm` says that there is surely none; `likelihood` is the probability of any.
    """

    level: str
    kind: str
    calm: bool
    likelihood: float


class TextEmotion:
    """The text encoder of an artefact, ready to read."""

    def __init__(self, artefact: Artefact, threads: int = 1) -> None:
        self.name = f"{artefact.name}@{artefact.version}"
        self._encoder = Encoder(artefact, threads)
        calibration = artefact.manifest["calibration"]
        self._emotion_temperature = float(calibration["emotion_temperature"])
        self._nuance_temperature = float(calibration["nuance_temperature"])
        self._unsure_below = float(calibration["unsure_below"])
        self._danger_from = float(calibration["danger_from"])
        self._crisis_from = float(calibration["crisis_from"])
        self._calm_below = float(calibration["calm_below"])

    def read(self, text: str, before: str = "") -> Felt:
        """What one text says; `before` is what the same person said earlier. The vector is of the text alone."""
        if not before:
            return next(self.read_many([(text, "")]))
        # One at a time: activations are quantised over a batch, and neighbours would change the answer a little.
        return replace(next(self.read_many([(text, before)])), vector=tuple(self.vectors([text])[0].tolist()))

    def read_many(self, items: Iterable[tuple[str, str]]) -> Iterator[Felt]:
        """Reads (text, before) pairs in batches of similar length; yields in order."""
        for chunk in _chunks(items):
            yield from self._read_chunk(chunk)

    def vectors(self, texts: Sequence[str]) -> Floats:
        """The unit sentence vectors (n, width) of some texts."""
        return self._encoder.run([(text, "") for text in texts], ("vector",))[0]

    def _read_chunk(self, items: list[tuple[str, str]]) -> list[Felt]:
        return [self._felt(*outputs) for outputs in zip(*self._encoder.run(items, OUTPUTS[:3]), strict=True)]

    def dangers(self, items: Iterable[tuple[str, str]]) -> Iterator[Danger]:
        """What danger each of some (text, before) pairs speaks of; yields in order, batch by batch."""
        for chunk in _chunks(items):
            for outputs in zip(*self._encoder.run(chunk, OUTPUTS[3:]), strict=True):
                yield self._danger(*outputs)

    def _danger(self, level_logits: Floats, kind_logits: Floats) -> Danger:
        none, _, crisis = _softmax(level_logits).tolist()
        likelihood = 1 - none
        level = "none" if likelihood < self._danger_from else "crisis" if crisis >= self._crisis_from else "concern"
        return Danger(level, KINDS[int(kind_logits.argmax())], likelihood < self._calm_below, likelihood)

    def _felt(self, emotion_logits: Floats, nuance_logits: Floats, vector: Floats) -> Felt:
        emotions = _softmax(emotion_logits / self._emotion_temperature)
        nuances = _softmax(nuance_logits / self._nuance_temperature)
        top, fine = int(emotions.argmax()), int(nuances.argmax())
        confidence = float(emotions[top])
        return Felt(
            emotion=Emotion(
                label=EMOTIONS[top],
                confidence=round(confidence, 4),
                unsure=confidence < self._unsure_below,
                scores={label: round(float(p), 4) for label, p in zip(EMOTIONS, emotions, strict=True)},
            ),
            nuance=Nuance(label=NUANCES[fine], confidence=round(float(nuances[fine]), 4)),
            nuances=tuple(nuances.tolist()),
            vector=tuple(vector.tolist()),
        )


def _chunks(items: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    rest = iter(items)
    while chunk := list(itertools.islice(rest, 8 * BATCH)):
        yield chunk


def _softmax(logits: Floats) -> Floats:
    shifted = np.exp(logits - logits.max())
    result: Floats = shifted / shifted.sum()
    return result


def open_text_emotion(name: str, threads: int = 1) -> TextEmotion:
    """Opens a verified artefact of the task `text-emotion`, by name or path.

    Raises:
        AgentError: if it is missing, damaged or has other labels.
    """
    return TextEmotion(open_artefact(name, "text-emotion", LABELS), threads)
