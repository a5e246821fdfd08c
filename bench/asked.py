"""How the benchmark asks: what a question is given, and what it does with what was measured several times."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from measure import Spent, Tree, Watch, median

__all__ = ["SAMPLE", "Run", "medians", "total"]

_HERE = Path(__file__).resolve().parent
SAMPLE = _HERE.parent / "sample_data"


@dataclasses.dataclass(frozen=True)
class Run:
    """How to measure. ``say`` tells what is being measured."""

    tree: Tree
    repeat: int
    quick: bool
    say: Callable[[str], None]

    def inside(self, what: str, watch: Watch = contextlib.nullcontext, **arguments: Any) -> dict[str, Any]:
        """What was measured inside a fresh process (see ``inside.py``); as *whole* what that process cost in all."""
        printed, whole = self.tree.output([sys.executable, _HERE / "inside.py", what, json.dumps(arguments)], watch)
        found: dict[str, Any] = json.loads(printed.splitlines()[-1])
        return {"whole": whole, **{name: Spent(**value) if isinstance(value, dict) else value for name, value in found.items()}}


def medians(samples: Iterable[Mapping[str, Spent]]) -> dict[str, Spent]:
    """The median of each thing that was measured several times."""
    runs = list(samples)
    return {name: median(run[name] for run in runs) for name in runs[0]}


def total(spent: Iterable[Spent]) -> Spent:
    """The sum."""
    return sum(spent, Spent(0.0, 0.0))
