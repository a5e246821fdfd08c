"""The company's own tables in the ``data`` folder.

Two kinds of trouble are kept apart. A file that cannot be read, or a column that is not there, stops: nothing can be said then. A
line that cannot be used is left out and listed with its place, and a value that is odd is listed and kept, since a year of
deliveries is not to be thrown away for one cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kamassess.data import TABLES, Data
from kamassess.errors import quoted
from kamassess.reading.across_tables import note_accounts, note_days
from kamassess.reading.columns import SUFFIXES, TableSource
from kamassess.reading.contents import linked_out
from kamassess.reading.misplaced import told_of_file, told_of_known
from kamassess.reading.named_files import left_aside
from kamassess.reading.places import Gathered
from kamassess.reading.raw_tables import RawTable, read_raw
from kamassess.reading.typed_tables import Noted, Reading, TypedTable
from kamassess.reading.yaml_tree import suggestion

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_data"]


def read_data(
    folder: Path,
    shown: str,
    sources: Mapping[str, TableSource],
    units: Sequence[str] | None,
    engagement: str,
    faults: Gathered,
    until: str | None = None,
    window_days: int = 365,
) -> tuple[Data, Noted]:
    """Every table in *folder*.

    Parameters
    ----------
    folder, shown
        The folder, which need not be there, and its name in messages.
    sources
        What ``columns`` of *engagement*, the file that declares it, says of each table.
    units
        Ids of the units; None where they are not known, and then not checked.
    faults
        Where is noted what stops.
    until, window_days
        The last of the days that metrics look at (None: the newest of the tables), and how many.
    """
    reading = Reading({"unit": units, "account": None}, engagement, faults, sources)
    paths = _files(folder, shown, reading)
    tables: dict[str, pd.DataFrame] = {}
    given: dict[str, frozenset[str]] = {}
    raws: dict[Path, RawTable | None] = {}
    kept: dict[str, tuple[RawTable, NDArray[np.int64]]] = {}
    for name, spec in TABLES.items():
        path = paths.get(name)
        if path is None:
            continue
        if path not in raws:
            raws[path] = read_raw(path, f"{shown}/{path.name}", name, faults, reading.left_out)
        raw = raws[path]
        typed = None if raw is None else TypedTable(spec, raw, reading)
        found = typed.read() if typed else None
        if raw is None or typed is None or found is None:
            continue
        tables[name], given[name] = found
        kept[name] = raw, raw.rows[typed.good]
        if name == "accounts":
            reading.known["account"] = tables[name]["account"].tolist()
    named = {name for name, spec in TABLES.items() if any(column.kind == "account" for column in spec.columns)}
    if named & paths.keys() and "accounts" not in paths:
        remedy = "Add accounts.csv: which account is whose, and whether it is a key account."
        faults.add("there is no table 'accounts', which the others need", remedy, file=shown)
    data = Data(tables, given, len(units or ()))
    note_days(data, {name: raw.file for name, (raw, _) in kept.items()}, until, window_days, reading.odd)
    if "accounts" in kept:
        note_accounts(data, *kept["accounts"], until, window_days, reading.odd)
    return data, reading.noted(paths.values())


def _files(folder: Path, shown: str, reading: Reading) -> dict[str, Path]:
    """The file of each table; notes files that are none, two of one table, and declared ones that are not there."""
    if not folder.is_dir():
        for source in reading.sources.values():
            remedy = f"Put it in {shown}, or mend 'columns'."
            name = source.file or "its file"
            reading.faults.add(f"there is no folder {shown} with {name}", remedy, file=reading.engagement, line=source.line)
        return {}
    if told := linked_out(folder, folder.parent):
        reading.faults.add(*told, file=shown)
        return {}
    there = {}
    for path in sorted(folder.iterdir()):
        if told := linked_out(path, folder.parent):
            reading.faults.add(*told, file=f"{shown}/{path.name}")
        elif not left_aside(path):
            there[path.name] = path
    declared = {source.file: name for name, source in reading.sources.items() if source.file}
    found: dict[str, Path] = {}
    for name, source in reading.sources.items():
        if source.file and source.file in there:
            found[name] = there[source.file]
        elif source.file:
            remedy = suggestion(source.file, list(there)) or f"Put it in {shown}."
            message = f"columns.{name}: there is no file {quoted(source.file)} in {shown}"
            reading.faults.add(message, remedy, file=reading.engagement, line=source.line)
    for file, path in there.items():
        suffix = next((end for end in sorted(SUFFIXES, key=len, reverse=True) if file.lower().endswith(end)), "")
        name = file[: len(file) - len(suffix)].lower()
        where = f"{shown}/{file}"
        if file in declared:
            continue
        if path.is_dir():
            reading.faults.add("is a folder, which is not looked into", f"Move its files into {shown}.", file=where)
        elif not suffix:
            reading.faults.add(*told_of_file(path, "data"), file=where)
        elif name not in TABLES and (told := told_of_known(path, "data")):
            reading.faults.add(*told, file=where)
        elif name not in TABLES:
            remedy = f"{suggestion(name, list(TABLES))} Or name it under 'columns' in {reading.engagement}."
            reading.faults.add(f"{quoted(name)} is no table", remedy, file=where)
        elif name in found:
            reading.faults.add(f"is a second file of table {name}, beside {found[name].name}", "Keep one of them.", file=where)
        else:
            found[name] = path
    return found
