"""Metrics of the CRM extract: quality of its data, as ratios in the sense of ISO/IEC 25024, and whether it is used."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from kamassess.data import Data
from kamassess.metrics.values import Found, Ints, Mask, Window, measures, of_key_accounts, per_unit, ratio, share_per_unit
from kamassess.reading.patterns import matches
from kamassess.result import Reason

__all__ = ["crm_adoption", "crm_completeness", "crm_timeliness", "crm_uniqueness", "crm_validity"]

_CURRENT = np.timedelta64(365, "D")
_IN_USE = np.timedelta64(90, "D")
_ALIKE = 90.0
"""From this similarity of names on (0–100), two records of a unit count as one customer."""
_NEIGHBOURS = 5
"""With how many of the names that follow it, in order, each is compared."""
_NO_FIELDS: Mapping[str, str] = MappingProxyType({})


def _records(data: Data) -> tuple[Ints, Ints]:
    """Lines of the extract whose account is known, and the positions of their accounts."""
    place = pd.Index(data["accounts"]["account"].to_numpy()).get_indexer(pd.Index(data["crm"]["account"].to_numpy()))
    rows = np.flatnonzero(place >= 0)
    return rows, place[rows].astype(np.int64)


def _text(data: Data, name: str, rows: Ints) -> pd.Series[str]:
    """A field of the records; empty where the extract has no such column."""
    if name not in data["crm"]:
        return pd.Series([""] * len(rows), dtype=object)
    return data["crm"][name].iloc[rows].astype(str).str.strip().reset_index(drop=True)


@measures("share", "crm", better="higher", settings=("crm_fields",))
def crm_completeness(data: Data, window: Window, crm_fields: Mapping[str, str] = _NO_FIELDS) -> Found:  # noqa: ARG001
    """Filled over required fields of a unit's records, 0–1 (ISO/IEC 25024 Com-I); ``n`` records.

    Required are the *crm_fields*, or all columns where none is declared. No value without a record, or a field.
    """
    rows, account = _records(data)
    names = list(crm_fields) or [name for name in data["crm"].columns if name != "account"]
    filled = sum((per_unit(data, account, (_text(data, name, rows) != "").to_numpy()) for name in names), np.zeros(data.n_units))
    n = per_unit(data, account)
    return ratio(filled, n * len(names)), n, Reason.NO_VALUES


@measures("share", "crm", better="higher", settings=("crm_fields",))
def crm_validity(data: Data, window: Window, crm_fields: Mapping[str, str] = _NO_FIELDS) -> Found:  # noqa: ARG001
    """Fields whose text matches the declared pattern as a whole, of those filled, 0–1 (ISO/IEC 25024 Acc-I); ``n`` fields.

    No value where no pattern is declared, or none of these fields is filled.
    """
    rows, account = _records(data)
    good, n = np.zeros(data.n_units), np.zeros(data.n_units)
    for name, pattern in crm_fields.items():
        if not pattern:
            continue
        text = _text(data, name, rows)
        filled = (text != "").to_numpy()
        fits = text.map({one: matches(pattern, one) for one in text.unique()}).to_numpy(dtype=bool)
        n += per_unit(data, account, filled)
        good += per_unit(data, account, filled & fits)
    return ratio(good, n), n, Reason.NO_VALUES


@measures("share", "crm", better="higher", settings=("crm_updated",))
def crm_timeliness(data: Data, window: Window, crm_updated: str = "updated") -> Found:
    """The share of records changed in the 365 days before the end of the window, 0–1 (ISO/IEC 25024 Cur-I); ``n`` records.

    A record without a date that can be read (2025-03-05 or 2025/3/5) is not current. No value where no record has one.
    """
    rows, account = _records(data)
    return _changed(data, window, rows, account, crm_updated, _CURRENT)


def _changed(data: Data, window: Window, rows: Ints, account: Ints, column: str, span: np.timedelta64) -> Found:
    dates = _dates(_text(data, column, rows))
    value, n = share_per_unit(data, account, Window(window.end - span, window.end).holds(dates))
    dated = per_unit(data, account, ~np.isnat(dates))
    return np.where(dated > 0, value, np.nan), n, Reason.NO_VALUES


def _dates(text: pd.Series[str]) -> NDArray[np.datetime64]:
    parts = text.str.extract(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", expand=True)
    joined = parts[0] + "-" + parts[1].str.zfill(2) + "-" + parts[2].str.zfill(2)
    found: NDArray[np.datetime64] = pd.to_datetime(joined, format="%Y-%m-%d", errors="coerce").to_numpy()
    return found


@measures("share", "crm", better="higher", settings=("crm_name",))
def crm_uniqueness(data: Data, window: Window, crm_name: str = "name") -> Found:  # noqa: ARG001 - as it stands today
    """The share of records that are no near duplicate of another of the same unit, 0–1; ``n`` records with a name.

    Names (of the extract, or else of the accounts) stand in order, without case and punctuation; each is compared with the five
    after it that begin with the same letter, and of two that are alike by 90 of 100 (ratio of sorted words) the later is the
    duplicate. So is a second record of the same account, whatever its name. Time grows with the records and not with their
    square.
    """
    rows, account = _records(data)
    text = _text(data, crm_name, rows)
    if crm_name not in data["crm"]:
        text = data["accounts"]["name"].iloc[account].astype(str).reset_index(drop=True)
    name = text.str.casefold().str.replace(r"[\W_]+", " ", regex=True).str.strip().to_numpy(dtype=object)
    unit = data["accounts"]["unit"].to_numpy()[account]
    named = np.flatnonzero(name != "")
    order = named[np.lexsort((pd.factorize(name[named], sort=True)[0], unit[named]))]
    name, unit, account = name[order], unit[order], account[order]
    repeated = np.zeros(len(order), dtype=bool)
    for gap in range(1, min(_NEIGHBOURS + 1, len(order))):
        repeated[gap:] |= (unit[gap:] == unit[:-gap]) & _alike(name[:-gap], name[gap:])
    again = np.ones(len(order), dtype=bool)
    again[np.unique(account, return_index=True)[1]] = False
    return *share_per_unit(data, account, ~(repeated | again)), Reason.NO_VALUES


def _alike(names: NDArray[np.object_], others: NDArray[np.object_]) -> Mask:
    score = process.cpdist(names.tolist(), others.tolist(), scorer=fuzz.token_sort_ratio)
    same = np.fromiter((a[0] == b[0] for a, b in zip(names, others, strict=True)), dtype=bool, count=len(names))
    return same & (score >= _ALIKE)


@measures("share", "crm", better="higher", key_accounts=True, settings=("crm_updated",))
def crm_adoption(data: Data, window: Window, crm_updated: str = "updated") -> Found:
    """The share of key accounts whose record was changed in the 90 days before the end of the window, 0–1; ``n`` key accounts.

    A key account without a record counts with 0. No value where no record of the extract has a date.
    """
    rows, account = _records(data)
    dates = _dates(_text(data, crm_updated, rows))
    touched = np.zeros(len(data["accounts"]))
    touched[account[Window(window.end - _IN_USE, window.end).holds(dates)]] = 1.0
    dated = bool((~np.isnat(dates)).any())
    value, n, why = of_key_accounts(data, touched)
    return (value, n, why) if dated else (np.full(data.n_units, np.nan), n, Reason.NO_VALUES)
