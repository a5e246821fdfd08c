"""How the figures are worked out, what is assumed, what is missing and what it would add, and the files behind it."""

from __future__ import annotations

from kamassess.document import Definitions, Heading, Node, Paragraph, Rich, rich
from kamassess.sections.known import missing_data
from kamassess.sections.value.view import ValueView
from kamassess.tables import table_inputs, table_versions

__all__ = ["USES", "appendix"]

_RULES = (
    "index percentile contribution share_of_wallet allocation whale portfolio cells survival revenue lifetime season_plan left"
)
USES = (
    *("concentration", "top_five_share", "share_of_wallet", "share_of_wallet_estimated", "median_tenure", "account_survival"),
    *("revenue_retention", "gross_revenue_retention", "selection_consistency", "contribution", "top_fifth_contribution"),
    *("customer_lifetime_value", "contact_breadth", "otif"),
)
"""Metrics that the report rests on."""


def appendix(view: ValueView) -> tuple[Node, ...]:
    """Rules, assumptions, what is missing, provenance."""
    words = view.words
    rules = tuple((words.rich(f"val_rule_{name}"), words.rich(f"val_rule_{name}_text")) for name in _RULES.split())
    return (
        Heading(1, words("section_appendix"), "appendix"),
        Heading(2, words("val_section_rules"), "rules"),
        Definitions(rules),
        Heading(2, words("val_section_assumptions"), "assumptions"),
        Definitions(_assumptions(view)),
        *missing_data(view, USES),
        Heading(2, words("section_provenance"), "provenance"),
        Paragraph(words.rich("provenance_intro")),
        table_inputs(view),
        table_versions(view),
    )


def _assumptions(view: ValueView) -> tuple[tuple[Rich, Rich], ...]:
    """What is declared, or taken where nothing is."""
    words, portfolio = view.words, view.portfolio
    found = [
        ("window", view.days(portfolio.window)),
        ("before", view.days(portfolio.before)),
        ("weights", words.list(view.weights)),
        ("discount", view.percent(portfolio.lifetime.discount)),
    ]
    least = portfolio.thresholds
    if least is not None:
        for name, value in (("attractiveness", least.attractiveness), ("strength", least.strength)):
            how = words("val_declared" if name in least.declared else "val_median")
            found.append((f"{name}", words("val_value_and_how", value=words.short(value), how=how)))
    return tuple((words.rich(f"val_assume_{label}"), rich("{x}", x=value)) for label, value in found)
