"""Every sentence of the minutes is borne out by the record: random workshops, also of one question, of few people, of nothing."""

from __future__ import annotations

import dataclasses
import re
import statistics
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import workshop_sample
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kamassess.display import view_of_minutes
from kamassess.document import Cards, Cover, KeyFigures, Node, Paragraph, Table, plain
from kamassess.export.deck.minutes import minutes_slides
from kamassess.locale import Locale
from kamassess.reading.engagement import Unit
from kamassess.reading.instrument import load_instrument
from kamassess.recorded import RecordedAction, RecordedAnswer, RecordedRound, WorkshopRecord
from kamassess.result import UnitResult
from kamassess.scoring.workshop import workshop_of
from kamassess.sections import minutes
from kamassess.sections.minutes import MinutesView

QUESTIONS = ("STR-1-Q1", "STR-2-Q1", "STR-4-Q1", "STR-4-Q2", "ORG-1-Q1", "ORG-5-Q1", "AUT-1-Q1")
FAR = 0.5
ALL = tuple(load_instrument("kam").questions)


class Known:
    """A unit with a survey, data and documents, in few words where a test that fails names it."""

    def __init__(self, view: MinutesView) -> None:
        self.view = view


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    folder = workshop_sample.engagement(tmp_path_factory.mktemp("true") / "sample")
    return Known(view_of_minutes(folder, workshop_sample.UNIT, "en", None))


def _bare(unit: UnitResult) -> UnitResult:
    """The same unit where nobody was asked, and there are neither data nor documents."""

    def empty(blocks: Mapping[str, Any]) -> dict[str, Any]:
        return {name: dataclasses.replace(block, score=None, ci=None, n=0) for name, block in blocks.items()}

    changes: dict[str, Any] = {"overall": dataclasses.replace(unit.overall, score=None, ci=None, n=0)}
    changes |= {name: empty(getattr(unit, name)) for name in ("dimensions", "screens", "criteria")}
    changes |= {"n_respondents": 0, "measured": {}, "evidence": {}, "known": {}, "say_do": (), "metrics": {}}
    return dataclasses.replace(unit, **changes)


ROUND = st.lists(st.sampled_from(["1", "2", "2", "3", "3", "4", "5", "DK", "NA"]), min_size=1, max_size=8)


@st.composite
def records(draw: st.DrawFn) -> WorkshopRecord:
    names = draw(st.lists(st.sampled_from(QUESTIONS), unique=True, max_size=5))
    rounds = {name: tuple(draw(st.lists(ROUND, min_size=0, max_size=3))) for name in names}
    told = {
        name: tuple(_round(number, votes) for number, votes in enumerate(found, 1)) for name, found in rounds.items() if found
    }
    agreed = {
        name: RecordedAnswer(draw(st.sampled_from(["1", "2", "3", "4", "5", "NA"]))) for name in names if draw(st.booleans())
    }
    whole = draw(st.booleans())
    if whole:  # so much that dimensions have an agreed score
        agreed |= {name: RecordedAnswer(draw(st.sampled_from("234"))) for name in ALL if name.startswith(("STR", "ORG"))}
    people = draw(st.sampled_from([{"executive": 2}, {"executive": 3, "kam": 5}, {}]))
    actions = tuple(
        RecordedAction(
            f"a{number}", "STR-4", "do", draw(st.sampled_from(["", "Zhou"])), draw(st.sampled_from(["", "2026-12-01"]))
        )
        for number in range(draw(st.integers(0, 2)))
    )
    targets = {name: 3.0 + number for number, name in enumerate(draw(st.lists(st.sampled_from(["STR", "ORG"]), unique=True)))}
    agenda = ("STR", "ORG", "AUT") if draw(st.booleans()) else ("STR",)
    day = draw(st.sampled_from(["", "2026-11-18"]))
    return WorkshopRecord("s", "2026", "NC", day, ("kam", "1.0"), people, agenda, told, agreed, targets, {}, actions)


def _round(number: int, votes: list[str]) -> RecordedRound:
    if len(votes) < 3:
        return RecordedRound(number, len(votes))
    return RecordedRound(number, len(votes), {vote: votes.count(vote) for vote in sorted(set(votes))})


def _view(known: MinutesView, record: WorkshopRecord, language: str, *, bare: bool) -> MinutesView:
    unit = _bare(known.unit) if bare else known.unit
    unit = dataclasses.replace(unit, targets=record.targets)
    named = Unit(unit.id, unit.name, None, None, {})
    held = workshop_of([record], known.instrument, named, unit)
    return MinutesView(known.result, Locale(language), known.brand, dataclasses.replace(unit, workshop=held))


@settings(deadline=None, max_examples=40, phases=[Phase.explicit, Phase.generate])  # to make one smaller takes minutes
@given(records(), st.booleans())
def test_every_sentence_is_true(known: Known, record: WorkshopRecord, bare: bool) -> None:
    # If this fails, minutes state something that did not happen in the room.
    view = _view(known.view, record, "en", bare=bare)
    _lead_is_true(view, record)
    _moved_is_true(view, record)
    _differs_is_true(view)
    _tables_are_true(view, record)
    for language in ("en", "zh"):
        text = " ".join(_texts(_view(known.view, record, language, bare=bare)))
        assert not re.search(r"[{}]|\bNone\b|\bnan\b|1980", text)
        assert not re.search(r"\b1 (questions|dimensions|actions|votes)\b", text)
        assert not re.search(r"\b0 (questions|dimensions|actions)\b|[^0-9.]0(道题|项行动|个维度)", text)


def _texts(view: MinutesView) -> Iterator[str]:
    for name in ("cover", "decided", "levels", "moved", "differs", "votes", "appendix"):
        for node in getattr(minutes, name)(view):
            yield from _said(node)
    for slide in minutes_slides(view):
        yield from (slide.title, slide.foot, *map(plain, slide.lead), *map(plain, slide.side))


def _said(node: Node) -> Iterator[str]:
    match node:
        case Cover():
            yield from (node.title, plain(node.lead))
        case Paragraph():
            yield plain(node.text)
        case Cards():
            yield from (plain(text) for card in node.items for text in card.body)
        case Table():
            yield from (
                node.caption,
                plain(node.note),
                *(f"{plain(cell.text)} {cell.title}" for row in node.rows for cell in row),
            )


def _options(found: RecordedRound) -> list[float]:
    return [float(name) for name, count in (found.whole or {}).items() if name not in ("DK", "NA") for _ in range(count)]


def _shown(record: WorkshopRecord, name: str) -> list[RecordedRound]:
    return [found for found in record.rounds.get(name, ()) if found.whole is not None]


def _number(text: str, pattern: str) -> int | None:
    found = re.search(pattern, text)
    return int(found[1]) if found else None


def _lead_is_true(view: MinutesView, record: WorkshopRecord) -> None:
    (cover,) = (node for node in minutes.cover(view) if isinstance(node, Cover))
    lead, voted = plain(cover.lead), len(record.rounds)
    assert _number(lead, r"voted on (\d+) question") == (voted or None)
    again = sum(len(found) > 1 for found in record.rounds.values())
    assert _number(lead, r"voted again on (\d+) question") == (again or None)
    assert ("no answer was agreed" in lead) == (bool(voted) and not record.agreed)
    if record.agreed:
        assert _number(lead, r"agreed on the answer to (\d+) question") == len(record.agreed)
    ends = [_spread(_shown(record, name)) for name in record.rounds]
    compared = [pair for pair in ends if pair is not None]
    nearer = sum(last < first for first, last in compared)
    if "each time the votes came closer" in lead or "1 question, and the votes came closer" in lead:
        assert nearer == len(compared) == again
    elif "the votes did not come closer" in lead:
        assert nearer == 0
    elif again and not compared:
        assert "too few votes can be compared" in lead
    elif again:
        assert _number(lead, r"on (\d+) of them the votes came closer") == nearer
    if compared and len(compared) < again:
        assert _number(lead, r"; (\d+) questions? can be compared") == len(compared)
    if "set a target for" in lead:
        assert len(record.targets) == 1
    if "widest distance" in lead:
        ways = {name: level - float(view.points(view.held.agreed[name].score)) for name, level in record.targets.items()}
        widest = max(ways.values())
        named = [name for name, way in ways.items() if way > widest - 1e-9]
        assert len(ways) > 1
        assert widest > 0
        others = [name for name in ways if name not in named]
        told = lead.split("widest distance")[1].split(". ")[0]
        assert all(view.words.of(_block(view, name).name) in told for name in named)
        assert not [name for name in others if view.words.of(_block(view, name).name) in told]
    (figures,) = (node for node in minutes.decided(view) if isinstance(node, KeyFigures))
    note = next(item.note for item in figures.items if item.label == "Answers agreed")
    open_ = [name for name in record.rounds if name not in record.agreed]
    asked = [name for name in ALL if view.block_of[name] in record.agenda]
    unreached = [name for name in asked if name not in record.rounds and name not in record.agreed]
    assert (_number(note, r"(\d+) left open") or 0) == len(open_)
    assert (_number(note, r"(\d+) on the agenda") or 0) == len(unreached)
    actions = record.actions
    if "with owner and date" in lead:
        assert all(action.owner and action.due for action in actions)


def _block(view: MinutesView, name: str) -> Any:
    return next(block for block in view.instrument.blocks if block.id == name)


def _spread(rounds: list[RecordedRound]) -> tuple[float, float] | None:
    """The spreads of the first and the last round with a mean, as they are shown."""
    told = [votes for found in rounds if (votes := _options(found))]
    if len(told) < 2 or min(len(told[0]), len(told[-1])) < 2:
        return None
    words = Locale("en")
    return float(words.number(statistics.stdev(told[0]))), float(words.number(statistics.stdev(told[-1])))


def _moved_is_true(view: MinutesView, record: WorkshopRecord) -> None:
    told = [plain(node.text) for node in minutes.moved(view) if isinstance(node, Paragraph)][1:]
    for text, entry in zip(told, view.held.moved, strict=False):
        rounds = [found for found in _shown(record, entry.question) if _options(found)]
        first, last = _options(rounds[0]), _options(rounds[-1])
        before, after = statistics.fmean(first), statistics.fmean(last)
        if "rose from" in text:
            assert after > before
        if "fell from" in text:
            assert after < before
        if "stayed at" in text:
            assert abs(after - before) < 0.1
        if "repeats the first" in text:
            assert rounds[0].whole == rounds[-1].whole
        if "came closer" in text or "further apart" in text:
            pair = _spread(rounds)
            assert pair is not None
            assert (pair[1] < pair[0]) == ("came closer" in text)
            assert pair[0] != pair[1]
        assert ("chose a level at first" in text) == (len(first) != len(last))
        agreed = record.agreed.get(entry.question)
        assert ("stayed open" in text) == (agreed is None)
        if agreed is not None:
            final = record.rounds[entry.question][-1].whole
            away = final is not None and not final.get(agreed.answer, 0)
            assert ("which no vote of the last round was for" in text) == away


def _differs_is_true(view: MinutesView) -> None:
    nodes = minutes.differs(view)
    text = " ".join(plain(node.text) for node in nodes if isinstance(node, Paragraph))
    sizes = {(gap.criterion, gap.kind): abs(float(view.points(gap.agreed)) - float(_figure(view, gap))) for gap in view.held.gaps}
    sure = {(gap.criterion, gap.kind): gap.certain for gap in view.held.gaps}
    far = {name: size for name, size in sizes.items() if size >= FAR - 1e-9 and sure[name]}
    if "Nowhere is what was agreed" in text:
        assert not far
    else:
        told = " ".join([text, *(plain(card.body[0]) for node in nodes if isinstance(node, Cards) for card in node.items)])
        assert all(view.name(view.criteria[criterion]) in told for criterion, _ in far)
    for slide in minutes_slides(view):
        if slide.title.startswith("Furthest from"):
            name = slide.title.split(": ", 1)[1].split(", agreed")[0]
            criterion = next(c for c in view.criteria if view.name(view.criteria[c]) == name)
            kinds = ("claimed",) if slide.title.startswith("Furthest from survey") else ("measured", "evidenced")
            of = {c: max(size for (part, kind), size in far.items() if part == c and kind in kinds) for c, k in far if k in kinds}
            assert of[criterion] == max(of.values())
    (cards,) = [node for node in nodes if isinstance(node, Cards)] or [None]
    for card in cards.items if cards else ():
        body = plain(card.body[0])
        name = next(c for c in view.criteria if body.startswith(f"{view.name(view.criteria[c])}:"))
        for kind, word in (("measured", "the data"), ("evidenced", "documents")):
            if f"within half a level of {word}" in body:
                assert sizes[name, kind] < FAR


def _figure(view: MinutesView, gap: Any) -> str:
    return view.points(gap.other) if gap.kind == "claimed" else view.words.score(gap.other)


def _tables_are_true(view: MinutesView, record: WorkshopRecord) -> None:
    most = max((found.n for rounds in record.rounds.values() for found in rounds), default=0)
    blocks = {criterion.id: [entry.id for entry in criterion.questions] for criterion in view.instrument.criteria()}
    for name, parts in blocks.items():
        voted = any(part in record.rounds for part in parts)
        for held in (view.held.first[name], view.held.last[name]):
            assert held.n <= most
            if held.score is None:
                assert (view.no_vote(held.reason, held.n) == "wm_reason_not_voted") == (not voted)
        assert (view.held.agreed[name].n > 0) == any(part in record.agreed for part in parts)
    for question in view.held.questions.values():
        for found in question.rounds:
            assert found.band is None or found.n >= 5
    for name, agreed in view.held.agreement.items():
        ids = [part for part in ALL if view.block_of[part] == name]
        numbers = [len(_options(found[-1])) for part in ids if (found := _shown(record, part))]
        assert agreed.n == max(numbers, default=0)
        assert agreed.carries is not False or agreed.band not in ("strong", "very_strong")
    shown = {node.id: node for node in minutes.levels(view) if isinstance(node, Table)}
    touched = {view.block_of[name] for name in (*record.rounds, *record.agreed)}
    assert {name.removesuffix("-workshop-table") for name in shown if name.endswith("-workshop-table")} == touched
    away = " ".join(plain(part) for node in minutes.votes(view) for part in getattr(node, "items", ()) if isinstance(part, tuple))
    for name, answer in record.agreed.items():
        last = record.rounds[name][-1].whole if name in record.rounds else None
        assert (name in away) == (last is not None and not last.get(answer.answer, 0))
