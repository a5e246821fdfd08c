"""A small engagement with the reports of a batch beside it, to be changed by tests of ``kamassess verify``."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import batch_cases
import pytest
from conftest import as_csv

from kamassess.resources import carried

EVIDENCE = "unit,criterion,kind,title,date\nN,A-1,document,Charter of the north,2026-01-31\nS,A-1,document,Charter,2026-01-31\n"
FORMATS = "html,pdf,xlsx,pptx,json"
_BEFORE = {"0.5": "0.25", "1": "0.5", "0.25": "0", "DK": "DK"}


@dataclass(frozen=True)
class Checked:
    """What ``kamassess verify`` returned and found: verdict and words by file."""

    code: int
    files: dict[str, tuple[str, str]]
    err: str

    def the(self, name: str) -> tuple[str, str]:
        """Of the only file whose name ends so."""
        ((_, found),) = [(file, found) for file, found in self.files.items() if file.endswith(name)]
        return found

    @property
    def wrong(self) -> dict[str, str]:
        """The verdicts that are not ``same``."""
        return {file: verdict for file, (verdict, _) in self.files.items() if verdict != "same"}


@dataclass(frozen=True)
class House:
    """An engagement folder, with ``reports`` in it."""

    folder: Path

    def report(self, name: str) -> Path:
        """A report by its unit, notebook and format: ``N/unit_audit.pdf``."""
        place, _, ending = name.rpartition(".")
        return self.folder / "reports" / "2026" / f"{place}.en.{ending}"

    def edit(self, name: str, old: str, new: str, *, count: int = 1) -> None:
        """Change the text of an input or a report."""
        path = self.folder / name
        content = path.read_bytes()
        assert old.encode() in content, f"no {old!r} in {name}"
        path.write_bytes(content.replace(old.encode(), new.encode(), count))

    def verify(self, *places: str | Path, cwd: Path | None = None) -> Checked:
        """Verify some files (all reports, if none is named), and read what was found."""
        arguments = [str(self.folder) if place == "" else str(place) for place in places] or [str(self.folder / "reports")]
        ran = batch_cases.run("verify", *arguments, "--json", "-", "--jobs", "1")
        assert "Traceback" not in ran.stderr, ran.stderr
        if ran.returncode == 2:
            return Checked(2, {}, ran.stderr)
        told = json.loads(ran.stdout)
        assert told["same"] == (ran.returncode == 0)
        return Checked(ran.returncode, {entry["file"]: (entry["verdict"], entry["words"]) for entry in told["files"]}, ran.stderr)


@pytest.fixture
def house(
    make_engagement: Callable[..., Path],
    settings: dict[str, Any],
    answers: list[list[str]],
    tmp_path_factory: pytest.TempPathFactory,
    tmp_path: Path,
) -> House:
    """An engagement of two units and two waves, with evidence, a brand, and the reports of a batch in all formats.

    A copy: the reports are made once for all tests, whichever worker of pytest-xdist asks first.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made, ready = shared / "verify_house", shared / "verify_house.ready"
    with (shared / "verify_house.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            shutil.copytree(_engagement(make_engagement, settings, answers), made)
            ran = batch_cases.run("batch", made, "--lang", "en", "--format", FORMATS, "--jobs", "1", env=_environment())
            assert ran.returncode == 0, ran.stderr
            ready.touch()
    shutil.copytree(made, tmp_path / "house")
    return House(tmp_path / "house")


def _engagement(make_engagement: Callable[..., Path], settings: dict[str, Any], answers: list[list[str]]) -> Path:
    own = (carried("templates") / "brand.yaml").read_text(encoding="utf-8")
    brand = own.replace('name: "kamassess"', 'name: "Client"', 1)
    assert brand != own
    before = [["2025", *row[1:5], _BEFORE[row[5]], *row[6:]] for row in answers]
    files = {"responses/before.csv": as_csv(before), "evidence.csv": EVIDENCE, "brands/client.yaml": brand}
    return make_engagement("made_for_verify", settings={**settings, "date": "2026-03-31"}, files=files)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}


run = partial(batch_cases.run)


def sha256(path: Path) -> str:
    """The digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
