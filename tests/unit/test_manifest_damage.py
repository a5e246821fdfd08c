"""A manifest that is not what was written: it is set aside whole, or what it says is used; nothing is thrown away."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from kamassess.batch.jobs import Failure, Job, Outcome
from kamassess.batch.manifest import NAME, Manifest
from kamassess.batch.opening import opened as _connected
from kamassess.batch.places import place_of
from kamassess.batch.planning import PlannedJob
from kamassess.errors import OutputError

_FLIPS = 32
_HEAD = 100


def _job(out: Path, unit: str) -> Job:
    return Job("engagement", unit, "en", "2026", str(out), ("html", "pdf"), "unit_audit", folder=unit)


def _write(out: Path) -> None:
    """A manifest of forty reports: some made, some failed, some waiting."""
    out.mkdir()
    manifest = Manifest(place_of(str(out)))
    jobs = [_job(out, f"U{number:03}") for number in range(40)]
    manifest.adopt(PlannedJob(job, f"Unit {job.unit} 单位", f"key of {job.unit}") for job in jobs)
    manifest.note(inputs="digest", company="Acme", wave="2026", silent=[], named=["logo.svg"])
    for number, job in enumerate(jobs[:30]):
        failure = (
            Failure(("it did not go. Do it again.",), "data", "cell 3", "ValueError", "long " * 50) if number % 5 == 0 else None
        )
        manifest.record(Outcome(job, 1.5, {} if failure else {job.file("html"): "0" * 64}, failure))
    manifest.close()


def _use(manifest: Manifest) -> int:
    """Ask a manifest all that a batch asks, and return how many reports it knows."""
    manifest.look(retry_failed=True)
    assert set(manifest.counts()) == {"waiting", "done", "failed"}
    for name in ("inputs", "company", "wave", "silent", "named"):
        manifest.fact(name)
    list(manifest.earlier())
    list(manifest.waiting("engagement", 0))
    return len(list(manifest.entries()))


def _opened(out: Path) -> tuple[Manifest, int]:
    manifest = Manifest(place_of(str(out)))
    try:
        return manifest, _use(manifest)
    finally:
        manifest.close()


@pytest.fixture
def written(tmp_path: Path) -> Path:
    out = tmp_path / "out"
    _write(out)
    return out


def test_a_sound_one_is_used(written: Path) -> None:
    # If this fails, every batch makes all reports anew.
    manifest, known = _opened(written)
    assert (manifest.set_aside, known) == ("", 40)


def test_whatever_bytes_are_damaged_it_is_used_or_set_aside(written: Path) -> None:
    # If this fails, a failing disk is a traceback each time the batch is run, or a manifest is thrown away.
    path, chance = written / NAME, random.Random(8)
    sound = path.read_bytes()
    set_aside = 0
    for number in range(_FLIPS):
        damaged = bytearray(sound)
        for _ in range(chance.choice((1, 1, 8, 200))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        content = bytes(damaged[: chance.randrange(len(damaged))] if number % 10 == 0 else damaged)
        path.write_bytes(content)
        manifest, known = _opened(written)
        if manifest.set_aside:
            set_aside += 1
            kept = (written / manifest.set_aside).read_bytes()
            assert kept[_HEAD : len(content)] == content[_HEAD:], "all but SQLite's count of changes"
            assert known == 0
            (written / manifest.set_aside).unlink()
    assert _FLIPS // 4 < set_aside < _FLIPS, "damage is found, and not in everything"


@pytest.mark.parametrize("version", [0, 2, 3, 99])
def test_the_database_of_another_program_is_set_aside(tmp_path: Path, version: int) -> None:
    # If this fails, somebody's data are written over, or each batch ends with an error of SQLite.
    path = tmp_path / NAME
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={version}")
        connection.execute("CREATE TABLE report (place TEXT, amount REAL)")
        connection.execute("INSERT INTO report VALUES ('here', 1.5)")
    connection.close()
    content = path.read_bytes()
    manifest, known = _opened(tmp_path)
    assert (manifest.set_aside, known) == ("manifest.unreadable-1.sqlite", 0)
    assert (tmp_path / manifest.set_aside).read_bytes() == content
    assert _opened(tmp_path)[0].set_aside == "", "the new one is sound"


def test_what_was_not_yet_in_the_file_itself_is_kept_with_it(written: Path, tmp_path: Path) -> None:
    # If this fails, a manifest that is set aside lacks what its batch noted last, and nobody can look it up.
    copy = tmp_path / "copy"
    copy.mkdir()
    manifest = Manifest(place_of(str(written)))
    manifest.note(company="Noted last")
    for end in ("", "-wal"):
        shutil.copy(written / f"{NAME}{end}", copy)
    manifest.close()
    log = (copy / f"{NAME}-wal").read_bytes()
    (copy / NAME).write_bytes(b"no database at all" * 300)
    assert _opened(copy)[0].set_aside
    assert (copy / "manifest.unreadable-1.sqlite-wal").read_bytes() == log


@pytest.mark.parametrize("left", [{"-wal": b"x" * 5000}, {"-shm": b"x" * 32768}, {"-wal": b"", "-shm": b""}])
def test_what_lies_beside_a_sound_one_is_no_obstacle(written: Path, left: dict[str, bytes]) -> None:
    # If this fails, what a killed batch has left beside its manifest stops the next one.
    for end, content in left.items():
        (written / f"{NAME}{end}").write_bytes(content)
    manifest, known = _opened(written)
    assert (manifest.set_aside, known) == ("", 40)


def test_a_log_that_is_lost_costs_what_was_in_it_and_no_more(written: Path, tmp_path: Path) -> None:
    # If this fails, a folder that was copied without the log of its manifest cannot be used.
    copy = tmp_path / "copy"
    copy.mkdir()
    manifest = Manifest(place_of(str(written)))
    manifest.note(company="Noted last")
    shutil.copy(written / NAME, copy)
    manifest.close()
    found, known = _opened(copy)
    assert (found.set_aside, known) == ("", 40)


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    # If this fails, the operator is told to make room where there is enough.
    (tmp_path / NAME).mkdir()
    with pytest.raises(OutputError, match=r"cannot use manifest\.sqlite in"):
        Manifest(place_of(str(tmp_path)))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE report SET folder = '../../elsewhere' WHERE unit = 'U039'",
        "UPDATE report SET notebook = 'other' WHERE unit = 'U039'",
        "UPDATE report SET formats = '[\"docx\"]' WHERE unit = 'U039'",
        "UPDATE report SET files = '{\"a\": 5}' WHERE unit = 'U039'",
        "UPDATE report SET kind = 'other' WHERE unit = 'U039'",
        "UPDATE report SET attempts = 'often' WHERE unit = 'U039'",
        "UPDATE fact SET value = '[5]' WHERE name = 'named'",
        "INSERT INTO fact (name, value) VALUES ('other', '5')",
    ],
)
def test_a_line_that_nothing_of_ours_writes_is_found_though_it_is_sealed(written: Path, change: str) -> None:
    # If this fails, whoever sends an output folder writes elsewhere on the disk of who goes on with it, or gives him a traceback.
    connection = _connected(written / NAME)
    connection.execute(change)
    connection.close()
    assert _opened(written)[0].set_aside
