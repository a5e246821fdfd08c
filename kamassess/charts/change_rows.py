"""What the drawings of change share: their rows, how a change is written, the column of figures, and the key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from rich.cells import cell_len

from kamassess.charts.canvas import SMALL, TEXT, Pen, Surface, cut
from kamassess.charts.marks import Look
from kamassess.charts.rows import Rows
from kamassess.instrument import LEVEL_TOLERANCE
from kamassess.locale import Locale
from kamassess.result import Change, Interval

__all__ = [
    "FIGURES",
    "NARROW_FIGURES",
    "ChangeRow",
    "Key",
    "Sign",
    "box_sign",
    "change_rows",
    "dot_sign",
    "exact",
    "figures",
    "heading",
    "line_sign",
    "signed",
    "signed_interval",
    "visible",
]

FIGURES, NARROW_FIGURES = 164, 94
"""Pixels that the column of figures takes at the right, on a page and on a phone."""

_CHANGE = 108
_DIGITS = 2
_LETTER = 0.56
_ENTRY = 22


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A row of a drawing: a block or a unit, what changed of it, and where it wants to be."""

    name: str
    change: Change
    target: float | None = None
    whole: bool = False
    """Whether it is the whole of which the others are parts."""


# -- how a change is written ------------------------------------------------------------------------------------------------


def signed(words: Locale, value: float | None) -> str:
    """A change with its sign and two decimals, or the mark of a missing one.

    >>> from kamassess.locale import locale
    >>> signed(locale("en"), 0.5), signed(locale("en"), -1.234), signed(locale("en"), -0.001)
    ('+0.50', '−1.23', '0.00')
    """
    if value is None:
        return words.score(None)
    shown = words.number(abs(value), _DIGITS)
    if not visible(value):
        return shown
    return f"{'+' if value > 0 else '−'}{shown}"


def visible(value: float | None) -> bool:
    """Whether a number is more than nought in the decimals that are shown."""
    return value is not None and round(abs(value), _DIGITS) > 0


def signed_interval(words: Locale, ends: Interval) -> str:
    """Two ends of the interval of a change; of one that has no width, that it has none."""
    low, high = (signed(words, end) for end in ends)
    return words("change_no_spread") if low == high else words("change_interval", low=low, high=high)


def exact(words: Locale, value: float | None, starts: Sequence[float] = ()) -> str:
    """A score with the two decimals of its change; more where it would be rounded up to a level it has not reached.

    >>> from kamassess.locale import locale
    >>> exact(locale("en"), 1.954), exact(locale("en"), 1.9967, starts=[1, 2])
    ('1.95', '1.997')
    """
    if value is None:
        return words.score(None)
    digits = _DIGITS
    while digits < 9 and any(value + LEVEL_TOLERANCE < start <= round(value, digits) for start in starts):
        digits += 1
    return words.number(value, digits)


# -- the drawing -------------------------------------------------------------------------------------------------------------


def change_rows(entries: Sequence[ChangeRow], low: float, high: float, pad: float, key: int, pen: Pen) -> Rows:
    """Rows with room for figures at the right: beside the scale, on a phone within it."""
    low, high = low - (high - low) * pad, high + (high - low) * pad
    if pen.narrow:
        full = pen.width - 24
        high += (high - low) * NARROW_FIGURES / (full - NARROW_FIGURES)
    most = int((pen.width - 8) / (TEXT * _LETTER))
    names = [cut(entry.name, most) if pen.narrow else entry.name for entry in entries]
    bold = [row for row, entry in enumerate(entries) if entry.whole]
    return Rows(pen, names, low, high, row_height=34, top=30 + key, right=FIGURES, bold=bold)


def figures(rows: Rows, y: float, value: str, ends: Interval | None, *, strong: bool) -> None:
    """A number at the right in bold if it is sure, with its interval beside it or, on a phone, below it."""
    pen = rows.pen
    interval = signed_interval(pen.words, ends) if ends else ""
    look: dict[str, Any] = {"bold": True, "color": pen["ink"]} if strong else {}
    edge = 12 if rows.stacked else FIGURES - _CHANGE
    rows.text(rows.high, y, value, (edge, 7 if rows.stacked and interval else 0), ha="right", size=12, **look)
    if interval and rows.stacked:
        rows.text(rows.high, y, interval, (edge, -8), ha="right")
    elif interval:
        rows.text(rows.high, y, interval, (edge + 10, 0))


def heading(rows: Rows, text: str) -> None:
    """The name of the column of figures."""
    edge = 12 if rows.stacked else FIGURES - 2
    rows.text(rows.high, -0.5, text, (edge, 8), ha="right", va="baseline")


Sign: TypeAlias = Callable[[Surface, float, float], None]
"""Draws what an entry of the key explains at pixels from the left and from the top."""


class Key:
    """What the marks mean, in lines above the drawing."""

    def __init__(self, pen: Pen, entries: Sequence[tuple[Sign, str]]) -> None:
        self.entries = entries
        self.places: list[tuple[int, float]] = []
        line, x = 0, 0.0
        for _, name in entries:
            width = 42 + cell_len(name) * SMALL * _LETTER
            if x and x + width > pen.width:
                line, x = line + 1, 0.0
            self.places.append((line, x))
            x += width
        self.height = _ENTRY * (line + 1)

    def draw(self, rows: Rows) -> None:
        """Draw it at the top."""
        for (draw_sign, name), (line, x) in zip(self.entries, self.places, strict=True):
            from_top = 12 + _ENTRY * line
            draw_sign(rows.beside, x + 10, from_top)
            rows.beside.text(x + 24, from_top, name)


def dot_sign(shape: str, size: float, look: Look) -> Sign:
    """A dot in the key."""
    return lambda key, x, y: key.dot(x, y, shape, size, look)


def line_sign(xs: Sequence[float], ys: Sequence[float], look: Look) -> Sign:
    """A line in the key through pixels around its middle."""
    return lambda key, x, y: key.line([x + dx for dx in xs], [y + dy for dy in ys], look)


def box_sign(look: Look) -> Sign:
    """A bar in the key."""
    return lambda key, x, y: key.box(x - 8, y - 5, 16, 10, look)
