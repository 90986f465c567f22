"""Words and voice together: neutral leaves room, conflict is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.emotions import EMOTIONS
from agent.events import Emotion
from agent.understand.fusion import fuse


def felt(label: str, share: float = 0.9, unsure: bool = False) -> Emotion:
    rest = (1 - share) / (len(EMOTIONS) - 1)
    return Emotion(label, share, unsure, {each: share if each == label else rest for each in EMOTIONS})


@pytest.mark.parametrize("label", ["anger", "fear", "joy", "sadness", "surprise"])
def test_neutral_words_take_the_feeling_of_the_voice(label: str) -> None:
    found, disagree = fuse(felt("neutral"), felt(label))
    assert found.label == label and not disagree


@pytest.mark.parametrize("label", ["anger", "fear", "joy", "love", "sadness", "surprise"])
def test_a_flat_voice_leaves_the_words_as_they_are(label: str) -> None:
    found, disagree = fuse(felt(label), felt("neutral"))
    assert found.label == label and not disagree and not found.unsure


def test_where_both_say_the_same_it_is_surer_than_either() -> None:
    found, _ = fuse(felt("sadness", 0.6), felt("sadness", 0.6))
    assert found.confidence > 0.6


@pytest.mark.parametrize(("words", "voice"), [("joy", "sadness"), ("love", "anger"), ("sadness", "joy")])
def test_glad_words_in_a_heavy_voice_disagree_and_nothing_is_certain(words: str, voice: str) -> None:
    found, disagree = fuse(felt(words), felt(voice))
    assert disagree and found.unsure


@pytest.mark.parametrize(("words", "voice"), [("joy", "surprise"), ("love", "joy"), ("fear", "surprise")])
def test_what_sounds_alike_does_not_disagree(words: str, voice: str) -> None:
    assert not fuse(felt(words), felt(voice))[1]


def test_an_unsure_voice_contradicts_nobody() -> None:
    assert not fuse(felt("joy"), felt("sadness", 0.3, unsure=True))[1]


scores = st.lists(st.floats(0.001, 1), min_size=8, max_size=8).map(
    lambda each: dict(zip(EMOTIONS, (one / sum(each) for one in each), strict=True))
)


@given(scores, scores)
def test_the_scores_are_probabilities_and_the_label_is_their_top(
    words: dict[str, float], voice: dict[str, float]
) -> None:
    def emotion(of: dict[str, float]) -> Emotion:
        top = max(of, key=lambda label: of[label])
        return Emotion(top, of[top], False, of)

    found, _ = fuse(emotion(words), emotion(voice))
    assert list(found.scores) == list(EMOTIONS)
    assert sum(found.scores.values()) == pytest.approx(1, abs=1e-3)
    assert found.scores[found.label] == max(found.scores.values()) == found.confidence
