"""Metrics of what is done with and for customers: how many methods, whom they reach, what is given away, how fast we answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kamassess.data import CATEGORIES, Data
from kamassess.metrics.values import (
    Floats,
    Found,
    Ints,
    Mask,
    Window,
    measures,
    median_per_unit,
    of_key_accounts,
    per_unit,
    ratio,
    share_per_unit,
)
from kamassess.result import Reason

__all__ = [
    "answered_days",
    "contact_breadth",
    "contacts",
    "cross_function_share",
    "escalation_share",
    "event_support_share",
    "executive_days_share",
    "executive_visit_coverage",
    "forum_action_closure",
    "forum_held",
    "hospitality_share",
    "incentive_coverage",
    "levels_met",
    "method_diversity",
    "method_simpson",
    "price_concession_share",
    "proactive_share",
    "reporting_lag_days",
    "response_days",
    "single_contact_share",
    "staff_feedback_closure",
]

_LEVELS = ("front", "middle", "top")
_NO_METHOD = frozenset({"complaint", "event", "forum_action"})
"""What happens, or follows from something, and is not done to keep a customer."""
_GIVEN = ("price", "service", "training", "supply", "event_support", "promotion", "incentive")
"""What costs something and is given."""
_OTHER_FUNCTIONS = ("service", "training", "supply", "trial")
"""What production, logistics, technical service or development do for a customer, and not sales alone."""
_NO_ANSWER = ("report", "feedback", "forum_action")
"""What ``answered_after_days`` says something else of than how fast a customer is answered."""


def _inside(data: Data, window: Window) -> Mask:
    return window.holds(data["activities"]["date"].to_numpy())


def _of(data: Data, *categories: str) -> Mask:
    found: Mask = data["activities"]["category"].isin(categories).to_numpy()
    return found


def _accounts(data: Data) -> Ints:
    found: Ints = data["activities"]["account"].to_numpy()
    return found


def _share(data: Data, chosen: Mask, hit: Mask) -> Found:
    """The share of the *chosen* activities that are a *hit*."""
    return *share_per_unit(data, _accounts(data)[chosen], hit[chosen]), Reason.EMPTY_WINDOW


def _reached(data: Data, chosen: Mask) -> Found:
    """The share of key accounts with one of the *chosen* activities."""
    reached = np.zeros(len(data["accounts"]))
    reached[_accounts(data)[chosen]] = 1.0
    return of_key_accounts(data, reached)


def _median_days(data: Data, chosen: Mask) -> Found:
    """The median of ``answered_after_days`` over the *chosen* activities that have it."""
    days = data["activities"]["answered_after_days"].to_numpy()
    known = chosen & ~np.isnan(days)
    unit = data["accounts"]["unit"].to_numpy()[_accounts(data)[known]]
    return *median_per_unit(unit, days[known], data.n_units), Reason.EMPTY_WINDOW


def _told(data: Data, found: Found, *categories: str) -> Found:
    """What is *found*, if the log records such things at all: a kind that no unit ever entered is not known to be left undone."""
    if bool(data["activities"]["category"].isin(categories).any()):
        return found
    return np.full(data.n_units, np.nan), np.zeros(data.n_units), Reason.NOT_RECORDED


# -- methods -------------------------------------------------------------------------------------------------------------


def _methods(data: Data, window: Window) -> Floats:
    """(U, methods) how many activities of each kind."""
    names = [name for name in CATEGORIES if name not in _NO_METHOD]
    inside = _inside(data, window)
    return np.column_stack([per_unit(data, _accounts(data)[inside & _of(data, name)]) for name in names])


@measures("share", "activities", better="higher")
def method_diversity(data: Data, window: Window) -> Found:
    """Shannon's evenness J = H/ln k of a unit's activities over the k methods it uses: 1 where all are used alike.

    0 where there is one method alone. Over ``n`` activities; no value without any. See :func:`kamassess.stats.diversity`.
    """
    counts = _methods(data, window)
    n, used = counts.sum(axis=1), (counts > 0).sum(axis=1)
    shares = counts / np.maximum(n, 1)[:, None]
    entropy = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1)
    return np.where(n > 0, entropy / np.log(np.maximum(used, 2)) + 0.0, np.nan), n, Reason.EMPTY_WINDOW


@measures("share", "activities", better="higher")
def method_simpson(data: Data, window: Window) -> Found:
    """Simpson's 1 − Σp²: how likely two activities are of different methods, 0–1; ``n`` as :func:`method_diversity`."""
    counts = _methods(data, window)
    n = counts.sum(axis=1)
    return 1 - ratio((counts**2).sum(axis=1), n**2), n, Reason.EMPTY_WINDOW


@measures("share", "activities", better="lower")
def hospitality_share(data: Data, window: Window) -> Found:
    """The share of a unit's activities that is hospitality, 0–1, over ``n`` activities; no value without any."""
    return _told(data, _share(data, _inside(data, window) & ~_of(data, *_NO_METHOD), _of(data, "hospitality")), "hospitality")


@measures("share", "activities.value", better="lower")
def price_concession_share(data: Data, window: Window) -> Found:
    """Price concessions of all that is given (concessions and services), by value, 0–1.

    Over ``n`` activities that gave something of known value; no value where nothing was.
    """
    worth = data["activities"]["value"].to_numpy()
    account = _accounts(data)
    chosen = _inside(data, window) & _of(data, *_GIVEN) & (worth > 0)
    price = chosen & _of(data, "price")
    value = ratio(per_unit(data, account[price], worth[price]), per_unit(data, account[chosen], worth[chosen]))
    found = value, per_unit(data, account[chosen]), Reason.EMPTY_WINDOW
    return _told(data, _told(data, found, "price"), *(name for name in _GIVEN if name != "price"))


# -- whom we meet --------------------------------------------------------------------------------------------------------


def levels_met(data: Data, window: Window) -> Mask:
    """(accounts, levels) whom we met of each customer."""
    inside = _inside(data, window)
    level = data["activities"]["their_level"]
    met = np.zeros((len(data["accounts"]), len(_LEVELS)), dtype=bool)
    for place, name in enumerate(_LEVELS):
        met[_accounts(data)[inside & (level == name).to_numpy()], place] = True
    return met


@measures("share", "activities.their_level", better="higher", key_accounts=True)
def contact_breadth(data: Data, window: Window) -> Found:
    """The share of the three levels of its key accounts (front line, middle, top) that a unit met, 0–1; ``n`` key accounts.

    An account that nobody met counts with 0. No value without a key account.
    """
    return of_key_accounts(data, levels_met(data, window).mean(axis=1))


@measures("share", "activities", better="lower", key_accounts=True)
def single_contact_share(data: Data, window: Window) -> Found:
    """The share of the key accounts met that rest on one contact, 0–1; ``n`` those of which it is known.

    A contact is a person of the customer's (``contact``), or, of an account none of whose activities names one, a level of its
    people (``their_level``). No value where nobody is named.
    """
    met = contacts(data, window)
    return of_key_accounts(data, np.where(met > 0, met == 1, np.nan))


def contacts(data: Data, window: Window) -> Ints:
    """(accounts,) how many of each customer's people we met, or of its levels where no person is named; 0 where none is."""
    people, levels = (_distinct(data, window, column) for column in ("contact", "their_level"))
    return np.where(people > 0, people, levels)


def _distinct(data: Data, window: Window, column: str) -> Ints:
    """(accounts,) how many different values a column of the activities has."""
    text = data["activities"][column].to_numpy()
    rows = np.flatnonzero(_inside(data, window) & (text != ""))
    codes, names = pd.factorize(text[rows])
    pairs = np.unique(_accounts(data)[rows] * max(len(names), 1) + codes)
    return np.bincount(pairs // max(len(names), 1), minlength=len(data["accounts"])).astype(np.int64)


@measures("share", "activities.our_level", better="higher", key_accounts=True)
def executive_visit_coverage(data: Data, window: Window) -> Found:
    """The share of a unit's key accounts that one of our executives visited, 0–1; ``n`` key accounts; no value without any."""
    top = (data["activities"]["our_level"] == "top").to_numpy()
    return _told(data, _reached(data, _inside(data, window) & _of(data, "visit") & top), "visit")


@measures("share", "activities.our_level", "activities.days", better="higher", settings=("executives", "working_days"))
def executive_days_share(
    data: Data, window: Window, executives: Sequence[float] | None = None, working_days: float = 220.0
) -> Found:
    """Days that executives spend with a unit's customers, of all their working days, 0 or more; a third is the reference.

    Days of activities at our top level / (executives × *working_days* × years of the window). *executives* (U,) are declared, or
    as many as the unit's accounts name as sponsors. Activities whose days are not known add none. ``n`` are the activities with
    known days. No value without an executive, or where no days are known.
    """
    days = data["activities"]["days"].to_numpy()
    chosen = _inside(data, window) & (data["activities"]["our_level"] == "top").to_numpy() & ~np.isnan(days)
    account = _accounts(data)[chosen]
    count = _sponsors(data) if executives is None else np.nan_to_num(np.asarray(executives, dtype=float))
    n = per_unit(data, account)
    value = ratio(per_unit(data, account, days[chosen]), count * working_days * window.years)
    return np.where(n > 0, value, np.nan), n, Reason.NO_VALUES


def _sponsors(data: Data) -> Floats:
    """(U,) how many people a unit's accounts name as sponsors."""
    named = data["accounts"].loc[data["accounts"]["sponsor"] != "", ["unit", "sponsor"]].drop_duplicates()
    return np.bincount(named["unit"].to_numpy(), minlength=data.n_units).astype(float)


# -- what is done for them -----------------------------------------------------------------------------------------------


@measures("share", "activities", better="higher", key_accounts=True)
def event_support_share(data: Data, window: Window) -> Found:
    """The share of key accounts' own events that we supported, 0–1: at most as many of an account as it had; ``n`` events."""
    inside, size = _inside(data, window), len(data["accounts"])
    events, support = (
        np.bincount(_accounts(data)[inside & _of(data, name)], minlength=size) for name in ("event", "event_support")
    )
    key = np.flatnonzero(data["accounts"]["key_account"].to_numpy() == 1)
    n = per_unit(data, key, events[key].astype(float))
    return ratio(per_unit(data, key, np.minimum(events, support)[key].astype(float)), n), n, Reason.EMPTY_WINDOW


@measures("share", "activities.answered_after_days", better="higher")
def staff_feedback_closure(data: Data, window: Window) -> Found:
    """The share of customers' feedback on our people that was answered (after any number of days), 0–1; ``n`` such feedback."""
    return _share(data, _inside(data, window) & _of(data, "feedback"), _answered(data))


@measures("share", "activities", better="higher", key_accounts=True)
def incentive_coverage(data: Data, window: Window) -> Found:
    """The share of key accounts that received an incentive, 0–1; ``n`` key accounts."""
    return _told(data, _reached(data, _inside(data, window) & _of(data, "incentive")), "incentive")


@measures("days", "activities.answered_after_days", better="lower")
def reporting_lag_days(data: Data, window: Window) -> Found:
    """Median days until customers were told what concerns them; ``n`` reports whose days are known."""
    return _median_days(data, _inside(data, window) & _of(data, "report"))


@measures("share", "activities", better="higher", key_accounts=True)
def forum_held(data: Data, window: Window) -> Found:
    """The share of key accounts that took part in a forum, 0–1; 0 where none was held; ``n`` key accounts."""
    return _told(data, _reached(data, _inside(data, window) & _of(data, "forum")), "forum")


@measures("share", "activities.answered_after_days", better="higher")
def forum_action_closure(data: Data, window: Window) -> Found:
    """The share of what was agreed at forums that was done (after any number of days), 0–1; ``n`` such actions."""
    return _share(data, _inside(data, window) & _of(data, "forum_action"), _answered(data))


def _answered(data: Data) -> Mask:
    found: Mask = ~np.isnan(data["activities"]["answered_after_days"].to_numpy())
    return found


# -- how it is done ------------------------------------------------------------------------------------------------------


@measures("days", "activities.answered_after_days", better="lower")
def response_days(data: Data, window: Window) -> Found:
    """Median days until a customer was answered; ``n`` activities whose days are known, feedback, reports and forums apart."""
    return _median_days(data, _inside(data, window) & ~_of(data, *_NO_ANSWER))


def answered_days(data: Data, window: Window) -> tuple[Ints, Floats]:
    """Account and days of every activity that counts in :func:`response_days`."""
    days = data["activities"]["answered_after_days"].to_numpy()
    chosen = _inside(data, window) & ~_of(data, *_NO_ANSWER) & ~np.isnan(days)
    return _accounts(data)[chosen], days[chosen]


@measures("share", "activities.escalated", better="lower")
def escalation_share(data: Data, window: Window) -> Found:
    """The share of activities that needed a senior to step in, 0–1; ``n`` activities of which it is known."""
    return _share(data, *_known(data, window, "escalated"))


@measures("share", "activities.planned", better="higher")
def proactive_share(data: Data, window: Window) -> Found:
    """The share of activities that were planned, and no fire-fighting, 0–1; ``n`` activities of which it is known."""
    return _share(data, *_known(data, window, "planned"))


def _known(data: Data, window: Window, column: str) -> tuple[Mask, Mask]:
    values = data["activities"][column].to_numpy()
    return _inside(data, window) & ~np.isnan(values), values == 1


@measures("share", "activities", better="higher")
def cross_function_share(data: Data, window: Window) -> Found:
    """The share of activities that functions other than sales carry (service, training, supply, trial), 0–1; ``n`` activities.

    By category, since the table does not say who took part.
    """
    found = _share(data, _inside(data, window) & ~_of(data, *_NO_METHOD), _of(data, *_OTHER_FUNCTIONS))
    return _told(data, found, *_OTHER_FUNCTIONS)
