"""Section 2: the page for the board. One strip of figures, one chart, and a handful of findings in sentences."""

from __future__ import annotations

from typing import Literal

from kamassess.charts import plot_dimensions
from kamassess.charts.dimensions import shows
from kamassess.data_findings import BOARD_FINDINGS
from kamassess.document import Banner, Card, Cards, Heading, KeyEntry, KeyFigure, KeyFigures, Node, Paragraph
from kamassess.findings import Finding, findings
from kamassess.sections import unasked
from kamassess.sections.drawn import dimensions_title
from kamassess.sections.minutes.unit import board_workshop
from kamassess.sections.roadmap import board_roadmap
from kamassess.sections.suitability import suitability_figure
from kamassess.sections.view import View
from kamassess.trust import caveats, gates_at_risk, level_in_words, level_start, score_may_fall

__all__ = ["board"]

_SHOWN: tuple[Literal["measured", "evidenced"], ...] = ("measured", "evidenced")
_FIGURES = 5
"""Figures that stand beside each other."""
_RISK = 0.05
"""Share of draws on another level from which on a gate that gives way is named."""
_NEARLY = 0.925
"""Share of draws that ten draws would round up to all of them."""


def board(view: View) -> tuple[Node, ...]:
    """What a board reads if it reads one page."""
    if not view.unit.asked:
        return unasked.board(view)
    words = view.words
    said = [Banner("warning", text) for text in caveats(view)]
    risk = _risk(view)
    found = findings(view)
    nodes: list[Node] = [Heading(1, words("section_board"), "board"), _figures(view), *risk, *said, _chart(view)]
    if found:
        nodes.append(Cards(tuple(_card(finding) for finding in found)))
    return (*nodes, *_shown_by_data(view), *board_workshop(view), *board_roadmap(view))


def _shown_by_data(view: View) -> tuple[Node, ...]:
    """The first findings of the data, and how many more there are."""
    words, found = view.words, view.data_findings
    if not found:
        return ()
    nodes: list[Node] = [
        Heading(2, words("data_findings_title"), "board-data"),
        Cards(tuple(_card(finding) for finding in found[:BOARD_FINDINGS])),
    ]
    if len(found) > BOARD_FINDINGS:
        nodes.append(Paragraph(words.rich("data_findings_more", count=len(found) - BOARD_FINDINGS), "note"))
    return tuple(nodes)


def _risk(view: View) -> tuple[Paragraph, ...]:
    """How often the level came out, and the gates that would pull it down; nothing where that is rare."""
    words, unit = view.words, view.unit
    robust, level = unit.robustness, unit.overall.level
    gates = gates_at_risk(view)
    if robust is None or robust.level_differs is None or robust.level_differs < _RISK or level is None or not gates:
        return ()
    same = robust.levels.get(str(level), 0.0)
    of = 10 if same < _NEARLY else 20
    lower = {int(name): share for name, share in robust.levels.items() if int(name) < level}
    where = level_in_words(words, level)
    values = {
        "where": where[:1].upper() + where[1:],
        "count": round(same * of),
        "of": of,
        "gates": words.list([_gate(view, name) for name in gates]),
        "start": words.short(level_start(view) or 0.0),
        "lower": level_in_words(words, max(lower, key=lambda found: lower[found]) or None),
    }
    label = "board_risk_near" if score_may_fall(view) else "board_risk" if len(gates) == 1 else "board_risk_several"
    return (Paragraph(words.rich(label, **values)),)


def _gate(view: View, name: str) -> str:
    words, block = view.words, view.unit.criteria[name]
    values = {"id": name, "name": view.quoted(view.criteria[name]), "score": view.points(block.score)}
    return (
        words("gate_and_interval", interval=words.interval(*block.interval), **values)
        if block.interval
        else words("gate_and_score", **values)
    )


def _figures(view: View) -> KeyFigures:
    words, overall = view.words, view.unit.overall
    top = view.instrument.levels[-1].level
    interval = words("interval_95", interval=words.interval(*overall.interval)) if overall.interval else words("no_interval")
    items = [KeyFigure(words("figure_overall"), view.points(overall.score), interval if overall.score is not None else "")]
    if overall.level is not None:
        items.append(
            KeyFigure(words("figure_level"), str(overall.level), words("of_levels", top=top, name=view.level_name(overall.level)))
        )
    else:
        items.append(KeyFigure(words("figure_level"), "–", words(f"reason_{overall.reason}") if overall.reason else ""))
    if overall.blocked_by:
        note = words.list(list(overall.blocked_by))
        items.append(KeyFigure(words("figure_blocked"), str(len(overall.blocked_by)), note))
    elif overall.index is not None:
        items.append(KeyFigure(words("figure_index"), words.number(overall.index, 0), words("of_hundred")))
    known = view.unit.whole
    if known and known.measured is not None:
        of = {"n": known.n_measured, "of": known.n}
        claimed = known.claimed_measured
        note = words("figure_measured_alone", **of)
        if claimed is not None:
            note = words("figure_measured_note", claimed=words.score(claimed), **of)
        items.append(KeyFigure(words("figure_measured"), words.score(known.measured), note))
    answered = words.percent(overall.coverage) if overall.coverage is not None else "–"
    items.append(
        KeyFigure(words("figure_answered"), answered, words("respondents", people=words.people(view.unit.n_respondents)))
    )
    items += suitability_figure(view)
    spare = [words("figure_index"), words("figure_answered")]  # the cover has the one, and nobody decides on the other
    while len(items) > _FIGURES and spare:
        label = spare.pop(0)
        items = [item for item in items if item.label != label]
    return KeyFigures(tuple(items))


def _chart(view: View) -> Node:
    words, unit = view.words, view.unit
    key = [KeyEntry("claimed", words("key_claimed"))]
    if any(block.interval for block in unit.dimensions.values()):
        key.append(KeyEntry("interval", words("key_interval")))
    key += [KeyEntry(kind, words(f"key_{kind}")) for kind in _SHOWN if shows(unit, kind)]
    if unit.targets:
        key.append(KeyEntry("target", words("key_target")))
    what = "known" if any(shows(unit, kind) for kind in _SHOWN) else "dimensions"
    return view.chart(
        "board-dimensions",
        lambda pen: plot_dimensions(unit, view.instrument, pen),
        title=dimensions_title(view),
        subtitle=words(f"chart_{what}_subtitle"),
        alt=_alt(view),
        key=tuple(key),
    )


def _alt(view: View) -> str:
    words, unit = view.words, view.unit
    parts = []
    for dimension in view.instrument.dimensions:
        target = unit.targets.get(dimension.id)
        value = view.score(unit.dimensions[dimension.id])
        label = "alt_dimension_target" if target is not None else "alt_dimension"
        known = unit.known.get(dimension.id)
        parts.append(words(label, name=view.name(dimension), value=value, target=words.score(target)))
        for kind in _SHOWN:
            level = getattr(known, kind, None)
            if level is not None:
                parts.append(words(f"alt_{kind}", value=words.score(level)))
    return words("alt_dimensions", parts=words("alt_separator").join(parts))


def _card(finding: Finding) -> Card:
    return Card(finding.kind, finding.title, finding.body)
