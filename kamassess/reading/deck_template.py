"""A client's template for decks, looked at before it is used: a presentation without macros, passwords or ties to other files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.parsers import expat

from kamassess.errors import Fault, InputError
from kamassess.reading.archives import packed_soundly
from kamassess.reading.bounds import DECK_BYTES, DECK_UNPACKED, PARTS
from kamassess.reading.contents import TooLargeError, content_of
from kamassess.reading.file_kinds import UNREADABLE, kind_of
from kamassess.reading.xml_parts import is_sound

__all__ = ["as_presentation", "read_template", "template_fault"]

_CONTENT_TYPES = "[Content_Types].xml"
_TEMPLATE = b"presentationml.template.main+xml"
_PRESENTATION = b"presentationml.presentation.main+xml"
_SLIDESHOW = b"presentationml.slideshow.main+xml"
_TITLE = re.compile(rb"<p:ph\b[^>]*\btype=[\"'](?:title|ctrTitle)[\"']")
_ENDINGS = {_PRESENTATION: ".pptx", _TEMPLATE: ".potx", _SLIDESHOW: ".ppsx"}
"""What a file that is sound is called."""
_AS_PPTX = "Save it as .pptx without a password, and name that."
_NAME = "Name a .pptx or .potx file."
_OTHERS = {
    "encrypted": ("is protected by a password", _AS_PPTX),
    "ppt": ("is in the .ppt format of before 2007", "Open it in PowerPoint, save it as .pptx or .potx, and name that."),
    "pdf": ("is a PDF, not a presentation", _NAME),
    "picture": ("is a picture, not a presentation", _NAME),
    "html": ("is a web page, not a presentation", _NAME),
    **dict.fromkeys(("doc", "docx"), ("is a text document, not a presentation", _NAME)),
    **dict.fromkeys(("xls", "xlsx", "xlsm", "xlsb", "xltx", "xltm", "ods"), ("is a workbook, not a presentation", _NAME)),
    "numbers": ("is a presentation of Keynote", "In Keynote choose File > Export To > PowerPoint, and name that."),
    "odp": ("is an OpenDocument presentation (.odp)", "Save it as .pptx, and name that."),
}
"""By kind, what is no presentation that can be used."""
_AGAIN = "Open it in PowerPoint, save it again as .pptx, and name that."


def read_template(path: Path, shown: str) -> bytes:
    """The bytes of a template that can be used: a presentation (.pptx), a template (.potx) or a show (.ppsx).

    Raises
    ------
    InputError
        It is not there, cannot be read, is no presentation without macros and with a layout that has a title, or has a name that
        says otherwise (``.ppt``, ``.pptm``): PowerPoint would not open it either, and whoever reads the name expects macros.
    """
    try:
        content = content_of(path, DECK_BYTES)
    except TooLargeError:
        raise InputError(Fault(*_too_large(path.stat().st_size), file=shown)) from None
    except IsADirectoryError:
        raise InputError(Fault("is a folder, not a template", "Name a .pptx or .potx file.", file=shown)) from None
    except FileNotFoundError:
        raise InputError(Fault("there is no such template", "Put it there, or mend the name.", file=shown)) from None
    except OSError as error:
        raise InputError(Fault(f"cannot be read: {error.strerror}", "Check the file and its permissions.", file=shown)) from None
    wrong = template_fault(content) or _misnamed(content, path)
    if wrong:
        raise InputError(Fault(*wrong, file=shown))
    return content


def _misnamed(content: bytes, path: Path) -> tuple[str, str] | None:
    """What is wrong with the name of a file that is sound."""
    if path.suffix.lower() in _ENDINGS.values():
        return None
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        types = package.read(_CONTENT_TYPES)
    ending = next(end for kind, end in _ENDINGS.items() if kind in types)
    name = path.stem if path.stem.lower().endswith(ending) else f"{path.stem}{ending}"
    return f"is a {ending} file without macros, whatever its name says", f"Rename it to {name}, and name that."


def template_fault(content: bytes) -> tuple[str, str] | None:
    """What keeps a file from being a template, and what to do; None if nothing does."""
    if len(content) > DECK_BYTES:
        return _too_large(len(content))
    kind = kind_of(content)
    if kind in _OTHERS:
        return _OTHERS[kind]
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return "is protected by a password, or a .ppt of before 2007", _AS_PPTX
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _inside(package, content)
    except UNREADABLE:
        return "is damaged, or no presentation", _AGAIN


def _too_large(size: int) -> tuple[str, str]:
    return f"has {size:,} bytes", f"Use a template of at most {DECK_BYTES:,} bytes: take out its slides and large pictures."


def _inside(package: zipfile.ZipFile, content: bytes) -> tuple[str, str] | None:
    entries = package.infolist()
    if sum(entry.file_size for entry in entries) > DECK_UNPACKED or len(entries) > PARTS:
        return "is too large once it is unpacked", "Use a template without large pictures and films."
    if any(entry.flag_bits & 1 for entry in entries):
        return "is protected by a password", "Save it without a password, and name that."
    packed_soundly(entries, content)
    if damaged := package.testzip():
        return f"is damaged: {damaged} cannot be read", _AGAIN
    names = {entry.filename for entry in entries}
    if _CONTENT_TYPES not in names:
        return "is no presentation", _NAME
    types = package.read(_CONTENT_TYPES)
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
        return "holds macros", "Save it as .pptx or .potx without macros, and name that."
    if not any(kind in types for kind in (_TEMPLATE, _PRESENTATION, _SLIDESHOW)):
        return "is no presentation", _NAME
    if any(name.lower().startswith("ppt/activex/") for name in names):
        return "holds controls that act", "Take them out, save it again, and name that."
    titled = False
    for name in sorted(names):
        if not name.lower().endswith((".xml", ".rels")):
            continue
        part = package.read(name)
        if not is_sound(part):
            return f"is damaged: {name} cannot be read", _AGAIN
        if name.lower().endswith(".rels") and not name.startswith("ppt/slides/") and _ties(part):
            return "shows pictures or files that lie elsewhere", "Embed them, so that a deck asks no other place for anything."
        titled = titled or (name.startswith("ppt/slideLayouts/") and _TITLE.search(part) is not None)
    if not titled:
        return "has no layout with a placeholder for a title", "Add one in the slide master, or use another template."
    return None


def _ties(part: bytes) -> bool:
    """Whether a sound list of relationships names anything outside the presentation but links that a reader may follow."""
    found = False

    def began(_: str, attributes: Mapping[str, str]) -> None:
        nonlocal found
        outside = attributes.get("TargetMode", "").strip().casefold() == "external"
        found = found or (outside and not attributes.get("Type", "").endswith("/hyperlink"))

    parser = expat.ParserCreate()
    parser.StartElementHandler = began
    parser.Parse(part, True)
    return found


def as_presentation(content: bytes) -> bytes:
    """A template as a presentation: the two differ by what they are called inside."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        types = old.read(_CONTENT_TYPES)
        if _PRESENTATION in types:
            return content
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as new:
            for entry in old.infolist():
                part = old.read(entry.filename)
                if entry.filename == _CONTENT_TYPES:
                    part = part.replace(_TEMPLATE, _PRESENTATION).replace(_SLIDESHOW, _PRESENTATION)
                new.writestr(zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0)), part)
    return made.getvalue()
