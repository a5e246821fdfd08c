"""kamassess: audit how well a company manages its key accounts.

Light to import: a name is loaded when it is first used.

>>> import kamassess as ka
>>> ka.load_instrument("kam").id
'kam'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kamassess import charts, metrics, stats, tables
    from kamassess.errors import InputError, KamassessError, OutputError, UsageError
    from kamassess.reading.engagement import check_engagement, load_engagement
    from kamassess.reading.instrument import load_instrument
    from kamassess.recipe import audit, score

__version__ = "0.1.0"

__all__ = [
    "InputError",
    "KamassessError",
    "OutputError",
    "UsageError",
    "audit",
    "charts",
    "check_engagement",
    "load_engagement",
    "load_instrument",
    "metrics",
    "score",
    "stats",
    "tables",
]

_HOMES = {
    "audit": "kamassess.recipe",
    "score": "kamassess.recipe",
    "load_engagement": "kamassess.reading.engagement",
    "check_engagement": "kamassess.reading.engagement",
    "load_instrument": "kamassess.reading.instrument",
    "InputError": "kamassess.errors",
    "KamassessError": "kamassess.errors",
    "OutputError": "kamassess.errors",
    "UsageError": "kamassess.errors",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    if name in __all__:
        return import_module(f"kamassess.{name}")
    raise AttributeError(f"module 'kamassess' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
