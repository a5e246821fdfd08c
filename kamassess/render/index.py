"""The pages of a batch: every report with links, and what failed with the reason, each in one offline file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from kamassess.reading.brand import default_brand
from kamassess.render.html import environment, stylesheet

__all__ = ["FONTS", "NOTEBOOK_NAMES", "render_failures", "render_index"]

FONTS = "@@fonts@@"
"""Where the fonts of a page stand, once its letters are known."""

GROUP, _ALL = "_group", "All units"
NOTEBOOK_NAMES = {
    "unit_audit": "Unit audit",
    "group_overview": "Group overview",
    "progress": "Progress",
    "retention_options": "Retention options",
    "account_value": "Account value",
    "workshop_minutes": "Workshop minutes",
}
_LANGUAGES = {"en": "English", "zh": "中文"}


def render_index(summary: Mapping[str, Any]) -> str:
    """The page for a summary as ``kamassess.batch`` writes it; links are relative to the page."""
    reports: Sequence[Mapping[str, Any]] = summary["reports"]
    failed = [row for row in reports if row["status"] == "failed"]
    page = environment().get_template("index.html.j2")
    return page.render(
        summary=summary,
        units=_by_unit(summary, reports),
        earlier=[(wave, _by_unit(summary, rows)) for wave, rows in groupby(summary["earlier"], key=itemgetter("wave"))],
        failed=failed,
        done=summary["counts"]["done"],
        waiting=summary["counts"]["waiting"],
        seconds=sum(row["seconds"] for row in reports),
        names=NOTEBOOK_NAMES,
        languages=_LANGUAGES,
        css=stylesheet(default_brand().as_dict()),
    )


def _by_unit(summary: Mapping[str, Any], reports: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Reports under their notebooks, and those under their units."""
    return [
        {
            "unit": "" if unit == GROUP else unit,
            "name": summary["units"].get(unit, _ALL if unit == GROUP else unit),
            "notebooks": [
                {"name": NOTEBOOK_NAMES.get(notebook, notebook), "reports": list(entries)}
                for notebook, entries in groupby(rows, key=itemgetter("notebook"))
            ],
        }
        for unit, rows in groupby(reports, key=itemgetter("unit"))
    ]


def render_failures(
    company: str, name: str, unit: str, wave: str, failed: Sequence[Mapping[str, Any]], place: Sequence[str]
) -> str:
    """The page of a unit in which reports failed; *place* are the parts of its own path below the output folder."""
    page = environment().get_template("failed.html.j2")
    return page.render(
        company=company,
        name=_ALL if unit == GROUP else name,
        unit="" if unit == GROUP else unit,
        wave=wave,
        failed=failed,
        index="../" * (len(place) - 1) + "index.html",
        names=NOTEBOOK_NAMES,
        languages=_LANGUAGES,
        css=stylesheet(default_brand().as_dict()),
    )
