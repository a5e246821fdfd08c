"""Charts of a deck: native ones of PowerPoint, whose figures can be looked at and changed, in the marks of the report."""

from __future__ import annotations

import copy
import math
from typing import Any

from lxml import etree
from pptx.enum.chart import (
    XL_AXIS_CROSSES,
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from kamassess.document import Rich, Run
from kamassess.export.deck.books import ChartData
from kamassess.export.deck.drawing import Canvas
from kamassess.export.deck.grounds import POINT, Area
from kamassess.export.deck.measuring import Hand, line_count, natural_width, widest_word
from kamassess.export.deck.slides import Graph, Series
from kamassess.locale import locale

__all__ = ["draw_graph"]

_KINDS = {
    "marks": XL_CHART_TYPE.LINE_MARKERS,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "spans": XL_CHART_TYPE.BAR_STACKED,
    "curve": XL_CHART_TYPE.AREA,
}
_MARKS = {
    "circle": XL_MARKER_STYLE.CIRCLE,
    "diamond": XL_MARKER_STYLE.DIAMOND,
    "square": XL_MARKER_STYLE.SQUARE,
    "dash": XL_MARKER_STYLE.DASH,
    "none": XL_MARKER_STYLE.NONE,
}
_SIZES = {"circle": 11, "diamond": 11, "square": 10, "dash": 18, "none": 2}
_PLACES = {
    "left": XL_LABEL_POSITION.LEFT,
    "right": XL_LABEL_POSITION.RIGHT,
    "above": XL_LABEL_POSITION.ABOVE,
    "end": XL_LABEL_POSITION.OUTSIDE_END,
    "inside": XL_LABEL_POSITION.INSIDE_END,
}
_LARGE, _USUAL, _LEAST = 14.0, 12.0, 8.0
"""Sizes of texts: where there is room, otherwise, and of names at least."""
_ROOMY = (560.0, 230.0)
"""From which width and height on there is room."""
_LEGEND, _SIGN = 2.0, 2.5
"""Height of a line of the legend, and width of what stands beside a name there, in sizes of its text."""
_LYING = ("bars", "spans")
_NAMES = 0.34
"""Share of the width that names of lying bars have."""
_NAME_LEADING, _SLOT = 1.25, 0.88
"""Of the place below a column its name has so much."""
_TWO = 1.7
"""Width of what may stand on a last line, in sizes: two characters."""
_LABELS = 4.3
"""Height that the names below columns have, in sizes of their text."""


def draw_graph(canvas: Canvas, area: Area, graph: Graph) -> None:
    """A native chart with its legend above, and words that say it."""
    data = ChartData(number_format=graph.number)
    data.categories = graph.categories
    for series in graph.series:
        data.add_series(series.name, series.values)
    place = tuple(Emu(round(POINT * part)) for part in (area.left, area.top, area.width, area.height))
    frame = canvas.slide.shapes.add_chart(_KINDS[graph.kind], *place, data)
    frame.name = graph.series[0].name or graph.kind
    frame._element.nvGraphicFramePr.cNvPr.set("descr", graph.alt)
    chart = frame.chart
    chart.has_title = False
    size = _text_size(graph, area)
    chart.font.size = Pt(size)
    canvas.paint(chart.font.color, "ink")
    for made, series in zip(chart.plots[0].series, graph.series, strict=True):
        _draw(canvas, graph, made, series, size)
    _set_axes(canvas, graph, chart, area, size)
    top = _set_legend(canvas, graph, chart, area, size)
    _place_plot(graph, chart, area, top, size)


def _draw(canvas: Canvas, graph: Graph, made: Any, series: Series, size: float) -> None:
    if graph.kind == "marks":
        made.smooth = False
        made.format.line.fill.background()
        made.marker.style, made.marker.size = _MARKS[series.mark], _SIZES[series.mark]
        _fill(canvas, made.marker.format, series)
        made.marker.format.line.width = Pt(0.75)
        canvas.paint(made.marker.format.line.color, series.token)
        if any(series.intervals):
            _add_intervals(canvas, made, series)
    elif not series.token:
        made.format.fill.background()
        made.format.line.fill.background()
    else:
        _fill(canvas, made.format, series)
        if graph.kind == "curve":
            made.format.line.width = Pt(2)
            canvas.paint(made.format.line.color, series.token)
        if graph.kind in ("bars", "columns"):
            made.invert_if_negative = False
    if series.labels:
        labels = made.data_labels
        labels.show_value, labels.number_format, labels.number_format_is_linked = True, graph.number, False
        labels.position = _PLACES[series.labels]
        labels.font.size = Pt(size - 0.5)
        labels.font.bold = series.labels in ("right", "end")
        canvas.paint(labels.font.color, "ink")
        _keep_below_levels(labels._element, series)


def _keep_below_levels(labels: Any, series: Series) -> None:
    """Give figures that would be rounded up to a level they have not reached as many decimals as the report gives them."""
    if not series.starts:
        return
    words = locale("en")
    for place, value in reversed(list(enumerate(series.values))):
        decimals = len(words.score(value, series.starts).partition(".")[2]) if value is not None else 1
        if decimals < 2:
            continue
        label = etree.Element(qn("c:dLbl"))
        etree.SubElement(label, qn("c:idx")).set("val", str(place))
        etree.SubElement(label, qn("c:numFmt"), {"formatCode": f"0.{'0' * decimals}", "sourceLinked": "0"})
        for entry in labels:
            if etree.QName(entry).localname not in ("dLbl", "numFmt", "showLeaderLines"):
                label.append(copy.deepcopy(entry))
        labels.insert(0, label)


def _fill(canvas: Canvas, look: Any, series: Series) -> None:
    look.fill.solid()
    canvas.paint(look.fill.fore_color, series.token, series.opacity)


def _add_intervals(canvas: Canvas, made: Any, series: Series) -> None:
    """Error bars from and to the ends of the intervals, in the order that the format asks for: before the categories."""
    bars = etree.Element(qn("c:errBars"))
    for name, kind in (("errDir", "y"), ("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "1")):
        etree.SubElement(bars, qn(f"c:{name}")).set("val", kind)
    for name in ("plus", "minus"):
        numbers = etree.SubElement(etree.SubElement(bars, qn(f"c:{name}")), qn("c:numLit"))
        etree.SubElement(numbers, qn("c:formatCode")).text = "General"
        etree.SubElement(numbers, qn("c:ptCount")).set("val", str(len(series.values)))
        for place, (value, interval) in enumerate(zip(series.values, series.intervals, strict=True)):
            if value is not None and interval is not None:
                length = interval[1] - value if name == "plus" else value - interval[0]
                point = etree.SubElement(numbers, qn("c:pt"), {"idx": str(place)})
                etree.SubElement(point, qn("c:v")).text = repr(max(length, 0.0))
    look = etree.SubElement(bars, qn("c:spPr"))
    line = etree.SubElement(look, qn("a:ln"), {"w": str(4 * POINT), "cap": "rnd"})
    colour = etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:schemeClr"))
    colour.set("val", canvas.palette.shades[series.token].slot.xml_value)
    etree.SubElement(colour, qn("a:alpha")).set("val", "40000")
    made._element.find(qn("c:cat")).addprevious(bars)


def _set_axes(canvas: Canvas, graph: Graph, chart: Any, area: Area, size: float) -> None:
    values, names = chart.value_axis, chart.category_axis
    if graph.low is not None:
        values.minimum_scale = graph.low
    if graph.high is not None:
        values.maximum_scale = graph.high
    if graph.step is not None:
        values.major_unit = graph.step
    values.has_major_gridlines = graph.kind != "bars"
    values.visible = graph.kind != "bars"
    values.major_tick_mark = names.major_tick_mark = XL_TICK_MARK.NONE
    values.tick_labels.number_format = "0" if graph.number == "0.0" else graph.number.replace(".0%", "%")
    values.tick_labels.number_format_is_linked = False
    values.tick_labels.font.size = Pt(size - 1)
    canvas.paint(values.tick_labels.font.color, "muted")
    values.format.line.fill.background()
    if values.has_major_gridlines:
        canvas.paint(values.major_gridlines.format.line.color, "line")
        values.major_gridlines.format.line.width = Pt(0.75)
        values.major_gridlines.format.line.dash_style = MSO_LINE.SOLID
    canvas.paint(names.format.line.color, "muted" if graph.low in (None, 0) else "line")
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.tick_labels.font.size = Pt(_name_size(graph, area, canvas.hand, size))
    if graph.kind != "curve":  # names lie, on more than one line if need be; numbers must not be broken
        names.tick_labels.font._rPr.getparent().getparent().getparent().find(qn("a:bodyPr")).set("rot", "0")
    plot = chart.plots[0]
    if graph.kind in _LYING:
        names.reverse_order = True
        names.crosses = XL_AXIS_CROSSES.MAXIMUM
        plot.gap_width, plot.overlap = (45, 100) if graph.kind == "spans" else (55, -5)
    elif graph.kind == "columns":
        plot.gap_width, plot.overlap = 60, -5


def _text_size(graph: Graph, area: Area) -> float:
    """The size of texts: large where there is room, but for bars no higher than they are."""
    most = _LARGE if area.width >= _ROOMY[0] and area.height >= _ROOMY[1] else _USUAL
    if graph.kind != "bars":
        return most
    each = (area.height - 2 * _LEGEND * _USUAL) / max(len(graph.categories) * len(graph.series), 1)
    return min(max(math.floor(each * _NAME_LEADING), _LEAST + 1), most)


def _name_size(graph: Graph, area: Area, hand: Hand, most: float) -> float:
    """The size in which the names of the categories have room on two lines, no word of them broken."""
    if graph.kind == "curve":
        return most - 1
    lying = graph.kind in _LYING
    width = _NAMES * area.width - 12 if lying else _SLOT * (area.width - 3 * most) / max(len(graph.categories), 1)
    row = (area.height - 2 * _LEGEND * most) / max(len(graph.categories), 1)
    size = most
    while size > _LEAST:
        lines = 3 if not lying else max(1, min(2, int(row / (_NAME_LEADING * size))))
        names = [(Run(name),) for name in graph.categories]
        if all(_stands(name, width, size, hand, lines) for name in names):
            break
        size -= 0.5
    return size


def _stands(name: Rich, width: float, size: float, hand: Hand, lines: int) -> bool:
    """Whether a name stands on so many lines, no word of it broken, and none of its characters alone on the last one."""
    if line_count(name, width, size, hand) > lines or widest_word(name, size, hand) > width:
        return False
    alone = width < natural_width(name, size, hand) < width + _TWO * size
    return hand.language != "zh" or not alone


def _set_legend(canvas: Canvas, graph: Graph, chart: Any, area: Area, size: float) -> float:
    """Above the chart, where there is more than one series; returns how much height it takes. Spans have their months below."""
    chart.has_legend = len(graph.series) > 1 and graph.kind != "spans"
    if not chart.has_legend:
        return 26.0 if graph.kind == "spans" else 8.0
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    chart.legend.font.size = Pt(size)
    canvas.paint(chart.legend.font.color, "ink")
    wide = sum(natural_width((Run(series.name),), size, canvas.hand) + _SIGN * size for series in graph.series)
    return _LEGEND * size * math.ceil(wide / area.width) + 8


def _place_plot(graph: Graph, chart: Any, area: Area, top: float, size: float) -> None:
    """Lay down where the plot is, so that every program leaves the same room for names."""
    left = _NAMES if graph.kind in _LYING else 34 / area.width
    right = 0.02 if graph.kind not in _LYING else 0.04
    below = {"bars": 8.0, "spans": 26.0, "curve": 26.0}.get(graph.kind, _LABELS * size)
    parts = {"x": left, "y": top / area.height, "w": 1 - left - right, "h": 1 - (top + below) / area.height}
    layout = etree.Element(qn("c:layout"))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    for name, value in (("layoutTarget", "inner"), ("xMode", "edge"), ("yMode", "edge")):
        etree.SubElement(manual, qn(f"c:{name}")).set("val", value)
    for name, part in parts.items():
        etree.SubElement(manual, qn(f"c:{name}")).set("val", f"{part:.4f}")
    plot_area = chart._chartSpace.find(f".//{qn('c:plotArea')}")
    old = plot_area.find(qn("c:layout"))
    if old is not None:
        plot_area.remove(old)
    plot_area.insert(0, layout)
