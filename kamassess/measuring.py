"""How the company's data are measured: what an engagement declares for its metrics, and what a metric says of a level.

Names, definitions and curves stand in ``metrics.yaml``; an instrument or an engagement may give curves of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

from kamassess.instrument import Breakpoint, Text

__all__ = ["MetricText", "Settings"]


@dataclass(frozen=True, slots=True)
class MetricText:
    """What is said of a metric.

    Attributes
    ----------
    name, definition, adds
        Its name, what it is in one sentence, and what the report could say if the data were there.
    curve
        Levels ascending, values strictly rising or falling; empty where a value says nothing of maturity.
    least
        What a value must rest on at least for a level to be made of it.
    """

    name: Text
    definition: Text
    adds: Text
    curve: tuple[Breakpoint, ...] = ()
    least: int = 0

    def level(self, value: float) -> float | None:
        """The level of a value: straight lines between the breakpoints, cut off at both ends; None without a curve.

        >>> text = MetricText({}, {}, {}, (Breakpoint(1, 9.0, "house"), Breakpoint(3, 5.0, "house")))
        >>> text.level(6.0), text.level(12.0), text.level(1.0)
        (2.5, 1, 3)
        """
        if not self.curve:
            return None
        falls = self.curve[0].value > self.curve[-1].value
        sign = -1.0 if falls else 1.0
        if sign * value <= sign * self.curve[0].value:
            return self.curve[0].level
        for below, above in pairwise(self.curve):
            if sign * value < sign * above.value:
                part = (value - below.value) / (above.value - below.value)
                return below.level + part * (above.level - below.level)
        return self.curve[-1].level


@dataclass(frozen=True)
class Settings:
    """What an engagement declares for its metrics.

    Attributes
    ----------
    peak_months
        Months (1–12) of the season; where it is empty, each unit's own top quartile of months by demand.
    programme_cost : (U,) float or None
        What the key account programme costs in a year, in the currency of the sales; NaN where it is not known.
    executives : (U,) float or None
        How many executives each unit has; without it, as many as the unit's accounts name as sponsors. NaN where not known.
    working_days
        Of a person in a year.
    criteria
        From which ``attractiveness`` and ``strength`` an account is one to select; what is not declared is the median of the
        engagement's accounts.
    value_weights
        Of ``contribution``, ``revenue``, ``wallet`` and ``tenure`` in the index of account value.
    discount_rate
        A year's, for lifetime value.
    crm_fields
        The fields that a CRM record must have, with the pattern that their text must match as a whole (empty: any text). Where
        there is none, all columns of the extract.
    crm_updated, crm_name
        The columns of the extract that say when a record was last changed, and the customer's name.
    least_key_accounts
        Below as many there is no value of a metric of key accounts.
    window_days
        How many days, up to the date of the wave, are looked at.
    """

    peak_months: tuple[int, ...] = ()
    programme_cost: tuple[float, ...] | None = None
    executives: tuple[float, ...] | None = None
    working_days: float = 220.0
    criteria: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    value_weights: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"contribution": 0.4, "revenue": 0.2, "wallet": 0.2, "tenure": 0.2})
    )
    discount_rate: float = 0.1
    crm_fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    crm_updated: str = "updated"
    crm_name: str = "name"
    least_key_accounts: int = 3
    window_days: int = 365
