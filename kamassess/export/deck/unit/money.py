"""What accounts and data show, whether the unit should do it, and the ten practices."""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.data_findings import BOARD_FINDINGS
from kamassess.document import Cell, Column, Paragraph, Rich, Table, plain, rich
from kamassess.export.deck.reported import first, sentences, table
from kamassess.export.deck.slides import Graph, Series, Slide, sentence, strong_part
from kamassess.export.deck.unit.standing import rests_on
from kamassess.findings import Finding
from kamassess.instrument import Criterion, scale_ends
from kamassess.sections.practices import practices
from kamassess.sections.suitability import suitability, suitability_figure
from kamassess.sections.value import ValueView
from kamassess.sections.value.board import figures
from kamassess.sections.value.concentration import whale_sentence
from kamassess.sections.view import View

__all__ = ["data", "should_it", "ten_practices"]

_LESS = 0.5
_STEPS, _TICKS = (1, 5, 10, 20, 50, 100, 200, 500, 1000), 15
"""Which accounts of a curve have their number below, so that so many have at most."""


def data(view: View) -> tuple[Slide, ...]:
    """What accounts and the company's other tables show: the curve of contribution, and the first findings beside it."""
    graph = _whale(ValueView.of(view)) if view.unit.portfolio is not None else None
    if graph is not None:
        return (_accounts(ValueView.of(view), graph),)
    words, found = view.words, view.data_findings
    if not found:
        return ()
    title = strong_part(found[0].body[0])
    columns = (Column(words("deck_data_column_topic"), "text", 1.4), Column(words("deck_data_column_finding"), "text", 7.0))
    rows = tuple((Cell(rich("**{x}**", x=finding.title)), Cell(_in_short(finding))) for finding in found[:BOARD_FINDINGS])
    notes = (words("deck_how_data"), *_in_full(view, found), words("deck_where", section=words("section_board")))
    return (Slide("data", words("deck_data_topic"), title, notes, main=Table("deck-data", title, columns, rows)),)


def _accounts(view: ValueView, graph: Graph) -> Slide:
    words, whale, found = view.words, view.portfolio.whale, view.data_findings
    told = [view.lead, whale_sentence(view)]
    first_day, last_day = (words.date(day) for day in view.portfolio.window)
    label = "deck_whale_foot" if _shares(view) else "deck_whale_foot_money"
    notes = (
        words("deck_how_accounts", first=first_day, last=last_day),
        *(plain(text) for text in told if text),
        *(words("deck_figure", label=figure.label, value=figure.value, note=figure.note) for figure in figures(view).items),
        words("deck_how_data"),
        *_in_full(view, found),
        words("deck_where", section=words("val_section")),
    )
    return Slide(
        "data",
        words("deck_data_topic"),
        view.headline,
        notes,
        lead=(sentence(view.lead),) if view.lead else (),
        main=graph,
        side=tuple(_in_short(finding) for finding in found),
        foot=words(label, total=view.money(whale.total), n=len(whale.points)),
    )


def _in_short(finding: Finding) -> Rich:
    return tuple(run for text in finding.body for run in sentence(text))


def _in_full(view: View, found: Sequence[Finding]) -> list[str]:
    told = [(finding.title, " ".join(plain(text) for text in finding.body)) for finding in found]
    return [view.words("deck_labelled", label=title, text=text) for title, text in told]


def _shares(view: ValueView) -> bool:
    return all(point.share is not None for point in view.portfolio.whale.points)


def _whale(view: ValueView) -> Graph | None:
    """Contribution cumulated; None for fewer accounts than make a curve."""
    words, points = view.words, view.portfolio.whale.points
    if len(points) < 3:
        return None
    shares = _shares(view)
    values = tuple(point.share if shares else point.cumulated for point in points)
    step = next((step for step in _STEPS if len(points) / step <= _TICKS), _STEPS[-1])
    names = tuple(str(number) if number == 1 or number % step == 0 else "" for number in range(1, len(points) + 1))
    alt = words("val_alt_whale", headline=view.headline, total=view.money(view.portfolio.whale.total))
    series = Series(words("deck_whale_series"), values, "measured", "none", 0.22)
    low, high = min(value or 0.0 for value in values), max(value or 0.0 for value in values)
    whole = shares and low >= 0 and high <= 1 + 1e-9
    number = "0%" if shares else "#,##0"
    return Graph(
        "curve", names, (series,), alt, 0.0 if low >= 0 else None, 1.0 if whole else None, 0.25 if whole else None, number
    )


# -- suitability -----------------------------------------------------------------------------------------------------------


def should_it(view: View) -> tuple[Slide, ...]:
    """The verdict with its conditions; nothing where the questionnaire does not ask."""
    words, found = view.words, view.unit.suitability
    if found is None:
        return ()
    nodes, (figure,) = suitability(view), suitability_figure(view)
    told = sentences(nodes)
    lead = (told[0], next((text for text in told[1:4] if any(run.style == "action" for run in text)), told[0]))
    verdict = words(f"suitability_verdict_{found.verdict or 'open'}")
    conditions = table(nodes, "fit-conditions")
    notes = (
        words("deck_how_fit"),
        *(plain(text) for text in told[:8]),
        rests_on(view),
        words("deck_where", section=words("section_suitability")),
    )
    return (
        Slide(
            "suitability",
            words("section_suitability"),
            words("deck_fit_title", verdict=verdict, note=figure.note),
            notes,
            lead=tuple(dict.fromkeys(sentence(text) for text in lead)),
            main=conditions,
        ),
    )


# -- practices -------------------------------------------------------------------------------------------------------------


def ten_practices(view: View) -> tuple[Slide, ...]:
    """The working practices, claimed and measured; nothing where nothing is known of any."""
    words, unit = view.words, view.unit
    asked = [criterion for criterion in view.instrument.criteria() if criterion.practice]
    claimed = tuple(unit.criteria[criterion.id].score for criterion in asked)
    measured = tuple(unit.measured[criterion.id].level if criterion.id in unit.measured else None for criterion in asked)
    series = [
        Series(words(f"key_{kind}"), values, kind, labels="end", starts=view.instrument.starts if kind == "claimed" else ())
        for kind, values in (("claimed", claimed), ("measured", measured))
        if any(value is not None for value in values)
    ]
    if not series:
        return ()
    _, high = scale_ends(view.instrument.dimensions)
    names = tuple(f"{criterion.id} {view.name(criterion)}" for criterion in asked)
    lead = first(practices(view), Paragraph)
    told = (lead.text,) if lead else ()
    parts = [
        words("practices_metric", name=view.name(criterion), value=words.score(score if score is not None else level))
        for criterion, score, level in zip(asked, claimed, measured, strict=True)
    ]
    graph = Graph("bars", names, tuple(series), words("alt_dimensions", parts=words("alt_separator").join(parts)), 0.0, high)
    notes = (
        words("deck_how_practices"),
        *(plain(text) for text in told),
        *_each(view, asked),
        words("deck_where", section=words("section_practices")),
    )
    return (
        Slide(
            "practices",
            words("section_practices"),
            _title(view, asked),
            notes,
            main=graph,
            side=tuple(sentence(text) for text in told),
            foot=words("deck_practices_foot"),
        ),
    )


def _each(view: View, asked: list[Criterion]) -> list[str]:
    words, lines = view.words, []
    for criterion in asked:
        block = view.unit.criteria[criterion.id]
        score = view.score(block) if view.unit.asked else "–"
        level = view.unit.measured[criterion.id].level if criterion.id in view.unit.measured else None
        line = words("deck_criterion_n", id=criterion.id, name=view.name(criterion), score=score, n=block.n)
        more = [words("alt_measured", value=words.score(level))] if level is not None else []
        lines.append(words("alt_separator").join([line, *more]))
    return lines


def _title(view: View, asked: list[Criterion]) -> str:
    words, unit = view.words, view.unit
    said = {criterion.id: score for criterion in asked if (score := unit.criteria[criterion.id].score) is not None}
    known = {
        criterion.id: level
        for criterion in asked
        if criterion.id in unit.measured and (level := unit.measured[criterion.id].level) is not None
    }
    if said and known:
        over = sum(said.get(name, 0.0) - level >= _LESS for name, level in known.items())
        label = "deck_practices_over" if over else "deck_practices_kept"
        return words(label, count=len(known), **({"over": over} if over else {}))
    values = said or known
    (worst, low), (best, high) = (pick(values.items(), key=lambda entry: (entry[1], entry[0])) for pick in (min, max))
    ends = {"best": view.quoted(view.criteria[best]), "high": view.points(high)}
    ends |= {"worst": view.quoted(view.criteria[worst]), "low": view.points(low)}
    return words("deck_practices_said" if said else "deck_practices_data", **ends)
