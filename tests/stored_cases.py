"""A batch's own files changed by hand: what a failing disk, a half-copied folder or a stranger could make of them."""

from __future__ import annotations

import contextlib
import hashlib
import random
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
from mutations import ODD_TEXTS, of_bytes, of_tree
from scoring_cases import instrument, result

from kamassess.batch.jobs import Failure, Job, Outcome
from kamassess.batch.manifest import NAME, Manifest
from kamassess.batch.places import place_of
from kamassess.batch.planning import PlannedJob
from kamassess.errors import OutputError
from kamassess.reading.brand import default_brand
from kamassess.result import AuditResult
from kamassess.stored import ResultStore, StoredResult, digest, encoded, head_of

__all__ = ["Sound", "damaged_manifest", "damaged_plan", "sound_manifest", "sound_plan", "untrue_manifest", "untrue_plan"]

_UNITS = ("N", "S", "W")


@dataclass(frozen=True)
class Sound:
    """A plan as a batch writes it.

    Attributes
    ----------
    raw
        The file.
    seal
        Its seal, which the manifest knows.
    parts
        What is in it: what each part is in MessagePack, by kind and name.
    older
        A plan of the same units and other answers.
    """

    raw: bytes
    seal: str
    parts: Mapping[tuple[str, str], bytes]
    older: bytes = b""


def _jobs() -> list[Job]:
    return [Job("", unit, "en", "2026", "", ("html",), "unit_audit", folder=unit) for unit in _UNITS]


def _written(path: Path, found: AuditResult) -> Sound:
    parts: dict[tuple[str, str], Any] = {("unit", name): unit for name, unit in found.units.items()}
    parts |= {("head", ""): head_of(found), ("group", ""): found.group, ("brand", ""): default_brand()}
    parts |= {("job", f"{number:08}"): PlannedJob(job, job.unit, "key") for number, job in enumerate(_jobs())}
    store = ResultStore(path)
    for (kind, name), value in parts.items():
        store.put(kind, name, value)
    seal = store.close()
    sound = Sound(path.read_bytes(), seal, {about: encoded(value) for about, value in parts.items()})
    path.unlink()
    return sound


def sound_plan(folder: Path) -> Sound:
    """A plan of three units."""
    case = instrument({"A": {"A-1": ["q1", "q2"]}})
    found = []
    for more in (0, 1):
        people = {"N": (1, 2, 3), "S": (4, 4, 5), "W": (2, 5, 3)}
        rows = [
            (unit, f"{unit}{number}", "all", {"q1": min(value + more, 5), "q2": value})
            for unit, values in people.items()
            for number, value in enumerate(values)
        ]
        found.append(_written(folder / "sound.sqlite", result(case, rows)))
    return replace(found[0], older=found[1].raw)


# -- plans -------------------------------------------------------------------------------------------------------------------


def damaged_plan(luck: random.Random, sound: Sound, path: Path) -> bool:
    """Write a damaged plan; whether records have a right SHA-256 that are not this plan's: of an older one, or made by hand."""
    if luck.random() < 0.4:
        path.write_bytes(_flipped(luck, sound.raw) if luck.random() < 0.6 else of_bytes(luck, sound.raw))
        return False
    path.write_bytes(sound.raw)
    knows, older = luck.random() < 0.5, False
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        with contextlib.suppress(sqlite3.Error):  # what SQLite itself does not let happen
            if luck.random() < 0.25:
                connection.executescript(luck.choice(_SCHEMES))
            else:
                changes = luck.choices(_ON_RECORDS, k=luck.choice((1, 1, 3)))
                older = _older in changes
                for change in changes:
                    change(luck, sound, connection)
        if knows:
            _seal(connection)
    return knows or older


def untrue_plan(sound: Sound, path: Path, *, knows: bool) -> str:
    """What is wrong with how a damaged plan is read; empty where nothing is. ``knows`` as told by :func:`damaged_plan`."""
    try:
        store = StoredResult(path)
        whole = store.is_whole(sound.seal)
        for about, right in sound.parts.items():
            said = _untrue_part(store, *about, right, exact=whole or not knows, missing=not whole)
            if said:
                return said
        with contextlib.suppress(OutputError, KeyError):
            assert len(list(store.of_units.units)) == len(store.of_units.units) or not whole
            jobs = [encoded(entry) for entry in store.each("job", PlannedJob)]
            if whole and jobs != [right for (kind, _), right in sound.parts.items() if kind == "job"]:
                return "other jobs"
        with contextlib.suppress(OutputError, KeyError):
            path.with_name("extract").unlink(missing_ok=True)
            seal = store.extract(path.with_name("extract"), [("unit", "N"), ("head", "")])
            if StoredResult(path.with_name("extract")).seal() != seal:
                return "an extract is not the one that was sealed"
    except Exception as error:  # noqa: BLE001 - what is looked for
        return f"{type(error).__name__}: {error}"
    return ""


def _untrue_part(store: StoredResult, kind: str, name: str, right: bytes, *, exact: bool, missing: bool) -> str:
    try:
        found = next(store.each(kind, PlannedJob)) if kind == "job" else store.get(kind, name)
    except (OutputError, KeyError, StopIteration):
        return "" if missing else f"{kind} {name} of a plan that is whole cannot be read"
    if kind == "job":
        return ""
    return f"{kind} {name} is another" if exact and encoded(found) != right else ""


def _flipped(luck: random.Random, raw: bytes) -> bytes:
    changed = bytearray(raw)
    for _ in range(luck.choice((1, 1, 1, 4, 60))):
        changed[luck.randrange(len(changed))] ^= 1 << luck.randrange(8)
    return bytes(changed)


def _any(luck: random.Random, connection: sqlite3.Connection) -> tuple[int, str, str, bytes]:
    rows = connection.execute("SELECT rowid, kind, name, content FROM record ORDER BY rowid").fetchall()
    found: tuple[int, str, str, bytes] = luck.choice(rows)
    return found


def _swapped(luck: random.Random, _: Sound, connection: sqlite3.Connection) -> None:
    """A record under the name of another, with or without its SHA-256."""
    one, other = _any(luck, connection), _any(luck, connection)
    for source, target in ((one, other), (other, one)):
        connection.execute("UPDATE record SET content = ? WHERE rowid = ?", (source[3], target[0]))
    if luck.random() < 0.5:
        sums = dict(connection.execute("SELECT rowid, sha256 FROM record").fetchall())
        for source, target in ((one, other), (other, one)):
            connection.execute("UPDATE record SET sha256 = ? WHERE rowid = ?", (sums[source[0]], target[0]))


def _older(luck: random.Random, sound: Sound, connection: sqlite3.Connection) -> None:
    """A record, or all, as an earlier batch wrote them."""
    earlier = sqlite3.connect(":memory:")
    earlier.deserialize(sound.older)
    all_of_them = luck.random() < 0.3
    for entry in earlier.execute("SELECT sha256, content, kind, name FROM record").fetchall():
        if all_of_them or luck.random() < 0.3:
            connection.execute("UPDATE record SET sha256 = ?, content = ? WHERE kind = ? AND name = ?", entry)
    earlier.close()


def _other_content(luck: random.Random, _: Sound, connection: sqlite3.Connection) -> None:
    """Sound MessagePack of another shape, of no sense, without end, or none at all."""
    row, _kind, _name, content = _any(luck, connection)
    with contextlib.suppress(zlib.error, TypeError):
        content = zlib.decompress(content)
    content = content if isinstance(content, bytes) else b""
    made = luck.choice(_CONTENTS)(luck, content)
    packed = luck.random() < 0.9
    connection.execute("UPDATE record SET content = ? WHERE rowid = ?", (zlib.compress(made, 1) if packed else made, row))


def _other_tree(luck: random.Random, content: bytes) -> bytes:
    try:
        root = of_tree(luck, msgspec.msgpack.decode(content))
        return msgspec.msgpack.encode(root)
    except (msgspec.MsgspecError, RecursionError, OverflowError, TypeError, ValueError):
        return of_bytes(luck, content)


_CONTENTS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _other_tree,
    _other_tree,
    _other_tree,
    of_bytes,
    lambda luck, _: b"\x91" * luck.choice((50, 2_000, 200_000)) + b"\xc0",
    lambda luck, _: b"\x81\xa1x" * luck.choice((50, 2_000, 200_000)) + b"\xc0",
    lambda luck, _: luck.choice((b"\xdd", b"\xdf", b"\xc6", b"\xdb", b"\xc9")) + b"\xff\xff\xff\xff",
    lambda _, content: content[:-1] + b"\xdd\xff\xff\xff\xff",
    lambda _, content: content * 2,
    lambda luck, _: msgspec.msgpack.encode(luck.choice((None, 5, [], {}, "text", {"id": 5}, {"id": None, "name": {}}))),
    lambda _, content: bytes(3_000_000) + content,
)


def _other_cell(luck: random.Random, _: Sound, connection: sqlite3.Connection) -> None:
    """A cell of another type."""
    column = luck.choice(("kind", "name", "sha256", "content", "content"))
    value = luck.choice((*_CELLS, f"'{luck.choice(ODD_TEXTS[:60]).replace(chr(39), '').replace(chr(0), '')}'"))
    where = "" if luck.random() < 0.2 else f" WHERE rowid = {_any(luck, connection)[0]}"
    connection.execute(f"UPDATE record SET {column} = {value}{where}")


_CELLS = ("NULL", "5", "-1.5", "9e999", "x''", "x'00'", "zeroblob(3000000)", "CAST(x'fffe80' AS TEXT)", "'text'", "x'789c'")


def _other_rows(luck: random.Random, _: Sound, connection: sqlite3.Connection) -> None:
    """A record that is gone, has another name, or stands twice."""
    row = _any(luck, connection)[0]
    statement = luck.choice(
        (
            "DELETE FROM record WHERE rowid = ?",
            "UPDATE record SET name = lower(name) || 'x' WHERE rowid = ?",
            "UPDATE record SET rowid = rowid + 100 WHERE rowid = ?",
            "INSERT INTO record SELECT 'unit', 'X', sha256, content FROM record WHERE rowid = ?",
            "INSERT INTO record SELECT kind, NULL, sha256, content FROM record WHERE rowid = ?",
        )
    )
    connection.execute(statement, (row,))


_ON_RECORDS = (_swapped, _swapped, _older, _other_content, _other_content, _other_content, _other_cell, _other_cell, _other_rows)
_ENDLESS = """
WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n)
SELECT 'unit' AS kind, 'N' AS name, '' AS sha256, x'00' AS content FROM n
"""
_SCHEMES = (
    "DROP TABLE record",
    "DELETE FROM record",
    "ALTER TABLE record RENAME TO other",
    "ALTER TABLE record RENAME COLUMN content TO other",
    "ALTER TABLE record ADD COLUMN more TEXT",
    "CREATE TABLE other (kind TEXT)",
    "CREATE INDEX other ON record (content)",
    "ALTER TABLE record RENAME TO other; CREATE VIEW record AS SELECT * FROM other",
    f"DROP TABLE record; CREATE VIEW record AS {_ENDLESS}",
    "DROP TABLE record; CREATE VIRTUAL TABLE record USING fts5(kind, name, sha256, content)",
    "CREATE TRIGGER other AFTER INSERT ON record BEGIN SELECT 1; END",
    "PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = replace(sql, 'TEXT', 'BLOB') WHERE sql NOT NULL",
    "PRAGMA writable_schema=ON; UPDATE sqlite_master SET rootpage = 3 WHERE type = 'index'",
    "PRAGMA writable_schema=ON; UPDATE sqlite_master SET rootpage = 2",
    "PRAGMA writable_schema=ON; DELETE FROM sqlite_master WHERE type = 'index'",
    "PRAGMA journal_mode=WAL",
    "PRAGMA encoding='UTF-16'; VACUUM",
    "PRAGMA page_size=512; VACUUM",
    "PRAGMA auto_vacuum=FULL; VACUUM",
)


def _seal(connection: sqlite3.Connection) -> None:
    """Give each record its right SHA-256, as whoever reads our code can."""
    with contextlib.suppress(sqlite3.Error, UnicodeDecodeError):
        for row, kind, name, content in connection.execute("SELECT rowid, kind, name, content FROM record LIMIT 99").fetchall():
            if isinstance(kind, str) and isinstance(name, str) and isinstance(content, bytes):
                sealed = digest(kind, name, content)
                connection.execute("UPDATE record SET sha256 = ? WHERE rowid = ?", (sealed, row))


# -- manifests ---------------------------------------------------------------------------------------------------------------


def sound_manifest(folder: Path) -> tuple[bytes, list[Any]]:
    """A manifest of some reports that are made, have failed or wait; and all that it says."""
    path = folder / NAME
    manifest = Manifest(place_of(str(folder)))
    manifest.adopt(PlannedJob(job, f"Unit {job.unit} 单位", f"key of {job.unit}") for job in _jobs())
    manifest.note(inputs="i", named=["logo.svg"], company="Acme", wave="2026", silent=[], rests_on=[["a", "b"]], plan="p")
    made, failed, _ = _jobs()
    (folder / made.file("html")).parent.mkdir(parents=True, exist_ok=True)
    (folder / made.file("html")).write_bytes(b"page")
    manifest.record(Outcome(made, 1.5, {made.file("html"): hashlib.sha256(b"page").hexdigest()}))
    manifest.record(Outcome(failed, 0.5, failure=Failure(("no. Do it again.",), "data", "cell 3", "ValueError", "long " * 50)))
    manifest.close()
    raw = path.read_bytes()
    said = _said(folder)
    path.write_bytes(raw)
    return raw, said


def _said(folder: Path) -> list[Any]:
    """All that a manifest is asked, after a batch has looked at it; or that it was set aside."""
    with contextlib.closing(Manifest(place_of(str(folder)))) as manifest:
        facts = [manifest.fact(name) for name in ("inputs", "named", "company", "wave", "silent", "rests_on", "plan")]
        before = [list(manifest.entries()), list(manifest.waiting("e", 0)), manifest.counts()]
        manifest.look(retry_failed=True)
        after = [list(manifest.entries()), list(manifest.waiting("e", 0)), list(manifest.earlier())]
        return ["aside"] if manifest.set_aside else [*facts, *before, *after]


def damaged_manifest(luck: random.Random, raw: bytes, path: Path) -> bool:
    """As :func:`damaged_plan`, of a manifest."""
    if luck.random() < 0.5:
        path.write_bytes(_flipped(luck, raw) if luck.random() < 0.7 else of_bytes(luck, raw))
        return False
    path.write_bytes(raw)
    knows = luck.random() < 0.5
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=MEMORY")
        connection.execute("PRAGMA synchronous=OFF")
        if knows:
            _keep_sealed(connection)
        with contextlib.suppress(sqlite3.Error, UnicodeDecodeError):
            for statement in _manifest_changes(luck, connection):
                connection.execute(statement)
    return knows


def _manifest_changes(luck: random.Random, connection: sqlite3.Connection) -> Iterator[str]:
    for _ in range(luck.choice((1, 1, 2))):
        table = luck.choice(("fact", "report", "report"))
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        column = luck.choice(columns)
        odd = luck.choice((*_CELLS, *_JSON, *(f"'{text}'" for text in ODD_TEXTS[:60] if "'" not in text and "\0" not in text)))
        other = f"(SELECT {column} FROM {table} ORDER BY rowid LIMIT 1 OFFSET {luck.randrange(3)})"
        value = luck.choice((odd, odd, other, luck.choice(columns)))
        where = "" if luck.random() < 0.2 else f" WHERE rowid = {luck.randrange(1, 8)}"
        yield f"UPDATE OR REPLACE {table} SET {column} = {value}{where}"


_JSON = tuple(
    f"'{text}'"
    for text in (
        *("[]", "{}", "null", "5", '"x"', "[5]", '[["a", 5]]', '{"a": 5}', '{"../../x": "y"}', "NaN", '["html", "html"]'),
        *('["xyz"]', '"\\ud800"', "[" * 100_000, '{"a":' * 50_000),
    )
)


def _keep_sealed(connection: sqlite3.Connection) -> None:
    from kamassess.batch import opening

    opening._keep_sealed(connection)


def untrue_manifest(said: list[Any], folder: Path, *, knows: bool) -> str:
    """What is wrong with how a damaged manifest is read; empty where nothing is."""
    try:
        found = _said(folder)
    except OutputError:
        return ""
    except Exception as error:  # noqa: BLE001 - what is looked for
        return f"{type(error).__name__}: {error}"
    finally:
        for path in folder.glob("manifest.*"):
            path.unlink()
    return "" if knows or found in (said, ["aside"]) else f"another manifest: {found}"
