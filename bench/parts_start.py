"""The question about starting: what the command and the package cost before they do anything."""

from __future__ import annotations

import sys
from pathlib import Path

from asked import Run, medians
from measure import binary
from table import Figure, Part, Ratio

__all__ = ["start"]

_START_RUNS = 5


def start(run: Run) -> list[Part]:
    """What it costs to start the command and to import the package."""
    python = sys.executable
    commands: dict[str, list[str | Path]] = {
        "python -c pass": [python, "-c", "pass"],
        "kamassess --help": [binary("kamassess"), "--help"],
        "papermill --help": [binary("papermill"), "--help"],
        "import kamassess": [python, "-c", "import kamassess"],
        "import pandas": [python, "-c", "import pandas"],
    }
    run.say("start-up")
    for command in commands.values():
        run.tree.run(command)
    times = run.repeat if run.quick else run.repeat * _START_RUNS
    spent = medians({name: run.tree.run(command) for name, command in commands.items()} for _ in range(times))
    own, floor, papermill = spent["kamassess --help"], spent["python -c pass"], spent["papermill --help"]
    imported, pandas = spent["import kamassess"] - floor, spent["import pandas"] - floor
    return [
        Part(
            "Starting",
            (
                Ratio("kamassess --help / python -c pass", own.wall / floor.wall, "elapsed; 1 would be Python alone, the floor"),
                Ratio("papermill --help / kamassess --help", papermill.wall / own.wall, "elapsed"),
                Ratio("import kamassess / import pandas", imported.wall / pandas.wall, "less Python's own start", "percent"),
            ),
            tuple(Figure(name, found, "the whole command, files in the system's cache") for name, found in spent.items()),
            (f"Medians of {times} runs here, after one that is not counted.",),
        )
    ]
