"""Where reports go: a folder of this machine, or a place that fsspec reaches by its URL.

The one owner of fsspec, which is loaded only where there is a URL. Files go to a temporary name and are then moved, so that a
reader finds them whole; SQLite cannot work at a distance, so the manifest of a place lies in a folder here (its *home*) and is
put back often enough that little is lost with this machine.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import Any, BinaryIO, Protocol, TypeVar

from kamassess.batch.files import Folder
from kamassess.batch.unfinished import PART
from kamassess.errors import Fault, KamassessError, OutputError, UsageError, quoted
from kamassess.temporary import PrivateFolder

__all__ = ["Place", "below", "is_url", "module_of", "place_of", "reached", "shown", "told"]

Found = TypeVar("Found")
_AT_LEAST_EVERY = 30.0
"""Seconds after which a manifest is put back."""
_BLOCK = 16 << 20


class Place(Protocol):
    """Where reports go. Paths are relative to it, with slashes."""

    @property
    def address(self) -> str:
        """What another process needs to find it."""

    @property
    def home(self) -> Path:
        """The folder of this machine in which its manifest and its plan lie."""

    def open(self, names: Sequence[str] = ()) -> bool:
        """See that files can be written there, have the files *names* in the home as far as they are there, and say whether the
        place is new.
        """

    def leave(self, names: Sequence[str]) -> None:
        """Remove what was made for nothing: these files of the home, and what :meth:`open` has made."""

    def sweep(self) -> None:
        """Remove what killed writers have left; whoever does so owns the manifest."""

    def close(self) -> None:
        """Give back what was taken of this machine."""

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Write files, all of them whole, or none."""

    def send(self, path: str) -> None:
        """Put a file of the home where others find it."""

    def fetched(self, path: str) -> contextlib.AbstractContextManager[Path]:
        """A file that was sent, as one of this machine."""

    def holds(self, path: str, digest: str | None = None) -> bool:
        """Whether a file is there; with the SHA-256 *digest*, where it costs no transfer to find that out."""

    def discard(self, path: str) -> None:
        """Remove a file, if it is there."""

    def put_back(self, name: str, snapshot: Callable[[Path], None], *, now: bool = False) -> None:
        """Have *snapshot* write the file *name* and send it, if it has not been for a while, or *now*."""

    def shown(self, path: str = "") -> str:
        """Where a file is, for people: without a password."""


def is_url(text: str) -> bool:
    """Whether a place is one that fsspec reaches; all else is a path of this machine."""
    return "://" in text


def below(place: str, name: str) -> str:
    """The place *name* in another one."""
    if "::" in place:
        raise UsageError(Fault("a chained URL can only be read", "Say with --out where the reports shall go."))
    return f"{place.rstrip('/')}/{name}" if is_url(place) else str(Path(place) / name)


def place_of(address: str) -> Place:
    """The place with this path or URL."""
    return _Remote(address) if is_url(address) else Folder(Path(address))


def module_of(address: str) -> str:
    """The module that reaches a URL: whoever forks loads it first."""
    import fsspec

    protocol = re.split("::|://", address)[0]
    return str(fsspec.get_filesystem_class(protocol).__module__)


def shown(url: str) -> str:
    """A URL without who logs in there, and how."""
    return re.sub(r"(?<=://)[^/]*@", "", url)


def told(error: Exception) -> str:
    """What went wrong, in the words of the protocol: each has errors of its own."""
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)) or type(error).__name__


def reached(url: str) -> tuple[Any, str]:
    """The file system of a URL and the path in it.

    Raises
    ------
    UsageError
        The protocol is unknown, or what it needs is not installed.
    """
    try:
        import fsspec
    except ImportError:
        remedy = "Install it with: pip install 'kamassess[cluster]'."
        raise UsageError(Fault(f"{quoted(shown(url))} needs the package fsspec", remedy)) from None
    try:
        system, root = fsspec.url_to_fs(url)
    except (ImportError, ValueError) as error:
        remedy = "Mend the URL, or install the package that it needs."
        raise UsageError(Fault(f"{quoted(shown(url))} cannot be used: {error}", remedy)) from None
    return system, str(root)


class _Remote:
    """A place at a URL."""

    def __init__(self, url: str) -> None:
        self.address = url
        self._taken: PrivateFolder | None = None
        self._system: Any = None
        self._root = ""
        self._there: set[str] = set()
        self._put_back_at = time.monotonic()

    @property
    def home(self) -> Path:
        self._taken = self._taken or PrivateFolder()
        return self._taken.path

    def open(self, names: Sequence[str] = ()) -> bool:
        def opened(system: Any) -> bool:
            probe = self._at(f".{token_hex(8)}{PART}")
            self._put(system, probe, io.BytesIO(b"kamassess"))
            system.rm_file(probe)
            system.invalidate_cache()
            found = [name for name in names if system.exists(self._at(name))]
            for name in found:
                system.get_file(self._at(name), str(self.home / name))
            return not found

        return self._reach(opened)

    def leave(self, names: Sequence[str]) -> None:
        """The home goes with this process; a folder there may be more than that to some protocols, and stays."""

    def sweep(self) -> None:
        """The place is listed once, for all that is asked later."""

        def swept(system: Any) -> set[str]:
            system.invalidate_cache()
            start = len(self._at(""))
            found = {str(path)[start:] for path in system.find(self._root)}
            left = {path for path in found if path.endswith(PART) and PurePosixPath(path).name.startswith(".")}
            for path in left:
                system.rm_file(self._at(path))
            return found - left

        self._there = self._reach(swept)

    def close(self) -> None:
        if self._taken:
            self._taken.cleanup()

    def write(self, contents: Mapping[str, bytes]) -> None:
        self._reach(lambda system: self._write(system, {path: io.BytesIO(content) for path, content in contents.items()}))

    def send(self, path: str) -> None:
        def sent(system: Any) -> None:
            with (self.home / path).open("rb") as source:
                self._write(system, {path: source})

        self._reach(sent)

    @contextlib.contextmanager
    def fetched(self, path: str) -> Iterator[Path]:
        with PrivateFolder() as folder:
            copy = folder / PurePosixPath(path).name
            self._reach(lambda system: system.get_file(self._at(path), str(copy)))
            yield copy

    def holds(self, path: str, digest: str | None = None) -> bool:  # noqa: ARG002 - to compare it, every report would be fetched
        return path in self._there

    def discard(self, path: str) -> None:
        (self.home / path).unlink(missing_ok=True)
        if path in self._there:
            self._there.remove(path)
            self._reach(lambda system: system.rm_file(self._at(path)))

    def put_back(self, name: str, snapshot: Callable[[Path], None], *, now: bool = False) -> None:
        if not now and time.monotonic() < self._put_back_at + _AT_LEAST_EVERY:
            return
        with tempfile.TemporaryDirectory(dir=self.home) as folder:
            copy = Path(folder) / name
            snapshot(copy)
            content = copy.read_bytes()
        self.write({name: content})
        self._put_back_at = time.monotonic()

    def shown(self, path: str = "") -> str:
        return f"{shown(self.address).rstrip('/')}/{path}" if path else shown(self.address)

    # ------------------------------------------------------------------------------------------------------------------

    def _reach(self, act: Callable[[Any], Found]) -> Found:
        """Do something there; once more with a new connection if that fails, since servers drop one that was silent."""
        try:
            return act(self._connected())
        except KamassessError:
            raise
        except Exception:  # noqa: BLE001 - each protocol has errors of its own
            self._system = None
        try:
            return act(self._connected())
        except KamassessError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            remedy = "See that it can be reached and written to, then run the same command again: it goes on where it was."
            raise OutputError(Fault(f"cannot use {quoted(self.shown())}: {told(error)}", remedy)) from None

    def _connected(self) -> Any:
        """A connection of this process: a forked child must not use its parent's."""
        if self._system is None:
            self._system, self._root = reached(self.address)
        return self._system

    def _at(self, path: str) -> str:
        return f"{self._root.rstrip('/')}/{path}"

    def _write(self, system: Any, sources: Mapping[str, BinaryIO]) -> None:
        parts: list[tuple[str, str]] = []
        try:
            for path, source in sources.items():
                target = PurePosixPath(self._at(path))
                part = str(target.with_name(f".{target.name}.{token_hex(8)}{PART}"))
                parts.append((part, str(target)))
                self._put(system, part, source)
            while parts:
                _move(system, *parts[0])
                parts.pop(0)
        finally:
            for part, _ in parts:
                with contextlib.suppress(Exception):
                    system.rm_file(part)
        self._there.update(sources)

    @staticmethod
    def _put(system: Any, path: str, source: BinaryIO) -> None:
        source.seek(0)
        with contextlib.suppress(Exception):  # most often it is there, which each protocol tells in its own way
            system.mkdir(str(PurePosixPath(path).parent), create_parents=True)
        with system.open(path, "wb", block_size=_BLOCK) as target:
            shutil.copyfileobj(source, target, _BLOCK)


def _move(system: Any, part: str, target: str) -> None:
    try:
        system.mv(part, target)
    except Exception:  # noqa: BLE001 - some servers do not rename a file to one that is there
        system.rm_file(target)
        system.mv(part, target)
