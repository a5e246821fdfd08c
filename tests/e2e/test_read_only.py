"""File systems that are mounted read-only: inputs need not be writable, and what cannot be written is told before it is made."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from bare_root import missing
from broken_disk import Disk, Ran
from scoring_cases import instrument, write_engagement

pytestmark = pytest.mark.e2e

REPORT = ("--unit", "N", "--lang", "en", "--format", "json")
BATCH = ("--units", "N", "--lang", "en", "--format", "json", "--notebook", "unit_audit", "--jobs", "1")
_MOUNTED = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def must(code):
    assert code == 0, os.strerror(ctypes.get_errno())
must(libc.unshare(0x20000))  # CLONE_NEWNS: what is mounted from here on, this command alone sees
must(libc.mount(b"none", b"/", None, 0x4000 | 0x40000, None))  # MS_REC, MS_PRIVATE
for place in {places}:
    must(libc.mount(place, place, None, 0x1000, None))  # MS_BIND
    must(libc.mount(b"none", place, None, 0x1000 | 0x20 | 1, None))  # MS_BIND, MS_REMOUNT, MS_RDONLY
    assert os.statvfs(place).f_flag & os.ST_RDONLY
"""
_TIMED = ("manifest.sqlite", "summary.json", "index.html")
"""What says how long a batch took."""


@pytest.fixture(scope="module")
def folder(disk: Disk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An engagement on the disk, with its reports made once."""
    if why := missing():
        pytest.skip(why)
    for path in disk.root.iterdir():
        if path != disk.temporary:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    rows = [("N", f"n{number}", "all", {"q1": number, "q2": 3}) for number in range(1, 5)]
    mine = write_engagement(disk.root / "mine", instrument({"A": {"A-1": ["q1", "q2"]}}), rows)
    assert disk.run("report", mine, *REPORT, "--out", disk.root / "to" / "report").code == 0
    assert disk.run("batch", mine, *BATCH, "--out", disk.root / "to" / "batch").code == 0
    return mine


def _run(disk: Disk, places: tuple[Path, ...], *line: str | Path) -> Ran:
    return disk.run(*line, before=_MOUNTED.format(places=[bytes(place) for place in places]))


def _files(place: Path) -> Mapping[str, str]:
    found = (path for path in sorted(place.rglob("*")) if path.is_file())
    return {path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def test_an_engagement_need_not_be_writable(disk: Disk, folder: Path) -> None:
    # If this fails, an archive, or a share that may only be read, cannot be reported on; or its reports are others.
    before, made, out = _files(folder), disk.root / "to", disk.root / "out"
    for line in (
        ("score", folder, "--json", out / "score.json"),
        ("report", folder, *REPORT, "--out", out / "report"),
        ("batch", folder, *BATCH, "--out", out / "batch"),
        ("verify", made / "batch", "--engagement", folder),
    ):
        ran = _run(disk, (folder, made), *line)
        assert ran.code == 0, ran
    assert _files(folder) == before
    for name in ("report", "batch"):
        again, first = _files(out / name), _files(made / name)
        assert [path for path in again if path not in _TIMED] == [path for path in first if path not in _TIMED] != []
        assert {path: again[path] for path in again if path not in _TIMED}.items() <= first.items()
    for name in ("report", "batch"):  # beside the engagement, where they go if nothing else is said
        ran = _run(disk, (folder,), name, folder, *(REPORT if name == "report" else BATCH))
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.endswith("(Read-only file system). Choose another folder with --out, or mend its permissions.\n"), ran


def test_what_cannot_be_written_is_told_and_all_stays_as_it_was(disk: Disk, folder: Path) -> None:
    # If this fails, somebody works for an hour on what cannot be kept, or what was there is lost or half written.
    to = disk.root / "to"
    before = _files(disk.root)
    for line in (
        ("report", folder, *REPORT, "--out", to / "report"),
        ("batch", folder, *BATCH, "--out", to / "batch"),
        ("batch", folder, *BATCH, "--fresh", "--out", to / "batch"),
        ("demo", "--out", to / "demo"),
        ("score", folder, "--json", to / "score.json"),
        ("workshop", folder, "--unit", "N", "--port", "0", "--store", to / "w.sqlite"),
    ):
        ran = _run(disk, (to, folder), *line)
        assert (ran.code, ran.out, len(ran.lines)) == (1 if line[0] == "workshop" else 2, "", 1), ran
        assert "Read-only file system" in ran.err or "see that the folder can be written to" in ran.err, ran
    assert _files(disk.root) == before
