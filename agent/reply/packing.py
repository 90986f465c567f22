"""The weights of the language model as they lie on disk: four bits each, where CTranslate2 takes eight.

Every 32 weights of a matrix share their lowest value and their span, and each says in four bits where between the two
it is (Dettmers and Zettlemoyer, The case for 4-bit precision, ICML 2023: small groups keep a model's quality).
CTranslate2 reads eight bits only, so they are unfolded when the model is opened. `finetune.packing` folds them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

GROUP = 32
STEPS = 15


def unfold(rest: bytes, folded: bytes, places: Sequence[tuple[int, int]]) -> bytes:
    """A whole `model.bin`: `rest`, with matrices of `places` (offset in `rest`, number of weights) put back."""
    parts, taken, at = [], 0, 0
    for offset, size in places:
        parts.append(rest[at:offset])
        at = offset
        groups = size // GROUP
        low = np.frombuffer(folded, np.int8, groups, taken)
        span = np.frombuffer(folded, np.uint8, groups, taken + groups)
        pairs = np.frombuffer(folded, np.uint8, size // 2, taken + 2 * groups)
        taken += 2 * groups + size // 2
        parts.append(_values(low, span, pairs).tobytes())
    return b"".join([*parts, rest[at:]])


def _values(low: NDArray[np.int8], span: NDArray[np.uint8], pairs: NDArray[np.uint8]) -> NDArray[np.int8]:
    """The weights (groups, 32) of groups: two in each byte, the first in its lower half."""
    steps = np.empty((len(low), GROUP), dtype=np.uint16)
    halves = pairs.reshape(len(low), GROUP // 2)
    steps[:, ::2], steps[:, 1::2] = halves & 15, halves >> 4
    found: NDArray[np.int8] = (low.astype(np.int16)[:, None] + above(steps, span)).astype(np.int8)
    return found


def above(steps: NDArray[np.uint16], span: NDArray[np.uint8]) -> NDArray[np.int16]:
    """How far above the lowest value of its group each weight lies."""
    return ((steps * span[:, None].astype(np.uint16) + STEPS // 2) // STEPS).astype(np.int16)
