"""The questions of the benchmark by name, in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from asked import Run
from parts_batch import batch
from parts_forms import forms
from parts_report import report
from parts_size import size
from parts_start import start
from parts_units import auditing, metrics, scoring
from parts_workshop import workshop
from table import Part

__all__ = ["PARTS"]


PARTS: Mapping[str, Callable[[Run], list[Part]]] = {
    "report": report,
    "start": start,
    "batch": batch,
    "size": size,
    "scoring": scoring,
    "auditing": auditing,
    "metrics": metrics,
    "forms": forms,
    "workshop": workshop,
}
