"""Tries many changes in one pytest session: a plugin of ``bench/mutation.py``.

The tests are collected once. For each change this process forks, and the child, in which the change is switched on and no test
has run yet, runs the tests that reach the changed function until one fails. Tests that noticed another change of the same
function come first, then those that noticed one of the same module, then the others, file by file, the quickest files first: most
changes end at the first or second test. Tests that take long are for those that no quick one noticed, when all have been tried.
What became of each change is written to ``KAMASSESS_TRIED`` as one line of JSON at once, so that what is ended goes on where it
was.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import shutil
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import pytest
from mutation import YET
from mutmut.mutation.trampoline import set_mutant_under_test

_NONE = ""
"""The name of no change: with it, all tests have to pass."""
_QUICK = 0.2
"""Seconds; a test that takes longer comes in the second round."""
_PATIENCE = 60.0
_TIMES = 10
_MEMORY = 8 << 30


@dataclass(frozen=True)
class _Running:
    """A child: the change it tries, when it began, where it says which test noticed, and its folder for files."""

    name: str
    begun: float
    told: int
    folder: Path


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Instead of running each test once."""
    known = json.loads(Path("mutmut-stats.json").read_text(encoding="utf-8"))
    changes = json.loads(Path(os.environ["KAMASSESS_CHANGES"]).read_text(encoding="utf-8"))
    gc.collect()
    gc.freeze()  # what a child never writes to, it shares
    with Path(os.environ["KAMASSESS_TRIED"]).open("a", encoding="utf-8") as tried:
        _Trial(session, known, tried, int(os.environ["KAMASSESS_CHILDREN"])).run(changes)
    return True


class _Trial:
    def __init__(self, session: pytest.Session, known: dict[str, Any], tried: Any, children: int) -> None:
        self._session, self._tried, self._children = session, tried, children
        self._items = {item.nodeid: item for item in session.items}
        self._seconds: dict[str, float] = known["duration_by_test"]
        self._reach: dict[str, list[str]] = known["tests_by_mangled_function_name"]
        self._per_file: dict[str, float] = defaultdict(float)
        for test in self._items:
            self._per_file[_file(test)] += self._seconds.get(test, 0.0)
        self._noticed: dict[str, Counter[str]] = defaultdict(Counter)
        self._running: dict[int, _Running] = {}
        self._base = session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        self._fates: dict[str, str] = {}  # so far
        self._begun = 0

    def run(self, changes: dict[str, str]) -> None:
        """Try changes, given with what is known of each (``not yet``: no quick test noticed it; empty: nothing)."""
        self._fates = {name: fate for name, fate in changes.items() if fate}
        self._begin(_NONE, list(self._items))
        self._finish()
        self._round([name for name in changes if name not in self._fates], slow=False)
        self._round([name for name in changes if self._fates.get(name) == YET], slow=True)

    def _round(self, names: Sequence[str], *, slow: bool) -> None:
        for number, name in enumerate(names):
            if number % 100 == 0:
                print(f"\n{number} of {len(names)}", end="", file=sys.__stderr__, flush=True)
            while len(self._running) >= self._children:
                self._wait()
            tests = self._order(name, slow=slow)
            if tests:
                self._begin(name, tests)
            elif slow:
                self._tell(name, "not", "", 0.0)
            else:
                self._tell(name, YET if self._reached(name) else "no test", "", 0.0)
        self._finish()

    def _finish(self) -> None:
        while self._running:
            self._wait()

    def _reached(self, name: str) -> list[str]:
        return [test for test in self._reach.get(_function(name), ()) if test in self._items]

    def _order(self, name: str, *, slow: bool) -> list[str]:
        function = _function(name)
        tests = [test for test in self._reached(name) if (self._seconds.get(test, 0.0) > _QUICK) == slow]
        here, near = self._noticed[function], self._noticed[_module(name)]
        first = sorted((test for test in tests if here[test] or near[test]), key=lambda test: (-here[test], -near[test], test))
        rest = set(tests) - set(first)
        return first + sorted(rest, key=lambda test: (self._per_file[_file(test)], _file(test), self._seconds.get(test, 0.0)))

    def _begin(self, name: str, tests: Sequence[str]) -> None:
        self._begun += 1
        folder = self._base / f"change-{self._begun}"
        folder.mkdir()
        read, write = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            self._child(name, [self._items[test] for test in tests], write, folder)
        os.close(write)
        self._running[child] = _Running(name, time.monotonic(), read, folder)

    def _child(self, name: str, items: Sequence[pytest.Item], write: int, folder: Path) -> NoReturn:
        """Run the tests until one fails; ends the process: 0 if none failed."""
        try:
            signal.alarm(int(_PATIENCE + _TIMES * sum(self._seconds.get(item.nodeid, 0.0) for item in items)))
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            config = self._session.config
            config._tmp_path_factory._basetemp = folder  # type: ignore[attr-defined]
            capture: Any = config.pluginmanager.getplugin("capturemanager")
            capture.stop_global_capturing()  # its files would be shared with the other children
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in (1, 2):
                os.dup2(nowhere, stream)
            capture.start_global_capturing()
            if name != _NONE:
                set_mutant_under_test(name)
            for item, after in pairwise([*items, None]):
                assert item is not None
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                if self._session.testsfailed:
                    os.write(write, item.nodeid.encode())
                    os._exit(1)
            os._exit(0)
        finally:
            os._exit(1)  # what ends pytest itself is noticed

    def _wait(self) -> None:
        child, status = os.wait()
        if (ran := self._running.pop(child, None)) is None:
            return
        with os.fdopen(ran.told, "rb") as told:
            test = told.read().decode()
        slow = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
        fate = "slow" if slow else "noticed" if status else "not" if ran.name in self._fates or ran.name == _NONE else YET
        if ran.name == _NONE and fate != "not":
            pytest.exit(f"without any change, {test or 'a test'} fails", returncode=1)
        self._tell(ran.name, fate, test, time.monotonic() - ran.begun)
        if test:
            self._noticed[_function(ran.name)][test] += 1
            self._noticed[_module(ran.name)][test] += 1
        with contextlib.suppress(OSError):
            shutil.rmtree(ran.folder)

    def _tell(self, name: str, fate: str, test: str, seconds: float) -> None:
        self._fates[name] = fate
        if name != _NONE:
            line = {"name": name, "fate": fate, "test": test, "seconds": round(seconds, 2)}
            self._tried.write(json.dumps(line) + "\n")
            self._tried.flush()


def _function(name: str) -> str:
    return name.rpartition("__mutmut_")[0]


def _module(name: str) -> str:
    return name.rpartition(".")[0]


def _file(test: str) -> str:
    return test.partition("::")[0]
