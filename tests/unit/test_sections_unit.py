"""What the unit audit says of how far its numbers can be trusted: every unit of the sample, and units that barely exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import kamassess as ka
from kamassess.document import (
    Banner,
    Cards,
    Cell,
    Chart,
    Definitions,
    Document,
    Heading,
    KeyFigures,
    Ladder,
    Node,
    Paragraph,
    Table,
    plain,
)
from kamassess.locale import LANGUAGES, locale
from kamassess.opened import opened_audit
from kamassess.reading.brand import default_brand
from kamassess.render.plain import render_plain
from kamassess.resources import carried
from kamassess.result import QuestionResult, Reason, Reliability, Robustness, RoleGap, RoleReliability
from kamassess.sections import View, appendix, board, certainty, cover, dimensions
from kamassess.sections.roadmap import board_roadmap
from kamassess.trust import gates_at_risk

UNITS = ("NC", "EC", "SC", "CA", "OM", "EX")
CASES = [(wave, unit, language) for wave in ("2025", "2026") for unit in UNITS for language in LANGUAGES]
HOLES = re.compile(r"\bNone\b|\bnan\b|\binf\b|[{}]|\*\*|\^\^|~~|\(\)|（）|-0\.0\b|–%| , |，，")


def _view(unit: str, language: str = "en", wave: str = "2026") -> View:
    engagement, result = opened_audit(carried("sample_data"), wave)
    return View(result, locale(language), engagement.brand, result.units[unit])


def _made(folder: Path, unit: str = "N", language: str = "en") -> View:
    result = ka.audit(folder)
    return View(result, locale(language), default_brand(), result.units[unit])


def _text(nodes: tuple[Node, ...]) -> str:
    return render_plain(Document(nodes))


def _spoken(nodes: tuple[Node, ...]) -> str:
    """Paragraphs and banners alone."""
    return "\n".join(plain(node.text) for node in nodes if isinstance(node, Paragraph | Banner))


def _lead(nodes: tuple[Node, ...]) -> str:
    return next(plain(node.text) for node in nodes if isinstance(node, Paragraph) and node.kind == "lead")


def _table(nodes: tuple[Node, ...], name: str) -> Table:
    return next(node for node in nodes if isinstance(node, Table) and node.id == name)


def _row(table: Table, first: str) -> list[str]:
    (found,) = (row for row in table.rows if plain(row[0].text) == first)
    return [plain(cell.text).strip() for cell in found]


def _every(view: View) -> tuple[Node, ...]:
    return (*cover(view), *board(view), *dimensions(view), *certainty(view), *appendix(view))


# -- every unit ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wave", "unit", "language"), CASES)
def test_no_sentence_has_a_hole(wave: str, unit: str, language: str) -> None:
    # If this fails, a report prints "None", "nan" or an empty bracket where a number should be.
    view = _view(unit, language, wave)
    nodes = (*cover(view), *board(view), *certainty(view))
    found = HOLES.findall(_text(nodes))
    assert found == []


@pytest.mark.parametrize(("wave", "unit", "language"), CASES)
def test_section_8_asks_the_same_five_questions_in_both_languages(wave: str, unit: str, language: str) -> None:
    # If this fails, one language's board is told less of how far the numbers carry.
    nodes = certainty(_view(unit, language, wave))
    headings = [node.id for node in nodes if isinstance(node, Heading)]
    assert headings == ["certainty", "otherwise", "same-thing", "belong-together", "who-differs", "weights"]
    kinds = [type(node).__name__ for node in nodes]
    assert kinds == [type(node).__name__ for node in certainty(_view(unit, LANGUAGES[language == "en"], wave))]
    assert len([node for node in nodes if isinstance(node, Chart)]) == 1


def test_every_id_in_a_report_stands_once() -> None:
    # If this fails, a link of the contents leads to another place.
    ids = [node.id for node in _every(_view("NC")) if isinstance(node, Heading | Table | Chart)]
    assert sorted(name for name in set(ids) if ids.count(name) > 1) == []


# -- the verdict ---------------------------------------------------------------------------------------------------------


VERDICTS = {
    "en": ("stands.", "is likely but not certain.", "is not settled.", "nobody can say."),
    "zh": ("站得住。", "把握较大", "还说不准。", "谁也说不准。"),
}


@pytest.mark.parametrize(("wave", "unit", "language"), CASES)
def test_the_verdict_says_how_often_the_level_came_out(wave: str, unit: str, language: str) -> None:
    # If this fails, the first sentence of the section promises more, or less, than a thousand draws gave.
    view = _view(unit, language, wave)
    robust, text = view.unit.robustness, _lead(certainty(view))
    assert robust is not None
    stands, likely, open_, unknown = VERDICTS[language]
    if robust.level_differs is None:
        assert unit == "EX"
        assert unknown in text
        return
    same = round(1000 * robust.levels[str(view.unit.overall.level)])
    assert f"{same}" in text or same == 1000
    assert (stands in text, likely in text, open_ in text) == (same >= 950, 800 <= same < 950, same < 800)
    for name, share in robust.levels.items():
        level = {"en": f"level {name}", "zh": f"{name}级"}[language]
        assert level in text
        assert name == str(view.unit.overall.level) or f"{round(1000 * share)}" in text.split(level)[1]


@pytest.mark.parametrize(
    ("levels", "en", "zh"),
    [
        ({"2": 1.0}, "The result, level 2, stands. Worked out 1,000 times", "2级，站得住。"),
        ({"2": 0.95, "1": 0.05}, "that came out 950 times, else level 1 (50).", "950次是这个结果，其余为1级（50次）。"),
        ({"1": 0.1, "2": 0.85, "3": 0.05}, "850 times, else level 1 (100) and level 3 (50).", "1级（100次）和3级（50次）。"),
        ({"0": 0.4, "2": 0.6}, "not settled. Worked out 1,000 times", "2级，还说不准。"),
    ],
)
def test_the_verdict_word_for_word(levels: dict[str, float], en: str, zh: str) -> None:
    # If this fails, the sentence that every board reads first has changed.
    robust = Robustness(1 - levels["2"], 0.0, 0.0, levels, (2.2, 2.8), 60.0, 1000)
    for language, text in (("en", en), ("zh", zh)):
        view = _view("NC", language)
        assert text in _lead(certainty(replace(view, unit=replace(view.unit, robustness=robust))))


def test_gates_are_named_where_they_hold_or_give_way() -> None:
    # If this fails, a board asks why 4.0 is level 2, or how 2.8 could be level 1.
    text = _spoken(certainty(_view("OM")))
    assert "What holds it there is STR-4" in text
    assert "by its score alone it would be at level 4" in text
    assert "a gate fell below 2: AUT-1" in text
    view = _view("CA")
    assert "What holds it" not in _spoken(certainty(view))
    sure = Robustness(0.0, 0.0, 0.0, {"3": 1.0}, (3.2, 3.8), 60.0, 1000)
    assert "a gate fell below" not in _spoken(certainty(replace(view, unit=replace(view.unit, robustness=sure))))
    by_score = Robustness(0.1, 0.1, 0.0, {"3": 0.9, "2": 0.1}, (2.9, 3.8), 60.0, 1000)
    assert "a gate fell below" not in _spoken(certainty(replace(view, unit=replace(view.unit, robustness=by_score))))


def test_an_interval_that_reaches_below_a_level_shows_it() -> None:
    # If this fails, "2.0–2.3 leaves room for another level" makes the reader doubt the writer.
    view = _view("NC")
    overall = replace(view.unit.overall, score=2.1, ci=(1.99, 2.26), bounds=(1.93, 2.6))
    text = _spoken(certainty(replace(view, unit=replace(view.unit, overall=overall))))
    assert "other people (1.99–2.26) and the open answers (1.9–2.6) each leave room" in text


@pytest.mark.parametrize(
    ("ci", "bounds", "sign"),
    [
        ((2.2, 2.8), (2.1, 2.9), "open answers cannot"),
        ((2.2, 2.8), (1.8, 2.9), "leave room for another level"),
        ((1.9, 2.8), (2.1, 2.9), "Quote the score with its interval"),
        ((1.9, 2.8), (1.8, 3.1), "does not settle the level"),
    ],
)
def test_a_score_near_a_level_is_not_called_firm(ci: tuple[float, float], bounds: tuple[float, float], sign: str) -> None:
    # If this fails, a score is called firm whose interval or bounds reach into another level.
    view = _view("NC")
    overall = replace(view.unit.overall, ci=ci, bounds=bounds)
    text = _spoken(certainty(replace(view, unit=replace(view.unit, overall=overall))))
    assert sign in text


def test_a_unit_below_the_first_level_has_a_sentence() -> None:
    # If this fails, a weak unit "is at level None".
    view = _view("NC")
    overall = replace(view.unit.overall, level=None, continuous_level=None, score=0.8, ci=(0.7, 0.9), bounds=(0.6, 0.95))
    robust = Robustness(0.1, 0.1, 0.0, {"0": 0.9, "1": 0.1}, (0.7, 1.02), 60.0, 1000)
    text = _lead(certainty(replace(view, unit=replace(view.unit, overall=overall, robustness=robust))))
    assert text.startswith("The result, below the first level, is likely but not certain.")
    assert "900 times, else level 1 (100)" in text


# -- tables --------------------------------------------------------------------------------------------------------------


def test_bounds_interval_and_aggregations_stand_side_by_side() -> None:
    # If this fails, the reader cannot compare them, which the section is for.
    view = _view("EC")
    table = _table(certainty(view), "certainty-table")
    labels = [column.label for column in table.columns]
    assert labels == [
        "Dimension",
        "Score (Arithmetic mean)",
        "95% interval",
        "Bounds",
        "Geometric mean",
        "Weakest part",
        "Answered",
    ]
    assert _row(table, "Overall") == ["Overall", "2.8", "2.7–2.9", "2.7–2.9", "2.8", "2.1", "96% n = 22"]
    whole = _row(table, "Information-system maturity")
    assert (whole[1], whole[3]) == ("3.2", "3.2"), "every question was answered"
    assert plain(table.note) == ""
    assert len(table.rows) == 1 + len(view.instrument.blocks)


def test_a_policy_of_another_aggregation_is_the_one_in_force(make_engagement: Callable[..., Path], instrument: Any) -> None:
    # If this fails, the column of scores is named after a mean that was not used.
    instrument["policy"] = {"aggregation": "minimum"}
    view = _made(make_engagement(instrument=instrument))
    table = _table(certainty(view), "certainty-table")
    assert [column.label for column in table.columns][1] == "Score (Weakest part)"
    assert [column.label for column in table.columns][4:6] == ["Arithmetic mean", "Geometric mean"]
    block = view.unit.overall
    assert table.rows[0][1].sort == block.score == block.aggregations["minimum"]
    assert table.rows[0][4].sort == block.aggregations["arithmetic"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_role_was_not_asked_is_no_secret_that_is_withheld(language: str) -> None:
    # If this fails, a reader takes a question that never went to a role for an answer that is hidden.
    view = _view("SC", language)
    words = view.words
    seen = set()
    for node in dimensions(view):
        if not (isinstance(node, Table) and node.id.endswith("-criteria")):
            continue
        names = {words.of(role.name): role.id for role in view.instrument.roles}
        note = plain(node.note)
        found = set()
        for row in node.rows:
            criterion = plain(row[0].text).split(" ")[0]
            for column, cell in zip(node.columns, row, strict=True):
                if column.label not in names:
                    continue
                reason = view.unit.roles[names[column.label]].reasons.get(criterion)
                found.add(reason)
                shown = {None: None, Reason.NOT_ASKED: words("not_asked_mark")}.get(reason, "–")
                assert shown in (None, plain(cell.text))
                assert cell.title == (words(f"reason_{reason}") if reason else "")
        labels = {
            Reason.NOT_ASKED: words("table_criteria_not_asked"),
            Reason.WITHHELD: words("table_criteria_withheld", least=3),
            Reason.NO_ANSWERS: words("table_criteria_no_answers"),
        }
        assert {reason for reason, text in labels.items() if text in note} == found - {None}
        seen |= found
    assert seen >= {None, Reason.NOT_ASKED, Reason.WITHHELD}, "the sample has these"


def test_a_role_with_one_person_is_named_where_the_interval_leaves_it_out() -> None:
    # If this fails, an interval passes for whole although one role could not move it.
    note = plain(_table(certainty(_view("SC")), "certainty-table").note)
    assert note.startswith("Of Customers only one person answered")
    assert plain(_table(certainty(_view("SC", "zh")), "certainty-table").note).startswith("客户只有一人作答")
    assert plain(_table(certainty(_view("EX")), "certainty-table").note) == "", "there is no interval at all"


def test_agreement_has_chance_and_limit_beside_it() -> None:
    # If this fails, a rWG(J) that only many questions made high stands alone.
    table = _table(certainty(_view("EC")), "agreement-table")
    assert _row(table, "Strategic alignment") == [
        "Strategic alignment",
        "yes",
        "very strong 0.94",
        "0.61",
        "0.70 / 0.83",
        "9",
        "20",
    ]
    row = _row(table, "Information-system maturity")
    assert row[1:5] == ["no: the answers lie too far apart", "lacking 0.00", "0.58", "1.66 / 0.83"]
    row = _row(_table(certainty(_view("EX")), "agreement-table"), "Institutional authority")
    assert row[1] == "no: with 2 people, chance alone could look like this"


def test_words_for_agreement_are_those_of_the_result() -> None:
    # If this fails, the report has a yardstick of its own.
    view = _view("SC")
    table = _table(certainty(view), "agreement-table")
    for block, row in zip(view.instrument.blocks, table.rows, strict=True):
        band = view.unit.agreement[block.id].band
        assert plain(row[2].text).startswith(view.words(f"band_{band}"))


@pytest.mark.parametrize(("language", "said"), [("en", "9 at 1–2, none at 3, 8 at 4–5"), ("zh", "9人选1–2，无人选3，8人选4–5")])
def test_the_least_agreed_questions_say_what_was_chosen(language: str, said: str) -> None:
    # If this fails, the reader is told that people disagree and not how.
    table = _table(certainty(_view("EC", language)), "least-agreed-table")
    assert len(table.rows) == 5
    assert plain(table.rows[0][0].text).startswith("INF-2-Q1")
    assert plain(table.rows[0][2].text) == said
    order = [row[1].sort for row in table.rows]
    assert order == sorted(order, key=lambda value: value or 0.0)


def test_questions_of_two_people_are_left_out_where_there_are_others() -> None:
    # If this fails, a quarrel of two people heads the list of a unit of fifteen.
    view = _view("SC")
    asked = view.result.units["SC"].questions["AUT-1-Q1"]
    assert (asked.rwg, asked.n, asked.withheld) == (0, 2, Reason.TOO_FEW_RESPONDENTS)
    names = [plain(row[0].text) for row in _table(certainty(view), "least-agreed-table").rows]
    assert not any(name.startswith("AUT-1-Q1") for name in names)
    alone = certainty(_view("EX"))
    assert not any(isinstance(node, Table) and node.id == "least-agreed-table" for node in alone)
    assert "Fewer than 3 people answered them" in _spoken(alone)


def test_reliability_is_by_role_where_nobody_is_asked_everything() -> None:
    # If this fails, a dimension whose roles answer different questions has a dash and no reason to trust it.
    table = _table(certainty(_view("NC")), "reliability-table")
    names = [plain(row[0].text) for row in table.rows]
    at = names.index("Organisation and process fit")
    assert names[at + 1 : at + 5] == ["Executives", "Key account managers", "Sales", "Operations"]
    assert [plain(cell.text) for cell in table.rows[at]][1:5] == ["–", "–", "8", "0"]
    assert _row(table, "Key account managers")[1:5] == ["good 0.91 0.83–0.96", "0.91", "7", "18"]
    assert _row(table, "Information-system maturity")[1] == "very close 0.98 0.96–0.99"
    assert _row(table, "Institutional authority")[1] == "usable 0.75 0.53–0.88"
    assert len(names) == 10


def test_whose_reliability_it_is_and_how_far_units_differ() -> None:
    # If this fails, the α of eighteen account managers passes for that of all ninety-five people.
    text = _spoken(certainty(_view("NC")))
    assert "only one is asked every question of a dimension: Key account managers" in text
    assert "37% to 73% are differences between the 6 units (ICC(1); the table gives its interval" in text
    assert "0.88–0.98" in text


def test_a_negative_reliability_reads() -> None:
    # If this fails, "-0.31 -0.90-0.20" stands in a table.
    view = _view("NC")
    part = RoleReliability(-0.314, (-0.9, 0.2), None, 6, 2)
    odd = Reliability(-0.314, (-0.9, 0.2), None, -0.02, -0.1, 6, n_items=2, band="low", icc_n=9, n_units=2, by_role={"kam": part})
    result = replace(view.result, reliability=dict.fromkeys(view.result.reliability, odd))
    nodes = certainty(replace(view, result=result))
    table = _table(nodes, "reliability-table")
    assert plain(table.rows[0][1].text) == "low −0.31 −0.90 to 0.20"
    assert plain(table.rows[0][5].text) == "−0.02"
    assert "0% are differences between the 2 units" in _spoken(nodes)


GAP = RoleGap("STR", "executive", "kam", 3.8, 2.8, 1.0, (0.5, 1.4), 2.06, 0.0002, 0.0024, 3, 5, 7, 0.0002)


def test_gaps_that_are_certain_come_first_and_all_of_them() -> None:
    # If this fails, a guess stands above a finding, or a finding is left out.
    view = _view("NC")
    second = replace(GAP, low="sales", difference=0.6)
    guess = replace(GAP, dimension="AUT", difference=2.0, p_holm=0.4, ci=(-0.3, 3.9), g=None)
    hidden = replace(guess, low="sales", difference=1.0)
    nodes = certainty(replace(view, unit=replace(view.unit, gaps=(second, GAP, guess, hidden))))
    table = _table(nodes, "role-gaps-table")
    rows = [[plain(cell.text) for cell in row] for row in table.rows]
    assert [row[0] for row in rows] == ["Strategic alignment", "Strategic alignment", "Institutional authority"]
    assert rows[0][1:] == [
        "Executives 3.8 (3)",
        "Key account managers 2.8 (5)",
        "1.0 0.5–1.4",
        "large (2.06)",
        "1 time in 410",
        "7",
    ]
    assert rows[2][3:6] == ["2.0 −0.3 to 3.9", "no spread within roles", "more than 1 time in 5"]
    assert "More than noise: 2 of 4 comparisons" in _spoken(nodes)


def test_gaps_none_of_which_is_certain_are_called_hints() -> None:
    # If this fails, distances between three and five people are sold as findings.
    for unit in ("NC", "CA"):
        view = _view(unit)
        nodes = certainty(view)
        told = sum(gap.p_holm is not None for gap in view.unit.gaps)
        assert told < len(view.unit.gaps)
        if told:
            assert f"Not one of {told} comparisons that could be told from chance is proven" in _spoken(nodes)
        else:
            assert f"In all {len(view.unit.gaps)} comparisons people are so few" in _spoken(nodes)
        assert "that they agree" in _spoken(nodes)
        dimensions = {gap.dimension for gap in view.unit.gaps}
        assert len(_table(nodes, "role-gaps-table").rows) == len(dimensions) > 2


@pytest.mark.parametrize("unit", ["EX", "SC"])
def test_a_unit_without_comparisons_says_what_is_compared(unit: str) -> None:
    # If this fails, an empty table asks the reader to guess.
    view = replace(_view(unit), unit=replace(_view(unit).unit, gaps=()))
    assert "No two roles can be compared" in _spoken(certainty(view))


def _figures(view: View) -> list[tuple[str, str, str]]:
    (found,) = (node for node in certainty(view) if isinstance(node, KeyFigures))
    return [(item.label, item.value, item.note) for item in found.items]


def test_robustness_by_people_by_weights_and_by_both() -> None:
    # If this fails, nobody can say whether people or weights make a level unsure.
    view = _view("SC")
    robust = Robustness(0.061, 0.055, 0.004, {"1": 0.939, "2": 0.061}, (1.97, 2.24), 60.0, 1000)
    assert _figures(replace(view, unit=replace(view.unit, robustness=robust))) == [
        ("Other people", "6%", "another level: 55 of 1,000"),
        ("Other weights", "under 1%", "another level: 4 of 1,000"),
        ("Both", "6%", "another level: 61 of 1,000"),
        ("Score, both", "1.97–2.24", "95 of 100 draws"),
    ]
    assert _figures(_view("EX")) == [
        ("Other people", "–", "one respondent a role"),
        ("Other weights", "0%", "another level: 0 of 1,000"),
        ("Both", "–", "one respondent a role"),
    ]


# -- board, cover, dimensions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_page_warns_before_its_findings_and_only_where_it_must(language: str) -> None:
    # If this fails, a score that nothing carries goes to the board without a word (or every page cries wolf).
    for unit, count in (("EC", 1), ("SC", 1), ("EX", 1), ("NC", 0), ("CA", 0), ("OM", 0)):
        kinds = [type(node).__name__ for node in board(_view(unit, language))]
        assert kinds.count("Banner") == count, unit
        if count:
            assert kinds.index("Banner") < kinds.index("Cards")


@pytest.mark.parametrize("unit", UNITS)
def test_the_board_reads_what_people_say_first_and_then_what_the_data_show(unit: str) -> None:
    # If this fails, the board's two pages hold more than a board reads, or the data come before the claim they are held against.
    nodes = [node for node in board(_view(unit)) if isinstance(node, Cards)]
    said, shown = ([card.kind for card in node.items] for node in nodes)
    assert said.count("strength") <= 3
    assert said.count("gap") == 3
    assert said.count("disagreement") <= 1
    assert said.count("say_do") <= 1
    assert set(shown) == {"data"}
    assert len(shown) <= 6


@pytest.mark.parametrize("unit", ["EC", "SC"])
def test_what_the_board_page_says_the_cover_does_not(unit: str) -> None:
    # If this fails, the same warning stands twice in two pages.
    on_cover = " ".join(plain(node.text) for node in cover(_view(unit)) if isinstance(node, Banner))
    assert "No score for" not in on_cover
    assert "camps" not in on_cover


@pytest.mark.parametrize(
    ("levels", "sign"),
    [
        ({"1": 0.35, "2": 0.65}, "could as well be at level 1"),
        ({"2": 0.7, "3": 0.3}, "close to level 3"),
        ({"2": 0.9, "1": 0.1}, ""),
        ({"0": 0.3, "2": 0.7}, ""),
        ({}, ""),
    ],
)
def test_the_headline_is_no_surer_than_the_draws(levels: dict[str, float], sign: str) -> None:
    # If this fails, the title promises a level that comes out in two draws of three.
    view = _view("NC")
    differs = sum(share for name, share in levels.items() if name != "2")
    robust = Robustness(differs if levels else None, None, None, levels, None, 60.0, 1000)
    (first, *_) = cover(replace(view, unit=replace(view.unit, robustness=robust)))
    title = first.title  # type: ignore[union-attr]
    assert sign in title
    assert ("stands at level 2, Emerging" in title) == (sign in ("", "close to level 3"))


def test_a_dimension_that_people_do_not_agree_on_says_so_in_its_place() -> None:
    # If this fails, the section is read without the warning on the board's page.
    found = [plain(node.text) for node in dimensions(_view("EC")) if isinstance(node, Banner)]
    assert len(found) == 1
    for part in ("3.2", "too far from it", "lacking", "0.00", "n = 20"):
        assert part in found[0]
    assert [node for node in dimensions(_view("NC")) if isinstance(node, Banner)] == []


def test_a_role_chart_is_followed_by_what_it_is_worth() -> None:
    # If this fails, a long line between two roles is taken for a finding.
    view = _view("NC")
    nodes = dimensions(view)
    followed = 0
    for at, node in enumerate(nodes):
        if isinstance(node, Chart) and node.id.endswith("-roles"):
            dimension = node.id.removesuffix("-roles")
            if any(gap.dimension == dimension for gap in view.unit.gaps):
                following = nodes[at + 1]
                assert isinstance(following, Paragraph)
                assert re.search(r"proof|chance|noise|No difference", plain(following.text))
                followed += 1
    assert followed > 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_appendix_explains_every_term(language: str) -> None:
    # If this fails, α, ω, ICC or g stand in a report that nowhere says what they are.
    nodes = appendix(_view("NC", language))
    policy, *_metrics, glossary = (node for node in nodes if isinstance(node, Definitions))
    terms = " ".join(plain(term) + plain(text) for term, text in glossary.items)
    for sign in ("α", "ω", "ICC(1)", "ICC(2)", "rWG(J)", "0.8"):
        assert sign in terms, sign
    rules = " ".join(plain(text) for _, text in policy.items)
    for sign in ("1,000", "Dirichlet", "Holm", "Hedges", "Feldt", "Krippendorff", {"en": "too narrow", "zh": "偏窄"}[language]):
        assert sign in rules, sign


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "Level 2 in about 9 draws of 10. The risk is AUT-1 “Authority by rule” (2.4, 1.9–3.0): "
                "below 2 it pulls the unit to level 1."
            ),
        ),
        ("zh", "重算10次，约9次是2级。 风险在AUT-1 “制度授权”（2.4，区间1.9–3.0）：低于2，整个单元就被拉到1级。"),
    ],
)
def test_the_board_reads_which_gate_puts_its_level_at_risk(language: str, said: str) -> None:
    # If this fails, the board learns eight sections later that one answer fewer takes a level away.
    view = _view("EC", language)
    told = [plain(node.text) for node in board(view) if isinstance(node, Paragraph)]
    assert told[0] == said
    assert told[-1] == plain(board_roadmap(view)[0].text), "the last one is what to do first"
    rare = Robustness(0.04, 0.04, 0.0, {"2": 0.96, "1": 0.04}, (2.6, 2.9), 60.0, 1000)
    seldom = board(replace(view, unit=replace(view.unit, robustness=rare)))
    assert [plain(node.text) for node in seldom if isinstance(node, Paragraph)] == told[1:]
    often = replace(rare, level_differs=0.06, levels={"2": 0.94, "1": 0.06})
    found = [node for node in board(replace(view, unit=replace(view.unit, robustness=often))) if isinstance(node, Paragraph)]
    assert {"en": "about 19 draws of 20", "zh": "重算20次，约19次"}[language] in plain(found[0].text)


def _cover_text(view: View) -> str:
    first, *rest = cover(view)
    return plain(first.lead) + " " + _spoken(tuple(rest))  # type: ignore[union-attr]


def test_a_mean_that_is_nobodys_opinion_is_neither_best_nor_weakest() -> None:
    # If this fails, the cover praises the 3.2 of two camps, and its section shows a level that nobody chose.
    view = _view("EC")
    text = _cover_text(view)
    assert "strongest in “Retention methods” (2.8)" in text
    assert "On “Information-system maturity” people do not agree" in text
    nodes = dimensions(view)
    at = next(number for number, node in enumerate(nodes) if isinstance(node, Heading) and node.id == "INF")
    end = next(number for number, node in enumerate(nodes) if number > at and isinstance(node, Heading) and node.level == 1)
    assert "do not quote level 3" in plain(nodes[at + 1].text)  # type: ignore[union-attr, arg-type]
    assert not any(isinstance(node, Ladder) for node in nodes[at:end])
    assert len([node for node in nodes if isinstance(node, Ladder)]) > 3


def test_one_dimension_alone_is_neither_best_nor_weakest() -> None:
    # If this fails, a dimension is compared with itself.
    view = _view("EC")
    agreement = {name: replace(found, carries=name == "STR") for name, found in view.unit.agreement.items()}
    text = _cover_text(replace(view, unit=replace(view.unit, agreement=agreement)))
    assert text.startswith("Those asked give it 2.8 (2.7–2.9). On “Organisation")
    assert "strongest" not in text


def test_at_the_lowest_level_nothing_is_said_to_be_lower() -> None:
    # If this fails, a unit at level 1 is told that it may be at a lower one.
    text = _cover_text(_view("SC"))
    assert "That the result is level 1 comes from STR-4 “Selection criteria”" in text
    assert "lower" not in text
    view = _view("OM")
    overall = replace(view.unit.overall, open_gates=("STR-4",))
    assert "the level may be lower than shown" in _cover_text(replace(view, unit=replace(view.unit, overall=overall)))


def test_an_anchor_is_not_printed_as_if_it_had_been_seen() -> None:
    # If this fails, "eight of ten answers meet the limit" stands in a report although nobody counted.
    ladders = [node for node in dimensions(_view("NC")) if isinstance(node, Ladder)]
    assert ladders
    for ladder in ladders:
        assert re.match(r"Mean \d\.\d\. What answer \d, .*, would mean \(not checked\)", ladder.steps[0].label)


def test_roles_too_small_to_differ_are_not_said_to_agree() -> None:
    # If this fails, three people against three pass for "no difference".
    view = _view("NC")

    def said(*gaps: RoleGap) -> str:
        return _spoken(certainty(replace(view, unit=replace(view.unit, gaps=gaps))))

    few = replace(GAP, dimension="RET", p_holm=None, p_least=0.1)
    assert "In all 2 comparisons people are so few" in said(few, replace(few, dimension="AUT"))
    assert "In the only comparison people are so few" in said(few)
    text = said(GAP, few)
    assert "More than noise: 1 of 1 comparisons that could tell." in text
    assert "In the other 1 of 2 people are so few" in text
    table = next(node for node in certainty(replace(view, unit=replace(view.unit, gaps=(GAP, few)))) if _is_gaps(node))
    assert [plain(row[5].text) for row in table.rows] == ["1 time in 410", "too few people"]


def _is_gaps(node: object) -> bool:
    return isinstance(node, Table) and node.id == "role-gaps-table"


def test_a_conclusion_goes_before_the_coefficients() -> None:
    # If this fails, a reader must know what α is to learn which means to use.
    view = _view("NC")
    nodes = certainty(view)
    at = next(number for number, node in enumerate(nodes) if isinstance(node, Heading) and node.id == "belong-together")
    text = plain(nodes[at + 1].text)  # type: ignore[union-attr, arg-type]
    assert "“Key account manager capability” and “Information-system maturity” hang together:" in text
    assert "“Institutional authority” it cannot be said" in text, "0.66, but 0.37 to 0.84"
    for ends, said in (
        ((0.71, 0.85), "every dimension hang together"),
        ((0.69, 0.85), "together cannot be said"),
        ((0.4, 0.69), "do not hang together** Read the criteria one by one. It is the question set, not a fault of your unit."),
        (None, "together cannot be said"),
    ):
        alpha = sum(ends) / 2 if ends else None
        assert said.replace("**", ".") in _spoken(certainty(_with_reliability(view, alpha=alpha, alpha_ci=ends, by_role={})))


def test_roles_that_contradict_a_reliability_are_named() -> None:
    # If this fails, what all people have in common is said of a role that does not have it.
    view = _view("NC")
    low = RoleReliability(0.4, (0.2, 0.69), None, 30, 5, None)
    text = _spoken(certainty(_with_reliability(view, alpha=0.8, alpha_ci=(0.75, 0.85), by_role={"kam": low})))
    assert "every dimension hang together" in text
    assert "Key account managers on “Strategic alignment” (α 0.40, at most 0.69)" in text
    near = RoleReliability(0.4, (0.2, 0.71), None, 30, 5, None)
    text = _spoken(certainty(_with_reliability(view, alpha=0.8, alpha_ci=(0.75, 0.85), by_role={"kam": near})))
    assert "Not for every role" not in text


def _with_reliability(view: View, **changes: object) -> View:
    found = {name: replace(known, **changes) for name, known in view.result.reliability.items()}  # type: ignore[arg-type]
    return replace(view, result=replace(view.result, reliability=found))


def test_a_gate_near_its_level_is_named_where_the_score_may_fall_too() -> None:
    # If this fails, the gate that decides as often as the score is not spoken of.
    view = _view("CA")
    unit = view.unit
    robust = unit.robustness
    assert robust is not None
    level = unit.overall.level or 0
    start = next(entry.start for entry in view.instrument.levels if entry.level == level)
    lower = {str(level): 0.6, str(level - 1): 0.4}
    gate = next(name for name in view.scored_criteria if view.criteria[name].gate)
    near = replace(unit.criteria[gate], ci=(start - 0.1, start + 0.9))

    def at(least: float) -> View:
        drawn = replace(robust, levels=lower, level_differs=0.4, score_range=(least, 4.0))
        return replace(view, unit=replace(unit, robustness=drawn, criteria={**unit.criteria, gate: near}))

    assert "the overall score or a gate fell below 3. Gates that may do so" in _spoken(certainty(at(start - 0.1)))
    assert "it was not for the overall score" in _spoken(certainty(at(start)))
    assert gate in gates_at_risk(at(start - 0.1))


@pytest.mark.parametrize(
    ("dk", "unanswered", "said"),
    [(3, 1, "they do not see"), (1, 3, "find out why"), (2, 2, "find out why"), (1, 0, "No question stands out")],
)
def test_an_empty_answer_is_not_taken_for_not_knowing(dk: int, unanswered: int, said: str) -> None:
    # If this fails, who overlooked a page is told not to know the customer.
    view = _view("NC")
    full = {"n": 16, "dk": 0, "na": 0, "unanswered": 0, "withheld": None}
    questions = {name: replace(found, **full) for name, found in view.unit.questions.items()}
    questions["STR-1-Q1"] = replace(questions["STR-1-Q1"], dk=dk, unanswered=unanswered)
    nodes = certainty(replace(view, unit=replace(view.unit, questions=questions)))
    assert said in plain(_table(nodes, "open-answers-table").note)


def test_questions_left_open_of_which_nothing_may_be_told_are_counted() -> None:
    # If this fails, a unit where so few share a role is told that everybody answered everything, or who did not.
    view = _view("SC")
    hidden = sum(found.dk is None for found in view.unit.questions.values())
    assert hidden > 10
    assert f"{hidden} more were left open" in plain(_table(certainty(view), "open-answers-table").note)
    questions = {name: found for name, found in view.unit.questions.items() if found.dk is None}
    alone = certainty(replace(view, unit=replace(view.unit, questions={**view.unit.questions, **_answered(view, questions)})))
    assert f"{hidden} more were left open" in _spoken(alone)
    assert "by everyone who was asked" not in _spoken(alone)


def _answered(view: View, but: Mapping[str, QuestionResult]) -> dict[str, QuestionResult]:
    """All questions but some, as if everybody had answered them."""
    return {
        name: replace(found, n=9, dk=0, na=0, unanswered=0, withheld=None)
        for name, found in view.unit.questions.items()
        if name not in but
    }


@pytest.mark.parametrize(("language", "sign"), [("en", "t is not shown how the answers"), ("zh", "不显示答案分布")])
def test_why_answers_are_not_shown_is_said_once_by_table_and_chart(language: str, sign: str) -> None:
    # If this fails, a reader sees dashes and takes them for a fault, or reads the same sentence at every question.
    nodes = appendix(_view("SC", language))
    tables = [node for node in nodes if isinstance(node, Table) and node.id.endswith("-questions")]
    assert len(tables) == 7
    for table in tables:
        missing = any(cell.sort is None and not cell.title.startswith("no ") for row in table.rows for cell in row[3:])
        assert plain(table.note).count(sign) == int(missing), table.id
    shown = dimensions(_view("SC", language))
    assert sum(plain(node.text).count(sign) for node in shown if isinstance(node, Paragraph)) == 7


def test_an_interval_is_explained_with_its_own_figures() -> None:
    # If this fails, the reader believes that other people were asked.
    text = _spoken(certainty(_view("OM")))
    assert "had others in the same jobs answered, 4.0 would most likely lie between 3.8 and 4.2." in text
    assert "the computer drew the 16 people again 1,000 times" in text
    assert "cannot be worked out (one respondent a role)" in _spoken(certainty(_view("EX")))


# -- units that barely exist ---------------------------------------------------------------------------------------------


def _people(*people: tuple[str, str, str]) -> list[list[str]]:
    return [
        ["2026", "N", respondent, role, question, answer, ""]
        for respondent, role, answer in people
        for question in ("A-1-Q1", "A-2-Q1", "B-1-Q1")
        if role == "lead" or question != "A-2-Q1"
    ]


SMALL = {
    "one person": _people(("R1", "lead", "0.5")),
    "two alike": _people(("R1", "lead", "0.5"), ("R2", "lead", "0.5")),
    "nothing known": _people(("R1", "lead", "DK"), ("R2", "staff", "DK")),
    "one role": _people(*((f"R{n}", "lead", value) for n, value in enumerate(("0", "0.25", "0.5", "1")))),
    "two camps": _people(*((f"R{n}", "lead", value) for n, value in enumerate(("0", "0", "0", "1", "1", "1")))),
    "half unknown": [
        [*row[:5], "DK" if row[4] != "B-1-Q1" else row[5], ""] for row in _people(("R1", "lead", "1"), ("R2", "lead", "0.5"))
    ],
    "does not apply": [[*row[:5], "NA", "not here"] for row in _people(("R1", "lead", "1"), ("R2", "lead", "0.5"))],
    "all at the top": _people(*((f"R{n}", role, "1") for n, role in enumerate(("lead",) * 3 + ("staff",) * 3))),
    "roles apart": _people(
        *((f"L{n}", "lead", value) for n, value in enumerate(("1", "1", "1", "1", "0.5"))),
        *((f"S{n}", "staff", value) for n, value in enumerate(("0", "0", "0", "0.25", "0"))),
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", SMALL)
def test_a_unit_that_barely_exists_still_reads(make_engagement: Callable[..., Path], case: str, language: str) -> None:
    # If this fails, one small unit stops a batch, or its report has holes.
    view = _made(make_engagement(answers=SMALL[case]), language=language)
    text = _text(_every(view))
    assert HOLES.findall(text) == []
    ids = [node.id for node in certainty(view) if isinstance(node, Heading)]
    assert ids[:5] == ["certainty", "otherwise", "same-thing", "belong-together", "who-differs"]
    assert ("weights" in ids) == (view.unit.overall.score is not None)
    for node in certainty(view):
        for cell in [cell for row in node.rows for cell in row] if isinstance(node, Table) else []:
            assert isinstance(cell, Cell)
            assert plain(cell.text)
            assert cell.sort is None or cell.sort == cell.sort, "NaN"


def test_a_unit_without_a_score_says_there_is_none_to_trust(make_engagement: Callable[..., Path]) -> None:
    # If this fails, a section on certainty speaks of a score that does not exist.
    view = _made(make_engagement(answers=SMALL["nothing known"]))
    assert "There is no overall score to trust or to doubt (no answers)" in _lead(certainty(view))
    assert [plain(node.text)[:17] for node in board(view) if isinstance(node, Banner)] == ["No overall score."]


def test_one_unit_alone_cannot_be_compared(make_engagement: Callable[..., Path]) -> None:
    # If this fails, the report of a company with one unit says that 0% lies between its units.
    text = _spoken(certainty(_made(make_engagement(answers=SMALL["one role"]))))
    assert "cannot be said" in text
    assert "differences between the 1 unit" not in text


def test_a_clear_gap_in_a_small_engagement_is_more_than_noise(make_engagement: Callable[..., Path]) -> None:
    # If this fails, not even five against five who never meet are told apart.
    view = _made(make_engagement(answers=SMALL["roles apart"]))
    assert any(gap.certain for gap in view.unit.gaps)
    nodes = certainty(view)
    assert re.search(r"More than noise: [12] of [12] comparisons", _spoken(nodes))
    said = " ".join(plain(node.text) for node in dimensions(view) if isinstance(node, Paragraph))
    assert "Leads rate this" in said
    assert "More than noise" in said
    finding = next(text for text in _text(board(view)).split("\n\n") if text.startswith("Disagreement"))
    assert "Leads" in finding
    assert "Staff" in finding
    assert not re.search("rule out chance|not a proof|may be chance", finding)
