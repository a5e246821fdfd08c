"""The chart for the board: claimed score with its interval, and target, of every dimension."""

from __future__ import annotations

from matplotlib.figure import Figure

from kamassess.charts.canvas import Pen, Rows
from kamassess.instrument import Instrument
from kamassess.result import UnitResult

__all__ = ["plot_dimensions"]


def plot_dimensions(unit: UnitResult, instrument: Instrument, pen: Pen) -> Figure:
    """Dimensions in rows, the scale of the scores across.

    A dimension without a score has its reason in words in place of a mark.
    """
    words = pen.words
    names = [words.of(dimension.name) for dimension in instrument.dimensions]
    low, high = _ends(instrument)
    pad = (high - low) * (0.02 if pen.narrow else 0.06)
    rows = Rows(pen, names, low - pad, high + pad, row_height=34 if pen.narrow else 40)
    ticks, labels = _levels(instrument, pen)
    rows.grid(ticks, labels)
    with rows.drawing() as axes:
        for row, dimension in enumerate(instrument.dimensions):
            block, y = unit.dimensions[dimension.id], rows.y(row)
            target = unit.targets.get(dimension.id)
            if target is not None:
                mark = axes.plot(
                    [target, target], [y - 0.24, y + 0.24], color=pen["target"], linewidth=2.2, solid_capstyle="butt", zorder=3
                )[0]
                rows.tip(mark, words("tip_target", name=names[row], value=words.score(target)))
            if block.score is None:
                axes.text(low, y, words(f"reason_{block.reason}"), color=pen["muted"], va="center", ha="left", fontsize=12)
                continue
            if block.ci:
                axes.plot(block.ci, [y, y], color=pen["claimed"], linewidth=4, alpha=0.4, solid_capstyle="round", zorder=2)
            point = axes.plot([block.score], [y], "o", color=pen["claimed"], markersize=13, zorder=4)[0]
            tip = words("tip_claimed", name=names[row], value=words.score(block.score, instrument.starts), n=block.n)
            if block.ci:
                tip += words("tip_interval", interval=words.interval(*block.ci))
            rows.tip(point, tip)
            x = max(block.score, block.ci[1] if block.ci else block.score)
            if target is not None and abs(x - target) < (high - low) * 0.04:
                x = max(x, target)
            axes.annotate(
                words.score(block.score, instrument.starts),
                (x, y),
                (11, 0),
                textcoords="offset pixels",
                va="center",
                ha="left",
                color=pen["ink"],
                fontsize=12,
                fontweight="bold",
            )
    return rows.figure


def _ends(instrument: Instrument) -> tuple[float, float]:
    scales = [
        question.scale
        for dimension in instrument.dimensions
        for criterion in dimension.criteria
        for question in criterion.questions
    ]
    return min(scale.minimum for scale in scales), max(scale.maximum for scale in scales)


def _levels(instrument: Instrument, pen: Pen) -> tuple[list[float], list[str]]:
    """Where the levels begin, named where there is room; the ends of the scale for a model with many levels."""
    low, high = _ends(instrument)
    if 2 <= len(instrument.levels) <= 6:
        starts = [max(low, min(high, level.start)) for level in instrument.levels]
        names = [str(level.level) if pen.narrow else f"{level.level} {pen.words.of(level.name)}" for level in instrument.levels]
        return starts, names
    return [low, high], [pen.words.short(low), pen.words.short(high)]
