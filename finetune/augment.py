"""What rooms, distances, microphones and tempo do to a clip; each is drawn by chance, so that none of them decides."""

import random

import numpy as np
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt

from agent.audio.clips import RATE, Samples


def disturbed(samples: Samples, chance: random.Random, strength: float = 1.0) -> Samples:
    """A clip (n,) at another tempo, in a room, through a channel, with noise, at another level.

    `strength` scales how often each happens.
    """
    found = samples
    if chance.random() < 0.6 * strength:
        found = at_speed(found, chance.uniform(0.88, 1.14))
    if chance.random() < 0.3 * strength:
        found = in_room(found, chance)
    if chance.random() < 0.3 * strength:
        found = through_channel(found, chance)
    if chance.random() < 0.5 * strength:
        found = with_noise(found, chance.uniform(5, 35), chance)
    return at_level(found, chance.uniform(-40, -14))


def at_speed(samples: Samples, factor: float) -> Samples:
    """Faster and higher (factor above 1), or slower and lower."""
    found: Samples = resample_poly(samples, 100, max(1, round(100 * factor))).astype(np.float32)
    return found


def in_room(samples: Samples, chance: random.Random) -> Samples:
    """With the echo of a room: noise that decays by 60 dB in 0.1 to 0.7 seconds."""
    decay = chance.uniform(0.1, 0.7)
    draw = np.random.default_rng(chance.getrandbits(32))
    n = int(decay * RATE)
    echo = draw.standard_normal(n) * 10 ** (-3 * np.arange(n) / n)
    echo *= chance.uniform(0.1, 0.6) / np.sqrt((echo**2).sum())
    echo[0] = 1.0
    found: Samples = fftconvolve(samples, echo)[: len(samples) + n // 4].astype(np.float32)
    return found


def through_channel(samples: Samples, chance: random.Random) -> Samples:
    """Through a telephone, a cheap microphone, or a door: a band of the spectrum."""
    low, high = chance.uniform(50, 350), chance.uniform(2800, 7500)
    found: Samples = sosfilt(butter(2, (low, high), "bandpass", fs=RATE, output="sos"), samples).astype(np.float32)
    return found


def with_noise(samples: Samples, decibels: float, chance: random.Random) -> Samples:
    """With noise, from white to brown, so many decibels below the clip."""
    draw = np.random.default_rng(chance.getrandbits(32))
    n = len(samples)
    spectrum = np.fft.rfft(draw.standard_normal(n))
    spectrum /= np.maximum(np.arange(len(spectrum)), 1) ** chance.uniform(0, 1)
    noise = np.fft.irfft(spectrum, n)
    loud = np.sqrt((samples**2).mean() + 1e-12)
    scale = loud / np.sqrt((noise**2).mean() + 1e-12) * 10 ** (-decibels / 20)
    found: Samples = (samples + noise * scale).astype(np.float32)
    return found


def at_level(samples: Samples, decibels: float) -> Samples:
    """At a mean level of so many decibels below full scale, cut off where that is too loud."""
    loud = np.sqrt((samples**2).mean() + 1e-12)
    found: Samples = np.clip(samples * 10 ** (decibels / 20) / loud, -1, 1).astype(np.float32)
    return found
