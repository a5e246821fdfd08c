"""Batches for tests: engagements of many small units, notebooks that misbehave for some of them, and the command that runs them.

``run`` forks each command from one process that has loaded everything: twenty batches need not start Python twenty times.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from conftest import text
from nbformat.v4 import new_code_cell, new_notebook

Make = Callable[..., Path]


def units(count: int) -> list[dict[str, Any]]:
    """The ids and names of many units; each name has a mark that no other text has."""
    return [{"id": f"U{number:03}", "name": text(f"Unit mark{number:03}q")} for number in range(count)]


def rows_of(unit: str, shift: int = 0) -> list[list[str]]:
    """Answers of four people in a unit of the small instrument, and a comment with the unit's mark."""
    values = ("0", "0.25", "0.5", "1")
    people = (("R1", "lead"), ("R2", "lead"), ("R3", "staff"), ("R4", "staff"))
    return [
        ["2026", unit, name, role, question, values[(shift + place) % 4], f"remark of {unit}zz" if place == 0 else ""]
        for place, (name, role) in enumerate(people)
        for question in ("A-1-Q1", "A-2-Q1", "B-1-Q1")
        if role == "lead" or question != "A-2-Q1"
    ]


def many(make_engagement: Make, settings: Mapping[str, Any], count: int, **files: str) -> Path:
    """An engagement of many units, each with a file of answers."""
    own = {**settings, "units": units(count)}
    answers = {f"responses/{unit['id']}.csv": _csv(rows_of(unit["id"], n)) for n, unit in enumerate(own["units"])}
    return make_engagement(settings=own, answers=None, files={**answers, **files})


def _csv(rows: Sequence[Sequence[str]]) -> str:
    header = "wave,unit,respondent,role,question,answer,comment\n"
    return header + "".join(",".join(row) + "\n" for row in rows)


def command(*arguments: str | Path) -> list[str]:
    """The command line of ``kamassess``, for tests that look at it while it runs."""
    return [sys.executable, "-m", "kamassess", *map(str, arguments)]


_SERVER = """
import json, os, resource, sys
from pathlib import Path
from kamassess.batch import making
from kamassess.batch.warming import load
from kamassess.cli import main
load()
carried = making.carried
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child == 0:
        for number in (1, 2):
            os.dup2(os.open(asked["streams"][number - 1], os.O_WRONLY | os.O_CREAT), number)
        os.environ.clear()
        os.environ.update(asked["env"])
        if asked["largest"]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (asked["largest"], resource.RLIM_INFINITY))
        if asked["notebooks"]:
            making.carried = lambda name: Path(asked["notebooks"]) if name == "notebooks" else carried(name)
        try:
            code = main(asked["line"])
        except SystemExit as stop:
            code = int(stop.code or 0)
        except BaseException:
            import traceback
            traceback.print_exc()
            code = 99
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@cache
def _server() -> subprocess.Popen[str]:
    env = {**os.environ, **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")}
    line = [sys.executable, "-c", _SERVER]
    return subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)


def run(
    *arguments: str | Path, notebooks: Path | None = None, env: Mapping[str, str] | None = None, largest: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run ``kamassess`` in a process of its own: with other notebooks, or on a disk with room for files of ``largest`` bytes."""
    server, line = _server(), [str(argument) for argument in arguments]
    assert server.stdin
    assert server.stdout
    with tempfile.TemporaryDirectory() as folder:
        streams = [f"{folder}/out", f"{folder}/err"]
        what = {"line": line, "notebooks": str(notebooks or ""), "largest": largest}
        asked = {**what, "env": dict(env or os.environ), "streams": streams}
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        out, err = (Path(name).read_text(encoding="utf-8") for name in streams)
    return subprocess.CompletedProcess(line, code, out, err)


def write_notebook(folder: Path, *sources: str) -> Path:
    """A folder of notebooks in which the unit audit has these cells, after its parameters."""
    folder.mkdir(exist_ok=True)
    parameters = new_code_cell("engagement = unit = language = wave = ''", metadata={"tags": ["parameters"]})
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = new_notebook(cells=[parameters, *map(new_code_cell, sources)], metadata=metadata)
    nbformat.write(notebook, folder / "unit_audit.ipynb")
    return folder


def summary(out: Path) -> dict[str, Any]:
    """What a batch says of itself."""
    found: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return found


def reports(out: Path) -> dict[str, str]:
    """SHA-256 of every report, by its path."""
    found = sorted(out.glob("*/*/*.html")) + sorted(out.glob("*/*/*.pdf"))
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}
