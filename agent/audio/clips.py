"""Clips: any sound that PyAV reads, as mono samples at 16 kHz; and what was recorded, as WAV."""

import io
import wave
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from agent.events import AgentError

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.packet import Packet

Samples = NDArray[np.float32]
RATE = 16_000
# A turn is spoken in one go; what is longer is a recording of something else.
LONGEST_SECONDS = 120
# What a recording has at most. On many channels PyAV 18 reads beyond its planes and the process dies; a filter from
# a rate of a gigahertz takes a gigabyte.
MOST_CHANNELS, RATES = 8, range(1_000, 768_001)
FULL_SCALE = 32_768


def read_clip(source: Path | bytes) -> Samples:
    """The samples (n,) of a file or of its bytes, between -1 and 1; channels are averaged. Silence is a clip, too.

    Raises:
        AgentError: if there is no such file, no sound in it, or more than `LONGEST_SECONDS`.
    """
    if isinstance(source, bytes):
        return _decoded(io.BytesIO(source), "what was given")
    try:
        with source.open("rb") as file:
            return _decoded(file, str(source))
    except (OSError, ValueError) as error:  # ValueError: a path with a zero byte in it
        reason = getattr(error, "strerror", None) or error
        raise AgentError(f"{source} cannot be read ({reason}): name an audio file.") from error


def wav_bytes(samples: Samples) -> bytes:
    """A WAV file of 16 bits, mono, 16 kHz; what is beyond -1 and 1 is clipped."""
    levels = np.clip(np.rint(np.nan_to_num(samples) * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype("<i2")
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(levels.tobytes())
    return held.getvalue()


def write_wav(path: Path, samples: Samples) -> None:
    """Writes the samples as `wav_bytes` makes them.

    Raises:
        AgentError: if the file cannot be written.
    """
    try:
        path.write_bytes(wav_bytes(samples))
    except OSError as error:
        raise AgentError(
            f"{path} cannot be written ({error.strerror}): name a place that is yours and has room."
        ) from error


def _decoded(file: BinaryIO, name: str) -> Samples:
    import av

    pieces: list[Samples] = []
    seconds = 0.0
    try:
        # No protocol: a playlist would have other files, or addresses, opened in the person's name.
        with av.open(file, "r", options={"protocol_whitelist": "none"}, metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise AgentError(f"There is no sound in {name}: give an audio file.")
            # The channels are averaged here: the resampler's own mono is 3 dB louder.
            resampler = av.AudioResampler(format="fltp", rate=RATE)
            for frame in _frames(container.demux(audio=0)):
                if frame.layout.nb_channels > MOST_CHANNELS or frame.sample_rate not in RATES:
                    shape = f"{frame.layout.nb_channels} channels at {frame.sample_rate} Hz"
                    raise AgentError(f"{name} is no recording of a voice ({shape}): give a usual mono or stereo file.")
                seconds += frame.samples / frame.sample_rate
                if seconds > LONGEST_SECONDS:
                    raise AgentError(f"{name} is longer than {LONGEST_SECONDS} seconds: cut it, a turn is short.")
                pieces += [part.to_ndarray().mean(axis=0) for part in resampler.resample(frame)]
            pieces += [part.to_ndarray().mean(axis=0) for part in resampler.resample(None)]
    except AgentError:
        raise
    except Exception as error:  # a broken file meets any of FFmpeg's parsers, and they raise what they like
        reason = getattr(error, "strerror", None) or error
        raise AgentError(f"{name} is no audio that can be read ({reason}): try a WAV file.") from error
    if not any(map(len, pieces)):
        raise AgentError(f"There is no sound in {name}: it is empty.")
    found = np.nan_to_num(np.concatenate(pieces), posinf=1.0, neginf=-1.0)
    return np.clip(found, -1.0, 1.0).astype(np.float32)


def _frames(packets: "Iterable[Packet[AudioStream]]") -> "Iterator[AudioFrame]":
    """The sound in the packets; a damaged one is left out, as players do."""
    from av.error import FFmpegError

    for packet in packets:
        try:
            yield from packet.decode()
        except FFmpegError:
            continue
