"""A result on disk: every unit's part by itself, so that a report reads what it is about and nothing else.

One SQLite file, in which a record is a part of an :class:`AuditResult` in MessagePack, compressed. With it stands the SHA-256 of
its kind, its name and its content, so that a changed bit is found, and so is the record of one unit under the name of another.
All of them together have a *seal*, which whoever wrote the file keeps elsewhere: so an older file in its place is found too.
What is read is unpacked up to a limit and checked against the types of the result: a damaged file is an error and never a wrong
figure. The file is written by a batch for its own reports, and is of no use to a later version.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import weakref
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar, cast

import msgspec

from kamassess.errors import Fault, OutputError
from kamassess.reading.bounds import RECORD_BYTES, in_words
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
_TABLE = "CREATE TABLE record (kind TEXT, name TEXT, sha256 TEXT, content BLOB, PRIMARY KEY (kind, name))"
_PART = "SELECT kind, name, sha256, content FROM record"
_HEADS = 1_000_000
"""Bytes that a record may have beside its content, or its packing may add to it."""
_UNREADABLE = (msgspec.MsgspecError, RecursionError, TypeError, ValueError, OverflowError)
"""What reading MessagePack of another shape, or of no sense, ends with."""


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
    """Writes a result, part by part; a context in which it is left unfinished where something goes wrong.

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
        self._connection.execute(_TABLE)
        self._digests: list[str] = []

    def __enter__(self) -> ResultStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def put(self, kind: str, name: str, value: Any) -> str:
        """Store one part, and return its SHA-256.

        Raises
        ------
        OutputError
            It is larger than what can be read again.
        """
        raw = encoded(value)
        if len(raw) > RECORD_BYTES:
            about = f"{kind} {name}".strip()
            fault = f"what reports are made from is too large to be stored: '{about}' has {in_words(len(raw))}"
            raise OutputError(
                Fault(fault, f"At most {in_words(RECORD_BYTES)} are read again. Audit fewer units or years at once.")
            )
        self.add(kind, name, zlib.compress(raw, 1))
        return hashlib.sha256(raw).hexdigest()

    def add(self, kind: str, name: str, stored: bytes) -> None:
        """Take over one part as it is stored elsewhere."""
        sha256 = digest(kind, name, stored)
        self._connection.execute("INSERT INTO record VALUES (?, ?, ?, ?)", (kind, name, sha256, stored))
        self._digests.append(sha256)

    def close(self) -> str:
        """Finish the file, and return its seal: no other file has the same."""
        self._connection.execute("COMMIT")
        self._connection.close()
        return digest(*self._digests)


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
        return cast(Brand, self._of_all("brand"))

    @cached_property
    def of_units(self) -> AuditResult:
        """The result for reports about one unit: it compares none."""
        head = cast(AuditResult, self._of_all("head"))
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
        return replace(self.of_units, group=cast(Group, self._of_all("group")))

    def is_whole(self, seal: str | None) -> bool:
        """Whether it is, to the last byte, the file that got this seal.

        The machine may have lost its power while it was written, or an older one may have been put back. None: no seal is known.
        """
        if seal is None or not self.path.is_file():
            return False
        try:
            return self.seal() == seal and all(True for _ in self._parts(_PART))
        except OutputError:
            return False

    def seal(self) -> str:
        """The seal, from what stands beside the records; each of these is looked at when it is read."""
        if next(self._rows("PRAGMA integrity_check(1)"), ("",))[0] != "ok":
            raise _damaged()
        found = [sha256 for (sha256,) in self._rows("SELECT sha256 FROM record ORDER BY rowid")]
        if not all(isinstance(sha256, str) for sha256 in found):
            raise _damaged()
        return digest(*found)

    def get(self, kind: str, name: str) -> Any:
        """One part; raises ``KeyError`` if there is none."""
        return _decoded(decoders()[kind], self._stored(kind, name))

    def _of_all(self, kind: str) -> Any:
        """A part that every file has."""
        try:
            return self.get(kind, "")
        except KeyError:
            raise _damaged() from None

    def each(self, kind: str, of: type[Entry]) -> Iterator[Entry]:
        """All parts of a kind that is none of a result's own, in the order in which they were stored."""
        decoder = msgspec.msgpack.Decoder(of)
        for _, stored in self._parts(f"{_PART} WHERE kind = ? ORDER BY rowid", kind):
            yield _decoded(decoder, stored)

    def names(self, kind: str) -> list[str]:
        """The names of all parts of a kind, in the order in which they were stored."""
        found = [name for (name,) in self._rows("SELECT name FROM record WHERE kind = ? ORDER BY rowid", kind)]
        if not all(isinstance(name, str) for name in found):
            raise _damaged()
        return found

    def has(self, kind: str, name: str) -> bool:
        """Whether there is such a part."""
        return any(True for _ in self._rows("SELECT 1 FROM record WHERE kind = ? AND name = ?", kind, name))

    def count(self, kind: str) -> int:
        """How many parts of a kind there are."""
        return next((int(count) for (count,) in self._rows("SELECT COUNT(*) FROM record WHERE kind = ?", kind)), 0)

    def extract(self, path: Path, parts: Iterable[tuple[str, str]]) -> str:
        """Write some parts to a file of their own, each by its kind and name, as far as there are such, and return its seal."""
        with ResultStore(path) as smaller:
            for kind, name in parts:
                with suppress(KeyError):
                    smaller.add(kind, name, self._stored(kind, name))
            return smaller.close()

    # -- what is read is what was written ------------------------------------------------------------------------------

    def _stored(self, kind: str, name: str) -> bytes:
        """One part as it lies there; raises ``KeyError`` if there is none."""
        for asked, stored in self._parts(f"{_PART} WHERE kind = ? AND name = ?", kind, name):
            if asked != (kind, name):
                raise _damaged()
            return stored
        raise KeyError(name)

    def _parts(self, query: str, *values: str) -> Iterator[tuple[tuple[str, str], bytes]]:
        """Parts with their kinds and names, as they were stored."""
        for kind, name, sha256, stored in self._rows(query, *values):
            sound = isinstance(kind, str) and isinstance(name, str) and isinstance(stored, bytes)
            if not sound or digest(kind, name, stored) != sha256:
                raise _damaged()
            yield (kind, name), stored

    def _rows(self, query: str, *values: str) -> Iterator[Any]:
        try:
            yield from self._connection.execute(query, values)
        except (sqlite3.Error, UnicodeDecodeError):  # SQLite says names of tables as they stand there
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
            self._connections[process] = _connected(self.path)
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
        return self.store.has(self.kind, str(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self.store.names(self.kind))

    def __len__(self) -> int:
        return self.store.count(self.kind)


def _close(connections: Mapping[int, sqlite3.Connection]) -> None:
    """Close the connection of this process: Python 3.13 and later warn of those that are left to them."""
    own = connections.get(os.getpid())
    if own is not None:
        own.close()


def _connected(path: Path) -> sqlite3.Connection:
    """A file of stored results, of which no table is another one: a view could go on without end."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, RECORD_BYTES + _HEADS)
    with ExitStack() as undone:
        undone.callback(connection.close)
        if connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall() != [(_TABLE,)]:
            raise _damaged()
        undone.pop_all()
    return connection


def _decoded(decoder: msgspec.msgpack.Decoder[Entry], stored: bytes) -> Entry:
    """A part from what lies on the disk, unpacked as far as a part may be large."""
    unpacking = zlib.decompressobj()
    try:
        raw = unpacking.decompress(stored, RECORD_BYTES + 1)
        if not unpacking.eof or unpacking.unused_data or len(raw) > RECORD_BYTES:  # it goes on, or something goes on after it
            raise _damaged()
        return decoder.decode(raw)
    except (zlib.error, *_UNREADABLE):
        raise _damaged() from None


def _damaged() -> OutputError:
    remedy = "Run the batch again: what is missing is made from results worked out anew. If it says the same, add --fresh."
    return OutputError(Fault("the stored results of this batch are damaged", remedy))
