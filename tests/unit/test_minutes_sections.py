"""The minutes of a workshop say what its result holds, in both languages, and nobody's votes."""

from __future__ import annotations

import dataclasses
import json
import re
import statistics
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import workshop_sample
from bs4 import BeautifulSoup
from scoring_cases import WAVE, Row, instrument, write_engagement
from workshop_cases import Table as Room

from kamassess.display import MinutesReport, open_minutes, view_of_minutes, view_of_unit
from kamassess.display.unit import UnitReport
from kamassess.document import Bullets, Card, Cards, Chart, Cover, Document, Heading, Node, Quotes, Run, Table, plain
from kamassess.errors import UsageError
from kamassess.export.files import write_file
from kamassess.recorded import RecordedAction
from kamassess.render.html import render_html
from kamassess.result import AgreedAnswer, Moved, VotedBlock, VoteRound, Workshop, WorkshopGap, WorkshopQuestion
from kamassess.sections import View, board, minutes
from kamassess.sections.minutes import MinutesView
from kamassess.sections.minutes.differs import told_gaps
from kamassess.workshop import moves
from kamassess.workshop.events import Kept, Opened
from kamassess.workshop.record import write_record

SECTIONS = ("cover", "decided", "levels", "moved", "differs", "votes", "appendix")
LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workshop_sample.engagement(tmp_path_factory.mktemp("minutes") / "sample")


@pytest.fixture(params=LANGUAGES)
def view(request: pytest.FixtureRequest, folder: Path) -> MinutesView:
    return view_of_minutes(folder, workshop_sample.UNIT, request.param, None)


@pytest.fixture
def english(folder: Path) -> MinutesView:
    return view_of_minutes(folder, workshop_sample.UNIT, "en", None)


def _nodes(view: MinutesView) -> list[Node]:
    return [node for name in SECTIONS for node in getattr(minutes, name)(view)]


def _texts(part: Any) -> Iterator[str]:
    """All words in a node."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Run):
        yield part.text
    elif isinstance(part, tuple | list):
        for entry in part:
            yield from _texts(entry)
    elif dataclasses.is_dataclass(part) and not isinstance(part, type):
        for entry in dataclasses.fields(part):
            yield from _texts(getattr(part, entry.name))


def _table(nodes: Iterable[Node], name: str) -> Table:
    return next(node for node in nodes if isinstance(node, Table) and node.id == name)


def _cells(table: Table) -> list[list[str]]:
    return [[plain(cell.text) for cell in row] for row in table.rows]


def _with(view: MinutesView, **changes: Any) -> MinutesView:
    held: Workshop = dataclasses.replace(view.held, **changes)
    return MinutesView(view.result, view.words, view.brand, dataclasses.replace(view.unit, workshop=held))


def _title(view: MinutesView) -> str:
    return next(node for node in minutes.cover(view) if isinstance(node, Cover)).title


def test_every_section_is_there_and_can_be_shown(view: MinutesView) -> None:
    # If this fails, a section of the minutes is empty or stops with an error.
    for name in SECTIONS:
        nodes = getattr(minutes, name)(view)
        assert nodes, name
        assert render_html(Document(nodes))
        assert "{" not in "".join(text for text in _texts(nodes) if "<svg" not in text and "STR" not in text)
    ids = [node.id for node in _nodes(view) if isinstance(node, Heading)]
    assert len(ids) == len(set(ids))


def test_what_was_decided_is_what_the_room_decided(view: MinutesView) -> None:
    # If this fails, people go home with other actions than they agreed on.
    nodes, words, state = minutes.decided(view), view.words, workshop_sample.held()
    actions = _cells(_table(nodes, "actions-table"))
    assert {row[0] for row in actions} == {action.do for action in state.actions.values()}
    assert [row[3] for row in actions][:3] == [words.date(day) for day in ("2026-12-01", "2026-12-15", "2027-01-31")]
    agreed = {row[0]: row for row in _cells(_table(nodes, "agreed-table"))}
    for block in view.blocks:
        row = agreed[view.name(block)]
        assert row[1] == view.points(view.held.agreed[block.id].score)
        assert row[4] == words.score(state.targets[block.id])
    assert "STR-4" in agreed[view.name(view.blocks[0])][2], "what holds the level down"
    open_ = "".join(_texts(nodes))
    assert all(name in open_ for name in workshop_sample.told()["open"])


def test_levels_stand_side_by_side(view: MinutesView) -> None:
    # If this fails, the survey's figure in the minutes is not that of the audit.
    nodes, unit, held = minutes.levels(view), view.unit, view.held
    rows = {row[0]: row for row in _cells(_table(nodes, "levels-table"))}
    for block in view.blocks:
        row, claim = rows[view.name(block)], unit.dimensions[block.id]
        assert row[1].startswith(view.points(claim.score))
        assert f"({claim.n})" in row[1]
        assert row[2] == f"{view.points(held.first[block.id].score)} ({held.first[block.id].n})"
        assert row[3] == f"{view.points(held.last[block.id].score)} ({held.last[block.id].n})"
        assert row[4] == view.points(held.agreed[block.id].score)
        assert row[5] == view.words.score(unit.known[block.id].measured)
        assert row[6] == view.words.score(unit.known[block.id].evidenced)
    for block in view.blocks:
        assert len(_table(nodes, f"{block.id}-workshop-table").rows) == len(block.criteria)


def test_the_chart_is_drawn_and_says_what_it_shows(view: MinutesView) -> None:
    # If this fails, a reader who does not see learns nothing of the chart, or the drawing lacks a mark.
    (chart,) = (node for node in minutes.levels(view) if isinstance(node, Chart))
    kinds = [entry.kind for entry in chart.key]
    assert kinds == ["claimed", "interval", "voted", "agreed", "measured", "evidenced", "target"]
    for block in view.dimensions:
        assert view.name(block) in chart.alt
        assert view.words.score(view.held.agreed[block.id].score) in chart.alt
    for drawing in (chart.wide, chart.narrow):
        assert BeautifulSoup(drawing, "xml").find("svg")


def test_no_vote_of_anybody_and_no_small_role_is_told(view: MinutesView, folder: Path) -> None:
    # If this fails, minutes break the promise that was made to the room.
    told = "\n".join(_texts(_nodes(view)))
    state = workshop_sample.held()
    assert not [person for person in state.people if re.search(rf"\b{person}\b", told)]
    for question in view.held.questions.values():
        for found in question.rounds:
            assert all(role.n + role.counts["DK"] + role.counts["NA"] >= 3 for role in found.roles.values())
    page = render_html(Document(tuple(_nodes(view))))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page, "a comment is text"


def test_comments_are_there_without_who_wrote_them(view: MinutesView) -> None:
    # If this fails, what people wrote is lost, or signed.
    quotes = [quote for node in minutes.votes(view) if isinstance(node, Quotes) for quote in node.items]
    said = workshop_sample.told()["comments"]
    assert {quote.text for quote in quotes} == set(said.values())
    assert all(any(name.split()[0] in quote.source for name in said) for quote in quotes)


def test_a_second_sentence_of_a_kind_is_another_sentence(view: MinutesView) -> None:
    # If this fails, ten lines of the minutes begin alike.
    cards = next(node for node in minutes.differs(view) if isinstance(node, Cards)).items
    sentences = [
        "".join(re.findall(r"\D", plain(body).split("：" if "：" in plain(body) else ": ", 1)[1]))
        for card in cards
        for body in card.body
    ]
    assert len(set(sentences)) == len(sentences)


def _gap(kind: str, difference: float, *, certain: bool = True) -> WorkshopGap:
    other = 3.0
    return WorkshopGap("STR-3", kind, other + difference, other, difference, (2.9, 3.1), certain, 0.1, 9)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gaps", "rule"),
    [
        ([_gap("claimed", -0.7)], "claimed_lower"),
        ([_gap("claimed", 0.7)], "claimed_higher"),
        ([_gap("claimed", -0.7, certain=False)], None),
        ([_gap("claimed", -0.4)], None),
        ([_gap("claimed", 0.2), _gap("measured", 0.6)], "measured_higher"),
        ([_gap("claimed", 0.2), _gap("evidenced", -0.6)], "evidenced_lower"),
        ([_gap("claimed", -0.9), _gap("measured", -0.6)], "measured_lower"),
    ],
)
def test_which_sentence_is_said_of_a_difference(english: MinutesView, gaps: list[WorkshopGap], rule: str | None) -> None:
    # If this fails, noise is told as a difference, or a difference from the data is not told.
    told = told_gaps(_with(english, gaps=tuple(gaps)))
    assert [name for name, _ in told] == ([rule] if rule else [])
    text = "".join(_texts(minutes.differs(_with(english, gaps=tuple(gaps)))))
    assert ("Nowhere is what was agreed" in text) == (rule is None)


def test_a_gap_that_the_room_has_closed_is_told_as_that(english: MinutesView) -> None:
    # If this fails, the room that took the data's side is blamed as if it had not.
    rules = {gap.criterion: rule for rule, gap in told_gaps(english)}
    assert rules["STR-2"] == "closed_measured"
    cards: list[Card] = [card for node in minutes.differs(english) if isinstance(node, Cards) for card in node.items]
    (card,) = (card for card in cards if "Leadership conviction" in plain(card.body[0]))
    assert (card.kind, card.title) == ("strength", "Gap closed")


def _vote(number: int, signs: str) -> VoteRound:
    """A round in which so many chose what, one sign each; ``?`` is don't know."""
    chosen = [float(sign) for sign in signs if sign != "?"]
    counts = {str(value): chosen.count(value) for value in range(1, 6)}
    mean, sd = statistics.fmean(chosen), statistics.stdev(chosen) if len(chosen) > 1 else None
    return VoteRound(number, len(signs), len(chosen), mean, mean, sd, None, None, counts, signs.count("?"), 0)


def _moved(view: MinutesView, first: str, last: str, agreed: float | None) -> MinutesView:
    """The workshop with one question that was voted on twice."""
    one, two = _vote(1, first), _vote(2, last)
    assert one.mean is not None
    assert two.mean is not None
    means, spreads = (one.mean, two.mean, two.mean - one.mean), (one.sd, two.sd)
    entry = Moved("STR-3-Q1", 2, *means, *spreads, one.n, two.n, None, one.votes, two.votes)
    answer = None if agreed is None else AgreedAnswer(agreed)
    questions = {**view.held.questions, "STR-3-Q1": WorkshopQuestion((one, two), answer)}
    return _with(view, moved=(entry,), questions=questions)


@pytest.mark.parametrize(
    ("first", "last", "agreed", "said", "not_said"),
    [
        ("1355", "4445", 4, "rose from 3.5 to 4.2, and the votes came closer", "chose a level at first"),
        ("1355", "2222", 2, "fell from 3.5 to 2.0, and the votes came closer", "no vote"),
        ("2234", "1355", 3, "rose from 2.8 to 3.5, but the votes lie further apart", "convinced"),
        ("22?", "233", 3, "2 chose a level at first and 3 at last", "no vote"),
        ("234", "333", 2, "no vote of the last round was for (3 Established: 3)", "middle"),
        ("234", "333", 3, "the mean stayed at 3.0, and the votes came closer", "no vote"),
        ("234", "234", None, "the last vote repeats the first", "Agreed"),
        ("2??", "344", 4, "rose from 2.0 to 3.7.", "spread"),
    ],
)
def test_what_moved_is_told_by_the_votes_alone(
    english: MinutesView, first: str, last: str, agreed: float | None, said: str, not_said: str
) -> None:
    # If this fails, minutes tell of people who were convinced where somebody only left.
    shown = _moved(english, first, last, agreed)
    (text,) = (text for text in map(plain_of, minutes.moved(shown)) if "Vision" in text)
    assert said in text
    assert not_said not in text


def test_an_answer_that_nobody_voted_for_is_named(view: MinutesView) -> None:
    # If this fails, minutes let a reader take the last vote for the agreed answer.
    nodes = minutes.votes(_moved(view, "234", "333", 2))
    lines = [plain(item) for node in nodes if isinstance(node, Bullets) for item in node.items]
    assert any(line.startswith("STR-3-Q1") for line in lines)
    assert not [node for node in minutes.votes(_moved(view, "234", "333", 3)) if isinstance(node, Bullets)]


def plain_of(node: Node) -> str:
    return "" if isinstance(node, Table) else "".join(_texts(node))


def test_the_headline_says_the_finding(english: MinutesView) -> None:
    # If this fails, the first line says something that the workshop did not come to.
    unit = english.unit_name
    claimed = english.unit.overall.score or 0.0

    def whole(score: float) -> dict[str, VotedBlock]:
        return {**english.held.agreed, "": VotedBlock(score, 2, 1.0, 9)}

    assert _title(english) == f"{unit} agreed on 22 questions and 4 actions"
    assert "where its survey had claimed" in _title(_with(english, agreed=whole(claimed - 0.5)))
    assert "more than the" in _title(_with(english, agreed=whole(claimed + 0.5)))
    assert "close to the" in _title(_with(english, agreed=whole(claimed + 0.1)))
    assert _title(_with(english, actions=())) == f"{unit} agreed on 22 questions, and on no action yet"
    nothing = {name: dataclasses.replace(found, agreed=None) for name, found in english.held.questions.items()}
    one = (RecordedAction("a", "STR-1", "do"),)
    assert _title(_with(english, questions=nothing, actions=one)) == f"{unit} settled 1 action; its levels stay open"
    assert _title(_with(english, questions=nothing, actions=())) == f"{unit} voted on 23 questions and agreed on no answer yet"


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ({"STR": 4.0}, "It set a target for Strategic alignment: from 3.0 agreed to 4.0."),
        ({"STR": 3.0}, "which the agreed 3.0 reaches"),
        ({"STR": 4.0, "ORG": 2.5}, "the widest distance is that of Strategic alignment, from 3.0 to 4.0"),
        (
            {"STR": 3.0, "ORG": 3.0, "AUT": 3.0},
            "the widest distance is 0.8, that of Organisation and process fit and Institutional authority",
        ),
        ({"STR": 2.0, "ORG": 2.0}, "the agreed levels reach them"),
        ({"STR": 3.0, "RET": 3.0}, "It set targets for 2 dimensions."),
    ],
)
def test_the_lead_ranks_targets_only_where_there_is_something_to_rank(
    english: MinutesView, targets: dict[str, float], said: str
) -> None:
    # If this fails, minutes call the way of the only target the longest.
    (cover,) = (node for node in minutes.cover(_with(english, targets=targets)) if isinstance(node, Cover))
    assert said in plain(cover.lead)


def test_what_was_not_reached_is_named_and_fills_no_tables(view: MinutesView) -> None:
    # If this fails, nobody sees what is left of the agenda, or pages of dashes hide what was agreed.
    agenda = (*view.held.agenda, "MGR")
    kept = {name: found for name, found in view.held.questions.items() if name != "STR-6-Q1"}
    nodes = _nodes(_with(view, agenda=agenda, questions=kept))
    tables = [node.id for node in nodes if isinstance(node, Table)]
    assert "MGR-workshop-table" not in tables
    assert "MGR-votes-table" not in tables
    manager = next(block for block in view.instrument.dimensions if block.id == "MGR")
    assert view.name(manager) not in {row[0] for row in _cells(_table(nodes, "levels-table"))}
    lines = [plain(item) for node in nodes if isinstance(node, Bullets) for item in node.items]
    assert any(line.startswith("STR-6-Q1") for line in lines)
    questions = sum(len(criterion.questions) for criterion in manager.criteria)
    assert any(view.name(manager) in line and view.count("questions", questions) in line for line in lines)


def test_the_day_is_that_of_the_workshop(view: MinutesView) -> None:
    # If this fails, minutes of an engagement without a date are of 1980.
    dated = dataclasses.replace(view, result=dataclasses.replace(view.result, date=None))
    meta = MinutesReport(dated).cover().document.meta
    assert meta is not None
    assert meta.date == "2026-11-18"
    assert meta.header not in meta.title
    other = View(dated.result, view.words, view.brand, view.unit)
    shown = UnitReport(other).cover().document.meta
    assert shown is not None
    assert shown.date == ""


def test_a_workshop_of_nothing_is_told_as_that(view: MinutesView) -> None:
    # If this fails, the minutes of a workshop that only set a target stop with an error.
    none = VotedBlock(None, None, 0.0, 0, "no_answers")  # type: ignore[arg-type]
    blank = dict.fromkeys(view.held.agreed, none)
    bare = _with(view, first=blank, last=blank, agreed=blank, questions={}, moved=(), gaps=(), actions=(), people={})
    nodes = _nodes(bare)
    assert minutes.moved(bare) == minutes.differs(bare) == minutes.votes(bare) == ()
    assert _title(bare) == view.words("wm_headline_targets", unit=view.unit_name, count=view.count("dimensions", 3))
    assert plain(view.words.rich("wm_actions_none")) in "".join(_texts(nodes))


def test_both_languages_say_the_same_numbers(folder: Path) -> None:
    # If this fails, the Chinese minutes are of another workshop.
    found = []
    for language in LANGUAGES:
        shown = view_of_minutes(folder, workshop_sample.UNIT, language, None)
        found.append([_figures(table) for table in _nodes(shown) if isinstance(table, Table)])
    assert found[0] == found[1]


def _figures(table: Table) -> list[list[float | None]]:
    return [[cell.sort for cell in row] for row in table.rows]


def test_the_audit_says_what_was_agreed_and_keeps_its_scores(folder: Path) -> None:
    # If this fails, the board does not hear of the workshop, or hears its levels as the unit's.
    shown = view_of_unit(folder, workshop_sample.UNIT, "en", None)
    nodes = board(shown)
    ids = [node.id for node in nodes if isinstance(node, Heading)]
    assert "board-workshop" in ids
    text = "".join(plain_of(node) for node in nodes)
    assert "On 18 November 2026 the unit held a workshop (16 people): 23 questions voted on; 22 questions agreed" in text
    assert "“Strategic alignment” 3.0 (claimed 3.2)" in text
    other: View = view_of_unit(folder, "EC", "en", None)
    assert "board-workshop" not in [node.id for node in board(other) if isinstance(node, Heading)]


def test_without_a_workshop_there_are_no_minutes(folder: Path) -> None:
    # If this fails, a report without a word in it is made.
    with pytest.raises(UsageError, match="unit 'EC' had no workshop in wave 2026"):
        open_minutes(folder, "EC")
    report = open_minutes(folder, workshop_sample.UNIT)
    assert isinstance(report, MinutesReport)
    assert report.workshop.session == workshop_sample.SESSION


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_instrument_with_a_screen_and_other_scales(tmp_path: Path, language: str) -> None:
    # If this fails, minutes work for the built-in instrument alone.
    case = instrument(
        {"A": {"A1": ["q1", "q2"]}, "B": {"B1": ["q3"]}},
        screens={"S": {"S1": ["s1"]}},
        options=(0.0, 0.25, 1.0),
        levels=(0.0, 0.5),
        roles=("lead", "staff"),
    )
    room = Room(case)
    room.events = [Kept(1, Opened("U", WAVE, (case.id, case.version, case.sha256), ("S", "A"), ""))]
    room.people(lead=4, staff=3)
    for block in ("S", "A"):
        room.do(moves.begin(room.led, block))
    for name in ("s1", "q1"):
        for person in [*room.state.people]:
            room.do(moves.answer(person, name, 1, "0.25" if person.startswith("lead") else "NA", "why"))
        room.do(moves.show(room.led, name))
        room.do(moves.agree(room.led, name, "0.25"))
    survey: list[Row] = [("U", f"p{number}", "lead", {"q1": 1, "q2": 1, "q3": 0, "s1": "DK"}) for number in range(3)]
    place = write_engagement(tmp_path / "e", case, survey)
    write_record(room.state, place, "s")
    view = view_of_minutes(place, "U", language, None)
    assert [block.id for block in view.blocks] == ["S", "A"]
    assert [block.id for block in view.dimensions] == ["A"]
    found = _nodes(view)
    assert render_html(Document(tuple(found)))
    rows = _cells(_table(found, "S-votes-table"))
    assert rows[0][2] == "7"
    assert "0.25" in rows[0][3]
    assert write_file("xlsx", view) == write_file("xlsx", view)
    assert write_file("pptx", view) == write_file("pptx", view)
    assert "0.25" in json.dumps(json.loads(write_file("json", view))["units"]["U"]["workshop"])
