"""Getting to know a voice: unlabelled clips shift its scores, one mood alone does not become its neutral."""

import numpy as np
import pytest

from agent.emotions import SPEECH
from agent.understand.speech import LONGEST, SHORTEST, KnownVoice, blended, expected, prepared

RATE = 16_000
# Eight emotions that are far apart; a voice is a shift that is added to all of them.
MEANS = (40 * np.eye(len(SPEECH))).astype(np.float32)
SHIFT = np.linspace(-6, 6, len(SPEECH)).astype(np.float32)


def clip(label: int, shift: np.ndarray = SHIFT) -> tuple[np.ndarray, np.ndarray]:
    scores = MEANS[label] + shift
    return scores - 0.5 * np.diag(MEANS), scores


def after(labels: list[int], shift: np.ndarray = SHIFT) -> KnownVoice:
    known = KnownVoice()
    for label in labels:
        plain, scores = clip(label, shift)
        residue = scores - expected(plain, scores, MEANS, known, 3.0)
        known = KnownVoice(known.clips + 1, known.total + residue)
    return known


def heard(label: int, known: KnownVoice, shift: np.ndarray = SHIFT) -> int:
    plain, scores = clip(label, shift)
    return int(blended(plain, scores, MEANS, known).argmax())


def test_an_unknown_voice_is_heard_by_the_head_for_any_voice() -> None:
    plain, scores = clip(2)
    assert np.array_equal(blended(plain, scores, MEANS, KnownVoice()), plain)


def test_the_shift_of_a_voice_is_found_without_labels() -> None:
    known = after([index % len(SPEECH) for index in range(40)])
    assert known.shift == pytest.approx(SHIFT, abs=0.4)


@pytest.mark.parametrize("mood", [0, 5])
def test_one_mood_for_a_week_is_still_heard_as_that_mood(mood: int) -> None:
    known = after([mood] * 30)
    assert heard(mood, known) == mood
    assert known.shift[mood] < 0.5 * MEANS[mood, mood]


def test_it_counts_more_the_more_clips_are_known() -> None:
    weights = [KnownVoice(count).weight for count in (0, 1, 4, 16)]
    assert weights[0] == 0 and weights == sorted(weights) and weights[-1] < 1


def test_quiet_ends_are_cut_and_the_length_is_bounded() -> None:
    tone = np.sin(np.arange(RATE) / 20).astype(np.float32)
    quiet = np.full(RATE, 1e-5, np.float32)
    assert len(prepared(np.concatenate([quiet, tone, quiet]))) == pytest.approx(1.2 * RATE, abs=400)
    assert len(prepared(tone[:100])) == SHORTEST
    assert len(prepared(np.tile(tone, 30))) == LONGEST
    assert len(prepared(np.zeros(0, np.float32))) == SHORTEST
