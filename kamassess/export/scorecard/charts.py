"""Native charts, that a reader can change: dimensions against their target, effort by phase, units beside each other."""

from __future__ import annotations

from typing import Any

from kamassess.export.scorecard.book import Book
from kamassess.export.scorecard.grid import Area
from kamassess.instrument import scale_ends
from kamassess.sections.drawn import dimensions_title
from kamassess.sections.view import ResultView, View

__all__ = ["chart_dimensions", "chart_effort", "chart_units"]

_WIDTH, _ROW = 826, 20
"""Pixels: as wide as a sheet of prose, and a row of it."""


def chart_dimensions(book: Book, view: View, area: Area, row: int) -> int:
    """Each dimension: claimed with its interval, evidenced, measured, and the target as a line across. Returns rows taken.

    There is a series for what there is, and no chart where there is nothing.
    """
    words, unit, dimensions = view.words, view.unit, view.instrument.dimensions
    colours = book.looks.colours
    first, last = area.first + 1, area.first + len(dimensions)
    chart: Any = book.chart("column")
    asked = [unit.dimensions[dimension.id] for dimension in dimensions]
    known = [unit.known.get(dimension.id) for dimension in dimensions]
    names = area.range("name", first, last)
    kinds = [
        ("claimed", "score", any(block.score is not None for block in asked)),
        ("evidenced", "evidenced", any(found and found.evidenced is not None for found in known)),
        ("measured", "measured", any(found and found.measured is not None for found in known)),
    ]
    if not any(there for *_, there in kinds):
        return 0
    for kind, key, there in kinds:
        if not there:
            continue
        series: dict[str, Any] = {
            "name": words(kind),
            "categories": f"={names}",
            "values": f"={area.range(key, first, last)}",
            "fill": {"color": colours[kind]},
            "gap": 60,
            "overlap": -5,
        }
        if kind == "claimed":
            series["data_labels"] = {"value": True, "font": _font(book, 8), "position": "inside_base"}
            series["data_labels"]["font"]["color"] = colours["paper"]
            if any(block.interval for block in asked):
                series["y_error_bars"] = _bars(book, area, first, last)
        chart.add_series(series)
    aimed = [dimension for dimension in dimensions if dimension.id in unit.targets]
    if aimed:
        line: Any = book.chart("line")
        mark = {"type": "long_dash", "size": 14, "fill": {"color": colours["target"]}, "border": {"color": colours["target"]}}
        values = f"={area.range('target', first, last)}"
        line.add_series(
            {"name": words("target"), "categories": f"={names}", "values": values, "line": {"none": True}, "marker": mark}
        )
        chart.combine(line)
    low, high = scale_ends(dimensions)
    axis = {"min": low, "max": high, "num_format": "0.##", **_axis(book)}
    chart.set_y_axis(axis)
    chart.set_x_axis({"num_font": _font(book, 9), "line": {"color": colours["line"]}})
    several = bool(aimed) or sum(there for *_, there in kinds) > 1
    alt = words("sc_chart_dimensions_alt")
    return _place(book, "summary", row, chart, dimensions_title(view), alt, 340, legend=several)


def chart_effort(book: Book, view: View, area: Area, row: int) -> int:
    """Effort of each phase beside what the unit can bear. Returns rows taken."""
    words, colours = view.words, book.looks.colours
    chart: Any = book.chart("bar")
    first, last = area.first + 1, area.last
    for key, label, colour in (("capacity", "sc_capacity", "line"), ("used", "roadmap_column_effort", "accent")):
        chart.add_series(
            {
                "name": words(label),
                "categories": f"={area.range('name', first, last)}",
                "values": f"={area.range(key, first, last)}",
                "fill": {"color": colours[colour]},
                "gap": 50,
                "data_labels": {"value": True, "num_format": "0.##", "font": _font(book, 9)},
            }
        )
    chart.set_y_axis({"reverse": True, "num_font": _font(book, 9), "line": {"none": True}, "major_tick_mark": "none"})
    chart.set_x_axis({"min": 0, "num_format": "0", **_axis(book)})
    return _place(book, "summary", row, chart, words("sc_chart_effort"), words("sc_chart_effort_alt"), 170)


def chart_units(book: Book, view: ResultView, area: Area, count: int, row: int) -> int:
    """The overall score of each unit that has one, with its interval. Returns rows taken."""
    words, colours = view.words, book.looks.colours
    chart: Any = book.chart("bar")
    first, last = area.first, area.first + count - 1
    sure = any(unit.overall.interval for unit in view.result.units.values())
    chart.add_series(
        {
            "name": words("overall"),
            "categories": f"={area.range('name', first, last)}",
            "values": f"={area.range('score', first, last)}",
            "fill": {"color": colours["claimed"]},
            "gap": 60,
            "data_labels": {
                "value": True,
                "position": "inside_base",
                "font": _font(book, 9) | {"color": colours["paper"]},
            },
            **({"x_error_bars": _bars(book, area, first, last)} if sure else {}),
        }
    )
    low, high = scale_ends(view.instrument.dimensions)
    chart.set_x_axis({"min": low, "max": high, "num_format": "0.##", **_axis(book)})
    chart.set_y_axis({"reverse": True, "num_font": _font(book, 9), "line": {"color": colours["line"]}, "major_tick_mark": "none"})
    title, height = words("sc_chart_units" if sure else "sc_chart_units_plain"), 110 + 26 * count
    return _place(book, "summary", row, chart, title, words("sc_chart_units_alt"), height, legend=False)


def _bars(book: Book, area: Area, first: int, last: int) -> dict[str, Any]:
    """Error bars from a score to both ends of its interval; none where there is no interval."""
    return {
        "type": "custom",
        "plus_values": f"={area.range('above', first, last)}",
        "minus_values": f"={area.range('below', first, last)}",
        "line": {"color": book.looks.colours["ink"], "width": 1.25},
    }


def _font(book: Book, size: int) -> dict[str, Any]:
    return {"name": book.looks.font, "size": size, "bold": False, "color": book.looks.colours["ink"]}


def _axis(book: Book) -> dict[str, Any]:
    colours = book.looks.colours
    return {
        "num_font": _font(book, 9) | {"color": colours["muted"]},
        "major_gridlines": {"visible": True, "line": {"color": colours["line"], "width": 0.75}},
        "line": {"none": True},
    }


def _place(book: Book, sheet: str, row: int, chart: Any, title: str, alt: str, height: int, *, legend: bool = True) -> int:
    """Put a chart below a row of a sheet of prose; returns the rows that it covers."""
    colours = book.looks.colours
    chart.set_title(
        {"name": title, "name_font": _font(book, 11) | {"bold": True}, "overlay": False, "layout": {"x": 0.01, "y": 0.02}}
    )
    if not legend:
        chart.set_legend({"none": True})
    else:
        chart.set_legend({"position": "bottom", "font": _font(book, 9)})
    chart.set_chartarea({"border": {"color": colours["line"]}, "fill": {"color": colours["paper"]}})
    chart.set_plotarea({"fill": {"color": colours["paper"]}})
    chart.set_size({"width": _WIDTH, "height": height})
    book.sheets[sheet].insert_chart(row + 1, 0, chart, {"object_position": 1, "description": f"{title} {alt}", "x_offset": 2})
    return height // _ROW + 3
