"""An engagement and its result, read and scored once in a process for as long as no file of it changes.

A report needs one unit of it; the reports of a batch, made by forked workers, all find it here.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kamassess.audit import audit
from kamassess.reading.engagement import Engagement, load_engagement
from kamassess.result import AuditResult

__all__ = ["opened_audit"]


def opened_audit(folder: Path, wave: str | None) -> tuple[Engagement, AuditResult]:
    """An engagement and its result, computed once in a process for as long as no file of it changes."""
    return _audited(folder.resolve(), wave, _stamp(folder))


@lru_cache(maxsize=4)
def _audited(folder: Path, wave: str | None, _files: tuple[tuple[str, int, int], ...]) -> tuple[Engagement, AuditResult]:
    engagement = load_engagement(folder)
    return engagement, audit(engagement, wave)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of change of every input, so that a changed file is read again."""
    files = [*folder.glob("*.y*ml"), *folder.glob("*.csv"), *folder.glob("responses/*"), *folder.glob("data/*")]
    return tuple(sorted((path.as_posix(), (stat := path.stat()).st_mtime_ns, stat.st_size) for path in files if path.is_file()))
