"""Metrics of all units at once, handed out unit by unit as the result holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kamassess.data import Data
from kamassess.measuring import MetricText, Settings
from kamassess.metrics.values import Measured, Metric, Window
from kamassess.result import MetricValue, Reason

__all__ = ["UnitMetrics"]


@dataclass(frozen=True, eq=False)
class UnitMetrics:
    """Every metric of every unit, computed when the first is asked for."""

    data: Data
    metrics: Mapping[str, Metric]
    texts: Mapping[str, MetricText]
    settings: Settings
    window: Window

    @cached_property
    def measured(self) -> dict[str, Measured]:
        """By id, of all units."""
        return {name: metric.measure(self.data, self.window, self.settings) for name, metric in self.metrics.items()}

    @cached_property
    def missing(self) -> dict[str, tuple[str, ...]]:
        """By id, the tables and columns that are needed and not there."""
        return {name: tuple(need for need in metric.needs if not self._there(need)) for name, metric in self.metrics.items()}

    def _there(self, need: str) -> bool:
        table, _, column = need.partition(".")
        return self.data.has(table, *([column] if column else []))

    def of(self, index: int) -> dict[str, MetricValue]:
        """Every metric of the unit at this position; empty where there are no tables at all."""
        if not self.data.tables:
            return {}
        return {name: self._value(name, measured, index) for name, measured in self.measured.items()}

    def _value(self, name: str, measured: Measured, index: int) -> MetricValue:
        number = float(measured.value[index])
        value = None if np.isnan(number) else number
        text, n, reason = self.texts.get(name), int(measured.n[index]), measured.reason[index]
        level = text.level(value) if value is not None and text else None
        if text and level is not None and n < text.least:
            level, reason = None, Reason.TOO_FEW_LINES
        span = measured.window
        days = (str(span.start), str(span.end - np.timedelta64(1, "D"))) if span else None
        return MetricValue(value, measured.unit, level, n, reason, days, self.missing.get(name, ()))
