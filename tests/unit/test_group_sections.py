"""The overview of a group says who leads and how sure, and says no more than the numbers carry."""

from __future__ import annotations

import dataclasses
import json
import re
import string
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from scoring_cases import Row, engagement, words
from scoring_cases import instrument as small_instrument

from kamassess.display import GroupReport, open_group
from kamassess.document import DOCUMENT_MIME, Banner, Cards, Document, KeyFigures, Node, Paragraph, Table, plain
from kamassess.errors import InputError, KamassessError, UsageError
from kamassess.findings import holds
from kamassess.instrument import Instrument
from kamassess.locale import LANGUAGES, locale
from kamassess.opened import opened_audit
from kamassess.reading.brand import default_brand
from kamassess.recipe import score
from kamassess.render.plain import render_plain
from kamassess.render.typst import check_fragment
from kamassess.resources import carried, package_file
from kamassess.result import (
    CommonGap,
    CustomerGroup,
    GroupDifference,
    GroupUnit,
    Known,
    Lesson,
    MeasuredLevel,
    PriceIndex,
    Rank,
    Reason,
    UnitResult,
)
from kamassess.scoring.group import WHOLE
from kamassess.sections import group
from kamassess.sections.group import GroupView
from kamassess.sections.group import findings as group_findings
from kamassess.sections.group.cover import headline
from kamassess.sections.group.view import MOST_ROWS, ends

SECTIONS = ("cover", "board", "ranking", "spread", "common_gaps", "lessons", "roll_up", "appendix")
COMPARING = ("ranking", "spread", "common_gaps", "lessons", "roll_up")
RULES: dict[str, list[dict[str, Any]]] = yaml.safe_load(package_file("group_findings.yaml").read_text(encoding="utf-8"))
ALL = [(kind, number, rule) for kind, rules in RULES.items() for number, rule in enumerate(rules)]
IDS = [f"{kind}-{number}" for kind, number, _ in ALL]
PEOPLE = {"n", "first_n", "last_n", "learner_n"}
RESTS_ON = {"contradicted": {"criteria"}, "shared": {"products"}}
"""Figures of these kinds come from data, not from people."""
ONE_QUESTION = small_instrument({"A": {"A1": ["q1"]}, "B": {"B1": ["q2"]}}, min_respondents=2)


# Scores and people are those of the sample; what rests on draws (ranks, chances, intervals) is made up, so that the lead is open.
RANKING = {
    "OM": Rank(1, (1, 2), 4.03, 16, 0.78, 0.78),
    "CA": Rank(2, (1, 2), 3.55, 20, 0.22, 1.0),
    "EC": Rank(3, (3, 3), 2.78, 22, 0.0, 0.987),
    "NC": Rank(4, (4, 4), 2.54, 20, 0.0, 1.0),
    "SC": Rank(5, (5, 5), 2.12, 15, 0.0),
    "EX": Rank(None, None, 2.7, 2, reason=Reason.ONE_RESPONDENT_PER_ROLE),
}
LEFT_OUT = {"INF": ("EC",), "AUT": ("SC",)}
AGAIN = {
    "OM": Rank(1, (1, 2), 4.11, 16, 0.69, 0.69),
    "CA": Rank(2, (1, 2), 3.62, 20, 0.31, 1.0),
    "EC": Rank(3, (3, 4), 2.74, 22, 0.0, 0.56),
    "NC": Rank(4, (3, 4), 2.73, 20, 0.0, 1.0),
    "SC": Rank(5, (5, 5), 2.18, 15, 0.0),
}
GAPS = (CommonGap("RET-4", ("NC", "SC", "CA", "OM"), 5, 2.4097, 56), CommonGap("AUT-2", ("NC", "EC"), 4, 1.975, 23))
LESSONS = (
    Lesson("INF-7", "OM", "NC", 4.58, 1.68, 2.9, (2.5, 3.3), 10, 10),
    Lesson("INF-7", "OM", "SC", 4.58, 1.72, 2.86, (2.4, 3.26), 10, 9),
    Lesson("STR-4", "CA", "SC", 3.846, 1.93, 1.92, (1.5, 2.34), 13, 11),
    Lesson("INF-6", "OM", "CA", 4.39, 2.97, 1.42, (0.8, 2.05), 11, 13),
    Lesson("AUT-1", "CA", "OM", 3.75, 2.17, 1.58, (1.0, 2.1), 13, 10),
    Lesson("STR-4", "CA", "OM", 3.846, 2.92, 0.93, (0.5, 1.36), 13, 10),
)


@cache
def _sample(language: str = "en") -> GroupView:
    """What the people of the sample answered, with draws as above, and as if its companies had given no data.

    Draws may change with the way of drawing, and data with the story that the sample tells; the words must not. What data add is
    tested with :func:`_measured` and :func:`_priced`.
    """
    known, result = opened_audit(carried("sample_data"), None)
    order = [name for name, rank in RANKING.items() if rank.rank]
    above = {a: {b: 1.0 if i < j else 0.0 for j, b in enumerate(order) if i != j} for i, a in enumerate(order)}
    above["OM"]["CA"], above["CA"]["OM"] = 0.78, 0.22
    above["EC"]["NC"], above["NC"]["EC"] = 0.987, 0.013
    again = {a: dict(row) for a, row in above.items()}
    again["OM"]["CA"], again["CA"]["OM"] = 0.69, 0.31
    again["EC"]["NC"], again["NC"]["EC"] = 0.56, 0.44
    carried_too = {"left_out": LEFT_OUT, "ranking_carried": AGAIN, "above_carried": again}
    made = dataclasses.replace(result.group, ranking=RANKING, above=above, common_gaps=GAPS, lessons=LESSONS, **carried_too)
    units = {name: dataclasses.replace(result.units[name], whole=None, measured={}) for name in result.units}
    return GroupView(dataclasses.replace(result, group=made, units=units, customer_groups={}), locale(language), known.brand)


def _rows(scores: Mapping[str, Sequence[tuple[float, float]]], role: str = "all") -> list[Row]:
    """A respondent for each pair of answers of a unit."""
    return [
        (unit, f"{unit}{number}", role, {"q1": first, "q2": second})
        for unit, answers in scores.items()
        for number, (first, second) in enumerate(answers)
    ]


def _view(
    scores: Mapping[str, Sequence[tuple[float, float]]],
    language: str = "en",
    *,
    case: Instrument = ONE_QUESTION,
    units: Sequence[str] | None = None,
    parents: Mapping[str, str] | None = None,
    sizes: Mapping[str, float] | None = None,
) -> GroupView:
    """A group from answers to two questions, one in each of two dimensions."""
    made = engagement(case, _rows(scores), units)
    entries = tuple(
        dataclasses.replace(unit, parent=(parents or {}).get(unit.id), size=(sizes or {}).get(unit.id)) for unit in made.units
    )
    result = score(dataclasses.replace(made, units=entries), replicates=50)
    return GroupView(result, locale(language), default_brand())


def _with(view: GroupView, **changed: Any) -> GroupView:
    """The view with parts of the comparison changed."""
    found = dataclasses.replace(view.result, group=dataclasses.replace(view.group, **changed))
    return GroupView(found, view.words, view.brand)


def _told(view: GroupView, units: Mapping[str, UnitResult]) -> GroupView:
    """The view with other results of some units."""
    return GroupView(dataclasses.replace(view.result, units={**view.result.units, **units}), view.words, view.brand)


def _measured(view: GroupView, count: int = 12, **known: tuple[float, float]) -> GroupView:
    """The view with data of units: what is claimed and what is measured of so many criteria, as ``OM=(4.0, 2.0)``."""
    wholes = {name: Known(None, measured, None, claimed, 0, count, 48) for name, (claimed, measured) in known.items()}
    return _told(view, {name: dataclasses.replace(view.unit(name), whole=whole) for name, whole in wholes.items()})


def _levels(view: GroupView, unit: str, levels: Mapping[str, float | None]) -> GroupView:
    """The view with levels of criteria that the data of a unit measure, as ``{"INF-7": 2.0}``."""
    measured = {name: MeasuredLevel(level) for name, level in levels.items()}
    return _told(view, {unit: dataclasses.replace(view.unit(unit), measured=measured)})


def _customer(name: str, *differences: GroupDifference) -> CustomerGroup:
    """A customer that two units serve, which see four products alike."""
    price = PriceIndex(1.0, 5, 60, 9e6, True, 1.0, n_common_products=4, n_common_lines=48)
    unit = GroupUnit(words("u"), 9e6, None, None, 1, 1, price, None, 0, None, None, None, 0)
    money = next((found.money for found in differences if found.kind == "price"), None)
    return CustomerGroup(name, {"EC": unit, "NC": unit}, 2, 18e6, None, 0, None, None, None, money, differences, 5)


def _price(size: float, money: float, *, certain: bool = True) -> GroupDifference:
    """That East China is so much dearer than North China."""
    return GroupDifference("price", "EC", "NC", 1 + size, 1.0, size, money, None, certain)


def _priced(view: GroupView, *customers: CustomerGroup) -> GroupView:
    """The view with customers that several units serve, the most money first."""
    groups = {customer.name: customer for customer in customers}
    return GroupView(dataclasses.replace(view.result, customer_groups=groups), view.words, view.brand)


def _card(view: GroupView, kind: str) -> str | None:
    """What the finding of this kind says; None if there is none."""
    found = [plain(card.body[0]) for card in group_findings.findings(view) if card.title == view.words(f"card_{kind}")]
    return found[0] if found else None


def _section(view: GroupView, name: str) -> tuple[Node, ...]:
    return tuple(getattr(group, name)(view))


def _text(view: GroupView, name: str) -> str:
    """A section as plain text, in one line."""
    return " ".join(render_plain(Document(_section(view, name))).split())


def _table(nodes: Sequence[Node], name: str) -> Table:
    (found,) = [node for node in nodes if isinstance(node, Table) and node.id == name]
    return found


def _cells(table: Table) -> list[list[str]]:
    return [[plain(cell.text) for cell in row] for row in table.rows]


def _texts(cards: Cards) -> list[str]:
    return ["".join(plain(text) for text in card.body) for card in cards.items]


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_made_up_and_real_figures_of_the_picture_are_kept_apart() -> None:
    # If this fails, the answers of the sample have changed: renew the scores of RANKING and AGAIN, GAPS and LESSONS. Else a page
    # that is tested below shows a unit with two scores.
    _, result = opened_audit(carried("sample_data"), None)
    for made, drawn in ((RANKING, result.group.ranking), (AGAIN, result.group.ranking_carried)):
        assert [(name, rank.n) for name, rank in made.items()] == [(name, rank.n) for name, rank in drawn.items()]
        assert [rank.score for rank in made.values()] == pytest.approx([rank.score for rank in drawn.values()], abs=0.006)
    for lesson in LESSONS:
        teacher, learner = (result.units[unit].criteria[lesson.criterion] for unit in (lesson.teacher, lesson.learner))
        assert (teacher.score, teacher.n) == (pytest.approx(lesson.teacher_score, abs=0.006), lesson.teacher_n)
        assert (learner.score, learner.n) == (pytest.approx(lesson.learner_score, abs=0.006), lesson.learner_n)
    assert {gap.criterion: (gap.units, gap.n_units, gap.n) for gap in GAPS}.items() <= {
        gap.criterion: (gap.units, gap.n_units, gap.n) for gap in result.group.common_gaps
    }.items()
    assert not any(view.measured or view.result.customer_groups for view in (_sample(), _sample("zh")))


# -- who leads, who is behind --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            "Contract Manufacturing and Commercial Appliances lead, South China Dealers trails: levels 1 to 3 across the group",
        ),
        ("zh", "代工制造事业部和商用电器事业部并列领先，华南经销事业部落后，各单元1至3级"),
    ],
)
def test_the_title_says_who_leads_and_who_is_behind(language: str, expected: str) -> None:
    # If this fails, the board reads a wrong finding in the largest letters of the report.
    assert headline(_sample(language)) == expected


def test_units_are_apart_only_where_the_draws_say_so() -> None:
    # If this fails, two units that change places are ranked against each other in sentences.
    view = _sample()
    assert view.chance("OM", "CA") == pytest.approx(0.78)
    assert not view.apart("OM", "CA")
    assert view.apart("CA", "EC")
    assert (view.leaders, view.behind) == (("OM", "CA"), ("SC",))


def test_without_their_probability_ranks_tell_units_apart() -> None:
    # In a large group only neighbours are compared: if this fails, all others are taken for equal, or for apart.
    view = _with(_sample(), above={})
    assert not view.apart("OM", "CA"), "both have the ranks 1 and 2"
    assert view.apart("CA", "EC")
    assert view.leaders == ("OM", "CA")


def test_the_last_is_behind_only_if_the_first_is_surely_above_it() -> None:
    # If this fails, a unit is blamed for a place that chance gave it.
    view = _sample()
    above = {a: dict.fromkeys(row, 0.6) for a, row in view.group.above.items()}
    even = _with(view, above=above)
    assert even.even
    assert even.behind == ()
    assert headline(even) == "5 units that cannot be told apart: levels 1 to 3 across the group"
    cards = group_findings.findings(even)
    assert cards[0].title == even.words("card_lead")
    assert "The order of the units carries no weight" in plain(cards[0].body[0])
    assert even.words("card_behind") not in [card.title for card in cards]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_chance_explains_all_differences_nobody_leads(language: str) -> None:
    # Of nine equal units the best looks sure. If this fails, the report crowns it.
    spread = {name: dataclasses.replace(found, p=0.4) for name, found in _sample(language).group.spread.items()}
    view = _with(_sample(language), spread=spread)
    words = view.words
    assert headline(view) == words("group_headline_alike", count=6, span=words("group_span_levels", low=1, high=3))
    titles = [card.title for card in group_findings.findings(view)]
    assert words("card_behind") not in titles
    assert words("card_teach") not in titles
    first = plain(group_findings.findings(view)[0].body[0])
    assert "p = 0.40" in first
    assert {"en": "Nobody leads for sure", "zh": "谈不上谁领先"}[language] in first
    verdict = next(node for node in _section(view, "ranking") if isinstance(node, Paragraph) and node.kind == "lead")
    assert plain(verdict.text) == words("ranking_alike", p="0.40", n=95)
    (figures,) = [node for node in _section(view, "board") if isinstance(node, KeyFigures)]
    assert words("group_figure_first") not in [item.label for item in figures.items]
    lessons = _section(view, "lessons")
    assert [plain(node.text) for node in lessons if isinstance(node, Banner)]
    assert not any(isinstance(node, Cards) for node in lessons), "nobody is sent on a visit that luck proposed"


def test_lessons_that_may_be_luck_are_counted_and_the_others_kept() -> None:
    # If this fails, a sound lesson goes down with the doubtful ones.
    view = _sample()
    spread = {name: dataclasses.replace(found, p=0.4 if name == "INF" else found.p) for name, found in view.group.spread.items()}
    doubting = _with(view, spread=spread)
    nodes = _section(doubting, "lessons")
    (banner,) = [node for node in nodes if isinstance(node, Banner)]
    assert plain(banner.text).startswith("3 of these 6 may be luck. On “Information-system maturity” the units")
    (cards,) = [node for node in nodes if isinstance(node, Cards)]
    assert not any("Performance measurement" in text for text in _texts(cards))
    assert [card.title for card in cards.items] == [
        "South China Dealers at Commercial Appliances",
        "Contract Manufacturing at Commercial Appliances",
    ]
    assert len(_table(nodes, "lessons-table").rows) == 6


# -- the board -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_has_every_unit_with_its_scores_and_people(language: str) -> None:
    # If this fails, the board compares other figures than those of the unit audits.
    view = _sample(language)
    table = _table(_section(view, "board"), "units-table")
    assert [row[0].title for row in table.rows] == ["OM", "CA", "EC", "NC", "SC", "EX"], "ranked first, then not ranked"
    for name, row in zip(view.ranking, table.rows, strict=True):
        unit = view.unit(name)
        assert plain(row[1].text) == str(unit.overall.level) + (" ▲" if unit.overall.blocked_by else "")
        for cell, (key, block) in zip(row[2:], {"overall": unit.overall, **unit.dimensions}.items(), strict=True):
            if block.score is None:
                assert (plain(cell.text), cell.heat, cell.sort) == ("–", None, None)
            else:
                mark = "†" if key in unit.agreement and unit.agreement[key].carries is False else ""
                assert plain(cell.text) == f"{view.points(block.score)}{mark} ({block.n})"
                assert cell.heat == pytest.approx((block.score - 1) / 4)
    missing = {"en": "No score: South China Dealers on “Institutional authority” (too little answered).", "zh": "作答太少"}
    assert missing[language] in plain(table.note)
    assert {"en": "† People there split", "zh": "†该单元的人看法对立"}[language] in plain(table.note)


def test_a_level_held_by_gates_says_which() -> None:
    # If this fails, two units with the same score stand at different levels and nobody learns why.
    view = _sample()
    held = "Contract Manufacturing scores level 4 and is held at 2 by STR-4 "
    assert f"▲ {held}" in plain(_table(_section(view, "board"), "units-table").note)
    lead = group_findings.findings(view)[0]
    assert [plain(text)[: len(held)] for text in lead.body[1:]] == [held]
    alone = _with(view, ranking={name: RANKING[name] for name in ("OM", "NC", "SC")})
    assert len(group_findings.findings(alone)[0].body) == 1, "one leader has no other to differ from"
    assert view.held("CA") is None


def test_a_mean_without_intervals_speaks_of_none_and_says_why() -> None:
    # If this fails, a column promises an interval that never comes.
    table = _table(_section(_sample(), "roll_up"), "roll-up-table")
    assert table.columns[1].label == "Mean"
    assert "since each role has too few people for one in Own-Brand Export" in plain(table.note)
    known = _view({"a": [(2, 2), (3, 3), (4, 3)], "b": [(4, 4), (3, 4), (4, 5)]})
    assert _table(_section(known, "roll_up"), "roll-up-table").columns[1].label == "Mean (interval)"


def test_of_a_large_group_nobody_is_marked_as_split() -> None:
    # If this fails, agreement is computed for hundreds of units.
    view = _sample()
    assert any(view.split(name, entry.id) for name in RANKING for entry in view.instrument.dimensions)
    many = _with(view, ranking={**RANKING, **{f"U{number}": RANKING["EX"] for number in range(40)}})
    assert not any(many.split(name, entry.id) for name in RANKING for entry in many.instrument.dimensions)


def test_the_first_place_is_open_or_sure() -> None:
    # If this fails, a lead that may be luck is printed as a certainty.
    view = _sample()
    (figures,) = [node for node in _section(view, "board") if isinstance(node, KeyFigures)]
    assert figures.items[3].note == "78 : 22 in the draws"
    (chinese,) = [node for node in _section(_sample("zh"), "board") if isinstance(node, KeyFigures)]
    assert (chinese.items[3].label, chinese.items[3].value) == ("第一名", "未定")
    above = {a: dict(row) for a, row in view.group.above.items()}
    above["OM"]["CA"], above["CA"]["OM"] = 0.98, 0.02
    (sure,) = [node for node in _section(_with(view, above=above), "board") if isinstance(node, KeyFigures)]
    assert (sure.items[3].label, sure.items[3].value) == ("Sure of first place", "78%")
    even = {a: dict.fromkeys(row, 0.5) for a, row in above.items()}
    (many,) = [node for node in _section(_with(view, above=even), "board") if isinstance(node, KeyFigures)]
    assert many.items[3].note == "Contract Manufacturing in 78% of the draws"
    assert _with(view, above=even).places("EC") == (1, 5)


def test_figures_of_the_board_are_those_of_the_result() -> None:
    # If this fails, the largest numbers of the page are wrong.
    (figures,) = [node for node in _section(_sample(), "board") if isinstance(node, KeyFigures)]
    assert [(item.label, item.value) for item in figures.items] == [
        ("Mean of the units", "3.0"),
        ("Units with a score", "6"),
        ("Levels", "1–3"),
        ("First place", "open"),
        ("Due to the unit", "71%"),
    ]
    assert figures.items[2].note == "1 unit at 1, 4 units at 2, 1 unit at 3"


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_carry_numbers_and_people(language: str) -> None:
    # If this fails, a finding asserts what nobody can check.
    view = _sample(language)
    cards = group_findings.findings(view)
    kinds = ("lead", "behind", "common", "teach", "spread", "inside")
    assert [card.title for card in cards] == [view.words(f"card_{kind}") for kind in kinds]
    for card in cards:
        text = plain(card.body[0])
        assert re.search(r"\d\.\d", text), text
        assert "n = " in text
        assert "{" not in text
        assert any(run.style == "action" for run in card.body[0]), "it says what to do"


# -- how sure ------------------------------------------------------------------------------------------------------------


def test_the_table_of_ranks_is_that_of_the_result() -> None:
    # If this fails, a place or its certainty is wrong.
    view = _sample()
    rows = _cells(_table(_section(view, "ranking"), "ranking-table"))
    ci = [view.unit(name).overall.ci for name in view.ranked]
    assert [row[0] for row in rows] == [view.unit_name(name) for name in view.ranked]
    assert [row[2].partition(" ")[2] for row in rows] == [f"({view.words.interval(*found)})" for found in ci if found]
    assert [[row[1], row[2].partition(" ")[0], *row[3:]] for row in rows] == [
        ["1–2", "4.0", "16", "1–2", "78% 69%", "78% 69%"],
        ["1–2", "3.6", "20", "1–2", "22% 31%", ">99% >99%"],
        ["3", "2.8", "22", "3", "<1% <1%", "99% 56%"],
        ["4", "2.5", "20", "4", "<1% <1%", ">99% >99%"],
        ["5", "2.1", "15", "5", "<1% <1%", "–"],
    ]


def test_pairs_are_complements_and_nobody_is_above_itself() -> None:
    # If this fails, a column is read for a row.
    table = _table(_section(_sample(), "ranking"), "pairs-table")
    assert [column.label for column in table.columns[1:]] == ["1", "2", "3", "4", "5"]
    cells = [row[1:] for row in table.rows]
    for one, other in ((a, b) for a in range(5) for b in range(5)):
        if one == other:
            assert plain(cells[one][one].text) == "–"
        else:
            assert (cells[one][other].heat or 0) + (cells[other][one].heat or 0) == pytest.approx(1)


def test_units_that_cannot_be_ranked_are_listed_with_the_reason() -> None:
    # If this fails, a unit is missing from the order and nobody says why.
    text = _text(_sample(), "ranking")
    assert "No role with two people who answered" in text
    assert "Own-Brand Export (2 people, score 2.7)" in text
    banners = [plain(node.text) for node in _section(_sample(), "cover") if isinstance(node, Banner)]
    assert banners[0].startswith("Not ranked: Own-Brand Export.")


def test_the_order_says_which_steps_are_sure() -> None:
    # If this fails, the reader must work it out from a matrix.
    assert "Of the 4 steps down the order, 3 can be relied on. Not told apart: Contract Manufacturing and Commercial" in _text(
        _sample(), "ranking"
    )


# -- without the dimensions that do not speak for every unit -------------------------------------------------------------


def _again(view: GroupView, **chances: float) -> GroupView:
    """The view with other chances without the dimensions left out: ``OM_CA=0.3``."""
    above = {a: dict(row) for a, row in view.group.above_carried.items()}
    for pair, chance in chances.items():
        one, other = pair.split("_")
        above[one][other], above[other][one] = chance, 1 - chance
    return _with(view, above_carried=above)


def test_a_sure_step_that_needs_a_doubtful_dimension_says_so() -> None:
    # If this fails, a unit stands above another by a mean of opposed opinions, and the board is told that it is sure.
    text = _text(_sample(), "ranking")
    only = "But not all of it holds: without “Information-system maturity” and “Institutional authority”"
    rest = "on which not every unit has a score and agrees, these cannot be told apart"
    assert f"{only}, {rest}: East China Retail Chains and North China Home Appliances." in text
    assert (
        "Ranked again without “Information-system maturity” (people of East China Retail Chains do not agree) and “Institutional "
        "authority” (no score in South China Dealers)."
    ) in text
    assert "Contract Manufacturing still comes first, in 69% of the draws, with all dimensions in 78%." in text
    pair = "East China Retail Chains is above North China Home Appliances in 56% of the draws instead of 99%."
    assert f"No longer told apart: {pair}" in text
    assert "stays sure" not in text
    assert "The order turns" not in text


def test_the_chinese_sentences_carry_the_same_numbers() -> None:
    # If this fails, the Chinese board is told another order.
    text = _text(_sample("zh"), "ranking").replace(" ", "")
    assert "去掉“信息化与系统管理”（华东连锁渠道事业部的人看法不一）和“制度权威”（华南经销事业部没有得分）再排一遍。" in text
    assert "排第一的仍是代工制造事业部，占抽样的69%，算上全部维度时是78%。" in text
    assert "的抽样由99%变为56%。" in text


def test_steps_that_stay_sure_are_said_to_stay_so() -> None:
    # If this fails, doubt is spread where there is none.
    text = _text(_again(_sample(), EC_NC=0.97), "ranking")
    assert "Every step that was sure stays sure." in text
    assert "But not all of it holds" not in text
    assert "No longer told apart" not in text


def test_where_nothing_is_left_out_nothing_is_said() -> None:
    # If this fails, every report talks of a second order that is the first.
    plain_view = _with(_sample(), left_out={}, ranking_carried={}, above_carried={})
    assert "anked again" not in _text(plain_view, "ranking")
    assert "But not all of it holds" not in _text(plain_view, "ranking")


def test_where_every_dimension_is_left_out_the_order_cannot_be_checked() -> None:
    # If this fails, there is a traceback, or an order over no dimension.
    every = dict.fromkeys([entry.id for entry in _sample().instrument.dimensions], ("EC",))
    text = _text(_with(_sample(), left_out=every, ranking_carried={}, above_carried={}), "ranking")
    assert "This order cannot be checked further." in text
    assert "Ranked again" not in text


def test_another_first_is_named_where_the_lead_is() -> None:
    # If this fails, the first by opinions that people do not share is presented as the first.
    ranking = {name: AGAIN[name] for name in ("CA", "OM", "EC", "NC", "SC")}
    ranking["CA"], ranking["OM"] = (
        dataclasses.replace(AGAIN["CA"], rank=1, first=0.64),
        dataclasses.replace(AGAIN["OM"], rank=2, first=0.36),
    )
    view = _with(_again(_sample(), OM_CA=0.36), ranking_carried=ranking)
    text = _text(view, "ranking")
    then = "Commercial Appliances then comes first instead of Contract Manufacturing: in 64% of the draws"
    assert f"{then}, with all dimensions in 22%." in text
    assert "it was open before: Contract Manufacturing is above Commercial Appliances in 36% of the draws instead of 78%." in text
    lead = plain(group_findings.findings(view)[0].body[1])
    assert lead.startswith("Without “Information-system maturity” and “Institutional authority”, where")
    assert lead.endswith("Commercial Appliances comes first, in 64% of the draws.")


def test_a_lead_and_a_last_place_that_do_not_last_say_so_in_title_and_findings() -> None:
    # If this fails, the largest letters of the report claim what the second ranking takes back.
    sample = _sample()
    assert (sample.lead_lost, sample.behind_lost) == ((), ())
    lead = _again(sample, OM_EC=0.8)
    assert lead.lead_lost == ("EC",)
    assert "SC" not in lead.lead_lost
    only = "but only with “Information-system maturity” and “Institutional authority” counted: levels 1 to 3 across the group"
    assert headline(lead).endswith(only)
    card = plain(group_findings.findings(lead)[0].body[1])
    assert card.endswith("Without, Contract Manufacturing cannot be told apart from East China Retail Chains.")
    behind = _again(sample, NC_SC=0.9)
    assert (behind.lead_lost, behind.behind_lost) == ((), ("NC",))
    assert headline(behind).endswith(only)
    card = plain(group_findings.findings(behind)[1].body[1])
    assert card.endswith("Without, South China Dealers cannot be told apart from North China Home Appliances, either.")
    above = {a: dict(row) for a, row in sample.group.above.items()}
    above["OM"]["CA"], above["CA"]["OM"] = 0.98, 0.02
    (figures,) = [node for node in _section(_with(sample, above=above), "board") if isinstance(node, KeyFigures)]
    assert figures.items[3].note.endswith("not sure without “Information-system maturity” and “Institutional authority”")


def test_many_units_on_a_dimension_are_counted() -> None:
    # If this fails, a sentence names forty units.
    text = _text(_with(_sample(), left_out={"INF": ("CA", "OM", "EC", "NC")}), "ranking")
    assert "Ranked again without “Information-system maturity” (no score or no agreement in 4 units)." in text


# -- what data say of it ----------------------------------------------------------------------------------------------------


FIRST_AND_LAST = {"OM": (4.0, 2.0), "CA": (3.5, 3.8), "SC": (2.2, 2.1)}
CLAIM_AND_DATA = {
    "leads and measures last": (
        FIRST_AND_LAST,
        "Contract Manufacturing comes first by what its people say and last by what its data show:",
        "4.0 claimed, 2.0 measured, on the same 12 criteria.",
        "代工制造事业部自评第一，数据垫底： 同样12条准则，自评4.0，实测2.0。",
    ),
    "leads, another measures less": (
        FIRST_AND_LAST | {"SC": (2.2, 1.9)},
        "Contract Manufacturing leads by what its people say; its data do not bear it out:",
        "4.0 claimed, 2.0 measured, on 12 criteria.",
        "代工制造事业部自评领先，数据却不支持： 12条准则，自评4.0，实测2.0。",
    ),
    "leads, the only one with data": (
        {"OM": (4.0, 2.0)},
        "Contract Manufacturing leads by what its people say; its data do not bear it out:",
        "4.0 claimed, 2.0 measured, on 12 criteria.",
        "代工制造事业部自评领先，数据却不支持： 12条准则，自评4.0，实测2.0。",
    ),
    "two that do not lead": (
        {"OM": (4.0, 3.9), "NC": (2.5, 1.6), "CA": (3.6, 2.5)},
        "Data contradict what people say in Commercial Appliances and North China Home Appliances.",
        "Further apart is Commercial Appliances: 3.6 claimed, 2.5 measured, on 12 criteria.",
        "商用电器事业部和华北家电事业部的数据都与自评对不上。 差得更远的是商用电器事业部：12条准则，自评3.6，实测2.5。",
    ),
    "three that do not lead": (
        {"OM": (4.0, 3.9), "NC": (2.5, 1.6), "CA": (3.6, 2.5), "SC": (2.2, 1.2)},
        "Data contradict what people say in Commercial Appliances, South China Dealers and North China Home Appliances.",
        "Furthest apart is Commercial Appliances: 3.6 claimed, 2.5 measured, on 12 criteria.",
        "商用电器事业部、华南经销事业部和华北家电事业部的数据与自评对不上。 差得最远的是商用电器事业部：12条准则，自评3.6，实测2.5。",  # noqa: E501
    ),
    "the leader and one further off": (
        {"OM": (4.0, 3.1), "NC": (2.5, 1.4)},
        "Data contradict what people say in North China Home Appliances and Contract Manufacturing.",
        "Further apart is North China Home Appliances: 2.5 claimed, 1.4 measured, on 12 criteria.",
        "华北家电事业部和代工制造事业部的数据都与自评对不上。 差得更远的是华北家电事业部：12条准则，自评2.5，实测1.4。",
    ),
    "one that does not lead": (
        {"OM": (4.0, 3.9), "NC": (2.5, 1.6)},
        "North China Home Appliances does less than it says:",
        "2.5 claimed, 1.6 measured, on 12 criteria.",
        "华北家电事业部说的比做的多： 12条准则，自评2.5，实测1.6。",
    ),
}
"""What units claim and what is measured of them, and what the board reads first: two parts in English, one in Chinese."""


@pytest.mark.parametrize(("known", "said", "figures", "chinese"), CLAIM_AND_DATA.values(), ids=CLAIM_AND_DATA)
def test_a_claim_that_data_contradict_is_named_before_the_ranking(
    known: Mapping[str, tuple[float, float]], said: str, figures: str, chinese: str
) -> None:
    # If this fails, the board reads first who leads, and perhaps never that it is a claim; or the wrong unit is blamed.
    for language, expected in (("en", f"{said} {figures}"), ("zh", chinese)):
        view = _measured(_sample(language), **known)
        (cards,) = [node for node in _section(view, "board") if isinstance(node, Cards)]
        assert (cards.items[0].title, cards.items[0].kind) == (view.words("card_contradicted"), "data")
        assert plain(cards.items[0].body[0]).startswith(expected)
        assert cards.items[1].title == view.words("card_lead")


def test_every_rule_of_contradicted_is_tested() -> None:
    # If this fails, a rule was added that no case above reaches.
    reached = set()
    views = [_measured(_sample(), **known) for known, *_ in CLAIM_AND_DATA.values()]
    two = _with(_sample(), ranking={name: RANKING[name] for name in ("OM", "CA")})
    views += [_measured(two, **known) for known in ({"OM": (4.0, 2.0), "CA": (3.6, 3.5)}, {"OM": (4.0, 2.0)})]
    for view in views:
        facts = group_findings._contradicted(view)
        assert facts is not None
        held = [all(holds(condition, facts.numbers) for condition in rule["when"]) for rule in RULES["contradicted"]]
        reached.add(held.index(True))
    assert reached == set(range(len(RULES["contradicted"])))


def test_few_criteria_or_a_small_distance_contradict_nobody() -> None:
    # If this fails, a unit is called into question by an accident of a handful of figures.
    assert _card(_measured(_sample(), 8, OM=(4.0, 2.0)), "contradicted") is not None
    few = _measured(_sample(), 7, OM=(4.0, 2.0))
    assert (few.measured, _card(few, "contradicted")) == ({}, None)
    assert headline(few) == headline(_sample())
    assert _card(_measured(_sample(), OM=(4.0, 3.19)), "contradicted") is not None
    near = _measured(_sample(), OM=(4.0, 3.21), CA=(3.0, 4.5))
    assert near.measured == {"OM": (4.0, 3.21, 12), "CA": (3.0, 4.5, 12)}
    assert (near.contradicted, _card(near, "contradicted")) == ({}, None), "nor is one that does more than it says"


@pytest.mark.parametrize(
    ("language", "alone", "leading", "denied"),
    [
        (
            "en",
            "Contract Manufacturing leads with 4.0 claimed; its data show 2.0",
            "Contract Manufacturing and Commercial Appliances lead by what people say; ",
            "the data of Contract Manufacturing do not bear it out",
        ),
        (
            "zh",
            "代工制造事业部自评4.0领先，数据只有2.0",
            "论自评，代工制造事业部和商用电器事业部并列领先；",
            "代工制造事业部的数据却不支持",
        ),
    ],
)
def test_a_leader_that_data_contradict_is_no_example(language: str, alone: str, leading: str, denied: str) -> None:
    # If this fails, the title crowns the unit, or one card wants it copied and the card beside it does not.
    view = _measured(_sample(language), **FIRST_AND_LAST)
    assert headline(view) == leading + denied
    above = {a: dict(row) for a, row in view.group.above.items()}
    above["OM"]["CA"], above["CA"]["OM"] = 0.98, 0.02
    assert headline(_with(view, above=above)) == alone
    proof = {"en": "proof before anybody copies it.", "zh": "拿出凭据，再谈推广。"}[language]
    for told in (view, _with(view, above=above)):
        lead = _card(told, "lead")
        assert lead is not None
        assert lead.endswith(proof)
        assert {"en": "by what its people say" if told is not view else "by what people say", "zh": "论自评"}[language] in lead
    other = _measured(_sample(language), NC=(2.5, 1.6))
    assert headline(other) == headline(_sample(language)), "the title is about the leaders"
    assert _card(other, "lead") == _card(_sample(language), "lead")


def test_of_a_dimension_where_data_contradict_the_highest_nothing_is_copied() -> None:
    # If this fails, the better way that "already exists in the house" is one that data deny.
    spread = {name: dataclasses.replace(found, icc1=0.6) for name, found in _sample().group.spread.items()}
    believed = _card(_with(_sample(), spread=spread), "spread")
    assert believed is not None
    assert not believed.startswith("By what people say")
    doubted = _card(_measured(_with(_sample(), spread=spread), OM=(4.0, 2.0)), "spread")
    assert doubted is not None
    assert doubted.startswith("By what people say, units differ most on “Information-system maturity”: 1.9 in North China")
    assert doubted.endswith("Compare the units by their data before anybody copies Contract Manufacturing.")


@pytest.mark.parametrize(
    ("language", "size", "money"),
    [
        (
            "en",
            "Elm pays East China Retail Chains 8% more than North China Home Appliances for the same 4 products.",
            "at the lower prices, sales in the window would be CNY 6.2 m less.",
        ),
        ("zh", "同样4种产品，Elm从华东连锁渠道事业部买比从华北家电事业部买贵8%。", "都照低价算，本期少收620万元。"),
    ],
)
def test_a_customer_that_two_units_price_apart_is_named_with_size_and_money(language: str, size: str, money: str) -> None:
    # If this fails, the board learns from the customer what its own data knew.
    late = GroupDifference("otif", "EC", "NC", 0.82, 0.96, 0.14, None, 0.04, True)
    doubtful = _customer("Ash", _price(0.2, 9e6, certain=False), late)
    view = _priced(_sample(language), doubtful, _customer("Elm", late, _price(0.08, 6.2e6)), _customer("Fir", _price(0.3, 1e6)))
    found = _card(view, "shared")
    assert found is not None
    assert found.startswith(size)
    assert money in found
    assert [card.title for card in group_findings.findings(view)][:2] == [view.words("card_shared"), view.words("card_lead")]
    assert _card(_priced(_sample(language), doubtful), "shared") is None, "a difference that may be chance is not one"


def test_a_lesson_that_data_contradict_teaches_nobody() -> None:
    # If this fails, people travel to see what is not there.
    view = _levels(_sample(), "OM", {"INF-7": 3.7, "INF-6": 3.6, "STR-4": None})
    nodes = _section(view, "lessons")
    (banner,) = [node for node in nodes if isinstance(node, Banner)]
    assert plain(banner.text).startswith(
        "In 2 of these 6 the teacher’s own data contradict it, on the matter or as a whole (Contract Manufacturing)."
    )
    (cards,) = [node for node in nodes if isinstance(node, Cards)]
    assert not any("Performance measurement" in text for text in _texts(cards)), "claimed 4.58, measured 3.7"
    assert any("Knowledge sharing" in text for text in _texts(cards)), "claimed 4.39, measured 3.6"
    assert [card.title for card in cards.items] == [
        "South China Dealers at Commercial Appliances",
        "Contract Manufacturing at Commercial Appliances",
        "Commercial Appliances at Contract Manufacturing",
    ]
    assert len(_table(nodes, "lessons-table").rows) == 6, "the scores stand"
    before, after = _card(_sample(), "teach"), _card(view, "teach")
    assert before is not None
    assert after is not None
    assert "Performance measurement" in before
    assert "Selection criteria" in after
    assert "Performance measurement" not in after
    facts = group_findings._teach(view)
    assert facts is not None
    assert facts.numbers == {"taught": 3, "lessons": 4}, "four of six are left, three of Commercial Appliances"
    assert not [node for node in _section(_sample(), "lessons") if isinstance(node, Banner)]


def test_what_data_do_not_measure_is_believed_of_no_unit_that_they_contradict() -> None:
    # If this fails, the board is sent to learn from a unit whose claims it was warned of on the page before.
    view = _levels(_measured(_sample(), **FIRST_AND_LAST), "OM", {"INF-6": 4.4})
    (banner,) = [plain(node.text) for node in _section(view, "lessons") if isinstance(node, Banner)]
    assert banner.startswith("In 2 of these 6 the teacher’s"), "INF-6 is measured as it is claimed"
    own = tuple(lesson for lesson in LESSONS if lesson.criterion == "INF-7")
    every = _with(view, lessons=own)
    nodes = _section(every, "lessons")
    (banner,) = [plain(node.text) for node in nodes if isinstance(node, Banner)]
    assert banner.startswith("In all of these the teacher’s own data contradict what it claims (Contract Manufacturing).")
    assert not any(isinstance(node, Cards) for node in nodes)
    assert _card(every, "teach") is None


def test_of_more_than_two_hundred_units_no_claim_is_held_against_data() -> None:
    # Each needs its result made: if this fails, the overview of ten thousand units makes them all.
    sample = _measured(_sample(), **FIRST_AND_LAST)

    def grown(size: int) -> GroupView:
        more = [f"U{number}" for number in range(size - len(RANKING))]
        view = _told(sample, dict.fromkeys(more, sample.unit("EX")))
        return _with(view, ranking={**RANKING, **dict.fromkeys(more, RANKING["EX"])})

    assert _card(grown(200), "contradicted") is not None
    many = grown(201)
    assert (many.measured, many.contradicted, _card(many, "contradicted")) == ({}, {}, None)
    assert headline(many).startswith("Contract Manufacturing and Commercial Appliances lead, South China")
    assert not [node for node in _section(many, "lessons") if isinstance(node, Banner)]
    seen = _levels(many, "OM", {"INF-7": 2.0})
    assert [node for node in _section(seen, "lessons") if isinstance(node, Banner)], (
        "teachers are few: what they measure is known"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_tells_its_story(language: str) -> None:
    # If this fails, the sample no longer shows what data are for, or its overview hides it; figures are those of the result.
    known, result = opened_audit(carried("sample_data"), None)
    view = GroupView(result, locale(language), known.brand)
    first, whole = view.ranked[0], result.units[view.ranked[0]].whole
    assert whole is not None
    claimed, measured = view.words.score(whole.claimed_measured), view.words.score(whole.measured)
    board = group_findings.findings(view)
    assert [card.title for card in board[:2]] == [view.words("card_contradicted"), view.words("card_shared")]
    for text in (headline(view), plain(board[0].body[0])):
        assert [part for part in (view.unit_name(first), claimed, measured) if part not in text] == []
    customer = next(iter(result.customer_groups.values()))
    assert customer.name in plain(board[1].body[0])
    assert view.words.money(customer.money, result.currency) in plain(board[1].body[0])
    visits = {view.words("lesson_title", teacher=view.unit_name(first), learner=view.unit_name(name)) for name in view.ranked}
    cards = [card.title for node in _section(view, "lessons") if isinstance(node, Cards) for card in node.items]
    assert not visits & set(cards)


# -- spread, gaps, lessons -----------------------------------------------------------------------------------------------


def test_the_spread_is_that_of_the_result_in_words() -> None:
    # If this fails, between and within are mixed up, or p stands alone.
    rows = _cells(_table(_section(_sample(), "spread"), "spread-table"))
    assert rows[0] == ["Overall", "0.66", "0.42", "71% 45% to 94% p < 0.001", "very well 0.97", "95"]
    assert rows[4] == ["Information-system maturity", "0.86", "0.98", "43% 17% to 82% p < 0.001", "very well 0.91", "85"]
    lead = next(node for node in _section(_sample(), "spread") if isinstance(node, Paragraph) and node.kind == "lead")
    every = ("Strategic", "Organisation", "manager", "maturity", "Retention", "authority")
    named = [name for name in every if name in plain(lead.text)]
    assert named == ["maturity", "authority"], "where people of one unit differ more than units do"


def test_common_gaps_say_how_many_of_how_many() -> None:
    # If this fails, four of five units read as all of them.
    view = _sample()
    nodes = _section(view, "common_gaps")
    four = "North China Home Appliances, South China Dealers, Commercial Appliances and Contract Manufacturing"
    assert _cells(_table(nodes, "common-table")) == [
        ["RET-4 Trust, care and shared information", "4 of 5", four, "2.4", "56"],
        [
            "AUT-2 Everyone serves the customer",
            "2 of 4",
            "North China Home Appliances and East China Retail Chains",
            "1.98",
            "23",
        ],
    ]
    (cards,) = [node for node in nodes if isinstance(node, Cards)]
    why = [view.criteria[gap.criterion].why for gap in GAPS]
    assert [why[0] is not None and why[0]["en"] in _text(view, name) for name in ("board", "common_gaps")] == [True, False]
    assert why[1] is not None
    assert why[1]["en"] in _text(view, "common_gaps")
    assert all("Next for all" in text for text in _texts(cards))
    every = _with(view, common_gaps=(dataclasses.replace(GAPS[0], n_units=4),))
    assert _cells(_table(_section(every, "common_gaps"), "common-table"))[0][2] == "all of them"
    assert "is weak everywhere" in _text(every, "board")


def test_lessons_are_ordered_by_learner_and_keep_their_numbers() -> None:
    # If this fails, a unit is sent to learn what it knows better.
    rows = _cells(_table(_section(_sample(), "lessons"), "lessons-table"))
    names = [
        *["Contract Manufacturing"] * 2,
        "Commercial Appliances",
        "North China Home Appliances",
        *["South China Dealers"] * 2,
    ]
    assert [row[0] for row in rows] == names
    lesson = ["South China Dealers", "STR-4 Selection criteria", "Commercial Appliances"]
    assert [*lesson, "3.8 (13)", "1.9 (11)", "1.9 (1.5–2.3)"] in rows
    none = _with(_sample(), lessons=(), common_gaps=())
    assert "Nobody has anything to teach" in _text(none, "lessons")
    assert "No criterion is clearly below" in _text(none, "common_gaps")


def test_each_learner_has_one_visit_and_no_criterion_two() -> None:
    # If this fails, five units travel to see the same thing.
    (cards,) = [node for node in _section(_sample(), "lessons") if isinstance(node, Cards)]
    assert [card.title for card in cards.items] == [
        "North China Home Appliances at Contract Manufacturing",
        "South China Dealers at Commercial Appliances",
        "Contract Manufacturing at Commercial Appliances",
        "Commercial Appliances at Contract Manufacturing",
    ]
    named = ("Performance measurement", "Selection criteria", "Authority by rule", "Knowledge sharing")
    assert all(name in text for name, text in zip(named, _texts(cards), strict=True))


def test_a_visit_is_to_something_worth_seeing() -> None:
    # If this fails, a unit travels to see what stands in the lower half of the scale, or what it has itself.
    view = _sample()
    (cards,) = [node for node in _section(view, "lessons") if isinstance(node, Cards)]
    questions = [question for criterion in view.instrument.criteria() for question in criterion.questions]
    low = {text["en"] for question in questions for value, text in question.anchors.items() if value < 3}
    assert len(low) > 50
    assert not any(anchor in text for anchor in low for text in _texts(cards))
    assert sum("What such a score would mean (not checked)" in text for text in _texts(cards)) >= 3
    backwards = dataclasses.replace(LESSONS[0], teacher="NC", learner="OM")
    (only,) = [node for node in _section(_with(view, lessons=(backwards,)), "lessons") if isinstance(node, Cards)]
    assert "What such a score would mean (not checked)" not in _texts(only)[0]


# -- roll-up -------------------------------------------------------------------------------------------------------------


def test_the_roll_up_says_mean_size_and_weakest() -> None:
    # If this fails, the group is reported at another figure than the result has.
    nodes = _section(_sample(), "roll_up")
    assert _cells(_table(nodes, "roll-up-table")) == [
        ["Solcen Appliances Group", "3.0", "3.0", "2.1 South China Dealers", "6 of 6", "95"]
    ]
    rows = _cells(_table(nodes, "roll-up-dimensions-table"))
    assert rows[-1] == ["Institutional authority", "2.9", "2.9", "2.4 North China Home Appliances", "5 of 6", "83"]


def test_the_tree_is_read_from_top_to_bottom() -> None:
    # If this fails, a unit stands below one that it does not belong to.
    people = [(1.0, 2.0), (2.0, 3.0), (3.0, 3.0)]
    view = _view(
        {"x": people, "y": people, "z": people},
        units=["low", "top", "side", "x", "y", "z"],
        parents={"low": "side", "side": "top", "x": "low", "y": "low", "z": "side"},
        sizes={"x": 1.0, "y": 1.0, "z": 2.0},
    )
    nodes = _section(view, "roll_up")
    table = _table(nodes, "roll-up-table")
    assert [row[0] for row in _cells(table)] == ["top", "› side", "› › low"]
    assert [row[4] for row in _cells(table)] == ["3 of 3", "3 of 3", "2 of 2"]
    assert _table(nodes, "roll-up-tree-table").rows[0][1].heat == pytest.approx(0.25)


def test_without_sizes_there_is_no_column_for_them() -> None:
    # If this fails, a column of dashes stands where a sentence would do.
    people = [(1.0, 2.0), (2.0, 3.0)]
    view = _view({"x": people, "y": people})
    nodes = _section(view, "roll_up")
    table = _table(nodes, "roll-up-table")
    assert view.words("column_by_size") not in [column.label for column in table.columns]
    assert _cells(table)[0][0] == view.words("roll_up_all_two")
    assert [*view.group.roll_ups] == [WHOLE]
    assert "Two figures, two questions." in _text(view, "roll_up")


# -- groups of every kind ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_unit_is_not_compared(language: str) -> None:
    # If this fails, a unit is ranked first among itself.
    view = _view({"x": [(1.0, 2.0), (2.0, 3.0), (3.0, 3.0)]}, language)
    assert [_section(view, name) for name in COMPARING] == [()] * len(COMPARING)
    assert headline(view) == view.words("group_headline_single", unit=words("x")[language])
    assert _section(view, "suitability") == (), "no customers of several units"
    board = _section(view, "board")
    assert not any(isinstance(node, Cards) for node in board)
    assert len(_table(board, "units-table").rows) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_score_at_all_reads_well(language: str) -> None:
    # If this fails, a group with too few answers is a traceback or an empty page.
    case = small_instrument({"A": {"A1": ["q1"]}, "B": {"B1": ["q2"]}})
    rows: list[Row] = [("x", "a", "all", {"q1": "DK", "q2": None}), ("y", "b", "all", {"q1": "DK", "q2": "DK"})]
    view = GroupView(score(engagement(case, rows), replicates=50), locale(language), default_brand())
    assert headline(view) == view.words("group_headline_none")
    assert all("{" not in _text(view, name) for name in ("cover", "board", "appendix"))
    assert [_section(view, name) for name in COMPARING] == [()] * len(COMPARING)


@pytest.mark.parametrize("language", LANGUAGES)
def test_units_with_one_person_a_role_are_listed_not_ranked(language: str) -> None:
    # If this fails, scores without any certainty become places.
    view = _view({"x": [(1.0, 2.0)], "y": [(3.0, 4.0)], "z": [(2.0, 2.0)]}, language)
    shown = view.words
    assert view.ranked == ()
    assert headline(view) == shown("group_headline_unranked", units=view.units(3))
    assert shown("ranking_nobody") in _text(view, "ranking")
    assert not any(isinstance(node, Banner) for node in _section(view, "cover")), "the title has said so"
    assert all(_section(view, name) for name in COMPARING)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_units_read_as_two(language: str) -> None:
    # If this fails, one of two units is said to trail a field.
    apart = _view({"x": [(1.0, 1.0), (1.0, 2.0), (1.0, 1.0)], "y": [(4.0, 5.0), (5.0, 5.0), (4.0, 4.0)]}, language)
    nodes = _section(apart, "ranking")
    assert not any(isinstance(node, Table) and node.id == "pairs-table" for node in nodes)
    assert apart.words("card_behind") not in [card.title for card in group_findings.findings(apart)]
    assert {"en": "is above", "zh": "高过"}[language] in _text(apart, "ranking")
    assert (apart.leaders, apart.behind) == (("y",), ("x",))
    many = {
        "en": r"\b(most units|all units|every unit|weakest|trails?|leads?|all of them(?! together)|Next for all|first place)\b",
        "zh": "多数单元|全部单元|最弱|落后|领先|垫底|排第一|各家都一样",
    }
    for name in SECTIONS:
        if name != "appendix":
            assert re.findall(many[language], _text(apart, name)) == [], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_cut_down_to_two_units_reads_as_two(language: str) -> None:
    # If this fails, what most units lack is said of two, in the sections that need more answers than the test above has.
    two = ("OM", "CA")
    view = _sample(language)
    cut = {
        "ranking": {name: RANKING[name] for name in two},
        "common_gaps": (CommonGap("RET-4", two, 2, 2.96, 29),),
        "lessons": tuple(lesson for lesson in LESSONS if {lesson.teacher, lesson.learner} == set(two)),
        "left_out": {},
        "ranking_carried": {},
        "above_carried": {},
    }
    view = _with(view, **cut)
    text = " ".join((_text(view, "common_gaps") + _text(view, "lessons")).split())
    for label in ("section_common_two", "common_all_two", "lessons_intro_two"):
        assert view.words(label)[:20] in text, label
    assert headline(view) == view.words(
        "group_headline_even_two", units=view.names(two), span=view.words("group_span_levels_two", first=2, last=3)
    )


def test_units_without_answers_are_named_and_their_parents_not() -> None:
    # If this fails, silence is not noticed, or a holding is blamed for it.
    people = [(1.0, 2.0), (2.0, 3.0)]
    view = _view({"x": people, "y": people}, units=["top", "x", "y", "mute"], parents={"x": "top", "y": "top", "mute": "top"})
    assert view.silent == ("mute",)
    (banner,) = [plain(node.text) for node in _section(view, "cover") if isinstance(node, Banner)]
    assert banner == "No answers from mute. Nothing below is about them."


@cache
def _large() -> GroupView:
    """Seventy units from the lowest scores to the highest."""
    step = [1.0, 2.0, 3.0, 4.0, 5.0]
    scores = {f"u{n:02}": [(step[(n + k) // 16 % 5], step[(2 * n + k) // 31 % 5]) for k in range(4)] for n in range(70)}
    return _view(scores)


def test_a_large_group_shows_both_ends_and_says_of_how_many() -> None:
    # If this fails, a table of ten thousand rows breaks the page, or rows are left out in silence.
    view = _large()
    assert len(view.ranked) == 70
    board = _table(_section(view, "board"), "units-table")
    assert len(board.rows) == 24
    assert "The 12 highest and the 12 lowest of 70 ranked units" in plain(board.note)
    nodes = _section(view, "ranking")
    ranks = _table(nodes, "ranking-table")
    assert [row[0].title for row in ranks.rows] == [*view.ranked[:20], *view.ranked[-20:]]
    assert "The 20 highest and the 20 lowest of 70 ranked units" in plain(ranks.note)
    assert not any(isinstance(node, Table) and node.id == "pairs-table" for node in nodes)
    for name in SECTIONS:
        assert all(len(node.rows) <= MOST_ROWS for node in _section(view, name) if isinstance(node, Table))


def test_of_many_lessons_the_surest_are_shown() -> None:
    # If this fails, the lessons listed are those of whoever comes first in the file.
    view = _sample()
    many = tuple(
        dataclasses.replace(view.group.lessons[0], ci=(0.01 * number, 3.0), learner_n=number) for number in range(MOST_ROWS + 20)
    )
    table = _table(_section(_with(view, lessons=many), "lessons"), "lessons-table")
    shown = {int(re.findall(r"\((\d+)\)", plain(row[4].text))[0]) for row in table.rows}
    assert shown == set(range(20, 60))
    assert "The 40 surest of 60 lessons" in plain(table.note)


@pytest.mark.parametrize(("count", "most", "expected"), [(3, 4, "abc"), (4, 4, "abcd"), (6, 4, "abef")])
def test_both_ends(count: int, most: int, expected: str) -> None:
    # If this fails, a unit is shown twice, or the middle instead of the ends.
    assert "".join(ends("abcdef"[:count], most)) == expected


# -- rules ---------------------------------------------------------------------------------------------------------------


@cache
def _facts() -> dict[str, Any]:
    """The facts of each kind, of the sample with data that say something."""
    view = _priced(_measured(_sample(), OM=(4.0, 2.0)), _customer("Elm", _price(0.08, 6.2e6)))
    found = {}
    for kind in RULES:
        made = getattr(group_findings, f"_{kind}")(view)
        assert made is not None, f"the sample has no {kind}"
        found[kind] = made
    return found


@pytest.mark.parametrize(("kind", "number", "rule"), ALL, ids=IDS)
def test_a_rule_is_well_formed(kind: str, number: int, rule: dict[str, Any]) -> None:
    # If this fails, an edit stops a report, or a condition is never true because of a typing error.
    assert set(rule) == {"when", "texts"}
    facts = _facts()[kind]
    for condition in rule["when"]:
        left, sign, right = condition.split()
        assert left in facts.numbers
        assert sign in (">=", "<=", ">", "<")
        assert right in facts.numbers or float(right) is not None
    shadows = [above for above in RULES[kind][:number] if set(above["when"]) <= set(rule["when"])]
    assert shadows == [], "a rule above it always takes its place"


@pytest.mark.parametrize(("kind", "number", "rule"), ALL, ids=IDS)
def test_a_text_says_the_same_in_both_languages(kind: str, number: int, rule: dict[str, Any]) -> None:
    # If this fails, the Chinese board is told a number that the English one is not, or a sentence has a hole.
    for text in rule["texts"]:
        assert set(text) == set(LANGUAGES)
        assert _fields(text["en"]) == _fields(text["zh"])
        assert _fields(text["en"]) <= set(_facts()[kind].words)
        for mark in ("**", "~~", "^^"):
            assert text["en"].count(mark) == text["zh"].count(mark)
            assert text["en"].count(mark) % 2 == 0
        assert _fields(text["en"]) & RESTS_ON.get(kind, PEOPLE), "a number without its people, or what else it rests on"
        assert not re.search("[\u3000-\u9fff\uff00-\uffef]", text["en"])
        assert not re.search("[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]", text["zh"])
        needs = _fields(text["en"]) & {"dimension", "own", "mean"} if kind == "behind" else set()
        assert not needs or "shortfall > 0" in rule["when"], "there may be no such dimension"


@pytest.mark.parametrize("kind", RULES)
def test_the_last_rule_always_holds(kind: str) -> None:
    # If this fails, a group for which no rule holds stops the report.
    assert RULES[kind][-1]["when"] == []


def test_a_hair_is_not_a_lead() -> None:
    # If this fails, a tenth of a point reads like a victory.
    numbers = {"leaders": 1.0, "ranked": 4.0, "ahead": 0.1, "p": 0.001, "doubted": 0.0}
    rule = next(rule for rule in RULES["lead"] if all(holds(condition, numbers) for condition in rule["when"]))
    assert "by little" in rule["texts"][0]["en"]
    assert "差得不多" in rule["texts"][0]["zh"]


# -- the report ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=LANGUAGES)
def report(request: pytest.FixtureRequest) -> GroupReport:
    """The overview of the sample, in each language."""
    return open_group(carried("sample_data"), request.param)


def _bundle(report: GroupReport, section: str) -> dict[str, Any]:
    return dict(getattr(report, section)()._repr_mimebundle_())


@pytest.mark.parametrize("section", SECTIONS)
def test_its_forms_say_the_same(report: GroupReport, section: str) -> None:
    # If this fails, the printed report and the page differ in a number, or a section is missing from one of them.
    bundle = _bundle(report, section)
    json.dumps(bundle)
    check_fragment(bundle["text/vnd.typst"])
    page = re.sub(r"<(style|svg)\b.*?</\1>|<[^>]+>", " ", bundle["text/html"], flags=re.DOTALL)
    alternatives = " ".join(re.findall(r'aria-label="([^"]*)"', bundle["text/html"]))
    numbers = set(re.findall(r"\d+\.\d+", bundle["text/plain"]))
    assert {number for number in numbers if number not in page and number not in alternatives} == set()
    assert "{" not in bundle["text/plain"]
    assert (bundle[DOCUMENT_MIME]["meta"] is not None) == (section == "cover")
    assert bundle == _bundle(report, section), "showing twice shows the same"


def test_it_is_small_and_its_ids_are_its_own(report: GroupReport) -> None:
    # If this fails, two entries of the contents lead to the same place, or the page grows too large to mail.
    html = "".join(_bundle(report, section)["text/html"] for section in SECTIONS)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(set(ids)) == len(ids)
    assert len(html.encode()) < 150_000
    headings = [heading["id"] for section in SECTIONS for heading in _bundle(report, section)[DOCUMENT_MIME]["headings"]]
    assert headings[:6] == ["board", "ranking", "unranked", "spread", "common-gaps", "lessons"]


def test_a_client_may_call_a_unit_what_he_likes(make_engagement: Callable[..., Path], settings: dict[str, Any]) -> None:
    # If this fails, a name with braces stops the report, or one with tags becomes part of the page.
    settings["units"][0]["name"] = {"en": "<b>{0}</b> **x**", "zh": "“{x}”与**星号**"}
    for language in LANGUAGES:
        found = open_group(make_engagement(f"braces-{language}"), language)
        for section in SECTIONS:
            assert "<b>{" not in _bundle(found, section)["text/html"]
        assert settings["units"][0]["name"][language] in " ".join(_bundle(found, "board")["text/plain"].split())


@pytest.mark.parametrize(
    ("parameters", "kind", "message"),
    [
        ({"language": "de"}, UsageError, "language is 'de'. Use one of: en, zh."),
        ({"wave": "2024"}, UsageError, "wave '2024' has no answers"),
        ({"engagement": "nowhere"}, InputError, "there is no engagement folder 'nowhere'"),
    ],
)
def test_a_wrong_parameter_is_named(parameters: dict[str, Any], kind: type[KamassessError], message: str) -> None:
    # If this fails, a wrong parameter is an error deep inside, or a report of something else.
    with pytest.raises(kind) as caught:
        open_group(**{"engagement": carried("sample_data"), **parameters})
    assert message in str(caught.value)


@pytest.mark.parametrize("wave", ["", None, 2026, "2026"])
def test_the_wave_may_be_left_out_or_a_number(wave: str | int | None) -> None:
    # papermill turns `-p wave 2026` into a number: if this fails, that finds no wave.
    assert open_group("sample_data", wave=wave).result.wave == "2026"
    assert open_group("sample_data", wave=2025).result.wave == "2025"
