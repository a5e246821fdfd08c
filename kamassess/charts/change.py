"""From one wave to the next: where each score came from and went to, and what moved it.

Both drawings are of claims, so both have the colour of what is claimed. What is more than noise is drawn heavy and in bold, what
could be chance thin and dashed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from rich.cells import cell_len, set_cell_size

from kamassess.charts.canvas import SMALL, TEXT, Pen, Rows
from kamassess.instrument import LEVEL_TOLERANCE, Instrument
from kamassess.locale import Locale
from kamassess.result import Change, Interval, Part

__all__ = ["CAUSES", "ChangeRow", "exact", "plot_causes", "plot_changes", "signed", "signed_interval", "visible"]

CAUSES = ("real", "respondents", "instrument", "not_applicable")
"""The parts of a change, in the order in which they are shown."""

_DIGITS = 2
_LETTER = 0.56
_FIGURES, _CHANGE = 176, 118
"""Pixels at the right for the change with its interval, and from there to where the interval begins."""
_NARROW_FIGURES = 94
_ENTRY = 22
_DOT = 12
_DASHES = (0, (3, 2.5))
_THICK = 0.34
"""Height of a bar as a share of its row."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A row of a drawing: a block or a unit, what changed of it, and where it wants to be."""

    name: str
    change: Change
    target: float | None = None
    whole: bool = False
    """Whether it is the whole of which the others are parts."""


# -- figures -------------------------------------------------------------------------------------------------------------


def signed(words: Locale, value: float | None) -> str:
    """A change with its sign and two decimals, or the mark of a missing one.

    >>> from kamassess.locale import locale
    >>> signed(locale("en"), 0.5), signed(locale("en"), -1.234), signed(locale("en"), -0.001)
    ('+0.50', '−1.23', '0.00')
    """
    if value is None:
        return words.score(None)
    shown = words.number(abs(value), _DIGITS)
    if not visible(value):
        return shown
    return f"{'+' if value > 0 else '−'}{shown}"


def visible(value: float | None) -> bool:
    """Whether a number is more than nought in the decimals that are shown."""
    return value is not None and round(abs(value), _DIGITS) > 0


def signed_interval(words: Locale, ends: Interval) -> str:
    """Two ends of the interval of a change; of one that has no width, that it has none."""
    low, high = (signed(words, end) for end in ends)
    return words("change_no_spread") if low == high else words("change_interval", low=low, high=high)


def exact(words: Locale, value: float | None, starts: Sequence[float] = ()) -> str:
    """A score with the two decimals of its change; more where it would be rounded up to a level it has not reached.

    >>> from kamassess.locale import locale
    >>> exact(locale("en"), 1.954), exact(locale("en"), 1.9967, starts=[1, 2])
    ('1.95', '1.997')
    """
    if value is None:
        return words.score(None)
    digits = _DIGITS
    while digits < 9 and any(value + LEVEL_TOLERANCE < start <= round(value, digits) for start in starts):
        digits += 1
    return words.number(value, digits)


# -- from then to now ----------------------------------------------------------------------------------------------------


def plot_changes(entries: Sequence[ChangeRow], instrument: Instrument, waves: tuple[str, str], pen: Pen) -> Figure:
    """Scores of two waves in rows: a hollow dot then, a filled one now, and an arrow between them where there is room.

    Parameters
    ----------
    entries
        From top to bottom.
    instrument
        Of the later wave; its scale is drawn.
    waves
        Names of the earlier and the later wave.
    """
    words = pen.words
    ticks, labels = _scale(instrument, pen)
    key = _Key(pen, _entries(entries, waves, pen))
    rows = _rows(entries, ticks[0], ticks[-1], 0.02 if pen.narrow else 0.06, key.height, pen)
    key.draw(rows)
    rows.grid(ticks, labels)
    _heading(rows, words("chart_change_column_short" if pen.narrow else "chart_change_column"))
    with rows.drawing():
        for row, entry in enumerate(entries):
            _target(rows, row, entry)
            _movement(rows, row, entry, waves, instrument)
    return rows.figure


def _movement(rows: Rows, row: int, entry: ChangeRow, waves: tuple[str, str], instrument: Instrument) -> None:
    """Both dots of a row, the way between them, and the change in figures."""
    pen, words, axes, y = rows.pen, rows.pen.words, rows.axes, rows.y(row)
    change = entry.change
    before, after = change.before, change.after
    if before is not None:
        axes.plot([before], [y], "o", markersize=_DOT, zorder=3, **_hollow(pen))
    if before is not None and after is not None:
        _arrow(rows, y, before, after, certain=change.certain)
    if after is not None:
        point = axes.plot([after], [y], "o", color=pen["claimed"], markersize=_DOT, zorder=5)[0]
        shown = [exact(words, value, instrument.starts) for value in (before, after)]
        values = {"before": shown[0], "after": shown[1], "since": waves[0], "wave": waves[1]}
        rows.tip(point, words("tip_change", name=entry.name, **values))
    if change.difference is not None:
        _figures(rows, y, signed(words, change.difference), change.ci, strong=change.certain)
        return
    at = before if before is not None else after
    left = at is not None and at > (rows.low + rows.high) / 2 and pen.narrow
    _note(rows, at if at is not None else instrument.starts[0], y, words(f"reason_{change.reason}"), beside=at is not None, left=left)


def _arrow(rows: Rows, y: float, before: float, after: float, *, certain: bool) -> None:
    """The way from dot to dot, with a head where there is room for one."""
    pen, pixel = rows.pen, _pixel(rows)
    way = (after - before) / pixel
    if abs(way) < _DOT + 2:
        return
    sign = 1 if way > 0 else -1
    look: dict[str, Any] = {"linewidth": 3.2} if certain else {"linewidth": 1.6, "linestyle": _DASHES}
    start, end = before + sign * pixel * _DOT / 2, after - sign * pixel * _DOT / 2
    rows.axes.plot([start, end], [y, y], color=pen["claimed"], solid_capstyle="butt", zorder=2, **look)
    if abs(way) > 2.2 * _DOT:
        tip = after - sign * pixel * (_DOT / 2 + 5)
        rows.axes.plot([tip], [y], ">" if way > 0 else "<", color=pen["claimed"], markersize=9, markeredgewidth=0, zorder=4)


def _target(rows: Rows, row: int, entry: ChangeRow) -> None:
    if entry.target is None:
        return
    pen, y = rows.pen, rows.y(row)
    ends = [y - 0.24, y + 0.24]
    mark = rows.axes.plot([entry.target] * 2, ends, color=pen["target"], linewidth=2.2, solid_capstyle="butt", zorder=1)[0]
    rows.tip(mark, pen.words("tip_target", name=entry.name, value=pen.words.score(entry.target)))


def _scale(instrument: Instrument, pen: Pen) -> tuple[list[float], list[str]]:
    """The options of the scale, named where there is room; only its ends for a model with many options or several scales."""
    words = pen.words
    scales = {question.scale.id: question.scale for question in instrument.questions.values()}
    scale = next(iter(scales.values()))
    if len(scales) == 1 and len(scale.options) <= 6:
        short = [words.short(value) for value in scale.values]
        named = [f"{value} {words.of(option.label)}" for value, option in zip(short, scale.options, strict=True)]
        return list(scale.values), short if pen.narrow else named
    ends = [min(scale.minimum for scale in scales.values()), max(scale.maximum for scale in scales.values())]
    return ends, [words.short(end) for end in ends]


# -- what moved it -------------------------------------------------------------------------------------------------------


def plot_causes(entries: Sequence[ChangeRow], pen: Pen) -> Figure:
    """What moved each score, in scale points from nought: real change first, then the other causes; a dot is their sum.

    Where real change may not be told from a change of people, both are one bar. Only rows with a change may be drawn.
    """
    words = pen.words
    shown = [cause for cause in CAUSES if any(visible(getattr(entry.change, cause).value) for entry in entries)]
    together = any(entry.change.real.value is None for entry in entries)
    key = _Key(pen, _cause_entries([*shown, *(["comparable"] if together else [])], pen))
    low, high = _reach(entries)
    ticks = [float(tick) for tick in MaxNLocator(nbins=4 if pen.narrow else 6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]
    rows = _rows(entries, ticks[0], ticks[-1], 0.02, key.height, pen)
    key.draw(rows)
    rows.grid(ticks, [_tick(words, tick) for tick in ticks])
    _heading(rows, words("chart_real_column_short" if pen.narrow else "chart_real_column"))
    with rows.drawing() as axes:
        axes.plot([0, 0], [-0.5, len(entries) - 0.5], color=pen["muted"], linewidth=1.2, zorder=1)
        for row, entry in enumerate(entries):
            _causes(rows, row, entry)
    return rows.figure


def _causes(rows: Rows, row: int, entry: ChangeRow) -> None:
    """The bars of one row from nought to both sides, their sum, and the real part in figures."""
    pen, words, axes, y = rows.pen, rows.pen.words, rows.axes, rows.y(row)
    change = entry.change
    ends = {1: 0.0, -1: 0.0}
    for cause, part in _bars(change):
        value = part.value or 0.0
        if not visible(value):
            continue
        sign = 1 if value > 0 else -1
        bar = Rectangle((ends[sign], y - _THICK / 2), value, _THICK, transform=axes.transData, **_bar_look(pen, cause))
        axes.add_artist(bar)
        ends[sign] += value
        rows.tip(bar, words("tip_cause", name=entry.name, cause=words(f"cause_{cause}"), value=_with_interval(words, part)))
    if change.real.ci:
        axes.plot(change.real.ci, [y, y], color=pen["ink"], linewidth=1.4, solid_capstyle="butt", zorder=4)
    dot = {"markeredgecolor": pen["paper"], "markeredgewidth": 1.2, "markerfacecolor": pen["ink"]}
    total = axes.plot([change.difference], [y], "o", markersize=9, zorder=5, **dot)[0]
    rows.tip(total, words("tip_cause", name=entry.name, cause=words("cause_total"), value=signed(words, change.difference)))
    if change.real.value is not None:
        _figures(rows, y, signed(words, change.real.value), change.real.ci, strong=_sure(change.real.ci))
    else:
        _figures(rows, y, words("chart_not_shown"), None, strong=False)


def _bars(change: Change) -> list[tuple[str, Part]]:
    """The parts of a change that are known, by cause."""
    if change.real.value is None:
        known: tuple[str, ...] = ("comparable", *CAUSES[2:])
    else:
        known = CAUSES
    return [(cause, part) for cause in known if (part := getattr(change, cause)).value is not None]


def _bar_look(pen: Pen, cause: str) -> dict[str, Any]:
    """Filled for real change; the others are told apart by their edges."""
    if cause == "real":
        return {"facecolor": pen["claimed"], "edgecolor": pen["claimed"], "linewidth": 1.4}
    if cause == "comparable":
        return {"facecolor": pen["line"], "edgecolor": pen["claimed"], "linewidth": 1.4}
    edge: dict[str, Any] = {
        "respondents": {"edgecolor": pen["claimed"], "linestyle": "solid"},
        "instrument": {"edgecolor": pen["ink"], "linestyle": (0, (4, 2))},
        "not_applicable": {"edgecolor": pen["ink"], "linestyle": (0, (1, 1.5))},
    }[cause]
    return {"facecolor": pen["paper"], "linewidth": 1.4, **edge}


def _reach(entries: Sequence[ChangeRow]) -> tuple[float, float]:
    """From the lowest to the highest end of any bar, interval or sum; never less than a quarter of a point to each side."""
    low, high = -0.25, 0.25
    for entry in entries:
        values = [part.value or 0.0 for _, part in _bars(entry.change)]
        ends = [sum(value for value in values if value < 0), sum(value for value in values if value > 0)]
        ends += [entry.change.difference or 0.0, *(entry.change.real.ci or ())]
        low, high = min(low, *ends), max(high, *ends)
    return low, high


def _tick(words: Locale, value: float) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{words.short(abs(round(value, 6)))}"


def _with_interval(words: Locale, part: Part) -> str:
    value = signed(words, part.value)
    return words("score_interval", score=value, interval=signed_interval(words, part.ci)) if part.ci else value


def _sure(ends: Interval | None) -> bool:
    return ends is not None and (ends[0] > 0 or ends[1] < 0)


# -- what both share -----------------------------------------------------------------------------------------------------


def _rows(entries: Sequence[ChangeRow], low: float, high: float, pad: float, key: int, pen: Pen) -> Rows:
    """Rows with room for figures at the right: beside the scale, on a phone within it."""
    low, high = low - (high - low) * pad, high + (high - low) * pad
    if pen.narrow:
        full = pen.width - 24
        high += (high - low) * _NARROW_FIGURES / (full - _NARROW_FIGURES)
    most = int((pen.width - 8) / (TEXT * _LETTER))
    names = [_cut(entry.name, most) if pen.narrow else entry.name for entry in entries]
    rows = Rows(pen, names, low, high, row_height=34, top=30 + key, right=_FIGURES, label_width=204)
    for text, entry in zip(rows.figure.texts, entries, strict=True):
        text.set_fontweight("bold" if entry.whole else "normal")
    return rows


def _cut(name: str, most: int) -> str:
    return name if cell_len(name) <= most else f"{set_cell_size(name, most - 1).rstrip()}…"


def _pixel(rows: Rows) -> float:
    """Scale points that a pixel is wide."""
    taken = 24 if rows.stacked else rows.label_width + rows.right
    return (rows.high - rows.low) / (rows.pen.width - taken)


def _figures(rows: Rows, y: float, value: str, ends: Interval | None, *, strong: bool) -> None:
    """A number at the right in bold if it is sure, with its interval beside it or, on a phone, below it."""
    pen = rows.pen
    interval = signed_interval(pen.words, ends) if ends else ""
    at: dict[str, Any] = {"textcoords": "offset pixels", "va": "center_baseline", "annotation_clip": False}
    look: dict[str, Any] = {"fontweight": "bold", "color": pen["ink"]} if strong else {"color": pen["muted"]}
    if rows.stacked:
        rows.axes.annotate(value, (rows.high, y), (12, 7 if interval else 0), ha="right", fontsize=12, **at, **look)
        rows.axes.annotate(interval, (rows.high, y), (12, -8), ha="right", fontsize=SMALL, color=pen["muted"], **at)
        return
    edge = _FIGURES - _CHANGE
    rows.axes.annotate(value, (rows.high, y), (edge, 0), ha="right", fontsize=12, **at, **look)
    if interval:
        rows.axes.annotate(interval, (rows.high, y), (edge + 10, 0), ha="left", fontsize=SMALL, color=pen["muted"], **at)


def _heading(rows: Rows, text: str) -> None:
    """The name of the column of figures."""
    edge = 12 if rows.stacked else _FIGURES - 2
    look: dict[str, Any] = {"ha": "right", "va": "baseline", "fontsize": SMALL, "color": rows.pen["muted"]}
    with rows.drawing() as axes:
        axes.annotate(text, (rows.high, -0.5), (edge, 8), textcoords="offset pixels", annotation_clip=False, **look)


def _note(rows: Rows, x: float, y: float, text: str, *, beside: bool, left: bool) -> None:
    """Why a row has no change, beside the one dot it has."""
    shift = (-1 if left else 1) * (_DOT if beside else 0)
    look: dict[str, Any] = {"ha": "right" if left else "left", "va": "center_baseline", "color": rows.pen["muted"], "fontsize": 12}
    rows.axes.annotate(text, (x, y), (shift, 0), textcoords="offset pixels", annotation_clip=False, **look)


def _hollow(pen: Pen) -> dict[str, Any]:
    return {"markerfacecolor": pen["paper"], "markeredgecolor": pen["claimed"], "markeredgewidth": 1.8}


_Mark = Callable[[Rows, float, float], None]
"""Draws the mark of an entry of the key at pixels from the left and from the top."""


def _entries(entries: Sequence[ChangeRow], waves: tuple[str, str], pen: Pen) -> list[tuple[_Mark, str]]:
    """Key of dots and lines; of what occurs."""
    words = pen.words
    found = [
        (_mark([0.0], marker="o", markersize=_DOT - 1, **_hollow(pen)), waves[0]),
        (_mark([0.0], marker="o", markersize=_DOT - 1, color=pen["claimed"]), waves[1]),
    ]
    changes = [entry.change for entry in entries if entry.change.difference is not None]
    if any(change.certain for change in changes):
        found.append((_mark([-8.0, 8.0], color=pen["claimed"], linewidth=3.2), words("key_sure")))
    if any(not change.certain for change in changes):
        found.append((_mark([-8.0, 8.0], color=pen["claimed"], linewidth=1.6, linestyle=_DASHES), words("key_chance")))
    if any(entry.target is not None for entry in entries):
        found.append((_mark([0.0, 0.0], [-6.0, 6.0], color=pen["target"], linewidth=2.2), words("key_target")))
    return found


def _cause_entries(causes: Sequence[str], pen: Pen) -> list[tuple[_Mark, str]]:
    """Key of bars; of what occurs."""
    dot = _mark([0.0], marker="o", markersize=8, markerfacecolor=pen["ink"], markeredgewidth=0)
    return [*((_swatch(pen, cause), pen.words(f"cause_{cause}")) for cause in causes), (dot, pen.words("cause_total"))]


def _mark(xs: Sequence[float], ys: Sequence[float] = (), **look: Any) -> _Mark:
    def draw(rows: Rows, x: float, y: float) -> None:
        width, height, figure = rows.pen.width, rows.height, rows.figure
        places = [(x + dx) / width for dx in xs], [1 - (y + dy) / height for dy in ys or [0.0] * len(xs)]
        figure.add_artist(Line2D(*places, transform=figure.transFigure, **({"linestyle": "none"} if "marker" in look else {}), **look))

    return draw


def _swatch(pen: Pen, cause: str) -> _Mark:
    def draw(rows: Rows, x: float, y: float) -> None:
        width, height, figure = rows.pen.width, rows.height, rows.figure
        corner = ((x - 8) / width, 1 - (y + 5) / height)
        figure.add_artist(Rectangle(corner, 16 / width, 10 / height, transform=figure.transFigure, **_bar_look(pen, cause)))

    return draw


class _Key:
    """What the marks mean, in lines above the drawing."""

    def __init__(self, pen: Pen, entries: Sequence[tuple[_Mark, str]]) -> None:
        self.entries = entries
        self.places: list[tuple[int, float]] = []
        line, x = 0, 0.0
        for _, name in entries:
            width = 42 + cell_len(name) * SMALL * _LETTER
            if x and x + width > pen.width:
                line, x = line + 1, 0.0
            self.places.append((line, x))
            x += width
        self.height = _ENTRY * (line + 1)

    def draw(self, rows: Rows) -> None:
        """Draw it at the top."""
        with rows.drawing():
            for (mark, name), (line, x) in zip(self.entries, self.places, strict=True):
                from_top = 12 + _ENTRY * line
                mark(rows, x + 10, from_top)
                look: dict[str, Any] = {"va": "center_baseline", "ha": "left", "color": rows.pen["muted"], "fontsize": SMALL}
                rows.figure.text((x + 24) / rows.pen.width, 1 - from_top / rows.height, name, **look)
