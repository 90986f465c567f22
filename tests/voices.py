"""A voice for tests: text, spoken by espeak-ng as the package `espeakng-loader` brings it. No sound is committed."""

import ctypes
import io
import threading
import wave
from functools import cache

import pytest

from agent.audio.clips import Samples, read_clip

# Of espeak-ng's speak_lib.h.
SYNCHRONOUS, SPEED, UTF8 = 2, 1, 1
_LOCK = threading.Lock()
_RECEIVER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def say(text: str, voice: str = "en", speed: int = 170) -> Samples:
    """`text` as `voice` says it, with `speed` words a minute. Skips the test where espeak-ng is not installed."""
    with _LOCK:
        library, rate = _library()
        pieces: list[bytes] = []

        @_RECEIVER
        def receive(samples, count, _events):
            if samples and count:
                pieces.append(ctypes.string_at(samples, 2 * count))
            return 0

        library.espeak_SetSynthCallback(receive)
        if library.espeak_SetVoiceByName(voice.encode()):
            raise ValueError(f"espeak-ng has no voice {voice!r}")
        library.espeak_SetParameter(SPEED, speed, 0)
        spoken = text.encode() + b"\0"
        library.espeak_Synth(spoken, len(spoken), 0, 1, 0, UTF8, None, None)
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(b"".join(pieces))
    return read_clip(held.getvalue())


@cache
def _library() -> tuple[ctypes.CDLL, int]:
    """espeak-ng, ready to speak into memory, and its sample rate."""
    espeak = pytest.importorskip("espeakng_loader", reason="there is no voice: pip install espeakng-loader")
    library = ctypes.CDLL(espeak.get_library_path())
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, espeak.get_data_path().encode(), 0)
    if rate <= 0:
        raise RuntimeError(f"espeak-ng does not start from {espeak.get_data_path()}")
    return library, rate
