"""An engagement may have data or evidence before anybody is asked: read, checked, scored and reported, and nothing is claimed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from metric_cases import YEAR, account, sale, tables

import kamassess as ka
from kamassess import batch
from kamassess.display import open_group, open_report
from kamassess.document import Banner, Chart, Cover, Document, Heading, Node, Table, plain
from kamassess.errors import UsageError
from kamassess.locale import LANGUAGES, locale
from kamassess.metrics.lines import UnitLines
from kamassess.reading.brand import default_brand
from kamassess.render.plain import render_plain
from kamassess.result import Reason, TableLines
from kamassess.sections import View, appendix, board, certainty, cover, dimensions, said_and_done
from kamassess.sections.group import GroupView
from kamassess.sections.group import board as group_board
from kamassess.sections.group import cover as group_cover

if TYPE_CHECKING:
    from tests.conftest import Ran

    Cli = Callable[..., Ran]
    Make = Callable[..., Path]

ACCOUNTS = "account,name,unit,key_account\nA1,Alpha,N,yes\nA2,Beta,N,no\n"
SALES = "account,date,net_sales\nA1,2025-01-31,100\nA2,2025-02-28,50\nA2,2023-02-28,50\n"
EVIDENCE = "unit,criterion,kind,title,date\nS,A-1,document,Charter,2025-01-01\n"
LEVELLED = "unit,criterion,kind,title,date,level\nS,A-1,document,Charter,2025-01-01,2\n"
DATA = {"data/accounts.csv": ACCOUNTS, "data/sales.csv": SALES}
BOTH = DATA | {"evidence.csv": EVIDENCE}


def _view(folder: Path, unit: str, language: str = "en") -> View:
    result = ka.audit(folder)
    return View(result, locale(language), default_brand(), result.units[unit])


def _text(nodes: tuple[Node, ...]) -> str:
    return render_plain(Document(nodes))


# -- reading and checking ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", [None, []], ids=["no file", "a header"])
def test_missing_answers_are_a_note_before_anybody_is_asked(
    make_engagement: Make, kamassess_cli: Cli, answers: list[list[str]] | None
) -> None:
    """If this fails, the extract cannot be looked at until the questionnaires are back, or nobody is told that they are not."""
    ran = kamassess_cli("check", make_engagement(answers=answers, files=BOTH))
    assert (ran.code, ran.err) == (0, [])
    assert ran.out[0] == (
        "note: responses: holds no answers in wave 2026 yet. Reports rest on data and evidence alone until answers are added."
    )
    assert "no answers yet in wave 2026; lines of data: accounts 2, sales 3." in ran.out[-1]


def test_without_a_folder_of_answers_there_is_nothing_to_complain_of(make_engagement: Make) -> None:
    """If this fails, an empty folder must be made before data can be looked at."""
    folder = make_engagement(answers=None, files=BOTH)
    (folder / "responses").rmdir()
    assert ka.load_engagement(folder).documented == {"N", "S"}


def test_a_unit_of_which_nothing_is_known_stays_a_fault(make_engagement: Make, kamassess_cli: Cli) -> None:
    """If this fails, a mistyped unit in the table of accounts is not noticed."""
    ran = kamassess_cli("check", make_engagement(answers=None, files=DATA))
    assert ran.code == 2
    assert ran.err == [
        "responses: unit 'S' has no answers in wave 2026. Add its answers, or take the unit out of engagement.yaml."
    ]


def test_without_anything_it_is_an_error_as_before(make_engagement: Make, kamassess_cli: Cli) -> None:
    """If this fails, an engagement in which nothing stands makes reports of nothing."""
    folder = make_engagement(answers=None)
    for command in (["check"], ["score"], ["report", "--unit", "N"], ["batch"]):
        ran = kamassess_cli(command[0], folder, *command[1:])
        assert (ran.code, ran.err) == (2, ["responses: holds no answers. Put CSV files or filled XLSX questionnaires there."])


def test_where_others_answered_a_silent_unit_is_a_fault_and_has_a_report(
    make_engagement: Make, kamassess_cli: Cli, answers: list[list[str]]
) -> None:
    """If this fails, a unit whose questionnaires got lost is taken for one that was never asked."""
    folder = make_engagement(answers=[row for row in answers if row[1] == "N"], files=BOTH)
    ran = kamassess_cli("check", folder)
    assert ran.code == 2
    assert ran.the("unit 'S'").endswith("Add its answers; until then its report rests on data and evidence alone.")
    jobs, silent = batch.plan(batch.Request(str(folder), "reports", languages=("en",), formats=("html",)))
    assert [(job.notebook, job.unit) for job in jobs] == [("unit_audit", "N"), ("unit_audit", "S"), ("account_value", "N")]
    assert silent == []


def test_a_mistyped_wave_is_still_told(make_engagement: Make, kamassess_cli: Cli, settings: dict[str, Any]) -> None:
    """If this fails, answers are there under another name, and check says that nobody was asked."""
    settings["wave"] = "2062"
    ran = kamassess_cli("check", make_engagement(files=BOTH))
    assert (ran.code, ran.err) == (2, ["engagement.yaml: wave '2062' has no answers. Did you mean 2026?"])


def test_only_the_current_wave_can_do_without_answers(make_engagement: Make, settings: dict[str, Any]) -> None:
    """If this fails, any name is a wave; or a wave that nobody answered in yet is compared with the one before."""
    settings["wave"] = "2027"
    engagement = ka.load_engagement(make_engagement(files=BOTH))
    result = ka.score(engagement)
    assert (result.wave, result.progress, result.units["N"].n_respondents) == ("2027", None, 0)
    assert ka.score(engagement, "2026").units["N"].n_respondents == 4
    with pytest.raises(UsageError, match="wave '2025' has no answers"):
        ka.score(engagement, "2025")
    with pytest.raises(UsageError, match="is no wave before 2027"):
        ka.score(engagement, since="2026")


# -- the result ----------------------------------------------------------------------------------------------------------


def test_nothing_is_claimed_and_what_it_rests_on_is_counted(make_engagement: Make) -> None:
    """If this fails, a score comes from nowhere, or the report cannot say what it rests on."""
    units = ka.audit(make_engagement(answers=None, files=BOTH)).units
    assert (units["N"].asked, units["N"].overall.score, units["N"].overall.reason) == (False, None, Reason.NO_ANSWERS)
    assert units["N"].lines == {"accounts": TableLines(2), "sales": TableLines(3, 2, "2023-02-28", "2025-02-28")}
    assert (units["N"].proofs, units["S"].proofs) == (0, 1)
    assert (units["S"].evidence["A-1"].n, units["S"].evidence["A-1"].reason) == (1, Reason.NO_CLAIM)
    assert units["S"].as_json()["lines"]["sales"] == {"n": 0, "in_window": 0, "first": None, "last": None}


def test_lines_are_counted_for_all_units_at_once() -> None:
    """If this fails, a unit is said to rest on the lines of another."""
    data = tables(3, accounts=[account("a", 0), account("b", 2), account("c", 2)], sales=[sale(0, 1), sale(1, 1), sale(2, 1)])
    counted = UnitLines(data, YEAR)
    assert [counted.of(unit)["accounts"].n for unit in range(3)] == [1, 0, 2]
    assert [counted.of(unit)["sales"].n for unit in range(3)] == [1, 0, 2]
    assert counted.of(1)["sales"] == TableLines(0, 0, None, None)


# -- the reports ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", ["N", "S"])
def test_no_section_says_what_nobody_said(make_engagement: Make, unit: str, language: str) -> None:
    """If this fails, a board reads how much of what was asked of nobody was answered by them."""
    view = _view(make_engagement(answers=None, files=BOTH), unit, language)
    sections = (cover(view), board(view), said_and_done(view), dimensions(view), certainty(view), appendix(view))
    text = "\n".join(_text(nodes) for nodes in sections)
    absurd = ("0 respondents", "0 people", "Nobody answered", "95%", "Claimed ●") if language == "en" else ("0位", "0人")
    assert [word for word in absurd if word in text] == []
    assert not re.search(r"\bNone\b|\bnan\b|[{}]|\*\*|\^\^|~~", text)
    assert said_and_done(view) == ()
    for nodes in sections:
        for one, following in zip(nodes, [*nodes[1:], None][: len(nodes)], strict=True):
            assert not (
                isinstance(one, Heading) and (following is None or (isinstance(following, Heading) and following.level == 1))
            )


def test_the_first_two_pages_say_that_nobody_was_asked_and_what_they_rest_on(make_engagement: Make) -> None:
    """If this fails, a board takes what the data say for what its people say."""
    view = _view(make_engagement(answers=None, files=BOTH), "N")
    (head,) = cover(view)
    assert isinstance(head, Cover)
    basis = "2 accounts and 3 lines of sales (2 in these days), looked at from 1 March 2024 to 28 February 2025"
    assert plain(head.lead).startswith(
        f"Nobody has been asked yet, so nothing here is a claim. This report rests on {basis} alone."
    )
    (banner,) = (node for node in board(view) if isinstance(node, Banner))
    assert plain(banner.text).startswith(f"Nobody has been asked yet. This page rests on {basis} alone.")


def test_evidence_alone_is_shown_as_such(make_engagement: Make) -> None:
    """If this fails, the register is read and not seen."""
    view = _view(make_engagement(answers=None, files={"evidence.csv": LEVELLED}), "S")
    (head,) = cover(view)
    assert isinstance(head, Cover)
    assert head.title == "South: what documents support of 1 of 3 criteria, before anyone is asked"
    assert "1 entry in the register of evidence" in plain(head.lead)
    (chart,) = (node for node in board(view) if isinstance(node, Chart))
    assert (chart.title, [entry.kind for entry in chart.key]) == ("What documents support of each dimension", ["evidenced"])
    (table,) = (node for node in dimensions(view) if isinstance(node, Table))
    assert [column.label for column in table.columns] == ["Criterion", "Evidenced □"]


def test_documents_without_a_level_are_shown_as_open(make_engagement: Make) -> None:
    """If this fails, what was handed in is not seen before people claim something that it could support."""
    view = _view(make_engagement(answers=None, files={"evidence.csv": EVIDENCE}), "S")
    assert "Documents without a level yet, on criteria: 1." in _text(board(view))
    (table,) = (node for node in dimensions(view) if isinstance(node, Table))
    assert [plain(row[1].text) for row in table.rows] == ["level open (entries: 1)", "–"]


def test_a_group_that_nobody_was_asked_of_has_an_overview_without_ranks(make_engagement: Make) -> None:
    """If this fails, the overview ranks units by nothing, or there is none."""
    folder = make_engagement(answers=None, files=BOTH)
    result = ka.audit(folder)
    view = GroupView(result, locale("en"), default_brand())
    assert "Nobody has been asked yet, so there are no scores to rank" in _text(group_cover(view))
    (table,) = (node for node in group_board(view) if isinstance(node, Table))
    assert [plain(row[0].text) for row in table.rows] == ["North", "South"]
    report = open_group(folder)
    assert report.ranking().document.nodes == report.lessons().document.nodes == ()


def test_a_notebook_opens_what_is_documented_and_refuses_the_rest(make_engagement: Make) -> None:
    """If this fails, a notebook run by hand does something else than the command line."""
    folder = make_engagement(answers=None, files=DATA)
    assert not open_report(folder, "N").unit.asked
    with pytest.raises(UsageError, match="unit 'S' has no answers in wave 2026"):
        open_report(folder, "S")
