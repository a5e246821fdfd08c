"""How much memory the sheets of a workbook take once they are read, told from their XML before anybody reads them.

A reader makes a cell of every place from A1 to the last one that is filled, and a text of its own for every cell that refers to a
shared one. So one cell at XFD1048576 stands for seventeen billion, and one text of a megabyte for as many as cells name it.
"""

from __future__ import annotations

import re

import numpy as np

__all__ = ["SharedTexts", "extent", "filled"]

_PIECE = 1 << 20
_OVERLAP = 64
_NAME = rb"[A-Za-z]{1,3}"
_PREFIX = rb"<(?:[^\s<>/:]+:)?"
_R = rb"""(?<![\w:.-])r\s*=\s*["']"""
_ROW = re.compile(_PREFIX + rb"row\s[^<>]{0,400}?" + _R + rb"""(\d{1,7})["']""")
_CELL = re.compile(_R + rb"""([A-Za-z]{1,3})(\d{1,7})["']""")
_CROOKED = re.compile(
    _R + rb"""(?![A-Za-z]{0,3}[0-9]{1,7}["'])|"""
    rb"""<(?:[^\s<>/:]+:)?+(?:c|row)(?=[\s/>])(?!(?:\s++[\w:.-]++\s*+=\s*+(?:"[^"=<>]*+"|'[^'=<>]*+'))*+\s*+/?>)"""
)
"""A name that no cell or row can have, of which some readers make another by leaving digits away; a tag that could hide one."""
_PLAIN = rb'<c r="'
_PLAIN_ROW = re.compile(rb'<row r="(\d{1,7})"')
_PLAIN_CROOKED = re.compile(rb'<(?:c r="(?![A-Za-z]{1,3}[0-9]{1,7}")|row r="(?![0-9]{1,7}"))')
_ENDS = b"\t\n\r\x0b\x0c/>"
_OTHERWISE = [b"%s%s%c" % (sign, tag, end) for sign in (b"<", b":") for tag in (b"c", b"row") for end in _ENDS]
_OTHERWISE += [b":c ", b":row "]
_UNNAMED = re.compile(_PREFIX + rb"c(?:>|/|\s(?![^<>]*?" + _R + rb"))")
_BEGUN = re.compile(_PREFIX + rb"(?:row|c)[\s/>]")
_FILLED = re.compile(_PREFIX + rb"c[\s/>]")
_ITEM = re.compile(_PREFIX + rb"si[\s/>]")
_SHARED = re.compile(rb"""\st\s{0,9}=\s{0,9}["']s["']""")
_SHARED_VALUE = re.compile(rb"""\st\s{0,9}=\s{0,9}["']s["'][^<>]{0,400}>\s{0,99}<(?:\w{1,20}:)?v[^<>]{0,99}>\s{0,99}(\d{1,9})""")


def extent(content: bytes) -> tuple[int, int]:
    """Rows and columns from A1 to the last cell of a sheet, at most; ``content`` is its XML.

    >>> extent(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="7"><c r="C7"/></row>')
    (7, 3)

    Raises
    ------
    ValueError
        A cell or row has a name that none can have.
    """
    plain = _is_plain(content)
    if (_PLAIN_CROOKED if plain else _CROOKED).search(content):
        raise ValueError("a cell that cannot be")
    rows = max(map(int, (_PLAIN_ROW if plain else _ROW).findall(content)), default=0)
    columns = _columns(content[:_PIECE])
    if _beyond(rows, columns, _PLAIN if plain else _R).search(content):
        rows, columns = _exact(content, rows, columns)
    if not plain and _UNNAMED.search(content):  # cells without a name follow the one before them
        rows += len(_BEGUN.findall(content))
        columns += max(len(_BEGUN.findall(piece)) for piece in re.split(rb"</(?:[^\s<>/:]+:)?row\s*>", content))
    return rows, columns


def _is_plain(content: bytes) -> bool:
    """Whether every cell and row begins with its name, as office programs write them: then less is to be looked at."""
    if any(content.count(beginning) for beginning in _OTHERWISE):
        return False
    return all(content.count(b"<%s " % tag) == content.count(b'<%s r="' % tag) for tag in (b"c", b"row"))


def _columns(content: bytes) -> int:
    return max((_number(name) for name in {name for name, _ in _CELL.findall(content)}), default=0)


def _exact(content: bytes, rows: int, columns: int) -> tuple[int, int]:
    """The same of every cell, which takes longer."""
    for start in range(0, len(content), _PIECE):
        found = _CELL.findall(content, start, start + _PIECE + _OVERLAP)
        rows = max(rows, max((int(row) for _, row in found), default=0))
        columns = max(columns, max((_number(name) for name in {name for name, _ in found}), default=0))
    return rows, columns


def _beyond(rows: int, columns: int, before: bytes) -> re.Pattern[bytes]:
    """What finds a cell below these rows or right of these columns; *before* stands before its name."""
    letters = _letters(columns)
    names = [rb"[A-Za-z]{%d,3}" % (len(letters) + 1)] if len(letters) < 3 else []
    for place, letter in enumerate(letters):
        if letter < "Z":
            higher = f"{chr(ord(letter) + 1)}-Z{chr(ord(letter) + 1).lower()}-z"
            same = "".join(f"[{one}{one.lower()}]" for one in letters[:place])
            names.append(f"{same}[{higher}][A-Za-z]{{{len(letters) - place - 1}}}".encode())
    digits = str(rows)
    numbers = [rb"0*[1-9]\d{%d,}" % len(digits)]
    for place, digit in enumerate(digits):
        if digit < "9":
            numbers.append(f"0*{digits[:place]}[{int(digit) + 1}-9]\\d{{{len(digits) - place - 1}}}".encode())
    either = [_NAME + rb"(?:" + rb"|".join(numbers) + rb")"]
    if names:
        either.append(rb"(?:" + rb"|".join(names) + rb")\d+")
    return re.compile(before + rb"(?:" + rb"|".join(either) + rb""")["']""")


def _letters(number: int) -> str:
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters or "@"  # the sign before A: nothing is there yet


def _number(letters: bytes) -> int:
    """A column from 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def filled(content: bytes) -> int:
    """How many cells a sheet has that are written down."""
    return sum(1 for _ in _FILLED.finditer(content))


class SharedTexts:
    """The texts of a workbook that cells refer to, by the bytes of their part (none: there are none)."""

    def __init__(self, content: bytes) -> None:
        starts = [found.start() for found in _ITEM.finditer(content)]
        self._lengths = np.diff([*starts, len(content)]) if starts else np.zeros(1, dtype=np.int64)

    def characters(self, sheet: bytes) -> int:
        """How many characters the cells of a sheet refer to, at most.

        >>> SharedTexts(b"<sst><si><t>abc</t></si></sst>").characters(b'<c r="A1" t="s"><v>0</v></c>' * 1000)
        25000
        """
        references = sum(1 for _ in _SHARED.finditer(sheet))
        most = int(self._lengths.max()) * references
        if most < _PIECE:
            return most
        named = np.fromiter((int(found[1]) for found in _SHARED_VALUE.finditer(sheet)), dtype=np.int64)
        return int(self._lengths[named[named < len(self._lengths)]].sum())
