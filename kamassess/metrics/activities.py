"""Metrics of what is done with and for customers: how many methods, whom they reach, what is given away."""

from __future__ import annotations

import numpy as np
from scipy import special

from kamassess.data import CATEGORIES, Data
from kamassess.metrics.values import Floats, Mask, Measured, Window, per_unit, ratio
from kamassess.result import Reason

__all__ = ["contact_breadth", "executive_visit_coverage", "hospitality_share", "method_diversity", "price_concession_share"]

_LEVELS = ("front", "middle", "top")
_NO_METHOD = frozenset({"complaint", "event", "forum_action"})
"""What happens, or follows from something, and is not done to keep a customer."""
_GIVEN = ("price", "service", "training", "supply", "event_support", "promotion", "incentive")
"""What costs something and is given."""


def _inside(data: Data, window: Window) -> Mask:
    return window.holds(data["activities"]["date"].to_numpy())


def _of(data: Data, *categories: str) -> Mask:
    found: Mask = data["activities"]["category"].isin(categories).to_numpy()
    return found


def _methods(data: Data, window: Window) -> Floats:
    """(U, methods) how many activities of each kind."""
    names = [name for name in CATEGORIES if name not in _NO_METHOD]
    account = data["activities"]["account"].to_numpy()
    inside = _inside(data, window)
    return np.column_stack([per_unit(data, account[inside & _of(data, name)]) for name in names])


def method_diversity(data: Data, window: Window) -> Measured:
    """Shannon's evenness J = H/ln k of a unit's activities over the k methods it uses: 1 where all are used alike.

    0 where there is one method alone. Over ``n`` activities; no value without any. See :func:`kamassess.stats.diversity`.
    """
    if not data.has("activities"):
        return Measured.missing("method_diversity", "share", data)
    counts = _methods(data, window)
    n, used = counts.sum(axis=1), (counts > 0).sum(axis=1)
    shares = counts / np.maximum(n, 1)[:, None]
    entropy = special.entr(shares).sum(axis=1)
    evenness = np.divide(entropy, np.log(np.maximum(used, 2)))
    value = np.where(n > 0, evenness, np.nan)
    return Measured.of("method_diversity", "share", value, n.astype(np.int64), Reason.EMPTY_WINDOW, window)


def hospitality_share(data: Data, window: Window) -> Measured:
    """The share of a unit's activities that is hospitality, 0–1, over ``n`` activities; no value without any."""
    if not data.has("activities"):
        return Measured.missing("hospitality_share", "share", data)
    n = _methods(data, window).sum(axis=1)
    account = data["activities"]["account"].to_numpy()
    some = per_unit(data, account[_inside(data, window) & _of(data, "hospitality")])
    return Measured.of("hospitality_share", "share", ratio(some, n), n.astype(np.int64), Reason.EMPTY_WINDOW, window)


def price_concession_share(data: Data, window: Window) -> Measured:
    """Price concessions of all that is given (concessions and services), by value, 0–1.

    Over ``n`` activities that gave something of known value; no value where nothing was.
    """
    if not data.has("activities", "value"):
        return Measured.missing("price_concession_share", "share", data)
    worth = data["activities"]["value"].to_numpy()
    chosen = _inside(data, window) & _of(data, *_GIVEN) & (worth > 0)
    account = data["activities"]["account"].to_numpy()
    price = chosen & _of(data, "price")
    value = ratio(per_unit(data, account[price], worth[price]), per_unit(data, account[chosen], worth[chosen]))
    n = per_unit(data, account[chosen]).astype(np.int64)
    return Measured.of("price_concession_share", "share", value, n, Reason.EMPTY_WINDOW, window)


def contact_breadth(data: Data, window: Window) -> Measured:
    """The share of the three levels of its key accounts (front line, middle, top) that a unit met, 0–1; ``n`` key accounts.

    An account that nobody met counts with 0. No value without a key account.
    """
    if not data.has("activities", "their_level"):
        return Measured.missing("contact_breadth", "share", data)
    inside = _inside(data, window)
    level = data["activities"]["their_level"]
    met = np.zeros((len(data["accounts"]), len(_LEVELS)))
    for place, name in enumerate(_LEVELS):
        met[data["activities"]["account"].to_numpy()[inside & (level == name).to_numpy()], place] = 1.0
    return _of_key_accounts("contact_breadth", data, met.mean(axis=1), window)


def executive_visit_coverage(data: Data, window: Window) -> Measured:
    """The share of a unit's key accounts that one of our executives visited, 0–1; ``n`` key accounts; no value without any."""
    if not data.has("activities", "our_level"):
        return Measured.missing("executive_visit_coverage", "share", data)
    chosen = _inside(data, window) & _of(data, "visit") & (data["activities"]["our_level"] == "top").to_numpy()
    visited = np.zeros(len(data["accounts"]))
    visited[data["activities"]["account"].to_numpy()[chosen]] = 1.0
    return _of_key_accounts("executive_visit_coverage", data, visited, window)


def _of_key_accounts(name: str, data: Data, values: Floats, window: Window) -> Measured:
    """The mean of (accounts,) values over each unit's key accounts."""
    key = np.flatnonzero(data["accounts"]["key_account"].to_numpy() == 1)
    n = per_unit(data, key)
    return Measured.of(
        name, "share", ratio(per_unit(data, key, values[key]), n), n.astype(np.int64), Reason.NO_KEY_ACCOUNTS, window
    )
