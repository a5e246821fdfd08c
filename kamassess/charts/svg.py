"""Small SVG from marks: a mark is one element, in numbers of a tenth of a pixel, text is text.

matplotlib's own SVG wraps every mark in groups, clips it, and draws it as a reference to a definition; taking that apart again
cost more time and left more bytes than writing the few kinds of marks that our charts have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from html import escape
from itertools import pairwise
from operator import attrgetter
from typing import Any, TypeAlias

from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from kamassess.charts.marks import Dot, Line, Look, Mark, Point, Words

__all__ = ["document"]

_MANY = 128
"""From so many points on a line is simplified, as in matplotlib."""
_ANCHORS = {"left": "", "center": ";text-anchor:middle", "right": ";text-anchor:end"}
_CIRCLE = "o"

_Place: TypeAlias = tuple[int, int]
"""Tenths of a pixel, from the left and from the top: rounded once, so that steps between places add up."""


def document(marks: Iterable[Mark], width: float, height: float, font: str) -> str:
    """Marks in their order, with real text in *font*, and a ``viewBox`` in place of a size."""
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" font-family="{font}">'
    return "".join([opening, *map(_element, sorted(marks, key=attrgetter("order"))), "</svg>"])


def _element(mark: Mark) -> str:
    if isinstance(mark, Words):
        return _text(mark)
    if isinstance(mark, Line):
        tag, attributes = "path", f' d="{"".join(_data(_rounded(_needed(mark.points))))}"{_style(mark.look, closed=False)}'
    elif isinstance(mark, Dot) and mark.shape == _CIRCLE:
        x, y, radius = (_tenth(round(10 * value)) for value in (mark.x, mark.y, mark.size / 2))
        tag, attributes = "circle", f' cx="{x}" cy="{y}" r="{radius}"{_style(mark.look, closed=True)}'
    elif isinstance(mark, Dot):
        corners = [(mark.x + dx, mark.y + dy) for dx, dy in _corners(mark.shape, mark.size)]
        tag, attributes = _outline(corners, mark.look)
    else:
        tag, attributes = _outline(mark.points, mark.look)
    return f"<{tag}{attributes}><title>{escape(mark.tip, quote=False)}</title></{tag}>" if mark.tip else f"<{tag}{attributes}/>"


def _text(mark: Words) -> str:
    """A text is anchored where the chart anchors it: its width depends on the reader's fonts."""
    x, y = _tenth(round(10 * mark.x)), _tenth(round(10 * mark.y))
    turned = f' transform="rotate(-90 {x} {y})"' if mark.turned else ""
    style = _letters(mark.size, mark.bold, mark.anchor, mark.color)
    return f'<text x="{x}" y="{y}"{turned} style="{style}">{escape(mark.text, quote=False)}</text>'


@lru_cache(maxsize=1024)
def _letters(size: float, bold: bool, anchor: str, color: str) -> str:
    weight = ";font-weight:700" if bold else ""
    return f"font-size:{_short(size)}px{weight}{_ANCHORS[anchor]};fill:{color}"


@lru_cache(maxsize=1024)
def _style(look: Look, *, closed: bool) -> str:
    """The look as an attribute; SVG draws lines of 1 px with blunt ends if nothing else is said."""
    style = [f"fill:{look.fill or 'none'}"]
    if look.line:
        style.append(f"stroke:{look.line}")
        if look.opacity != 1:
            style.append(f"stroke-opacity:{_short(look.opacity)}")
        if look.width != 1:
            style.append(f"stroke-width:{_short(look.width)}")
        if look.dashes:
            style.append(f"stroke-dasharray:{','.join(_short(dash * look.width) for dash in look.dashes)}")
        elif not closed and look.cap != "butt":
            style.append(f"stroke-linecap:{look.cap}")
    return f' style="{";".join(style)}"'


def _needed(points: Sequence[Point]) -> Sequence[Point]:
    """Of a line of very many points those that change how it looks."""
    if len(points) < _MANY:
        return points
    seen: Any = Path(points).cleaned(simplify=True).vertices
    return [(x, y) for x, y in seen[:-1].tolist()]


@cache
def _corners(shape: str, size: float) -> tuple[Point, ...]:
    """Of matplotlib's shape, around its middle."""
    style = MarkerStyle(shape)
    outline: Any = style.get_path().transformed(style.get_transform() + Affine2D().scale(size, -size)).vertices
    return tuple((x, y) for x, y in outline[:-1].tolist())


def _outline(points: Sequence[Point], look: Look) -> tuple[str, str]:
    """A box, or a path where it is none."""
    places, style = _rounded(points), _style(look, closed=True)
    xs, ys = sorted({x for x, _ in places}), sorted({y for _, y in places})
    upright = all((a[0] == b[0]) != (a[1] == b[1]) for a, b in pairwise(places))
    if len(places) == len(set(places)) == 4 and len(xs) == len(ys) == 2 and upright:
        x, y, width, height = (_tenth(value) for value in (xs[0], ys[0], xs[1] - xs[0], ys[1] - ys[0]))
        return "rect", f' x="{x}" y="{y}" width="{width}" height="{height}"{style}'
    return "path", f' d="{"".join(_data(places))}z"{style}'


def _rounded(points: Iterable[Point]) -> list[_Place]:
    return [(round(10 * x), round(10 * y)) for x, y in points]


def _data(places: Sequence[_Place]) -> Iterator[str]:
    """Lines from place to place as path data: absolute or relative, whichever is shorter."""
    yield f"M{_numbers(places[0])}"
    for (x0, y0), (x, y) in pairwise(places):
        if x == x0:
            yield min(f"V{_numbers([y])}", f"v{_numbers([y - y0])}", key=len)
        elif y == y0:
            yield min(f"H{_numbers([x])}", f"h{_numbers([x - x0])}", key=len)
        else:
            yield min(f"L{_numbers([x, y])}", f"l{_numbers([x - x0, y - y0])}", key=len)


def _numbers(values: Sequence[int]) -> str:
    return ",".join(map(_tenth, values)).replace(",-", "-")


@lru_cache(maxsize=16_384)
def _tenth(value: int) -> str:
    """Tenths of a pixel as pixels."""
    return _short(value / 10)


def _short(value: float) -> str:
    """A number with at most two decimals, and no more characters than it needs."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else "0" if text == "-0" else text
