"""The questionnaire as an XLSForm: pyxform takes it, everybody is asked what concerns them, and nothing is lost on the way."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import openpyxl
import pytest
from pyxform.xls2xform import convert
from scoring_cases import instrument as made
from scoring_cases import write_engagement
from xlsform_cases import fields, sheets

from kamassess.instrument import Instrument
from kamassess.questionnaire.xlsform import form_id, form_version, write_xlsform
from kamassess.reading.engagement import Engagement, check_engagement, load_declared
from kamassess.reading.xlsform_fields import Column, FormFields, coded, decoded
from kamassess.resources import carried

if TYPE_CHECKING:
    from tests.conftest import Ran

Make = Callable[..., Path]
Run = Callable[..., "Ran"]

EN, ZH = "English (en)", "中文 (zh)"


@pytest.fixture(scope="module")
def sample() -> Engagement:
    return load_declared(carried("sample_data"))


@pytest.fixture(scope="module")
def form(sample: Engagement) -> bytes:
    return write_xlsform(sample)


def taken(form: bytes) -> ElementTree.Element:
    """The XForm that pyxform makes of a form, without a warning."""
    found = convert(io.BytesIO(form), file_type=".xlsx")
    assert found.warnings == []
    return ElementTree.fromstring(found.xform)


# -- pyxform -------------------------------------------------------------------------------------------------------------------


def test_pyxform_takes_the_form_of_the_built_in_instrument_in_both_languages(form: bytes) -> None:
    # If this fails, no platform accepts the form.
    xform = taken(form)
    translations = {one.get("lang"): one for one in xform.iter("{http://www.w3.org/2002/xforms}translation")}
    assert set(translations) == {EN, ZH}
    texts = {lang: {one.get("id") for one in element} for lang, element in translations.items()}
    assert texts[EN] == texts[ZH], "a text that only one language has"
    assert not any((value.text or "").strip() == "-" for value in xform.iter("{http://www.w3.org/2002/xforms}value"))


@pytest.mark.parametrize(("role", "unit", "languages"), [("kam", None, None), (None, "OM", ["zh"]), ("customer", "CA", ["en"])])
def test_pyxform_takes_forms_for_one_role_unit_or_language(
    sample: Engagement, role: str | None, unit: str | None, languages: list[str] | None
) -> None:
    written = write_xlsform(sample, role, sample.unit(unit) if unit else None, languages)
    content = sheets(written)
    taken(written)
    calculated = {row["name"]: row["calculation"] for row in content["survey"] if row["type"] == "calculate"}
    assert calculated.get("role") == (f"'{role}'" if role else None)
    assert calculated.get("unit") == (f"'{unit}'" if unit else None)
    told = [heading for heading in content["survey"][0] if heading.startswith("label::")]
    assert told == [f"label::{ {'en': EN, 'zh': ZH}[language] }" for language in languages or ["en", "zh"]]


def test_pyxform_takes_other_instruments(tmp_path: Path) -> None:
    # Otherwise an instrument with negative or many options, screens, odd ids or ids that differ in case alone has no form.
    case = made(
        {"STR.1": {"S-1": ["a.b", "a-b", "a_b"], "0": ["A-B", "7"]}, "STR_1": {"x": ["x"]}},
        screens={"FIT": {"F": ["start"]}},
        scales={"a.b": [-2.5, 0, 1e-7, 12345.678], "x": [number / 7 for number in range(1000)]},
        roles=("boss.a", "boss-b"),
        asked={"a-b": ["boss.a"]},
    )
    rows = [("N", "r1", "boss.a", {"a.b": 0})]
    engagement = load_declared(write_engagement(tmp_path / "case", case, rows))
    written = write_xlsform(engagement)
    taken(written)
    names = [row["name"] for row in sheets(written)["survey"] if row["name"]]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) for name in names)


def test_texts_of_clients_are_no_markup_and_no_formula(
    make_engagement: Make, instrument: dict[str, Any], settings: dict[str, Any]
) -> None:
    # Otherwise '${x}' stops the conversion, '=1+1' is worked out, and '*a*' is shown in italics.
    hard = {"en": "=1+1 of ${x} is *2* and <b>_3_</b> & # 'q' \"r\"\n@here", "zh": "=甲 ${乙} *丙*"}
    instrument["dimensions"][0]["name"] = dict(hard)
    instrument["dimensions"][0]["criteria"][0]["questions"][0]["text"] = dict(hard)
    settings["units"][0] = {"id": "N (1)/'x'", "name": dict(hard)}
    settings["wave"] = "it's"
    engagement = load_declared(make_engagement())
    written = write_xlsform(engagement)
    xform = ElementTree.tostring(taken(written), encoding="unicode")
    assert "=1+1 of $ {x} is \\*2\\* and &lt;b&gt;\\_3\\_&lt;/b&gt; &amp; \\# 'q' \"r\" @here [A-1-Q1]" in xform
    for sheet in openpyxl.load_workbook(io.BytesIO(written)):
        assert all(
            cell.data_type in ("s", "n") and not isinstance(cell.value, float) for row in sheet.iter_rows() for cell in row
        )


# -- what it asks --------------------------------------------------------------------------------------------------------------


def test_everybody_is_asked_what_concerns_the_role_and_nothing_else(sample: Engagement, form: bytes) -> None:
    # If this fails, customers see questions about pay, or nobody sees some question.
    survey, names = fields(sheets(form)["survey"]), FormFields(sample.instrument)
    relevant = {row["name"]: row["relevant"] for _, row in survey}
    groups = {row["name"]: row["relevant"] for row in sheets(form)["survey"] if row["type"] == "begin_group"}
    inside = {row["name"]: path for path, row in survey}
    for question in sample.instrument.questions.values():
        name = names.name("answer", question.id)
        for role in sample.instrument.role_ids:
            seen = all(
                not condition or f"${{role}} = '{role}'" in condition.split(" or ")
                for condition in (relevant[name], *(groups[group] for group in inside[name]))
            )
            assert seen == (role in question.roles), (question.id, role)


@pytest.mark.parametrize("role", ["executive", "customer"])
def test_a_form_for_one_role_has_its_questions_and_asks_nothing_twice(sample: Engagement, role: str) -> None:
    names = FormFields(sample.instrument)
    asked = [row["name"] for _, row in fields(sheets(write_xlsform(sample, role))["survey"]) if row["name"].startswith("q_")]
    wanted = [question.id for question in sample.instrument.questions.values() if role in question.roles]
    assert asked == [names.name("answer", question) for question in wanted]


def test_a_choice_shows_what_one_would_see(sample: Engagement, form: bytes) -> None:
    # If this fails, people choose numbers without knowing what they mean.
    question = sample.instrument.questions["STR-1-Q1"]
    choices = [row for row in sheets(form)["choices"] if row["list_name"] == "a_STR_1_Q1"]
    assert [row["name"] for row in choices] == ["1", "2", "3", "4", "5", "DK", "NA"]
    for language, heading in (("en", EN), ("zh", ZH)):
        assert choices[3][f"label::{heading}"] == f"4 · {question.anchors[4][language]}"
    assert [row[f"label::{ZH}"] for row in choices[5:]] == ["不清楚", "不适用"]


def test_not_applicable_wants_a_reason_and_no_question_must_be_answered(form: bytes) -> None:
    rows = {row["name"]: row for _, row in fields(sheets(form)["survey"])}
    assert rows["na_STR_1_Q1"]["relevant"] == "${q_STR_1_Q1} = 'NA'"
    needed = {name for name, row in rows.items() if row["required"] == "yes"}
    assert {"unit", "role", "respondent"} == {name for name in needed if not name.startswith("na_")}
    assert all(row[f"required_message::{ZH}"] for name, row in rows.items() if name in needed)


def test_nothing_but_a_code_tells_who_answers(form: bytes) -> None:
    # If this fails, the form collects the device, the place or the hour of whoever answers.
    kinds = {row["type"].split()[0] for row in sheets(form)["survey"]}
    assert kinds == {"calculate", "begin_group", "end_group", "note", "select_one", "text"}


def test_units_that_stand_above_others_are_not_offered(form: bytes) -> None:
    units = [row["name"] for row in sheets(form)["choices"] if row["list_name"] == "unit"]
    assert units == ["NC", "EC", "SC", "CA", "OM", "EX"]


# -- names and versions --------------------------------------------------------------------------------------------------------


def test_names_lead_back_to_questions_even_if_they_differ_in_a_dot_or_in_case_alone() -> None:
    ids = ["".join(part) for part in itertools.product("aA", ["-", ".", "_", ""], "bB", ["", "_2"])]
    case: Instrument = made({"D": {"C": ids}})
    names = FormFields(case)
    for question in ids:
        for kind in ("answer", "reason", "comment"):
            name = names.name(kind, question)
            assert re.fullmatch(r"[a-z]+_[A-Za-z0-9_]+", name)
            for heading in (name, f"d1_D/d1_c1_C/{name}", f"d1_D-d1_c1_C-{name.upper()}", f"group:{name}"):
                assert names.column(heading) == Column(kind, question)


@pytest.mark.parametrize("code", ["CA", "华东", "N (1)", "a.b-c_d", "x_41", "x_4", "'q'", "0", "é ü"])
def test_codes_of_units_come_back(code: str) -> None:
    assert decoded(coded(code)) == code
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", coded(code))


def test_versions_are_whole_numbers_of_one_length_and_rise(
    make_engagement: Make, settings: dict[str, Any], instrument: dict[str, Any]
) -> None:
    # SurveyCTO refuses a form whose version does not rise, or has another number of digits.
    found = []
    for number, (wave, version) in enumerate(
        [("2025", "1.0"), ("2026", "0.9"), ("2026", "1.0"), ("2026-H2", "1.0"), ("2027", "0.1")]
    ):
        settings["wave"], instrument["version"] = wave, version
        found.append(form_version(load_declared(make_engagement(f"e{number}"))))
    assert found == sorted(found)
    assert {len(version) for version in found} == {10}
    assert "".join(found).isdigit()


def test_the_form_says_whose_it_is(sample: Engagement, form: bytes) -> None:
    (settings,) = sheets(form)["settings"]
    assert (settings["form_id"], settings["version"]) == (form_id(sample), "2026000100")
    assert form_id(sample, "kam", sample.unit("OM")) == "kam_2026_OM_kam"
    fixed = {row["name"]: row["calculation"] for _, row in fields(sheets(form)["survey"]) if row["type"] == "calculate"}
    assert re.fullmatch("'[0-9a-f]{8} [0-9a-f]{8}'", fixed.pop("kamassess_company"))
    assert fixed == {"kamassess_form": "'kam/1.0'", "wave": "'2026'"}


def test_the_same_form_is_the_same_bytes(sample: Engagement, form: bytes) -> None:
    assert write_xlsform(sample) == form


# -- the command ---------------------------------------------------------------------------------------------------------------


def test_the_command_writes_the_form_before_anybody_has_answered(make_engagement: Make, kamassess_cli: Run) -> None:
    folder = make_engagement(answers=None)
    ran = kamassess_cli("questionnaire", folder, "--format", "xlsform")
    assert ran.code == 0
    assert Path(ran.out[0]) == folder / "questionnaires" / "2026" / "questionnaire.xlsform.xlsx"
    taken(Path(ran.out[0]).read_bytes())
    assert kamassess_cli("questionnaire", folder, "--format", "xlsform").code == 0, "a form is no filled questionnaire"
    ran = kamassess_cli("questionnaire", folder, "--format", "xlsform", "--role", "lead", "--unit", "N", "--lang", "zh")
    assert ran.out[0].endswith("questionnaires/2026/N/questionnaire.lead.zh.xlsform.xlsx")


def test_one_form_for_all_roles_unless_some_are_named(make_engagement: Make, kamassess_cli: Run) -> None:
    arguments = ("--format", "xlsform", "--role", "lead,staff", "--unit", "all")
    ran = kamassess_cli("questionnaire", make_engagement(), *arguments)
    wanted = [f"2026/{unit}/questionnaire.{role}.xlsform.xlsx" for unit in "NS" for role in ("lead", "staff")]
    assert [line.split("questionnaires/")[1] for line in ran.out] == wanted


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--role", "laed"], "'laed' is no role. Did you mean lead?"),
        (["--unit", "Q"], "'Q' is no unit. Use one of: N, S, all."),
        (["--lang", "fr"], "'fr' is no language. Use one of: en, zh."),
    ],
)
def test_what_is_not_there_is_named(make_engagement: Make, kamassess_cli: Run, arguments: list[str], said: str) -> None:
    folder = make_engagement()
    ran = kamassess_cli("questionnaire", folder, "--format", "xlsform", *arguments)
    assert (ran.code, ran.err) == (2, [said])
    assert not (folder / "questionnaires").exists()


def test_the_form_itself_among_the_answers_is_told_apart(make_engagement: Callable[..., Path], form: bytes) -> None:
    # If this fails, who puts the form where its export belongs is sent to look for columns.
    folder = make_engagement(files={"responses/form.xlsx": form})
    said = [str(fault) for fault in check_engagement(folder)[1]]
    remedy = "Upload it there, and put the platform's CSV export into responses."
    assert said == [f"responses/form.xlsx: is a form for a platform, not answers to questionnaires. {remedy}"]
