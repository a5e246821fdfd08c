"""The YAML files that travel inside the package: labels and rules. They are ours, so they are read without places or faults."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from kamassess.resources import package_file

__all__ = ["package_yaml"]


@cache
def package_yaml(name: str) -> Any:
    """The content of a YAML file of the package."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(package_file(name).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader either way
