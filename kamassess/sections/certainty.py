"""Section 8: how far the scores can be trusted, as five questions of a critic, for a reader who knows no statistics."""

from __future__ import annotations

from kamassess.charts import plot_certainty
from kamassess.document import Heading, KeyFigure, KeyFigures, Node, Paragraph, Rich
from kamassess.result import Interval, Reliability
from kamassess.sections import unasked
from kamassess.sections.view import ResultView, View
from kamassess.tables import (
    table_agreement,
    table_certainty,
    table_least_agreed,
    table_open_answers,
    table_reliability,
    table_role_gaps,
)
from kamassess.trust import ends, gates_at_risk, level_in_words, level_start, score_may_fall, withheld_note

__all__ = ["belong_together", "certainty"]

_STANDS, _LIKELY = 0.95, 0.8
"""Shares of draws with the same level from which on it stands, and from which on it is likely."""
_ONE_THING = 0.7
"""α from which on the questions of a dimension hang together; its interval says whether that is known."""


def certainty(view: View) -> tuple[Node, ...]:
    """The verdict, then five questions: another outcome, agreement, reliability, roles, weights."""
    if not view.unit.asked:
        return unasked.certainty(view)
    words = view.words
    return (
        Heading(1, words("section_certainty"), "certainty"),
        *_verdict(view),
        *_otherwise(view),
        *_same_thing(view),
        *belong_together(view),
        *_who_differs(view),
        *_weights(view),
    )


# -- the verdict ---------------------------------------------------------------------------------------------------------


def _verdict(view: View) -> tuple[Node, ...]:
    """Whether the level stands, what the score alone says, and which gates have a part in it."""
    words, overall = view.words, view.unit.overall
    if overall.score is None:
        return (Paragraph(words.rich("sure_no_score", reason=words(f"reason_{overall.reason}")), "lead"),)
    nodes = [Paragraph(_level(view), "lead"), Paragraph(words.rich(_by_score(view), **_values(view)))]
    if overall.blocked_by:
        gates = view.named(overall.blocked_by)
        claimed = level_in_words(words, overall.continuous_level)
        nodes.append(Paragraph(words.rich("sure_gate_holds", gates=gates, claimed=claimed)))
    if weak := gates_at_risk(view):
        label = "sure_gate_near" if score_may_fall(view) else "sure_gate_gives"
        named = [f"{view.named((name,))} {view.score(view.unit.criteria[name])}" for name in weak]
        nodes.append(Paragraph(words.rich(label, start=words.short(level_start(view) or 0.0), gates=words.list(named))))
    return tuple(nodes)


def _here(view: View) -> str:
    return level_in_words(view.words, view.unit.overall.level)


def _level(view: View) -> Rich:
    """How often the level came out the same with other people and other weights."""
    words, overall, robust = view.words, view.unit.overall, view.unit.robustness
    if robust is None or robust.level_differs is None:
        return words.rich("sure_unknown", where=_here(view), people=words.people(view.unit.n_respondents))
    same = 1 - robust.level_differs
    label = "sure_stands" if same >= _STANDS else "sure_likely" if same >= _LIKELY else "sure_open"
    here = str(overall.level or 0)
    others = [
        words("sure_other", where=level_in_words(words, int(name) or None), count=_count(view, share))
        for name, share in sorted(robust.levels.items(), key=lambda entry: (-entry[1], entry[0]))
        if name != here
    ]
    counts = words("sure_counts", count=_count(view, same), others=words.list(others)) if others else words("sure_every")
    return words.rich(label, where=_here(view), draws=words.number(robust.draws, 0), counts=counts)


def _by_score(view: View) -> str:
    """Which sentence says whether the score alone would keep its level, whoever answers and whatever is still open."""
    overall = view.unit.overall
    level = view.instrument.level_for

    def same(interval: Interval | None) -> bool:
        return interval is not None and level(interval[0]) == level(interval[1])

    if overall.interval is None:
        return "verdict_no_interval"
    if same(overall.interval):
        return "verdict_firm" if same(overall.bounds) else "verdict_open"
    return "verdict_sample" if same(overall.bounds) else "verdict_both"


def _values(view: View) -> dict[str, object]:
    words, overall, robust = view.words, view.unit.overall, view.unit.robustness
    draws, starts = robust.draws if robust else 0, view.instrument.starts
    return {
        "score": view.points(overall.score),
        "where": level_in_words(words, overall.continuous_level),
        "bounds": ends(words, overall.bounds, starts=starts) if overall.bounds else "",
        "ci": ends(words, overall.interval, starts=starts) if overall.interval else "",
        "coverage": words.percent(overall.coverage or 0.0),
        "count": _count(view, robust.by_weights or 0.0) if robust else "",
        "draws": words.number(draws, 0),
    }


def _count(view: View, share: float) -> str:
    """So many of the draws."""
    robust = view.unit.robustness
    return view.words.number(round(share * robust.draws) if robust else 0, 0)


# -- the five questions --------------------------------------------------------------------------------------------------


def _otherwise(view: View) -> tuple[Node, ...]:
    words = view.words
    chart = view.chart(
        "certainty-chart",
        lambda pen: plot_certainty(view.unit, view.instrument, pen),
        title=words("chart_certainty_title"),
        subtitle=words("chart_certainty_subtitle"),
        alt=_alt(view),
    )
    open_ = table_open_answers(view)
    left = open_ if open_.rows else Paragraph(open_.note)
    intro = Paragraph(words.rich("otherwise_intro", people=_other_people(view)))
    return (Heading(2, words("question_otherwise"), "otherwise"), intro, chart, table_certainty(view), left)


def _other_people(view: View) -> str:
    """Where the overall score would lie had others answered, and how that is known."""
    words, overall = view.words, view.unit.overall
    if overall.interval is None or overall.score is None:
        reason = overall.ci_reason or overall.reason
        return words("otherwise_nobody", reason=words(f"reason_{reason}"))
    low, high = overall.interval
    return words(
        "otherwise_people",
        score=view.points(overall.score),
        low=view.points(low),
        high=view.points(high),
        n=view.unit.n_respondents,
        draws=words.number(view.result.replicates, 0),
    )


def _alt(view: View) -> str:
    words, unit = view.words, view.unit
    blocks = [(words("overall"), unit.overall)]
    blocks += [(view.name(dimension), unit.dimensions[dimension.id]) for dimension in view.instrument.dimensions]
    parts = [
        words("alt_certainty_part", name=name, value=view.score(block), bounds=ends(words, block.bounds) if block.bounds else "–")
        for name, block in blocks
    ]
    return words("alt_certainty", parts=words("alt_separator").join(parts))


def _same_thing(view: View) -> tuple[Node, ...]:
    words = view.words
    least, withheld = table_least_agreed(view), withheld_note(view, view.instrument.questions)
    nodes: list[Node] = [
        Heading(2, words("question_same"), "same-thing"),
        Paragraph(words.rich("same_intro")),
        table_agreement(view),
    ]
    nodes += [least] if least else [Paragraph(withheld, "note")] if withheld else []
    return tuple(nodes)


def belong_together(view: ResultView) -> tuple[Node, ...]:
    """Whether the questions of a dimension belong together: the one part of an audit that is about all units."""
    words = view.words
    return (
        Heading(2, words("question_belong"), "belong-together"),
        Paragraph(_conclusion(view)),
        Paragraph(words.rich("belong_intro")),
        table_reliability(view),
        *(Paragraph(text) for text in (_contradicted(view), _complete(view), _between_units(view)) if text),
    )


def _conclusion(view: ResultView) -> Rich:
    """Of which dimensions it is known that their questions hang together, or do not, and of which it is open."""
    words = view.words
    sides: dict[str, list[str]] = {"good": [], "poor": [], "open": []}
    for dimension in view.instrument.dimensions:
        sides[_together(view.result.reliability[dimension.id])].append(view.quoted(dimension))
    named = {side: words.list(names) for side, names in sides.items() if names}
    if set(named) == {"open"}:
        return words.rich("belong_unknown")
    if set(named) == {"good"}:
        return words.rich("belong_all")
    parts = [words.rich(f"belong_{side}", **{side: named[side]}) for side in ("good", "poor", "open") if side in named]
    return tuple(run for part in parts for run in part)


def _together(found: Reliability) -> str:
    """Whether all of α's interval lies on one side of the bound: good, poor or open; of every role where α is by role."""
    parts = [found] if found.alpha is not None else [part for part in found.by_role.values() if part.alpha is not None]
    known = [part.alpha_ci for part in parts if part.alpha_ci is not None]
    if any(high < _ONE_THING for _, high in known):
        return "poor"
    return "good" if known and len(known) == len(parts) and all(low >= _ONE_THING for low, _ in known) else "open"


def _contradicted(view: ResultView) -> Rich:
    """Roles for which the questions of a dimension do not hang together, though for all people they do."""
    words = view.words
    names = {role.id: words.of(role.name) for role in view.instrument.roles}
    found = []
    for dimension in view.instrument.dimensions:
        reliability = view.result.reliability[dimension.id]
        if _together(reliability) != "good":
            continue
        for role, part in reliability.by_role.items():
            if part.alpha is not None and part.alpha_ci is not None and part.alpha_ci[1] < _ONE_THING:
                values = {"role": names[role], "name": view.quoted(dimension), "alpha": words.number(part.alpha, 2)}
                found.append(words("belong_role", high=words.number(part.alpha_ci[1], 2), **values))
    return words.rich("belong_roles", roles=words.list(found)) if found else ()


def _complete(view: ResultView) -> Rich:
    """Whose α it is, if one role alone is asked every question."""
    words, known = view.words, [found for found in view.result.reliability.values() if found.alpha is not None]
    asked = {tuple(_asked_everything(found)) for found in known}
    if len(asked) != 1:
        return ()
    (roles,) = asked
    if len(roles) != 1 or len(view.instrument.roles) == 1:
        return ()
    return words.rich("belong_one_role", role=next(words.of(role.name) for role in view.instrument.roles if role.id == roles[0]))


def _asked_everything(found: Reliability) -> list[str]:
    return [role for role, part in found.by_role.items() if part.n_items == found.n_items]


def _between_units(view: ResultView) -> Rich:
    """How much of the differences between people are differences between units."""
    words = view.words
    reliability = list(view.result.reliability.values())
    one = [max(found.icc1, 0.0) for found in reliability if found.icc1 is not None]
    two = [max(found.icc2, 0.0) for found in reliability if found.icc2 is not None]
    if not one or not two:
        reasons = sorted({found.icc_reason for found in reliability if found.icc_reason})
        return words.rich("icc_unknown", reason=words.list([words(f"reason_{reason}") for reason in reasons])) if reasons else ()
    low, high = words.percent(min(one)), words.percent(max(one))
    return words.rich(
        "icc_sentence",
        share=low if low == high else words("from_to", low=low, high=high),
        reliability=ends(words, (min(two), max(two)), 2),
        units=max(found.n_units for found in reliability),
    )


def _who_differs(view: View) -> tuple[Node, ...]:
    words, gaps = view.words, view.unit.gaps
    heading = Heading(2, words("question_who"), "who-differs")
    table = table_role_gaps(view)
    if table is None:
        return (heading, Paragraph(words.rich("gaps_none")))
    certain, told = sum(gap.certain for gap in gaps), sum(gap.p_holm is not None for gap in gaps)
    if not told:
        summary = words.rich("gaps_untold", count=len(gaps)) if len(gaps) > 1 else words.rich("gap_untold")
    elif certain:
        summary = words.rich("gaps_certain", certain=certain, count=told)
    else:
        summary = words.rich("gaps_hints", count=told) if told > 1 else words.rich("gaps_hint")
    rest = words.rich("gaps_rest", count=len(gaps) - told, all=len(gaps)) if 0 < told < len(gaps) else ()
    return (heading, Paragraph((*summary, *rest)), table)


def _weights(view: View) -> tuple[Node, ...]:
    words, robust = view.words, view.unit.robustness
    if robust is None or view.unit.overall.score is None:
        return ()
    several = sum(dimension.weight > 0 for dimension in view.instrument.dimensions) > 1
    label = "weights_intro" if several else "weights_single"
    shares = (("people", robust.by_respondents), ("weights", robust.by_weights), ("both", robust.level_differs))
    figures = [KeyFigure(words(f"draw_{name}"), *_share(view, share)) for name, share in shares]
    if robust.score_range:
        figures.append(
            KeyFigure(
                words("draw_range"), ends(words, robust.score_range, starts=view.instrument.starts), words("draw_range_note")
            )
        )
    return (
        Heading(2, words("question_weights"), "weights"),
        Paragraph(words.rich(label, draws=words.number(robust.draws, 0))),
        KeyFigures(tuple(figures)),
    )


def _share(view: View, share: float | None) -> tuple[str, str]:
    """How often the level would be another one, and of how many draws; or why that cannot be said."""
    words, robust = view.words, view.unit.robustness
    if share is None or robust is None:
        return "–", words(f"reason_{robust.reason}") if robust and robust.reason else ""
    return words.percent(share), words("draw_note", count=_count(view, share), draws=words.number(robust.draws, 0))
