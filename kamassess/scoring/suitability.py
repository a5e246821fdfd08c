"""Should a unit run key account management: from the six conditions of the screen to a verdict, by declared rules.

The rules are data (``suitability.yaml``). A condition of which nothing is known is never guessed: if it could change the verdict,
there is none.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from typing import Any, Literal

from kamassess.instrument import Criterion, Instrument
from kamassess.reading.package_data import package_yaml
from kamassess.result import (
    Block,
    BreakEven,
    Covered,
    FitCondition,
    FitReason,
    FitRules,
    KnockOut,
    MetricValue,
    Programme,
    Reason,
    Stance,
    Suitability,
    Verdict,
)

__all__ = ["fit_rules", "suitability"]

_LIMITS: Mapping[str, Callable[[float, float], bool]] = {"above": operator.gt, "at_most": operator.le, "below": operator.lt}
_ORDER: Mapping[Verdict | None, tuple[Stance | None, ...]] = {
    "full": ("for", "open", "against", None),
    "light": ("for", "against", "open", None),
    "not_yet": ("against", "open", None, "for"),
    None: (None, "against", "open", "for"),
}
"""Which conditions tell most of a verdict."""
_DUST = 1e-9


@cache
def fit_rules() -> FitRules:
    """The thresholds of ``suitability.yaml``."""
    tree = package_yaml("suitability.yaml")
    return FitRules(
        speaks_for=tree["speaks_for"],
        speaks_against=tree["speaks_against"],
        full_for=tree["full"]["for"],
        full_against=tree["full"]["against"],
        light_for=tree["light"]["for"],
        light_against=tree["light"]["against"],
        essential=tuple(entry["criterion"] for entry in tree["conditions"] if entry.get("essential")),
        light_share=tree["light_accounts"]["share"],
        light_least=tree["light_accounts"]["least"],
        sound_cost_share=tree["sound_cost_share"],
    )


def suitability(
    instrument: Instrument, criteria: Mapping[str, Block], metrics: Mapping[str, MetricValue], programme: Programme
) -> Suitability | None:
    """The verdict on one unit; None where the instrument does not ask for all conditions in a screen.

    Parameters
    ----------
    criteria
        Scores by criterion.
    metrics
        By id; may be empty.
    programme
        What a full programme would cover, and what is spent now.
    """
    asked = {criterion.id: criterion for screen in instrument.screens for criterion in screen.criteria}
    entries = package_yaml("suitability.yaml")["conditions"]
    if any(entry["criterion"] not in asked for entry in entries):
        return None
    conditions = tuple(_condition(entry, criteria[entry["criterion"]], metrics) for entry in entries)
    knock_outs = _knock_outs(metrics, programme.covered)
    between = ("not_yet",) if knock_outs else _between(conditions)
    verdict: Verdict | None = between[0] if len(between) == 1 else None
    covered = _light(programme.covered) if verdict == "light" else programme.covered
    return Suitability(
        verdict=verdict,
        between=() if verdict else between,
        conditions=conditions,
        knock_outs=knock_outs,
        reasons=_reasons(verdict, conditions, knock_outs, asked),
        covered=covered,
        break_even=_break_even(covered, programme),
        reason=None if verdict else Reason.VERDICT_OPEN,
    )


# -- conditions ----------------------------------------------------------------------------------------------------------


def _condition(entry: Mapping[str, Any], block: Block, metrics: Mapping[str, MetricValue]) -> FitCondition:
    levels = {name: metrics[name].level for name in entry["metrics"] if name in metrics}
    known = {name: level for name, level in levels.items() if level is not None}
    measured = sum(known.values()) / len(known) if known else None
    proxy = bool(entry.get("proxy"))
    by_data = measured is not None and not (proxy and block.score is not None)
    decides: Literal["measured", "claimed"] | None = "measured" if by_data else "claimed" if block.score is not None else None
    level = measured if by_data else block.score
    ends = {_stance(end) for end in block.ci} if block.ci and decides == "claimed" and block.ci[0] < block.ci[1] else None
    return FitCondition(
        criterion=entry["criterion"],
        claimed=block.score,
        ci=block.ci,
        n=block.n,
        measured=measured,
        metrics=tuple(known),
        proxy=proxy,
        decides=decides,
        stance=None if level is None else _stance(level),
        firm=True if by_data else None if ends is None else len(ends) == 1,
        reason=None if level is not None else block.reason or Reason.NO_ANSWERS,
    )


def _stance(level: float) -> Stance:
    rules = fit_rules()
    if level >= rules.speaks_for - _DUST:
        return "for"
    return "against" if level < rules.speaks_against - _DUST else "open"


# -- verdict -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Count:
    """How many conditions speak for and against, and whether an essential one does."""

    speaking_for: int
    against: int
    essential_against: bool

    @property
    def verdict(self) -> Verdict:
        rules = fit_rules()
        if self.essential_against:
            return "not_yet"
        if self.speaking_for >= rules.full_for and self.against <= rules.full_against:
            return "full"
        if self.speaking_for >= rules.light_for and self.against <= rules.light_against:
            return "light"
        return "not_yet"


def _between(conditions: tuple[FitCondition, ...]) -> tuple[Verdict, ...]:
    """Every verdict that is possible, from the least to the most: one if what is not known changes nothing."""
    worst, best = (_counted(conditions, filled).verdict for filled in ("against", "for"))
    order: tuple[Verdict, ...] = ("not_yet", "light", "full")
    return order[order.index(worst) : order.index(best) + 1]


def _counted(conditions: Iterable[FitCondition], filled: Stance) -> _Count:
    """With every condition of which nothing is known *filled* in."""
    said = {condition.criterion: condition.stance or filled for condition in conditions}
    stances = list(said.values())
    essential = any(said[name] == "against" for name in fit_rules().essential)
    return _Count(stances.count("for"), stances.count("against"), essential)


def _knock_outs(metrics: Mapping[str, MetricValue], covered: Covered) -> tuple[KnockOut, ...]:
    facts = {name: found.value for name, found in metrics.items()}
    facts["contribution"] = covered.contribution if covered.n_contribution == len(covered.accounts) else None
    found = []
    for entry in package_yaml("suitability.yaml")["knock_outs"]:
        value = facts.get(entry["fact"])
        sign = next(name for name in _LIMITS if name in entry)
        if value is not None and _LIMITS[sign](value, entry[sign]):
            found.append(KnockOut(entry["id"], entry["fact"], value, entry[sign]))
    return tuple(found)


def _reasons(
    verdict: Verdict | None,
    conditions: tuple[FitCondition, ...],
    knock_outs: tuple[KnockOut, ...],
    asked: Mapping[str, Criterion],
) -> tuple[FitReason, ...]:
    """Knock-outs, then conditions: what tells most of this verdict first, an essential one before others of its kind.

    Within a kind by the criterion's weight times the distance from the middle between speaking for and against.
    """
    rules = fit_rules()
    middle = (rules.speaks_for + rules.speaks_against) / 2
    order = _ORDER[verdict]

    def place(condition: FitCondition) -> tuple[int, bool, float]:
        distance = abs((condition.level if condition.level is not None else middle) - middle)
        pulls = condition.criterion in rules.essential and condition.stance == "against"
        return order.index(condition.stance), not pulls, -asked[condition.criterion].weight * distance

    ranked = sorted(conditions, key=place)
    return (
        *(FitReason("knock_out", found.id) for found in knock_outs),
        *(FitReason(condition.stance or "unknown", condition.criterion) for condition in ranked),
    )


# -- accounts and money --------------------------------------------------------------------------------------------------


def _light(full: Covered) -> Covered:
    """The fewest accounts that bring the declared share of what all of them bring, and as many as declared at least."""
    if full.basis is None:
        return replace(full, programme="light", accounts=(), reason=full.reason or full.contribution_reason)
    rules = fit_rules()
    brought = [max(getattr(account, full.basis) or 0.0, 0.0) for account in full.accounts]
    goal = rules.light_share * sum(brought)
    enough = next((count for count, so_far in enumerate(accumulate(brought), 1) if so_far >= goal - _DUST), len(brought))
    chosen = full.accounts[: max(enough, rules.light_least)]
    known = [account.contribution for account in chosen if account.contribution is not None]
    shares = [account.share for account in chosen if account.share is not None]
    return replace(
        full,
        programme="light",
        accounts=chosen,
        sales=sum(account.sales or 0.0 for account in chosen) if full.sales is not None else None,
        share=sum(shares) if shares else None,
        contribution=sum(known) if known else None,
        n_contribution=len(known),
    )


def _break_even(covered: Covered, programme: Programme) -> BreakEven:
    """At the cost of today's programme for each of today's key accounts, and what the accounts covered leave, a year."""
    rules, count = fit_rules(), len(covered.accounts)
    per_account = programme.cost / programme.key_accounts if programme.cost is not None and programme.key_accounts else None
    cost = per_account * count if per_account is not None and count else None
    left = covered.contribution / programme.years if covered.contribution is not None else None
    reason = None if cost is not None and left is not None else covered.reason or _lacking(programme, covered)
    return BreakEven(
        per_account=per_account,
        cost=cost,
        contribution=left,
        most=max(left, 0.0) if left is not None else None,
        sound_most=max(left, 0.0) * rules.sound_cost_share if left is not None else None,
        needed=cost / rules.sound_cost_share if cost is not None else None,
        share=cost / left if cost is not None and left is not None and left > 0 else None,
        reason=reason,
    )


def _lacking(programme: Programme, covered: Covered) -> Reason:
    if programme.cost is None:
        return Reason.NO_PROGRAMME_COST
    if not programme.key_accounts:
        return Reason.NO_KEY_ACCOUNTS
    return covered.contribution_reason or Reason.NO_VALUES
