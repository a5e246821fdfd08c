"""Errors a user can act on.

Every error derives from :class:`KamassessError`. Checks collect :class:`Fault` objects and raise one :class:`InputError` with
all of them, so that a user mends a file once. A fault says what, where and what to do; the command line prints one line each.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kamassess.readable import visible

__all__ = [
    "Fault",
    "InputError",
    "KamassessError",
    "OutputError",
    "ReportError",
    "UsageError",
    "hindrance",
    "of_the_machine",
    "quoted",
    "quoted_path",
    "way_out",
]

_SHOWN = 60
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_TOO_MANY = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM)
_OF_THE_DISK = (errno.EIO, errno.ESTALE, errno.ENXIO, errno.ENODEV, errno.ETIMEDOUT)


def quoted(value: str) -> str:
    r"""A value from a file as a message may show it: in quotes, cut when long, and what cannot be seen made visible.

    >>> print(quoted("EC"), quoted("EC\u200b"))
    'EC' 'EC[U+200B]'
    """
    cut = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    return f"'{visible(cut)}'"


def quoted_path(path: object) -> str:
    """A place as the user gave it, whole: of a long one the end says most.

    >>> print(quoted_path("out/reports"))
    'out/reports'
    """
    return f"'{visible(str(path))}'"


def hindrance(path: Path, error: OSError) -> str:
    """What stands in the way of a file or folder: the system's word alone does not say which part of a path it means."""
    there = next((place for place in (path, *path.parents) if _exists(place)), path)
    if there != path and there.is_file():
        return f"{quoted_path(there)} is a file, not a folder"
    if there != path and error.errno in (errno.ENOENT, errno.EACCES, errno.EPERM, errno.EROFS):
        reason = "" if error.errno == errno.ENOENT else f" ({error.strerror})"
        return f"nothing can be made in {quoted_path(there)}{reason}"
    return "it is a file, not a folder" if error.errno == errno.EEXIST else error.strerror or str(error)


def _exists(path: Path) -> bool:
    """Whether something is there, as far as one is let to see it."""
    try:
        return path.exists()
    except OSError:
        return False


def way_out(error: OSError, place: str = "Choose another place") -> str:
    """What to do where something cannot be written; *place* begins the advice to write elsewhere."""
    if error.errno in _FULL:
        return f"Make room there, or {place[0].lower()}{place[1:]}."
    if error.errno in _OF_THE_DISK:
        return f"See that the disk, or the network it is reached by, is sound; or {place[0].lower()}{place[1:]}."
    return f"{place}, or mend its permissions."


def of_the_machine(error: BaseException) -> Fault | None:
    """What the machine has refused, if that is what an error says: room, memory, files, permission; None for any other.

    None of it says anything about the input, or is a fault of this program; it can come from anywhere a file is opened.
    """
    if isinstance(error, MemoryError):
        return Fault("there is not enough memory", "Close other programs, or do less at a time.")
    if not isinstance(error, OSError) or isinstance(error, BrokenPipeError):
        return None
    if error.errno in (errno.ENOENT, None) and "temporary directory" in str(error):  # of Python; of matplotlib, without a number
        fault = "no folder for temporary files can be written to"
        return Fault(fault, "Make room in one, or name another in TMPDIR.")
    where = f" ({quoted(Path(os.fsdecode(error.filename)).name)})" if isinstance(error.filename, str | bytes) else ""
    if error.errno in _FULL:
        return Fault(f"there is no room left{where}: {error.strerror}", "Make room, also where temporary files go (TMPDIR).")
    if error.errno in _FORBIDDEN:
        return Fault(f"permission is missing{where}: {error.strerror}", "Mend the permissions of the file and its folder.")
    if error.errno in _TOO_MANY:
        return Fault(f"the machine has no more to give{where}: {error.strerror}", "Close other programs, or raise its limits.")
    if error.errno in _OF_THE_DISK:
        return Fault(f"the disk fails{where}: {error.strerror}", "See that it, or the network it is reached by, is sound.")
    return None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one input.

    ``file`` is relative to the engagement folder; ``row`` and ``column`` are as a spreadsheet shows them (row 1 is the header,
    a column is its heading or its letter). ``rows`` holds further rows with the same fault. ``line`` is a line of a text file.
    """

    message: str
    remedy: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    line: int | None = None
    rows: tuple[int, ...] = ()

    def __str__(self) -> str:
        place = [self.file] if self.file else []
        if self.sheet:
            place.append(f"sheet {self.sheet}")
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.row is not None:
            rows = _spans(sorted({self.row, *self.rows}))
            place.append(f"row{'s' if self.rows else ''} {rows}")
        if self.column:
            place.append(f"column {self.column}")
        where = ", ".join(place)
        text = f"{where}: {self.message}" if where else self.message
        text = f"{text.rstrip('.')}. {self.remedy}" if self.remedy else text
        return visible(" ".join(text.split()))


def _spans(rows: list[int]) -> str:
    """Rows as people write them: ``2–5, 9``."""
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    shown = [f"{a}" if a == b else f"{a}–{b}" for a, b in spans[:12]]
    if len(spans) > len(shown):
        shown.append(f"and {sum(b - a + 1 for a, b in spans[12:])} more")
    return ", ".join(shown)


class KamassessError(Exception):
    """Root of all errors that are not bugs. ``faults`` says what is wrong, one entry each."""

    exit_code = 2

    def __init__(self, faults: Iterable[Fault] | Fault | str) -> None:
        if isinstance(faults, str):
            faults = (Fault(faults),)
        elif isinstance(faults, Fault):
            faults = (faults,)
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the faults, and no frames of ours."""
        return str(self).splitlines()


class InputError(KamassessError):
    """Files or data that cannot be used as they are."""


class UsageError(KamassessError):
    """A call with wrong arguments or notebook parameters."""


class OutputError(KamassessError):
    """A place that cannot be written to."""


class ReportError(KamassessError):
    """A report that could not be made although its inputs were sound."""

    exit_code = 1
