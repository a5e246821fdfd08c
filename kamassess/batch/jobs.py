"""One report to make, and what became of it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

__all__ = ["FORMATS", "GROUP", "NOTEBOOKS", "REMEDIES", "USUAL", "Failure", "Job", "Kind", "Outcome", "folder_names"]

USUAL = ("html", "pdf")
"""Formats that every report has: pages, which a notebook is run for. They are made if nothing else is asked for."""
_OF_ALL = (*USUAL, "xlsx", "pptx", "json")
"""Those of a report of which there are also a scorecard, a deck and its part of the result, made without its notebook."""
FORMATS: Mapping[str, tuple[str, ...]] = {
    "unit_audit": _OF_ALL,
    "group_overview": _OF_ALL,
    "progress": USUAL,
    "retention_options": USUAL,
    "account_value": USUAL,
    "workshop_minutes": _OF_ALL,
}
"""The formats of each report."""
GROUP = "_group"
"""Stands for all units where a report is about no single one."""
NOTEBOOKS: Mapping[str, tuple[str, ...]] = {
    "unit_audit": ("engagement", "unit", "language", "wave"),
    "group_overview": ("engagement", "language", "wave"),
    "progress": ("engagement", "unit", "language", "wave", "since"),
    "retention_options": ("engagement", "language", "wave"),
    "account_value": ("engagement", "unit", "language", "wave"),
    "workshop_minutes": ("engagement", "unit", "language", "wave"),
}
"""What can be made, and the parameters of each."""

Kind: TypeAlias = Literal["data", "infrastructure"]
"""Whether a report failed by what it is made from, and would fail again, or by the machine it was made on."""

REMEDIES = {
    "deadline": "Give it more time with --timeout and --cell-timeout, or find out what it waits for.",
    "memory": "Give it more with --memory, or make fewer reports at a time with --jobs.",
    "killed": "Make fewer reports at a time with --jobs if memory ran out.",
    "exited": "Take what ends the process out of the notebook.",
}
"""What to do about a report that was stopped from outside, by what stopped it."""

_LONGEST = 80
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Job:
    """One report to make: where from, of what, in which language and formats, and where to.

    ``folder`` is the name of the unit's folder, where it is not the unit's id.
    """

    engagement: str
    unit: str
    language: str
    wave: str
    out: str
    formats: tuple[str, ...] = USUAL
    notebook: str = "unit_audit"
    with_code: bool = False
    since: str = ""
    folder: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """What the notebook is run with."""
        return {name: str(getattr(self, name)) for name in NOTEBOOKS[self.notebook]}

    @property
    def place(self) -> str:
        """Where its files are, below the output folder, without their extension."""
        (wave,) = folder_names([self.wave]).values()
        return f"{wave}/{self.folder or self.unit}/{self.notebook}.{self.language}"

    def file(self, file_format: str) -> str:
        """Where a format of this report is written, below the output folder."""
        return f"{self.place}.{file_format}"

    def path(self, file_format: str) -> Path:
        """Where that is, if the output folder is one of this machine."""
        return Path(self.out) / self.file(file_format)


@dataclass(frozen=True)
class Failure:
    """Why a report could not be made: ``faults`` for people, where it happened, and what a developer would ask for."""

    faults: tuple[str, ...]
    kind: Kind = "data"
    cell: str = ""
    error: str = ""
    details: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a job: files with their SHA-256, by their path below the output folder, or why there are none."""

    job: Job
    seconds: float
    files: Mapping[str, str] = field(default_factory=dict)
    failure: Failure | None = None

    @property
    def faults(self) -> tuple[str, ...]:
        """What stopped it, a line each."""
        return self.failure.faults if self.failure else ()


def folder_names(names: Iterable[str]) -> dict[str, str]:
    """A folder for each name, that exists on every system and is nobody else's.

    A name that is fit for a folder is its own. Another is made fit, and has some of its digest at the end, so that no two are
    alike; so has the second of two names that some systems take for one.

    >>> folder_names(["NC", "nc", "R&D/Süd", "CON"])
    {'NC': 'NC', 'nc': 'nc~0be47733', 'R&D/Süd': 'R_D_Süd~c42d6a02', 'CON': 'CON~a3dbc4b6'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        fit = re.sub(r"[^\w.-]", "_", unicodedata.normalize("NFC", name)).strip("._ ").lstrip("-")
        fit = fit.encode()[:_LONGEST].decode(errors="ignore") or "unit"
        if fit != name or _RESERVED.fullmatch(fit) or fit.casefold() in taken:
            fit = f"{fit}~{hashlib.sha256(name.encode()).hexdigest()[:8]}"
        taken.add(fit.casefold())
        found[name] = fit
    return found
