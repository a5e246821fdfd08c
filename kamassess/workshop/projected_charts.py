"""What is drawn on the projector: how a question was answered, by role, and where the dimensions stand.

Large figures and few words: it is read from the back of a room. Colour and shape mean what they mean in a report; what the room
votes is a claim too, so it is drawn in that colour, hollow; what it agrees on has the colour of what is to be done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from kamassess.charts.canvas import Pen, Sheet, Surface, cut, wrap
from kamassess.charts.marks import Look
from kamassess.charts.rows import Rows
from kamassess.instrument import Question
from kamassess.reading.answer_words import value_text
from kamassess.result.reasons import Interval
from kamassess.workshop.shown import Spread

__all__ = ["WORDS", "Levels", "plot_levels", "plot_votes"]

WORDS = ("DK", "NA")
"""Answers that are no option."""


@dataclass(frozen=True, slots=True)
class Levels:
    """What is known of one thing, each on the scale of the scores; None where it is not.

    ``claimed`` (with its ``interval``) is the survey's, ``evidenced`` and ``measured`` are what documents and data show;
    ``voted`` and ``agreed`` are the room's. ``why_not`` says in words why there is none of them.
    """

    claimed: float | None = None
    interval: Interval | None = None
    voted: float | None = None
    agreed: float | None = None
    evidenced: float | None = None
    measured: float | None = None
    target: float | None = None
    why_not: str = ""

    @property
    def known(self) -> bool:
        """Whether there is anything to draw."""
        shown = (self.claimed, self.voted, self.agreed, self.evidenced, self.measured)
        return any(value is not None for value in shown)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of votes: whose, how many, and of the round before."""

    name: str
    counts: Mapping[str, int]
    before: Mapping[str, int] | None
    height: int
    size: float

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    def share(self, key: str) -> float:
        return self.counts[key] / self.n if self.n else 0.0

    def share_before(self, key: str) -> float:
        whole = sum(self.before.values()) if self.before else 0
        return self.before[key] / whole if self.before and whole else 0.0


def plot_votes(
    found: Spread, before: Spread | None, question: Question, levels: Levels, roles: Mapping[str, str], agreed: str, pen: Pen
) -> Sheet:
    """Options across, and above each how many chose it: of everybody, and of each role that may be shown.

    Parameters
    ----------
    found, before
        A spread whose whole is shown, and that of the round before, drawn hollow beside it; None where there is none.
    question
        What was asked.
    levels
        Marks below everybody's answers, on the options as a scale.
    roles
        Names of roles by id.
    agreed
        The answer that the room agreed on, or nothing; its column is marked.
    """
    if found.whole is None:
        raise ValueError(f"too few answered {found.question} for anything to be drawn")
    whole, earlier = found.whole, before.whole if before else None
    options = [value_text(value) for value in question.scale.values]
    columns = options + [word for word in WORDS if whole[word] or (earlier and earlier[word])]
    tall, low = (66, 40) if pen.narrow else (80, 48)
    rows = [_Row(pen.words("wl_everybody"), whole, earlier, tall, 15 if pen.narrow else 24)]
    for role, counts in found.roles.items():
        rows.append(_Row(roles[role], counts, before.roles.get(role) if before else None, low, 13 if pen.narrow else 19))
    return _Votes(pen, question, columns, rows, levels, agreed).sheet


class _Votes:
    """The drawing of one question: everything stands at pixels."""

    def __init__(
        self, pen: Pen, question: Question, columns: Sequence[str], rows: Sequence[_Row], levels: Levels, agreed: str
    ) -> None:
        self.pen, self.question, self.columns, self.agreed = pen, question, columns, agreed
        self.left = 4 if pen.narrow else 158
        self.head, self.strip, self.title = (40, 26, 18) if pen.narrow else (58, 28, 0)
        self.wide = (pen.width - self.left - 4) / len(columns)
        height = self.head + sum(row.height + self.title + 8 for row in rows) + self.strip
        self.sheet = Sheet(pen, height, (0, 1), (0, 1), left=0, right=0, top=0, bottom=0)
        self.on: Surface = self.sheet.beside
        self._columns(height)
        top = float(self.head)
        tallest = [max(row.share(key) for key in columns) for row in rows]
        before = [max(row.share_before(key) for key in columns) for row in rows]
        for index, row in enumerate(rows):
            alike = slice(1, None) if index else slice(1)  # roles are compared with each other
            self._row(row, top, max(*tallest[alike], *before[alike], 0.01))
            top += row.height + self.title + 8
            if index == 0:
                self._levels(levels, top)
                top += self.strip

    def middle(self, column: float) -> float:
        """Where the middle of a column stands."""
        return self.left + (column + 0.5) * self.wide

    def _columns(self, height: int) -> None:
        pen, words = self.pen, self.pen.words
        labels = {value_text(option.value): option.label for option in self.question.scale.options}
        longest = max(cell_len(words.of(label)) for label in labels.values())
        small = next((size for size in (13, 11.5) if longest * size * 0.54 < self.wide - 4), 0.0)
        for index, key in enumerate(self.columns):
            x, taken = self.middle(index), key == self.agreed
            if taken:
                self.on.box(x - self.wide / 2, 0, self.wide, height, Look(pen["wash"]), order=0)
                self.on.box(x - self.wide / 2, 0, self.wide, 3, Look(pen["accent"]), order=0)
            name = key if key in labels else words(f"wl_answer_{key.lower()}")
            colour = pen["accent"] if taken else pen["ink"]
            size = (16 if pen.narrow else 21) if key in labels else (11.5 if pen.narrow else 13)
            head = wrap(f"✓ {name}" if taken else name, self.wide - 4, size)
            self.on.text(x, 18 if pen.narrow else 23, head, color=colour, size=size, bold=key in labels, ha="center")
            if key in labels and small:  # else the numbers stand alone, and the options are told beside the drawing
                self.on.text(x, 35 if pen.narrow else 44, words.of(labels[key]), size=small, ha="center")

    def _row(self, row: _Row, top: float, most: float) -> None:
        pen, words = self.pen, self.pen.words
        base = top + self.title + row.height + 4
        if pen.narrow:
            said = words("wl_row", name=cut(row.name, 34), n=row.n)
            self.on.text(self.left, top + 12, said, color=pen["ink"], size=13, bold=row.size > 14)
        else:
            size = 16 if wrap(row.name, self.left - 20, 16).count("\n") < 2 else 12
            name = "\n".join(wrap(row.name, self.left - 20, size).split("\n")[:3])
            y = base - row.height / 2
            self.on.text(0, y - 8, name, color=pen["ink"], size=size, bold=row.size > 20, spacing=1.1)
            self.on.text(0, y + size * 0.63 * (1 + name.count("\n")), words("n", n=row.n), size=13)
        self.on.line([self.left, pen.width - 4], [base, base], Look(line=pen["line"], width=1.4), order=1)
        room = row.height - row.size - 2
        for index, key in enumerate(self.columns):
            x, thick = self.middle(index), min(self.wide * 0.56, 76)
            look = Look(pen["paper"], pen["muted"], 1.4, dashes=(2, 2)) if key in WORDS else Look(pen["claimed"])
            if row.before is not None:
                half = thick * 0.54
                hollow = Look(pen["paper"], pen["claimed"], 1.6, dashes=(3, 2))
                self._bar(
                    x - half - 1,
                    half - 2,
                    base,
                    room * row.share_before(key) / most,
                    row.before[key],
                    hollow,
                    row.size * 0.72,
                )
                x, thick = x + half / 2 + 1, half
            self._bar(x - thick / 2, thick, base, room * row.share(key) / most, row.counts[key], look, row.size, main=True)

    def _bar(
        self, left: float, wide: float, base: float, high: float, count: int, look: Look, size: float, *, main: bool = False
    ) -> None:
        if not count:
            return
        self.on.box(left, base - high, wide, high, look, order=2)
        colour = self.pen["ink"] if main else self.pen["muted"]
        number = self.pen.words.short(count)
        self.on.text(left + wide / 2, base - high - 3, number, color=colour, size=size, bold=main, ha="center", va="baseline")

    def _levels(self, levels: Levels, top: float) -> None:
        """The options as a scale, with what else is known of the same thing."""
        pen, y = self.pen, top + self.strip / 2
        values = self.question.scale.values
        self.on.line([self.middle(0), self.middle(len(values) - 1)], [y, y], Look(line=pen["muted"], width=1.2), order=1)
        for index in range(len(values)):
            self.on.line([self.middle(index)] * 2, [y - 3, y + 3], Look(line=pen["muted"], width=1.2), order=1)
        for kind, shape, size, look in _marks(pen):
            level = getattr(levels, kind)
            if level is not None and values[0] <= level <= values[-1]:
                self.on.dot(self.middle(_place(values, level)), y, shape, size, look, order=3)


def _marks(pen: Pen) -> list[tuple[str, str, float, Look]]:
    """How each kind of knowledge is drawn; what comes later lies above."""
    return [
        ("evidenced", "s", 13, Look(pen["paper"], pen["evidenced"], 2.6)),
        ("measured", "D", 11.5, Look(pen["measured"], pen["measured"])),
        ("claimed", "o", 14, Look(pen["claimed"], pen["claimed"])),
        ("voted", "o", 20, Look("", pen["claimed"], 3)),
    ]


def _place(values: Sequence[float], level: float) -> float:
    """Where a level stands between the columns of the options."""
    at = max(index for index, value in enumerate(values) if value <= level)
    return at if at == len(values) - 1 else at + (level - values[at]) / (values[at + 1] - values[at])


def plot_levels(
    names: Sequence[str], levels: Sequence[Levels], ends: tuple[float, float], starts: Sequence[float], pen: Pen
) -> Sheet:
    """Dimensions in rows, and on the scale across what people said, voted and agreed, and what documents and data show.

    Claims stand above, what was agreed in the middle with its figure, what is shown below. ``starts`` are those of the levels.
    """
    words, (low, high) = pen.words, ends
    pad = (high - low) * 0.05
    rows = Rows(pen, names, low - pad, high + pad, row_height=64, label_width=200, top=28)
    ticks = [float(value) for value in range(int(low), int(high) + 1)] if high - low <= 10 else [low, high]
    rows.grid(ticks, [words.short(value) for value in ticks])
    lane = 0.19 if rows.stacked else 0.3
    for row, found in enumerate(levels):
        y = rows.y(row)
        if found.target is not None:
            far = lane + 0.12
            rows.line([found.target] * 2, [y - far, y + far], Look(line=pen["target"], width=2.4, cap="butt"), order=2)
        if not found.known:
            _said(rows, found.why_not or words("wl_nothing_known"), low, y, found.target)
        if found.claimed is not None and found.interval:
            rows.line(found.interval, [y - lane] * 2, Look(line=pen["claimed"], width=4, cap="round", opacity=0.35))
        for kind, shape, size, look in _marks(pen):
            value = getattr(found, kind)
            if value is not None:
                rows.dot(value, y + (lane if kind in ("evidenced", "measured") else -lane), shape, size, look, order=4)
        if found.agreed is not None:
            text = words.score(found.agreed, starts)
            _agreed(rows, found.agreed, text, y, left=found.agreed > high - (high - low) * 0.2 or _near(found, high - low))
    return rows


def _said(rows: Rows, text: str, low: float, y: float, target: float | None) -> None:
    """Words on the scale, which neither the lines of the grid nor that of the target strikes through."""
    left, top = rows.place(low, y)
    room, right = rows.pen.width - left, rows.pen.width
    if target is not None:
        aim = rows.place(target, y)[0]
        left, room = (
            (left, aim - left - 8) if aim - left > right - aim or _wide(text) < aim - left - 8 else (aim + 6, right - aim - 8)
        )
    lines = wrap(text, room, _SAID)
    tall = 17 * (1 + lines.count("\n")) + 5
    rows.beside.box(left - 2, top - tall / 2, max(map(_wide, lines.split("\n"))), tall, Look(rows.pen["paper"]), order=2)
    rows.beside.text(left + 2, top, lines, size=_SAID, spacing=1.2)


def _wide(text: str) -> float:
    """About how many pixels words take."""
    return sum(1.0 if cell_len(letter) > 1 else 0.48 for letter in text) * _SAID + 8


_SAID = 13


def _agreed(rows: Rows, level: float, text: str, y: float, *, left: bool) -> None:
    """What was agreed, with its figure on the side where there is room."""
    colour = rows.pen["accent"]
    rows.dot(level, y, "^", 15, Look(colour, colour), order=5)
    shift = (-13 if left else 13, 0)
    rows.text(level, y, text, shift, color=colour, size=16, bold=True, ha="right" if left else "left")


def _near(found: Levels, span: float) -> bool:
    """Whether the target stands where the figure of what was agreed would."""
    return found.target is not None and found.agreed is not None and found.agreed <= found.target < found.agreed + span * 0.14
