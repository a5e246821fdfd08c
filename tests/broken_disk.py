"""A disk that fails at the n-th thing that is done to it, for commands run in forks of one process that has loaded everything.

What is counted: files opened to be written, each write, fsync, rename, chmod, removal and folder made below a root, and each
statement by which SQLite writes there. ``Disk.run`` lets one of them fail with an error of the system, or ends the process there,
as a kill or a power cut would: of a write, half is on the disk then. The count goes over all processes of a command.
"""

from __future__ import annotations

import builtins
import errno
import io
import json
import mmap
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

__all__ = ["KILLED", "Disk", "Ran", "disk", "obey_permissions"]

KILLED = 137
"""What a process is said to have ended with that was ended at one of its writes."""
_FULL = ("open", "write", "mkdir", "sqlite")
"""What a full disk refuses: it lets files be moved and removed."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True)
class Ran:
    """What became of a command: exit code, what it said, how many things it did to the disk, and the one that failed."""

    code: int
    out: str
    err: str
    count: int
    failed: str

    @property
    def lines(self) -> list[str]:
        """What it said on standard error."""
        return self.err.splitlines()


class Disk:
    """Runs commands of ``kamassess`` on a disk that fails.

    Parameters
    ----------
    root
        The folder on it. Temporary files go to its folder ``tmp``.
    warm
        Command lines to run beforehand, so that what they read and load is shared by all that follow.
    """

    def __init__(self, root: Path, *warm: tuple[str | Path, ...]) -> None:
        self.root = root
        self.temporary = root / "tmp"
        self.temporary.mkdir(exist_ok=True)
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        env = {**os.environ, **threads, "TMPDIR": str(self.temporary), "PYTHONPATH": os.pathsep.join(sys.path)}
        line = [sys.executable, __file__, str(root)]
        self._process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        self._ask({"warm": [list(map(str, line)) for line in warm]})

    def run(self, *line: str | Path, at: int = 0, how: int = 0, obeys: bool = False, before: str = "") -> Ran:
        """Run a command; the thing number *at* that it does to the disk fails with the error *how*, or is its end (0).

        ``ENOSPC`` lasts: whatever needs room fails from there on. Other errors come once. One that *obeys* may do no more than
        permissions let it, though it is root's. *before* is Python code that is run first.
        """
        what = {"line": list(map(str, line)), "at": at, "how": how, "obeys": obeys, "before": before}
        return Ran(**self._ask(what))

    def close(self) -> None:
        """End the process that the others are forks of."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def _ask(self, what: Mapping[str, Any]) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@pytest.fixture(scope="session")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    """A disk that fails when it is asked to; empty, but for what the tests of a file leave there for one another."""
    root = tmp_path_factory.mktemp("faults") / "disk"
    root.mkdir()
    made = Disk(root)
    yield made
    made.close()


# -- in the processes ------------------------------------------------------------------------------------------------------


class _Plan:
    """What is to fail, and the count of what was done, which all processes share."""

    def __init__(self, root: Path, at: int, how: int) -> None:
        self._root = os.fspath(root)
        self._at, self._how = at, how
        self._shared = mmap.mmap(-1, 4096)

    @property
    def count(self) -> int:
        return int.from_bytes(self._shared[:8], "little")

    @property
    def failed(self) -> str:
        return self._shared[16:].rstrip(b"\0").decode(errors="replace")

    def below(self, path: object) -> bool:
        """Whether a path is on the disk that fails."""
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        return os.path.abspath(os.fsdecode(path)).startswith(self._root + os.sep)  # noqa: PTH100 - a link is what is asked about

    def due(self, what: str, path: object) -> bool:
        """Whether this is what fails."""
        number = self.count + 1
        self._shared[:8] = number.to_bytes(8, "little")
        lasting = self._how == errno.ENOSPC
        due = bool(self._at) and (number == self._at or (lasting and number > self._at))
        if (due and lasting and what not in _FULL) or not due:
            return False
        if not self.failed:
            name = f"{what} {os.path.relpath(os.fsdecode(path), self._root)}".encode()[:1000]  # type: ignore[arg-type]
            self._shared[16 : 16 + len(name)] = name
        return True

    def fail(self) -> None:
        """Fail, or end here."""
        if self._how == 0:
            os._exit(KILLED)
        raise OSError(self._how, os.strerror(self._how))

    def do(self, what: str, path: object) -> None:
        """Count something, and let it fail if it is due."""
        if self.due(what, path):
            self.fail()


def _break(plan: _Plan) -> None:
    """Let this process, and those it forks, count and fail."""
    watched = {"os.rename": 1, "os.mkdir": 0, "os.remove": 0, "os.rmdir": 0, "os.chmod": 0, "os.truncate": 0, "os.link": 1}

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & _WRITING)
            if writes and plan.below(path):
                plan.do("open", path)
        elif event in watched and plan.below(arguments[watched[event]]):
            plan.do(event.removeprefix("os."), arguments[watched[event]])

    class Raw(io.FileIO):
        def write(self, content: Any) -> int:
            path = str(Path(f"/proc/self/fd/{self.fileno()}").readlink())
            if plan.below(path) and plan.due("write", path):
                super().write(bytes(content)[: len(bytes(content)) // 2])
                plan.fail()
            return super().write(content) or 0

    true_open, true_fsync = io.open, os.fsync

    def opened(
        file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None, newline: Any = None,
        closefd: bool = True, opener: Any = None,
    ) -> Any:  # fmt: skip
        if not set(mode) & set("wax+"):
            return true_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        raw = Raw(file, mode.replace("b", "").replace("t", ""), closefd, opener)
        if buffering == 0:
            return raw
        buffered: Any = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, io.text_encoding(encoding), errors, newline)

    def synced(descriptor: int) -> None:
        path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        if plan.below(path):
            plan.do("fsync", path)
        true_fsync(descriptor)

    import _io

    builtins.open = io.open = _io.open = opened
    os.fsync = synced  # type: ignore[assignment]
    _break_sqlite(plan)
    sys.addaudithook(hook)


def _break_sqlite(plan: _Plan) -> None:
    true_connect = sqlite3.connect

    def connect(database: Any, *arguments: Any, **options: Any) -> sqlite3.Connection:
        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *values: Any) -> Any:
                self._see(sql)
                return super().execute(sql, *values)

            def executescript(self, script: str) -> Any:
                self._see(script)
                return super().executescript(script)

            def _see(self, sql: str) -> None:
                if sql.split(None, 1)[0].upper() in ("SELECT", "PRAGMA", "BEGIN", "ROLLBACK") and "CREATE" not in sql:
                    return
                if plan.below(database) and plan.due("sqlite", database):
                    try:
                        plan.fail()
                    except OSError as error:
                        full = error.errno == errno.ENOSPC
                        failed = sqlite3.OperationalError("database or disk is full" if full else "disk I/O error")
                        failed.sqlite_errorcode = sqlite3.SQLITE_FULL if full else sqlite3.SQLITE_IOERR
                        raise failed from None

        made: sqlite3.Connection = true_connect(database, *arguments, **{"factory": Connection, **options})
        return made

    sqlite3.connect = connect  # type: ignore[assignment]


def obey_permissions() -> None:
    """Give up, for this process and those it starts, what lets root read and write whatever it likes. Linux only."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    for number in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: out of the bounding set, for programs that are started
        libc.prctl(24, number, 0, 0, 0)  # PR_CAPBSET_DROP
    head = (ctypes.c_uint32 * 2)(0x20080522, 0)
    held = (ctypes.c_uint32 * 6)()
    assert libc.capget(head, held) == 0
    for place in range(3):  # effective, permitted, inheritable
        held[place] &= ~0b110
    assert libc.capset(head, held) == 0


def _serve(root: Path) -> None:
    from kamassess.batch.warming import load
    from kamassess.cli import main

    load(("xlsx", "pptx"))
    streams = [root.parent / f"{root.name}.{number}" for number in (1, 2)]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for text in sys.stdin:
        asked = json.loads(text)
        for line in asked.get("warm", ()):
            if code := main(line):
                raise SystemExit(f"{line}: {code}")
        answer: Any = None
        if "line" in asked:
            plan = _Plan(root, asked["at"], asked["how"])
            child = os.fork()
            if child == 0:
                _be(asked, plan, streams)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            out, err = (path.read_text(encoding="utf-8", errors="replace") for path in streams)
            answer = {"code": code, "out": out, "err": err, "count": plan.count, "failed": plan.failed}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _be(asked: Mapping[str, Any], plan: _Plan, streams: list[Path]) -> None:
    """Be the command, and end."""
    import gc
    import traceback

    from kamassess.cli import main

    for number, path in enumerate(streams, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), number)
    code = 99
    try:
        if asked["obeys"]:
            obey_permissions()
        exec(asked["before"], {})
        _break(plan)
        code = main(asked["line"])
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    except BaseException:  # noqa: BLE001 - whatever it is, it is told
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    gc.disable()
    os._exit(code)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
