"""What the corpora hold, before anything is trained on them: labels, lengths, repeats, leaks, telling words.

Reads every corpus as a whole (training may sample from it) and draws nothing unless a folder is given.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from agent.emotions import DAILYDIALOG, DAIR, EMOTIONS, LOOKS
from agent.events import AgentError
from finetune.corpora import Example, corpus_file, dailydialog, dair, empathetic, everyday, goemotions, read_lines

NUANCE_ONLY = "nuance only"
TELLING = 12
# The weight of the prior in words: enough to keep a word seen twice from telling most.
PRIOR_WORDS = 500.0


@dataclass(frozen=True)
class Split:
    """One split as loaded; `left_out` counts the rows of its file that the loader does not take."""

    name: str
    examples: list[Example]
    left_out: int

    @property
    def words(self) -> list[int]:
        """White-space words of each text."""
        return [len(example.text.split()) for example in self.examples]

    @property
    def labels(self) -> Counter[str]:
        """How often each emotion is given; a text with several counts for each of them."""
        return Counter(label for example in self.examples for label in labels_of(example))


@dataclass(frozen=True)
class Described:
    """A corpus and its splits, in the order train, validation, test."""

    name: str
    splits: tuple[Split, ...]


def labels_of(example: Example) -> tuple[str, ...]:
    """The emotions a text was given, or `nuance only` where its nuance belongs to none of the eight."""
    if example.target is None:
        return (NUANCE_ONLY,)
    return tuple(label for label, share in zip(EMOTIONS, example.target, strict=True) if share > 0)


def _dair(data: Path, split: str) -> Split:
    examples = dair.load(data, split)
    return Split(split, examples, _rows(data, dair.CORPUS, f"{split}.txt") - len(examples))


def _goemotions(data: Path, split: str) -> Split:
    examples = goemotions.load(data, split)
    return Split(split, examples, _rows(data, goemotions.CORPUS, f"{split}.tsv") - len(examples))


def _empathetic(data: Path, split: str) -> Split:
    taken = sum(len(talk.turns) for talk in empathetic.conversations(data, split))
    rows = _rows(data, empathetic.CORPUS, f"{split}.csv") - 1
    return Split(split, empathetic.situations(data, split), rows - taken)


def _dailydialog(data: Path, split: str) -> Split:
    examples = []
    for line in read_lines(corpus_file(data, dailydialog.CORPUS, "dialogues.jsonl")):
        dialogue = json.loads(line)
        if dialogue["split"] != split:
            continue
        for turn in dialogue["turns"]:
            label = DAILYDIALOG[turn["emotion"]]
            target = tuple(float(label == name) for name in EMOTIONS)
            examples.append(Example(turn["text"], dailydialog.CORPUS, target, dailydialog.OPEN))
    return Split(split, examples, 0)


def _everyday(data: Path, split: str) -> Split:
    return Split(split, everyday.load(split), 0)


def _rows(data: Path, corpus: str, name: str) -> int:
    return sum(1 for _ in read_lines(corpus_file(data, corpus, name)))


TEXT: dict[str, tuple[Callable[[Path, str], Split], tuple[str, ...]]] = {
    dair.CORPUS: (_dair, ("train", "val", "test")),
    goemotions.CORPUS: (_goemotions, ("train", "dev", "test")),
    empathetic.CORPUS: (_empathetic, ("train", "valid", "test")),
    dailydialog.CORPUS: (_dailydialog, ("train", "validation", "test")),
    everyday.CORPUS: (_everyday, ("train", "dev", "test")),
}
NOTES = {
    goemotions.CORPUS: "a text may have several labels, so the shares may add up to more than 100 %",
    empathetic.CORPUS: "one text a conversation: its situation",
    dailydialog.CORPUS: "every turn; training samples from neutral and joy",
}


def describe_text(data: Path, out: Path | None = None) -> str:
    """The report of all text corpora under `data`; with `out` also PNG plots in that folder.

    A corpus that is not there is named with its source, and the others go on.
    """
    parts, found = [], []
    for name, (load, splits) in TEXT.items():
        try:
            corpus = Described(name, tuple(load(data, split) for split in splits))
        except AgentError as error:
            parts.append(f"{name}\n  {error}")
            continue
        found.append(corpus)
        parts.append(report(corpus))
    telling = next((telling_words(corpus.splits[0].examples) for corpus in found if corpus.name == dair.CORPUS), None)
    if telling:
        parts.append(_telling_report(telling))
    parts.append("Texts are the same where they differ only in case and white space; words are split at white space.")
    if out is not None:
        parts.append("Plots: " + ", ".join(str(path) for path in draw(found, telling, out)))
    return "\n\n".join(parts) + "\n"


def report(corpus: Described) -> str:
    """One corpus as aligned text."""
    head = f"{corpus.name} ({NOTES[corpus.name]})" if corpus.name in NOTES else corpus.name
    columns = ["", "texts", "words: mean", "median", "95th", "longest", "empty", "left out", "repeated", "other label"]
    sizes = [_size_row(split) for split in corpus.splits]
    counts = [split.labels for split in corpus.splits]
    labels = [["label", *(split.name for split in corpus.splits)]]
    for label in (*EMOTIONS, NUANCE_ONLY):
        if any(count[label] for count in counts):
            shares = zip(counts, corpus.splits, strict=True)
            labels.append(
                [label, *(f"{n[label]:,} {n[label] / max(len(split.examples), 1):6.1%}" for n, split in shares)]
            )
    shared = [_shared(first, second) for first, second in combinations(corpus.splits, 2)]
    return "\n\n".join([head, table([columns, *sizes]), table(labels), "\n".join(f"  {line}" for line in shared)])


def _size_row(split: Split) -> list[str]:
    words = np.array(split.words or [0])
    empty = sum(not example.text.strip() for example in split.examples)
    seen = _by_text(split.examples)
    repeated = len(split.examples) - len(seen)
    unlike = sum(len(labels) > 1 for labels in seen.values())
    lengths = [f"{words.mean():.1f}", f"{np.median(words):.0f}", f"{np.percentile(words, 95):.0f}", f"{words.max()}"]
    return [
        split.name,
        f"{len(split.examples):,}",
        *lengths,
        *(f"{n:,}" for n in (empty, split.left_out, repeated, unlike)),
    ]


def _by_text(examples: Iterable[Example]) -> dict[str, set[tuple[object, ...]]]:
    seen: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for example in examples:
        seen[" ".join(example.text.casefold().split())].add((example.target, example.nuance))
    return seen


def _shared(first: Split, second: Split) -> str:
    ours, theirs = _by_text(first.examples), _by_text(second.examples)
    both = ours.keys() & theirs.keys()
    unlike = sum(not theirs[text] <= ours[text] for text in both)
    return f"in {first.name} and {second.name}: {len(both):,} texts, {unlike:,} with another label"


def table(rows: list[list[str]]) -> str:
    """Rows of cells as aligned lines: the first column to the left, the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  " + "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    )


def telling_words(examples: Iterable[Example], top: int = TELLING) -> dict[str, list[tuple[str, float]]]:
    """For each emotion the words that tell it most from the others, with z-scores, the highest first.

    Log-odds ratio with an informative Dirichlet prior from all texts (Monroe, Colaresi and Quinn,
    "Fightin' Words", Political Analysis 2008, eq. 16 to 22).
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        for label in labels_of(example):
            counts[label].update(example.text.casefold().split())
    everything: Counter[str] = sum(counts.values(), Counter())
    total = everything.total()
    found = {}
    for label, here in sorted(counts.items()):
        n, n_rest = here.total(), total - here.total()
        scores = []
        for word, count in here.items():
            prior = PRIOR_WORDS * everything[word] / total
            y, y_rest = count + prior, everything[word] - count + prior
            # A corpus of one word or one label leaves nothing to compare with.
            odds, odds_rest = n + PRIOR_WORDS - y, n_rest + PRIOR_WORDS - y_rest
            if odds > 0 and odds_rest > 0:
                z = (math.log(y / odds) - math.log(y_rest / odds_rest)) / math.sqrt(1 / y + 1 / y_rest)
                scores.append((word, z))
        found[label] = sorted(scores, key=lambda pair: (-pair[1], pair[0]))[:top]
    return found


def _telling_report(telling: dict[str, list[tuple[str, float]]]) -> str:
    head = f"{dair.CORPUS}, train: the words that tell most (log-odds with a Dirichlet prior, z)"
    width = max(len(label) for label in telling)
    lines = [
        f"  {label.ljust(width)}  {', '.join(f'{word} {z:.0f}' for word, z in words)}"
        for label, words in telling.items()
    ]
    return "\n".join([head, "", *lines])


def draw(corpora: list[Described], telling: dict[str, list[tuple[str, float]]] | None, out: Path) -> list[Path]:
    """Writes the plots of what was found into `out` (made if need be); returns their paths."""
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    if corpora:
        paths += [_draw_labels(corpora, out / "labels.png"), _draw_lengths(corpora, out / "lengths.png")]
    if telling:
        paths.append(_draw_telling(telling, out / "telling-words.png"))
    return paths


def _colour(label: str) -> str:
    return LOOKS[label].colour if label in LOOKS else "#c8c8c8"


def _draw_labels(corpora: list[Described], path: Path) -> Path:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 2.6 * len(corpora)), layout="constrained")
    names = (*EMOTIONS, NUANCE_ONLY)
    for axes, corpus in zip(figure.subplots(len(corpora), squeeze=False)[:, 0], corpora, strict=True):
        height = 0.8 / len(corpus.splits)
        for index, split in enumerate(corpus.splits):
            places = np.arange(len(names)) + (index - (len(corpus.splits) - 1) / 2) * height
            shares = [100 * split.labels[label] / max(len(split.examples), 1) for label in names]
            colours = [_colour(label) for label in names]
            axes.bar(places, shares, height, color=colours, alpha=1 - 0.3 * index, edgecolor="white", linewidth=0.5)
        sizes = ", ".join(f"{split.name} {len(split.examples):,}" for split in corpus.splits)
        axes.set_title(f"{corpus.name}: {sizes} (bars in this order)", fontsize=10, loc="left")
        axes.set_xticks(np.arange(len(names)), names)
        axes.set_ylabel("% of texts")
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)
    return path


def _draw_lengths(corpora: list[Described], path: Path) -> Path:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4.5), layout="constrained")
    axes = figure.subplots()
    for corpus in corpora:
        words = np.array([n for split in corpus.splits for n in split.words] or [0])
        counts = np.bincount(np.minimum(words, 100), minlength=101)
        axes.plot(
            100 * counts / len(words), label=f"{corpus.name} (median {np.median(words):.0f}, longest {words.max()})"
        )
    axes.set_xlabel("words in a text (100: a hundred or more)")
    axes.set_ylabel("% of texts")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=120)
    return path


def _draw_telling(telling: dict[str, list[tuple[str, float]]], path: Path) -> Path:
    from matplotlib.figure import Figure

    labels = [label for label in DAIR if telling.get(label)]
    rows = math.ceil(len(labels) / 3)
    figure = Figure(figsize=(11, 3.4 * rows), layout="constrained")
    grid = figure.subplots(rows, 3, squeeze=False).flat
    for axes, label in zip(grid, labels, strict=False):
        words, scores = zip(*reversed(telling[label]), strict=True)
        axes.barh(words, scores, color=_colour(label))
        axes.set_title(f"{LOOKS[label].glyph} {label}", loc="left")
        axes.spines[["top", "right"]].set_visible(False)
    for axes in list(figure.axes)[len(labels) :]:
        axes.set_axis_off()
    figure.supxlabel("z-score of the log-odds against the other emotions")
    figure.savefig(path, dpi=120)
    return path
