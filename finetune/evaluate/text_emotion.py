"""Measures the text encoder that serves the chat, by the protocols of the figures to beat.

Runs the committed artefact on ONNX Runtime, as the chat does. Thresholds of the multi-label
protocol come from the validation split; a test split decides nothing.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from agent.emotions import DAIR, EKMAN, EMOTIONS, NUANCES
from agent.understand import earlier_words
from agent.understand.text import TextEmotion
from finetune.corpora import Example, dair, empathetic, everyday, goemotions
from finetune.evaluate.metrics import (
    Floats,
    Ints,
    best_thresholds,
    bootstrap,
    ekman_truth,
    expected_calibration_error,
    f1_by_class,
    fold_ekman,
    one_hot,
)


@dataclass(frozen=True)
class Result:
    """One measured figure with what makes it one."""

    component: str
    metric: str
    value: float
    interval: tuple[float, float] | None
    n: int
    protocol: str
    to_beat: float | None
    baseline: float | None
    artefact: str
    seed: int | None = None


def probabilities(encoder: TextEmotion, examples: list[Example]) -> Floats:
    """Calibrated probabilities (n, 8) as the chat sees them."""
    items = [(example.text, earlier_words([example.before]) if example.before else "") for example in examples]
    return np.array([[felt.emotion.scores[label] for label in EMOTIONS] for felt in encoder.read_many(items)])


def emotion_truth(examples: list[Example], labels: tuple[str, ...] = EMOTIONS) -> Ints:
    """(n,) indices into `labels`."""
    places = [EMOTIONS.index(label) for label in labels]
    truth: Ints = np.array([example.target for example in examples])[:, places].argmax(1)
    return truth


def masked_probabilities(full: Floats, labels: tuple[str, ...]) -> Floats:
    """The eight probabilities restricted to some labels and made to sum to one."""
    part = np.maximum(full[:, [EMOTIONS.index(label) for label in labels]], 1e-6)
    result: Floats = part / part.sum(1, keepdims=True)
    return result


def evaluate_dair(encoder: TextEmotion, data: Path) -> list[Result]:
    """dair-ai test, the eight masked to its six: accuracy, loss, macro-F1, ECE; and without leaked texts."""
    examples, trained = dair.load(data, "test"), {example.text for example in dair.load(data, "train")}
    truth = emotion_truth(examples, DAIR)
    p = masked_probabilities(probabilities(encoder, examples), DAIR)
    said = p.argmax(1)
    majority = float(np.bincount(truth).max() / len(truth))
    protocol = "dair-ai/emotion test, 8 labels masked to its 6"

    def accuracy(rows: Ints) -> float:
        return float((said[rows] == truth[rows]).mean())

    def loss(rows: Ints) -> float:
        return float(-np.log(p[rows, truth[rows]]).mean())

    def macro_f1(rows: Ints) -> float:
        return float(f1_by_class(one_hot(truth[rows], len(DAIR)), one_hot(said[rows], len(DAIR))).mean())

    everything = np.arange(len(examples))
    clean = np.array([index for index, example in enumerate(examples) if example.text not in trained])
    n = len(examples)
    prior = np.bincount(truth) / n
    return [
        _result(encoder, "dair accuracy", accuracy(everything), bootstrap(accuracy, n), n, protocol, 0.922, majority),
        _result(
            encoder,
            "dair loss",
            loss(everything),
            bootstrap(loss, n),
            n,
            protocol,
            0.2231,
            float(-(prior * np.log(prior)).sum()),
        ),
        _result(encoder, "dair macro-F1", macro_f1(everything), bootstrap(macro_f1, n), n, protocol, None, None),
        _result(encoder, "dair ECE", expected_calibration_error(p, truth), None, n, protocol + ", 15 bins", None, None),
        _result(
            encoder,
            "dair accuracy, clean",
            accuracy(clean),
            None,
            len(clean),
            protocol + ", without test texts that stand in train",
            0.922,
            majority,
        ),
    ]


def evaluate_goemotions(encoder: TextEmotion, data: Path) -> list[Result]:
    """GoEmotions test, Ekman and neutral, love folded into joy: macro-F1 multi-label and single-label."""
    dev, test = goemotions.load(data, "dev"), goemotions.load(data, "test")
    p_dev, p_test = fold_ekman(probabilities(encoder, dev)), fold_ekman(probabilities(encoder, test))
    given = ekman_truth(test)
    said = p_test >= best_thresholds(p_dev, ekman_truth(dev))
    single = np.flatnonzero(given.sum(1) == 1)
    best = one_hot(p_test.argmax(1), len(EKMAN))

    def multi(rows: Ints) -> float:
        return float(f1_by_class(given[rows], said[rows]).mean())

    def one(rows: Ints) -> float:
        return float(f1_by_class(given[single[rows]], best[single[rows]]).mean())

    n, m = len(test), len(single)
    always = float(f1_by_class(given, np.ones_like(given)).mean())
    return [
        _result(
            encoder,
            "GoEmotions-Ekman macro-F1",
            multi(np.arange(n)),
            bootstrap(multi, n),
            n,
            "own test split, multi-label, thresholds from dev",
            0.64,
            always,
        ),
        _result(
            encoder,
            "GoEmotions-Ekman macro-F1, single-label",
            one(np.arange(m)),
            bootstrap(one, m),
            m,
            "own test split, texts with one Ekman class, argmax",
            None,
            None,
        ),
    ]


def evaluate_everyday(encoder: TextEmotion) -> list[Result]:
    """Our everyday sentences, held out and development: accuracy over the eight, macro-F1, recall of neutral."""
    return [
        *_everyday(
            encoder, "test", "everyday test (ours, written by a second hand; chose no recipe, epoch or threshold)"
        ),
        *_everyday(encoder, "dev", "everyday dev (ours, written apart from train; chose between recipes)"),
    ]


def _everyday(encoder: TextEmotion, split: str, protocol: str) -> list[Result]:
    examples = everyday.load(split)
    truth, p = emotion_truth(examples), probabilities(encoder, examples)
    said, n = p.argmax(1), len(examples)

    def accuracy(rows: Ints) -> float:
        return float((said[rows] == truth[rows]).mean())

    f1 = float(f1_by_class(one_hot(truth, len(EMOTIONS)), one_hot(said, len(EMOTIONS))).mean())
    neutral = truth == EMOTIONS.index("neutral")
    majority = float(np.bincount(truth).max() / n)
    recall = float((said[neutral] == truth[neutral]).mean())
    name, value, calls = f"everyday {split}", accuracy(np.arange(n)), int(neutral.sum())
    return [
        _result(encoder, f"{name} accuracy", value, bootstrap(accuracy, n), n, protocol, 0.68, majority),
        _result(encoder, f"{name} macro-F1", f1, None, n, protocol, None, None),
        _result(encoder, f"{name} neutral recall", recall, None, calls, protocol, None, None),
    ]


def evaluate_nuance(encoder: TextEmotion, data: Path) -> list[Result]:
    """EmpatheticDialogues test: top-1 and top-3 of 32, from the first turn and from the situation."""
    results = []
    for what, examples, to_beat in (
        ("first turn", empathetic.first_turns(data, "test"), 0.402),
        ("situation", empathetic.situations(data, "test"), None),
    ):
        truth = np.array([NUANCES.index(example.nuance or "") for example in examples])
        felt = encoder.read_many((example.text, "") for example in examples)
        ranks = np.argsort(-np.array([one.nuances for one in felt]), axis=1)
        majority = float(np.bincount(truth).max() / len(truth))
        for k in (1, 3):
            hit = (ranks[:, :k] == truth[:, None]).any(1)

            def share(rows: Ints, hit: np.ndarray = hit) -> float:
                return float(hit[rows].mean())

            protocol = f"EmpatheticDialogues test, 32 classes, {what} only"
            results.append(
                _result(
                    encoder,
                    f"nuance top-{k}, {what}",
                    float(hit.mean()),
                    bootstrap(share, len(hit)),
                    len(hit),
                    protocol,
                    to_beat if k == 1 else None,
                    majority if k == 1 else None,
                )
            )
    return results


def _result(
    encoder: TextEmotion,
    metric: str,
    value: float,
    interval: tuple[float, float] | None,
    n: int,
    protocol: str,
    to_beat: float | None,
    baseline: float | None,
) -> Result:
    component = "nuance" if metric.startswith("nuance") else "text-emotion"
    rounded = tuple(round(bound, 4) for bound in interval) if interval else None
    return Result(component, metric, round(value, 4), rounded, n, protocol, to_beat, baseline, encoder.name)  # type: ignore[arg-type]


def as_object(results: list[Result]) -> dict[str, object]:
    """What `finetune eval --json` prints."""
    return {"version": 1, "results": [asdict(result) for result in results]}


def write_report(encoder: TextEmotion, data: Path, out: Path, run: Path | None = None) -> None:
    """Writes for each set a report, confusion matrix, reliability diagram and the worst errors; and a run's curves."""
    from finetune.evaluate import report

    out.mkdir(parents=True, exist_ok=True)
    sets = {"dair-test": (dair.load(data, "test"), DAIR), "everyday-dev": (everyday.load("dev"), EMOTIONS)}
    for name, (examples, labels) in sets.items():
        truth = emotion_truth(examples, labels)
        p = masked_probabilities(probabilities(encoder, examples), labels)
        text = report.classification_report(labels, truth, p)
        errors = report.worst_errors(examples, truth, p, labels=labels)
        (out / f"{name}.txt").write_text(f"{text}\n\n{errors}\n", encoding="utf-8")
        report.plot_confusion(out / f"{name}-confusion.png", labels, truth, p)
        report.plot_reliability(out / f"{name}-reliability.png", truth, p)
    if run is not None:
        report.plot_curves(out / "curves.png", run / "curve.jsonl")
