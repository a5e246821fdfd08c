"""The file of a manifest: its tables, and whether it is, line for line, what was written.

With each line stands the SHA-256 of all that is in it, which SQLite has worked out anew whenever the line changes. So a changed
bit is found that leaves a line which could have been written: a report of one unit in the folder of another is the worst of all.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import msgspec

from kamassess.batch.jobs import FORMATS, Job, Kind

__all__ = ["Damaged", "Status", "opened", "put_aside"]

Status: TypeAlias = Literal["waiting", "done", "failed"]
_VERSION = 3
_TABLES = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL, seal TEXT NOT NULL DEFAULT '');
CREATE TABLE report (
    place TEXT PRIMARY KEY, position INTEGER, title TEXT NOT NULL, unit TEXT NOT NULL, language TEXT NOT NULL, wave TEXT NOT NULL,
    notebook TEXT NOT NULL, since TEXT NOT NULL, folder TEXT NOT NULL, formats TEXT NOT NULL, with_code INTEGER NOT NULL,
    key TEXT NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0,
    files TEXT NOT NULL DEFAULT '{}', earlier TEXT NOT NULL DEFAULT '{}',
    faults TEXT NOT NULL DEFAULT '[]', kind TEXT NOT NULL DEFAULT '', cell TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '', details TEXT NOT NULL DEFAULT '', seal TEXT NOT NULL DEFAULT ''
);
CREATE INDEX report_status ON report (status, position);
"""
_FACT = ("name", "value")
_TEXTS = ("place", "title", "unit", "language", "wave", "notebook", "since", "folder", "key", "cell", "error", "details")
_LISTS = ("formats", "faults")
_FILES = ("files", "earlier")
_NUMBERS = {"position": (int, type(None)), "with_code": (int,), "attempts": (int,), "seconds": (float,)}
_REPORT = (*_TEXTS, *_LISTS, *_FILES, *_NUMBERS, "status", "kind")
_FACTS: dict[str, Any] = {
    "inputs": str,
    "named": list[str],
    "company": str,
    "wave": str,
    "silent": list[str],
    "rests_on": list[tuple[str, str]],
    "plan": str,
}
"""What is noted of a plan, and what each is."""
_OF_THE_MACHINE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
)
_BEGINNING = b"SQLite format 3\0"


class Damaged(Exception):  # noqa: N818 - not told to anybody: the file is set aside
    """A file that is no manifest of ours, or is not what was written."""


def opened(path: Path) -> sqlite3.Connection:
    """The manifest, locked for this process, with its tables; a file that is none is left as it is.

    Raises
    ------
    Damaged
        It is none of ours, or not what was written.
    sqlite3.Error
        It is in use, or cannot be read or written.
    """
    _see_that_it_begins_as_one(path)
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != _VERSION:
            _see_that_it_is_empty(connection)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version={_VERSION}; COMMIT;")  # a kill leaves all or nothing
        _see_that_it_is_whole(connection)
        connection.execute("PRAGMA journal_mode=WAL")
        _keep_sealed(connection)
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:  # it may be written, which was seen: so its head says so
            raise Damaged(str(error)) from None
        raise
    except (sqlite3.Error, UnicodeDecodeError) as error:  # SQLite says names of tables as they stand there
        connection.close()
        raise Damaged(str(error)) from None
    except Damaged:
        connection.close()
        raise
    return connection


def put_aside(path: Path) -> str:
    """Keep a manifest that cannot be read, and return the name that it has now."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.unreadable-{number}{path.suffix}")).exists():
        number += 1
    path.replace(aside)
    with contextlib.suppress(FileNotFoundError):
        path.with_name(f"{path.name}-wal").replace(aside.with_name(f"{aside.name}-wal"))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    return aside.name


# -- seals -------------------------------------------------------------------------------------------------------------------


def _sealed(*values: Any) -> str:
    """The SHA-256 of a line."""
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def _keep_sealed(connection: sqlite3.Connection) -> None:
    """Have SQLite seal each line that is written from now on, in the same transaction."""
    connection.create_function("sealed", -1, _sealed, deterministic=True)
    connection.execute("PRAGMA temp_store=MEMORY")
    for table, columns in (("fact", _FACT), ("report", _REPORT)):
        seal = f"UPDATE {table} SET seal = sealed({', '.join(columns)}) WHERE rowid = NEW.rowid"  # noqa: S608 - names of ours
        for when, moment in (("new", "INSERT"), ("changed", f"UPDATE OF {', '.join(columns)}")):
            connection.execute(f"CREATE TEMP TRIGGER {table}_{when} AFTER {moment} ON {table} BEGIN {seal}; END")


# -- what was written --------------------------------------------------------------------------------------------------------


def _see_that_it_begins_as_one(path: Path) -> None:
    """SQLite removes what lies beside a file that it cannot read: so it is not asked to."""
    with contextlib.suppress(FileNotFoundError), path.open("r+b") as file:
        if file.read(len(_BEGINNING)) not in (b"", _BEGINNING):
            raise Damaged("no database")


def _see_that_it_is_empty(connection: sqlite3.Connection) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    if pages > 1 or connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]:
        raise Damaged("of another version, or another program's")


def _see_that_it_is_whole(connection: sqlite3.Connection) -> None:
    """Read all there is: later nobody asks whether a line of it is one that was written."""
    try:
        if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise Damaged("damaged")
        ours = {text.strip() for text in _TABLES.split(";") if text.strip()}
        if {text for (text,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")} != ours:
            raise Damaged("other tables")
        for seal, *fact in connection.execute(f"SELECT seal, {', '.join(_FACT)} FROM fact"):  # noqa: S608 - names of ours
            if seal != _sealed(*fact):
                raise Damaged("a fact is not the one that was written")
            msgspec.json.decode(fact[1], type=_FACTS[fact[0]])
        for seal, *line in connection.execute(f"SELECT seal, {', '.join(_REPORT)} FROM report"):  # noqa: S608 - names of ours
            if seal != _sealed(*line):
                raise Damaged("a line is not the one that was written")
            _see_that_it_could_be_ours(dict(zip(_REPORT, line, strict=True)))
    except (sqlite3.Error, msgspec.MsgspecError, LookupError, ValueError, TypeError) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_MACHINE:
            raise
        raise Damaged(str(error)) from None


def _see_that_it_could_be_ours(line: dict[str, Any]) -> None:
    """Whoever changes a line by hand can seal it too."""
    for name in _TEXTS:
        if not isinstance(line[name], str):
            raise Damaged(f"{name} is no text")
    for name, kinds in _NUMBERS.items():
        if not isinstance(line[name], kinds):
            raise Damaged(f"{name} is no number")
    formats, _ = (msgspec.json.decode(line[name], type=list[str]) for name in _LISTS)
    for name in _FILES:
        msgspec.json.decode(line[name], type=dict[str, str])
    job = Job("", line["unit"], line["language"], line["wave"], "", notebook=line["notebook"], folder=line["folder"])
    known = set(formats) <= set(FORMATS[job.notebook])
    if not known or job.place != line["place"] or line["status"] not in get_args(Status):
        raise Damaged("no report of ours")
    if line["kind"] not in ("", *get_args(Kind)):
        raise Damaged("no failure of ours")
