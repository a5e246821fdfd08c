"""What the statistics return: frozen, plain numbers; what does not exist is None with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from kamassess.result import Reason

__all__ = [
    "ICC",
    "Concentration",
    "Diversity",
    "Estimate",
    "GroupICC",
    "PermutationTest",
    "Retention",
    "WithinGroupAgreement",
]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One statistic: ``value`` and its interval are None where they do not exist, with a ``reason``; ``n`` rows entered."""

    value: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    n_items: int = 1
    reason: Reason | None = None

    def __float__(self) -> float:
        if self.value is None:
            raise ValueError(f"the statistic does not exist: {self.reason or 'no reason is known'}")
        return self.value


@dataclass(frozen=True, slots=True)
class ICC:
    """The six intraclass correlations of targets × raters, and the mean squares they are made of.

    ``msb`` between targets, ``msw`` within them, ``msj`` between raters, ``mse`` what is left; ``n`` targets.
    """

    icc1: Estimate
    icc2: Estimate
    icc3: Estimate
    icc1k: Estimate
    icc2k: Estimate
    icc3k: Estimate
    msb: float | None
    msw: float | None
    msj: float | None
    mse: float | None
    n: int
    n_raters: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class GroupICC:
    """ICC(1) and ICC(2) of values in groups; ``k`` is the group size that unequal groups are worth.

    ``icc1_ci`` is the interval of ICC(1); ``msb`` and ``msw`` are the mean squares between and within groups, ``p`` that of the F
    test that all groups are alike.
    """

    icc1: float | None
    icc2: float | None
    n: int
    n_groups: int
    k: float | None
    reason: Reason | None = None
    msb: float | None = None
    msw: float | None = None
    p: float | None = None
    icc1_ci: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class WithinGroupAgreement:
    """rWG(J) of ``n`` raters on ``n_items`` items; it has no interval.

    ``chance`` is what at most 5 % of groups that answer at random exceed, ``p`` the share of such groups that agree at least as
    much.
    """

    value: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    n_items: int
    chance: float | None
    p: float | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """A difference of means (first minus second), its two-sided ``p``, and whether all splits were tried (``exact``)."""

    value: float | None
    p: float | None
    n: int
    exact: bool
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Concentration:
    """How much of a total lies with few: ``hhi`` 0–10,000, ``effective_n`` 1–n, ``gini`` 0–1."""

    hhi: float | None
    effective_n: float | None
    gini: float | None
    n: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Diversity:
    """How evenly a total is spread over ``n`` kinds: ``shannon`` (natural logarithm), ``evenness`` 0–1, ``simpson`` 0–1."""

    shannon: float | None
    evenness: float | None
    simpson: float | None
    n: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """Shares of what was there at the start: ``gross`` without and ``net`` with what was added to what stayed."""

    gross: float | None
    net: float | None
    reason: Reason | None = None
