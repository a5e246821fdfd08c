"""Section 7: what to do, in which order and when, who does it, how one sees that it is done, and where that would lead."""

from __future__ import annotations

from kamassess.charts.roadmap import plot_roadmap
from kamassess.document import Banner, Cell, Column, Heading, KeyFigure, KeyFigures, Node, Paragraph, Rich, Run, Table, rich
from kamassess.planning import PHASES
from kamassess.result import PlannedAction, Reason, Roadmap, Stand
from kamassess.sections.by_hand import decided_by_hand, own_lines, owner_of
from kamassess.sections.view import View

__all__ = ["board_roadmap", "roadmap"]

_LATER = 12
"""Actions without room that are named."""


def roadmap(view: View) -> tuple[Node, ...]:
    """The roadmap of the unit; one sentence where there is none."""
    words, found = view.words, view.unit.roadmap
    head = Heading(1, words("section_roadmap"), "roadmap")
    if not found.actions or found.now is None:
        return (head, Paragraph(_why_nothing(view, found)), *own_lines(view), *decided_by_hand(view))
    nodes: list[Node] = [
        head,
        *_doubt(view),
        Paragraph(_lead(view, found), "lead"),
        Paragraph(_start(view, found)),
        Paragraph(_first(view, found)),
    ]
    nodes += [*([_figures(view, found, found.now)] if found.now.score is not None else []), _chart(view, found, found.now)]
    for phase in range(1, len(PHASES) + 1):
        nodes += _phase(view, found, phase)
    if found.later:
        label = "roadmap_later" if len(found.later) <= _LATER else "roadmap_later_many"
        ids = words("policy_separator").join(found.later)
        nodes.append(Paragraph(words.rich(label, count=len(found.later), ids=ids), "note"))
    nodes.append(Paragraph(words.rich("roadmap_note"), "note"))
    return (*nodes, *own_lines(view), *decided_by_hand(view))


def board_roadmap(view: View) -> tuple[Node, ...]:
    """The roadmap in one paragraph, for the board; nothing where there is none."""
    words, found = view.words, view.unit.roadmap
    if not found.actions or not found.phases:
        return ()
    if doubt := _doubt(view):
        return (Paragraph(doubt[0].text),)
    first = found.actions[0]
    if found.now is None or found.now.score is None:
        do = words(
            "roadmap_board_first", id=first.criterion, name=view.quoted(view.criteria[first.criterion]), do=_do(view, first)
        )
        return (Paragraph(words.rich("board_roadmap_unknown", first=do)),)
    do = words("roadmap_board_first", id=first.criterion, name=view.quoted(view.criteria[first.criterion]), do=_do(view, first))
    last = found.phases[-1]
    values = {"count": len(found.actions), "after": view.points(last.score), "level": _level(view, last)}
    values |= {"before": view.points(found.now.score if found.now else None)}
    label = "board_roadmap" if _lower(view, found) else "board_roadmap_claimed"
    return (Paragraph(words.rich(label, first=do, **values)),)


def _lower(view: View, found: Roadmap) -> list[str]:
    """The criteria of which the roadmap takes less than people claim, since the data measure less."""
    claims = {name: view.unit.criteria[name].score for name in found.standing}
    return [name for name, value in found.standing.items() if (score := claims[name]) is not None and value < score]


def _doubt(view: View) -> tuple[Banner, ...]:
    """That there may be no programme to plan for."""
    verdict = view.unit.suitability.verdict if view.unit.suitability else None
    return (Banner("warning", view.words.rich("roadmap_not_yet")),) if verdict == "not_yet" else ()


def _why_nothing(view: View, found: Roadmap) -> Rich:
    words = view.words
    if found.reason is Reason.NO_ACTIONS:
        return words.rich("roadmap_no_library")
    if found.reason is Reason.NO_ANSWERS:
        return words.rich("roadmap_no_answers")
    if found.later:
        return words.rich("roadmap_nothing_fits", effort=words("policy_separator").join(map(words.short, found.capacity)))
    return words.rich("roadmap_nothing")


def _lead(view: View, found: Roadmap) -> Rich:
    words, now, last = view.words, found.now, found.phases[-1]
    before = now.score if now else None
    values = {"count": len(found.actions), "before": view.points(before), "after": view.points(last.score)}
    if before is None:
        return words.rich("roadmap_lead_unknown" if len(found.actions) > 1 else "roadmap_lead_unknown_one", **values)
    if len(found.actions) == 1:
        return words.rich("roadmap_lead_one", **values)
    if now and now.level is not None and last.level is not None and last.level > now.level:
        return words.rich("roadmap_lead_raised", old=now.level, new=last.level, **values)
    return words.rich("roadmap_lead_same", **values)


def _start(view: View, found: Roadmap) -> Rich:
    """Why the start is where it is."""
    words, overall = view.words, view.unit.overall.score
    stand = view.points(found.now.score if found.now else None)
    if found.now is None or found.now.score is None:
        return words.rich("roadmap_stand_unknown", count=len(found.standing), of=len(view.scored_criteria))
    lower, claimed = _lower(view, found), view.points(overall)
    if all(view.unit.criteria[name].score is None for name in found.standing):
        return words.rich("roadmap_stand_measured", stand=stand)
    if lower and overall is not None:
        return words.rich("roadmap_stand_lower", stand=stand, claimed=claimed, count=len(lower))
    if overall is not None and stand != claimed:
        return words.rich("roadmap_stand_criteria", stand=stand, claimed=claimed)
    measured = any(level.level is not None for level in view.unit.measured.values())
    return words.rich("roadmap_stand_claimed" if measured else "roadmap_stand_answers", stand=stand)


def _first(view: View, found: Roadmap) -> Rich:
    first = found.actions[0]
    label = "roadmap_first_gate" if first.holds else "roadmap_first"
    if first.holds and view.unit.criteria[first.criterion].score is None:
        label = "roadmap_first_measured"
    return view.words.rich(label, id=first.criterion, name=view.quoted(view.criteria[first.criterion]), do=_do(view, first))


def _do(view: View, action: PlannedAction) -> str:
    return view.words.of(view.result.library.actions[action.id].do)


def _level(view: View, stand: Stand) -> str:
    return view.words("roadmap_level", level=stand.level) if stand.level is not None else view.words("roadmap_no_level")


def _figures(view: View, found: Roadmap, now: Stand) -> KeyFigures:
    words = view.words
    items = [KeyFigure(words("roadmap_figure_now"), view.points(now.score), _level(view, now))]
    items += [
        KeyFigure(words("roadmap_figure_after", month=end), view.points(stand.score), _level(view, stand))
        for (_, end), stand in zip(PHASES, found.phases, strict=True)
    ]
    return KeyFigures(tuple(items))


def _chart(view: View, found: Roadmap, now: Stand) -> Node:
    words, last = view.words, found.phases[-1]
    names = {dimension.id: view.name(dimension) for dimension in view.instrument.dimensions}
    parts = [
        words("roadmap_alt_part", name=names[name], before=view.points(before), after=view.points(last.dimensions[name]))
        for name, before in now.dimensions.items()
        if before is not None
    ]
    return view.chart(
        "roadmap-chart",
        lambda pen: plot_roadmap(found, view.instrument, pen),
        title=words("roadmap_chart_title"),
        subtitle=words("roadmap_chart_subtitle"),
        alt=words("roadmap_alt", parts=words("alt_separator").join(parts)),
    )


def _phase(view: View, found: Roadmap, phase: int) -> list[Node]:
    """One phase: what it would bring, and its actions."""
    words, stand = view.words, found.phases[phase - 1]
    blocked = words("roadmap_still_blocked", gates=words.list(list(stand.blocked_by))) if stand.blocked_by else ""
    values = {"used": words.short(found.used[phase - 1]), "capacity": words.short(found.capacity[phase - 1])}
    effect = words.rich(
        "roadmap_phase_effect" if stand.score is not None else "roadmap_phase_effort",
        score=view.points(stand.score),
        level=_level(view, stand),
        blocked=blocked,
        **values,
    )
    nodes: list[Node] = [Heading(2, words(f"roadmap_phase_{phase}"), f"roadmap-{phase}"), Paragraph(effect)]
    actions = [action for action in found.actions if action.phase == phase]
    if not actions:
        return [*nodes, Paragraph(words.rich("roadmap_phase_empty"))]
    columns = (
        Column(words("roadmap_column_action"), "text", 6.4),
        Column(words("roadmap_column_owner"), "text", 1.6),
        Column(words("roadmap_column_step"), "number", 1.2),
        Column(words("roadmap_column_months"), "number", 0.9),
        Column(words("roadmap_column_effort"), "number", 0.8),
    )
    rows = tuple(_row(view, found, action) for action in actions)
    caption = words("roadmap_table", month=PHASES[phase - 1][1])
    return [*nodes, Table(f"roadmap-table-{phase}", caption, columns, rows, told=True)]


def _row(view: View, found: Roadmap, action: PlannedAction) -> tuple[Cell, ...]:
    words, entry = view.words, view.result.library.actions[action.id]
    stand = max(found.standing[action.criterion], action.level - 1.0)
    notes = []
    for label, ids in (("roadmap_after", action.after), ("roadmap_needed_for", action.needed_for)):
        if ids:
            notes.append(words(label, actions=words.list(list(ids))))
    if action.early:
        notes.append(words("roadmap_early", actions=words.list(list(action.early))))
    if action.status:
        notes.append(words("roadmap_status", status=words(f"sc_status_{action.status}")))
    if action.assumes:
        notes.append(words("roadmap_assumes", steps=words.list(list(action.assumes))))
    gap = " " if words.language == "en" else ""
    text = (
        Run(f"{action.id} ", "muted"),
        Run(words.of(entry.do), "strong" if action.holds else "plain"),
        Run(gap + gap.join([words.of(entry.measure), *notes]), "muted"),
    )
    return (
        Cell(text),
        Cell(rich("{x}", x=owner_of(view, action.id, action.owner))),
        Cell(rich("{x}", x=words("roadmap_step", stand=view.points(stand), level=action.level)), action.gap),
        Cell(rich("{x}", x=words("roadmap_months", first=action.starts, last=action.ends)), float(action.ends)),
        Cell(rich("{x}", x=words.short(action.effort)), float(action.effort)),
    )
