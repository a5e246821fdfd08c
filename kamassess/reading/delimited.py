"""CSV files as columns of text with the row numbers a spreadsheet shows, and nothing guessed but encoding and separator.

pandas pads short rows and shifts long ones in silence, so the standard library looks at the structure first.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from kamassess.readable import readable, strange
from kamassess.reading.bounds import CELLS_OF_CSV, COLUMNS, ROWS, TABLE_BYTES
from kamassess.reading.contents import GzipError, TooLargeError, content_of, unpacked
from kamassess.reading.file_kinds import EXCEL_MAGIC
from kamassess.reading.places import Gathered

__all__ = ["column_letter", "read_bytes", "read_csv"]

_DELIMITERS = (",", ";", "\t")
_SAVE = "Save it as CSV UTF-8."
_QUOTES = {
    "unexpected end of data": "has a double quote that is never closed",
    "' expected after '": "has text after a closing double quote",
    "field larger than field limit": "has a cell of more than 131,072 characters, perhaps for want of a closing double quote",
}
_QUOTED = re.compile(r'"[^"]*"')
"""A heading in quotes may hold any of the separators."""
_PAIR = re.compile(rb"[\x81-\xfe](?:[\x30-\x39][\x81-\xfe][\x30-\x39]|[\x40-\x7e\x80-\xfe])")
_CHINESE_UTF8 = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){2}")
_TELLING = 4_000_000
"""Bytes from which the encoding of a file is told."""
_SPLIT = "Split it into files by unit, account or year, or leave out columns that are not read."


def column_letter(index: int) -> str:
    """The letter of a column counted from 0.

    >>> column_letter(27)
    'AB'
    """
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters


def read_csv(path: Path, shown: str, faults: Gathered) -> pd.DataFrame | None:
    """A CSV file as a frame of categories, its index the row numbers of a spreadsheet; None (and a fault) if it cannot be read.

    UTF-8, UTF-8 with BOM and GB18030 are recognised; comma, semicolon and tab separate. The first row that is not empty is the
    header; columns at the right without heading and content, which Excel likes to write, are left out.
    """
    raw = read_bytes(path, shown, faults)
    if raw is None:
        return None
    if raw.startswith(EXCEL_MAGIC):
        faults.add("is an Excel workbook with the name of a CSV file", "Rename it to .xlsx, or save it as CSV.", file=shown)
        return None
    text = _decode(raw, shown, faults)
    if text is None:
        return None
    if not text.strip():
        faults.add("is empty", "Fill it or remove it.", file=shown)
        return None
    if text[:4].lower() == "sep=":
        faults.add("begins with a line 'sep='", "Delete that line.", file=shown, row=1)
        return None
    head = _QUOTED.sub("", text.lstrip("\n").split("\n", 1)[0])
    delimiter = max(_DELIMITERS, key=head.count)
    if text.count(delimiter) > CELLS_OF_CSV:
        faults.add(f"has more than {CELLS_OF_CSV:,} cells", _SPLIT, file=shown)
        return None
    ragged = _ragged(text, delimiter, shown, faults)
    if ragged is None:
        return None
    if ragged or strange(text):
        text = _written_anew(text, delimiter, ragged)
    skipped = len(text) - len(text.lstrip("\n"))
    width = len(next(csv.reader(io.StringIO(text[skipped:]), delimiter=delimiter)))
    words = delimiter.join(["x"] * width)  # without a word in it, pandas takes a column of 'INF', '1.10', 'TRUE' for numbers
    frame = pd.read_csv(
        io.StringIO(f"{words}\n{text[skipped:]}"),
        sep=delimiter,
        header=None,
        dtype="category",
        keep_default_na=False,
        na_values=[],
        skip_blank_lines=False,
        index_col=False,
        low_memory=False,
    ).iloc[1:]
    frame.index = pd.RangeIndex(skipped + 1, skipped + 1 + len(frame))
    frame.columns = [str(name).strip() for name in frame.iloc[0]]
    return _without_empty_end(frame.iloc[1:])


def _without_empty_end(frame: pd.DataFrame) -> pd.DataFrame:
    width = frame.shape[1]
    while width and not frame.columns[width - 1] and not frame.iloc[:, width - 1].astype(str).str.strip().any():
        width -= 1
    return frame.iloc[:, :width]


def read_bytes(path: Path, shown: str, faults: Gathered, most: int = TABLE_BYTES) -> bytes | None:
    """The bytes of a file, unpacked where it ends in ``.gz``; None (and a fault) if it is empty, too large or cannot be read."""
    packed = path.suffix.lower() == ".gz"
    try:
        raw = content_of(path, most)
        raw = unpacked(raw, most) if packed else raw
    except TooLargeError as error:
        unpacks = "unpacks to" if packed else "has"
        faults.add(f"{unpacks} more than {error}", f"At most {error} are read. {_SPLIT}", file=shown)
        return None
    except GzipError:
        faults.add("is no sound gzip file", "Pack it again, or give the file itself.", file=shown)
        return None
    except OSError as error:
        faults.add(f"cannot be read ({error.strerror})", "Check the file and its permissions.", file=shown)
        return None
    if not raw:
        faults.add("is empty", "Fill it or remove it.", file=shown)
        return None
    return raw


def _decode(raw: bytes, shown: str, faults: Gathered) -> str | None:
    """The text of a file. What could be read in two ways is refused: a wrong guess would put other words in people's mouths."""
    fault, line = "", None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        fault = "is UTF-16 text"
    elif b"\x00" in raw:
        fault = "is not text in UTF-8 or GB18030: it has zero bytes"
    else:
        try:
            return _lines(raw.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
        if raw.startswith(b"\xef\xbb\xbf"):
            fault = "begins as UTF-8 but has bytes that are not"
        else:
            text, fault, line = _chinese(raw, line)
            if not fault:
                return _lines(text)
    faults.add(fault, _SAVE, file=shown, line=line)
    return None


def _chinese(raw: bytes, line: int) -> tuple[str, str, int]:
    """GB18030 text, or a fault and its line: bytes of another encoding often make rare characters instead of an error."""
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError as error:
        return "", "has bytes that are neither UTF-8 nor GB18030", raw[: error.start].count(b"\n") + 1
    pairs = _PAIR.findall(raw[:_TELLING])
    if 2 * sum(len(pair) == 2 and pair[1] < 0x80 for pair in pairs) > len(pairs):  # a letter with an accent, then a plain letter
        return "", "has letters in an encoding that is neither UTF-8 nor, it seems, GB18030", line
    for number, content in enumerate(raw.split(b"\n"), 1):
        if not content.isascii() and _CHINESE_UTF8.search(content) and _is_utf8(content):
            return "", f"mixes encodings: line {number} is UTF-8, this one is not", line
    return text, "", line


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _lines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _ragged(text: str, delimiter: str, shown: str, faults: Gathered) -> set[int] | None:
    """The rows that have not as many cells as the header, each noted; None for what is no CSV. Empty lines are allowed."""
    ragged = set()
    width = 0
    number = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), 1):
            if max(len(row), width) > COLUMNS or number > ROWS:
                over = f"{COLUMNS:,} columns" if number <= ROWS else f"{ROWS:,} rows"
                faults.add(f"has more than {over}", _SPLIT, file=shown, row=number)
                return None
            width = width or len(row)
            if row and len(row) != width:
                if len(row) > width:
                    message, remedy = "more", "Put a text that contains the separator in double quotes."
                else:
                    message, remedy = "fewer", "Add the missing cells, empty ones too."
                faults.add(f"has {message} cells ({len(row)}) than the header ({width})", remedy, file=shown, row=number)
                ragged.add(number)
    except csv.Error as error:
        said = str(error)
        problem = next((text for part, text in _QUOTES.items() if part in said), f"is not well-formed CSV ({said})")
        faults.add(problem, "Check the double quotes there; one inside a text is written twice.", file=shown, row=number + 1)
        return None
    return ragged


def _written_anew(text: str, delimiter: str, ragged: Collection[int]) -> str:
    """The text with cells that can be read, and empty lines in place of *ragged* rows: the other rows can be checked as well."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1):
        writer.writerow([] if number in ragged else map(readable, row))
    return buffer.getvalue()
