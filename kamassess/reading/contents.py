"""The bytes of a file, read with care: only of ordinary files, never more than their kind may have, and not from elsewhere.

Every reader of inputs comes through here. A file that is a pipe would never end, one that is a device neither; a link in a folder
that somebody sent may lead to another client's answers.
"""

from __future__ import annotations

import errno
import gzip
import io
import os
import stat
import zlib
from pathlib import Path

from kamassess.reading.bounds import in_words

__all__ = ["GzipError", "TooLargeError", "content_of", "is_there", "leads_out", "linked_out", "unpacked"]

_PIECE = 1 << 20
_OUT = ("is a link that leads out of the folder", "Put the file itself here.")


class TooLargeError(Exception):
    """A file that has more bytes than its kind may have; says how many at most, in words."""

    def __init__(self, most: int) -> None:
        super().__init__(in_words(most))


class GzipError(Exception):
    """What ends in ``.gz`` and is no sound gzip file."""


def content_of(path: Path, most: int) -> bytes:
    """The bytes of a file.

    Parameters
    ----------
    path
        The file.
    most
        How many bytes it may have.

    Raises
    ------
    TooLargeError
        It has more.
    OSError
        It cannot be read, or is no ordinary file.
    """
    try:
        _ordinary(path.stat())  # before it is opened: a pipe would wait for somebody to write
    except ValueError:  # a zero byte
        raise OSError(errno.EINVAL, "its name cannot be used") from None
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
        _ordinary(found)
        raw = file.read(min(found.st_size, most) + 1)  # no more is asked for: memory is taken for all of it beforehand
        while found.st_size < len(raw) <= most and (more := file.read(_PIECE)):  # it grows meanwhile
            raw += more
    if len(raw) > most:
        raise TooLargeError(most)
    return raw


def is_there(path: Path) -> bool:
    """Whether there is such a file, or folder; there is none of a name that no file can have."""
    return os.path.exists(path)  # noqa: PTH110 - that of pathlib raises where a name is too long


def _ordinary(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no ordinary file")


def unpacked(raw: bytes, most: int) -> bytes:
    """What a gzip file holds, unpacked as far as it may go.

    Raises
    ------
    TooLargeError
        It holds more than *most* bytes.
    GzipError
        It is no sound gzip file.
    """
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
            found = file.read(most + 1)
    except (OSError, EOFError, zlib.error):
        raise GzipError from None
    if len(found) > most:
        raise TooLargeError(most)
    return found


def leads_out(path: Path, folder: Path) -> tuple[str, str] | None:
    """What is wrong with a file or folder that lies outside *folder* once links and ``..`` are followed; None where nothing is.

    The folder itself may be reached by a link: whoever gives it knows that.
    """
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # links that lead in a circle; a name with a zero byte
        return "cannot be followed to a file", "Put the file itself here."
    return None if inside else _OUT


def _is_no_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return True
    return False


def linked_out(path: Path, folder: Path) -> tuple[str, str] | None:
    """The same of an entry of a folder that lies inside already (quick, where it is no link), or that its name is no text."""
    if not path.name.isprintable() and _is_no_text(path.name):
        return "has a name in an encoding that is not UTF-8, which no report can print", "Rename it."
    return leads_out(path, folder) if path.is_symlink() else None
