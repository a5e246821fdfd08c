"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from kamassess.errors import Fault, OutputError, hindrance, quoted, quoted_path

__all__ = ["PART", "Folder", "sha256_of", "sweep", "writable", "write_all", "write_whole"]

PART = ".part"
"""What the name of a file ends in that is not whole yet."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


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
        raise OutputError(
            Fault(
                f"cannot write to {quoted_path(out)}: {hindrance(Path(out), error)}",
                "Choose another folder with --out, or mend its permissions.",
            )
        ) from None


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

    A fault names a file alone, for it may stand in a report that others see; its path where the user gave it (*as_given*).

    Raises
    ------
    OutputError
        One cannot be written; then none is.
    """
    mask = os.umask(0)
    os.umask(mask)
    parts: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=PART, delete=False) as part:
                parts.append((Path(part.name), path))
                part.write(content)
            Path(part.name).chmod(0o666 & ~mask)
        while parts:
            parts[0][0].replace(parts[0][1])
            parts.pop(0)
    except OSError as error:
        remedy = (
            "Make room there, or choose another place."
            if error.errno in _FULL
            else "Choose another place, or mend its permissions."
        )
        named, why = (quoted_path(path), hindrance(path, error)) if as_given else (quoted(path.name), error.strerror)
        raise OutputError(Fault(f"cannot write {named}: {why}", remedy)) from None
    finally:
        for part_path, _ in parts:
            part_path.unlink(missing_ok=True)


def sweep(out: Path) -> None:
    """Remove what writers that were killed have left behind."""
    for folder in {out, *out.glob("*/*")}:
        inside = folder.is_dir() and folder.resolve().is_relative_to(out.resolve())
        for part in folder.glob(f".*{PART}") if inside else ():
            part.unlink(missing_ok=True)


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
