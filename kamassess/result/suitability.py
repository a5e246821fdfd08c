"""Should a unit run key account management, and how much: the verdict, what it rests on, what it would cover and cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kamassess.result.reasons import Interval, Reason

__all__ = [
    "BreakEven",
    "Covered",
    "CoveredAccount",
    "FitCondition",
    "FitReason",
    "FitRules",
    "KnockOut",
    "Programme",
    "Stance",
    "Suitability",
    "Verdict",
]

Verdict = Literal["full", "light", "not_yet"]
Stance = Literal["for", "open", "against"]


@dataclass(frozen=True, slots=True)
class FitRules:
    """The rules in use (``suitability.yaml``).

    Attributes
    ----------
    speaks_for, speaks_against
        From the one score on a condition speaks for a programme, below the other against it.
    full_for, full_against, light_for, light_against
        Conditions that must speak for each programme at least, and may speak against it at most.
    essential
        Criteria that must not speak against any programme.
    light_share, light_least
        A light programme covers the fewest accounts that bring this share of what a full one would, and as many at least.
    sound_cost_share
        What a programme is meant to cost at most of what its accounts leave.
    """

    speaks_for: float
    speaks_against: float
    full_for: int
    full_against: int
    light_for: int
    light_against: int
    essential: tuple[str, ...]
    light_share: float
    light_least: int
    sound_cost_share: float


@dataclass(frozen=True, slots=True)
class FitCondition:
    """One condition: what is claimed, what is measured, which of the two decides, and what it says.

    Attributes
    ----------
    criterion
        Of the screen.
    claimed, ci, n
        Its score, interval and respondents.
    measured, metrics
        The mean level of these metrics, and which have one.
    proxy
        Whether the metrics only hint at what is asked, so that they decide only where nobody answered.
    decides
        Which of the two is taken; None, with a ``reason``, where neither is known.
    stance
        Whether it speaks for a programme, against one, or is open.
    firm
        Whether it would say the same anywhere in the interval of the claim; data are taken as they are. None without an interval.
    """

    criterion: str
    claimed: float | None
    ci: Interval | None
    n: int
    measured: float | None
    metrics: tuple[str, ...]
    proxy: bool
    decides: Literal["measured", "claimed"] | None
    stance: Stance | None
    firm: bool | None
    reason: Reason | None = None

    @property
    def level(self) -> float | None:
        """The score or level that decides."""
        return self.measured if self.decides == "measured" else self.claimed if self.decides == "claimed" else None


@dataclass(frozen=True, slots=True)
class KnockOut:
    """Something that rules a programme out by itself: the ``value`` of a ``fact`` on the wrong side of its ``limit``."""

    id: str
    fact: str
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class FitReason:
    """Why the verdict is what it is: a knock-out by its id, or a condition by its criterion and what it says."""

    kind: Literal["knock_out", "for", "open", "against", "unknown"]
    about: str


@dataclass(frozen=True, slots=True)
class CoveredAccount:
    """An account that a programme would cover.

    Attributes
    ----------
    sales, contribution
        In the window; None where the table, or a cost, is not there.
    share
        Of the unit's net sales, 0–1.
    key_account
        Whether it is one now.
    selected
        Whether the declared criteria would select it; None where none are declared, or its values are not known.
    """

    id: str
    name: str
    sales: float | None
    share: float | None
    contribution: float | None
    key_account: bool
    selected: bool | None


@dataclass(frozen=True, slots=True)
class Covered:
    """The accounts that a programme would cover, the one that brings most first.

    Attributes
    ----------
    programme
        ``full``: key accounts, and others that the declared criteria select. ``light``: the fewest of them that bring the
        declared share.
    basis
        What they are ordered and counted by.
    candidates
        How many a full programme covers.
    sales, share, contribution
        Of all of them; the contribution is of the ``n_contribution`` accounts of which it is known.
    reason, contribution_reason
        Why there are none; why no contribution is known.
    """

    programme: Literal["full", "light"]
    accounts: tuple[CoveredAccount, ...]
    basis: Literal["contribution", "sales"] | None
    candidates: int
    sales: float | None
    share: float | None
    contribution: float | None
    n_contribution: int
    reason: Reason | None = None
    contribution_reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """What is known of a unit beside its metrics: what a full programme would cover, and what is spent now.

    ``cost`` a year is declared, for the unit's ``key_accounts``; ``years`` is how long the window is.
    """

    covered: Covered
    cost: float | None
    key_accounts: int
    years: float = 1.0


@dataclass(frozen=True, slots=True)
class BreakEven:
    """What the programme would cost and must bring, a year, in the engagement's currency.

    Attributes
    ----------
    per_account
        The declared cost over the unit's key accounts of today.
    cost
        So much for each account covered.
    contribution
        What the accounts covered leave, of those of which it is known.
    most
        What the programme may cost at most before it eats all that they leave: the contribution, or 0.
    sound_most
        What it is meant to cost at most: the declared part of it.
    needed
        What the accounts must leave for the cost to be that part.
    share
        Cost over contribution; None where nothing is left.
    reason
        Why there is no cost, or no contribution.
    """

    per_account: float | None
    cost: float | None
    contribution: float | None
    most: float | None
    sound_most: float | None
    needed: float | None
    share: float | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Suitability:
    """Full programme, light programme or not yet.

    Attributes
    ----------
    verdict
        None, with a ``reason``, where what is not known could change it; it is then one of ``between``.
    conditions
        In the order of the rules.
    knock_outs
        What rules a programme out, weightiest first.
    reasons
        In order of weight.
    covered
        What the programme would cover; where none is advised, what a full one would.
    break_even
        Of that programme.
    """

    verdict: Verdict | None
    between: tuple[Verdict, ...]
    conditions: tuple[FitCondition, ...]
    knock_outs: tuple[KnockOut, ...]
    reasons: tuple[FitReason, ...]
    covered: Covered
    break_even: BreakEven
    reason: Reason | None = None

    def saying(self, stance: Stance | None) -> tuple[FitCondition, ...]:
        """The conditions that say so, the weightiest first; None for those of which nothing is known."""
        order = {reason.about: place for place, reason in enumerate(self.reasons)}
        found = [condition for condition in self.conditions if condition.stance == stance]
        return tuple(sorted(found, key=lambda condition: order.get(condition.criterion, len(order))))
