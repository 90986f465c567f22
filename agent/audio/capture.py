"""The program that `agent.audio.microphone` starts to record: `capture.py list`, or `capture.py record NAME`.

It stands alone, so that it starts in 0.1 s. `list` writes the names of the microphones as a JSON list. `record` writes
a line of JSON, `{}` or what went wrong, and then 32-bit float samples, mono, 16 kHz; an empty NAME is the system's own
choice. Either ends at once when its input is closed.
"""

import json
import os
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

RATE = 16_000  # that of agent.audio.clips, which is not loaded here
BUFFER_MILLISECONDS = 30
ACCESS_DENIED = -6  # miniaudio's MA_ACCESS_DENIED
DEVICES = Path("/dev/snd")
PRETENDED = "Discard all samples"  # ALSA's, which hears nothing


def main(arguments: list[str]) -> None:
    """Lists or records; ends the process."""
    # The sound libraries print; what is written here is kept apart from that.
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    # In a thread: the chat may go while the library hangs, because the sound server does.
    watcher = threading.Thread(target=_end_with_the_input, daemon=True)
    watcher.start()
    # miniaudio uses numpy where it is there; without it, it is loaded in half the time.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    try:
        import miniaudio
    except ImportError:
        _say(out, {"wrong": "missing"})
    else:
        if arguments[0] == "list":
            _say(out, [each["name"] for each in captures(miniaudio)])
        else:
            device = record(miniaudio, arguments[1], out)
            if device:
                watcher.join()
    # Not to wait for a library that hangs as it is closed.
    os._exit(0)


def record(miniaudio: Any, name: str, out: int) -> Any:
    """Starts to write what the microphone of that name hears; returns the device while it does.

    What keeps it from recording is written instead.
    """
    names = {each["name"]: each["id"] for each in captures(miniaudio)} if name else {}
    if name not in ("", *names):
        _say(out, {"wrong": "unknown", "names": [*names]})
        return None
    # Held until the line that says it is open is written: the samples come after it.
    opening = threading.Lock()
    writer = _writer(out, opening)
    next(writer)
    try:
        device = miniaudio.CaptureDevice(
            miniaudio.SampleFormat.FLOAT32, 1, RATE, BUFFER_MILLISECONDS, names.get(name), app_name="agent"
        )
        if device.backend == "Null":  # what miniaudio takes where there is no sound system: endless silence
            raise miniaudio.MiniaudioError("there is no sound system")
        with opening:
            device.start(writer)
            _say(out, {})
    except miniaudio.MiniaudioError as error:
        wrong = "denied" if error.args[-1] == ACCESS_DENIED or refused() else "failed"
        _say(out, {"wrong": wrong, "reason": str(error.args[0])})
        return None
    return device


def captures(miniaudio: Any) -> list[dict[str, Any]]:
    """The microphones that say what they can do."""

    class Devices(miniaudio.Devices):  # type: ignore[misc]
        # As it is, one device that does not answer, because another program holds it, spoils the whole list.
        def _get_info(self, kind: Any, info: Any) -> dict[str, Any]:
            try:
                return dict(super()._get_info(kind, info))
            except miniaudio.MiniaudioError:
                return {"name": ""}

    try:
        devices = Devices()
        found = devices.get_captures() if devices.backend != "Null" else []
    except miniaudio.MiniaudioError:
        return []
    return [each for each in found if each["name"] and not each["name"].startswith(PRETENDED)]


def refused(folder: Path = DEVICES) -> bool:
    """Whether there are microphones on Linux, and this user may read none: the library calls that a failure, too."""
    found = [*folder.glob("pcmC*D*c")]
    return bool(found) and not any(os.access(each, os.R_OK, effective_ids=True) for each in found)


def _writer(out: int, opening: threading.Lock) -> Generator[None, bytes, None]:
    while True:
        data = yield
        try:
            with opening:
                os.write(out, data)
        except OSError:  # nobody reads any more
            os._exit(0)


def _end_with_the_input() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


def _say(out: int, what: object) -> None:
    os.write(out, json.dumps(what).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1:])
