"""The page for the board: the figures that decide, one chart, and each option in a few sentences."""

from __future__ import annotations

from kamassess.charts.options import OptionRow, plot_options
from kamassess.document import Card, Cards, Chart, Heading, KeyFigure, KeyFigures, Node, Paragraph, Rich
from kamassess.result.options import OptionResult, Threshold
from kamassess.sections.options.view import CaseView, OptionsView

__all__ = ["board", "option_rows"]

_MOST_CARDS = 6


def board(view: OptionsView) -> tuple[Node, ...]:
    """What a board reads if it reads one page; a page for each case."""
    nodes: list[Node] = [Heading(1, view.words("section_board"), "board")]
    for case in view.cases:
        if not case.alone:
            nodes.append(Heading(2, case.name, case.id("case")))
        if not case.compared:
            nodes.append(Paragraph(view.words.rich("opt_lead_none", why=case.why(case.case.lead))))
        elif case.best:
            nodes += [_figures(case, case.best), _chart(view, case)]
        nodes.append(Cards(tuple(_card(case, option) for option in case.ranked[:_MOST_CARDS])))
    return tuple(nodes)


def _figures(view: CaseView, best: OptionResult) -> KeyFigures:
    words, second = view.words, view.ranked[1]
    label = "opt_figure_gain" if view.against_nothing else "opt_figure_net"
    items = [
        KeyFigure(words(label), view.money(view.ours(best), signed=view.against_nothing), view.named(best.id)),
        KeyFigure(words("opt_figure_lead"), view.money(view.case.lead), words("opt_figure_before", name=view.named(second.id))),
    ]
    if best.value_per_cost.value is not None:
        note = words("opt_figure_per_cost_note", unit=words("opt_one_unit", currency=_single(view)))
        items.append(KeyFigure(words("opt_figure_per_cost"), words.number(best.value_per_cost.value, 2), note))
    if best.first_share.value is not None:
        items.append(
            KeyFigure(words("opt_figure_weightings"), view.part(best.first_share.value), words("opt_figure_weightings_note"))
        )
    return KeyFigures(tuple(items))


def _single(view: CaseView) -> str:
    """The currency without its multiple."""
    return view.amounts.unit.removeprefix("万")


def option_rows(view: CaseView) -> list[OptionRow]:
    """The rows of the chart, from the option that leaves most to the one that leaves least."""
    rows = []
    for option in view.ranked:
        first = option.id == view.case.best
        ours, level = view.ours(option), None
        if not first and not option.baseline and ours.value is not None and view.best is not None:
            level = view.ours(view.best).value
        theirs = None if option.baseline else option.customer_value.value
        cost = None if option.baseline else option.cost.value
        without = view.why(ours) if ours.value is None else ""
        rows.append(OptionRow(view.named(option.id), ours.value, theirs, cost, level, first, without))
    return rows


def _chart(view: OptionsView, case: CaseView) -> Chart:
    words = view.words
    parts = []
    for option in case.ranked:
        values = {"name": case.named(option.id), "ours": case.money(case.ours(option), signed=True)}
        parts.append(words("opt_alt_part", value=case.money(option.customer_value), cost=case.money(option.cost), **values))
    return view.chart(
        case.id("options"),
        lambda pen: plot_options(option_rows(case), case.amounts, pen, against_nothing=case.against_nothing),
        title=words("opt_chart_title", case=case.name),
        subtitle=words("opt_chart_subtitle", unit=case.amounts.unit),
        alt=words("opt_alt", parts=words("alt_separator").join(parts)),
    )


# -- options in sentences --------------------------------------------------------------------------------------------------


def _card(view: CaseView, option: OptionResult) -> Card:
    title = view.named(option.id)
    if option.net.value is None or not view.compared:
        return Card("neutral", title, _unknown(view, option))
    if option.baseline:
        return Card("strength" if option.id == view.case.best else "neutral", title, _nothing(view, option))
    if option.id == view.case.best:
        return Card("strength", title, (_told(view, option), _first(view, option)))
    if option in view.close:
        return Card("neutral", title, (_told(view, option), _close(view, option)))
    return Card("gap", title, (_told(view, option), _behind(view, option)))


def _unknown(view: CaseView, option: OptionResult) -> tuple[Rich, ...]:
    words = view.words
    found = [words.rich("opt_card_unknown", why=view.why(option.net))] if option.net.value is None else []
    if option.score.value is not None:
        found.append(words.rich("opt_card_score", score=words.number(option.score.value, 0)))
    return tuple(found) or (words.rich("opt_card_alone"),)


def _nothing(view: CaseView, option: OptionResult) -> tuple[Rich, ...]:
    kept, net = view.share(option.kept.value or 0.0), view.money(option.net)
    if option.id == view.case.best:
        return (view.words.rich("opt_card_nothing_best", kept=kept, net=net),)
    return (view.words.rich("opt_card_nothing", kept=kept, net=net),)


def _told(view: CaseView, option: OptionResult) -> Rich:
    """What it costs, whom it serves and what it leaves."""
    words = view.words
    values = {"cost": view.money(option.cost), "kept": view.share(option.kept.value or 0.0)}
    found = [words.rich("opt_card_cost", **values)]
    if option.value_per_cost.value is not None:
        kind = "moves" if option.value_per_cost.value <= 1 else "makes"
        each = words.number(option.value_per_cost.value, 2)
        found.append(words.rich(f"opt_card_{kind}", value=view.money(option.customer_value), each=each, currency=_single(view)))
    return view.sentences(*found)


def _first(view: CaseView, option: OptionResult) -> Rich:
    nearest = _nearest(option, view.case.best)
    words = view.words
    gain = words.rich("opt_card_gain", gain=view.money(view.ours(option)), whom=_whom(view))
    if nearest is None or nearest.needed is None:
        return view.sentences(gain, words.rich("opt_card_do"))
    needed = view.value(nearest.criterion, nearest.needed)
    side = "least" if nearest.side == "at_least" else "most"
    criterion = view.criterion(nearest.criterion)
    return view.sentences(gain, words.rich(f"opt_card_do_while_{side}", criterion=criterion, needed=needed))


def _whom(view: CaseView) -> str:
    return view.words("opt_than_nothing" if view.against_nothing else "opt_in_all")


def _close(view: CaseView, option: OptionResult) -> Rich:
    words, best = view.words, view.best
    behind = (best.net.value or 0.0) - (option.net.value or 0.0) if best else 0.0
    nearest = _nearest(option, option.id)
    gap = words.rich("opt_card_close", behind=view.amounts.text(behind))
    if nearest is None or nearest.needed is None:
        return gap
    change = _change(view, nearest)
    return view.sentences(gap, words.rich("opt_card_close_if", change=change))


def _behind(view: CaseView, option: OptionResult) -> Rich:
    words = view.words
    gain = view.ours(option).value or 0.0
    if view.against_nothing and gain < 0:
        told = words.rich("opt_card_loses", gain=view.amounts.text(-gain))
    else:
        told = words.rich("opt_card_gain", gain=view.amounts.text(gain), whom=_whom(view))
    single = [threshold for threshold in option.leads_from if threshold.option == option.id and threshold.needed is not None]
    if single:
        needs = words.rich("opt_card_first_if", changes=words("opt_or").join(_change(view, threshold) for threshold in single))
    else:
        needs = words.rich("opt_card_never")
    return view.sentences(told, needs)


def _change(view: CaseView, threshold: Threshold) -> str:
    """An input that must be another one, in words."""
    return view.words(
        "opt_change",
        criterion=view.criterion(threshold.criterion),
        needed=view.needed(threshold),
        now=view.value(threshold.criterion, threshold.now),
    )


def _nearest(option: OptionResult, whose: str | None) -> Threshold | None:
    """The input of an option that is nearest, as a part of itself, to where the order changes."""
    found = [
        (abs(threshold.needed - threshold.now) / abs(threshold.now), place, threshold)
        for place, threshold in enumerate(option.leads_from)
        if threshold.needed is not None and threshold.now and threshold.option == whose
    ]
    return min(found, default=(0.0, 0, None), key=lambda entry: entry[:2])[2]
