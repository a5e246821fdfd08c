"""How wide the columns of a printed table are, and how large its text.

A page cannot scroll: a table of any width must fit between the margins, and no word may run into the next column. The text is
known here, so widths are worked out before Typst sees the table, which needs no second look at it then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

from kamassess.document import Table, plain

__all__ = ["line_counts", "measure"]

_FULL = 482.0  # points between the margins of A4
_EM = 0.56  # an average letter of Noto Sans, in em
_INSET = 10.0
_SIZES = ((7, 8.5), (9, 8.0), (11, 7.5), (13, 7.0))
_SMALLEST = 6.5
_LONGEST = 18  # letters; a longer word may be broken
_SHORT = 16
_WHOLE = 8  # letters; a shorter heading stays on one line


def measure(node: Table) -> tuple[float, tuple[float, ...]]:
    """Return the size of a table's text in points, and the width of each column as a share of the whole.

    Weights decide where a table has them; otherwise the lengths of its texts do. No column is narrower than its longest word as
    long as there is room for that.
    """
    count = len(node.columns)
    size = next((size for most, size in _SIZES if count <= most), _SMALLEST)
    if not count:
        return size, ()
    unit = size * _EM
    names = [column.label for column in node.columns]
    columns = [[plain(row[i].text) for row in node.rows if i < len(row)] for i in range(count)]
    room = [max(_name(name, count), _longest(column)) * unit + _INSET for name, column in zip(names, columns, strict=True)]
    weights = [max(column.weight, 0.01) for column in node.columns]
    if len(set(weights)) == 1:
        weights = [_natural(name, column) * unit + _INSET for name, column in zip(names, columns, strict=True)]
    return size, tuple(round(width, 4) for width in _shares(weights, room))


def line_counts(node: Table, size: float, widths: Sequence[float]) -> list[float]:
    """Return about how many lines each row takes up, if text has *size* points and columns have *widths*; rather too many."""
    fit = [max(3, int((width * _FULL - _INSET) / (size * _EM))) for width in widths]
    return [max([_lines(plain(cell.text), most) for cell, most in zip(row, fit, strict=False)], default=1) for row in node.rows]


def _lines(text: str, most: int) -> float:
    """Bytes count as letters: hanzi, which have three, are wider and their lines are farther apart."""
    if "\n" not in text:  # nearly always
        return 1 + len(text.encode()) / most
    return sum(1 + len(line.encode()) / most for line in text.split("\n"))


_WORD = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s/\u2e80-\u9fff\uff00-\uffef]+")


def _name(name: str, count: int) -> float:
    """Letters of a heading that should not be broken: the more columns there are, the less is asked for."""
    return min(_width(name) if _width(name) <= _WHOLE else _longest([name]), _LONGEST, max(6, 84 // count))


def _longest(texts: Sequence[str]) -> float:
    """Letters of the longest word that should not be broken."""
    return min(max(map(_width, set(_WORD.findall("\n".join(texts)))), default=0), _LONGEST)


def _natural(name: str, texts: Sequence[str]) -> float:
    """A width in letters that suits the column: that of its longer texts if short, else one that sets them in a few lines."""
    lengths = sorted(map(_width, texts)) or [_width(name)]
    usual = max(lengths[int(0.85 * (len(lengths) - 1))], min(_width(name), _SHORT))
    return usual if usual <= _SHORT else _SHORT + (min(usual, 240) - _SHORT) ** 0.72


def _width(text: str) -> int:
    """Letters, a hanzi as two; Latin ones need no table to be counted."""
    return len(text) if text.isascii() and text.isprintable() else cell_len(text)


def _shares(weights: Sequence[float], room: Sequence[float]) -> list[float]:
    """Widths in proportion to *weights*, but at least *room* (points) each where the page allows it."""
    if sum(room) >= _FULL:
        return [width / sum(room) for width in room]
    fixed: dict[int, float] = {}
    while True:
        left = _FULL - sum(fixed.values())
        total = sum(weight for i, weight in enumerate(weights) if i not in fixed) or 1.0
        tight = {i: room[i] for i, weight in enumerate(weights) if i not in fixed and left * weight / total < room[i]}
        if not tight:
            return [fixed.get(i, left * weight / total) / _FULL for i, weight in enumerate(weights)]
        fixed |= tight
