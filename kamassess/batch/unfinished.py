"""Names of files that are not whole yet: they say who writes them, so that what a killed writer has left is told apart.

A writer is a process of a machine since that was started. Of another machine, as of a folder that several share, it cannot be
known whether a writer lives: what it has left is taken for left after a day.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import time
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

__all__ = ["PART", "is_left", "written_by"]

PART = ".part"
"""What the name of a file ends in that is not whole yet."""
_WRITER = re.compile(rf"\.([0-9a-f]{{4}})([0-9a-f]{{4}})-(\d+)\.[^.]+{re.escape(PART)}$")
_A_DAY = 86_400.0


def written_by() -> str:
    """The process that asks, as it stands in the names of files that it has not finished."""
    return f"{''.join(_machine())}-{os.getpid()}"


@cache
def _machine() -> tuple[str, str]:
    """A mark of this machine, and of its start; nobody can tell from it what the machine is called."""
    started = ""
    with suppress(OSError):
        started = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    found = [sha256(text.encode()).hexdigest()[:4] for text in (platform.node(), started)]
    return found[0], found[1]


def is_left(part: Path) -> bool:
    """Whether nobody writes this file any more; one whose name does not say who does is nobody's."""
    named = _WRITER.search(part.name)
    if named is None:
        return True
    machine, started, process = named.groups()
    if machine == _machine()[0] and sys.platform != "win32":
        return started != _machine()[1] or not _lives(int(process))
    with suppress(OSError):
        return abs(time.time() - part.stat().st_mtime) > _A_DAY
    return False


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
