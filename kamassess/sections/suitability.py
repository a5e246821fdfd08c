"""Section 5: should this unit run key account management, how much of it, with which accounts, and at what cost."""

from __future__ import annotations

from kamassess.document import Cell, Column, Heading, KeyFigure, Node, Paragraph, Rich, Run, Table, rich
from kamassess.result import Covered, CoveredAccount, FitCondition, Reason, Suitability
from kamassess.sections.fit_words import in_one_sentence, knock_out_sentence
from kamassess.sections.shared_customers import shared_customers
from kamassess.sections.view import View

__all__ = ["suitability", "suitability_figure"]

_MOST = 15
"""Accounts that the table shows."""
_DASH = Cell((Run("–"),))


def suitability(view: View) -> tuple[Node, ...]:
    """The verdict, its conditions, the accounts, the cost; then customers shared with other units."""
    found = view.unit.suitability
    verdict = () if found is None else _verdict(view, found)
    if found is None and not view.unit.customer_groups:
        return ()
    return (Heading(1, view.words("section_suitability"), "suitability"), *verdict, *shared_customers(view))


def _verdict(view: View, found: Suitability) -> tuple[Node, ...]:
    words = view.words
    return (
        Paragraph(in_one_sentence(view, found), "lead"),
        *_opinions(view, found),
        Paragraph(_action(view, found)),
        _conditions(view, found),
        Heading(2, words("covered_title"), "accounts-covered"),
        *_covered(view, found),
        *_cost(view, found),
    )


def _opinions(view: View, found: Suitability) -> tuple[Node, ...]:
    """The conditions that speak for a programme by what people say alone."""
    alone = [condition for condition in found.saying("for") if condition.decides == "claimed"]
    if not alone:
        return ()
    names = view.words.list([view.quoted(view.criteria[condition.criterion]) for condition in alone])
    return (Paragraph(view.words.rich("suitability_opinions", count=len(alone), names=names)),)


def suitability_figure(view: View) -> tuple[KeyFigure, ...]:
    """The verdict as a figure of the page for the board; none where the questionnaire does not ask."""
    words, found = view.words, view.unit.suitability
    if found is None:
        return ()
    if found.knock_outs:
        note = knock_out_sentence(view, found.knock_outs[0], short=True)
    elif found.verdict is None:
        note = words("suitability_lacking", names=words.list([condition.criterion for condition in found.saying(None)]))
    else:
        counts = {"count": len(found.saying("for")), "against": len(found.saying("against"))}
        note = words("suitability_count", of=len(found.conditions), **counts)
    return (KeyFigure(words("figure_suitability"), words(f"suitability_short_{found.verdict or 'open'}"), note),)


def _action(view: View, found: Suitability) -> Rich:
    words, even = view.words, found.break_even
    if found.verdict is None:
        names = words.list([view.quoted(view.criteria[condition.criterion]) for condition in found.saying(None)])
        return words.rich("suitability_do_undecided", names=names)
    short = sum(account.selected is False for account in found.covered.accounts)
    if found.verdict == "full" and short:
        return words.rich("suitability_do_short", short=words.number(short, 0))
    if found.verdict != "not_yet" and not found.covered.accounts:
        return words.rich("suitability_do_unnamed")
    margin = view.result.fit_rules.essential if view.result.fit_rules else ()
    opinion = any(entry.criterion in margin and entry.decides == "claimed" for entry in found.conditions)
    if found.verdict == "full" and opinion:
        return words.rich("suitability_do_margin_unknown", accounts=_accounts(view, len(found.covered.accounts)))
    if found.verdict != "not_yet":
        return words.rich(f"suitability_do_{found.verdict}", accounts=_accounts(view, len(found.covered.accounts)))
    if any(knock_out.id == "costs_more" for knock_out in found.knock_outs) and even.most and even.sound_most:
        limits = {"most": _money(view, even.most), "sound_most": _money(view, even.sound_most)}
        return words.rich("suitability_do_costs_more", **limits)
    return words.rich("suitability_do_not_yet")


def _accounts(view: View, count: int) -> str:
    return view.words("fit_one_account") if count == 1 else view.words("fit_accounts", n=view.words.number(count, 0))


def _money(view: View, value: float) -> str:
    return view.words.money(value, view.result.currency)


# -- conditions ----------------------------------------------------------------------------------------------------------


def _conditions(view: View, found: Suitability) -> Table:
    words, rules = view.words, view.result.fit_rules
    columns = (
        Column(words("fit_column_condition"), "text", 2.8),
        Column(words("fit_column_speaks"), "text", 1.3),
        *([Column(words("column_claimed"), "number", 1.5)] if view.unit.asked else []),
        Column(words("column_measured"), "number", 1.1),
        Column(words("fit_column_data_show"), "text", 3.0),
    )
    ordered = [entry for reason in found.reasons for entry in found.conditions if entry.criterion == reason.about]
    rows = tuple(_condition(view, condition) for condition in ordered)
    note: Rich = ()
    if rules:
        limits = {"high": words.short(rules.speaks_for), "low": words.short(rules.speaks_against)}
        needs = {"full_for": rules.full_for, "light_for": rules.light_for, "light_against": rules.light_against}
        note = words.rich("table_conditions_note", **limits, **needs)
    if any(condition.firm is False for condition in found.conditions):
        note += words.rich("table_conditions_soft")
    return Table("fit-conditions", words("table_conditions"), columns, rows, note=note)


def _condition(view: View, condition: FitCondition) -> tuple[Cell, ...]:
    words = view.words
    name = (Run(f"{condition.criterion} ", "muted"), Run(view.name(view.criteria[condition.criterion])))
    soft = (Run(words("speaks_soft"), "muted"),) if condition.firm is False else ()
    stance = condition.stance or "unknown"
    says = (Run(words(f"speaks_{stance}"), "strong" if condition.stance else "muted"), *soft)
    claimed = [_claimed(view, condition)] if view.unit.asked else []
    return (Cell(name), Cell(says), *claimed, _measured(view, condition), Cell(_data(view, condition)))


def _starts(view: View) -> tuple[float, ...]:
    """Where a condition changes what it says: rounding must not lift a score there."""
    rules = view.result.fit_rules
    return (rules.speaks_against, rules.speaks_for) if rules else ()


def _claimed(view: View, condition: FitCondition) -> Cell:
    words = view.words
    if condition.claimed is None:
        return Cell((Run("–"),), title=words(f"reason_{condition.reason}") if condition.reason else "")
    text = words("condition_claim", score=words.score(condition.claimed, _starts(view)), n=condition.n)
    return Cell((Run(f"● {text}", "strong" if condition.decides == "claimed" else "muted"),), condition.claimed)


def _measured(view: View, condition: FitCondition) -> Cell:
    if condition.measured is None:
        return _DASH
    text = f"◆ {view.words.score(condition.measured, _starts(view))}"
    return Cell((Run(text, "strong" if condition.decides == "measured" else "muted"),), condition.measured)


def _data(view: View, condition: FitCondition) -> Rich:
    """The metrics behind a condition with their values, or why there is none."""
    words, unit = view.words, view.unit
    parts = []
    for name in condition.metrics:
        metric = unit.metrics[name]
        value = words.measure(metric.value or 0.0, metric.unit, view.result.currency)
        parts.append(words("condition_metric", name=view.metric_name(name), value=value, n=words.number(metric.n, 0)))
    if not parts:
        lacking = [name for name in view.criteria[condition.criterion].metrics if name in unit.metrics]
        lacking = [name for name in lacking if unit.metrics[name].reason is not None]
        parts = [
            words("condition_data_missing", name=view.metric_name(name), reason=words(f"reason_{unit.metrics[name].reason}"))
            for name in lacking[:1]
        ]
    return rich("{x}", x=words("fit_separator").join(parts)) if parts else (Run(words("condition_no_data"), "muted"),)


# -- accounts and money --------------------------------------------------------------------------------------------------


def _covered(view: View, found: Suitability) -> list[Node]:
    words, covered = view.words, found.covered
    if not covered.accounts:
        return [Paragraph(words.rich("covered_none", reason=words(f"reason_{covered.reason}")))]
    nodes: list[Node] = [Paragraph(_what_it_covers(view, found)), _account_table(view, covered)]
    misfits = [account.name for account in covered.accounts if account.key_account and account.selected is False]
    if misfits:
        nodes.append(Paragraph(words.rich("covered_misfit", names=words.list(misfits[:_MOST]))))
    if all(account.selected is None for account in covered.accounts):
        nodes.append(Paragraph(words.rich("covered_no_criteria"), "note"))
    return nodes


def _what_it_covers(view: View, found: Suitability) -> Rich:
    words, covered = view.words, found.covered
    accounts = _accounts(view, len(covered.accounts))
    if covered.share is None:
        why = covered.contribution_reason if covered.sales is None else Reason.ZERO_TOTAL
        return words.rich("covered_full_no_sales", accounts=accounts, reason=words(f"reason_{why}"))
    share = words.percent(covered.share)
    if covered.programme == "light" and view.result.fit_rules and covered.basis:
        goal, basis = words.percent(view.result.fit_rules.light_share), words(f"basis_{covered.basis}")
        return words.rich("covered_light", accounts=accounts, candidates=covered.candidates, goal=goal, basis=basis, share=share)
    if found.verdict != "full":
        return words.rich("covered_would", accounts=accounts, share=share)
    key = sum(account.key_account for account in covered.accounts)
    more = len(covered.accounts) - key
    if not more:
        return words.rich("covered_full_alone", accounts=accounts, share=share)
    return words.rich("covered_full", accounts=accounts, share=share, key=key, n=more)


def _account_table(view: View, covered: Covered) -> Table:
    words = view.words
    columns = (
        Column(words("fit_column_account"), "text", 3.2),
        Column(words("fit_column_net_sales"), "number", 1.6),
        Column(words("fit_column_share"), "number", 1.1),
        Column(words("fit_column_contribution"), "number", 1.6),
        Column(words("fit_column_now"), "text", 2.0),
    )
    rows = tuple(_account(view, account) for account in covered.accounts[:_MOST])
    rest = len(covered.accounts) - len(rows)
    note = words.rich("table_covered_rest", n=rest) if rest else ()
    caption = words("table_covered", basis=words(f"basis_{covered.basis or 'sales'}"))
    return Table("covered-accounts", caption, columns, rows, note=note, sortable=True)


def _account(view: View, account: CoveredAccount) -> tuple[Cell, ...]:
    words = view.words
    amounts = [
        Cell(rich("{x}", x=_money(view, value)), value) if value is not None else _DASH
        for value in (account.sales, account.contribution)
    ]
    share = Cell(rich("{x}", x=words.measure(account.share, "share")), account.share) if account.share is not None else _DASH
    misfit = account.key_account and account.selected is False
    now = "now_key_misfit" if misfit else "now_key" if account.key_account else "now_other"
    return Cell(rich("{x}", x=account.name)), amounts[0], share, amounts[1], Cell((Run(words(now), "plain"),))


def _cost(view: View, found: Suitability) -> list[Node]:
    """What the programme costs, and where it breaks even; what can be said of that where one of the two is not known."""
    words, even, covered = view.words, found.break_even, found.covered
    if not covered.accounts:
        return []
    accounts = _accounts(view, len(covered.accounts))
    sound = words.percent(view.result.fit_rules.sound_cost_share) if view.result.fit_rules else ""
    said = {
        name: _money(view, value)
        for name in ("per_account", "cost", "contribution", "most", "sound_most", "needed")
        if (value := getattr(even, name)) is not None
    }
    nodes: list[Node] = [Heading(2, words("fit_cost_title"), "programme-cost")]
    if even.cost is None:
        nodes.append(Paragraph(words.rich("cost_not_declared", reason=words(f"reason_{even.reason}"))))
        if even.most:
            limits = {"most": said["most"], "sound_most": said["sound_most"]}
            nodes.append(Paragraph(words.rich("fit_break_even_without_cost", sound=sound, **limits)))
    elif even.contribution is None:
        costs = {name: said[name] for name in ("per_account", "cost", "needed")}
        reason = words(f"reason_{even.reason}")
        nodes.append(Paragraph(words.rich("cost_alone", accounts=accounts, reason=reason, sound=sound, **costs)))
    else:
        costs = {name: said[name] for name in ("per_account", "cost", "contribution")}
        if even.share is not None:
            share = words.percent(even.share)
            nodes.append(Paragraph(words.rich("cost_and_left", accounts=accounts, share=share, **costs)))
            limits = {name: said[name] for name in ("most", "sound_most", "needed")}
            nodes.append(Paragraph(words.rich("fit_break_even", sound=sound, **limits)))
        else:
            nodes.append(Paragraph(words.rich("cost_and_loss", accounts=accounts, **costs)))
    if 0 < covered.n_contribution < len(covered.accounts):
        counts = {"n": covered.n_contribution, "of": len(covered.accounts)}
        nodes.append(Paragraph(words.rich("contribution_part", **counts), "note"))
    return nodes
