"""A batch on a Dask cluster of processes of its own: the same bytes as here, whatever becomes of the workers on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest

import kamassess

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SOURCE = Path(kamassess.__file__).parents[1]
UNITS = [f"U{number}" for number in range(6)]
REPORTS = len(UNITS) + 1
IN_TIME = 90.0


def _until(found: Callable[[], Any], what: str) -> Any:
    """Wait for something to become true."""
    end = time.monotonic() + IN_TIME
    while not (value := found()):
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.05)
    return value


class Cluster:
    """A scheduler and workers, each a process that is started as people do; ended with the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir()
        self._stack = ExitStack()
        self._known = folder / "scheduler.json"
        self.scheduler: subprocess.Popen[bytes] | None = None

    def start(self, **settings: str) -> str:
        """Start the scheduler, and return its address."""
        quiet = ("--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0", "--no-dashboard")
        self.scheduler = self._dask("scheduler", *quiet, "--scheduler-file", str(self._known), **settings)
        _until(lambda: self._known.is_file() and self._known.stat().st_size, "a scheduler")
        return str(json.loads(self._known.read_text())["address"])

    def add(self, kind: str, *arguments: str, source: Path = SOURCE) -> subprocess.Popen[bytes]:
        """Start a worker, with a nanny that starts it again or without."""
        quiet = ("--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
        return self._dask("worker", f"--{kind}", *quiet, "--scheduler-file", str(self._known), *arguments, PYTHONPATH=str(source))

    def _dask(self, *arguments: str, **settings: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *arguments]
        with (self.folder / "log.txt").open("ab") as log:
            environment = {**os.environ, "PYTHONPATH": str(SOURCE), **settings}
            process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        self._stack.callback(self._end, process)
        return process

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            family = psutil.Process(process.pid).children(recursive=True)
            for one in (process, *family):
                one.kill()
        process.wait()

    def close(self) -> None:
        self._stack.close()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    found = Cluster(tmp_path / "elsewhere")
    yield found
    found.close()


@pytest.fixture
def engagement(make_engagement: Callable[..., Path], settings: dict[str, Any], answers: list[list[str]]) -> str:
    """An engagement of several units, by its name in the test's own folder."""
    settings |= {"languages": ["en"], "units": [{"id": unit, "name": {"en": unit}} for unit in UNITS]}
    rows = [[wave, unit, *row] for unit in UNITS for wave, before, *row in answers if before == "N"]
    return make_engagement(answers=rows).name


@pytest.fixture
def batch(tmp_path: Path, engagement: str) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts ``kamassess batch`` as a program."""
    begun: list[subprocess.Popen[str]] = []

    def run(out: str, *more: str, **settings: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "error", "-m", "kamassess", "batch", engagement, "--out", out, "--format", "html", *more]
        environment = {**os.environ, "PYTHONPATH": str(SOURCE), **settings}
        begun.append(
            subprocess.Popen(
                command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
            )
        )
        return begun[-1]

    yield run
    for process in begun:
        process.kill()
        process.communicate()


def _ended(process: subprocess.Popen[str], code: int) -> tuple[str, list[str]]:
    """What a batch printed, that has to end with this code: its last line, and what it complains of."""
    out, err = process.communicate(timeout=IN_TIME)
    assert process.returncode == code, err
    assert "Traceback" not in err
    told = [line for line in err.splitlines() if line and not line.startswith(("Reports", "Scoring"))]
    return (out.splitlines() or [""])[-1], told


def _reports(out: Path) -> dict[str, bytes]:
    """The reports of a batch; nothing else may lie beside them but what a batch always leaves."""
    found = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    for name in ("index.html", "summary.json", "manifest.sqlite"):
        del found[name]
    return found


def _some_are_made(out: Path) -> bool:
    return len(list(out.glob("2026/*/*.html"))) > 1


# ------------------------------------------------------------------------------------------------------------------------


def test_a_cluster_that_goes_piece_by_piece_loses_nothing(
    cluster: Cluster, batch: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    # If this fails, a report made elsewhere differs, a dead worker takes reports with it, a worker needs the engagement, or a
    # batch waits for ever for a cluster that is gone, forgets what was made there, or ends in a page of Dask's logs.
    far = ("--executor", "dask", "--scheduler", cluster.start())
    mortal = cluster.add("no-nanny")
    second = cluster.add("no-nanny")
    one_left = batch("far", *far)
    _until(lambda: _some_are_made(tmp_path / "far"), "the first reports")
    mortal.send_signal(signal.SIGKILL)
    last, told = _ended(one_left, 0)
    assert last == f"{REPORTS} of {REPORTS} reports made. Open far/index.html"
    assert told == []

    none_left = batch("out", *far, DASK_DISTRIBUTED__SCHEDULER__NO_WORKERS_TIMEOUT="2s")
    _until(lambda: _some_are_made(tmp_path / "out"), "the first reports")
    second.send_signal(signal.SIGKILL)
    _, told = _ended(none_left, 1)
    again = "See to the cluster, then run the same command again: it goes on where it was."
    assert told == [f"no worker of the cluster is left. {again}"]

    cluster.add("no-nanny")
    no_scheduler = batch("third", *far)
    _until(lambda: _some_are_made(tmp_path / "third"), "the first reports")
    assert cluster.scheduler
    cluster.scheduler.send_signal(signal.SIGKILL)
    _, told = _ended(no_scheduler, 1)
    assert [line.split(".")[0] for line in told] == ["the cluster's scheduler is gone, or was started anew"]

    last, _ = _ended(batch("out"), 0)
    assert last.startswith(f"{REPORTS} of {REPORTS} reports made (")
    assert _reports(tmp_path / "far") == _reports(tmp_path / "out")


def test_what_kills_its_workers_is_told_apart_from_the_rest(
    cluster: Cluster, batch: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    # If this fails, one report that no worker survives is tried for ever, or takes those with it that waited beside it.
    deadly = tmp_path / "deadly.py"
    deadly.write_text(
        "import os\n"
        "from kamassess.batch import worker\n"
        "make = worker.spared = getattr(worker, 'spared', worker.make_chunk)\n"  # Dask loads this twice
        "def deadly(chunk):\n"
        "    if any(job.unit == 'U3' for job in chunk.jobs):\n"
        "        os.kill(os.getpid(), 9)\n"
        "    return make(chunk)\n"
        "worker.make_chunk = deadly\n"
    )
    address = cluster.start(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    for _ in range(2):
        cluster.add("nanny", "--preload", str(deadly))
    last, told = _ended(batch("out", "--executor", "dask", "--scheduler", address), 1)
    assert last.startswith(f"{REPORTS - 1} of {REPORTS} reports made")
    assert len(told) == 1
    assert "U3 (en): a worker ended while making it" in told[0]


def test_workers_with_another_version_are_refused(
    cluster: Cluster, batch: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    # If this fails, reports of one batch are made by different versions, and nobody knows which by which.
    other = tmp_path / "other"
    other.mkdir()
    for name in ("notebooks", "templates"):
        (other / name).symlink_to(SOURCE / name)
    package = other / "kamassess"
    for path in SOURCE.joinpath("kamassess").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            copy = package / path.relative_to(SOURCE / "kamassess")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes() + (b"# changed\n" if path.name == "cli.py" else b""))
    address = cluster.start()
    cluster.add("no-nanny", source=other)
    _, told = _ended(batch("out", "--executor", "dask", "--scheduler", address), 2)
    assert len(told) == 1
    assert told[0].startswith("1 of 1 workers do not have the kamassess of this machine.")


def test_a_wrong_address_is_told_in_one_line(batch: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    # If this fails, a mistyped address ends in a traceback, in a batch that waits for ever, or when all has been scored.
    refused = batch("out", "--executor", "dask", "--scheduler", "tcp://127.0.0.1:1")
    nonsense = batch("other", "--executor", "dask", "--scheduler", "nonsense://x")
    for process, name in ((refused, "tcp://127.0.0.1:1"), (nonsense, "nonsense://x")):
        _, told = _ended(process, 2)
        assert len(told) == 1
        assert told[0].startswith(f"no scheduler answers at '{name}'")
    assert not [name for name in ("out", "other") if (tmp_path / name).exists()], "nothing is begun"


def test_a_cluster_of_this_machine_is_closed_to_others_stops_politely_and_is_gone_afterwards(
    batch: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    # If this fails, strangers can run code in the workers, Ctrl-C drops reports that had begun, or processes are left behind.
    process = batch("out", "--executor", "dask", "--jobs", "2")
    _until(lambda: _some_are_made(tmp_path / "out"), "the first reports")
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    listening = [
        address.laddr.ip
        for member in family
        for address in (member.net_connections() if member.is_running() else ())
        if address.status == psutil.CONN_LISTEN
    ]
    assert set(listening) == {"127.0.0.1"}
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to everybody
    last, told = _ended(process, 130)
    assert told == [
        "stopping: reports that have begun are finished; press Ctrl-C again to drop them",
        "stopped: run the same command again, and it goes on where it was",
    ]
    assert not last.startswith(f"{REPORTS} of")
    _until(lambda: not any(member.is_running() and member.status() != "zombie" for member in family), "the end of all processes")
    made = len(list(tmp_path.glob("out/2026/*/*.html")))
    last, _ = _ended(batch("out", "--jobs", "2"), 0)
    assert last == f"{REPORTS} of {REPORTS} reports made ({made} of them unchanged). Open out/index.html"
