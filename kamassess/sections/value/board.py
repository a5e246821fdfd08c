"""The page for the board: five figures, the portfolio, and what to do in each of its cells."""

from __future__ import annotations

from kamassess.document import Card, Cards, Heading, KeyFigure, KeyFigures, Node, Paragraph, Rich
from kamassess.result.portfolio import QUADRANTS, Quadrant
from kamassess.sections.value.drawings import cell_share, portfolio_chart
from kamassess.sections.value.view import ValueView

__all__ = ["board", "cells", "figures"]

_NAMED = 4


def board(view: ValueView) -> tuple[Node, ...]:
    """What a board reads if it reads one page."""
    head: list[Node] = [Heading(1, view.words("section_board"), "board"), figures(view)]
    chart = portfolio_chart(view)
    if chart is None:
        return (*head, Paragraph(view.words.rich("val_no_portfolio")))
    return (*head, chart, cells(view))


def figures(view: ValueView) -> KeyFigures:
    """Concentration, wallet, years, what is retained, and what a key account is worth."""
    words = view.words
    given = view.has("share_of_wallet")
    wallet = "share_of_wallet" if given else "share_of_wallet_estimated"
    worth = words("val_note_lifetime", unit=view.money_unit, n=_n(view, "customer_lifetime_value"))
    found = (
        ("val_figure_concentration", "concentration", words("val_note_top_five", share=view.metric("top_five_share"))),
        ("val_figure_wallet", wallet, words("val_note_wallet" if given else "val_note_wallet_guessed", n=_n(view, wallet))),
        ("val_figure_years", "median_tenure", words("val_note_years", n=_n(view, "median_tenure"))),
        ("val_figure_revenue", "revenue_retention", words("val_note_gross", share=view.metric("gross_revenue_retention"))),
        ("val_figure_lifetime", "customer_lifetime_value", worth),
    )
    return KeyFigures(
        tuple(
            KeyFigure(words(label), view.metric(name, bare=True), note if view.has(name) else view.metric_why(name))
            for label, name, note in found
        )
    )


def _n(view: ValueView, name: str) -> int:
    metric = view.unit.metrics.get(name)
    return metric.n if metric else 0


def cells(view: ValueView) -> Cards:
    """Each cell of the portfolio: what is in it, and what to do there."""
    return Cards(tuple(Card("neutral", view.words(f"val_cell_{name}_do"), _cell(view, name)) for name in QUADRANTS))


def _cell(view: ValueView, name: Quadrant) -> tuple[Rich, ...]:
    words = view.words
    told = words.rich("val_cell_inside", inside=cell_share(view, name), key=view.portfolio.quadrants[name].key_accounts)
    inside = [account for account in view.current if account.quadrant == name and account.key]
    inside.sort(key=lambda account: (-(account.share.value or 0.0), account.id))
    named = words.rich("val_cell_named", names=view.names(inside, _NAMED)) if inside else ()
    return (view.sentences(told, named), words.rich(f"val_cell_{name}_text"))
