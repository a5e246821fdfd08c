"""Tables for the tests of metrics, made of rows as a person would write them."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from kamassess.data import TABLES, Data
from kamassess.metrics import Window

__all__ = ["YEAR", "account", "act", "filled", "sale", "tables"]

YEAR = Window.until("2025-12-31")
_NUMBERS = ("number", "share", "yes", "names")


def tables(n_units: int = 1, **rows: list[dict[str, Any]]) -> Data:
    """Typed frames of these rows; a column that no row has is missing and not given."""
    frames, given = {}, {}
    for name, lines in rows.items():
        spec = TABLES[name]
        kinds = {column.name: column.kind for column in spec.columns}
        extra = dict.fromkeys((key for line in lines for key in line if key not in kinds), "text") if spec.open else {}
        columns = {}
        for column, kind in (kinds | extra).items():
            cells = [line.get(column) for line in lines]
            if kind == "date":
                columns[column] = pd.Series(pd.to_datetime(pd.Series(cells, dtype=object))).astype("datetime64[s]")
            elif kind in _NUMBERS:
                columns[column] = pd.Series([math.nan if cell is None else float(cell) for cell in cells], dtype=float)
            elif kind in ("unit", "account"):
                columns[column] = pd.Series(cells, dtype="int64")
            else:
                columns[column] = pd.Series(["" if cell is None else cell for cell in cells], dtype=object)
        frames[name] = pd.DataFrame(columns)
        given[name] = frozenset(key for line in lines for key in line)
    return Data(frames, given, n_units)


def account(name: str, unit: int = 0, key: int = 1, **more: Any) -> dict[str, Any]:
    return {"account": name, "name": name, "unit": unit, "key_account": key} | more


def sale(place: int, value: float, day: str = "2025-06-30", **more: Any) -> dict[str, Any]:
    return {"account": place, "date": day, "net_sales": value} | more


def act(place: int, category: str, day: str = "2025-05-05", **more: Any) -> dict[str, Any]:
    return {"account": place, "date": day, "category": category} | more


def filled(data: Data) -> Data:
    """The same rows, with every declared column given."""
    return Data(data.tables, {name: frozenset(frame.columns) for name, frame in data.tables.items()}, data.n_units)
