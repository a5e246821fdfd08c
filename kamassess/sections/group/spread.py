"""Where the differences sit: between units, or between the people of one unit."""

from __future__ import annotations

from kamassess.charts.spread import plot_spread
from kamassess.document import Heading, Node, Paragraph, Rich
from kamassess.sections.group.tables import table_spread
from kamassess.sections.group.view import GroupView

__all__ = ["inside", "spread"]


def spread(view: GroupView) -> tuple[Node, ...]:
    """Differences between units and within them, by dimension; nothing where there is nothing to compare."""
    if not view.comparable:
        return ()
    words = view.words
    nodes: list[Node] = [Heading(1, words("section_spread"), "spread")]
    if any(found.icc1 is not None for found in view.group.spread.values()):
        nodes += [Paragraph(_verdict(view), "lead"), Paragraph(words.rich("spread_intro")), _chart(view)]
    else:
        nodes.append(Paragraph(words.rich("spread_unknown")))
    return (*nodes, table_spread(view))


def inside(view: GroupView) -> tuple[str, ...]:
    """Dimensions on which people of one unit differ more than units do."""
    return tuple(
        dimension.id
        for dimension in view.instrument.dimensions
        if (found := view.group.spread[dimension.id]).within is not None
        and found.between is not None
        and found.within > found.between
    )


def _verdict(view: GroupView) -> Rich:
    """On which dimensions a unit must look inside itself."""
    words, own = view.words, inside(view)
    known = [name for name, found in view.group.spread.items() if found.icc1 is not None and name != "overall"]
    if not own:
        return words.rich("spread_outside", count=len(known))
    if len(own) == len(known):
        return words.rich("spread_inside_all")
    return words.rich("spread_inside", dimensions=view.dimension_names(own))


def _chart(view: GroupView) -> Node:
    words = view.words
    names = {"overall": words("overall")} | {entry.id: view.name(entry) for entry in view.instrument.dimensions}
    known = {name: found.icc1 for name, found in view.group.spread.items() if found.icc1 is not None}
    most = max(known, key=lambda name: (known[name], name))
    least = min(known, key=lambda name: (known[name], name))

    def quoted(name: str) -> str:
        return names[name] if name == "overall" else words.quoted(names[name])

    values = {
        "most": quoted(most),
        "most_share": words.percent(max(known[most], 0.0)),
        "least": quoted(least),
        "least_share": words.percent(max(known[least], 0.0)),
    }
    return view.chart(
        "spread-chart",
        lambda pen: plot_spread(view.group.spread, names, pen),
        title=words("spread_chart_title"),
        subtitle=words("spread_chart_subtitle"),
        alt=words("alt_spread", **values),
    )
