"""Where the differences sit: how much of what people answer differently lies between units, one bar a dimension."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kamassess.charts.canvas import Pen, Sheet
from kamassess.charts.marks import Look
from kamassess.charts.rows import Rows
from kamassess.result import Spread

__all__ = ["plot_spread"]

_BAR, _LOW_BAR = 0.5, 0.34
"""Height of a bar in rows, and where names stand above their rows; there it also stands lower."""
_LOWER = 0.04


def plot_spread(spread: Mapping[str, Spread], names: Mapping[str, str], pen: Pen) -> Sheet:
    """One bar for each of *names*: filled for the share between units, empty for the share within them."""
    words = pen.words
    shown = list(names)
    rows = Rows(pen, list(names.values()), 0, 1, row_height=30, top=30, right=56)
    rows.grid([0, 0.5, 1], [words.percent(share) for share in (0, 0.5, 1)])
    for row, name in enumerate(shown):
        found, y = spread[name], rows.y(row) + (_LOWER if rows.stacked else 0)
        if found.icc1 is None:
            why = words(f"reason_{found.reason}") if found.reason else ""
            rows.text(0, y, why, size=12)
            continue
        share = max(found.icc1, 0.0)
        tip = words("tip_spread", name=names[name], between=words.percent(share), within=words.percent(1 - share), n=found.n)
        _bar(rows, y, 1, Look(pen["paper"], pen["muted"], 0.8), "" if share else tip)
        _bar(rows, y, share, Look(pen["claimed"]), tip if share else "")
        _share(rows, share, y)
    return rows


def _bar(rows: Rows, y: float, width: float, look: Look, tip: str) -> None:
    """A bar from 0, low enough for a name above it on a phone."""
    height = _LOW_BAR if rows.stacked else _BAR
    rows.box(0, y - height / 2, width, height, look, tip=tip)


def _share(rows: Rows, share: float, y: float) -> None:
    """The share in figures, in the empty part of the bar, or in the full one where that is too small."""
    pen, text = rows.pen, rows.pen.words.percent(share)
    look: dict[str, Any] = {"size": 12, "bold": True}
    if share < 0.8:
        rows.text(share, y, text, (8, 0), color=pen["ink"], **look)
    else:
        rows.text(share, y, text, (-8, 0), color=pen["paper"], ha="right", **look)
