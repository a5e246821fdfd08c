"""A workshop whose machine has its clock set, or whose process that makes the minutes is ended."""

from __future__ import annotations

import ast
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from workshop_cases import opened, small

import kamassess.workshop
from kamassess.errors import ReportError
from kamassess.workshop import clock, moves
from kamassess.workshop.access import draw_code
from kamassess.workshop.minutes import make_minutes
from kamassess.workshop.room import Room
from kamassess.workshop.store import Store


@pytest.mark.parametrize("moved", [-86_400.0 * 365 * 30, -3600.0, 3600.0, 86_400.0 * 365 * 30])
def test_a_timer_runs_on_though_the_clock_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: float) -> None:
    # If this fails, a laptop that corrects its clock in the meeting ends the room's five minutes, or makes an hour of them.
    store = Store(tmp_path / "workshop.sqlite")
    room = Room(store, store.open_session(opened(small()), draw_code), small(), alone=True)
    room.make(moves.time(clock.now() + 300))
    true = time.time
    monkeypatch.setattr(time, "time", lambda: true() + moved)
    left = room.state.timer - clock.now()
    assert 290 < left <= 300
    assert room._ticking
    room.close()
    store.close()


def test_it_is_the_time_of_day_when_nobody_sets_the_clock() -> None:
    # If this fails, a server that goes on with a workshop shows another time than the one before.
    assert clock.now() == pytest.approx(time.time(), abs=5.0)


def test_nothing_else_in_a_workshop_asks_what_time_it_is() -> None:
    # If this fails, guesses, pages or timers hang on a clock that somebody may set.
    folder = Path(kamassess.workshop.__file__).parent
    asking = {
        path.name
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("time", "time_ns", "now", "utcnow") and _is_module(node.value)
    }
    assert asking == {"clock.py"}


def _is_module(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id in ("time", "datetime")) or ast.unparse(node) == "dt.datetime"


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        (
            subprocess.CompletedProcess([], -9, "", ""),
            "was ended by signal 9; the machine may have run out of memory. The workshop",
        ),
        (subprocess.CompletedProcess([], -15, "", ""), "was ended by signal 15. The workshop is kept; try again"),
        (subprocess.CompletedProcess([], 1, "", ""), "the minutes could not be made. The workshop is kept; try again"),
        (subprocess.CompletedProcess([], 2, "", "there is no room. Make some.\n"), "there is no room. Make some."),
        (subprocess.TimeoutExpired("x", 1), "making the minutes took longer than 10 minutes. The workshop is kept; try again"),
        (OSError(12, "Cannot allocate memory"), "the minutes could not be begun: Cannot allocate memory. The workshop is kept"),
    ],
)
def test_minutes_that_cannot_be_made_say_why(monkeypatch: pytest.MonkeyPatch, ended: Any, said: str) -> None:
    # If this fails, the facilitator presses the button and sees an empty message, or the page dies.
    def run(*_: Any, **__: Any) -> Any:
        if isinstance(ended, BaseException):
            raise ended
        return ended

    monkeypatch.setattr(subprocess, "run", run)
    recorder = SimpleNamespace(write=lambda: [Path("w.yaml")], folder=Path("engagement"))
    workshop = SimpleNamespace(unit=SimpleNamespace(id="N"), wave="2026")
    with pytest.raises(ReportError) as caught:
        make_minutes(cast(Any, recorder), cast(Any, workshop))
    assert said in str(caught.value)
