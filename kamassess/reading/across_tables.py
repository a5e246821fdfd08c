"""What only shows when tables are set beside each other, and beside the calendar: noted and kept, since it may well be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kamassess.data import DAYS, Data
from kamassess.reading.places import Gathered

if TYPE_CHECKING:
    from kamassess.reading.raw_tables import RawTable

__all__ = ["newest_day", "note_accounts", "note_days"]

_A_YEAR = 365.25


def newest_day(data: Data) -> str | None:
    """The newest date on which something is said to have happened, as ISO text; None without any.

    What is promised for a later day has not happened: a window that reached so far would compare a part of a year with a whole
    one. Where nothing at all has happened, the newest promise.
    """
    happened = (("sales", "date"), ("deliveries", "delivered"), ("activities", "date"))
    return _newest(data, happened) or _newest(data, (("deliveries", "promised"),))


def _newest(data: Data, columns: Iterable[tuple[str, str]]) -> str | None:
    days = [data[table][column].max() for table, column in columns if table in data and len(data[table])]
    return max((str(day.date()) for day in days if day == day), default=None)


def _looked_at(end: str, window_days: int) -> tuple[np.datetime64, np.datetime64]:
    """The first of the days that metrics look at, and the day after the last, which is *end*."""
    after = np.datetime64(end, "D") + np.timedelta64(1, "D")
    return after - np.timedelta64(window_days, "D"), after


def note_days(data: Data, files: Mapping[str, str], until: str | None, window_days: int, odd: Gathered) -> None:
    """Notes tables of which no line lies in the days that metrics look at; *files* are their names in messages."""
    end = until or newest_day(data)
    if end is None:
        return
    start, after = _looked_at(end, window_days)
    for name, column in DAYS.items():
        if name not in data or not len(data[name]):
            continue
        days = data[name][column].to_numpy().astype("datetime64[D]")
        if not ((days >= start) & (days < after)).any():
            message = f"no line of {name} lies in the days looked at, {start} to {end}"
            remedy = "Add newer lines, or mend 'date' or 'metrics: window_days' in engagement.yaml."
            odd.add(message, remedy, file=files[name])


def note_accounts(data: Data, raw: RawTable, rows: NDArray[np.int64], until: str | None, window_days: int, odd: Gathered) -> None:
    """Notes accounts that buy more than all that they buy, those without a wallet beside others, and those alone in a unit.

    Parameters
    ----------
    raw, rows
        The table of accounts as it lies there, and the row of each account.
    """
    accounts = data["accounts"]
    units = accounts["unit"].to_numpy()
    if len(units) and (units >= 0).all():
        alone = np.bincount(units)[units] == 1
        message = "is the only account of its unit"
        _note(odd, raw, rows[alone], message, "Add the others, if there are any: what compares accounts says nothing there.")
    if not data.has("accounts", "wallet"):
        return
    wallet, letter = accounts["wallet"].to_numpy(), raw.letter("wallet")
    empty = np.isnan(wallet)
    if not empty.all():
        remedy = "Ask what it buys in the category; until then no share of wallet is worked out."
        _note(odd, raw, rows[empty], "has no wallet", remedy, letter)
    if "sales" not in data:
        return
    end = until or newest_day(data)
    if end is None:
        return
    start, after = _looked_at(end, window_days)
    days = data["sales"]["date"].to_numpy().astype("datetime64[D]")
    inside = (days >= start) & (days < after)
    account = data["sales"]["account"].to_numpy()[inside]
    sold = np.bincount(account, data["sales"]["net_sales"].to_numpy()[inside], minlength=len(wallet))
    with np.errstate(invalid="ignore"):
        above = (wallet > 0) & (sold > wallet * window_days / _A_YEAR)
    message = f"buys more from us ({start} to {end}) than its wallet"
    remedy = "Mend the wallet: it is what the customer buys in the category in a year, from all. The share is kept, above 100 %."
    _note(odd, raw, rows[above], message, remedy, letter)


def _note(odd: Gathered, raw: RawTable, rows: NDArray[np.int64], message: str, remedy: str, column: str = "") -> None:
    if len(rows):
        odd.add(message, remedy, file=raw.file, sheet=raw.sheet, rows=rows.tolist(), column=column)
