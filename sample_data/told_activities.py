"""What is done with customers: visits, concessions, services, complaints and the rest, with whom, and how fast."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from random import Random
from typing import Any

from told_customers import YEARS, Account, Table, World, days_of, picked, spread

__all__ = ["Activities"]

COLUMNS = ("account", "date", "category", "initiator", "our_level", "their_level", "days", "value", "planned", "escalated")
COLUMNS = (*COLUMNS, "answered_after_days", "contact")
GIVEN = ("service", "training", "supply", "event_support", "promotion", "incentive")
ASKED = ("contact", "complaint", "service", "supply", "price")
"""What a customer asks for, and is answered."""


class Activities:
    """Everything that people do for customers in the two years."""

    def __init__(self, world: World) -> None:
        self.world = world

    def table(self) -> Table:
        """The table ``activities``, by day."""
        rows = [row for unit in self.world.units for year in (0, 1) for row in self._year(unit, year)]
        lines = dict.fromkeys(tuple(row.get(name, "") for name in COLUMNS) for row in rows)  # nothing is said twice
        return [COLUMNS, *sorted(lines, key=lambda line: (line[1], line[0], line[2]))]

    def _year(self, unit: str, year: int) -> list[dict[str, Any]]:
        told, random = self._told(unit, year), self.world.random(unit, year, "activities")
        start, span = days_of(year)
        there = [account for account in self.world.of(unit) if account.sales and account.active(start)]
        keys = [account for account in there if account.key]
        turn = cycle(keys)
        rows: list[dict[str, Any]] = []
        for category, count in told["counts"].items():
            number = round(count * (1 if year else told["year_before"]))
            share = 1.0 if category == "visit" else told["with_key_accounts"] / 100
            chosen = [next(turn) if key else random.choice(there) for key in picked(random, number, share)]
            rows += ({"account": account, "category": category} for account in chosen)
        rows += self._agreed(unit, keys, year)
        for row in rows:
            row.setdefault("date", self._day(row["account"], start, span, random))
            row["our_level"] = row.get("our_level") or ("middle" if random.random() < 0.25 else "front")
        self._who(rows, random)
        self._how(rows, told, random)
        self._worth(rows, told, random)
        for row in rows:
            row["account"] = row["account"].id
        return rows

    def _told(self, unit: str, year: int) -> Mapping[str, Any]:
        """What is told of a unit's year; of the year before, what was otherwise then."""
        told: dict[str, Any] = {"visited": self.world.units[unit]["visited"], **self.world.units[unit]["activities"]}
        return told if year else told | told.get("before", {})

    def _day(self, account: Account, start: dt.date, span: int, random: Random) -> dt.date:
        """A working day on which the account is a customer."""
        while True:
            day = start + dt.timedelta(days=random.randrange(span))
            if day.weekday() < 5 and (account.active(day) or account.key):
                return min(day, account.until or day)

    def _agreed(self, unit: str, keys: Sequence[Account], year: int) -> Iterator[dict[str, Any]]:
        """What is told account by account: executives' visits, incentives, forums, events and feedback."""
        told, random = self._told(unit, year), self.world.random(unit, year, "agreed")
        visited = [account for account in keys if self.world.first(account, "visited")] if year else keys[: told["visited"]]
        times = told["executive_days"] / max(len(visited), 1)
        for account in visited:
            count = max(1, min(4, round(times / 2.5)))
            each = {"category": "visit", "our_level": "top", "days": round(times / count, 1), "planned": "yes"}
            yield from ({"account": account} | each for _ in range(count))
        for account in keys[: told.get("executive_calls", 0)]:
            yield {"account": account, "category": "contact", "our_level": "top", "days": 0.2, "planned": "no"}
        for account in keys:
            if self.world.first(account, "rewarded"):
                yield from ({"account": account, "category": "incentive", "initiator": "us"} for _ in range(2))
        start = YEARS[year][0]
        forum = [account for account in keys if self.world.first(account, "at_forum")]
        for account in forum:
            yield {"account": account, "category": "forum", "date": start.replace(month=12, day=11), "days": 1, "planned": "yes"}
        for category, given in (("forum_action", told["forum_actions"]), ("feedback", told["feedback"])):
            for done, account in zip(picked(random, given[0], given[1] / max(given[0], 1)), cycle(forum or keys), strict=False):
                yield {"account": account, "category": category, "answered": done}
        events = told["events"]
        for supported, account in zip(picked(random, events[0], events[1] / max(events[0], 1)), cycle(keys), strict=False):
            yield {"account": account, "category": "event", "initiator": "them"}
            if supported:
                yield {"account": account, "category": "event_support", "initiator": "us"}

    def _who(self, rows: list[dict[str, Any]], random: Random) -> None:
        """With whom: each contact of an account in turn, the most senior one when our executives come."""
        order = list(range(len(rows)))
        random.shuffle(order)
        met: dict[str, int] = {}
        for place in order:
            row = rows[place]
            account: Account = row["account"]
            if not account.contacts:
                continue
            turn = met[account.id] = met.get(account.id, -1) + 1
            contact = account.contacts[turn % len(account.contacts)]
            if row.get("our_level") == "top" and turn >= len(account.contacts):
                contact = account.contacts[-1]
            row["contact"], row["their_level"] = contact

    def _how(self, rows: list[dict[str, Any]], told: Mapping[str, Any], random: Random) -> None:
        """Planned or not, escalated or not, and how soon it was answered."""
        for row in rows:
            if row["category"] in told.get("always_escalated", ()):
                row["escalated"] = "yes"
        for name, share in (("planned", told["planned"]), ("escalated", told["escalated"])):
            fixed = sum(row.get(name) == "yes" for row in rows)
            open_ = [row for row in rows if name not in row]
            need = max(0.0, (share / 100 * len(rows) - fixed) / max(len(open_), 1))
            for row, hit in zip(open_, picked(random, len(open_), need), strict=True):
                row[name] = "yes" if hit else "no"
        for row in rows:
            asked = row["category"] in ASKED and random.random() < 0.6
            row.setdefault("initiator", "them" if asked or row["category"] == "complaint" else "us")
            row.setdefault("days", 0.2 if row["category"] in ("contact", "report") else random.choice((0.5, 0.5, 1, 1.5)))
        answered = [row for row in rows if row["category"] in ASKED and row["initiator"] == "them"]
        told_late = [row for row in rows if row["category"] == "report"]
        closed = [row for row in rows if row.pop("answered", False)]
        for group, median in ((answered, told["answered"]), (told_late, told["reported"]), (closed, 12)):
            for row, days in zip(group, spread(random, len(group), median), strict=True):
                row["answered_after_days"] = days

    def _worth(self, rows: list[dict[str, Any]], told: Mapping[str, Any], random: Random) -> None:
        """What was given, so that price has the share of it that the story says."""
        sums = {True: 0.0, False: 0.0}
        given = [row for row in rows if row["category"] in (*GIVEN, "price")]
        for row in given:
            row["worth"] = random.uniform(0.3, 1.7) * math.sqrt(max(row["account"].sales, 1.0))
            sums[row["category"] == "price"] += row["worth"]
        for row in given:
            price = row["category"] == "price"
            part = told["price"] / 100 if price else 1 - told["price"] / 100
            row["value"] = round(told["given"] * 1e6 * part * row.pop("worth") / sums[price], -2)
        for row in rows:
            if row["category"] == "hospitality":
                row["value"] = round(random.uniform(800, 6000), -2)
            row["value"] = int(row["value"]) if "value" in row else ""
