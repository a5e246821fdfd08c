"""The results as a reader sees them: ratios first, then the medians they come from; on the terminal, as Markdown and as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from measure import Spent
from rich.console import Console
from rich.table import Table

__all__ = ["Figure", "Part", "Ratio", "Results", "as_json", "as_markdown", "print_results"]

_NOISY = 0.15
_SMALL = 0.1
Form: TypeAlias = Literal["times", "percent", "per_second", "mebibytes", "milliseconds"]
_UNITS: Mapping[Form, str] = {"times": "×", "per_second": "/s", "mebibytes": "MiB", "milliseconds": "ms"}
_RATIO_HEADS = ("What", "Ratio", "Goal", "What it says")
_FIGURE_HEADS = ("What", "CPU", "Elapsed", "What it includes")


@dataclass(frozen=True)
class Ratio:
    """One number to remember; ``means`` says of what, ``at_least`` or ``at_most`` what it should be."""

    name: str
    value: float
    means: str
    form: Form = "times"
    at_least: float | None = None
    at_most: float | None = None

    def __str__(self) -> str:
        return self._shown(self.value)

    @property
    def goal(self) -> str:
        """What it should be, and whether it is; nothing where no goal is set."""
        if self.at_least is not None:
            return f"≥ {self._shown(self.at_least)}: {'met' if self.value >= self.at_least else 'missed'}"
        if self.at_most is not None:
            return f"≤ {self._shown(self.at_most)}: {'met' if self.value <= self.at_most else 'missed'}"
        return ""

    def _shown(self, value: float) -> str:
        if self.form == "percent":
            return f"{value:.1%}" if abs(value) < _SMALL else f"{value:.0%}"
        return f"{_significant(value)} {_UNITS[self.form]}"


@dataclass(frozen=True)
class Figure:
    """The median cost of something; ``includes`` says what is in it and what is not."""

    name: str
    spent: Spent
    includes: str


@dataclass(frozen=True)
class Part:
    """One question that the benchmark answers."""

    title: str
    ratios: tuple[Ratio, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Results:
    """A whole run. ``others`` is how many cores something else kept busy meanwhile."""

    machine: Mapping[str, str]
    repeat: int
    others: float
    parts: tuple[Part, ...]

    def circumstances(self) -> Iterator[str]:
        """On what, and how undisturbed, this was measured."""
        yield f"{', '.join(f'{name} {value}' for name, value in self.machine.items())}."
        yield (
            f"Medians of {self.repeat} runs, where nothing else is said."
            if self.repeat > 1
            else "One run of each: a smoke test, no result."
        )
        noisy = " That is too much for these numbers to be final." if self.others > _NOISY else ""
        yield f"Other programs kept {self.others:.2f} cores busy meanwhile.{noisy}"


def seconds(value: float) -> str:
    """A duration in the unit it is read in.

    >>> seconds(12.34), seconds(0.0561), seconds(0.0034)
    ('12.3 s', '56 ms', '3.4 ms')
    """
    return f"{_significant(value)} s" if abs(value) >= 1 else f"{_significant(1000 * value)} ms"


def _significant(value: float) -> str:
    digits = 0 if abs(value) >= 20 else 1 if abs(value) >= 3 else 2
    return f"{value:.{digits}f}"


def print_results(results: Results, console: Console) -> None:
    """Write all tables to a terminal."""
    for part in results.parts:
        console.print(_table(part.title, _RATIO_HEADS, _ratio_rows(part)))
    for part in results.parts:
        if part.figures:
            console.print(_table(f"{part.title}: medians", _FIGURE_HEADS, _figure_rows(part)))
        for note in part.notes:
            console.print(note)
    for line in results.circumstances():
        console.print(line)


def _table(title: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left")
    for at, head in enumerate(heads):
        words = at in (0, len(heads) - 1)
        table.add_column(head, justify="left" if words else "right", no_wrap=not words)
    for row in rows:
        table.add_row(*row)
    return table


def as_markdown(results: Results) -> str:
    """All tables as Markdown."""
    lines = ["# Benchmark results", "", "Written by `make bench`; [README.md](README.md) says how to read it.", ""]
    lines += [*results.circumstances(), "", "## Ratios", ""]
    for part in results.parts:
        lines += [f"### {part.title}", "", *_markdown_table(_RATIO_HEADS, _ratio_rows(part)), ""]
    lines += ["## Medians", ""]
    for part in results.parts:
        lines += [f"### {part.title}", ""]
        lines += [*_markdown_table(_FIGURE_HEADS, _figure_rows(part)), ""] if part.figures else []
        lines += [line for note in part.notes for line in (note, "")]
    return "\n".join(lines)


def _ratio_rows(part: Part) -> list[tuple[str, ...]]:
    return [(ratio.name, str(ratio), ratio.goal, ratio.means) for ratio in part.ratios]


def _figure_rows(part: Part) -> list[tuple[str, ...]]:
    return [(figure.name, seconds(figure.spent.cpu), seconds(figure.spent.wall), figure.includes) for figure in part.figures]


def _markdown_table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    rule = ["---" if at in (0, len(heads) - 1) else "--:" for at in range(len(heads))]
    return [f"| {' | '.join(cells)} |" for cells in (heads, rule, *rows)]


def as_json(results: Results) -> str:
    """All numbers, unrounded."""
    return json.dumps({"schema": "kamassess.bench/2", **dataclasses.asdict(results)}, ensure_ascii=False, indent=1) + "\n"
