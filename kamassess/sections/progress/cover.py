"""The head of the progress report: which waves, whose answers, under a title that says what moved and how much of it is real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kamassess.charts.causes import CAUSES
from kamassess.document import Banner, Cover, Node, Rich, rich
from kamassess.result import Change, Part, UnitChange
from kamassess.sections.progress.view import STANDINGS, ProgressView, Standing, UnitProgressView, sure

__all__ = ["cover", "headline"]

_MOST, _PART = 0.75, 0.25
"""Shares of a change that must be real for it not to be put down to other people or questions, or for part of it to be real."""


def cover(view: ProgressView) -> tuple[Node, ...]:
    """The head of the report, and what a reader must know before believing it."""
    words = view.words
    since, wave = view.waves
    about = _about_unit(view) if isinstance(view, UnitProgressView) else _about_all(view)
    facts: list[tuple[str, Rich]] = [
        (words("fact_company"), rich("{x}", x=view.company)),
        (about.fact[0], rich("{x}", x=about.fact[1])),
        (words("progress_fact_waves"), rich("{x}", x=words("progress_waves", since=since, wave=wave))),
        *([(words("fact_date"), rich("{x}", x=words.date(view.result.date)))] if view.result.date else []),
        *([(words("progress_fact_people"), rich("{x}", x=_people(view, about.changes)))] if about.changes else []),
        (words("fact_instrument"), rich("{x}", x=view.versions)),
    ]
    kicker = words("progress_kicker", company=view.company, subject=about.subject, since=since, wave=wave)
    return (Cover(kicker, headline(view), about.lead, tuple(facts)), *about.cautions, *_version_notice(view))


@dataclass(frozen=True)
class _About:
    """What the head says of one unit, or of all."""

    subject: str
    fact: tuple[str, str]
    lead: Rich
    changes: Sequence[UnitChange]
    cautions: tuple[Node, ...] = ()


def _about_unit(view: UnitProgressView) -> _About:
    words = view.words
    fact = (words("fact_unit"), words("unit_and_id", name=view.unit_name, id=view.unit.id))
    return _About(view.unit_name, fact, _unit_lead(view), [view.change], _cautions(view))


def _about_all(view: ProgressView) -> _About:
    words = view.words
    fact = (words("progress_fact_units"), _unit_counts(view))
    return _About(words("roll_up_all"), fact, _group_lead(view), list(view.changes.values()))


def headline(view: ProgressView) -> str:
    """The finding in one line."""
    if isinstance(view, UnitProgressView):
        return _unit_headline(view, view.unit_name, view.change)
    words = view.words
    since, wave = view.waves
    if not view.changes:
        return words("progress_headline_nobody", since=since, wave=wave)
    if len(view.changes) == 1:
        name, change = next(iter(view.changes.items()))
        return _unit_headline(view, view.named_unit(name), change)
    counts = Counter(view.standing(change.overall) for change in view.changes.values())
    parts = [words(f"progress_count_{name}", count=counts[name]) for name in STANDINGS if counts[name]]
    return words("progress_headline_units", count=len(view.changes), parts=words("progress_comma").join(parts))


def _unit_headline(view: ProgressView, unit: str, change: UnitChange) -> str:
    words, overall = view.words, change.overall
    standing = view.standing(overall)
    since, wave = view.waves
    if overall.difference is None:
        return words("progress_headline_none", unit=unit, since=since, wave=wave)
    if standing == "unknown":
        return words("progress_headline_unknown", unit=unit)
    if standing == "still":
        return words("progress_headline_still", unit=unit, since=since)
    before, after = overall.level_before, overall.level_after
    values = {"unit": unit, "change": view.signed(overall.difference), "real": _real_tail(view, change)}
    if before is None or after is None:
        return words(f"progress_headline_{standing}", **values)
    if before == after:
        return words(f"progress_headline_same_{standing}", level=after, **values)
    if (after > before) == (standing == "up"):
        return words(f"progress_headline_level_{standing}", before=before, after=after, **values)
    return words(f"progress_headline_against_{standing}", before=before, after=after, **values)


def _real_tail(view: ProgressView, change: UnitChange) -> str:
    """How much of a change is real, as the end of a headline; nothing where that is not told."""
    words, overall, real = view.words, change.overall, change.overall.real
    if real.value is None or not overall.difference:
        return ""
    share = real.value / overall.difference
    if not sure(real):
        return words("progress_real_none")
    if share >= _MOST:
        return words(f"progress_real_most_{change.basis}")
    kinds = (("part", _PART), ("little", 0.0))
    return words(f"progress_real_{next((name for name, least in kinds if share >= least), 'against')}")


# -- the opening sentences -----------------------------------------------------------------------------------------------


def _unit_lead(view: UnitProgressView) -> Rich:
    words, overall = view.words, view.change.overall
    since, wave = view.waves
    if overall.difference is None:
        return words.rich("progress_lead_none" if view.comparable else "progress_lead_nothing", reason=view.why_none(overall))
    values = {
        "since": since,
        "wave": wave,
        "before": view.exact(overall.before),
        "after": view.exact(overall.after),
        "change": view.signed(overall.difference),
        "low": view.signed(overall.ci[0] if overall.ci else None),
        "high": view.signed(overall.ci[1] if overall.ci else None),
    }
    standing = view.standing(overall)
    first = words.rich(f"progress_lead_{'moved' if standing in ('up', 'down') else standing}", **values)
    return view.sentences(first, _step_sentence(view, overall), _real_sentence(view) if overall.ci else ())


def _step_sentence(view: ProgressView, overall: Change) -> Rich:
    """What to make of a level that went another way than the score."""
    before, after = overall.level_before, overall.level_after
    if before == after or before is None or after is None or view.standing(overall) in ("up", "down"):
        return ()
    return view.words.rich("progress_lead_step", before=before, after=after)


def _real_sentence(view: UnitProgressView) -> Rich:
    """How much of the overall change is real, by whom that was told, and where the rest comes from as far as that is sure."""
    words, overall = view.words, view.change.overall
    if overall.real.value is None:
        return words.rich("progress_real_withheld")
    parts: list[tuple[str, Part]] = [(name, getattr(overall, name)) for name in CAUSES if name != "real"]
    rest = [_rest(view, name, part.value or 0.0) for name, part in parts if sure(part)]
    who = view.who(view.change)
    values = {
        "who": who[0].upper() + who[1:],
        "real": view.signed(overall.real.value),
        "rest": words("progress_comma").join(rest),
    }
    return words.rich("progress_real_and_rest" if rest else "progress_real_alone", **values)


def _rest(view: ProgressView, name: str, value: float) -> str:
    """What a cause other than real change added to the score, or took off."""
    words = view.words
    label = "progress_rest_added" if value > 0 else "progress_rest_took"
    return words(label, cause=words(f"progress_rest_{name}"), value=words.number(abs(value), 2))


def _group_lead(view: ProgressView) -> Rich:
    """Who moved most to either side, and of whom nothing can be said."""
    words = view.words
    if not view.changes:
        return words.rich("progress_lead_nobody")
    found = []
    ends: tuple[tuple[Standing, int], ...] = (("up", 0), ("down", -1))
    for standing, position in ends:
        if names := view.units_at(standing):
            overall = view.changes[names[position]].overall
            values = {
                "unit": view.named_unit(names[position]),
                "before": view.exact(overall.before),
                "after": view.exact(overall.after),
                "change": view.signed(overall.difference),
                "interval": view.interval(overall.ci) if overall.ci else "",
                "levels": view.levels(overall),
            }
            only = "only" if len(names) == 1 else "most"
            found.append(words.rich(f"progress_lead_{standing}_{only}", **values))
    if not found:
        return words.rich("progress_lead_no_unit")
    return view.sentences(*found, words.rich("progress_lead_range"))


# -- facts and cautions --------------------------------------------------------------------------------------------------


def _unit_counts(view: ProgressView) -> str:
    words, progress = view.words, view.progress
    parts = [words("progress_units_both", count=len(view.changes))]
    if progress.joined:
        parts.append(words("progress_units_joined", count=len(progress.joined), wave=progress.wave))
    if progress.left:
        parts.append(words("progress_units_left", count=len(progress.left), since=progress.since))
    return words("alt_separator").join(parts)


def _people(view: ProgressView, changes: Sequence[UnitChange]) -> str:
    since, wave = view.waves
    before, after, both = (sum(getattr(change, name) for change in changes) for name in ("n_before", "n_after", "n_both"))
    return view.words("progress_people", before=before, after=after, both=both, since=since, wave=wave)


def _cautions(view: UnitProgressView) -> tuple[Node, ...]:
    """What the numbers of a unit do not carry, before the numbers."""
    words, change = view.words, view.change
    found: list[Node] = []
    least = view.instrument.policy.min_respondents
    for wave, count in zip(view.waves, (change.n_before, change.n_after), strict=True):
        if count < least:
            values = {"people": words.people(count), "wave": wave, "least": least}
            found.append(Banner("warning", words.rich("progress_caution_few", **values)))
    return tuple(found)


def _version_notice(view: ProgressView) -> tuple[Node, ...]:
    """That the questionnaire changed, where it did."""
    if view.same_questions:
        return ()
    counts = view.progress.questions
    text = view.words.rich(
        "progress_caution_version", kept=counts["kept"], changed=counts["changed"], dropped=counts["dropped"], new=counts["new"]
    )
    return (Banner("info", text),)
