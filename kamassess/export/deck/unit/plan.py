"""What to do and when, where it would lead, and what the board is asked to decide."""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.document import Banner, Cell, Column, KeyFigures, Paragraph, Run, Table, plain, rich
from kamassess.export.deck.reported import first, sentences, whole_steps
from kamassess.export.deck.slides import Graph, Series, Slide, sentence
from kamassess.export.deck.unit.standing import rests_on
from kamassess.instrument import scale_ends
from kamassess.planning import PHASES
from kamassess.result import PlannedAction, Stand
from kamassess.sections.by_hand import owner_of
from kamassess.sections.roadmap import roadmap
from kamassess.sections.suitability import suitability
from kamassess.sections.view import View

__all__ = ["decisions", "leads_to", "timeline"]

_BARS, _ASKED = 3, 5
"""Actions of a phase that the timeline has room for, and those that the board is asked about."""
_SHADES = (1.0, 0.62, 0.34)
"""How much of their colour the bars of later phases have."""


def timeline(view: View) -> tuple[Slide, ...]:
    """The first actions of the roadmap over their months; nothing without actions."""
    words, found = view.words, view.unit.roadmap
    if not found.actions or found.now is None:
        return ()
    shown = [action for phase in range(1, len(PHASES) + 1) for action in _of_phase(found.actions, phase)]
    names = tuple(_bar_name(view, action) for action in shown)
    begin = Series(words("deck_roadmap_begin"), tuple(float(action.starts) for action in shown), "")
    phases = [
        Series(
            words(f"roadmap_phase_{phase}"),
            tuple(float(action.ends - action.starts) if action.phase == phase else None for action in shown),
            "accent",
            opacity=_SHADES[phase - 1],
        )
        for phase in range(1, len(PHASES) + 1)
        if any(action.phase == phase for action in shown)
    ]
    parts = [
        words("deck_roadmap_alt_part", name=name, first=action.starts, last=action.ends)
        for name, action in zip(names, shown, strict=True)
    ]
    alt = words("deck_roadmap_alt", parts=words("alt_separator").join(parts))
    graph = Graph("spans", names, (begin, *phases), alt, 0.0, float(PHASES[-1][1]), 3.0, "0")
    start = view.quoted(view.criteria[found.actions[0].criterion])
    title = words("deck_roadmap_title", count=len(found.actions), first=start)
    if len(found.actions) == 1:
        title = words("deck_roadmap_one")
    foot = words("deck_roadmap_foot")
    more = len(found.actions) - len(shown)
    if more:
        foot = words("deck_join", first=foot, second=words("deck_more_rows", count=more))
    nodes = roadmap(view)
    doubts = [node.text for node in nodes if isinstance(node, Banner)]
    leads = [node.text for node in nodes if isinstance(node, Paragraph) and node.kind == "lead"]
    lead = tuple(sentence(text) for text in (*doubts, *leads))
    notes = (
        words("deck_how_roadmap"),
        *(plain(text) for text in sentences(nodes)[:4]),
        *(_note(view, action) for action in found.actions),
        words("deck_where", section=words("section_roadmap")),
    )
    return (Slide("roadmap", words("section_roadmap"), title, notes, lead=lead, main=graph, foot=foot),)


def _of_phase(actions: Sequence[PlannedAction], phase: int) -> Sequence[PlannedAction]:
    """The first actions of a phase, in their order."""
    return [action for action in actions if action.phase == phase][:_BARS]


def _bar_name(view: View, action: PlannedAction) -> str:
    name = view.name(view.criteria[action.criterion])
    return view.words("deck_roadmap_bar", name=action.criterion, criterion=name, level=action.level)


def _note(view: View, action: PlannedAction) -> str:
    words, entry = view.words, view.result.library.actions[action.id]
    values = {"do": words.of(entry.do), "owner": _owner(view, action), "measure": words.of(entry.measure)}
    return words(
        "deck_roadmap_note", id=action.id, first=action.starts, last=action.ends, effort=words.short(action.effort), **values
    )


def _owner(view: View, action: PlannedAction) -> str:
    return owner_of(view, action.id, action.owner)


# -- where it leads --------------------------------------------------------------------------------------------------------


def leads_to(view: View) -> tuple[Slide, ...]:
    """Every dimension now and after each phase; nothing where the unit as a whole has no stand."""
    words, found = view.words, view.unit.roadmap
    if not found.actions or found.now is None or found.now.score is None:
        return ()
    now, last = found.now, found.phases[-1]
    shown = [entry for entry in view.instrument.dimensions if now.dimensions.get(entry.id) is not None]
    names = (words("roadmap_overall"), *(view.name(entry) for entry in shown))

    def values(stand: Stand) -> tuple[float | None, ...]:
        return (stand.score, *(stand.dimensions.get(entry.id) for entry in shown))

    series = [Series(words("deck_lead_to_now"), values(now), "claimed", labels="end", starts=view.instrument.starts)]
    for place, (stand, (_, end)) in enumerate(zip(found.phases, PHASES, strict=True)):
        final = place == len(PHASES) - 1
        series.append(
            Series(
                words("deck_lead_to_after", month=end),
                values(stand),
                "accent",
                opacity=_SHADES[len(PHASES) - 1 - place],
                labels="end" if final else "",
                starts=view.instrument.starts,
            )
        )
    parts = [
        words("roadmap_alt_part", name=name, before=view.points(before), after=view.points(after))
        for name, before, after in zip(names, values(now), values(last), strict=True)
    ]
    low, high = scale_ends(view.instrument.dimensions)
    low = min(low, 0.0)
    alt = words("deck_lead_to_alt", parts=words("alt_separator").join(parts))
    graph = Graph("columns", names, tuple(series), alt, low, high, whole_steps((low, high)))
    if now.level is not None and last.level is not None and last.level > now.level:
        title = words("deck_lead_to_raised", old=now.level, new=last.level)
    else:
        title = words("deck_lead_to_title", before=view.points(now.score), after=view.points(last.score))
    nodes = roadmap(view)
    figures = first(nodes, KeyFigures)
    told = sentences(nodes)
    notes = (
        words("deck_lead_to_foot"),
        *(plain(text) for text in told[:3]),
        *parts,
        rests_on(view),
        words("deck_where", section=words("section_roadmap")),
    )
    foot = words("deck_lead_to_foot")
    topic = words("roadmap_chart_title")
    return (Slide("leads_to", topic, title, notes, figures.items if figures else (), main=graph, foot=foot),)


# -- decisions -------------------------------------------------------------------------------------------------------------


def decisions(view: View) -> tuple[Slide, ...]:
    """What the board is asked to decide: the advice on the programme, and the first actions."""
    words, found = view.words, view.unit.roadmap
    rows = [*_advice(view), *(_decision(view, action) for action in found.actions[:_ASKED])]
    if not rows:
        return ()
    title = words("deck_decisions_title", count=len(rows)) if len(rows) > 1 else words("deck_decision_title")
    columns = (
        Column(words("deck_column_decision"), "text", 4.6),
        Column(words("deck_column_owner"), "text", 1.5),
        Column(words("deck_column_when"), "text", 1.1),
        Column(words("deck_column_seen"), "text", 3.0),
    )
    notes = (
        words("deck_how_decisions"),
        *(_note(view, action) for action in found.actions[:_ASKED]),
        rests_on(view),
        words("deck_where", section=words("section_roadmap")),
    )
    return (
        Slide(
            "decisions", words("deck_decisions_topic"), title, notes, main=Table("deck-decisions", title, columns, tuple(rows))
        ),
    )


def _advice(view: View) -> Sequence[tuple[Cell, ...]]:
    """What to do about the programme as a whole."""
    words = view.words
    if view.unit.suitability is None:
        return ()
    told = next((text for text in sentences(suitability(view))[:5] if any(run.style == "action" for run in text)), None)
    if told is None:
        return ()
    text = "".join(run.text for run in told if run.style == "action")
    cells = (words("deck_the_board"), words("deck_now"), words("deck_resolution"))
    return [(Cell(rich("**{x}**", x=text)), *(Cell(rich("{x}", x=cell)) for cell in cells))]


def _decision(view: View, action: PlannedAction) -> tuple[Cell, ...]:
    words, entry = view.words, view.result.library.actions[action.id]
    do = (Run(f"{action.id} ", "muted"), Run(words.of(entry.do), "strong" if action.holds else "plain"))
    return (
        Cell(do),
        Cell(rich("{x}", x=_owner(view, action))),
        Cell(rich("{x}", x=words("deck_month", month=action.ends)), float(action.ends)),
        Cell(rich("{x}", x=words.of(entry.measure))),
    )
