"""Builds the artefact `text-emotion` from finished runs: average, calibrate, quantise, measure, describe."""

import json
import logging
import statistics
from pathlib import Path
from typing import Any

import numpy as np
from transformers import AutoTokenizer

from agent.artefacts import write_manifest
from agent.emotions import DAIR, NUANCES
from agent.understand.text import LABELS, OUTPUTS, open_text_emotion
from finetune.calibrate import best_temperature, unsure_below
from finetune.corpora import Example, dailydialog, dair, dangers, empathetic, everyday, goemotions
from finetune.evaluate import text_emotion as protocols
from finetune.evaluate.guard import evaluate_guard
from finetune.evaluate.metrics import masked, softmax, text_emotion_scores
from finetune.export import export_towers
from finetune.guard import load_branch, thresholds, tokens
from finetune.guard import predict as predict_dangers
from finetune.runs import provenance, write_card
from finetune.text_emotion import TextEmotionModel, average, encode_examples, predict, validation_sets

log = logging.getLogger(__name__)

LICENCE = (
    "CC BY-NC-SA 4.0 (non-commercial): the strictest of its data, DailyDialog's CC BY-NC-SA 4.0 and "
    "EmpatheticDialogues' CC BY-NC 4.0"
)
# So many harmless lines of those kept back may alarm. They were written to come close to danger; of plain talk it is
# less than a tenth of that.
FALSE_ALARMS = 0.045
LIMITS = (
    "English only. A guess from words, not a fact about a person, and no medical device: it must not decide about "
    "anybody. Tweets, Reddit, crowd workers and our own sentences taught it; dialects beyond those are read less "
    "well, irony often wrongly. The chat shows `unsure` below the calibrated threshold and lets the person correct it."
)


def calibration(
    model: TextEmotionModel, sets: dict[str, tuple[list[Example], list[dict[str, Any]]]]
) -> dict[str, float]:
    """Temperatures of both heads and the unsure threshold, from the validation sets alone."""
    logits = {name: predict(model, rows) for name, (_, rows) in sets.items()}
    truth = {name: protocols.emotion_truth(sets[name][0]) for name in ("dair", "everyday")}
    dair_truth = protocols.emotion_truth(sets["dair"][0], DAIR)
    temperature = best_temperature(
        [(masked(logits["dair"][0], DAIR), dair_truth), (logits["everyday"][0], truth["everyday"])]
    )
    named = np.array([NUANCES.index(example.nuance or "") for example in sets["nuance"][0]])
    everyday_p = softmax(logits["everyday"][0] / temperature)
    return {
        "emotion_temperature": temperature,
        "nuance_temperature": best_temperature([(logits["nuance"][1], named)]),
        "unsure_below": unsure_below(everyday_p, truth["everyday"]),
    }


def build_text_emotion(data: Path, runs: list[Path], guard: list[Path], out: Path, version: str) -> Path:
    """Writes the artefact of the mean of some runs, its branch the mean of the runs `guard`, into `out`; returns it.

    What is measured is the shipped int8 model.
    """
    model = average(runs)
    tokenizer = AutoTokenizer.from_pretrained(runs[0])
    sets = {name: (items, encode_examples(items, tokenizer)) for name, items in validation_sets(data).items()}
    test = dair.load(data, "test")
    test_rows = encode_examples(test, tokenizer)

    seeds = []
    for folder in runs:
        single = average([folder])
        own = calibration(single, sets)["emotion_temperature"]
        emotion, nuance = predict(single, test_rows)
        scores = text_emotion_scores("dair", test, emotion / own, nuance)
        seeds.append({"run": folder.name, **{f"dair test {key}": round(value, 4) for key, value in scores.items()}})
        log.info("%s", seeds[-1])
    seeds += _mean_and_spread(seeds)
    guarded = load_branch(guard, model)
    kept_back = dangers.load("dev")
    levels, _ = predict_dangers(guarded, tokens(kept_back, tokenizer))
    chosen = calibration(model, sets) | thresholds(levels, kept_back, FALSE_ALARMS)
    validation: dict[str, float] = {}
    for name, (examples, rows) in sets.items():
        emotion, nuance = predict(model, rows)
        scores = text_emotion_scores(name, examples, emotion / chosen["emotion_temperature"], nuance)
        validation |= {f"{name} {key}": round(value, 4) for key, value in scores.items()}
    log.info("validation, fp32: %s", validation)

    export_towers(guarded, {"emotion": OUTPUTS[:3], "danger": OUTPUTS[3:]}, out)
    tokenizer.save_pretrained(str(out))
    for name in ("tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        (out / name).unlink(missing_ok=True)
    manifest: dict[str, Any] = {
        "name": "text-emotion",
        "version": version,
        "task": "text-emotion",
        "base": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)"
        if model.recipe.base == "minilm"
        else model.recipe.base,
        "labels": {head: list(labels) for head, labels in LABELS.items()},
        "calibration": chosen,
        "command": " ".join(map(str, ["finetune export text-emotion", *runs, "--guard", *guard])),
        "runs": {run.name: json.loads((run / "recipe.json").read_text()) for run in [*runs, *guard]},
        "data": _data_counts(data),
        "licence": LICENCE,
        "limits": LIMITS,
        "validation_fp32": validation,
        "seeds": seeds,
        **provenance(),
    }
    write_manifest(out, manifest)
    encoder = open_text_emotion(str(out), threads=2)
    results = [
        *protocols.evaluate_dair(encoder, data),
        *protocols.evaluate_goemotions(encoder, data),
        *protocols.evaluate_everyday(encoder),
        *protocols.evaluate_nuance(encoder, data),
        *evaluate_guard(encoder, data),
    ]
    manifest["metrics"] = protocols.as_object(results)["results"]
    body = (
        "Reads typed words: one of eight emotions, one of 32 nuances, a sentence vector, and how grave a danger they "
        "speak of, in one pass of a small BERT with int8 weights on ONNX Runtime. The weights are the mean of the runs "
        "below, which learned from labels and from the answers of teachers: all-mpnet-base-v2 (Apache-2.0) trained on "
        "the same texts, and the same small base trained on dair-ai/emotion alone. Danger has upper layers of its own, "
        "taught by lines of ours."
    )
    write_card(out, "text-emotion", body, manifest)
    write_manifest(out, manifest)
    return out


def _mean_and_spread(seeds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mean and sample standard deviation of each figure of some runs; nothing for a single run."""
    if len(seeds) < 2:
        return []
    keys = [key for key in seeds[0] if key != "run"]
    return [
        {"run": name, **{key: round(over(seed[key] for seed in seeds), 4) for key in keys}}
        for name, over in (("mean", statistics.mean), ("standard deviation", statistics.stdev))
    ]


def _data_counts(data: Path) -> list[dict[str, Any]]:
    return [
        {"name": "dair-ai/emotion", "count": len(dair.load(data, "train")), "licence": "research and education only"},
        {"name": "GoEmotions", "count": len(goemotions.load(data, "train")), "licence": "CC BY 4.0"},
        {
            "name": "EmpatheticDialogues conversations",
            "count": len(empathetic.conversations(data, "train")),
            "licence": "CC BY-NC 4.0",
        },
        {
            "name": "DailyDialog (a part of its turns)",
            "count": len(dailydialog.load(data, "train")),
            "licence": "CC BY-NC-SA 4.0",
        },
        {"name": "everyday sentences of our own", "count": len(everyday.load("train")), "licence": "MIT"},
        {"name": "lines of our own about danger", "count": len(dangers.load("train")), "licence": "MIT"},
    ]
