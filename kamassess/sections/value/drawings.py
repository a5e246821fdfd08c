"""The three drawings of accounts, as both reports show them."""

from __future__ import annotations

from kamassess.charts.portfolio import PortfolioPoint, plot_portfolio
from kamassess.charts.survival import plot_survival
from kamassess.charts.whale import WhaleMark, plot_whale
from kamassess.document import Chart
from kamassess.result import AccountValue
from kamassess.result.portfolio import QUADRANTS, Quadrant
from kamassess.sections.value.view import ValueView

__all__ = ["cell_share", "portfolio_chart", "survival_chart", "whale_chart"]

_MANY = 300


def portfolio_chart(view: ValueView) -> Chart | None:
    """Accounts by attractiveness and strength; None where neither is known."""
    words, portfolio, least = view.words, view.portfolio, view.portfolio.thresholds
    if least is None:
        return None
    placed = [account for account in view.current if account.quadrant]
    placed.sort(key=lambda account: (-(account.share.value or 0.0), account.id))
    points = [_point(view, account) for account in placed]
    cells: dict[Quadrant, tuple[str, str]] = {name: (words(f"val_cell_{name}_do"), cell_share(view, name)) for name in QUADRANTS}
    declared = "declared" if len(least.declared) == 2 else "median" if not least.declared else "mixed"
    values = {"attractiveness": words.short(least.attractiveness), "strength": words.short(least.strength)}
    subtitle = words(f"val_portfolio_subtitle_{declared}", **values)
    if len(points) > _MANY:
        subtitle += words("val_portfolio_cut", count=_MANY, n=len(points))
    parts = [words("val_alt_cell", name=words(f"val_cell_{name}"), inside=cell_share(view, name)) for name in QUADRANTS]
    return view.chart(
        "portfolio",
        lambda pen: plot_portfolio(points, (least.attractiveness, least.strength), cells, pen),
        title=words("val_portfolio_title", count=len(points), n=portfolio.current),
        subtitle=subtitle,
        alt=words("val_alt_portfolio", parts=words("alt_separator").join(parts)),
    )


def _point(view: ValueView, account: AccountValue) -> PortfolioPoint:
    words = view.words
    attractiveness, strength = account.attractiveness or 0.0, account.strength or 0.0
    values = {"name": account.name, "attractiveness": words.short(attractiveness), "strength": words.short(strength)}
    tip = words("val_tip_account", sales=view.told(account.sales), **values)
    return PortfolioPoint(account.name, strength, attractiveness, account.key, tip)


def cell_share(view: ValueView, name: Quadrant) -> str:
    """How many accounts stand in a cell, and what of the unit's sales is theirs."""
    words, cell = view.words, view.portfolio.quadrants[name]
    which = "one" if cell.accounts == 1 else "some"
    if cell.share.value is None:
        return words(f"val_cell_{which}", count=cell.accounts)
    return words(f"val_cell_{which}_share", count=cell.accounts, share=view.percent(cell.share.value))


def whale_chart(view: ValueView) -> Chart | None:
    """Contribution cumulated; None where none is known."""
    words, whale = view.words, view.portfolio.whale
    if not whale.points:
        return None
    marks = []
    if whale.half is not None and whale.half < len(whale.points):
        marks.append(WhaleMark(whale.half, words("val_mark_half", share=view.half_share, count=whale.half)))
    if whale.peak_share is not None and whale.losing:
        share = view.percent(whale.peak_share)
        marks.append(WhaleMark(whale.peak_accounts, words("val_mark_peak", share=share, count=whale.peak_accounts)))
    keys = [view.by_id[point.account].key for point in whale.points]
    named = [(view.by_id[point.account].name, view.money(point.contribution)) for point in whale.points]
    tips = [words("val_tip_whale", name=name, value=value) for name, value in named]
    return view.chart(
        "whale",
        lambda pen: plot_whale([point.cumulated for point in whale.points], keys, tips, marks, pen),
        title=words("val_whale_title"),
        subtitle=words("val_whale_subtitle", total=view.money(whale.total)),
        alt=words("val_alt_whale", headline=view.headline, total=view.money(whale.total)),
    )


def survival_chart(view: ValueView) -> Chart | None:
    """The survival curve; None where nothing is known, or nobody was lost."""
    words, survival = view.words, view.portfolio.survival
    if not survival.points or not survival.lost:
        return None
    values = {"n": survival.n, "lost": survival.lost}
    label = "val_alt_survival" if view.has("account_survival") else "val_alt_survival_short"
    return view.chart(
        "survival",
        lambda pen: plot_survival(survival.points, pen),
        title=words("val_survival_title"),
        subtitle=words("val_survival_subtitle", **values),
        alt=words(label, share=view.metric("account_survival"), **values),
    )
