"""What the end-to-end tests share: the demo, and commands run as programs in a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from broken_disk import disk
from installed_wheel import installed
from shared_demo import demo

__all__ = ["demo", "disk", "installed", "program"]


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a program of this environment (``papermill``, ``jupyter``, ``python``, ``kamassess``), as one would by hand.

    It runs in ``tmp_path`` unless ``cwd`` says otherwise, and keeps its settings there too; ``before`` is put before it.
    """

    def run(
        name: str,
        *arguments: str | Path,
        cwd: Path = tmp_path,
        env: Mapping[str, str] | None = None,
        before: Sequence[str] = (),
    ) -> subprocess.CompletedProcess[str]:
        here = Path(sys.executable).parent
        own = {"PATH": f"{here}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path / ".ipython")}
        dropped = ("PYTHONPATH", "COLUMNS", "SOURCE_DATE_EPOCH", "PYTEST_CURRENT_TEST")
        inherited = {key: value for key, value in os.environ.items() if key not in dropped}
        return subprocess.run(
            [*before, str(here / name), *map(str, arguments)],
            cwd=cwd,
            env={**inherited, **own, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    return run
