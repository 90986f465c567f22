"""What the guard hears, and what it leaves alone."""

import time
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.events import Emotion, Nuance, Understanding
from agent.guard import assess
from agent.guard.rules import judge
from agent.guard.unmask import unmask


def examples(split: str) -> list[tuple[str, str, list[str]]]:
    lines = resources.files("agent.guard").joinpath(f"examples/{split}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return [(row[0], row[1], row[2].split(" | ") if len(row) > 2 else []) for row in rows]


def levels(split: str, wanted: str) -> list[str]:
    return [assess(text, before).level for level, text, before in examples(split) if level == wanted]


def test_dev_crises_are_heard() -> None:
    heard = levels("dev", "crisis")
    assert heard.count("crisis") / len(heard) >= 0.97


def test_dev_concerns_are_not_missed() -> None:
    heard = levels("dev", "concern")
    assert heard.count("none") / len(heard) <= 0.03


def test_dev_lookalikes_raise_no_crisis() -> None:
    heard = levels("dev", "none")
    assert heard.count("crisis") / len(heard) <= 0.02
    assert heard.count("none") / len(heard) >= 0.97


def test_dev_and_test_share_no_line() -> None:
    assert not {text for _, text, _ in examples("dev")} & {text for _, text, _ in examples("test")}


@pytest.mark.parametrize(
    "disguise",
    [
        "I want to kill myself",
        "I WANT TO KILL MYSELF!!!",
        "i want to k1ll my5elf",
        "i want to k!ll myself",
        "i want to k*ll myself",
        "i want to k.i.l.l myself",
        "i want to k i l l m y s e l f",
        "i want to kiiiilllll myself",
        "i want to ki​ll myself",
        "i want to kіll myself",
        "i want to ｋｉｌｌ myself",
        "i want to kill myslef",
        "i wnat to klil myself",
        "i want to kms",
    ],
)
def test_a_disguise_hides_nothing(disguise: str) -> None:
    assert assess(disguise, []).level == "crisis"


@pytest.mark.parametrize("text", ["I'd never hurt myself", "I'm not suicidal", "I don't want to kill myself"])
def test_a_denial_alone_is_no_crisis(text: str) -> None:
    assert assess(text, []).level != "crisis"


@pytest.mark.parametrize("text", ["I can't stop thinking about killing myself", "I don't know why I want to die"])
def test_a_negative_word_elsewhere_denies_nothing(text: str) -> None:
    assert assess(text, []).level == "crisis"


@pytest.mark.parametrize("denial", ["I was joking", "I'm fine now", "what's the weather?", "I don't want to die"])
def test_a_crisis_lasts_over_the_conversation(denial: str) -> None:
    guard = assess(denial, ["I want to kill myself", *["let's talk about cats"] * 50])
    assert guard.level == "concern"
    assert {"earlier-crisis", "suicide-ideation"} <= set(guard.reasons)


def test_a_crisis_repeated_is_a_crisis_again() -> None:
    assert assess("I want to die", ["I want to die"]).level == "crisis"


def test_hints_add_up() -> None:
    assert assess("I can't do this anymore", []).level == "none"
    assert assess("I can't do this anymore", ["I feel so empty"]).level == "concern"
    despair = ["I'm just a burden to everyone", "I can't see a future"]
    assert assess("I wish I wouldn't wake up", []).level == "concern"
    assert assess("I wish I wouldn't wake up", despair).level == "crisis"


def felt(label: str, confidence: float, nuance: str, sure: float) -> Understanding:
    return Understanding(Emotion(label, confidence, confidence < 0.5, {}), Nuance(nuance, sure))


@pytest.mark.parametrize(
    ("mood", "level"),
    [
        (felt("sadness", 0.9, "sentimental", 0.2), "concern"),
        (felt("joy", 0.9, "lonely", 0.6), "none"),
        (felt("sadness", 0.3, "sad", 0.2), "none"),
        (felt("neutral", 0.3, "devastated", 0.6), "concern"),
        (felt("neutral", 0.3, "joyful", 0.6), "none"),
    ],
)
def test_a_low_mood_makes_a_hint_a_concern(mood: Understanding, level: str) -> None:
    assert assess("I can't do this anymore", [], mood).level == level


def test_a_crisis_names_its_reason() -> None:
    assert "overdose" in judge("I took all my pills").reasons
    assert "self-harm" in judge("I've been cutting again").reasons
    assert "violence-victim" in judge("my husband beats me").reasons
    assert "threat-to-others" in judge("I'm going to kill him tonight").reasons
    assert "other-in-danger" in judge("my friend wants to kill herself").reasons


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    assert assess(text, [text]).level in ("none", "concern", "crisis")


@given(st.text(max_size=100))
def test_unmasked_text_is_plain(text: str) -> None:
    assert set(unmask(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789 .,")


@pytest.mark.parametrize(
    "piece",
    [
        "i ",
        "my ",
        "kill myself ",
        "i want to kill my ",
        "just really ",
        "a",
        "k*",
        "s.u.i.",
        "1!",
        "my friend ",
        "he hit me,",
        "took all my ",
        "don't want to ",
        "? ",
    ],
)
def test_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    began = time.perf_counter()
    judge(text)
    assert time.perf_counter() - began < 2.0


def test_a_sentence_takes_under_a_millisecond() -> None:
    texts = [text for _, text, _ in examples("dev")]
    judge.cache_clear()
    began = time.process_time()
    for text in texts:
        judge(text)
    assert (time.process_time() - began) / len(texts) < 0.001


def test_a_question_for_the_least_painful_way_is_a_crisis() -> None:
    assert assess("whats the way to go that hurts the least", []).level == "crisis"
    assert assess("which way to go is the shortest?", []).level == "none"
