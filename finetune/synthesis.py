"""Synthetic voices that read training sentences: espeak-ng, SVOX Pico and Flite, as far as they are installed.

espeak-ng (formant synthesis) comes with the Python package espeakng-loader, Pico (hidden Markov models of two speakers)
with ttspico, Flite (four recorded speakers) with the Debian package flite. What they say is written by nobody's ear: it
teaches words to a transcriber and says nothing about emotion.
"""

import ctypes
import math
import random
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from agent.audio.clips import RATE, Samples
from agent.events import AgentError

Voice = Callable[[str, random.Random], Samples]
"""Speaks a text at a speed and pitch drawn by chance; samples (n,) at 16 kHz."""

_ACCENTS = ("en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029", "en-us-nyc")
_VARIANTS = (
    *("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5"),
    *("klatt", "klatt2", "klatt3", "steph", "Andy", "Annie", "Alicia", "aunty", "Denis", "Diogo", "Gene", "Jacky"),
    *("john", "kaukovalta", "linda", "max", "Mario", "michel", "pablo", "Storm", "Tweaky", "victor"),
)
_FLITE = ("slt", "rms", "awb", "kal16")


def voices() -> dict[str, Voice]:
    """The synthesizers that are installed, by name.

    Raises:
        AgentError: if there is none.
    """
    found: dict[str, Voice] = {}
    for name, opened in (("espeak", _espeak), ("pico", _pico), ("flite", _flite)):
        voice = opened()
        if voice:
            found[name] = voice
    if not found:
        raise AgentError("There is no synthetic voice to learn from: `pip install espeakng-loader ttspico` brings two.")
    return found


def _espeak() -> Voice | None:
    try:
        import espeakng_loader
    except ModuleNotFoundError:
        return None
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate <= 0:
        return None
    pieces: list[bytes] = []
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

    @callback  # type: ignore[untyped-decorator]
    def heard(samples: Any, count: int, _: Any) -> int:
        if samples and count:
            pieces.append(ctypes.string_at(samples, 2 * count))
        return 0

    library.espeak_SetSynthCallback(heard)
    kept = heard  # by `say`: it is called as long as that lives

    def say(text: str, chance: random.Random) -> Samples:
        assert kept
        pieces.clear()
        variant = chance.choice(_VARIANTS)
        library.espeak_SetVoiceByName(f"{chance.choice(_ACCENTS)}+{variant}".encode())
        for parameter, value in (
            (1, chance.randint(115, 210)),
            (3, chance.randint(15, 80)),
            (4, chance.randint(20, 80)),
        ):
            library.espeak_SetParameter(parameter, value, 0)
        spoken = text.encode()
        library.espeak_Synth(spoken, len(spoken) + 1, 0, 1, 0, 1, None, None)
        return _at_rate(np.frombuffer(b"".join(pieces), dtype=np.int16), rate)

    return say


def _pico() -> Voice | None:
    try:
        import ttspico
    except ModuleNotFoundError:
        return None
    engines = [ttspico.TtsEngine(language) for language in ("en-US", "en-GB")]

    def say(text: str, chance: random.Random) -> Samples:
        pitch, speed = chance.randint(70, 150), chance.randint(80, 135)
        marked = f"<pitch level='{pitch}'><speed level='{speed}'>{escape(text)}</speed></pitch>"
        return _at_rate(np.frombuffer(chance.choice(engines).speak(marked) or b"", dtype=np.int16), RATE)

    return say


def _flite() -> Voice | None:
    command = shutil.which("flite")
    if command is None:
        return None

    def say(text: str, chance: random.Random) -> Samples:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "said.wav"
            stretch = f"duration_stretch={chance.uniform(0.8, 1.3):.2f}"
            subprocess.run(
                [command, "-voice", chance.choice(_FLITE), "--setf", stretch, "-t", text, "-o", str(out)], check=True
            )
            with wave.open(str(out)) as sound:
                return _at_rate(
                    np.frombuffer(sound.readframes(sound.getnframes()), dtype=np.int16), sound.getframerate()
                )

    return say


def _at_rate(samples: NDArray[np.int16], rate: int) -> Samples:
    found: Samples = samples.astype(np.float32) / np.float32(32768)
    if rate == RATE or not len(found):
        return found
    common = math.gcd(rate, RATE)
    resampled: Samples = resample_poly(found, RATE // common, rate // common).astype(np.float32)
    return resampled
