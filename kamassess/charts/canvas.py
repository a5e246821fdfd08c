"""What all charts share: a pen with language and colours, a sheet with scales to draw on, and its form as a small SVG.

Sizes are in CSS pixels. A chart is drawn twice: wide (for a page of 760 px and for print) and narrow (for a phone, where
names stand above their rows), so that text is never smaller than 11 px.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from matplotlib.figure import Figure
from rich.cells import cell_len, set_cell_size

from kamassess.charts.figure import as_figure
from kamassess.charts.marks import Anchor, Area, Dot, Line, Look, Mark, Point, Words
from kamassess.charts.svg import document
from kamassess.charts.words import FONT, Upright, baselines
from kamassess.locale import Locale, locale
from kamassess.reading.brand import Brand, default_brand

__all__ = ["BESIDE", "NARROW", "SMALL", "TEXT", "WIDE", "Pen", "Sheet", "Surface", "as_svg", "cut", "pen", "wrap"]

WIDE, NARROW = 760, 328
TEXT, SMALL = 13.0, 11.5
BESIDE = 10
"""From this order on stands what is beside the scales; it is drawn after all that stands on them."""


@dataclass(frozen=True)
class Pen:
    """Language, colours and width of a drawing."""

    words: Locale
    brand: Brand
    narrow: bool = False

    def __getitem__(self, token: str) -> str:
        """The colour of a token of the brand."""
        return self.brand.light[token]

    @property
    def width(self) -> int:
        """Width of the drawing in pixels."""
        return NARROW if self.narrow else WIDE

    @property
    def palette(self) -> dict[str, str]:
        """Token by colour, for pages that repaint a drawing."""
        return {colour: token for token, colour in reversed(list(self.brand.light.items()))}


def pen(language: str = "en", brand: Brand | None = None, *, narrow: bool = False) -> Pen:
    """A pen for charts made by hand, in a notebook for example."""
    return Pen(locale(language), brand or default_brand(), narrow)


class Scale(NamedTuple):
    """What makes pixels of values: how many one is, and where nought stands."""

    one: float = 1
    nought: float = 0

    def __call__(self, value: float) -> float:
        """Where a value stands."""
        return value * self.one + self.nought


class Surface:
    """Where marks are put down, in values of two scales.

    Marks of a higher ``order`` lie above others, and so do later ones of the same order. A ``tip`` appears when the pointer rests
    on the mark; a phone has no pointer.
    """

    def __init__(self, pen: Pen, marks: list[Mark], x: Scale, y: Scale, first: int = 0) -> None:
        self.pen, self.marks = pen, marks
        self._x, self._y, self._first = x, y, first

    def place(self, x: float, y: float) -> Point:
        """Where a point stands, in pixels from the left and from the top."""
        return self._x(x), self._y(y)

    def line(self, xs: Sequence[float], ys: Sequence[float], look: Look, *, order: float = 2, tip: str = "") -> None:
        """A line through points."""
        points = [self.place(x, y) for x, y in zip(xs, ys, strict=True)]
        self.marks.append(Line(points, look, self._first + order, self._tip(tip)))

    def dot(self, x: float, y: float, shape: str, size: float, look: Look, *, order: float = 2, tip: str = "") -> None:
        """A shape, by its letter in matplotlib, around a point."""
        self.marks.append(Dot(*self.place(x, y), shape, size, look, self._first + order, self._tip(tip)))

    def area(self, corners: Iterable[Point], look: Look, *, order: float = 1, tip: str = "") -> None:
        """The area between points."""
        self.marks.append(Area([self.place(x, y) for x, y in corners], look, self._first + order, self._tip(tip)))

    def box(self, x: float, y: float, width: float, height: float, look: Look, *, order: float = 1, tip: str = "") -> None:
        """A box from a point on."""
        right, far = x + width, y + height
        self.area(((x, y), (right, y), (right, far), (x, far)), look, order=order, tip=tip)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        shift: Point = (0, 0),
        *,
        color: str = "",
        size: float = SMALL,
        bold: bool = False,
        ha: Anchor = "left",
        va: Upright = "middle",
        spacing: float | None = None,
        turned: bool = False,
        order: float = 3,
    ) -> None:
        """Words beside a point, *shift* pixels to the right and upwards."""
        left, top = self.place(x, y)
        left, top, order, color = left + shift[0], top - shift[1], self._first + order, color or self.pen["muted"]
        for line, down in baselines(text, size, bold, va, spacing):
            place = (left + down, top) if turned else (left, top + down)
            self.marks.append(Words(*place, line, ha, color, size, bold, turned, order))

    def _tip(self, text: str) -> str:
        return "" if self.pen.narrow else text


class Sheet(Surface):
    """A drawing on a scale across and one upwards, from ``x[0]`` at the left to ``x[1]``, from ``y[0]`` below to ``y[1]``.

    Margins and ``height`` are in pixels. What stands beside the scales is put on ``beside``, in pixels from the left and the top.
    Jupyter shows a sheet as reports do; its ``figure`` is for work by hand.
    """

    def __init__(self, pen: Pen, height: int, x: Point, y: Point, *, left: int, right: int, top: int, bottom: int) -> None:
        self.height = height
        self.across, self.up = pen.width - left - right, height - top - bottom
        wide, high = self.across / (x[1] - x[0]), -self.up / (y[1] - y[0])
        super().__init__(pen, [], Scale(wide, left - x[0] * wide), Scale(high, top - y[1] * high))
        self.beside = Surface(pen, self.marks, Scale(), Scale(), BESIDE)

    @cached_property
    def figure(self) -> Figure:
        """The drawing as a matplotlib figure, to be changed or saved in any form."""
        return as_figure(self.marks, self.pen.width, self.height)

    def _repr_svg_(self) -> str:
        """What Jupyter shows. A page says how wide a drawing is, a notebook does not."""
        return as_svg(self).replace("<svg ", f'<svg width="{self.pen.width}" ', 1)


@lru_cache(maxsize=4096)
def wrap(text: str, width: float, size: float = TEXT) -> str:
    """Break *text* into lines of at most *width* pixels, between words or between Chinese characters."""
    room = width / (size * 0.53)
    lines, line = [], ""
    for part in re.findall(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+\s?|\s+", text):
        if line and cell_len((line + part).rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += part
    return "\n".join([*lines, line.rstrip()])


def cut(text: str, most: int) -> str:
    """At most so many letters of *text*; a Chinese character counts for two."""
    return text if cell_len(text) <= most else f"{set_cell_size(text, most - 1).rstrip()}…"


def as_svg(sheet: Sheet) -> str:
    """A drawing as a compact SVG document: real text, no metadata, no ids, coordinates to a tenth of a pixel."""
    return document(sheet.marks, sheet.pen.width, sheet.height, FONT)
