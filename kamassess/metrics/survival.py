"""How long accounts stay: the survival curve of each unit, by the estimator of a library that the field trusts."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kamassess.data import Data
from kamassess.metrics.account_rows import absent
from kamassess.metrics.accounts import account_times
from kamassess.metrics.values import Floats, Ints, Mask, Window
from kamassess.result import Reason
from kamassess.result.portfolio import Survival, SurvivalPoint

__all__ = ["UnitSurvival", "survival_curve"]


def survival_curve(years: Floats, lost: Mask) -> tuple[SurvivalPoint, ...]:
    """Kaplan and Meier's estimate with a 95 % interval, by :func:`scipy.stats.ecdf`.

    Parameters
    ----------
    years : (n,) float
        How long each has lasted; without NaN.
    lost : (n,) bool
        Whether it was lost then; the others are censored there.

    Returns
    -------
    tuple of SurvivalPoint
        A point for each different time, ascending; empty for nobody. The interval is that of log(−log S) with Greenwood's
        variance, None where S is 1 or 0.

    References
    ----------
    Kaplan & Meier (1958), Journal of the American Statistical Association 53. Kalbfleisch & Prentice (2002), The Statistical
    Analysis of Failure Time Data.
    """
    if not len(years):
        return ()
    from scipy import stats  # not at the top: most companies have no such table, and it is the largest part of scipy

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # that there is no interval where S is 1 or 0
        curve = stats.ecdf(stats.CensoredData.right_censored(years, ~lost)).sf
        around = curve.confidence_interval(method="log-log")
    times = curve.quantiles
    at_risk = len(years) - np.searchsorted(np.sort(years), times, side="left")
    gone = np.bincount(np.searchsorted(times, years[lost]), minlength=len(times))
    sides = (around.low.probabilities, around.high.probabilities)
    points = zip(*(values.tolist() for values in (times, curve.probabilities, at_risk, gone, *sides)), strict=True)
    return tuple(_point(*point) for point in points)


def _point(years: float, share: float, at_risk: int, lost: int, low: float, high: float) -> SurvivalPoint:
    known = 0 < share < 1 and not (math.isnan(low) or math.isnan(high))
    return SurvivalPoint(years, max(share, 0.0), at_risk, lost, (low, high) if known else None)


@dataclass(frozen=True, eq=False)
class UnitSurvival:
    """The curves of all units."""

    data: Data
    window: Window

    @cached_property
    def _times(self) -> tuple[Ints, Floats, Mask]:
        """Unit, years, and whether it was lost, of all accounts, unit after unit."""
        places, years, lost = account_times(self.data, self.window)
        unit = self.data["accounts"]["unit"].to_numpy()[places]
        order = np.argsort(unit, kind="stable")
        return unit[order], years[order], lost[order]

    def of(self, index: int) -> Survival:
        """The curve of the unit at this position."""
        lacks = absent(self.data, ("accounts.since", "accounts.until"))
        if lacks:
            return Survival((), 0, 0, Reason.NO_TABLE, lacks)
        unit, years, lost = self._times
        first, last = np.searchsorted(unit, [index, index + 1]).tolist()
        if first == last:
            return Survival((), 0, 0, Reason.NO_VALUES)
        points = survival_curve(years[first:last], lost[first:last])
        return Survival(points, last - first, int(lost[first:last].sum()))
