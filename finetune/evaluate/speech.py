"""Speech emotion and intent by the protocols of the figures to beat, every one on speakers or clips held out.

What is shipped has learned from all speakers, so its figures come from folds: the same recipe, fitted without those who
are tested.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.emotions import SPEECH
from agent.understand.speech import NONE, KnownVoice, blended, expected
from finetune.calibrate import best_temperature
from finetune.corpora import speech as corpora
from finetune.corpora.folds import (
    Fold,
    key,
    leave_one_speaker_out,
    published,
    random_split,
    ravdess_folds,
    seven,
    stratified_folds,
)
from finetune.corpora.speech import Clip
from finetune.evaluate.metrics import bootstrap, expected_calibration_error, f1_by_class, one_hot, softmax
from finetune.evaluate.text_emotion import Result
from finetune.speech import Head, Recipe, emotional, fit, fit_intent, outside, speaker_weights, statistics

Floats = NDArray[np.float32]
Rows = Mapping[tuple[str, str], Floats]
EMOTION, INTENT = "speech-emotion", "intent"
# LDA is far too sure of itself: temperatures up to this.
HOTTEST = 12.0
# Clips of a voice without labels, after which the rest of it is heard.
KNOWN = (1, 4, 8, 16)
ROUNDS = 5
# A week of one mood: so many of the eight clips of an emotion, after which the rest of it is heard.
SKEWED = 6


@dataclass(frozen=True)
class Heard:
    """What the head for any voice and the head for known voices score in test clips, a row a clip."""

    clips: tuple[Clip, ...]
    plain: Floats
    scores: Floats
    means: Floats
    classes: tuple[str, ...]

    @property
    def truth(self) -> NDArray[np.int64]:
        """The clips' labels as places in `classes`."""
        return np.array([self.classes.index(clip.label) for clip in self.clips])


def rows_of(clips: Sequence[Clip], recipe: Recipe, cache: Path) -> Rows:
    """The statistics of clips, by corpus and name."""
    found = statistics(clips, recipe.base, recipe.copies, cache)
    return {key(clip): row for clip, row in zip(clips, found, strict=True)}


def heard(fold: Fold, rows: Rows, recipe: Recipe) -> Heard:
    """The test clips of a fold, as heads that learned from its training clips hear them."""
    taught = np.stack([rows[key(clip)] for clip in fold.train])
    labels, weights = [clip.label for clip in fold.train], speaker_weights(fold.train)
    classes = tuple(label for label in SPEECH if label in set(labels))
    speakers = [f"{clip.corpus} {clip.speaker}" for clip in fold.train]
    plain = fit(taught, labels, classes, recipe, weights)
    known = fit(taught, labels, classes, recipe, weights, speakers)
    tested = np.stack([rows[key(clip)][0] for clip in fold.test])
    return Heard(fold.test, plain.scores(tested) + plain.bias, known.scores(tested), known.means, classes)


def evaluate_speech_emotion(data: Path, cache: Path, recipe: Recipe) -> list[Result]:
    """Protocols B (headline), A, C and D of the design, and how a voice that is known is heard."""
    pool = emotional(data, recipe.corpora)
    rows = rows_of(pool, recipe, cache)
    by_corpus = {name: [clip for clip in pool if clip.corpus == name] for name in recipe.corpora}
    ravdess, savee, tess = (by_corpus.get(name, []) for name in ("ravdess", "savee", "tess"))
    folds = [heard(fold, rows, recipe) for fold in ravdess_folds(ravdess)]
    results = _headline(folds) + _calibrated(folds) + _known(folds)
    there = "RAVDESS, TESS" + (", SAVEE" if savee else " (SAVEE is not here)")
    one = heard(random_split(seven(pool)), rows, recipe)
    protocol = f"{there}; 7 classes, the same speakers on both sides, seed 42"
    results.append(_accuracy("A, random 80/20", [one], protocol, 0.9199))
    if savee:
        apart = [heard(fold, rows, recipe) for fold in leave_one_speaker_out(savee)]
        results.append(_accuracy("C, SAVEE", apart, "one speaker out, 4 folds", 0.7859))
    for tested, trained in (("YAF", "older to younger"), ("OAF", "younger to older")):
        test = tuple(clip for clip in tess if clip.speaker == tested)
        rest = [clip for clip in tess if clip.speaker != tested]
        for added, more in ((seven(ravdess), "RAVDESS in training"), ([], "TESS alone")):
            one = heard(Fold(tested, (*added, *rest), test), rows, recipe)
            results.append(_accuracy(f"D, TESS, {trained}, {more}", [one], "one actress taught, the other heard", None))
    return results


def _headline(folds: Sequence[Heard]) -> list[Result]:
    right = np.concatenate([one.plain.argmax(1) == one.truth for one in folds])
    truth = np.concatenate([one.truth for one in folds])
    speakers = [clip.speaker for one in folds for clip in one.clips]
    protocol = "B: RAVDESS, 8 classes, the six EmoBox folds of unseen actors; interval over actors"

    def recall(places: NDArray[np.int64]) -> float:
        return float(np.mean([right[places][truth[places] == each].mean() for each in np.unique(truth)]))

    return [
        _result("accuracy (WA)", float(right.mean()), _over(speakers, right), len(right), protocol, 0.7587, 0.1333),
        _result("unweighted recall (UA)", recall(np.arange(len(right))), None, len(right), protocol, None, 0.125),
    ]


def _calibrated(folds: Sequence[Heard]) -> list[Result]:
    found, truth = [], []
    for tested in folds:
        found.append(softmax(tested.plain / temperature_of(tested, folds)))
        truth.append(tested.truth)
    whole, right = np.concatenate(found), np.concatenate(truth)
    error = expected_calibration_error(whole, right)
    protocol = "B; the temperature of each fold from the five others; 15 bins"
    return [_result("calibration error (ECE)", error, None, len(right), protocol, 0.05, None)]


def temperature_of(tested: Heard, folds: Sequence[Heard]) -> float:
    """The temperature that the other folds want."""
    return best_temperature([(one.plain, one.truth) for one in folds if one is not tested], HOTTEST)


def _known(folds: Sequence[Heard]) -> list[Result]:
    """How a voice is heard after some clips of it: drawn by chance, and all of one mood."""
    results = []
    chance = np.random.default_rng(0)
    parts = [(one, own, temperature_of(one, folds)) for one in folds for own in _speakers(one)]
    protocol = "B; after so many unlabelled clips of the actor, drawn by chance {} times, the rest is heard"
    for count in KNOWN:
        right, speakers = [], []
        for one, own, temperature in parts:
            for _ in range(ROUNDS):
                drawn = chance.permutation(own)
                right += list(_after(one, drawn[:count], drawn[count:], temperature))
                speakers += [one.clips[own[0]].speaker] * (len(drawn) - count)
        value = float(np.mean(right))
        metric = f"accuracy, {count} clips of the voice known"
        to_beat = 0.82 if count == 8 else None
        interval = _over(speakers, np.array(right))
        results.append(_result(metric, value, interval, len(right), protocol.format(ROUNDS), to_beat, None))
    for label in ("sad", "angry"):
        after, before = [], []
        for one, own, temperature in parts:
            mood = chance.permutation([index for index in own if one.clips[index].label == label])
            after += list(_after(one, mood[:SKEWED], mood[SKEWED:], temperature))
            before += list(one.plain[mood[SKEWED:]].argmax(1) == one.truth[mood[SKEWED:]])
        protocol = f"B; after {SKEWED} clips of the actor, all {label}; trivial: the voice unknown"
        value, unknown = float(np.mean(after)), float(np.mean(before))
        results.append(
            _result(f"recall of {label}, after {label} alone", value, None, len(after), protocol, None, unknown)
        )
    return results


def _speakers(one: Heard) -> list[NDArray[np.int64]]:
    names = [clip.speaker for clip in one.clips]
    return [np.array([at for at, name in enumerate(names) if name == each]) for each in sorted(set(names))]


def _after(one: Heard, first: NDArray[np.int64], then: NDArray[np.int64], temperature: float) -> NDArray[np.bool_]:
    """Which of the clips `then` are heard right, the voice learned from `first` as the chat learns it."""
    known = KnownVoice(0, np.zeros(len(one.classes), np.float32))
    for at in first:
        residue = one.scores[at] - expected(one.plain[at], one.scores[at], one.means, known, temperature)
        known = KnownVoice(known.clips + 1, (known.total + residue).astype(np.float32))
    said = [int(blended(one.plain[at], one.scores[at], one.means, known).argmax()) for at in then]
    return np.asarray(np.array(said, int) == one.truth[then], np.bool_)


def evaluate_intent(data: Path, cache: Path, recipe: Recipe) -> list[Result]:
    """Intents of held-out clips (5-fold, 70/30 twenty times, the published split), and what is none of them."""
    clips = corpora.load(data, "iqube")
    rows = rows_of(clips, recipe, cache)
    others = statistics(outside(data, "train"), recipe.base, recipe.copies, cache)
    strange = statistics(outside(data, "test"), recipe.base, recipe.copies, cache)[:, 0]

    def head(train: Sequence[Clip]) -> Head:
        return fit_intent(np.stack([rows[key(clip)] for clip in train]), [clip.label for clip in train], others, recipe)

    def said(fold: Fold, open_set: bool = False) -> list[str]:
        found = head(fold.train)
        scores = found.scores(np.stack([rows[key(clip)][0] for clip in fold.test])) + found.bias
        return [found.classes[at] for at in scores[:, : None if open_set else -1].argmax(1)]

    five = stratified_folds(clips)
    truth = [clip.label for fold in five for clip in fold.test]
    closed = [label for fold in five for label in said(fold)]
    right = np.array([a == b for a, b in zip(closed, truth, strict=True)])
    protocol = "iQube, 9 classes, 5-fold, stratified, seed 42"
    results = [_intent("5-fold, accuracy", right, protocol, 0.9167, 0.27)]
    labels = sorted(set(truth))
    wanted, got = (one_hot(np.array([labels.index(label) for label in some]), len(labels)) for some in (truth, closed))
    f1 = f1_by_class(wanted, got)
    recall = (wanted & got).sum(0) / wanted.sum(0)
    precision = (wanted & got).sum(0) / np.maximum(got.sum(0), 1)
    shares = wanted.mean(0)
    for name, values in (("precision", precision), ("recall", recall), ("F1", f1)):
        for kind, value in (("macro", values.mean()), ("weighted", (values * shares).sum())):
            results.append(
                _result(f"5-fold, {kind} {name}", float(value), None, len(truth), protocol, None, None, INTENT)
            )
    accuracies = []
    for seed in range(20):
        fold = random_split(clips, 0.3, seed)
        accuracies.append(float(np.mean([a == b.label for a, b in zip(said(fold), fold.test, strict=True)])))
    low, high = (float(np.quantile(accuracies, share)) for share in (0.025, 0.975))
    protocol = "iQube, stratified, seeds 0 to 19; the interval is that of single splits"
    mean = float(np.mean(accuracies))
    results.append(_result("70/30 x 20, accuracy", mean, (low, high), 20 * 48, protocol, 0.9167, 0.27, INTENT))
    own = published(clips)
    right = np.array([a == b.label for a, b in zip(said(own), own.test, strict=True)])
    results.append(_intent("published split, accuracy", right, "the author's 112 and 48 clips", 0.9167, 0.27))
    either = [label for fold in five for label in said(fold, open_set=True)]
    right = np.array([a == b for a, b in zip(either, truth, strict=True)])
    results.append(_intent("5-fold, accuracy where none may be said", right, "as 5-fold", None, 0.27))
    whole = head(clips)
    taken = (whole.scores(strange) + whole.bias).argmax(1) != whole.classes.index(NONE)
    protocol = "sentences read, acted and quarrelled, by speakers that taught nothing"
    results.append(_intent("taken for an intent that are none", taken, protocol, 0.02, 1.0))
    return results


def _accuracy(metric: str, folds: Sequence[Heard], protocol: str, to_beat: float | None) -> Result:
    right = np.concatenate([one.plain.argmax(1) == one.truth for one in folds])
    truth = [clip.label for one in folds for clip in one.clips]
    usual = max(truth.count(label) for label in set(truth)) / len(truth)
    interval = bootstrap(lambda places: float(right[places].mean()), len(right))
    return _result(metric, float(right.mean()), interval, len(right), protocol, to_beat, usual)


def _intent(metric: str, right: NDArray[np.bool_], protocol: str, to_beat: float | None, baseline: float) -> Result:
    interval = bootstrap(lambda places: float(right[places].mean()), len(right))
    return _result(metric, float(right.mean()), interval, len(right), protocol, to_beat, baseline, INTENT)


def _over(speakers: Sequence[str], right: NDArray[np.bool_]) -> tuple[float, float]:
    """95 % interval of the mean, over speakers drawn with replacement."""
    names = np.array(speakers)
    means = np.array([right[names == each].mean() for each in sorted(set(speakers))])
    return bootstrap(lambda places: float(means[places].mean()), len(means))


def _result(
    metric: str,
    value: float,
    interval: tuple[float, float] | None,
    n: int,
    protocol: str,
    to_beat: float | None,
    baseline: float | None,
    component: str = EMOTION,
) -> Result:
    bounds = (round(interval[0], 4), round(interval[1], 4)) if interval else None
    trivial = round(baseline, 4) if baseline is not None else None
    return Result(component, metric, round(value, 4), bounds, n, protocol, to_beat, trivial, "speech (folds)")
