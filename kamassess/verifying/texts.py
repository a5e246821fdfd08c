"""What people read in a report, part by part, whatever its format: to say where two of them differ, and whether their figures do.

Files are read that somebody may have made to do harm, so all of it runs in a child with limits; a file that cannot be read has no
parts.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Any

import lxml.etree
import lxml.html

from kamassess.errors import quoted
from kamassess.reading.archives import sound_parts
from kamassess.reading.places import Gathered
from kamassess.reading.sheets import book_in
from kamassess.verifying.claims import json_of
from kamassess.verifying.pages import Page, pages_of

__all__ = ["DIGEST", "Part", "figures", "parts_of", "telling", "told_lines"]

DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")

_HEADINGS = frozenset({"h1", "h2", "h3"})
_UNREAD = frozenset({"script", "style"})
_SLIDE = re.compile(r"ppt/(slides|notesSlides)/\D+(\d+)\.xml")
_SAID = re.compile(rb"<a:(?:t|v)>([^<]*)<|<c:v>([^<]*)<")
_FIGURE = re.compile(r"(?<![A-Za-z0-9_.])[-−]?\d[\d,]*(?:\.\d+)?%?(?![A-Za-z0-9_]|\.\d)", re.ASCII)
_BEFORE, _SHOWN = 24, 60


@dataclass(frozen=True)
class Part:
    """A section, page, sheet or slide, by the name that people find it with, and its text in lines."""

    name: str
    lines: tuple[str, ...]


def parts_of(content: bytes, file_format: str) -> list[Part]:
    """The parts of a report, in their order; none where it cannot be read."""
    try:
        return list(_READERS[file_format](content))
    except Exception:  # noqa: BLE001 - whatever a damaged file makes a library raise, it has no parts
        return []


def telling(found: list[Part], made: list[Part]) -> str:
    """In words where the parts of a report (*found*) begin to be others than those that its inputs give; empty where nowhere."""
    for one, other in zip_longest(found, made):
        if one == other:
            continue
        if other is None or (one and one.name != other.name and other.name in {part.name for part in found}):
            return f"{one.name}: {quoted(_cut(' '.join(one.lines), 0))} is added" if one else ""
        if one is None or (one.name != other.name and one.name in {part.name for part in made}):
            return f"{other.name}: {quoted(_cut(' '.join(other.lines), 0))} is missing"
        if one.name != other.name:
            return f"{one.name} stands where these inputs give {other.name}"
        return _line(one, other)
    return ""


def _line(found: Part, made: Part) -> str:
    for one, other in zip_longest(found.lines, made.lines):
        if one != other and other is None:
            return f"{made.name}: {quoted(_cut(one, 0))} is added"
        if one != other and one is None:
            return f"{made.name}: {quoted(_cut(other, 0))} is missing"
        if one != other:
            start = _first_difference(one, other)
            return f"{made.name}: {quoted(_cut(one, start))} where these inputs give {quoted(_cut(other, start))}"
    return ""


def figures(parts: list[Part]) -> list[tuple[str, str]]:
    """Every number that people read, with the part it stands in; versions and digests are none."""
    return [(part.name, found) for part in parts for line in part.lines for found in _FIGURE.findall(line)]


def _first_difference(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _cut(text: str, start: int) -> str:
    """A piece of a line around the place where it begins to differ."""
    first = max(0, start - _BEFORE)
    piece = text[first : first + _SHOWN - 2]
    return f"{'…' if first else ''}{piece}{'…' if first + len(piece) < len(text) else ''}"


def told_lines(content: bytes, file_format: str) -> list[str]:
    """The lines of a report with digests of inputs and versions of software among them; of a PDF only its last pages are read."""
    try:
        if file_format == "pdf":
            return _last_lines(list(pages_of(content)))
        lines = [line for part in parts_of(content, file_format) for line in part.lines]
        if file_format == "json":
            lines += [str(part) for entry in json_of(content)["provenance"]["inputs"].items() for part in entry]
    except Exception:  # noqa: BLE001 - as for parts
        return []
    return lines


def _last_lines(pages: list[Page]) -> list[str]:
    """Of the pages from the first with digests on."""
    found: list[str] = []
    seen = False
    for page in reversed(pages):
        lines = page.lines()
        there = any(DIGEST.search(line) for line in lines)
        if seen and not there:
            break
        seen = seen or there
        found = [*lines, *found]
    return found


# -- formats -------------------------------------------------------------------------------------------------------------


def _sections(content: bytes) -> Iterator[Part]:
    """Of a page: what stands below each of its headings."""
    page = lxml.html.document_fromstring(content, parser=lxml.html.HTMLParser(encoding="utf-8", remove_comments=True))
    texts = list(_texts(page))
    for (number, name), entries in groupby(texts, key=lambda entry: entry[:2]):
        yield Part(f"section {quoted(name)}" if number else "its head", tuple(text for *_, text in entries))


def _texts(page: Any) -> Iterator[tuple[int, str, str]]:
    """Number and name of the section, and a line of text."""
    number, name = 0, ""
    for event, element in lxml.etree.iterwalk(page, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag in _HEADINGS:
                number, name = number + 1, " ".join("".join(element.itertext()).split())
            text = None if tag in _UNREAD else element.text
        else:
            text = element.tail
        if text and text.strip():
            yield number, name, " ".join(text.split())


def _pages(content: bytes) -> Iterator[Part]:
    for number, page in enumerate(pages_of(content), start=1):
        yield Part(f"page {number}", page.lines())


def _sheets(content: bytes) -> Iterator[Part]:
    """Of a workbook: its cells with something in them, row by row, each with its address."""
    for sheet in book_in(content, "", Gathered()).sheets:
        for number, row in enumerate(sheet.cells, start=1):
            for column, cell in enumerate(row):
                if cell:
                    yield Part(f"sheet {quoted(sheet.name)}, cell {_letters(column)}{number}", (cell,))


def _letters(column: int) -> str:
    """A column as a spreadsheet names it, from 0.

    >>> [_letters(column) for column in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    found = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        found = chr(65 + place) + found
    return found


def _slides(content: bytes) -> Iterator[Part]:
    """Of a deck: its slides and their notes; figures of charts stand with the charts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if not sound_parts(archive, content, "", Gathered()):
            return
        for name in sorted(archive.namelist(), key=_place):
            found = _SLIDE.fullmatch(name)
            chart = name.startswith("ppt/charts/") and name.endswith(".xml")
            if found or chart:
                title = f"{'slide' if found[1] == 'slides' else 'notes of slide'} {found[2]}" if found else f"chart {name[11:-4]}"
                texts = (one or other for one, other in _SAID.findall(archive.read(name)))
                yield Part(title, tuple(text.decode("utf-8", "replace") for text in texts))


def _place(name: str) -> tuple[str, int, str]:
    numbers = re.findall(r"\d+", name)
    return (name.rpartition("/")[0], int(numbers[-1][:9]) if numbers else 0, name)


def _values(content: bytes) -> Iterator[Part]:
    """Of figures for programs: each value with the way to it."""
    waiting: list[tuple[str, Any]] = [("", json_of(content))]
    while waiting:
        way, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{way}.{key}" if way else str(key), part) for key, part in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(f"{way}[{number}]", part) for number, part in reversed(list(enumerate(value)))]
        else:
            yield Part(way, (repr(value) if isinstance(value, float) else str(value),))


_READERS = {"html": _sections, "pdf": _pages, "xlsx": _sheets, "pptx": _slides, "json": _values}
