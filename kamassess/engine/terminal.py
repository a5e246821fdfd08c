"""Standard input, output and error of a notebook, while one of its cells runs.

Python code writes to streams that hand on to the recorder. Programs, and libraries in C, write to file descriptors; these lead
to files that nobody has to wait for, unlike a pipe, and whatever is new there is recorded before Python writes again: so all
stands in the order in which it was written. Nobody is there to answer, so that a question is an error and not a wait for ever.
"""

from __future__ import annotations

import builtins
import codecs
import getpass
import io
import os
import sys
import tempfile
from types import TracebackType
from typing import Any

from IPython.core.error import StdinNotImplementedError

from kamassess.engine.recorder import Recorder

__all__ = ["Terminal"]

_ENCODING = "UTF-8"
_PIECE = 1 << 16
_DESCRIPTORS = {"stdout": 1, "stderr": 2}


class Terminal:
    """What a notebook has for a terminal; within it (``with``), this process has it too.

    What a cell puts in the place of ``sys.stdout`` is there again when the next cell runs, and not in between.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        recorder.catch_up = self._catch_up
        self._caught = [_Caught(name, number) for name, number in _DESCRIPTORS.items()]
        self._streams: dict[str, Any] = {name: _Stream(name, self) for name in _DESCRIPTORS}
        self._streams["stdin"] = io.StringIO()
        self._callers: dict[str, Any] = {}
        self._nothing = os.open(os.devnull, os.O_RDONLY)
        self._kept: list[tuple[int, int]] = []
        self._pid = os.getpid()

    def __enter__(self) -> Terminal:
        self._kept = [(number, os.dup(number)) for number in range(3)]
        os.dup2(self._nothing, 0)
        for caught in self._caught:
            caught.begin()
        self._callers = {name: getattr(sys, name) for name in self._streams} | {"getpass": getpass.getpass}
        vars(sys).update(self._streams)
        getpass.getpass = _unanswered("getpass")
        builtins.input = _unanswered("raw_input")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        getpass.getpass = self._callers.pop("getpass")
        self._streams = {name: getattr(sys, name, None) for name in self._streams}
        vars(sys).update(self._callers)
        for number, kept in self._kept:
            os.dup2(kept, number)
            os.close(kept)

    def close(self) -> None:
        """Let go of the files."""
        os.close(self._nothing)
        for caught in self._caught:
            caught.close()

    def write(self, name: str, text: str) -> None:
        """Record what Python code writes, after what programs wrote before it."""
        if os.getpid() == self._pid:
            self._recorder.print(name, text)
        else:  # a process that a cell has forked, such as a worker of multiprocessing, is to us like any other program
            os.write(_DESCRIPTORS[name], text.encode(_ENCODING, "replace"))

    def _catch_up(self) -> None:
        """Record what programs have written."""
        for caught in () if self._recorder.full else self._caught:
            if text := caught.read(self._recorder.room):
                self._recorder.write(caught.name, text)


class _Stream(io.TextIOBase):
    """Standard output or error, as Python code sees it."""

    def __init__(self, name: str, terminal: Terminal) -> None:
        self.name = name
        self._terminal = terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return _ENCODING

    def fileno(self) -> int:
        return _DESCRIPTORS[self.name]

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if text:
            self._terminal.write(self.name, text)
        return len(text)


class _Caught:
    """A file in the place of a file descriptor, and how far it has been read."""

    def __init__(self, name: str, descriptor: int) -> None:
        self.name = name
        self._descriptor = descriptor
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - open while the notebook runs
        self._read = 0
        self._decoder = codecs.getincrementaldecoder(_ENCODING)("replace")

    def begin(self) -> None:
        """Put the file in its place."""
        os.dup2(self._file.fileno(), self._descriptor)

    def read(self, most: int | None) -> str:
        """What is new, and not much more than *most*."""
        file = self._file.fileno()
        new = os.pread(file, _PIECE, self._read)
        if len(new) == _PIECE:  # there is more; what comes from now on is for the next time
            size = os.fstat(file).st_size - self._read
            new = os.pread(file, size if most is None else min(size, 4 * most + 4), self._read)
        self._read += len(new)
        return self._decoder.decode(new)

    def close(self) -> None:
        self._file.close()


def _unanswered(function: str) -> Any:
    """A function that asks; it says what a kernel says."""

    def ask(*_: object, **__: object) -> str:
        raise StdinNotImplementedError(f"{function} was called, but this frontend does not support input requests.")

    return ask
