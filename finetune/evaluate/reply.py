"""The reply stage of the whole system: conversations to be read, and how varied the replies are."""

import os
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.artefacts import installed
from agent.emotions import EMOTIONS
from agent.events import Done, Emotion, History, Nuance, Turn, Typed, Understanding
from agent.reply import Request, Sample
from agent.reply.bank import Bank, open_bank
from agent.reply.choose import general, near
from agent.reply.embedded import EmbeddedBackend, fitting, may_generate
from agent.reply.filters import tidy
from agent.reply.generate import SAMPLES, MiniModel, open_mini
from agent.reply.prompt import build_messages
from agent.reply.rank import Ranker, open_ranker
from agent.settings import Settings
from agent.store import Store
from agent.turn import Agent, open_agent
from agent.understand.text import TextEmotion, open_text_emotion
from finetune.evaluate.metrics import Ints, bootstrap, jackknife, right_among
from finetune.evaluate.text_emotion import Result
from finetune.listening import answered_turns, empathetic_turns


def talks() -> list[list[str]]:
    """Thirty conversations, each five things that a person says; written by us."""
    text = (files("finetune.evaluate") / "talks.txt").read_text("utf-8")
    return [block.splitlines() for block in text.strip().split("\n\n")]


def answer(agent: Agent, history: History, words: str) -> Turn:
    """One turn, to its end."""
    events = list(agent.respond(Typed(words), history, threading.Event()))
    last = events[-1]
    assert isinstance(last, Done)
    return last.turn


def conversations() -> Iterator[str]:
    """Every conversation as Markdown: what was said, what was understood, what was answered and by which source."""
    store = Store(Path(":memory:"))
    agent = open_agent(Settings(), store, lambda _: None)
    for number, lines in enumerate(talks(), start=1):
        history = History()
        block = [f"## {number}", ""]
        for words in lines:
            turn = answer(agent, history, words)
            if turn.understanding and turn.reply:
                emotion = turn.understanding.emotion
                word = f"{emotion.label}{'?' if emotion.unsure else ''} {emotion.confidence:.0%}"
                block += [
                    f"> {words}  ",
                    f"> *{word}, {turn.understanding.nuance.label}*",
                    "",
                    f"{turn.reply.text} *({turn.reply.origin})*",
                    "",
                ]
        yield "\n".join(block).rstrip()


def distinct(replies: list[str], n: int) -> float:
    """Distinct-n over the whole output: distinct n-grams by all (Li et al., NAACL 2016)."""
    grams = [
        tuple(words[i : i + n])
        for words in (reply.lower().split() for reply in replies)
        for i in range(len(words) - n + 1)
    ]
    return len(set(grams)) / max(1, len(grams))


@dataclass(frozen=True)
class Item:
    """A turn of the test set that the listener answered: what the system is asked, and what the person answered."""

    request: Request
    human: str


def items(data: Path, encoder: TextEmotion, split: str, limit: int | None = None) -> list[Item]:
    """Every turn of a split's conversations that has an answer, with the true talk before it."""
    found = []
    for turns in empathetic_turns(data, split, encoder):
        for index, turn in enumerate(turns):
            assert turn.understanding is not None and turn.reply is not None
            before = tuple(turns[:index])
            messages = build_messages(before, turn.words, turn.understanding)
            found.append(Item(Request(messages, turn.words, turn.understanding, before), turn.reply.text))
    return found if limit is None else random.Random(0).sample(found, min(limit, len(found)))


def evaluate_reply(data: Path, limit: int | None = None, artefact: str | None = None) -> list[Result]:
    """The reply stage on EmpatheticDialogues' test turns: what each source answers, and the model's likelihood.

    `artefact` is the language model's name or folder; without it the one that the chat would use is measured, if any.
    """
    settings, threads = Settings(), os.cpu_count() or 1
    encoder = open_text_emotion(settings.text_model, threads)
    ranker = open_ranker(threads=threads)
    bank, bank_name = open_bank(encoder.name, ranker.name)
    backend = EmbeddedBackend(bank, bank_name, ranker)
    ranked = ranking(ranker, data)
    asked = items(data, encoder, "test", limit)
    if artefact is None and "reply-mini" not in installed():
        return [ranked, *variety(bank, backend, None, asked)]
    mini = open_mini(artefact or "reply-mini", threads)
    of_model = [*likelihood(mini, asked), *conditioning(mini, encoder, asked)]
    return [ranked, *of_model, *variety(bank, backend, mini, asked)]


def ranking(ranker: Ranker, data: Path) -> Result:
    """P@1: how often the person's own answer is ranked above 99 others."""
    turns = list(answered_turns(data, "test"))
    said = ranker.read([(words, context) for _, words, context, _ in turns])
    replies = ranker.replies([answer for *_, answer in turns])
    right = right_among(said, replies)
    plain = right_among(ranker.replies([words for _, words, _, _ in turns]), replies)
    n = len(turns)
    return Result(
        "reply",
        "ranker P@1 of 100",
        float(right.mean()),
        bootstrap(lambda rows: float(right[rows].mean()), n),
        n,
        "EmpatheticDialogues test, every listener turn, the right reply among 100 drawn; trivial: the reply most like "
        "the words",
        0.659,
        float(plain.mean()),
        ranker.name,
    )


def likelihood(mini: MiniModel, asked: list[Item]) -> list[Result]:
    """Perplexity per white-space word, open vocabulary and cased, the end of the reply included; bits per byte."""
    pairs = [(mini.prompt(item.request.messages), mini.pieces(item.human)) for item in asked]
    nats = np.array([-sum(values) for values in mini.log_probabilities(pairs)])
    words = np.array([len(item.human.split()) for item in asked])
    size = np.array([len(item.human.encode()) for item in asked])

    def perplexity(rows: Ints) -> float:
        return float(np.exp(nats[rows].sum() / words[rows].sum()))

    def bits(rows: Ints) -> float:
        return float(nats[rows].sum() / np.log(2) / size[rows].sum())

    n, everything = len(asked), np.arange(len(asked))
    protocol = "EmpatheticDialogues test, every listener turn after the true talk, int8, open cased vocabulary"
    return [
        Result(
            "reply",
            "perplexity per word",
            perplexity(everything),
            bootstrap(perplexity, n),
            n,
            protocol,
            35.4,
            None,
            mini.name,
        ),
        Result("reply", "bits per byte", bits(everything), bootstrap(bits, n), n, protocol, None, None, mini.name),
    ]


def conditioning(mini: MiniModel, encoder: TextEmotion, asked: list[Item], limit: int = 300) -> list[Result]:
    """The same words under a note of joy and of sadness: does the reply's own emotion follow?"""
    first = [item.request for item in asked if not item.request.history][:limit]
    glad: dict[str, list[float]] = {}
    for label, nuance in (("joy", "joyful"), ("sadness", "sad")):
        felt = Understanding(Emotion(label, 0.9, False, dict.fromkeys(EMOTIONS, 0.0)), Nuance(nuance, 0.9))
        prompts = [mini.prompt(build_messages((), request.words, felt)) for request in first]
        drawn = mini.draw(prompts, 2, threading.Event())
        texts = [sample.text or "." for samples in drawn for sample in samples]
        scores = [one.emotion.scores for one in encoder.read_many((text, "") for text in texts)]
        glad[label] = [each["joy"] + each["love"] - each["sadness"] for each in scores]
    shift = np.array(glad["joy"]) - np.array(glad["sadness"])
    n = len(shift)
    protocol = (
        "the same first turns under a note of joy and of sadness, 2 samples; P(joy) + P(love) - P(sadness) of the reply"
    )
    return [
        Result(
            "reply",
            "conditioning effect",
            float(shift.mean()),
            bootstrap(lambda rows: float(shift[rows].mean()), n),
            n,
            protocol,
            None,
            0.0,
            mini.name,
        )
    ]


def variety(bank: Bank, backend: EmbeddedBackend, mini: MiniModel | None, asked: list[Item]) -> list[Result]:
    """Distinct-1, Distinct-2 and the share of unique replies of each way of answering, and of people."""
    ways: dict[str, list[str]] = {"bank": [], "people": [item.human for item in asked]}
    just_this: list[bool] = []
    generated: list[bool] = []
    for start in range(0, len(asked), 16):
        chunk = asked[start : start + 16]
        drawn: list[list[Sample]] = [[] for _ in chunk]
        if mini:
            drawn = mini.draw([mini.prompt(item.request.messages) for item in chunk], SAMPLES, threading.Event())
        for item, samples in zip(chunk, drawn, strict=True):
            fits = backend.fits(item.request)
            written = near(bank, item.request, fits)
            just_this.append(written is not None)
            of_bank = (written or general(bank, item.request, fits)).text
            ways["bank"].append(of_bank)
            if mini:
                fit = fitting(item.request, samples) if written is None and may_generate(item.request) else []
                generated.append(bool(fit))
                ways.setdefault("generated", []).append(tidy(samples[0].text))
                ways.setdefault("mixture", []).append(fit[0].text if fit else of_bank)
    n = len(asked)
    protocol = "every listener turn of EmpatheticDialogues test after the true talk"
    name = mini.name if mini else backend.name

    def result(metric: str, value: Callable[[Ints], float], aim: float | None = None) -> Result:
        whole = value(np.arange(n))
        return Result("reply", metric, whole, jackknife(value, n), n, protocol, aim, None, name)

    def share(chosen: list[bool]) -> Callable[[Ints], float]:
        return lambda rows: float(np.array(chosen)[rows].mean())

    found = [result("written for just this", share(just_this))]
    if mini:
        found.append(result("generated in the mixture", share(generated)))
    for way, replies in ways.items():
        told = np.array(replies, dtype=object)
        found += [
            result(f"{way}, unique", partial(_unique, told), 0.95),
            result(f"{way}, Distinct-1", partial(_distinct_of, told, 1)),
            result(f"{way}, Distinct-2", partial(_distinct_of, told, 2), 0.10),
        ]
    return found


def _unique(replies: NDArray[np.object_], rows: Ints) -> float:
    return len(set(replies[rows])) / len(rows)


def _distinct_of(replies: NDArray[np.object_], n: int, rows: Ints) -> float:
    return distinct(replies[rows].tolist(), n)
