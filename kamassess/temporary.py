"""Folders for what lies on the disk only while a command runs: nobody else may look in, and none outlives its command for long.

Copies of engagements and the votes of a trial workshop are as confidential as the answers. A folder goes when its command ends;
one that a killed command has left goes when the next one begins. Which are left a lock tells, that the system takes off the dead.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import weakref
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["PrivateFolder"]

_PREFIX = "kamassess-"
_LOCK = ".lock"
_INSIDE = "files"
_fcntl: Any = import_module("fcntl") if find_spec("fcntl") else None
"""Not on Windows, where what is left stays until somebody empties the folder."""


class PrivateFolder:
    """A new folder under the system's place for temporary files, with a name that cannot be guessed, for this user alone.

    Attributes
    ----------
    path
        The folder.
    """

    def __init__(self) -> None:
        _sweep()
        home = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._end = weakref.finalize(self, _remove, home, _locked(home), os.getpid())
        self.path = home / _INSIDE
        self.path.mkdir(mode=0o700)

    def cleanup(self) -> None:
        """Remove it and all that is in it; that also happens when nobody holds it any more."""
        self._end()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.cleanup()


def _locked(home: Path) -> int | None:
    """Hold a file in a folder as long as this process lives; it gets its name when it is held."""
    if _fcntl is None:
        return None
    handle = os.open(home / f"{_LOCK}.new", os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    with contextlib.suppress(OSError):  # a file system without locks: then nobody takes it for left
        _fcntl.flock(handle, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
        (home / f"{_LOCK}.new").rename(home / _LOCK)
    return handle


def _remove(home: Path, lock: int | None, made_by: int) -> None:
    """Remove a folder; a fork of the process that made it does not."""
    if os.getpid() != made_by:
        return
    shutil.rmtree(home, ignore_errors=True)
    if lock is not None:
        with contextlib.suppress(OSError):
            os.close(lock)


@cache
def _sweep() -> None:
    """Remove folders that commands of this user have left that were killed; once a process."""
    if _fcntl is None:
        return
    for home in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            found = home.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and _is_left(home / _LOCK):
                shutil.rmtree(home, ignore_errors=True)


def _is_left(lock: Path) -> bool:
    """Whether nobody holds a lock any more."""
    handle = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
    try:
        _fcntl.flock(handle, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
