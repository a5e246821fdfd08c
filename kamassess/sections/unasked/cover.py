"""The head of a report without answers: that nobody was asked, and what it rests on instead."""

from __future__ import annotations

from kamassess.document import Cover, Node, Rich, rich
from kamassess.sections.unasked.basis import basis, evidenced, known_criteria, last_day, measured
from kamassess.sections.view import View

__all__ = ["cover"]

_SAME = 0.25
"""Dimensions this close together are not told apart in a sentence."""
_ENOUGH = 0.5
"""Share of its criteria that must be measured for a dimension to be set beside another."""


def cover(view: View) -> tuple[Node, ...]:
    """Company, unit and wave as in any report; what it rests on in place of a sample."""
    words, unit = view.words, view.unit
    version = words("title_version", title=words.of(view.instrument.title), version=view.instrument.version)
    facts: list[tuple[str, Rich]] = [
        (words("fact_company"), rich("{x}", x=view.company)),
        (words("fact_unit"), rich("{x}", x=words("unit_and_id", name=view.unit_name, id=unit.id))),
        (words("fact_wave"), rich("{x}", x=view.result.wave)),
        *([(words("fact_date"), rich("{x}", x=words.date(view.result.date)))] if view.result.date else []),
        (words("un_answers"), rich("{x}", x=words("un_none_yet"))),
        (words("fact_instrument"), rich("{x}", x=version)),
        (words("fact_languages"), rich("{x}", x=words.list([words(f"language_{name}") for name in view.result.languages]))),
    ]
    kicker = words("kicker", unit=view.unit_name, company=view.company, wave=view.result.wave)
    return (Cover(kicker, _headline(view), _lead(view), tuple(facts)),)


def _headline(view: View) -> str:
    """How much can be seen without asking."""
    words = view.words
    by_data, by_proof = measured(view), evidenced(view)
    values = {"unit": view.unit_name, "count": known_criteria(view), "of": len(view.scored_criteria)}
    if by_data and by_proof:
        return words("un_headline", **values)
    if by_data or by_proof:
        return words("un_headline_data" if by_data else "un_headline_proof", **values)
    return words("un_headline_nothing", unit=view.unit_name)


def _lead(view: View) -> Rich:
    """That nobody was asked, what the report rests on, and where the data show most and least."""
    words = view.words
    lead = words.rich("un_lead", basis=basis(view))
    levels = [
        (found.measured, dimension, found)
        for dimension in view.instrument.dimensions
        if (found := view.unit.known.get(dimension.id)) and found.measured is not None and found.n_measured >= _ENOUGH * found.n
    ]
    if not known_criteria(view):
        last = last_day(view.unit)
        return lead + (words.rich("un_lead_before", last=words.date(last)) if last else words.rich("un_lead_nothing"))
    if len(levels) < 2:
        return lead + words.rich("un_lead_part", count=known_criteria(view), of=len(view.scored_criteria))
    (best, top, high), (worst, bottom, low) = (end(levels, key=lambda entry: entry[0] or 0.0) for end in (max, min))
    if (best or 0.0) - (worst or 0.0) < _SAME:
        return lead
    ends = {"best": view.quoted(top), "best_score": words.score(best), "best_n": high.n_measured, "best_of": high.n}
    ends |= {"worst": view.quoted(bottom), "worst_score": words.score(worst), "worst_n": low.n_measured, "worst_of": low.n}
    return lead + words.rich("un_lead_ends", **ends)
