"""Retention options to play with in JupyterLab: a slider for each assumption and each weight, the same computation behind them.

Nothing is computed here: a slider changes the :class:`State`, which weighs the case again with the function that made the report.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import ipywidgets

from kamassess.charts import Pen, as_svg
from kamassess.charts.options import plot_options
from kamassess.data import option_criterion
from kamassess.document import Chart, Document, Paragraph, Run
from kamassess.locale import Locale
from kamassess.metrics.option_case import InputKey
from kamassess.metrics.options import weigh_again
from kamassess.reading.brand import Brand
from kamassess.render.html import render_html
from kamassess.result.options import OptionsCase
from kamassess.sections.options import CaseView, headline
from kamassess.sections.options.board import option_rows
from kamassess.sections.options.comparison import table_criteria, table_money

__all__ = ["State", "build"]

_MOST_WEIGHT = 5.0
_Key = TypeVar("_Key")


@dataclass
class State:
    """What the sliders stand at. ``case`` is the case as the table has it; ``values`` and ``weights`` are what was changed."""

    case: OptionsCase
    values: dict[InputKey, float] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)

    @property
    def weighed(self) -> OptionsCase:
        """The case with the changes."""
        weights = self.declared | self.weights if self.weights else {}
        return weigh_again(self.case, self.values, weights)

    @property
    def declared(self) -> dict[str, float]:
        """The weights as the table has them: of criteria without one 1, or 0 where another has one."""
        names = [criterion.id for criterion in self.case.criteria]
        found = {line.criterion: line.weight for line in reversed(self.case.inputs) if line.weight is not None}
        return {name: found.get(name, 0.0 if found else 1.0) for name in names}

    def reset(self) -> None:
        """As the table has it."""
        self.values.clear()
        self.weights.clear()


def build(state: State, words: Locale, brand: Brand, currency: str) -> ipywidgets.Widget:
    """Sliders for what is assumed and for the weights, above the chart and the tables they change.

    Parameters
    ----------
    state
        What the sliders stand at; it is changed by them.
    words, brand, currency
        The language and look of what is shown, and the currency of the amounts.

    Returns
    -------
    Widget
        A box whose children are the sliders of assumptions by option, those of weights, a button to reset, and what is shown.
    """
    shown = ipywidgets.HTML()

    def show() -> None:
        shown.value = _shown(CaseView(state.weighed, words, currency), brand)

    view = CaseView(state.case, words, currency)
    sliders: list[tuple[ipywidgets.FloatSlider, float]] = []
    groups: dict[str | None, list[ipywidgets.Widget]] = {}
    for line in state.case.inputs:
        slider = _slider(view.capital(view.criterion(line.criterion)), line.value, *_span(line.criterion, line.value))
        slider.observe(_setter(state.values, (line.option, line.criterion), show), names="value")
        sliders.append((slider, line.value))
        groups.setdefault(line.option, []).append(slider)
    weighing = []
    for name, weight in state.declared.items():
        slider = _slider(view.capital(view.criterion(name)), weight, 0.0, max(_MOST_WEIGHT, weight), 0.5)
        slider.observe(_setter(state.weights, name, show), names="value")
        sliders.append((slider, weight))
        weighing.append(slider)
    tabs = ipywidgets.Tab([*(ipywidgets.VBox(group) for group in groups.values()), ipywidgets.VBox(weighing)])
    names = [words("opt_all_options") if option is None else view.named(option) for option in groups]
    tabs.titles = (*names, words("opt_weights"))
    button = ipywidgets.Button(description=words("opt_reset"))

    def reset(_: object) -> None:
        for slider, value in sliders:
            slider.value = value
        state.reset()
        show()

    button.on_click(reset)
    show()
    return ipywidgets.VBox([tabs, button, shown])


def _setter(changed: dict[_Key, float], key: _Key, show: Callable[[], None]) -> Callable[[dict[str, float]], None]:
    def changes(change: dict[str, float]) -> None:
        changed[key] = change["new"]
        show()

    return changes


def _slider(name: str, value: float, low: float, high: float, step: float) -> ipywidgets.FloatSlider:
    wide = {"description_width": "18em"}
    return ipywidgets.FloatSlider(
        value, min=low, max=high, step=step, description=name, continuous_update=False, style=wide, layout={"width": "40em"}
    )


def _span(criterion: str, value: float) -> tuple[float, float, float]:
    """From where to where a slider goes, and in what steps: amounts up to twice what is assumed."""
    found = option_criterion(criterion)
    if found.kind == "money":
        most = 2 * abs(value) or 100_000.0
        return min(0.0, 2 * value), most, most / 200
    high = found.high if found.high is not None else max(5.0, value)
    return found.low or 0.0, high, 0.01 if found.kind in ("probability", "rate") else 1.0


def _shown(view: CaseView, brand: Brand) -> str:
    """The headline, the chart and two tables of a case."""
    rows, nothing = option_rows(view), view.against_nothing
    pens = [Pen(view.words, brand, narrow=narrow) for narrow in (False, True)]
    wide, narrow = (as_svg(plot_options(rows, view.amounts, pen, against_nothing=nothing)) for pen in pens)
    words = view.words
    subtitle = words("opt_chart_subtitle", unit=view.amounts.unit)
    chart = Chart(
        "explored", words("opt_chart_title", case=view.name), subtitle, headline(view), wide, narrow, (), pens[0].palette
    )
    told = Paragraph((Run(headline(view)),), "lead")
    return render_html(Document((told, chart, table_money(view), table_criteria(view))))
