"""Metrics of what customers buy and of who they are: concentration, wallet, length of cooperation, revenue kept, selection."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from kamassess.data import Data
from kamassess.metrics.values import (
    DAYS_A_YEAR,
    Floats,
    Found,
    Ints,
    Mask,
    Window,
    measures,
    median_per_unit,
    of_key_accounts,
    per_unit,
    ratio,
)
from kamassess.result import Reason

__all__ = [
    "account_sales",
    "account_survival",
    "account_times",
    "concentration",
    "effective_accounts",
    "gross_revenue_retention",
    "large_accounts",
    "largest_share",
    "median_survival",
    "median_tenure",
    "misfits",
    "revenue_retention",
    "sales_gini",
    "selected_accounts",
    "selection_consistency",
    "selection_reach",
    "selection_thresholds",
    "share_of_wallet",
    "share_of_wallet_estimated",
    "sponsor_coverage",
    "team_coverage",
    "top_five_share",
    "top_ten_share",
    "wallet_allocation",
]

_LARGE = 0.1
"""From this share of revenue on, a customer is reported as a concentration (IFRS 8, paragraph 34)."""
_TOP, _TEN = 5, 10
_TEAM = 2
"""Functions that make a team one across functions."""
_CRITERIA = ("attractiveness", "strength")
_NOTHING: Mapping[str, float] = MappingProxyType({})


def account_sales(data: Data, window: Window) -> Floats:
    """(accounts,) net sales in the window; returns and credit notes are taken off."""
    sales = data["sales"]
    inside = window.holds(sales["date"].to_numpy())
    account = sales["account"].to_numpy()[inside]
    return np.bincount(account, np.nan_to_num(sales["net_sales"].to_numpy()[inside]), minlength=len(data["accounts"])).astype(
        float
    )


def account_lines(data: Data, window: Window) -> Ints:
    """(accounts,) lines of sales in the window; 0 without a table."""
    if not data.has("sales"):
        return np.zeros(len(data["accounts"]), dtype=np.int64)
    sales = data["sales"]
    return np.bincount(sales["account"].to_numpy()[window.holds(sales["date"].to_numpy())], minlength=len(data["accounts"]))


def known_sales(data: Data, window: Window) -> Floats:
    """(accounts,) net sales in the window; NaN without a table, and in units that have no line in it."""
    lines = account_lines(data, window)
    if not lines.any():
        return np.full(len(lines), np.nan)
    of_unit = per_unit(data, np.arange(len(lines)), lines > 0)[data["accounts"]["unit"].to_numpy()]
    return np.where(of_unit > 0, account_sales(data, window), np.nan)


# -- concentration -------------------------------------------------------------------------------------------------------


@measures("index", "sales", better="neither")
def concentration(data: Data, window: Window) -> Found:
    """Herfindahl–Hirschman index of a unit's net sales by account: 10,000·Σs², 10,000 where one account has all.

    Accounts whose returns exceed what they bought count nothing. ``n`` are the accounts that bought. No value where nothing was
    sold. See :func:`kamassess.stats.concentration`.
    """
    squares, n = _squares(data, window)
    return 1e4 * squares, n, Reason.EMPTY_WINDOW


@measures("count", "sales", better="neither")
def effective_accounts(data: Data, window: Window) -> Found:
    """As many equal accounts would be as concentrated, 1/Σs²; ``n`` and missing values as :func:`concentration`."""
    squares, n = _squares(data, window)
    return 1 / squares, n, Reason.EMPTY_WINDOW


@measures("share", "sales", better="neither")
def largest_share(data: Data, window: Window) -> Found:
    """The share of a unit's net sales that its largest account has, 0–1; ``n`` and missing values as :func:`concentration`."""
    return _top(data, window, 1)


@measures("share", "sales", better="neither")
def top_five_share(data: Data, window: Window) -> Found:
    """The share of a unit's net sales that its five largest accounts have, 0–1; ``n`` as :func:`concentration`."""
    return _top(data, window, _TOP)


@measures("share", "sales", better="neither")
def top_ten_share(data: Data, window: Window) -> Found:
    """The share of a unit's net sales that its ten largest accounts have (all, if fewer), 0–1; ``n`` as :func:`concentration`.

    What the suitability screen asks people about (FIT-1), so that both can be compared.
    """
    return _top(data, window, _TEN)


@measures("share", "sales", better="neither")
def sales_gini(data: Data, window: Window) -> Found:
    """Gini coefficient of a unit's net sales over the accounts that bought, 0 (all alike) to 1 − 1/n; ``n`` these accounts.

    Σ(2i − n − 1)·sᵢ/n in ascending order. No value where nothing was sold.
    """
    sold, total, n = _bought(data, window)
    place = _place_from_top(data, sold)
    unit = data["accounts"]["unit"].to_numpy()
    buying = np.flatnonzero(sold > 0)
    ascending = n[unit[buying]] - place[buying]
    weight = (2 * ascending - n[unit[buying]] - 1) * sold[buying]
    return np.maximum(ratio(per_unit(data, buying, weight), n * total), 0.0), n, Reason.EMPTY_WINDOW


@measures("count", "sales", better="neither")
def large_accounts(data: Data, window: Window) -> Found:
    """How many accounts have a tenth of a unit's net sales or more (IFRS 8.34); ``n`` as :func:`concentration`."""
    sold, total, n = _bought(data, window)
    share = sold / np.where(total > 0, total, np.inf)[data["accounts"]["unit"].to_numpy()]
    large = np.flatnonzero(share >= _LARGE - 1e-12)
    return np.where(n > 0, per_unit(data, large), np.nan), n, Reason.EMPTY_WINDOW


def _bought(data: Data, window: Window) -> tuple[Floats, Floats, Floats]:
    """(accounts,) net sales, 0 or more; (U,) their total, and how many accounts bought."""
    sold = np.maximum(account_sales(data, window), 0.0)
    every = np.arange(len(sold))
    return sold, per_unit(data, every, sold), per_unit(data, every, sold > 0)


def _squares(data: Data, window: Window) -> tuple[Floats, Floats]:
    """(U,) Σs², and how many accounts bought."""
    sold, total, n = _bought(data, window)
    share = sold / np.where(total > 0, total, np.inf)[data["accounts"]["unit"].to_numpy()]
    squares = per_unit(data, np.arange(len(sold)), share**2)
    return np.where(total > 0, squares, np.nan), n


def _top(data: Data, window: Window, count: int) -> Found:
    sold, total, n = _bought(data, window)
    first = np.flatnonzero(_place_from_top(data, sold) < count)
    return ratio(per_unit(data, first, sold[first]), total), n, Reason.EMPTY_WINDOW


def _place_from_top(data: Data, values: Floats) -> Ints:
    """(accounts,) how many accounts of the same unit stand before each, the largest value first."""
    unit = data["accounts"]["unit"].to_numpy()
    order = np.lexsort((-values, unit))
    n = np.bincount(unit, minlength=data.n_units)
    place = np.empty(len(values), dtype=np.int64)
    place[order] = np.arange(len(values)) - np.repeat(np.cumsum(n) - n, n)
    return place


# -- wallet --------------------------------------------------------------------------------------------------------------


@measures("share", "sales", "accounts.wallet", better="higher")
def share_of_wallet(data: Data, window: Window) -> Found:
    """What customers buy from us of all they buy in the category: own sales / wallet, over the accounts whose wallet is known.

    The wallet is a year's; a window of another length is brought to a year. May exceed 1 where wallets are guessed too low.
    ``n`` are these accounts. No value without any, where all wallets are 0, or where the unit has no line of sales in the window.
    """
    wallet, sold = data["accounts"]["wallet"].to_numpy(), known_sales(data, window)
    known = np.flatnonzero((wallet > 0) & ~np.isnan(sold))
    value = ratio(per_unit(data, known, sold[known] / window.years), per_unit(data, known, wallet[known]))
    given = per_unit(data, np.flatnonzero(wallet > 0)) > 0
    return value, per_unit(data, known), tuple(Reason.EMPTY_WINDOW if any_ else Reason.NO_VALUES for any_ in given.tolist())


@measures("share", "accounts.rank_among_suppliers", "accounts.suppliers", better="higher")
def share_of_wallet_estimated(data: Data, window: Window) -> Found:  # noqa: ARG001 - ranks are of today
    """An estimate where no wallet is known: the mean of :func:`wallet_allocation` over a unit's accounts, 0–1.

    ``n`` are the accounts without a wallet whose rank and number of suppliers are known. No value without any.
    """
    accounts = data["accounts"]
    rank, suppliers = accounts["rank_among_suppliers"].to_numpy(), accounts["suppliers"].to_numpy()
    share = wallet_allocation(rank, suppliers)
    guessed = np.flatnonzero(~np.isnan(share) & ~(accounts["wallet"].to_numpy() > 0))
    n = per_unit(data, guessed)
    return ratio(per_unit(data, guessed, share[guessed]), n), n, Reason.NO_VALUES


def wallet_allocation(rank: ArrayLike, suppliers: ArrayLike) -> Floats:
    """Share of wallet from our rank among a customer's N suppliers: (1 − rank/(N + 1))·(2/N). An estimate.

    Parameters
    ----------
    rank, suppliers : (accounts,) array_like
        1 or more; NaN where not known, as is the result then or where the rank is below the last supplier's.

    References
    ----------
    Keiningham, Aksoy, Buoye & Cooil (2011), Harvard Business Review 89 (10).

    Examples
    --------
    >>> wallet_allocation([1, 2], [2, 2]).round(4).tolist()
    [0.6667, 0.3333]
    """
    place, count = np.asarray(rank, dtype=float), np.asarray(suppliers, dtype=float)
    sound = (place >= 1) & (count >= 1) & (place <= count)
    n = np.where(sound, count, 1.0)
    found: Floats = np.where(sound, (1 - np.where(sound, place, 1.0) / (n + 1)) * 2 / n, np.nan)
    return found


# -- time ----------------------------------------------------------------------------------------------------------------


@measures("years", "accounts.since", better="higher", key_accounts=True)
def median_tenure(data: Data, window: Window) -> Found:
    """Median years since the first order, of key accounts that are still customers at the end of the window.

    ``n`` are the key accounts whose beginning is known. No value without any.
    """
    accounts = data["accounts"]
    since, until = accounts["since"].to_numpy(), accounts["until"].to_numpy()
    there = (since < window.end) & ~(until < window.end) & (accounts["key_account"].to_numpy() == 1)
    chosen = np.flatnonzero(there)
    value, n = median_per_unit(accounts["unit"].to_numpy()[chosen], _years(since[chosen], window.end), data.n_units)
    return value, n, Reason.NO_VALUES


def _years(since: np.ndarray, end: np.datetime64 | np.ndarray) -> Floats:
    found: Floats = (np.asarray(end, dtype="datetime64[D]") - since.astype("datetime64[D]")).astype(float) / DAYS_A_YEAR
    return found


@measures("share", "accounts.since", "accounts.until", better="higher")
def account_survival(data: Data, window: Window, years: float = 5.0) -> Found:
    """The share of accounts that are still customers after so many *years*, by Kaplan and Meier's estimate, 0–1.

    S(t) = Π(1 − lost/at risk) over the times up to t at which accounts were lost; accounts not lost by the end of the window
    count as long as they have lasted. ``n`` are the accounts whose beginning is known. No value where no account has lasted so
    long and some are left.

    References
    ----------
    Kaplan & Meier (1958), Journal of the American Statistical Association 53.
    """
    unit, time, survival, n, longest = _survival(data, window)
    reached = time <= years
    value = np.where(n > 0, 1.0, np.nan)
    value[unit[reached]] = survival[reached]
    return np.where((longest < years) & (value > 0), np.nan, value), n, Reason.TOO_FEW_ACCOUNTS


@measures("years", "accounts.since", "accounts.until", better="higher")
def median_survival(data: Data, window: Window) -> Found:
    """Years after which half of a unit's accounts are lost: the first time at which :func:`account_survival` is ½ or less.

    ``n`` as there. No value where more than half are still customers.
    """
    unit, time, survival, n, _ = _survival(data, window)
    half = np.flatnonzero(survival <= 0.5 + 1e-12)[::-1]
    value = np.full(data.n_units, np.nan)
    value[unit[half]] = time[half]
    return value, n, Reason.TOO_FEW_ACCOUNTS


def _survival(data: Data, window: Window) -> tuple[Ints, Floats, Floats, Ints, Floats]:
    """Steps of all units' curves (unit, years, share that survives), ascending; (U,) accounts, and the longest time seen."""
    chosen, time, lost = account_times(data, window)
    unit = data["accounts"]["unit"].to_numpy()[chosen]
    order = np.lexsort((time, unit))
    unit, time, lost = unit[order], time[order], lost[order]
    n = np.bincount(unit, minlength=data.n_units).astype(np.int64)
    longest = np.full(data.n_units, -np.inf)
    longest[unit] = time
    new = np.ones(len(unit), dtype=bool)
    new[1:] = (unit[1:] != unit[:-1]) | (time[1:] != time[:-1])
    start = np.flatnonzero(new)
    gone = np.add.reduceat(lost.astype(float), start) if len(start) else np.zeros(0)
    unit, time, first = unit[start], time[start], start
    at_risk = np.cumsum(n)[unit] - first
    kept = 1 - gone / at_risk
    factor = np.log(np.where(kept > 0, kept, 1.0))
    total = np.cumsum(factor)
    began = np.zeros(data.n_units)
    leading = np.ones(len(unit), dtype=bool)
    leading[1:] = unit[1:] != unit[:-1]
    began[unit[leading]] = total[leading] - factor[leading]
    return unit, time, np.where(kept > 0, np.exp(total - began[unit]), 0.0), n, longest


def account_times(data: Data, window: Window) -> tuple[Ints, Floats, Mask]:
    """Accounts whose beginning is known and lies in or before the window: positions, years as customers, whether they were lost.

    Those that are not lost by the end of the window are counted up to it.
    """
    since, until = data["accounts"]["since"].to_numpy(), data["accounts"]["until"].to_numpy()
    chosen = np.flatnonzero((since < window.end) & ~(until < since))
    lost = until[chosen] < window.end
    ended = np.where(lost, until[chosen].astype("datetime64[D]"), window.end)
    return chosen, _years(since[chosen], ended), lost


# -- what is kept --------------------------------------------------------------------------------------------------------


@measures("ratio", "sales", better="higher")
def revenue_retention(data: Data, window: Window, *, gross: bool = False) -> Found:
    """Net sales of this window, of the accounts that bought in the one before, over what they bought then.

    *gross* counts nobody for more than before, so that growth of some does not hide the loss of others (at most 1). ``n`` are the
    accounts that bought before. No value where nothing was sold then, or where the unit has no line of sales in this window.
    """
    then, now = (np.maximum(known_sales(data, part), 0.0) for part in (window.before, window))
    kept = np.flatnonzero((then > 0) & ~np.isnan(now))
    after = np.minimum(now[kept], then[kept]) if gross else now[kept]
    return ratio(per_unit(data, kept, after), per_unit(data, kept, then[kept])), per_unit(data, kept), Reason.EMPTY_WINDOW


@measures("share", "sales", better="higher")
def gross_revenue_retention(data: Data, window: Window) -> Found:
    """As :func:`revenue_retention`, nobody counting for more than before, 0–1."""
    found = revenue_retention(data, window, gross=True)
    return found.value, found.n, Reason.EMPTY_WINDOW


# -- selection and care --------------------------------------------------------------------------------------------------


@measures("share", "accounts.attractiveness", "accounts.strength", better="higher", key_accounts=True, settings=("criteria",))
def selection_consistency(data: Data, window: Window, criteria: Mapping[str, float] = _NOTHING) -> Found:  # noqa: ARG001
    """The share of named key accounts that the declared *criteria* would select too, 0–1.

    An account is selected that reaches both thresholds, ``attractiveness`` and ``strength`` (the median of all accounts where one
    is not declared). ``n`` are the key accounts of which both are known. No value without any.
    """
    selected, known = selected_accounts(data, criteria)
    return of_key_accounts(data, np.where(known, selected, np.nan))


@measures("share", "accounts.attractiveness", "accounts.strength", better="higher", settings=("criteria",))
def selection_reach(data: Data, window: Window, criteria: Mapping[str, float] = _NOTHING) -> Found:  # noqa: ARG001
    """The share of accounts that the declared *criteria* select which are key accounts, 0–1.

    As :func:`selection_consistency` the other way round; ``n`` are the accounts selected. No value without any.
    """
    selected, _ = selected_accounts(data, criteria)
    chosen = np.flatnonzero(selected)
    n = per_unit(data, chosen)
    return ratio(per_unit(data, chosen, data["accounts"]["key_account"].to_numpy()[chosen] == 1), n), n, Reason.NO_VALUES


def misfits(data: Data, criteria: Mapping[str, float] = _NOTHING) -> tuple[Ints, Ints]:
    """Positions of key accounts that the *criteria* would not select, and of accounts they would that are none.

    Accounts of which attractiveness or strength is not known are in neither.
    """
    selected, known = selected_accounts(data, criteria)
    key = data["accounts"]["key_account"].to_numpy() == 1
    return np.flatnonzero(known & key & ~selected), np.flatnonzero(selected & ~key)


def selected_accounts(data: Data, criteria: Mapping[str, float]) -> tuple[Mask, Mask]:
    """(accounts,) which the criteria select, and of which both values are known."""
    both = [data["accounts"][name].to_numpy() for name in _CRITERIA]
    known: Mask = ~np.isnan(both[0]) & ~np.isnan(both[1])
    least = selection_thresholds(data, criteria)
    if least is None:
        return known, known
    return known & (both[0] >= least[0]) & (both[1] >= least[1]), known


def selection_thresholds(data: Data, criteria: Mapping[str, float] = _NOTHING) -> tuple[float, float] | None:
    """From which attractiveness and strength on an account is one to select: as the *criteria* say, else the median.

    Medians are over the engagement's accounts of which both are known; None where there is none.
    """
    both = [data["accounts"][name].to_numpy() for name in _CRITERIA]
    known = ~np.isnan(both[0]) & ~np.isnan(both[1])
    if not known.any():
        return None
    first, second = (criteria.get(name, float(np.median(values[known]))) for name, values in zip(_CRITERIA, both, strict=True))
    return first, second


@measures("share", "accounts.sponsor", better="higher", key_accounts=True)
def sponsor_coverage(data: Data, window: Window) -> Found:  # noqa: ARG001 - as it stands today
    """The share of key accounts that have a senior sponsor, 0–1; ``n`` key accounts."""
    return of_key_accounts(data, (data["accounts"]["sponsor"] != "").to_numpy())


@measures("share", "accounts.team_functions", better="higher", key_accounts=True)
def team_coverage(data: Data, window: Window) -> Found:  # noqa: ARG001 - as it stands today
    """The share of key accounts with a team of two functions or more, 0–1; none where it is not given; ``n`` key accounts."""
    return of_key_accounts(data, data["accounts"]["team_functions"].to_numpy() >= _TEAM)
