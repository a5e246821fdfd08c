"""Changes made by hand: a result of the sample in which a unit, or all, changed as a test wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from kamassess.locale import locale
from kamassess.opened import opened_audit
from kamassess.reading.brand import default_brand
from kamassess.resources import carried
from kamassess.result import AuditResult, Change, Part, Reason, UnitChange, UnitResult
from kamassess.sections.progress import ProgressView, UnitProgressView

DIMENSIONS = ("STR", "ORG", "MGR", "INF", "RET", "AUT")
WIDTH, PART_WIDTH = 0.1, 0.05


@cache
def sample() -> AuditResult:
    """The result of the sample engagement."""
    return opened_audit(carried("sample_data"), None)[1]


def change(
    before: float | None,
    after: float | None,
    *,
    real: float | None = None,
    instrument: float = 0.0,
    not_applicable: float = 0.0,
    levels: tuple[int | None, int | None] = (2, 2),
    reason: Reason | None = None,
    ci: bool = True,
) -> Change:
    """A change of which the interval reaches 0.1 to both sides, that of its parts 0.05.

    Without ``real`` real change and that of people are withheld; with a ``reason`` there is no change.
    """
    difference = None if reason or before is None or after is None else after - before

    def part(value: float | None) -> Part:
        if difference is None:
            return Part(None, None, reason)
        if value is None:
            return Part(None, None, Reason.WITHHELD)
        return Part(value, (value - PART_WIDTH, value + PART_WIDTH) if ci else None)

    comparable = None if difference is None else difference - instrument - not_applicable
    return Change(
        before=before,
        after=after,
        difference=difference,
        ci=(difference - WIDTH, difference + WIDTH) if difference is not None and ci else None,
        level_before=levels[0],
        level_after=levels[1],
        comparable=part(comparable),
        real=part(real),
        respondents=part(None if real is None or comparable is None else comparable - real),
        instrument=part(instrument),
        not_applicable=part(not_applicable),
        n_before=10,
        n_after=12,
        n_questions=8,
        reason=reason,
        ci_reason=reason or (None if ci else Reason.ONE_RESPONDENT_PER_ROLE),
    )


@cache
def _shape() -> UnitChange:
    found = sample().progress
    assert found is not None
    return found.units["NC"]


@cache
def _unit(name: str) -> UnitResult:
    return sample().units[name]


def unit_change(
    overall: Change,
    dimensions: Sequence[Change] | None = None,
    *,
    criteria: Mapping[str, Change] | None = None,
    screen: Change | None = None,
    n: tuple[int, int, int] = (15, 20, 13),
    **more: Any,
) -> UnitChange:
    """A unit that changed like this; dimensions in the order of the instrument, by default all as the whole."""
    shape = _shape()
    still = change(2.0, 2.0, real=0.0)
    given = {"n_before": n[0], "n_after": n[1], "n_both": n[2], "basis": "same_people", **more}
    return replace(
        shape,
        overall=overall,
        dimensions=dict(zip(DIMENSIONS, dimensions or [overall] * len(DIMENSIONS), strict=True)),
        screens={"FIT": screen or still},
        criteria=dict.fromkeys(shape.criteria, still) | dict(criteria or {}),
        **given,
    )


def result(units: Mapping[str, UnitChange], **more: Any) -> AuditResult:
    """The sample's result with other changes; ``more`` are fields of ``Progress``."""
    found = sample()
    assert found.progress is not None
    return replace(found, progress=replace(found.progress, units=units, **more))


def unit_view(changed: UnitChange, language: str = "en", unit: str = "NC", **more: Any) -> UnitProgressView:
    """The view of a unit that changed like this."""
    return UnitProgressView(result({unit: changed}, **more), locale(language), default_brand(), _unit(unit))


def group_view(units: Mapping[str, UnitChange], language: str = "en", **more: Any) -> ProgressView:
    """The view of units that changed like this."""
    return ProgressView(result(units, **more), locale(language), default_brand())
