"""What the company's tables say of single units, as the result of a unit takes it: functions of a position among the units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kamassess.result import AccountAlert, Covered, MetricValue, Portfolio, Programme, Reason, TableLines

__all__ = ["OfTables", "no_groups"]


def _none(_: int) -> None:
    return None


def _nothing(_: int) -> Mapping[str, Any]:
    return {}


def _no_alerts(_: int) -> tuple[AccountAlert, ...]:
    return ()


def _no_programme(_: int) -> Programme:
    return Programme(Covered("full", (), None, 0, None, None, None, 0, Reason.NO_TABLE), None, 0)


def no_groups(_: int) -> tuple[str, ...]:
    """No customer group that the unit shares with others."""
    return ()


@dataclass(frozen=True, eq=False)
class OfTables:
    """What the company's tables say of the unit at a position; each is found for all units when the first is asked for.

    Attributes
    ----------
    metrics, lines
        Every metric, and what each table has of the unit.
    alerts
        Accounts that somebody should hear of.
    portfolio
        Its accounts.
    programme
        What a key account programme would cover, and what it costs.
    groups
        The customer groups that it shares with others.
    """

    metrics: Callable[[int], Mapping[str, MetricValue]] = _nothing
    lines: Callable[[int], Mapping[str, TableLines]] = _nothing
    alerts: Callable[[int], tuple[AccountAlert, ...]] = _no_alerts
    portfolio: Callable[[int], Portfolio | None] = _none
    programme: Callable[[int], Programme] = _no_programme
    groups: Callable[[int], tuple[str, ...]] = no_groups
