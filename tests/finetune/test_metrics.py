"""The metrics against their definitions, and against scikit-learn where it has them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import f1_score

from agent.emotions import DAIR, EKMAN, EMOTIONS, NUANCES
from finetune.corpora import Example
from finetune.evaluate.metrics import (
    best_thresholds,
    bootstrap,
    ekman_truth,
    expected_calibration_error,
    f1_by_class,
    fold_ekman,
    jackknife,
    masked,
    one_hot,
    softmax,
    text_emotion_scores,
)

tables = st.tuples(st.integers(1, 30), st.integers(1, 8))
logits = st.floats(-1000, 1000, allow_nan=False, width=64)


def example(*emotions: str, nuance: str | None = None, open: tuple[str, ...] = EMOTIONS) -> Example:
    """A text with these emotions in equal shares."""
    target = tuple(float(label in emotions) / len(emotions) for label in EMOTIONS) if emotions else None
    return Example("a text of ours", "test", target, open, nuance)


@given(tables.flatmap(lambda shape: arrays.arrays(np.float64, shape, elements=logits)))
def test_softmax_gives_probabilities_in_the_order_of_the_logits_however_large_they_are(table):
    probabilities = softmax(table)
    assert np.isfinite(probabilities).all()
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(1), 1)
    np.testing.assert_allclose(softmax(table + 7.0), probabilities, atol=1e-9)
    chosen = np.take_along_axis(probabilities, table.argmax(1)[:, None], 1)[:, 0]
    np.testing.assert_allclose(chosen, probabilities.max(1))


@settings(max_examples=60, deadline=None)
@given(st.data(), tables)
def test_f1_of_each_class_is_scikit_learns(data, shape):
    truth, said = (data.draw(arrays.arrays(np.bool_, shape)) for _ in range(2))
    theirs = [f1_score(truth[:, k], said[:, k], zero_division=0.0) for k in range(shape[1])]
    np.testing.assert_allclose(f1_by_class(truth, said), theirs)


def test_one_hot_has_one_true_cell_a_row_at_the_class():
    assert one_hot(np.array([2, 0]), 3).tolist() == [[False, False, True], [True, False, False]]


class TestExpectedCalibrationError:
    def test_is_zero_when_eight_of_ten_are_right_at_confidence_eight_tenths(self):
        probabilities = np.array([[0.8, 0.2]] * 10)
        assert expected_calibration_error(probabilities, np.array([0] * 8 + [1] * 2)) == pytest.approx(0.0)

    def test_is_the_confidence_when_everything_is_wrong(self):
        assert expected_calibration_error(np.array([[0.9, 0.1]] * 4), np.ones(4, dtype=int)) == pytest.approx(0.9)

    def test_weighs_each_bin_by_its_items(self):
        probabilities = np.array([[0.9, 0.1]] * 3 + [[0.6, 0.4]])
        truth = np.array([0, 0, 0, 1])
        assert expected_calibration_error(probabilities, truth) == pytest.approx(3 / 4 * 0.1 + 1 / 4 * 0.6)

    def test_counts_full_confidence_in_the_last_bin(self):
        assert expected_calibration_error(np.array([[1.0, 0.0]] * 2), np.array([0, 1])) == pytest.approx(0.5)

    def test_errors_of_opposite_sign_in_two_bins_do_not_cancel(self):
        probabilities = np.array([[0.75, 0.25]] * 2 + [[0.55, 0.45]] * 2)
        truth = np.array([1, 1, 0, 0])
        assert expected_calibration_error(probabilities, truth) == pytest.approx(0.5 * 0.75 + 0.5 * 0.45)


class TestBootstrap:
    def test_covers_the_true_accuracy_about_as_often_as_it_says(self):
        chance = np.random.default_rng(1)
        samples = chance.random((120, 80)) < 0.7
        intervals = [bootstrap(lambda rows, s=s: float(s[rows].mean()), 80, seed=2, rounds=200) for s in samples]
        covered = np.mean([low <= 0.7 <= high for low, high in intervals])
        assert 0.88 <= covered <= 0.99

    def test_is_narrower_with_more_items_and_the_same_for_the_same_seed(self):
        few = bootstrap(lambda rows: float((rows % 2).mean()), 20)
        many = bootstrap(lambda rows: float((rows % 2).mean()), 2000)
        assert many[1] - many[0] < (few[1] - few[0]) / 5
        assert few == bootstrap(lambda rows: float((rows % 2).mean()), 20)


@given(arrays.arrays(np.float64, (5, len(EMOTIONS)), elements=st.floats(-30, 30)))
def test_folded_to_ekman_the_probabilities_still_sum_to_one_and_love_is_joy(table):
    probabilities = softmax(table)
    folded = fold_ekman(probabilities)
    assert folded.shape == (5, len(EKMAN))
    np.testing.assert_allclose(folded.sum(1), 1)
    joy = probabilities[:, EMOTIONS.index("joy")] + probabilities[:, EMOTIONS.index("love")]
    np.testing.assert_allclose(folded[:, EKMAN.index("joy")], joy)


def test_the_truth_of_a_text_with_love_and_anger_is_joy_and_anger():
    (given_classes,) = ekman_truth([example("love", "anger")])
    assert [label for label, there in zip(EKMAN, given_classes, strict=True) if there] == ["anger", "joy"]


def test_masked_logits_are_those_of_the_named_labels_in_their_order():
    row = np.arange(8.0)[None]
    assert masked(row, ("surprise", "anger")).tolist() == [[7.0, 0.0]]


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(1, 25), st.integers(1, 4))
def test_chosen_thresholds_are_never_worse_than_one_half_on_their_own_items(data, n, classes):
    probabilities = data.draw(arrays.arrays(np.float64, (n, classes), elements=st.floats(0, 1)))
    truth = data.draw(arrays.arrays(np.bool_, (n, classes)))
    chosen = best_thresholds(probabilities, truth)
    assert (f1_by_class(truth, probabilities >= chosen) >= f1_by_class(truth, probabilities >= 0.5)).all()


def test_a_threshold_separates_what_can_be_separated():
    probabilities = np.array([[0.1], [0.15], [0.3], [0.35]])
    truth = np.array([[False], [False], [True], [True]])
    assert 0.15 < best_thresholds(probabilities, truth)[0] <= 0.3


class TestTextEmotionScores:
    def logits(self, *labels: str) -> np.ndarray:
        return np.array([[9.0 * (label == name) for name in EMOTIONS] for label in labels])

    def test_dair_is_scored_over_its_own_six_whatever_neutral_and_disgust_say(self):
        table = self.logits("joy", "fear")
        table[:, [EMOTIONS.index("neutral"), EMOTIONS.index("disgust")]] = 50.0
        examples = [example("joy", open=DAIR), example("fear", open=DAIR)]
        scores = text_emotion_scores("dair", examples, table, np.zeros((2, len(NUANCES))))
        assert scores["accuracy"] == 1.0
        assert scores["loss"] < 0.01

    def test_everyday_is_scored_over_all_eight(self):
        table = self.logits("neutral", "neutral", "joy", "joy")
        examples = [example(label) for label in ("neutral", "joy", "joy", "joy")]
        scores = text_emotion_scores("everyday", examples, table, np.zeros((4, len(NUANCES))))
        assert scores["accuracy"] == 0.75
        # neutral: 1 of 2 said is right, all found (F1 2/3); joy: 2 of 2 said, 2 of 3 found (F1 4/5); six others 0.
        assert scores["macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 8)

    def test_top_three_of_the_nuances_holds_what_top_one_misses(self):
        table = np.zeros((2, len(NUANCES)))
        table[:, NUANCES.index("sad")], table[:, NUANCES.index("lonely")] = 2.0, 1.0
        examples = [example(nuance="sad"), example(nuance="lonely")]
        assert text_emotion_scores("nuance", examples, np.zeros((2, 8)), table) == {"top1": 0.5, "top3": 1.0}

    def test_the_single_label_score_of_goemotions_leaves_out_texts_with_two_classes(self):
        examples = [example(label) for label in ("anger", "disgust", "fear", "love", "neutral", "sadness", "surprise")]
        table = self.logits("anger", "disgust", "fear", "love", "neutral", "sadness", "surprise", "fear")
        scores = text_emotion_scores("goemotions", [*examples, example("anger", "joy")], table, np.zeros((8, 32)))
        assert scores["single_f1"] == 1.0
        assert scores["multi_f1"] < 1.0


def test_the_jackknife_agrees_with_the_error_of_a_mean():
    values = np.random.default_rng(0).normal(size=2000)
    low, high = jackknife(lambda rows: float(values[rows].mean()), len(values))
    assert low < values.mean() < high
    assert (high - low) / 2 == pytest.approx(1.96 * values.std() / np.sqrt(len(values)), rel=0.35)
