"""A workshop on one screen, from the notebook's own calls to the record in the engagement folder; and one to try things with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from workshop_client import sample

from kamassess.reading.engagement import load_engagement
from kamassess.resources import carried
from kamassess.workshop import moves
from kamassess.workshop.here import Here, open_here

pytestmark = pytest.mark.e2e


def _seen(widget: ipywidgets.Widget) -> Iterator[Any]:
    if widget.layout.display != "none":
        yield widget
        for child in getattr(widget, "children", ()):
            yield from _seen(child)


def _press(widget: ipywidgets.Widget, start: str) -> None:
    buttons = (part for part in _seen(widget) if isinstance(part, ipywidgets.Button))
    next(button for button in buttons if button.description.startswith(start)).click()


def _close(here: Here) -> None:
    here._workshop.room.close()
    here._workshop.store.close()


def test_a_team_at_one_keyboard_leaves_a_record_and_goes_on_the_next_day(tmp_path: Path) -> None:
    # If this fails, the notebook's workshop ends with the kernel.
    folder = shutil.copytree(sample(), tmp_path / "engagement", ignore=shutil.ignore_patterns("workshops"))
    here = open_here(str(folder), "NC", "zh")
    turns, lead, room = here.turns(), here.lead(), here._workshop.room
    room.make(moves.begin(room.state.led, "STR"))
    for option in ("2 ·", "4 ·", "4 ·"):
        _press(turns, "新成员")
        _press(turns, option)
        _press(turns, "完成")
    room.make(moves.show(room.state.led, "STR-1-Q1"))
    room.make(moves.agree(room.state.led, "STR-1-Q1", "3"))
    assert any("STR-1-Q1" in str(getattr(part, "value", "")) for part in _seen(lead))
    assert here.note() == ["workshops/2026-NC-" + room.session.id + end for end in (".csv", ".yaml")]
    (record,) = load_engagement(folder).workshops
    assert (record.people, record.agreed["STR-1-Q1"].answer) == ({"executive": 3}, "3")
    state = room.state
    _close(here)
    again = open_here(str(folder), "NC", "zh")
    assert again._workshop.goes_on
    assert again._workshop.room.state == state
    _close(again)


def test_the_sample_is_to_try_things_with(tmp_path: Path) -> None:
    # If this fails, whoever tries the notebook changes the sample that the demo is made from.
    folder = carried("sample_data")
    before = sorted(path.name for path in folder.rglob("*"))
    here = open_here(str(folder), "NC", "en", "2026")
    here.turns()
    room = here._workshop.room
    room.make(moves.begin(room.state.led, "STR"))
    assert here.note() == []
    _close(here)
    assert sorted(path.name for path in folder.rglob("*")) == before
