"""Who sees it differently: each role's score of each criterion on one line, joined by the distance between them."""

from __future__ import annotations

from matplotlib.figure import Figure

from kamassess.charts.canvas import Pen, Rows
from kamassess.instrument import Dimension, Instrument
from kamassess.result import UnitResult

__all__ = ["plot_roles", "roles_shown"]

_MARKERS = ("o", "^", "v", "P", "X", "*")


def roles_shown(unit: UnitResult, dimension: Dimension) -> list[str]:
    """Roles with at least one figure in the dimension that may be shown."""
    names = [criterion.id for criterion in dimension.criteria]
    return [role for role, view in unit.roles.items() if any(view.criteria.get(name) is not None for name in names)]


def plot_roles(unit: UnitResult, dimension: Dimension, instrument: Instrument, pen: Pen) -> Figure:
    """Criteria in rows; one mark a role, named in the key above; roles with fewer than three people do not appear."""
    words = pen.words
    roles = roles_shown(unit, dimension)
    scales = [question.scale for criterion in dimension.criteria for question in criterion.questions]
    low, high = min(scale.minimum for scale in scales), max(scale.maximum for scale in scales)
    pad = (high - low) * 0.04
    rows = Rows(pen, [words.of(criterion.name) for criterion in dimension.criteria], low - pad, high + pad, row_height=32, top=56)
    names = {role.id: words.of(role.name) for role in instrument.roles}
    values = scales[0].values if len(scales[0].values) <= 7 else (low, high)
    rows.grid(list(values), [words.short(value) for value in values])
    with rows.drawing() as axes:
        for row, criterion in enumerate(dimension.criteria):
            y = rows.y(row)
            found = {role: value for role in roles if (value := unit.roles[role].criteria.get(criterion.id)) is not None}
            if len(found) > 1:
                axes.plot([min(found.values()), max(found.values())], [y, y], color=pen["muted"], linewidth=1.2, zorder=1)
            for role, value in found.items():
                mark = axes.plot(
                    [value],
                    [y],
                    _marker(roles, role),
                    color=_shade(pen, roles, role),
                    markeredgecolor=pen["paper"],
                    markeredgewidth=1,
                    markersize=11,
                    zorder=3,
                )[0]
                rows.tip(
                    mark,
                    words(
                        "tip_role",
                        role=names[role],
                        criterion=words.of(criterion.name),
                        value=words.score(value),
                        n=unit.roles[role].n,
                    ),
                )
        _key(rows, pen, roles, names)
    return rows.figure


def _marker(roles: list[str], role: str) -> str:
    return _MARKERS[roles.index(role) % len(_MARKERS)]


def _shade(pen: Pen, roles: list[str], role: str) -> str:
    """All roles are claims, so they share a colour family and differ in shape."""
    return pen[("claimed", "ink", "muted", "evidenced", "claimed", "ink")[roles.index(role) % 6]]


def _key(rows: Rows, pen: Pen, roles: list[str], names: dict[str, str]) -> None:
    """Shapes and names of the roles in one line above the drawing."""
    from rich.cells import cell_len

    x = 0.0
    for role in roles:
        y = 1 - 12 / rows.height
        shift = 6 / pen.width
        mark = rows.figure.add_artist(_line(x + shift, y, _marker(roles, role), _shade(pen, roles, role), rows))
        del mark
        rows.figure.text(x + 3 * shift, y, names[role], va="center_baseline", ha="left", color=pen["muted"], fontsize=11.5)
        x += (36 + cell_len(names[role]) * 6.4) / pen.width


def _line(x: float, y: float, marker: str, colour: str, rows: Rows):  # type: ignore[no-untyped-def]
    from matplotlib.lines import Line2D

    return Line2D([x], [y], marker=marker, color=colour, markersize=9, linestyle="none", transform=rows.figure.transFigure)
