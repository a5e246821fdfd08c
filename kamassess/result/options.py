"""What can be done to keep an account: options of a case, what each is worth to both sides, and what would have to be true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kamassess.instrument import Text
from kamassess.result.reasons import Reason

__all__ = ["Amount", "Certain", "Loyalty", "OptionResult", "OptionsCase", "ScoredCriterion", "Swing", "Threshold", "Value"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number; None with a ``reason``, and the ids of the criteria that are ``missing`` for it."""

    value: float | None
    reason: Reason | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """One line of the table: what is assumed of an option (None: of all of them), and what that rests on."""

    option: str | None
    criterion: str
    value: float
    weight: float | None
    note: Text


@dataclass(frozen=True, slots=True)
class ScoredCriterion:
    """A criterion of the weighted score.

    Attributes
    ----------
    kind
        ``money`` and ``probability`` are scored from the worst option (0) to the best (100), ``score`` from 1 (0) to 5 (100).
    better
        Which end is the better one.
    weight
        Its share in all weights, 0–1; None, with a ``reason``, if it is not scored.
    """

    id: str
    name: Text
    kind: Literal["money", "probability", "score"]
    better: Literal["higher", "lower"]
    weight: float | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """The value of one input, all others as they are, at which an option and its rival change places.

    Attributes
    ----------
    option, criterion
        Whose input; None is one of all options.
    now
        What is assumed.
    needed
        The nearest value that does it; None, with a ``reason``, where no possible value does.
    side
        Whether the option is ahead from ``needed`` on upwards (``at_least``) or downwards (``at_most``).
    """

    option: str | None
    criterion: str
    now: float
    needed: float | None
    side: Literal["at_least", "at_most"] | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Certain:
    """What would put an option first if it never failed: how likely it must keep the account, or what it may cost a year.

    ``cost`` is meant for an account that it keeps for certain.
    """

    retention: Amount
    cost: Amount


@dataclass(frozen=True, slots=True)
class Loyalty:
    """How much more likely the account is kept than with nothing done (probability), and how hard leaving becomes (1–5)."""

    retention: Amount
    switching_effort: Amount


@dataclass(frozen=True, slots=True)
class OptionResult:
    """One option; amounts in the currency of the engagement, a year's if nothing else is said.

    Attributes
    ----------
    baseline
        Whether it is doing nothing.
    values
        What is assumed of it, by criterion: its own, or what is assumed of all options, or what goes without saying.
    cost
        What it costs us, its one-off cost spread over the years.
    kept
        The probability that the account is kept for another year: promised, or the baseline's if the option fails.
    customer_value
        What the customer can expect of it.
    value_per_cost
        The same for one unit of our cost.
    net
        What the account is expected to leave in the next year, less the cost.
    gain
        ``net`` less that of doing nothing.
    lifetime
        What the account leaves as long as it is kept, at today's value.
    score
        Weighted over the criteria, 0–100.
    first_share
        In which share of all weightings it has the highest score.
    loyalty
        What it does to loyalty.
    pays_from
        By single inputs of its own: from where it is better than doing nothing. Empty for doing nothing.
    leads_from
        By single inputs of any option: from where on it has the highest ``net``; of the leader, how far it keeps it.
    passes_from
        By the same inputs: from where on it leaves more than the leader, whoever is first then. Empty for the leader.
    value_from
        What it must be worth to the customer a year to give as much for one unit of cost as the best other option; of the best
        one, how far it stays so. None where that cannot be told.
    certain
        What would put it first if it never failed. None for the leader and for doing nothing.
    beats
        By other option: in which share of all weightings its score is the higher one; equal scores count half.
    """

    id: str
    name: Text
    baseline: bool
    values: Mapping[str, float]
    cost: Amount
    kept: Amount
    customer_value: Amount
    value_per_cost: Amount
    net: Amount
    gain: Amount
    lifetime: Amount
    score: Amount
    first_share: Amount
    loyalty: Loyalty
    pays_from: tuple[Threshold, ...]
    leads_from: tuple[Threshold, ...]
    passes_from: tuple[Threshold, ...]
    value_from: Threshold | None
    certain: Certain | None
    beats: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Swing:
    """What one input does to the lead of the best option, if it is a fifth lower or higher.

    ``lead_low`` and ``lead_high`` are the ``net`` of the option that leads now less that of the best other; ``first_low`` and
    ``first_high`` name who leads then.
    """

    option: str | None
    criterion: str
    now: float
    low: float
    high: float
    lead_low: float
    lead_high: float
    first_low: str
    first_high: str


@dataclass(frozen=True, slots=True)
class OptionsCase:
    """One case, with all its options.

    Attributes
    ----------
    inputs
        What is assumed, line by line.
    criteria
        Of the weighted score.
    options
        By id, in the order of the table.
    baseline
        The option that is doing nothing; None with ``baseline_reason``.
    best, lead
        The option with the highest ``net``, and by how much; ``best`` is None where ``lead`` has a reason.
    best_scored
        The option with the highest weighted score; None if none has one, or two share it.
    discount, years
        A year's rate of discount, and over how many years a one-off cost is spread; ``house`` names those that are not declared.
    swings
        From the input that moves the lead most to that which moves it least.
    draws
        How many weightings were drawn.
    names
        Of the criteria that are the company's own.
    """

    id: str
    name: Text
    inputs: tuple[Value, ...]
    criteria: tuple[ScoredCriterion, ...]
    options: Mapping[str, OptionResult]
    baseline: str | None
    baseline_reason: Reason | None
    best: str | None
    lead: Amount
    best_scored: str | None
    discount: float
    years: float
    house: tuple[str, ...]
    swings: tuple[Swing, ...]
    draws: int
    names: Mapping[str, Text]
