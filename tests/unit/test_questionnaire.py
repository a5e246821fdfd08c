"""``kamassess questionnaire``: which files are written, and that each is a form that people can fill in and nothing else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from form_cases import beside, blank_form, columns_of, filled_form, question_rows
from openpyxl.utils import get_column_letter as letter
from openpyxl.utils import range_boundaries

from kamassess.export.cell_text import cell_lines, line_points, room_of
from kamassess.questionnaire import Filled, Form, write_workbook
from kamassess.reading.answer_columns import column_of
from kamassess.reading.answer_words import ANSWERED, DONT_KNOW, NOT_APPLICABLE
from kamassess.reading.engagement import load_declared
from kamassess.reading.form_identity import FormIdentity
from kamassess.reading.package_data import package_labels
from kamassess.resources import carried

if TYPE_CHECKING:
    from tests.conftest import Ran

Make = Callable[..., Path]
Run = Callable[..., "Ran"]


def opened(raw: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(raw))


def written(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


# -- which files ---------------------------------------------------------------------------------------------------------------


def test_one_for_each_role_and_language(make_engagement: Make, kamassess_cli: Run) -> None:
    # Otherwise somebody gets a form in a language or with questions that are not theirs. Nobody needs to have answered yet.
    folder = make_engagement(answers=None)
    ran = kamassess_cli("questionnaire", folder)
    names = [f"2026/questionnaire.{role}.{language}.xlsx" for role in ("lead", "staff") for language in ("en", "zh")]
    assert (ran.code, written(folder / "questionnaires")) == (0, names)
    assert ran.out == [(folder / "questionnaires" / name).as_posix() for name in names]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--role", "staff", "--lang", "zh"], ["2026/questionnaire.staff.zh.xlsx"]),
        (["--unit", "S", "--lang", "en"], ["2026/S/questionnaire.lead.en.xlsx", "2026/S/questionnaire.staff.en.xlsx"]),
        (
            ["--unit", "all", "--lang", "en", "--role", "lead,lead"],
            ["2026/N/questionnaire.lead.en.xlsx", "2026/S/questionnaire.lead.en.xlsx"],
        ),
    ],
)
def test_what_is_asked_for_is_written(
    make_engagement: Make, kamassess_cli: Run, settings: dict[str, Any], tmp_path: Path, options: list[str], names: list[str]
) -> None:
    # A unit above others has no respondents of its own, so "all" leaves it out.
    settings["units"].insert(0, {"id": "G", "name": dict(settings["company"])})
    settings["units"][1]["parent"] = "G"
    ran = kamassess_cli("questionnaire", make_engagement(), *options, "--out", tmp_path / "out")
    assert (ran.code, written(tmp_path / "out")) == (0, names)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--role", "leed"], "'leed' is no role. Did you mean lead?"),
        (["--unit", "Q"], "'Q' is no unit. Use one of: N, S, all."),
        (["--lang", "fr"], "'fr' is no language. Use one of: en, zh."),
        (["--format", "pdf"], "'pdf' is no format of questionnaires. "),
        (["--role", "idle"], "role 'idle' is asked no question. Give it questions in the instrument, or leave it out."),
    ],
)
def test_what_does_not_exist_is_named_and_nothing_written(
    make_engagement: Make, kamassess_cli: Run, instrument: dict[str, Any], options: list[str], line: str
) -> None:
    instrument["roles"].append({"id": "idle", "name": dict(instrument["title"])})
    for dimension in instrument["dimensions"]:
        for criterion in dimension["criteria"]:
            criterion["questions"][0].setdefault("roles", ["lead", "staff"])
    folder = make_engagement()
    ran = kamassess_cli("questionnaire", folder, *options)
    assert ran.code == 2
    assert ran.the(line)
    assert not (folder / "questionnaires").exists()


def test_a_fault_in_the_engagement_is_said_and_one_in_the_answers_is_not(make_engagement: Make, kamassess_cli: Run) -> None:
    # Otherwise nobody can be asked again until what somebody else sent back is mended.
    assert kamassess_cli("questionnaire", make_engagement("a", answers="nonsense")).code == 0
    ran = kamassess_cli("questionnaire", make_engagement("b", settings="company: 1\n"))
    assert ran.code == 2
    assert all(line.startswith("engagement.yaml") for line in ran.err)


def test_a_form_that_somebody_has_filled_is_not_written_over(make_engagement: Make, kamassess_cli: Run) -> None:
    # Otherwise an hour of somebody's answers is lost, because the form was filled where it was written.
    folder = make_engagement()
    assert kamassess_cli("questionnaire", folder).code == 0
    assert kamassess_cli("questionnaire", folder).code == 0, "blank ones may be written again"
    path = folder / "questionnaires/2026/questionnaire.lead.en.xlsx"
    path.write_bytes(filled_form(folder))
    before = path.read_bytes()
    ran = kamassess_cli("questionnaire", folder)
    assert ran.err == [
        (
            "'2026/questionnaire.lead.en.xlsx' is there already and holds answers. "
            "Move it to responses, or give another folder with --out."
        )
    ]
    assert path.read_bytes() == before


# -- what is in them -----------------------------------------------------------------------------------------------------------


def test_only_what_is_to_be_filled_is_open(make_engagement: Make) -> None:
    # Otherwise an id or a question is overwritten by mistake; or the answer itself is locked.
    book = opened(blank_form(make_engagement()))
    cover, sheet, lists, form = book.worksheets
    assert all(one.protection.sheet and not one.protection.password for one in (cover, sheet, lists, form))
    assert [one.sheet_state for one in book.worksheets] == ["visible", "visible", "hidden", "hidden"]
    places, rows = columns_of(sheet), question_rows(sheet)
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    wanted = {sheet.cell(row, places[name]).coordinate for row in rows for name in ("Answer", "Comment or reason")}
    fields = {beside(sheet, "Respondent code").coordinate, beside(sheet, "Business unit").coordinate}
    assert unlocked >= wanted | fields
    assert all(sheet[place].value is None for place in unlocked - wanted - fields), "the merged ends of the fields"
    assert not any(cell.protection.locked is False for one in (cover, lists, form) for row in one.iter_rows() for cell in row)
    fixed = opened(blank_form(make_engagement("fixed"), unit="S")).worksheets[1]
    assert beside(fixed, "Business unit").value == "S – South"
    assert beside(fixed, "Business unit").protection.locked


def test_each_question_has_a_list_of_its_answers(make_engagement: Make) -> None:
    # Otherwise people type what they like, or choose from the options of another scale.
    book = opened(blank_form(make_engagement(), language="zh"))
    sheet = book.worksheets[1]
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    answer = next(cell.column_letter for cell in sheet[4] if cell.value == "回答")
    rows = [row for row in range(5, sheet.max_row + 1) if sheet.cell(row, 1).value]
    assert len(rows) == 3
    for row in rows:
        name, area = lists[f"{answer}{row}"].split("!")
        shown = [cell.value for line in book[name][area.replace("$", "")] for cell in line]
        labels = [f"Option {value}（中文）" for value in (0, 0.25, 0.5, 1)]
        assert shown == [f"{value:g} – {label}" for value, label in zip((0, 0.25, 0.5, 1), labels, strict=True)] + [
            "不清楚",
            "不适用",
        ]
    unit = next(rule for place, rule in lists.items() if place.startswith("C2"))
    assert [cell.value for line in book["lists"][unit.split("!")[1].replace("$", "")] for cell in line] == [
        "N – North（中文）",
        "S – South（中文）",
    ]


def test_the_scenes_of_the_answers_are_in_sight(make_engagement: Make) -> None:
    # Otherwise people choose a number without knowing what it means.
    engagement = load_declared(carried("sample_data"))
    (role,) = [role for role in engagement.instrument.roles if role.id == "executive"]
    for language in ("en", "zh"):
        form = Form(engagement, role, language)
        sheet = opened(write_workbook(form)).worksheets[1]
        shown = {str(cell.value) for row in sheet.iter_rows(min_row=5) for cell in row if cell.value}
        for question in form.questions:
            assert {question.id, *(anchor[language] for anchor in question.anchors.values())} <= shown
            assert any(question.text[language] in text for text in shown)
        assert form.count == len([row for row in range(5, sheet.max_row + 1) if sheet.cell(row, 1).value])
    tiny = opened(blank_form(make_engagement())).worksheets[1]
    shown = {str(cell.value) for row in tiny.iter_rows(min_row=5) for cell in row if cell.value}
    assert "0 – Option 0\n0.25 – Option 0.25\n0.5 – Option 0.5\n1 – Option 1" in shown


def test_it_prints_and_stays_in_view(make_engagement: Make) -> None:
    # Otherwise a printed form loses its headings on the second page, or its columns at the right.
    for sheet in opened(blank_form(make_engagement())).worksheets[:2]:
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert "&P" in sheet.oddFooter.right.text
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$4:$4", "C5")


@pytest.fixture(scope="module", params=["en", "zh"])
def sample(request: pytest.FixtureRequest) -> tuple[str, Any]:
    """The longest form of the sample, with five scenes beside each other."""
    engagement = load_declared(carried("sample_data"))
    role = max(engagement.instrument.roles, key=lambda role: Form(engagement, role, request.param).count)
    return request.param, opened(write_workbook(Form(engagement, role, request.param))).worksheets[1]


def test_print_can_be_read_on_a4(sample: tuple[str, Any]) -> None:
    # Otherwise whoever fills it in on paper needs a glass, or has the column of answers on another page.
    _, sheet = sample
    scale = sheet.page_setup.scale / 100
    last = range_boundaries(sheet.print_area.split("!")[-1].replace("$", ""))[2]
    pixels = sum(round(sheet.column_dimensions[letter(place)].width * 7) for place in range(1, last + 1))
    assert pixels * 1.06 * scale <= (297 / 25.4 - sheet.page_margins.left - sheet.page_margins.right) * 96
    assert not sheet.col_breaks.brk
    texts = [cell for row in sheet.iter_rows(min_row=4, max_col=last) for cell in row if cell.value]
    assert min(cell.font.size for cell in texts if cell.column > 1) * scale >= 8
    parts = {row for row in range(5, sheet.max_row) if sheet.cell(row, 2).value and not sheet.cell(row, 1).value}
    assert not parts & {found.id for found in sheet.row_breaks.brk}, "the name of a part is alone at the foot of a page"


def test_rows_are_neither_cut_nor_half_empty(sample: tuple[str, Any]) -> None:
    # Otherwise the end of a scene cannot be read, or a form of forty questions is as long as one of sixty.
    language, sheet = sample
    used = []
    for row in (row for row in range(5, sheet.max_row + 1) if sheet.cell(row, 1).value):
        cells = [sheet.cell(row, column) for column in range(3, 8)]
        lines = max(cell_lines(str(cell.value), room_of(97.5 / 5, 1), 10) for cell in cells)
        height, needed = sheet.row_dimensions[row].height, lines * line_points(10, language)
        assert needed <= height
        used.append(needed / height)
    assert sum(used) / len(used) > 0.85


def test_progress_is_told_without_calculating(make_engagement: Make) -> None:
    # Otherwise a preview on a phone, which calculates nothing, shows 0 of a form that is done; and a reason is not asked for.
    engagement = load_declared(make_engagement())
    given = {"A-1-Q1": (0.5, ANSWERED, ""), "A-2-Q1": (0.0, DONT_KNOW, ""), "B-1-Q1": (0.0, NOT_APPLICABLE, "")}
    raw = write_workbook(Form(engagement, engagement.instrument.roles[0], "en"), Filled("R1", "N", given))
    shown = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
    cover, sheet = shown.worksheets[:2]
    assert beside(sheet, "Your progress").value == "2 / 3"
    assert [sheet.cell(row, columns_of(sheet)["Done"]).value for row in question_rows(sheet)] == ["✓", "✓", "Reason?"]
    table = [[cell.value for cell in row[2:6]] for row in cover.iter_rows() if isinstance(row[3].value, int)]
    assert table == [["First", 2, 2, 1], ["Second", 1, 0, 0], [None, 3, 2, pytest.approx(2 / 3)]]
    formulas = opened(raw).worksheets[1]
    mark = formulas.cell(question_rows(sheet)[0], columns_of(sheet)["Done"]).value
    assert mark.startswith("=IF(TRIM(")


def test_client_text_is_never_a_formula(make_engagement: Make, instrument: dict[str, Any], settings: dict[str, Any]) -> None:
    # Otherwise a name or an anchor that begins with = runs in somebody's Excel.
    evil = '=HYPERLINK("http://example.org","x")'
    question = instrument["dimensions"][0]["criteria"][0]["questions"][0]
    question["text"] = {"en": evil, "zh": evil}
    question["anchors"] = {
        value: {"en": f"{sign}1", "zh": f"{sign}1"} for value, sign in ((0, "+"), (0.25, "-"), (0.5, "@"), (1, "="))
    }
    for owner, key in (
        (instrument["roles"][0], "name"),
        (instrument["dimensions"][0], "name"),
        (instrument, "title"),
        (settings, "company"),
    ):
        owner[key] = {"en": evil, "zh": evil}
    settings["units"][0]["name"] = {"en": evil, "zh": evil}
    book = opened(blank_form(make_engagement()))
    formulas = [
        str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert formulas
    assert not [formula for formula in formulas if "HYPERLINK" in formula]
    assert evil in {cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}


def test_the_same_form_is_the_same_bytes(make_engagement: Make, settings: dict[str, Any]) -> None:
    # Otherwise nobody can tell whether the form on file is the one that was sent out.
    first = blank_form(make_engagement("a", settings=settings | {"date": "2026-10-31"}))
    assert blank_form(make_engagement("b", settings=settings | {"date": "2026-10-31"})) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert b"2026-10-31T" in archive.read("docProps/core.xml")
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with zipfile.ZipFile(io.BytesIO(blank_form(make_engagement("c")))) as archive:
        assert b"2000-01-01T" in archive.read("docProps/core.xml")


def test_it_says_twice_what_it_is_a_copy_of(make_engagement: Make) -> None:
    # Otherwise a renamed or a deleted sheet makes it anybody's form.
    book = opened(blank_form(make_engagement(), unit="S", language="zh"))
    cells = [[str(cell.value or "") for cell in row] for row in book["form"].iter_rows()]
    sheet = FormIdentity.of_sheet(cells)
    properties = FormIdentity.of_properties({one.name: one.value for one in book.custom_doc_props.props})
    assert sheet is not None
    assert properties is not None
    assert (sheet.instrument, sheet.version, sheet.wave, sheet.role) == ("tiny", "1.0", "2026", "lead")
    assert (sheet.unit, sheet.language, sheet.company["en"]) == ("S", "zh", "Acme")
    assert list(sheet.questions) == ["A-1-Q1", "A-2-Q1", "B-1-Q1"]
    assert list(sheet.pairs())[: len(list(properties.pairs()))] == list(properties.pairs())
    assert properties.sha256 == load_declared(make_engagement("again")).instrument.sha256


def test_a_scale_with_many_options_is_not_spelled_out(make_engagement: Make, instrument: dict[str, Any]) -> None:
    # Otherwise a row of a thousand lines is higher than a row can be.
    label = instrument["title"]
    instrument["scales"]["four"]["options"] = [{"value": value, "label": dict(label)} for value in range(1000)]
    book = opened(blank_form(make_engagement()))
    sheet = book.worksheets[1]
    assert max(dimension.height or 0 for dimension in sheet.row_dimensions.values()) <= 409
    assert any("A value from 0 to 999" in str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert book["lists"].max_row == 1003


def test_headings_and_fields_are_known_to_the_reader() -> None:
    # If this fails, a form is written that cannot be read back in one of the languages.
    fields = {"form_wave": "wave", "form_unit": "unit", "form_role": "role", "form_respondent": "respondent"}
    fields |= {"form_question_id": "question", "form_answer": "answer", "form_comment": "comment"}
    for label, name in fields.items():
        for text in package_labels()[label].values():
            assert column_of(text) == name, text


def test_names_as_long_as_they_like_make_a_form(
    make_engagement: Make, instrument: dict[str, Any], settings: dict[str, Any]
) -> None:
    # Otherwise a title that is too long for a footer, a property or a row stops everything with a warning of a library.
    long = {"en": "Key & account " * 60, "zh": "重点客户" * 100}
    for owner, key in ((instrument, "title"), (instrument["roles"][0], "name"), (settings, "company")):
        owner[key] = dict(long)
    instrument["dimensions"][0]["criteria"][0]["questions"][0]["text"] = {"en": long["en"] * 10, "zh": long["zh"] * 10}
    for unit in settings["units"]:
        unit["name"] = dict(long)
    folder = make_engagement()
    for language in ("en", "zh"):
        sheet = opened(blank_form(folder, language=language)).worksheets[1]
        assert len(sheet.oddFooter.left.text) < 200
        assert 400 < max(one.height or 0 for one in sheet.row_dimensions.values()) <= 409
