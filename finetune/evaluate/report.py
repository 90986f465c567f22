"""What a figure leaves out: the report by class, the confusions, the calibration, the curves and the worst errors.

Everywhere `truth` (n,) are class numbers and `probabilities` (n, classes) are in the order of `labels`.
The worst errors hold lines of a corpus: they belong into the folder of a run and are never committed.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agent.emotions import EMOTIONS
from agent.events import AgentError
from agent.plaintext import line as one_line
from finetune.corpora import Example
from finetune.evaluate.metrics import Floats, Ints, expected_calibration_error

BINS = 15
# Smaller is better for these; everything else of a curve is a score.
LOSSES = ("loss", "ece")


def classification_report(labels: Sequence[str], truth: Ints, probabilities: Floats) -> str:
    """Precision, recall, F1 and support of each class; accuracy (micro), macro and weighted means."""
    from sklearn import metrics

    said = probabilities.argmax(1)
    numbers = list(range(len(labels)))
    return str(
        metrics.classification_report(
            truth, said, labels=numbers, target_names=list(labels), digits=4, zero_division=0.0
        )
    )


def confusion(truth: Ints, probabilities: Floats) -> Ints:
    """Counts (classes, classes): rows are the truth, columns what was said."""
    classes = probabilities.shape[1]
    pairs = truth * classes + probabilities.argmax(1)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def plot_confusion(path: Path, labels: Sequence[str], truth: Ints, probabilities: Floats) -> None:
    """Draws the confusions twice: as counts, and as the share of each true class."""
    counts = confusion(truth, probabilities)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    size = 1.6 + 0.62 * len(labels)
    figure = _figure(2.1 * size, size)
    panels = (("counts", [[f"{n:,}" for n in row] for row in counts]), ("% of the true class", _percent(shares)))
    for axes, (title, texts) in zip(figure.subplots(1, 2), panels, strict=True):
        # Both are coloured by share: a frequent class must not hide how a rare one is confused.
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for row in range(len(labels)):
            for column in range(len(labels)):
                colour = "white" if shares[row, column] > 0.55 else "black"
                axes.text(column, row, texts[row][column], ha="center", va="center", fontsize=9, color=colour)
        axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right")
        axes.set_yticks(range(len(labels)), labels)
        axes.set_xlabel("said")
        axes.set_ylabel("truth")
        axes.set_title(title)
    _save(figure, path)


def _percent(shares: Floats) -> list[list[str]]:
    return [[f"{100 * share:.0f}" if share >= 0.005 else "" for share in row] for row in shares]


def reliability(truth: Ints, probabilities: Floats, bins: int = BINS) -> list[tuple[float, float, int]]:
    """(mean confidence, accuracy, items) of each equal-width bin of confidence that holds items."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == truth
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    inside = [bin_of == number for number in range(bins)]
    return [(float(confidence[i].mean()), float(right[i].mean()), int(i.sum())) for i in inside if i.any()]


def plot_reliability(path: Path, truth: Ints, probabilities: Floats) -> None:
    """Draws accuracy against confidence in 15 bins, how many items each holds, and the calibration error."""
    confidence, accuracy, items = np.array(reliability(truth, probabilities)).T
    figure = _figure(5.5, 6.5)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    upper.plot((0, 1), (0, 1), color="grey", linestyle="--", linewidth=1, label="calibrated")
    upper.vlines(confidence, accuracy, confidence, color="#e5533d", linewidth=3, alpha=0.5, label="gap")
    upper.plot(confidence, accuracy, "o-", color="#4f8fd6", label="measured")
    upper.set_ylabel("accuracy")
    upper.set_ylim(0, 1)
    upper.legend(frameon=False)
    error = expected_calibration_error(probabilities, truth, BINS)
    upper.set_title(f"expected calibration error {error:.4f} ({BINS} bins, n = {len(truth):,})")
    lower.bar(confidence, items, width=0.8 / BINS, color="#8c97a3")
    lower.set_xlabel("confidence")
    lower.set_ylabel("items")
    lower.set_xlim(0, 1)
    _save(figure, path)


def read_curve(curve_jsonl: Path) -> list[dict[str, float]]:
    """The lines of a run's curve by epoch; where a resumed run wrote an epoch twice, the later line stands.

    Raises:
        AgentError: if the file is missing, empty or holds a line that is no JSON object with an epoch.
    """
    if not curve_jsonl.is_file():
        raise AgentError(f"There is no curve at {curve_jsonl}: train first, or name the folder of a run.")
    by_epoch: dict[float, dict[str, float]] = {}
    for number, text in enumerate(curve_jsonl.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            point = json.loads(text)
            by_epoch[float(point["epoch"])] = point
        except (ValueError, TypeError, KeyError) as error:
            raise AgentError(
                f"{curve_jsonl}:{number} is no point of a curve (a JSON object with an epoch): delete that line."
            ) from error
    if not by_epoch:
        raise AgentError(f"The curve {curve_jsonl} is empty: no epoch of that run was finished.")
    return [by_epoch[epoch] for epoch in sorted(by_epoch)]


def plot_curves(path: Path, curve_jsonl: Path) -> None:
    """Draws the validation scores of a run over its epochs; losses and calibration errors beside them."""
    points = read_curve(curve_jsonl)
    keys = [key for key in dict.fromkeys(key for point in points for key in point) if key not in ("epoch", "step")]
    losses = [key for key in keys if key.endswith(LOSSES)]
    panels = [("scores", [key for key in keys if key not in losses]), ("losses and calibration errors", losses)]
    figure = _figure(12, 4.5)
    for axes, (title, names) in zip(figure.subplots(1, 2), panels, strict=True):
        for name in names:
            drawn = [(point["epoch"], point[name]) for point in points if name in point]
            axes.plot(*zip(*drawn, strict=True), "o-", markersize=4, label=f"{name} ({drawn[-1][1]:.3f})")
        axes.set_title(f"validation {title} (last value)", fontsize=10, loc="left")
        axes.set_xlabel("epoch")
        axes.grid(alpha=0.3)
        if names:
            axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    _save(figure, path)


def worst_errors(
    examples: Sequence[Example],
    truth: Ints,
    probabilities: Floats,
    k: int = 20,
    labels: Sequence[str] = EMOTIONS,
) -> str:
    """The `k` most confident mistakes, a line each: what was said, how surely, what is true, the text."""
    said, confidence = probabilities.argmax(1), probabilities.max(1)
    wrong = np.flatnonzero(said != truth)
    if not len(wrong):
        return f"No mistakes in {len(truth):,} texts.\n"
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:k]
    width = max(len(label) for label in labels)
    lines = [f"The {len(worst)} most confident of {len(wrong):,} mistakes in {len(truth):,} texts"]
    lines.append(f"{'said':<{width}}  sure  {'truth':<{width}}  text")
    for index in worst:
        text = one_line(examples[index].text)
        said_label, true_label = labels[said[index]], labels[truth[index]]
        lines.append(f"{said_label:<{width}}  {confidence[index]:.2f}  {true_label:<{width}}  {text}")
    return "\n".join(lines) + "\n"


def _figure(width: float, height: float) -> Any:
    # A figure of its own rather than pyplot's: no display, no window, no global state.
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
