"""Weights folded to four bits for the disk and unfolded to eight: everything else comes back bit by bit."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reply.packing import GROUP, unfold
from finetune.packing import fold


def model_bin(*variables: tuple[str, np.ndarray]) -> bytes:
    """A model in CTranslate2's binary format, version 6."""

    def text(value: str) -> bytes:
        return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"

    kinds = {"float32": 0, "int8": 1}
    body = b"".join(
        text(name)
        + struct.pack(f"<B{value.ndim}I", value.ndim, *value.shape)
        + struct.pack("<BI", kinds[str(value.dtype)], value.nbytes)
        + value.tobytes()
        for name, value in variables
    )
    return struct.pack("<I", 6) + text("Spec") + struct.pack("<II", 8, len(variables)) + body + struct.pack("<I", 0)


def weights(seed: int, rows: int = 3) -> np.ndarray:
    spread = np.random.default_rng(seed).normal(scale=30, size=(rows, 2 * GROUP))
    return np.rint(spread).clip(-127, 127).astype(np.int8)


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_only_the_matrices_of_layers_change_and_they_little(seed: int, rows: int) -> None:
    matrix, words = weights(seed, rows), weights(seed + 1, 2)
    scale = np.random.default_rng(seed).normal(size=rows).astype(np.float32)
    named = [("embeddings/weight", words), ("a/layer_0/weight", matrix), ("a/layer_0/weight_scale", scale)]
    whole = model_bin(*named, ("a/layer_1/weight", matrix))
    rest, folded, places = fold(whole)
    assert len(places) == 2 and len(rest) + 2 * matrix.size == len(whole)
    assert len(folded) == 2 * matrix.size * (4 + 16 / GROUP) / 8
    back = unfold(rest, folded, places)
    start = whole.index(matrix.tobytes())
    found = np.frombuffer(back, np.int8, matrix.size, start).reshape(matrix.shape)
    error = np.sqrt(np.square(found.astype(float) - matrix).mean()) / matrix.astype(float).std()
    assert error < 0.12
    assert back == model_bin(*named[:1], ("a/layer_0/weight", found), named[2], ("a/layer_1/weight", found))


def test_what_has_sixteen_values_a_group_comes_back_exactly() -> None:
    """A base that lay in four bits already loses nothing."""
    matrix = (np.arange(4 * GROUP, dtype=np.int64) % 16 * 8 - 60).astype(np.int8).reshape(2, -1)
    whole = model_bin(("a/layer_0/weight", matrix))
    assert unfold(*fold(whole)) == whole


def test_what_rounding_loses_is_made_good_for_what_the_matrix_is_given() -> None:
    """Small changes of a base that lay on its steps: the nearest step undoes them, the outputs must not forget them."""
    chance = np.random.default_rng(0)
    base = chance.integers(-3, 4, (16, 4 * GROUP)) * 17
    learned = np.rint(base + chance.normal(scale=3, size=base.shape)).clip(-127, 127).astype(np.int8)
    given = chance.normal(size=(500, 12)) @ chance.normal(size=(12, learned.shape[1]))
    whole = model_bin(("a/layer_0/weight", learned))
    start = whole.index(learned.tobytes())
    lost = {}
    for name, moments in (("nearest", None), ("made good", {"a/layer_0/weight": given.T @ given})):
        back = np.frombuffer(unfold(*fold(whole, moments)), np.int8, learned.size, start).reshape(learned.shape)
        lost[name] = np.square(given @ (back.astype(float) - learned).T).mean()
    assert lost["made good"] < 0.3 * lost["nearest"]


def test_extreme_and_constant_groups_survive() -> None:
    matrix = np.zeros((3, GROUP), dtype=np.int8)
    matrix[1] = -128
    matrix[2, ::2], matrix[2, 1::2] = -128, 127
    whole = model_bin(("a/layer_0/weight", matrix))
    assert unfold(*fold(whole)) == whole


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format 7"):
        fold(struct.pack("<I", 7))
