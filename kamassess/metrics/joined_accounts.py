"""Accounts of one customer group, joined across the units that serve it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamassess.data import Data
from kamassess.metrics.values import Ints, Window

__all__ = ["Joined", "joined_accounts"]


@dataclass(frozen=True, eq=False)
class Joined:
    """Which pair each account belongs to.

    ``pair`` (accounts,) is −1 where it belongs to none; ``group`` and ``unit`` (pairs,) are positions; ``start`` (groups + 1,)
    is where the pairs of a group begin.
    """

    groups: tuple[str, ...]
    pair: Ints
    group: Ints
    unit: Ints
    start: Ints

    def pairs(self, place: int) -> slice:
        """The pairs of a group."""
        return slice(int(self.start[place]), int(self.start[place + 1]))


def joined_accounts(data: Data, window: Window) -> Joined:
    """Accounts that are customers in the window, joined by group; groups that one unit alone serves are none."""
    nothing = np.zeros(0, dtype=np.int64)
    if not data.has("accounts", "group"):
        size = len(data["accounts"]) if "accounts" in data else 0
        return Joined((), np.full(size, -1, dtype=np.int64), nothing, nothing, np.zeros(1, dtype=np.int64))
    accounts = data["accounts"]
    name = accounts["group"].to_numpy(dtype=object)
    gone, later = accounts["until"].to_numpy() < window.start, accounts["since"].to_numpy() >= window.end
    rows = np.flatnonzero((name != "") & ~gone & ~later)
    code, names = pd.factorize(name[rows], sort=True)
    key = code.astype(np.int64) * data.n_units + accounts["unit"].to_numpy()[rows]
    pairs, of_row = np.unique(key, return_inverse=True)
    group = pairs // data.n_units
    several = np.bincount(group, minlength=len(names)) >= 2
    kept = several[group]
    number = np.where(kept, np.cumsum(kept) - 1, -1)
    pair = np.full(len(accounts), -1, dtype=np.int64)
    pair[rows] = number[of_row]
    renumbered = (np.cumsum(several) - 1)[group[kept]]
    count = np.bincount(renumbered, minlength=int(several.sum()))
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return Joined(
        tuple(str(found) for found in names[several]), pair, renumbered.astype(np.int64), pairs[kept] % data.n_units, start
    )
