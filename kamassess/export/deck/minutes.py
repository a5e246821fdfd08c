"""The deck of a workshop: what was decided, who does what, levels side by side, where the room moved and where it differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from kamassess.document import Cards, Chart, KeyFigures, Paragraph, Table, plain, rich
from kamassess.export.deck.reported import cover_of, first, sentences, table, whole_steps
from kamassess.export.deck.slides import Graph, Mark, Series, Slide, Title, sentence
from kamassess.instrument import scale_ends
from kamassess.sections import minutes
from kamassess.sections.minutes import MinutesView
from kamassess.sections.minutes.appendix import rule_values
from kamassess.sections.minutes.cover import closer
from kamassess.sections.minutes.differs import difference, is_far, other_figure, told_gaps
from kamassess.sections.minutes.differs import topic as differing

__all__ = ["minutes_slides", "opening"]

_SAID = 3
"""Sentences above a table of no more rows, and names in a title."""
_COLUMNS = 3
"""So many dimensions stand as groups of columns, where marks would lie on each other; of more there is a mark each."""


def opening(view: MinutesView) -> Title:
    """The first slide: the finding, the day, who was there."""
    cover = cover_of(minutes.cover(view))
    lines = tuple(f"{name}{view.words('wm_colon')}{plain(text)}" for name, text in cover.facts[1:5])
    return Title(cover.kicker, cover.title, lines, (plain(cover.lead),))


def minutes_slides(view: MinutesView) -> tuple[Slide, ...]:
    """All slides but the first, those left out that have nothing to say."""
    return (*_decided(view), *_actions(view), *_levels(view), *_moved(view), *_differs(view))


def _decided(view: MinutesView) -> tuple[Slide, ...]:
    words, nodes = view.words, minutes.decided(view)
    found, figures = table(nodes, "agreed-table"), first(nodes, KeyFigures)
    topic = words("wm_section_decided")
    lead = plain(cover_of(minutes.cover(view)).lead)
    title = cover_of(minutes.cover(view)).title
    items = figures.items if figures else ()
    notes = (lead, words("wm_rule_agreed_text"), words("deck_where", section=topic))
    return (Slide("decided", topic, title, notes, figures=items, main=found, foot=_foot(view, found)),)


def _foot(view: MinutesView, found: Table | None) -> str:
    """The note of a table, and what its dashes stand for: a slide has no marks for that."""
    if found is None:
        return ""
    reasons = dict.fromkeys(cell.title for row in found.rows for cell in row if cell.title)
    dashes = view.words("wm_slide_dash", reasons=view.words("wm_reasons_separator").join(reasons)) if reasons else ""
    return plain(view.sentences(found.note, rich("{x}", x=dashes) if dashes else ()))


def _actions(view: MinutesView) -> tuple[Slide, ...]:
    found = table(minutes.decided(view), "actions-table")
    if found is None:
        return ()
    words, topic = view.words, view.words("wm_actions_title")
    title = words("wm_slide_actions", count=view.count("actions", len(view.held.actions)))
    return (Slide("actions", topic, title, (words("deck_where", section=words("wm_section_decided")),), main=found),)


def _levels(view: MinutesView) -> tuple[Slide, ...]:
    """The dimensions as a chart, where there is anything to draw, and in figures."""
    words, nodes = view.words, minutes.levels(view)
    found = table(nodes, "levels-table")
    if found is None:
        return ()
    topic = words("wm_section_levels")
    notes = (words("wm_levels_note"), words("wm_rule_votes_text", **rule_values(view)), words("deck_where", section=topic))
    slides = []
    columns = len(view.dimensions) <= _COLUMNS
    chart, series = first(nodes, Chart), _series(view, columns=columns)
    if chart is not None and series:
        low, high = scale_ends(view.instrument.dimensions)
        names = tuple(view.name(block) for block in view.dimensions)
        graph = Graph(
            "columns" if columns else "marks", names, series, chart.alt, 0.0 if columns else low, high, whole_steps((low, high))
        )
        foot = words("wm_slide_foot" if any(entry.intervals for entry in series) else "wm_slide_foot_plain")
        slides.append(Slide("levels", topic, _furthest(view), notes, main=graph, foot=foot))
    title = words("wm_slide_table") if slides else _furthest(view)
    return (*slides, Slide("levels-table", topic, title, notes, main=found, foot=_foot(view, found)))


def _series(view: MinutesView, *, columns: bool) -> tuple[Series, ...]:
    """Survey, last vote, agreed level, data, documents and targets; those of which there is any.

    Columns all have their figures; of marks, which stand above each other, what was agreed, and the survey with its interval.
    """
    words, unit, held, names = view.words, view.unit, view.held, [block.id for block in view.dimensions]
    claims, known = [view.claim(name) for name in names], [unit.known.get(name) for name in names]
    intervals, starts = tuple(claim.interval for claim in claims), view.instrument.starts
    parts: list[tuple[str, tuple[float | None, ...], str, Mark, float]] = [
        ("wm_key_claimed", tuple(claim.score for claim in claims), "claimed", "circle", 1.0),
        ("wm_key_last", tuple(held.last[name].score for name in names), "claimed", "circle", 0.45),
        ("wm_key_agreed", tuple(held.agreed[name].score for name in names), "ink", "circle", 1.0),
        ("wm_key_measured", tuple(entry.measured if entry else None for entry in known), "measured", "diamond", 1.0),
        ("wm_key_evidenced", tuple(entry.evidenced if entry else None for entry in known), "evidenced", "square", 1.0),
        ("key_target", tuple(unit.targets.get(name) for name in names), "target", "dash", 0.3 if columns else 1.0),
    ]
    sides: Mapping[str, Literal["left", "right"]] = {"wm_key_agreed": "right", "wm_key_claimed": "left"}
    found = []
    for label, values, colour, mark, opacity in parts:
        if any(value is not None for value in values):
            given = intervals if label == "wm_key_claimed" and any(intervals) and not columns else ()
            side: Literal["", "left", "right", "end"] = "end" if columns else sides.get(label, "")
            found.append(Series(words(label), values, colour, mark, opacity, given, side, starts))
    return tuple(found if columns else found[::-1])  # of marks, what is drawn last lies above the others


def _furthest(view: MinutesView) -> str:
    """Where the room is furthest from the survey, as a title; what the slide is about where it agreed on no dimension."""
    words, found = view.words, []
    for block in view.dimensions:
        agreed, claimed = view.held.agreed[block.id].score, view.claim(block.id).score
        if agreed is not None and claimed is not None:
            shown = view.points(agreed), view.points(claimed)
            found.append((abs(view.less(*shown)), block, *shown))
    if not found:
        return words("wm_chart_title")
    far, block, agreed_, claimed_ = max(found, key=lambda entry: entry[0])
    if not far and len(found) > 1:
        return words("wm_slide_levels_all_same")
    return words("wm_slide_levels" if far else "wm_slide_levels_same", name=view.name(block), agreed=agreed_, claimed=claimed_)


def _moved(view: MinutesView) -> tuple[Slide, ...]:
    words, nodes = view.words, minutes.moved(view)
    found = table(nodes, "moved-table")
    if found is None:
        return ()
    topic = words("wm_section_moved")
    told = [sentence(text) for text in sentences(nodes)]
    notes = (*(plain(text) for text in told), words("deck_where", section=topic))
    lead = tuple(told) if len(found.rows) <= _SAID else ()
    return (Slide("moved", topic, plain(closer(view)).rstrip(".。"), notes, lead=lead, main=found, foot=_foot(view, found)),)


def _differs(view: MinutesView) -> tuple[Slide, ...]:
    words, nodes = view.words, minutes.differs(view)
    cards = first(nodes, Cards)
    if cards is None:
        return ()
    topic = differing(view)
    told = [sentence(text) for card in cards.items for text in card.body]
    paragraphs = [plain(node.text) for node in nodes if isinstance(node, Paragraph)]
    notes = (*paragraphs, words("wm_rule_apart_text"), words("deck_where", section=topic))
    return (Slide("differs", topic, _furthest_known(view), notes, side=tuple(told)),)


def _furthest_known(view: MinutesView) -> str:
    """The largest difference from data and documents, or else from the survey; where each gap is a closed one, those."""
    words, told, gaps = view.words, told_gaps(view), [gap for gap in view.held.gaps if is_far(view, gap)]
    if all(rule.startswith("closed") for rule, _ in told):
        names = [view.name(view.criteria[gap.criterion]) for _, gap in told[:_SAID]]
        return words("wm_slide_closed", names=words.list(names))
    known = [gap for gap in gaps if gap.kind != "claimed"]
    gap = max(known or gaps, key=lambda gap: abs(difference(view, gap)))
    kinds = {entry.kind for entry in view.held.gaps} - {"claimed"} if known else {"claimed"}
    values = {"agreed": view.points(gap.agreed), "kind": words(f"wm_kind_{gap.kind}"), "other": other_figure(view, gap)}
    return words("wm_slide_differs", kinds=view.kinds(kinds), name=view.name(view.criteria[gap.criterion]), **values)
