"""`agent doctor`: what works, what does not and the remedy, whatever state things are in."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent import doctor
from agent.artefacts import write_manifest
from agent.doctor import Check, examine
from agent.store import Store


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ordinary terminal."""
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}.items():
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "COLORTERM", "AGENT_DATA"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An artefact that is whole, in a folder that goes before all others."""
    folder = tmp_path / "adapters" / "tiny"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"weights")
    manifest = {"name": "tiny", "version": "1.2", "task": "some-task", "licence": "CC BY-NC 4.0", "labels": {}}
    write_manifest(folder, manifest)
    monkeypatch.setenv("AGENT_ADAPTERS", str(folder.parent))
    return folder


def agent(*words: str) -> int:
    """Runs `agent doctor` as the command line does."""
    parser = argparse.ArgumentParser()
    doctor.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["doctor", *words])
    return int(arguments.run(arguments))


def check(name: str) -> Check:
    return next(each for each in examine() if each.name == name)


def test_with_what_is_shipped_the_chat_is_well() -> None:
    assert [each for each in examine() if each.status == "fail"] == []
    assert check("models").detail.startswith("text emotion text-emotion@")


def test_every_path_in_use_is_shown(home: Path, tmp_path: Path, tiny: Path) -> None:
    details = " ".join(each.detail for each in examine())
    for path in (tmp_path / "config.toml", home, home / "history.db", tiny, tiny.parent, sys.executable):
        assert str(path) in details


def test_each_check_is_a_line_with_status_name_detail_and_remedy(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tiny / "model.onnx").write_bytes(b"weightz")
    assert agent() == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(examine())
    assert all(line[:5] in ("ok   ", "warn ", "fail ") for line in lines)
    assert all((" -> " in line) == (not line.startswith("ok")) for line in lines)
    line = next(line for line in lines if "artefact tiny" in line)
    assert line.startswith("fail artefact tiny: The artefact tiny is refused")
    assert line.endswith(f" -> Restore {tiny}, or install agent again.")


def test_json_is_one_object_with_the_same_checks(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agent("--json")
    shown = json.loads(capsys.readouterr().out)
    assert shown["version"] == 1
    assert [each["name"] for each in shown["checks"]] == [each.name for each in examine()]
    assert all(set(each) == {"name", "status", "detail", "remedy"} for each in shown["checks"])
    assert all(bool(each["remedy"]) == (each["status"] != "ok") for each in shown["checks"])


def test_a_whole_artefact_is_shown_with_version_licence_and_verdict(tiny: Path) -> None:
    found = check("artefact tiny")
    assert found.status == "ok"
    for part in ("tiny 1.2", "some-task", "CC BY-NC 4.0", "verified", str(tiny)):
        assert part in found.detail


def test_a_damaged_manifest_does_not_hide_the_other_artefacts(tiny: Path) -> None:
    broken = tiny.parent / "broken"
    broken.mkdir()
    (broken / "manifest.json").write_text("{")
    assert check("artefact broken").status == "fail"
    assert check("artefact tiny").status == "ok"


def test_models_that_a_chat_could_not_open_fail_with_its_sentence(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TEXT_MODEL", "tiny")
    found = check("models")
    assert found.status == "fail"
    assert "is for some-task, not for text-emotion" in found.detail


def test_a_reply_server_is_asked_and_it_is_told_where_the_words_go(monkeypatch: pytest.MonkeyPatch) -> None:
    process = subprocess.Popen(
        [sys.executable, Path(__file__).parent / "openai_server.py"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    monkeypatch.setenv("AGENT_REPLY_MODEL", f"openai:http://127.0.0.1:{port}/v1#echo")
    try:
        [check] = [check for check in examine() if check.name == "reply server"]
        assert check.status == "ok" and f"echo at 127.0.0.1:{port}" in check.detail and "sent there" in check.detail
    finally:
        process.kill()
        process.wait()
    [check] = [check for check in examine() if check.name == "reply server"]
    assert check.status == "fail" and "start it" in check.detail and "embedded" in check.remedy


def test_the_built_in_replies_ask_no_server() -> None:
    assert not [check for check in examine() if check.name == "reply server"]


def test_settings_that_are_not_valid_fail_once_for_each_problem(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[chat]\ncuntry = 'GB'\nkeep_history = 1\n")
    found = [each for each in examine() if each.name == "settings"]
    assert [each.status for each in found] == ["fail", "fail"]
    assert "did you mean chat.country?" in found[0].detail
    assert check("models").detail == "not tried, the settings are not valid"


def test_looking_makes_nothing(tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    examine()
    assert set(tmp_path.rglob("*")) == before


def test_the_kept_conversations_are_counted(home: Path) -> None:
    assert check("history").detail == f"nothing kept yet; it will be {home / 'history.db'}"
    store = Store()
    for words in ("one", "two"):
        store.add_turn(store.start_conversation(), words)
    store.close()
    assert check("history") == Check("history", "ok", f"{home / 'history.db'}, 2 conversations")
    assert check("data folder").status == "ok"


def test_a_damaged_history_fails_and_stays_as_it_is(home: Path) -> None:
    home.mkdir()
    (home / "history.db").write_bytes(b"this is no database, and it is long enough to have a header" * 20)
    before = (home / "history.db").read_bytes()
    found = check("history")
    assert found.status == "fail"
    assert found.remedy
    assert (home / "history.db").read_bytes() == before


def test_a_data_folder_that_cannot_be_one_fails(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.touch()
    found = check("data folder")
    assert (found.status, str(home) in found.detail, "AGENT_HOME" in found.remedy) == ("fail", True, True)
    home.chmod(0o755)
    monkeypatch.setenv("AGENT_HOME", str(home / "below"))
    assert check("data folder").detail == f"{home / 'below'} cannot be made in {home}"


def test_a_package_that_is_not_installed_fails_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(tmp_path, monkeypatch, "platformdirs>=4.3", "no-such-package-of-ours>=1", "torch>=2; extra == 'torch'")
    assert check("package platformdirs").status == "ok"
    missing = check("package no-such-package-of-ours")
    assert missing == Check(
        "package no-such-package-of-ours", "fail", "not installed", "Run: pip install no-such-package-of-ours"
    )
    assert "package torch" not in {each.name for each in examine()}


def test_the_torch_extra_may_be_absent_but_not_half_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tmp_path, monkeypatch, "no-such-torch>=2; extra == 'torch'", "pytest>=8; extra == 'test'")
    found = check("torch")
    assert found.status == "ok"
    assert "pip install 'agent[torch]'" in found.detail
    record(tmp_path, monkeypatch, "no-such-torch>=2; extra == 'torch'", "pytest>=8; extra == 'torch'")
    found = check("torch")
    assert (found.status, found.remedy) == ("warn", "Run: pip install 'agent[torch]'")
    assert found.detail.startswith("pytest ")
    assert found.detail.endswith("without no-such-torch")


def record(folder: Path, monkeypatch: pytest.MonkeyPatch, *requirements: str) -> None:
    """An installation record of agent with these requirements, found before the real one."""
    info = folder / "installed" / "agent-0.1.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    lines = ["Metadata-Version: 2.4", "Name: agent", "Version: 0.1", *(f"Requires-Dist: {r}" for r in requirements)]
    (info / "METADATA").write_text("\n".join(lines) + "\n")
    monkeypatch.syspath_prepend(str(info.parent))


@pytest.mark.parametrize(
    ("environment", "status", "says"),
    [
        ({}, "ok", "TERM=xterm-256color, 256 colours, 100x30, utf-8"),
        ({"COLORTERM": "truecolor"}, "ok", "16 million colours"),
        ({"NO_COLOR": "1"}, "ok", "NO_COLOR is set"),
        ({"TERM": "dumb"}, "warn", "TERM=dumb"),
        ({"TERM": ""}, "warn", "TERM=not set"),
        ({"COLUMNS": "39"}, "warn", "39x30"),
        ({"LINES": "11"}, "warn", "100x11"),
    ],
)
def test_the_terminal_is_described_and_what_is_too_little_is_a_warning(
    environment: dict[str, str], status: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = check("terminal")
    assert found.status == status
    assert says in found.detail
    assert bool(found.remedy) == (status != "ok")


def test_the_corpora_folder_is_wanted_only_if_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check("corpora").status == "ok"
    monkeypatch.setenv("AGENT_DATA", str(tmp_path))
    assert check("corpora") == Check("corpora", "ok", f"AGENT_DATA is {tmp_path}")
    monkeypatch.setenv("AGENT_DATA", str(tmp_path / "gone"))
    assert check("corpora").status == "warn"


def test_a_check_that_breaks_is_a_failure_and_the_others_go_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # No configuration folder can be found, no settings read, and still everything else is told.
    def broken() -> Path:
        raise RuntimeError("no home\ndirectory")

    monkeypatch.setattr("agent.paths.config_file", broken)
    monkeypatch.setattr("agent.settings.config_file", broken)
    found = examine()
    assert next(each for each in found if each.name == "settings").detail == (
        "could not be checked (RuntimeError: no home\ndirectory)"
    )
    assert {"python", "terminal", "corpora"} <= {each.name for each in found if each.status == "ok"}


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_cannot_show_a_path_still_gets_every_line(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_HOME", str(tmp_path / "дом\nx"))
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    code = "import argparse; from agent import doctor; doctor.run(argparse.Namespace(json=False))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert any(line.startswith("ok   data folder") and "\\u0434" in line for line in lines)
    assert any(line.startswith("warn terminal") and "PYTHONUTF8=1" in line for line in lines)
    assert all(line[:5] in ("ok   ", "warn ", "fail ") for line in lines)


def test_asking_for_the_doctor_loads_no_engine() -> None:
    code = "import sys, agent.doctor; print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"onnxruntime", "tokenizers", "ctranslate2", "textual", "numpy", "torch"}.isdisjoint(loaded)
