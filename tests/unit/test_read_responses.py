"""Answers against the engagement and the instrument: what is wrong is said with its place, what is right is read exactly."""

from __future__ import annotations

import copy
import csv
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import yaml

import kamassess as ka
from kamassess.instrument import Instrument
from kamassess.reading.coded import Coded, groups
from kamassess.reading.instrument import read_instrument
from kamassess.reading.places import FAULTS_SHOWN, Gathered
from kamassess.reading.responses import ANSWERED, DONT_KNOW, NOT_APPLICABLE, UNANSWERED, read_responses

if TYPE_CHECKING:
    from tests.conftest import Ran

Make = Callable[..., Path]
Book = Callable[..., bytes]
Run = Callable[..., "Ran"]
Rows = list[list[str]]

HEADER = ["wave", "unit", "respondent", "role", "question", "answer", "comment"]
WAVE, UNIT, RESPONDENT, ROLE, QUESTION, ANSWER, COMMENT = range(7)


def read(folder: Path) -> pd.DataFrame:
    return ka.load_engagement(folder).responses


def as_csv(rows: Rows) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([HEADER, *rows])
    return buffer.getvalue()


# -- one wrong cell ------------------------------------------------------------------------------------------------------------

OPTIONS = "Use 0, 0.25, 0.5, 1, DK (don't know), NA (not applicable) or leave it empty."


@pytest.mark.parametrize(
    ("column", "value", "line"),
    [
        (WAVE, "", "column A (wave): wave is empty. Write the wave."),
        (UNIT, "n", "column B (unit): 'n' is no unit of this engagement. Did you mean N? The units are N, S."),
        (UNIT, "North", "column B (unit): 'North' is no unit of this engagement. Use one of: N, S."),
        (UNIT, "", "column B (unit): unit is empty. Write the id of the unit: N, S."),
        (RESPONDENT, " ", "column C (respondent): respondent is empty. Write the code of this person."),
        (ROLE, "Lead", "column D (role): 'Lead' is no role of instrument tiny. Did you mean lead?"),
        (ROLE, "boss", "column D (role): 'boss' is no role of instrument tiny. Use one of: lead, staff."),
        (QUESTION, "A1Q1", "column E (question): 'A1Q1' is no question of instrument tiny. Did you mean A-1-Q1?"),
        (QUESTION, "", "column E (question): question is empty. Write its id, as the questionnaire that was sent out has it."),
        (ANSWER, "3", f"column F (answer): '3' is no answer to A-1-Q1. {OPTIONS}"),
        (ANSWER, "-0.25", f"column F (answer): '-0.25' is no answer to A-1-Q1. {OPTIONS}"),
        (ANSWER, "often", f"column F (answer): 'often' is no answer to A-1-Q1. {OPTIONS}"),
        (ANSWER, "nan", f"column F (answer): 'nan' is no answer to A-1-Q1. {OPTIONS}"),
        (ANSWER, "inf", f"column F (answer): 'inf' is no answer to A-1-Q1. {OPTIONS}"),
        (ANSWER, "0_1", f"column F (answer): '0_1' is no answer to A-1-Q1. {OPTIONS}"),
        (ANSWER, "0,25", "column F (answer): '0,25' is no answer to A-1-Q1. Write it with a point: 0.25."),
        (ANSWER, "y" * 300, f"column F (answer): '{'y' * 60}…' is no answer to A-1-Q1. {OPTIONS}"),
    ],
)
def test_one_wrong_cell_is_one_line(
    make_engagement: Make, kamassess_cli: Run, answers: Rows, column: int, value: str, line: str
) -> None:
    # Otherwise the user cannot find the cell, or does not learn what may stand there.
    answers[0][column] = value
    ran = kamassess_cli("check", make_engagement())
    assert (ran.code, ran.err) == (2, [f"responses/a.csv, row 2, {line}"])


def test_many_options_are_told_by_their_ends(
    make_engagement: Make, kamassess_cli: Run, answers: Rows, instrument: dict[str, Any]
) -> None:
    # Otherwise "Use 0, 1, 2, … 11" is said of a scale that goes to 999.
    label = instrument["title"]
    instrument["scales"]["four"]["options"] = [{"value": value, "label": dict(label)} for value in range(1000)]
    for number, row in enumerate(answers):
        row[ANSWER] = str(number * 50)
    answers[0][ANSWER] = "1000"
    ran = kamassess_cli("check", make_engagement())
    assert len(ran.err) == 1
    assert "Use one of the 1000 values of scale four, from 0 to 999, DK" in ran.err[0]


def test_the_same_fault_is_said_once_with_its_rows(make_engagement: Make, kamassess_cli: Run, answers: Rows) -> None:
    # Otherwise a wrong unit name in a thousand rows hides every other fault.
    for row in answers[3:8]:
        row[UNIT] = "North"
    ran = kamassess_cli("check", make_engagement())
    assert ran.err == ["responses/a.csv, rows 5–9, column B (unit): 'North' is no unit of this engagement. Use one of: N, S."]


def test_every_fault_of_every_file_is_said_at_once(
    make_engagement: Make, kamassess_cli: Run, answers: Rows, settings: dict[str, Any], make_workbook: Book
) -> None:
    # Otherwise a user checks, mends and checks again, once for each fault.
    settings["date"] = "soon"
    answers[0][ANSWER], answers[4][UNIT], answers[4][ROLE] = "9", "Q", "cook"
    files = {
        "responses/b.csv": b"\xff\xfeoh",
        "responses/c.xlsx": make_workbook([HEADER, ["2026", "N", "R1", "lead", "A-1-Q1", 1, ""]]),
        "responses/d.csv": as_csv([["2026", "N", "R7", "staff", "A-9-Q1", "1", ""]]),
    }
    ran = kamassess_cli("check", make_engagement(files=files))
    for parts in (
        ("engagement.yaml, line", "'soon', not a date"),
        ("responses/a.csv, row 2, column F", "'9'"),
        ("responses/a.csv, row 6, column B", "'Q'"),
        ("responses/a.csv, row 6, column D", "'cook'"),
        ("responses/b.csv: is UTF-16",),
        ("responses/c.xlsx, sheet answers, row 2, column E (question): respondent 'R1' answers A-1-Q1 again",),
        ("responses/d.csv, row 2, column E", "'A-9-Q1'"),
    ):
        ran.the(*parts)
    assert len(ran.err) == 7
    assert [line.split(",")[0].split(":")[0] for line in ran.err] == sorted(line.split(",")[0].split(":")[0] for line in ran.err)


def test_a_faulty_instrument_does_not_hide_faults_of_the_answers(
    make_engagement: Make, kamassess_cli: Run, answers: Rows, instrument: dict[str, Any]
) -> None:
    # Otherwise the answers are only looked at once the instrument is mended; what needs the instrument has to wait.
    del instrument["title"]
    answers[0][UNIT], answers[1][QUESTION] = "Q", "unknowable"
    ran = kamassess_cli("check", make_engagement(files={"responses/b.csv": ""}))
    assert ran.err == [
        "instrument.yaml, line 1: 'title' is missing. Add 'title:'.",
        "responses/a.csv, row 2, column B (unit): 'Q' is no unit of this engagement. Use one of: N, S.",
        "responses/b.csv: is empty. Fill it or remove it.",
    ]


def test_faulty_units_do_not_make_every_answer_faulty(
    make_engagement: Make, kamassess_cli: Run, settings: dict[str, Any]
) -> None:
    # Otherwise one missing key turns into a line for each unit in the answers.
    del settings["units"]
    assert kamassess_cli("check", make_engagement()).err == ["engagement.yaml, line 1: 'units' is missing. Add 'units:'."]


# -- rules over several rows ---------------------------------------------------------------------------------------------------


def test_an_answer_given_twice_names_both_places(
    make_engagement: Make, kamassess_cli: Run, answers: Rows, make_workbook: Book
) -> None:
    # Otherwise the user knows one of two cells and cannot decide which to keep.
    again = answers[0]
    files = {
        "responses/b.csv": as_csv([again]),
        "responses/c.xlsx": make_workbook(
            form=[["wave", 2026], ["unit", "N"], ["respondent", "R1"], ["role", "lead"], ["question", "answer"], ["A-1-Q1", 0]]
        ),
    }
    ran = kamassess_cli("check", make_engagement(answers=[*answers, again], files=files))
    said = "column {} (question): respondent 'R1' answers A-1-Q1 again; the first is in responses/a.csv, row 2. "
    assert ran.err == [
        f"responses/a.csv, row 22, {said.format('E')}Keep one of the two.",
        f"responses/b.csv, row 2, {said.format('E')}Keep one of the two.",
        f"responses/c.xlsx, sheet form, row 6, {said.format('A')}Keep one of the two.",
    ]


def test_a_copy_of_a_file_is_one_fault(make_engagement: Make, kamassess_cli: Run, answers: Rows) -> None:
    # Otherwise "answers (1).csv", the commonest slip there is, prints a line for each answer.
    ran = kamassess_cli("check", make_engagement(files={"responses/a (1).csv": as_csv(answers)}))
    assert ran.err == [
        (
            "responses/a.csv, rows 2–21, column E (question): 20 answers stand in responses/a (1).csv already: "
            "respondent 'R1' answers A-1-Q1 in row 2; all say the same. Keep one of the two."
        )
    ]


def test_two_versions_of_a_file_are_told_from_a_copy(make_engagement: Make, kamassess_cli: Run, answers: Rows) -> None:
    # Otherwise the older of two files is kept as readily as the one that was corrected.
    mended = [[*row[:5], "0" if row[4] == "B-1-Q1" else row[5], row[6]] for row in answers]
    kamassess_cli("check", make_engagement(files={"responses/b.csv": as_csv(mended)})).the(
        "responses/b.csv, rows 2–21, column E (question): 20 answers stand in responses/a.csv already: "
        "respondent 'R1' answers A-1-Q1 in row 2; 8 of them say otherwise. Keep one of the two."
    )


def test_the_same_word_for_many_answers_is_one_line(
    make_engagement: Make, kamassess_cli: Run, instrument: dict[str, Any], answers: Rows
) -> None:
    # Otherwise a form that was filled with "yes" throughout prints a line for each question.
    question = instrument["dimensions"][1]["criteria"][0]["questions"][0]
    more = [copy.deepcopy(question) | {"id": f"B-1-Q{number}"} for number in range(2, 12)]
    instrument["dimensions"][1]["criteria"][0]["questions"] += more
    rows = [["2026", "N", "R1", "lead", name["id"], "yes", ""] for name in more]
    ran = kamassess_cli("check", make_engagement(answers=[*answers, *rows]))
    names = ", ".join(f"B-1-Q{number}" for number in range(2, 10))
    use = "Use 0, 0.25, 0.5, 1, DK (don't know), NA (not applicable) or leave it empty."
    assert ran.err == [f"responses/a.csv, rows 22–31, column F (answer): 'yes' is no answer to {names} and 2 more. {use}"]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (
            "wang.wei@example.com",
            "is an e-mail address, not a code. Give a code: nobody is to learn from a file who answered what.",
        ),
        ("2026-04-05", "is a date, not a code. A spreadsheet may have made one of it: write it as text."),
        ("K1、K2", "seems to be several codes. It counts as one person: have each fill in a questionnaire."),
    ],
)
def test_a_code_that_is_none_is_noted(make_engagement: Make, kamassess_cli: Run, answers: Rows, code: str, line: str) -> None:
    # Otherwise a name stands in the files, or two people count as one.
    for row in answers[:3]:
        row[2] = code
    ran = kamassess_cli("check", make_engagement(answers=answers))
    assert ran.code == 0
    assert f"note: responses/a.csv, rows 2–4, column C (respondent): '{code}' {line}" in ran.out


def test_a_block_pasted_twice_is_one_fault(make_engagement: Make, kamassess_cli: Run, answers: Rows) -> None:
    ran = kamassess_cli("check", make_engagement(answers=[*answers, *answers[:15]]))
    assert ran.err == [
        (
            "responses/a.csv, rows 22–36, column E (question): 15 answers stand in this table already: "
            "respondent 'R1' answers A-1-Q1 in row 2; all say the same. Keep one of the two."
        )
    ]


def test_one_role_a_person_and_wave(make_engagement: Make, kamassess_cli: Run, answers: Rows) -> None:
    # Otherwise one person counts in two role means.
    answers[2][ROLE] = "staff"
    ran = kamassess_cli("check", make_engagement())
    assert ran.err == [
        (
            "responses/a.csv, row 4, column D (role): respondent 'R1' of N is 'staff' here and 'lead' in responses/a.csv, row 2. "
            "Give each person one role in a wave."
        )
    ]


def test_a_question_not_asked_of_the_role(make_engagement: Make, kamassess_cli: Run, answers: Rows) -> None:
    # Otherwise answers of people who cannot know enter a score, or are dropped in silence.
    extra = [["2026", "N", "R3", "staff", "A-2-Q1", "1", ""], ["2026", "S", "R4", "staff", "A-2-Q1", "0", ""]]
    ran = kamassess_cli("check", make_engagement(answers=[*answers, *extra]))
    assert ran.err == [
        (
            "responses/a.csv, rows 22–23, column E (question): A-2-Q1 is not asked of role 'staff'. "
            "Leave the answer empty, or mend the role: it is asked of lead."
        )
    ]


def test_a_question_not_asked_may_stand_there_empty(make_engagement: Make, answers: Rows) -> None:
    # Otherwise one questionnaire for all roles could not be used.
    extra = [["2026", "N", "R3", "staff", "A-2-Q1", "", ""], ["2026", "N", "R4", "staff", "A-2-Q1", "NA", "not mine"]]
    assert len(read(make_engagement(answers=[*answers, *extra]))) == 22


def test_a_unit_without_answers_is_said_and_one_above_others_is_not(
    make_engagement: Make, kamassess_cli: Run, settings: dict[str, Any]
) -> None:
    # Otherwise a unit's questionnaires are forgotten and its report is blank; a group has no respondents of its own.
    name = settings["company"]
    settings["units"] += [{"id": "G", "name": dict(name)}, {"id": "W", "name": dict(name)}]
    settings["units"][0]["parent"] = "G"
    settings["date"] = "soon"
    ran = kamassess_cli("check", make_engagement())
    soon, silent = ran.err
    assert "soon" in soon
    assert silent == "responses: unit 'W' has no answers in wave 2026. Add its answers, or take the unit out of engagement.yaml."


def test_a_unit_whose_respondents_left_everything_empty_has_no_answers(
    make_engagement: Make, kamassess_cli: Run, answers: Rows
) -> None:
    for row in answers:
        row[ANSWER] = "" if row[UNIT] == "S" else row[ANSWER]
    assert kamassess_cli("check", make_engagement()).the("unit 'S' has no answers in wave 2026")


def test_a_wave_without_answers_names_the_one_there_is(
    make_engagement: Make, kamassess_cli: Run, settings: dict[str, Any]
) -> None:
    settings["wave"] = "2062"
    ran = kamassess_cli("check", make_engagement())
    assert ran.err == ["engagement.yaml: wave '2062' has no answers. Did you mean 2026?"]


# -- waves asked with another version of the questionnaire ---------------------------------------------------------------------


@pytest.fixture
def versions(tmp_path: Path, instrument: dict[str, Any]) -> tuple[Instrument, Instrument]:
    """Versions 0.9 and 1.0: in the older one B-1-Q1 is B-0-Q1 on the scale ``four`` of 1 to 4, staff is crew and sees A-2-Q1."""
    older = copy.deepcopy(instrument) | {"version": "0.9"}
    older["roles"][1]["id"] = "crew"
    for number, option in enumerate(older["scales"]["four"]["options"], 1):
        option["value"] = number
    first, second = older["dimensions"]
    first["criteria"][1]["questions"][0]["roles"] = ["crew"]
    second["criteria"][0]["questions"][0]["id"] = "B-0-Q1"
    made = []
    for data in (older, instrument):
        path = tmp_path / f"tiny-{data['version']}.yaml"
        path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        made.append(read_instrument(path))
    return made[0], made[1]


def checked(
    folder: Path, instrument: Instrument | None, earlier: dict[str, Instrument | None] | None = None
) -> tuple[pd.DataFrame, frozenset[str] | None, list[str]]:
    """Answers, waves and faults of a folder of responses."""
    faults = Gathered()
    frame, waves = read_responses(folder, "responses", instrument, ["N", "S"], faults, earlier)
    return frame, waves, [str(fault) for fault in faults.faults()]


def test_answers_are_read_by_the_questionnaire_of_their_wave(tmp_path: Path, versions: tuple[Instrument, Instrument]) -> None:
    # If this fails, a 1 of an older scale counts as the best answer of the newer one.
    older, newer = versions
    rows = [
        ["2025", "N", "R1", "lead", "A-1-Q1", "4", ""],
        ["2026", "N", "R1", "lead", "A-1-Q1", "0.5", ""],
        ["2025", "N", "R3", "crew", "A-2-Q1", "1", ""],
        ["2025", "N", "R3", "crew", "B-0-Q1", "DK", ""],
        ["2026", "N", "R3", "staff", "B-1-Q1", "1", ""],
        ["2024", "S", "R1", "lead", "A-1-Q1", "2", ""],
    ]
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "a.csv").write_text(as_csv(rows), encoding="utf-8")
    frame, waves, faults = checked(folder, newer, {"2024": older, "2025": older})
    assert (faults, waves) == ([], {"2024", "2025", "2026"})
    assert frame[["wave", "role", "question", "value"]].fillna(-1).to_numpy().tolist() == [
        ["2024", "lead", "A-1-Q1", 2.0],
        ["2025", "lead", "A-1-Q1", 4.0],
        ["2025", "crew", "A-2-Q1", 1.0],
        ["2025", "crew", "B-0-Q1", -1.0],
        ["2026", "lead", "A-1-Q1", 0.5],
        ["2026", "staff", "B-1-Q1", 1.0],
    ]
    assert frame["state"].tolist() == [ANSWERED, ANSWERED, ANSWERED, DONT_KNOW, ANSWERED, ANSWERED]


def test_answers_are_refused_by_the_questionnaire_of_their_wave(tmp_path: Path, versions: tuple[Instrument, Instrument]) -> None:
    # If this fails, the message names options, roles and questions of a questionnaire that nobody filled in.
    older, newer = versions
    rows = [
        ["2025", "N", "R1", "lead", "A-1-Q1", "0.5", ""],
        ["2026", "N", "R1", "lead", "A-1-Q1", "4", ""],
        ["2025", "N", "R3", "staff", "A-1-Q1", "1", ""],
        ["2026", "N", "R3", "crew", "A-1-Q1", "1", ""],
        ["2025", "N", "R2", "lead", "B-1-Q1", "1", ""],
        ["2026", "N", "R2", "lead", "B-0-Q1", "1", ""],
        ["2025", "N", "R2", "lead", "A-2-Q1", "1", ""],
        ["2026", "N", "R4", "staff", "A-2-Q1", "1", ""],
        ["2025", "N", "R2", "lead", "B-2-Q1", "1", ""],
    ]
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "a.csv").write_text(as_csv(rows), encoding="utf-8")
    _, waves, faults = checked(folder, newer, {"2025": older})
    assert waves == {"2025", "2026"}
    end = "DK (don't know), NA (not applicable) or leave it empty."
    wrong, mend_it = "It is a question of instrument tiny", "mend the wave, or the question."
    mend = "Leave the answer empty, or mend the role: it is asked of"
    assert [line.removeprefix("responses/a.csv, ") for line in faults] == [
        f"row 2, column F (answer): '0.5' is no answer to A-1-Q1 of instrument tiny 0.9. Use 1, 2, 3, 4, {end}",
        f"row 3, column F (answer): '4' is no answer to A-1-Q1 of instrument tiny 1.0. Use 0, 0.25, 0.5, 1, {end}",
        "row 4, column D (role): 'staff' is no role of instrument tiny 0.9. Use one of: lead, crew.",
        "row 5, column D (role): 'crew' is no role of instrument tiny 1.0. Use one of: lead, staff.",
        f"row 6, column E (question): 'B-1-Q1' is no question of instrument tiny 0.9. {wrong} 1.0: {mend_it}",
        f"row 7, column E (question): 'B-0-Q1' is no question of instrument tiny 1.0. {wrong} 0.9: {mend_it}",
        f"row 8, column E (question): A-2-Q1 of instrument tiny 0.9 is not asked of role 'lead'. {mend} crew.",
        f"row 9, column E (question): A-2-Q1 of instrument tiny 1.0 is not asked of role 'staff'. {mend} lead.",
        "row 10, column E (question): 'B-2-Q1' is no question of instrument tiny 0.9. Did you mean A-2-Q1?",
    ]


def test_a_wave_whose_questionnaire_is_not_known_is_checked_for_the_rest(
    tmp_path: Path, versions: tuple[Instrument, Instrument]
) -> None:
    # If this fails, one fault in an older questionnaire makes each of its answers faulty, or hides a wrong unit.
    folder = tmp_path / "answers"
    folder.mkdir()
    rows = [
        ["2025", "N", "R1", "boss", "X", "7", ""],
        ["2025", "W", "R1", "boss", "X", "7", ""],
        ["2026", "N", "R1", "boss", "X", "7", ""],
    ]
    (folder / "a.csv").write_text(as_csv(rows), encoding="utf-8")
    _, _, faults = checked(folder, versions[1], {"2025": None})
    assert [line.split(". ")[0] for line in faults] == [
        "responses/a.csv, row 3, column B (unit): 'W' is no unit of this engagement",
        "responses/a.csv, row 4, column E (question): 'X' is no question of instrument tiny 1.0",
        "responses/a.csv, row 4, column D (role): 'boss' is no role of instrument tiny 1.0",
    ]


def test_an_older_questionnaire_without_its_headings_is_recognised(
    tmp_path: Path, versions: tuple[Instrument, Instrument], make_workbook: Book
) -> None:
    # If this fails, a filled questionnaire of an older wave counts as a sheet of notes and is left out in silence.
    older, newer = versions
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(make_workbook([["2025", "N", "R1", "lead", "B-0-Q1", 4]]))
    _, waves, faults = checked(folder, newer, {"2025": older})
    assert waves is None
    assert faults == [
        (
            "responses/a.xlsx, sheet answers: holds questions, but no row is headed 'question' and 'answer' "
            "(missing: 'question', 'answer'). Use the headings of the questionnaire as it was sent out."
        )
    ]


def test_a_filled_questionnaire_of_an_older_wave_is_read(
    tmp_path: Path, versions: tuple[Instrument, Instrument], make_workbook: Book
) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    form = [["轮次", 2025], ["unit", "N"], ["respondent", "R1"], ["role", "crew"], ["question", "answer"], ["B-0-Q1", 4]]
    (folder / "a.xlsx").write_bytes(make_workbook(form=form))
    frame, _, faults = checked(folder, versions[1], {"2025": versions[0]})
    assert (faults, frame["value"].tolist()) == ([], [4.0])
    _, _, faults = checked(folder, versions[1])
    assert len(faults) == 2


def test_the_same_questionnaire_for_every_wave_changes_nothing(make_engagement: Make, answers: Rows) -> None:
    # If this fails, declaring what a wave was asked with changes its answers or the words of its faults.
    answers[0][ANSWER] = "9"
    folder = make_engagement(answers=[*answers, *(["2025", *row[1:]] for row in answers)])
    tiny = ka.load_instrument(folder / "instrument.yaml")
    plain, waves, faults = checked(folder / "responses", tiny)
    declared, same_waves, same_faults = checked(folder / "responses", tiny, {"2025": tiny, "2024": tiny})
    pd.testing.assert_frame_equal(declared, plain)
    assert (same_waves, same_faults) == (waves, faults)
    assert faults == [f"responses/a.csv, rows 2, 22, column F (answer): '9' is no answer to A-1-Q1. {OPTIONS}"]


# -- what must be read ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "state", "value"),
    [
        ("0.25", ANSWERED, 0.25),
        (".25", ANSWERED, 0.25),
        ("0.250", ANSWERED, 0.25),
        ("1.0", ANSWERED, 1.0),
        ("1", ANSWERED, 1.0),
        ("１", ANSWERED, 1.0),
        ("0", ANSWERED, 0.0),
        ("0.30000000000000004", None, None),
        ("DK", DONT_KNOW, np.nan),
        ("dk", DONT_KNOW, np.nan),
        ("不清楚", DONT_KNOW, np.nan),
        ("NA", NOT_APPLICABLE, np.nan),
        ("n/a", NOT_APPLICABLE, np.nan),
        ("不适用", NOT_APPLICABLE, np.nan),
        ("", UNANSWERED, np.nan),
    ],
)
def test_answers_are_read_as_meant(
    make_engagement: Make, answers: Rows, answer: str, state: int | None, value: float | None
) -> None:
    # Otherwise pandas takes NA for nothing, or 1.0 is no option although 1 is.
    answers[0][ANSWER] = answer
    folder = make_engagement()
    if state is None:
        with pytest.raises(ka.KamassessError, match="is no answer"):
            read(folder)
        return
    first = read(folder).iloc[0]
    assert first["state"] == state
    np.testing.assert_equal(first["value"], value)


def test_ids_stay_text(make_engagement: Make, answers: Rows, settings: dict[str, Any]) -> None:
    # Otherwise 007 and 7 become one person, unit 1.10 becomes 1.1, and people called NA or null vanish.
    names = {"R1": "007", "R2": "7", "R3": "NA", "R4": "null"}
    answers = [[row[0], "1.10" if row[1] == "N" else "2E3", names[row[2]], *row[3:]] for row in answers]
    settings["units"] = [unit | {"id": new} for unit, new in zip(settings["units"], ("1.10", "2E3"), strict=True)]
    frame = read(make_engagement(settings=settings, answers=answers))
    assert set(frame["unit"]) == {"1.10", "2E3"}
    assert set(frame["respondent"]) == {"007", "7", "NA", "null"}


def test_waves_may_be_numbers_and_people_may_share_ids_across_units(
    make_engagement: Make, answers: Rows, settings: dict[str, Any]
) -> None:
    # The same id in two units is two people; the same person may answer in every wave, in another role too.
    earlier = [["2025", *row[1:]] for row in answers if row[RESPONDENT] in ("R3", "R4")]
    for row in earlier:
        row[ROLE] = "lead"
    settings["wave"] = 2026
    engagement = ka.load_engagement(make_engagement(answers=[*answers, *earlier]))
    assert engagement.waves == ("2025", "2026")
    assert len(engagement.responses) == 28
    assert engagement.responses.groupby(["wave", "unit"])["respondent"].nunique().tolist() == [2, 2, 4, 4]


def test_the_comment_column_may_be_absent(make_engagement: Make, answers: Rows) -> None:
    text = "".join(",".join(row[:6]) + "\n" for row in [HEADER, *answers])
    assert set(read(make_engagement(answers=text))["comment"]) == {""}


def test_who_answered_nothing_is_left_out(make_engagement: Make, answers: Rows) -> None:
    # A questionnaire sent back empty is no respondent; one "don't know" is a word.
    for row in answers:
        if row[RESPONDENT] == "R1":
            row[ANSWER] = ""
        if row[RESPONDENT] == "R2":
            row[ANSWER] = "DK" if row[QUESTION] == "B-1-Q1" else ""
    frame = read(make_engagement())
    assert set(frame["respondent"]) == {"R2", "R3", "R4"}


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_files_and_rows_is_irrelevant(make_engagement: Make, answers: Rows, seed: int) -> None:
    # Otherwise renaming a file changes a result that must be the same to the last byte.
    dice = random.Random(seed)
    wanted = read(make_engagement("wanted"))
    shuffled = dice.sample(answers, len(answers))
    files = {f"responses/{name}.csv": as_csv(shuffled[at : at + 5]) for name, at in zip("xbma", (0, 5, 10, 15), strict=True)}
    pd.testing.assert_frame_equal(read(make_engagement(answers=None, files=files)), wanted)


def test_the_frame_has_the_columns_that_scoring_reads(make_engagement: Make, answers: Rows) -> None:
    answers[0][COMMENT] = "why"
    frame = read(make_engagement())
    assert list(frame.columns) == ["wave", "unit", "respondent", "role", "question", "value", "state", "comment"]
    assert (frame["value"].dtype, frame["state"].dtype) == (np.float64, np.int8)
    assert all(isinstance(value, str) for column in ("wave", "unit", "comment") for value in frame[column])
    assert frame.iloc[0].tolist() == ["2026", "N", "R1", "lead", "A-1-Q1", 0.5, ANSWERED, "why"]
    keys = frame[["wave", "unit", "respondent", "role", "question"]].apply(tuple, axis=1).tolist()
    assert keys == sorted(keys)


# -- size ----------------------------------------------------------------------------------------------------------------------


def many(rows: int, answer: Callable[[int], str], unit: Callable[[int], str]) -> str:
    questions = list(ka.load_instrument("kam").questions.values())
    asked = [question.id for question in questions if "kam" in question.roles]
    lines = ["wave,unit,respondent,role,question,answer,comment"]
    lines += [
        f"2026,{unit(row)},R{row // len(asked)},kam,{asked[row % len(asked)]},{answer(row)},{'because' if row % 50 == 0 else ''}"
        for row in range(rows)
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.slow
def test_half_a_million_answers_are_read_whole(tmp_path: Path) -> None:
    # Otherwise a large company's answers are lost or a chunk of them is; bench/ measures the time.
    (tmp_path / "a.csv").write_text(many(500_000, lambda row: str(1 + row % 5), lambda row: f"U{row // 5000}"), encoding="utf-8")
    units, faults = [f"U{number}" for number in range(100)], Gathered()
    frame, _ = read_responses(tmp_path, "responses", ka.load_instrument("kam"), units, faults)
    assert faults.faults() == []
    assert len(frame) == 500_000


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["answers", "units", "copied"])
def test_a_large_file_full_of_faults_is_still_answered(tmp_path: Path, wrong: str) -> None:
    # Otherwise columns in the wrong order print a line for each row.
    text = many(
        100_000,
        (lambda row: f"text {row}") if wrong == "answers" else (lambda row: "3"),
        (lambda row: f"R{row}") if wrong == "units" else (lambda row: "U1"),
    )
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    if wrong == "copied":
        (tmp_path / "b.csv").write_text(text, encoding="utf-8")
    faults = Gathered()
    read_responses(tmp_path, "responses", ka.load_instrument("kam"), ["U1", "U2"], faults)
    assert len(faults.faults()) == (1 if wrong == "copied" else FAULTS_SHOWN + 1)


# -- columns by codes ----------------------------------------------------------------------------------------------------------


def test_coded_columns_join_and_keep_their_rows() -> None:
    first = Coded.of(np.array([1, 0, 1]), [" b", "a "])
    second = Coded.of(np.array([0, 0]), ["c"])
    joined = Coded.joined([first, second])
    assert joined.values == ("a", "b", "c")
    assert [joined[row] for row in range(5)] == ["a", "b", "a", "c", "c"]
    assert joined.rows(np.array([True, False, False, True, False])).texts().tolist() == ["a", "c"]
    assert Coded.joined([]).texts().tolist() == []


def test_groups_are_the_rows_of_each_key() -> None:
    keys = np.array([5, 2, 5, 9, 2])
    assert [(key, rows.tolist()) for key, rows in groups(keys)] == [(2, [1, 4]), (5, [0, 2]), (9, [3])]
    assert list(groups(np.array([], dtype=np.int64))) == []
