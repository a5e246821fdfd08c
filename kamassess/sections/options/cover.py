"""The head of the report: which account, which options, under a title that says which is worth most and which is not."""

from __future__ import annotations

from kamassess.document import Banner, Cover, Node, Rich, rich
from kamassess.sections.options.view import CaseView, OptionsView

__all__ = ["cover", "headline"]


def cover(view: OptionsView) -> tuple[Node, ...]:
    """The head of the report, and what a reader must know before believing it."""
    words = view.words
    facts: list[tuple[str, Rich]] = [
        (words("fact_company"), rich("{x}", x=view.company)),
        (words("opt_fact_case"), rich("{x}", x=words.list([case.name for case in view.cases]))),
        *([(words("opt_fact_options"), rich("{x}", x=_options(view.cases[0])))] if len(view.cases) == 1 else []),
        *([(words("fact_date"), rich("{x}", x=words.date(view.result.date)))] if view.result.date else []),
        (words("opt_fact_currency"), rich("{x}", x=view.cases[0].amounts.unit)),
    ]
    title = headline(view.cases[0]) if len(view.cases) == 1 else words("opt_headline_cases", count=len(view.cases))
    kicker = words("opt_kicker", company=view.company)
    if len(view.cases) == 1:
        kicker = words("opt_kicker_of", company=view.company, case=view.cases[0].name)
    leads = [_lead(case) for case in view.cases] if len(view.cases) == 1 else [words.rich("opt_lead_cases")]
    return (Cover(kicker, title, leads[0], tuple(facts)), Banner("info", words.rich("opt_caution")))


def headline(view: CaseView) -> str:
    """The finding in one line."""
    words, best = view.words, view.best
    if best is None or not view.compared:
        if view.case.best_scored is None:
            return words("opt_headline_none", case=view.name)
        return words("opt_headline_score", name=view.quoted(view.case.best_scored), case=view.name)
    if best.baseline:
        return words("opt_headline_nothing")
    values: dict[str, object] = {
        "best": view.quoted(best.id),
        "close": words.list([view.quoted(option.id) for option in view.close if not option.baseline]),
        "gain": view.money(view.ours(best)),
    }
    if not view.against_nothing:
        return words("opt_headline_other", lead=view.money(view.case.lead), second=view.quoted(view.ranked[1].id), **values)
    if any(option.baseline for option in view.close):
        return words("opt_headline_hardly", **values)
    near = "close" if view.close else "clear"
    if not view.behind:
        return words(f"opt_headline_{near}", **values)
    worst = view.behind[-1]
    values |= {"worst": view.quoted(worst.id), "worst_gain": view.money(worst.gain)}
    loses = "loses" if (worst.gain.value or 0.0) < 0 else "worst"
    return words(f"opt_headline_{near}_{loses}", **values)


def _options(view: CaseView) -> str:
    return view.words.list([view.named(option.id) for option in view.options])


def _lead(view: CaseView) -> Rich:
    """Why the best is the best, or what is missing."""
    words, best = view.words, view.best
    if best is None or not view.compared:
        missing = view.why(view.case.lead)
        return words.rich("opt_lead_none", why=missing)
    if best.baseline or not view.against_nothing or best.customer_value.value is None or view.case.baseline is None:
        return words.rich("opt_lead_plain", best=view.quoted(best.id), kept=view.share(best.kept.value or 0.0))
    nothing = view.case.options[view.case.baseline]
    return words.rich(
        "opt_lead",
        best=view.quoted(best.id),
        cost=view.money(best.cost),
        kept=view.share(best.kept.value or 0.0),
        nothing=view.share(nothing.kept.value or 0.0),
        value=view.money(best.customer_value),
    )
