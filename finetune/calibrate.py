"""Temperatures and the unsure threshold, chosen on validation data (Guo et al., ICML 2017)."""

import numpy as np

from finetune.evaluate.metrics import Floats, Ints, softmax


def best_temperature(sets: list[tuple[Floats, Ints]], most: float = 3.0) -> float:
    """The temperature up to `most` with the least mean log loss, each set of (logits, labels) weighing the same."""
    grid = np.exp(np.linspace(np.log(0.4), np.log(most), 81))

    def loss(temperature: float) -> float:
        per_set = []
        for logits, truth in sets:
            chosen = softmax(logits / temperature)[np.arange(len(truth)), truth]
            per_set.append(-np.log(np.maximum(chosen, 1e-9)).mean())
        return float(np.mean(per_set))

    return round(float(min(grid, key=loss)), 4)


def unsure_below(probabilities: Floats, truth: Ints) -> float:
    """The highest confidence below which the top label is wrong at least as often as right; 0 if there is none.

    At least ten texts must lie below, so that one lucky or unlucky text decides nothing.
    """
    confidence, right = probabilities.max(1), probabilities.argmax(1) == truth
    order = np.argsort(confidence)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    low = np.flatnonzero((share <= 0.5) & (np.arange(len(order)) >= 9))
    return round(float(confidence[order][low[-1]]), 4) if len(low) else 0.0
