"""The head of the account value report: which unit, which accounts, which days, under a title that says the finding."""

from __future__ import annotations

from kamassess.document import Banner, Cover, Node, Rich, rich
from kamassess.sections.value.view import ValueView

__all__ = ["cover"]


def cover(view: ValueView) -> tuple[Node, ...]:
    """The head of the report, and what a reader must know before believing it."""
    words, portfolio = view.words, view.portfolio
    values = {"n": portfolio.current, "key": portfolio.key_accounts, "left": len(portfolio.accounts) - portfolio.current}
    accounts = words("val_accounts_left" if values["left"] else "val_accounts_key", **values)
    facts: list[tuple[str, Rich]] = [
        (words("fact_company"), rich("{x}", x=view.company)),
        (words("fact_unit"), rich("{x}", x=words("unit_and_id", name=view.unit_name, id=view.unit.id))),
        (words("val_fact_accounts"), rich("{x}", x=accounts)),
        (words("val_fact_window"), rich("{x}", x=view.days(portfolio.window))),
        (words("val_fact_currency"), rich("{x}", x=view.money_unit)),
    ]
    kicker = words("val_kicker", unit=view.unit_name, company=view.company)
    return (Cover(kicker, view.headline, view.lead, tuple(facts)), *_cautions(view))


def _cautions(view: ValueView) -> tuple[Node, ...]:
    """What the figures do not carry."""
    words, portfolio = view.words, view.portfolio
    found: list[Node] = []
    low = [account for account in view.current if account.open_wallet.reason == "wallet_too_low"]
    if portfolio.missing:
        names = words.list(list(portfolio.missing))
        found.append(Banner("info", words.rich("val_caution_missing", names=names)))
    if low:
        found.append(Banner("warning", words.rich("val_caution_wallet", count=len(low), names=view.names(low))))
    if portfolio.revenue.partial and portfolio.revenue.first_day:
        day = words.date(portfolio.revenue.first_day)
        found.append(Banner("warning", words.rich("val_caution_partial", day=day)))
    return tuple(found)
