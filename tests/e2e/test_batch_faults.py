"""A batch whose folder is damaged, whose disk is full, whose inputs change, or beside which others work in the same folder."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from batch_cases import Make, many, reports, run, write_notebook
from broken_disk import Disk
from conftest import as_csv

from kamassess.batch import files
from kamassess.batch.unfinished import PART, is_left, written_by
from kamassess.errors import OutputError
from kamassess.stored import digest

pytestmark = pytest.mark.e2e

JSON = ("--lang", "en", "--format", "json", "--notebook", "unit_audit")


def _json(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.glob("*/*/*.json"))}


# -- a plan that is not what was written -----------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["cut", "another unit's record"])
def test_a_plan_that_is_damaged_is_made_again(
    make_engagement: Make, settings: dict[str, Any], tmp_path: Path, damage: str
) -> None:
    # If this fails, a power cut while a batch began makes every report of it fail, today and each time it is run again; or a
    # report has the figures of another unit.
    folder, out = many(make_engagement, settings, 3), tmp_path / "out"
    notebooks = write_notebook(tmp_path / "notebooks", "if unit == 'U001':\n    1 / 0")
    line = ("batch", folder, "--out", out, "--lang", "en", "--format", "html", "--notebook", "unit_audit")
    assert run(*line, notebooks=notebooks).returncode == 1
    path = out / "plan.sqlite"
    content = path.read_bytes()
    path.unlink()
    if damage == "another unit's record":  # sealed as if it were its own
        path.write_bytes(content)
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            query = "SELECT content FROM record WHERE kind = 'unit' AND name = 'U002'"
            (other,) = connection.execute(query).fetchone()
            changed = (other, digest("unit", "U001", other))
            connection.execute("UPDATE record SET content = ?, sha256 = ? WHERE kind = 'unit' AND name = 'U001'", changed)
    else:
        path.write_bytes(content[: len(content) // 2])
    again = run(*line, "--retry-failed")
    assert again.returncode == 0, again.stderr
    assert len(reports(out)) == 3
    page = (out / "2026" / "U001" / "unit_audit.en.html").read_text(encoding="utf-8")
    assert ("mark001q" in page, "mark002q" in page) == (True, False)
    assert not path.exists()


def test_folders_in_the_place_of_its_files_are_told(make_engagement: Make, settings: dict[str, Any], tmp_path: Path) -> None:
    # If this fails, a folder that somebody made there is a traceback, or is deleted.
    folder, out = many(make_engagement, settings, 1), tmp_path / "out"
    for name in ("manifest.sqlite", "plan.sqlite"):
        (out / name / "mine").mkdir(parents=True)
    ran = run("batch", folder, "--out", out, *JSON)
    assert (ran.returncode, ran.stderr.splitlines()) == (
        2,
        [
            f"'{name}' in the output folder is a folder. Move it away, or choose another folder with --out."
            for name in ("manifest.sqlite", "plan.sqlite")
        ],
    )
    assert (out / "plan.sqlite" / "mine").is_dir()


# -- a disk that is really full --------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _small_disk(place: Path, kib: int) -> Iterator[bool]:
    """A disk of so many KiB at *place*, where this process may make one; whether it may."""
    place.mkdir()
    line = ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "kamassess-test", str(place)]
    made = os.name == "posix" and subprocess.run(line, capture_output=True, check=False).returncode == 0
    try:
        yield made
    finally:
        if made:
            subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("kib", [96, 200])
def test_on_a_disk_that_is_full_a_batch_goes_on_when_there_is_room(
    make_engagement: Make, settings: dict[str, Any], tmp_path: Path, kib: int
) -> None:
    # If this fails, a full disk costs a batch what it had made, or leaves a report, a manifest or a plan that is cut.
    folder = many(make_engagement, settings, 4)
    assert run("batch", folder, "--out", tmp_path / "whole", *JSON).returncode == 0
    whole = _json(tmp_path / "whole")
    with _small_disk(tmp_path / "disk", kib) as made:
        out = tmp_path / "disk" / "out"
        ran = run("batch", folder, "--out", out, *JSON, largest=0 if made else kib << 9)
        assert "Traceback" not in ran.stderr, ran.stderr
        assert ran.returncode in (1, 2), (ran.stdout, ran.stderr)
        assert any(words in ran.stderr for words in ("Make room", "Free some space")), ran.stderr
        assert _json(out).items() <= whole.items()
        assert not list(out.rglob(f"*{PART}"))
        if made:
            subprocess.run(["mount", "-o", "remount,size=64m", str(tmp_path / "disk")], check=True)
        again = run("batch", folder, "--out", out, *JSON)
        assert again.returncode == 0, again.stderr
        assert _json(out) == whole
        assert {path.name for path in out.iterdir()} == {"2026", "index.html", "summary.json", "manifest.sqlite"}


# -- inputs that change ----------------------------------------------------------------------------------------------------


_ARRIVING = """
from pathlib import Path
from kamassess.batch import running
true = running.planned_jobs
def arriving(store, request):
    path = Path(request.engagement) / "responses" / "a.csv"
    path.write_bytes(path.read_bytes() + b"2026,N,R9,lead,A-1-Q1,0.5,\\n")
    return true(store, request)
running.planned_jobs = arriving
"""


def test_inputs_that_change_after_they_were_read_are_read_by_the_next_batch(
    make_engagement: Make, tmp_path: Path, disk: Disk
) -> None:
    # If this fails, answers that arrive while a batch is planned are in no report, and every later batch says "unchanged".
    folder, out = make_engagement(), tmp_path / "out"
    assert disk.run("batch", folder, "--out", out, *JSON, before=_ARRIVING).code == 0
    before = _json(out)
    assert disk.run("batch", folder, "--out", out, *JSON).code == 0
    assert disk.run("report", folder, "--unit", "N", "--lang", "en", "--format", "json", "--out", tmp_path / "one").code == 0
    page = "2026/N/unit_audit.en.json"
    assert before[page] != _json(out)[page] == _json(tmp_path / "one")[page]
    assert "unchanged" in disk.run("batch", folder, "--out", out, *JSON).out


_CLOCK = """
import datetime, itertools, time
true, moved = time.time, itertools.cycle([-1.6e9, 3e8, 5e9, 0.0])
def now():
    return true() + next(moved)
time.time, time.time_ns = now, lambda: int(now() * 1e9)
time.localtime = lambda seconds=None, real=time.localtime: real(now() if seconds is None else seconds)
time.gmtime = lambda seconds=None, real=time.gmtime: real(now() if seconds is None else seconds)
class Moved(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(now(), tz)
datetime.datetime = Moved
"""


def test_a_clock_that_jumps_changes_no_byte_and_nothing_is_made_again(make_engagement: Make, tmp_path: Path, disk: Disk) -> None:
    # If this fails, a report says another thing on a machine with a wrong clock, or a batch makes all of them again there.
    folder, out, whole = make_engagement(), tmp_path / "out", tmp_path / "whole"
    asked = ("--lang", "en", "--format", "html,pdf,xlsx,pptx,json", "--notebook", "unit_audit", "--units", "N")
    assert disk.run("batch", folder, "--out", whole, *asked).code == 0
    assert disk.run("batch", folder, "--out", out, *asked, before=_CLOCK).code == 0
    for path in folder.rglob("*"):
        os.utime(path, (1, 4e9))
    again = disk.run("batch", folder, "--out", out, *asked, before=_CLOCK)
    assert again.out.startswith("1 of 1 reports made (1 of them unchanged)."), again
    made = {path.name: path.read_bytes() for path in (out / "2026" / "N").iterdir()}
    assert made == {path.name: path.read_bytes() for path in (whole / "2026" / "N").iterdir()}


# -- several at once -------------------------------------------------------------------------------------------------------


_FORKS = """
import json, os, sys
from kamassess.batch.warming import load
from kamassess.cli import main
load(("xlsx",))
def be(number, line):
    for stream in (1, 2):
        os.dup2(os.open(f"{sys.argv[1]}.{number}.{stream}", os.O_WRONLY | os.O_CREAT, 0o600), stream)
    code = main(line)
    sys.stdout.flush()
    os._exit(code)
children = []
for number, line in enumerate(json.loads(sys.argv[2])):
    child = os.fork()
    if child == 0:
        be(number, line)
    children.append(child)
print(*(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
"""


def _at_once(streams: Path, *lines: Sequence[str | Path]) -> list[tuple[int, str]]:
    """Exit code and error lines of commands that are all begun at the same moment."""
    asked = json.dumps([list(map(str, line)) for line in lines])
    ran = subprocess.run([sys.executable, "-c", _FORKS, str(streams), asked], capture_output=True, text=True, check=True)
    said = [Path(f"{streams}.{number}.2").read_text(encoding="utf-8") for number in range(len(lines))]
    return list(zip(map(int, ran.stdout.split()), said, strict=True))


def test_several_at_once_in_one_folder_do_no_harm(make_engagement: Make, settings: dict[str, Any], tmp_path: Path) -> None:
    # If this fails, two people who work in one folder tear each other's reports, or take away what the other is writing.
    folder, out, whole = many(make_engagement, settings, 4), tmp_path / "out", tmp_path / "whole"
    assert run("batch", folder, "--out", whole, *JSON).returncode == 0
    batch = ("batch", folder, "--out", out, *JSON)
    one = ("report", folder, "--unit", "U001", "--lang", "en", "--format", "json,xlsx", "--out", out)
    forms = ("questionnaire", folder, "--lang", "en", "--out", out / "forms")
    ended = _at_once(tmp_path / "said", batch, batch, one, one, forms, forms)
    assert sorted(code for code, _ in ended[:2]) in ([0, 0], [0, 2]), ended
    assert all(code == 0 for code, _ in ended[2:]), ended
    for code, said in ended[:2]:
        assert code == 0 or "another batch is writing to 'out'. Wait for it, or choose another folder with --out." in said
    assert _json(out) == _json(whole)
    assert len(list((out / "forms").rglob("*.xlsx"))) == 2
    assert not list(out.rglob(f"*{PART}"))


def test_who_writes_the_same_file_again_and_again_never_stops_another(tmp_path: Path) -> None:
    # If this fails, a writer removes what another one is writing, which then fails.
    source = (
        "import sys; from pathlib import Path; from kamassess.batch.files import sweep, write_all\n"
        "out = Path(sys.argv[1]); place = out / '2026' / 'N' / 'page.html'\n"
        "for _ in range(50):\n"
        "    write_all({place: sys.argv[2].encode() * 50_000, place.with_suffix('.pdf'): sys.argv[2].encode()})\n"
        "    sweep(out)"
    )
    lines = [[sys.executable, "-c", source, str(tmp_path), letter] for letter in "abc"]
    began = [subprocess.Popen(line, stderr=subprocess.PIPE, text=True) for line in lines]
    assert [(process.communicate(timeout=100)[1], process.returncode) for process in began] == [("", 0)] * 3
    content = (tmp_path / "2026" / "N" / "page.html").read_text(encoding="utf-8")
    assert (len(content), len(set(content))) == (50_000, 1)
    assert not list(tmp_path.rglob(f"*{PART}"))


def test_what_a_writer_has_left_is_told_from_what_one_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, either what killed writers leave stays for ever, or what others write is taken away.
    machine, process = written_by().rsplit("-", 1)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    names = {
        f".a.html.{machine}-{process}.x1{PART}": False,
        f".a.html.{machine}-{gone.pid}.x1{PART}": True,
        f".a.html.{machine[:4]}0000-{process}.x1{PART}": True,
        f".a.html.ffffffff-1.x1{PART}": False,
        f".plan.sqlite{PART}": True,
    }
    for name, left in names.items():
        (tmp_path / name).touch()
        assert is_left(tmp_path / name) == left, name
    far = tmp_path / f".a.html.ffffffff-2.x1{PART}"
    far.touch()
    os.utime(far, (0, 0))
    assert is_left(far)
    monkeypatch.setattr(files, "is_left", lambda _: False)
    files.write_whole(tmp_path / "a.html", b"whole")
    assert all((tmp_path / name).exists() for name in names)


# -- memory ----------------------------------------------------------------------------------------------------------------


_ENDED = """
import os, signal
from kamassess.batch import running
def ended(task, tell):
    {}
running.write_plan = ended
"""


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "raise MemoryError"])
def test_a_plan_whose_process_is_ended_is_told_and_leaves_no_folder(
    make_engagement: Make, tmp_path: Path, disk: Disk, end: str
) -> None:
    # If this fails, a machine that has not enough memory for a whole company gives a traceback, or an empty folder.
    ran = disk.run("batch", make_engagement(), "--out", tmp_path / "out", *JSON, before=_ENDED.format(end))
    assert ran.code == 1
    (said,) = ran.lines
    assert said.startswith("the engagement could not be read and scored: ")
    assert said.endswith("memory. Make room for it, or batch fewer units at a time with --units.")
    assert not (tmp_path / "out").exists()


def test_no_memory_for_one_report_is_one_line(
    make_engagement: Make, kamassess_cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # If this fails, who makes one report on a small machine gets a traceback.
    def hungry(*_: Any) -> bytes:
        raise MemoryError

    monkeypatch.setattr("kamassess.export.files.write_file", hungry)
    ran = kamassess_cli("report", make_engagement(), "--unit", "N", "--lang", "en", "--format", "json")
    assert (ran.code, ran.out, ran.err) == (2, [], ["there is not enough memory. Close other programs, or do less at a time."])


# -- a new engagement, made twice ------------------------------------------------------------------------------------------


def test_two_who_make_the_same_engagement_have_a_whole_one(tmp_path: Path) -> None:
    # If this fails, two people who begin at once have a folder of halves.
    alone = tmp_path / "alone"
    assert run("init", alone).returncode == 0
    ended = _at_once(tmp_path / "said", *[("init", tmp_path / "new")] * 3)
    assert 0 in [code for code, _ in ended], ended
    assert all(code in (0, 2) and "Traceback" not in said for code, said in ended), ended
    made = {path.relative_to(tmp_path / "new"): path.read_bytes() for path in (tmp_path / "new").rglob("*") if path.is_file()}
    assert made == {path.relative_to(alone): path.read_bytes() for path in alone.rglob("*") if path.is_file()}


def test_only_what_this_command_itself_has_left_is_taken_for_a_beginning(
    tmp_path: Path, kamassess_cli: Callable[..., Any]
) -> None:
    # If this fails, init writes into a folder in which somebody has begun to work.
    folder = tmp_path / "new"
    assert run("init", folder).returncode == 0
    (folder / "questions.csv").unlink()
    (folder / "responses" / "answers.csv").write_text(as_csv([["2026", "N", "R1", "lead", "A-1-Q1", "1", ""]]), encoding="utf-8")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert kamassess_cli("init", folder).err == ["folder 'new' is there already and not empty. Choose a new folder."]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    shutil.rmtree(folder / "responses")
    (folder / f".questions.csv.0000-1.x{PART}").write_bytes(b"cut")
    assert kamassess_cli("init", folder).code == 0
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 3


def test_a_file_that_cannot_be_moved_into_its_place_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, a folder fills with parts that nobody knows.
    def refused(*_: Any) -> Path:
        raise OSError(5, os.strerror(5))

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(OutputError, match=r"Input/output error\. See that the disk, or the network it is reached by, is sound"):
        files.write_whole(tmp_path / "a.json", b"{}")
    assert list(tmp_path.iterdir()) == []
