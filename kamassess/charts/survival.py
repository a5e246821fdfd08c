"""How long accounts stay: the share that is left as years go by, how sure that is, and how many it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.ticker import MaxNLocator

from kamassess.charts.canvas import Pen, Sheet
from kamassess.charts.marks import Look
from kamassess.charts.plane import Plane
from kamassess.result.portfolio import SurvivalPoint

__all__ = ["plot_survival"]

_FEW = 5
"""With fewer accounts that have come so far the curve is drawn thin."""
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def plot_survival(points: Sequence[SurvivalPoint], pen: Pen) -> Sheet:
    """The curve with its 95 % band, and below it how many accounts have come so far."""
    words = pen.words
    longest = points[-1].years
    ticks = [float(tick) for tick in MaxNLocator(nbins=5 if pen.narrow else 8, integer=True).tick_values(0, longest)]
    years = [tick for tick in ticks if 0 <= tick <= longest] or [0.0]
    height = 320 if pen.narrow else 360
    plane = Plane(pen, (0.0, longest * 1.02), (0.0, 1.04), height, left=50, right=20, bottom=84)
    plane.rows(_SHARES, [words.percent(share) for share in _SHARES])
    plane.columns(years, [words.short(year) for year in years])
    plane.text(plane.x[1] / 2, 0, words("val_axis_years"), (0, -32), ha="center", color=pen["ink"])
    _band(plane, points)
    before = SurvivalPoint(0.0, 1.0, points[0].at_risk, 0, None)
    for start, point in pairwise([before, *points]):
        look = Look(line=pen["measured"], width=2.4 if point.at_risk >= _FEW else 1.1)
        plane.line([start.years, point.years, point.years], [start.share, start.share, point.share], look, order=3)
    for point in points:
        if point.lost:
            values = {"years": words.number(point.years), "share": words.percent(point.share)}
            tip = words("val_tip_survival", n=point.at_risk, lost=point.lost, **values)
            plane.dot(point.years, point.share, "D", 6, Look(pen["measured"], pen["measured"]), order=4, tip=tip)
    plane.text(0, 0, words("val_axis_at_risk"), (-50 + 8, -52), ha="left")
    for year in years:
        plane.text(year, 0, words.number(_at_risk(points, year), 0), (0, -70), ha="center")
    return plane


def _band(plane: Plane, points: Sequence[SurvivalPoint]) -> None:
    """The interval, as steps; it begins with the first loss."""
    low: list[tuple[float, float]] = []
    high: list[tuple[float, float]] = []
    for point, following in zip(points, [*points[1:], points[-1]], strict=True):
        if point.ci is None:
            continue
        for year in (point.years, following.years):
            low.append((year, point.ci[0]))
            high.append((year, point.ci[1]))
    if low:
        plane.area([*low, *reversed(high)], Look(plane.pen["hot"]), order=0.5)


def _at_risk(points: Sequence[SurvivalPoint], year: float) -> int:
    """How many had come so far."""
    return next((point.at_risk for point in points if point.years >= year), 0)
