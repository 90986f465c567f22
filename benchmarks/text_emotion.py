"""How fast the served text encoder is against `transformers.pipeline` in fp32 on the same weights.

    python benchmarks/text_emotion.py [--weights RUN_FOLDER]

One thread each, 200 sentences of ours (everyday/dev.tsv), one after the other and in batches of 32; the two in
turn, best of 5. Without --weights the peer has random weights of the same shape: speed does not depend on them.
The peer gives the emotion alone; ours gives emotion, nuance and sentence vector in the same pass.
"""

import argparse
import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

# Before anything loads OpenMP.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np

from agent.artefacts import open_artefact
from agent.emotions import EMOTIONS
from agent.encoder import MAX_TOKENS
from agent.understand.text import BATCH, LABELS, open_text_emotion
from finetune.corpora import everyday

SENTENCES = 200
REPEATS = 5


def open_peer(weights: Path | None, tokenizer_json: Path) -> Any:
    """The pipeline on a BertForSequenceClassification: the encoder of a run, or random weights of its shape."""
    import torch
    from safetensors.torch import load_file
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast, pipeline

    torch.set_num_threads(1)
    shape = BertConfig(num_hidden_layers=6, hidden_size=384, intermediate_size=1536, num_attention_heads=12)
    config = BertConfig.from_pretrained(weights) if weights else shape
    config.num_labels = len(EMOTIONS)
    model = BertForSequenceClassification(config).float().eval()
    if weights:
        names = {"backbone": "bert", "emotion": "classifier"}
        found = {key.partition(".")[::2]: value for key, value in load_file(weights / "model.safetensors").items()}
        state = {f"{names[part]}.{rest}": value for (part, rest), value in found.items() if part in names}
        # A run has no pooler: it averages the states instead.
        missing, unexpected = model.load_state_dict(state, strict=False)
        assert not unexpected and all("pooler" in key for key in missing), (missing, unexpected)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(tokenizer_json),
        model_max_length=MAX_TOKENS,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )
    return pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")


def one_by_one(read: Callable[[str], object], texts: list[str]) -> tuple[float, float]:
    """Median and 95th percentile, milliseconds a sentence."""
    times = []
    for text in texts:
        started = time.perf_counter()
        read(text)
        times.append(1000 * (time.perf_counter() - started))
    median, p95 = np.percentile(times, [50, 95])
    return float(median), float(p95)


def batched(read: Callable[[list[str]], object], texts: list[str]) -> float:
    """Sentences a second."""
    started = time.perf_counter()
    read(texts)
    return len(texts) / (time.perf_counter() - started)


def processor() -> str:
    """The processor's name."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def main() -> None:
    """Prints versions, hardware, times and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, metavar="RUN_FOLDER", help="the run that the artefact was made from")
    weights = parser.parse_args().weights

    texts = [example.text for example in everyday.load("dev")[:SENTENCES]]
    encoder = open_text_emotion("text-emotion", threads=1)
    artefact = open_artefact("text-emotion", "text-emotion", LABELS)
    peer = open_peer(weights, artefact.folder / "tokenizer.json")

    packages = ("onnxruntime", "tokenizers", "torch", "transformers", "numpy")
    print(", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages)]))
    print(f"{processor()}, {os.cpu_count()} cores, one thread each; load {os.getloadavg()[0]:.1f}")
    print(f"{len(texts)} sentences, median {np.median([len(text.split()) for text in texts]):.0f} words")
    print(
        "peer:", f"weights of {weights}" if weights else "random weights of the same shape (6 layers, 384, 1536, 30522)"
    )

    rows: dict[str, tuple[Callable[[str], object], Callable[[list[str]], object]]] = {
        f"served ({encoder.name})": (encoder.read, lambda many: list(encoder.read_many((text, "") for text in many))),
        "transformers fp32": (peer, lambda many: peer(many, batch_size=BATCH)),
    }
    singles: dict[str, list[tuple[float, float]]] = {name: [] for name in rows}
    rates: dict[str, list[float]] = {name: [] for name in rows}
    for single, many in rows.values():
        one_by_one(single, texts[:20])
        batched(many, texts[:BATCH])
    for _ in range(REPEATS):
        for name, (single, many) in rows.items():
            singles[name].append(one_by_one(single, texts))
            rates[name].append(batched(many, texts))

    best = {name: (*min(singles[name]), max(rates[name])) for name in rows}
    print(f"{'':<28}{'median ms':>10}{'p95 ms':>10}{'sentences/s':>13}")
    for name, (median, p95, rate) in best.items():
        print(f"{name:<28}{median:>10.2f}{p95:>10.2f}{rate:>13.0f}")
    ours, theirs = best.values()
    print(f"ratio: {theirs[0] / ours[0]:.1f} times as fast one by one, {ours[2] / theirs[2]:.1f} times in batches")
    print(f"budget 2 ms a sentence: {'within' if ours[0] <= 2 else 'OVER'}")


if __name__ == "__main__":
    main()
