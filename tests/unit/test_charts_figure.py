"""Drawings as matplotlib figures: whoever asks for one gets what the report shows."""

from __future__ import annotations

import io
import re
from functools import cache
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text

from kamassess.charts import Sheet, as_svg, pen
from kamassess.charts.marks import Dot
from kamassess.charts.rows import Rows
from kamassess.display import open_account_value, open_group, open_options, open_progress, open_report
from kamassess.locale import LANGUAGES

SVG = "{http://www.w3.org/2000/svg}"
EVERY = (
    (open_report, ("sample_data", "NC"), ("board", "dimensions", "accounts", "roadmap", "certainty")),
    (open_group, ("sample_data",), ("ranking", "spread")),
    (open_progress, ("sample_data", "_group"), ("board", "causes")),
    (open_progress, ("sample_data", "NC"), ("board", "causes")),
    (open_options, ("sample_data",), ("board", "sensitivity")),
    (open_account_value, ("sample_data", "NC"), ("board", "concentration", "tenure")),
)
"""What opens a report, and the sections that have drawings."""


@cache
def _sheets(language: str) -> dict[str, Sheet]:
    """Every drawing of the sample's reports, by where it stands."""
    found: dict[str, Sheet] = {}
    drawn: list[Sheet] = []

    def kept(sheet: Sheet) -> str:
        drawn.append(sheet)
        return as_svg(sheet)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("kamassess.sections.view.as_svg", kept)
        for opens, parameters, sections in EVERY:
            report = opens(*parameters, language=language)
            for section in sections:
                drawn.clear()
                getattr(report, section)()
                assert drawn, f"{section} of {type(report).__name__} has no drawing"
                found |= {f"{section} of {type(report).__name__} {parameters}, {place}": made for place, made in enumerate(drawn)}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_a_figure_stand_where_they_stand_in_the_report(language: str) -> None:
    # If this fails, who asks for a figure in a notebook gets another drawing than the reader of the report.
    for where, sheet in _sheets(language).items():
        canvas = FigureCanvasAgg(sheet.figure)
        canvas.draw()
        height = canvas.get_width_height()[1]
        artists = sorted(sheet.figure.findobj(Text), key=lambda text: text.get_zorder())
        elements = list(ET.fromstring(as_svg(sheet)).iter(f"{SVG}text"))
        assert [text.get_text() for text in artists] == [element.text for element in elements], where
        for artist, element in zip(artists, elements, strict=True):
            x, y = artist.get_transform().transform(artist.get_position())
            assert (x, height - y) == pytest.approx((float(element.attrib["x"]), float(element.attrib["y"])), abs=0.06), where
            extent, anchor = artist.get_window_extent(), re.search("text-anchor:(middle|end)", element.attrib["style"])
            along = extent.intervaly if artist.get_rotation() else extent.intervalx
            share = {"middle": 0.5, "end": 1.0}[anchor[1]] if anchor else 0.0
            assert along[0] + share * (along[1] - along[0]) == pytest.approx(y if artist.get_rotation() else x, abs=2), where


@pytest.mark.parametrize("language", LANGUAGES)
def test_dots_of_a_figure_have_their_place_and_colour(language: str) -> None:
    # If this fails, a figure shows a mark upside down, in another place or behind another one.
    for where, sheet in _sheets(language).items():
        canvas = FigureCanvasAgg(sheet.figure)
        canvas.draw()
        pixels = np.asarray(canvas.buffer_rgba()) / 255
        dots = [mark for mark in sheet.marks if isinstance(mark, Dot)]
        seen = [to_hex(pixels[int(dot.y), int(dot.x), :3]) == dot.look.fill for dot in dots]
        assert sum(seen) >= 0.8 * len(dots), f"{where}: more than those that lie behind others"


def test_a_figure_can_be_changed_and_saved_and_a_sheet_shows_itself() -> None:
    # If this fails, a notebook shows a line of code in place of a drawing, or loses what was added to it by hand.
    sheet = Rows(pen(), ["a name"], 0, 1)
    sheet.figure.text(0, 0, "by hand")
    saved = io.StringIO()
    sheet.figure.savefig(saved, format="svg")
    assert "by hand" in saved.getvalue()
    shown, written = ET.fromstring(sheet._repr_svg_()), ET.fromstring(as_svg(sheet))
    assert shown.attrib == {**written.attrib, "width": "760"}
    assert [ET.tostring(mark) for mark in shown] == [ET.tostring(mark) for mark in written]
