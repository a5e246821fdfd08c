"""A drawing as a matplotlib figure, for whoever wants to change it by hand or to save it in another form.

No report needs one: it is made only when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from kamassess.charts.marks import Area, Dot, Mark, Words
from kamassess.charts.words import face

__all__ = ["as_figure"]

_PX = 72
"""Pixels of an inch, so that a point, in which matplotlib counts, is a pixel."""


def as_figure(marks: Iterable[Mark], width: float, height: float) -> Figure:
    """Marks as artists of a figure of so many pixels."""
    figure = Figure(figsize=(width / _PX, height / _PX), dpi=_PX)
    page = Affine2D().scale(1, -1).translate(0, height).scale(1 / _PX) + figure.dpi_scale_trans
    for mark in marks:
        artist = _artist(mark)
        artist.set(transform=page, zorder=mark.order)
        figure.add_artist(artist)
    return figure


def _artist(mark: Mark) -> Artist:
    if isinstance(mark, Words):
        return _text(mark)
    fill, line, width, dashes, cap, opacity = mark.look
    pattern: Any = (0, dashes or None)
    if isinstance(mark, Area):
        return Polygon(mark.points, facecolor=fill or "none", edgecolor=line or "none", linewidth=width, linestyle=pattern)
    if isinstance(mark, Dot):
        look: Any = {"markerfacecolor": fill, "markeredgecolor": line or "none", "markeredgewidth": width}
        return Line2D([mark.x], [mark.y], linestyle="none", marker=mark.shape, markersize=mark.size, **look)
    xs, ys = zip(*mark.points, strict=True)
    end: Any = "projecting" if cap == "square" else cap
    return Line2D(xs, ys, color=line, linewidth=width, linestyle=pattern, solid_capstyle=end, alpha=opacity)


def _text(mark: Words) -> Text:
    place: Any = {"ha": mark.anchor, "va": "baseline", "rotation": 90 if mark.turned else 0, "rotation_mode": "anchor"}
    font = face(mark.size, mark.bold)
    return Text(mark.x, mark.y, mark.text, color=mark.color, fontproperties=font, parse_math=False, **place)
