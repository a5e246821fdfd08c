"""A result on disk: every unit's part by itself, so that a report reads what it is about and nothing else.

One SQLite file, in which a record is a part of an :class:`AuditResult` in MessagePack, compressed, with its SHA-256. What is read
is checked against the types of the result, so that a damaged file is an error and never a wrong figure. The file is written by a
batch for its own reports, and is of no use to a later version.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import weakref
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar, cast

import msgspec

from kamassess.errors import Fault, OutputError
from kamassess.reading.brand import Brand
from kamassess.result import AuditResult, CustomerGroup, Group, UnitChange, UnitResult

__all__ = ["ResultStore", "StoredResult", "decoders", "digest", "encoded", "head_of"]

_NO_GROUP = Group({}, {}, {}, (), (), {})
"""Stands for the comparison of units in what a report about one of them is made from."""

Entry = TypeVar("Entry")
_KINDS = {
    "head": AuditResult,
    "group": Group,
    "brand": Brand,
    "unit": UnitResult,
    "change": UnitChange,
    "customers": CustomerGroup,
}


def encoded(value: Any) -> bytes:
    """A part of a result in MessagePack, every figure at full precision."""
    return msgspec.msgpack.encode(value, enc_hook=_plain)


def digest(*parts: bytes | str) -> str:
    """The SHA-256 of several things, so that no two lists of them have the same."""
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode(errors="surrogatepass") if isinstance(part, str) else part  # a name may be no text
        whole.update(len(content).to_bytes(8, "big"))
        whole.update(content)
    return whole.hexdigest()


@cache
def decoders() -> dict[str, msgspec.msgpack.Decoder[Any]]:
    """What reads each kind of part. Making them takes ten milliseconds, which whoever forks spends before."""
    return {kind: msgspec.msgpack.Decoder(of) for kind, of in _KINDS.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise TypeError(f"a result holds no {type(value).__name__}")


class ResultStore:
    """Writes a result, part by part.

    Parameters
    ----------
    path
        A file that does not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA synchronous=OFF")  # made anew if it is lost
        self._connection.execute("PRAGMA journal_mode=OFF")
        self._connection.execute("BEGIN")
        self._connection.execute("CREATE TABLE record (kind TEXT, name TEXT, content BLOB, PRIMARY KEY (kind, name))")

    def put(self, kind: str, name: str, value: Any) -> str:
        """Store one part, and return its SHA-256."""
        raw = encoded(value)
        self.add(kind, name, zlib.compress(raw, 1))
        return hashlib.sha256(raw).hexdigest()

    def add(self, kind: str, name: str, stored: bytes) -> None:
        """Take over one part as it is stored elsewhere."""
        self._connection.execute("INSERT INTO record VALUES (?, ?, ?)", (kind, name, stored))

    def close(self) -> None:
        """Finish the file."""
        self._connection.execute("COMMIT")
        self._connection.close()


def head_of(result: AuditResult) -> AuditResult:
    """A result without its units, and without what compares them."""
    progress = replace(result.progress, units={}) if result.progress else None
    return replace(result, units={}, customer_groups={}, group=_NO_GROUP, progress=progress)


@dataclass(frozen=True, eq=False)
class StoredResult:
    """A result as it was stored: the head at once, the rest when it is asked for.

    Raises
    ------
    OutputError
        From every part: the file is not what was written.
    """

    path: Path

    @cached_property
    def brand(self) -> Brand:
        """The look of the reports."""
        return cast(Brand, self.get("brand", ""))

    @cached_property
    def of_units(self) -> AuditResult:
        """The result for reports about one unit: it compares none."""
        head = cast(AuditResult, self.get("head", ""))
        progress = replace(head.progress, units=_Entries[UnitChange](self, "change")) if head.progress else None
        return replace(
            head,
            units=_Entries[UnitResult](self, "unit"),
            customer_groups=_Entries[CustomerGroup](self, "customers"),
            progress=progress,
        )

    @cached_property
    def whole(self) -> AuditResult:
        """The result with the comparison of all units."""
        return replace(self.of_units, group=cast(Group, self.get("group", "")))

    def is_whole(self) -> bool:
        """Whether every part can be read: the machine may have lost its power while the file was written."""
        if not self.path.is_file():
            return False
        try:
            _ = self.brand, self.of_units
            if self._connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                return False
            for (content,) in self._connection.execute("SELECT content FROM record"):
                zlib.decompress(content)
        except (sqlite3.Error, zlib.error, TypeError, KeyError, OutputError):
            return False
        return True

    def get(self, kind: str, name: str) -> Any:
        """One part; raises ``KeyError`` if there is none."""
        row = self._row("SELECT content FROM record WHERE kind = ? AND name = ?", kind, name)
        if row is None:
            raise KeyError(name)
        try:
            return decoders()[kind].decode(zlib.decompress(row[0]))
        except (zlib.error, msgspec.DecodeError, TypeError):
            raise _damaged() from None

    def each(self, kind: str, of: type[Entry]) -> Iterator[Entry]:
        """All parts of a kind that is none of a result's own, in the order in which they were stored."""
        try:
            rows = self._connection.execute("SELECT content FROM record WHERE kind = ? ORDER BY rowid", (kind,))
            for (content,) in rows:
                yield msgspec.msgpack.decode(zlib.decompress(content), type=of)
        except (sqlite3.Error, zlib.error, msgspec.DecodeError):
            raise _damaged() from None

    def names(self, kind: str) -> list[str]:
        """The names of all parts of a kind, in the order in which they were stored."""
        try:
            rows = self._connection.execute("SELECT name FROM record WHERE kind = ? ORDER BY rowid", (kind,))
            return [name for (name,) in rows]
        except sqlite3.Error:
            raise _damaged() from None

    def count(self, kind: str) -> int:
        """How many parts of a kind there are."""
        row = self._row("SELECT COUNT(*) FROM record WHERE kind = ?", kind)
        return int(row[0]) if row else 0

    def extract(self, path: Path, parts: Iterable[tuple[str, str]]) -> None:
        """Write some parts to a file of their own, each by its kind and name, as far as there are such."""
        smaller = ResultStore(path)
        for kind, name in parts:
            row = self._row("SELECT content FROM record WHERE kind = ? AND name = ?", kind, name)
            if row:
                smaller.add(kind, name, row[0])
        smaller.close()

    def _row(self, query: str, *values: str) -> Any:
        try:
            return self._connection.execute(query, values).fetchone()
        except sqlite3.Error:
            raise _damaged() from None

    @cached_property
    def _connections(self) -> dict[int, sqlite3.Connection]:
        found: dict[int, sqlite3.Connection] = {}
        weakref.finalize(self, _close, found)
        return found

    @property
    def _connection(self) -> sqlite3.Connection:
        """The connection of this process: SQLite's must not be used by a forked child."""
        process = os.getpid()
        if process not in self._connections:
            self._connections[process] = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        return self._connections[process]

    def __getstate__(self) -> dict[str, Any]:
        """What a process needs to open it for itself."""
        return {"path": self.path}


@dataclass(frozen=True, eq=False)
class _Entries(Mapping[str, Entry], Generic[Entry]):
    """Parts of a kind, read when they are asked for."""

    store: StoredResult
    kind: str

    def __getitem__(self, name: str) -> Entry:
        return cast(Entry, self.store.get(self.kind, name))

    def __contains__(self, name: object) -> bool:
        return self.store._row("SELECT 1 FROM record WHERE kind = ? AND name = ?", self.kind, str(name)) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.store.names(self.kind))

    def __len__(self) -> int:
        return self.store.count(self.kind)


def _close(connections: Mapping[int, sqlite3.Connection]) -> None:
    """Close the connection of this process: Python 3.13 and later warn of those that are left to them."""
    own = connections.get(os.getpid())
    if own is not None:
        own.close()


def _damaged() -> OutputError:
    return OutputError(Fault("the stored results of this batch are damaged", "Run the batch again with --fresh."))
