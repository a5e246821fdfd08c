"""The page for the board where nobody was asked: what is measured and evidenced, and what to ask about."""

from __future__ import annotations

from collections.abc import Iterable

from kamassess.charts import plot_dimensions
from kamassess.charts.dimensions import shows
from kamassess.document import Banner, Card, Cards, Heading, KeyEntry, KeyFigure, KeyFigures, Node, Paragraph, Rich
from kamassess.sections.drawn import dimensions_title
from kamassess.sections.unasked.basis import basis, evidenced, measured
from kamassess.sections.view import ResultView, View

__all__ = ["FIGURES", "board", "figure"]

FIGURES = ("otif", "revenue_retention", "top_five_share", "contact_breadth", "plan_coverage")
"""Metrics that a board knows without an explanation; the first three with a value are shown."""
_SHOWN, _NAMED = 3, 6
_CARDS, _HIGH, _LOW, _FEW = 3, 3.5, 2.5, 10
"""Cards of a kind; levels from which on a criterion is a strength, and up to which a gap; fewer cases than this give a hint."""


def board(view: View) -> tuple[Node, ...]:
    """That nobody was asked; figures, chart and what stands out by the data."""
    words = view.words
    nodes: list[Node] = [Heading(1, words("section_board"), "board")]
    nodes += [Banner("info", words.rich("un_banner", basis=basis(view))), _figures(view), *_chart(view)]
    cards = _cards(view)
    if cards:
        nodes.append(Cards(cards))
    elif not measured(view) and view.unit.metrics:
        nodes.append(Paragraph(words.rich("un_nothing_measured")))
    open_ = [name for name in evidenced(view) if view.unit.evidence[name].level is None]
    if open_:
        nodes.append(Paragraph(words.rich("un_level_open", criteria=view.named(tuple(open_[:_NAMED])), count=len(open_))))
    return tuple(nodes)


def figure(view: ResultView, value: float, unit: str) -> str:
    """The value of a metric with its unit of measure."""
    return view.words.measure(value, unit, view.result.currency)


def _figures(view: View) -> KeyFigures:
    words, unit, of = view.words, view.unit, len(view.scored_criteria)
    rest = words("un_figure_rest")
    items = []
    if unit.metrics:
        items.append(KeyFigure(words("un_figure_measured"), words("un_some_of", count=len(measured(view)), of=of), rest))
    if unit.evidence:
        items.append(KeyFigure(words("un_figure_evidenced"), words("un_some_of", count=len(evidenced(view)), of=of), rest))
    told = [name for name in FIGURES if name in unit.metrics and unit.metrics[name].value is not None][:_SHOWN]
    for name in told:
        found = unit.metrics[name]
        value = figure(view, found.value or 0.0, found.unit)
        items.append(KeyFigure(view.metric_name(name), value, words("un_n", n=words.number(found.n, 0))))
    return KeyFigures(tuple(items))


def _chart(view: View) -> tuple[Node, ...]:
    """Dimensions by data and documents; nothing where neither says anything of any."""
    words, unit = view.words, view.unit
    kinds = [kind for kind in ("measured", "evidenced") if shows(unit, kind)]
    if not kinds:
        return ()
    key = [KeyEntry("measured" if kind == "measured" else "evidenced", words(f"key_{kind}")) for kind in kinds]
    if unit.targets:
        key.append(KeyEntry("target", words("key_target")))
    return (
        view.chart(
            "board-dimensions",
            lambda pen: plot_dimensions(unit, view.instrument, pen),
            title=dimensions_title(view),
            subtitle=words("un_chart_subtitle"),
            alt=_alt(view),
            key=tuple(key),
        ),
    )


def _alt(view: View) -> str:
    words, parts = view.words, []
    for dimension in view.instrument.dimensions:
        known = view.unit.known.get(dimension.id)
        levels = [(kind, getattr(known, kind, None)) for kind in ("measured", "evidenced")]
        shown = [words(f"alt_{kind}", value=words.score(level)) for kind, level in levels if level is not None]
        shown = shown or [words("un_chart_unknown")]
        parts.append(words("un_alt_part", name=view.name(dimension), shown=words.list(shown)))
    return words("un_alt", parts=words("alt_separator").join(parts))


# -- cards ---------------------------------------------------------------------------------------------------------------


def _cards(view: View) -> tuple[Card, ...]:
    """The highest and the lowest criteria by data, the weightiest of equals first; no metric is told twice."""
    weight = {
        criterion.id: dimension.weight * criterion.weight
        for dimension in view.instrument.dimensions
        for criterion in dimension.criteria
    }
    levels = {name: view.unit.measured[name].level or 0.0 for name in measured(view)}
    high = sorted((name for name in levels if levels[name] >= _HIGH), key=lambda name: (-levels[name], -weight[name], name))
    low = sorted((name for name in levels if levels[name] <= _LOW), key=lambda name: (levels[name], -weight[name], name))
    return (*_told(view, "strength", high), *_told(view, "gap", low))


def _told(view: View, kind: str, names: Iterable[str]) -> list[Card]:
    told: dict[str, Card] = {}
    for name in names:
        metric = _telling(view, name, kind)
        if metric not in told and len(told) < _CARDS:
            title = view.words("strength" if kind == "strength" else "gap")
            told[metric] = Card("strength" if kind == "strength" else "gap", title, (_sentence(view, name, metric, kind),))
    return list(told.values())


def _telling(view: View, name: str, kind: str) -> str:
    """The metric that shows a criterion most: the highest of a strength, the lowest of a gap."""
    way = -1 if kind == "strength" else 1
    metrics = view.unit.metrics
    return min(view.unit.measured[name].metrics, key=lambda metric: (way * (metrics[metric].level or 0.0), metric))


def _sentence(view: View, name: str, metric: str, kind: str) -> Rich:
    words, found = view.words, view.unit.metrics[metric]
    values = {
        "name": view.quoted(view.criteria[name]),
        "level": words.score(view.unit.measured[name].level),
        "metric": view.metric_name(metric),
        "value": figure(view, found.value or 0.0, found.unit),
        "n": words.number(found.n, 0),
    }
    if found.n < _FEW:
        return words.rich("un_card_few", **values)
    return words.rich("un_card_strength" if kind == "strength" else "un_card_gap", **values)
