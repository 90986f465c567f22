"""Settings: where each value comes from, what is refused and how, and that saving harms nothing."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import settings
from agent.events import AgentError, UsageError
from agent.settings import FIELDS, Field, Settings, load, save


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The settings file, not written yet."""
    return tmp_path / "config.toml"


def test_with_nothing_set_every_value_is_the_documented_default() -> None:
    loaded = load()
    assert loaded.settings == Settings(
        theme="textual-dark",
        show_timeline=True,
        reply_model="embedded",
        text_model="text-emotion",
        transcriber="transcriber",
        speech_model="speech",
        threads=1,
        country="",
        microphone="",
        pause_ms=900,
        review_words="unsure",
        learn_voice=True,
        keep_history=True,
    )
    assert loaded.origins == dict.fromkeys(loaded.origins, "default")
    assert set(loaded.origins) == {field.name for field in FIELDS}


def test_a_flag_goes_before_the_environment_before_the_file_before_the_default(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('[display]\ntheme = "nord"\n[models]\nthreads = 2\ntext = "of-file"\n')
    monkeypatch.setenv("AGENT_THEME", "dracula")
    monkeypatch.setenv("AGENT_THREADS", "3")
    loaded = load({"theme": "gruvbox"})
    assert (loaded.settings.theme, loaded.origins["theme"]) == ("gruvbox", "flag")
    assert (loaded.settings.threads, loaded.origins["threads"]) == (3, "environment AGENT_THREADS")
    assert (loaded.settings.text_model, loaded.origins["text_model"]) == ("of-file", f"file {file}")
    assert (loaded.settings.reply_model, loaded.origins["reply_model"]) == ("embedded", "default")


def values(settings: Settings) -> tuple[object, ...]:
    """Every setting: screen, models, voice, chat."""
    return tuple(
        getattr(settings, name)
        for name in (
            *("theme", "show_timeline", "reply_model", "text_model", "transcriber", "speech_model", "threads"),
            *("microphone", "pause_ms", "review_words", "learn_voice", "country", "keep_history"),
        )
    )


def test_every_setting_is_read_from_its_table_and_from_its_variable(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(
        '[display]\ntheme="nord"\nshow_timeline=false\n[models]\nreply="b"\ntext="c"\nthreads=4\n'
        'transcriber="base.en"\nspeech="d"\n[chat]\ncountry="GB"\nkeep_history=false\n'
        '[voice]\nmicrophone="USB"\npause_ms=700\nreview="always"\nlearn=false\n'
    )
    of_file = ("nord", False, "b", "c", "base.en", "d", 4, "USB", 700, "always", False, "GB", False)
    assert values(load().settings) == of_file
    written = {
        "AGENT_THEME": "dracula",
        "AGENT_SHOW_TIMELINE": "on",
        "AGENT_REPLY_MODEL": "e",
        "AGENT_TEXT_MODEL": "f",
        "AGENT_TRANSCRIBER": "small.en",
        "AGENT_SPEECH_MODEL": "h",
        "AGENT_THREADS": "5",
        "AGENT_MICROPHONE": "line in",
        "AGENT_PAUSE_MS": "1200",
        "AGENT_REVIEW_WORDS": "never",
        "AGENT_LEARN_VOICE": "yes",
        "AGENT_COUNTRY": "ie",
        "AGENT_KEEP_HISTORY": "Yes",
    }
    for name, value in written.items():
        monkeypatch.setenv(name, value)
    of_environment = ("dracula", True, "e", "f", "small.en", "h", 5, "line in", 1200, "never", True, "ie", True)
    assert values(load().settings) == of_environment


@pytest.mark.parametrize(("text", "value"), [("0", False), ("FALSE", False), ("off", False), ("1", True)])
def test_yes_and_no_have_several_words_in_the_environment(
    text: str, value: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_KEEP_HISTORY", text)
    assert load().settings.keep_history is value


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_THEME", "")
    assert load().origins["theme"] == "default"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[models]\ntxt = 'x'", "there is no setting 'models.txt'; did you mean models.text?"),
        ("[modles]\ntext = 'x'", "there is no setting 'modles.text'; did you mean models.text?"),
        ("theme = 'nord'", "there is no setting 'theme'; did you mean display.theme?"),
        ("[chat]\ntext = 'x'", "there is no setting 'chat.text'; did you mean models.text?"),
        ("[qqq]", "there is no setting 'qqq'; there are display.theme, "),
        ("display = 3", "display must be a table: write [display] above its settings."),
        ("[models]\nthreads = true", "models.threads must be a whole number from 1 to 256, not true."),
        ("[models]\nthreads = 0", "models.threads must be a whole number from 1 to 256, not 0."),
        ("[models]\nthreads = 257", "models.threads must be a whole number from 1 to 256, not 257."),
        ("[chat]\nkeep_history = 'yes'", "chat.keep_history must be true or false, not 'yes'."),
        ("[chat]\ncountry = 'GBR'", "chat.country must be a code of two letters such as GB, or empty, not 'GBR'."),
        ("[models]\ntext = ''", "models.text must be a text of one line, not ''."),
        ('[models]\ntext = "a\\nb"', "models.text must be a text of one line, not 'a\\nb'."),
        ('[models]\ntext = "a\\u0007"', "models.text must be a text of one line, not 'a\\x07'."),
        ("[models.text]\nx = 1", "models.text must be a text of one line, not {'x': 1}."),
    ],
)
def test_what_the_file_should_not_hold_is_named_with_file_key_and_what_is_allowed(
    text: str, says: str, file: Path
) -> None:
    file.write_text(text)
    with pytest.raises(AgentError) as refused:
        load()
    assert str(refused.value).startswith(f"{file}: {says}")
    assert len(settings.problems()) == 1


def test_every_problem_of_file_and_environment_is_told_not_only_the_first(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("[models]\nthreads = 0\ntxt = 'x'\n")
    monkeypatch.setenv("AGENT_SHOW_TIMELINE", "perhaps")
    told = settings.problems()
    assert len(told) == 3
    assert told[2] == "environment: AGENT_SHOW_TIMELINE must be true or false, not 'perhaps'."


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[display\n", "is not valid TOML: "),
        (b"x = " + b"[" * 100_000, "is not valid TOML: "),
        (b"x = " + b"9" * 5_000, "is not valid TOML: "),
        (b"theme = '\xff'", "is not UTF-8 (byte 9): save it as UTF-8."),
    ],
)
def test_a_file_that_cannot_be_understood_is_one_sentence(content: bytes, says: str, file: Path) -> None:
    file.write_bytes(content)
    with pytest.raises(AgentError, match="The settings file") as refused:
        load()
    assert f"{file} {says}" in str(refused.value)
    assert settings.problems() == [str(refused.value)]


def test_a_file_that_cannot_be_read_is_one_sentence(file: Path) -> None:
    file.mkdir()
    with pytest.raises(AgentError, match=r"cannot be read \(Is a directory\)"):
        load()


def test_a_byte_order_mark_is_no_fault(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf[display]\ntheme = 'nord'\n")
    assert load().settings.theme == "nord"
    save({"theme": "dracula"})
    assert load().settings.theme == "dracula"


def test_a_flag_that_is_not_allowed_is_wrong_use() -> None:
    with pytest.raises(UsageError, match=r"^--text-model must be a text of one line, not ''\.$"):
        load({"text_model": ""})


@pytest.mark.parametrize(
    ("theme", "says"),
    [
        ("nrod", " cannot be 'nrod'; did you mean nord?"),
        ("Dracula", " cannot be 'Dracula'; did you mean dracula?"),
        ("qq", f" must be one of {', '.join(settings.THEMES)}, not 'qq'."),
    ],
)
def test_an_unknown_theme_is_refused_wherever_it_stands(
    theme: str, says: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError) as refused:
        load({"theme": theme})
    assert str(refused.value) == f"--theme{says}"
    file.write_text(f'[display]\ntheme = "{theme}"\n')
    monkeypatch.setenv("AGENT_THEME", theme)
    assert settings.problems() == [f"{file}: display.theme{says}", f"environment: AGENT_THEME{says}"]
    with pytest.raises(AgentError, match=r"display\.theme"):
        load()


def test_the_themes_are_textuals_own() -> None:
    themes = pytest.importorskip("textual.theme").BUILTIN_THEMES
    # Textual 8.0, the oldest that we run on, has one theme under another name.
    assert set(settings.THEMES) ^ set(themes) in (set(), {"textual-ansi", "ansi-dark", "ansi-light"})


def test_choices_are_kept_to_and_the_nearest_is_named() -> None:
    field = Field("mode", "chat.mode", "AGENT_MODE", str, "calm", choices=("calm", "lively"))
    assert field.accepts("lively")
    assert not field.accepts("lvely")
    assert settings._wrong(field, "lvely", "chat.mode") == "chat.mode cannot be 'lvely'; did you mean lively?"
    assert settings._wrong(field, "qq", "chat.mode") == "chat.mode must be one of calm, lively, not 'qq'."


def test_saving_keeps_comments_order_and_everything_else(file: Path) -> None:
    file.write_text(
        "# mine\n\n[models]  # two\nthreads=2 # one is enough\n\n# colours\n[ display ]\n\ttheme = 'a#b'\t# \"dark\"\n"
    )
    save({"theme": "nord", "threads": 1})
    assert file.read_text() == (
        '# mine\n\n[models]  # two\nthreads=1 # one is enough\n\n# colours\n[ display ]\n\ttheme = "nord"\t# "dark"\n'
    )


def test_a_new_value_stands_in_its_table_and_beside_the_line_that_speaks_of_it(file: Path) -> None:
    file.write_text("[chat]\n# country = \"\"\n# keep_history = true\n\n[display]\ntheme = 'a'\n\n# last\n[models]\n")
    save({"country": "GB", "show_timeline": False, "threads": 2})
    assert file.read_text() == (
        '[chat]\n# country = ""\ncountry = "GB"\n# keep_history = true\n\n'
        "[display]\ntheme = 'a'\nshow_timeline = false\n\n# last\n[models]\nthreads = 2\n"
    )


def test_saving_begins_the_file_and_its_folder_for_the_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "new" / "config.toml"
    monkeypatch.setenv("AGENT_CONFIG", str(file))
    save({"country": "GB", "keep_history": False})
    assert file.read_text() == '[chat]\ncountry = "GB"\nkeep_history = false\n'
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert list(file.parent.iterdir()) == [file], "no temporary file stays behind"


def test_saving_keeps_the_mode_and_writes_through_a_link(file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles.toml"
    kept.write_text("[display]\n")
    kept.chmod(0o640)
    file.symlink_to(kept)
    save({"theme": "nord"})
    assert file.is_symlink()
    assert kept.read_text() == '[display]\ntheme = "nord"\n'
    assert kept.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "text",
    [
        "display = {theme = 'a'}\n",
        '[models]\ntext = """\n[display]\ntheme = "in a text"\n"""\n',
        "[display]\ntheme = '''a'''\n",
    ],
)
def test_a_file_that_cannot_be_changed_safely_is_left_as_it_is(text: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(AgentError, match=r'set display\.theme = "nord" there by hand\.$'):
        save({"theme": "nord"})
    assert file.read_text() == text


@pytest.mark.parametrize("text", ["display.theme = 'a' # dark\n", '["display"]\n"theme" = "a\\"]"# dark\n'])
def test_other_plain_ways_of_writing_a_key_are_understood(text: str, file: Path) -> None:
    file.write_text(text)
    save({"theme": "nord"})
    assert load().settings.theme == "nord"
    assert "# dark" in file.read_text()


def test_windows_line_ends_stay(file: Path) -> None:
    file.write_bytes(b"[display]\r\ntheme = 'a'\r\n[models]\r\n")
    save({"theme": "nord", "show_timeline": True})
    assert file.read_bytes() == b'[display]\r\ntheme = "nord"\r\nshow_timeline = true\r\n[models]\r\n'


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"thme": "x"}, "There is no setting 'thme' to save; did you mean theme?"),
        ({"threads": "2"}, "models.threads must be a whole number from 1 to 256, not '2'."),
        ({"theme": "nord", "country": "England"}, "chat.country must be a code of two letters"),
    ],
)
def test_saving_refuses_what_loading_would_and_writes_nothing(
    changes: dict[str, object], says: str, file: Path
) -> None:
    with pytest.raises(AgentError) as refused:
        save(changes)
    assert says in str(refused.value)
    assert not file.exists()


def test_a_folder_that_cannot_hold_the_file_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in-the-way").touch()
    monkeypatch.setenv("AGENT_CONFIG", str(tmp_path / "in-the-way" / "config.toml"))
    with pytest.raises(AgentError, match=r"cannot be (written|read) \(Not a directory\)"):
        save({"theme": "nord"})


def test_a_write_that_fails_leaves_the_old_file_whole(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[display]\ntheme = 'a'\n")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AgentError, match=r"cannot be written \(No space left on device\)"):
        save({"theme": "nord"})
    assert file.read_text() == "[display]\ntheme = 'a'\n"
    assert list(file.parent.glob(".config-*")) == []


NAMES = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.isprintable)
VALUES = {
    "theme": st.sampled_from(settings.THEMES),
    "text_model": NAMES,
    "reply_model": NAMES,
    "show_timeline": st.booleans(),
    "keep_history": st.booleans(),
    "threads": st.integers(1, 256),
    "country": st.from_regex(r"([A-Z]{2})?", fullmatch=True),
}
CHANGES = st.fixed_dictionaries({}, optional=VALUES)


@given(first=CHANGES, second=CHANGES, comment=NAMES)
def test_whatever_is_saved_is_what_is_loaded(first: dict[str, object], second: dict[str, object], comment: str) -> None:
    file = settings.config_file()
    file.write_text(f"# {comment}\n", encoding="utf-8")
    save(first)
    save(second)
    expected = {**first, **second}
    loaded = load()
    for field in FIELDS:
        assert getattr(loaded.settings, field.name) == expected.get(field.name, field.default)
        assert loaded.origins[field.name] == (f"file {file}" if field.name in expected else "default")
    assert file.read_text(encoding="utf-8").startswith(f"# {comment}\n")


HEADERS = st.sampled_from(["[display]", "[models]", "[chat]", "[[display]]", "", " "])
PAIRS = st.sampled_from(["theme = 'a'", "display.theme = 'a'", '"theme"="x"', "# theme = 1", "threads = 2 # t"])
OPEN_ENDS = st.sampled_from(["text = '''", "'''", 'text = """[display]', '"""', "x = [", "]"])


@given(st.lists(HEADERS | PAIRS | OPEN_ENDS, max_size=8))
def test_saving_into_any_file_changes_the_one_value_or_nothing(pieces: list[str]) -> None:
    file = settings.config_file()
    before = "\n".join(pieces)
    file.write_text(before)
    try:
        save({"theme": "nord"})
    except AgentError:
        assert file.read_text() == before
        return
    expected = tomllib.loads(before)
    expected.setdefault("display", {})["theme"] = "nord"
    assert tomllib.loads(file.read_text()) == expected


def test_reading_the_settings_needs_the_standard_library_alone() -> None:
    code = "import sys, agent.settings; agent.settings.load(); print(*{m.partition('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    foreign = {m for m in loaded if m not in sys.stdlib_module_names and not m.startswith("_")}
    # What an editable installation loads at start is no doing of ours.
    at_start = subprocess.run(
        [sys.executable, "-c", "import sys; print(*{m.partition('.')[0] for m in sys.modules})"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert foreign - set(at_start) == {"agent", "platformdirs"}
