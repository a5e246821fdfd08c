"""What documents and the company's own data say of the same criteria, beside what people claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kamassess.result.reasons import Interval, Reason

__all__ = ["Evidenced", "Known", "MeasuredLevel", "MetricValue", "SayDo", "TableLines"]


@dataclass(frozen=True, slots=True)
class Evidenced:
    """What the register of evidence supports of a criterion.

    ``level`` is the highest level that an entry supports, of this ``kind``; None with a ``reason``. ``n`` entries count, and
    ``expired`` ones did.
    """

    level: float | None
    kind: str | None
    n: int
    expired: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class MetricValue:
    """A metric of one unit.

    Attributes
    ----------
    value, unit
        In this unit of measure (``share``, ``ratio``, ``difference``, ``days``, ``years``, ``money``, ``count``, ``index`` or
        ``points``); None with a ``reason``.
    level
        What its curve makes of the value; None without a value or a curve, or, with the ``reason`` too_few_lines, where the value
        rests on too little for one.
    n
        Lines or accounts that it rests on.
    window
        First and last day looked at, as ISO text; None where nothing could be.
    missing
        The tables, and columns as ``table.column``, that it needs and that are not there.
    """

    value: float | None
    unit: str
    level: float | None
    n: int
    reason: Reason | None = None
    window: tuple[str, str] | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasuredLevel:
    """The level of a criterion by the company's own data: the mean of the levels of its ``metrics`` that have one.

    ``without`` are the metrics that the instrument names for it and that have none. ``level`` is None with a ``reason``.
    """

    level: float | None
    metrics: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A dimension by each kind of knowledge, as weighted means over the criteria that have it and a score; or that have it alone,
    where none of them has a score.

    Attributes
    ----------
    evidenced, measured
        None where no criterion has it.
    claimed_evidenced, claimed_measured
        What is claimed of the same criteria, so that like stands beside like.
    n_evidenced, n_measured, n
        Criteria that have it, and all of them.
    """

    evidenced: float | None
    measured: float | None
    claimed_evidenced: float | None
    claimed_measured: float | None
    n_evidenced: int
    n_measured: int
    n: int


@dataclass(frozen=True, slots=True)
class SayDo:
    """A criterion of which people say one thing and documents or data another.

    Attributes
    ----------
    claimed, ci
        Score and interval.
    shown, kind
        The level that the data measure, or where there are none, that documents support.
    difference
        Claimed less shown; above 0 more is said than done.
    weight
        What the criterion weighs in the overall score, 0–1.
    certain
        Whether the interval of the claim leaves the level shown out.
    """

    criterion: str
    claimed: float
    ci: Interval | None
    shown: float
    kind: Literal["measured", "evidenced"]
    difference: float
    weight: float
    certain: bool
    n: int
    withheld: Reason | None = None
    """Why reports do not show the interval."""


@dataclass(frozen=True, slots=True)
class TableLines:
    """What one table of the company's data has of a unit.

    Attributes
    ----------
    n
        Lines that could be used.
    in_window
        How many of them lie in the days that metrics look at; None for a table without days.
    first, last
        The days of the first and the last line, as ISO text; None without lines or days.
    """

    n: int
    in_window: int | None = None
    first: str | None = None
    last: str | None = None
