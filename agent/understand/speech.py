"""Emotion and intent from the sound of speech: one pass of a speech encoder over the clip, at its own length.

The encoder is Whisper's (Radford et al., 2023), kept as it is; linear heads on the mean and the deviation of its layers
over time give the emotion (low layers) and the intent (the highest). The level of a clip does not count.

It gets to know a voice. The shift of a person's voice from that of people at large is estimated from their clips
without any label: the mean of what is left of each when the emotion heard in it is taken away (one step of expectation
maximisation in a two-covariance model, as PLDA's speaker term: Prince and Elder, ICCV 2007), shrunk towards none while
few clips are known. Because the emotion is taken away first, somebody who is sad for a week is still heard as sad.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from agent.artefacts import Artefact, open_artefact
from agent.audio.clips import RATE, Samples
from agent.emotions import EMOTIONS, SPEECH, SPEECH_TO_EMOTION
from agent.events import Emotion, Intent, Sound

if TYPE_CHECKING:
    from agent.understand.hub_speech import HubSpeech

Floats = NDArray[np.float32]
# Parts of a clip that are so many decibels below its loud ones, at its ends, are no speech.
QUIET = 35.0
MARGIN = RATE // 10
SHORTEST, LONGEST = RATE // 3, 20 * RATE
# The largest value of the log-mel frames, whatever the level of the clip was.
PEAK = 1.5
# So many clips of a voice weigh as much as what is known of voices at large.
PRIOR_CLIPS = 2.0
NONE = "none"


@dataclass(frozen=True)
class KnownVoice:
    """How a person's voice sounds: how many clips are known, and the sum of what they differ by, per emotion."""

    clips: int = 0
    total: Floats = field(default_factory=lambda: np.zeros(len(SPEECH), np.float32))

    @property
    def weight(self) -> float:
        """How much it counts, from 0 (unknown) towards 1."""
        return self.clips / (self.clips + PRIOR_CLIPS)

    @property
    def shift(self) -> Floats:
        """The shift of this voice's scores from those of people at large."""
        if not self.clips:
            return self.total
        found: Floats = (self.weight * self.total / self.clips).astype(np.float32)
        return found


class SpeechEncoder:
    """The speech encoder of an artefact, ready to listen."""

    def __init__(self, artefact: Artefact, threads: int = 1) -> None:
        from faster_whisper.feature_extractor import FeatureExtractor

        self.name = f"{artefact.name}@{artefact.version}"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(artefact.folder / "speech.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._features = FeatureExtractor()
        calibration = artefact.manifest["calibration"]
        self._temperature = float(calibration["emotion_temperature"])
        self._unsure_below = float(calibration["unsure_below"])
        self._intent_temperature = float(calibration["intent_temperature"])
        self._intent_from = float(calibration["intent_from"])
        # Scores of the class means themselves: what a clip of each emotion scores in a voice like any other.
        self._means = np.array(calibration["known_means"], np.float32)
        self._intents = artefact.labels["intent"]

    def read(self, samples: Samples, known: KnownVoice | None = None) -> Sound:
        """What the voice in a clip says; `known` is what was learned of this voice before."""
        plain, scores, intents = (
            output[0] for output in self._session.run(["emotion", "known", "intent"], {"mel": self.frames(samples)})
        )
        logits = blended(plain, scores, self._means, known or KnownVoice())
        return Sound(
            self.emotion(softmax(logits / self._temperature)),
            self._intent(softmax(intents / self._intent_temperature)),
            tuple(np.concatenate([plain, scores]).tolist()),
        )

    def frames(self, samples: Samples) -> Floats:
        """Log-mel frames (1, 80, frames) of the speech in a clip, at one level."""
        clip = prepared(samples)
        found: Floats = np.asarray(self._features(clip, padding=0), np.float32)[:, : len(clip) // 320 * 2]
        level: Floats = (found - found.max() + PEAK)[np.newaxis]
        return level

    def learned(self, sound: Sound, known: KnownVoice) -> KnownVoice:
        """What is known of a voice after one more clip of it."""
        plain, scores = np.split(np.array(sound.features, np.float32), 2)
        residue = scores - expected(plain, scores, self._means, known, self._temperature)
        return KnownVoice(known.clips + 1, (known.total + residue).astype(np.float32))

    def emotion(self, probabilities: Floats) -> Emotion:
        """The emotion of probabilities (8,) of the words of the corpora; calm is neutral."""
        scores = dict.fromkeys(EMOTIONS, 0.0)
        for label, probability in zip(SPEECH, probabilities, strict=True):
            scores[SPEECH_TO_EMOTION[label]] += float(probability)
        rounded = {label: round(score, 4) for label, score in scores.items()}
        top = max(rounded, key=lambda label: rounded[label])
        return Emotion(top, rounded[top], rounded[top] < self._unsure_below, rounded)

    def _intent(self, probabilities: Floats) -> Intent | None:
        top = int(probabilities.argmax())
        confidence = round(float(probabilities[top]), 4)
        if self._intents[top] == NONE or confidence < self._intent_from:
            return None
        return Intent(self._intents[top], confidence)


def prepared(samples: Samples) -> Samples:
    """The speech of a clip: its quiet ends cut, never shorter than a third of a second nor longer than twenty."""
    count = len(samples) // 160
    if count:
        frames = samples[: count * 160].reshape(count, 160)
        decibels = 10 * np.log10((frames**2).mean(1) + np.float32(1e-10))
        loud = np.flatnonzero(decibels > np.percentile(decibels, 95) - QUIET)
        if len(loud):
            samples = samples[max(0, loud[0] * 160 - MARGIN) : (loud[-1] + 1) * 160 + MARGIN]
    found: Samples = np.zeros(min(LONGEST, max(SHORTEST, len(samples))), np.float32)
    found[: len(samples)] = samples[: len(found)]
    return found


def blended(plain: Floats, scores: Floats, means: Floats, known: KnownVoice) -> Floats:
    """Logits of the emotions: of the head for any voice, and more and more of the head for a voice that is known."""
    weight = known.weight
    found = (1 - weight) * plain + weight * (scores - known.shift - 0.5 * np.diag(means))
    return found.astype(np.float32)


def expected(plain: Floats, scores: Floats, means: Floats, known: KnownVoice, temperature: float) -> Floats:
    """The scores of the emotion that is heard in a clip, as any voice would have them."""
    probabilities = softmax(blended(plain, scores, means, known) / temperature)
    found: Floats = probabilities @ means
    return found


def softmax(logits: Floats) -> Floats:
    """Probabilities of logits (n,)."""
    shifted = np.exp(logits - logits.max())
    found: Floats = shifted / shifted.sum()
    return found


def open_speech(name: str, threads: int = 1) -> "SpeechEncoder | HubSpeech":
    """Opens a verified artefact of the task `speech`, by name or path, or a published classifier, by hub id or folder.

    Raises:
        AgentError: if it is missing, damaged or has other labels.
    """
    from agent.artefacts import installed
    from agent.understand.hub_speech import is_published, open_published

    if name not in installed() and is_published(name):
        return open_published(name, threads)
    return open_embedded(name, threads)


def open_embedded(name: str, threads: int = 1) -> SpeechEncoder:
    """Opens a verified artefact of the task `speech`, by name or path.

    Raises:
        AgentError: if it is missing, damaged or has other labels.
    """
    from agent.artefacts import find

    intents = find(name, "speech").labels.get("intent", ())
    return SpeechEncoder(open_artefact(name, "speech", {"emotion": SPEECH, "intent": intents}), threads)
