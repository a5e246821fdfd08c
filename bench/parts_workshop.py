"""The question about workshops: what a room of sixty costs the server, and how soon a vote is on the projector."""

from __future__ import annotations

import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from asked import Run
from memory import mebibytes
from table import Part, Ratio

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from workshop_client import Server, Visitor, sample

__all__ = ["workshop"]

_PEOPLE = 60
_SPREAD_SECONDS = 20.0
_VOILA_MOST = 10
_VOILA_SECONDS = 300

_PAGE = """
import tempfile
from pathlib import Path
from kamassess.workshop import moves
from kamassess.workshop.opening import open_workshop
from kamassess.workshop.participant import build
from kamassess.workshop.seats import Seat
folder = Path({folder!r})
workshop = open_workshop(folder, "NC", place=Path(tempfile.mkdtemp()) / "w.sqlite", agenda=("STR",))
workshop.room.make(moves.join("me", "kam", "en"))
workshop.room.make(moves.begin(workshop.room.state.led, "STR"))
build(Seat(workshop.room, "me")).widget
"""


def workshop(run: Run) -> list[Part]:
    """Sixty protocol sessions on one server; the same page under Voilà for as many as fit."""
    people = 6 if run.quick else _PEOPLE
    run.say(f"a workshop of {people}")
    with Server(
        str(sample()), "--unit", "NC", "--ask", "STR", "--port", "0", "--store", str(run.tree.folder / "w.sqlite")
    ) as server:
        found = _meeting(server, people)
    run.say("the same page under Voilà")
    other, seconds, fitted = _voila(run, 2 if run.quick else _VOILA_MOST)
    each = (found["full"] - found["empty"]) / people
    return [
        Part(
            f"A workshop of {people} on phones, as protocol sessions",
            (
                Ratio("server, nobody there", found["empty"], "proportional set size, engagement and libraries", "mebibytes"),
                Ratio(f"server, {people} there", found["full"], "each with a page of its own, and one projector", "mebibytes"),
                Ratio("a page under Voilà / a page here, memory", other / each, f"a kernel each, mean of {fitted}"),
                Ratio("a page here", each, "what one more person costs", "mebibytes"),
                Ratio("a page under Voilà", other, "what one more person costs", "mebibytes"),
                Ratio(
                    "vote to projector, p50",
                    1000 * found["p50"],
                    "votes spread over 20 s; the vote is on the disk",
                    "milliseconds",
                ),
                Ratio("vote to projector, p95", 1000 * found["p95"], "", "milliseconds"),
                Ratio(
                    "all at once, to the last",
                    1000 * found["burst"],
                    "until the projector shows everybody's vote",
                    "milliseconds",
                ),
                Ratio("door to first question, p50", 1000 * found["in50"], "six at a time come in", "milliseconds"),
                Ratio("door to first question, p95", 1000 * found["in95"], "", "milliseconds"),
                Ratio("Voilà: page sent, p50", 1000 * seconds, "one at a time; its widgets come after that", "milliseconds"),
            ),
            (),
            ("The clients run on the same machine and take their share of it.",),
        )
    ]


def _meeting(server: Server, people: int) -> dict[str, float]:
    process = server.process.pid
    lead = Visitor(server.base)
    lead.follow(server.lead.removeprefix(server.base))
    lead.open("/lead")
    empty = mebibytes(process)
    lead.press("Begin: ")
    visitors = [Visitor(server.base) for _ in range(people)]
    arrivals = _all(visitors, _arrive(server), at_once=6)
    full = mebibytes(process)
    lead.press("Next")
    spread = _votes(lead, visitors, lambda: random.uniform(0.0, _SPREAD_SECONDS), "2")
    lead.press("Next")
    for visitor in visitors:
        visitor.press("Next")
        visitor.see("2/9")
    burst = _votes(lead, visitors, lambda: 0.0, "3")
    for visitor in (*visitors, lead):
        visitor.close()
    cuts, ins = statistics.quantiles(spread, n=20), statistics.quantiles(arrivals, n=20)
    return {
        "empty": empty,
        "full": full,
        "p50": cuts[9],
        "p95": cuts[18],
        "burst": max(burst),
        "in50": ins[9],
        "in95": ins[18],
    }


def _arrive(server: Server) -> Callable[[Visitor], float]:
    def arrive(visitor: Visitor) -> float:
        begun = time.perf_counter()
        visitor.come_in(server.code, "kam")
        visitor.open()
        visitor.see("1/9")
        return time.perf_counter() - begun

    return arrive


def _all(visitors: list[Visitor], act: Callable[[Visitor], float], at_once: int) -> list[float]:
    found: list[float] = []
    for start in range(0, len(visitors), at_once):
        threads = [threading.Thread(target=lambda one=one: found.append(act(one))) for one in visitors[start : start + at_once]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return found


def _votes(lead: Visitor, visitors: list[Visitor], when: Callable[[], float], option: str) -> list[float]:
    """Seconds from each vote until the projector's count has it."""
    pressed: list[float] = []
    counted: list[float] = []

    def press(visitor: Visitor, moment: float) -> None:
        time.sleep(moment)
        pressed.append(time.perf_counter())
        visitor.press(f"{option} ·")

    threads = [threading.Thread(target=press, args=(visitor, when())) for visitor in visitors]
    for thread in threads:
        thread.start()
    for number in range(1, len(visitors) + 1):
        lead.wait(lambda number=number: _count(lead.text) >= number)
        counted.append(time.perf_counter())
    for thread in threads:
        thread.join()
    return [seen - begun for begun, seen in zip(sorted(pressed), counted, strict=True)]


def _count(text: str) -> int:
    found = re.search(r"(\d+) of \d+ have answered", text)
    return int(found[1]) if found else 0


def _voila(run: Run, most: int) -> tuple[float, float, int]:
    """MiB a page, median seconds until one is sent, and how many there were."""
    import nbformat

    folder = run.tree.folder / "voila"
    folder.mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(_PAGE.format(folder=str(sample())))])
    nbformat.write(notebook, folder / "page.ipynb")
    with _serving(folder) as (process, base):
        empty, taken = mebibytes(process.pid), []
        for _ in range(most):
            begun = time.perf_counter()
            with urllib.request.urlopen(f"{base}/voila/render/page.ipynb", timeout=_VOILA_SECONDS) as page:
                page.read()
            taken.append(time.perf_counter() - begun)
        full = mebibytes(process.pid)
    return (full - empty) / most, statistics.median(taken), most


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "voila", str(folder), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(600):
                with socket.socket() as door:
                    if door.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
