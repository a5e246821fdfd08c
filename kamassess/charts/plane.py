"""A drawing on two scales: the frame, its grid and its words, which the charts of accounts share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kamassess.charts.canvas import SMALL, Pen, styled
from kamassess.charts.svg import TIP

__all__ = ["Box", "Plane"]

_PX = 72


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of the drawing in pixels from the lower left corner of its scales."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Whether both have a point in common."""
        return self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top

    def within(self, other: Box) -> bool:
        """Whether it lies wholly inside the other."""
        return other.left <= self.left and self.right <= other.right and other.bottom <= self.bottom and self.top <= other.top


@dataclass
class Plane:
    """A figure with two scales; margins and ``height`` in pixels."""

    pen: Pen
    x: tuple[float, float]
    y: tuple[float, float]
    height: int
    left: int = 64
    right: int = 24
    top: int = 16
    bottom: int = 44
    figure: Figure = field(init=False)
    axes: Axes = field(init=False)

    def __post_init__(self) -> None:
        width = self.pen.width
        with styled():
            self.figure = Figure(figsize=(width / _PX, self.height / _PX), dpi=_PX)
            span = (self.left / width, self.bottom / self.height, self.across / width, self.up / self.height)
            self.axes = self.figure.add_axes(span)
            self.axes.set_xlim(*self.x)
            self.axes.set_ylim(*self.y)
            self.axes.axis("off")

    @property
    def across(self) -> int:
        """Pixels that the horizontal scale is long."""
        return self.pen.width - self.left - self.right

    @property
    def up(self) -> int:
        """Pixels that the vertical scale is long."""
        return self.height - self.top - self.bottom

    @property
    def frame(self) -> Box:
        """The piece in which marks stand."""
        return Box(0, 0, self.across, self.up)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point stands, in pixels from the lower left corner of the scales."""
        return (
            (x - self.x[0]) / (self.x[1] - self.x[0]) * self.across,
            (y - self.y[0]) / (self.y[1] - self.y[0]) * self.up,
        )

    @contextmanager
    def drawing(self) -> Iterator[Axes]:
        """The axes, in the style of the house."""
        with styled():
            yield self.axes

    def tip(self, artist: Artist, text: str) -> None:
        """Words that appear when the pointer rests on a mark; a phone has no pointer."""
        if not self.pen.narrow:
            artist.set_gid(f"{TIP}{text}")

    def line(self, xs: Sequence[float], ys: Sequence[float], **look: Any) -> Artist:
        """A line through points of the scales."""
        with styled():
            return self.axes.plot(xs, ys, **look)[0]

    def text(self, x: float, y: float, text: str, shift: tuple[float, float] = (0, 0), **look: Any) -> None:
        """Words beside a point of the scales, *shift* pixels away."""
        settled: dict[str, Any] = {"ha": "left", "va": "center_baseline", "color": self.pen["muted"], "fontsize": SMALL} | look
        with styled():
            self.axes.annotate(text, (x, y), shift, textcoords="offset pixels", annotation_clip=False, **settled)

    def columns(self, values: Sequence[float], labels: Sequence[str]) -> None:
        """Vertical lines at *values*, named below."""
        for value, label in zip(values, labels, strict=True):
            self.line([value, value], list(self.y), color=self.pen["line"], linewidth=1, zorder=0)
            self.text(value, self.y[0], label, (0, -14), ha="center")

    def rows(self, values: Sequence[float], labels: Sequence[str]) -> None:
        """Horizontal lines at *values*, named at the left."""
        for value, label in zip(values, labels, strict=True):
            self.line(list(self.x), [value, value], color=self.pen["line"], linewidth=1, zorder=0)
            self.text(self.x[0], value, label, (-8, 0), ha="right")
