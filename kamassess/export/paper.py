"""Sheets on paper: A4, never smaller than can be read. A table that is too wide goes over several pages side by side.

The columns that say what a row is about stand on each page, and so do the headings; the scale is laid down with the page breaks,
since Excel leaves breaks out where it is told to fit a sheet to its pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamassess.export.cell_text import pixels_of

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

__all__ = ["MARGINS", "SMALLEST", "Across", "breaks_down", "pages_across", "print_down", "print_table"]

MARGINS = {"left": 0.4, "right": 0.4, "top": 0.75, "bottom": 0.65}
"""Inches around what is printed; headers and footers stand in them."""
_LONG, _SHORT = 297 / 25.4, 210 / 25.4
_SIDES, _ENDS = MARGINS["left"] + MARGINS["right"], MARGINS["top"] + MARGINS["bottom"]
SMALLEST = 80
"""Per cent: text of 10 points is printed in 8 at least."""
_LARGEST = 90
"""Per cent: a table with few columns is not printed larger than the others, and more of it is on a page."""
_WIDER = 1.07
"""Other programs than Excel do not round the width of a digit down to whole pixels."""
_HIGHER = 1.02
"""So much higher rows are taken to be, lest a page ends before its break."""
_MOST_BREAKS = 1000
"""Excel takes 1,026 breaks of a kind."""


@dataclass(frozen=True, slots=True)
class Across:
    """How columns are printed: the first of each page beside the repeated ones (without that of the first page), and per cent."""

    breaks: tuple[int, ...]
    scale: int


def pages_across(widths: Sequence[float], repeated: int, wanted: Sequence[int] = ()) -> Across:
    """Which columns (by *widths* in characters) go on a page together, with the first *repeated* ones on each.

    A page ends before each of the columns *wanted*, and wherever it is full.
    """
    pixels = [pixels_of(width) * _WIDER for width in widths]
    room, start = (_LONG - _SIDES) * 96 * 100 / SMALLEST, sum(pixels[:repeated])
    breaks, used, widest, columns = [], start, start, 0
    if sum(pixels) <= room:
        wanted = ()
    for column in range(repeated, len(pixels)):
        if columns and (column in wanted or used + pixels[column] > room):
            breaks.append(column)
            used, columns = start, 0
        used, columns = used + pixels[column], columns + 1
        widest = max(widest, used)
    return Across(tuple(breaks), min(_LARGEST, _scale(widest, _LONG)))


def _scale(pixels: float, paper: float) -> int:
    """Per cent with which so many pixels fit beside each other on paper of so many inches."""
    return max(10, min(100, int(100 * (paper - _SIDES) * 96 / max(pixels, 1.0))))


def breaks_down(blocks: Iterable[tuple[int, float]], head: float, scale: int, *, upright: bool = False) -> list[int]:
    """Before which rows a new page begins, so that no block is torn apart that fits on a page.

    Parameters
    ----------
    blocks
        The first row of each, and its height in points.
    head
        Points of the rows above them on each page.
    """
    room = ((_LONG if upright else _SHORT) - _ENDS) * 72 * 100 / scale / _HIGHER - head
    found, used = [], 0.0
    for row, height in blocks:
        if used and used + height > room and (height <= room or used > room / 2):
            found.append(row)
            used = 0.0
        used += height
        while used > room:
            used -= room
    return found[:_MOST_BREAKS]


def print_table(
    page: Worksheet,
    widths: Sequence[float],
    repeated: int,
    wanted: Sequence[int],
    last: int,
    heading: int | None,
    blocks: Sequence[tuple[int, float]] = (),
    head: float = 0.0,
) -> None:
    """Print the columns of *widths* down to the row *last*: side by side where they are too wide, blocks of rows whole."""
    across = pages_across(widths, repeated, wanted)
    page.print_area(0, 0, last, len(widths) - 1)
    page.set_print_scale(across.scale)
    page.print_across()
    if across.breaks:
        page.set_v_pagebreaks(list(across.breaks))
        page.repeat_columns(0, repeated - 1)
    if heading is not None:
        page.repeat_rows(heading)
    down = breaks_down(blocks, head, across.scale)
    if down:
        page.set_h_pagebreaks(down)


def print_down(page: Worksheet, widths: Sequence[float], blocks: Sequence[tuple[int, float]]) -> None:
    """Print a sheet of prose: one upright page wide, its blocks whole."""
    scale = _scale(sum(pixels_of(width) * _WIDER for width in widths), _SHORT)
    page.set_portrait()
    page.set_print_scale(scale)
    down = breaks_down(blocks, 0.0, scale, upright=True)
    if down:
        page.set_h_pagebreaks(down)
