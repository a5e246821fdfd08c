"""Dataclasses of a result as plain JSON values."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

__all__ = ["as_json", "plain"]


def as_json(value: Any) -> dict[str, Any]:
    """A flat dataclass as plain JSON values."""
    return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}


def plain(value: Any) -> Any:
    """A value of a dataclass as JSON can hold it."""
    if value is None or isinstance(value, float | int | str):
        return value
    if dataclasses.is_dataclass(value):
        return as_json(value)
    if isinstance(value, Mapping):
        return {name: plain(entry) for name, entry in value.items()}
    if isinstance(value, tuple):
        return [plain(entry) for entry in value]
    return value
