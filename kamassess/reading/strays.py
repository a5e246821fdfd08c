"""What lies in an engagement's folder where nothing reads it, though it seems to be meant: lists and folders under other names,
answers beside the folder for them. Nothing that somebody was asked for is to be left out in silence.
"""

from __future__ import annotations

import contextlib
import re
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

from kamassess.data import EVIDENCE
from kamassess.errors import Fault
from kamassess.reading.columns import SUFFIXES
from kamassess.reading.contents import linked_out
from kamassess.reading.file_kinds import UNREADABLE
from kamassess.reading.forms import is_filled
from kamassess.reading.invited import INVITED
from kamassess.reading.misplaced import known, told_of_file, told_of_known
from kamassess.reading.named_files import left_aside

__all__ = ["misnamed", "unread"]

_FOLDERS = ("responses", "data", "scorecards")
"""Whether the first is one is seen to where it is read: it must be there."""
_LISTS = {EVIDENCE.name: tuple(f"{EVIDENCE.name}{end}" for end in SUFFIXES), "invited": (INVITED,)}
"""Names under which the lists beside ``engagement.yaml`` are read."""
_LIST_ENDINGS = (".csv", ".csv.gz", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".et", ".numbers", ".gsheet", ".txt", ".tsv")
_WRITTEN = "questionnaires"
_DOCUMENTS = "evidence"
_SAVED = re.compile(rb"<dcterms:(created|modified)[^>]*>([^<]*)<")


def misnamed(folder: Path) -> list[Fault]:
    """Lists and folders that are not read because they are called otherwise: ``Data``, ``evidence.xls``, ``invited.xlsx``."""
    found = []
    for path in sorted(folder.iterdir()):
        if left_aside(path) or linked_out(path, folder):
            continue
        told = _folder(path) if path.is_dir() else _list(path)
        if told:
            found.append(Fault(*told, file=path.name))
    return found


def _folder(path: Path) -> tuple[str, str] | None:
    plain = path.name.strip().casefold()
    home = next((name for name in _FOLDERS if plain in (name, name.removesuffix("s"))), None)
    if home is None or path.name == home or _same(path, home):
        return None
    remedy = f"Move its files into {home}." if (path.parent / home).exists() else f"Rename it to {home}."
    return "is not looked into under this name", remedy


def _list(path: Path) -> tuple[str, str] | None:
    plain = path.name.casefold()
    if path.name in _FOLDERS[1:]:
        return "is a file, and stands where a folder is looked for", f"Give it another name, and make a folder {path.name}."
    name = next((name for name in _LISTS if plain.startswith(f"{name}.") and plain.removeprefix(name) in _LIST_ENDINGS), None)
    if name is None or path.name in _LISTS[name]:
        return None
    if plain in _LISTS[name]:
        return None if _same(path, plain) else ("is not read under this name", f"Rename it to {plain}.")
    if name == EVIDENCE.name:
        return told_of_file(path, "data")
    return "is not read: who was invited is a list in CSV", f"Save it as {INVITED} (in Excel: 'CSV UTF-8')."


def _same(path: Path, name: str) -> bool:
    """Whether a file is read under another name, for this file system takes capitals and small letters for the same."""
    other = path.parent / name
    return other.exists() and other.samefile(path)


def unread(folder: Path, named: Collection[str] = ()) -> Iterator[Fault]:
    """What our own files are that lie where they are not read: a questionnaire that came back, an export, an edited scorecard.

    ``named`` are files that the register of evidence or ``engagement.yaml`` names.
    """
    lists = {name for names in _LISTS.values() for name in names}
    for path in (*_files(folder), *_files(folder / _DOCUMENTS)):
        shown = path.relative_to(folder).as_posix()
        if shown in named or shown.casefold() in lists or (known(path)[0] == "form" and not is_filled(path)):
            continue
        if told := told_of_known(path, ""):
            yield Fault(*told, file=shown)
    for path in sorted((folder / _WRITTEN).rglob("*.xlsx")):
        if not left_aside(path) and not path.is_symlink() and _was_saved(path) and is_filled(path):
            message, remedy = "is filled in, and is not read here", "Move it to responses."
            yield Fault(message, remedy, file=path.relative_to(folder).as_posix())


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*")) if path.is_file() and not left_aside(path) and not path.is_symlink()]


def _was_saved(path: Path) -> bool:
    """Whether somebody has saved a workbook after it was written: cheap to tell, where there are thousands of them."""
    with contextlib.suppress(*UNREADABLE), zipfile.ZipFile(path) as archive:
        times = dict(_SAVED.findall(archive.read("docProps/core.xml")))
        return len(set(times.values())) != 1 or len(times) != 2
    return True
