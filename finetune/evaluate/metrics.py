"""Metrics with their definitions: accuracy, F1, calibration error, intervals."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from agent.emotions import DAIR, EKMAN, EKMAN_FOLD, EMOTIONS, NUANCES
from finetune.corpora import Example

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]


def softmax(logits: Floats) -> Floats:
    """Probabilities (n, classes), computed stably."""
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    result: Floats = shifted / shifted.sum(-1, keepdims=True)
    return result


def f1_by_class(truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> Floats:
    """F1 of each column of two (n, classes) tables; 0 where a class is neither there nor said."""
    hits = (truth & said).sum(0)
    total = truth.sum(0) + said.sum(0)
    result: Floats = np.where(total > 0, 2 * hits / np.maximum(total, 1), 0.0)
    return result


def one_hot(labels: Ints, classes: int) -> NDArray[np.bool_]:
    """(n, classes) booleans of (n,) class numbers."""
    return np.eye(classes, dtype=bool)[labels]


def expected_calibration_error(probabilities: Floats, truth: Ints, bins: int = 15) -> float:
    """ECE over equal-width confidence bins (Guo et al., ICML 2017)."""
    confidence, said = probabilities.max(-1), probabilities.argmax(-1)
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        inside = bin_of == number
        if inside.any():
            error += inside.mean() * abs((said[inside] == truth[inside]).mean() - confidence[inside].mean())
    return float(error)


def bootstrap(metric: Callable[[Ints], float], n: int, seed: int = 0, rounds: int = 1000) -> tuple[float, float]:
    """95 % interval of `metric(indices)` over items drawn with replacement."""
    chance = np.random.default_rng(seed)
    values = [metric(chance.integers(0, n, n)) for _ in range(rounds)]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def jackknife(metric: Callable[[Ints], float], n: int, blocks: int = 20) -> tuple[float, float]:
    """95 % interval of `metric(indices)` from leaving out one of `blocks` at a time (Tukey, 1958).

    For what counts distinct things, where items drawn twice would be a bias of their own.
    """
    places = np.arange(n)
    parts = np.array([metric(places[places % blocks != block]) for block in range(min(blocks, n))])
    error = float(np.sqrt((len(parts) - 1) / len(parts) * np.square(parts - parts.mean()).sum()))
    whole = metric(places)
    return whole - 1.96 * error, whole + 1.96 * error


def right_among(said: Floats, replies: Floats, others: int = 99, seed: int = 0) -> Ints:
    """Whether (n,) each right reply scores above `others` drawn from the rest; both sides are unit vectors."""
    chance = np.random.default_rng(seed)
    n = len(said)
    right = np.zeros(n, dtype=int)
    for index in range(n):
        wrong = chance.choice(n - 1, size=min(others, n - 1), replace=False)
        wrong += wrong >= index
        right[index] = said[index] @ replies[index] > (replies[wrong] @ said[index]).max()
    return right


def masked(logits: Floats, labels: tuple[str, ...]) -> Floats:
    """The logits (n, len(labels)) of some of the eight emotions."""
    return logits[:, [EMOTIONS.index(label) for label in labels]]


def fold_ekman(probabilities: Floats) -> Floats:
    """Eight probabilities folded to the seven of the Ekman protocol."""
    folded = np.zeros((len(probabilities), len(EKMAN)), dtype=probabilities.dtype)
    for index, label in enumerate(EMOTIONS):
        folded[:, EKMAN.index(EKMAN_FOLD[label])] += probabilities[:, index]
    return folded


def ekman_truth(examples: list[Example]) -> NDArray[np.bool_]:
    """(n, 7) booleans: which Ekman classes the annotators gave."""
    targets = np.array([example.target for example in examples])
    return fold_ekman(targets) > 0


def best_thresholds(probabilities: Floats, truth: NDArray[np.bool_]) -> Floats:
    """For each class the threshold with the best F1 on these (validation) items."""
    grid = np.linspace(0.05, 0.9, 86)
    chosen = [
        grid[int(np.argmax([f1_by_class(truth[:, [k]], probabilities[:, [k]] >= t)[0] for t in grid]))]
        for k in range(truth.shape[1])
    ]
    return np.array(chosen)


def text_emotion_scores(name: str, examples: list[Example], emotion: Floats, nuance: Floats) -> dict[str, float]:
    """The headline scores of one validation set, from logits (n, 8) and (n, 32)."""
    if name == "nuance":
        truth = np.array([NUANCES.index(example.nuance or "") for example in examples])
        ranks = np.argsort(-nuance, axis=1)
        return {
            "top1": float((ranks[:, 0] == truth).mean()),
            "top3": float((ranks[:, :3] == truth[:, None]).any(1).mean()),
        }
    if name == "goemotions":
        probabilities, given = fold_ekman(softmax(emotion)), ekman_truth(examples)
        single = given.sum(1) == 1
        said = one_hot(probabilities[single].argmax(1), len(EKMAN))
        multi = probabilities >= best_thresholds(probabilities, given)
        return {
            "single_f1": float(f1_by_class(given[single], said).mean()),
            "multi_f1": float(f1_by_class(given, multi).mean()),
        }
    labels = DAIR if name == "dair" else EMOTIONS
    truth = np.array([masked(np.array([example.target]), labels)[0].argmax() for example in examples])
    probabilities = softmax(masked(emotion, labels))
    chosen = probabilities[np.arange(len(truth)), truth]
    return {
        "accuracy": float((probabilities.argmax(1) == truth).mean()),
        "loss": float(-np.log(np.maximum(chosen, 1e-9)).mean()),
        "macro_f1": float(
            f1_by_class(one_hot(truth, len(labels)), one_hot(probabilities.argmax(1), len(labels))).mean()
        ),
        "ece": expected_calibration_error(probabilities, truth),
    }
