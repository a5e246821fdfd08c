"""Drawings of a result: ``plot_`` functions take the result and return a :class:`Sheet`, never touching pyplot.

A chart computes nothing: every number it shows stands in the result. Colour and shape say the kind of knowledge (claimed ●,
evidenced □, measured ◆, target |), never the dimension. Jupyter shows a sheet, :func:`as_svg` writes it with real text, and its
``figure`` is a matplotlib ``Figure`` of the same marks, to be changed or saved by hand.
"""

from kamassess.charts.answers import plot_answers
from kamassess.charts.canvas import Pen, Sheet, as_svg, pen
from kamassess.charts.certainty import plot_certainty
from kamassess.charts.dimensions import plot_dimensions
from kamassess.charts.roles import plot_roles

__all__ = ["Pen", "Sheet", "as_svg", "pen", "plot_answers", "plot_certainty", "plot_dimensions", "plot_roles"]
