"""Reports of the hostile engagement, made once for all tests that look at them, by a user with a name and a home of their own."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hostile import LANGUAGES, UNIT, engagement
from papermill import execute_notebook

from kamassess.batch.warming import load
from kamassess.cli import main
from kamassess.resources import carried

__all__ = ["HOME", "OUT", "SECRET", "TWINS", "USER", "Made", "hostile"]

USER, HOME, SECRET = "quillfeather", "home-of-quillfeather", "Hushword-77310"
"""The name of the user, of their home, and a secret of their environment: none of them belongs in what is sent to anybody."""
OUT = "reports \x1b[2J\u202e\u3164\nNo problems found: 1 unit"
"""Where most reports are written."""
_ALL = "html,pdf,xlsx,pptx,json"
WHOLE = os.environ.get("KAMASSESS_HOSTILE", "en")
"""The language of all reports; two are in Chinese whatever it is."""
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
        return self.base / OUT

    def report(self, name: str, ending: str, twin: bool = False) -> Path:
        """The file of a report: ``unit_audit``, ``_group/group_overview``, or ``unit_audit.zh``."""
        folder, _, notebook = name.rpartition("/")
        notebook, _, language = notebook.partition(".")
        place = self.base / ("twin-reports" if twin else "reports-zh" if language == "zh" else OUT)
        return place / "2026" / (folder or UNIT) / f"{notebook}.{language or WHOLE}.{ending}"

    def notebooks(self) -> list[Path]:
        """The minutes as executed notebooks, in both languages."""
        return [self.base / f"minutes.{language}.ipynb" for language in LANGUAGES]

    def files(self) -> list[Path]:
        """Everything that was written for somebody to read, but the engagement itself."""
        places = (self.reports, self.base / "reports-zh", self.base / "forms", *self.notebooks())
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
            own = {
                "HOME": str(home),
                "USER": USER,
                "LOGNAME": USER,
                "USERNAME": USER,
                "TMPDIR": str(home / "tmp"),
                "KAM_TOKEN": SECRET,
            }
            command = [sys.executable, __file__, json.dumps(_COMMANDS)]
            ran = subprocess.run(command, cwd=home, env={**os.environ, **own}, capture_output=True, check=False)
            assert ran.returncode == 0, ran.stderr.decode()
            told.write_bytes(ran.stdout)
    return Made(home, {name: tuple(entry) for name, entry in json.loads(told.read_text(encoding="utf-8")).items()})


_BATCH = ("--jobs", "1", "--out")
_OF_UNIT = ("--units", UNIT, "--notebook", TWINS)
_COMMANDS = {
    "check": ("check", "engagement"),
    "score": ("score", "engagement"),
    "batch": ("batch", "engagement", "--units", f"{UNIT},_group", "--lang", WHOLE, "--format", _ALL, *_BATCH, OUT),
    "chinese": ("batch", "engagement", *_OF_UNIT, "--lang", "zh", "--format", "html,pdf,xlsx,pptx", *_BATCH, "reports-zh"),
    "twin": ("batch", "twin", *_OF_UNIT, "--lang", WHOLE, "--format", "html", *_BATCH, "twin-reports"),
    "forms": ("questionnaire", "engagement", "--lang", "zh", "--role", "kam", "--out", "forms"),
    **{f"notebook {language}": ("papermill", language) for language in LANGUAGES},
    "xlsform": ("questionnaire", "engagement", "--format", "xlsform", "--role", "kam", "--out", "forms"),
}
"""What is run, each by its name."""


def _ran(arguments: Sequence[str]) -> tuple[int, str, str]:
    """Run a command in a process of its own that has loaded everything: what is looked at is what it writes."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            code = 70
            try:
                code = _notebook(arguments[1]) if arguments[0] == "papermill" else main(arguments)
            except BaseException:  # noqa: BLE001 - a child must not go on with its parent's tests
                traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return code, out.read().decode(), err.read().decode()


def _notebook(language: str) -> int:
    """The minutes, as papermill leaves them."""
    parameters = {"engagement": "engagement", "unit": UNIT, "language": language}
    execute_notebook("source.ipynb", f"minutes.{language}.ipynb", parameters, engine_name="kamassess", progress_bar=False)
    return 0


if __name__ == "__main__":
    load(_ALL.split(","))
    json.dump({name: _ran(arguments) for name, arguments in json.loads(sys.argv[1]).items()}, sys.stdout)
