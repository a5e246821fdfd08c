"""What a file that should be an XLSX workbook really is, and whether it can be unpacked without harm: looked at first.

An archive of a few kilobytes can unpack to gigabytes, and say that it does not.
"""

from __future__ import annotations

import re
import zipfile
import zlib

from kamassess.reading.delimited import EXCEL_MAGIC
from kamassess.reading.file_kinds import kind_of
from kamassess.reading.places import Gathered

__all__ = ["as_xlsx", "far_apart", "sound_archive", "sound_parts"]

_ZIP, _OLE = EXCEL_MAGIC
_WORKBOOK = b"xl/workbook.xml"
_LARGEST = 1_000_000_000
_MOST_PARTS = 10_000
_SMALL, _STEEPEST = 10_000_000, 300
"""A part below this size may be as repetitive as it likes; sheets of equal cells shrink to a hundredth, bombs to a thousandth."""
_DEFLATE_AT_MOST = 1_032
_PIECE = 1 << 16
_MOST_CELLS = 50_000_000
_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?\br="(\d+)"')
_WIDTHS = ((re.compile(rb' r="[A-Z]{3}\d'), 16_384), (re.compile(rb' r="[A-Z]{2}\d'), 702), (re.compile(rb' r="[A-Z]\d'), 26))
_FILLED = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]+)(\d+)"[^>/]*>')
_AS_XLSX = "as .xlsx ('Excel Workbook')"
_ENDINGS = {
    ".xls": ("is in the old .xls format", f"Open it in Excel, WPS or LibreOffice and save it {_AS_XLSX}."),
    ".xlt": ("is an old Excel template", f"Save it {_AS_XLSX}."),
    ".xlsm": ("is a workbook that may hold macros (.xlsm)", f"Save it {_AS_XLSX}, which leaves them out."),
    ".xltm": ("is a template that may hold macros (.xltm)", f"Save it {_AS_XLSX}, which leaves them out."),
    ".xlsb": ("is a binary workbook (.xlsb)", f"Save it {_AS_XLSX}."),
    ".xltx": ("is an Excel template (.xltx)", f"Save it {_AS_XLSX}."),
    ".ods": ("is an OpenDocument spreadsheet (.ods)", "Save it in LibreOffice as 'Excel 2007-365 (.xlsx)'."),
    ".et": ("is in the format of WPS (.et)", f"Save it in WPS {_AS_XLSX}."),
    "encrypted": ("is protected by a password", f"Open it, take the password off, and save it {_AS_XLSX}."),
    "sheetxml": ("is in the XML of Excel 2003", f"Open it in Excel, WPS or LibreOffice and save it {_AS_XLSX}."),
}
"""What is wrong with spreadsheets, by ending or by kind."""
_OTHERS = {
    "html": ("is a web page with the name of a workbook", f"Open it in Excel or LibreOffice and save it {_AS_XLSX}."),
    "docx": ("is a text document with the name of a workbook", "Put the workbook itself here."),
    "doc": ("is a text document with the name of a workbook", "Put the workbook itself here."),
    "pptx": ("is a presentation with the name of a workbook", "Put the workbook itself here."),
    "ppt": ("is a presentation with the name of a workbook", "Put the workbook itself here."),
    "pdf": ("is a PDF with the name of a workbook", "Put the workbook itself here."),
    "picture": ("is a picture with the name of a workbook", "Put the workbook itself here."),
    "msg": ("is a mail with the name of a workbook", "Save here what is attached to it."),
    "numbers": ("is a spreadsheet of Numbers", "In Numbers choose File > Export To > Excel, and put that here."),
    "archive": ("is an archive with the name of a workbook", "Unpack it, and put here what is in it."),
}


def as_xlsx(ending: str) -> tuple[str, str] | None:
    """What is wrong with a spreadsheet with this *ending* (lower case), and how to save it; None for what is none."""
    return _ENDINGS.get(ending)


def sound_archive(raw: bytes, shown: str, faults: Gathered) -> bool:
    """Whether *raw* is a zip archive as XLSX is one; else notes what it is. Macros, bombs and other formats are refused."""
    if raw.startswith(_ZIP) and _WORKBOOK in raw:
        return True  # as nearly always: the list of parts, and a look at each, come next
    kind = kind_of(raw)
    told = _OTHERS.get(kind)
    if raw.startswith(_OLE):
        unknown = "is protected by a password or in the old .xls format", "Save it as .xlsx without a password."
        told = told or _ENDINGS.get("encrypted" if kind == "encrypted" else f".{kind}", unknown)
    elif kind in ("xlsb", "sheetxml"):
        told = _ENDINGS[kind if kind == "sheetxml" else f".{kind}"]
    elif not raw.startswith(_ZIP):
        told = told or (
            "is no Excel workbook, whatever its name says",
            "Save it as .xlsx; if it is a CSV file, rename it to .csv.",
        )
    if told:
        faults.add(*told, file=shown)
    return not told


def sound_parts(archive: zipfile.ZipFile, raw: bytes, shown: str, faults: Gathered) -> bool:
    """Whether all parts of an *archive* made of the bytes *raw* can be unpacked; else notes why not.

    Raises
    ------
    zipfile.BadZipFile, zlib.error
        A part is larger than it says, or is none.
    """
    parts = archive.infolist()
    message = remedy = ""
    if any(part.filename.endswith("vbaProject.bin") for part in parts):
        message, remedy = _ENDINGS[".xlsm"][0].replace(" (.xlsm)", ""), _ENDINGS[".xlsm"][1]
    elif any(part.filename == "mimetype" and b"opendocument" in archive.read(part) for part in parts if part.file_size < 200):
        message, remedy = _ENDINGS[".ods"]
    elif len(parts) > _MOST_PARTS:
        message, remedy = f"is an archive of {len(parts):,} parts", "A workbook has a few dozen: save it again as .xlsx."
    elif sum(part.file_size for part in parts) > _LARGEST:
        message, remedy = "unpacks to more than a gigabyte", "Split it, or save it as CSV."
    elif any(part.file_size > max(_SMALL, _STEEPEST * part.compress_size) for part in parts):
        message, remedy = (
            "unpacks to far more than a workbook would",
            "Open it in Excel or LibreOffice and save it again as .xlsx.",
        )
    if message:
        faults.add(message, remedy, file=shown)
        return False
    for part in parts:
        if part.compress_type == zipfile.ZIP_DEFLATED and part.compress_size * _DEFLATE_AT_MOST > _SMALL:
            _check_size(raw, part)
    return True


def _check_size(raw: bytes, part: zipfile.ZipInfo) -> None:
    """Unpack a part, piece by piece, and forget it: it may state another size than it has, which shows too late."""
    at = part.header_offset
    start = at + 30 + sum(int.from_bytes(raw[at + place : at + place + 2], "little") for place in (26, 28))
    decoder, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    for piece in range(start, start + part.compress_size, _PIECE):
        packed = raw[piece : min(piece + _PIECE, start + part.compress_size)]
        while packed:
            size += len(decoder.decompress(packed, _PIECE * 16))
            packed = decoder.unconsumed_tail
            if size > part.file_size:
                raise zipfile.BadZipFile(f"{part.filename} is larger than it says")


def far_apart(content: bytes) -> bool:
    """Whether a sheet's cells lie so far apart that the empty ones between them would not fit into memory.

    ``content`` is the XML of the sheet. One cell at A1 and one at XFD1048576 make a sheet of seventeen billion.
    """
    height = max(map(int, _ROW.findall(content)), default=0)
    width = next((width for pattern, width in _WIDTHS if pattern.search(content)), 0)
    if height * width <= _MOST_CELLS:
        return False
    filled = _FILLED.findall(content)
    rows, columns = {int(row) for _, row in filled}, {_number(letters) for letters, _ in filled}
    area = (max(rows, default=0) - min(rows, default=0)) * (max(columns, default=0) - min(columns, default=0))
    return area > max(_MOST_CELLS, 20 * len(filled))


def _number(letters: bytes) -> int:
    """A column from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
