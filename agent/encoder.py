"""A BERT-family encoder of an artefact on ONNX Runtime: texts, or pairs of texts, in; its outputs, row by row, out.

Knows nothing of what the outputs mean.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from agent.artefacts import Artefact
from agent.emoji import emoji_as_words

BATCH = 32
MAX_TOKENS = 96

Floats = NDArray[np.float32]


class Encoder:
    """The graphs and the tokenizer of an artefact, ready to read.

    There is one graph, or several towers over the states that `embed.onnx` makes of the tokens.
    """

    def __init__(self, artefact: Artefact, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        sessions = {
            path.stem: onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            for path in sorted(artefact.folder.glob("*.onnx"))
        }
        self._embed = sessions.pop("embed", None)
        self._towers = {output.name: session for session in sessions.values() for output in session.get_outputs()}
        self._tokenizer = Tokenizer.from_file(str(artefact.folder / "tokenizer.json"))
        # "[SEP]" that a person types is text, not a separator.
        self._tokenizer.encode_special_tokens = True
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first", stride=0)

    def run(self, items: Sequence[tuple[str, str]], outputs: Sequence[str]) -> list[Floats]:
        """The named outputs of one tower, each (n, width), of pairs of a text and its context.

        They are read in batches of like length; a text without context is encoded alone.
        """
        encodings = [self._encode(text, context) for text, context in items]
        order = sorted(range(len(items)), key=lambda index: len(encodings[index]))
        found: list[Floats] = []
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            inputs: dict[str, NDArray[Any]] = {**_padded([encodings[index] for index in chosen])}
            if self._embed:
                mask = inputs.pop("attention_mask")
                inputs = {"states": self._embed.run(None, inputs)[0], "attention_mask": mask}
            values = self._towers[outputs[0]].run(list(outputs), inputs)
            if not found:
                found = [np.zeros((len(items), value.shape[1]), dtype=np.float32) for value in values]
            for whole, value in zip(found, values, strict=True):
                whole[chosen] = value
        return found

    def _encode(self, text: str, context: str) -> Encoding:
        text, context = self._ends_of(emoji_as_words(text)), emoji_as_words(context)
        return self._tokenizer.encode(text, context) if context else self._tokenizer.encode(text)

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


def _padded(encodings: Sequence[Encoding]) -> dict[str, NDArray[np.int64]]:
    longest = max(len(encoding) for encoding in encodings)
    ids = np.zeros((len(encodings), longest), dtype=np.int64)
    mask, types = np.zeros_like(ids), np.zeros_like(ids)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding)] = encoding.ids
        mask[row, : len(encoding)] = 1
        types[row, : len(encoding)] = encoding.type_ids
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
