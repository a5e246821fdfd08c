"""The page of a batch: every report with links, and everything that failed with the reason, in one offline file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from kamassess.render.html import environment, stylesheet

__all__ = ["render_index"]

GROUP, _ALL = "_group", "All units"
_NAMES = {
    "unit_audit": "Unit audit",
    "group_overview": "Group overview",
    "progress": "Progress",
    "retention_options": "Retention options",
    "account_value": "Account value",
}


def render_index(summary: Mapping[str, Any], brand: Mapping[str, object]) -> str:
    """The page for a summary as ``kamassess.batch`` writes it; links are relative to the page."""
    reports: Sequence[Mapping[str, Any]] = summary["reports"]
    units = [
        {
            "unit": "" if unit == GROUP else unit,
            "name": summary["units"].get(unit, _ALL if unit == GROUP else unit),
            "notebooks": [
                {"name": _NAMES.get(notebook, notebook), "reports": list(entries)}
                for notebook, entries in groupby(rows, key=lambda row: row["notebook"])
            ],
        }
        for unit, rows in groupby(reports, key=lambda row: row["unit"])
    ]
    failed = [row for row in reports if row["faults"]]
    page = environment().get_template("index.html.j2")
    return page.render(summary=summary, units=units, failed=failed, done=len(reports) - len(failed), css=stylesheet(brand))
