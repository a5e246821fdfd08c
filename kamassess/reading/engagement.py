"""The engagement folder: what ``engagement.yaml`` says and every file it leads to, read and checked in one go."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kamassess.errors import Fault, InputError, UsageError, quoted
from kamassess.instrument import Instrument, Text
from kamassess.reading.brand import Brand, default_brand, read_brand
from kamassess.reading.instrument import load_instrument
from kamassess.reading.instrument_tree import LANGUAGES
from kamassess.reading.places import Gathered
from kamassess.reading.yaml_tree import Faults, Tree, read_tree, suggestion

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Engagement", "Input", "Unit", "check_engagement", "load_engagement"]

FILE = "engagement.yaml"
RESPONSES = "responses"
_REQUIRED = ("company", "languages", "instrument", "wave", "units")
_OPTIONAL = ("date", "currency", "key_account_criteria", "peak_months", "programme_cost", "branding", "columns")


@dataclass(frozen=True, slots=True)
class Unit:
    """A business unit. ``parent`` is the unit above it; ``targets`` the level aimed at, by dimension id."""

    id: str
    name: Text
    parent: str | None
    size: float | None
    targets: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Input:
    """One file a result rests on: its name inside the engagement and the SHA-256 of its bytes."""

    file: str
    sha256: str


@dataclass(frozen=True)
class Engagement:
    """A checked engagement. ``responses`` holds all waves (columns in ``kamassess.reading.responses.read_responses``).

    ``date`` is when the current wave was closed, as ISO text; None where it is not given.
    """

    folder: Path
    company: Text
    currency: str
    languages: tuple[str, ...]
    wave: str
    date: str | None
    units: tuple[Unit, ...]
    instrument: Instrument
    brand: Brand
    responses: pd.DataFrame
    inputs: tuple[Input, ...]

    @cached_property
    def waves(self) -> tuple[str, ...]:
        """Waves that have answers, in order of their names."""
        return tuple(sorted(str(wave) for wave in self.responses["wave"].unique()))

    @cached_property
    def parents(self) -> frozenset[str]:
        """Units that stand above others."""
        return frozenset(unit.parent for unit in self.units if unit.parent)

    def unit(self, name: str) -> Unit:
        """The unit with this id.

        Raises
        ------
        UsageError
            There is none; names the nearest.
        """
        for unit in self.units:
            if unit.id == name:
                return unit
        raise UsageError(
            Fault(f"{quoted(name)} is no unit of this engagement", suggestion(name, [unit.id for unit in self.units]))
        )

    def wave_or_current(self, wave: str | None) -> str:
        """The wave asked for, or the current one.

        Raises
        ------
        UsageError
            The wave has no answers.
        """
        chosen = wave or self.wave
        if chosen in self.waves:
            return chosen
        raise UsageError(Fault(f"wave {quoted(chosen)} has no answers", suggestion(chosen, self.waves)))


def load_engagement(folder: str | Path) -> Engagement:
    """Read an engagement folder.

    Raises
    ------
    InputError
        With every fault of every file.
    """
    engagement, faults = _read(Path(folder))
    if faults or engagement is None:
        raise InputError(faults)
    return engagement


def check_engagement(folder: str | Path) -> tuple[Engagement | None, list[Fault]]:
    """The engagement, if it could be read at all, and every fault, including units that nobody answered for."""
    engagement, faults = _read(Path(folder))
    if engagement is None or any(fault.file.startswith(RESPONSES) for fault in faults):
        return engagement, faults
    return engagement, [*faults, *_silent(engagement)]


def _silent(engagement: Engagement) -> list[Fault]:
    """The wave, or the units of the wave, that nobody answered for."""
    if not engagement.wave or not engagement.units:
        return []
    if engagement.wave not in engagement.waves:
        remedy = suggestion(engagement.wave, engagement.waves) or "Add its answers."
        return [Fault(f"wave {quoted(engagement.wave)} has no answers", remedy, file=FILE)]
    current = engagement.responses["wave"] == engagement.wave
    answered = {*engagement.responses.loc[current, "unit"], *engagement.parents}
    return [
        Fault(
            f"unit '{unit.id}' has no answers in wave {engagement.wave}",
            f"Add its answers, or take the unit out of {FILE}.",
            file=RESPONSES,
        )
        for unit in engagement.units
        if unit.id not in answered
    ]


def _read(folder: Path) -> tuple[Engagement | None, list[Fault]]:
    if not folder.is_dir():
        remedy = f"Give the folder that holds {FILE}, or make one with 'kamassess init'."
        return None, [Fault(f"there is no engagement folder {quoted(folder.name or str(folder))}", remedy)]
    missing = "Check the folder, or make one with 'kamassess init'."
    if (folder / "engagement.yml").is_file():
        missing = f"Rename engagement.yml to {FILE}."
    try:
        tree, noted = read_tree(folder / FILE, FILE, missing)
    except InputError as error:
        return None, list(error.faults)
    fields = tree.fields(_REQUIRED, _OPTIONAL)
    faults: list[Fault] = []
    instrument = _instrument(fields, folder, noted, faults)
    languages = _languages(fields.get("languages"), instrument)
    units = _units(fields.get("units"), languages, instrument, noted)
    company = _text(fields["company"], languages) if "company" in fields else {}
    wave = fields["wave"].word() if "wave" in fields else ""
    date = _date(fields["date"]) if "date" in fields and not fields["date"].null() else None
    brand = _brand(fields, folder, noted, faults)
    currency = fields["currency"].word() if "currency" in fields and not fields["currency"].null() else ""
    from kamassess.reading.responses import read_responses  # pandas and Excel: only when there is something to read

    gathered = Gathered()
    names = [unit.id for unit in units]
    responses = read_responses(folder / RESPONSES, RESPONSES, instrument, names if all(names) and names else None, gathered)
    faults = sorted(noted.found, key=lambda fault: fault.line or 0) + faults + gathered.faults()
    if instrument is None:
        return None, faults
    inputs = () if faults else _inputs(folder, instrument)
    return Engagement(folder, company, currency, languages, wave, date, units, instrument, brand, responses, inputs), faults


def _instrument(fields: Mapping[str, Tree], folder: Path, noted: Faults, faults: list[Fault]) -> Instrument | None:
    name = fields["instrument"].word() if "instrument" in fields else ""
    if not name:
        return None
    try:
        return load_instrument(name, base=folder)
    except InputError as error:
        _lead(error, fields["instrument"], folder / name, noted, faults)
        return None


def _lead(error: InputError, tree: Tree, path: Path, noted: Faults, faults: list[Fault]) -> None:
    """Faults of a file that ``engagement.yaml`` leads to; that it is not there is a fault of the line that names it."""
    if path.is_file():
        faults.extend(error.faults)
    elif any(fault.file for fault in error.faults):
        noted.add(f"{tree.path}: there is no file {quoted(path.name)}", "Put it in this folder, or mend the name.", tree.line)
    else:
        noted.add(f"{tree.path}: {error.faults[0].message}", error.faults[0].remedy, tree.line)


def _brand(fields: Mapping[str, Tree], folder: Path, noted: Faults, faults: list[Fault]) -> Brand:
    if "branding" not in fields or fields["branding"].null():
        return default_brand()
    name = fields["branding"].word()
    if not name:
        return default_brand()
    try:
        return read_brand(folder / name, Path(name).name if Path(name).is_absolute() else name)
    except InputError as error:
        _lead(error, fields["branding"], folder / name, noted, faults)
        return default_brand()


def _date(tree: Tree) -> str | None:
    text = tree.word()
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        if text:
            tree.fault(f"is {quoted(text)}, not a date", "Write it as 2026-10-31.")
        return None


def _languages(tree: Tree | None, instrument: Instrument | None) -> tuple[str, ...]:
    found = []
    for entry in tree.list() if tree else ():
        language = entry.choice(LANGUAGES)
        if entry.node.value != language:
            continue
        if instrument is not None and language not in instrument.languages:
            entry.fault(
                f"is {language}, which instrument {instrument.id} is not written in", "Take it out, or translate the instrument."
            )
        found.append(language)
    return tuple(dict.fromkeys(found))


def _text(tree: Tree, languages: tuple[str, ...]) -> Text:
    fields = tree.fields(languages, [language for language in LANGUAGES if language not in languages])
    return {language: value.text() for language, value in fields.items()}


def _units(tree: Tree | None, languages: tuple[str, ...], instrument: Instrument | None, noted: Faults) -> tuple[Unit, ...]:
    units: dict[str, Unit] = {}
    parents: list[tuple[str, str, int]] = []
    for entry in tree.list() if tree else ():
        fields = entry.fields(["id", "name"], ["parent", "size", "targets"])
        if "id" not in fields:
            continue
        name = fields["id"].name()
        if name in units:
            fields["id"].fault(f"{quoted(name)} is the id of another unit already", "Give each unit an id of its own.")
        parent = fields["parent"].name() if "parent" in fields and not fields["parent"].null() else None
        if parent:
            parents.append((name, parent, fields["parent"].line))
        size = fields["size"].number(low=0) if "size" in fields and not fields["size"].null() else None
        text = _text(fields["name"], languages) if "name" in fields else {}
        units[name] = Unit(name, text, parent, size, _targets(fields.get("targets"), instrument))
    above = {name: parent for name, parent, _ in parents}
    for name, parent, line in parents:
        if parent not in units:
            others = [unit for unit in units if unit != name]
            noted.add(f"parent {quoted(parent)} of unit '{name}' is no unit", suggestion(parent, others), line)
        elif name in _line_above(name, above):
            noted.add(f"unit '{name}' stands above itself", "Mend 'parent' on one of the units in this loop.", line)
    return tuple(units.values())


def _line_above(name: str, above: Mapping[str, str]) -> list[str]:
    line: list[str] = []
    while name in above and above[name] not in line:
        name = above[name]
        line.append(name)
    return line


def _targets(tree: Tree | None, instrument: Instrument | None) -> dict[str, float]:
    if tree is None or tree.null():
        return {}
    targets = {}
    dimensions = {dimension.id: dimension for dimension in instrument.dimensions} if instrument else None
    for name, entry in tree.items().items():
        if dimensions is None:
            continue
        if name not in dimensions:
            entry.fault("is no dimension of the instrument", suggestion(name, list(dimensions)))
            continue
        scales = [question.scale for criterion in dimensions[name].criteria for question in criterion.questions]
        targets[name] = entry.number(low=min(scale.minimum for scale in scales), high=max(scale.maximum for scale in scales))
    return targets


def _inputs(folder: Path, instrument: Instrument) -> tuple[Input, ...]:
    """The files read, by name; the instrument under its id, wherever it lies."""
    from kamassess.reading.responses import response_files

    paths = [folder / FILE, *response_files(folder / RESPONSES, RESPONSES, Gathered())]
    found = [Input(path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths]
    return (*found, Input(f"instrument {instrument.id} {instrument.version}", instrument.sha256))
