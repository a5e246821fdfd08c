"""What is measured beside a wave: the company's tables over the days up to its end, ready to be handed out unit by unit."""

from __future__ import annotations

from dataclasses import replace

from kamassess.measuring import MetricText
from kamassess.metrics import METRICS, Window
from kamassess.metrics.alerts import AccountAlerts
from kamassess.metrics.customer_groups import CustomerGroups, group_rules
from kamassess.metrics.lines import UnitLines
from kamassess.metrics.of_units import UnitMetrics
from kamassess.metrics.portfolio import UnitPortfolios
from kamassess.metrics.programme_accounts import ProgrammeAccounts
from kamassess.reading.across_tables import newest_day
from kamassess.reading.engagement import Engagement
from kamassess.reading.measuring import metric_texts
from kamassess.scoring.of_tables import OfTables, no_groups

__all__ = ["customer_groups", "of_tables", "texts"]

_NO_DAY = "1970-01-01"
"""Ends the window where neither the engagement nor its tables have a date; nothing lies in it."""


def of_tables(engagement: Engagement, wave: str, groups: CustomerGroups | None) -> OfTables:
    """What the company's tables say of each unit, over the days up to the end of a wave."""
    metrics = _metrics(engagement, wave)
    data, window, settings = metrics.data, metrics.window, metrics.settings
    return OfTables(
        metrics=metrics.of,
        lines=UnitLines(data, window).of,
        alerts=AccountAlerts(data, window, settings).of,
        portfolio=UnitPortfolios(data, settings, window).of,
        programme=ProgrammeAccounts(data, window, settings).of,
        groups=groups.of if groups else no_groups,
    )


def _metrics(engagement: Engagement, wave: str) -> UnitMetrics:
    """The metrics of all units, over the days up to the end of a wave; computed when the first is asked for."""
    data, window = engagement.data_of(wave), _window(engagement, wave)
    return UnitMetrics(data, METRICS, texts(engagement, wave), engagement.settings, window)


def customer_groups(engagement: Engagement, wave: str) -> CustomerGroups:
    """Customer groups across units, over the same days; joined when the first is asked for."""
    ids, names = tuple(unit.id for unit in engagement.units), tuple(unit.name for unit in engagement.units)
    return CustomerGroups(engagement.data_of(wave), _window(engagement, wave), ids, names, group_rules())


def _window(engagement: Engagement, wave: str) -> Window:
    """The days that are looked at: up to the end of a wave, or to the newest line of the tables."""
    day = engagement.date_of(wave) or newest_day(engagement.data) or _NO_DAY
    return Window.until(day, engagement.settings.window_days)


def texts(engagement: Engagement, wave: str) -> dict[str, MetricText]:
    """What is said of each metric, with the curve in use: the engagement's, or the instrument's, or the package's.

    The package's end in levels 1–5, and hold only where that is what people are asked for.
    """
    instrument = engagement.instrument_of(wave)
    ends = {(question.scale.minimum, question.scale.maximum) for question in instrument.questions.values()}
    curves = {**instrument.curves, **engagement.curves}
    return {
        name: replace(text, curve=curves.get(name, text.curve if ends == {(1.0, 5.0)} else ()))
        for name, text in metric_texts().items()
    }
