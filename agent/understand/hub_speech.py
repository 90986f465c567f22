"""Published classifiers of speech, by hub id or folder: of emotion, of intent, or one of each (EMOTION+INTENT).

They run on torch and transformers as they are published (`agent[torch]`), and are read from the local hub cache alone.
What they call an emotion becomes one of ours by `agent.emotions.spoken`. They learn no voice, and how sure they say
they are was never calibrated.
"""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.artefacts import MANIFEST
from agent.audio.clips import RATE, Samples
from agent.emotions import EMOTIONS, spoken
from agent.events import AgentError, Emotion, Intent, Sound
from agent.understand.speech import NONE, KnownVoice, prepared, softmax

HUB_ID = re.compile(r"\w[\w.-]*/[\w.-]+")
CLASSIFIES = ("ForAudioClassification", "ForSequenceClassification")
# Below this an emotion is unsure, and an intent is none.
SURE = 0.5
# What a classifier of intents hears of the emotion: nothing, so that the words alone decide.
UNHEARD = Emotion("neutral", 0.0, True, {label: float(label == "neutral") for label in EMOTIONS})


@dataclass(frozen=True)
class Classifier:
    """A classifier that is open; `emotions` are ours for each of its `labels`, or None if these are intents."""

    model: Any
    extractor: Any
    labels: tuple[str, ...]
    emotions: tuple[str, ...] | None


class HubSpeech:
    """A published classifier of emotion, of intent, or both, which listens as `SpeechEncoder` does."""

    def __init__(self, name: str, emotion: Classifier | None, intent: Classifier | None) -> None:
        self.name = name
        self._emotions = emotion
        self._intents = intent

    def read(self, samples: Samples, known: KnownVoice | None = None) -> Sound:
        """What the voice in a clip says; it does not count whose voice it is."""
        clip = prepared(samples)
        return Sound(self._emotion(clip), self._intent(clip))

    def _emotion(self, clip: Samples) -> Emotion:
        if self._emotions is None:
            return UNHEARD
        scores = dict.fromkeys(EMOTIONS, 0.0)
        for label, probability in zip(self._emotions.emotions or (), heard(self._emotions, clip), strict=True):
            scores[label] += float(probability)
        rounded = {label: round(score, 4) for label, score in scores.items()}
        top = max(rounded, key=lambda label: rounded[label])
        return Emotion(top, rounded[top], rounded[top] < SURE, rounded)

    def _intent(self, clip: Samples) -> Intent | None:
        if self._intents is None:
            return None
        probabilities = heard(self._intents, clip)
        label, confidence = self._intents.labels[int(probabilities.argmax())], round(float(probabilities.max()), 4)
        return None if label.lower() == NONE or confidence < SURE else Intent(label, confidence)


def heard(classifier: Classifier, clip: Samples) -> NDArray[np.float32]:
    """The probability of each label."""
    import torch

    with torch.inference_mode():
        tensors = {
            name: each.to(classifier.model.device) for name, each in inputs(classifier.extractor, [clip]).items()
        }
        return softmax(classifier.model(**tensors).logits[0].float().cpu().numpy())


def inputs(extractor: Any, clips: Sequence[Samples]) -> dict[str, Any]:
    """Clips as tensors: Whisper wants 30 seconds whatever their length, the others the length of the longest."""
    from transformers import WhisperFeatureExtractor

    padding = "max_length" if isinstance(extractor, WhisperFeatureExtractor) else True
    return dict(extractor(list(clips), sampling_rate=RATE, padding=padding, return_tensors="pt"))


def emotions_of(name: str, labels: Sequence[str]) -> tuple[str, ...] | None:
    """Our emotion for each label of the classifier `name`; None if not one of them is an emotion: they are intents.

    Raises:
        AgentError: if some are emotions and some are not; the sentence names these.
    """
    found = [spoken(label) for label in labels]
    unknown = [label for label, emotion in zip(labels, found, strict=True) if emotion is None]
    if len(unknown) == len(labels):
        return None
    if unknown:
        raise AgentError(
            f"The classifier {name} has labels that are none of our emotions ({', '.join(unknown)}): name one with "
            "emotions alone, or with intents alone."
        )
    return tuple(emotion for emotion in found if emotion)


def is_published(name: str) -> bool:
    """Whether a name is a hub id or a folder of transformers, or two of them with a plus between."""
    return all(_is_model(_folder(one)) or _is_id(one) for one in _parts(name))


def open_published(name: str, threads: int = 1) -> HubSpeech:
    """Opens the classifier, or the two, that a name stands for.

    Raises:
        AgentError: if torch or a classifier is not on this machine, or it is none that the chat understands.
    """
    try:
        import torch
        import transformers
    except ModuleNotFoundError as error:
        raise AgentError(
            f"The speech model {name} needs {error.name or 'torch'}, which is not installed: run "
            "pip install 'agent[torch]', or name the one that is built in, speech."
        ) from error
    torch.set_num_threads(threads)
    transformers.utils.logging.set_verbosity_error()  # its warnings and bars would be drawn over the screen
    transformers.utils.logging.disable_progress_bar()
    found = [open_classifier(one) for one in _parts(name)]
    emotion = [one for one in found if one.emotions]
    intent = [one for one in found if not one.emotions]
    if len(emotion) > 1 or len(intent) > 1:
        raise AgentError(f"{name} names two classifiers of one kind: join one of emotions and one of intents by a +.")
    return HubSpeech(name, next(iter(emotion), None), next(iter(intent), None))


def open_classifier(name: str) -> Classifier:
    """A classifier as it is published.

    Raises:
        AgentError: if it is not on this machine, damaged, no classifier of sound, or has labels that are not ours.
    """
    import torch
    from transformers import AutoConfig, AutoFeatureExtractor, AutoModelForAudioClassification

    folder = local_folder(name)
    try:
        config = AutoConfig.from_pretrained(folder)
        architecture = next(iter(config.architectures or ()), config.model_type)
        # The class below would open any model of sound, and give it a head of random weights.
        if not architecture.endswith(CLASSIFIES):
            raise AgentError(
                f"{name} is no classifier but a {architecture}: make one of it with "
                f"`finetune speech-emotion --recipe speech-emotion-whisper-large-v3 --base {name}`."
            )
        extractor = AutoFeatureExtractor.from_pretrained(folder)
        labels = tuple(str(config.id2label[place]) for place in range(config.num_labels))
        emotions = emotions_of(name, labels)
        model, found = AutoModelForAudioClassification.from_pretrained(
            folder, dtype=torch.float32, output_loading_info=True
        )
        refuse_lost(name, found["missing_keys"])
    except AgentError:
        raise
    except Exception as error:  # the hub's, transformers' and safetensors' own, all of which mean the same here
        raise AgentError(
            f"The classifier {name} cannot be opened ({_first_line(error)}): fetch it anew with `hf download {name}`, "
            "or name another."
        ) from error
    if extractor.sampling_rate != RATE:
        raise AgentError(
            f"The classifier {name} hears {extractor.sampling_rate} Hz, and the chat {RATE}: name another."
        )
    return Classifier(model.eval().to("cuda" if torch.cuda.is_available() else "cpu"), extractor, labels, emotions)


def refuse_lost(name: str, missing: Iterable[str], new: tuple[str, ...] = ()) -> None:
    """Sees that a checkpoint has the weights of its model; those that begin with one of `new` need not be there.

    Raises:
        AgentError: if one is missing: transformers would go on with random numbers in its place.
    """
    # The vector that masks what is taught is missing where nothing was.
    lost = sorted(key for key in missing if not key.startswith(new) and not key.endswith("masked_spec_embed"))
    if lost:
        raise AgentError(
            f"{name} lacks {len(lost)} of its weights ({lost[0]}, …): fetch it anew with `hf download {name}`, or name "
            "another."
        )


def local_folder(name: str) -> Path:
    """The folder of a model of transformers, by path or by id from the local hub cache; nothing is downloaded.

    Raises:
        AgentError: if it is not on this machine; the sentence has the command that fetches it.
    """
    from huggingface_hub import try_to_load_from_cache

    if _folder(name).is_dir():
        return _folder(name)
    if not HUB_ID.fullmatch(name):
        raise AgentError(f"There is no folder {name}: name one with a model of transformers, or a hub id (owner/name).")
    config = try_to_load_from_cache(name, "config.json")
    if not isinstance(config, str):
        raise AgentError(f"{name} is not on this machine: fetch it once with `hf download {name}`.")
    return Path(config).parent


def _parts(name: str) -> list[str]:
    return [name] if _folder(name).is_dir() else name.split("+")


def _folder(name: str) -> Path:
    return Path(os.path.expanduser(name))  # noqa: PTH111 (Path raises for a ~name that is nobody)


def _is_id(name: str) -> bool:
    return HUB_ID.fullmatch(name) is not None and not _folder(name).is_dir()


def _is_model(folder: Path) -> bool:
    return (folder / "config.json").is_file() and not (folder / MANIFEST).is_file()


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__).rstrip(".")
