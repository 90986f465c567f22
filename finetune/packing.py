"""Folds the weights of a CTranslate2 model to four bits each for the disk; `agent.reply.packing` unfolds them.

Rounding to the nearest step would undo what fine-tuning has taught: its changes are smaller than half a step, and the
base lay on such steps already. So what a weight loses by rounding, the weights after it make good, as far as the inputs
of the matrix allow (GPTQ: Frantar et al., ICLR 2023).
"""

import struct
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from agent.reply.packing import GROUP, STEPS, above

Floats = NDArray[np.float64]
INT8 = 1
# So much of the mean second moment is added to each: inputs that hardly vary must not bear everything.
DAMPING = 0.01


def fold(model: bytes, moments: Mapping[str, Floats] | None = None) -> tuple[bytes, bytes, list[tuple[int, int]]]:
    """`model.bin` without the matrices of its layers, these matrices folded, and their places for `unfold`.

    `moments` are the second moments (inputs, inputs) of what each matrix is given, by its name; a matrix without them
    is rounded to the nearest.
    """
    rest, folded, places = bytearray(), bytearray(), []
    at = 0
    for name, rows, offset, size in matrices(model):
        rest += model[at:offset]
        places.append((len(rest), size))
        weights = np.frombuffer(model, np.int8, size, offset).reshape(rows, -1)
        known = (moments or {}).get(name)
        folded += _folded(weights, np.eye(weights.shape[1]) if known is None else known)
        at = offset + size
    return bytes(rest + model[at:]), bytes(folded), places


def matrices(model: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Name, rows, offset and size of each int8 matrix of a layer (CTranslate2's binary format, version 6)."""
    version, at = struct.unpack_from("<I", model)[0], 4
    if version != 6:
        raise ValueError(f"CTranslate2's format {version} is not known here, only 6")
    at = _after_text(model, at) + 4
    count, at = struct.unpack_from("<I", model, at)[0], at + 4
    for _ in range(count):
        end = _after_text(model, at)
        name, rank = model[at + 2 : end].rstrip(b"\0").decode(), model[end]
        shape = struct.unpack_from(f"<{rank}I", model, end + 1)
        at = end + 1 + 4 * rank
        kind, size = struct.unpack_from("<BI", model, at)
        at += 5
        if kind == INT8 and rank == 2 and "/layer_" in name and shape[1] % GROUP == 0:
            yield name, shape[0], at, size
        at += size


def _after_text(model: bytes, at: int) -> int:
    return int(at + 2 + struct.unpack_from("<H", model, at)[0])


def _folded(weights: NDArray[np.int8], moments: Floats) -> bytes:
    """Lowest values, spans and pairs of steps of the groups of a matrix (outputs, inputs)."""
    values = weights.astype(np.float32)
    rows, columns = values.shape
    damped = moments + (DAMPING * np.mean(np.diag(moments)) + 1e-9) * np.eye(columns)
    # The upper Cholesky factor of the inverse says how the weights to come make good an error.
    factor = np.linalg.cholesky(np.linalg.inv(damped)).T.astype(np.float32)
    low = np.empty((rows, columns // GROUP), np.int8)
    span = np.empty((rows, columns // GROUP), np.uint8)
    steps = np.empty((rows, columns), np.uint16)
    for group in range(columns // GROUP):
        begin, end = group * GROUP, (group + 1) * GROUP
        part = values[:, begin:end]
        lowest = np.rint(part.min(1)).clip(-128, 126)
        low[:, group] = lowest
        span[:, group] = (np.rint(part.max(1)).clip(-127, 127) - lowest).clip(1, 255)
        errors = np.empty((rows, GROUP), np.float32)
        for place in range(GROUP):
            column = begin + place
            step = np.rint((part[:, place] - lowest) * (STEPS / span[:, group])).clip(0, STEPS).astype(np.uint16)
            steps[:, column] = step
            found = lowest + above(step[:, None], span[:, group])[:, 0]
            errors[:, place] = (part[:, place] - found) / factor[column, column]
            part[:, place + 1 :] -= errors[:, place, None] * factor[column, column + 1 : end]
        values[:, end:] -= errors @ factor[begin:end, end:]
    flat = steps.reshape(-1, GROUP)
    pairs = (flat[:, ::2] | flat[:, 1::2] << 4).astype(np.uint8)
    return low.tobytes() + span.tobytes() + pairs.tobytes()
