"""Where somebody speaks: the stretches of a clip, and the beginning and the end of a turn while it is spoken."""

import subprocess
import sys
import time
from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.audio.activity import Endpoint, spoken, trimmed
from agent.audio.clips import LONGEST_SECONDS, RATE, Samples
from tests.voices import say


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def noise(seconds: float, loudness: float = 0.05) -> Samples:
    return (np.random.default_rng(0).standard_normal(round(seconds * RATE)) * loudness).astype(np.float32)


def tone(seconds: float, pitch: float = 440) -> Samples:
    return (0.3 * np.sin(2 * np.pi * pitch * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def joined(*parts: Samples) -> Samples:
    return np.concatenate(parts)


@cache
def sentence() -> Samples:
    return say("My dog died yesterday and I do not know what to do.")


def heard(samples: Samples, size: int = 480, **options: float) -> Endpoint:
    """An endpoint that was fed in chunks of that size."""
    endpoint = Endpoint(**options)
    for start in range(0, len(samples), size):
        endpoint.feed(samples[start : start + size])
    return endpoint


NOBODY = [silence(3), silence(0), noise(3), noise(3, 0.5), tone(3), tone(3, 120), silence(0.01)]
IDS = ["silence", "nothing", "noise", "loud noise", "tone", "hum", "ten milliseconds"]


@pytest.mark.parametrize("samples", NOBODY, ids=IDS)
def test_where_nobody_speaks_nothing_is_found(samples: Samples) -> None:
    assert spoken(samples) == []
    assert len(trimmed(samples)) == 0
    endpoint = heard(samples)
    assert not endpoint.begun and not endpoint.ended and len(endpoint.samples) == 0


def test_the_stretches_are_where_somebody_speaks() -> None:
    clip = joined(silence(1), sentence(), silence(1), say("Please help me."), silence(1))
    (begin, end), (again, over) = spoken(clip)
    assert begin == pytest.approx(RATE, abs=0.15 * RATE)
    assert end == pytest.approx(RATE + len(sentence()), abs=0.2 * RATE)
    assert again == pytest.approx(2 * RATE + len(sentence()), abs=0.15 * RATE)
    assert over == pytest.approx(len(clip) - RATE, abs=0.2 * RATE)


@pytest.mark.parametrize("loudness", [1.0, 0.1, 0.02])
def test_a_low_voice_and_one_in_noise_are_heard(loudness: float) -> None:
    clip = joined(silence(1), loudness * sentence(), silence(1)) + noise(2 + len(sentence()) / RATE, 0.02 * loudness)
    found = spoken(clip)
    assert found and sum(end - begin for begin, end in found) > 0.8 * len(sentence())


def test_what_is_trimmed_is_all_that_was_said_and_a_tenth_of_a_second_around_it() -> None:
    clip = joined(noise(2, 0.001), sentence(), silence(1), sentence(), noise(2, 0.001))
    (begin, _), (_, end) = spoken(clip)
    assert np.array_equal(trimmed(clip), clip[begin - RATE // 10 : end + RATE // 10])
    assert np.array_equal(trimmed(sentence()), sentence()), "there is nothing around it"


def test_a_turn_begins_with_the_first_sound_and_ends_with_the_pause() -> None:
    endpoint = Endpoint(pause_seconds=0.9)
    endpoint.feed(silence(5))
    assert not endpoint.begun
    endpoint.feed(sentence())
    assert endpoint.begun and not endpoint.ended
    endpoint.feed(silence(0.6))
    assert not endpoint.ended
    endpoint.feed(silence(0.6))
    assert endpoint.ended
    assert len(sentence()) / RATE + 0.9 <= len(endpoint.samples) / RATE <= len(sentence()) / RATE + 1.6


def test_a_short_answer_is_a_turn() -> None:
    assert heard(joined(silence(1), say("No.", speed=250), silence(1.5))).ended


def test_what_was_said_just_before_it_was_heard_is_kept() -> None:
    before = noise(2, 0.001)
    kept = heard(joined(before, sentence()), preroll_seconds=0.4).samples
    place = int(np.correlate(kept, sentence()[:RATE], "valid").argmax())
    assert place / RATE == pytest.approx(0.4, abs=0.1)
    assert np.array_equal(kept[:place], before[len(before) - place :])


def test_a_pause_for_thought_does_not_end_the_turn() -> None:
    clip = joined(silence(0.5), sentence(), silence(1.2), sentence(), silence(3))
    patient, hasty = heard(clip, pause_seconds=2.0), heard(clip, pause_seconds=0.5)
    assert patient.ended and hasty.ended
    assert len(patient.samples) > 2 * len(sentence()) + 1.2 * RATE > len(hasty.samples)
    assert len(spoken(patient.samples)) >= 2


def test_noise_after_the_last_word_is_a_pause() -> None:
    assert heard(joined(silence(0.5), sentence(), noise(2, 0.01))).ended


def test_after_the_end_nothing_more_is_heard() -> None:
    turn = joined(silence(1), sentence(), silence(1.5))
    longer = joined(turn, sentence(), silence(2.01))
    for more in (heard(longer), heard(longer, size=len(longer))):
        assert more.ended and np.array_equal(heard(turn).samples, more.samples)


def test_a_turn_without_an_end_ends_at_the_longest() -> None:
    without_end = np.tile(joined(sentence(), silence(0.2)), 2 + LONGEST_SECONDS * RATE // len(sentence()))
    endpoint = heard(without_end, size=RATE)
    assert endpoint.ended
    assert len(endpoint.samples) == pytest.approx(LONGEST_SECONDS * RATE, rel=0.001)


@given(st.lists(st.integers(0, 20_000), max_size=30), st.sampled_from([1.0, 0.01]), st.booleans())
@example([512] * 80, 0.01, False)
@settings(max_examples=20, deadline=None)
def test_chunks_of_any_size_make_the_same_turn(sizes: list[int], loudness: float, ends: bool) -> None:
    clip = joined(silence(0.5), loudness * sentence(), silence(1.5 if ends else 0.3))
    clip += noise(len(clip) / RATE, 0.002)
    at_once, in_chunks = Endpoint(), Endpoint()
    at_once.feed(clip)
    start = 0
    for size in [*sizes, len(clip)]:
        in_chunks.feed(clip[start : start + size])
        start += size
    assert (in_chunks.begun, in_chunks.ended) == (at_once.begun, at_once.ended) == (True, ends)
    assert np.array_equal(in_chunks.samples, at_once.samples)


def test_to_listen_costs_a_small_part_of_the_time_that_passes() -> None:
    clip = joined(silence(1), sentence())
    heard(clip)
    started = time.process_time()
    heard(clip)
    # 2 ms a second on an idle core; the rest is for a busy machine.
    assert time.process_time() - started < 0.03 * len(clip) / RATE


def test_the_model_is_loaded_only_when_it_is_needed() -> None:
    code = "import sys, agent.audio.activity; print({'faster_whisper', 'onnxruntime', 'av'} & {*sys.modules})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
