"""What libraries load at once and hardly ever use is loaded when it is used.

``nbformat`` loads ``jsonschema``, and that ``rfc3987_syntax`` where it is installed, as Jupyter has it: a second goes by until a
grammar of internationalised addresses is built, which no schema of a notebook asks for. A single report takes less than four.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

__all__ = ["see_to_it"]

_GRAMMAR, _USED = "rfc3987_syntax", "is_valid_syntax"
"""The library, and what ``jsonschema`` takes from it before anybody asks."""


class _Later(ModuleType):
    """A module that is loaded when something is looked up in it that it does not have yet."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_loaded(self), name)


def see_to_it() -> None:
    """Put off the loading of the grammar. Done before ``nbformat`` is loaded, it saves a second; done later or again, nothing."""
    if _GRAMMAR in sys.modules or (spec := find_spec(_GRAMMAR)) is None:
        return
    module = module_from_spec(spec)
    module.__class__ = _Later
    setattr(module, _USED, _is_valid_syntax)
    sys.modules[_GRAMMAR] = module


def _is_valid_syntax(term: str, value: str) -> bool:
    return bool(getattr(_loaded(sys.modules[_GRAMMAR]), _USED)(term, value))


def _loaded(module: ModuleType) -> ModuleType:
    """The module, loaded if it was not."""
    if isinstance(module, _Later):
        module.__class__ = ModuleType  # type: ignore[assignment]
        if module.__spec__ and module.__spec__.loader:
            module.__spec__.loader.exec_module(module)
    return module
