"""Section 4 of the unit audit: what the unit's accounts are worth, in two pages, with the way to the whole report."""

from __future__ import annotations

from kamassess.document import Heading, Node, Paragraph, Rich
from kamassess.result import Reason
from kamassess.sections.value.appendix import USES
from kamassess.sections.value.board import figures
from kamassess.sections.value.concentration import whale_sentence
from kamassess.sections.value.drawings import portfolio_chart, whale_chart
from kamassess.sections.value.selection import table_advised
from kamassess.sections.value.view import ValueView
from kamassess.sections.view import View

__all__ = ["account_value"]

_MOST = 8


def account_value(view: View) -> tuple[Node, ...]:
    """The finding, the portfolio, the whale curve, the figures and the two lists; nothing where the unit has no accounts."""
    if view.unit.portfolio is None:
        return ()
    own, words = ValueView.of(view), view.words
    nodes: list[Node] = [
        Heading(1, words("val_section"), "account-value"),
        Paragraph(own.sentences(words.rich("val_finding", headline=own.headline), own.lead), "lead"),
        figures(own),
    ]
    portfolio, whale = portfolio_chart(own), whale_chart(own)
    if portfolio is not None:
        nodes.append(portfolio)
    for what in ("promote", "review"):
        found = own.advised(what)
        if found:
            nodes.append(table_advised(own, what, found, _MOST))
    if whale is not None:
        nodes += [Paragraph(whale_sentence(own)), whale]
    nodes += [Paragraph(text, "note") for text in (_lacking(own), words.rich("val_pointer")) if text]
    return tuple(nodes)


def _lacking(view: ValueView) -> Rich:
    """What is missing and what it would add, in one note."""
    words = view.words
    adds: dict[str, list[str]] = {}
    for name in USES:
        found = view.unit.metrics.get(name)
        if found is not None and found.reason is Reason.NO_TABLE:
            for need in found.missing:
                adds.setdefault(need, []).append(words.of(view.result.metric_texts[name].adds))
    if not adds:
        return ()
    items = [words("val_lacks", what=need, adds=texts[0].rstrip(".。")) for need, texts in adds.items()]
    return words.rich("val_lacking", items=words("val_semicolon").join(items))
