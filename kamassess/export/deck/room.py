"""Where a layout leaves room for charts and text: beside its title, its footers, and whatever else stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn

from kamassess.export.deck.grounds import POINT, Area, boxes, is_ground

__all__ = ["FOOTERS", "TITLES", "enough", "family", "insets", "is_vertical", "place", "room", "title_of"]

FOOTERS = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_CONTENTS = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT)
_GAP, _NEAR = 10.0, 5.0
"""What is left free below a title, and beside other things."""
_SIDE, _LOW = 0.05, 0.06
"""Margins, as shares of the width and the height."""
_WIDEST_SIDE = 0.12
_MOST = 24
_LEAST, _NARROWEST = 0.34, 0.5
"""What the room must have of the height and the width of a slide; else the layout was not made for a chart."""
_FROM, _TO = 0.24, 0.92
_INSETS = (("lIns", 7.2), ("tIns", 3.6), ("rIns", 7.2), ("bIns", 3.6))


def place(holder: Any) -> Area:
    """Where a placeholder or a shape stands."""
    return Area(*(part / POINT for part in (holder.left, holder.top, holder.width, holder.height)))


def title_of(layout: Any) -> Any:
    """The title placeholder of a layout."""
    return next(holder for holder in layout.placeholders if holder.placeholder_format.type in TITLES)


def enough(area: Area, wide: float, high: float) -> bool:
    """Whether an area has room for a chart."""
    return area.height >= _LEAST * high and area.width >= _NARROWEST * wide


def is_vertical(layout: Any) -> bool:
    """Whether a title runs from top to bottom."""
    return any((body.get("vert") or "horz") != "horz" for body in _bodies(title_of(layout), layout))


def insets(holder: Any, layout: Any) -> tuple[float, float, float, float]:
    """The margins inside a placeholder: left, top, right, bottom; its own, its master's, or the usual ones."""
    found = []
    for name, usual in _INSETS:
        told = next((value for body in _bodies(holder, layout) if (value := body.get(name)) is not None), None)
        found.append(int(told) / POINT if told is not None else usual)
    left, top, right, bottom = found
    return left, top, right, bottom


def _bodies(holder: Any, layout: Any) -> Iterator[Any]:
    """How text stands in a placeholder, and in that of the master that it takes after."""
    for shape in family(holder, layout):
        body = shape._element.find(f"{qn('p:txBody')}/{qn('a:bodyPr')}")
        if body is not None:
            yield body


def family(holder: Any, layout: Any) -> Iterator[Any]:
    """A placeholder of a layout, and the one of the master that it takes after."""
    yield holder
    kind = holder.placeholder_format.type
    wanted = {PP_PLACEHOLDER.CENTER_TITLE: PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.SUBTITLE: PP_PLACEHOLDER.BODY}.get(kind, kind)
    for other in layout.slide_master.placeholders:
        if other.placeholder_format.type == wanted:
            yield other
            return


def room(layout: Any, wide: float, high: float) -> Area:
    """The largest space without title, footers and anything drawn, within the margins of the layout, in points.

    A layout that leaves too little has what usually lies between title and footers.
    """
    title = place(title_of(layout))
    contents = [place(holder) for holder in layout.slide_master.placeholders if holder.placeholder_format.type in _CONTENTS]
    sides = [area.left for area in (title, *contents) if 0 < area.left <= _WIDEST_SIDE * wide]
    side = min(sides, default=_SIDE * wide)
    inner = Area(side, _LOW * high, wide - 2 * side, (1 - 2 * _LOW) * high)
    found = _largest(inner, [_spread(title, _GAP), *_taken(layout, inner, wide, high)])
    if enough(found, wide, high):
        return found
    return Area(side, _FROM * high, wide - 2 * side, (_TO - _FROM) * high)


def _taken(layout: Any, inner: Area, wide: float, high: float) -> list[Area]:
    """What stands on a layout besides its title, a little larger than it is."""
    feet = [place(holder) for holder in layout.placeholders if holder.placeholder_format.type in FOOTERS]
    drawn = [box for box, _ in boxes(layout) if not is_ground(box, wide, high)]
    areas = [_spread(area, _NEAR) for area in (*feet, *drawn)]
    return [area for area in areas if _meet(area, inner)][:_MOST]


def _spread(area: Area, by: float) -> Area:
    return Area(area.left - by, area.top - by, area.width + 2 * by, area.height + 2 * by)


def _meet(one: Area, other: Area) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def _largest(inner: Area, taken: list[Area]) -> Area:
    """The largest rectangle in *inner* that meets nothing of what is taken; the uppermost and leftmost of equals."""
    lefts = sorted({inner.left, *(area.right for area in taken if inner.left < area.right < inner.right)})
    rights = sorted({inner.right, *(area.left for area in taken if inner.left < area.left < inner.right)})
    tops = sorted({inner.top, *(area.bottom for area in taken if inner.top < area.bottom < inner.bottom)})
    bottoms = sorted({inner.bottom, *(area.top for area in taken if inner.top < area.top < inner.bottom)})
    best = Area(inner.left, inner.top, 0.0, 0.0)
    for left, right, top, bottom in product(lefts, rights, tops, bottoms):
        if right <= left or bottom <= top or (right - left) * (bottom - top) <= best.width * best.height:
            continue
        made = Area(left, top, right - left, bottom - top)
        if not any(_meet(made, area) for area in taken):
            best = made
    return best
