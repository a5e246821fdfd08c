"""What customers buy, what is delivered, and what promotions bring: the tables of goods and money."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from told_customers import Account, Row, Table, World, days_of, picked

__all__ = ["Trade"]

SALES = ("account", "date", "product", "quantity", "net_sales", "cost_of_goods", "cost_to_serve", "promotion")
DELIVERIES = ("account", "order", "product", "ordered", "promised", "delivered", "ordered_qty", "delivered_qty", "mode")
PROMOTIONS = ("account", "start", "end", "cost", "margin_rate", "co_designed")
MONTHS = [dt.date(2024 + (place + 10) // 12, (place + 10) % 12 + 1, 1) for place in range(24)]
BEFORE, AFTER = 56, 28
"""Days before and after a promotion that its return is worked out from, as in ``kamassess.metrics``."""


@dataclass
class Promotion:
    """A promotion of a whole month: by how much more was sold, as a factor, and what it is to return on its cost."""

    account: Account
    month: dt.date
    together: bool
    uplift: float
    roi: float
    margin: float

    @property
    def end(self) -> dt.date:
        """The last day."""
        return self.month.replace(day=calendar.monthrange(self.month.year, self.month.month)[1])


class Trade:
    """Sales, deliveries and promotions of all accounts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.peak: list[int] = world.told["peak_months"]
        self.promoted = {(found.account.id, found.month): found for unit in world.units for found in self._promotions(unit)}
        self.lines: dict[str, list[Row]] = {account.id: list(self._sales(account)) for account in world.accounts}

    # -- sales -------------------------------------------------------------------------------------------------------------

    def sales(self) -> Table:
        """A line a month for each product line that an account bought."""
        return [SALES, *(row for rows in self.lines.values() for row in rows)]

    def _sales(self, account: Account) -> Iterator[Row]:
        random = self.world.random(account.id, "sales")
        told = self.world.units[account.unit]
        day = random.randint(9, 25)
        parts = {product: random.uniform(0.5, 1.5) for product in account.products}
        for year in (0, 1):
            there = [month for month in MONTHS[12 * year : 12 * year + 12] if account.active(month.replace(day=day))]
            buys = 1.0 if account.key else told["others"]["buys"]
            months = [month for month in there if random.random() < buys] or there[:1]
            weights = {
                (month, product): part * self._season(account, product, month) * random.uniform(0.9, 1.1)
                for month in months
                for product, part in parts.items()
            }
            total = account.sales if year else account.sales / (1 + account.growth)
            each = total / (sum(weights.values()) or 1)
            for month in months:
                in_all = each * sum(weights[month, product] for product in parts)
                for place, product in enumerate(parts):
                    sold = each * weights[month, product]
                    yield self._line(account, year, month.replace(day=day), product, sold, 0 if place else in_all)
        yield from self._returns(account, day)

    def _season(self, account: Account, product: str, month: dt.date) -> float:
        goods = self.world.told["products"][product]
        told = self.world.units[account.unit]
        factor = goods["peak"] if month.month in self.peak else 1.0
        loading = told.get("quarter_end", {}).get(month, 1.0)
        promotion = self.promoted.get((account.id, month))
        return float(factor * loading * (promotion.uplift if promotion else 1.0))

    def _line(self, account: Account, year: int, day: dt.date, product: str, sold: float, served: float) -> Row:
        """A line of sales; the cost to serve a month's sales stands beside its first product line."""
        random = self.world.random(account.id, str(day), product)
        change = self.world.units[account.unit].get("price_change", 0) / 100 if year else 0
        price = self.world.told["products"][product]["price"] * account.price * (1 + change) * random.uniform(0.996, 1.004)
        quantity = max(1, round(sold / price))
        net = round(quantity * price)
        goods = round(net * (1 - account.margin[year] * random.uniform(0.98, 1.02)))
        serve = round(served * account.serve) if account.serve is not None and served else ""
        name = f"{account.unit}-{day:%y%m}" if (account.id, day.replace(day=1)) in self.promoted else ""
        return account.id, day, product, quantity, net, goods, serve, name

    def _returns(self, account: Account, day: int) -> Iterator[Row]:
        """Credit notes of the key accounts that the story names: goods that were pressed on them and come back."""
        for month, share in account.told.get("returns", {}).items():
            product = account.products[0]
            price = self.world.told["products"][product]["price"] * account.price
            quantity = max(1, round(account.sales / 12 * share / price))
            back = round(quantity * price)
            yield account.id, month.replace(day=day), product, -quantity, -back, -round(back * 0.8), "", ""

    # -- promotions --------------------------------------------------------------------------------------------------------

    def _promotions(self, unit: str) -> Iterator[Promotion]:
        random = self.world.random(unit, "promotions")
        keys = self.world.of(unit, True)
        for entry in self.world.units[unit].get("promotions", []):
            place, month, together, uplift, roi = entry
            margin = round(random.uniform(0.16, 0.24), 3)
            yield Promotion(keys[place - 1], month, together, 1 + uplift / 100, roi, margin)

    def promotions(self) -> Table:
        """Promotions, at such a cost that each returns what the story says."""
        rows: Table = [PROMOTIONS]
        for found in self.promoted.values():
            earned = self._more(found) * found.margin
            cost = round(earned / (1 + found.roi), -2) if earned > 0 else round(found.account.sales / 12 * 0.03, -2)
            rows.append((found.account.id, found.month, found.end, int(cost), found.margin, "yes" if found.together else "no"))
        return rows

    def _more(self, found: Promotion) -> float:
        """What was sold beyond the usual, less what was bought forward (``kamassess.metrics.promotion_return``)."""

        def sold(first: dt.date, last: dt.date) -> float:
            return float(sum(row[4] for row in self.lines[found.account.id] if first <= row[1] <= last))

        one = dt.timedelta(days=1)
        usual = sold(found.month - BEFORE * one, found.month - one) / BEFORE
        forward = max(usual * AFTER - sold(found.end + one, found.end + AFTER * one), 0.0)
        return sold(found.month, found.end) - usual * ((found.end - found.month).days + 1) - forward

    # -- deliveries --------------------------------------------------------------------------------------------------------

    def deliveries(self) -> Table:
        """Order lines of both years; how many of them came on time and in full is as the story says, season by season."""
        rows: list[Row] = []
        for unit in self.world.units:
            for year in (0, 1):
                for lines in self._buckets(unit, year).values():
                    rows += lines
            rows += self._cancelled(unit)
        rows.sort(key=lambda row: (row[4], row[0], row[3]))
        return [DELIVERIES, *((row[0], f"SO{100001 + place}", *row[2:]) for place, row in enumerate(rows))]

    def _cancelled(self, unit: str) -> Iterator[Row]:
        """Orders that customers took back: nothing is ordered, and nothing came."""
        random = self.world.random(unit, "cancelled")
        for account in random.sample(self.world.of(unit, True), self.world.units[unit].get("cancelled", 0)):
            promised = days_of(1)[0] + dt.timedelta(days=random.randrange(300))
            yield account.id, "", account.products[0], promised - dt.timedelta(days=9), promised, "", 0, "", ""

    def _buckets(self, unit: str, year: int) -> dict[tuple[object, ...], list[Row]]:
        """Lines of a unit's year by who they are for, in the season and outside it."""
        told = self.world.units[unit]
        promised: dict[tuple[object, ...], list[tuple[Account, dt.date]]] = defaultdict(list)
        for account in self.world.of(unit):
            own = account.id if "otif" in account.told else account.key
            for day in self._days(account, year):
                promised[own, day.month in self.peak].append((account, day))
        found: dict[tuple[object, ...], list[Row]] = {}
        for (own, season), lines in promised.items():
            rates = told["otif"]["key" if own else "others"]
            rates = rates if year else told["otif"].get("before", rates)
            rates = lines[0][0].told["otif"] if isinstance(own, str) else rates
            random = self.world.random(unit, year, "deliveries", str(own), str(season))
            good = picked(random, len(lines), rates[0 if season else 1] / 100)
            found[own, season] = [self._delivery(account, day, well) for (account, day), well in zip(lines, good, strict=True)]
        return found

    def _days(self, account: Account, year: int) -> list[dt.date]:
        """For which days deliveries were promised in a year."""
        random = self.world.random(account.id, year, "promised")
        start, span = days_of(year)
        told = self.world.units[account.unit]["deliveries"]
        count = account.told.get("deliveries", told[0] if account.key else random.randint(*told[1]))
        left = dict(zip((True, False), count, strict=True)) if isinstance(count, list) else None  # in the season, and outside it
        days: list[dt.date] = []
        while account.sales and (sum(left.values()) if left else len(days) < count):
            day = start + dt.timedelta(days=random.randrange(span))
            season = day.month in self.peak
            if left[season] if left else season or random.random() < 0.65:
                days.append(day)
                if left:
                    left[season] -= 1
        return sorted(day for day in days if account.active(day))

    def _delivery(self, account: Account, promised: dt.date, well: bool) -> Row:
        random = self.world.random(account.id, str(promised), "delivery")
        product = random.choice(account.products)
        price = self.world.told["products"][product]["price"]
        size = max(2, round(account.sales / 30 / price * random.uniform(0.4, 1.6)))
        lead = random.randint(*self.world.units[account.unit]["lead_days"])
        early, late = dt.timedelta(days=random.randint(0, 2)), dt.timedelta(days=random.randint(1, 12))
        delivered, quantity = promised - early, size
        if not well:
            kind = random.random()
            delivered = promised + late if kind < 0.7 else delivered
            quantity = size if kind < 0.55 else max(0, size - max(1, round(size * random.uniform(0.1, 0.5))))
        mode = random.choice(account.told.get("modes", self.world.units[account.unit]["modes"]))
        return account.id, "", product, promised - dt.timedelta(days=lead), promised, delivered, size, quantity, mode
