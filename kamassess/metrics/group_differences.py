"""Which differences between units a customer group sees, and which of them chance or too few lines do not explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from kamassess.metrics.values import Floats
from kamassess.result import SIGNIFICANCE, GroupDifference, GroupRules, GroupUnit
from kamassess.stats import holm

__all__ = ["differences"]


def differences(
    units: Mapping[str, GroupUnit], days: Mapping[str, Floats], money: float | None, rules: GroupRules
) -> tuple[GroupDifference, ...]:
    """The widest difference of each kind, those that are certain first, and among them the one with money at stake.

    Parameters
    ----------
    units
        What each unit does for the group, by id.
    days
        Days until each answered request was answered, by unit.
    money
        What is at stake by price in the group.
    """
    found = [_price(units, money, rules), _otif(units, rules), _response(units, days, rules), _contact(units, rules)]
    kinds = ("price", "otif", "response", "contact")
    known = _family([difference for difference in found if difference])
    return tuple(sorted(known, key=lambda each: (not each.certain, -(each.money or 0.0), kinds.index(each.kind))))


def _family(found: list[GroupDifference]) -> list[GroupDifference]:
    """The same differences, those that were tested adjusted for each other (Holm): a group is looked at twice."""
    tested = [difference for difference in found if difference.p is not None]
    adjusted = [p or 0.0 for p in holm([difference.p for difference in tested])]
    again = [replace(difference, p=p, certain=p < SIGNIFICANCE) for difference, p in zip(tested, adjusted, strict=True)]
    return [difference for difference in found if difference.p is None] + again


def _price(units: Mapping[str, GroupUnit], money: float | None, rules: GroupRules) -> GroupDifference | None:
    """The unit that is dearest over what it and the cheapest one both sell, against that one."""
    dearer = {name: unit.price.to_cheapest for name, unit in units.items() if unit.price.to_cheapest is not None}
    pair = _widest(dearer, higher_is_worse=True)
    if pair is None:
        return None
    worse, better = pair
    high, low = (units[name].price.value or 0.0 for name in pair)
    size = dearer[worse] / dearer[better] - 1
    certain = size >= rules.price - 1e-9
    return GroupDifference("price", worse, better, high, low, size, money if certain else 0.0, None, certain)


def _otif(units: Mapping[str, GroupUnit], rules: GroupRules) -> GroupDifference | None:
    """The unit that keeps fewest promises against the one that keeps most: Fisher's exact test, both sides."""
    share = {name: unit.otif for name, unit in units.items() if unit.otif is not None and unit.n_otif >= rules.otif_lines}
    pair = _widest(share, higher_is_worse=False)
    if pair is None:
        return None
    from scipy import stats  # see survival

    table = [[round((units[name].otif or 0.0) * units[name].n_otif), units[name].n_otif] for name in pair]
    p = float(stats.fisher_exact([[good, lines - good] for good, lines in table]).pvalue)
    return _tested("otif", pair, share, share[pair[1]] - share[pair[0]], p)


def _response(units: Mapping[str, GroupUnit], days: Mapping[str, Floats], rules: GroupRules) -> GroupDifference | None:
    """The unit that answers slowest against the fastest: Mann and Whitney's test, both sides."""
    median = {
        name: unit.response_days
        for name, unit in units.items()
        if unit.response_days is not None and unit.n_response >= rules.response_lines
    }
    pair = _widest(median, higher_is_worse=True)
    if pair is None:
        return None
    from scipy import stats

    p = float(stats.mannwhitneyu(days[pair[0]], days[pair[1]]).pvalue)
    return _tested("response", pair, median, median[pair[0]] - median[pair[1]], p)


def _tested(
    kind: Literal["otif", "response"], pair: tuple[str, str], values: Mapping[str, float], size: float, p: float
) -> GroupDifference:
    """A difference of the widest pair, its p times the pairs that it was chosen from (Bonferroni)."""
    adjusted = min(1.0, p * len(values) * (len(values) - 1) / 2)
    worse, better = pair
    return GroupDifference(kind, worse, better, values[worse], values[better], size, None, adjusted, adjusted < SIGNIFICANCE)


def _contact(units: Mapping[str, GroupUnit], rules: GroupRules) -> GroupDifference | None:
    """The unit that meets fewest of the customer's people, an account, against the one that meets most."""
    met = {name: unit.contacts / unit.accounts for name, unit in units.items() if unit.contacts is not None}
    pair = _widest(met, higher_is_worse=False)
    if pair is None:
        return None
    worse, better = pair
    size = met[better] - met[worse]
    certain = size >= rules.contact_least and met[better] >= rules.contact_ratio * met[worse]
    return GroupDifference("contact", worse, better, met[worse], met[better], size, None, None, certain)


def _widest(values: Mapping[str, float], *, higher_is_worse: bool) -> tuple[str, str] | None:
    """The worst and the best unit from the customer's side; None where all are alike, or there are not two."""
    order = sorted(values, key=lambda name: (values[name], name), reverse=higher_is_worse)
    return (order[0], order[-1]) if len(order) > 1 and values[order[0]] != values[order[-1]] else None
