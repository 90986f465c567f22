"""`agent models`: what is installed, what of it is in use, and whether every file is whole."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.artefacts import write_manifest
from agent.cli import main


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model that nothing uses, in a folder that goes before all others."""
    folder = tmp_path / "adapters" / "tiny"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"w" * 1_500_000)
    manifest = {"name": "tiny", "version": "1.2", "task": "text-emotion", "licence": "MIT \x1b[2J", "labels": {}}
    write_manifest(folder, manifest)
    monkeypatch.setenv("AGENT_ADAPTERS", str(folder.parent))
    return folder


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(words)
    return code, capsys.readouterr().out


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, dict[str, Any]]:
    _, out = run(capsys, *words, "--json")
    return {each["name"]: each for each in json.loads(out)["models"]}


def test_each_model_is_shown_with_all_that_one_asks(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "models")
    assert code == 0
    assert "tiny 1.2, not in use\n    task     text-emotion\n    size     1.5 MB\n" in out
    assert f"    from     {tiny}\n    licence  MIT ␛[2J\n" in out
    assert "\ntext-emotion " in f"\n{out}" and "all-MiniLM-L6-v2" in out and "CC BY-NC-SA" in out


def test_json_is_one_object_with_the_same(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = listed(capsys, "models")
    assert models["tiny"] == {
        "name": "tiny",
        "version": "1.2",
        "task": "text-emotion",
        "licence": "MIT \x1b[2J",
        "bytes": 1_500_000,
        "folder": str(tiny),
        "base": None,
        "used": False,
    }
    assert models["text-emotion"]["used"] and models["reply-bank"]["used"]


def test_what_is_in_use_follows_the_settings(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = listed(capsys, "--text-model", "tiny", "models")
    assert models["tiny"]["used"] and not models["text-emotion"]["used"]
    monkeypatch.delenv("AGENT_ADAPTERS")
    assert "tiny" not in listed(capsys, "models")
    assert listed(capsys, "--text-model", str(tiny), "models")["tiny"]["used"], "a folder of one's own is found too"


def test_verify_names_every_file_that_was_checked(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "models", "verify")
    assert code == 0
    assert "ok    tiny 1.2, as its manifest says: model.onnx\n" in out
    assert all(line.startswith("ok    ") for line in out.splitlines())
    assert all(model["verified"] for model in listed(capsys, "models", "verify").values())


def test_verify_refuses_one_changed_byte(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tiny / "model.onnx").write_bytes(b"w" * 1_499_999 + b"v")
    code, out = run(capsys, "models", "verify")
    assert code == 1
    assert f"fail  The artefact tiny is refused, {tiny / 'model.onnx'} is not what its manifest says" in out
    assert "ok    text-emotion" in out, "the others are checked all the same"
    models = listed(capsys, "models", "verify")
    assert not models["tiny"]["verified"] and models["text-emotion"]["verified"]
    assert run(capsys, "models")[0] == 0, "listing reads no weights"


def test_a_damaged_manifest_and_a_model_that_is_missing_are_sentences(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tiny / "manifest.json").write_text("{")
    code, out = run(capsys, "--text-model", "text-emotoin", "models")
    assert code == 1
    problems = [line for line in out.splitlines() if line.startswith("fail  ")]
    assert len(problems) == 2
    assert "did you mean text-emotion?" in problems[0] and "manifest.json is damaged" in problems[1]
