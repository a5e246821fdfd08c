"""From a notebook's parameters to the result it reports, with every wrong parameter named."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kamassess.errors import Fault, UsageError, quoted
from kamassess.locale import LANGUAGES
from kamassess.opened import opened_result
from kamassess.reading.brand import Brand
from kamassess.reading.yaml_tree import suggestion
from kamassess.resources import engagement_folder
from kamassess.result import AuditResult

__all__ = ["GROUP", "opened"]

GROUP = "_group"
"""Stands for all units."""


def opened(
    engagement: str | Path,
    language: str,
    wave: str | int | None,
    since: str | int | None = None,
    *,
    parameters: Sequence[str],
    unit: str | None = None,
) -> tuple[Brand, AuditResult]:
    """The brand and the result of an engagement.

    Parameters
    ----------
    engagement
        The engagement folder. ``sample_data`` also names the sample that travels with the package.
    language, wave, since
        As the notebook has them; an empty wave is the current one, an empty ``since`` the one before it.
    parameters
        The parameters the notebook has; others that were given to it are refused.
    unit
        The unit the report is about, if it is about one; ``_group`` stands for all of them.

    Raises
    ------
    InputError
        The engagement has faults; all of them are named.
    UsageError
        A parameter is wrong, or one that does not exist was given to the notebook.
    """
    _check_injected(parameters)
    folder = engagement_folder(engagement)
    _check(language, unit)
    brand, result = opened_result(folder, _name(wave), _name(since), of_one_unit=unit not in (None, GROUP))
    if language not in result.languages:
        raise UsageError(
            Fault(f"language '{language}' is not among the languages of this engagement", suggestion(language, result.languages))
        )
    if unit not in (None, GROUP) and unit not in result.units:
        raise UsageError(Fault(f"{quoted(str(unit))} is no unit of this engagement", suggestion(str(unit), list(result.units))))
    return brand, result


def _name(wave: str | int | None) -> str | None:
    return str(wave) if wave not in (None, "") else None


def _check(language: str, unit: str | None) -> None:
    faults = []
    if language not in LANGUAGES:
        faults.append(Fault(f"language is '{language}'", suggestion(str(language), LANGUAGES)))
    if unit is not None and (not isinstance(unit, str) or not unit):
        faults.append(Fault("unit is empty", "Give the id of a business unit; 'kamassess score' lists them."))
    if faults:
        raise UsageError(faults)


def _check_injected(allowed: Sequence[str]) -> None:
    """Refuse a parameter that the notebook does not have. papermill itself only logs a warning, and the default would be used."""
    from IPython import get_ipython

    shell = get_ipython()
    namespace: Mapping[str, Any] = shell.user_ns if shell is not None else {}
    for source in namespace.get("In", ()):
        if not source.startswith("# Parameters\n"):
            continue
        assigned = [
            target.id
            for node in ast.parse(source).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        ]
        faults = [
            Fault(f"the notebook has no parameter '{name}'", suggestion(name, allowed))
            for name in assigned
            if name not in allowed
        ]
        if faults:
            raise UsageError(faults)
