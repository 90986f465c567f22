"""The history keeps what was said, whatever happens, and nothing of what was deleted."""

import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import agent.database
from agent.emotions import EMOTIONS, NUANCES
from agent.events import AgentError, Emotion, Guard, Intent, Nuance, Reply, Turn, Understanding
from agent.store import Conversation, Store

ROOT = Path(agent.database.__file__).parent.parent


@pytest.fixture
def store() -> Iterator[Store]:
    with closing(Store()) as opened:
        yield opened


def process(code: str, **options: object) -> subprocess.Popen[str]:
    """Another agent: a process of its own on the same history."""
    return subprocess.Popen(
        [sys.executable, "-c", f"import os, sys\nfrom agent.store import Store\nfrom agent.events import *\n{code}"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def felt(label: str = "sadness") -> Understanding:
    return Understanding(Emotion(label, 0.9, False, {label: 0.9}), Nuance("devastated", 0.4))


def tell(store: Store, *words: str, conversation_id: int | None = None) -> int:
    """A conversation in which the person said `words` and was answered each time."""
    conversation_id = conversation_id or store.start_conversation()
    for said in words:
        turn_id = store.add_turn(conversation_id, said)
        store.finish_turn(Turn(turn_id, said, felt(), Reply(f"Tell me more about {said}", "bank", "bank@1")))
    return conversation_id


# Keeping

shares = st.floats(0, 1)
text = st.text(max_size=40)
emotions = st.builds(
    Emotion, st.sampled_from(EMOTIONS), shares, st.booleans(), st.dictionaries(st.sampled_from(EMOTIONS), shares)
)
understandings = st.builds(
    Understanding,
    emotions,
    st.builds(Nuance, st.sampled_from(NUANCES), shares),
    st.builds(Guard, st.sampled_from(["none", "concern", "crisis"]), st.lists(text).map(tuple)),
    st.none() | st.builds(Intent, text, shares),
    words=st.none() | emotions,
    voice=st.none() | emotions,
    disagree=st.booleans(),
)
replies = st.builds(Reply, text, st.sampled_from(["bank", "fixed"]), text, st.booleans())


@given(
    text, st.none() | understandings, st.none() | replies, st.dictionaries(text, text), st.dictionaries(text, shares)
)
def test_a_turn_is_read_as_it_was_written(words, understanding, reply, models, timings) -> None:
    with closing(Store(":memory:")) as store:
        conversation = store.start_conversation()
        turn_id = store.add_turn(conversation, words, "spoken")
        turn = Turn(turn_id, words, understanding, reply, "spoken", "ur", None, models, timings)
        store.finish_turn(turn)
        assert store.turns(conversation) == [turn]


def test_nobody_else_may_read_the_history(home: Path) -> None:
    previous = os.umask(0)
    try:
        with closing(Store()) as store:
            tell(store, "hello")
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in home.iterdir()}
    finally:
        os.umask(previous)
    assert modes == dict.fromkeys(("history.db", "history.db-wal", "history.db-shm"), 0o600)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_history_that_others_could_read_is_closed_to_them(home: Path) -> None:
    Store().close()
    (home / "history.db").chmod(0o644)
    Store().close()
    assert stat.S_IMODE((home / "history.db").stat().st_mode) == 0o600


def test_the_disk_has_it_before_the_call_returns(store: Store) -> None:
    settings = {
        name: store._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
    }
    assert settings == {"journal_mode": "wal", "synchronous": 2}  # FULL


@pytest.mark.slow
def test_what_was_said_survives_a_kill_before_the_reply() -> None:
    said = process("s = Store(); print(s.add_turn(s.start_conversation(), 'please keep this'), flush=True); input()")
    assert said.stdout.readline() == "1\n"
    said.send_signal(signal.SIGKILL)
    said.wait()
    with closing(Store()) as store:
        [conversation] = store.conversations()
        [turn] = store.turns(conversation.id)
        assert (turn.words, turn.reply, turn.understanding) == ("please keep this", None, None)
        store.finish_turn(Turn(turn.id, turn.words, felt(), Reply("I kept it", "bank", "bank@1")))
        assert store.turns(conversation.id)[0].reply.text == "I kept it"


def test_a_new_reply_replaces_the_old_one_and_keeps_the_correction(store: Store) -> None:
    conversation = tell(store, "rain")
    [turn] = store.turns(conversation)
    store.correct_turn(turn.id, "joy")
    store.finish_turn(Turn(turn.id, turn.words, felt(), Reply("Another answer", "bank", "bank@1", stopped=True)))
    [turn] = store.turns(conversation)
    assert (turn.reply.text, turn.reply.stopped, turn.corrected) == ("Another answer", True, "joy")
    assert store.search("Another") and not store.search("more")


def test_a_correction_must_be_one_of_the_eight(store: Store) -> None:
    tell(store, "rain")
    with pytest.raises(AgentError, match="'gloom' is no emotion of ours; it is one of anger, disgust"):
        store.correct_turn(1, "gloom")


def test_characters_no_file_can_hold_lose_nothing_else(store: Store) -> None:
    conversation = store.start_conversation()
    store.add_turn(conversation, "caf\udce9 \x00 noir")
    assert store.turns(conversation)[0].words == "caf? \x00 noir"
    assert [hit.turn_id for hit in store.search("caf\udce9")] == [1]


def test_a_history_in_memory_leaves_no_file(home: Path) -> None:
    with closing(Store(Path(":memory:"))) as store:
        tell(store, "secret")
        store.delete(1)
        store.purge()
    assert not home.exists() and not Path(":memory:").exists()


# Listing and searching


def test_the_list_is_newest_first_with_count_title_and_emotions(store: Store) -> None:
    tell(store, "first")
    second = tell(store, *(f"word {n}" for n in range(14)))
    store.correct_turn(store.turns(second)[-1].id, "joy")
    store.start_conversation()  # nothing was said in it
    newest, oldest = store.conversations()
    assert isinstance(newest, Conversation)
    assert (newest.title, newest.turns, newest.emotions) == ("word 0", 14, ("sadness",) * 11 + ("joy",))
    assert (oldest.title, oldest.turns) == ("first", 1)
    assert oldest.started <= oldest.updated <= newest.updated and oldest.started.endswith("+00:00")
    tell(store, "again", conversation_id=oldest.id)
    assert [c.id for c in store.conversations(limit=1)] == [oldest.id]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("  My dog\n died ", "My dog died"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("we walked along the shore until the evening came and the gulls were gone", None),
    ],
)
def test_the_title_is_the_first_words(store: Store, words: str, title: str | None) -> None:
    store.add_turn(store.start_conversation(), words)
    found = store.conversations()[0].title
    assert found == (title or "we walked along the shore until the evening came and the…")
    assert len(found) <= 60


def test_a_new_title_stays_and_is_found(store: Store) -> None:
    conversation = tell(store, "hello")
    store.rename(conversation, " Émile\n and I ")
    tell(store, "more", conversation_id=conversation)
    assert store.conversations(search="émile OR") == []
    assert [c.title for c in store.conversations(search="éMILE and")] == ["Émile and I"]
    with pytest.raises(AgentError, match="title needs"):
        store.rename(conversation, " ")


def test_search_finds_words_replies_beginnings_and_other_spellings(store: Store) -> None:
    here = tell(store, "Grüße from the harbour", "something else")
    tell(store, "elsewhere")
    [hit] = store.search("grusse") or store.search("grüß")
    assert (hit.conversation_id, hit.turn_id, hit.title) == (here, 1, "Grüße from the harbour")
    assert "harbour" in hit.snippet
    assert [h.turn_id for h in store.search("tell more")] == [3, 2, 1], "newest first"
    assert [h.turn_id for h in store.search("harbour gru")] == [1], "every word, the last may be a beginning"
    assert store.search("harb from") == [], "only the last"
    assert len(store.search("tell", limit=2)) == 2
    assert [c.id for c in store.conversations(search="harbour")] == [here]


@given(st.text(st.characters(exclude_categories=())) | st.text('"*()-+^:AND OR NOT NEAR{}\0 x'))
def test_any_typed_text_is_a_query(typed: str) -> None:
    with closing(Store(":memory:")) as store:
        tell(store, "x AND y")
        store.search(typed)
        store.conversations(search=typed)


def steps(store: Store, action) -> int:
    """How many instructions SQLite needs: the same on every machine."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    store._connection.set_progress_handler(tick, 1)
    action()
    store._connection.set_progress_handler(None, 0)
    return count


def test_a_long_conversation_opens_and_lists_as_fast_as_a_short_one(store: Store) -> None:
    short, long = tell(store, *["hello"] * 50), store.start_conversation()
    with store._writing() as connection:
        connection.executemany(
            "INSERT INTO turns (conversation_id, created, source, words, emotion) VALUES (?, '', 'typed', ?, 'joy')",
            ((long, f"word {n}") for n in range(10_000)),
        )
        connection.execute("UPDATE conversations SET turns = 10000 WHERE id = ?", (long,))
    assert [turn.words for turn in store.turns(long, last=2)] == ["word 9998", "word 9999"]
    opened = {c: steps(store, lambda c=c: store.turns(c, last=50)) for c in (short, long)}
    assert opened[long] < opened[short] * 1.1
    listed = {c: steps(store, lambda c=c: store.conversation(c)) for c in (short, long)}
    assert listed[long] < listed[short] * 1.1
    assert steps(store, store.conversations) < 1000


# Two at once


@pytest.mark.slow
def test_two_agents_write_at_once_and_nothing_is_lost(store: Store) -> None:
    conversation = store.start_conversation()
    code = f"""
s = Store()
input()
for n in range(60):
    turn = s.add_turn({conversation}, f"{{sys.argv[0]}} {{os.getpid()}} {{n}}")
    s.finish_turn(Turn(turn, "", None, Reply("yes", "bank", "bank@1")))
"""
    writers = [process(code) for _ in range(2)]
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    assert [writer.wait(60) for writer in writers] == [0, 0]
    turns = store.turns(conversation)
    for writer in writers:
        assert [t.words.split()[2] for t in turns if f" {writer.pid} " in t.words] == [str(n) for n in range(60)]
    assert all(turn.reply for turn in turns)
    assert store.conversation(conversation).turns == 120
    assert len(store.search("yes", limit=200)) == 120


@pytest.mark.slow
def test_agents_that_start_at_once_make_one_history() -> None:
    starters = [process("input(); s = Store(); s.add_turn(s.start_conversation(), 'hello')") for _ in range(6)]
    for starter in starters:
        starter.stdin.write("go\n")
        starter.stdin.flush()
    assert [starter.wait(60) for starter in starters] == [0] * 6
    with closing(Store()) as store:
        assert len(store.conversations()) == 6


def test_a_first_start_waits_for_another_agent_that_is_making_the_history(home: Path) -> None:
    home.mkdir()
    path = home / "history.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.3, other.execute, ["COMMIT"]).start()
        with closing(Store()) as store:
            tell(store, "hello")


def test_threads_share_a_store(store: Store) -> None:
    threads = [threading.Thread(target=tell, args=(store, *["hello"] * 10)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [c.turns for c in store.conversations()] == [10] * 4


def test_a_conversation_deleted_elsewhere_is_said_and_its_id_never_given_again(store: Store) -> None:
    conversation = tell(store, "hello")
    with closing(Store()) as other:
        other.delete(conversation)
    with pytest.raises(AgentError, match=f"Conversation {conversation} is not in the history"):
        store.add_turn(conversation, "still there?")
    with pytest.raises(AgentError, match="Turn 1 is not in the history"):
        store.finish_turn(Turn(1, "hello", None, Reply("late", "bank", "bank@1")))
    assert store.start_conversation() > conversation


# Deleting

SECRETS = ("xylophone", "quetzal", "marzipan", "obsidian")


def traces(folder: Path) -> set[tuple[str, str]]:
    """Which secret words stand in which file, in any case."""
    return {
        (file.name, secret)
        for file in folder.rglob("*")
        if file.is_file()
        for secret in SECRETS
        # The index stores a word without the beginning it shares with its neighbour: look for the ends, too.
        for part in (secret, secret[2:])
        if part.encode() in file.read_bytes().lower()
    }


def confide(store: Store) -> int:
    """A conversation with a secret in its title, words, replies and corrected turn, longer than a page."""
    conversation = tell(store, *(f"The xylophone {'and so on ' * 30} {n}" for n in range(40)))
    store.rename(conversation, "Quetzal")
    turn_id = store.add_turn(conversation, "marzipan " * 700)
    store.finish_turn(Turn(turn_id, "", felt(), Reply("obsidian " * 700, "bank", "bank@1", stopped=True)))
    store.finish_turn(Turn(turn_id, "", felt(), Reply("Obsidian, then", "bank", "bank@1")))
    store.correct_turn(turn_id, "fear")
    assert store.search("marzipan")[0].snippet
    return conversation


@pytest.mark.parametrize("everything", [False, True], ids=["delete", "purge"])
@pytest.mark.parametrize("kept", [0, 100], ids=["alone", "among others"])
def test_no_byte_of_what_was_deleted_is_left(home: Path, store: Store, everything: bool, kept: int) -> None:
    others = tell(store, *(f"weather {n}" for n in range(kept))) if kept else None
    conversation = confide(store)
    if kept:
        tell(store, *(f"xylem and obstacles {n}" for n in range(kept)), conversation_id=others)
    (home / "history.db.before-0002_search").write_bytes(b"a copy with the xylophone in it")
    (home / "history.db.before-0003_wiping.part").write_bytes(b"half a copy with the quetz")
    assert {secret for _, secret in traces(home)} == set(SECRETS)
    store.purge() if everything else store.delete(conversation)
    assert traces(home) == set()
    assert not list(home.glob("*.before-*"))
    assert store.search("xylophone") == []
    assert len(store.search("weather", limit=999)) == (0 if everything else kept)
    store.close()
    assert traces(home) == set()


def test_what_was_deleted_takes_no_room(store: Store) -> None:
    tell(store, "hello")
    store.delete(confide(store))
    assert store._connection.execute("PRAGMA freelist_count").fetchone()[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("everything", [False, True], ids=["delete", "purge"])
def test_no_byte_is_left_while_another_agent_has_the_history_open(home: Path, store: Store, everything: bool) -> None:
    conversation = confide(store)
    other = process(
        "s = Store(); s.search('xylophone'); s.turns(1); s.add_turn(s.start_conversation(), 'here, too')\n"
        "print('open', flush=True); input()\n"
        "print(s.add_turn(2, 'still here') if s.conversations() else 'purged', s.search('xylophone'), flush=True)\n"
        "input()"
    )
    assert other.stdout.readline() == "open\n"
    store.purge() if everything else store.delete(conversation)
    assert traces(home) == set()
    other.stdin.write("\n")
    other.stdin.flush()
    assert other.stdout.readline() == ("purged []\n" if everything else "43 []\n")
    assert traces(home) == set()
    other.kill()
    other.wait()
    assert traces(home) == set()


@pytest.mark.slow
def test_a_deletion_that_was_killed_is_finished_at_the_next_start(home: Path, store: Store) -> None:
    conversation = confide(store)
    store.close()
    killed = process(
        f"s = Store(); Store._wipe = lambda self: os.kill(os.getpid(), {signal.SIGKILL:d}); s.delete({conversation})"
    )
    assert killed.wait() == -signal.SIGKILL
    assert traces(home), "deleted, but not yet wiped"
    Store().close()
    assert traces(home) == set()


def test_a_deletion_that_another_reader_holds_up_is_said_and_finished_later(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent.database, "PATIENCE", 0.1)
    with closing(Store()) as store:
        conversation = confide(store)
        with closing(sqlite3.connect(home / "history.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM turns").fetchone()
            with pytest.raises(
                AgentError, match=r"It is deleted, but traces of it may remain .* when agent next starts"
            ):
                store.delete(conversation)
        assert store.conversations() == []
        assert traces(home)
    Store().close()
    assert traces(home) == set()


def test_deleting_what_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(AgentError, match="Conversation 9 is not in the history"):
        store.delete(9)


# Files that cannot be used


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "PRAGMA journal_mode = WAL; CREATE TABLE bookmarks (url); INSERT INTO bookmarks VALUES ('x')"
        )


def newer(path: Path) -> None:
    with closing(Store(path)) as store:
        store._connection.execute("INSERT INTO migrations VALUES ('0099_feelings_in_colour', '')")


def truncated(path: Path) -> None:
    with closing(Store(path)) as store:
        tell(store, *["hello"] * 100)
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (lambda path: path.write_bytes(os.urandom(4096)), "damaged or no history of ours", "move it away"),
        (lambda path: path.write_text("Dear diary"), "damaged or no history of ours", "move it away"),
        (truncated, "damaged or no history of ours", "move it away"),
        (foreign, "another program's database", "AGENT_HOME"),
        (newer, "a newer agent .it has 0099_feelings_in_colour", "update agent"),
    ],
)
def test_a_file_that_is_not_a_history_of_ours_is_named_and_left_alone(
    home: Path, make, reason: str, remedy: str
) -> None:
    home.mkdir()
    path = home / "history.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(AgentError, match=rf"^{path} .*{reason}.*{remedy}.*`agent --forget`[^.]*\.$"):
        Store()
    assert path.read_bytes() == before


def test_a_page_damaged_later_is_said_when_it_is_read(home: Path) -> None:
    with closing(Store()) as store:
        conversation = tell(store, *["hello"] * 200)
    content = bytearray((home / "history.db").read_bytes())
    with closing(sqlite3.connect(home / "history.db")) as connection:
        pages = [page for (page,) in connection.execute("SELECT pageno FROM dbstat WHERE name = 'turns'")]
    for page in pages:
        content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    (home / "history.db").write_bytes(content)
    with closing(Store()) as store, pytest.raises(AgentError, match="damaged"):
        store.turns(conversation)


@pytest.mark.parametrize("kind", ["folder", "file above"])
def test_a_place_that_is_no_file_is_said(home: Path, kind: str) -> None:
    if kind == "folder":
        (home / "history.db").mkdir(parents=True)
    else:
        home.write_text("a file where the folder should be")
    with pytest.raises(AgentError, match=rf"^{home}/history\.db cannot be used because .*`agent --forget`"):
        Store()


@pytest.mark.parametrize("below", ["", "below/it"])
def test_a_file_in_place_of_the_data_folder_is_said_plainly(
    home: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    home.write_text("a file where the folder should be")
    monkeypatch.setenv("AGENT_HOME", str(home / below))
    with pytest.raises(AgentError, match=rf"cannot be used because {home} is a file, not a folder; change that, "):
        Store()


@pytest.mark.parametrize("locked", ["file", "folder"])
def test_what_may_not_be_written_to_is_said(home: Path, tmp_path: Path, locked: str) -> None:
    with closing(Store()) as store:
        tell(store, "hello")
    place = home if locked == "folder" else home / "history.db"
    place.chmod(0o555 if locked == "folder" else 0o444)
    code = "try: Store()\nexcept AgentError as error: print(error)"
    if os.geteuid() == 0:  # root may write everywhere
        for folder in (home, *tmp_path.parents[:2], tmp_path):
            folder.chmod(folder.stat().st_mode | 0o055)
        (home / "history.db").chmod(0o444)
        code = f"os.setgid(65534); os.setuid(65534)\n{code}"
    out, _ = process(code).communicate(timeout=60)
    home.chmod(0o700)
    assert out.startswith(f"{home}/history.db cannot be used because ")
    assert "may not be written to" in out and "`agent --forget`" in out
    with closing(Store()) as store:
        assert store.turns(1)[0].words == "hello"


def test_a_full_disk_is_said_and_what_was_kept_stays(store: Store) -> None:
    conversation = tell(store, "before")
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(AgentError, match=r"the disk is full or failing .* what was kept before is safe; make room"):
        store.add_turn(conversation, "x" * 100_000)
    store._connection.execute("PRAGMA max_page_count = 1000000")
    tell(store, "after", conversation_id=conversation)
    assert [turn.words for turn in store.turns(conversation)] == ["before", "after"]


@pytest.mark.slow
def test_a_file_that_may_not_grow_is_said_and_what_was_kept_stays(store: Store) -> None:
    conversation = tell(store, "before")
    code = f"""
s = Store()
try:
    for n in range(1000): s.add_turn({conversation}, "x" * 10_000)
except AgentError as error: print(error)
"""
    limit = (200_000, 200_000)
    out, _ = process(code, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit)).communicate(timeout=60)
    assert "the disk is full or failing" in out
    turns = store.turns(conversation)
    assert turns[0].words == "before" and all(turn.words == "x" * 10_000 for turn in turns[1:])
    assert store._connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_history_that_another_program_holds_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent.database, "PATIENCE", 0.1)
    with closing(Store()) as store, closing(sqlite3.connect(home / "history.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(AgentError, match="another program holds it"):
            store.start_conversation()


def test_how_a_voice_sounds_is_kept_for_one_model_and_forgotten(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "history.db")) as store:
        assert store.voice("speech@1") is None
        store.keep_voice("speech@1", 1, b"12")
        store.keep_voice("speech@1", 2, b"34")
        assert store.voice("speech@1") == (2, b"34")
        store.keep_voice("speech@2", 1, b"56")
        assert store.voice("speech@1") is None, "another model hears otherwise"
    with closing(Store(tmp_path / "history.db")) as store:
        assert store.voice("speech@2") == (1, b"56")
        store.forget_voice()
        assert store.voice("speech@2") is None
        store.keep_voice("speech@2", 1, b"56")
        store.purge()
        assert store.voice("speech@2") is None
