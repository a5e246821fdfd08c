"""Metrics of account managers: standing, pay, training, who stays, and the three roles."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamassess.data import Data
from kamassess.metrics.values import Floats, Found, Ints, Window, measures, ratio
from kamassess.result import Reason

__all__ = [
    "competency_profile",
    "competency_roles",
    "grade_gap",
    "incentive_mix",
    "long_term_pay_share",
    "manager_turnover",
    "span_of_accounts",
    "team_pay_share",
    "training_days",
    "variable_pay_share",
]

_ROLES = ("engineer", "seller", "leader")


def _managers(data: Data, *columns: str) -> tuple[Ints, Floats]:
    """(managers,) their units and (managers, columns) the means over their lines, which several raters may have written."""
    found = data["people"].groupby(["unit", "manager"], sort=True)[list(columns)].mean()
    return found.index.get_level_values("unit").to_numpy(), found.to_numpy()


def _mean(data: Data, unit: Ints, values: Floats, weights: Floats | None = None) -> Found:
    known = ~np.isnan(values) if weights is None else ~np.isnan(values) & (weights > 0)
    weight = np.ones(int(known.sum())) if weights is None else weights[known]
    top, bottom = (
        np.bincount(unit[known], part, minlength=data.n_units).astype(float) for part in (values[known] * weight, weight)
    )
    return ratio(top, bottom), np.bincount(unit[known], minlength=data.n_units).astype(float), Reason.NO_VALUES


@measures("share", "people.long_term_share", "people.team_share", "people.variable_pay", better="higher")
def incentive_mix(data: Data, window: Window) -> Found:  # noqa: ARG001 - pay as it is today
    """How far variable pay rewards the long term and the team: mean of both shares, weighted by variable pay, 0–1.

    ``n`` are the managers whose shares and variable pay are known. No value without any.
    """
    unit, values = _managers(data, "long_term_share", "team_share", "variable_pay")
    return _mean(data, unit, (values[:, 0] + values[:, 1]) / 2, values[:, 2])


@measures("share", "people.long_term_share", "people.variable_pay", better="higher")
def long_term_pay_share(data: Data, window: Window) -> Found:  # noqa: ARG001 - pay as it is today
    """The share of variable pay that rewards the long term, weighted by variable pay, 0–1; ``n`` managers."""
    unit, values = _managers(data, "long_term_share", "variable_pay")
    return _mean(data, unit, values[:, 0], values[:, 1])


@measures("share", "people.team_share", "people.variable_pay", better="higher")
def team_pay_share(data: Data, window: Window) -> Found:  # noqa: ARG001 - pay as it is today
    """The share of variable pay that rewards the team, weighted by variable pay, 0–1; ``n`` managers."""
    unit, values = _managers(data, "team_share", "variable_pay")
    return _mean(data, unit, values[:, 0], values[:, 1])


@measures("share", "people.base_pay", "people.variable_pay", better="neither")
def variable_pay_share(data: Data, window: Window) -> Found:  # noqa: ARG001 - pay as it is today
    """Variable pay of all pay, 0–1; 15 to 25 % is common. ``n`` are the managers of whom both are known."""
    unit, values = _managers(data, "base_pay", "variable_pay")
    total = values.sum(axis=1)
    return _mean(data, unit, ratio(values[:, 1], np.nan_to_num(total)), total)


@measures("points", "people.grade", "people.reference_grade", better="higher")
def grade_gap(data: Data, window: Window) -> Found:  # noqa: ARG001 - grades as they are today
    """Mean of grade less reference grade (that of product and brand managers): below 0 where they stand lower; ``n`` managers."""
    unit, values = _managers(data, "grade", "reference_grade")
    return _mean(data, unit, values[:, 0] - values[:, 1])


@measures("count", "accounts.manager", better="lower", key_accounts=True)
def span_of_accounts(data: Data, window: Window) -> Found:  # noqa: ARG001 - as it stands today
    """Key accounts a manager: those that name one, over the ``n`` managers they name. No value where none is named."""
    accounts = data["accounts"]
    named = accounts.loc[(accounts["key_account"] == 1) & (accounts["manager"] != ""), ["unit", "manager"]]
    count = np.bincount(named["unit"].to_numpy(), minlength=data.n_units).astype(float)
    n = np.bincount(named.drop_duplicates()["unit"].to_numpy(), minlength=data.n_units).astype(float)
    return ratio(count, n), n, Reason.NO_VALUES


@measures("days", "people.training_days", better="higher")
def training_days(data: Data, window: Window) -> Found:  # noqa: ARG001 - the table says it of a year
    """Mean days of training a manager had in a year; ``n`` managers of whom it is known."""
    unit, values = _managers(data, "training_days")
    return _mean(data, unit, values[:, 0])


@measures("share", "people.left", better="lower")
def manager_turnover(data: Data, window: Window) -> Found:
    """The share of managers who held the post at some time of the window and left it in the window, 0–1; ``n`` managers."""
    posts = data["people"][["unit", "manager", "joined", "left"]]
    held = posts[~(posts["joined"] >= pd.Timestamp(window.end)) & ~(posts["left"] < pd.Timestamp(window.start))]
    last = held.assign(gone=window.holds(held["left"].to_numpy())).groupby(["unit", "manager"])["gone"].max()
    return _mean(data, last.index.get_level_values("unit").to_numpy(), last.to_numpy().astype(float))


@measures("points", "people.engineer", "people.seller", "people.leader", better="higher")
def competency_profile(data: Data, window: Window) -> Found:  # noqa: ARG001 - the latest ratings
    """Mean of managers' marks as engineer, seller and leader, 1–5, each manager the mean of all raters.

    ``n`` are the managers of whom all three are known. No value without any. :func:`competency_roles` has each role.
    """
    unit, values = _managers(data, *_ROLES)
    return _mean(data, unit, values.mean(axis=1))


def competency_roles(data: Data) -> Floats:
    """(U, 3) mean mark as engineer, seller and leader, 1–5; NaN where none is known."""
    unit, values = _managers(data, *_ROLES)
    return np.column_stack([_mean(data, unit, values[:, role])[0] for role in range(len(_ROLES))])
