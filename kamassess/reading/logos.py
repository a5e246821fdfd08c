"""Logos of a brand, looked at before they go into every report: small, of their kind, and with nothing in them that acts or asks.

An SVG picture may hold scripts, name files and addresses, and draw itself a billion times; a PNG picture of a few kilobytes may
be thousands of millions of points.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from xml.parsers import expat

from kamassess.reading.bounds import LOGO_ELEMENTS, LOGO_PIXELS, LOGO_SIDE, XML_DEPTH

__all__ = ["LOGOS", "logo_fault"]

LOGOS = {".svg": "image/svg+xml", ".png": "image/png"}
"""What a logo may be, by the ending of its name."""
_PNG = b"\x89PNG\r\n\x1a\n"
_ACTING = frozenset({"script", "foreignObject", "iframe", "object", "embed", "audio", "video", "handler", "listener"})
_MOVING = frozenset({"animate", "animateMotion", "animateTransform", "set"})
_OWN = re.compile(r"\s*(?:#[^\s]*)?\s*")
_PICTURE = re.compile(r"\s*data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]*")
_URL = re.compile(r"url\s*\(\s*['\"]?\s*(?!#)", re.IGNORECASE)
_STYLE = re.compile(r"@import|@font-face|expression\s*\(|\\", re.IGNORECASE)
_PLAIN = "Save it as a plain SVG, or as a PNG."


def logo_fault(raw: bytes, ending: str) -> tuple[str, str] | None:
    """What keeps the bytes of a file with this *ending* from being a logo, and what to do; None where nothing does."""
    return _png_fault(raw) if ending == ".png" else _svg_fault(raw)


# -- PNG -------------------------------------------------------------------------------------------------------------------


def _png_fault(raw: bytes) -> tuple[str, str] | None:
    no_png = "is no PNG image, whatever its name says", "Use an SVG or PNG file."
    if not raw.startswith(_PNG):
        return no_png
    if len(raw) < 33 or raw[12:16] != b"IHDR" or b"IDAT" not in raw or b"IEND" not in raw[-16:]:
        return "is a damaged PNG image", "Save it again as PNG."
    wide, high = struct.unpack(">II", raw[16:24])
    if not (0 < wide <= LOGO_SIDE and 0 < high <= LOGO_SIDE and wide * high <= LOGO_PIXELS):
        return f"is {wide:,} points wide and {high:,} high", f"Make it smaller: at most {LOGO_SIDE:,} by 2,000."
    return None


# -- SVG -------------------------------------------------------------------------------------------------------------------


class _ForeignError(ValueError):
    """Something that a logo may not have; says what."""


def _svg_fault(raw: bytes) -> tuple[str, str] | None:
    picture = _Picture()
    try:
        picture.read(raw)
    except _ForeignError as error:
        return str(error), _PLAIN
    except (expat.ExpatError, ValueError, LookupError):
        kind = "is a damaged SVG image" if b"<svg" in raw[:1000] else "is no SVG image, whatever its name says"
        return kind, "Use an SVG or PNG file."
    if picture.root != "svg":
        return "is no SVG image, whatever its name says", "Use an SVG or PNG file."
    if picture.drawn() > LOGO_ELEMENTS:
        return f"draws more than {LOGO_ELEMENTS:,} elements", "Use a simpler one, or save it as a PNG."
    return None


class _Picture:
    """An SVG picture while it is read: its elements, what each holds, and which of them it draws again."""

    def __init__(self) -> None:
        self.root = ""
        self._open: list[int] = []
        self._inside: list[list[int]] = []
        self._again: list[str] = []
        self._place: dict[str, int] = {}
        self._text: list[str] = []

    def read(self, raw: bytes) -> None:
        """Take in a picture, or say what it may not have."""
        parser = expat.ParserCreate()
        parser.EntityDeclHandler = self._entity
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.CharacterDataHandler = self._text.append
        parser.ProcessingInstructionHandler = self._instruction
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.Parse(raw, True)

    def drawn(self) -> int:
        """How many elements are drawn, each as often as something refers to it; without end where one draws itself."""
        total: dict[int, int] = {}
        waiting = [(0, False)]
        while waiting:
            at, entered = waiting.pop()
            inner = list(self._inside[at])
            if self._again[at] in self._place:
                inner.append(self._place[self._again[at]])
            if entered:
                total[at] = 1 + sum(total[one] for one in inner)
            elif at not in total:
                total[at] = LOGO_ELEMENTS + 1  # while it is open: whatever meets it again is inside it
                waiting.append((at, True))
                waiting += [(one, False) for one in inner]
        return total[0]

    def _entity(self, *_: object) -> None:
        raise _ForeignError("declares entities")

    def _instruction(self, target: str, _: str) -> None:
        if target.lower() == "xml-stylesheet":
            raise _ForeignError("names a style sheet that lies elsewhere")

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = name.rsplit(":", 1)[-1]
        if len(self._open) >= XML_DEPTH or len(self._inside) > LOGO_ELEMENTS:
            raise _ForeignError(f"nests or holds more than a logo needs ({XML_DEPTH} deep, {LOGO_ELEMENTS:,} elements)")
        if tag in _ACTING:
            raise _ForeignError(f"holds a '{tag}', which acts in a browser")
        if tag in _MOVING and "href" in str(attributes.get("attributeName", "")):
            raise _ForeignError("changes what it refers to")
        self.root = self.root or tag
        at = len(self._inside)
        if self._open:
            self._inside[self._open[-1]].append(at)
        self._inside.append([])
        self._open.append(at)
        self._again.append("")
        self._text.clear()
        for key, value in attributes.items():
            self._attribute(tag, key.rsplit(":", 1)[-1], value, at)

    def _attribute(self, tag: str, key: str, value: str, at: int) -> None:
        if key == "id":
            self._place.setdefault(value, at)
        elif key.lower().startswith("on"):
            raise _ForeignError(f"holds '{key[:20]}', which acts in a browser")
        elif key == "href" or (key == "src" and tag == "image"):
            if tag not in ("a", "metadata") and not _OWN.fullmatch(value) and not _PICTURE.fullmatch(value):
                raise _ForeignError("refers to something that lies elsewhere")
            if tag == "a" and not _OWN.fullmatch(value):
                raise _ForeignError("holds a link")
            self._again[at] = value.strip().removeprefix("#") if tag == "use" else ""
        _refuse_style(value)

    def _end(self, name: str) -> None:
        if name.rsplit(":", 1)[-1] == "style":
            _refuse_style("".join(self._text), sheet=True)
        self._open.pop()


def _refuse_style(text: str, *, sheet: bool = False) -> None:
    if _URL.search(text) or (sheet and _STYLE.search(text)):
        raise _ForeignError("refers to something that lies elsewhere")
