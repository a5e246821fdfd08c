"""A disk that fails, or a process that is killed, at any of the things that a command does to its disk.

A few, drawn by chance from a seed, are tried here. All of them, some hundred, with ``KAMASSESS_EVERY_FAULT=1``: ten minutes.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from broken_disk import KILLED, Disk, Ran

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads /proc")]

EVERY = os.environ.get("KAMASSESS_EVERY_FAULT") == "1"
ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS)
WHAT_TO_DO = ("Make room", "make room", "See that", "mend its permissions", "Mend the permissions", "Free some space")
REPORT = ("--unit", "N", "--lang", "en")
COMMANDS: Mapping[str, tuple[int, Callable[[Path, Path], tuple[str | Path, ...]]]] = {
    "init": (2, lambda root, _: ("init", root / "new")),
    "score": (1, lambda root, folder: ("score", folder, "--json", root / "made" / "score.json")),
    "check": (1, lambda root, folder: ("check", folder, "--json", root / "made" / "check.json")),
    "html,json": (2, lambda root, folder: ("report", folder, *REPORT, "--format", "html,json", "--out", root / "out")),
    "pdf": (1, lambda root, folder: ("report", folder, *REPORT, "--format", "pdf", "--out", root / "out")),
    "xlsx,pptx": (1, lambda root, folder: ("report", folder, *REPORT, "--format", "xlsx,pptx", "--out", root / "out")),
    "forms": (1, lambda root, folder: ("questionnaire", folder, "--lang", "en", "--out", root / "forms")),
    "xlsform": (1, lambda root, folder: ("questionnaire", folder, "--format", "xlsform", "--out", root / "forms")),
    "weights": (1, lambda root, folder: ("weights", folder / "instrument.yaml", root / "judge.csv", "--out", root / "w.yaml")),
    "compare": (1, lambda root, folder: ("instrument", "compare", folder / "instrument.yaml", "kam", "--out", root / "c.yaml")),
    "batch": (
        2,
        lambda root, folder: (
            *("batch", folder, "--units", "N", "--lang", "en", "--format", "html,json", "--jobs", "1", "--out", root / "out"),
        ),
    ),
}
"""How many faults of each kind are tried of each command, and how it is called."""
_ABOUT = (*(f"manifest.sqlite{end}" for end in ("", "-journal", "-wal", "-shm")), "plan.sqlite", "index.html", "summary.json")
"""What a batch keeps about its reports: how long each took, among other things."""
JUDGE = ",A,B\nA,1,3\nB,,1\n"
"""A judge's comparisons of the dimensions."""


@pytest.fixture
def folder(disk: Disk, make_engagement: Callable[..., Path], tmp_path: Path) -> Path:
    """The engagement, always the same one, on the disk that fails."""
    place = disk.root / "engagement"
    if not place.exists():
        shutil.copytree(make_engagement(), place)
        disk.run("report", place, *REPORT, "--format", "html", "--out", tmp_path / "warm")
    (disk.root / "judge.csv").write_text(JUDGE, encoding="utf-8")
    _empty(disk)
    return place


def _empty(disk: Disk) -> None:
    for path in (*disk.root.iterdir(), *disk.temporary.iterdir()):
        if path.name not in ("engagement", "judge.csv", "tmp"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _made(disk: Disk) -> dict[str, bytes]:
    """What is on the disk beside the inputs."""
    found = (path for path in sorted(disk.root.rglob("*")) if path.is_file() and path.name not in _ABOUT)
    names = {path.relative_to(disk.root).as_posix(): path for path in found}
    return {name: path.read_bytes() for name, path in names.items() if not name.startswith(("engagement/", "tmp/", "judge.csv"))}


def _faults(name: str, count: int) -> list[tuple[int, int]]:
    """Which of *count* things fail, and how."""
    tried = COMMANDS[name][0]
    chance = random.Random(f"faults of {name}")
    places = range(1, count + 1)
    if EVERY:
        return [(at, how) for how in (0, *ERRORS) for at in places]
    chosen = [(at, 0) for at in sorted(chance.sample(places, min(count, tried)))]
    return chosen + [(at, chance.choice(ERRORS)) for at in sorted(chance.sample(places, min(count, tried)))]


@pytest.mark.parametrize("name", COMMANDS)
def test_whatever_the_disk_refuses_nothing_is_half_and_it_can_be_done_again(disk: Disk, folder: Path, name: str) -> None:
    # If this fails, a full disk, a failing one or a kill leaves a file that is cut, or a folder in which nothing goes any more.
    line = COMMANDS[name][1](disk.root, folder)
    sound = disk.run(*line)
    assert sound.code == 0, sound.err
    whole = _made(disk)
    assert whole
    for at, how in _faults(name, sound.count):
        _empty(disk)
        ran = disk.run(*line, at=at, how=how)
        about = f"{name}: {errno.errorcode.get(how, 'killed')} at {at} of {sound.count} ({ran.failed})\n{ran.err}"
        there = _made(disk)
        if how == 0:
            assert ran.code == KILLED or name == "batch", about
            there = {path: content for path, content in there.items() if not path.endswith(".part")}
        else:
            _is_told(ran, about)
            assert ran.code or there == whole, about
            assert ran.failed.startswith(("remove tmp/", "rmdir tmp/")) or not list(disk.temporary.iterdir()), about
        assert there.items() <= whole.items(), about
        if there == whole and name in ("init", "compare"):
            continue  # it is all there, and is not written over
        again = disk.run(*line)
        assert (again.code, _made(disk)) == (0, whole), f"{about}\nand then: {again.err}"


def _is_told(ran: Ran, about: str) -> None:
    assert ran.code in (0, 1, 2), about
    assert "Traceback" not in ran.err, about
    assert "a fault in kamassess" not in ran.err, about
    if ran.code:
        assert any(words in ran.lines[-1] for words in WHAT_TO_DO), about


@pytest.mark.parametrize("name", ["html,json"])
def test_what_was_there_stays_whole_or_becomes_the_new_one(disk: Disk, folder: Path, name: str) -> None:
    # If this fails, a full disk takes the report that was there, and gives none for it.
    line = COMMANDS[name][1](disk.root, folder)
    count, whole = disk.run(*line).count, _made(disk)
    for at, how in [(count, 0), (count - 2, errno.ENOSPC), (count, errno.EIO)]:
        for path in whole:
            (disk.root / path).write_bytes(b"the old one")
        ran = disk.run(*line, at=at, how=how)
        assert set(whole) <= set(_made(disk)), ran.err
        for path, content in _made(disk).items():
            assert path.endswith(".part") or content in (b"the old one", whole[path]), (path, ran)
