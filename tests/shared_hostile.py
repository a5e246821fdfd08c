"""Reports of the hostile engagement, made once for all tests that look at them, by a user with a name and a home of their own."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hostile import UNIT, engagement

from kamassess.resources import carried

__all__ = ["HOME", "SECRET", "TWINS", "USER", "Made", "hostile"]

USER, HOME, SECRET = "quillfeather", "home-of-quillfeather", "Hushword-77310"
"""The name of the user, of their home, and a secret of their environment: none of them belongs in what is sent to anybody."""
_ALL = "html,pdf,xlsx,pptx,json"
TWINS = "unit_audit,workshop_minutes"
"""Reports that there are of the twin."""


@dataclass(frozen=True)
class Made:
    """Folders below ``base``: the ``engagement``, its ``reports``, ``forms`` and a notebook, and the pages of its ``twin``.

    ``said`` is what each command returned and printed, in its order.
    """

    base: Path
    said: dict[str, tuple[int, str, str]]

    @property
    def reports(self) -> Path:
        return self.base / "reports"

    def report(self, name: str, ending: str, twin: bool = False) -> Path:
        """The file of a report in English: ``unit_audit``, or ``_group/group_overview``."""
        folder, _, notebook = name.rpartition("/")
        return self.base / ("twin-reports" if twin else "reports") / "2026" / (folder or UNIT) / f"{notebook}.en.{ending}"

    def files(self) -> list[Path]:
        """Everything that was written for somebody to read, but the engagement itself."""
        places = (self.reports, self.base / "forms", self.base / "minutes.ipynb")
        return [path for place in places for path in ((place,) if place.is_file() else place.rglob("*")) if path.is_file()]


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The reports."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, told = shared / HOME, shared / "hostile.json"
    with (shared / "hostile.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            home.mkdir()
            (home / "tmp").mkdir()
            shutil.copy(carried("notebooks") / "workshop_minutes.ipynb", home / "source.ipynb")
            engagement(home / "engagement")
            engagement(home / "twin", hostile=False)
            batch = ("--lang", "en", "--jobs", "1")
            said = {
                "check": _run(home, "check", "engagement"),
                "score": _run(home, "score", "engagement"),
                "batch": _run(
                    home, "batch", "engagement", "--units", f"{UNIT},_group", "--format", _ALL, "--out", "reports", *batch
                ),
                "twin": _run(
                    home,
                    "batch",
                    "twin",
                    "--units",
                    UNIT,
                    "--notebook",
                    TWINS,
                    "--format",
                    "html",
                    "--out",
                    "twin-reports",
                    *batch,
                ),
                "forms": _run(home, "questionnaire", "engagement", "--lang", "en", "--role", "kam", "--out", "forms"),
                "notebook": _run(home, *_NOTEBOOK, program="papermill"),
                "xlsform": _run(home, "questionnaire", "engagement", "--format", "xlsform", "--role", "kam", "--out", "forms"),
            }
            told.write_text(json.dumps(said), encoding="utf-8")
    return Made(home, {name: tuple(entry) for name, entry in json.loads(told.read_text(encoding="utf-8")).items()})


_NOTEBOOK = (
    *("source.ipynb", "minutes.ipynb", "--engine", "kamassess", "--no-progress-bar"),
    *("-p", "engagement", "engagement", "-p", "unit", UNIT, "-p", "language", "en"),
)


def _run(home: Path, *arguments: str, program: str = "kamassess") -> tuple[int, str, str]:
    own = {"HOME": str(home), "USER": USER, "LOGNAME": USER, "USERNAME": USER, "TMPDIR": str(home / "tmp"), "KAM_TOKEN": SECRET}
    made = subprocess.run(
        [sys.executable, "-m", program, *arguments], cwd=home, env={**os.environ, **own}, capture_output=True, check=False
    )
    return made.returncode, made.stdout.decode(), made.stderr.decode()
