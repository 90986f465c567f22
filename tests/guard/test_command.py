"""`agent guard` for other programs."""

import io
import json

import pytest

from agent.cli import main


def guard(*words: str) -> int:
    return main(["guard", *words])


def test_a_line_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert guard("I want to die", "nice day") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("crisis: suicide-ideation") and second == "none"


def test_an_object_a_line_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("I want to die\nschön\n"))
    assert guard("-", "--json") == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {
        "version": 1,
        "words": "I want to die",
        "guard": first["guard"],
    }
    assert first["guard"]["level"] == "crisis" and first["guard"]["reasons"][0] == "suicide-ideation"
    assert second["words"] == "schön"
    assert second["guard"] == {"level": "none", "reasons": []}


def test_what_no_rule_knows_is_heard_by_its_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    guard("I took them all twenty minutes ago, every tablet", "I bought some new curtains for the kitchen")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("crisis: ") and second == "none"


def test_the_protocol_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    assert guard("--protocol") == 0
    said = capsys.readouterr().out
    for part in ("What is detected", "What is said", "How the state lasts", "What it cannot do"):
        assert part in said


def test_no_text_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert guard() == 2
    assert "no text to judge" in capsys.readouterr().err
