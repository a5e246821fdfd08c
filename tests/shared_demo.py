"""The whole demo, made once for all tests that look at it, whichever worker of pytest-xdist asks first."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

UNITS = ("CA", "EC", "EX", "NC", "OM", "SC")
LANGUAGES = ("en", "zh")
AUDITS = tuple(f"{unit}.{language}" for unit in UNITS for language in LANGUAGES)
"""The unit audits."""
COMPARED = tuple(
    f"_group/{notebook}.{language}" for notebook in ("group_overview", "progress", "retention_options") for language in LANGUAGES
)
"""What is about all units."""
REPORTS = (
    *COMPARED,
    *(
        f"{unit}{notebook}.{language}"
        for unit in UNITS
        for notebook in ("", "/progress", "/account_value", *(("/workshop_minutes",) if unit == "NC" else ()))
        for language in LANGUAGES
    ),
)
"""Everything, in the order of ``summary.json``."""


@dataclass(frozen=True)
class Demo:
    """What ``kamassess demo`` made in ``folder``, printed (``out``, ``err``) and returned (``code``)."""

    folder: Path
    code: int
    out: str
    err: str

    def report(self, name: str, file_format: str = "html") -> Path:
        """The file of a report: ``NC.zh`` for a unit audit, ``NC/progress.zh`` for another."""
        place, language = name.split(".")
        unit, _, notebook = place.partition("/")
        return self.folder / "2026" / unit / f"{notebook or 'unit_audit'}.{language}.{file_format}"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo; its exit code is looked at by one test, so that the others say what they have to say."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, said = shared / "demo", shared / "demo.json"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            command = [sys.executable, "-m", "kamassess", "demo", "--out", str(folder), "--jobs", "2"]
            made = subprocess.run(command, cwd=shared, capture_output=True, text=True, check=False)
            said.write_text(json.dumps([made.returncode, made.stdout, made.stderr]), encoding="utf-8")
    code, out, err = json.loads(said.read_text(encoding="utf-8"))
    return Demo(folder, code, out, err)
