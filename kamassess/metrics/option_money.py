"""What each option of a case leaves us, in arrays over the options, and how it changes with one input."""

from __future__ import annotations

import math

import numpy as np

from kamassess.metrics.option_case import Case, InputKey
from kamassess.metrics.values import Floats, Ints
from kamassess.result import Reason
from kamassess.result.options import Amount

__all__ = [
    "CONTRIBUTION",
    "COST",
    "MONEY",
    "ONE_OFF",
    "RETENTION",
    "RISK",
    "Money",
    "against",
    "customer_value",
    "per_cost",
    "told",
]

MONEY = ("contribution", "cost", "one_off", "retention", "risk")
"""What the expected net benefit is made of, in this order in the arrays."""
CONTRIBUTION, COST, ONE_OFF, RETENTION, RISK = range(len(MONEY))


class Money:
    """What each option leaves: (options,) arrays, NaN where something is missing."""

    def __init__(self, case: Case, discount: float, years: float) -> None:
        self.case, self.discount, self.years = case, discount, years
        self.names = list(case.options)
        self.baseline = case.baseline
        self.place = None if self.baseline is None else self.names.index(self.baseline)
        self.inputs = np.array([[self._assumed(name, criterion) for name in self.names] for criterion in MONEY])
        self.value = np.array([self._assumed(name, "customer_value") for name in self.names])
        self.net = self.nets(self.inputs)
        self.kept = self._kept(self.inputs)

    def _assumed(self, option: str, criterion: str) -> float:
        """NaN where it is not given; a risk that is given for no option is none."""
        if criterion == "risk" and not any(name == "risk" for _, name in self.case.inputs):
            return 0.0
        value = self.case.assumed(option, criterion)
        return math.nan if value is None else value

    def _kept(self, inputs: Floats) -> Floats:
        """(…, options) the probability that the account is kept."""
        promised, risk = inputs[..., RETENTION, :], inputs[..., RISK, :]
        fallen = np.full(promised.shape[:-1], math.nan) if self.place is None else promised[..., self.place]
        found: Floats = np.where(risk == 0, promised, (1 - risk) * promised + risk * fallen[..., None])
        return found

    def nets(self, inputs: Floats) -> Floats:
        """(…, options) what is left of *inputs* (…, :data:`MONEY`, options)."""
        found: Floats = self._kept(inputs) * inputs[..., CONTRIBUTION, :] - self.costs(inputs)
        return found

    def costs(self, inputs: Floats) -> Floats:
        """(…, options) a year's cost, the one-off cost spread."""
        found: Floats = inputs[..., COST, :] + inputs[..., ONE_OFF, :] / self.years
        return found

    @property
    def keys(self) -> list[InputKey]:
        """The inputs of those options whose net benefit is known, as the table has them."""
        told = {name for name, net in zip(self.names, self.net.tolist(), strict=True) if not math.isnan(net)}
        order = [key for key in self.case.inputs if key[1] in MONEY]
        return [key for key in order if (key[0] in told if key[0] else bool(self.places(key).size))]

    def places(self, key: InputKey) -> Ints:
        """Positions of the options that an input is assumed of."""
        option, criterion = key
        if option is not None:
            return np.array([self.names.index(option)])
        own = {whose for whose, name in self.case.inputs if name == criterion}
        return np.array([place for place, name in enumerate(self.names) if name not in own], dtype=np.int64)

    def now(self, key: InputKey) -> float:
        """What is assumed."""
        return float(self.inputs[MONEY.index(key[1]), int(self.places(key)[0])])

    def at(self, key: InputKey, value: float) -> Floats:
        """(options,) what is left if one input is another."""
        inputs = self.inputs.copy()
        inputs[MONEY.index(key[1]), self.places(key)] = value
        return self.nets(inputs)

    def missing(self, place: int, *criteria: str) -> tuple[str, ...]:
        """Which of these criteria an option lacks."""
        row = {"customer_value": self.value} | dict(zip(MONEY, self.inputs, strict=True))
        return tuple(name for name in criteria if math.isnan(row[name][place]))


def told(money: Money, place: int, values: Floats, *criteria: str) -> Amount:
    """The value of an option, or why there is none: which of the *criteria* that it is made of are missing."""
    if not math.isnan(values[place]):
        return Amount(float(values[place]))
    missing = money.missing(place, *criteria)
    return Amount(None, Reason.NO_CRITERION if missing else Reason.NO_BASELINE, missing)


def against(amount: Amount, money: Money, values: Floats) -> Amount:
    """The difference to doing nothing."""
    if amount.value is None:
        return amount
    if money.place is None or math.isnan(values[money.place]):
        return Amount(None, Reason.NO_BASELINE)
    return Amount(amount.value - float(values[money.place]))


def customer_value(money: Money, place: int) -> Amount:
    """What the customer can expect: promised, or what doing nothing brings if the option fails."""
    risk, promised = money.inputs[RISK, place], money.value[place]
    fallen = 0.0 if money.place is None or math.isnan(money.value[money.place]) else money.value[money.place]
    if missing := money.missing(place, "customer_value", "risk"):
        return Amount(None, Reason.NO_CRITERION, missing)
    return Amount(float((1 - risk) * promised + risk * fallen))


def per_cost(value: Amount, cost: Amount) -> Amount:
    """A value for one unit of cost."""
    for amount in (value, cost):
        if amount.value is None:
            return amount
    if not cost.value:
        return Amount(None, Reason.NO_COST)
    return Amount((value.value or 0.0) / cost.value)
