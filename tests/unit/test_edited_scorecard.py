"""Scorecards that people edited: what they decided comes back into the next result, and what cannot be so is said."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from payloads import STEERING
from scorecard_figures import figures

from kamassess.display import view_of_group, view_of_unit
from kamassess.document import Cell, Document, Table, plain
from kamassess.export.files import write_file
from kamassess.readable import readable
from kamassess.reading.engagement import check_engagement, load_engagement
from kamassess.reading.scorecards import IDENTITY
from kamassess.render.html import render_html
from kamassess.result import UnitResult
from kamassess.sections import roadmap as roadmap_section
from kamassess.stored import decoders, encoded

Put = dict[tuple[str, str, str], Any]


@pytest.fixture
def folder(
    make_engagement: Callable[..., Path], instrument: dict[str, Any], settings: dict[str, Any], answers: list[list[str]]
) -> Path:
    """A scale of 1–5, an action for every step to levels 2 and 3, and a unit that aims at 3 with A-1 and B-1 at 1.5."""
    options = [{"value": value, "label": {"en": f"Option {value}", "zh": f"选项{value}"}} for value in (1, 2, 3, 4, 5)]
    instrument["scales"]["four"]["options"] = options
    instrument["levels"] = [{"level": n, "name": {"en": f"L{n}", "zh": f"{n}级"}, "from": n} for n in (1, 2, 3, 4)]
    instrument["policy"] = {"min_respondents": 2}
    worth = {"0.5": "1", "1": "2", "0.25": "1", "DK": "2"}
    for row in answers:
        row[5] = "4" if row[4] == "A-2-Q1" else worth[row[5]]
    text = {"en": "do {}", "zh": "做{}"}
    steps = {
        name: {
            level: {
                "do": {language: said.format(f"{name}.{level}") for language, said in text.items()},
                "measure": {"en": "seen", "zh": "看得见"},
                "owner": "unit_head",
                "effort": 1,
                "months": 2,
            }
            for level in (2, 3)
        }
        for name in ("A-1", "A-2", "B-1")
    }
    settings["actions"] = "actions.yaml"
    files = {"actions.yaml": yaml.safe_dump(steps, allow_unicode=True)}
    return make_engagement(settings=settings, instrument=instrument, answers=answers, files=files)


def scorecard(folder: Path, language: str = "en") -> bytes:
    return write_file("xlsx", view_of_unit(folder, "N", language, None))


def edited(raw: bytes, put: Put, hook: Callable[[Any], object] | None = None) -> bytes:
    """A scorecard as somebody saves it who wrote into these cells."""
    found, book, out = figures(raw), openpyxl.load_workbook(io.BytesIO(raw)), io.BytesIO()
    for address, value in put.items():
        place = found[address]
        book[place.sheet][place.cell] = value
    if hook:
        hook(book)
    book.save(out)
    return out.getvalue()


def save(folder: Path, raw: bytes, name: str = "N.xlsx") -> None:
    (folder / "scorecards").mkdir(exist_ok=True)
    (folder / "scorecards" / name).write_bytes(raw)


def unit(folder: Path) -> UnitResult:
    return view_of_unit(folder, "N", "en", None).unit


def faults(folder: Path) -> list[str]:
    return [str(fault) for fault in check_engagement(folder)[1]]


DECIDED: Put = {
    ("dimensions", "A", "target"): 3.5,
    ("roadmap", "A-1.2", "owner"): "Wang Wei",
    ("roadmap", "A-1.3", "start"): 6,
    ("roadmap", "B-1.2", "taken_up"): "no",
    ("roadmap", "A-1.2", "effort"): 3,
    ("roadmap", "A-1.2", "status"): "under way",
    ("roadmap", "OWN-1", "do"): "Visit the ten largest",
    ("roadmap", "OWN-1", "end"): 2,
    ("roadmap", "OWN-1", "effort"): 2,
}


def test_a_file_that_nobody_edited_decides_nothing(folder: Path) -> None:
    # If this fails, saving a scorecard changes a plan.
    before = unit(folder).roadmap
    save(folder, scorecard(folder))
    after = unit(folder).roadmap
    assert (after.actions, after.decisions, after.own) == (before.actions, (), ())
    assert faults(folder) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_decided_comes_back(folder: Path, language: str) -> None:
    # If this fails, a board's decisions are lost with the next run, or only read in one language.
    put = dict(DECIDED)
    if language == "zh":
        put |= {("roadmap", "B-1.2", "taken_up"): "否", ("roadmap", "A-1.2", "status"): "进行中"}
    before = unit(folder).roadmap
    save(folder, edited(scorecard(folder, language), put))
    assert faults(folder) == []
    found = unit(folder)
    plan = {action.id: action for action in found.roadmap.actions}
    assert found.targets == {"A": 3.5}
    assert (plan["A-1.2"].owner, plan["A-1.2"].status) == ("Wang Wei", "under_way")
    assert (plan["A-1.3"].starts, plan["A-1.3"].ends, plan["A-1.3"].phase) == (6, 8, 2)
    assert (plan["A-1.2"].effort, plan["A-1.2"].ease) == (3, pytest.approx(1 / 3))
    assert found.roadmap.declined == ("B-1.2",)
    assert "B-1.2" in {action.id for action in before.actions}
    assert not {"B-1.2", "B-1.3"} & set(plan), "what needs an action that is not taken up waits"
    (own,) = found.roadmap.own
    assert (own.id, own.do, own.ends, own.effort) == ("OWN-1", "Visit the ten largest", 2, 2)
    assert found.roadmap.used[0] >= 2
    assert {(one.about, one.field) for one in found.roadmap.decisions} == {key[:2] for key in _decisions(put)}
    assert {one.source for one in found.roadmap.decisions} == {"scorecards/N.xlsx"}
    assert [name for name, _ in found.roadmap.read_from] == ["scorecards/N.xlsx"]


def _decisions(put: Put) -> set[tuple[str, str, Any]]:
    return {(name, field, value) for (_, name, field), value in put.items() if not name.startswith("OWN")} | {
        ("OWN-1", "own", "")
    }


def test_a_batch_stores_decisions_as_they_are(folder: Path) -> None:
    # If this fails, a report of a batch differs from the same report made alone.
    save(folder, edited(scorecard(folder), DECIDED))
    found = unit(folder)
    again = decoders()["unit"].decode(encoded(found))
    assert json.dumps(again.as_json()) == json.dumps(found.as_json())


def test_the_next_scorecard_says_the_same_and_can_be_saved_again(folder: Path) -> None:
    # If this fails, decisions last one run: the file made from them, put in the place of the first, takes them back.
    save(folder, edited(scorecard(folder), DECIDED))
    first = unit(folder).roadmap
    save(folder, scorecard(folder, "zh"))
    again = unit(folder).roadmap
    assert again.actions == first.actions
    assert {(one.about, one.field, one.new) for one in again.decisions} == {
        (one.about, one.field, one.new) for one in first.decisions
    }
    assert faults(folder) == []


def test_a_decision_can_be_taken_back(folder: Path) -> None:
    # If this fails, an action that was left out once can never be taken up again.
    save(folder, edited(scorecard(folder), {("roadmap", "B-1.2", "taken_up"): "no"}))
    save(folder, edited(scorecard(folder), {("roadmap", "B-1.2", "taken_up"): "yes"}))
    found = unit(folder).roadmap
    assert "B-1.2" in {action.id for action in found.actions}
    assert (found.declined, found.decisions) == ((), ())


def test_reports_list_what_was_decided(folder: Path, kamassess_cli: Callable[..., Any]) -> None:
    # If this fails, a board does not see that its plan was edited by hand.
    save(folder, edited(scorecard(folder), DECIDED))
    for language in ("en", "zh"):
        view = view_of_unit(folder, "N", language, None)
        nodes = roadmap_section(view)
        (table,) = [node for node in nodes if isinstance(node, Table) and node.id == "by-hand-table"]
        assert len(table.rows) == len(view.unit.roadmap.decisions)
        assert all(all(isinstance(cell, Cell) and plain(cell.text) for cell in row) for row in table.rows)
        assert "Wang Wei" in render_html(Document(nodes))
        told = figures(write_file("xlsx", view))
        assert told["roadmap", "A-1.2", "owner"].value == "Wang Wei"
        assert told["roadmap", "B-1.2", "taken_up"].value in ("no", "否")
    assert write_file("xlsx", view_of_group(folder, "en", None))
    notes = [line for line in kamassess_cli("check", folder).out if "by hand" in line or "was added" in line]
    assert len(notes) == 7
    assert any("row" in line and "sheet Roadmap" in line and "Wang Wei" in line for line in notes)


def test_a_plan_may_stand_in_the_engagement(folder: Path, settings: dict[str, Any]) -> None:
    # If this fails, whoever has no spreadsheet at hand cannot decide.
    plan = [
        {"action": "A-1.2", "owner": "Li", "status": "done"},
        {"action": "B-1.2", "taken_up": False},
        {"do": "Visit", "end": 3, "effort": 1},
    ]
    settings["units"][0]["roadmap"] = plan
    (folder / "engagement.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    found = unit(folder).roadmap
    assert found.declined == ("B-1.2",)
    assert next(action.owner for action in found.actions if action.id == "A-1.2") == "Li"
    assert [line.do for line in found.own] == ["Visit"]
    save(folder, scorecard(folder))
    assert faults(folder) == []
    save(folder, edited(scorecard(folder), {("roadmap", "A-1.2", "owner"): "Wang"}))
    assert faults(folder) == []
    assert next(action.owner for action in unit(folder).roadmap.actions if action.id == "A-1.2") == "Wang"
    plan[0]["owner"] = "Zhao"
    (folder / "engagement.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    (fault,) = faults(folder)
    assert "'Wang' here and 'Zhao' in engagement.yaml, line" in fault
    assert fault.startswith("scorecards/N.xlsx, sheet Roadmap, row ")


def _declare(folder: Path, settings: dict[str, Any], target: float) -> None:
    settings["units"][0]["targets"] = {"A": target}
    (folder / "engagement.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")


def test_a_declared_target_that_was_seen_can_be_changed(folder: Path, settings: dict[str, Any]) -> None:
    # If this fails, nobody can edit a target in the scorecard where engagement.yaml has one, or the change is not listed.
    _declare(folder, settings, 3)
    raw = scorecard(folder)
    save(folder, edited(raw, {("dimensions", "A", "target"): 4}))
    save(folder, raw, "as-it-was.xlsx")
    assert faults(folder) == []
    found = unit(folder)
    assert found.targets["A"] == 4
    assert [(one.about, one.old, one.new) for one in found.roadmap.decisions] == [("A", 3, 4)]
    save(folder, scorecard(folder))
    assert (faults(folder), unit(folder).targets["A"]) == ([], 4), "the next scorecard says the same"


def test_two_places_that_differ_are_both_named(folder: Path, settings: dict[str, Any]) -> None:
    # If this fails, one of two targets is chosen without a word.
    _declare(folder, settings, 3)
    raw = scorecard(folder)
    save(folder, edited(raw, {("dimensions", "A", "target"): 4}))
    save(folder, edited(raw, {("dimensions", "A", "target"): 2}), "other.xlsx")
    (fault,) = faults(folder)
    assert "is 2 here and 4 in scorecards/N.xlsx, sheet Dimensions, row" in fault
    (folder / "scorecards/other.xlsx").unlink()
    _declare(folder, settings, 5)
    (fault,) = faults(folder)
    assert "is 4 here and 5 in engagement.yaml, line" in fault


def test_faults_of_the_engagement_have_their_line(folder: Path, settings: dict[str, Any]) -> None:
    # If this fails, a mistyped action is ignored.
    settings["units"][0]["roadmap"] = [
        {"action": "A-1.9", "owner": "Li"},
        {"action": "A-1.2", "start": 23, "effort": 4, "status": "doing"},
        {"action": "A-1.3"},
        {"owner": "nobody"},
    ]
    (folder / "engagement.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    found = faults(folder)
    for text in ("'A-1.9' is no action", "start is 23", "effort is 4", "status is 'doing'", "decides nothing", "has no 'action'"):
        assert len([fault for fault in found if text in fault and fault.startswith("engagement.yaml, line")]) == 1, (text, found)


def test_the_deck_names_who_was_decided(folder: Path) -> None:
    # If this fails, deck and scorecard name two owners of one action.
    save(folder, edited(scorecard(folder), {("roadmap", "A-1.2", "owner"): "Wang Wei"}))
    with zipfile.ZipFile(io.BytesIO(write_file("pptx", view_of_unit(folder, "N", "en", None)))) as deck:
        slides = b"".join(deck.read(name) for name in deck.namelist() if name.startswith("ppt/slides/"))
    assert b"Wang Wei" in slides


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_begins_too_early_says_so(folder: Path, language: str) -> None:
    # If this fails, a plan that cannot work looks like one that can.
    save(folder, edited(scorecard(folder), {("roadmap", "A-1.3", "start"): 0}))
    view = view_of_unit(folder, "N", language, None)
    early = {action.id: action.early for action in view.unit.roadmap.actions}
    assert early["A-1.3"] == ("A-1.2",)
    assert not any(found for name, found in early.items() if name != "A-1.3")
    told = view.words("roadmap_early", actions="A-1.2")
    assert told in render_html(Document(roadmap_section(view)))
    assert told in figures(write_file("xlsx", view))["roadmap", "A-1.3", "notes"].value


def test_lines_of_ones_own_take_their_effort_first(folder: Path, settings: dict[str, Any]) -> None:
    # If this fails, a unit is planned to do more than it can bear.
    settings["roadmap"] = {"effort": [2, 4, 4]}
    settings["units"][0]["roadmap"] = [{"do": "Visit", "start": 0, "end": 2, "effort": 2}]
    (folder / "engagement.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    found = unit(folder).roadmap
    assert found.used[0] == 2
    assert all(action.phase > 1 for action in found.actions)
    assert found.actions


# -- what cannot be so ---------------------------------------------------------------------------------------------------------


def test_everything_wrong_is_said_at_once_with_its_place(folder: Path) -> None:
    # If this fails, a user mends a file five times.
    put: Put = {
        ("dimensions", "A", "target"): 9,
        ("dimensions", "B", "target"): "high",
        ("roadmap", "A-1.2", "start"): "2026-11-01",
        ("roadmap", "A-1.3", "start"): 23,
        ("roadmap", "A-1.2", "effort"): 5,
        ("roadmap", "A-1.3", "effort"): "=1+1",
        ("roadmap", "B-1.2", "taken_up"): "perhaps",
        ("roadmap", "B-1.3", "status"): "nearly",
        ("roadmap", "OWN-1", "owner"): "nobody knows what for",
        ("roadmap", "OWN-2", "do"): "a line",
        ("roadmap", "OWN-2", "start"): 9,
        ("roadmap", "OWN-2", "end"): 3,
    }
    save(folder, edited(scorecard(folder), put))
    found = faults(folder)
    expected = [
        ("Dimensions", "is 9", "between 1 and 5"),
        ("Dimensions", "is 'high', not a number"),
        ("Roadmap", "is a date (2026-11-01)"),
        ("Roadmap", "is 23", "from 0 to 22"),
        ("Roadmap", "is 5", "from 1 to 3"),
        ("Roadmap", "is a formula"),
        ("Roadmap", "'perhaps'", "yes"),
        ("Roadmap", "'nearly'", "under way"),
        ("Roadmap", "OWN-1 says nothing"),
        ("Roadmap", "is 3", "from 9 to 24"),
    ]
    assert len(found) == len(expected), found
    for sheet, *parts in expected:
        told = [fault for fault in found if all(part in fault for part in parts)]
        assert len(told) == 1, (parts, found)
        assert told[0].startswith(f"scorecards/N.xlsx, sheet {sheet}, row ")


def test_ids_that_are_none(folder: Path) -> None:
    # If this fails, a decision about a mistyped action is lost.
    put = {("roadmap", "A-1.2", "id"): "A-1.22", ("roadmap", "A-1.3", "id"): "B-1.3", ("dimensions", "A", "id"): "AA"}
    save(folder, edited(scorecard(folder), put))
    found = faults(folder)
    assert any("'A-1.22' is no action of the library. Did you mean A-1.2?" in fault for fault in found)
    assert any("'AA' is no dimension" in fault for fault in found)
    assert any("'B-1.3' stands a second time, first in row" in fault for fault in found)


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("unit", "X", "is of 'X', which is no unit"),
        ("wave", "2025", "is of wave '2025', and the current one is 2026"),
        ("version", "0.9", "another questionnaire (tiny 0.9)"),
        ("schema", "kamassess.scorecard/9", "is no scorecard of a unit that this version"),
    ],
)
def test_a_file_that_does_not_belong_here(folder: Path, key: str, value: str, text: str) -> None:
    # If this fails, the plan of another unit or wave is mixed into this one.
    def change(book: Any) -> None:
        for row in book["kamassess"].iter_rows():
            if row[0].value == key:
                row[1].value = value

    save(folder, edited(scorecard(folder), DECIDED, change))
    (fault,) = faults(folder)
    assert fault.startswith("scorecards/N.xlsx: ")
    assert text in fault


def test_other_files_in_the_folder(folder: Path) -> None:
    # If this fails, something in the folder is passed over in silence, or a lock of Excel stops a run.
    group = write_file("xlsx", view_of_group(folder, "en", None))
    save(folder, b"a note", "notes.txt")
    save(folder, b"\xd0\xcf\x11\xe0 old", "old.xlsx")
    save(folder, b"PK\x03\x04 damaged", "damaged.xlsx")
    save(folder, b"lock", "~$N.xlsx")
    save(folder, group, "group.xlsx")
    found = faults(folder)
    named = ("damaged.xlsx", "group.xlsx", "notes.txt", "old.xlsx")
    assert [fault.split(":")[0] for fault in found] == [f"scorecards/{name}" for name in named]


def test_rows_and_columns_may_be_moved(folder: Path) -> None:
    # If this fails, a plan must not be sorted, and a sheet not be renamed.
    def change(book: Any) -> None:
        sheet = book["Roadmap"]
        sheet.title = "Unser Plan"
        sheet.insert_cols(4)
        sheet.insert_rows(2)

    save(folder, edited(scorecard(folder), {("roadmap", "A-1.2", "owner"): "Wang"}, change))
    assert faults(folder) == []
    assert {one.new for one in unit(folder).roadmap.decisions} == {"Wang"}


def test_a_deleted_row_of_keys_is_missed(folder: Path) -> None:
    # If this fails, a whole sheet of decisions is not read.
    def change(book: Any) -> None:
        sheet = book["Dimensions"]
        sheet.delete_rows(4)

    save(folder, edited(scorecard(folder), {("dimensions", "A", "target"): 4}, change))
    (fault,) = faults(folder)
    assert "has no table of dimensions" in fault


def test_an_earlier_wave_keeps_to_what_was_worked_out(folder: Path, answers: list[list[str]]) -> None:
    # If this fails, today's decisions stand in the report of last year.
    rows = "\n".join(",".join(["2025", *row[1:]]) for row in answers)
    (folder / "responses" / "b.csv").write_text(f"wave,unit,respondent,role,question,answer,comment\n{rows}\n", encoding="utf-8")
    save(folder, edited(scorecard(folder), DECIDED))
    assert unit(folder).roadmap.decisions
    assert view_of_unit(folder, "N", "en", "2025").unit.roadmap.decisions == ()


def test_a_scorecard_is_an_input(folder: Path) -> None:
    # If this fails, a batch does not make reports again when a plan was edited.
    save(folder, edited(scorecard(folder), DECIDED))
    assert "scorecards/N.xlsx" in {entry.file for entry in load_engagement(folder).inputs}
    assert not any(name.startswith("scorecards/") for name, _ in view_of_unit(folder, "S", "en", None).plans)


def test_cells_to_edit_are_open_and_all_others_locked(folder: Path) -> None:
    # If this fails, a slip of the hand changes a figure, or nobody can edit what should be edited.
    raw = scorecard(folder)
    book, found = openpyxl.load_workbook(io.BytesIO(raw)), figures(raw)
    open_ = {key for key, place in found.items() if not book[place.sheet][place.cell].protection.locked}
    assert {key[2] for key in open_} == {"target", "taken_up", "owner", "start", "end", "effort", "status", "do"}
    assert {key[1] for key in open_ if key[2] == "do"} == {f"OWN-{number}" for number in range(1, 6)}
    assert all(
        sheet.protection.sheet and not sheet.protection.password for sheet in book.worksheets if sheet.title != "kamassess"
    )
    assert book["kamassess"].sheet_state == "veryHidden"


def test_a_word_in_place_of_a_target_is_told_as_one(folder: Path) -> None:
    # If this fails, the remedy for a target speaks of months.
    save(folder, edited(scorecard(folder), {("dimensions", "A", "target"): "high"}))
    (fault,) = faults(folder)
    assert fault.endswith("is 'high', not a number. Write a number from 1 to 5."), fault


def test_nothing_that_is_written_into_one_steers(folder: Path, kamassess_cli: Any) -> None:
    # If this fails, a scorecard that comes back does something to whoever reads it in, or to the next report.
    raw, texts = scorecard(folder), [f"x{letter}\nFORGED" for letter in "\u202e\u2066\u200b\u3164\u2028\x85\x9b\x7f\U000e0041"]
    whole, name = "".join(texts), f"{''.join(texts)}\x1b[2J.xlsx"

    def identity(book: Any) -> None:
        book.worksheets[0].title = "q\u202e\u200b"
        facts = {row[0].value: row[1] for row in book[IDENTITY].iter_rows(max_row=6)}
        for fact in ("unit", "wave", "instrument", "version"):
            facts[fact].value = whole

    def ids(book: Any) -> None:
        for sheet in book:
            sheet.title = f"{sheet.title}\u202e\u200b"[:31]
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value in ("A", "A-1.2")):
                cell.value = whole

    fields = dict.fromkeys(DECIDED, whole)
    decided = (
        DECIDED | {place: whole for place in DECIDED if place[2] in ("owner", "do")} | {("roadmap", "OWN-1", "owner"): whole}
    )
    for changed, code in (
        (edited(raw, fields), 2),
        (edited(raw, {}, identity), 2),
        (edited(raw, {}, ids), 2),
        (edited(raw, decided), 0),
    ):
        save(folder, changed, name)
        ran = kamassess_cli("check", folder)
        said = "\n".join((*ran.out, *ran.err))
        assert ran.code == code, said
        assert STEERING.findall(said) == []
        assert not [line for line in (*ran.out, *ran.err) if line.startswith("FORGED")]
        assert "scorecards/x[U+202E]" in said
    own = load_engagement(folder).units[0].plan.own[0]
    assert (own.do, own.owner) == (readable(whole), readable(whole))
