"""Clips: any usual audio file becomes the same samples, whatever else is given becomes one sentence."""

import contextlib
import io
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from agent.audio.clips import LONGEST_SECONDS, RATE, Samples, read_clip, wav_bytes, write_wav
from agent.events import AgentError


def sine(seconds: float = 1.0, pitch: float = 440.0, rate: int = RATE) -> Samples:
    return (0.5 * np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def encoded(samples: Samples, container: str, codec: str, rate: int, layout: str = "mono") -> bytes:
    """A file of these samples on every channel, made by PyAV."""
    if codec not in av.codecs_available:
        pytest.skip(f"this PyAV has no encoder {codec}")
    held = io.BytesIO()
    with av.open(held, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        channels = np.tile(samples, (len(stream.layout.channels), 1))
        frame = av.AudioFrame.from_ndarray(channels, format="fltp", layout=layout)
        frame.sample_rate = rate
        fitted = av.AudioResampler(stream.format, layout, rate, stream.frame_size or None)
        for part in [*fitted.resample(frame), *fitted.resample(None)]:
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return held.getvalue()


def wav(samples: Samples, channels: int = 1, rate: int = RATE) -> bytes:
    """A WAV file of samples (n * channels,), the channels of a moment side by side."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes((samples * 32_767).astype("<i2").tobytes())
    return held.getvalue()


def pitch_of(samples: Samples) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples))


@pytest.mark.parametrize("layout", ["mono", "stereo"])
@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [
        ("wav", "pcm_u8", 8_000),
        ("wav", "pcm_s16le", 16_000),
        ("wav", "pcm_s16le", 44_100),
        ("wav", "pcm_s24le", 48_000),
        ("wav", "pcm_f32le", 44_100),
        ("flac", "flac", 44_100),
        ("ogg", "libopus", 48_000),
        ("mp3", "libmp3lame", 44_100),
        ("webm", "libopus", 48_000),
        ("adts", "aac", 44_100),
    ],
)
def test_any_usual_format_becomes_mono_samples_at_16_khz(container: str, codec: str, rate: int, layout: str) -> None:
    samples = read_clip(encoded(sine(rate=rate), container, codec, rate, layout))
    assert samples.dtype == np.float32 and samples.ndim == 1
    assert len(samples) == pytest.approx(RATE, rel=0.15)
    middle = samples[RATE // 4 : 3 * RATE // 4]
    assert pitch_of(middle) == pytest.approx(440, abs=2)
    assert np.abs(middle).max() == pytest.approx(0.5, rel=0.1)


def test_the_channels_are_averaged() -> None:
    left_only = np.stack([sine(), np.zeros(RATE, np.float32)], axis=1).ravel()
    assert np.allclose(read_clip(wav(left_only, channels=2)), sine() / 2, atol=1e-4)


@given(arrays(np.float32, st.integers(1, 4000), elements=st.floats(min_value=-1, max_value=1 - 2**-15, width=32)))
@settings(max_examples=30, deadline=None)
def test_what_is_written_is_read_again(samples: Samples) -> None:
    assert np.allclose(read_clip(wav_bytes(samples)), samples, atol=0.5 / 32_768 + 1e-7)


def test_a_file_is_written_as_wav_of_16_bits(tmp_path: Path) -> None:
    write_wav(tmp_path / "said.wav", np.array([0.5, 2.0, -2.0, np.nan], np.float32))
    with wave.open(str(tmp_path / "said.wav")) as file:
        assert file.getparams()[:4] == (1, 2, RATE, 4)
        assert np.frombuffer(file.readframes(4), "<i2").tolist() == [16_384, 32_767, -32_768, 0]
    assert len(read_clip(tmp_path / "said.wav")) == 4


def test_silence_is_a_clip() -> None:
    assert not read_clip(wav_bytes(np.zeros(RATE, np.float32))).any()


def test_what_is_no_number_and_what_is_too_loud_is_mended() -> None:
    samples = np.array([np.nan, np.inf, -np.inf, 5.0, 0.25], np.float32)
    found = read_clip(encoded(samples, "wav", "pcm_f32le", RATE))
    assert found.tolist() == [0.0, 1.0, -1.0, 1.0, 0.25]


@pytest.mark.parametrize(("container", "codec"), [("mp3", "libmp3lame"), ("adts", "aac"), ("flac", "flac")])
def test_a_damaged_packet_costs_little_more_than_that_packet(container: str, codec: str) -> None:
    clip = bytearray(encoded(sine(3, rate=44_100), container, codec, 44_100))
    middle = len(clip) // 2
    clip[middle : middle + 200] = b"\xff" * 200
    assert 2.2 * RATE < len(read_clip(bytes(clip))) < 3.2 * RATE


def test_a_recording_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    assert len(read_clip(wav_bytes(sine(2))[: 44 + 2 * RATE])) == RATE


@pytest.mark.parametrize(
    ("given_bytes", "sentence"),
    [
        (b"", "no audio that can be read"),
        (b"these are words, no sounds", "no audio that can be read"),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", "no audio that can be read"),
        (wav(sine(0)), "it is empty"),
        (wav(sine(LONGEST_SECONDS + 1, rate=8_000), rate=8_000), "longer than 120 seconds"),
        (wav(np.zeros(200, np.float32), rate=1), "no recording of a voice .1 channels at 1 Hz"),
        (wav(sine(), rate=990_000_000), "no recording of a voice .1 channels at 990000000 Hz"),
        (wav(sine(0.98), channels=49), "no recording of a voice .49 channels"),
    ],
    ids=["empty", "text", "header alone", "no samples", "long", "a rate of 1 Hz", "a rate of 1 GHz", "49 channels"],
)
def test_what_is_no_clip_is_refused_in_one_sentence(
    given_bytes: bytes, sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(AgentError, match=sentence) as caught:
        read_clip(given_bytes)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_pictures_have_no_sound() -> None:
    held = io.BytesIO()
    with av.open(held, "w", format="matroska") as file:
        stream = file.add_stream("mjpeg", rate=25)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuvj420p"
        file.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
        file.mux(stream.encode(None))
    with pytest.raises(AgentError, match="There is no sound"):
        read_clip(held.getvalue())


def test_a_playlist_opens_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_wav(Path("secret.wav"), sine())
    Path("list.txt").write_text("ffconcat version 1.0\nfile secret.wav\n")
    with pytest.raises(AgentError, match=r"list.txt is no audio"):
        read_clip(Path("list.txt"))


def test_a_file_that_cannot_be_read_or_written_is_named_with_the_reason(tmp_path: Path) -> None:
    for path, reason in ((tmp_path, "Is a directory"), (tmp_path / "none.wav", "No such file"), (Path("a\0b"), "null")):
        with pytest.raises(AgentError, match=reason):
            read_clip(path)
    with pytest.raises(AgentError, match=r"none/said.wav cannot be written \(No such file"):
        write_wav(tmp_path / "none" / "said.wav", sine())


HEADERS = [b"", b"ID3\4", b"RIFF$\0\0\0WAVEfmt ", b"OggS\0\2", b"fLaC\0\0\0\x22", b"\xff\xfb\x90\0", b"\x1aE\xdf\xa3"]


@given(st.sampled_from(HEADERS), st.binary(max_size=2000))
@settings(max_examples=200, deadline=None)
def test_random_bytes_are_refused_or_read_but_never_raise_anything_else(header: bytes, junk: bytes) -> None:
    with contextlib.suppress(AgentError):
        assert read_clip(header + junk).dtype == np.float32


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 255)), min_size=1, max_size=6))
@settings(max_examples=200, deadline=None)
def test_a_broken_header_raises_nothing_else(damage: list[tuple[int, int]]) -> None:
    clip = bytearray(wav(sine(0.3)))
    for place, value in damage:
        clip[place] = value
    with contextlib.suppress(AgentError):
        assert np.isfinite(read_clip(bytes(clip))).all()
