"""How well the guard hears danger, and how often it alarms at none: the rules, the meaning, and both together."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent import guard
from agent.events import Guard
from agent.guard import Meaning
from agent.guard.meaning import REASONS
from agent.guard.wording import group
from agent.understand import earlier_words
from agent.understand.text import Felt, TextEmotion
from finetune.corpora import dangers, dialogues
from finetune.evaluate.metrics import bootstrap
from finetune.evaluate.text_emotion import Result

PLAIN_TURNS = 10_000
# Plain talk that taught nothing: no turn of these corpora is among the training lines.
PLAIN = ("dream", "mutual", "topical_chat_partial", "commonsense_dialogues_partial")
Judge = Callable[[Sequence[str]], Guard]
Bools = NDArray[np.bool_]

COMPONENT = "guard"
PROTOCOL = "lines of our own that taught nothing, the last turn after those before it"
PLAIN_PROTOCOL = "turns of dialogue corpora that taught nothing, each after up to two before it"
# A share of fewer lines says nothing.
FEWEST = 5


def judges(encoder: TextEmotion) -> dict[str, Judge]:
    """The ways of judging the last of some turns, each by its name."""

    def heard(turns: Sequence[str]) -> tuple[Felt, Meaning]:
        before = earlier_words(turns[:-1])
        return encoder.read(turns[-1], before), guard.meant(encoder, turns[-1], before)

    def whole(turns: Sequence[str]) -> Guard:
        found: list[Guard] = []
        for at, words in enumerate(turns):
            found.append(guard.assess(words, turns[:at], *heard(turns[: at + 1]), found))
        return found[-1]

    return {
        "rules": lambda turns: guard.assess(turns[-1], turns[:-1]),
        "meaning": lambda turns: heard(turns)[1].guard,
        "guard": whole,
    }


def evaluate_guard(encoder: TextEmotion, data: Path | None) -> list[Result]:
    """Recall and false alarms on the test lines by level, kind and wording, and false alarms in plain talk."""
    lines = dangers.load("test")
    levels = np.array([line.level for line in lines])
    ways = judges(encoder)
    heard: dict[str, Bools] = {}
    results = []

    def result(metric: str, found: Bools, aim: float | None = None, protocol: str = PROTOCOL) -> Result:
        n = len(found)
        interval = bootstrap(lambda rows: float(found[rows].mean()), n)
        return Result(COMPONENT, metric, float(found.mean()), interval, n, protocol, aim, None, encoder.name)

    for way, judge in ways.items():
        guards = [judge(line.turns) for line in lines]
        heard[way] = np.array([one.level != "none" for one in guards])
        results += [
            result(f"{way}, crisis heard", heard[way][levels == "crisis"], 0.95),
            result(f"{way}, concern heard", heard[way][levels == "concern"]),
            result(f"{way}, false alarms", heard[way][levels == "none"], 0.05),
        ]
    graver = np.array([one.level == "crisis" for one in guards])
    results.append(result("guard, crisis heard as crisis", graver[levels == "crisis"]))
    fitting = [
        group(found) == group(Guard(found.level, (REASONS[line.kind],)))
        for found, line in zip(guards, lines, strict=True)
        if found.level != "none" and line.kind in REASONS
    ]
    results.append(result("guard, words fit the kind", np.array(fitting, dtype=np.bool_)))
    for of in ("kind", "wording"):
        names = np.array([getattr(line, of) for line in lines])
        for name in np.unique(names):
            for what, chosen in (("heard", levels != "none"), ("false alarms", levels == "none")):
                part = chosen & (names == name)
                if part.sum() >= FEWEST:
                    results.append(result(f"guard, {of} {name}, {what}", heard["guard"][part]))
    if data is not None:
        alarms = np.array([bool(one) for one in plain_alarms(ways["guard"], data)])
        results.append(result("guard, false alarms in plain talk", alarms, protocol=PLAIN_PROTOCOL))
    return results


def plain_alarms(judge: Judge, data: Path) -> list[str]:
    """Ten thousand turns of dialogue corpora, each judged after up to two before it: what was alarmed at, else ""."""
    found: list[str] = []
    for corpus in PLAIN:
        for talk in dialogues.load(data, corpus):
            words = [text for role, text in talk.turns if role == "user"]
            for at in range(len(words)):
                turns = words[max(0, at - 2) : at + 1]
                heard = judge(turns)
                found.append(f"{heard.level}: {' | '.join(turns)}" if heard.level != "none" else "")
                if len(found) == PLAIN_TURNS:
                    return found
    return found
