"""Customer groups served by two or more units: what the customer sees when it puts our units beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kamassess.instrument import Text
from kamassess.result.reasons import Reason

__all__ = ["CustomerGroup", "GroupDifference", "GroupRules", "GroupTotals", "GroupUnit", "PriceIndex"]


@dataclass(frozen=True, slots=True)
class GroupRules:
    """When a difference between units is worth stating (``customer_groups.yaml``).

    Attributes
    ----------
    least_products, least_lines
        A price index is enough to go by with one of them.
    price
        So much dearer than the cheapest, 0.03 for 3 %.
    otif_lines, response_lines
        A unit with fewer is not compared.
    contact_ratio, contact_least
        So many times as many of the customer's people an account, and so many more.
    """

    least_products: int
    least_lines: int
    price: float
    otif_lines: int
    response_lines: int
    contact_ratio: float
    contact_least: float


@dataclass(frozen=True, slots=True)
class PriceIndex:
    """What a unit charges a group, against what the group pays on average for the same products.

    Attributes
    ----------
    value
        Σ q·p / Σ q·P over products that two or more of the group's units sell: q and p are the unit's quantity and price, P the
        group's mean price (its net sales over its quantity). 1.04 is 4 % above. None with a ``reason``.
    n_products, n_lines
        What it rests on.
    sales
        The unit's net sales of these products.
    enough
        Whether that is enough to state a difference.
    to_cheapest
        Σ q·p / Σ q·p′ over the products that it and the cheapest unit (the lowest index) both sell, p′ that unit's price: 1.08 is
        8 % dearer than there. None where prices of fewer than two units, or too few products, can be compared.
    n_common_products, n_common_lines
        What that rests on.
    """

    value: float | None
    n_products: int
    n_lines: int
    sales: float
    enough: bool
    to_cheapest: float | None = None
    n_common_products: int = 0
    n_common_lines: int = 0
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class GroupUnit:
    """What one unit does for a group.

    Attributes
    ----------
    name
        The unit's.
    accounts, key_accounts
        How many of the group's accounts are the unit's.
    sales, contribution, margin
        Net sales in the window; contribution and its part of the sales of the accounts of which it is known.
    price
        See :class:`PriceIndex`.
    otif, n_otif
        Lines that came on time and in full, of so many promised.
    contacts
        People of the customer's whom the unit met (or levels, where nobody is named), summed over its accounts.
    activities
        In the window, an account.
    response_days, n_response
        Median days until the customer was answered, over so many requests.
    """

    name: Text
    sales: float | None
    contribution: float | None
    margin: float | None
    accounts: int
    key_accounts: int
    price: PriceIndex
    otif: float | None
    n_otif: int
    contacts: int | None
    activities: float | None
    response_days: float | None
    n_response: int


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """A difference between two units that the customer sees.

    Attributes
    ----------
    kind
        ``price`` (index), ``otif`` (share of lines), ``response`` (days) or ``contact`` (the customer's people met, an account).
    worse, better
        The units, from the customer's side; the widest pair.
    worse_value, better_value
        What each stands at.
    size
        Price: how much dearer over the products both sell, 0.08 for 8 %. Others: the difference of the two values.
    money
        Price: what is at stake in the whole group (``CustomerGroup.money``); None for the others.
    p
        How likely chance alone makes so wide a difference: OTIF by Fisher's exact test, response by Mann and Whitney's, times the
        pairs of units compared, and the two adjusted for each other (Holm); None for the others.
    certain
        Whether there is enough behind it to state it.
    """

    kind: Literal["price", "otif", "response", "contact"]
    worse: str
    better: str
    worse_value: float
    better_value: float
    size: float
    money: float | None
    p: float | None
    certain: bool


@dataclass(frozen=True, slots=True)
class CustomerGroup:
    """A customer that two or more units serve.

    Attributes
    ----------
    units
        By id, the one that sells most first.
    sales, contribution, margin
        Of all of them; the contribution is of the ``n_contribution`` accounts of which it is known.
    wallet, share_of_wallet
        What the group buys in the category a year, and our part of it, over the accounts whose wallet is known.
    money
        What would be lost in the window if the dearer units charged the cheapest unit's prices, over the products that both sell:
        Σ q·(p − p′). 0 where no difference is worth stating, None where prices cannot be compared.
    differences
        The money at stake first, then what is certain.
    n_products
        Products that two or more units sell with a quantity.
    reason
        Why prices cannot be compared.
    """

    name: str
    units: Mapping[str, GroupUnit]
    accounts: int
    sales: float | None
    contribution: float | None
    n_contribution: int
    margin: float | None
    wallet: float | None
    share_of_wallet: float | None
    money: float | None
    differences: tuple[GroupDifference, ...]
    n_products: int
    reason: Reason | None = None

    @property
    def seen(self) -> tuple[GroupDifference, ...]:
        """The differences that are certain."""
        return tuple(found for found in self.differences if found.certain)


@dataclass(frozen=True, slots=True)
class GroupTotals:
    """All customer groups that two or more units serve.

    ``money`` is at stake by price in ``with_money`` of the ``groups``; ``sales`` are net sales in the window. None where the
    table, or prices to compare, are not there.
    """

    groups: int
    sales: float | None
    money: float | None
    with_money: int
