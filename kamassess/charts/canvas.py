"""What all charts share: a sheet with scales to draw on, its fonts and colours, and its form as a small SVG with real text.

Sizes are in CSS pixels. A chart is drawn twice: wide (for a page of 760 px and for print) and narrow (for a phone, where
names stand above their rows), so that text is never smaller than 11 px.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.transforms import Affine2D, Bbox, BboxTransformFrom, BboxTransformTo, TransformedBbox
from rich.cells import cell_len

from kamassess.charts.svg import TIP, SvgRenderer
from kamassess.charts.words import FONT, Words
from kamassess.locale import Locale, locale
from kamassess.reading.brand import Brand, default_brand

__all__ = ["BESIDE", "NARROW", "SMALL", "TEXT", "WIDE", "Pen", "Sheet", "as_svg", "pen", "wrap"]

WIDE, NARROW = 760, 328
TEXT, SMALL = 13.0, 11.5
_PX = 72
BESIDE = 10
"""From this order on stands what is beside the scales; it is drawn after all that stands on them."""

_A = TypeVar("_A", bound=Artist)


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


class Sheet:
    """A figure with a scale across and one upwards, from ``x[0]`` at the left to ``x[1]``, from ``y[0]`` below to ``y[1]``.

    It does without matplotlib's axes: their ticks, frames and limits, which no chart of ours shows, cost more time than all that
    is drawn. Margins and ``height`` are in pixels.
    """

    def __init__(
        self,
        pen: Pen,
        height: int,
        x: tuple[float, float],
        y: tuple[float, float],
        *,
        left: int,
        right: int,
        top: int,
        bottom: int,
    ) -> None:
        self.pen, self.height = pen, height
        self.across, self.up = pen.width - left - right, height - top - bottom
        self.figure = Figure(figsize=(pen.width / _PX, height / _PX), dpi=_PX)
        # The scales are made as axes make theirs, so that what lies halfway between two tenths of a pixel is rounded as ever.
        part = Bbox.from_bounds(left / pen.width, bottom / height, self.across / pen.width, self.up / height)
        frame = BboxTransformTo(TransformedBbox(part, self.figure.transFigure))
        limits = BboxTransformFrom(Bbox.from_extents(x[0], y[0], x[1], y[1]))
        self._scales = Affine2D((limits + frame).get_matrix())
        self._pixels = Affine2D().scale(1 / _PX) + self.figure.dpi_scale_trans
        self._marks = self._scales + self._pixels
        self._page = Affine2D().scale(1, -1).translate(0, height) + self._pixels

    def line(self, xs: Sequence[float], ys: Sequence[float], **look: Any) -> Line2D:
        """A line through points of the scales."""
        return self._add(Line2D(xs, ys, transform=self._marks, **look))

    def dot(self, x: float, y: float, marker: str, size: float, **look: Any) -> Line2D:
        """A mark at a point of the scales."""
        return self.line([x], [y], marker=marker, markersize=size, linestyle="none", **look)

    def box(self, left: float, bottom: float, width: float, height: float, **look: Any) -> Rectangle:
        """A box between points of the scales."""
        return self._add(Rectangle((left, bottom), width, height, transform=self._marks, **look))

    def area(self, corners: Sequence[tuple[float, float]], **look: Any) -> Polygon:
        """The area between points of the scales."""
        return self._add(Polygon(corners, transform=self._marks, **look))

    def text(self, x: float, y: float, text: str, shift: tuple[float, float] = (0, 0), **look: Any) -> Words:
        """Words beside a point of the scales, *shift* pixels to the right and upwards."""
        across, up = self._scales.transform((x, y))
        return self._add(self._words(across + shift[0], up + shift[1], text, transform=self._pixels, **look))

    def beside(self, artist: _A) -> _A:
        """An artist beside the scales, made in pixels from the left and from the top."""
        artist.set_transform(self._page)
        artist.set_zorder(artist.get_zorder() + BESIDE)
        return self._add(artist)

    def text_beside(self, x: float, y: float, text: str, **look: Any) -> Words:
        """Words beside the scales, at pixels from the left and from the top."""
        return self.beside(self._words(x, y, text, **look))

    def tip(self, artist: Artist, text: str) -> None:
        """Words that appear when the pointer rests on a mark; a phone has no pointer."""
        if not self.pen.narrow:
            artist.set_gid(f"{TIP}{text}")

    def _words(self, x: float, y: float, text: str, *, color: str = "", size: float = SMALL, **look: Any) -> Words:
        return Words(x, y, text, size=size, color=color or self.pen["muted"], **look)

    def _add(self, artist: _A) -> _A:
        self.figure.add_artist(artist)
        return artist


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


def as_svg(figure: Figure) -> str:
    """A figure as a compact SVG document: real text, no metadata, no ids, coordinates to a tenth of a pixel."""
    figure.patch.set_visible(False)
    figure.dpi = _PX
    width, height = figure.get_size_inches() * _PX
    renderer = SvgRenderer(float(width), float(height))
    figure.draw(renderer)
    return renderer.document(FONT)
