"""An engagement and its result, read and scored once in a process for as long as no file of it changes.

A report needs one unit of it; the reports of a batch, made by forked workers, all find it here.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from kamassess.reading.engagement import Engagement, load_engagement
from kamassess.recipe import audit
from kamassess.result import AuditResult

__all__ = ["opened_audit"]


def opened_audit(folder: Path, wave: str | None, since: str | None = None) -> tuple[Engagement, AuditResult]:
    """An engagement and its result, computed once in a process for as long as no file of it changes.

    ``wave`` and ``since`` as in :func:`kamassess.audit`.

    Raises
    ------
    InputError, UsageError
        The engagement has faults, or the wave has no answers.
    """
    place, files = folder.resolve(), _stamp(folder)
    engagement = _opened(place, files)
    return engagement, _audited(place, engagement.wave_or_current(wave), since, files)


@lru_cache(maxsize=4)
def _opened(folder: Path, _files: tuple[object, ...]) -> Engagement:
    return load_engagement(folder)


@lru_cache(maxsize=4)
def _audited(folder: Path, wave: str, since: str | None, files: tuple[object, ...]) -> AuditResult:
    return audit(_opened(folder, files), wave, since)


def _stamp(folder: Path) -> tuple[object, ...]:
    """Name, size and time of change of every input, so that a changed file is read again; and the date that stands for now."""
    patterns = ("*.y*ml", "*/*.y*ml", "*.csv", "*.svg", "*.png", "responses/*", "data/*")
    files = sorted(path for pattern in patterns for path in folder.glob(pattern) if path.is_file())
    stamps = ((path.as_posix(), (stat := path.stat()).st_mtime_ns, stat.st_size) for path in files)
    return (os.environ.get("SOURCE_DATE_EPOCH"), *stamps)
