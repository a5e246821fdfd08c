"""What the chart of dimensions shows: it is titled for what is in it, in every format."""

from __future__ import annotations

from kamassess.charts.dimensions import shows
from kamassess.sections.view import View

__all__ = ["dimensions_title"]

_TITLES = {
    (True, True, True): "chart_known_title",
    (True, True, False): "chart_known_title_measured",
    (True, False, True): "chart_known_title_evidenced",
    (True, False, False): "chart_dimensions_title",
    (False, True, False): "un_chart_title_measured",
    (False, False, True): "un_chart_title_evidenced",
}
"""By whether people, data and documents say something."""


def dimensions_title(view: View) -> str:
    """The title of the chart of dimensions, by the kinds of knowledge that the unit has."""
    unit = view.unit
    claimed = any(block.score is not None for block in unit.dimensions.values())
    return view.words(_TITLES.get((claimed, shows(unit, "measured"), shows(unit, "evidenced")), "un_chart_title_both"))
