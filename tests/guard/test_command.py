"""`agent guard` for other programs."""

import argparse
import io
import json

import pytest

from agent.events import UsageError
from agent.guard.command import add_parser


def guard(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["guard", *words])
    return int(arguments.run(arguments))


def test_a_line_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert guard("I want to die", "nice day") == 0
    assert capsys.readouterr().out == "crisis: suicide-ideation\nnone\n"


def test_an_object_a_line_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("I want to die\nschön\n"))
    assert guard("-", "--json") == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {
        "version": 1,
        "words": "I want to die",
        "guard": {"level": "crisis", "reasons": ["suicide-ideation"]},
    }
    assert second["words"] == "schön"
    assert second["guard"] == {"level": "none", "reasons": []}


def test_an_emotion_weighs_in_as_in_the_chat(capsys: pytest.CaptureFixture[str]) -> None:
    texts = ("I can't do this anymore", "I feel so alone since he died")
    guard(*texts)
    assert capsys.readouterr().out == "none\nnone\n"
    guard("--emotion", "sadness", *texts)
    assert capsys.readouterr().out == "concern: hopelessness\nnone\n"


def test_the_protocol_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    assert guard("--protocol") == 0
    said = capsys.readouterr().out
    for part in ("What is detected", "What is said", "How the state lasts", "What it cannot do"):
        assert part in said


def test_no_text_is_wrong_use() -> None:
    with pytest.raises(UsageError):
        guard()
