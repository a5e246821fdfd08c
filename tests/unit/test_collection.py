"""The return of a wave: who has answered, who is missing, and what contradicts itself; nothing of what one person answered."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from scoring_cases import instrument as made
from scoring_cases import write_engagement

import kamassess as ka
from kamassess.collection import Cell, Collection, collect
from kamassess.collection.contradictions import ALIKE, contradictions
from kamassess.collection.counting import People
from kamassess.collection.shown import show
from kamassess.instrument import Instrument
from kamassess.reading.engagement import check_engagement
from kamassess.resources import carried

if TYPE_CHECKING:
    from tests.conftest import Ran

Make = Callable[..., Path]
Run = Callable[..., "Ran"]
Rows = list[list[str]]

ROLES = ("lead", "staff")


def collected(folder: Path) -> Collection:
    return collect(ka.load_engagement(folder))


def long_case(count: int = 12, crossref: Mapping[str, list[str]] | None = None) -> Instrument:
    """An instrument of *count* questions, each a criterion of its own."""
    return made({"D": {f"C{n}": [f"q{n}"] for n in range(count)}}, roles=ROLES)


def answered(*values: Any) -> dict[str, Any]:
    return {f"q{number}": value for number, value in enumerate(values)}


def notes(folder: Path) -> list[str]:
    return [str(fault) for fault in collected(folder).odd]


# -- counts --------------------------------------------------------------------------------------------------------------------


def test_people_and_answers_are_counted_by_unit_and_role(make_engagement: Make, answers: Rows) -> None:
    # If this fails, the consultant chases the wrong people.
    answers[0][5] = ""  # R1 leaves A-1-Q1 open
    answers[1][5:] = ["NA", "we have none"]
    answers[2][6] = "as agreed"
    found = collected(make_engagement())
    lead, staff = (found.units["N"].roles[role] for role in ROLES)
    assert lead == Cell(people=2, asked=6, answered=4, not_applicable=1, comments=1, hidden=True)
    assert staff == Cell(people=2, asked=4, answered=2, dont_know=2, hidden=True)
    assert (lead.open, staff.open) == (1, 0)
    assert found.units["N"].whole == Cell(people=4, asked=10, answered=6, dont_know=2, not_applicable=1, comments=1)
    assert found.whole.people == 8
    assert found.returned is None, "nobody said who is invited"


def test_the_sample_is_counted_as_its_files_have_it() -> None:
    # The same counts, made with loops over the rows.
    engagement = ka.load_engagement(carried("sample_data"))
    found = collect(engagement)
    rows = engagement.responses[engagement.responses["wave"] == "2026"]
    for unit, returned in found.units.items():
        for role, cell in returned.roles.items():
            part = rows[(rows["unit"] == unit) & (rows["role"] == role)]
            people = set(part["respondent"])
            asked = [name for name, question in engagement.instrument.questions.items() if role in question.roles]
            assert (cell.people, cell.asked) == (len(people), len(people) * len(asked))
            said = [sum(part["state"] == state) for state in (1, 2, 3)]
            assert [cell.answered, cell.dont_know, cell.not_applicable] == said
            assert cell.hidden == (0 < len(people) < 3)
    assert "GRP" not in found.units, "nobody is to answer for the group itself"
    assert found.other_waves == {"2025": 84}


def test_only_the_current_wave_counts(make_engagement: Make, answers: Rows) -> None:
    old = [["2025", *row[1:]] for row in answers]
    assert collected(make_engagement("a", answers=[*answers, *old])).units == collected(make_engagement("b")).units


def test_who_left_most_open_is_named_the_most_first(tmp_path: Path) -> None:
    rows = [
        ("U", "some", "lead", answered(*[3] * 5, *[None] * 7)),
        ("U", "few", "lead", answered(*[3, 4] * 5, None, None)),
        ("U", "most", "staff", answered(3, "DK", *[None] * 10)),
    ]
    found = collected(write_engagement(tmp_path / "e", long_case(), rows))
    assert [(form.respondent, form.role, form.open, form.asked) for form in found.open_forms] == [
        ("most", "staff", 10, 12),
        ("some", "lead", 7, 12),
    ]


# -- who is missing ------------------------------------------------------------------------------------------------------------


def test_units_and_roles_without_anybody_are_listed(make_engagement: Make, answers: Rows, settings: dict[str, Any]) -> None:
    settings["units"].append({"id": "E", "name": settings["units"][0]["name"]})
    found = collected_with_faults(make_engagement(answers=[row for row in answers if row[1:4:2] != ["S", "staff"]]))
    assert (found.silent, dict(found.unfilled)) == (("E",), {"S": ("staff",)})


def collected_with_faults(folder: Path) -> Collection:
    """Of an engagement that cannot be reported on whole."""
    engagement, _ = check_engagement(folder)
    assert engagement is not None
    return collect(engagement)


def test_numbers_of_invited_give_the_rate_of_return(make_engagement: Make, settings: dict[str, Any]) -> None:
    settings["invited"] = {"N": {"lead": 4, "staff": 1}, "S": {"lead": 2}}
    found = collected(make_engagement())
    cells = {(unit, role): cell.invited for unit, one in found.units.items() for role, cell in one.roles.items()}
    assert cells == {("N", "lead"): 4, ("N", "staff"): 1, ("S", "lead"): 2, ("S", "staff"): 0}
    assert found.whole.invited == 7
    assert found.returned == pytest.approx((2 + 1 + 2) / 7), "who was not invited does not make up for who was"


def test_more_answers_than_invitations_are_said_in_words(
    make_engagement: Make, kamassess_cli: Run, settings: dict[str, Any]
) -> None:
    # If this fails, a return of 133% is shown, and nobody asks who those people are.
    settings["invited"] = {"N": {"lead": 2, "staff": 1}, "S": {"lead": 3}}
    folder = make_engagement()
    found = collected(folder)
    assert {unit: dict(roles) for unit, roles in found.uninvited.items()} == {"N": {"staff": 1}, "S": {"staff": 2}}
    assert json.loads(found.to_json())["uninvited"] == {"N": {"staff": 1}, "S": {"staff": 2}}
    ran = kamassess_cli("check", folder)
    assert ran.code == 0
    text = " ".join(ran.out)
    assert "3 in all: staff in N (2 answered, 1 invited); staff in S (2 answered, nobody invited)" in text
    table = next(line.split() for line in ran.out if line.split()[:1] == ["N"])
    assert table[1:4] == ["2/2*", "2+*", "4+"]
    assert not re.search(r"\b1\d\d%", text)


def test_codes_of_invited_give_who_is_missing(make_engagement: Make) -> None:
    people = [("N", "lead", "R1"), ("N", "lead", "R9"), ("N", "staff", "R8"), ("N", "lead", "R2"), ("S", "staff", "R3")]
    text = "unit,role,respondent\n" + "\n".join(",".join(person) for person in people) + "\n"
    found = collected(make_engagement(files={"invited.csv": text}))
    assert dict(found.units["N"].missing) == {"lead": ("R9",), "staff": ("R8",)}
    assert not found.units["S"].missing
    assert found.whole.invited == 5


def test_who_was_not_invited_is_noted_with_the_nearest_code(make_engagement: Make, answers: Rows) -> None:
    text = "业务单元;角色;受访者\n" + "".join(
        f"{unit};{role};{code}\n"
        for unit in "NS"
        for role, code in (("lead", "R1"), ("lead", "R2"), ("staff", "R3"), ("lead", "R4"))
    )
    for row in answers:
        if row[1:3] == ["N", "R1"]:
            row[2] = "R1x"
    found = notes(make_engagement(files={"invited.csv": text}))
    assert any("somebody answers who is not invited: R1x (N; perhaps R1)." in note for note in found)
    assert any(
        "2 people answer in another role: R4 (N; staff, invited as lead), R4 (S; staff, invited as lead)" in note
        for note in found
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "unit,role\nN,lead\n",
            "invited.csv, row 1: column 'respondent' is missing. Add it; the columns are unit,role,respondent.",
        ),
        (
            "unit,role,respondent\nM,lead,R1\n",
            "invited.csv, row 2, column A (unit): 'M' is no unit of this engagement. Use one of: N, S.",
        ),
        (
            "unit,role,respondent\nN,laed,R1\n",
            "invited.csv, row 2, column B (role): 'laed' is no role of the instrument. Did you mean lead?",
        ),
        (
            "role,respondent,unit\nlead,,N\n",
            "invited.csv, row 2, column B (respondent): respondent is empty. Write the respondent.",
        ),
        (
            "unit,role,respondent\nN,lead,R1\nN,staff,R1\n",
            "invited.csv, row 3, column C (respondent): respondent 'R1' of N stands in row 2 already. Keep one of them.",
        ),
    ],
)
def test_a_wrong_line_of_invited_is_named(make_engagement: Make, kamassess_cli: Run, text: str, line: str) -> None:
    ran = kamassess_cli("check", make_engagement(files={"invited.csv": text}))
    assert (ran.code, ran.err) == (2, [line])


@pytest.mark.parametrize(
    ("invited", "said"),
    [
        ({"M": {"lead": 1}}, "invited.M is no unit of this engagement"),
        ({"N": {"laed": 1}}, "invited.N.laed is no role of the instrument. Did you mean lead?"),
        ({"N": {"lead": 1.5}}, "invited.N.lead is '1.5', not a whole number"),
        ({"N": {"lead": -1}}, "invited.N.lead is -1"),
        (["N"], "invited is a list, not a mapping"),
    ],
)
def test_a_wrong_number_of_invited_is_named(
    make_engagement: Make, kamassess_cli: Run, settings: dict[str, Any], invited: object, said: str
) -> None:
    settings["invited"] = invited
    ran = kamassess_cli("check", make_engagement())
    assert ran.code == 2
    assert ran.the("engagement.yaml, line", said)


def test_invited_is_said_in_one_place(make_engagement: Make, kamassess_cli: Run, settings: dict[str, Any]) -> None:
    settings["invited"] = {"N": {"lead": 1}}
    ran = kamassess_cli("check", make_engagement(files={"invited.csv": "unit,role,respondent\nN,lead,R1\n"}))
    assert ran.the("engagement.yaml", "invited is said in invited.csv too. Keep one of the two.")


# -- what contradicts itself ---------------------------------------------------------------------------------------------------


def test_who_gives_the_same_answer_throughout_is_noted(tmp_path: Path) -> None:
    many, few = [3] * ALIKE, [3] * (ALIKE - 1)
    rows = [
        ("U", "flat", "lead", answered(*many)),
        ("U", "short", "lead", answered(*few)),
        ("U", "sound", "staff", answered(*few, 4)),
    ]
    (note,) = notes(write_engagement(tmp_path / "e", long_case(), rows))
    assert "one person gives the same answer throughout: flat (U), 10 answers." in note


def test_two_of_one_role_at_opposite_ends_are_noted(tmp_path: Path) -> None:
    low, high = [1, 1, 1, 5, 2, 3, 2], [5, 5, 5, 1, 2, 3, 2]
    rows = [
        ("U", "low", "lead", answered(*low)),
        ("U", "high", "lead", answered(*high)),
        ("U", "other", "staff", answered(*high)),
        ("V", "far", "lead", answered(*high)),
    ]
    (note,) = notes(write_engagement(tmp_path / "e", long_case(), rows))
    assert "two people of one role stand at opposite ends on most questions: high and low (U, lead; 4 of 7 questions)." in note


def test_a_crowd_is_not_compared(tmp_path: Path) -> None:
    # Otherwise a unit with thousands of sales people takes minutes, and is full of pairs that mean nothing.
    rows = [("U", f"p{number:03d}", "lead", answered(*[(1, 5)[number % 2]] * 6)) for number in range(101)]
    assert notes(write_engagement(tmp_path / "a", long_case(6), rows)) == []
    assert "2,500 pairs of one role" in notes(write_engagement(tmp_path / "b", long_case(6), rows[:100]))[0]


@pytest.mark.parametrize("apart", [3, 4])
def test_half_the_questions_are_not_most(tmp_path: Path, apart: int) -> None:
    rows = [
        ("U", "low", "lead", answered(*[1] * apart, 2, 2, 3, 3)),
        ("U", "high", "lead", answered(*[5] * apart, 2, 2, 3, 3)),
    ]
    assert notes(write_engagement(tmp_path / "e", long_case(), rows)) == []


def test_who_contradicts_oneself_on_related_criteria_is_noted(
    make_engagement: Make, instrument: dict[str, Any], answers: Rows
) -> None:
    text = dict(instrument["title"])
    instrument["references"] = [{"id": "ref", "citation": "Ref (2000).", "constructs": {name: dict(text) for name in "abc"}}]
    for dimension, criterion, names in ((0, 0, "ab"), (0, 1, "c"), (1, 0, "ab")):
        instrument["dimensions"][dimension]["criteria"][criterion]["crossref"] = [f"ref.{name}" for name in names]
    for row in answers:
        if row[1:3] == ["N", "R1"]:
            row[5] = {"A-1-Q1": "0", "A-2-Q1": "1", "B-1-Q1": "1"}[row[4]]
        elif row[1:3] == ["S", "R1"]:
            row[5] = {"A-1-Q1": "1", "A-2-Q1": "0", "B-1-Q1": "1"}[row[4]]
    (note,) = notes(make_engagement())
    assert "one person answers related criteria from one end of the scale to the other: R1 (N), 1 of 1 pairs." in note


def test_not_applicable_without_a_reason_is_noted(make_engagement: Make, answers: Rows) -> None:
    answers[0][5], answers[1][5], answers[2][5:] = "NA", "NA", ["NA", "none here"]
    (note,) = notes(make_engagement())
    assert "one person says 'not applicable' without a reason: R1 (N), 2 times. Ask for the reason" in note


def test_one_code_in_two_units_is_noted_unless_codes_are_numbered_by_unit(make_engagement: Make, answers: Rows) -> None:
    # Without the exception, every engagement with codes R1, R2 … in each unit would be full of notes.
    assert notes(make_engagement("a")) == []
    for row in answers:
        row[2] = "R1" if row[2] == "R1" else row[1] + row[2]
    (note,) = notes(make_engagement("b", answers=answers))
    assert "one code answers in more than one unit: R1 (lead in N and lead in S)." in note


def test_a_wave_of_one_person_is_noted_as_a_slip(make_engagement: Make, answers: Rows) -> None:
    for row in answers:
        if row[1:3] == ["N", "R4"]:
            row[0] = "2062"
    (note,) = notes(make_engagement())
    assert note.startswith("responses: wave '2062' has the answers of R4 (N) alone. If they belong to wave 2026, mend the wave")


# -- what is printed -----------------------------------------------------------------------------------------------------------


def test_check_prints_the_return_of_a_sound_engagement(
    make_engagement: Make, kamassess_cli: Run, settings: dict[str, Any]
) -> None:
    settings["invited"] = {"N": {"lead": 4, "staff": 2}, "S": {"lead": 2, "staff": 2}}
    ran = kamassess_cli("check", make_engagement())
    assert ran.code == 0
    rows = {
        line.split()[0]: line.split()[1:] for line in ran.out if line.split() and line.split()[0] in ("Unit", "N", "S", "all")
    }
    assert rows["Unit"] == ["lead", "staff", "People", "Given", "DK", "NA", "Open", "Notes"]
    assert rows["N"] == ["2/4*", "2/2*", "4/6", "80%", "20%", "0%", "0%", "0"]
    assert rows["all"][2] == "8/10"
    assert "Returned: 80% of 10 invited." in ran.out
    assert "* fewer than 3 people: reports show nothing of this role alone." in ran.out


def test_check_prints_the_return_while_units_are_silent(make_engagement: Make, kamassess_cli: Run, answers: Rows) -> None:
    # If this fails, the return cannot be seen until it is complete.
    ran = kamassess_cli("check", make_engagement(answers=[row for row in answers if row[1] == "N"]))
    assert (ran.code, len(ran.err)) == (2, 1)
    assert "unit 'S' has no answers" in ran.err[0]
    assert "No answers from S." in ran.out


def test_check_prints_no_return_of_answers_it_cannot_read(
    make_engagement: Make, kamassess_cli: Run, answers: Rows, tmp_path: Path
) -> None:
    # Otherwise half an engagement looks like a bad return.
    answers[0][5] = "often"
    ran = kamassess_cli("check", make_engagement(), "--json", tmp_path / "c.json")
    assert (ran.code, ran.out) == (2, [])
    assert not (tmp_path / "c.json").exists()


def test_a_fault_beside_the_answers_hides_no_return(make_engagement: Make, kamassess_cli: Run) -> None:
    ran = kamassess_cli("check", make_engagement(files={"evidence.csv": "unit,criterion\nQ,A-1\n"}))
    assert (ran.code, ran.out[0].split()[:2]) == (2, ["Return", "of"])


def test_the_return_is_there_as_json(make_engagement: Make, kamassess_cli: Run, tmp_path: Path) -> None:
    folder = make_engagement()
    ran = kamassess_cli("check", folder, "--json", "-")
    found = json.loads("\n".join(ran.out))
    assert (ran.code, found["schema"], found["wave"]) == (0, "kamassess.collection/1", "2026")
    assert found["units"]["N"]["roles"]["lead"]["people"] == 2
    assert found["units"]["N"]["open"] == 0
    kamassess_cli("check", folder, "--json", tmp_path / "c.json")
    assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8")) == found


def test_many_units_are_cut_and_the_worst_stand_first(tmp_path: Path) -> None:
    rows = [(f"U{number:03d}", "a", "lead", answered(3)) for number in range(60)]
    folder = write_engagement(tmp_path / "e", long_case(1), rows)
    found = collected(folder)
    printed = io.StringIO()
    show(found, Console(width=100, file=printed))
    lines = printed.getvalue().splitlines()
    assert sum(bool(re.match(r" U\d{3} ", line)) for line in lines) == 40
    assert "20 more units; all of them: --json FILE." in lines
    assert next(line for line in lines if line.startswith(" all")).split()[1] == "60"


def test_nothing_shows_what_one_person_answered(tmp_path: Path) -> None:
    # If this fails, the return is a leak: values stand only in counts of roles.
    rows = [("U", f"p{number}", "lead", answered(*[value] * 12)) for number, value in enumerate((1, 5, 4))]
    found = collected(write_engagement(tmp_path / "e", long_case(), rows))
    text = found.to_json()
    assert "value" not in text
    assert not re.search(r"\bq\d+\b", text), "a question beside a name"
    swapped = [("U", f"p{number}", "lead", answered(*[value] * 12)) for number, value in enumerate((5, 1, 2))]
    assert collected(write_engagement(tmp_path / "f", long_case(), swapped)).to_json() == text


# -- size ----------------------------------------------------------------------------------------------------------------------


def test_ten_thousand_units_take_seconds(tmp_path: Path) -> None:
    # A loop over people or pairs would take minutes.
    case, units = long_case(12), [f"U{number:05d}" for number in range(10_000)]
    each = 6
    people = len(units) * each
    responses = pd.DataFrame(
        {
            "unit": np.repeat(np.array(units, dtype=object), each * 12),
            "respondent": np.tile(np.repeat(np.array([f"p{n}" for n in range(each)], dtype=object), 12), len(units)),
            "role": np.tile(np.repeat(np.array(["lead"] * 3 + ["staff"] * 3, dtype=object), 12), len(units)),
            "question": np.tile(np.array([f"q{n}" for n in range(12)], dtype=object), people),
            "value": np.tile(np.arange(7) % 5 + 1.0, people * 12 // 7 + 1)[: people * 12],
            "state": np.int8(1),
            "comment": "",
        }
    )
    started = time.process_time()
    found = People.of(responses, case, units)
    engagement = ka.load_engagement(write_engagement(tmp_path / "e", case, [("U", "a", "lead", answered(1))]))
    contradictions(found, engagement)
    assert time.process_time() - started < 8
    assert len(found) == people
    assert int(found.count(found.state == 1).sum()) == len(responses)
