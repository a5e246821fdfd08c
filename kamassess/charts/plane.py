"""A drawing on two scales: the frame, its grid and its words, which the charts of accounts share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kamassess.charts.canvas import Pen, Sheet
from kamassess.charts.marks import Look

__all__ = ["Box", "Plane"]


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


class Plane(Sheet):
    """A sheet with two scales that are named."""

    def __init__(
        self,
        pen: Pen,
        x: tuple[float, float],
        y: tuple[float, float],
        height: int,
        *,
        left: int = 64,
        right: int = 24,
        top: int = 16,
        bottom: int = 44,
    ) -> None:
        self.x, self.y = x, y
        super().__init__(pen, height, x, y, left=left, right=right, top=top, bottom=bottom)

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

    def columns(self, values: Sequence[float], labels: Sequence[str]) -> None:
        """Vertical lines at *values*, named below."""
        for value, label in zip(values, labels, strict=True):
            self.line([value, value], list(self.y), Look(line=self.pen["line"]), order=0)
            self.text(value, self.y[0], label, (0, -14), ha="center")

    def rows(self, values: Sequence[float], labels: Sequence[str]) -> None:
        """Horizontal lines at *values*, named at the left."""
        for value, label in zip(values, labels, strict=True):
            self.line(list(self.x), [value, value], Look(line=self.pen["line"]), order=0)
            self.text(self.x[0], value, label, (-8, 0), ha="right")
