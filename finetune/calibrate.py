"""Temperatures and the unsure threshold, chosen on validation data (Guo et al., ICML 2017)."""

import numpy as np

from finetune.evaluate.metrics import Floats, Ints, softmax


def best_temperature(sets: list[tuple[Floats, Ints]]) -> float:
    """The temperature with the least mean log loss, each set of (logits, labels) weighing the same."""
    grid = np.exp(np.linspace(np.log(0.4), np.log(3.0), 81))

    def loss(temperature: float) -> float:
        per_set = []
        for logits, truth in sets:
            chosen = softmax(logits / temperature)[np.arange(len(truth)), truth]
            per_set.append(-np.log(np.maximum(chosen, 1e-9)).mean())
        return float(np.mean(per_set))

    return round(float(min(grid, key=loss)), 4)


NEIGHBOURS = 40


def unsure_below(probabilities: Floats, truth: Ints) -> float:
    """The highest confidence around which the top label is wrong at least as often as right.

    Around means the `NEIGHBOURS` texts nearest in confidence; 0 where there is no such place.
    """
    confidence, right = probabilities.max(1), probabilities.argmax(1) == truth
    order = np.argsort(confidence)
    width = min(NEIGHBOURS, len(order))
    share = np.convolve(right[order], np.ones(width) / width, mode="valid")
    low = np.flatnonzero(share <= 0.5)
    return round(float(confidence[order][low[-1] + width // 2]), 4) if len(low) else 0.0
