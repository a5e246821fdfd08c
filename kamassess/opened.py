"""Where reports find the result they are of: read and scored once in a process, or stored by the batch that they belong to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kamassess.reading.brand import Brand
from kamassess.reading.engagement import Engagement, load_engagement
from kamassess.reading.standing_still import stamps
from kamassess.recipe import audit
from kamassess.result import AuditResult
from kamassess.stored import StoredResult

__all__ = ["opened_audit", "opened_engagement", "opened_result", "served", "worn"]


@dataclass(frozen=True)
class _Served:
    """A stored result, and what it is the result of."""

    store: StoredResult
    asked: tuple[Path, str | None, str | None]


_SERVED: list[_Served] = []


@contextmanager
def served(store: StoredResult, folder: Path, wave: str | None, since: str | None) -> Iterator[None]:
    """Reports that are opened inside, of this engagement and these waves, are of a stored result."""
    _SERVED.append(_Served(store, (folder.resolve(), wave or None, since or None)))
    try:
        yield
    finally:
        _SERVED.pop()


_WORN: list[tuple[Brand | None, str | None]] = []


@contextmanager
def worn(brand: Brand | None, since: str | None = None) -> Iterator[None]:
    """Reports that are opened inside have this brand, whatever their engagement names; *since* is their earlier wave.

    A report that asks for an earlier wave itself has that one. None leaves either as it is.
    """
    _WORN.append((brand, since))
    try:
        yield
    finally:
        _WORN.pop()


def opened_result(
    folder: Path, wave: str | None, since: str | None = None, *, of_one_unit: bool = False
) -> tuple[Brand, AuditResult]:
    """The brand and the result of an engagement; ``of_one_unit``: units are not compared, and the comparison may be missing.

    ``wave`` and ``since`` as in :func:`kamassess.audit`.

    Raises
    ------
    InputError, UsageError
        The engagement has faults, or the wave has no answers.
    """
    for found in _SERVED:
        if found.asked == (folder.resolve(), wave or None, since or None):
            return found.store.brand, found.store.of_units if of_one_unit else found.store.whole
    brand, earlier = _WORN[-1] if _WORN else (None, None)
    engagement, result = opened_audit(folder, wave, since or earlier)
    return brand or engagement.brand, result


def opened_engagement(folder: Path) -> Engagement:
    """An engagement, read once in a process for as long as no file of it changes.

    Raises
    ------
    InputError
        It has faults; all of them are named.
    """
    return _opened(folder.resolve(), _stamp(folder))


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
    """What tells that an input was changed, so that it is read again; and the date that stands for now."""
    return (os.environ.get("SOURCE_DATE_EPOCH"), *stamps(folder).items())
