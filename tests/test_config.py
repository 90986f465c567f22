"""`agent config`: shows, checks, describes and begins the settings."""

import argparse
import json
import re
import tomllib
from pathlib import Path

import pytest

from agent import config, settings
from agent.events import AgentError
from agent.settings import FIELDS, save


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The settings file, not written yet."""
    return tmp_path / "config.toml"


def agent(*words: str) -> int:
    """Runs `agent config …` as the command line does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--theme")
    config.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(words)
    return int(arguments.run(arguments))


def test_show_gives_every_value_with_its_origin(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("[models]\nthreads = 2\n")
    monkeypatch.setenv("AGENT_COUNTRY", "GB")
    assert agent("--theme", "nord", "config", "show") == 0
    out = capsys.readouterr().out
    assert re.search(rf"^models\.threads = 2 +# file {re.escape(str(file))}$", out, re.M)
    assert re.search(r'^chat\.country = "GB" +# environment AGENT_COUNTRY$', out, re.M)
    assert re.search(r'^display\.theme = "nord" +# flag$', out, re.M)
    assert re.search(r"^chat\.keep_history = true +# default$", out, re.M)
    # What is shown can be pasted into the file.
    assert tomllib.loads(out)["models"] == {
        "reply": "embedded",
        "text": "text-emotion",
        "transcriber": "transcriber",
        "speech": "speech",
        "threads": 2,
    }


def test_show_says_when_there_is_no_file(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agent("config", "show")
    assert capsys.readouterr().out.startswith(f"# {file} (not there yet: `agent config init` writes it)\n")


def test_show_json_holds_the_file_and_all_settings(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save({"theme": "nord"})
    assert agent("config", "show", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["version"], shown["file"]) == (1, str(file))
    assert list(shown["settings"]) == [field.key for field in FIELDS]
    assert shown["settings"]["display.theme"] == {"value": "nord", "origin": f"file {file}"}
    assert shown["settings"]["models.threads"] == {"value": 1, "origin": "default"}


def test_show_refuses_settings_that_are_not_valid(file: Path) -> None:
    file.write_text("[chat]\ncuntry = 'GB'\n")
    with pytest.raises(AgentError, match=r"'chat\.cuntry'; did you mean chat\.country\?"):
        agent("config", "show")


def test_validate_says_ok_or_a_sentence_for_each_problem(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert agent("config", "validate") == 0
    assert capsys.readouterr().out == "ok\n"
    file.write_text("[chat]\ncuntry = 'GB'\nkeep_history = 1\n")
    assert agent("config", "validate") == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{file}: there is no setting 'chat.cuntry'; did you mean chat.country?",
        f"{file}: chat.keep_history must be true or false, not 1.",
    ]


def test_init_writes_a_valid_file_in_which_every_setting_and_default_stands(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert agent("config", "init") == 0
    assert capsys.readouterr().out == f"{file}\n"
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text()
    assert settings.problems() == []
    assert set(settings.load().origins.values()) == {"default"}, "a default stays one until somebody chooses it"
    uncommented = tomllib.loads(re.sub(r"^# (\w+ = )", r"\1", text, flags=re.M))
    assert {f"{table}.{key}": value for table, values in uncommented.items() for key, value in values.items()} == {
        field.key: field.default for field in FIELDS
    }
    for field in FIELDS:
        assert f"# {field.help}\n" in text
        assert field.environment in text


def test_init_replaces_a_file_only_when_forced(file: Path) -> None:
    file.write_text("# mine\n")
    with pytest.raises(AgentError, match="--force"):
        agent("config", "init")
    assert file.read_text() == "# mine\n"
    assert agent("config", "init", "--force") == 0
    assert "# mine" not in file.read_text()


def test_a_value_saved_into_the_first_file_stands_beside_its_documentation(file: Path) -> None:
    agent("config", "init")
    before = file.read_text()
    save({"country": "GB"})
    assert file.read_text() == before.replace('# country = ""\n', '# country = ""\ncountry = "GB"\n')


def test_the_schema_describes_every_setting_and_allows_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert agent("config", "schema") == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["additionalProperties"] is False
    described = {}
    for table, content in schema["properties"].items():
        assert content["additionalProperties"] is False
        described |= {f"{table}.{key}": each for key, each in content["properties"].items()}
    assert {key: each["default"] for key, each in described.items()} == {f.key: f.default for f in FIELDS}
    assert all(each["description"] for each in described.values())
    assert described["chat.keep_history"]["type"] == "boolean"
    assert (described["models.threads"]["minimum"], described["models.threads"]["maximum"]) == (1, 256)
    country = re.compile(described["chat.country"]["pattern"])
    assert country.search("GB") and country.search("") and not country.search("GBR")


def test_every_setting_says_what_it_does() -> None:
    for field in FIELDS:
        assert field.help.endswith("."), field.name
        assert field.accepts(field.default), field.name
