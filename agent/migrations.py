"""How the history's database came to be what it is: named changes, each applied once and in order.

A released change is never edited; another one is appended.
"""

import os
import sqlite3
import urllib.parse
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from agent.events import AgentError

APPLICATION_ID = 0x6167656E  # "agen": tells our file from any other program's
WITHOUT = "`agent --forget` chats without keeping anything"

MIGRATIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "0001_conversations_and_turns",
        (
            # AUTOINCREMENT: the id of a deleted conversation is never given to another one, so an agent that still
            # holds it cannot write into a stranger's.
            """CREATE TABLE conversations (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                title TEXT NOT NULL DEFAULT '',
                started TEXT NOT NULL,
                updated TEXT NOT NULL,
                turns INTEGER NOT NULL DEFAULT 0
            )""",
            "CREATE INDEX conversations_by_update ON conversations (updated, id)",
            """CREATE TABLE turns (
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
            )""",
            # Covers the list's emotions: it never reads a turn's text.
            "CREATE INDEX turns_by_conversation ON turns (conversation_id, id, emotion, corrected)",
        ),
    ),
    (
        "0002_search",
        (
            """CREATE VIRTUAL TABLE turns_fts USING fts5 (
                words, reply, content='turns', content_rowid='id', tokenize="unicode61 remove_diacritics 2"
            )""",
            """CREATE TRIGGER turns_added AFTER INSERT ON turns BEGIN
                INSERT INTO turns_fts (rowid, words, reply) VALUES (new.id, new.words, new.reply);
            END""",
            """CREATE TRIGGER turns_changed AFTER UPDATE OF words, reply ON turns BEGIN
                INSERT INTO turns_fts (turns_fts, rowid, words, reply)
                VALUES ('delete', old.id, old.words, old.reply);
                INSERT INTO turns_fts (rowid, words, reply) VALUES (new.id, new.words, new.reply);
            END""",
            """CREATE TRIGGER turns_deleted AFTER DELETE ON turns BEGIN
                INSERT INTO turns_fts (turns_fts, rowid, words, reply)
                VALUES ('delete', old.id, old.words, old.reply);
            END""",
            "INSERT INTO turns_fts (turns_fts) VALUES ('rebuild')",
        ),
    ),
    (
        "0003_wiping",
        # A row stands here from a deletion until its last trace has left the disk, so that an interrupted wiping is
        # finished at the next start.
        ("CREATE TABLE wipes (id INTEGER PRIMARY KEY AUTOINCREMENT, since TEXT NOT NULL)",),
    ),
    (
        "0004_voice",
        (
            "ALTER TABLE turns ADD COLUMN confidence REAL",
            "CREATE TABLE voice (model TEXT PRIMARY KEY, clips INTEGER NOT NULL, total BLOB NOT NULL)",
        ),
    ),
)


def pending(connection: sqlite3.Connection, path: Path | None) -> list[tuple[str, tuple[str, ...]]]:
    """The changes that the database still lacks; reads only.

    Raises AgentError where the database is another program's or a newer agent's, sqlite3.Error where it is damaged.
    """
    applied = set()
    # Tables first: an agent that begins the history at this moment commits them and the application id together.
    if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID:
            raise AgentError(
                f"{path} is another program's database and was left alone; point AGENT_HOME at a folder of its own, "
                f"or {WITHOUT}."
            )
        applied = {name for (name,) in connection.execute("SELECT name FROM migrations")}
    unknown = sorted(applied - {name for name, _ in MIGRATIONS})
    if unknown:
        raise AgentError(
            f"{path} was written by a newer agent (it has {unknown[-1]}, which this one does not know) and was left "
            f"alone; update agent, or {WITHOUT}."
        )
    return [migration for migration in MIGRATIONS if migration[0] not in applied]


def look(path: Path) -> None:
    """Raise AgentError or sqlite3.Error where the database at `path` is not one to open; changes no byte of it.

    One that will be migrated is checked through and through, which takes too long for every start.
    """
    with closing(sqlite3.connect(f"file:{urllib.parse.quote(str(path))}?mode=ro", uri=True)) as connection:
        if 0 < len(pending(connection, path)) < len(MIGRATIONS):
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if found != "ok":
                raise AgentError(
                    f"{path} is damaged ({' '.join(found.split())}) and was left as it is; move it away to begin a "
                    f"new history, or {WITHOUT}."
                )


def migrate(connection: sqlite3.Connection, path: Path | None) -> None:
    """Apply what is pending in one transaction, after a copy of a database that holds something.

    Raises AgentError and changes nothing where that cannot be done.
    """
    if not pending(connection, path):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another agent may have migrated while this one waited for the lock.
        lacking = pending(connection, path)
        copy = None
        if path is not None and lacking and len(lacking) < len(MIGRATIONS):
            copy = _copy(path, lacking[0][0])
        _apply(connection, lacking)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    if path is not None and copy is not None:
        for older in copies(path):
            if older != copy:
                older.unlink(missing_ok=True)


def copies(path: Path) -> list[Path]:
    """The copies made before migrating, finished or not."""
    return sorted(file for file in path.parent.iterdir() if file.name.startswith(f"{path.name}.before-"))


def _apply(connection: sqlite3.Connection, lacking: list[tuple[str, tuple[str, ...]]]) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied TEXT NOT NULL)")
    for name, statements in lacking:
        for statement in statements:
            connection.execute(statement)
        connection.execute("INSERT INTO migrations VALUES (?, ?)", (name, datetime.now(UTC).isoformat()))


def _copy(path: Path, name: str) -> Path:
    copy = path.with_name(f"{path.name}.before-{name}")
    part = copy.with_name(f"{copy.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    # Read through a connection of its own: the one that holds the write lock cannot be copied from.
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as target:
        source.backup(target)
    return part.replace(copy)
