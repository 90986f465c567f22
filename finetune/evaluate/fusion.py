"""What fusion is worth where it can be measured: feeling voices over plain words, flat voices over feeling words."""

import random
from pathlib import Path

import numpy as np

from agent.emotions import EMOTIONS, SPEECH_TO_EMOTION
from agent.events import Emotion
from agent.understand.fusion import fuse
from agent.understand.speech import SpeechEncoder
from agent.understand.text import TextEmotion
from finetune.corpora import everyday
from finetune.corpora.folds import ravdess_folds
from finetune.evaluate.metrics import bootstrap, softmax
from finetune.evaluate.speech import Heard, heard, rows_of, temperature_of
from finetune.evaluate.text_emotion import Result
from finetune.speech import Recipe, emotional
from finetune.synthesis import voices

COMPONENT = "fusion"
PLAIN = "The bus leaves at nine."
SENTENCES = 120


def evaluate_fusion(data: Path, cache: Path, recipe: Recipe, text: TextEmotion, speech: SpeechEncoder) -> list[Result]:
    """Accuracy of the fused emotion, beside the channel that knows better (to beat) and the one that does not."""
    return [*_over_plain_words(data, cache, recipe, text, speech), *_over_flat_voices(text, speech)]


def _over_plain_words(
    data: Path, cache: Path, recipe: Recipe, text: TextEmotion, speech: SpeechEncoder
) -> list[Result]:
    pool = emotional(data, recipe.corpora)
    rows = rows_of(pool, recipe, cache)
    folds = [heard(fold, rows, recipe) for fold in ravdess_folds([clip for clip in pool if clip.corpus == "ravdess"])]
    words = text.read(PLAIN).emotion
    truth, alone, fused, against = [], [], [], []
    for one in folds:
        for voice, clip in zip(_voices(one, folds, speech), one.clips, strict=True):
            both, disagree = fuse(words, voice)
            truth.append(SPEECH_TO_EMOTION[clip.label])
            alone.append(voice.label)
            fused.append(both.label)
            against.append(disagree)
    protocol = "RAVDESS voices of unseen actors (B), 7 emotions, over plain words of ours; trivial: the words alone"
    name = f"{text.name}, {speech.name} (folds)"
    return [
        _share("voices over plain words, fused", fused, truth, protocol, alone, [words.label] * len(truth), name),
        _disagree("voices over plain words, said to disagree", against, protocol, name),
    ]


def _voices(one: Heard, folds: list[Heard], speech: SpeechEncoder) -> list[Emotion]:
    """What the voices of a fold say, at the temperature that the other folds want."""
    probabilities = softmax(one.plain / temperature_of(one, folds))
    return [speech.emotion(np.asarray(each, np.float32)) for each in probabilities]


def _over_flat_voices(text: TextEmotion, speech: SpeechEncoder) -> list[Result]:
    sentences = random.Random(0).sample(everyday.load("dev"), SENTENCES)
    results = []
    for name, say in voices().items():
        truth, alone, fused, voiced, against = [], [], [], [], []
        for number, example in enumerate(sentences):
            words = text.read(example.text).emotion
            voice = speech.read(say(example.text, random.Random(number))).emotion
            both, disagree = fuse(words, voice)
            truth.append(EMOTIONS[int(np.argmax(example.target or ()))])
            alone.append(words.label)
            fused.append(both.label)
            voiced.append(voice.label)
            against.append(disagree)
        protocol = f"{SENTENCES} everyday sentences of ours (dev) read by {name}; trivial: the voice alone"
        artefacts = f"{text.name}, {speech.name}"
        metric = f"feeling words read by {name}, fused"
        results.append(_share(metric, fused, truth, protocol, alone, voiced, artefacts))
        results.append(_disagree(f"feeling words read by {name}, said to disagree", against, protocol, artefacts))
    return results


def _share(
    metric: str, said: list[str], truth: list[str], protocol: str, better: list[str], worse: list[str], artefact: str
) -> Result:
    right, knows, trivial = (
        np.array([a == b for a, b in zip(one, truth, strict=True)]) for one in (said, better, worse)
    )
    low, high = bootstrap(lambda places: float(right[places].mean()), len(right))
    value, beat, least = (round(float(one.mean()), 4) for one in (right, knows, trivial))
    return Result(
        COMPONENT, metric, value, (round(low, 4), round(high, 4)), len(right), protocol, beat, least, artefact
    )


def _disagree(metric: str, found: list[bool], protocol: str, artefact: str) -> Result:
    return Result(COMPONENT, metric, round(float(np.mean(found)), 4), None, len(found), protocol, None, None, artefact)
