"""The wheel of this checkout in a fresh environment, made once for all tests that use it, whichever worker asks first."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

__all__ = ["CHECKOUT", "LIBRARIES", "Installed", "installed"]

CHECKOUT = Path(__file__).parents[1]
LIBRARIES = Path(yaml.__file__).parents[1]
"""The libraries of this environment."""


@dataclass(frozen=True)
class Installed:
    """A wheel, and an environment that has it beside the libraries of this one."""

    wheel: Path
    python: Path
    elsewhere: Path

    def run(self, *arguments: str | Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Runs its Python in a folder that has nothing to do with the checkout."""
        own = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV", "SOURCE_DATE"))}
        command = [self.python, *map(str, arguments)]
        return subprocess.run(
            command, cwd=self.elsewhere, env={**own, **(env or {})}, capture_output=True, text=True, check=False, timeout=240
        )


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel of this checkout, unpacked into a fresh environment.

    The libraries are those of this environment: a ``.pth`` file names their folder. A folder that is named so is searched for
    modules, but the ``.pth`` files in it are not read, and one of those is all that an editable install of kamassess is.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "wheel"
    with (shared / "wheel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            _make(folder)
            (folder / "whole").touch()
    (wheel,) = folder.glob("kamassess-*.whl")
    return Installed(wheel, folder / "env" / "bin" / "python", tmp_path_factory.mktemp("elsewhere"))


def _make(folder: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)]
    made = subprocess.run(build, capture_output=True, text=True, check=False, timeout=240)
    assert made.returncode == 0, made.stdout + made.stderr
    (wheel,) = folder.glob("kamassess-*.whl")
    venv.create(folder / "env", with_pip=False)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    python = folder / "env" / "bin" / "python"
    place = Path(subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    (place / "libraries.pth").write_text(f"{LIBRARIES}\n", encoding="utf-8")
