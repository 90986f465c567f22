"""A microphone without hardware: a PulseAudio server of the test's own, and what is played into it is heard."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.audio.clips import Samples, write_wav

NAME = "vmic"
PROGRAMS = ("pulseaudio", "pactl", "paplay")
needs_pulse = pytest.mark.skipif(
    not all(map(shutil.which, PROGRAMS)),
    reason="there is no sound server to test with: apt-get install pulseaudio pulseaudio-utils",
)


class Pulse:
    """A running server."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self._folder, self._process = folder, process

    def play(self, samples: Samples) -> None:
        """Speaks into the microphone; returns when all is said."""
        clip = self._folder / "clip.wav"
        write_wav(clip, samples)
        subprocess.run(["paplay", str(clip)], check=True, capture_output=True, timeout=60)

    def kill(self) -> None:
        """The server is gone, as when it crashes."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """The server hangs."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """The server that hung works again."""
        self._process.send_signal(signal.SIGCONT)

    def unplug(self) -> None:
        """The microphone is gone, the server stays."""
        subprocess.run(["pactl", "unload-module", "module-null-sink"], check=True, capture_output=True, timeout=60)


@contextmanager
def pulse(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulse]:
    """A server with one microphone, which this process and its children take for the system's."""
    # Not pytest's own folder: a socket's path has 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="pulse-") as name:
        folder = Path(name)
        server = no_pulse(monkeypatch, folder)
        process = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disallow-exit"),
                *("-L", f"module-native-protocol-unix auth-anonymous=1 socket={server}"),
                # With rewinds, what is played is heard in blocks of two seconds at first.
                *("-L", f"module-null-sink sink_name={NAME} rate=16000 channels=1 norewinds=1"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(server, process)
            subprocess.run(["pactl", "set-default-source", f"{NAME}.monitor"], check=True, capture_output=True)
            yield Pulse(folder, process)
        finally:
            process.kill()
            process.wait()


def no_pulse(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Looks for the server in that folder, where there is none yet; returns its socket."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{folder}/native")
    return folder / "native"


def _wait_for(server: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while not server.exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    assert server.exists(), "pulseaudio does not start"
