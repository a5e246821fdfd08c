"""Tables of a made-up company of any size, every column filled, from a fixed seed: 50 accounts a unit, 24 months of sales."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamassess.data import TABLES, ColumnSpec, Data

__all__ = ["ACCOUNTS", "MONTHS", "synthetic_tables"]

ACCOUNTS, MONTHS = 50, 24
_KEY = 0.2
_SEED = 20260102
_FIRST = np.datetime64("2024-11-01", "D")
_LINES = {"deliveries": 6, "activities": 6, "plans": 1, "launches": 1, "promotions": 1, "crm": 1}
"""Lines an account, but of sales."""


def synthetic_tables(units: int) -> Data:
    """All tables as the reader gives them; the sales have a line an account and month, some of them returns."""
    rng = np.random.default_rng(_SEED)
    accounts = units * ACCOUNTS
    places = {name: np.repeat(np.arange(accounts), lines) for name, lines in _LINES.items()}
    places |= {"accounts": np.arange(accounts), "sales": np.repeat(np.arange(accounts), MONTHS)}
    tables = {name: _table(name, place, accounts, units, rng) for name, place in places.items()}
    people = np.repeat(np.arange(units), 5)
    tables["people"] = _table("people", people, accounts, units, rng)
    tables["people"]["unit"] = people
    tables["accounts"]["unit"] = np.arange(accounts) // ACCOUNTS
    tables["accounts"]["key_account"] = (rng.random(accounts) < _KEY).astype(float)
    tables["sales"]["date"] = np.tile(
        _FIRST.astype("datetime64[M]") + np.arange(MONTHS).astype("timedelta64[M]"), accounts
    ).astype("datetime64[s]")
    tables["sales"]["net_sales"] = rng.normal(100, 60, accounts * MONTHS)
    tables["crm"]["account"] = tables["accounts"]["account"]
    return Data(tables, {name: frozenset(frame.columns) for name, frame in tables.items()}, units)


def _table(name: str, place: np.ndarray, accounts: int, units: int, rng: np.random.Generator) -> pd.DataFrame:
    spec = TABLES[name]
    columns = {column.name: _column(column, place, accounts, units, rng) for column in spec.columns}
    if spec.open:
        columns |= {"name": _words("Company", len(place), rng), "updated": _words("2026-0", len(place), rng)}
    return pd.DataFrame(columns, copy=False)


def _column(column: ColumnSpec, place: np.ndarray, accounts: int, units: int, rng: np.random.Generator) -> np.ndarray:
    size = len(place)
    if column.kind == "account":
        return place
    if column.kind == "unit":
        return place * units // accounts
    if column.kind == "date":
        return (_FIRST + rng.integers(0, 730, size).astype("timedelta64[D]")).astype("datetime64[s]")
    if column.kind == "choice":
        return np.array(list(column.choices), dtype=object)[rng.integers(0, len(column.choices), size)]
    if column.kind == "text" and column.name == "account":
        return np.array([f"A{number}" for number in range(size)], dtype=object)
    if column.kind == "text":
        return _words(column.name, size, rng)
    if column.kind in ("yes", "share"):
        return rng.integers(0, 2, size).astype(float)
    return rng.uniform(1, 5, size)


def _words(stem: str, size: int, rng: np.random.Generator) -> np.ndarray:
    return np.array([f"{stem}{number}" for number in range(1, 10)], dtype=object)[rng.integers(0, 9, size)]
