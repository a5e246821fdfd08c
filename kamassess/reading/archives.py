"""What a file that should be an XLSX workbook really is, and whether it can be unpacked without harm: looked at first.

An archive of a few kilobytes can unpack to gigabytes, and say that it does not.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable

from kamassess.reading.bounds import DEFLATE_AT_MOST, PART_SMALL, PART_STEEPEST, PARTS, WORKBOOK_UNPACKED
from kamassess.reading.file_kinds import EXCEL_MAGIC, kind_of
from kamassess.reading.places import Gathered
from kamassess.reading.xml_parts import declares

__all__ = ["as_xlsx", "packed_soundly", "plain_copy", "sound_archive", "sound_parts"]

_ZIP, _OLE = EXCEL_MAGIC
_WORKBOOK = b"xl/workbook.xml"
_PIECE = 1 << 16
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
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
    elif len(parts) > PARTS:
        message, remedy = f"is an archive of {len(parts):,} parts", "A workbook has a few dozen: save it again as .xlsx."
    elif sum(part.file_size for part in parts) > WORKBOOK_UNPACKED:
        message, remedy = "unpacks to more than a gigabyte", "Split it, or save it as CSV."
    elif any(part.file_size > max(PART_SMALL, PART_STEEPEST * part.compress_size) for part in parts):
        message, remedy = (
            "unpacks to far more than a workbook would",
            "Open it in Excel or LibreOffice and save it again as .xlsx.",
        )
    if message:
        faults.add(message, remedy, file=shown)
        return False
    packed_soundly(parts, raw)
    return True


def packed_soundly(parts: Iterable[zipfile.ZipInfo], raw: bytes) -> None:
    """See that *parts* of an archive made of the bytes *raw* are packed as office programs do, and none is larger than it says.

    Raises
    ------
    zipfile.BadZipFile, zlib.error
        One is not, or two have one name.
    """
    seen = set()
    for part in parts:
        name = part.filename.casefold()
        if part.compress_type not in _PACKINGS or name in seen:
            raise zipfile.BadZipFile(f"{part.filename} is packed as no office program does")
        seen.add(name)
        if part.compress_type == zipfile.ZIP_DEFLATED and part.compress_size * DEFLATE_AT_MOST > PART_SMALL:
            _check_size(raw, part)


def plain_copy(archive: zipfile.ZipFile) -> bytes:
    """The XML of a workbook packed anew, without compression: so that whatever reads it sees the very parts that were looked at.

    Two programs may find different parts in one crooked archive.

    Raises
    ------
    zipfile.BadZipFile
        A part declares a document type, or is in an encoding in which one could be hidden.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as copy:
        for part in archive.infolist():
            if not part.filename.lower().endswith((".xml", ".rels")):
                continue
            content = archive.read(part)
            if declares(content):
                raise zipfile.BadZipFile(f"{part.filename} declares a document type")
            copy.writestr(zipfile.ZipInfo(part.filename), content)
    return made.getvalue()


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
