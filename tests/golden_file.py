"""Golden files: what the code gives, whole, so that a change of any number, key or reason shows as a change under review.

To renew one after a change that is meant (and say in CHANGELOG.md what changed, from what to what)::

    KAMASSESS_RENEW_GOLDEN=1 python -m pytest tests/golden

then read ``git diff tests/golden``. A test fails while it renews, so that no run can renew by accident.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

__all__ = ["compare", "differences"]


def compare(found: Any, golden: Path) -> None:
    """Fail where a JSON value is not that of the file."""
    if os.environ.get("KAMASSESS_RENEW_GOLDEN"):
        golden.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"renewed {golden.name}; read its diff")
    assert sorted(differences(found, json.loads(golden.read_text(encoding="utf-8")))) == []


def _close(found: float, expected: float) -> bool:
    """Whether numbers are equal but for the last digits, in which exp and log differ between machines."""
    return math.isclose(found, expected, rel_tol=1e-11, abs_tol=1e-11)


def differences(found: Any, expected: Any, alike: Callable[[float, float], bool] = _close, path: str = "") -> list[str]:
    """Where two JSON values differ; *alike* says which numbers count as the same."""
    if isinstance(found, dict) and isinstance(expected, dict):
        missing = [f"{path}/{key}: only in one" for key in found.keys() ^ expected.keys()]
        both = found.keys() & expected.keys()
        return missing + [entry for key in both for entry in differences(found[key], expected[key], alike, f"{path}/{key}")]
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        pairs = enumerate(zip(found, expected, strict=True))
        return [entry for number, (one, other) in pairs for entry in differences(one, other, alike, f"{path}/{number}")]
    if isinstance(found, float) and isinstance(expected, int | float) and alike(found, expected):
        return []
    return [] if type(found) is type(expected) and found == expected else [f"{path}: {found!r}, was {expected!r}"]
