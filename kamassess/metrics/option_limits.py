"""What would have to be true: the value of one input, or of a few, at which two options change places."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from kamassess.data import OptionCriterion, option_criterion
from kamassess.metrics.option_case import InputKey
from kamassess.metrics.option_money import CONTRIBUTION, COST, ONE_OFF, RISK, Money, customer_value, per_cost, told
from kamassess.metrics.values import Floats
from kamassess.result import Reason
from kamassess.result.options import Amount, Certain, Swing, Threshold

__all__ = ["SWING", "if_certain", "leads_from", "pays_from", "swings", "value_from"]

SWING = 0.2
"""By what part of itself each input is moved to see whether the leader stays the leader."""


def pays_from(money: Money, place: int) -> tuple[Threshold, ...]:
    """Single inputs of an option against doing nothing."""
    if money.place is None or math.isnan(money.net[money.place]):
        return ()
    keys = [key for key in money.keys if key[0] == money.names[place]]
    return tuple(_threshold(money, key, place, [money.place]) for key in keys)


def leads_from(money: Money, place: int, best: int | None, others: Sequence[int]) -> tuple[Threshold, ...]:
    """Single inputs that put an option first, or the leader second: its own, those of all, of doing nothing and of the leader."""
    names = money.names
    whose = set(names) if place == best else {names[place], money.baseline, names[best] if best is not None else None}
    keys = [key for key in money.keys if key[0] is None or key[0] in whose]
    return tuple(_threshold(money, key, place, others) for key in keys)


def _threshold(money: Money, key: InputKey, place: int, others: Sequence[int]) -> Threshold:
    """Where an option is level with the best of *others*, one input moving: what is left is a straight line in each of them."""
    option, criterion = key
    now = money.now(key)
    start, step = money.at(key, 0.0), max(1.0, abs(now))
    slope = (money.at(key, step) - start) / step
    low, high = -math.inf, math.inf
    for other in others:
        ahead, rise = start[place] - start[other], slope[place] - slope[other]
        if abs(rise) > 1e-12 * max(1.0, abs(slope[place]), abs(slope[other])):
            low, high = (max(low, -ahead / rise), high) if rise > 0 else (low, min(high, -ahead / rise))
        elif ahead < 0:
            return Threshold(option, criterion, now, None, None, Reason.OUT_OF_RANGE)
    least, most = possible(option_criterion(criterion), now)
    ends = [(low, "at_least"), (high, "at_most")]
    if low > high:
        ends = []
    elif not low <= now <= high:
        ends = ends[:1] if now < low else ends[1:]
    found = sorted((abs(end - now), end, side) for end, side in ends if least <= end <= most and math.isfinite(end))
    if not found:
        return Threshold(option, criterion, now, None, None, Reason.OUT_OF_RANGE)
    _, needed, side = found[0]
    return Threshold(option, criterion, now, float(needed), "at_least" if side == "at_least" else "at_most")


def possible(criterion: OptionCriterion, now: float) -> tuple[float, float]:
    """The values that are possible; of a contribution those of the same sign."""
    least = criterion.low if criterion.low is not None else (0.0 if now >= 0 else -math.inf)
    return least, math.inf if criterion.high is None else criterion.high


def value_from(money: Money, place: int) -> Threshold | None:
    """What an option must be worth to the customer to give as much for its cost as the best other."""
    costs = money.costs(money.inputs)
    amounts = [per_cost(customer_value(money, one), told(money, one, costs, "cost")).value for one in range(len(costs))]
    others = [amount for one, amount in enumerate(amounts) if one != place and amount is not None]
    if amounts[place] is None or not others:
        return None
    now, risk = float(money.value[place]), float(money.inputs[RISK, place])
    fallen = 0.0 if money.place is None else float(np.nan_to_num(money.value[money.place]))
    if risk == 1:
        return Threshold(money.names[place], "customer_value", now, None, None, Reason.OUT_OF_RANGE)
    needed = (max(others) * float(costs[place]) - risk * fallen) / (1 - risk)
    return Threshold(money.names[place], "customer_value", now, needed, "at_least")


def if_certain(money: Money, place: int, others: Sequence[int]) -> Certain:
    """What an option that never fails must promise at its cost, and what it may cost if it keeps the account for certain."""
    target = max(float(money.net[other]) for other in others)
    contribution, cost, one_off = money.inputs[[CONTRIBUTION, COST, ONE_OFF], place].tolist()
    spread = one_off / money.years
    retention = (target + cost + spread) / contribution if contribution > 0 else math.inf
    allowed = contribution - target - spread
    outside = Amount(None, Reason.OUT_OF_RANGE)
    return Certain(
        Amount(max(retention, 0.0)) if retention <= 1 else outside,
        Amount(allowed) if allowed >= 0 else outside,
    )


def swings(money: Money, best: int) -> tuple[Swing, ...]:
    """What each input does to the lead, moved by a fifth to both sides, as far as values are possible."""

    def led(nets: Floats) -> tuple[float, str]:
        lead = float(nets[best] - np.nanmax(np.delete(nets, best)))
        return lead, money.names[best if lead >= 0 else int(np.nanargmax(nets))]

    found = []
    for key in money.keys:
        now = money.now(key)
        if now == 0:
            continue
        least, most = possible(option_criterion(key[1]), now)
        low, high = sorted(float(min(max(now * (1 + part), least), most)) for part in (-SWING, SWING))
        (lead_low, first_low), (lead_high, first_high) = led(money.at(key, low)), led(money.at(key, high))
        found.append(Swing(*key, now, low, high, lead_low, lead_high, first_low, first_high))
    place = {key: number for number, key in enumerate(money.keys)}
    return tuple(sorted(found, key=lambda swing: (-abs(swing.lead_high - swing.lead_low), place[swing.option, swing.criterion])))
