"""How wide the columns of a printed table are, and how large its text.

A page cannot scroll: a table of any width must fit between the margins, and no word may run into the next column. The text is
known here, so widths are worked out before Typst sees the table, which needs no second look at it then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

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
    room = [max(_words(node, i), default=1) * unit + _INSET for i in range(count)]
    weights = [max(column.weight, 0.01) for column in node.columns]
    if len(set(weights)) == 1:
        weights = [_natural(node, i) * unit + _INSET for i in range(count)]
    return size, tuple(round(width, 4) for width in _shares(weights, room))


def line_counts(node: Table, size: float, widths: Sequence[float]) -> list[float]:
    """Return about how many lines each row takes up, if text has *size* points and columns have *widths*; rather too many."""
    fit = [max(3, int((width * _FULL - _INSET) / (size * _EM))) for width in widths]
    return [max((_lines(plain(cell.text), most) for cell, most in zip(row, fit, strict=False)), default=1) for row in node.rows]


def _lines(text: str, most: int) -> float:
    """Bytes count as letters: hanzi, which have three, are wider and their lines are farther apart."""
    return sum(1 + len(line.encode()) / most for line in text.split("\n"))


def _texts(node: Table, i: int) -> Iterator[str]:
    yield node.columns[i].label
    yield from (plain(row[i].text) for row in node.rows if i < len(row))


_WORD = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s/\u2e80-\u9fff\uff00-\uffef]+")


def _words(node: Table, i: int) -> Iterator[float]:
    """Lengths of what should not be broken. Of headings, the more columns there are the less is asked for."""
    name, *texts = _texts(node, i)
    most = min(_LONGEST, max(6, 84 // len(node.columns)))
    whole = [name] if cell_len(name) <= _WHOLE else _WORD.findall(name)
    yield from (min(cell_len(word), most) for word in whole)
    for text in texts:
        yield from (min(cell_len(word), _LONGEST) for word in _WORD.findall(text))


def _natural(node: Table, i: int) -> float:
    """A width in letters that suits the column: that of its longer texts if short, else one that sets them in a few lines."""
    name, *lengths = map(cell_len, _texts(node, i))
    lengths = sorted(lengths) or [name]
    usual = max(lengths[int(0.85 * (len(lengths) - 1))], min(name, _SHORT))
    return usual if usual <= _SHORT else _SHORT + (min(usual, 240) - _SHORT) ** 0.72


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
