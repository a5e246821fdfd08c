"""Metrics of new products: whether key accounts try them first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamassess.data import Data
from kamassess.metrics.values import Found, Window, measures, ratio
from kamassess.result import Reason

__all__ = ["trial_first_share"]


@measures("share", "launches", better="higher", key_accounts=True)
def trial_first_share(data: Data, window: Window) -> Found:
    """The share of products launched in the window that a key account tried on the day of the launch or before, 0–1.

    ``n`` are the launches: a product, in a unit whose accounts it is listed for. No value without any.
    """
    lines = data["launches"]
    launched, trialled = lines["launched"].to_numpy(), lines["trialled"].to_numpy()
    rows = np.flatnonzero(window.holds(launched))
    account = lines["account"].to_numpy()[rows]
    first = (trialled[rows] <= launched[rows]) & (data["accounts"]["key_account"].to_numpy()[account] == 1)
    unit = data["accounts"]["unit"].to_numpy()[account]
    product, names = pd.factorize(lines["product"].to_numpy()[rows])
    code, place = np.unique(unit * max(len(names), 1) + product, return_inverse=True)
    of = code // max(len(names), 1)
    tried = np.bincount(place, first, minlength=len(code)) > 0
    n = np.bincount(of, minlength=data.n_units).astype(float)
    return ratio(np.bincount(of, tried.astype(float), minlength=data.n_units).astype(float), n), n, Reason.EMPTY_WINDOW
