"""A case of the table ``options`` as it stands there: what is assumed of which option."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from kamassess.result.options import Value

__all__ = ["NOTHING", "Case", "InputKey"]

InputKey: TypeAlias = tuple[str | None, str]
"""Option (None: all of them) and criterion."""

NOTHING = {"cost": 0.0, "one_off": 0.0, "risk": 0.0, "customer_value": 0.0}
"""What doing nothing costs, risks and brings, where the table does not say."""


@dataclass(frozen=True)
class Case:
    """A case as the table has it: its options and its own criteria by id with their names, and what is assumed."""

    id: str
    name: dict[str, str]
    options: dict[str, dict[str, str]]
    own: dict[str, dict[str, str]]
    inputs: dict[InputKey, Value]

    def value(self, option: str, criterion: str) -> float | None:
        """What is assumed of an option: its own value, or that of all options."""
        found = self.inputs.get((option, criterion)) or self.inputs.get((None, criterion))
        return None if found is None else found.value

    def assumed(self, option: str, criterion: str) -> float | None:
        """The same, with what goes without saying: no one-off cost, and that doing nothing costs, risks and brings nothing."""
        value = self.value(option, criterion)
        if value is None and criterion == "one_off":
            return 0.0
        return NOTHING.get(criterion) if value is None and option == self.baseline else value

    def shared(self, criterion: str) -> float | None:
        """What is assumed of all options together."""
        found = self.inputs.get((None, criterion))
        return None if found is None else found.value

    @cached_property
    def baseline(self) -> str | None:
        """The option that is doing nothing: the only one that costs 0, or else the only one without a cost."""
        costs = {name: (self.value(name, "cost"), self.value(name, "one_off")) for name in self.options}
        free = [name for name, (cost, once) in costs.items() if cost == 0 and not once]
        silent = [name for name, (cost, once) in costs.items() if cost is None and not once]
        paid = any(cost or once for cost, once in costs.values())
        return next((found[0] for found in (free, silent) if len(found) == 1), None) if paid else None
