"""Who sees it differently: each role's score of each criterion on one line, joined by the distance between them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from kamassess.charts.canvas import SMALL, Pen, Sheet
from kamassess.charts.marks import Look
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


def plot_roles(unit: UnitResult, dimension: Dimension, instrument: Instrument, pen: Pen) -> Sheet:
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
        rows.line([min(found.values()), max(found.values())], [y, y], Look(line=pen["muted"], width=1.2), order=1)
        for role, value in found.items():
            shape, look = _mark(pen, roles.index(role))
            told = {"role": names[role], "criterion": criteria[row], "value": words.score(value), "n": unit.roles[role].n}
            rows.dot(value, y, shape, 11, look, order=3, tip=words("tip_role", **told))
    for index, (role, (line, x)) in enumerate(zip(roles, lines, strict=True)):
        _entry(rows, names[role], index, x, 12 + _KEY_LINE * line)
    return rows


def _mark(pen: Pen, index: int) -> tuple[str, Look]:
    """How a role's mark looks."""
    shape, filled = _MARKS[index % len(_MARKS)]
    return shape, Look(pen["claimed"], pen["paper"]) if filled else Look(pen["paper"], pen["claimed"], 1.6)


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


def _entry(rows: Rows, name: str, index: int, x: float, from_top: float) -> None:
    """One mark of the key and its name."""
    shape, look = _mark(rows.pen, index)
    rows.beside.dot(x + 6, from_top, shape, 9, look)
    rows.beside.text(x + 18, from_top, name)
