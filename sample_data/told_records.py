"""What is written down: account managers, plans, launches, the customer system, the register of evidence."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from random import Random
from typing import Any

from told_customers import YEARS, Account, Row, Table, World, picked

__all__ = ["Records"]

PEOPLE = ("manager", "unit", "grade", "reference_grade", "base_pay", "variable_pay", "long_term_share", "team_share")
PEOPLE = (*PEOPLE, "training_days", "joined", "left", "engineer", "seller", "leader", "rater")
PLANS = ("客户编号", "更新日期", "财务分析", "价值链分析", "采购流程分析", "竞争分析", "与经营计划挂钩")
ANALYSES = ("financials", "value_chain", "buying", "competitors", "linked")
"""What the story calls the columns of the plans that say yes or no."""
LAUNCHES = ("product", "launched", "account", "trialled")
CRM = ("客户编号", "客户名称", "地址", "联系人", "电话", "邮编", "信用等级", "年采购额", "更新日期")
REQUIRED, PATTERNED = CRM[2:8], ("电话", "邮编", "信用等级")
"""Fields of the customer system that may be left open, and those that have a form, as ``engagement.yaml`` declares them."""
EVIDENCE = ("unit", "criterion", "kind", "title", "date", "expires", "reviewer", "level")
CLOSED = YEARS[1][1]


class Records:
    """What is kept on paper and in systems."""

    def __init__(self, world: World) -> None:
        self.world = world

    # -- people ------------------------------------------------------------------------------------------------------------

    def people(self) -> Table:
        """Account managers, each in the lines of two raters."""
        rows: Table = [PEOPLE]
        for unit, of_unit in self.world.units.items():
            told, random = of_unit["people"], self.world.random(unit, "people")
            count = told["managers"] + told["left"]
            for place in range(count):
                gap = math.floor(told["grade"] * (place + 1)) - math.floor(told["grade"] * place)
                gone = YEARS[1][0] + dt.timedelta(days=random.randint(30, 300)) if place >= told["managers"] else ""
                joined = dt.date(random.randint(2012, 2023), random.randint(1, 12), 1)
                base = told["base"] + 6000 * (place % 3 - 1)
                swing = (place - (count - 1) / 2) * (0.3 / max(count - 1, 1))
                variable = int(round(base * told["variable"], -2))
                shares = [round(max(0, told[part] + 0.02 * (place % 3 - 1)), 2) for part in ("long", "team")]
                days = told["training"] + (place % 3 - 1) * min(1, told["training"])
                facts = [7 + gap, 7, base, variable, *shares, days, joined, gone]
                for rater, tilt in (("R1", 0.2), ("R2", -0.2)):
                    marks = [round(mark + swing + tilt, 1) for mark in told["marks"]]
                    rows.append((f"{unit}-M{place + 1}", unit, *facts, *marks, f"{unit}-{rater}"))
        return rows

    # -- plans and launches ------------------------------------------------------------------------------------------------

    def plans(self) -> Table:
        """Account plans: of the first key accounts of a unit, as many with each analysis as the story says."""
        rows: Table = [PLANS]
        for unit, of_unit in self.world.units.items():
            told, random = of_unit["plans"], self.world.random(unit, "plans")
            planned = self.world.of(unit, True)[: told["n"]]
            share = {name: picked(random, told["n"], told[name] / max(told["n"], 1)) for name in list(told) if name != "n"}
            for place, account in enumerate(planned):
                age = random.randint(20, 340) if share["fresh"][place] else random.randint(400, 900)
                marks = ["是" if share[name][place] else "否" for name in ANALYSES]
                rows.append((account.id, CLOSED - dt.timedelta(days=age), *marks))
        return rows

    def launches(self) -> Table:
        """New products, and who tried them when."""
        rows: Table = [LAUNCHES]
        for unit, of_unit in self.world.units.items():
            random = self.world.random(unit, "launches")
            keys, others = self.world.of(unit, True), [account for account in self.world.of(unit, False) if account.until is None]
            for product, day, first in of_unit.get("launches", []):
                keys_now = [account for account in keys if account.until is None]
                for place, account in enumerate([*random.sample(keys_now, min(4, len(keys_now))), *random.sample(others, 3)]):
                    early = first and place == 0
                    after = -random.randint(15, 60) if early else random.randint(10, 120)
                    tried = day + dt.timedelta(days=after)
                    rows.append((product, day, account.id, tried if tried <= CLOSED and (early or random.random() < 0.7) else ""))
        return rows

    # -- the customer system -----------------------------------------------------------------------------------------------

    def crm(self) -> Table:
        """Records of the customer system, with the gaps, slips and repeats that the story says."""
        rows: Table = [CRM]
        for unit in self.world.units:
            rows += sorted(([record[name] for name in CRM] for record in self._records(unit)), key=lambda row: (row[0], row[1]))
        return rows

    def _records(self, unit: str) -> list[dict[str, Any]]:
        told, random = self.world.units[unit]["crm"], self.world.random(unit, "crm")
        places: list[Mapping[str, Any]] = self.world.told["cities"]
        records = [self._record(account, random.choice(places), random) for account in self.world.of(unit)]
        again = round(len(records) * told["twice"] / (100 - told["twice"]))
        records += [self._again(record, random) for record in random.sample(records, again)]
        self._dated(unit, records, told, random)
        cells = [(record, name) for record in records for name in REQUIRED]
        empty = round((1 - told["filled"] / 100) * len(records) * (len(REQUIRED) + 1))  # the name is required too
        for record, name in random.sample(cells, empty):
            record[name] = ""
        filled = [(record, name) for record in records for name in PATTERNED if record[name]]
        for (record, name), sound in zip(filled, picked(random, len(filled), told["valid"] / 100), strict=True):
            if not sound:
                record[name] = {"电话": f"{random.randint(100, 999)}", "邮编": "000", "信用等级": "待定"}[name]
        return records

    def _record(self, account: Account, city: Mapping[str, Any], random: Random) -> dict[str, Any]:
        address, phone = f"{random.randint(1, 99)} Harbour Road", f"+00-555{random.randint(10000, 99999)}"
        if not account.name.isascii():
            address = f"{city['name']}市{random.choice(city['roads'])}{random.randint(1, 299)}号"
            phone = f"{city['dial']}-5550{random.randint(1000, 9999)}"
        return {
            "客户编号": account.id,
            "客户名称": account.name,
            "地址": address,
            "联系人": account.contacts[0][0] if account.contacts else "",
            "电话": phone,
            "邮编": f"{city['post'] + random.randrange(90):06d}",
            "信用等级": random.choice("AAABBC"),
            "年采购额": round(account.sales, -5) / 1e4 if account.sales else 0,
        }

    def _dated(self, unit: str, records: list[dict[str, Any]], told: Mapping[str, Any], random: Random) -> None:
        """When each record was last changed; those of as many key accounts as the story says within ninety days."""
        keys = self.world.of(unit, True)
        in_use = {account.id for account in keys[: told["in_use"]]}
        idle = {account.id for account in keys} - in_use
        rest = [record for record in records if record["客户编号"] not in in_use]
        current = (told["current"] / 100 * len(records) - (len(records) - len(rest))) / len(rest)
        fresh = iter(picked(random, len(rest), max(0.0, current)))
        for record in records:
            if record["客户编号"] in in_use:
                age = random.randint(1, 85)
            elif next(fresh):
                age = random.randint(100 if record["客户编号"] in idle else 10, 355)
            else:
                age = random.randint(380, 1500)
            record["更新日期"] = CLOSED - dt.timedelta(days=age)

    def _again(self, record: Mapping[str, Any], random: Random) -> dict[str, Any]:
        """The same customer once more, in other words."""
        name = str(record["客户名称"])
        name += random.choice([" Ltd", " Co.", "."] if name.isascii() else ["有限公司", "(新)", "公司", "总店"])
        return {**record, "客户名称": name, "联系人": ""}

    # -- evidence ----------------------------------------------------------------------------------------------------------

    def evidence(self) -> Table:
        """The register, as the story has it."""
        rows: Table = [EVIDENCE]
        for line in self.world.told["evidence"].splitlines():
            row: Row = [part.strip() for part in line.split("|")]
            rows.append([*row, *[""] * (len(EVIDENCE) - len(row))])
        return rows
