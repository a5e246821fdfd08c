"""Lines of the table ``options`` that cannot be: a value beyond what its criterion can be, or one that stands there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kamassess.data import OPTION_CRITERIA, OptionCriterion, bilingual, every_option, option_criterion
from kamassess.errors import quoted
from kamassess.reading.yaml_tree import suggestion

__all__ = ["Wrong", "wrong_option_lines"]


@dataclass(frozen=True)
class Wrong:
    """Lines with the same fault; ``leaves_out``: they cannot be used."""

    lines: NDArray[np.int64]
    message: str
    remedy: str
    column: str = ""
    leaves_out: bool = True


def wrong_option_lines(
    values: Mapping[str, NDArray[np.generic]], good: NDArray[np.bool_], rows: NDArray[np.int64]
) -> Sequence[Wrong]:
    """What is wrong with the *good* lines of the table, a line at most once; *rows* are their places in the file.

    Weights that differ for one criterion of a case are only odd: the first one holds.
    """
    found: list[Wrong] = []
    first: dict[tuple[str, str, str], int] = {}
    weighed: dict[tuple[str, str], tuple[float, int]] = {}
    for line in np.flatnonzero(good).tolist():
        case, option, name = (bilingual(str(values[column][line]))[0] for column in ("case", "option", "criterion"))
        value, weight = float(values["value"][line]), float(values["weight"][line])
        criterion = option_criterion(name)
        option = "" if every_option(option) else option
        place = (case, option, criterion.id or name)
        if place in first:
            message = f"{quoted(name)} of {quoted(option or 'all')} stands in row {rows[first[place]]} already"
            found.append(_one(line, message, "Keep one line."))
            continue
        if criterion.of_case and option:
            remedy = "It belongs to the case: write 'all' as the option."
            found.append(_one(line, f"{criterion.id} is given for one option", remedy, "option"))
            continue
        if (criterion.low is not None and value < criterion.low) or (criterion.high is not None and value > criterion.high):
            found.append(_one(line, f"{criterion.id or name} is {value:g}", _range(criterion, name), "value"))
            continue
        first[place] = line
        known, where = weighed.setdefault((case, place[2]), (weight, line)) if not np.isnan(weight) else (weight, line)
        if known != weight and not np.isnan(weight):
            message = f"gives {quoted(name)} a weight of {weight:g}, and row {rows[where]} one of {known:g}"
            found.append(
                Wrong(np.array([line]), message, "A criterion has one weight in a case; the first is taken.", "weight", False)
            )
    return found


def _one(line: int, message: str, remedy: str, column: str = "") -> Wrong:
    return Wrong(np.array([line]), message, remedy, column)


def _range(criterion: OptionCriterion, name: str) -> str:
    """What a value may be."""
    if criterion.high is None:
        return f"It must be {criterion.low:g} or more."
    if criterion.id:
        more = ", or be a percentage" if criterion.kind in ("probability", "rate") else ""
        return f"It must lie between {criterion.low:g} and {criterion.high:g}{more}."
    near = suggestion(name, list(OPTION_CRITERIA))
    meant = f"{near} " if near.startswith("Did you mean") else ""
    return f"{meant}A criterion of your own is a score from 1 to 5; amounts and probabilities have names of their own."
