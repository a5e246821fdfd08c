"""What may not be read or written: every command says which file or folder, and what to do, and leaves all as it was."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from broken_disk import Disk

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="root gives up what it may do")]

REPORT = ("--unit", "N", "--lang", "en", "--format", "json")
BATCH = ("--units", "N", "--lang", "en", "--format", "json", "--jobs", "1")
_TO_DO = ("or mend its permissions.", "Mend the permissions of", "see that the folder can be written to")
ACCOUNTS = "account,name,unit,key_account\na,A,N,yes\n"


@pytest.fixture
def folder(disk: Disk, make_engagement: Callable[..., Path]) -> Path:
    """An engagement on the disk, and a judge's comparisons beside it."""
    for path in disk.root.iterdir():
        if path != disk.temporary:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(make_engagement(files={"data/accounts.csv": ACCOUNTS}), disk.root / "mine")
    (disk.root / "judge.csv").write_text(",A,B\nA,1,3\nB,,1\n", encoding="utf-8")
    return disk.root / "mine"


@contextmanager
def _forbidden(path: Path, mode: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


def _writing(folder: Path, to: Path) -> dict[str, tuple[str | Path, ...]]:
    instrument, judge = folder / "instrument.yaml", folder.parent / "judge.csv"
    return {
        "new": ("init", to / "new"),
        "s.json": ("score", folder, "--json", to / "s.json"),
        "c.json": ("check", folder, "--json", to / "c.json"),
        "out": ("report", folder, *REPORT, "--out", to / "out"),
        "made": ("batch", folder, *BATCH, "--out", to / "made"),
        "demo": ("demo", "--out", to / "demo"),
        "questionnaire.lead.en.xlsx": ("questionnaire", folder, "--out", to / "forms"),
        "w.yaml": ("weights", instrument, judge, "--out", to / "w.yaml"),
        "t.csv": ("weights", instrument, "--template", "--out", to / "t.csv"),
        "m.yaml": ("instrument", "compare", instrument, "kam", "--out", to / "m.yaml"),
        "w.sqlite": ("workshop", folder, "--unit", "N", "--port", "0", "--store", to / "w.sqlite"),
    }


@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_where_nothing_may_be_written_every_command_says_so(disk: Disk, folder: Path, mode: int) -> None:
    # If this fails, somebody whose folder is another's gets a traceback, or works for an hour on what cannot be kept.
    to = disk.root / "to"
    to.mkdir()
    with _forbidden(to, mode):
        for named, line in _writing(folder, to).items():
            ran = disk.run(*line, obeys=True)
            assert ran.code in ((1, 2) if line[0] == "workshop" else (2,)), ran
            (said,) = ran.lines
            assert named in said, said
            assert any(words in said for words in _TO_DO), said
    assert list(to.iterdir()) == []


@pytest.mark.parametrize(
    ("what", "mode", "said"),
    [
        ("engagement.yaml", 0, "engagement.yaml: cannot be read: Permission denied."),
        ("instrument.yaml", 0, "instrument.yaml: cannot be read: Permission denied."),
        ("responses", 0, "responses: cannot be read (Permission denied)."),
        ("responses", 0o444, "responses/a.csv: cannot be read (Permission denied)."),
        ("responses/a.csv", 0, "responses/a.csv: cannot be read (Permission denied)."),
        ("data", 0, "data: cannot be read (Permission denied)."),
        ("data/accounts.csv", 0, "data/accounts.csv: cannot be read (Permission denied)."),
        (".", 0, "mine: cannot be read (Permission denied)."),
    ],
)
def test_what_may_not_be_read_is_named(disk: Disk, folder: Path, what: str, mode: int, said: str) -> None:
    # If this fails, who has a folder of which one part is another's gets a traceback, or a report without that part.
    out = disk.root / "out"
    lines = [
        ("check", folder),
        ("score", folder, "--json", out / "s.json"),
        ("report", folder, *REPORT, "--out", out),
        ("batch", folder, *BATCH, "--out", out),
        ("workshop", folder, "--unit", "N", "--port", "0", "--store", disk.root / "w.sqlite"),
    ]
    with _forbidden(folder / what, mode):
        for line in lines[:2] if what.startswith(("data", "instrument", ".")) else lines:
            ran = disk.run(*line, obeys=True)
            assert (ran.code, ran.lines[-1].startswith(said)) == (2, True), ran
    assert not out.exists()


def test_a_workshop_is_not_begun_in_a_folder_that_may_not_be_written_to(disk: Disk, folder: Path) -> None:
    # If this fails, a room votes and nothing is kept.
    line = ("workshop", folder, "--unit", "N", "--port", "0")
    before = {path.name for path in folder.iterdir()}
    with _forbidden(folder, 0o555):
        ran = disk.run(*line, obeys=True)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("cannot use 'workshop.sqlite': unable to open database file. Make room there and see that")
    assert {path.name for path in folder.iterdir()} == before
    (folder / "workshop.sqlite").touch()
    with _forbidden(folder / "workshop.sqlite", 0o444):
        ran = disk.run(*line, obeys=True)
    assert (ran.code, ran.out, len(ran.lines)) == (1, "", 1)
    assert "cannot use 'workshop.sqlite': attempt to write a readonly database. Make room there" in ran.err


def test_a_manifest_that_may_not_be_written_is_told(disk: Disk, folder: Path) -> None:
    # If this fails, a batch of somebody else's folder fails in words of SQLite, or makes again what is there.
    line = ("batch", folder, *BATCH, "--out", disk.root / "out")
    assert disk.run(*line).code == 0
    with _forbidden(disk.root / "out" / "manifest.sqlite", 0o444):
        ran = disk.run(*line, obeys=True)
    assert ran.code == 2
    (said,) = ran.lines
    assert said.startswith(
        "cannot use manifest.sqlite in 'out': Permission denied. Free some space or mend the folder's permissions"
    )


def test_one_folder_of_a_unit_that_may_not_be_written_to_does_not_stop_the_others(disk: Disk, folder: Path) -> None:
    # If this fails, the page of failures that cannot be written either takes the summary of all others with it.
    line = ("batch", folder, "--lang", "en", "--format", "json", "--notebook", "unit_audit", "--out", disk.root / "out")
    assert disk.run(*line).code == 0
    with _forbidden(disk.root / "out" / "2026" / "N", 0o555):
        ran = disk.run(*line, "--fresh", obeys=True)
    assert ran.code == 1, ran
    assert ran.out.startswith("1 of 2 reports made. ")
    assert "N (en): cannot write 'unit_audit.en.json': Permission denied. Choose another place, or mend" in ran.err
    assert "Permission denied" in (disk.root / "out" / "index.html").read_text(encoding="utf-8")
    assert disk.run(*line).out.startswith("2 of 2 reports made (1 of them unchanged).")


def test_no_folder_for_temporary_files_is_told(disk: Disk, folder: Path) -> None:
    # If this fails, a full /tmp is called a fault of this program.
    only = f"import tempfile; tempfile._candidate_tempdir_list = lambda: [{str(disk.temporary)!r}]; tempfile.tempdir = None"
    lines = [
        ("report", folder, "--unit", "N", "--lang", "en", "--format", "html", "--out", disk.root / "out"),
        ("weights", folder / "instrument.yaml", disk.root / "judge.csv", "--out", disk.root / "w.yaml"),
        ("workshop", folder, "--unit", "N", "--port", "0", "--demo"),
    ]
    with _forbidden(disk.temporary, 0o555):
        for line in lines:
            ran = disk.run(*line, obeys=True, before=only)
            assert ran.code in (1, 2), ran
            (said,) = ran.lines
            assert said.endswith("no folder for temporary files can be written to. Make room in one, or name another in TMPDIR.")


def test_what_is_said_may_be_lost_and_never_is_a_traceback(disk: Disk, folder: Path) -> None:
    # If this fails, a result that goes into a full disk ends in a traceback, or in an exit code that says all is well.
    full = f"import os; os.dup2(os.open({'/dev/full'!r}, os.O_WRONLY), 1)"
    lines = [("score", folder, "--json", "-"), ("check", folder), ("weights", folder / "instrument.yaml", "--template")]
    for line in (*lines, ("instrument", "check", folder / "instrument.yaml")):
        ran = disk.run(*line, before=full)
        assert ran.code == 2, ran
        assert ran.lines == ["there is no room left: No space left on device. Make room, also where temporary files go (TMPDIR)."]
    closed = "import os, sys; os.close(1); sys.stdout = None"
    ran = disk.run("instrument", "check", "kam", before=closed)
    assert (ran.code, ran.err) == (0, "")


def test_permissions_hold_here(disk: Disk, folder: Path) -> None:
    # If this fails, the tests above try nothing: root reads and writes whatever it likes.
    with _forbidden(folder, 0o000):
        ran = disk.run("check", folder, obeys=False)
        assert (ran.code == 0) == (os.geteuid() == 0)
