"""The accounts of one unit: what each is worth, where it stands, and what follows for the list of key accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from kamassess.result.options import Amount
from kamassess.result.reasons import Interval, Reason

__all__ = [
    "QUADRANTS",
    "AccountValue",
    "Advice",
    "LifetimeBasis",
    "Portfolio",
    "Quadrant",
    "QuadrantCell",
    "RevenueChange",
    "SeasonPlan",
    "SeasonRow",
    "Sensitivity",
    "Survival",
    "SurvivalPoint",
    "Thresholds",
    "Whale",
    "WhalePoint",
]

Quadrant: TypeAlias = Literal["strategic", "star", "status", "streamline"]
"""Attractive and we are strong; attractive and we are weak; the reverse; neither (terms of Woodburn & McDonald, 2011)."""
QUADRANTS: tuple[Quadrant, ...] = ("strategic", "star", "status", "streamline")
Advice: TypeAlias = Literal["keep", "promote", "review", "leave"]
"""A key account that the criteria select; one they select that is none; a key account they do not select; none of these."""


@dataclass(frozen=True, slots=True)
class AccountValue:
    """One account. Amounts are in the engagement's currency; their ``missing`` are tables, or columns as ``table.column``.

    Attributes
    ----------
    left
        The last day as a customer (ISO), if that lies before the end of the window; it has no rank, quadrant or advice then.
    sales, sales_before
        Net sales in the window, and in the one before; below 0 where returns exceed what was bought.
    change
        The one less the other.
    share
        Of the unit's net sales, 0–1; an account below 0 counts as 0.
    contribution, margin
        Net sales less cost of goods and cost to serve, and that over net sales.
    wallet
        What the customer buys in the category in a year.
    share_of_wallet, wallet_estimated
        Own sales of a year over the wallet, above 1 where the wallet is given too low; or, where only our rank among the
        customer's suppliers is known, what the wallet-allocation rule makes of it.
    open_wallet
        What the customer buys elsewhere in a year; an estimate where the share is one.
    years
        Since the first order.
    scores
        Of contribution, revenue, wallet and tenure: percentile within the unit, 0–100, or None.
    index, rank
        The weighted mean of the scores that are known, and the place by it among the accounts that are still customers, 1 the
        highest; equal ones share the better place.
    ranks
        The place if one weight is doubled (``…_double``) or dropped (``…_none``).
    selected
        Whether attractiveness and strength reach both thresholds.
    contacts, levels
        How many of the customer's people (or levels, where no person is named) were met in the window; which of ``front``,
        ``middle`` and ``top``.
    lifetime, lifetime_ci
        Of a key account: what it leaves from this year on at today's value, and at both ends of the interval of retention.
    """

    id: str
    name: str
    key: bool
    group: str | None
    manager: str | None
    left: str | None
    sales: Amount
    sales_before: Amount
    change: Amount
    share: Amount
    contribution: Amount
    margin: Amount
    wallet: float | None
    share_of_wallet: Amount
    wallet_estimated: bool
    open_wallet: Amount
    years: Amount
    scores: Mapping[str, float | None]
    index: Amount
    rank: int | None
    ranks: Mapping[str, int]
    attractiveness: float | None
    strength: float | None
    quadrant: Quadrant | None
    selected: bool | None
    advice: Advice | None
    contacts: Amount
    levels: tuple[str, ...]
    lifetime: Amount | None = None
    lifetime_ci: Interval | None = None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which values on an account is attractive, and we are strong; those not ``declared`` are medians of all accounts."""

    attractiveness: float
    strength: float
    declared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuadrantCell:
    """One cell of the portfolio: accounts, the key accounts among them, and their share of the unit's net sales, 0–1."""

    accounts: int
    key_accounts: int
    share: Amount


@dataclass(frozen=True, slots=True)
class WhalePoint:
    """One account on the whale curve: what it contributes, and all up to and with it; ``share`` of a total above 0."""

    account: str
    contribution: float
    cumulated: float
    share: float | None


@dataclass(frozen=True, slots=True)
class Whale:
    """Contribution cumulated from the account that leaves most to the one that costs most.

    Attributes
    ----------
    points
        Accounts whose contribution is known; empty with a ``reason``.
    unknown
        Accounts that bought in the window whose contribution is not known.
    total
        Contribution of all of them.
    peak, peak_share, peak_accounts
        The highest point of the curve, over the total, and after how many accounts.
    half
        How many accounts, the largest first, bring half of the total; None where the total is not above 0.
    losing, losing_keys, loss
        Accounts below 0, the key accounts among them, and what they leave together.
    """

    points: tuple[WhalePoint, ...]
    unknown: int
    total: float
    peak: float
    peak_share: float | None
    peak_accounts: int
    half: int | None
    losing: int
    losing_keys: int
    loss: float
    reason: Reason | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurvivalPoint:
    """A time at which accounts were lost, or were last seen: the share that is left after it, of how many that had come so far.

    ``years`` since the first order; ``ci`` 95 % (log–log, Greenwood), None where the share is 1 or 0.
    """

    years: float
    share: float
    at_risk: int
    lost: int
    ci: Interval | None


@dataclass(frozen=True, slots=True)
class Survival:
    """Kaplan and Meier's curve of all accounts ever listed, of which ``lost`` were lost; no points with a ``reason``."""

    points: tuple[SurvivalPoint, ...]
    n: int
    lost: int
    reason: Reason | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RevenueChange:
    """From the net sales of the window before to those of this one; accounts below 0 count as 0.

    Attributes
    ----------
    before, now
        Net sales.
    lost, shrunk, grown, won
        What accounts that stopped buying, bought less, bought more, or began to buy changed; ``before`` and these make ``now``.
    accounts
        How many there are of each, by these four names.
    first_day, partial
        The first day with a sale of the unit, and whether it lies more than a month after the window before begins.
    """

    before: float
    lost: float
    shrunk: float
    grown: float
    won: float
    now: float
    accounts: Mapping[str, int]
    first_day: str | None = None
    partial: bool = False
    reason: Reason | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LifetimeBasis:
    """What lifetime values rest on.

    Attributes
    ----------
    retention, ci
        A year's, and its 95 % interval (Wilson): ``kept`` of ``of`` accounts that bought in the window before
        bought again and have not left.
    discount
        A year's.
    """

    retention: float | None
    ci: Interval | None
    kept: int
    of: int
    discount: float
    reason: Reason | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Which accounts stay among the ``top`` by value whichever single weight is doubled or dropped.

    Attributes
    ----------
    variants
        Names of the changes of a weight that leave some weight above 0, as in ``AccountValue.ranks``.
    top
        Ten, or a third of the accounts where that is less.
    first, steady
        Ids of the accounts that are among them with the weights in force, and of those that are with any.
    """

    variants: tuple[str, ...]
    top: int
    first: tuple[str, ...]
    steady: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """What one key account will need of one product, from ``n`` orders; quantities as in the deliveries, times in days.

    Attributes
    ----------
    demand, demand_sd
        A day.
    lead_time, lead_time_sd
        From order to delivery.
    stock_95, stock_99
        Safety stock that holds out in 95 % and 99 % of cases.
    peak_need
        Ordered for the peak months of a year.
    """

    account: str
    product: str
    n: int
    demand: float
    demand_sd: float
    lead_time: float | None
    lead_time_sd: float | None
    stock_95: Amount
    stock_99: Amount
    peak_need: float


@dataclass(frozen=True, slots=True)
class SeasonPlan:
    """Supply of key accounts in the season: the ``months`` (1–12) that are ``declared``, or else those of highest demand."""

    rows: tuple[SeasonRow, ...]
    months: tuple[int, ...]
    declared: bool
    reason: Reason | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All accounts of one unit.

    Attributes
    ----------
    window, before
        First and last day of the days looked at, and of as many before them, as ISO text.
    accounts
        In order of their rank, then those without one; last those that left, the latest first.
    current, key_accounts
        How many are customers at the end of the window, and key accounts among them.
    key_share, key_contribution, key_contribution_share
        What the key accounts have of the unit's net sales (0–1), what they contribute, and of a total contribution above 0; over
        those of which it is known.
    open_wallet, open_accounts
        What current accounts buy elsewhere in a year, estimates among it, and of how many of them that is known.
    thresholds
        None with a ``quadrant_reason``.
    quadrants
        Accounts whose attractiveness and strength are known; empty with a ``quadrant_reason``.
    weights
        Of the four parts of the value index, as shares of 1.
    missing
        Tables and columns that would tell more and are not there.
    """

    window: tuple[str, str]
    before: tuple[str, str]
    accounts: tuple[AccountValue, ...]
    current: int
    key_accounts: int
    key_share: Amount
    key_contribution: Amount
    key_contribution_share: Amount
    open_wallet: Amount
    open_accounts: int
    thresholds: Thresholds | None
    quadrants: Mapping[Quadrant, QuadrantCell]
    whale: Whale
    survival: Survival
    revenue: RevenueChange
    lifetime: LifetimeBasis
    sensitivity: Sensitivity
    season: SeasonPlan
    weights: Mapping[str, float] = field(default_factory=dict)
    quadrant_reason: Reason | None = None
    missing: tuple[str, ...] = ()
