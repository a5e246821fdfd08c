"""Where a report is not what its inputs give: the part and the words, or else the kind of thing that nobody reads."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import zip_longest

from kamassess.reading.archives import sound_parts
from kamassess.reading.places import Gathered
from kamassess.verifying.pages import pages_of
from kamassess.verifying.texts import Part, figures, parts_of, telling

__all__ = ["compared_figures", "difference"]

_UNSEEN = {
    "html": "its text is the same, but not",
    "pdf": "its pages are the same, but not its fonts or what it says of itself",
    "xlsx": "its cells are the same, but not",
    "pptx": "its text is the same, but not",
    "json": "its values are the same, but it is written in another way",
}
_OPENS = re.compile(rb"<(/?)(style|script|svg|head|nav|table|footer)\b")
_HELD = {"style": "its style", "script": "its script", "svg": "a drawing", "head": "what it says of itself"}


def difference(found: bytes, made: bytes, file_format: str) -> str:
    """Where *found* begins to differ from *made*, which it should be."""
    if file_format == "pdf":
        return _of_pages(found, made)
    theirs = parts_of(found, file_format)
    if not theirs:
        return "it is damaged"
    told = telling(theirs, parts_of(made, file_format))
    if told:
        return told
    if file_format == "html":
        return f"{_UNSEEN['html']} {_in_page(found, made)}"
    if file_format in ("xlsx", "pptx"):
        return f"{_UNSEEN[file_format]} {_in_archive(found, made)}"
    return _UNSEEN[file_format]


def _of_pages(found: bytes, made: bytes) -> str:
    """Which page; only those are read of which something is drawn in another way."""
    try:
        for number, (one, other) in enumerate(zip_longest(pages_of(found), pages_of(made)), start=1):
            name = f"page {number}"
            if one is None or other is None:
                return f"{name} is {'missing' if one is None else 'added'}"
            if one.drawing() != other.drawing():
                told = telling([Part(name, one.lines())], [Part(name, other.lines())])
                return told or f"{name} is drawn in another way, with the same words"
    except Exception:  # noqa: BLE001 - pypdf raises whatever it likes of a damaged file
        return "it is damaged"
    return _UNSEEN["pdf"]


def _in_page(found: bytes, made: bytes) -> str:
    """The line, and what kind of thing stands there."""
    at = next((at for at, (a, b) in enumerate(zip(found, made, strict=False)) if a != b), min(len(found), len(made)))
    opened = [tag.decode() for slash, tag in _OPENS.findall(found[:at][-200_000:]) if not slash]
    closed = [tag.decode() for slash, tag in _OPENS.findall(found[:at][-200_000:]) if slash]
    inside = next((name for name in _HELD if opened.count(name) > closed.count(name)), "")
    line = found.count(b"\n", 0, at) + 1
    return f"{_HELD.get(inside, 'what stands around it')}, line {line}"


def _in_archive(found: bytes, made: bytes) -> str:
    """The part of the package."""
    with zipfile.ZipFile(io.BytesIO(found)) as theirs, zipfile.ZipFile(io.BytesIO(made)) as ours:
        if not sound_parts(theirs, found, "", Gathered()):
            return "what is packed with it"
        names = dict.fromkeys([*ours.namelist(), *theirs.namelist()])
        for name in names:
            if name not in theirs.namelist() or name not in ours.namelist() or theirs.read(name) != ours.read(name):
                return f"its part {name}"
    return "the way it is packed: another program has written it"


def compared_figures(found: bytes, made: bytes, file_format: str) -> str:
    """Whether all numbers that people read are the same, in words: for reports that cannot be the same to the byte."""
    parts, wanted = parts_of(found, file_format), parts_of(made, file_format)
    theirs, ours = figures(parts), figures(wanted)
    if not theirs:
        return "it cannot be read"
    if parts == wanted:
        return f"its words and its {len(theirs):,} figures are those that these inputs give"
    differing = next(
        ((one, other) for one, other in zip_longest(theirs, ours) if not one or not other or one[1] != other[1]), None
    )
    if differing is None:
        return f"its {len(theirs):,} figures are those that these inputs give"
    one, other = differing
    if one is None or other is None:
        return f"it has {len(theirs):,} figures, and these inputs give {len(ours):,}"
    return f"its figures are not those that these inputs give: {one[0]} has {one[1]} where they give {other[1]}"
