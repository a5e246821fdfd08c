"""Whether the file of a workshop is what was written: looked at before anything is written to it, since votes may be missing.

SQLite finds out about a damaged page when it comes to it, and of one that is empty instead it never does. And it would put our
tables into any database that it is given.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection
from pathlib import Path

__all__ = ["DAMAGED", "unusable"]

DAMAGED = ("it is damaged", "Put back a copy of it, or move it away to begin anew.")
_BEGINNING = b"SQLite format 3\0"
_WAIT_SECONDS = 20


def unusable(path: Path, tables: Collection[str]) -> tuple[str, str] | None:
    """Why a file cannot hold workshops, whose tables have these names, and what to do; None where nothing is found.

    What the system refuses is found by whoever opens it.
    """
    if path.is_dir():
        return "it is a folder", "Give a file, or the URL of a database."
    try:
        with path.open("rb") as file:
            begins = file.read(len(_BEGINNING))
    except OSError:
        return None
    if not begins:
        return None
    if begins != _BEGINNING:
        return DAMAGED
    try:
        address = f"{path.absolute().as_uri()}?mode=rw"
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS)) as connection:
            return _unusable(connection, tables)
    except UnicodeDecodeError:  # what SQLite says of a name that is damaged
        return DAMAGED
    except sqlite3.Error as error:
        found = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        return DAMAGED if found in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR) else None


def _unusable(connection: sqlite3.Connection, tables: Collection[str]) -> tuple[str, str] | None:
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if there and there.isdisjoint(tables):
        return "it is the database of another program", "Give another file."
    whole = connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
    return None if whole and not connection.execute("PRAGMA foreign_key_check").fetchone() else DAMAGED
