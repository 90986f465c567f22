"""`agent say` and `agent classify`: one turn, or many texts, from a shell."""

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from agent.audio.clips import write_wav
from agent.cli import main
from agent.emotions import EMOTIONS
from agent.store import Store
from tests.voices import say


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_say_prints_the_reply_alone(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "say", "I finally got the job!")
    assert (code, err) == (0, "")
    assert len(out.strip().splitlines()) == 1 and out.strip()


def test_say_json_is_the_object_of_a_turn(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, "say", "I finally got the job!", "--json")
    turn = json.loads(out)
    assert turn["version"] == 1 and turn["source"] == "typed" and turn["words"] == "I finally got the job!"
    assert turn["emotion"]["label"] == "joy"
    assert list(turn["emotion"]["scores"]) == list(EMOTIONS)
    assert turn["emotion"]["from"]["words"]["label"] == "joy" and turn["emotion"]["from"]["voice"] is None
    assert turn["guard"] == {"level": "none", "reasons": []}
    assert turn["reply"]["origin"] == "bank" and turn["reply"]["text"] and turn["reply"]["stopped"] is False
    assert set(turn["models"]) == {"text_emotion", "reply"}
    assert {"text_emotion", "first_token", "reply"} <= set(turn["timings_ms"])


def test_say_events_are_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, "say", "hello there", "--events")
    events = [json.loads(line) for line in out.splitlines()]
    names = [event["event"] for event in events]
    assert names[:2] == ["heard", "understood"] and names[-1] == "done"
    assert set(names[2:-1]) == {"token"}
    assert "".join(e["text"] for e in events if e["event"] == "token") == events[-1]["turn"]["reply"]["text"]


def test_say_reads_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("My dog died yesterday\n"))
    _, out, _ = said(capsys, "say", "-", "--json")
    assert json.loads(out)["emotion"]["label"] == "sadness"


def test_say_keeps_the_turn_and_can_go_on_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "say", "I have a cat")
    store = Store()
    [talk] = store.conversations()
    said(capsys, "say", "He is ill", "--resume", str(talk.id))
    assert [turn.words for turn in store.turns(talk.id)] == ["I have a cat", "He is ill"]
    store.close()


def test_say_forget_keeps_nothing(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    code, out, _ = said(capsys, "say", "a secret of mine", "--forget")
    assert code == 0 and out.strip()
    assert not any(b"a secret of mine" in path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_say_without_words_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = said(capsys, "say", "  ")
    assert code == 2 and "give a text" in err and "Traceback" not in err


def test_say_to_a_conversation_that_is_not_there_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "say", "hello", "--resume", "77")
    assert code == 1 and "77" in err and out == ""


def test_a_chat_is_not_resumed_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = said(capsys, "--resume", "77", "--plain")
    assert code == 1 and "77" in err
    store = Store()
    assert store.conversations() == []
    store.close()


def test_escapes_are_shown_and_never_sent_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for shape in ([], ["--json"], ["--events"]):
        _, out, _ = said(capsys, "say", "hi \x1b]0;owned\x07 \x9b31m \u202e there", *shape)
        assert not set(out) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_classify_writes_an_object_a_line_in_order(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["I finally got the job!", "", "My dog died yesterday", "What time does the library close?"] * 80
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(texts) + "\n"))
    code, out, _ = said(capsys, "classify", "-", "--json")
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [one["words"] for one in found] == texts
    assert [found[i]["emotion"]["label"] for i in (0, 2, 3)] == ["joy", "sadness", "neutral"]
    assert "reply" not in found[0] and found[0]["guard"]["level"] == "none"


@pytest.mark.parametrize("last", ["", "\n"])
def test_an_empty_line_says_that_there_were_no_words_in_its_place(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"I finally got the job!\n\n \t\nMy dog died yesterday{last}"))
    _, out, _ = said(capsys, "classify", "-", "--json")
    job, empty, blank, dog = map(json.loads, out.splitlines())
    assert (job["emotion"]["label"], dog["emotion"]["label"]) == ("joy", "sadness")
    assert [empty[key] for key in ("words", "emotion", "nuance", "guard")] == ["", None, None, None]
    assert (blank["words"], blank["emotion"]) == (" \t", None)
    assert empty.keys() == job.keys()
    monkeypatch.setattr(sys, "stdin", io.StringIO("\nMy dog died yesterday\n"))
    _, out, _ = said(capsys, "classify", "-")
    assert out.splitlines()[0] == "no words\t\t\t" and out.splitlines()[1].startswith("sadness\t")


def test_classify_guesses_no_emotion_in_another_language(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "classify", "ich bin so traurig", "I am so sad", "--json")
    german, english = (json.loads(line) for line in out.splitlines())
    assert code == 0 and (german["language"], english["language"]) == ("de", "en")
    assert german["emotion"]["unsure"] and english["emotion"]["label"] == "sadness"


def test_classify_for_people_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, "classify", "I finally got the job!")
    assert out.split("\t")[0] == "joy"


def test_an_unknown_model_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = said(capsys, "--text-model", "text-emotoin", "say", "hello")
    assert code == 1 and "text-emotion" in err and len(err.strip().splitlines()) == 1


def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    ran = subprocess.run(
        f"yes hello | head -2000 | {sys.executable} -m agent.cli classify - | head -1",
        shell=True,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in ran.stderr


def test_hear_answers_a_recording_and_tells_words_and_voice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_wav(tmp_path / "said.wav", say("My sister is coming to see me tonight.", "en-us", 150))
    code, out, err = said(capsys, "hear", str(tmp_path / "said.wav"), "--json")
    turn = json.loads(out)
    assert (code, err, turn["source"]) == (0, "", "spoken")
    assert "sister" in turn["words"].lower() and 0 < turn["words_confidence"] <= 1
    assert turn["emotion"]["from"]["voice"]["label"] in EMOTIONS
    assert {"text_emotion", "reply", "speech", "transcriber"} == set(turn["models"])
    assert turn["reply"]["text"]
    assert [kept.words for kept in Store().turns(1)] == [turn["words"]]


def test_hear_reads_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_wav(tmp_path / "said.wav", say("My sister is coming to see me tonight.", "en-us", 150))

    class Piped:
        buffer = io.BytesIO((tmp_path / "said.wav").read_bytes())

    monkeypatch.setattr("sys.stdin", Piped)
    code, out, _ = said(capsys, "hear", "-", "--events", "--forget")
    events = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [events[0]["event"], events[-1]["event"]] == ["heard", "done"]
    assert events[0]["transcriber"].startswith("transcriber@")


def test_hear_says_in_one_sentence_that_nothing_was_heard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_wav(tmp_path / "silence.wav", np.zeros(32_000, np.float32))
    code, out, err = said(capsys, "hear", str(tmp_path / "silence.wav"))
    assert (code, out) == (1, "") and err.startswith("agent: Nothing was heard") and err.count("\n") == 1
    assert Store().conversations() == []


@pytest.mark.parametrize("content", [b"", b"this is no sound", b"RIFF\x00\x00"])
def test_hear_refuses_what_is_no_sound(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.wav").write_bytes(content)
    code, out, err = said(capsys, "hear", str(tmp_path / "broken.wav"))
    assert (code, out) == (1, "") and err.startswith("agent: ") and err.count("\n") == 1
