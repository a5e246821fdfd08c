"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

from kamassess.batch.unfinished import PART, is_left, written_by
from kamassess.errors import Fault, OutputError, hindrance, quoted, quoted_path, way_out

__all__ = ["Folder", "sha256_of", "sweep", "writable", "write_all", "write_whole"]


def writable(out: str | Path) -> None:
    """Make the output folder and see that files can be written there.

    Raises
    ------
    OutputError
        They cannot.
    """
    try:
        Path(out).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        fault = f"cannot write to {quoted_path(out)}: {hindrance(Path(out), error)}"
        raise OutputError(Fault(fault, way_out(error, "Choose another folder with --out"))) from None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    write_all({path: content}, as_given=True)


def write_all(contents: Mapping[Path, bytes], *, as_given: bool = False) -> None:
    """Write files beside their places first, and move them there when all are whole.

    A fault names a file alone, for it may stand in a report that others see; its path where the user gave it (*as_given*). Such
    files are also on the disk before this returns: nobody has noted what they must be, as a batch has of its reports.

    Raises
    ------
    OutputError
        One cannot be written; then none is. If the system fails between two moves, each is the old or the new one, whole.
    """
    parts: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, content in contents.items():
            _make_place(path)
            parts.append((_write_part(path, content, lasting=as_given), path))
        while parts:
            part, path = parts[0]
            part.replace(path)
            parts.pop(0)
    except OSError as error:
        named, why = (quoted_path(path), hindrance(path, error)) if as_given else (quoted(path.name), error.strerror)
        raise OutputError(Fault(f"cannot write {named}: {why}", way_out(error))) from None
    finally:
        for part, _ in parts:
            _remove(part)


def _make_place(path: Path) -> None:
    """Make the folder of a file, and remove what killed writers of this file have left in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    for part in path.parent.glob(f".{escape(path.name)}.*{PART}"):
        if is_left(part):
            _remove(part)


def _remove(part: Path) -> None:
    with suppress(OSError):  # whoever writes next tries again
        part.unlink(missing_ok=True)


def _write_part(path: Path, content: bytes, *, lasting: bool) -> Path:
    """Write a file beside its place, and return where it is."""
    mask = os.umask(0)
    os.umask(mask)
    prefix = f".{path.name}.{written_by()}."
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=prefix, suffix=PART, delete=False) as part:
        try:
            part.write(content)
            part.flush()
            if lasting:
                os.fsync(part.fileno())
            Path(part.name).chmod(0o666 & ~mask)
        except BaseException:
            _remove(Path(part.name))
            raise
    return Path(part.name)


def sweep(out: Path) -> None:
    """Remove what writers that were killed have left behind."""
    for folder in {out, *out.glob("*/*")}:
        inside = folder.is_dir() and folder.resolve().is_relative_to(out.resolve())
        for part in folder.glob(f".*{PART}") if inside else ():
            if is_left(part):
                _remove(part)


def sha256_of(path: Path) -> str | None:
    """The SHA-256 of a file; None if there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


class Folder:
    """A folder of this machine as a place where reports go (:class:`kamassess.batch.places.Place`): it is its own home."""

    def __init__(self, path: Path) -> None:
        self.home = path
        self.address = str(path)

    def open(self, names: Sequence[str] = ()) -> bool:  # noqa: ARG002 - all that is there is at home
        """See that files can be written there, and say whether it is new."""
        new = not self.home.exists()
        writable(self.home)
        return new

    def leave(self, names: Sequence[str]) -> None:
        """Remove what was made for nothing: these files, and the folder."""
        for name in names:
            self.discard(name)
        with suppress(OSError):
            self.home.rmdir()

    def sweep(self) -> None:
        """Remove what killed writers have left."""
        sweep(self.home)

    def close(self) -> None:
        """Nothing was taken."""

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Write files, all of them whole, or none; none outside, wherever a link or a remembered path may lead."""
        write_all({self._at(path): content for path, content in contents.items()})

    def send(self, path: str) -> None:
        """It is there already."""

    @contextmanager
    def fetched(self, path: str) -> Iterator[Path]:
        """It is of this machine already."""
        yield self._at(path)

    def holds(self, path: str, digest: str | None = None) -> bool:
        """Whether a file is there, with this SHA-256."""
        try:
            place = self._at(path)
        except OutputError:
            return False
        return place.is_file() if digest is None else sha256_of(place) == digest

    def discard(self, path: str) -> None:
        """Remove a file, if it is there."""
        self._at(path).unlink(missing_ok=True)

    def _at(self, path: str) -> Path:
        """Where a file is, in the folder."""
        place = self.home / path
        if not place.parent.resolve().is_relative_to(self.home.resolve()):
            message = f"{quoted(path)} would lie outside the output folder, to which a link leads"
            raise OutputError(Fault(message, "Take the link out, or choose another folder with --out."))
        return place

    def put_back(self, name: str, snapshot: Callable[[Path], None], *, now: bool = False) -> None:
        """It never left."""

    def shown(self, path: str = "") -> str:
        """Where a file is."""
        return (self.home / path).as_posix()
