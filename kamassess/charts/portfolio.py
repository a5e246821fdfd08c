"""The portfolio: each account by its attractiveness and our strength there, in four cells that ask for different things."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator
from rich.cells import cell_len

from kamassess.charts.canvas import SMALL, Pen, Sheet, cut
from kamassess.charts.marks import Anchor, Look, Point
from kamassess.charts.plane import Box, Plane
from kamassess.result.portfolio import Quadrant

__all__ = ["PortfolioPoint", "plot_portfolio"]

_RADIUS = 5.0
_LINE = 15.0
_LETTER = 0.56
_GOLDEN = math.pi * (3 - math.sqrt(5))
_MOST = 300
"""Accounts that a drawing has room for; key accounts come first."""


@dataclass(frozen=True, slots=True)
class PortfolioPoint:
    """An account: ``strength`` is its place across, ``attractiveness`` its height; ``tip`` says it in words."""

    name: str
    strength: float
    attractiveness: float
    key: bool
    tip: str


def plot_portfolio(
    points: Sequence[PortfolioPoint],
    thresholds: tuple[float, float],
    cells: Mapping[Quadrant, tuple[str, str]],
    pen: Pen,
) -> Sheet:
    """Accounts as circles, filled for key accounts, which are named where there is room.

    Parameters
    ----------
    points
        In the order in which names are placed: what is named first keeps its name.
    thresholds
        Of attractiveness and strength; a point on the line counts as beyond it.
    cells
        A name and what is in it, for each cell.
    """
    shown = sorted(points, key=lambda point: not point.key)[:_MOST]
    across = _scale([point.strength for point in shown] + [thresholds[1]])
    upwards = _scale([point.attractiveness for point in shown] + [thresholds[0]])
    plane = Plane(
        pen,
        (across[0], across[-1]),
        (upwards[0], upwards[-1]),
        430 if pen.narrow else 520,
        left=40 if pen.narrow else 64,
        right=12,
        top=44,
        bottom=92,
    )
    for values, draw in ((across, plane.columns), (upwards, plane.rows)):
        draw(values, [pen.words.short(value) for value in values])
    _frame(plane, thresholds, cells)
    places = _apart(plane, shown)
    for point, (x, y) in zip(shown, places, strict=True):
        look = Look(pen["ink"] if point.key else pen["paper"], pen["ink"], 1.3)
        plane.dot(_x(plane, x), _y(plane, y), "o", 2 * _RADIUS, look, order=4, tip=point.tip)
    _names(plane, shown, places, thresholds)
    return plane


def _scale(values: Sequence[float]) -> list[float]:
    """Round numbers that hold all *values* with some room."""
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or 0.5
    locator = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10])
    return [float(tick) for tick in locator.tick_values(low - room, high + room)]


def _frame(plane: Plane, thresholds: tuple[float, float], cells: Mapping[Quadrant, tuple[str, str]]) -> None:
    """The two thresholds, the names of the cells in the corners, and those of the scales."""
    pen, words = plane.pen, plane.pen.words
    (left, right), (low, high) = plane.x, plane.y
    look = Look(line=pen["ink"], width=1.4)
    plane.line([thresholds[1], thresholds[1]], [low, high], look, order=1)
    plane.line([left, right], [thresholds[0], thresholds[0]], look, order=1)
    corners: Sequence[tuple[Quadrant, float, float, Anchor, tuple[int, int]]] = (
        ("star", left, high, "left", (32, 16)),
        ("strategic", right, high, "right", (32, 16)),
        ("streamline", left, low, "left", (-56, -72)),
        ("status", right, low, "right", (-56, -72)),
    )
    for name, x, y, side, shifts in corners:
        title, inside = cells[name]
        plane.text(x, y, title, (0, shifts[0]), ha=side, color=pen["ink"], bold=True, size=12)
        plane.text(x, y, inside, (0, shifts[1]), ha=side)
    plane.text((left + right) / 2, low, words("val_axis_strength"), (0, -34), ha="center", color=pen["ink"])
    aside = -30 if pen.narrow else -46
    plane.text(left, (low + high) / 2, words("val_axis_attractiveness"), (aside, 0), ha="center", turned=True, color=pen["ink"])


# -- places ----------------------------------------------------------------------------------------------------------------


def _apart(plane: Plane, points: Sequence[PortfolioPoint]) -> list[tuple[float, float]]:
    """Pixels of each point; those that share a place are laid around it like the seeds of a sunflower."""
    seen: dict[tuple[float, float], int] = {}
    places = []
    for point in points:
        spot = (point.strength, point.attractiveness)
        count = seen.get(spot, 0)
        seen[spot] = count + 1
        x, y = plane.at(*spot)
        away, angle = 1.55 * _RADIUS * math.sqrt(count), count * _GOLDEN
        places.append((x + away * math.cos(angle), y + away * math.sin(angle)))
    return places


def _names(
    plane: Plane, points: Sequence[PortfolioPoint], places: Sequence[tuple[float, float]], thresholds: tuple[float, float]
) -> None:
    """Names of key accounts: each at the first of eight places where nothing stands yet; else none, since a table has all."""
    pen = plane.pen
    taken, lines = [_around(place) for place in places], _lines(plane, thresholds)
    most = 16 if pen.narrow else 26
    for point, (x, y) in zip(points, places, strict=True):
        if not point.key:
            continue
        name = cut(point.name, most)
        free = [
            candidate
            for candidate in _candidates(x, y, cell_len(name) * SMALL * _LETTER)
            if candidate[0].within(plane.frame) and not any(candidate[0].meets(other) for other in taken)
        ]
        clear = [candidate for candidate in free if not any(candidate[0].meets(line) for line in lines)]
        for box, side, shift in (clear or free)[:1]:
            taken.append(box)
            plane.text(_x(plane, x), _y(plane, y), name, shift, ha=side, color=pen["ink"], order=6)


def _lines(plane: Plane, thresholds: tuple[float, float]) -> list[Box]:
    """Where the thresholds run; a name crosses one only if it has no other place."""
    x, y = plane.at(thresholds[1], thresholds[0])
    return [Box(x - 1, 0, x + 1, plane.up), Box(0, y - 1, plane.across, y + 1)]


def _candidates(x: float, y: float, width: float) -> list[tuple[Box, Anchor, Point]]:
    """Where a name may stand: right, left, above, below, then the four corners."""
    near, far, half = _RADIUS + 4, _RADIUS + _LINE / 2 + 1, _LINE / 2
    shifts: list[tuple[Anchor, float, float]] = [
        *(("left", near, 0.0), ("right", -near, 0.0), ("center", 0.0, far), ("center", 0.0, -far)),
        *(("left", 3.0, far), ("right", -3.0, far), ("left", 3.0, -far), ("right", -3.0, -far)),
    ]
    found: list[tuple[Box, Anchor, Point]] = []
    for side, right, up in shifts:
        begin = x + right - {"left": 0.0, "right": width, "center": width / 2}[side]
        found.append((Box(begin, y + up - half, begin + width, y + up + half), side, (right, up)))
    return found


def _around(place: tuple[float, float]) -> Box:
    x, y = place
    return Box(x - _RADIUS - 1, y - _RADIUS - 1, x + _RADIUS + 1, y + _RADIUS + 1)


def _x(plane: Plane, pixels: float) -> float:
    return plane.x[0] + pixels / plane.across * (plane.x[1] - plane.x[0])


def _y(plane: Plane, pixels: float) -> float:
    return plane.y[0] + pixels / plane.up * (plane.y[1] - plane.y[0])
