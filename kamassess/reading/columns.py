"""``columns`` of ``engagement.yaml``: how the files of the company's own systems become the tables that kamassess reads.

An extract keeps its headings, its order and its name; what stands where is said here, so that next month's extract needs no work.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from kamassess.data import TABLES
from kamassess.errors import quoted
from kamassess.reading.bounds import CHARACTERS_OF_PATTERN
from kamassess.reading.yaml_tree import Tree, suggestion

__all__ = ["SUFFIXES", "Source", "TableSource", "read_columns"]

SUFFIXES = (".csv", ".csv.gz", ".xlsx")
_FILE = "file"
_KEYS = ("column", "join", "constant", "format", "values", "else", "missing")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the values of one column come from.

    Attributes
    ----------
    headings
        The columns of the file, in the order in which their texts are joined; none for a ``constant``.
    constant
        What stands in every row.
    form
        The ``strptime`` format of its dates.
    values, other
        What its words mean, and what any other word means (None: itself).
    missing
        Words that stand for no value; ``*`` is any text in them, ``?`` any letter.
    """

    headings: tuple[str, ...] = ()
    constant: str | None = None
    form: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    other: str | None = None
    missing: frozenset[str] = frozenset()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class TableSource:
    """The file of a table (None: the one that bears its name), and the sources of the columns that are declared."""

    file: str | None
    columns: Mapping[str, Source]
    line: int | None = None


def read_columns(tree: Tree | None) -> dict[str, TableSource]:
    """What is declared for each table; notes unknown tables and columns, and what cannot be meant."""
    if tree is None or tree.null():
        return {}
    found = {}
    for name, entry in tree.items().items():
        if name not in TABLES:
            entry.fault("is no table", suggestion(name, list(TABLES)))
            continue
        found[name] = _table(name, entry)
    return found


def _table(name: str, tree: Tree) -> TableSource:
    spec = TABLES[name]
    known = [column.name for column in spec.columns]
    file, columns = None, {}
    for key, entry in tree.items().items():
        if key == _FILE:
            file = entry.text()
            if PurePath(file).name != file or not file.lower().endswith(SUFFIXES):
                entry.fault(f"is {quoted(file)}", f"Name a file in 'data' that ends in {', '.join(SUFFIXES)}.")
                file = None
        elif key not in known and not spec.open:
            entry.fault(f"is no column of {name}", suggestion(key, [*known, _FILE]))
        else:
            columns[key] = _source(entry)
    return TableSource(file, columns, tree.line)


def _form(tree: Tree) -> str | None:
    """A ``strptime`` format that gives a day; notes what is none."""
    form = tree.text()
    day = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of a day without a year, which is none
            sound = len(form) <= CHARACTERS_OF_PATTERN and dt.datetime.strptime(day.strftime(form), form).date() == day.date()
    except (ValueError, re.error):  # what strptime makes of a part that stands twice
        sound = False
    if form and not sound:
        tree.fault(f"is {quoted(form)}, which gives no day", "Write it like %d.%m.%Y.")
        return None
    return form


def _source(tree: Tree) -> Source:
    if tree.kind == "seq":
        return Source(tuple(part.text() for part in tree.list()), line=tree.line)
    if tree.kind != "map":
        return Source((tree.text(),), line=tree.line)
    fields = tree.fields((), _KEYS)
    origins = [key for key in ("column", "join", "constant") if key in fields]
    if len(origins) != 1:
        tree.fault("must have one of 'column', 'join' and 'constant'", "Keep the one that says where the values come from.")
        return Source(line=tree.line)
    headings: tuple[str, ...] = ()
    if "column" in fields:
        headings = (fields["column"].text(),)
    elif "join" in fields:
        headings = tuple(part.text() for part in fields["join"].list())
    return Source(
        headings=headings,
        constant=fields["constant"].cell() if "constant" in fields else None,
        form=_form(fields["format"]) if "format" in fields else None,
        values={key: value.cell() for key, value in fields["values"].items().items()} if "values" in fields else {},
        other=fields["else"].cell() if "else" in fields else None,
        missing=frozenset(part.cell() for part in fields["missing"].list()) if "missing" in fields else frozenset(),
        line=tree.line,
    )
