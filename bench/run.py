"""Measure what kamassess costs, beside the plain way of doing the same: ``python bench/run.py``, or ``make bench``."""

from __future__ import annotations

import argparse
import tempfile
from importlib.metadata import version
from pathlib import Path

from asked import Run
from measure import Others, Tree, machine
from parts import PARTS
from rich.console import Console
from table import Results, as_json, as_markdown, print_results

_HERE = Path(__file__).resolve().parent
_PACKAGES = ("numpy", "pandas", "matplotlib", "papermill", "nbconvert", "typst")


def main() -> None:
    """Run the parts that are asked for, print the tables, and store them if the run was a whole one."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0] if __doc__ else None)
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="runs of each measurement (default: 3)")
    parser.add_argument("--quick", action="store_true", help="one run, few units: to see that it works; stores nothing")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part of it; stores nothing")
    options = parser.parse_args()
    repeat = 1 if options.quick else options.repeat
    progress = Console(stderr=True)
    others = Others()
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Tree(Path(folder)), repeat, options.quick, lambda words: progress.print(f"measuring {words} …", style="dim"))
        parts = tuple(part for name in options.only or PARTS for part in PARTS[name](run))
    results = Results(machine({name: version(name) for name in _PACKAGES}), repeat, others.busy_cores(), parts)
    print_results(results, Console())
    if not (options.quick or options.only):
        (_HERE / "results.md").write_text(as_markdown(results), encoding="utf-8")
        (_HERE / "results.json").write_text(as_json(results), encoding="utf-8")
        progress.print("stored in bench/results.md and bench/results.json")


if __name__ == "__main__":
    main()
