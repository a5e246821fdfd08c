"""How high a row must be for its text: no library writes that down, and LibreOffice does not work it out for a file it opens.

Widths are estimated from above, for the fonts differ from one computer to the next: a line too many is white space, one too few
is an answer that nobody can read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

__all__ = ["row_height"]

_LATIN, _WIDE = 0.48, 1.0
"""Mean width of a letter as a share of the size of the font: of Calibri and Arial, and of Chinese."""
_LINE = 1.28
_PIXELS = 96 / 72
_PADDING = 4.0
_HIGHEST = 409.0


def row_height(cells: list[tuple[str, float, float]], least: float = 0.0) -> float:
    r"""Points for a row of *cells*: text, width of its column in characters, size of its font in points.

    >>> row_height([("One line", 30, 10)]), row_height([("One line\nand another", 30, 10)])
    (16.8, 29.6)
    """
    heights = (sum(_lines(line, width, points) for line in text.split("\n")) * points * _LINE for text, width, points in cells)
    return round(min(_HIGHEST, max([least, *(height + _PADDING for height in heights)])), 1)


def _lines(text: str, width: float, points: float) -> int:
    """How many lines a paragraph takes when it is broken between words, and anywhere between Chinese characters."""
    room = (7 * width - 3) / (points * _PIXELS)
    lines, used = 1, 0.0
    for word in _words(text):
        needed = sum(_WIDE if unicodedata.east_asian_width(letter) in "WF" else _LATIN for letter in word)
        if used and used + needed > room:
            lines, used = lines + 1, 0.0
        used += needed
        while used > room:
            lines, used = lines + 1, used - room
    return lines


def _words(text: str) -> Iterator[str]:
    """Pieces that stay together on a line: a word with the space after it, or one Chinese character with its punctuation."""
    word = ""
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF"
        if wide and word and not unicodedata.category(letter).startswith("P"):
            yield word
            word = ""
        word += letter
        if letter == " ":
            yield word
            word = ""
    if word:
        yield word
