"""Same inputs, same bytes: wherever, whenever and however a report is made."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from shared_demo import Demo

from kamassess.resources import carried

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def _files(folder: Path) -> dict[str, bytes]:
    """The reports; what is told of the run itself (``index.html``, ``summary.json``, the manifest) says how long it took."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.glob("*/*/*"))}


@pytest.fixture
def two_batches(program: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> tuple[Path, Path]:
    """Two batches of the same units that have as little in common as one machine allows."""
    moved = tmp_path / "elsewhere" / "a copy of it"
    shutil.copytree(carried("sample_data"), moved)
    for path in sorted(moved.rglob("*"), reverse=True):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    one, two = tmp_path / "one", tmp_path / "two" / "deeper"
    chosen = ("--units", "NC,EX", "--lang", "en,zh")
    first = program(
        "kamassess", "batch", carried("sample_data"), *chosen, "--jobs", 1, "--out", one, env={"PYTHONHASHSEED": "1", "TZ": "UTC"}
    )
    other = {"PYTHONHASHSEED": "4711", "TZ": "Asia/Shanghai", "LC_ALL": "C", "OMP_NUM_THREADS": "3"}
    second = program("kamassess", "batch", ".", *chosen, "--jobs", 2, "--out", two, cwd=moved, env=other)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    return one, two


def test_two_runs_give_the_same_bytes(two_batches: tuple[Path, Path], demo: Demo) -> None:
    # If this fails, a clock, a hash seed, a path, the order of workers or of files has got into an output, and the SHA-256 that a
    # client was given cannot be reproduced. The demo is a third run, of more units.
    one, two = map(_files, two_batches)
    assert len(one) == 28
    assert {name for name in one | two if one.get(name) != two.get(name)} == set()
    reports = {name: content for name, content in one.items() if name.startswith("2026/")}
    assert {name for name, content in reports.items() if (demo.folder / name).read_bytes() != content} == set()
