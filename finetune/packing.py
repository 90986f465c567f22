"""Folds the weights of a CTranslate2 model to four bits each for the disk; `agent.reply.packing` unfolds them."""

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from agent.reply.packing import GROUP, STEPS, above

INT8 = 1
# Of the span of a group, so much is kept: outliers cost the rest more than they are worth.
KEPT = (1.0, 0.94, 0.88, 0.82)


def fold(model: bytes) -> tuple[bytes, bytes, list[tuple[int, int]]]:
    """`model.bin` without the matrices of its layers, these matrices folded, and their places for `unfold`."""
    rest, folded, places = bytearray(), bytearray(), []
    at = 0
    for offset, size in _matrices(model):
        rest += model[at:offset]
        places.append((len(rest), size))
        folded += _folded(np.frombuffer(model, np.int8, size, offset).reshape(-1, GROUP))
        at = offset + size
    return bytes(rest + model[at:]), bytes(folded), places


def _matrices(model: bytes) -> Iterator[tuple[int, int]]:
    """Offset and size of each int8 matrix of a layer (CTranslate2's binary format, version 6)."""
    version, at = struct.unpack_from("<I", model)[0], 4
    if version != 6:
        raise ValueError(f"CTranslate2's format {version} is not known here, only 6")
    at = _after_text(model, at) + 4
    count, at = struct.unpack_from("<I", model, at)[0], at + 4
    for _ in range(count):
        end = _after_text(model, at)
        name, rank = model[at + 2 : end].rstrip(b"\0").decode(), model[end]
        at = end + 1 + 4 * rank
        kind, size = struct.unpack_from("<BI", model, at)
        at += 5
        if kind == INT8 and rank == 2 and "/layer_" in name and size % GROUP == 0:
            yield at, size
        at += size


def _after_text(model: bytes, at: int) -> int:
    return int(at + 2 + struct.unpack_from("<H", model, at)[0])


def _folded(weights: NDArray[np.int8]) -> bytes:
    """Lowest values, spans and pairs of steps of weights (groups, 32); of some clippings the one that errs least."""
    values = weights.astype(np.float32)
    top, bottom = values.max(1), values.min(1)
    best_error = np.full(len(values), np.inf, dtype=np.float32)
    best_low, best_span = np.zeros(len(values), np.int8), np.zeros(len(values), np.uint8)
    best_steps = np.zeros(values.shape, np.uint16)
    for kept in KEPT:
        cut = (1 - kept) * (top - bottom) / 2
        low = np.rint(bottom + cut)
        span = np.rint(top - cut) - low
        steps = np.rint((values - low[:, None]) * (STEPS / np.maximum(span, 1))[:, None]).clip(0, STEPS)
        found = low[:, None] + above(steps.astype(np.uint16), span.astype(np.uint8))
        error = np.square(found - values).sum(1)
        better = error < best_error
        best_error[better] = error[better]
        best_low[better], best_span[better] = low[better], span[better]
        best_steps[better] = steps[better]
    pairs = (best_steps[:, ::2] | best_steps[:, 1::2] << 4).astype(np.uint8)
    return best_low.tobytes() + best_span.tobytes() + pairs.tobytes()
