"""How fast emotion and intent are heard in one pass, against one model for each question on 30 s of padding.

    python benchmarks/speech.py

One thread each, on 3 s of synthetic speech, the two in turn, best of 5. The peers are two
`WhisperForAudioClassification` of the same encoder (tiny.en's shape, fp32, random weights: speed does not depend on
them), one for the emotion and one for the intent, as the two systems that this replaces are run.
"""

import os
import platform
import random
import time
from collections.abc import Callable
from importlib.metadata import version

# Before anything loads OpenMP.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from transformers import WhisperConfig, WhisperFeatureExtractor, WhisperForAudioClassification

from agent.audio.clips import RATE, Samples
from agent.understand.speech import open_speech
from finetune.synthesis import voices

REPEATS = 5
SECONDS = 3


def clip() -> Samples:
    """Three seconds of synthetic speech."""
    say = voices()["espeak"]
    spoken = say("I finally got the job that I wanted, and my sister is coming over to celebrate.", random.Random(0))
    return spoken[: SECONDS * RATE]


def peer(labels: int) -> Callable[[Samples], object]:
    """A published classifier as `transformers` runs it: 30 s of padding, one question."""
    shape = WhisperConfig(
        d_model=384, encoder_layers=4, decoder_layers=4, encoder_attention_heads=6, decoder_attention_heads=6,
        encoder_ffn_dim=1536, decoder_ffn_dim=1536, num_labels=labels,
    )  # fmt: skip
    model = WhisperForAudioClassification(shape).eval()
    features = WhisperFeatureExtractor()

    @torch.inference_mode()
    def read(samples: Samples) -> object:
        return model(features(samples, sampling_rate=RATE, return_tensors="pt").input_features).logits

    return read


def best(read: Callable[[], object]) -> float:
    """The best of a few, in milliseconds, after one that warms up."""
    read()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        read()
        times.append((time.perf_counter() - started) * 1000)
    return min(times)


def main() -> None:
    torch.set_num_threads(1)
    samples, ours = clip(), open_speech("speech", threads=1)
    emotion, intent = peer(8), peer(9)
    together = best(lambda: ours.read(samples))
    apart = best(lambda: (emotion(samples), intent(samples)))
    print(f"{platform.processor() or platform.machine()}, torch {version('torch')}, {SECONDS} s of speech, one thread")
    print(f"one pass, own length, {ours.name}: {together:.1f} ms (want 40 or less)")
    print(f"a model each, 30 s of padding: {apart:.1f} ms, {apart / together:.1f} times as long (want 10 or more)")


if __name__ == "__main__":
    main()
