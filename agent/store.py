"""The history: every conversation, in one SQLite file that only its person may read.

What a method has written is on disk when it returns, and what it has deleted is no longer in any file. Two agents may
use one history at once.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.database import connect, empty_log, patiently, prepare, reason
from agent.emotions import EMOTIONS
from agent.events import AgentError, Emotion, Guard, Intent, Nuance, Reply, Turn, Understanding
from agent.migrations import copies, look, migrate
from agent.paths import database_file

TITLE = 60  # characters
TIMELINE = 12  # turns whose emotions the list shows
MEMORY = ":memory:"


@dataclass(frozen=True)
class Conversation:
    """A line of the list. Times are ISO 8601 UTC; `emotions` are the newest turns' labels, oldest first."""

    id: int
    title: str
    started: str
    updated: str
    turns: int
    emotions: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """A turn that a search found, with the words around what was found."""

    conversation_id: int
    turn_id: int
    title: str
    snippet: str
    when: str


class Store:
    """The open history; safe to use from several threads.

    Every method raises AgentError with a sentence for the person where the file cannot be read or written. A file that
    is damaged, another program's or a newer agent's is left as it is.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        """Open the history at `path` (None: the person's; ":memory:": kept nowhere), created if there is none."""
        self.path = None if str(path) == MEMORY else Path(path or database_file())
        self._lock = threading.RLock()
        with self._sentences():
            if self.path:
                above = next(folder for folder in self.path.absolute().parents if folder.exists())
                if not above.is_dir():
                    raise NotADirectoryError(f"{above} is a file, not a folder")
                prepare(self.path)
                # Before anything is written: a file that is damaged or not ours keeps every byte.
                look(self.path)
                if self.path.stat().st_mode & 0o077:
                    self.path.chmod(0o600)
            self._connection = connect(str(self.path or MEMORY))
            try:
                self._set_up()
            except BaseException:
                self._connection.close()
                raise

    def _set_up(self) -> None:
        connection = self._connection
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        patiently(lambda: connection.execute("PRAGMA journal_mode = WAL"))
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection, self.path)
        # A deletion that was interrupted. It is not this start's business to fail over it: the next one tries again.
        with suppress(sqlite3.Error, OSError):
            self._wipe()

    def start_conversation(self) -> int:
        """Begin a conversation and return its id. It is listed from its first turn on."""
        with self._writing() as connection:
            now = _now()
            started = connection.execute("INSERT INTO conversations (started, updated) VALUES (?, ?)", (now, now))
            return _id(started)

    def add_turn(self, conversation_id: int, words: str, source: str = "typed") -> int:
        """Keep what the person said, before anything is computed from it; returns the id of the turn."""
        words, now = _storable(words), _now()
        with self._writing() as connection:
            found = connection.execute(
                """UPDATE conversations SET title = CASE turns WHEN 0 THEN ? ELSE title END,
                turns = turns + 1, updated = ? WHERE id = ?""",
                (_title(words), now, conversation_id),
            )
            self._expect(found, f"Conversation {conversation_id}")
            added = connection.execute(
                "INSERT INTO turns (conversation_id, created, source, words) VALUES (?, ?, ?, ?)",
                (conversation_id, now, source, words),
            )
            return _id(added)

    def finish_turn(self, turn: Turn) -> None:
        """Keep what became of a turn: understanding, reply, models, timings. A new reply replaces the old one.

        The understanding's vector is not kept: it is computed from the words again.
        """
        understanding, reply = turn.understanding, turn.reply
        with self._writing() as connection:
            finished = connection.execute(
                """UPDATE turns SET language = ?, emotion = ?, understanding = ?, reply = ?, reply_origin = ?,
                reply_model = ?, reply_stopped = ?, models = ?, timings_ms = ?, confidence = ? WHERE id = ?""",
                (
                    turn.language,
                    understanding and understanding.emotion.label,
                    understanding and _dumped(understanding),
                    reply and _storable(reply.text),
                    reply and reply.origin,
                    reply and reply.model,
                    bool(reply and reply.stopped),
                    json.dumps(turn.models),
                    json.dumps(turn.timings_ms),
                    turn.confidence,
                    turn.id,
                ),
            )
            self._expect(finished, f"Turn {turn.id}")

    def correct_turn(self, turn_id: int, label: str) -> None:
        """Keep which emotion the person says it was; it counts from then on."""
        if label not in EMOTIONS:
            raise AgentError(f"{label!r} is no emotion of ours; it is one of {', '.join(EMOTIONS)}.")
        with self._writing() as connection:
            corrected = connection.execute("UPDATE turns SET corrected = ? WHERE id = ?", (label, turn_id))
            self._expect(corrected, f"Turn {turn_id}")

    def turns(self, conversation_id: int, last: int | None = None) -> list[Turn]:
        """The turns of a conversation, oldest first; `last` reads the newest ones only."""
        return [turn for _, turn in self.dated_turns(conversation_id, last)]

    def dated_turns(self, conversation_id: int, last: int | None = None) -> list[tuple[str, Turn]]:
        """As `turns`, each with the time its words came (ISO 8601 UTC)."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT * FROM turns WHERE conversation_id = ? ORDER BY id DESC LIMIT ?",
                (conversation_id, -1 if last is None else last),
            ).fetchall()
        return [(row["created"], _turn(row)) for row in reversed(rows)]

    def voice(self, model: str) -> tuple[int, bytes] | None:
        """What `keep_voice` kept of the person's voice as this model hears it: of how many clips, and their sum."""
        with self._reading() as connection:
            row = connection.execute("SELECT clips, total FROM voice WHERE model = ?", (model,)).fetchone()
        return row and (row["clips"], row["total"])

    def keep_voice(self, model: str, clips: int, total: bytes) -> None:
        """Keep how the person's voice sounds to a model: a sum over so many clips, no sound."""
        with self._writing() as connection:
            connection.execute("DELETE FROM voice")  # of another model it would mean nothing
            connection.execute("INSERT INTO voice (model, clips, total) VALUES (?, ?, ?)", (model, clips, total))

    def forget_voice(self) -> None:
        """Forget how the person's voice sounds."""
        with self._writing() as connection:
            connection.execute("DELETE FROM voice")

    def conversation(self, conversation_id: int) -> Conversation:
        """One line of the list; AgentError where there is no such conversation."""
        with self._reading() as connection:
            rows = connection.execute("SELECT * FROM conversations WHERE id = ?", (conversation_id,)).fetchall()
            if not rows:
                raise AgentError(f"There is no conversation {conversation_id}; `agent history list` shows those kept.")
            return _conversation(connection, rows[0])

    def conversations(self, search: str = "", limit: int = 200) -> list[Conversation]:
        """Those with a turn, newest first; `search` keeps those with all its words in one turn or in the title."""
        chosen, values = "", dict[str, str | int]()
        if search.strip():
            chosen = """AND (instr(casefold(title), :title) OR id IN (
                SELECT conversation_id FROM turns WHERE id IN (SELECT rowid FROM turns_fts WHERE turns_fts MATCH :words)
            ))"""
            values = {"title": _storable(search.strip()).casefold(), "words": _query(search)}
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT * FROM conversations WHERE turns > 0 {chosen} ORDER BY updated DESC, id DESC LIMIT :limit",
                {**values, "limit": limit},
            ).fetchall()
            return [_conversation(connection, row) for row in rows]

    def search(self, query: str, limit: int = 50) -> list[Hit]:
        """The turns whose words and reply hold every word of `query` (the last may be a beginning), newest first."""
        with self._reading() as connection:
            rows = connection.execute(
                """SELECT conversation_id, turns.id, title, snippet(turns_fts, -1, '', '', '…', 16), created
                FROM turns_fts JOIN turns ON turns.id = turns_fts.rowid
                JOIN conversations ON conversations.id = conversation_id
                WHERE turns_fts MATCH ? ORDER BY turns_fts.rowid DESC LIMIT ?""",
                (_query(query), limit),
            ).fetchall()
        return [Hit(*row) for row in rows]

    def rename(self, conversation_id: int, title: str) -> None:
        """Give a conversation another title; an empty one is refused."""
        title = " ".join(_storable(title).split())
        if not title:
            raise AgentError("A title needs at least one character; the conversation keeps the one it has.")
        with self._writing() as connection:
            renamed = connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, conversation_id))
            self._expect(renamed, f"Conversation {conversation_id}")

    def delete(self, conversation_id: int) -> None:
        """Delete a conversation and every trace of its words on disk, copies made before migrating included."""
        with self._writing() as connection:
            deleted = connection.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))
            self._expect(deleted, f"Conversation {conversation_id}")
            connection.execute("INSERT INTO wipes (since) VALUES (?)", (_now(),))
        self._wipe_now()

    def purge(self) -> None:
        """Delete every conversation and every trace of them on disk."""
        with self._writing() as connection:
            connection.execute("DELETE FROM conversations")
            connection.execute("DELETE FROM voice")
            connection.execute("INSERT INTO wipes (since) VALUES (?)", (_now(),))
        self._wipe_now()

    def close(self) -> None:
        """Close the file. Nothing is lost without it."""
        with self._lock, suppress(sqlite3.Error):
            self._connection.close()

    def _wipe_now(self) -> None:
        try:
            with self._lock:
                self._wipe()
        except (sqlite3.Error, OSError) as error:
            raise AgentError(
                f"It is deleted, but traces of it may remain in {self.path} ({error}); they are wiped when agent next "
                "starts."
            ) from error

    def _wipe(self) -> None:
        """Rewrite what the deleted words still stand in: search index, free space, log, copies."""
        connection = self._connection
        (due,) = connection.execute("SELECT max(id) FROM wipes").fetchone()
        if due is None:
            return
        # Deleting from a full-text index only marks the words as deleted.
        connection.execute("INSERT INTO turns_fts (turns_fts) VALUES ('rebuild')")
        connection.execute("VACUUM")
        patiently(lambda: empty_log(connection))
        for copy in copies(self.path) if self.path else ():
            copy.unlink(missing_ok=True)
        connection.execute("DELETE FROM wipes WHERE id <= ?", (due,))

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise AgentError(f"{self.path or 'The history'} cannot be used because {reason(error)}.") from error

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._sentences():
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection:
            # At once, not at the first write: a transaction that only then asks for the lock cannot wait for it.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _expect(self, changed: sqlite3.Cursor, what: str) -> None:
        if changed.rowcount == 0:
            raise AgentError(f"{what} is not in the history, it may have been deleted meanwhile; begin a new one.")


def _conversation(connection: sqlite3.Connection, row: sqlite3.Row) -> Conversation:
    newest = connection.execute(
        "SELECT coalesce(corrected, emotion) FROM turns WHERE conversation_id = ? ORDER BY id DESC LIMIT ?",
        (row["id"], TIMELINE),
    ).fetchall()
    emotions = tuple(label for (label,) in reversed(newest) if label)
    return Conversation(row["id"], row["title"], row["started"], row["updated"], row["turns"], emotions)


def _turn(row: sqlite3.Row) -> Turn:
    reply = None
    if row["reply"] is not None:
        reply = Reply(row["reply"], row["reply_origin"], row["reply_model"], bool(row["reply_stopped"]))
    return Turn(
        row["id"],
        row["words"],
        _loaded(json.loads(row["understanding"])) if row["understanding"] else None,
        reply,
        row["source"],
        row["language"],
        row["corrected"],
        json.loads(row["models"]),
        json.loads(row["timings_ms"]),
        row["confidence"],
    )


def _dumped(understanding: Understanding) -> str:
    emotion, nuance, guard = understanding.emotion, understanding.nuance, understanding.guard
    return json.dumps(
        {
            "emotion": vars(emotion),
            "nuance": vars(nuance),
            "guard": {"level": guard.level, "reasons": guard.reasons},
            "intent": understanding.intent and vars(understanding.intent),
            "words": understanding.words and vars(understanding.words),
            "voice": understanding.voice and vars(understanding.voice),
            "disagree": understanding.disagree,
        }
    )


def _loaded(stored: dict[str, Any]) -> Understanding:
    guard = Guard(stored["guard"]["level"], tuple(stored["guard"]["reasons"]))
    intent, words, voice = (stored.get(name) for name in ("intent", "words", "voice"))
    return Understanding(
        Emotion(**stored["emotion"]),
        Nuance(**stored["nuance"]),
        guard,
        intent and Intent(**intent),
        words=words and Emotion(**words),
        voice=voice and Emotion(**voice),
        disagree=stored.get("disagree", False),
    )


def _query(text: str) -> str:
    """`text` as a full-text query that means just its words; quotes keep FTS5's own syntax out."""
    words = _storable(text).replace("\0", " ").replace('"', " ").split()
    return " ".join(f'"{word}"' for word in words) + ("*" if words else '""')


def _title(words: str) -> str:
    title = " ".join(words.split())
    return title if len(title) <= TITLE else title[: TITLE - 1].rsplit(" ", 1)[0] + "…"


def _storable(text: str) -> str:
    """`text` without lone surrogates, which no file can hold (a terminal in another encoding sends them)."""
    return text.encode(errors="replace").decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _id(inserted: sqlite3.Cursor) -> int:
    assert inserted.lastrowid is not None
    return inserted.lastrowid
