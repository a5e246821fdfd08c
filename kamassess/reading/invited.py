"""Who was invited to answer: how many by unit and role (``engagement.yaml``), or each by code (``invited.csv``)."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kamassess.errors import quoted
from kamassess.reading.contents import linked_out
from kamassess.reading.delimited import column_letter, read_csv
from kamassess.reading.file_kinds import EXCEL_MAGIC
from kamassess.reading.misplaced import told_of_headings
from kamassess.reading.places import Gathered
from kamassess.reading.yaml_tree import Tree, suggestion

__all__ = ["INVITED", "Invited", "read_invited"]

INVITED = "invited.csv"
_COLUMNS = ("unit", "role", "respondent")
_ALIASES = {"业务单元": "unit", "角色": "role", "受访者": "respondent"}


@dataclass(frozen=True)
class Invited:
    """Who was invited in the current wave.

    Attributes
    ----------
    counts
        How many people, by unit and role.
    people
        The role of each, by unit and respondent; empty where only numbers are known.
    """

    counts: Mapping[tuple[str, str], int]
    people: Mapping[tuple[str, str], str] = field(default_factory=dict)


def read_invited(
    tree: Tree | None, folder: Path, units: Sequence[str] | None, roles: Sequence[str] | None, faults: Gathered
) -> Invited | None:
    """Who was invited; None where nothing is said of it.

    Parameters
    ----------
    tree
        The key ``invited`` of ``engagement.yaml``; it takes the faults of its own lines.
    folder
        The engagement folder, which may hold ``invited.csv``.
    units, roles
        Their ids; None where they are not known, and then not checked.
    faults
        Where faults of the file are noted.
    """
    path = folder / INVITED
    given = tree is not None and not tree.null()
    if path.is_file():
        if told := linked_out(path, folder):
            faults.add(*told, file=INVITED)
            return None
        if given and tree is not None:
            tree.fault(f"is said in {INVITED} too", "Keep one of the two.")
        return _people(path, units, roles, faults)
    return _counts(tree, units, roles) if given and tree is not None else None


def _counts(tree: Tree, units: Sequence[str] | None, roles: Sequence[str] | None) -> Invited:
    counts: dict[tuple[str, str], int] = {}
    for unit, entry in tree.items().items():
        if units is not None and unit not in units:
            entry.fault("is no unit of this engagement", suggestion(unit, units))
            continue
        for role, number in entry.items().items():
            if roles is not None and role not in roles:
                number.fault("is no role of the instrument", suggestion(role, roles))
            else:
                counts[unit, role] = int(number.number(low=0, whole=True))
    return Invited(counts)


def _people(path: Path, units: Sequence[str] | None, roles: Sequence[str] | None, faults: Gathered) -> Invited | None:
    with contextlib.suppress(OSError), path.open("rb") as file:
        if file.read(4).startswith(EXCEL_MAGIC):
            faults.add("is a workbook with the name of a CSV file", "Save it as CSV UTF-8.", file=INVITED)
            return None
    frame = read_csv(path, INVITED, faults)
    if frame is None:
        return None
    if told := told_of_headings([str(name) for name in frame.columns], ""):
        faults.add(*told, file=INVITED)
        return None
    headings = [_ALIASES.get(str(name).strip(), str(name).strip().casefold()) for name in frame.columns]
    missing = [name for name in _COLUMNS if name not in headings]
    for name in missing:
        faults.add(f"column '{name}' is missing", f"Add it; the columns are {','.join(_COLUMNS)}.", file=INVITED, row=1)
    if missing:
        return None
    place = {name: headings.index(name) for name in _COLUMNS}
    cells = {name: [str(cell).strip() for cell in frame.iloc[:, index]] for name, index in place.items()}
    valid = {"unit": None if units is None else frozenset(units), "role": None if roles is None else frozenset(roles)}
    allowed = {"unit": units, "role": roles}
    people: dict[tuple[str, str], str] = {}
    first: dict[tuple[str, str], int] = {}
    for row, *entry in zip(frame.index.tolist(), *(cells[name] for name in _COLUMNS), strict=True):
        if not any(entry):
            continue
        sound = True
        for name, cell in zip(_COLUMNS, entry, strict=True):
            known = valid.get(name)
            message = remedy = ""
            if not cell:
                message, remedy = f"{name} is empty", f"Write the {name}."
            elif known is not None and cell not in known:
                what = "unit of this engagement" if name == "unit" else "role of the instrument"
                message, remedy = f"{quoted(cell)} is no {what}", suggestion(cell, list(allowed[name] or ()))
            if message:
                sound = False
                column = f"{column_letter(place[name])} ({name})"
                faults.add(message, remedy, file=INVITED, row=row, column=column)
        unit, role, respondent = entry
        if not sound:
            continue
        if (unit, respondent) in people:
            message = f"respondent {quoted(respondent)} of {unit} stands in row {first[unit, respondent]} already"
            faults.add(
                message, "Keep one of them.", file=INVITED, row=row, column=f"{column_letter(place['respondent'])} (respondent)"
            )
            continue
        people[unit, respondent], first[unit, respondent] = role, row
    return Invited(Counter((unit, role) for (unit, _), role in people.items()), people)
