r"""How much room text takes in the cells of a spreadsheet: no library writes that down, and Excel does not work it out for cells
that are merged, nor LibreOffice for a file that it opens.

Letters are as wide as Arial's, which every office program has or replaces by a font of the same widths; a Chinese character is as
wide as it is high. Lines are as high as Excel makes them, which is higher than LibreOffice does. A little is added to both, for
fonts are fitted to the dots of a screen, and a line too few is text that nobody can read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

__all__ = [
    "FONTS",
    "INDENT",
    "broken",
    "cell_lines",
    "evenly_broken",
    "line_points",
    "pixels_of",
    "room_of",
    "row_points",
    "text_pixels",
    "widest_word",
]

FONTS = {"en": "Arial", "zh": "Microsoft YaHei"}
"""What office programs have on any machine, or something with the same widths; a workbook cannot carry a font as the PDF does."""
_REGULAR = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 "
    "584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 "
    "611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 "
    "722 500 500 500 334 260 334 584 "
)
_BOLD = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 "
    "584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 "
    "611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 "
    "778 556 556 500 389 280 389 584 "
)
"""Widths of the printable characters of ASCII in thousandths of the size of the font."""
_ASCII = tuple(tuple(int(width) / 1000 for width in table.split()) for table in (_REGULAR, _BOLD))
_OTHER, _WIDE = 0.62, 1.0
_RESERVE = 1.05
_LINE = {"en": 1.15, "zh": 1.34}
"""Height of a line in sizes of its letters: of Arial and of Microsoft YaHei. Excel adds two dots of a screen to each."""
_PADDING = 4.0
_HIGHEST = 409.0
_DOTS = 96 / 72
_DIGIT, _SIDES = 7, 5
"""Pixels: a character of a column's width, and what a column has beside them."""
INDENT = 9.0
"""Pixels of one step of indentation."""


def pixels_of(width: float) -> int:
    """Pixels on the screen of a column that is so many characters wide.

    >>> pixels_of(10)
    75
    """
    return int(width * _DIGIT + 0.5) + _SIDES


def room_of(width: float, indent: int = 0) -> float:
    """Pixels for text in a column, or in several that are merged (give the sum of their widths)."""
    return max(width * _DIGIT - 2 - INDENT * indent, 1.0)


@lru_cache(maxsize=65_536)
def text_pixels(text: str, points: float = 10, bold: bool = False) -> float:
    """How wide text is on one line, in pixels."""
    table = _ASCII[bold]
    return sum(_letter(letter, table) for letter in text) * points * _DOTS * _RESERVE


def _letter(letter: str, table: tuple[float, ...]) -> float:
    place = ord(letter) - 32
    if 0 <= place < len(table):
        return table[place]
    return _WIDE if unicodedata.east_asian_width(letter) in "WFA" else _OTHER


def widest_word(text: str, points: float = 10, bold: bool = False) -> float:
    """Pixels of the longest of what a line is not broken within."""
    return max((text_pixels(word.strip(), points, bold) for line in text.split("\n") for word in _words(line)), default=0.0)


def cell_lines(text: str, room: float, points: float = 10, bold: bool = False) -> int:
    r"""How many lines text takes in *room* pixels, broken between words, and anywhere between Chinese characters.

    >>> cell_lines("One line", 200), cell_lines("One line\nand another", 200)
    (1, 2)
    """
    return sum(_lines(line, room, points, bold) for line in text.split("\n"))


def line_points(points: float, language: str) -> float:
    """How high Excel makes a line of letters of this size, in points.

    >>> line_points(10, "en"), line_points(9, "en"), line_points(10, "zh")
    (12.75, 12.0, 15.0)
    """
    return round(points * _LINE[language] * _DOTS + 2) / _DOTS


def row_points(cells: Sequence[tuple[int, float]], language: str, least: float = 0.0) -> float:
    """Points for a row of *cells*: lines, size of the font in points."""
    heights = (lines * line_points(points, language) + _PADDING for lines, points in cells)
    return round(min(_HIGHEST, max([least, *heights])), 1)


def _lines(text: str, room: float, points: float, bold: bool) -> int:
    """Words that are wider than a line take as many as they need."""
    return sum(max(1, -int(-text_pixels(line, points, bold) // room)) for line in broken(text, room, points, bold))


def broken(text: str, room: float, points: float = 10, bold: bool = False) -> list[str]:
    """The lines of a paragraph in *room* pixels; a word that is wider stands on a line of its own."""
    lines, used = [""], 0.0
    for word in _words(text):
        needed = text_pixels(word.rstrip(" "), points, bold)
        if lines[-1] and used + needed > room:
            lines.append("")
            used = 0.0
        lines[-1] += word
        used += text_pixels(word, points, bold)
    return [line.rstrip(" ") for line in lines]


def evenly_broken(text: str, room: float, points: float = 10, bold: bool = False) -> list[str]:
    """The same in as few lines, but none much longer than the others.

    >>> evenly_broken("Share of the overall score", 150), evenly_broken("作答比例", 50)
    (['Share of the', 'overall score'], ['作答', '比例'])
    """
    found = broken(text, room, points, bold)
    while room > 1:
        room *= 0.95
        narrower = broken(text, room, points, bold)
        if len(narrower) > len(found) or max(text_pixels(line, points, bold) for line in narrower) > room:
            break
        found = narrower
    return found


def _words(text: str) -> Iterator[str]:
    """Pieces that stay together on a line: a word with the space after it, or one Chinese character with its punctuation."""
    word = ""
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF"
        if word and (wide or unicodedata.east_asian_width(word[-1]) in "WF") and not unicodedata.category(letter).startswith("P"):
            yield word
            word = ""
        word += letter
        if letter == " ":
            yield word
            word = ""
    if word:
        yield word
