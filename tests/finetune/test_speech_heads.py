"""Heads on the statistics of a speech encoder: they separate, forget speakers, and export as they are."""

import random
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from transformers import WhisperConfig, WhisperModel

from agent.audio.clips import RATE
from finetune import build_speech, speech
from finetune.speech import Encoder, Head, Recipe, copies, fit

RECIPE = Recipe(layers=((0, 1), (1,)), shrink=0.4)
CLASSES = ("angry", "sad")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Whisper of random weights."""
    torch.manual_seed(0)
    config = WhisperConfig(
        vocab_size=64, d_model=16, encoder_layers=2, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32, pad_token_id=0, bos_token_id=0,
        eos_token_id=0, decoder_start_token_id=0,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("whisper")
    WhisperModel(config).save_pretrained(folder)
    return folder


def rows(count: int, seed: int, shift: float = 0.0) -> tuple[np.ndarray, list[str], list[str]]:
    """Clips of two classes by four speakers, who differ by far more than the classes do."""
    chance = np.random.default_rng(seed)
    labels = [CLASSES[index % 2] for index in range(count)]
    speakers = [str(index // 2 % 4) for index in range(count)]
    found = chance.standard_normal((count, 3, 2, 8)).astype(np.float32)
    for index in range(count):
        found[index, ..., 0] += 2.0 if labels[index] == "sad" else -2.0
        found[index, ..., 0] += shift * (int(speakers[index]) - 1.5)
    return found, labels, speakers


def right(head: Head, found: np.ndarray, labels: list[str]) -> float:
    said = (head.scores(found[:, 0]) + head.bias).argmax(1)
    return float(np.mean([head.classes[at] == label for at, label in zip(said, labels, strict=True)]))


def test_a_head_tells_the_classes_of_new_clips_apart() -> None:
    taught, labels, _ = rows(200, 0)
    new, truth, _ = rows(200, 1)
    assert right(fit(taught, labels, CLASSES, RECIPE), new, truth) > 0.9


def test_the_scores_of_the_class_means_are_what_the_head_gives_them() -> None:
    taught, labels, _ = rows(200, 0)
    head = fit(taught, labels, CLASSES, RECIPE)
    for place, label in enumerate(CLASSES):
        mean = taught[[one == label for one in labels]].mean((0, 1))
        assert head.scores(mean[None])[0] == pytest.approx(head.means[place], abs=0.05)


def test_the_head_for_known_voices_forgets_who_spoke() -> None:
    taught, labels, speakers = rows(400, 0, shift=6.0)
    new, truth, owners = rows(400, 1, shift=6.0)
    for owner in set(owners):
        own = [one == owner for one in owners]
        new[own] -= new[own].mean((0, 1))
    plain = fit(taught, labels, CLASSES, RECIPE)
    known = fit(taught, labels, CLASSES, RECIPE, speakers=speakers)
    size = known.means[1, 1] - known.means[0, 0]
    assert abs(size) < 50  # a score, and no overflow
    assert right(known, new, truth) > max(0.9, right(plain, rows(400, 2, 6.0)[0], rows(400, 2, 6.0)[1]))


def test_a_clip_that_weighs_nothing_teaches_nothing() -> None:
    taught, labels, _ = rows(200, 0)
    wrong = np.concatenate([taught, -taught[:100]])
    weights = np.concatenate([np.ones(200), np.full(100, 1e-6)]).astype(np.float32)
    head = fit(wrong, [*labels, *labels[:100]], CLASSES, RECIPE, weights)
    assert right(head, *rows(200, 1)[:2]) > 0.9


def test_copies_begin_with_the_clip_itself_and_are_the_same_every_time() -> None:
    clip = np.random.default_rng(0).standard_normal(RATE).astype(np.float32) / 10
    first, second = (list(copies(clip, 6, random.Random(4))) for _ in range(2))
    assert len(first) == 6 and np.array_equal(first[0], clip)
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
    assert len({len(one) for one in first}) > 2


def test_the_graph_scores_as_the_heads_do_at_any_length(base: Path, tmp_path: Path) -> None:
    encoder = Encoder(base)
    chance = np.random.default_rng(0)
    taught = chance.standard_normal((60, 2, 2, 32)).astype(np.float32)
    labels = [CLASSES[index % 2] for index in range(60)]
    heads = [fit(taught, labels, CLASSES, Recipe(layers=layers)) for layers in (((0, 1),), ((0,),), ((1,), (0, 1)))]
    build_speech.write_graph(build_speech.Whole(encoder, *heads).eval(), tmp_path / "speech.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "speech.onnx"), providers=["CPUExecutionProvider"])
    for frames in (40, 222, 1000):
        mel = torch.randn(1, 80, frames)
        statistics = encoder(mel)[None].numpy()
        outputs = session.run(["emotion", "known", "intent"], {"mel": mel.numpy()})
        wanted = [heads[0].scores(statistics) + heads[0].bias, heads[1].scores(statistics)]
        wanted.append(heads[2].scores(statistics) + heads[2].bias)
        for output, one in zip(outputs, wanted, strict=True):
            assert output == pytest.approx(one, rel=0.02, abs=0.02)


def test_a_head_is_read_as_it_was_written(tmp_path: Path) -> None:
    head = fit(*rows(100, 0)[:2], CLASSES, RECIPE)
    speech.save(tmp_path, "emotion", head)
    kept = speech.load(tmp_path, "emotion")
    assert kept.classes == head.classes
    assert all(np.array_equal(getattr(kept, name), getattr(head, name)) for name in ("weights", "offset", "means"))
