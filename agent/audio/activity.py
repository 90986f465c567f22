"""Where somebody speaks: in a clip as a whole, and while it is still being spoken.

The Silero model inside faster-whisper says how likely each 32 ms are speech. It is loaded at the first use.
"""

from collections import deque
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agent.audio.clips import LONGEST_SECONDS, RATE, Samples

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

WINDOW = 512
# Of the window before; the model reads it along with each.
CONTEXT = 64
# Speech begins where it is as likely as this, and lasts until it is less likely than that: the model's own values.
BEGINS, LASTS = 0.5, 0.35
# What is shorter is a click or a cough.
SHORTEST_SECONDS = 0.1
MARGIN = RATE // 10


def spoken(samples: Samples) -> list[tuple[int, int]]:
    """From which sample to which somebody speaks, in order; nothing for silence, noise or a tone.

    Speech with a pause of less than 0.3 s in it is one stretch.
    """
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=BEGINS,
        neg_threshold=LASTS,
        min_speech_duration_ms=round(SHORTEST_SECONDS * 1000),
        min_silence_duration_ms=300,
        speech_pad_ms=0,
    )
    return [(found["start"], found["end"]) for found in get_speech_timestamps(samples, options)]


def trimmed(samples: Samples) -> Samples:
    """From the first to the last spoken sample and 0.1 s around them; empty where nobody speaks."""
    stretches = spoken(samples)
    if not stretches:
        return samples[:0]
    return samples[max(0, stretches[0][0] - MARGIN) : stretches[-1][1] + MARGIN]


class Endpoint:
    """Hears one turn as it is spoken: it has `begun`, and it has `ended` with a pause. The next turn takes a new one.

    Chunks of any size make the same turn. After the end nothing more is heard.
    """

    def __init__(self, pause_seconds: float = 0.9, preroll_seconds: float = 0.4) -> None:
        """The turn ends after a silence of `pause_seconds`; `preroll_seconds` from before its first sound are kept."""
        self.begun = False
        self.ended = False
        self._session = _session()
        self._memory = [np.zeros((1, 1, 128), np.float32)] * 2
        self._context: Samples = np.zeros(CONTEXT, np.float32)
        self._rest: Samples = np.zeros(0, np.float32)
        self._pause = _windows(pause_seconds)
        self._shortest = _windows(SHORTEST_SECONDS)
        # Before speech only what may turn out to be its beginning is kept.
        self._before: deque[Samples] = deque(maxlen=_windows(preroll_seconds) + self._shortest)
        self._kept: list[Samples] = []
        self._voiced = 0
        self._quiet = 0

    def feed(self, chunk: Samples) -> None:
        """Hears the samples that follow."""
        if self.ended:
            return
        heard = np.concatenate([self._rest, chunk]).astype(np.float32)
        whole = len(heard) // WINDOW * WINDOW
        self._rest = heard[whole:]
        windows = heard[:whole].reshape(-1, WINDOW)
        for window, likely in zip(windows, self._likelihoods(windows), strict=True):
            self._hear(window, float(likely))
            if self.ended:
                self._rest = self._rest[:0]
                return

    @property
    def samples(self) -> Samples:
        """The turn so far, with what was kept from before it and the pause that ended it; empty before it has begun."""
        return np.concatenate([*self._kept, self._rest]) if self.begun else self._rest[:0]

    def _hear(self, window: Samples, likely: float) -> None:
        if self.begun:
            self._kept.append(window)
            if likely >= BEGINS:
                self._quiet = 0
            elif self._quiet or likely < LASTS:
                self._quiet += 1
            self.ended = self._quiet >= self._pause or len(self._kept) >= _windows(LONGEST_SECONDS)
            return
        self._before.append(window)
        self._voiced = self._voiced + 1 if likely >= BEGINS else 0
        if self._voiced == self._shortest:
            self.begun = True
            self._kept = list(self._before)

    def _likelihoods(self, windows: Samples) -> NDArray[np.float32]:
        """How likely each of the windows (n, 512) is speech; the model remembers those before."""
        if not len(windows):
            return np.zeros(0, np.float32)
        contexts = np.vstack([self._context, windows[:-1, -CONTEXT:]])
        self._context = windows[-1, -CONTEXT:]
        inputs = {"input": np.hstack([contexts, windows]), "h": self._memory[0], "c": self._memory[1]}
        likely: NDArray[np.float32]
        likely, *self._memory = self._session.run(None, inputs)
        return likely


def _windows(seconds: float) -> int:
    return max(1, round(seconds * RATE / WINDOW))


def _session() -> "InferenceSession":
    from faster_whisper.vad import get_vad_model

    return get_vad_model().session
