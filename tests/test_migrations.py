"""An old history becomes today's, and nothing is lost on the way."""

import hashlib
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from agent import migrations
from agent.events import AgentError
from agent.store import Store

# A history as the first version wrote it. Kept as text: it must never change with the code.
FIRST_VERSION = """
PRAGMA application_id = 1634166126;
CREATE TABLE migrations (name TEXT PRIMARY KEY, applied TEXT NOT NULL);
INSERT INTO migrations VALUES ('0001_conversations_and_turns', '2026-01-01T00:00:00+00:00');
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL DEFAULT '',
    started TEXT NOT NULL,
    updated TEXT NOT NULL,
    turns INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX conversations_by_update ON conversations (updated, id);
CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    created TEXT NOT NULL,
    source TEXT NOT NULL,
    words TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT 'en',
    emotion TEXT,
    corrected TEXT,
    understanding TEXT,
    reply TEXT,
    reply_origin TEXT,
    reply_model TEXT,
    reply_stopped INTEGER NOT NULL DEFAULT 0,
    models TEXT NOT NULL DEFAULT '{}',
    timings_ms TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX turns_by_conversation ON turns (conversation_id, id, emotion, corrected);
INSERT INTO conversations (id, title, started, updated, turns)
VALUES (7, 'The lighthouse', '2026-01-02T10:00:00.000+00:00', '2026-01-02T10:05:00.000+00:00', 2);
INSERT INTO turns
(id, conversation_id, created, source, words, emotion, understanding, reply, reply_origin, reply_model)
VALUES (1, 7, '2026-01-02T10:00:00.000+00:00', 'typed', 'I miss the lighthouse', 'sadness',
    '{"emotion": {"label": "sadness", "confidence": 0.9, "unsure": false, "scores": {"sadness": 0.9}},
      "nuance": {"label": "nostalgic", "confidence": 0.5}, "guard": {"level": "none", "reasons": []}, "intent": null}',
    'What do you miss most about it?', 'bank', 'bank@1.0');
INSERT INTO turns (id, conversation_id, created, source, words)
VALUES (2, 7, '2026-01-02T10:05:00.000+00:00', 'typed', 'The foghorn');
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A history of the first version."""
    path = tmp_path / "history.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST_VERSION)
    return path


def rows(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_an_old_history_opens_whole_and_can_be_searched(old: Path) -> None:
    with closing(Store(old)) as store:
        assert [turn.words for turn in store.turns(7)] == ["I miss the lighthouse", "The foghorn"]
        assert store.turns(7)[0].understanding.nuance.label == "nostalgic"
        assert store.turns(7)[0].reply.text == "What do you miss most about it?"
        assert [hit.turn_id for hit in store.search("foghorn")] == [2]
        assert store.conversations()[0].emotions == ("sadness",)
        assert store.add_turn(7, "and the gulls") == 3


def test_an_old_history_ends_with_the_schema_of_a_new_one(old: Path, tmp_path: Path) -> None:
    def schema(path: Path) -> set[str]:
        Store(path).close()
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        return {
            " ".join(sql.replace("IF NOT EXISTS ", "").split()).replace("( ", "(").replace(" )", ")")
            for (sql,) in found
        }

    assert schema(old) == schema(tmp_path / "new.db")


def test_a_copy_is_made_before_migrating_and_only_its_person_may_read_it(old: Path) -> None:
    before = rows(old)
    Store(old).close()
    [copy] = migrations.copies(old)
    assert rows(copy) == before
    assert copy.stat().st_mode & 0o777 == 0o600
    Store(old).close()
    assert migrations.copies(old) == [copy], "nothing to migrate: no other copy"


def test_a_new_history_needs_no_copy(tmp_path: Path) -> None:
    Store(tmp_path / "history.db").close()
    assert migrations.copies(tmp_path / "history.db") == []


def test_a_migration_that_fails_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(old)
    broken = ("9999_broken", ("CREATE TABLE extra (x)", "INSERT INTO nowhere VALUES (1)"))
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, broken))
        with pytest.raises(AgentError, match="nowhere"):
            Store(old)
    assert rows(old) == before
    with closing(Store(old)) as store:
        assert len(store.turns(7)) == 2


def test_a_history_damaged_inside_is_not_migrated(old: Path) -> None:
    content = bytearray(old.read_bytes())
    at = content.index(b"2026-01-02T10:05:00.000+00:00")  # in the table, no longer as in the index
    content[at : at + 4] = b"1999"
    old.write_bytes(content)
    with pytest.raises(AgentError, match=r"history\.db is damaged .*`agent --forget`"):
        Store(old)
    assert old.read_bytes() == content
    assert migrations.copies(old) == []


def test_agents_that_migrate_at_once_do_it_once(old: Path) -> None:
    failed: list[Exception] = []

    def open_it() -> None:
        try:
            Store(old).close()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    with closing(Store(old)) as store:
        assert [hit.turn_id for hit in store.search("foghorn")] == [2]


def test_a_released_migration_never_changes() -> None:
    """Append only: whoever edits one of these breaks every history that has it already."""
    released = {
        "0001_conversations_and_turns": "0a41051aa6114a70",
        "0002_search": "820fa16b6cbf9c1d",
        "0003_wiping": "df83c694902d6b56",
        "0004_voice": "ba696959d79fb1da",
    }
    found = {
        name: hashlib.sha256("\n".join(" ".join(sql.split()) for sql in statements).encode()).hexdigest()[:16]
        for name, statements in migrations.MIGRATIONS
    }
    assert list(found) == sorted(found)
    assert found == released
