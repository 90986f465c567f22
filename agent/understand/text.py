"""Emotion, nuance and sentence vector of typed words: one pass of a small BERT on ONNX Runtime.

Knows nothing of conversations or screens: it is given the words and what was said before them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from agent.artefacts import Artefact, open_artefact
from agent.emotions import EMOTIONS, NUANCES
from agent.events import Emotion, Nuance
from agent.understand import MAX_TOKENS, emoji_as_words

BATCH = 32

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Felt:
    """What the words alone say: `nuances` are probabilities of the 32, `vector` a unit sentence embedding."""

    emotion: Emotion
    nuance: Nuance
    nuances: tuple[float, ...]
    vector: tuple[float, ...]


class TextEmotion:
    """The text encoder of an artefact, ready to read."""

    def __init__(self, artefact: Artefact, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.name = f"{artefact.name}@{artefact.version}"
        self._session = onnxruntime.InferenceSession(
            str(artefact.folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(artefact.folder / "tokenizer.json"))
        # "[SEP]" that a person types is text, not a separator.
        self._tokenizer.encode_special_tokens = True
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first", stride=0)
        calibration = artefact.manifest["calibration"]
        self._emotion_temperature = float(calibration["emotion_temperature"])
        self._nuance_temperature = float(calibration["nuance_temperature"])
        self._unsure_below = float(calibration["unsure_below"])

    def read(self, text: str, before: str = "") -> Felt:
        """What one text says; `before` is what the same person said earlier. The vector is of the text alone."""
        if not before:
            return next(self.read_many([(text, "")]))
        # One at a time: activations are quantised over a batch, and neighbours would change the answer a little.
        within, alone = (next(self.read_many([(text, context)])) for context in (before, ""))
        return replace(within, vector=alone.vector)

    def read_many(self, items: Iterable[tuple[str, str]]) -> Iterator[Felt]:
        """Reads (text, before) pairs in batches of similar length; yields in order."""
        chunk: list[tuple[str, str]] = []
        for item in items:
            chunk.append(item)
            if len(chunk) == 8 * BATCH:
                yield from self._read_chunk(chunk)
                chunk = []
        if chunk:
            yield from self._read_chunk(chunk)

    def vectors(self, texts: Sequence[str]) -> Floats:
        """The unit sentence vectors (n, width) of some texts."""
        return np.array([felt.vector for felt in self.read_many((text, "") for text in texts)], dtype=np.float32)

    def _read_chunk(self, items: list[tuple[str, str]]) -> list[Felt]:
        encodings = [self._encode(text, before) for text, before in items]
        order = sorted(range(len(items)), key=lambda index: len(encodings[index]))
        found: list[Felt | None] = [None] * len(items)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            emotion, nuance, vectors = self._run([encodings[index] for index in chosen])
            for row, index in enumerate(chosen):
                found[index] = self._felt(emotion[row], nuance[row], vectors[row])
        return [felt for felt in found if felt is not None]

    def _encode(self, text: str, before: str) -> Encoding:
        text, before = self._ends_of(emoji_as_words(text)), emoji_as_words(before)
        return self._tokenizer.encode(text, before) if before else self._tokenizer.encode(text)

    def _ends_of(self, text: str) -> str:
        """A long message keeps its beginning and its end: what it is about, and where it arrives."""
        if len(text) <= 3 * MAX_TOKENS:
            return text
        whole = self._tokenizer.encode(text, add_special_tokens=False)
        pieces = [whole, *whole.overflowing]
        if len(pieces) == 1:
            return text
        half = MAX_TOKENS // 2 - 4
        head_end = whole.offsets[half][1]
        offsets = [offset for piece in pieces for offset in piece.offsets]
        return f"{text[:head_end]} {text[offsets[-half][0] :]}"

    def _run(self, encodings: list[Encoding]) -> tuple[Floats, Floats, Floats]:
        longest = max(len(encoding) for encoding in encodings)
        ids = np.zeros((len(encodings), longest), dtype=np.int64)
        mask, types = np.zeros_like(ids), np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding)] = encoding.ids
            mask[row, : len(encoding)] = 1
            types[row, : len(encoding)] = encoding.type_ids
        emotion, nuance, vectors = self._session.run(
            ["emotion", "nuance", "vector"], {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        )
        return emotion, nuance, vectors

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


def _softmax(logits: Floats) -> Floats:
    shifted = np.exp(logits - logits.max())
    result: Floats = shifted / shifted.sum()
    return result


def open_text_emotion(name: str, threads: int = 1) -> TextEmotion:
    """Opens a verified artefact of the task `text-emotion`, by name or path.

    Raises:
        AgentError: if it is missing, damaged or has other labels.
    """
    return TextEmotion(open_artefact(name, "text-emotion", {"emotion": EMOTIONS, "nuance": NUANCES}), threads)
