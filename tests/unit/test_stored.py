"""A stored result is the result: to the last bit, one unit at a time, and a damaged file is never a wrong figure."""

from __future__ import annotations

import dataclasses
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kamassess.errors import OutputError
from kamassess.opened import opened_audit, opened_result, served
from kamassess.reading.brand import default_brand
from kamassess.resources import carried
from kamassess.result import AuditResult
from kamassess.stored import ResultStore, StoredResult, digest, encoded, head_of


def _audited() -> AuditResult:
    return opened_audit(carried("sample_data"), None)[1]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> StoredResult:
    """The sample, stored whole."""
    result, path = _audited(), tmp_path_factory.mktemp("stored") / "plan.sqlite"
    store = ResultStore(path)
    store.put("head", "", head_of(result))
    store.put("group", "", result.group)
    store.put("brand", "", default_brand())
    assert result.progress
    for kind, parts in (("unit", result.units), ("change", result.progress.units), ("customers", result.customer_groups)):
        for name, part in parts.items():
            store.put(kind, name, part)
    seal = store.close()
    assert StoredResult(path).seal() == seal
    return StoredResult(path)


def test_it_is_the_same_result_to_the_last_bit(stored: StoredResult) -> None:
    # If this fails, a report of a batch shows another figure than the same report made by itself.
    assert "".join(stored.whole.write_json()) == "".join(_audited().write_json())
    assert stored.brand == default_brand()


def test_a_part_is_of_the_types_it_was(stored: StoredResult) -> None:
    # If this fails, text that depends on whether a figure is 5 or 5.0 differs, and so does its digest.
    result = _audited()
    for name, unit in result.units.items():
        assert encoded(stored.of_units.units[name]) == encoded(unit)
        assert _types(stored.of_units.units[name]) == _types(unit)


def _types(value: Any) -> Any:
    """The same tree with the type of each leaf: a reason that is plain text is another one to ``is``."""
    if dataclasses.is_dataclass(value):
        return {field.name: _types(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _types(entry) for key, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return [_types(entry) for entry in value]
    return type(value)


def test_units_are_there_under_their_names_and_no_others(stored: StoredResult) -> None:
    # If this fails, a mistyped unit gets an empty report, or units come in another order.
    units = stored.of_units.units
    assert list(units) == list(_audited().units)
    assert len(units) == 7
    assert ("NC" in units, "XX" in units) == (True, False)
    with pytest.raises(KeyError):
        units["XX"]


def test_what_compares_units_is_not_read_for_one(stored: StoredResult) -> None:
    # If this fails, every report of a batch of ten thousand reads the comparison of ten thousand.
    assert stored.of_units.group.ranking == {}
    assert stored.whole.group.ranking.keys() == _audited().group.ranking.keys()


@pytest.mark.parametrize("damage", ["cut", "other", "not a record", "wrong type"])
def test_a_damaged_file_is_an_error_that_says_what_to_do(stored: StoredResult, tmp_path: Path, damage: str) -> None:
    # If this fails, a half-copied plan is a traceback, or worse, a report with somebody's wrong figures.
    path = tmp_path / "plan.sqlite"
    content = stored.path.read_bytes()
    path.write_bytes(content[: len(content) // 3] if damage == "cut" else b"nothing" * 999 if damage == "other" else content)
    if damage in ("not a record", "wrong type"):
        new = b"xx" if damage == "not a record" else zlib.compress(encoded({"id": 5}))
        with sqlite3.connect(path) as connection:
            for (name,) in connection.execute("SELECT name FROM record WHERE kind = 'unit'").fetchall():
                changed = (new, digest("unit", name, new), name)
                connection.execute("UPDATE record SET content = ?, sha256 = ? WHERE kind = 'unit' AND name = ?", changed)
        connection.close()
    with pytest.raises(OutputError, match=r"damaged. Run the batch again"):
        [StoredResult(path).of_units.units[name] for name in ("NC", "OM", "EX")]


@pytest.mark.parametrize("damage", ["cut", "empty", "zeroes", "foreign", "not a record"])
def test_a_plan_that_cannot_be_read_is_known_before_reports_are_made_of_it(
    stored: StoredResult, tmp_path: Path, damage: str
) -> None:
    # If this fails, every report of a batch that was stopped by a power cut fails, each time it is run again.
    path = tmp_path / "plan.sqlite"
    content = stored.path.read_bytes()
    seal = stored.seal()
    assert stored.is_whole(seal)
    assert not StoredResult(path).is_whole(seal)
    cut = {"cut": content[: len(content) // 2], "empty": b"", "zeroes": bytes(len(content)), "not a record": content}
    if damage in cut:
        path.write_bytes(cut[damage])
    if damage in ("not a record", "foreign"):
        with sqlite3.connect(path) as connection:
            last = "(SELECT MAX(rowid) FROM record)"
            statement = f"UPDATE record SET content = x'00' WHERE rowid = {last}"
            connection.execute("CREATE TABLE other (kind TEXT)" if damage == "foreign" else statement)
        connection.close()
    assert not StoredResult(path).is_whole(seal)


_FORKING = """
import os, sys
from pathlib import Path
from kamassess.stored import StoredResult
stored = StoredResult(Path(sys.argv[1]))
assert stored.of_units.units["NC"].id == "NC"
if os.fork() == 0:
    os._exit(0 if stored.of_units.units["OM"].id == "OM" and len(stored._connections) == 2 else 1)
sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def test_a_forked_child_reads_by_itself(stored: StoredResult) -> None:
    # If this fails, children of a batch share a connection of SQLite, which then answers with errors or with nonsense.
    assert subprocess.run([sys.executable, "-c", _FORKING, stored.path], check=False).returncode == 0


def test_a_connection_is_closed_when_nobody_holds_the_store(stored: StoredResult) -> None:
    # If this fails, a process that reads many stores keeps the files of all of them open, and Python 3.13 warns of each.
    mine = StoredResult(stored.path)
    assert mine.count("unit") > 0
    connection = mine._connection
    del mine
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_only_the_engagement_that_was_stored_is_served(stored: StoredResult, tmp_path: Path) -> None:
    # If this fails, a notebook of a batch that opens another engagement or wave is given the batch's figures for it.
    sample = carried("sample_data")
    with served(stored, sample, "2026", None):
        assert opened_result(sample, "2026", of_one_unit=True)[1] is stored.of_units
        assert opened_result(sample, "2026")[1] is stored.whole
        assert opened_result(sample, "2025")[1] is not stored.whole
    assert opened_result(sample, "2026")[1] is not stored.whole


def test_no_two_lists_have_one_digest() -> None:
    # If this fails, a change moves from one part of a report's key to the next, and is not seen.
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("abc", ""), digest()}) == 5


def test_a_record_is_unpacked_as_far_as_it_may_be_large(
    stored: StoredResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # If this fails, half a megabyte on the disk takes all memory of a machine; or what was written cannot be read again.
    unit = stored.get("unit", "NC")
    size = len(encoded(unit))
    for limit in (size, size - 1):
        monkeypatch.setattr("kamassess.stored.RECORD_BYTES", limit)
        store = ResultStore(tmp_path / f"{limit}.sqlite")
        if limit < size:
            with pytest.raises(OutputError, match=r"too large to be stored: 'unit NC' has .* are read again"):
                store.put("unit", "NC", unit)
        store.add("unit", "NC", zlib.compress(encoded(unit)))
        store.add("brand", "", zlib.compress(bytes(50_000_000)))
        store.close()
        read = StoredResult(tmp_path / f"{limit}.sqlite")
        if limit < size:
            with pytest.raises(OutputError, match="damaged"):
                read.get("unit", "NC")
        else:
            assert read.get("unit", "NC") == unit
        with pytest.raises(OutputError, match="damaged"):
            read.get("brand", "")
