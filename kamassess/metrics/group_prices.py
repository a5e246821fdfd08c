"""What each unit charges a customer group: against what the group pays on average, and against the unit that charges least."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from kamassess.data import Data
from kamassess.metrics.values import Floats, Ints, Mask, Window, ratio
from kamassess.result import GroupRules

__all__ = ["Prices", "compared_prices"]


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices of all pairs of a group and one of its units, from what each pair buys of each product (*cells*).

    A cell counts whose product two or more units of the group sell, each with a quantity and net sales above 0 (returns taken
    off).

    Attributes
    ----------
    owner, product : (cells,) int
        The pair, and the product within its group (a position among the products of all groups).
    quantity, paid, lines : (cells,) float
        Quantity, net sales and sales lines in the window.
    group : (pairs,) int
        The group of each pair.
    of_product : (products,) int
        The group of each product.
    n_groups
        How many groups there are.
    rules
        What is enough to go by.
    """

    owner: Ints
    product: Ints
    quantity: Floats
    paid: Floats
    lines: Floats
    group: Ints
    of_product: Ints
    n_groups: int
    rules: GroupRules

    def _sum(self, values: Floats | None, chosen: Mask | None = None) -> Floats:
        """(pairs,) the sum of (cells,) *values*, or how many cells there are."""
        rows = slice(None) if chosen is None else np.flatnonzero(chosen)
        weights = None if values is None else values[rows]
        return np.bincount(self.owner[rows], weights, minlength=len(self.group)).astype(float)

    def _of_products(self, values: Floats) -> Floats:
        return np.bincount(self.product, values, minlength=len(self.of_product)).astype(float)

    def _plenty(self, products: Floats, lines: Floats) -> Mask:
        found: Mask = (products >= self.rules.least_products) | (lines >= self.rules.least_lines)
        return found

    @cached_property
    def index(self) -> Floats:
        """(pairs,) Σ q·p / Σ q·P: what the unit's basket costs over what it costs at the group's mean prices; NaN without any.

        p = net sales/q is the unit's price of a product and q its quantity, P = Σ net sales/Σ q the mean price over the units of
        the group that sell it: a Paasche index against the mean.
        """
        mean = ratio(self._of_products(self.paid), self._of_products(self.quantity))
        return ratio(self.sales, self._sum(self.quantity * mean[self.product]))

    @cached_property
    def sales(self) -> Floats:
        """(pairs,) net sales of the products compared."""
        return self._sum(self.paid)

    @cached_property
    def n_products(self) -> Floats:
        """(pairs,) products compared."""
        return self._sum(None)

    @cached_property
    def n_lines(self) -> Floats:
        """(pairs,) their lines."""
        return self._sum(self.lines)

    @cached_property
    def group_products(self) -> Ints:
        """(groups,) products compared."""
        return np.bincount(self.of_product[np.unique(self.product)], minlength=self.n_groups).astype(np.int64)

    @cached_property
    def enough(self) -> Mask:
        """(pairs,) whether the index rests on enough."""
        return self._plenty(self.n_products, self.n_lines) & ~np.isnan(self.index)

    @cached_property
    def _cheapest(self) -> Ints:
        """(groups,) the pair of the lowest index that rests on enough; −1 where fewer than two do."""
        rows = np.flatnonzero(self.enough)
        order = rows[np.lexsort((rows, self.index[rows], self.group[rows]))]
        found = np.full(self.n_groups, -1, dtype=np.int64)
        found[self.group[order][::-1]] = order[::-1]
        return np.where(np.bincount(self.group[rows], minlength=self.n_groups) >= 2, found, -1)

    @cached_property
    def _lowest(self) -> Floats:
        """(cells,) the price of the cheapest unit; NaN where it does not sell the product."""
        own = self.owner == self._cheapest[self.group[self.owner]]
        price = np.full(len(self.of_product), np.nan)
        price[self.product[own]] = self.paid[own] / self.quantity[own]
        return price[self.product]

    @cached_property
    def n_common_products(self) -> Floats:
        """(pairs,) products that the cheapest unit sells too."""
        return self._sum(None, ~np.isnan(self._lowest))

    @cached_property
    def n_common_lines(self) -> Floats:
        """(pairs,) their lines."""
        return self._sum(self.lines, ~np.isnan(self._lowest))

    @cached_property
    def _at_lowest(self) -> tuple[Floats, Floats]:
        """(pairs,) Σ q·p and Σ q·p′ over the products that the cheapest unit sells too, p′ its price.

        NaN where these are too few, or the unit's own index rests on too little.
        """
        both = ~np.isnan(self._lowest)
        known = self._plenty(self.n_common_products, self.n_common_lines) & self.enough
        paid, lowest = (self._sum(values, both) for values in (self.paid, self.quantity * self._lowest))
        return np.where(known, paid, np.nan), np.where(known, lowest, np.nan)

    @cached_property
    def to_cheapest(self) -> Floats:
        """(pairs,) what the unit's basket costs over what it would cost at the cheapest unit's prices; 1 for that one itself."""
        paid, lowest = self._at_lowest
        return ratio(paid, np.nan_to_num(lowest))

    @cached_property
    def money(self) -> Floats:
        """(groups,) what would be lost in the window if the group got its cheapest unit's prices from the dearer ones too.

        Σ q·(p − p′) over the units that are dearer by the declared difference; NaN where fewer than two can be compared.
        """
        paid, lowest = self._at_lowest
        dearer = self.to_cheapest - 1 >= self.rules.price - 1e-9
        lost = np.bincount(self.group, np.where(dearer, paid - lowest, 0.0), minlength=self.n_groups)
        return np.where(self._cheapest >= 0, lost, np.nan)


def compared_prices(data: Data, window: Window, pair: Ints, group: Ints, n_groups: int, rules: GroupRules) -> Prices:
    """Prices by sales lines of the window that name a product and a quantity.

    Parameters
    ----------
    pair : (accounts,) int
        The pair of each account, −1 for none.
    group : (pairs,) int
        The group of each pair.
    n_groups
        How many groups there are.
    """
    lines = data["sales"]
    of = pair[lines["account"].to_numpy()]
    name, quantity, sold = lines["product"].to_numpy(dtype=object), lines["quantity"].to_numpy(), lines["net_sales"].to_numpy()
    inside = window.holds(lines["date"].to_numpy()) & ~np.isnan(quantity) & ~np.isnan(sold)
    rows = np.flatnonzero((of >= 0) & inside)
    rows = rows[name[rows] != ""]
    code, names = pd.factorize(name[rows])
    size = max(len(names), 1)
    cells, cell = np.unique(of[rows] * size + code, return_inverse=True)
    q, s = (np.bincount(cell, values, minlength=len(cells)).astype(float) for values in (quantity[rows], sold[rows]))
    n = np.bincount(cell, minlength=len(cells)).astype(float)
    kept = np.flatnonzero((q > 0) & (s > 0))
    owner, product = cells[kept] // size, cells[kept] % size
    shared, same = np.unique(group[owner] * size + product, return_inverse=True)
    several = (np.bincount(same, minlength=len(shared)) >= 2)[same]
    kept = kept[several]
    return Prices(owner[several], same[several], q[kept], s[kept], n[kept], group, shared // size, n_groups, rules)
