"""What the progress report says: what is planted is found, what could be chance is no change, and nobody is given away."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from progress_cases import change, group_view, unit_change, unit_view

from kamassess.display import ProgressReport, open_progress
from kamassess.document import (
    DOCUMENT_MIME,
    Banner,
    Bullets,
    Card,
    Cards,
    Chart,
    Cover,
    Definitions,
    Heading,
    KeyFigures,
    Node,
    Paragraph,
    Table,
    plain,
)
from kamassess.errors import KamassessError, UsageError
from kamassess.locale import LANGUAGES, locale
from kamassess.resources import carried
from kamassess.result import Caveat, Change, Reason
from kamassess.sections import progress
from kamassess.sections.progress import ProgressView

SECTIONS = ("cover", "board", "causes", "details", "people", "appendix")
UNITS = ("NC", "EC", "SC", "CA", "OM", "EX", "_group")
RISE = change(2.0, 2.6, real=0.6)
FALL = change(2.6, 2.0, real=-0.6)
STILL = change(2.0, 2.05, real=0.02)
LOST = change(2.6, None, reason=Reason.LOW_COVERAGE, levels=(2, None))
APART = change(2.0, 3.0, reason=Reason.NO_COMMON_QUESTIONS)


@cache
def _report(unit: str, language: str = "en") -> ProgressReport:
    return open_progress(carried("sample_data"), unit, language)


@cache
def _bundle(unit: str, section: str, language: str = "en") -> dict[str, Any]:
    return dict(getattr(_report(unit, language), section)()._repr_mimebundle_())


def _nodes(view: ProgressView) -> list[Node]:
    return [node for name in SECTIONS for node in getattr(progress, name)(view)]


def _texts(nodes: Sequence[Node]) -> Iterator[str]:
    """Everything a reader can read."""
    for node in nodes:
        match node:
            case Cover():
                yield from (node.kicker, node.title, plain(node.lead), *(f"{name} {plain(fact)}" for name, fact in node.facts))
            case Heading():
                yield node.text
            case Paragraph() | Banner():
                yield plain(node.text)
            case KeyFigures():
                yield from (f"{item.label} {item.value} {item.note}" for item in node.items)
            case Cards():
                yield from (f"{card.title}: {' '.join(map(plain, card.body))}" for card in node.items)
            case Definitions():
                yield from (f"{plain(term)}: {plain(text)}" for term, text in node.items)
            case Bullets():
                yield from map(plain, node.items)
            case Table():
                yield from (node.caption, plain(node.note), *(column.label for column in node.columns))
                yield from (f"{plain(cell.text)} {cell.title}" for row in node.rows for cell in row)
            case Chart():
                yield from (node.title, node.subtitle, node.alt)


def _said(view: ProgressView) -> str:
    return "\n".join(_texts(_nodes(view)))


def _cards(view: ProgressView) -> dict[str, Card]:
    found = [card for node in progress.board(view) if isinstance(node, Cards) for card in node.items]
    assert len({card.title for card in found}) == len(found), "two findings of a kind"
    return {card.title: card for card in found}


def _card(view: ProgressView, title: str) -> str:
    return " ".join(map(plain, _cards(view)[view.words(title)].body))


def _title(view: ProgressView) -> str:
    (cover,) = [node for node in progress.cover(view) if isinstance(node, Cover)]
    return cover.title


def _lead(view: ProgressView) -> str:
    (cover,) = [node for node in progress.cover(view) if isinstance(node, Cover)]
    return plain(cover.lead)


def _table(nodes: Sequence[Node], table_id: str) -> Table:
    (found,) = [node for node in nodes if isinstance(node, Table) and node.id == table_id]
    return found


def _has(nodes: Sequence[Node], kind: type[Node]) -> bool:
    return any(isinstance(node, kind) for node in nodes)


# -- the sample: what is planted is found --------------------------------------------------------------------------------


def test_the_improver_rose_a_level_and_it_is_real() -> None:
    # If this fails, the report does not see that North China improved.
    text = _bundle("NC", "cover")["text/plain"]
    assert "North China Home Appliances rose from level 1 to 2: +0.59, and not because other people answered" in text
    assert "1.95 in 2025 and 2.54 in 2026" in text
    assert "The 13 people who answered both times give +0.67 on the same questions" in " ".join(text.split())
    board = _bundle("NC", "board")["text/plain"]
    assert "“Strategic alignment” gained most: 2.12 then, 3.20 now" in board
    assert "“Information-system maturity”" in board.split("No change to be seen")[1].split("\n\n")[0]
    assert "\n华北家电事业部从1级升到2级：+0.59，不是换人换出来的\n" in _bundle("NC", "cover", "zh")["text/plain"]


def test_the_one_that_slipped_fell_a_level_and_a_gate_holds_it() -> None:
    # If this fails, the report does not see that South China fell, or what holds it.
    assert (
        "South China Dealers fell from level 2 to 1: −0.47, and not because other people answered"
        in _bundle("SC", "cover")["text/plain"]
    )
    board = re.sub(r"\s+", " ", _bundle("SC", "board")["text/plain"])
    assert "“Strategic alignment” fell from 2.76 to 2.08: −0.68" in board
    assert "the gates hold it at 1. STR-4 “Selection criteria” fell, 2.79 to 1.93." in board
    assert "“Institutional authority” (2026: too little answered)" in board


def test_of_two_people_nothing_is_told() -> None:
    # If this fails, a change of two people is called one of the unit.
    text = "\n".join(_bundle("EX", section)["text/plain"] for section in SECTIONS)
    flat = re.sub(r"\s+", " ", text)
    assert "Own-Brand Export: too few answered to tell whether it moved" in flat
    assert "Only 2 people answered in 2026." in flat
    assert "With 2 people in 2026, every change here could be chance." in flat
    assert not re.search(r"rose|fell|↑ \+|↓ −", flat.split("How a change is told")[0])


def test_all_units_are_counted_by_where_they_went() -> None:
    # If this fails, the group's board is told of another number of rises than the units' own reports say.
    text = _bundle("_group", "cover")["text/plain"]
    assert "Of 6 units, 4 rose, 1 fell, 1 cannot be told" in text
    assert "Contract Manufacturing rose most: 3.21 to 4.03" in text
    flat = re.sub(r"\s+", " ", text)
    assert "Only South China Dealers fell: 2.60 to 2.12" in flat
    assert "6个单元：4个上升，1个下降，1个说不准" in _bundle("_group", "cover", "zh")["text/plain"]


def test_a_rise_on_which_people_do_not_agree_is_told_with_that() -> None:
    # If this fails, a mean of opposed views is praised as progress.
    view = unit_view(unit_change(RISE))
    divided = replace(view.unit, caveats=(Caveat("agreement", ("STR",)),))
    doubted = _card(replace(view, unit=divided), "progress_title_up")
    assert "a mean of opposed views" in doubted
    assert "Hear both sides" in doubted
    assert "opposed" not in _card(view, "progress_title_up")


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("section", SECTIONS)
def test_both_languages_say_the_same_numbers(unit: str, section: str) -> None:
    # If this fails, a board in Beijing is told something else than one in London.
    found = [re.findall(r"[+−]?\d+\.\d+", _bundle(unit, section, language)["text/plain"]) for language in LANGUAGES]
    assert sorted(found[0]) == sorted(found[1])


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_whole(unit: str, language: str) -> None:
    # If this fails, a section is empty, two headings share a place, or a sentence has a hole in it.
    bundles = [_bundle(unit, section, language) for section in SECTIONS]
    assert all(bundle["text/plain"].strip() and bundle["text/vnd.typst"].strip() for bundle in bundles)
    assert [bundle[DOCUMENT_MIME]["meta"] is not None for bundle in bundles] == [True, *[False] * 5]
    ids = [heading["id"] for bundle in bundles for heading in bundle[DOCUMENT_MIME]["headings"]]
    assert len(set(ids)) == len(ids)
    page = "".join(bundle["text/html"] for bundle in bundles)
    found = re.findall(r'\bid="([^"]+)"', page)
    assert len(set(found)) == len(found)
    assert len(page) < 200_000
    text = "".join(bundle["text/plain"] for bundle in bundles)
    assert not re.search(r"\{\w*\}|None|nan\b|\(\)|（）|\.\.|。。", text)
    json.dumps(bundles)


def test_showing_twice_shows_the_same() -> None:
    # If this fails, running a cell again gives other bytes.
    again = open_progress(carried("sample_data"), "SC", "zh")
    assert [dict(getattr(again, name)()._repr_mimebundle_()) for name in SECTIONS] == [
        _bundle("SC", name, "zh") for name in SECTIONS
    ]


# -- the headline --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("overall", "title"),
    [
        (change(1.8, 2.3, real=0.5, levels=(1, 2)), "rose from level 1 to 2: +0.50, and not because other people answered"),
        (change(2.3, 1.8, real=-0.4, levels=(2, 1)), "fell from level 2 to 1: −0.50, and not because other people answered"),
        (change(2.0, 2.6, real=0.3), "rose within level 2: +0.60, part of it real"),
        (change(2.6, 2.0, real=-0.1), "fell within level 2: −0.60, little of it real"),
        (change(2.0, 2.6, real=0.02), "rose within level 2: +0.60, none of it shown to be real"),
        (change(2.0, 2.6, real=-0.2), "rose within level 2: +0.60, while real change went the other way"),
        (change(2.0, 2.6), "rose within level 2: +0.60"),
        (
            change(2.5, 3.1, real=0.6, levels=(2, 1)),
            "rose, yet a gate took it from level 2 to 1: +0.60, and not because other people answered",
        ),
        (change(3.1, 2.5, levels=(1, 2)), "fell, yet gates now let it go from level 1 to 2: −0.60"),
        (change(0.5, 1.1, real=0.6, levels=(None, 1)), "rose: +0.60, and not because other people answered"),
        (change(2.0, 2.05, real=0.0), ": no change to be seen since 2025"),
        (change(2.0, 2.9, ci=False), ": too few answered to tell whether it moved"),
        (LOST, ": 2025 and 2026 cannot be compared"),
    ],
)
def test_the_headline_says_what_moved_and_how_much_of_it_is_real(overall: Change, title: str) -> None:
    # If this fails, the title claims more, or less, than the numbers carry.
    found = _title(unit_view(unit_change(overall)))
    assert found.removeprefix("North China Home Appliances").removeprefix(" ") == title
    assert re.search("[一-鿿]", _title(unit_view(unit_change(overall), "zh")))


def test_a_large_change_without_an_interval_on_one_side_of_nought_is_no_change() -> None:
    # If this fails, noise is reported as progress.
    wide = replace(change(2.0, 3.0, real=0.9), ci=(-0.1, 2.1))
    view = unit_view(unit_change(wide))
    said = _said(view)
    assert "no change to be seen" in said
    assert not re.search(r"↑ \+1\.00|gained most|rose from 2\.00", said)
    assert view.words("progress_title_up") not in _cards(view)


def test_a_level_that_moved_without_the_score_is_explained() -> None:
    # If this fails, the page shows another level and "no change to be seen" beside each other, unexplained.
    crossed = replace(STILL, level_before=2, level_after=1)
    assert "The level went from 2 to 1 all the same" in _lead(unit_view(unit_change(crossed)))
    assert "The level" not in _lead(unit_view(unit_change(STILL)))


def test_the_lead_says_where_the_rest_comes_from() -> None:
    # If this fails, a reader is told what is real and must guess what the rest is.
    overall = change(2.0, 2.9, real=0.3, instrument=0.4)
    view = unit_view(unit_change(overall), instrument_before=("kam", "0.9"))
    assert "The 13 people who answered both times give +0.30 on the same questions; " in _lead(view)
    assert "; others answering added 0.20, new or reworded questions added 0.40. It is still what people say" in _lead(view)
    fewer = unit_view(unit_change(change(2.0, 2.6, real=0.7)))
    assert "others answering took 0.10 off." in _lead(fewer)
    roles = unit_change(overall, basis="same_roles", n=(9, 9, 2))
    assert "The roles that answered both times give +0.30" in _lead(unit_view(roles))
    assert "How much of it is real is not shown" in _lead(unit_view(unit_change(change(2.0, 2.9))))


# -- findings ------------------------------------------------------------------------------------------------------------


def test_the_largest_rise_and_the_largest_fall_are_named_with_the_rest() -> None:
    # If this fails, the board is told of a smaller change than the largest.
    larger, deeper = change(2.0, 3.1, real=1.1, levels=(2, 3)), change(3.0, 2.0, real=-1.0)
    view = unit_view(unit_change(RISE, [RISE, larger, FALL, deeper, STILL, STILL], criteria={"ORG-2": RISE, "INF-3": FALL}))
    up, down = _card(view, "progress_title_up"), _card(view, "progress_title_down")
    assert "“Organisation and process fit” gained most: 2.00 then, 3.10 now (+1.10, interval +1.00 to +1.20, level 2 to 3)" in up
    assert "Most of all ORG-2 “Cross-functional account teams”: 2.00 to 2.60." in up
    assert "Also up for sure: “Strategic alignment” (+0.60)." in up
    assert "“Information-system maturity” lost most" in down
    assert "INF-3" in down
    assert "“Key account manager capability” (−0.60)" in down
    assert _cards(view)[view.words("progress_title_up")].kind == "strength"
    assert _cards(view)[view.words("progress_title_down")].kind == "gap"


def test_what_stands_still_is_a_finding_where_a_target_is_set_and_not_reached() -> None:
    # If this fails, a target is forgotten, or one that is reached is complained of.
    reached = change(3.2, 3.25, real=0.0)
    view = unit_view(unit_change(RISE, [RISE, RISE, RISE, STILL, reached, change(2.5, 2.52, real=0.0)]))
    text = _card(view, "progress_figure_still")
    assert "target of 3.0 in “Information-system maturity”" in text
    assert "The same goes for “Institutional authority”." in text
    assert "Retention" not in text
    free = replace(view, unit=replace(view.unit, targets={}))
    assert view.words("progress_figure_still") not in _cards(free)


def test_a_change_that_other_people_hide_is_found_and_said_once() -> None:
    # If this fails, the view of those who stayed is lost in the mean, or the same dimension is also said to stand still.
    hidden = change(2.0, 2.02, real=-0.4)
    view = unit_view(unit_change(RISE, [RISE, RISE, RISE, hidden, RISE, RISE]))
    text = _card(view, "progress_title_hidden")
    assert (
        "“Information-system maturity” looks as before (+0.02), yet the 13 people who answered both times moved it by −0.40"
        in text
    )
    assert view.words("progress_figure_still") not in _cards(view)


def test_a_change_that_is_not_real_is_not_praised() -> None:
    # If this fails, a change of who answered is called progress.
    only = change(2.0, 2.9, real=0.0)
    view = unit_view(unit_change(RISE, [only, RISE, STILL, STILL, STILL, STILL]))
    assert "“Strategic alignment” went from 2.00 to 2.90 (+0.90), but not for sure" in _card(view, "progress_title_not_real")
    assert "Strategic" not in _card(view, "progress_title_up")
    group = group_view({"NC": unit_change(change(2.0, 2.9, real=0.0)), "CA": unit_change(STILL)})
    assert "North China Home Appliances" in _card(group, "progress_title_not_real")
    assert group.words("progress_title_unit_up") not in _cards(group)


def test_gates_that_hold_the_level_are_told_with_what_became_of_them() -> None:
    # If this fails, a unit works at what cannot raise its level.
    found = unit_change(RISE, criteria={"STR-4": STILL, "AUT-1": change(1.5, 1.9, real=0.4)})
    text = _card(unit_view(found, unit="OM"), "progress_title_gates")
    assert "the gates hold it at 2" in text
    assert "STR-4 “Selection criteria” did not surely move, 2.00 to 2.05" in text
    assert "AUT-1 “Authority by rule” rose, 1.50 to 1.90" in text
    assert unit_view(found).words("progress_title_gates") not in _cards(unit_view(found))


def test_what_cannot_be_compared_says_in_which_wave_the_reason_lies() -> None:
    # If this fails, a gap looks like a nought, or the remedy does not fit the reason.
    early = change(None, 2.4, reason=Reason.ALL_NOT_APPLICABLE, levels=(None, 2))
    view = unit_view(unit_change(RISE, [RISE, LOST, early, APART, RISE, RISE]))
    text = _card(view, "progress_title_unknown")
    assert "“Organisation and process fit” (2026: too little answered)" in text
    assert "“Key account manager capability” (2025: not applicable)" in text
    assert "“Information-system maturity” (no question in common)" in text
    assert "Collect what is missing" in text
    other = _card(unit_view(unit_change(RISE, [RISE, APART, RISE, RISE, RISE, RISE])), "progress_title_unknown")
    assert "Keep questions as they are" in other
    assert "still counts" not in other


def test_a_deep_fall_beside_a_rise_is_named_once() -> None:
    # If this fails, a criterion that lost a level hides behind the rise of the whole.
    deep = change(4.5, 3.3, real=-1.2)
    name = unit_view(unit_change(RISE)).instrument.screens[0].criteria[0].id
    own = unit_view(unit_change(RISE, screen=STILL, criteria={name: deep}))
    assert f"{name} “Revenue in few hands” fell from 4.50 to 3.30" in _card(own, "progress_title_fall")
    screen = unit_view(unit_change(RISE, screen=FALL, criteria={name: deep}))
    assert f"Most of all {name} “Revenue in few hands”: 4.50 down to 3.30." in _card(screen, "progress_title_screen")
    named = unit_view(unit_change(RISE, [RISE, RISE, RISE, deep, RISE, RISE], criteria={"INF-3": deep}))
    for other in (
        screen,
        named,
        unit_view(unit_change(RISE, criteria={name: FALL})),
        unit_view(unit_change(FALL, criteria={name: deep})),
    ):
        assert other.words("progress_title_fall") not in _cards(other)


def test_a_screen_is_told_apart_from_the_score() -> None:
    # If this fails, a screen that fell is read as a fall of the unit, or is not seen.
    view = unit_view(unit_change(RISE, screen=FALL))
    assert "It does not count in the overall score" in _card(view, "progress_title_screen")
    assert "Suitability" not in _card(view, "progress_title_up")
    assert view.words("progress_title_screen") not in _cards(unit_view(unit_change(RISE)))


def test_units_do_not_all_sound_alike() -> None:
    # If this fails, ten reports in a row have the same sentences.
    texts = {_card(unit_view(unit_change(RISE), unit=unit), "progress_title_up") for unit in ("NC", "EC", "SC", "CA", "OM")}
    assert len({re.sub(r"\d", "", text) for text in texts}) > 1


# -- causes --------------------------------------------------------------------------------------------------------------


def test_without_another_questionnaire_that_is_said_once_and_has_no_column() -> None:
    # If this fails, a table has a column of noughts, or a reader wonders whether questions changed.
    view = unit_view(unit_change(RISE))
    nodes = progress.causes(view)
    labels = [column.label for column in _table(nodes, "parts-table").columns]
    assert labels == ["Dimension", "2025", "2026", "Level", "Change", "Real change", "Other people"]
    assert _said(view).count("The questionnaire was the same both times") == 1
    assert "Kept" not in _said(view)


def test_another_questionnaire_has_its_column_its_counts_and_its_warning() -> None:
    # If this fails, a change of questions passes for a change of the unit.
    overall = change(2.0, 2.9, real=0.3, instrument=0.5, not_applicable=0.1)
    questions = {"kept": 50, "changed": 6, "dropped": 9, "new": 12}
    view = unit_view(unit_change(overall), questions=questions, instrument_before=("kam", "0.9"))
    table = _table(progress.causes(view), "parts-table")
    assert [column.label for column in table.columns][-4:] == ["Real change", "Other people", "Other questions", "What applies"]
    assert [plain(cell.text) for cell in table.rows[0]] == [
        *("Overall", "2.00", "2.90", "2", "↑ +0.90 +0.80 to +1.00", "+0.30 +0.25 to +0.35", "0.00", "+0.50", "+0.10"),
    ]
    (banner,) = [node for node in progress.cover(view) if isinstance(node, Banner)]
    assert "50 questions kept, 6 changed, 9 dropped, 12 new" in plain(banner.text)
    (counts,) = [node for node in progress.people(view) if isinstance(node, KeyFigures) and len(node.items) == 4]
    assert [item.value for item in counts.items] == ["50", "6", "9", "12"]
    assert "version 0.9, then 1.0" in _said(view)
    assert "the same both times" not in _said(view)


def test_bold_is_kept_for_what_is_sure() -> None:
    # If this fails, a level that was crossed by chance looks like a sure step.
    levels = (2, 3)
    entries = [change(2.9, 3.5, real=0.6, levels=levels), change(2.98, 3.02, real=0.0, levels=levels), *[STILL] * 4]
    rows = _table(progress.causes(unit_view(unit_change(STILL, entries))), "parts-table").rows[1:3]
    assert [[plain(row[3].text), row[3].text[0].style, row[4].text[0].style] for row in rows] == [
        *(["2 → 3", "strong", "strong"], ["2 → 3", "plain", "plain"]),
    ]


def test_parts_of_a_row_add_up_to_its_change() -> None:
    # If this fails, the table of causes shows other parts than those of the change.
    view = _report("NC")._view
    table = _table(progress.causes(view), "parts-table")
    for row in table.rows:
        total, real, others = (cell.sort for cell in row[4:])
        assert total == pytest.approx((real or 0.0) + (others or 0.0), abs=1e-9)


def test_withheld_parts_are_dashes_with_a_reason_and_are_explained() -> None:
    # If this fails, what one or two people said can be worked out, or a reader takes a dash for nought.
    view = unit_view(unit_change(change(2.0, 2.6, real=0.5), [change(2.0, 2.6)] * 6))
    nodes = progress.causes(view)
    row = _table(nodes, "parts-table").rows[1]
    assert [(plain(cell.text), cell.title, cell.sort) for cell in row[-2:]] == [("–", "withheld for anonymity", None)] * 2
    assert "only where 3 people or more stayed" in "\n".join(_texts(nodes))
    (chart,) = [node for node in nodes if isinstance(node, Chart)]
    assert "Strategic" not in chart.alt


def test_where_nothing_is_told_apart_there_is_no_column_and_no_chart_of_it() -> None:
    # If this fails, a table is full of dashes.
    nodes = progress.causes(unit_view(unit_change(change(2.0, 2.6), screen=change(2.0, 2.6))))
    assert [column.label for column in _table(nodes, "parts-table").columns] == ["Dimension", "2025", "2026", "Level", "Change"]
    assert not _has(nodes, Chart)
    assert "cannot be told apart here" in "\n".join(_texts(nodes))


# -- details and people --------------------------------------------------------------------------------------------------


def test_criteria_are_sorted_by_their_change_and_marked_where_it_is_sure() -> None:
    # If this fails, the largest change is not the first, or one that could be chance is marked.
    found = {"STR-1": RISE, "STR-2": FALL, "STR-3": change(1.0, 2.2, ci=False), "STR-4": LOST}
    table = _table(progress.details(unit_view(unit_change(RISE, criteria=found))), "criteria-table")
    order = [plain(row[0].text).split()[0] for row in table.rows]
    assert order[:2] == ["STR-3", "STR-1"]
    assert order[-2:] == ["STR-2", "STR-4"]
    shown = {plain(row[0].text).split()[0]: [plain(cell.text) for cell in row[1:]] for row in table.rows}
    assert shown["STR-1"] == ["2.00", "2.60", "↑ +0.60", "+0.50 to +0.70", "2"]
    assert shown["STR-2"][2] == "↓ −0.60"
    assert shown["STR-3"] == ["1.00", "2.20", "+1.20", "–", "2"]
    assert shown["STR-4"] == ["2.60", "–", "–", "–", "2 → –"]
    sure = {plain(row[0].text).split()[0] for row in table.rows if row[3].text[0].style == "strong"}
    assert sure == {"STR-1", "STR-2"}
    assert "▲" in plain(next(row[0].text for row in table.rows if plain(row[0].text).startswith("STR-4")))


def test_criteria_are_counted_by_where_they_went() -> None:
    # If this fails, the sentence above the table counts other criteria than the table has.
    found = {"STR-1": RISE, "STR-2": FALL, "STR-3": FALL, "STR-4": LOST}
    view = unit_view(unit_change(RISE, criteria=found))
    total = len(view.change.criteria)
    paragraph = next(node for node in progress.details(view) if isinstance(node, Paragraph))
    expected = (
        f"Of {total} criteria, 1 rose for sure, 2 fell for sure, {total - 4} show no change to be seen, 1 cannot be compared."
    )
    assert plain(paragraph.text).startswith(expected)


def test_criteria_that_tell_nothing_are_not_listed() -> None:
    # If this fails, fifty rows of chance, or of dashes, fill a page.
    names = unit_change(RISE).criteria
    for entry, words in ((change(2.0, 2.4, ci=False), "enough people"), (APART, "No criterion can be compared")):
        nodes = progress.details(unit_view(unit_change(RISE, criteria=dict.fromkeys(names, entry))))
        assert not _has(nodes, Table)
        assert words in "\n".join(_texts(nodes))


def test_people_are_counted_as_stayed_left_and_came() -> None:
    # If this fails, the counts of people do not fit each other.
    nodes = progress.people(unit_view(unit_change(RISE, n=(15, 20, 13))))
    (figures,) = [node for node in nodes if isinstance(node, KeyFigures)]
    assert [item.value for item in figures.items] == ["13", "2", "7"]
    assert "These 13 are enough" in "\n".join(_texts(nodes))
    few = progress.people(unit_view(unit_change(RISE, n=(9, 9, 2), basis="same_roles")))
    assert "These 2 are too few" in "\n".join(_texts(few))


def test_the_appendix_says_how_a_change_is_told_and_what_it_rests_on() -> None:
    # If this fails, nobody can check the report.
    text = re.sub(r"\s+", " ", _bundle("NC", "appendix")["text/plain"])
    assert "drawn again 1,000 times" in text
    assert "Drawn together" in text
    assert "engagement.yaml" in text
    assert "numpy" in text


# -- all units -----------------------------------------------------------------------------------------------------------


def _units(**changes: Change) -> dict[str, Any]:
    return {name: unit_change(entry) for name, entry in changes.items()}


def test_units_by_dimensions_are_told_by_arrow_weight_and_shade() -> None:
    # If this fails, a fall and a rise of the same size look alike in print, or chance is shaded.
    small = change(2.0, 2.3, real=0.3)
    units = {"NC": unit_change(RISE, [RISE, FALL, small, STILL, LOST, change(2.0, 2.4, ci=False)])}
    (row,) = _table(progress.details(group_view(units)), "progress-dimensions-table").rows
    assert [plain(cell.text) for cell in row[1:]] == ["↑ +0.60", "↑ +0.60", "↓ −0.60", "↑ +0.30", "+0.05", "–", "+0.40"]
    assert [cell.heat for cell in row[1:]] == [pytest.approx(1), pytest.approx(1), pytest.approx(1), pytest.approx(0.5)] + [
        None
    ] * 3
    assert [cell.text[0].style for cell in row[1:5]] == ["strong"] * 4
    assert row[6].title == "2026: too little answered"


def test_units_stand_from_the_highest_rise_to_the_deepest_fall() -> None:
    # If this fails, the table of units is in no order a board can use.
    view = group_view(_units(SC=FALL, EX=LOST, CA=STILL, NC=RISE))
    assert list(view.changes) == ["NC", "CA", "SC", "EX"]
    table = _table(progress.causes(view), "units-table")
    assert plain(table.rows[0][0].text) == "North China Home Appliances"
    (figures,) = [node for node in progress.board(view) if isinstance(node, KeyFigures)]
    assert [item.value for item in figures.items] == ["1", "1", "1", "1"]
    assert _title(view) == "Of 4 units, 1 rose, 1 fell, 1 did not surely move, 1 cannot be told"


def test_a_dimension_that_moved_in_several_units_is_a_finding() -> None:
    # If this fails, a cause above the units stays unseen.
    units = {
        "NC": unit_change(RISE, [RISE, STILL, STILL, FALL, STILL, STILL]),
        "CA": unit_change(RISE, [RISE, STILL, STILL, FALL, STILL, STILL]),
        "OM": unit_change(STILL, [STILL] * 6),
    }
    up, down = (_card(group_view(units), f"progress_title_across_{way}") for way in ("up", "down"))
    assert "“Strategic alignment” rose for sure in 2 of 3 units: North China Home Appliances and Commercial Appliances." in up
    assert "“Information-system maturity” fell for sure in 2 of 3 units" in down
    alone = group_view({"NC": units["NC"], "OM": units["OM"]})
    assert alone.words("progress_title_across_up") not in _cards(alone)


def test_units_that_answered_once_are_named() -> None:
    # If this fails, a unit that is not in the report is missed by nobody.
    view = group_view(_units(NC=RISE), joined=("EX", "CA"), left=("OM",))
    text = _card(view, "progress_title_joined")
    assert "Answered in 2026 and not in 2025: Own-Brand Export and Commercial Appliances." in text
    assert "Answered in 2025 and not in 2026: Contract Manufacturing." in text
    assert "1 with answers in both waves; 2 in 2026 only; 1 in 2025 only" in _said(view)
    assert _title(view) == "North China Home Appliances rose within level 2: +0.60, and not because other people answered"


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_unit_answered_twice_the_report_says_so_and_no_more(language: str) -> None:
    # If this fails, an engagement whose units all changed has a report of noughts, or a traceback.
    view = group_view({}, language, joined=("NC",), left=("SC",))
    nodes = _nodes(view)
    assert _title(view) == view.words("progress_headline_nobody", since="2025", wave="2026")
    assert not _has(nodes, Chart)
    assert not _has(nodes, KeyFigures)
    assert {node.id for node in nodes if isinstance(node, Table)} == {"inputs-table"}


def test_a_large_group_has_a_chart_of_its_largest_changes() -> None:
    # If this fails, a chart is as long as a book.
    view = group_view(_units(NC=RISE))
    names = [f"U{number:02}" for number in range(40)]
    unit = view.result.units["NC"]
    changes = {name: unit_change(change(2.0, 2.0 + 0.01 * number, real=0.0)) for number, name in enumerate(names)}
    found = replace(view.result, units=dict.fromkeys(names, unit), progress=replace(view.progress, units=changes))
    (chart,) = [node for node in progress.board(replace(view, result=found)) if isinstance(node, Chart)]
    assert chart.title == "From 2025 to 2026: the 24 largest changes of 40 units"
    assert chart.alt.count("North China") == 24


# -- nothing to compare --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entry", [APART, LOST, change(None, None, reason=Reason.NO_ANSWERS, levels=(None, None))])
def test_a_unit_of_which_nothing_can_be_compared_is_told_so(entry: Change, language: str) -> None:
    # If this fails, a report breaks, or draws arrows between what cannot be compared.
    names = unit_change(RISE).criteria
    view = unit_view(unit_change(entry, screen=entry, criteria=dict.fromkeys(names, entry)), language)
    assert _title(view) == view.words("progress_headline_none", unit=view.unit_name, since="2025", wave="2026")
    assert progress.causes(view) == ()
    assert [*_cards(view)] == [view.words("progress_title_unknown")]
    assert not re.search(r"[↑↓]", _said(view).split(view.words("section_appendix"))[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dimension_may_still_be_compared_where_the_whole_cannot(language: str) -> None:
    # If this fails, what is known is thrown away with what is not.
    view = unit_view(unit_change(LOST, [LOST] * 5 + [RISE]), language)
    assert view.words("progress_title_up") in _cards(view)
    assert _table(progress.causes(view), "parts-table").rows
    assert view.words("progress_still_counted") not in _card(view, "progress_title_unknown")


# -- parameters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"unit": "NCC"}, "'NCC' is no unit of this engagement. Did you mean NC?"),
        ({"unit": ""}, "unit is empty"),
        ({"unit": "GRP"}, "unit 'GRP' has no answers in wave 2026"),
        ({"wave": "2025"}, "there is no wave before 2025 to compare with. Progress needs answers of two waves"),
        ({"since": "2026"}, "'2026' is no wave before 2026"),
        ({"language": "de"}, "language is 'de'"),
    ],
)
def test_a_wrong_parameter_is_named(parameters: dict[str, Any], message: str) -> None:
    # If this fails, a wrong parameter is an error deep inside, or a report of something else.
    with pytest.raises(UsageError) as caught:
        open_progress(**{"engagement": carried("sample_data"), **parameters})
    assert message in str(caught.value)


def test_all_units_and_the_wave_before_are_the_default() -> None:
    # If this fails, the notebook run as it stands shows something else than its parameters say.
    report = open_progress("sample_data")
    assert report.result.progress is not None
    assert (report.result.progress.since, report.result.wave) == ("2025", "2026")
    assert "All units" in report.cover()._repr_mimebundle_()["text/plain"]
    given = open_progress("sample_data", "NC", "en", 2026, 2025).cover()._repr_mimebundle_()
    assert given == _bundle("NC", "cover")


@pytest.mark.parametrize(
    ("dropped", "missing"),
    [("2025", "2025"), ("2026", "2026")],
)
def test_a_unit_that_answered_once_is_refused_with_the_wave_it_lacks(
    make_engagement: Callable[..., Path], answers: list[list[str]], dropped: str, missing: str
) -> None:
    # If this fails, a unit that joined or left ends in a traceback.
    earlier = [["2025", *row[1:]] for row in answers]
    rows = [row for row in [*earlier, *answers] if not (row[0] == dropped and row[1] == "S")]
    folder = make_engagement(answers=rows)
    with pytest.raises(KamassessError, match=f"unit 'S' has no answers in wave {missing}"):
        open_progress(folder, "S")
    text = re.sub(
        r"\s+", " ", "".join(getattr(open_progress(folder), name)()._repr_mimebundle_()["text/plain"] for name in SECTIONS)
    )
    assert f"Answered in {'2026' if dropped == '2025' else '2025'} and not in {missing}: South." in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", ["N", "_group"])
def test_any_engagement_of_two_waves_has_a_report(
    make_engagement: Callable[..., Path], answers: list[list[str]], unit: str, language: str
) -> None:
    # If this fails, only the sample can be reported on: this one has no targets, no screen, four options and four people.
    earlier = [["2025", *row[1:5], "0.25" if row[5] == "0.5" else row[5], row[6]] for row in answers]
    report = open_progress(make_engagement(answers=[*earlier, *answers]), unit, language)
    text = "".join(getattr(report, name)()._repr_mimebundle_()["text/plain"] for name in SECTIONS)
    assert not re.search(r"\{\w*\}|None|nan\b", text)
    assert locale(language)("section_causes") in text
