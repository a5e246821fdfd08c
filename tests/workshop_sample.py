"""The workshop of the sample's unit NC, a little nastier: a comment that is markup, and a target that is not the declared one.

``held()`` is the state at its end; ``engagement(folder)`` a copy of the sample with its record in place of the sample's own.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from kamassess.reading.instrument import load_instrument
from kamassess.resources import carried
from kamassess.workshop.record import write_record
from kamassess.workshop.state import State

UNIT, SESSION = "NC", "5ca1ab1e0000c0de"
NASTY = "=SUM(A1:A9) <script>alert(1)</script> is what our order form looks like to customers.\nReally."


@cache
def told() -> dict[str, Any]:
    """The story of the workshop."""
    found = dict(yaml.safe_load((carried("sample_data") / "story.yaml").read_text(encoding="utf-8"))["workshop"])
    found["comments"] = {**found["comments"], "ORG-3-Q1 operations2": NASTY}
    found["targets"] = {**found["targets"], "STR": 3.5}
    return found


@cache
def held() -> State:
    """The state of the workshop at its end."""
    found: State = _simulation().held(told(), load_instrument("kam"))
    return found


def engagement(folder: Path) -> Path:
    """A copy of the sample with the record of this workshop."""
    shutil.copytree(carried("sample_data"), folder, ignore=shutil.ignore_patterns("workshops"))
    write_record(held(), folder, SESSION)
    return folder


def _simulation() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample_told_workshop", carried("sample_data") / "told_workshop.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
