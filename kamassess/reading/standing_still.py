"""Inputs that stand still while they are read: a folder that is being copied, or synchronised, gives no report of half of it.

Files are read one after the other. What one says may belong together with what another says, and the digests that a report names
must be those of what was read; so the folder is looked at before and after, and read again if something has changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from kamassess.errors import Fault
from kamassess.reading.named_files import INPUTS, left_aside

__all__ = ["cut_short", "input_files", "read_while_still", "stamps"]

Found = TypeVar("Found")
_ATTEMPTS = 3
_NAMED = 5
_REMEDY = "Wait until it is copied, saved or synchronised, then run this again."


def input_files(folder: Path, patterns: Sequence[str] = INPUTS) -> list[Path]:
    """The files of an engagement, in order, each once; what vanishes or cannot be looked at meanwhile is none."""
    return sorted({path for pattern in patterns for path in folder.glob(pattern) if _is_file(path)})


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def stamps(folder: Path, patterns: Sequence[str] = INPUTS) -> dict[str, tuple[int, int, int]]:
    """Time of change, size and number of every input, by its path."""
    found = {}
    for path in input_files(folder, patterns):
        try:
            stat = path.stat()
        except OSError:
            continue
        found[path.as_posix()] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


def read_while_still(
    folder: Path, read: Callable[[], tuple[Found | None, list[Fault]]], patterns: Sequence[str] = INPUTS
) -> tuple[Found | None, list[Fault]]:
    """What *read* makes of a folder in which nothing changes meanwhile; where it goes on changing, faults that say so.

    An error of the system, such as of a folder that may not be read, is a fault as well.
    """
    found: tuple[Found | None, list[Fault]] = (None, [])
    changed: list[str] = []
    for _ in range(_ATTEMPTS):
        before = stamps(folder, patterns)
        try:
            found = read()
        except OSError as error:
            found = None, [_unreadable(folder, error)]
        after = stamps(folder, patterns)
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        changed = [name for name in changed if not left_aside(Path(name))]
        if not changed:
            return found
    named = [Path(name).relative_to(folder).as_posix() for name in changed]
    more = [Fault(f"{len(named) - _NAMED} more files have changed while they were read", _REMEDY)] if named[_NAMED:] else []
    return None, [*(Fault("has changed while it was read", _REMEDY, file=name) for name in named[:_NAMED]), *more]


def cut_short(folder: Path) -> list[Fault]:
    """That tables in text end as one does that was cut while it was copied: where a cell is cut, no reader can see it.

    One note for all of them, since some programs write every file so.
    """
    tables = [path for path in input_files(folder) if path.suffix.lower() == ".csv" and not left_aside(path) and _is_cut(path)]
    if not tables:
        return []
    names = [path.relative_to(folder).as_posix() for path in tables]
    listed = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if names[_NAMED:] else "")
    message = f"{listed}: the last line has no end, as where a file was cut while it was copied"
    return [Fault(message, "See that it is whole; some programs write it so.")]


def _is_cut(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(size - 1, 0))
            return size > 0 and file.read(1) not in (b"\n", b"\r")
    except OSError:
        return False


def _unreadable(folder: Path, error: OSError) -> Fault:
    path = Path(error.filename) if isinstance(error.filename, str) else folder
    name = path.relative_to(folder).as_posix() if path != folder and path.is_relative_to(folder) else path.name
    return Fault(f"cannot be read ({error.strerror or error})", "Check it and its permissions.", file=name)
