"""Who sees it differently: each role's score of each criterion on one line, joined by the distance between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from rich.cells import cell_len

from kamassess.charts.canvas import SMALL, Pen
from kamassess.charts.rows import Rows
from kamassess.instrument import Dimension, Instrument
from kamassess.result import UnitResult

__all__ = ["plot_roles", "role_scores"]

_MARKS = (("o", True), ("^", True), ("v", False), ("P", True), ("X", False), ("*", True))
"""Shape, and whether it is filled. All roles make claims, so all share the colour of what is claimed."""

_KEY_LINE = 22


def role_scores(unit: UnitResult, dimension: Dimension) -> dict[str, dict[str, float]]:
    """By criterion, the score of each role that may be shown; only criteria on which two roles can be compared."""
    found = {}
    for criterion in dimension.criteria:
        known = {role: value for role, view in unit.roles.items() if (value := view.criteria.get(criterion.id)) is not None}
        if len(known) > 1:
            found[criterion.id] = known
    return found


def plot_roles(unit: UnitResult, dimension: Dimension, instrument: Instrument, pen: Pen) -> Figure:
    """Criteria on which two roles can be compared, in rows; one mark a role, named in the key above."""
    words = pen.words
    scores = role_scores(unit, dimension)
    if not scores:
        raise ValueError(f"no criterion of {dimension.id} has two roles whose figures may be shown")
    roles = [role for role in unit.roles if any(role in known for known in scores.values())]
    names = {role.id: words.of(role.name) for role in instrument.roles}
    scales = [question.scale for criterion in dimension.criteria for question in criterion.questions]
    low, high = min(scale.minimum for scale in scales), max(scale.maximum for scale in scales)
    pad = (high - low) * 0.04
    lines = _key_lines([names[role] for role in roles], pen)
    criteria = [words.of(criterion.name) for criterion in dimension.criteria if criterion.id in scores]
    rows = Rows(pen, criteria, low - pad, high + pad, row_height=32, top=34 + _KEY_LINE * (1 + max(line for line, _ in lines)))
    values = scales[0].values if len(scales[0].values) <= 7 else (low, high)
    rows.grid(list(values), [words.short(value) for value in values])
    for row, found in enumerate(scores.values()):
        y = rows.y(row)
        rows.line([min(found.values()), max(found.values())], [y, y], color=pen["muted"], linewidth=1.2, zorder=1)
        for role, value in found.items():
            mark = rows.line([value], [y], markersize=11, zorder=3, **_look(pen, roles.index(role)))
            tip = {"role": names[role], "criterion": criteria[row], "value": words.score(value), "n": unit.roles[role].n}
            rows.tip(mark, words("tip_role", **tip))
    for index, (role, (line, x)) in enumerate(zip(roles, lines, strict=True)):
        _entry(rows, names[role], _look(pen, index), x, 12 + _KEY_LINE * line)
    return rows.figure


def _look(pen: Pen, index: int) -> dict[str, Any]:
    """How a role's mark looks."""
    shape, filled = _MARKS[index % len(_MARKS)]
    inside = pen["claimed"] if filled else pen["paper"]
    edge = pen["paper"] if filled else pen["claimed"]
    return {
        "marker": shape,
        "markerfacecolor": inside,
        "markeredgecolor": edge,
        "markeredgewidth": 1 if filled else 1.6,
        "linestyle": "none",
    }


def _key_lines(names: Sequence[str], pen: Pen) -> list[tuple[int, float]]:
    """Line and place (in pixels) of each entry of the key; a new line where the drawing is full."""
    places = []
    line, x = 0, 0.0
    for name in names:
        width = 36 + cell_len(name) * SMALL * 0.56
        if x and x + width > pen.width:
            line, x = line + 1, 0.0
        places.append((line, x))
        x += width
    return places


def _entry(rows: Rows, name: str, look: dict[str, Any], x: float, from_top: float) -> None:
    """One mark of the key and its name."""
    rows.beside(Line2D([x + 6], [from_top], markersize=9, **look))
    rows.text_beside(x + 18, from_top, name)
