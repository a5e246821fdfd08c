"""``workshops/``: everything wrong with a record is said, with its place; and no score of the survey hangs on any of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import Ran
from scoring_cases import WAVE, write_engagement
from workshop_cases import Table

from kamassess.batch import Request, plan
from kamassess.display import open_minutes, view_of_unit
from kamassess.reading.engagement import check_engagement, load_engagement
from kamassess.recipe import audit
from kamassess.render.html import render_html
from kamassess.workshop import moves
from kamassess.workshop.record import write_record

PEOPLE = [("executive", 4), ("kam", 2), ("sales", 3)]
SURVEY = [
    ("U", f"{role}{number}", role, {"q1": value, "q2": value} | ({"q3": value} if role != "sales" else {}))
    for role, value in PEOPLE
    for number in range(3)
]
STEM = f"{WAVE}-U-s1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An engagement with the record of one workshop: q1 voted and agreed, a target of A, an action for A1."""
    place = write_engagement(tmp_path / "engagement", Table().instrument, SURVEY)
    table = Table()
    table.people(executive=4, kam=3)
    table.do(moves.begin(table.led, "A"))
    table.vote("q1", executive="4433", kam="222")
    table.do(moves.show(table.led, "q1"))
    table.do(moves.agree(table.led, "q1", "3"), moves.aim(table.led + 1, "A", 4.0))
    table.do(moves.plan(table.led, "a1", "A1", "do it", "Li", "2026-12-01"))
    write_record(table.state, place, "s1")
    return place


def _change(folder: Path, kind: str, old: str, new: str) -> None:
    path = folder / "workshops" / f"{STEM}.{kind}"
    text = path.read_text(encoding="utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


WRONG = [
    ("yaml", "schema: kamassess.workshop/1", "schema: other/2", "schema is 'other/2'"),
    ("yaml", 'unit: "U"', 'unit: "V"', "unit is 'V', which is no unit of this engagement"),
    ("yaml", f'wave: "{WAVE}"', 'wave: "w9"', "wave is 'w9', which is no wave of this engagement"),
    ("yaml", 'instrument: "', 'instrument: "other ', "is asked with"),
    ("yaml", 'day: "2026-11-02"', 'day: "2 November"', "day is '2 November', which is no day"),
    ("yaml", 'agenda: ["A"', 'agenda: ["AA"', "is 'AA'"),
    ("yaml", '"executive": 4, "kam": 3}', '"boss": 4}', "people.boss is no role of the questionnaire"),
    ("yaml", '"executive": 4, "kam": 3}', '"executive": -1}', "is -1"),
    ("yaml", 'question: "q1"', 'question: "q9"', "question is 'q9', which is no question"),
    ("yaml", "round: 1", "round: one", "not a whole number"),
    ("yaml", "votes: 7", "votes: 6", "counts 7 votes, and 'votes' says 6"),
    ("yaml", 'all: {"2": 3', 'all: {"7": 3', "7 is no answer to this question"),
    ("yaml", '"kam": {"2": 3}', '"kam": {"2": 2}', "shows how fewer than 3 people voted"),
    ("yaml", '"kam": {"2": 3}', '"kam": {"2": 4}', "counts more votes for 2 than 'all' does"),
    ("yaml", '"kam": {"2": 3}', '"guest": {"2": 3}', "guest is no role that q1 is asked of"),
    ("yaml", '"executive": {"3": 2, "4": 2}', '"executive": {"3": 2, "4": 1}', "lets fewer than 3 votes of other roles"),
    ("yaml", '"A": 4}', '"A": 40}', "is 40"),
    ("yaml", '"A": 4}', '"Z": 4}', "targets.Z is no dimension of the questionnaire"),
    ("yaml", 'criterion: "A1"', 'criterion: "A9"', "is 'A9', which is no criterion"),
    ("yaml", 'due: "2026-12-01"', 'due: "soon"', "is 'soon', which is no day"),
    ("yaml", 'do: "do it"', "do: no", "not as text"),
    ("yaml", "people:", "peeple:", "peeple is not a known key"),
    ("yaml", "targets: {", "targets: {{", "is not valid YAML"),
    ("csv", "workshop,workshop", "ann,executive", "'ann' is not the respondent of this workshop"),
    ("csv", f"{WAVE},U", f"{WAVE},V", "'V' is not the unit of this workshop"),
    ("csv", "q1,3", "q1,9", "'9' is no answer to q1"),
    ("csv", "q1,3", "q1,DK", "'DK' is nothing that a room can agree on"),
    ("csv", "q1,3", "q7,3", "'q7' is no question"),
    ("csv", "question,answer", "question,anser", "has no column answer"),
    ("csv", ",comment", ",remark", "has a column 'remark' too many"),
]


@pytest.mark.parametrize(("kind", "old", "new", "said"), WRONG, ids=[said[:44] for *_, said in WRONG])
def test_what_cannot_be_so_is_said_with_its_place(folder: Path, kind: str, old: str, new: str, said: str) -> None:
    # If this fails, a slip of the pen is a traceback, or changes what a room agreed.
    _change(folder, kind, old, new)
    _, faults = check_engagement(folder)
    found = [fault for fault in faults if said in str(fault)]
    assert found, [str(fault) for fault in faults]
    assert all(fault.file == f"workshops/{STEM}.{kind}" for fault in found)
    assert all(fault.file.startswith(f"workshops/{STEM}") for fault in faults)
    assert all(fault.remedy for fault in found)
    assert all(fault.line or fault.row for fault in found if "YAML" not in said), "a place"


def test_all_of_it_at_once(folder: Path) -> None:
    # If this fails, a record is mended and checked as often as it has faults.
    _change(folder, "yaml", 'unit: "U"', 'unit: "V"')
    _change(folder, "yaml", 'criterion: "A1"', 'criterion: "A9"')
    _change(folder, "csv", "q1,3", "q1,9")
    place = folder / "workshops"
    (place / "notes.docx").write_bytes(b"x")
    (place / "old").mkdir()
    (place / "lone.csv").write_text("wave\n")
    (place / "README.md").write_text("a note is none")
    text = (place / f"{STEM}.yaml").read_text(encoding="utf-8")
    (place / "copy.yaml").write_text(text.replace('unit: "V"', 'unit: "U"').replace("A9", "A1"), encoding="utf-8")
    (place / "again.yaml").write_text(text.replace('unit: "V"', 'unit: "U"').replace("A9", "A1"), encoding="utf-8")
    _, faults = check_engagement(folder)
    told = "\n".join(str(fault) for fault in faults)
    for said in (
        "'V', which",
        "'A9', which",
        "'9' is no answer",
        "notes.docx: is neither",
        "old: is a folder",
        "lone.csv: is the",
    ):
        assert said in told, told
    assert "copy.yaml: has no table of agreed answers beside it" in told
    assert "is a second record of workshop 's1'; the first is workshops/again.yaml" in told
    assert "README" not in told


def test_the_survey_is_what_it_was(folder: Path) -> None:
    # If this fails, what a room agrees changes what people had answered.
    def told(place: Path) -> dict[str, object]:
        found = audit(place).units["U"].as_json()
        shared = ("overall", "dimensions", "criteria", "questions", "roles", "gaps", "robustness", "n_respondents", "answer_rows")
        return {name: found[name] for name in shared}

    with_it = told(folder)
    moved = folder / "workshops"
    moved.rename(folder.parent / "elsewhere")
    without = told(folder)
    for dimension in with_it["dimensions"].values():  # type: ignore[attr-defined]
        dimension["target"] = None
    assert json.dumps(with_it) == json.dumps(without)


def test_it_is_among_the_inputs_and_check_names_it(folder: Path, kamassess_cli: Callable[..., Ran]) -> None:
    # If this fails, minutes cannot be traced to their files.
    names = {entry.file for entry in load_engagement(folder).inputs}
    assert {f"workshops/{STEM}.yaml", f"workshops/{STEM}.csv"} <= names
    ran = kamassess_cli("check", folder)
    assert (ran.code, ran.err) == (0, [])
    assert any(line.endswith("; workshops: U 2026-11-02.") for line in ran.out), ran.out


def test_its_targets_are_those_of_the_unit_and_are_listed(folder: Path) -> None:
    # If this fails, the roadmap aims at what was set before the room met, or nobody sees who changed it.
    head = folder / "engagement.yaml"
    told = yaml.safe_load(head.read_text(encoding="utf-8"))
    told["units"][0]["targets"] = {"A": 3, "B": 3}
    head.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    unit = view_of_unit(folder, "U", "en", None).unit
    assert dict(unit.targets) == {"A": 4.0, "B": 3.0}
    (decision,) = unit.roadmap.decisions
    assert (decision.about, decision.field, decision.old, decision.new) == ("A", "target", 3.0, 4.0)
    assert decision.source == f"workshops/{STEM}.yaml"
    assert [file for file, _ in unit.roadmap.read_from] == [f"workshops/{STEM}.yaml"]
    _change(folder, "yaml", 'targets: {"A": 4}', 'targets: {"A": 4}\ntargets_before: {"A": 3}')
    assert load_engagement(folder).units[0].targets["A"] == 4.0, "as the room had it before it"
    _change(folder, "yaml", 'targets_before: {"A": 3}', 'targets_before: {"A": 2.5}')
    _, faults = check_engagement(folder)
    (fault,) = faults
    assert (fault.file, fault.line) == (f"workshops/{STEM}.yaml", 21)
    assert "the target of A in unit 'U' is 4 here and 3 in engagement.yaml. It was declared anew after" in str(fault)
    _change(folder, "yaml", '"A": 4}', '"A": 3}')
    assert load_engagement(folder).units[0].plan.decisions == (), "what was declared already is no decision"


def test_a_room_that_met_before_anybody_was_asked_has_its_minutes(folder: Path, kamassess_cli: Callable[..., Ran]) -> None:
    # If this fails, a team that begins with a workshop must fill in questionnaires to see what it agreed.
    (folder / "responses" / "answers.csv").unlink()
    (folder / "responses").rmdir()
    ran = kamassess_cli("check", folder)
    assert (ran.code, ran.err) == (0, [])
    jobs, silent = plan(Request(str(folder), "out", languages=("en",)))
    assert ([(job.notebook, job.unit) for job in jobs], silent) == ([("workshop_minutes", "U")], [])
    report = open_minutes(folder, "U")
    page = render_html(report.levels().document)
    assert "levels-table" in page
    assert "Survey ●" not in page, "a column of dashes"
    assert report.workshop.agreed["A1"].n == 1
    assert [gap.kind for gap in report.workshop.gaps] == [], "nothing is claimed, so nothing differs from it"


def test_an_earlier_wave_has_its_own_workshop(folder: Path) -> None:
    # If this fails, last year's minutes are told with this year's survey, or last year's target counts today.
    head = folder / "engagement.yaml"
    told = yaml.safe_load(head.read_text(encoding="utf-8")) | {"wave": "w2"}
    head.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    answers = folder / "responses" / "answers.csv"
    lines = answers.read_text(encoding="utf-8").splitlines()
    answers.write_text("\n".join([*lines, *(line.replace(f"{WAVE},", "w2,", 1) for line in lines[1:])]), encoding="utf-8")
    now, then = audit(folder), audit(folder, WAVE)
    assert now.units["U"].workshop is None
    assert now.units["U"].targets == {}
    assert then.units["U"].workshop is not None
    assert then.units["U"].workshop.targets == {"A": 4.0}
