"""The whale curve: what accounts contribute, one after another, from the one that leaves most to the one that costs most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from kamassess.charts.canvas import Pen, Sheet
from kamassess.charts.marks import Anchor, Look
from kamassess.charts.plane import Plane

__all__ = ["WhaleMark", "plot_whale"]

_DOT = 8.0
_BACK = 0.72
"""From this part of the height on, words stand above the curve."""


@dataclass(frozen=True, slots=True)
class WhaleMark:
    """A point of the curve after so many ``accounts``, and what is written there."""

    accounts: int
    text: str


def plot_whale(
    cumulated: Sequence[float],
    keys: Sequence[bool],
    tips: Sequence[str],
    marks: Sequence[WhaleMark],
    pen: Pen,
) -> Sheet:
    """Contribution *cumulated* account by account, a dot for each key account, and *marks* in words.

    The dashed line is what all accounts leave together.
    """
    words, n, total = pen.words, len(cumulated), cumulated[-1]
    low, high = min(0.0, *cumulated), max(0.0, *cumulated)
    low, high = low - 0.02 * (high - low), high + 0.14 * (high - low)
    ticks = _ticks(low, high)
    height = 320 if pen.narrow else 380
    left = 58 if pen.narrow else 70
    plane = Plane(pen, (0.0, n), (low, high if high > low else low + 1.0), height, left=left, right=16, bottom=48)
    plane.rows(ticks, [words.money(tick) for tick in ticks])
    whole = [float(tick) for tick in MaxNLocator(nbins=5, integer=True, steps=[1, 2, 5, 10]).tick_values(0, n) if 0 <= tick <= n]
    plane.columns(whole, [words.number(tick, 0) for tick in whole])
    plane.text(n / 2, plane.y[0], words("val_axis_accounts"), (0, -34), ha="center", color=pen["ink"])
    plane.line([0, n], [0, 0], Look(line=pen["ink"], width=1.2), order=1)
    plane.line([0, n], [total, total], Look(line=pen["muted"], width=1.2, dashes=(4, 3)), order=1)
    places = list(range(n + 1))
    plane.line(places, [0.0, *cumulated], Look(line=pen["measured"], width=2.4), order=3)
    for place, (value, key, tip) in enumerate(zip(cumulated, keys, tips, strict=True), 1):
        if key:
            plane.dot(place, value, "D", _DOT, Look(pen["measured"]), order=4, tip=tip)
    for mark in marks:
        _mark(plane, mark, cumulated[mark.accounts - 1])
    return plane


def _mark(plane: Plane, mark: WhaleMark, value: float) -> None:
    """Words beside a point: below the rising part of the curve, above its back."""
    pen, part = plane.pen, mark.accounts / plane.x[1]
    plane.dot(mark.accounts, value, "o", _DOT + 3, Look(pen["paper"], pen["ink"], 1.6), order=5)
    side: Anchor = "left" if part <= 0.5 else "right"
    shift = (12, -6) if side == "left" else (-12, -12)
    if value > _BACK * plane.y[1]:
        side, shift = ("center" if 0.3 < part < 0.7 else side), (0, 16)
    plane.text(mark.accounts, value, mark.text, shift, ha=side, color=pen["ink"])


def _ticks(low: float, high: float) -> list[float]:
    """Round amounts within the scale."""
    locator = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10])
    return [float(tick) for tick in locator.tick_values(low, high if high > low else low + 1.0) if low <= tick <= high]
