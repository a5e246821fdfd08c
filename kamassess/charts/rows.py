"""A drawing of rows on a scale: the names, the grid and the bars that most charts share."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kamassess.charts.canvas import TEXT, Pen, Sheet, wrap
from kamassess.charts.marks import Look

__all__ = ["Rows"]

_BAR = 0.62


class Rows(Sheet):
    """A sheet with one row a name: names at the left, or above their rows if it is narrow and they are not ``short``.

    Rows are counted downwards; those in ``bold`` have their names in bold.
    """

    def __init__(
        self,
        pen: Pen,
        names: Sequence[str],
        low: float,
        high: float,
        *,
        label_width: int = 218,
        row_height: int = 40,
        top: int = 30,
        bottom: int = 8,
        right: int = 24,
        short: bool = False,
        bold: Collection[int] = (),
    ) -> None:
        self.names, self.low, self.high = names, low, high
        self.stacked = pen.narrow and not short
        self.step = row_height + (16 if self.stacked else 0)
        self.top, self.label_width = top, label_width
        super().__init__(
            pen,
            top + self.step * len(names) + bottom,
            (low, high),
            (len(names) - 0.5, -0.5),
            left=10 if self.stacked else label_width,
            right=14 if self.stacked else right,
            top=top,
            bottom=bottom,
        )
        for row, name in enumerate(names):
            self._name(row, name, bold=row in bold)

    def y(self, row: int) -> float:
        """Where marks of a row stand: below a name that is above its row."""
        return row + (0.17 if self.stacked else 0.0)

    def name_line(self, row: int) -> float:
        """Where the name of a row stands, in pixels from the top."""
        return self.top + self.step * row + (11 if self.stacked else self.step / 2)

    def _name(self, row: int, name: str, *, bold: bool) -> None:
        lines = name if self.stacked else wrap(name, self.label_width - 16)
        self.beside.text(0, self.name_line(row), lines, color=self.pen["ink"], size=TEXT, bold=bold, spacing=1.15)

    def bar(self, y: float, left: float, width: float, look: Look, *, tip: str = "") -> None:
        """A bar of a row."""
        self.box(left, y - _BAR / 2, width, _BAR, look, tip=tip)

    def grid(self, values: Sequence[float], labels: Sequence[str]) -> None:
        """Vertical lines at *values*, named above the first row."""
        for value, label in zip(values, labels, strict=True):
            self.line([value, value], [-0.5, len(self.names) - 0.5], Look(line=self.pen["line"]), order=0)
            self.text(value, -0.5, label, (0, 8), ha="center", va="baseline")
