"""An engagement at a URL, copied to this machine for as long as it is worked on: everything else reads files of a folder."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from kamassess.batch.choosing import Request
from kamassess.batch.places import is_url, reached, shown, told
from kamassess.errors import Fault, InputError, KamassessError, quoted
from kamassess.reading.named_files import INPUTS
from kamassess.temporary import PrivateFolder

__all__ = ["at_hand", "folder_at_hand"]


@contextlib.contextmanager
def at_hand(request: Request) -> Iterator[Request]:
    """A request of which the engagement is a folder of this machine: for as long as this lasts, if it is a copy.

    Raises
    ------
    InputError, UsageError
        There is no engagement, it cannot be reached, or there is no room for it.
    """
    with folder_at_hand(request.engagement) as folder:
        yield replace(request, engagement=folder)


@contextlib.contextmanager
def folder_at_hand(url: str) -> Iterator[str]:
    """An engagement as a folder of this machine: itself, or a private copy if it is at a URL; raises as :func:`at_hand` does."""
    if not is_url(url):
        yield url
        return
    with PrivateFolder() as folder:
        try:
            _copy(url, folder)
        except KamassessError:
            raise
        except Exception as error:  # noqa: BLE001 - each protocol has errors of its own
            remedy = "See that it is there and can be read."
            raise InputError(Fault(f"cannot read {quoted(shown(url))}: {told(error)}", remedy)) from None
        yield str(folder)


def _copy(url: str, folder: Path) -> None:
    """Copy what an engagement consists of, and nothing that only lies beside it, such as its reports."""
    system, root = reached(url)
    start = len(root.rstrip("/")) + 1
    listed = system.find(root, maxdepth=max(pattern.count("/") for pattern in INPUTS) + 1, detail=True)
    found = {str(path)[start:]: info.get("size") or 0 for path, info in listed.items()}
    wanted = {path: size for path, size in found.items() if _is_input(PurePosixPath(path))}
    if not wanted:
        raise InputError(Fault(f"there is no engagement at {quoted(shown(url))}", "Mend the URL; it is that of a folder."))
    needed, free = sum(wanted.values()), shutil.disk_usage(folder).free
    if needed > free:
        fault = f"{quoted(shown(url))} has {needed >> 20} MiB, and there is room for {free >> 20}"
        raise InputError(Fault(fault, "Make room where temporary files go (TMPDIR)."))
    for path in wanted:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        system.get_file(root.rstrip("/") + "/" + path, str(target))


def _is_input(path: PurePosixPath) -> bool:
    """Whether a file is one of an engagement's; what a server calls ``..`` is none."""
    if ".." in path.parts:
        return False
    return any(len(path.parts) == pattern.count("/") + 1 and path.match(pattern) for pattern in INPUTS)
