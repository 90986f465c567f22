"""The SQLite file itself: made for one person, waited for, and its errors in words."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from agent.migrations import WITHOUT

PATIENCE = 10.0  # seconds to wait for another agent


def prepare(path: Path) -> None:
    """Make the file, for its person alone, where there is none; OSError where it may not be written to."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # Before SQLite would create it for everyone to read; its companions take their mode from it.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    for place in (path.parent, path):
        if not os.access(place, os.W_OK):
            raise PermissionError(f"{place} may not be written to")


def connect(where: str) -> sqlite3.Connection:
    """A connection in autocommit that any thread may use, one at a time."""
    connection = sqlite3.connect(where, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.create_function("casefold", 1, str.casefold, deterministic=True)
    return connection


def empty_log(connection: sqlite3.Connection) -> None:
    """Move the write-ahead log into the database and cut it to nothing; BlockingIOError where somebody reads it."""
    (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise BlockingIOError("another agent is using it")


def patiently(action: Callable[[], object]) -> None:
    """Do what SQLite itself does not wait for: two agents that both switch to the log, or both empty it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            action()
            return
        except (sqlite3.OperationalError, BlockingIOError) as error:
            busy = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_BUSY) & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def reason(error: sqlite3.Error | OSError) -> str:
    """What is wrong, and what helps, as the end of a sentence."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if isinstance(error, OSError):
        return f"{error.strerror or error}; change that, point AGENT_HOME at another folder, or {WITHOUT}"
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return (
            f"it is damaged or no history of ours ({error}), and was left as it is; move it away to begin a new "
            f"history, or {WITHOUT}"
        )
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return f"the disk is full or failing ({error}), what was kept before is safe; make room, or {WITHOUT}"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"another program holds it ({error}); close that one and try again, or {WITHOUT}"
    return f"SQLite says: {error}; check the file and its folder, or {WITHOUT}"
