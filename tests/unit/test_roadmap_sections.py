"""The roadmap and the ten practices as a reader sees them: every unit of the sample, and units that barely exist."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import kamassess as ka
from kamassess.document import Banner, Chart, Document, KeyFigures, Node, Paragraph, Table, plain
from kamassess.locale import LANGUAGES, locale
from kamassess.opened import opened_audit
from kamassess.reading.brand import default_brand
from kamassess.render.plain import render_plain
from kamassess.resources import carried
from kamassess.result import MeasuredLevel, MetricValue, Reason, Roadmap
from kamassess.sections import View, board, practices, roadmap
from kamassess.sections.roadmap import board_roadmap

UNITS = ("NC", "EC", "SC", "CA", "OM", "EX")
CASES = [(unit, language) for unit in UNITS for language in LANGUAGES]
HOLES = re.compile(r"\bNone\b|\bnan\b|\binf\b|[{}]|\*\*|\^\^|~~|\(\)|（）|-0\.0\b|–%| , |，，|。。|\.\. ")


def _view(unit: str, language: str = "en") -> View:
    engagement, result = opened_audit(carried("sample_data"), "2026")
    return View(result, locale(language), engagement.brand, result.units[unit])


def _with(view: View, **changes: Any) -> View:
    return replace(view, unit=replace(view.unit, **changes))


def _text(nodes: tuple[Node, ...]) -> str:
    return render_plain(Document(nodes))


def _tables(nodes: tuple[Node, ...]) -> list[Table]:
    return [node for node in nodes if isinstance(node, Table)]


@pytest.mark.parametrize(("unit", "language"), CASES)
def test_every_planned_action_stands_in_the_table_of_its_phase(unit: str, language: str) -> None:
    # If this fails, an action is lost between the result and the page, or promised for the wrong month.
    view = _view(unit, language)
    nodes = roadmap(view)
    assert HOLES.findall(_text(nodes)) == []
    found = view.unit.roadmap
    shown = {
        (plain(row[0].text).split(" ")[0], int(table.id.rsplit("-", 1)[1])) for table in _tables(nodes) for row in table.rows
    }
    assert shown == {(action.id, action.phase) for action in found.actions}
    rows = [plain(row[0].text) for table in _tables(nodes) for row in table.rows]
    assert all(view.words.of(view.result.library.actions[row.split(" ")[0]].do) in row for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_are_those_of_the_result(language: str) -> None:
    # If this fails, the board reads an expected score that nobody computed.
    view = _view("NC", language)
    (figures,) = (node for node in roadmap(view) if isinstance(node, KeyFigures))
    found = view.unit.roadmap
    assert found.now is not None
    stands = [found.now, *found.phases]
    assert [item.value for item in figures.items] == [view.points(stand.score) for stand in stands]
    assert [item.note for item in figures.items] == [view.words("roadmap_level", level=stand.level) for stand in stands]
    (chart,) = (node for node in roadmap(view) if isinstance(node, Chart))
    for drawing in (chart.wide, chart.narrow):
        assert f">{view.points(found.phases[-1].score)}<" in drawing


def test_the_board_reads_the_first_action_and_where_all_of_them_lead() -> None:
    # If this fails, the board's page ends in findings and not in what to do.
    view = _view("NC")
    first = view.unit.roadmap.actions[0]
    text = plain(next(node.text for node in reversed(board(view)) if isinstance(node, Paragraph)))
    assert view.result.library.actions[first.id].do["en"] in text
    assert view.points(view.unit.roadmap.phases[-1].score) in text


def test_a_start_below_the_claim_is_explained() -> None:
    # If this fails, a reader finds another score at the start of the roadmap than on the cover, and no reason.
    view = _view("NC")
    found = view.unit.roadmap
    lower = dict.fromkeys(found.standing, 1.0)
    text = _text(roadmap(_with(view, roadmap=replace(found, standing=lower))))
    assert f"on {len(lower)} criteria the data measure less than is claimed" in text.replace("\n", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_data_the_start_is_no_matter_of_data(language: str) -> None:
    # If this fails, a report says that no data contradict a claim where there are none, or starts elsewhere without a reason.
    view = _view("NC", language)
    claims = {name: score for name in view.unit.roadmap.standing if (score := view.unit.criteria[name].score) is not None}
    now = replace(view.unit.roadmap.now, score=view.unit.overall.score)
    asked = _with(view, measured={}, say_do=(), roadmap=replace(view.unit.roadmap, standing=claims, now=now))
    words, overall = view.words, view.points(view.unit.overall.score)
    assert words("roadmap_stand_answers", stand=overall) in _text(roadmap(asked)).replace("\n", " " if language == "en" else "")
    apart = _with(asked, roadmap=replace(asked.unit.roadmap, now=replace(now, score=1.2)))
    said = words("roadmap_stand_criteria", stand="1.2", claimed=overall)
    assert said in _text(roadmap(apart)).replace("\n", " " if language == "en" else "")
    assert "measured level counts" not in _text(board_roadmap(asked))
    assert "按实测算" not in _text(board_roadmap(asked))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("found", "label"),
    [
        (Roadmap(reason=Reason.NO_ACTIONS), "roadmap_no_library"),
        (Roadmap(reason=Reason.NO_ANSWERS), "roadmap_no_answers"),
        (Roadmap(reason=Reason.NO_GAP), "roadmap_nothing"),
    ],
)
def test_without_actions_one_sentence_says_why(language: str, found: Roadmap, label: str) -> None:
    # If this fails, a section has a heading over nothing.
    view = _view("NC", language)
    nodes = roadmap(_with(view, roadmap=found))
    assert len(nodes) == 2
    assert _text(nodes[1:]).strip()
    assert plain(view.words.rich(label)) == plain(nodes[1].text)  # type: ignore[union-attr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_too_little_no_score_is_shown(language: str) -> None:
    # If this fails, the board reads "–" where a score should be, or a number that rests on two criteria.
    view = _view("NC", language)
    plan = view.unit.roadmap
    assert plan.now is not None
    dark = {"now": replace(plan.now, score=None, level=None)}
    phases = tuple(replace(stand, score=None, level=None) for stand in plan.phases)
    start = view.words("roadmap_stand_unknown", count=len(plan.standing), of=len(view.scored_criteria))
    for actions in (plan.actions, plan.actions[:1]):
        seen = _with(view, roadmap=replace(plan, phases=phases, actions=actions, **dark))
        nodes = roadmap(seen)
        assert not [node for node in nodes if isinstance(node, KeyFigures)]
        text = _text(nodes)
        assert HOLES.findall(text) == []
        assert start in text.replace("\n", " ")
        told = plain(next(node.text for node in reversed(board(seen)) if isinstance(node, Paragraph)))
        assert view.words.of(view.result.library.actions[actions[0].id].do) in told
        assert view.points(None) not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_programme_is_advised_the_plan_says_so_first(language: str) -> None:
    # If this fails, a board that is told "not yet" is told on the same page what to do first for the programme.
    view = _view("EX", language)
    assert view.unit.suitability is not None
    assert view.unit.suitability.verdict == "not_yet"
    doubt = plain(view.words.rich("roadmap_not_yet"))
    told = [plain(node.text) for node in board(view) if isinstance(node, Paragraph)]
    assert told[-1] == doubt
    banners = [plain(node.text) for node in roadmap(view) if isinstance(node, Banner)]
    assert banners[0] == doubt


def test_where_nothing_fits_the_effort_is_named() -> None:
    view = _view("NC")
    text = _text(roadmap(_with(view, roadmap=Roadmap(later=("STR-1.3",), capacity=(0.0, 1.0, 2.0), reason=Reason.NO_GAP))))
    assert "No action fits" in text


# -- the ten practices ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("unit", "language"), CASES)
def test_each_practice_has_a_row_with_a_next_step(unit: str, language: str) -> None:
    # If this fails, a practice is missing, or a reader is told where it stands and not what comes next.
    view = _view(unit, language)
    nodes = practices(view)
    assert HOLES.findall(_text(nodes)) == []
    (table,) = _tables(nodes)
    asked = [criterion.id for criterion in view.instrument.criteria() if criterion.practice]
    assert [plain(row[0].text).split(" ")[0] for row in table.rows] == asked
    assert len(asked) == 10
    steps = [plain(row[-1].text) for row in table.rows]
    assert all(steps)
    for criterion, step in zip(asked, steps, strict=True):
        action = view.result.library.actions.get(view.unit.roadmap.next_steps.get(criterion, ""))
        assert action is None or step.startswith(view.words.of(action.do))


def test_a_practice_shows_claim_measure_and_metric_side_by_side() -> None:
    # If this fails, the panel shows what people say and hides what is done.
    view = _view("NC")
    visits = MetricValue(0.25, "share", 1.75, 12)
    unit = _with(
        view,
        metrics=dict(view.unit.metrics) | {"executive_visit_coverage": visits},
        measured=dict(view.unit.measured) | {"RET-P05": MeasuredLevel(1.75, ("executive_visit_coverage",))},
    )
    (table,) = _tables(practices(unit))
    row = next(row for row in table.rows if plain(row[0].text).startswith("RET-P05"))
    said, measured, metric = (plain(cell.text) for cell in row[1:4])
    assert said == view.points(view.unit.criteria["RET-P05"].score)
    assert measured == "1.8"
    assert "25%" in metric


def test_an_instrument_without_practices_has_no_panel(make_engagement: Callable[..., Path]) -> None:
    result = ka.audit(make_engagement())
    view = View(result, locale("en"), default_brand(), result.units["N"])
    assert practices(view) == ()
    assert "no library" in _text(roadmap(view))
