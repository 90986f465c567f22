"""`agent history`: what is kept is shown, exported and deleted, and never executed."""

import argparse
import json
import os
import pty
import re
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from agent import history
from agent.cli import main
from agent.events import AgentError, Emotion, Guard, Nuance, Reply, Turn, Understanding, UsageError, turn_object
from agent.store import Store

EVIL = "\x1b]0;owned\x07 \x9b31m \u202etxt"


@pytest.fixture
def store() -> Iterator[Store]:
    with closing(Store()) as opened:
        yield opened


def agent(*words: str) -> int:
    """`agent history …` as the command line runs it."""
    parser = argparse.ArgumentParser(prog="agent")
    history.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["history", *words])
    return int(arguments.run(arguments))


def tell(store: Store, *words: str, reply: str = "I hear you", unsure: bool = False) -> int:
    conversation = store.start_conversation()
    for said in words:
        turn_id = store.add_turn(conversation, said)
        emotion = Emotion("sadness", 0.93, unsure, {"sadness": 0.93, "joy": 0.07})
        guard = Guard("concern", ("hopeless",))
        understanding = Understanding(emotion, Nuance("lonely", 0.4), guard, vector=(0.5,))
        answer = Reply(reply, "bank", "bank@1.0")
        timings = {"text_emotion": 2.1}
        store.finish_turn(
            Turn(turn_id, said, understanding, answer, models={"text_emotion": "t@1"}, timings_ms=timings)
        )
    return conversation


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts a person at a terminal who types an answer."""
    leader, follower = pty.openpty()
    with open(follower) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)

        def type_in(typed: str) -> None:
            os.write(leader, typed.encode())

        yield type_in
    os.close(leader)


@pytest.mark.parametrize("verb", [["list"], ["search", "dog"], ["purge", "--yes"]])
def test_an_empty_history_says_so_kindly(capsys: pytest.CaptureFixture[str], verb: list[str]) -> None:
    assert agent(*verb) == 0
    assert capsys.readouterr().out == history.NOTHING + "\n"


def test_nothing_to_export_writes_no_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert agent("export", "-o", str(tmp_path / "all.md")) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("", history.NOTHING + "\n")
    assert not (tmp_path / "all.md").exists()


def test_list_shows_id_time_turns_title_and_feelings(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    tell(store, "My dog died", "He was old")
    tell(store, "Hello")
    agent("list")
    newest, oldest = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"1  \d{4}-\d\d-\d\d \d\d:\d\d    2 turns  My dog died  ▼▼ sadness", oldest)
    assert newest.startswith("2  ") and "   1 turn  Hello" in newest
    agent("list", "--limit", "1")
    assert capsys.readouterr().out.splitlines() == [newest]


def test_list_json_is_an_object_a_line(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    tell(store, "Grüße")
    agent("list", "--json")
    [found] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert found == {"version": 1, **vars(store.conversations()[0]), "emotions": ["sadness"]}
    assert set(found) == {"version", "id", "title", "started", "updated", "turns", "emotions"}


def test_search_shows_where_it_was_said(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    tell(store, "Hello", "My dog died")
    agent("search", "dog", "di")
    head, snippet = capsys.readouterr().out.splitlines()
    assert head.startswith("1  ") and head.endswith("  Hello")
    assert snippet == "    My dog died"
    agent("search", "cat")
    assert capsys.readouterr().out == "Nothing found for “cat”.\n"
    agent("search", "i", "hear", "--limit", "1")
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2 and "--limit shows more" in err


def test_show_prints_the_conversation(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    tell(store, "My dog died\nyesterday", "So old", unsure=True)
    store.correct_turn(2, "love")
    store.add_turn(1, "are you there?")
    agent("show", "1")
    shown = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "NOW", capsys.readouterr().out)
    assert shown == (
        "My dog died yesterday\nConversation 1 · begun NOW · 3 turns\n"
        "\nNOW  you ? perhaps sadness 93%\n  My dog died\n  yesterday\nagent\n  I hear you\n"
        "\nNOW  you ♥ love (you said so)\n  So old\nagent\n  I hear you\n"
        "\nNOW  you\n  are you there?\n"
    )


@pytest.mark.parametrize(
    "verb",
    [
        ["list"],
        ["list", "--json"],
        ["search", "txt"],
        ["search", EVIL],
        ["show", "1"],
        ["export"],
        ["export", "--format", "jsonl"],
        ["export", "--labels"],
        ["delete", "1", "--yes"],
    ],
)
def test_what_was_said_never_drives_the_terminal(
    store: Store, capsys: pytest.CaptureFixture[str], verb: list[str]
) -> None:
    conversation = tell(store, f"words {EVIL}", reply=f"reply {EVIL}")
    store.correct_turn(1, "joy")
    store.rename(conversation, f"title {EVIL}")
    agent(*verb)
    out, err = capsys.readouterr()
    assert out
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", out + err)


# Export


def test_jsonl_is_the_object_of_the_turn_with_conversation_and_time(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    tell(store, "Grüße \x1b[31m")
    store.correct_turn(1, "joy")
    store.add_turn(1, "unanswered")
    agent("export", "1", "--format", "jsonl")
    first, second = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    times = [when for when, _ in store.dated_turns(1)]
    assert first == {
        "version": 1,
        "source": "typed",
        "words": "Grüße \x1b[31m",
        "words_confidence": None,
        "language": "en",
        "emotion": {
            "label": "sadness",
            "confidence": 0.93,
            "unsure": False,
            "scores": {"sadness": 0.93, "joy": 0.07},
            "from": {"words": {"label": "sadness", "confidence": 0.93}, "voice": None},
            "disagree": False,
        },
        "nuance": {"label": "lonely", "confidence": 0.4},
        "intent": None,
        "guard": {"level": "concern", "reasons": ["hopeless"]},
        "corrected": "joy",
        "reply": {"text": "I hear you", "origin": "bank", "model": "bank@1.0", "stopped": False},
        "models": {"text_emotion": "t@1"},
        "timings_ms": {"text_emotion": 2.1},
        "conversation": 1,
        "time": times[0],
    }
    assert set(second) == set(first), "an unanswered turn has the same keys"
    assert (second["words"], second["emotion"], second["reply"], second["time"]) == ("unanswered", None, None, times[1])


def test_a_turn_that_nothing_became_of_has_every_key() -> None:
    assert set(turn_object(Turn(1, "x", None, None))) >= {"emotion", "nuance", "intent", "guard", "reply", "corrected"}


def test_md_is_a_readable_transcript_of_all_oldest_first(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    tell(store, "My dog died\nyesterday")
    tell(store, "Hello", reply="Hi\n\nthere")
    agent("export")
    shown = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "NOW", capsys.readouterr().out)
    assert shown == (
        "# My dog died yesterday\n\nConversation 1 · begun NOW · 1 turn\n"
        "\n**You** · NOW · ▼ sadness 93%\n\nMy dog died\\\nyesterday\n\n**Agent**\n\nI hear you\n"
        "\n# Hello\n\nConversation 2 · begun NOW · 1 turn\n"
        "\n**You** · NOW · ▼ sadness 93%\n\nHello\n\n**Agent**\n\nHi\n\nthere\n"
    )


class Page(HTMLParser):
    """The tags and the text of rendered Markdown."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words = ""
        self.feed(MarkdownIt("gfm-like", {"linkify": False}).render(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


@given(
    st.text("<>[]()!`*_#-+=.1|~&\\:;/ab \n")
    | st.text()
    | st.sampled_from(
        [
            "![x](http://a/b.png)",
            "<script>alert(1)</script>",
            "    code",
            "```\nx\n```",
            "a\n===",
            "1) x",
            "[a]: b",
            "|a|\n|-|",
        ]
    )
)
def test_a_transcript_shows_what_was_said_and_nothing_it_could_do(said: str) -> None:
    page = Page(f"before\n\n{history._literal(said)}\n")
    assert page.tags <= {"p", "br"}
    assert "".join(page.words.split()) == "before" + "".join(history.visible(said).split())


def test_labels_are_the_corrections_with_the_words_before(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    tell(store, "one\ttab\nline", "two", "three")
    tell(store, "alone")
    for turn_id, label in ((2, "joy"), (4, "fear")):
        store.correct_turn(turn_id, label)
    agent("export", "--labels")
    assert capsys.readouterr().out == "joy\ttwo\tone tab line\nfear\talone\t\n"


def test_an_export_is_readable_by_its_person_alone_and_never_overwrites(store: Store, tmp_path: Path) -> None:
    tell(store, "hello")
    path = tmp_path / "kept.md"
    before = os.umask(0)
    try:
        assert agent("export", "1", "--output", str(path)) == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("mine")
    with pytest.raises(AgentError, match=r"kept\.md exists and was left as it is; .*--force"):
        agent("export", "1", "--output", str(path))
    assert path.read_text() == "mine"
    path.chmod(0o644)
    assert agent("export", "1", "--output", str(path), "--force") == 0
    assert "hello" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir() if file.name != "home"] == ["kept.md"]


@pytest.mark.parametrize("place", ["nowhere/x.md", "."])
def test_an_export_that_cannot_be_written_is_said(store: Store, tmp_path: Path, place: str) -> None:
    tell(store, "hello")
    for force in ([], ["--force"]):
        with pytest.raises(AgentError, match="choose another"):
            agent("export", "-o", str(tmp_path / place), *force)


def test_force_needs_a_file() -> None:
    with pytest.raises(UsageError, match="--output FILE"):
        agent("export", "--force")


def test_the_chat_exports_under_a_free_name(store: Store, tmp_path: Path) -> None:
    tell(store, "hello")
    assert [history.export(store, 1, form, tmp_path).name for form in ("md", "md", "jsonl")] == [
        "conversation-1.md",
        "conversation-1-2.md",
        "conversation-1.jsonl",
    ]
    with pytest.raises(UsageError, match="md or jsonl, not as 'pdf'"):
        history.export(store, 1, "pdf", tmp_path)
    with pytest.raises(AgentError, match="no conversation 9"):
        history.export(store, 9, "md", tmp_path)


# Deleting


@pytest.mark.parametrize(
    "verb",
    [["show", "9"], ["show", "9" * 30], ["export", "9"], ["delete", "1", "9", "--yes"], ["export", "9", "--labels"]],
)
def test_an_unknown_id_is_said_and_deletes_nothing(store: Store, verb: list[str]) -> None:
    tell(store, "hello")
    with pytest.raises(AgentError, match=r"^There is no conversation 9\d*; .*\.$") as raised:
        agent(*verb)
    assert not isinstance(raised.value, UsageError)
    assert len(store.conversations()) == 1


@pytest.mark.parametrize("verb", [["delete"], [], ["explode"]])
def test_wrong_use_exits_with_2(verb: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        agent(*verb)
    assert stopped.value.code == 2


@pytest.mark.parametrize("verb", ["show", "export", "delete"])
@pytest.mark.parametrize("typed", ["nosuch", "0", "00", "-1", "1.5", ""])
def test_what_is_no_number_of_a_conversation_is_one_sentence(
    verb: str, typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["history", verb, typed]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"agent: {typed!r} is not the number of a conversation; `agent history list` shows the numbers.\n"


@pytest.mark.parametrize("words", [["--resume", "x"], ["say", "hello", "--resume", "x"]])
def test_so_is_what_cannot_be_resumed(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("agent: 'x' is not the number of a conversation; ")


def test_a_limit_is_a_number_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "list", "--limit", "many"]) == 2
    assert capsys.readouterr().err == "agent: 'many' is not a whole number of 1 or more; write one such as 50.\n"


@pytest.mark.parametrize("verb", [["delete", "1"], ["purge"]])
def test_nothing_is_deleted_where_nobody_can_be_asked(
    store: Store, verb: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(store, "hello")
    with open(os.devnull) as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        with pytest.raises(UsageError, match="nothing was deleted; --yes"):
            agent(*verb)
    assert len(store.conversations()) == 1


@pytest.mark.parametrize("verb", [["delete", "1"], ["purge"]])
@pytest.mark.parametrize(
    ("typed", "kept"), [("y\n", 0), ("YES\n", 0), ("n\n", 1), ("\n", 1), ("what?\n", 1), ("\x04", 1)]
)
def test_a_person_is_asked_first(
    store: Store,
    capsys: pytest.CaptureFixture[str],
    answered: Callable[[str], None],
    verb: list[str],
    typed: str,
    kept: int,
) -> None:
    tell(store, "hello")
    answered(typed)
    assert agent(*verb) == 0
    out, err = capsys.readouterr()
    assert err.startswith("Delete ") and err.endswith("for good? [y/N] ")
    assert out.startswith("Deleted ") if not kept else "ept" in out
    assert len(store.conversations()) == kept


def test_yes_deletes_without_asking(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ("one", "two", "three", "four"):
        tell(store, words)
    agent("delete", "1", "3", "--yes")
    assert [c.title for c in store.conversations()] == ["four", "two"]
    agent("purge", "--yes")
    assert store.conversations() == []
    assert capsys.readouterr().out == (
        "Deleted conversation 1, “one” (1 turn).\nDeleted conversation 3, “three” (1 turn).\n"
        "Deleted all conversations (2).\n"
    )


def test_a_voice_is_forgotten_and_the_conversations_stay(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    tell(store, "My dog died yesterday")
    store.keep_voice("speech@1", 3, b"sums")
    assert main(["history", "forget-voice"]) == 0
    assert "Forgotten" in capsys.readouterr().out
    assert store.voice("speech@1") is None and len(store.conversations()) == 1
