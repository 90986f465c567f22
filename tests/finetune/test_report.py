"""The report of a classifier: what it says in words, and what its plots are drawn from."""

import json

import numpy as np
import pytest

from agent.emotions import EMOTIONS
from agent.events import AgentError
from finetune.corpora import Example
from finetune.evaluate.metrics import expected_calibration_error
from finetune.evaluate.report import (
    classification_report,
    confusion,
    plot_confusion,
    plot_curves,
    plot_reliability,
    read_curve,
    reliability,
    worst_errors,
)

LABELS = ("anger", "joy", "sadness")
TRUTH = np.array([0, 0, 1, 1, 1])
# said: anger, joy, joy, joy, anger
SAID = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.05, 0.9, 0.05], [0.3, 0.4, 0.3], [0.6, 0.3, 0.1]])


def png(path) -> bool:
    return path.read_bytes().startswith(b"\x89PNG")


def cells(report: str, name: str) -> list[str]:
    return next(line for line in report.splitlines() if line.strip().startswith(name)).replace(name, "").split()


class TestClassificationReport:
    def test_gives_precision_recall_f1_and_support_of_each_class(self):
        report = classification_report(LABELS, TRUTH, SAID)
        assert cells(report, "anger") == ["0.5000", "0.5000", "0.5000", "2"]
        assert cells(report, "joy") == ["0.6667", "0.6667", "0.6667", "3"]

    def test_gives_accuracy_macro_and_weighted_means(self):
        report = classification_report(LABELS, TRUTH, SAID)
        assert cells(report, "accuracy") == ["0.6000", "5"]
        assert cells(report, "macro avg")[2] == "0.3889"
        assert cells(report, "weighted avg")[2] == "0.6000"

    def test_a_class_that_nobody_has_and_nobody_says_is_there_with_zeros(self):
        assert cells(classification_report(LABELS, TRUTH, SAID), "sadness") == ["0.0000", "0.0000", "0.0000", "0"]


class TestConfusion:
    def test_rows_are_the_truth_and_columns_what_was_said(self):
        assert confusion(TRUTH, SAID).tolist() == [[1, 1, 0], [1, 2, 0], [0, 0, 0]]

    def test_is_drawn_with_a_class_that_never_occurs(self, tmp_path):
        plot_confusion(tmp_path / "run" / "confusion.png", LABELS, TRUTH, SAID)
        assert png(tmp_path / "run" / "confusion.png")


class TestReliability:
    def test_bins_hold_all_items_and_give_the_calibration_error(self):
        chance = np.random.default_rng(0)
        probabilities = chance.dirichlet(np.ones(4), 300)
        truth = chance.integers(0, 4, 300)
        bins = reliability(truth, probabilities)
        assert sum(items for _, _, items in bins) == 300
        error = sum(items / 300 * abs(accuracy - confidence) for confidence, accuracy, items in bins)
        assert error == pytest.approx(expected_calibration_error(probabilities, truth))

    def test_full_confidence_falls_into_the_last_bin(self):
        assert reliability(np.array([0, 1]), np.array([[1.0, 0.0], [1.0, 0.0]])) == [(1.0, 0.5, 2)]

    def test_is_drawn(self, tmp_path):
        plot_reliability(tmp_path / "reliability.png", TRUTH, SAID)
        assert png(tmp_path / "reliability.png")


class TestCurves:
    POINTS = (
        {"epoch": 1.0, "step": 10, "dair_accuracy": 0.8, "dair_loss": 0.6, "everyday_accuracy": 0.5},
        {"epoch": 2.0, "step": 20, "dair_accuracy": 0.9, "dair_loss": 0.3, "everyday_accuracy": 0.6},
    )

    def write(self, path, *points) -> None:
        path.write_text("".join(json.dumps(point) + "\n" for point in points))

    def test_are_drawn_from_the_file_of_a_run(self, tmp_path):
        self.write(tmp_path / "curve.jsonl", *self.POINTS)
        plot_curves(tmp_path / "curves.png", tmp_path / "curve.jsonl")
        assert png(tmp_path / "curves.png")

    def test_are_drawn_for_one_epoch_without_losses(self, tmp_path):
        self.write(tmp_path / "curve.jsonl", {"epoch": 1.0, "step": 10, "dair_accuracy": 0.8})
        plot_curves(tmp_path / "curves.png", tmp_path / "curve.jsonl")
        assert png(tmp_path / "curves.png")

    def test_an_epoch_that_a_resumed_run_wrote_again_counts_once_and_as_written_last(self, tmp_path):
        again = {**self.POINTS[0], "dair_accuracy": 0.85}
        self.write(tmp_path / "curve.jsonl", *self.POINTS, again)
        assert [point["dair_accuracy"] for point in read_curve(tmp_path / "curve.jsonl")] == [0.85, 0.9]

    def test_a_missing_an_empty_and_a_torn_file_are_said_in_one_sentence(self, tmp_path):
        path = tmp_path / "curve.jsonl"
        with pytest.raises(AgentError, match="There is no curve at"):
            read_curve(path)
        path.write_text("")
        with pytest.raises(AgentError, match="is empty"):
            read_curve(path)
        path.write_text(json.dumps(self.POINTS[0]) + '\n{"epoch": 2.0, "st')
        with pytest.raises(AgentError, match=r"curve\.jsonl:2 is no point of a curve"):
            read_curve(path)


class TestWorstErrors:
    EXAMPLES = tuple(
        Example(text, "ours", tuple(float(EMOTIONS[index] == name) for name in EMOTIONS))
        for index, text in ((0, "The door slammed."), (3, "We sang."), (6, "He left\x1b[31m\ntoday."))
    )

    def probabilities(self, *said: tuple[str, float]) -> np.ndarray:
        rest = [(1 - sure) / (len(EMOTIONS) - 1) for _, sure in said]
        return np.array(
            [[s if label == name else r for name in EMOTIONS] for (label, s), r in zip(said, rest, strict=True)]
        )

    def test_are_only_mistakes_the_surest_first(self):
        said = self.probabilities(("joy", 0.6), ("joy", 0.99), ("joy", 0.9))
        head, _, first, second = worst_errors(self.EXAMPLES, np.array([0, 3, 6]), said).splitlines()
        assert head == "The 2 most confident of 2 mistakes in 3 texts"
        assert first.split()[:3] == ["joy", "0.90", "sadness"]
        assert second.split(maxsplit=3) == ["joy", "0.60", "anger", "The door slammed."]

    def test_are_at_most_k_and_count_all(self):
        said = self.probabilities(("joy", 0.6), ("anger", 0.99), ("joy", 0.9))
        report = worst_errors(self.EXAMPLES, np.array([0, 3, 6]), said, k=1)
        assert "The 1 most confident of 3 mistakes" in report
        assert len(report.splitlines()) == 3

    def test_text_stays_on_its_line_and_drives_no_terminal(self):
        said = self.probabilities(("anger", 0.9), ("joy", 0.9), ("joy", 0.9))
        report = worst_errors(self.EXAMPLES, np.array([0, 3, 6]), said)
        assert "\x1b" not in report
        assert len(report.splitlines()) == 3

    def test_labels_of_a_protocol_may_be_fewer_than_the_eight(self):
        report = worst_errors(self.EXAMPLES[:1], np.array([0]), np.array([[0.2, 0.8]]), labels=("anger", "fear"))
        assert "fear   0.80  anger  The door slammed." in report

    def test_no_mistake_is_said_so(self):
        assert (
            worst_errors(self.EXAMPLES, np.array([0]), self.probabilities(("anger", 0.9)))
            == "No mistakes in 1 texts.\n"
        )
