"""A raw table brought to the types that are declared of it, line by line: what stops, what is left out, what is odd."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamassess.data import TABLES, ColumnSpec, TableSpec
from kamassess.errors import Fault, quoted
from kamassess.reading.cells import NAMED, Parsed, is_empty, parse_choices, parse_dates, parse_names, parse_numbers, parse_yes
from kamassess.reading.coded import Coded, groups
from kamassess.reading.columns import Source, TableSource
from kamassess.reading.delimited import column_letter
from kamassess.reading.option_lines import wrong_option_lines
from kamassess.reading.places import Gathered
from kamassess.reading.raw_tables import RawTable
from kamassess.reading.yaml_tree import suggestion

__all__ = ["Noted", "Reading", "TypedTable"]

_JOIN = " / "
_VALUES_SHOWN = 12
"""Wrong values of a column said one by one; the others are said together."""
_FEW_NAMES = 100
"""So many names can be searched for the nearest one to every wrong value; among more, only to the first few."""
_LEFT_OUT = "The line is left out."
_NO_VALUE = "The cell is taken as empty."
_OLDEST, _LATEST = np.datetime64("1950-01-01"), np.datetime64("2100-01-01")


@dataclass(frozen=True)
class Noted:
    """The files that were read, and what of them was left out or looks odd."""

    files: tuple[Path, ...] = ()
    left_out: tuple[Fault, ...] = ()
    odd: tuple[Fault, ...] = ()


@dataclass
class Reading:
    """What is known while tables are read.

    Attributes
    ----------
    known
        Ids of units, criteria and accounts; None where they could not be read themselves.
    engagement
        The name of the file that declares *sources*, in messages.
    faults
        What stops.
    """

    known: dict[str, Sequence[str] | None]
    engagement: str
    faults: Gathered
    sources: Mapping[str, TableSource] = field(default_factory=dict)
    left_out: Gathered = field(default_factory=Gathered)
    odd: Gathered = field(default_factory=Gathered)

    def noted(self, files: Iterable[Path]) -> Noted:
        """What came of reading these files."""
        return Noted(tuple(sorted(set(files))), tuple(self.left_out.faults()), tuple(self.odd.faults()))


class TypedTable:
    """One table while it is read: which lines are still good, and what its columns hold."""

    def __init__(self, spec: TableSpec, raw: RawTable, reading: Reading) -> None:
        self.spec = spec
        self.raw = raw
        self.reading = reading
        self.source = reading.sources.get(spec.name, TableSource(None, {}))
        self.good = np.ones(len(raw), dtype=bool)

    def read(self) -> tuple[pd.DataFrame, frozenset[str]] | None:
        """The frame and the columns that the file has; None where a column that must be there is not."""
        if not self._complete():
            return None
        coded = {column.name: self._coded(column.name) for column in self._columns()}
        given = frozenset(name for name, found in coded.items() if found is not None)
        values = {column.name: self._values(column, coded[column.name]) for column in self._columns()}
        self._checked(values)
        self._without_repeats(coded)
        frame = pd.DataFrame({name: self._kept(column) for name, column in values.items()})
        return frame, given

    def _columns(self) -> list[ColumnSpec]:
        """The declared columns, and of an open table all the others as text."""
        if not self.spec.open:
            return list(self.spec.columns)
        own = {column.name for column in self.spec.columns}
        read = {heading.casefold() for source in self.source.columns.values() for heading in source.headings}
        extra = [name for name in self.source.columns if name not in own]
        if not self._shared_file:
            extra += [heading for heading in self.raw.headings if heading.casefold() not in own | read and heading]
        return [*self.spec.columns, *(ColumnSpec(name, "text") for name in dict.fromkeys(extra))]

    @property
    def _shared_file(self) -> bool:
        """Whether other tables are read from the same file, so that what is not named is theirs."""
        files = [source.file for source in self.reading.sources.values()]
        return self.source.file is not None and files.count(self.source.file) > 1

    # -- columns -----------------------------------------------------------------------------------------------------------

    def _headings(self, name: str) -> tuple[str, ...]:
        """Under which headings the values of a column stand: as declared, else under its own name, or the Chinese one."""
        if name in self.source.columns:
            return self.source.columns[name].headings
        column = next((column for column in self.spec.columns if column.name == name), None)
        names = [name, name.replace("_", " "), *([column.zh] if column else [])]
        return next(((heading,) for heading in names if heading and self.raw.column(heading) is not None), ())

    def _complete(self) -> bool:
        """Whether each required column is there; notes what is not, and what is there and not read."""
        sound = True
        for name, source in self.source.columns.items():
            for heading in source.headings:
                if self.raw.column(heading) is None:
                    message = f"columns.{self.spec.name}.{name}: {self.raw.file} has no column {quoted(heading)}"
                    remedy = suggestion(heading, [found for found in self.raw.headings if found])
                    self.reading.faults.add(message, remedy, file=self.reading.engagement, line=source.line)
                    sound = False
        for column in self.spec.columns:
            if column.required and column.name not in self.source.columns and not self._headings(column.name):
                near = suggestion(column.name, [heading for heading in self.raw.headings if heading])
                remedy = near if near.startswith("Did you mean") else "Add it."
                if self.spec.name in TABLES:
                    remedy = f"{remedy[:-1]}, or say under columns.{self.spec.name} in {self.reading.engagement} where it stands."
                self.reading.faults.add(f"column '{column.name}' is missing", remedy, file=self.raw.file, sheet=self.raw.sheet)
                sound = False
        self._twice()
        if not self.source.columns and not self.spec.open:
            self._unread()
        return sound

    def _twice(self) -> None:
        seen: set[str] = set()
        for place, heading in enumerate(self.raw.headings):
            if heading and heading.casefold() in seen:
                self._note(
                    self.reading.odd, f"is a second column {quoted(heading)}", "The first is read.", column=column_letter(place)
                )
            seen.add(heading.casefold())

    def _unread(self) -> None:
        read = {heading.casefold() for column in self.spec.columns for heading in self._headings(column.name)}
        names = [column.name for column in self.spec.columns if not self._headings(column.name)]
        for heading in self.raw.headings:
            if heading and heading.casefold() not in read:
                near = suggestion(heading, names)
                remedy = near if near.startswith("Did you mean") else "Other columns do no harm."
                self._note(self.reading.odd, "is not read", remedy, column=self.raw.letter(heading))

    def _coded(self, name: str) -> Coded | None:
        """The texts of a column, by what is declared of it; None where the file has none."""
        source = self.source.columns.get(name, Source(self._headings(name)))
        if source.constant is not None:
            return Coded.of(np.zeros(len(self.raw), dtype=np.int64), [source.constant])
        parts = [part for heading in source.headings if (part := self.raw.column(heading)) is not None]
        if not parts:
            return None
        coded = parts[0]
        for part in parts[1:]:
            keys, codes = np.unique(coded.codes * len(part.values) + part.codes, return_inverse=True)
            pairs = [divmod(int(key), len(part.values)) for key in keys]
            coded = Coded.of(codes.astype(np.int64), [f"{coded.values[one]}{_JOIN}{part.values[two]}" for one, two in pairs])
        if not source.values and source.other is None and not source.missing:
            return coded
        return Coded.of(coded.codes, [_meant(value, source) for value in coded.values])

    def _values(self, column: ColumnSpec, coded: Coded | None) -> NDArray[np.generic]:
        """(lines,) typed values, missing where empty or wrong; lines without a value that must be there are left out."""
        if coded is None:
            coded = Coded.of(np.zeros(len(self.raw), dtype=np.int64), [""])
        parsed = self._parsed(column, coded.values)
        needed = column.required and column.must_fill
        wrong = dict(parsed.wrong)
        if needed:
            empty = [value for value in coded.values if is_empty(value, named=column.kind in NAMED)]
            wrong |= dict.fromkeys(empty, (f"{column.name} is empty", "Fill it."))
        refused = self._refused(column, coded, wrong, _LEFT_OUT if needed else _NO_VALUE)
        if needed:
            self.good[refused] = False
        values: NDArray[np.generic] = parsed.values[coded.codes]
        return values

    def _parsed(self, column: ColumnSpec, texts: Sequence[str]) -> Parsed:
        kind = column.kind
        if kind == "date":
            source = self.source.columns.get(column.name)
            return _dated(parse_dates(texts, source.form if source else None), texts)
        if kind in ("number", "share", "names"):
            return _within(parse_names(texts) if kind == "names" else parse_numbers(texts), texts, column)
        if kind == "yes":
            return parse_yes(texts)
        if kind == "choice":
            names = list(column.choices)
            return parse_choices(texts, column.choices, lambda text: suggestion(text, names))
        if kind in _WHAT:
            return _known(texts, self.reading.known[kind], kind)
        return Parsed(np.array(["" if is_empty(text, named=True) else text for text in texts], dtype=object), {})

    def _refused(self, column: ColumnSpec, coded: Coded, wrong: Mapping[str, tuple[str, str]], outcome: str) -> NDArray[np.int64]:
        """The positions of the lines with a *wrong* value, each noted with what comes of it; the most frequent ones by name."""
        bad = np.array([value in wrong for value in coded.values], dtype=bool)
        lines = np.flatnonzero(bad[coded.codes])
        headings = self._headings(column.name)
        place = self.raw.letter(headings[0]) if headings else column.name
        found = sorted(groups(coded.codes[lines]), key=lambda group: (-len(group[1]), group[1][0]))
        for count, (code, within) in enumerate(found):
            message, remedy = wrong[coded.values[code]]
            if count >= _VALUES_SHOWN:
                message = f"holds {len(found) - _VALUES_SHOWN:,} further values that cannot be read"
                remedy = "Mend those that are listed, then check again."
            self._note(self.reading.left_out, message, f"{remedy} {outcome}".strip(), self.raw.rows[lines[within]], place)
        return lines

    # -- lines -------------------------------------------------------------------------------------------------------------

    def _kept(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        found: NDArray[np.generic] = values[self.good]
        return found.astype("datetime64[s]") if found.dtype.kind == "M" else found

    def _without_repeats(self, coded: Mapping[str, Coded | None]) -> None:
        """Leaves out lines that stand in the file twice, and second lines of what can have but one."""
        first = self.raw.repeats
        again = self.good & (first != np.arange(len(self.raw)))
        if not self.source.file or not self.spec.key:
            remedy = f"{_LEFT_OUT} If it is meant, let a column tell the two apart."
            self._note(self.reading.left_out, "repeats an earlier line, cell by cell", remedy, self.raw.rows[again])
        self.good &= ~again
        if self.spec.key:
            self._one_each(coded)

    def _one_each(self, coded: Mapping[str, Coded | None]) -> None:
        """One line for each key. An extract with many lines for one account gives one, where they say the same of it."""
        lines = np.flatnonzero(self.good)
        frame = pd.DataFrame({name: column.codes[lines] for name, column in coded.items() if column is not None})
        later = frame.duplicated(list(self.spec.key)).to_numpy()
        same = frame.duplicated().to_numpy()
        self.good[lines[later]] = False
        clash = lines[later & ~same] if self.source.file else lines[later]
        if not len(clash):
            return
        if self.source.file:
            self._disagreeing(coded, frame, lines)
            return
        firsts = frame[~later].assign(line=lines[~later]).set_index(list(self.spec.key))["line"]
        keys = pd.MultiIndex.from_frame(frame.loc[np.isin(lines, clash), list(self.spec.key)])
        places = firsts.reindex(keys if len(self.spec.key) > 1 else keys.get_level_values(0)).to_numpy()
        name = " and ".join(self.spec.key)
        told: set[int] = set()
        for line, first in zip(clash.tolist(), places.astype(np.int64).tolist(), strict=True):
            if len(told) >= _VALUES_SHOWN and first not in told:
                message = f"further lines repeat the {name} of an earlier row"
                self._note(self.reading.left_out, message, f"Mend those that are listed. {_LEFT_OUT}", self.raw.rows[[line]])
                continue
            told.add(first)
            texts = ", ".join(quoted(column[line]) for key in self.spec.key if (column := coded[key]) is not None)
            message = f"{name} {texts} stands in row {self.raw.rows[first]} already"
            remedy = "Keep one line."
            units = coded.get("unit") if self.spec.name == "accounts" else None
            if units is not None and units[line] != units[first]:
                message += f", in unit {quoted(units[first])}; here in {quoted(units[line])}"
                remedy = "An account belongs to one unit: keep one line, or give each unit its own id and one 'group' to both."
            self._note(self.reading.left_out, message, f"{remedy} {_LEFT_OUT}", self.raw.rows[[line]])

    def _disagreeing(self, coded: Mapping[str, Coded | None], frame: pd.DataFrame, lines: NDArray[np.int64]) -> None:
        """Of an extract with many lines for one key: the columns that do not say the same in all of them."""
        key = list(self.spec.key)
        name = " and ".join(key)
        for column in frame.columns.difference(key, sort=False):
            other = (frame[column] != frame.groupby(key)[column].transform("first")).to_numpy()
            if not other.any():
                continue
            first = lines[other][~frame.loc[other, key].duplicated().to_numpy()]  # one line for each that disagrees
            line = int(first[0])
            example = ", ".join(quoted(found[line]) for part in key if (found := coded[part]) is not None)
            heading = next(iter(self._headings(column)), "")
            message = f"{column} is not the same in all lines of one {name}, such as {example}"
            remedy = "The first line of each is taken; map another column, or none. Other tables keep these lines."
            letter = self.raw.letter(heading) if heading else column
            self._note(self.reading.left_out, message, remedy, self.raw.rows[first], letter)

    def _checked(self, values: Mapping[str, NDArray[np.generic]]) -> None:
        """Values that cannot go together, and those that are odd."""
        for check in _CHECKS.get(self.spec.name, ()):
            if not {check.earlier, check.later} <= values.keys():
                continue
            with np.errstate(invalid="ignore"):
                odd = np.asarray(values[check.later] < values[check.earlier]) & self.good  # type: ignore[operator]
            if check.leaves_out:
                self.good &= ~odd
            remedy = f"{check.remedy} {_LEFT_OUT if check.leaves_out else 'It is kept.'}"
            self._note(self.reading.left_out if check.leaves_out else self.reading.odd, check.message, remedy, self.raw.rows[odd])
        if self.spec.name == "options":
            for wrong in wrong_option_lines(values, self.good, self.raw.rows):
                self.good[wrong.lines] &= not wrong.leaves_out
                remedy = f"{wrong.remedy} {_LEFT_OUT if wrong.leaves_out else ''}".strip()
                to = self.reading.left_out if wrong.leaves_out else self.reading.odd
                heading = next(iter(self._headings(wrong.column)), "")
                self._note(to, wrong.message, remedy, self.raw.rows[wrong.lines], self.raw.letter(heading) if heading else "")
        for column, below, message, remedy in _ODD.get(self.spec.name, ()):
            with np.errstate(invalid="ignore"):
                found = values[column].astype(float)
                odd = (found < 0 if below else found == 0) & self.good
            self._note(self.reading.odd, message, remedy, self.raw.rows[odd])

    def _note(self, to: Gathered, message: str, remedy: str, rows: Iterable[int] | None = None, column: str = "") -> None:
        """Note something of the table, or of some of its rows if there are any."""
        lines = None if rows is None else np.asarray(list(rows), dtype=np.int64)
        if lines is None or len(lines):
            where = () if lines is None else lines.tolist()
            to.add(message, remedy, file=self.raw.file, sheet=self.raw.sheet, rows=where, column=column)


@dataclass(frozen=True, slots=True)
class _Order:
    """Two dates that should come one after the other."""

    earlier: str
    later: str
    message: str
    remedy: str
    leaves_out: bool = False


_CHECKS: Mapping[str, tuple[_Order, ...]] = {
    "accounts": (_Order("since", "until", "ends before it began", "Mend 'since' or 'until'."),),
    "deliveries": (
        _Order("ordered", "delivered", "was delivered before it was ordered", "Check both dates."),
        _Order("ordered", "promised", "was promised for a day before it was ordered", "Check both dates."),
    ),
    "promotions": (_Order("start", "end", "ends before it begins", "Mend 'start' or 'end'.", leaves_out=True),),
    "evidence": (_Order("date", "expires", "expires before it was made", "Mend 'date' or 'expires'."),),
    "people": (_Order("joined", "left", "left before joining", "Mend 'joined' or 'left'."),),
}
_ODD: Mapping[str, tuple[tuple[str, bool, str, str], ...]] = {
    "sales": (
        ("quantity", True, "has a negative quantity", "It is counted as a return."),
        ("net_sales", True, "has negative sales", "It is counted as a return or credit note."),
        ("net_sales", False, "has sales of 0", "It is kept: see that no price is missing."),
    ),
    "deliveries": (("ordered_qty", False, "is an order of nothing", "It is taken as cancelled and does not count."),),
    "accounts": (("wallet", False, "has a wallet of 0", "Leave it empty where it is not known; no share is worked out."),),
}


_WHAT = {
    "unit": "no unit of this engagement",
    "account": "no account of the table 'accounts'",
    "criterion": "no criterion of the instrument",
}


def _meant(value: str, source: Source) -> str:
    if any(fnmatchcase(value, pattern) for pattern in source.missing):
        return ""
    if value in source.values:
        return source.values[value]
    return value if source.other is None else source.other


def _dated(parsed: Parsed, texts: Sequence[str]) -> Parsed:
    """Days that no business keeps are typing errors."""
    odd = (parsed.values < _OLDEST) | (parsed.values >= _LATEST)
    values, wrong = parsed.values.copy(), dict(parsed.wrong)
    for place in np.flatnonzero(odd).tolist():
        wrong[texts[place]] = f"{quoted(texts[place])} lies before 1950 or after 2099", "Check the year."
    values[odd] = np.datetime64("NaT", "D")
    return Parsed(values, wrong)


def _within(parsed: Parsed, texts: Sequence[str], column: ColumnSpec) -> Parsed:
    values, wrong = np.asarray(parsed.values, dtype=float).copy(), dict(parsed.wrong)
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    with np.errstate(invalid="ignore"):
        outside = (values < low) | (values > high)
    for place in np.flatnonzero(outside).tolist():
        if column.high is None:
            remedy = f"It must be {low:g} or more."
        else:
            remedy = f"It must lie between {low:g} and {high:g}" + (", or be a percentage." if column.kind == "share" else ".")
        wrong[texts[place]] = f"{column.name} is {texts[place]}", remedy
    values[outside] = np.nan
    return Parsed(values, wrong)


def _known(texts: Sequence[str], names: Sequence[str] | None, kind: str) -> Parsed:
    """Positions among known names, −1 where there is none; nothing is wrong where the names are not known themselves."""
    place = {name: number for number, name in enumerate(names or ())}
    wrong: dict[str, tuple[str, str]] = {}
    for text in texts if names is not None else ():
        if text not in place and not is_empty(text, named=True):
            remedy = suggestion(text, list(place)) if len(wrong) < _VALUES_SHOWN or len(place) <= _FEW_NAMES else ""
            if kind == "account" and not remedy.startswith("Did you mean"):
                remedy = "Add it to accounts, or mend it."
            wrong[text] = f"{quoted(text)} is {_WHAT[kind]}", remedy
    return Parsed(np.array([place.get(text, -1) for text in texts], dtype=np.int64), wrong)
