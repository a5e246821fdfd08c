"""The YAML files that travel inside the package: labels and rules. They are ours, so they are read without places or faults."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kamassess.resources import package_file

__all__ = ["label_files", "package_labels", "package_yaml"]


def label_files() -> list[Path]:
    """The files of labels: one for each report, and one for what all of them say."""
    return sorted(package_file("labels").glob("*.yaml"))


@cache
def package_labels() -> Mapping[str, Mapping[str, str]]:
    """Every label by its id, with its text by language."""
    return {name: text for path in label_files() for name, text in package_yaml(f"labels/{path.name}").items()}


@cache
def package_yaml(name: str) -> Any:
    """The content of a YAML file of the package."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(package_file(name).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader either way
