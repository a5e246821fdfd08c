"""The customers of the sample engagement, as ``data_story.yaml`` tells of them: who they are, how large, since when.

What the story says holds to the digit: a share is kept by counting off so many lines, and only which lines they are is drawn.
Every draw is seeded by what it is for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from random import Random
from typing import Any

__all__ = ["YEARS", "Account", "Row", "Table", "World", "days_of", "picked", "spread"]

MILLION = 1_000_000
LONG_AGO = 0.7
"""How many of the customers that a unit lost were lost before the two years."""
YEARS = ((dt.date(2024, 11, 1), dt.date(2025, 10, 31)), (dt.date(2025, 11, 1), dt.date(2026, 10, 31)))
"""The year before, and the year that the wave of 2026 looks at."""

Row = Sequence[Any]
Table = list[Row]
"""A header, and the lines below it."""


@dataclass
class Account:
    """A customer, and what the story says of it.

    ``sales`` are of the second year, in CNY, and ``growth`` what they are above the first, as a share; ``price`` is what it pays
    over the list price, ``margin`` the gross margin of either year, ``serve`` the cost to serve as a share of sales (None where
    nobody books it). ``contacts`` are names and levels, ``row`` its line in the table.
    """

    id: str
    unit: str
    name: str
    key: bool
    place: int
    since: dt.date
    told: Mapping[str, Any]
    until: dt.date | None = None
    sales: float = 0.0
    growth: float = 0.0
    price: float = 1.0
    margin: tuple[float, float] = (0.2, 0.2)
    serve: float | None = None
    products: list[str] = field(default_factory=list)
    contacts: list[tuple[str, str]] = field(default_factory=list)
    row: dict[str, Any] = field(default_factory=dict)

    def active(self, day: dt.date) -> bool:
        """Whether it is a customer on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


def picked(random: Random, count: int, share: float) -> list[bool]:
    """So many yes among *count* as the share says, in an order that is drawn."""
    hits = [place < round(count * share) for place in range(count)]
    random.shuffle(hits)
    return hits


def spread(random: Random, count: int, median: float) -> list[float]:
    """So many positive values with this *median*, most near it and a few far above, in an order that is drawn."""
    values = [median * (0.25 + 1.5 * part if part <= 0.5 else 1 + 4 * (part - 0.5) ** 1.5) for part in steps(count)]
    random.shuffle(values)
    return [round(value, 1) for value in values]


def steps(count: int) -> list[float]:
    """The middles of so many equal parts of 0–1."""
    return [(place + 0.5) / count for place in range(count)]


def days_of(year: int) -> tuple[dt.date, int]:
    """First day and number of days of one of the two years."""
    start, end = YEARS[year]
    return start, (end - start).days + 1


class World:
    """The customers of all units."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = told
        self.units: Mapping[str, Mapping[str, Any]] = told["units"]
        self.accounts = [account for unit in self.units for account in self._of_unit(unit)]

    def random(self, *what: str | int) -> Random:
        """A source of chance that depends on nothing but what it is for."""
        return Random("/".join([str(self.told["seed"]), *map(str, what)]))

    def of(self, unit: str, key: bool | None = None) -> list[Account]:
        """The accounts of a unit, key accounts first."""
        return [account for account in self.accounts if account.unit == unit and key in (None, account.key)]

    # -- who they are ------------------------------------------------------------------------------------------------------

    def _of_unit(self, unit: str) -> Iterator[Account]:
        told = self.units[unit]
        keys = [self._key_account(unit, place, entry) for place, entry in enumerate(told["key_accounts"])]
        rest = told["sales"] * MILLION - sum(account.sales for account in keys)
        others = list(self._others(unit, len(keys), rest))
        for account in [*keys, *others]:
            self._row(account)
            yield account

    def _key_account(self, unit: str, place: int, told: Mapping[str, Any]) -> Account:
        account = self._account(unit, place, told["name"], True, told)
        account.sales = told["sales"] * MILLION
        levels = told.get("contacts", self.units[unit]["contacts"])
        account.contacts = self._people(account, levels)
        return account

    def _others(self, unit: str, after: int, total: float) -> Iterator[Account]:
        """Customers that are no key accounts: drawn, but for those that the story names; together they buy for *total*."""
        told, random = self.units[unit]["others"], self.random(unit, "others")
        named: list[Mapping[str, Any]] = list(told.get("named", []))
        names = self._names(unit, told["n"] - len(named))
        entries = [*named, *({"name": name} for name in names)]
        size = [told["smallest"] ** (place / len(names)) for place in range(len(names))]
        random.shuffle(size)
        gone = len(names) - round(told["ended"] * LONG_AGO)
        left = total - sum(entry["sales"] for entry in named) * MILLION
        sizes = [entry["sales"] * MILLION for entry in named] + [left * part / sum(size[:gone]) for part in size[:gone]]
        for place, (entry, sales) in enumerate(zip_longest(entries, sizes, fillvalue=0.0)):
            account = self._account(unit, after + place, entry["name"], False, entry)
            account.sales = sales
            if place >= len(entries) - told["ended"]:
                self._end(account, random, sales == 0)
            account.contacts = self._people(account, random.choice(["f", "f", "fm"]))
            yield account

    def _end(self, account: Account, random: Random, long_ago: bool) -> None:
        """A customer was lost: before the two years, or within the second."""
        if long_ago:
            account.since = account.since.replace(year=min(account.since.year, random.randint(2010, 2022)))
            span = min((dt.date(2024, 9, 30) - account.since).days, 9 * 365)
            account.until = account.since + dt.timedelta(days=random.randrange(200, span))
        else:
            account.until = dt.date(2026, 1, 31) + dt.timedelta(days=random.randrange(150))
            account.growth = -0.6

    def _account(self, unit: str, place: int, name: str, key: bool, entry: Mapping[str, Any]) -> Account:
        told, random = self.units[unit], self.random(unit, name)
        since = entry.get("since") or random.randint(1996, 2025)
        first = dt.date(since, random.randint(1, 12), random.randint(1, 28))
        account = Account(f"{unit}{1001 + place}", unit, name, key, place, first, entry)
        account.until = entry.get("until")
        account.growth = entry.get("growth", told["growth"] + random.uniform(-6, 6)) / 100
        account.price = entry.get("price", round(random.uniform(0.96, 1.03) + (0 if key else 0.02), 3))
        before, now = (part / 100 for part in entry.get("margin", told["margin"]))
        twist = 0 if "margin" in entry else random.uniform(-0.015, 0.015)
        account.margin = before + twist, now + twist
        known = place < told["profit_known"][0] if key else random.random() < told["profit_known"][1]
        known = entry.get("profit_known", known)
        account.serve = entry.get("serve", told["serve"] * random.uniform(0.8, 1.2)) / 100 if known else None
        lines = list(told["products"])
        random.shuffle(lines)
        count = random.randint(2, min(4, len(lines))) if key else random.randint(1, 2)
        account.products = entry.get("products") or sorted(lines[:count], key=told["products"].index)
        return account

    def _names(self, unit: str, count: int) -> list[str]:
        told, random = self.units[unit]["names"], self.random(unit, "names")
        first, last = self.told["names"][told["words"]]
        words = [one + other for one in first for other in last]
        random.shuffle(words)
        forms: list[str] = told["forms"]
        return [
            forms[place % len(forms)].format(place=random.choice(told["places"]), word=word, kind=random.choice(told["kinds"]))
            for place, word in enumerate(words[:count])
        ]

    def _people(self, account: Account, levels: str) -> list[tuple[str, str]]:
        """Whom we know there: a name and a level for each letter f, m or t."""
        language = "en" if account.name.isascii() else "zh"
        told, random = self.told["people"][language], self.random(account.id, "people")
        surnames = random.sample(told["surnames"], len(levels))
        names = {"f": "front", "m": "middle", "t": "top"}
        return [
            (told["forms"][letter].format(name=surname), names[letter]) for letter, surname in zip(levels, surnames, strict=True)
        ]

    # -- the table of accounts ---------------------------------------------------------------------------------------------

    def _row(self, account: Account) -> None:
        told, entry, random = self.units[account.unit], account.told, self.random(account.id, "row")
        row = account.row = {"account": account.id, "name": account.name, "unit": account.unit}
        row |= {"key_account": "yes" if account.key else "no", "group": entry.get("group", "")}
        row |= {"since": account.since, "until": account.until or ""}
        row["manager"] = f"{account.unit}-M{account.place % told['people']['named'] + 1}" if account.key else ""
        row["industry"] = entry.get("industry", told["names"]["industry"])
        share = entry.get("wallet", told["wallet"] * random.uniform(0.75, 1.25)) / 100
        known = account.key or random.random() < 0.4
        row["wallet"] = int(round(account.sales / share, -5)) if known and share and account.sales else ""
        suppliers = random.randint(2, 5)
        ranked = not account.key and not row["wallet"] and random.random() < 0.6
        row |= {"rank_among_suppliers": random.randint(1, suppliers) if ranked else "", "suppliers": suppliers if ranked else ""}
        row["attractiveness"], row["strength"] = self._marks(account, random)
        sponsor = f"{account.unit}-D{account.place % told['executives'] + 1}"
        row["sponsor"] = sponsor if self.first(account, "sponsors") else ""
        english = account.name.isascii()
        functions = ["sales", "logistics", "quality", "finance"] if english else ["销售", "物流", "技术", "财务"]
        count = random.randint(3, 4) if self.first(account, "teams") else 1
        row["team_functions"] = ";".join(functions[:count]) if account.key else ""

    def first(self, account: Account, what: str) -> bool:
        """Whether a key account is among the first of its unit's list, as many as the unit has of *what*."""
        return account.key and bool(account.told.get(what, account.place < self.units[account.unit][what]))

    def _marks(self, account: Account, random: Random) -> tuple[Any, Any]:
        """Attractiveness and strength: key accounts reach both thresholds, others miss one, unless the story says otherwise."""
        if "fits" in account.told:
            marks = account.told["fits"]
            return (marks[0], marks[1]) if marks else ("", "")
        if not self.units[account.unit]["scored"] or (not account.key and random.random() < 0.3):
            return "", ""
        high = [round(random.uniform(3.1, 4.7), 1), round(random.uniform(3.0, 4.4), 1)]
        if not account.key:
            low = random.randrange(2)
            high[low] = round(random.uniform(1.3, 2.8), 1)
            high[1 - low] = round(random.uniform(1.6, 3.9), 1)
        return high[0], high[1]

    def table(self) -> Table:
        """The table ``accounts``."""
        return [list(self.accounts[0].row), *(list(account.row.values()) for account in self.accounts)]
