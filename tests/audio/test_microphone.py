"""The microphone: what is said is heard, what goes wrong is one sentence, and nothing is left behind or printed."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from agent.audio import capture, microphone
from agent.audio.clips import RATE, Samples
from agent.audio.microphone import Microphone, devices, level
from agent.events import AgentError
from tests.audio.pulse import Pulse, needs_pulse, no_pulse, pulse
from tests.voices import say

MONITOR = "Monitor of Null Output"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulse]:
    with pulse(monkeypatch) as running:
        yield running


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if any(Path("/dev/snd").glob("pcmC*D*c")):
        pytest.skip("this machine has a microphone without a sound server")
    no_pulse(monkeypatch, tmp_path)


@pytest.fixture
def deaf_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A sound server that takes calls and never answers."""
    with tempfile.TemporaryDirectory(prefix="pulse-") as name, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(no_pulse(monkeypatch, Path(name))))
        listening.listen()
        yield


def children(parent: int) -> set[int]:
    """The processes that a process has started and that still run."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, its_parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(its_parent) == parent and state != "Z":
            found.add(int(stat.parent.name))
    return found


def gone(processes: set[int], seconds: float = 2) -> bool:
    return within(seconds, lambda: not any(Path(f"/proc/{each}").exists() for each in processes))


def within(seconds: float, happened: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not happened() and time.monotonic() < until:
        time.sleep(0.02)
    return happened()


def recorded_while(open_microphone: Microphone, act: Callable[[], None], more: float = 0.5) -> Samples:
    """What the microphone hears while something is done, and for a while after it."""
    acting = threading.Thread(target=act)
    acting.start()
    pieces, over = [], float("inf")
    for chunk in open_microphone:
        pieces.append(chunk)
        if not acting.is_alive():
            over = min(over, time.monotonic() + more)
        if time.monotonic() > over:
            break
    acting.join()
    return np.concatenate(pieces)


def likeness(heard: Samples, said: Samples) -> float:
    """The correlation of what was said with the place in `heard` where it fits best."""
    place = int(np.correlate(heard, said, "valid").argmax())
    return float(np.corrcoef(heard[place : place + len(said)], said)[0, 1])


@needs_pulse
@pytest.mark.parametrize("device", ["", MONITOR])
def test_what_is_said_is_heard_sample_by_sample(server: Pulse, device: str, capfd: pytest.CaptureFixture[str]) -> None:
    said = say("Well, this is what I say.")
    with Microphone(device) as open_microphone:
        heard = recorded_while(open_microphone, lambda: server.play(said))
    assert heard.dtype == np.float32 and capture.RATE == RATE
    assert likeness(heard, said) > 0.9
    assert capfd.readouterr() == ("", "")


@needs_pulse
def test_chunks_are_short_and_come_without_a_gap(server: Pulse) -> None:
    with Microphone() as open_microphone:
        while not len(open_microphone.read()):
            pass
        started = time.monotonic()
        chunks = [open_microphone.read(1) for _ in range(60)]
        assert time.monotonic() - started == pytest.approx(60 * 512 / RATE, abs=0.5)
    assert {len(chunk) for chunk in chunks} == {512}


@needs_pulse
def test_the_microphones_are_listed_by_name(server: Pulse) -> None:
    assert devices() == [MONITOR]


@needs_pulse
def test_an_unknown_microphone_is_told_from_those_there_are(server: Pulse) -> None:
    with pytest.raises(AgentError, match=f"There is no microphone 'Headset': choose one of {MONITOR}\\."):
        Microphone("Headset").open()


@needs_pulse
@pytest.mark.parametrize("how", ["killed", "unplugged", "stopped"])
def test_a_microphone_that_falls_silent_is_noticed_and_what_was_said_is_kept(
    server: Pulse, how: str, capfd: pytest.CaptureFixture[str]
) -> None:
    said = say("I was just about to say")
    kept: list[Samples] = []
    with Microphone() as open_microphone:
        heard = recorded_while(open_microphone, lambda: server.play(said))
        {"killed": server.kill, "unplugged": server.unplug, "stopped": server.stop}[how]()
        lost = time.monotonic()
        with pytest.raises(AgentError, match="The microphone fell silent: see that"):
            kept.extend(open_microphone)
        assert time.monotonic() - lost < 2.5
        assert len(open_microphone.read()) == 0
    assert likeness(np.concatenate([heard, *kept]), said) > 0.9
    assert capfd.readouterr() == ("", "")


@needs_pulse
def test_what_was_heard_while_nobody_asked_is_kept(server: Pulse) -> None:
    with Microphone() as open_microphone:
        time.sleep(1.5)
        server.kill()
        time.sleep(1.5)
        chunks: list[Samples] = []
        with pytest.raises(AgentError, match="fell silent"):
            chunks.extend(open_microphone)
    assert sum(map(len, chunks)) > RATE


@needs_pulse
def test_to_close_takes_no_time_and_leaves_no_process_and_no_thread(server: Pulse) -> None:
    before, threads = children(os.getpid()), threading.active_count()
    open_microphone = Microphone()
    open_microphone.open()
    while not len(open_microphone.read()):
        pass
    assert len(children(os.getpid()) - before) == 1
    started = time.monotonic()
    open_microphone.close()
    assert time.monotonic() - started < 0.3
    assert children(os.getpid()) == before and threading.active_count() == threads
    assert len(open_microphone.read()) == 0 and list(open_microphone) == []
    open_microphone.close()


@needs_pulse
def test_closing_from_elsewhere_ends_the_one_who_listens(server: Pulse) -> None:
    open_microphone = Microphone()
    open_microphone.open()
    threading.Timer(0.3, open_microphone.close).start()
    assert sum(1 for _ in open_microphone) < 60


@needs_pulse
def test_it_can_be_opened_again(server: Pulse) -> None:
    open_microphone = Microphone()
    for _ in range(2):
        with open_microphone:
            assert len(next(iter(open_microphone)))


LISTENER = """
import signal, sys
from agent.audio.microphone import Microphone
if sys.argv[1:]:
    signal.signal(signal.SIGINT, lambda *_: None)
with Microphone() as microphone:
    for chunk in microphone:
        print("heard", flush=True)
"""


@contextmanager
def listener(*arguments: str) -> "Iterator[subprocess.Popen[str]]":
    """A process that listens and says so; with any argument it takes no notice of Ctrl+C."""
    with subprocess.Popen(
        [sys.executable, "-c", LISTENER, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@needs_pulse
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_chat_dies_the_recorder_ends(server: Pulse, ending: signal.Signals) -> None:
    with listener() as chat:
        assert chat.stdout is not None and chat.stdout.readline() == "heard\n"
        [recorder] = children(chat.pid)
        chat.send_signal(ending)
        chat.wait(10)
    assert gone({recorder})


@needs_pulse
def test_ctrl_c_in_the_terminal_is_for_the_chat_to_judge(server: Pulse) -> None:
    with listener("deaf to Ctrl+C") as chat:
        assert chat.stdout is not None and chat.stdout.readline() == "heard\n"
        os.killpg(chat.pid, signal.SIGINT)
        assert [chat.stdout.readline() for _ in range(60)] == ["heard\n"] * 60


@needs_pulse
def test_when_all_has_stood_still_for_a_while_the_chat_goes_on_listening(server: Pulse) -> None:
    with listener() as chat:
        assert chat.stdout is not None and chat.stdout.readline() == "heard\n"
        chat.send_signal(signal.SIGSTOP)
        server.stop()
        time.sleep(2.5)
        chat.send_signal(signal.SIGCONT)
        server.go_on()
        assert [chat.stdout.readline() for _ in range(90)] == ["heard\n"] * 90


def test_when_the_chat_dies_while_the_sound_server_hangs_the_recorder_ends(deaf_server: None) -> None:
    with listener() as chat:
        assert within(5, lambda: bool(children(chat.pid)))
        time.sleep(0.5)
        recorder = children(chat.pid)
        assert len(recorder) == 1
    assert gone(recorder)


def test_without_a_microphone_there_is_one_sentence_and_nothing_is_printed(
    no_server: None, capfd: pytest.CaptureFixture[str]
) -> None:
    assert devices() == []
    before = children(os.getpid())
    with pytest.raises(AgentError, match=r"There is no microphone to open \(.+\): plug one in and see .+\.$"):
        Microphone().open()
    with pytest.raises(AgentError, match="There is no microphone 'Headset' nor any other: plug one in"):
        Microphone("Headset").open()
    assert children(os.getpid()) == before
    assert capfd.readouterr() == ("", "")


def test_a_sound_server_that_does_not_answer_is_given_up(deaf_server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "OPEN_SECONDS", 1.0)
    before = children(os.getpid())
    with pytest.raises(AgentError, match="The sound system does not answer: restart"):
        Microphone().open()
    with pytest.raises(AgentError, match="The sound system does not answer: restart"):
        devices()
    assert children(os.getpid()) == before


def test_opening_can_be_given_up_by_the_person(deaf_server: None) -> None:
    opening = Microphone()
    threading.Timer(0.5, opening.close).start()
    started = time.monotonic()
    opening.open()
    assert time.monotonic() - started < 2
    assert len(opening.read()) == 0


def test_without_the_sound_library_the_remedy_is_named() -> None:
    hidden = "import sys, runpy; sys.modules['miniaudio'] = None; sys.argv[1:] = ['list']; "
    code = hidden + f"runpy.run_path({capture.__file__!r}, run_name='__main__')"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as recorder:
        assert recorder.stdout is not None and recorder.stdout.read() == b'{"wrong": "missing"}\n'
    assert "pip install miniaudio" in microphone._sentence({"wrong": "missing"}, "")


@pytest.mark.skipif(os.name == "nt", reason="Linux keeps its microphones in a folder")
def test_microphones_that_this_user_may_not_read_are_told_from_none() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        assert not capture.refused(folder)
        (folder / "pcmC0D0p").touch(0)
        assert not capture.refused(folder), "a loudspeaker is no microphone"
        (folder / "pcmC0D0c").touch(0)
        user = os.geteuid()
        try:
            if user == 0:
                os.seteuid(65_534)
            assert capture.refused(folder)
        finally:
            os.seteuid(user)
        (folder / "pcmC0D0c").chmod(0o644)
        assert not capture.refused(folder)
    assert "permission denied" in microphone._sentence({"wrong": "denied"}, "")


@pytest.mark.parametrize(
    ("samples", "decibels"),
    [
        (np.ones(512, np.float32), 0.0),
        (np.full(512, 0.1, np.float32), -20.0),
        (np.sin(np.arange(RATE) / 10).astype(np.float32), -3.0),
        (np.zeros(512, np.float32), -96.0),
        (np.full(512, 1e-9, np.float32), -96.0),
        (np.zeros(0, np.float32), -96.0),
    ],
)
def test_the_level_is_in_decibels_below_full_scale(samples: Samples, decibels: float) -> None:
    assert level(samples) == pytest.approx(decibels, abs=0.1)


def test_to_know_of_the_microphone_loads_no_sound_library() -> None:
    code = "import sys, agent.audio.microphone; print({'miniaudio', 'av'} & {*sys.modules})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
