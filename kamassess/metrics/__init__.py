"""Metrics of the company's own tables: pure functions of :class:`kamassess.data.Data`, all units at once.

Each gives a :class:`Measured`: a value a unit with what it rests on, the days looked at, and a reason where there is none. Time
and memory are linear in the lines of the tables.

==============================  ======================================================================================
What customers buy              :func:`concentration`, :func:`largest_share`, :func:`share_of_wallet`,
                                :func:`median_tenure`, :func:`revenue_retention`
Supply                          :func:`otif`, :func:`peak_otif_advantage`, :func:`safety_stock`
What is done with customers     :func:`method_diversity`, :func:`hospitality_share`, :func:`price_concession_share`,
                                :func:`contact_breadth`, :func:`executive_visit_coverage`
==============================  ======================================================================================
"""

from kamassess.metrics.accounts import concentration, largest_share, median_tenure, revenue_retention, share_of_wallet
from kamassess.metrics.activities import (
    contact_breadth,
    executive_visit_coverage,
    hospitality_share,
    method_diversity,
    price_concession_share,
)
from kamassess.metrics.deliveries import otif, peak_otif_advantage, safety_stock
from kamassess.metrics.values import Measured, Window

__all__ = [
    "Measured",
    "Window",
    "concentration",
    "contact_breadth",
    "executive_visit_coverage",
    "hospitality_share",
    "largest_share",
    "median_tenure",
    "method_diversity",
    "otif",
    "peak_otif_advantage",
    "price_concession_share",
    "revenue_retention",
    "safety_stock",
    "share_of_wallet",
]
