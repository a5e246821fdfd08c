"""Exports of ODK Central, KoboToolbox and SurveyCTO become answers, whichever way their columns are headed."""

from __future__ import annotations

import copy
import csv
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import yaml
from xlsform_cases import export, fields, sheets

import kamassess as ka
from kamassess.questionnaire.xlsform import write_xlsform
from kamassess.reading.engagement import Engagement, check_engagement, load_declared
from kamassess.reading.places import Gathered
from kamassess.reading.responses import read_responses
from kamassess.reading.xlsform_fields import FormFields
from kamassess.resources import carried

if TYPE_CHECKING:
    from tests.conftest import Ran

Make = Callable[..., Path]
Run = Callable[..., "Ran"]
Rows = list[list[str]]

ANSWERS = [
    ["2026", "N", "R1", "lead", "A-1-Q1", "0.25", ""],
    ["2026", "N", "R1", "lead", "A-2-Q1", "NA", "No such staff / We share one, with S"],
    ["2026", "N", "R1", "lead", "B-1-Q1", "1", "See the plan; page 3"],
    ["2026", "S", "R7", "staff", "A-1-Q1", "DK", ""],
]
"""What stands in each of the files below, in the long form."""

ODK = """\
SubmissionDate,kamassess_form,wave,about_you-welcome,about_you-welcome_sure,about_you-welcome_private,about_you-unit,about_you-role,\
about_you-respondent,d1_A-d1_c1_A_1-q_A_1_Q1,d1_A-d1_c1_A_1-na_A_1_Q1,d1_A-d1_c1_A_1-c_A_1_Q1,d1_A-d1_c2_A_2-q_A_2_Q1,\
d1_A-d1_c2_A_2-na_A_2_Q1,d1_A-d1_c2_A_2-c_A_2_Q1,d2_B-d2_c1_B_1-q_B_1_Q1,d2_B-d2_c1_B_1-na_B_1_Q1,d2_B-d2_c1_B_1-c_B_1_Q1,\
end_of_questions,meta-instanceID,meta-instanceName,KEY,SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,\
ReviewState,DeviceID,Edits,FormVersion
2026-10-12T08:15:21.874Z,tiny/1.0,2026,,,,N,lead,R1,0.25,,,NA,No such staff,"We share one, with S",1,,See the plan; page 3,,\
uuid:3f0c9be8-5d0e-4a3d-a1f1-4f2c2d1b7e11,N lead R1,uuid:3f0c9be8-5d0e-4a3d-a1f1-4f2c2d1b7e11,17,Public link,0,0,,,\
collect:pQ7tXk2ZrVb1nM9d,1,2026000100
2026-10-12T09:02:40.120Z,tiny/1.0,2026,,,,S,staff,R7,DK,,,,,,,,,,uuid:a7e2f0f4-98b1-4c5e-8d7b-6a1e0c9d2b3f,S staff R7,\
uuid:a7e2f0f4-98b1-4c5e-8d7b-6a1e0c9d2b3f,17,Public link,0,0,,approved,,0,2026000100
"""
KOBO = """\
"kamassess_form";"wave";"about_you/unit";"about_you/role";"about_you/respondent";"d1_A/d1_c1_A_1/q_A_1_Q1";\
"d1_A/d1_c1_A_1/na_A_1_Q1";"d1_A/d1_c1_A_1/c_A_1_Q1";"d1_A/d1_c2_A_2/q_A_2_Q1";"d1_A/d1_c2_A_2/na_A_2_Q1";\
"d1_A/d1_c2_A_2/c_A_2_Q1";"d2_B/d2_c1_B_1/q_B_1_Q1";"d2_B/d2_c1_B_1/na_B_1_Q1";"d2_B/d2_c1_B_1/c_B_1_Q1";"_id";"_uuid";\
"_submission_time";"_validation_status";"_notes";"_status";"_submitted_by";"__version__";"_tags";"meta/rootUuid";"_index"
"tiny/1.0";"2026";"N";"lead";"R1";"0.25";"";"";"NA";"No such staff";"We share one, with S";"1";"";"See the plan; page 3";\
"481516234";"3f0c9be8-5d0e-4a3d-a1f1-4f2c2d1b7e11";"2026-10-12T08:15:21";"";"";"submitted_via_web";"";"vXk2ZrVb1nM9dpQ7tXk2Zr";"";\
"uuid:3f0c9be8-5d0e-4a3d-a1f1-4f2c2d1b7e11";"1"
"tiny/1.0";"2026";"S";"staff";"R7";"DK";"";"";"";"";"";"";"";"";"481516235";"a7e2f0f4-98b1-4c5e-8d7b-6a1e0c9d2b3f";\
"2026-10-12T09:02:40";"Approved";"";"submitted_via_web";"";"vXk2ZrVb1nM9dpQ7tXk2Zr";"";"uuid:a7e2f0f4-98b1-4c5e-8d7b-6a1e0c9d2b3f";"2"
"""
KOBO_CHINESE = """\
"kamassess_form";"wave";"您回答的是哪个业务单元的情况？";"您以什么身份作答？";"您的受访者代码";\
"What of A-1-Q1?（中文） [A-1-Q1]";\
"为什么不适用？ [A-1-Q1]";"备注（选填） [A-1-Q1]";"What of A-2-Q1?（中文） [A-2-Q1]";\
"为什么不适用？ [A-2-Q1]";"备注（选填） [A-2-Q1]";\
"What of B-1-Q1?（中文） [B-1-Q1]";"为什么不适用？ [B-1-Q1]";"备注（选填） [B-1-Q1]";\
"_id";"_uuid";"_submission_time";"_validation_status";\
"_notes";"_status";"_submitted_by";"__version__";"_tags";"_index"
"tiny/1.0";"2026";"North（中文）（N）";"Leads（中文）（lead）";"R1";"0.25 · Option 0.25（中文）";"";"";"不适用";"No such staff";\
"We share one, with S";"1 · Option 1（中文）";"";"See the plan; page 3";"481516234";"3f0c9be8";"2026-10-12T08:15:21";"";"";\
"submitted_via_web";"";"vXk2ZrVb1nM9d";"";"1"
"tiny/1.0";"2026";"South（中文）（S）";"Staff（中文）（staff）";"R7";"不清楚";"";"";"";"";"";"";"";"";"481516235";"a7e2f0f4";\
"2026-10-12T09:02:40";"";"";"submitted_via_web";"";"vXk2ZrVb1nM9d";"";"2"
"""
SURVEYCTO = """\
CompletionDate,SubmissionDate,kamassess_form,wave,unit,role,respondent,q_A_1_Q1,na_A_1_Q1,c_A_1_Q1,q_A_2_Q1,na_A_2_Q1,c_A_2_Q1,\
q_B_1_Q1,na_B_1_Q1,c_B_1_Q1,instanceID,instanceName,formdef_version,review_quality,review_status,KEY
"Oct 12, 2026 8:14:58 AM","Oct 12, 2026 8:15:21 AM",tiny/1.0,2026,N,lead,R1,0.25,,,NA,No such staff,"We share one, with S",1,,\
See the plan; page 3,uuid:3f0c9be8,N lead R1,2026000100,good,APPROVED,uuid:3f0c9be8
"Oct 12, 2026 9:02:33 AM","Oct 12, 2026 9:02:40 AM",tiny/1.0,2026,S,staff,R7,DK,,,,,,,,,uuid:a7e2f0f4,S staff R7,2026000100,,,\
uuid:a7e2f0f4
"""
FIELD = "row 2, column B (kamassess_form)"
KNOWN = "This engagement asks with tiny/1.0."
OLDER = "Send out the form again, or name the older version under 'waves' in engagement.yaml."
FILES = {"odk": ODK, "kobo": KOBO, "kobo labels": KOBO_CHINESE, "surveycto": SURVEYCTO}


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))


@pytest.mark.parametrize("platform", FILES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_an_export_is_read_as_its_answers(make_engagement: Make, platform: str, encoding: str) -> None:
    # If this fails, what a platform has collected does not come back, or comes back changed.
    wanted = ka.load_engagement(make_engagement("long", answers=ANSWERS)).responses
    files = {"responses/export.csv": FILES[platform].encode(encoding)}
    same(ka.load_engagement(make_engagement("export", answers=None, files=files)).responses, wanted)


@pytest.mark.parametrize("platform", FILES)
def test_an_export_as_a_workbook_is_read_too(
    make_engagement: Make, make_workbook: Callable[..., bytes], kamassess_cli: Run, platform: str
) -> None:
    # KoboToolbox and SurveyCTO offer XLSX first; numbers are numbers there.
    wanted = ka.load_engagement(make_engagement("long", answers=ANSWERS)).responses
    text = FILES[platform]
    rows: list[list[Any]] = list(csv.reader(io.StringIO(text), delimiter=";" if text.startswith('"') else ","))
    rows = [[float(cell) if cell in ("0.25", "1", "2026") else cell for cell in row] for row in rows]
    folder = make_engagement("book", answers=None, files={"responses/export.xlsx": make_workbook(rows)})
    same(ka.load_engagement(folder).responses, wanted)
    rows[2][rows[0].index(next(head for head in rows[0] if "A_1_Q1" in head or "A-1-Q1" in head))] = "never"
    ran = kamassess_cli("check", make_engagement("bad", answers=None, files={"responses/export.xlsx": make_workbook(rows)}))
    assert ran.the("responses/export.xlsx, sheet answers, row 3, column", "(q_A_1_Q1): 'never' is no answer to A-1-Q1")


def test_an_export_and_other_answers_stand_side_by_side(make_engagement: Make, answers: Rows) -> None:
    files = {"responses/export.csv": ODK.replace("R1", "R11").replace("R7", "R17")}
    found = ka.load_engagement(make_engagement(files=files)).responses
    assert set(found["respondent"]) == {"R1", "R2", "R3", "R4", "R11", "R17"}


# -- every question, every platform --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample() -> Engagement:
    return load_declared(carried("sample_data"))


@pytest.mark.parametrize(
    ("platform", "language"),
    [("odk", ""), ("kobo", ""), ("kobo labels", "English (en)"), ("kobo labels", "中文 (zh)"), ("surveycto", "")],
)
def test_all_answers_to_the_built_in_instrument_come_back(
    sample: Engagement, tmp_path: Path, platform: str, language: str
) -> None:
    # If this fails, some question or choice is lost or mixed up on its way through a platform.
    case, names, chance = sample.instrument, FormFields(sample.instrument), random.Random(platform + language)
    submissions, rows = [], []
    for number in range(25):
        unit, role, code = chance.choice(["NC", "CA", "OM"]), chance.choice(case.role_ids), f"P{number}"
        sent = {"kamassess_form": "kam/1.0", "wave": "2026", "unit": unit, "role": role, "respondent": code}
        for question in case.questions.values():
            if role in question.roles:
                answer = chance.choice(["1", "2", "3", "4", "5", "DK", "NA", ""])
                comment = chance.choice(["", "=1+1", '"so", he said; 一年\n一次']) if answer else ""
                reason = "没有这类客户" if answer == "NA" else ""
                sent |= {names.name("answer", question.id): answer, names.name("comment", question.id): comment}
                sent[names.name("reason", question.id)] = reason
                rows.append(["2026", unit, code, role, question.id, answer, " / ".join(filter(None, (reason, comment)))])
        submissions.append(sent)
    table = pd.DataFrame(rows, columns=["wave", "unit", "respondent", "role", "question", "answer", "comment"])
    for name, text in {
        "long": table.to_csv(index=False),
        "export": export(write_xlsform(sample), platform, submissions, language),
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text(text, encoding="utf-8")
    faults = Gathered()
    units = [unit.id for unit in sample.units]
    wanted, found = (read_responses(tmp_path / name, "responses", case, units, faults)[0] for name in ("long", "export"))
    assert faults.faults() == []
    same(found, wanted[wanted["state"].ne(0) | wanted["comment"].ne("")])


# -- what is wrong -------------------------------------------------------------------------------------------------------------


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def faults_of(make_engagement: Make, run: Run, text: str, **more: Any) -> list[str]:
    ran = run("check", make_engagement(answers=None, files={"responses/e.csv": text}, **more))
    return [line for line in ran.err if line.startswith("responses/e.csv")]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            (",R1,0.25,", ",R1,0.3,"),
            "row 2, column J (q_A_1_Q1): '0.3' is no answer to A-1-Q1. The form has 0, 0.25, 0.5, 1, DK and NA.",
        ),
        ((",N,lead,R1", ",Q,lead,R1"), "row 2, column G (unit): 'Q' is no unit of this engagement. Use one of: N, S."),
        ((",N,lead,R1", ",N,laed,R1"), "row 2, column H (role): 'laed' is no role of instrument tiny. Did you mean lead?"),
        (
            (",S,staff,R7", ",S,staff,"),
            "row 3, column I (respondent): respondent is empty. Write the code of this person.",
        ),
        ((",2026,,,,N", ",,,,,N"), "row 2, column C (wave): wave is empty. Write the wave."),
        (
            ("tiny/1.0,2026,,,,N", "tiny/0.9,2026,,,,N"),
            f"{FIELD}: is of form 'tiny/0.9', which this engagement does not ask with. {KNOWN} {OLDER}",
        ),
        (
            ("tiny/1.0,2026,,,,N", ",2026,,,,N"),
            f"{FIELD}: does not say which form it is of. Export the field kamassess_form as it was filled. {KNOWN}",
        ),
        (
            ("about_you-respondent", "about_you-who"),
            "column I: has the unknown heading 'about_you-who'. Remove it, or export the form as it was made.",
        ),
        (
            ("about_you-welcome,", "about_you-role,"),
            "column H: is a second column 'about_you-role'; the first is D. Keep one of them.",
        ),
    ],
)
def test_one_wrong_cell_is_one_line(make_engagement: Make, kamassess_cli: Run, change: tuple[str, str], line: str) -> None:
    # Otherwise the user cannot find the cell among two hundred columns.
    assert f"responses/e.csv, {line}" in faults_of(make_engagement, kamassess_cli, changed(ODK, change))


def test_all_faults_of_an_export_are_said_at_once(make_engagement: Make, kamassess_cli: Run) -> None:
    text = changed(ODK, (",R1,0.25,", ",R1,7,"), (",S,staff,R7,DK", ",S,stuff,,maybe"))
    lines = faults_of(make_engagement, kamassess_cli, text)
    assert {line.split(":")[0] for line in lines} == {
        "responses/e.csv, row 2, column J (q_A_1_Q1)",
        "responses/e.csv, row 3, column I (respondent)",
        "responses/e.csv, row 3, column H (role)",
        "responses/e.csv, row 3, column J (q_A_1_Q1)",
    }


def test_a_second_submission_names_both_rows(make_engagement: Make, kamassess_cli: Run) -> None:
    # If this fails, whichever came first counts, and nobody knows.
    text = ODK + ODK.splitlines()[-1].replace("DK", "0.5").replace("a7e2f0f4", "b8f3a1a5") + "\n"
    (line,) = faults_of(make_engagement, kamassess_cli, text)
    assert line == (
        "responses/e.csv, row 4, column I (respondent): is a second submission of respondent 'R7' of S; the first is in row 3. "
        "Delete the one that does not count, on the platform or in this file."
    )


def test_the_same_export_twice_is_named(make_engagement: Make, kamassess_cli: Run) -> None:
    ran = kamassess_cli("check", make_engagement(answers=None, files={"responses/a.csv": KOBO, "responses/b.csv": ODK}))
    assert all("responses/b.csv, row" in line and "the first is in responses/a.csv, row" in line for line in ran.err)
    assert len(ran.err) == 4


def test_a_missing_field_is_named(make_engagement: Make, kamassess_cli: Run) -> None:
    # Otherwise an export without hidden fields would be taken for a form of any version.
    rows = list(csv.reader(io.StringIO(SURVEYCTO)))
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([row[:2] + row[3:6] + row[7:] for row in rows])
    remedy = "Export all fields of the form, hidden ones too."
    assert set(faults_of(make_engagement, kamassess_cli, buffer.getvalue())) == {
        f"responses/e.csv: column '{name}' is missing. {remedy}" for name in ("kamassess_form", "respondent")
    }


def test_unknown_columns_are_named_and_those_of_platforms_are_not(make_engagement: Make, kamassess_cli: Run) -> None:
    text = changed(KOBO, ('"_tags"', '"note to self"'))
    (line,) = faults_of(make_engagement, kamassess_cli, text)
    assert "column W: has the unknown heading 'note to self'" in line


@pytest.mark.parametrize(
    ("platform", "change"),
    [
        ("odk", ("approved", "rejected")),
        ("kobo", ("Approved", "Not approved")),
        ("surveycto", ("formdef_version,review_quality,review_status", "formdef_version,review_status,review_quality")),
    ],
)
def test_what_a_reviewer_has_rejected_is_left_out_and_said(
    make_engagement: Make, kamassess_cli: Run, platform: str, change: tuple[str, str]
) -> None:
    # If this fails, answers count that were thrown out, or are lost without a word.
    text = changed(FILES[platform], change)
    if platform == "surveycto":
        text = (
            text.replace("2026000100,good,APPROVED", "2026000100,APPROVED,good")
            .replace("R7,DK", "R7,DK")
            .replace("2026000100,,,uuid:a7e2f0f4", "2026000100,REJECTED,,uuid:a7e2f0f4")
        )
        assert "REJECTED" in text
    folder = make_engagement(answers=None, files={"responses/e.csv": text})
    assert set(ka.load_engagement(folder).responses["respondent"]) == {"R1"}
    out = "\n".join(kamassess_cli("check", folder).out)
    assert "note: responses/e.csv, row 3" in out
    assert "was rejected by its reviewer and is left out" in out


def test_a_form_of_an_older_wave_is_read_with_its_own_instrument(
    make_engagement: Make, kamassess_cli: Run, instrument: dict[str, Any], settings: dict[str, Any], answers: Rows
) -> None:
    # Otherwise answers of last year are held against the questions of this one.
    old = copy.deepcopy(instrument)
    old["version"] = "0.9"
    old["dimensions"][0]["criteria"][0]["questions"][0]["id"] = "A-1-Q0"
    mapping = {
        "from": {"instrument": "tiny", "version": "0.9"},
        "to": {"instrument": "tiny", "version": "1.0"},
        "kept": ["A-2-Q1", "B-1-Q1", {"A-1-Q0": "A-1-Q1"}],
        "changed": [],
        "dropped": [],
        "new": [],
    }
    settings["waves"] = {"2025": {"instrument": "old.yaml", "mapping": "map.yaml"}}
    text = ODK.replace("tiny/1.0,2026", "tiny/0.9,2025").replace("q_A_1_Q1", "q_A_1_Q0")
    text = text.replace("na_A_1_Q1", "na_A_1_Q0").replace("c_A_1_Q1", "c_A_1_Q0")
    files = {
        name: yaml.safe_dump(content, allow_unicode=True) for name, content in {"old.yaml": old, "map.yaml": mapping}.items()
    }
    found = ka.load_engagement(make_engagement("a", files={**files, "responses/e.csv": text})).responses
    assert "A-1-Q0" in set(found.loc[found["wave"] == "2025", "question"])
    wrong = text.replace("tiny/0.9,2025", "tiny/0.9,2026")
    (line, *_) = kamassess_cli("check", make_engagement("b", files={**files, "responses/e.csv": wrong})).err[-1:]
    assert "is of form 'tiny/0.9', but wave '2026' is asked with tiny/1.0" in line


def test_a_form_of_another_company_is_refused(make_engagement: Make, kamassess_cli: Run, settings: dict[str, Any]) -> None:
    # If this fails, one client's answers are scored as another's.
    sent = {"kamassess_form": "tiny/1.0", "wave": "2026", "unit": "N", "role": "lead", "respondent": "R1", "q_B_1_Q1": "1"}
    folder = make_engagement("a")
    form = write_xlsform(load_declared(folder))
    sent["kamassess_company"] = calculated(form)["kamassess_company"]
    (folder / "responses" / "a.csv").write_text(export(form, "odk", [sent]), encoding="utf-8")
    assert len(ka.load_engagement(folder).responses) == 1
    settings["company"]["zh"] = "名字改了"
    mended = make_engagement("b", answers=export(form, "odk", [sent]))
    assert len(ka.load_engagement(mended).responses) == 1
    settings["company"]["en"] = "Bolt"
    (line,) = kamassess_cli("check", make_engagement("c", answers=export(form, "odk", [sent]))).err[:1]
    assert "responses/a.csv, row 2, column C (kamassess_company): is of another engagement's form" in line


def calculated(form: bytes) -> dict[str, str]:
    """What stands in the hidden fields of a form."""
    rows = (row for _, row in fields(sheets(form)["survey"]) if row["type"] == "calculate")
    return {row["name"]: row["calculation"].strip("'") for row in rows}


@pytest.mark.parametrize("platform", ["odk", "kobo", "surveycto"])
def test_a_form_for_one_role_and_unit_comes_back_with_both(sample: Engagement, tmp_path: Path, platform: str) -> None:
    form = write_xlsform(sample, "customer", sample.unit("CA"), ["zh"])
    sent = calculated(form) | {"respondent": "C7", "q_ORG_3_Q1": "4"}
    (tmp_path / "a.csv").write_text(export(form, platform, [sent]), encoding="utf-8")
    faults = Gathered()
    found, _ = read_responses(tmp_path, "responses", sample.instrument, ["CA"], faults, company=sample.company)
    assert faults.faults() == []
    assert found[["wave", "unit", "respondent", "role", "question", "value"]].to_numpy().tolist() == [
        ["2026", "CA", "C7", "customer", "ORG-3-Q1", 4.0]
    ]


def test_units_with_odd_ids_come_back(make_engagement: Make, settings: dict[str, Any], answers: Rows) -> None:
    settings["units"][0]["id"] = "华东 1"
    folder = make_engagement(answers=None)
    form = write_xlsform(load_declared(folder))
    choice = next(row["name"] for row in sheets(form)["choices"] if row["list_name"] == "unit")
    sent = {**calculated(form), "unit": choice, "role": "lead", "respondent": "R1", "q_B_1_Q1": "1"}
    for platform, language in (("odk", ""), ("kobo labels", "中文 (zh)"), ("kobo labels", "English (en)")):
        (folder / "responses" / "e.csv").write_text(export(form, platform, [sent], language), encoding="utf-8")
        engagement, _ = check_engagement(folder)
        assert engagement is not None
        assert engagement.responses["unit"].tolist() == ["华东 1"]


def test_an_empty_export_is_like_no_answers(make_engagement: Make, kamassess_cli: Run) -> None:
    assert "has a header but no submissions" in faults_of(make_engagement, kamassess_cli, ODK.splitlines()[0] + "\n")[0]


def test_numbers_that_a_spreadsheet_rewrote_are_the_same_answers(make_engagement: Make) -> None:
    wanted = ka.load_engagement(make_engagement("a", answers=None, files={"responses/e.csv": SURVEYCTO})).responses
    text = changed(SURVEYCTO, (",R1,0.25,", ",R1,.250,"), ('with S",1,,', 'with S",1.0,,'))
    same(ka.load_engagement(make_engagement("b", answers=None, files={"responses/e.csv": text})).responses, wanted)


@pytest.mark.parametrize("platform", FILES)
def test_a_damaged_export_is_read_or_refused(make_engagement: Make, platform: str) -> None:
    # If this fails, a file that was cut off or edited by hand ends in a traceback.
    folder, chance = make_engagement(answers=None), random.Random(platform)
    case = load_declared(folder).instrument
    for _ in range(60):
        text = FILES[platform]
        for _ in range(chance.randint(1, 8)):
            start = chance.randrange(len(text))
            end = start + chance.choice([0, 1, chance.randint(2, 80)])
            text = text[:start] + chance.choice(["", ",", ";", "\n", '"', "x", "=1", "中", text[start:end]]) + text[end:] or "x"
        (folder / "responses" / "e.csv").write_text(text, encoding="utf-8")
        faults = Gathered()
        found, _ = read_responses(folder / "responses", "responses", case, ["N", "S"], faults)
        assert len(found) or faults
