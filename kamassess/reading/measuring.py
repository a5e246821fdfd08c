"""What ``engagement.yaml`` and an instrument say of metrics: thresholds, seasons, costs, the CRM's fields, and curves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

from kamassess.data import Data
from kamassess.errors import quoted
from kamassess.instrument import SOURCE_KINDS, Breakpoint, Text
from kamassess.measuring import MetricText, Settings
from kamassess.reading.package_data import package_yaml
from kamassess.reading.patterns import pattern_fault
from kamassess.reading.yaml_tree import Tree, suggestion

__all__ = ["SETTINGS", "check_crm", "metric_texts", "read_curves", "read_settings"]

SETTINGS = ("key_account_criteria", "peak_months", "programme_cost", "crm", "metrics")
"""The keys of ``engagement.yaml`` that :func:`read_settings` reads."""
_CRITERIA = ("attractiveness", "strength")
_WEIGHTS = ("contribution", "revenue", "wallet", "tenure")
_MONTHS = 12
_A_YEAR = 366


@cache
def metric_texts() -> dict[str, MetricText]:
    """What the package says of its metrics, by id."""
    return {name: _text_of(entry) for name, entry in package_yaml("metrics.yaml").items()}


def _text_of(entry: Mapping[str, Any]) -> MetricText:
    points = [{**point, "level": float(point["level"]), "value": float(point["value"])} for point in entry.get("curve", ())]
    curve = tuple(Breakpoint(**point) for point in points)
    name, definition, adds = (_bilingual(entry[key]) for key in ("name", "definition", "adds"))
    return MetricText(name, definition, adds, curve, int(entry.get("least", 0)))


def _bilingual(text: Mapping[str, str]) -> Text:
    return dict(text)


def read_curves(tree: Tree | None) -> dict[str, tuple[Breakpoint, ...]]:
    """Curves by metric, where they differ from the package's; an empty list takes a curve away. Notes every fault."""
    if tree is None or tree.null():
        return {}
    curves = {}
    for name, entry in tree.items().items():
        if name not in metric_texts():
            entry.fault("is no metric", suggestion(name, list(metric_texts())))
            continue
        points = tuple(_breakpoint(point) for point in entry.list(empty=True))
        steps = [(after.level - before.level, after.value - before.value) for before, after in pairwise(points)]
        if len(points) == 1:
            entry.fault("has one breakpoint", "Give two or more, or an empty list for no curve.")
        elif any(level <= 0 for level, _ in steps):
            entry.fault("has levels that do not ascend", "Order the breakpoints from the lowest level to the highest.")
        elif not (all(value > 0 for _, value in steps) or all(value < 0 for _, value in steps)):
            entry.fault("has values that neither rise nor fall all the way", "Let them rise where more is better, or else fall.")
        else:
            curves[name] = points
    return curves


def _breakpoint(tree: Tree) -> Breakpoint:
    fields = tree.fields(["level", "value", "source"], ["cite"])
    level, value = (fields[key].number() if key in fields else 0.0 for key in ("level", "value"))
    source = fields["source"].choice(SOURCE_KINDS) if "source" in fields else SOURCE_KINDS[-1]
    return Breakpoint(level, value, source, fields["cite"].text() if "cite" in fields else "")


def read_settings(fields: Mapping[str, Tree], units: Sequence[str]) -> Settings:
    """What the keys :data:`SETTINGS` say; per unit, in the order of *units*. Notes every fault."""
    given = {key: fields[key] for key in SETTINGS if key in fields and not fields[key].null()}
    settings = Settings()
    if "key_account_criteria" in given:
        settings = replace(settings, criteria=_numbers(given["key_account_criteria"], _CRITERIA))
    if "peak_months" in given:
        settings = replace(settings, peak_months=_months(given["peak_months"]))
    if "programme_cost" in given:
        settings = replace(settings, programme_cost=_of_units(given["programme_cost"], units))
    if "crm" in given:
        settings = _crm(given["crm"], settings)
    if "metrics" in given:
        settings = _metrics(given["metrics"], settings, units)
    return settings


def _metrics(tree: Tree, settings: Settings, units: Sequence[str]) -> Settings:
    fields = tree.fields(
        [], ["window_days", "working_days", "least_key_accounts", "discount_rate", "executives", "value_weights"]
    )
    found: dict[str, Any] = {}
    for key, low, high in (("window_days", 1, 10 * _A_YEAR), ("working_days", 1, _A_YEAR), ("least_key_accounts", 1, math.inf)):
        if key in fields:
            value = fields[key].number(low=low, high=high if math.isfinite(high) else None, whole=key != "working_days")
            found[key] = value if key == "working_days" else int(value)
    if "discount_rate" in fields:
        found["discount_rate"] = fields["discount_rate"].number(low=0, high=1)
    if "executives" in fields:
        found["executives"] = _of_units(fields["executives"], units)
    if "value_weights" in fields:
        weights = _numbers(fields["value_weights"], _WEIGHTS, low=0)
        if weights and not any(weights.values()):
            fields["value_weights"].fault("has no weight above 0", "Give at least one.")
        found["value_weights"] = dict.fromkeys(_WEIGHTS, 0.0) | weights
    return replace(settings, **found)


def _crm(tree: Tree, settings: Settings) -> Settings:
    fields = tree.fields([], ["required", "updated", "name"])
    required: dict[str, str] = {}
    if "required" in fields and fields["required"].kind == "seq":
        required = {entry.text(): "" for entry in fields["required"].list()}
    elif "required" in fields:
        required = {name: _pattern(entry) for name, entry in fields["required"].items().items()}
    columns = {f"crm_{key}": fields[key].text() for key in ("updated", "name") if key in fields}
    return replace(settings, crm_fields=required, **columns)  # type: ignore[arg-type]


def check_crm(tree: Tree | None, data: Data) -> None:
    """Notes fields that are declared under ``crm`` and that the extract does not have."""
    if tree is None or tree.null() or tree.kind != "map" or "crm" not in data:
        return
    there = [str(name) for name in data["crm"].columns]
    fields = tree.items()
    named: dict[str, Tree] = {key: fields[key] for key in ("updated", "name") if key in fields}
    required = fields.get("required")
    if required is not None and required.kind == "seq":
        named |= {f"required[{place}]": entry for place, entry in enumerate(required.list())}
    for entry in named.values():
        if entry.text() not in there:
            entry.fault(f"is {quoted(entry.text())}, which the table crm has no column of", suggestion(entry.text(), there))
    if required is not None and required.kind == "map":
        for name, entry in required.items().items():
            if name not in there:
                entry.fault("is no column of the table crm", suggestion(name, there))


def _pattern(tree: Tree) -> str:
    if tree.null():
        return ""
    pattern = tree.cell()
    if wrong := pattern_fault(pattern):
        tree.fault(f"{quoted(pattern)} {wrong[0]}", wrong[1])
        return ""
    return pattern


def _numbers(tree: Tree, allowed: Sequence[str], low: float | None = None) -> dict[str, float]:
    return {name: entry.number(low=low) for name, entry in tree.fields([], allowed).items()}


def _months(tree: Tree) -> tuple[int, ...]:
    return tuple(sorted({int(entry.number(low=1, high=_MONTHS, whole=True)) for entry in tree.list(empty=True)}))


def _of_units(tree: Tree, units: Sequence[str]) -> tuple[float, ...]:
    """A number a unit; NaN where none is given."""
    found = {}
    for name, entry in tree.items().items():
        if name in units:
            found[name] = entry.number(low=0)
        elif units:  # of none, that is what is wrong
            entry.fault("is no unit", suggestion(name, list(units)))
    return tuple(found.get(name, math.nan) for name in units)
