"""The library of actions: the package's for the instrument ``kam``, or a file that ``engagement.yaml`` names.

Both have the form described in ``docs/roadmap.md``. The package's files are ours and read as they are; a file of an engagement is
checked, with every fault at its line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from kamassess.errors import InputError, quoted
from kamassess.instrument import Instrument, Text
from kamassess.planning import EFFORTS, PHASES, Action, ActionLibrary, Capacity, action_id
from kamassess.reading.package_data import package_yaml
from kamassess.reading.yaml_tree import Tree, read_tree, suggestion
from kamassess.resources import package_file

__all__ = ["BUILT_IN", "action_files", "builtin_actions", "read_actions", "read_capacity"]

BUILT_IN = "kam"
"""Names the package's library, and the instrument that it is for."""
_OWNERS = "owners"
_LEVEL = re.compile(r"[0-9]{1,9}")
_STEP = re.compile(rf"(.+)\.({_LEVEL.pattern})")
_MOST_MONTHS = PHASES[-1][1]


def action_files() -> list[Path]:
    """The package's files of actions, one for each dimension."""
    return sorted(path for path in package_file("actions").glob("*.yaml") if path.stem != _OWNERS)


@cache
def builtin_actions() -> ActionLibrary:
    """The library that travels with the package, for the instrument ``kam``."""
    entries = {
        (name, int(level)): entry
        for path in action_files()
        for name, steps in package_yaml(f"actions/{path.name}").items()
        for level, entry in steps.items()
    }
    actions = {action_id(name, level): _action(name, level, entry) for (name, level), entry in entries.items()}
    return ActionLibrary(actions, {code: dict(text) for code, text in package_yaml(f"actions/{_OWNERS}.yaml").items()})


def _action(criterion: str, level: int, entry: Mapping[str, Any]) -> Action:
    after = tuple(_step(name) for name in entry["after"])
    texts: list[Text] = [dict(entry[key]) for key in ("do", "measure")]
    return Action(criterion, level, texts[0], texts[1], entry["owner"], entry["effort"], entry["months"], after)


def _step(name: str) -> tuple[str, int]:
    found = _STEP.fullmatch(name)
    return (found[1], int(found[2])) if found else (name, 0)


def read_capacity(tree: Tree | None) -> Capacity:
    """How much effort each phase can bear, as the key ``roadmap`` says. Notes every fault."""
    if tree is None or tree.null():
        return Capacity()
    fields = tree.fields([], ["effort"])
    if "effort" not in fields:
        return Capacity()
    efforts = tuple(entry.number(low=0) for entry in fields["effort"].list())
    if len(efforts) != len(PHASES):
        fields["effort"].fault(f"has {len(efforts)} numbers", f"Give {len(PHASES)}: one for each phase.")
        return Capacity()
    return Capacity(efforts)


def read_actions(path: Path, shown: str, instrument: Instrument) -> ActionLibrary:
    """The library in a YAML file of an engagement: the package's actions are not added to it, its owners are.

    Raises
    ------
    InputError
        With every fault of the file, each with its line.
    """
    tree, faults = read_tree(path, shown)
    criteria = {criterion.id: criterion for criterion in instrument.criteria()}
    roots = tree.items()
    owners = dict(builtin_actions().owners)
    if _OWNERS in roots:
        owners |= {code: _text(entry, instrument.languages) for code, entry in roots.pop(_OWNERS).items().items()}
    actions: dict[str, Action] = {}
    places: dict[str, Tree] = {}
    for name, steps in roots.items():
        if name not in criteria:
            faults.add(f"{name} is no criterion of the instrument", suggestion(name, list(criteria)), steps.key_line)
            continue
        for level, entry in steps.items().items():
            if not _LEVEL.fullmatch(level) or int(level) < 1:
                faults.add(f"{name}.{level} is no level", "Name each step by the level it reaches: 2, 3, …", entry.key_line)
                continue
            action = _read(entry, name, int(level), owners, instrument.languages)
            actions[action.id], places[action.id] = action, entry
    for name, action in actions.items():
        _check_after(places[name], action, actions, criteria)
    if faults.found:
        raise InputError(sorted(faults.found, key=lambda fault: fault.line or 0))
    return ActionLibrary(actions, owners, shown, hashlib.sha256(path.read_bytes()).hexdigest())


def _read(tree: Tree, criterion: str, level: int, owners: Mapping[str, Text], languages: Sequence[str]) -> Action:
    fields = tree.fields(["do", "measure", "owner"], ["effort", "months", "after"])
    do, measure = (_text(fields[key], languages) if key in fields else {} for key in ("do", "measure"))
    owner = fields["owner"].choice(list(owners)) if "owner" in fields else ""
    effort = int(fields["effort"].number(low=EFFORTS[0], high=EFFORTS[-1], whole=True)) if "effort" in fields else EFFORTS[1]
    months = int(fields["months"].number(low=1, high=_MOST_MONTHS, whole=True)) if "months" in fields else 3
    after = tuple(_step(entry.name()) for entry in fields["after"].list(empty=True)) if "after" in fields else ()
    return Action(criterion, level, do, measure, owner, effort, months, after)


def _text(tree: Tree, languages: Sequence[str]) -> Text:
    return {language: value.text() for language, value in tree.fields(languages).items()}


def _check_after(tree: Tree, action: Action, actions: Mapping[str, Action], criteria: Collection[str]) -> None:
    """Notes what must come before and is nothing, or leads back to the action itself."""
    for criterion, level in action.after:
        if criterion not in criteria or not level:
            tree.fault(
                f"comes after {quoted(action_id(criterion, level) if level else criterion)}, which is no step of a criterion",
                "Write it as CRITERION.LEVEL.",
            )
        elif criterion == action.criterion:
            tree.fault("comes after a step of its own criterion", "Leave it out: the step before goes without saying.")
        elif action.id in _all_before(action_id(criterion, level), actions):
            tree.fault(f"must come both before and after {action_id(criterion, level)}", "Take one of the two out.")


def _all_before(name: str, actions: Mapping[str, Action]) -> set[str]:
    """An action and everything that must come before it, of what there is."""
    found: set[str] = set()
    waiting = [_step(name)]
    while waiting:
        criterion, level = waiting.pop()
        for one in actions.values():
            if one.criterion == criterion and one.level <= level and one.id not in found:
                found.add(one.id)
                waiting += one.after
    return found
