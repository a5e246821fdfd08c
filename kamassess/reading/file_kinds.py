"""What a file is by its content, whatever its name says: people rename files, and mail programs and platforms do."""

from __future__ import annotations

import contextlib
import io
import lzma
import re
import struct
import zipfile
import zlib

__all__ = ["EXCEL_MAGIC", "UNREADABLE", "kind_of"]

EXCEL_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel begin: the zip archive of .xlsx; the container of .xls and of whatever has a password."""
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(LookupError, ValueError, OSError, EOFError, RuntimeError),
)
"""What zipfile raises of a damaged archive: a stream that ends early, a name that is not there, a password, or a packing method
that it does not know.
"""

_ZIP, _OLE = EXCEL_MAGIC
_CONTENT_TYPES = "[Content_Types].xml"
_MAIN_PARTS = (
    ("sheet.binary.macroEnabled", "xlsb"),
    ("spreadsheetml.template.macroEnabled", "xltm"),
    ("sheet.macroEnabled", "xlsm"),
    ("spreadsheetml.template.main", "xltx"),
    ("spreadsheetml.sheet.main", "xlsx"),
    ("presentationml", "pptx"),
    ("wordprocessingml", "docx"),
)
"""What a package's list of its parts says of the main one; a presentation may hold workbooks, but is not listed as one."""
_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("__properties_version1.0", "msg"),
    ("PowerPoint Document", "ppt"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
"""Streams that an OLE2 container of a kind has: a workbook with a password is one too, whatever is locked up in it. Letters and
decks often hold workbooks, and mails anything.
"""
_BEGINNINGS = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"Rar!\x1a", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "doc"),
)
_HEIC = re.compile(rb"....ftyp(?:heic|heix|mif1|avif)", re.DOTALL)
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE | re.DOTALL
)
_SHEET_XML = b"urn:schemas-microsoft-com:office:spreadsheet"
_HEAD = 4_096
_MOST = 1_000_000
"""Bytes of a list of parts that are looked at; a sound one has a few thousand."""


def kind_of(raw: bytes) -> str:
    r"""What the bytes of a file are.

    Returns
    -------
    str
        Of spreadsheets ``xlsx``, ``xlsm``, ``xltx``, ``xltm``, ``xlsb``, ``xls``, ``sheetxml`` (the XML of Excel 2003), ``ods``
        or ``numbers``; ``encrypted`` for a file of Office with a password; ``pptx``, ``ppt``, ``odp``, ``docx``, ``doc``,
        ``msg``, ``pdf``, ``html``, ``json``, ``picture``, ``gzip``, ``archive``; empty for text, and for what nobody knows.

    >>> kind_of(b"%PDF-1.7"), kind_of(b"unit,role\n"), kind_of(b"\n<!DOCTYPE html>")
    ('pdf', '', 'html')
    """
    if raw.startswith(_OLE):
        return next((kind for stream, kind in _STREAMS if _has_stream(raw, stream)), "")
    if raw.startswith(_ZIP):
        return _of_archive(raw)
    head = raw[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if _HEIC.match(head):
        return "picture"
    if _SHEET_XML in head:
        return "sheetxml"
    if _PAGE.match(head):
        return "html"
    return "json" if head.lstrip()[:1] in (b"{", b"[") else ""


def _has_stream(raw: bytes, name: str) -> bool:
    """Whether a container lists a stream: 128 bytes, its name in UTF-16 first, the length of that at 64. No cell looks so."""
    entry = name.encode("utf-16-le") + b"\0\0"
    length = len(entry).to_bytes(2, "little")
    at = raw.find(entry)
    while at >= 0:
        if at % 128 == 0 and raw[at + 64 : at + 66] == length:
            return True
        at = raw.find(entry, at + 2)
    return False


def _of_archive(raw: bytes) -> str:
    """What a zip archive holds; ``damaged`` ones are told by whoever unpacks them."""
    with contextlib.suppress(*UNREADABLE), zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = frozenset(archive.namelist())
        if "mimetype" in names and b"opendocument" in (mime := _beginning(archive, "mimetype")):
            return "ods" if b"spreadsheet" in mime else "odp" if b"presentation" in mime else "doc"
        if any(name.endswith(".iwa") for name in names) or "Index.zip" in names:
            return "numbers"
        types = _beginning(archive, _CONTENT_TYPES).decode("utf-8", "replace") if _CONTENT_TYPES in names else ""
        found = [kind for part, kind in _MAIN_PARTS if part in types]
        if "pptx" in found or "docx" in found:
            return "pptx" if "ppt/presentation.xml" in names or "docx" not in found else "docx"
        if any(name.lower().endswith("vbaproject.bin") for name in names) and any(name.startswith("xl/") for name in names):
            return found[0] if found and found[0] != "xlsx" else "xlsm"
        if found:
            return found[0]
        return "" if any(name.startswith(("xl/", "ppt/", "word/")) for name in names) else "archive"
    return ""


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_MOST)
