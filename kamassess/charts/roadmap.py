"""Where the roadmap leads: each dimension now, and after each phase if its actions are done."""

from __future__ import annotations

from kamassess.charts.canvas import Pen, Sheet
from kamassess.charts.dimensions import scale_ticks
from kamassess.charts.marks import Look
from kamassess.charts.rows import Rows
from kamassess.instrument import Instrument
from kamassess.planning import PHASES
from kamassess.result import Roadmap

__all__ = ["plot_roadmap"]

_NEAR = 0.12
"""Two rings closer than this, in scale points, would lie on each other; the earlier one is left out."""


def plot_roadmap(roadmap: Roadmap, instrument: Instrument, pen: Pen) -> Sheet:
    """The whole and its dimensions in rows, the scale of the scores across.

    A dot marks where each stands, rings where it would stand after each phase, a line the target. Of rings that would lie on each
    other only the last is drawn.
    """
    words = pen.words
    ids = ["", *(dimension.id for dimension in instrument.dimensions if dimension.id in roadmap.targets)]
    of = {dimension.id: words.of(dimension.name) for dimension in instrument.dimensions}
    names = [of.get(name, words("roadmap_overall")) for name in ids]
    ticks, labels = scale_ticks(instrument, pen)
    pad = (ticks[-1] - ticks[0]) * (0.02 if pen.narrow else 0.06)
    rows = Rows(pen, names, ticks[0] - pad, ticks[-1] + pad, row_height=32)
    rows.grid(ticks, labels)
    stands = [roadmap.now, *roadmap.phases]
    months = [0, *(end for _, end in PHASES)]
    for row, name in enumerate(ids):
        y = rows.y(row)
        if name in roadmap.targets:
            rows.line([roadmap.targets[name]] * 2, [y - 0.26, y + 0.26], Look(line=pen["target"], width=2.2))
        points = [
            (value, month)
            for stand, month in zip(stands, months, strict=True)
            if stand is not None and (value := stand.dimensions[name] if name else stand.score) is not None
        ]
        if not points:
            continue
        (first, _), (last, _) = points[0], points[-1]
        rows.line([first, last], [y, y], Look(line=pen["claimed"], width=2, opacity=0.4), order=1)
        drawn = [place for place in points[1:-1] if first + _NEAR <= place[0] <= last - _NEAR]
        for value, month in [*drawn, *(points[-1:] if last >= first + _NEAR else [])]:
            tip = words("roadmap_tip_after", name=names[row], value=words.score(value), month=month)
            rows.dot(value, y, "o", 10, Look(pen["paper"], pen["claimed"], 1.8), order=3, tip=tip)
        tip = words("roadmap_tip_now", name=names[row], value=words.score(first, instrument.starts))
        rows.dot(first, y, "o", 12, Look(pen["claimed"], pen["claimed"]), order=4, tip=tip)
        _figure(rows, words.score(first, instrument.starts), first, y, left=True)
        if last >= first + _NEAR:
            _figure(rows, words.score(last, instrument.starts), last, y, left=False)
    return rows


def _figure(rows: Rows, text: str, value: float, y: float, *, left: bool) -> None:
    shift = -11 if left else 11
    rows.text(value, y, text, (shift, 0), ha="right" if left else "left", color=rows.pen["ink"], size=12, bold=not left)
