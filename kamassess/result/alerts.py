"""What the company's data say of single accounts that somebody should hear of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = ["AccountAlert", "AlertKind"]

AlertKind: TypeAlias = Literal["single_contact", "peak_supply", "lost", "shrinking", "loss", "not_selected", "not_listed"]
"""``single_contact``: a key account that rests on one person; ``peak_supply``: an account that is served worse in the season than
the others, by more than chance; ``lost``: a key account that left in the window; ``shrinking``: one that bought much less than
before; ``loss``: one that costs more than it leaves; ``not_selected``: one that the declared criteria would not select;
``not_listed``: an account that they would select and that is no key account (both only where criteria are declared)."""


@dataclass(frozen=True, slots=True)
class AccountAlert:
    """One account and what is seen of it.

    Attributes
    ----------
    account, name
        Id and name.
    share
        Of the unit's net sales in the window, 0–1; None where it is not known.
    n
        Lines that it rests on.
    values
        ``single_contact``: activities. ``peak_supply``: peak, off_peak, others (OTIF, 0–1), n_peak, n_others, p (Fisher's exact
        test, one-sided, times the accounts tested in the unit). ``lost``, ``shrinking``: before, now (net sales). ``loss``:
        contribution, sales. ``not_selected``, ``not_listed``: attractiveness, strength.
    """

    kind: AlertKind
    account: str
    name: str
    share: float | None
    n: int
    values: Mapping[str, float] = field(default_factory=dict)
