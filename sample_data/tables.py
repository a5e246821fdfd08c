"""The company's own tables of the sample engagement as files: in which form each comes, and what it is."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from told_activities import Activities
from told_customers import Table, World
from told_records import Records
from told_trade import Trade

__all__ = ["data_files"]


def data_files(told: Mapping[str, Any]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Every file that follows from ``data_story.yaml`` by its name inside the engagement, and what each is."""
    world = World(told)
    trade, records = Trade(world), Records(world)
    tables = {
        "accounts": (world.table(), "customers of the six units, key accounts among them"),
        "sales": (trade.sales(), "net sales and costs by month, account and product line, November 2024 to October 2026"),
        "deliveries": (trade.deliveries(), "order lines of the same two years, promised and delivered"),
        "activities": (Activities(world).table(), "what was done with and for customers in the same two years"),
        "people": (records.people(), "account managers: grade, pay, training, marks of two raters"),
        "launches": (records.launches(), "new products, and which customer tried them when"),
        "promotions": (trade.promotions(), "promotions of 2026 with their costs"),
    }
    files = {f"data/{name}.csv": _csv(rows).encode() for name, (rows, _) in tables.items()}
    what = {f"data/{name}.csv": f"{text}, utf-8" for name, (_, text) in tables.items()}
    files["data/plans.xlsx"] = _xlsx(records.plans(), "客户发展计划", told["created"])
    what["data/plans.xlsx"] = "account plans and what is in them, with Chinese headings"
    files["data/crm.csv"] = _csv(records.crm()).encode("gb18030")
    what["data/crm.csv"] = "extract of the customer system, with Chinese headings, gb18030"
    files["evidence.csv"] = _csv(records.evidence()).encode()
    what["evidence.csv"] = "the register of evidence, utf-8"
    return files, what


def _csv(rows: Table) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _xlsx(rows: Table, title: str, created: dt.date) -> bytes:
    """A table as a workbook; days are days in it."""
    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"title": title, "created": dt.datetime.combine(created, dt.time(9))})
    sheet = book.add_worksheet(title)
    sheet.set_column(0, len(rows[0]) - 1, 14)
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    sheet.freeze_panes(1, 1)
    book.close()
    return raw.getvalue()
