"""Files that ``engagement.yaml`` names: one that is not there is a fault of the line that names it, any other fault its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from kamassess.errors import Fault, InputError, quoted
from kamassess.readable import visible
from kamassess.reading.contents import is_there, leads_out
from kamassess.reading.yaml_tree import Faults, Tree

__all__ = ["INPUTS", "Input", "NamedFiles", "left_aside", "shown"]

INPUTS = (
    "*.y*ml",
    "*/*.y*ml",
    "*.csv",
    "*.svg",
    "*.png",
    "*/*.svg",
    "*/*.png",
    "*.p[op][ts]x",
    "*/*.p[op][ts]x",
    "responses/*",
    "data/*",
    "scorecards/*",
    "workshops/*",
    "evidence.xlsx",
    "evidence.csv.gz",
)
"""Where the files of an engagement lie in its folder."""
_NO_INPUT = frozenset({"readme.md", "readme.txt", "desktop.ini", "thumbs.db", "__macosx"})

_Content = TypeVar("_Content")


@dataclass(frozen=True, slots=True)
class Input:
    """One file a result rests on: its name inside the engagement and the SHA-256 of its bytes."""

    file: str
    sha256: str


@dataclass
class NamedFiles:
    """Reads files named in ``engagement.yaml``; ``noted`` takes the faults of its lines, ``found`` holds those of the files.

    ``names`` are those that were read, as they stand there.
    """

    folder: Path
    noted: Faults
    names: list[str] = field(default_factory=list)
    _found: dict[Fault, None] = field(default_factory=dict)

    @property
    def found(self) -> list[Fault]:
        """Faults of the files, each once, however often its file is named."""
        return list(self._found)

    def read(self, tree: Tree | None, reader: Callable[[str], _Content]) -> _Content | None:
        """What *reader* makes of the name that stands in *tree*; None if there is none, or if it cannot be read."""
        name = tree.word() if tree is not None else ""
        if tree is None or not name:
            return None
        if leads_out(self.folder / name, self.folder):
            message = f"{tree.path}: {quoted(Path(name).name)} lies outside this folder"
            self.noted.add(message, "Copy the file into this folder, and name that.", tree.line)
            return None
        self.names.append(name)
        try:
            return reader(name)
        except InputError as error:
            if is_there(self.folder / name) and (self.folder / name).is_file():
                self._found.update(dict.fromkeys(error.faults))
            elif any(fault.file for fault in error.faults):
                message = f"{tree.path}: there is no file {quoted(Path(name).name)}"
                self.noted.add(message, "Put it in this folder, or mend the name.", tree.line)
            else:
                self.noted.add(f"{tree.path}: {error.faults[0].message}", error.faults[0].remedy, tree.line)
            return None


def shown(name: str) -> str:
    """A file's name in messages: what stands in ``engagement.yaml``, but of an absolute path only the end."""
    return visible(Path(name).name if Path(name).is_absolute() else Path(name).as_posix())


def left_aside(path: Path) -> bool:
    """Whether a file of a folder of inputs is none: hidden, a lock of Excel, a note to the reader, what file managers leave.

    A file that is in iCloud and not on this machine is hidden too, and is one.
    """
    name = path.name.lower()
    return (name.startswith((".", "~$")) and not name.endswith(".icloud")) or name in _NO_INPUT or name.endswith("\r")
