"""The engagement folder: what ``engagement.yaml`` says and every file it leads to, read and checked in one go."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from kamassess.data import Data, Proof
from kamassess.errors import Fault, InputError, UsageError, quoted
from kamassess.instrument import Breakpoint, Instrument, QuestionMapping, Text
from kamassess.measuring import Settings
from kamassess.planning import NOTHING_DECIDED, ActionLibrary, Capacity
from kamassess.readable import visible
from kamassess.reading.actions import BUILT_IN, builtin_actions, read_actions, read_capacity
from kamassess.reading.brand import Brand, default_brand, read_brand
from kamassess.reading.columns import read_columns
from kamassess.reading.contents import linked_out
from kamassess.reading.instrument import load_instrument
from kamassess.reading.instrument_tree import LANGUAGES
from kamassess.reading.measuring import SETTINGS, check_crm, read_curves, read_settings
from kamassess.reading.named_files import Input, NamedFiles, shown
from kamassess.reading.places import Gathered
from kamassess.reading.planned import Planned, score_ends
from kamassess.reading.standing_still import cut_short, read_while_still
from kamassess.reading.unasked import FILE, RESPONSES, not_asked, silent
from kamassess.reading.units import Unit, read_units, text_of
from kamassess.reading.waves import EarlierWave, Waves, read_waves
from kamassess.reading.workshops import Asked, ReadWorkshops, read_workshops
from kamassess.reading.yaml_tree import Faults, Tree, read_tree, suggestion
from kamassess.recorded import WorkshopRecord

if TYPE_CHECKING:
    import pandas as pd

    from kamassess.reading.invited import Invited

__all__ = ["EarlierWave", "Engagement", "Input", "Unit", "check_engagement", "load_declared", "load_engagement"]

DATA = "data"
_OTHER_NAMES = (FILE, "engagement.yml", f"{FILE}.txt", "engagement.yml.txt", "engagement.txt")
"""Names that the file may have got instead: Windows hides endings, and an editor adds one."""
_NEAR = 8
_DECLARING = ("*.y*ml", "*/*.y*ml")
"""Files that declare something, and hold no answers."""
_REQUIRED = ("company", "languages", "instrument", "wave", "units")
_OPTIONAL = ("date", "waves", "currency", "branding", "columns", "curves", "actions", "roadmap", "invited", *SETTINGS)


@dataclass(frozen=True)
class Engagement:
    """A checked engagement. ``responses`` holds all waves (columns in ``kamassess.reading.responses.read_responses``).

    ``date`` is when the current wave was closed, as ISO text; None where it is not given. ``instrument`` is what is asked now;
    ``earlier`` has the waves of which something else is declared. ``data`` are the company's own tables; ``left_out``
    says which of their lines and cells could not be used, ``odd`` which were used and look strange. ``settings``
    is what is declared for metrics, ``curves`` are those that differ from the instrument's. ``actions`` and ``capacity`` are what
    roadmaps are made of.
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
    earlier: Mapping[str, EarlierWave] = field(default_factory=dict)
    data: Data = field(default_factory=lambda: Data({}, {}, 0))
    evidence: tuple[Proof, ...] = ()
    settings: Settings = field(default_factory=Settings)
    curves: Mapping[str, tuple[Breakpoint, ...]] = field(default_factory=dict)
    actions: ActionLibrary = field(default_factory=ActionLibrary)
    capacity: Capacity = field(default_factory=Capacity)
    left_out: tuple[Fault, ...] = ()
    odd: tuple[Fault, ...] = ()
    named_files: tuple[str, ...] = ()
    """Files that ``engagement.yaml`` or the register of evidence names, as they stand there."""
    invited: Invited | None = None
    """Who was asked to answer in the current wave; None where nobody says."""
    workshops: tuple[WorkshopRecord, ...] = ()
    """What workshops left, in the order of wave, unit, day and id; no score of the survey hangs on them."""

    @cached_property
    def waves(self) -> tuple[str, ...]:
        """Waves that have answers, in order of their names."""
        return tuple(sorted(str(wave) for wave in self.responses["wave"].unique()))

    @cached_property
    def documented(self) -> frozenset[str]:
        """Units that something is known of without asking anybody: by their accounts or managers, or by the register."""
        found = {proof.unit for proof in self.evidence}
        for table in ("accounts", "people"):
            if table in self.data:
                found |= {self.units[place].id for place in self.data[table]["unit"].unique().tolist() if place >= 0}
        return frozenset(found)

    @property
    def has_other(self) -> bool:
        """Whether there is something to report in the current wave without any answers."""
        return bool(self.documented) or any(record.wave == self.wave for record in self.workshops)

    @property
    def reportable(self) -> bool:
        """Whether nothing stops the reports of the current wave, whatever is left out of them."""
        return bool(self.inputs) and (self.wave in self.waves or self.has_other)

    def documented_in(self, wave: str) -> frozenset[str]:
        """The units that can be audited in *wave* without answers: in the current one, those that are documented."""
        return self.documented if wave == self.wave else frozenset()

    def data_of(self, wave: str) -> Data:
        """The company's tables beside *wave*: extracts are of today, so an earlier wave has none."""
        return self.data if wave == self.wave else Data({}, {}, len(self.units))

    def evidence_of(self, wave: str) -> tuple[Proof, ...]:
        """The register beside *wave*: an earlier one has it only where it is declared when the wave was closed."""
        return self.evidence if wave == self.wave or self.date_of(wave) else ()

    def workshops_of(self, wave: str) -> dict[str, tuple[WorkshopRecord, ...]]:
        """The workshops of a wave by unit, each unit's in the order of their days."""
        found: dict[str, tuple[WorkshopRecord, ...]] = {}
        for record in self.workshops:
            if record.wave == wave:
                found[record.unit] = (*found.get(record.unit, ()), record)
        return found

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
            The wave has no answers, and is not the current one of an engagement with data, evidence or a workshop.
        """
        chosen = wave or self.wave
        if chosen in self.waves or (chosen and chosen == self.wave and self.has_other):
            return chosen
        raise UsageError(Fault(f"wave {quoted(chosen)} has no answers", suggestion(chosen, self.waves)))

    def instrument_of(self, wave: str) -> Instrument:
        """What *wave* was asked with."""
        return self.earlier[wave].instrument if wave in self.earlier else self.instrument

    def mapping_from(self, wave: str) -> QuestionMapping:
        """What became of the questions of *wave* in the current instrument; all are kept if it was asked with that one."""
        return self.earlier[wave].mapping if wave in self.earlier else QuestionMapping.identity(self.instrument)

    def date_of(self, wave: str) -> str | None:
        """When *wave* was closed, as ISO text; None where it is not given."""
        if wave == self.wave:
            return self.date
        return self.earlier[wave].date if wave in self.earlier else None

    def units_of(self, wave: str) -> tuple[Unit, ...]:
        """The units, with the targets that can be held against the scores of *wave*.

        Targets are declared for the current instrument. One for a dimension that the instrument of *wave* does not have, or has
        on scales with other ends, is left out.
        """
        instrument = self.instrument_of(wave)
        if wave == self.wave:
            return self.units
        units = tuple(replace(unit, plan=NOTHING_DECIDED) for unit in self.units)
        if instrument is self.instrument:
            return units
        now, then = score_ends(self.instrument), score_ends(instrument)
        same = {dimension for dimension in now if now[dimension] == then.get(dimension)}
        return tuple(
            replace(unit, targets={name: level for name, level in unit.targets.items() if name in same}) for unit in units
        )


def load_engagement(folder: str | Path, *, unasked: bool = False) -> Engagement:
    """Read an engagement folder; *unasked*: that there are no answers yet, nor anything else to report on, is no fault.

    Raises
    ------
    InputError
        With every fault of every file.
    """
    engagement, faults = _read_still(Path(folder), unasked=unasked)
    if faults or engagement is None:
        raise InputError(faults)
    return engagement


def load_declared(folder: str | Path) -> Engagement:
    """What ``engagement.yaml`` declares, with no answers, tables or evidence: what is needed to ask people.

    Raises
    ------
    InputError
        With every fault of the file and of those it names. What lies in the other folders is not looked at.
    """
    engagement, faults = read_while_still(Path(folder), lambda: _read(Path(folder), declared_only=True), _DECLARING)
    if faults or engagement is None:
        raise InputError(faults)
    return engagement


def check_engagement(folder: str | Path) -> tuple[Engagement | None, list[Fault]]:
    """The engagement, if it could be read at all, and every fault.

    That includes what stops no report: units that nobody answered for, and lines of the company's tables that are left out.
    """
    engagement, faults = _read_still(Path(folder))
    if engagement is None:
        return engagement, faults
    from kamassess.reading.strays import unread

    engagement = replace(
        engagement, odd=(*engagement.odd, *unread(engagement.folder, engagement.named_files), *cut_short(engagement.folder))
    )
    if not any(fault.file.startswith(RESPONSES) for fault in faults):
        faults = [*faults, *silent(engagement)]
    return engagement, [*faults, *engagement.left_out]


def _read_still(folder: Path, *, unasked: bool = False) -> tuple[Engagement | None, list[Fault]]:
    return read_while_still(folder, lambda: _read(folder, unasked=unasked))


def _read(folder: Path, *, declared_only: bool = False, unasked: bool = False) -> tuple[Engagement | None, list[Fault]]:
    if folder.is_file():
        itself = folder.name.casefold() in _OTHER_NAMES
        remedy = "Give the folder in which it lies." if itself else f"Give the folder that holds {FILE}."
        return None, [Fault(f"{quoted(folder.name)} is a file, not the folder of an engagement", remedy)]
    if not folder.is_dir():
        remedy = f"Give the folder that holds {FILE}, or make one with 'kamassess init'."
        return None, [Fault(f"there is no engagement folder {quoted(folder.name or str(folder))}", remedy)]
    missing = "Check the folder, or make one with 'kamassess init'."
    if other := next((path.name for path in sorted(folder.iterdir()) if path.name.casefold() in _OTHER_NAMES), ""):
        missing = f"Rename {other} to {FILE}."
    elif near := [path.name for path in sorted(folder.iterdir()) if (path / FILE).is_file()]:
        missing = f"Give the folder of an engagement: {', '.join(near[:_NEAR])}{' or another' if len(near) > _NEAR else ''}."
    elif (folder.resolve().parent / FILE).is_file():
        missing = "Give the folder above this one, which has it."
    if led := linked_out(folder / FILE, folder):
        return None, [Fault(*led, file=FILE)]
    try:
        tree, noted = read_tree(folder / FILE, FILE, missing)
    except InputError as error:
        return None, list(error.faults)
    fields = tree.fields(_REQUIRED, _OPTIONAL)
    files = NamedFiles(folder, noted)
    instrument = files.read(fields.get("instrument"), lambda name: load_instrument(name, base=folder))
    languages = _languages(fields.get("languages"), instrument)
    planned = Planned(FILE)
    units = read_units(fields.get("units"), languages, instrument, noted, planned)
    company = text_of(fields["company"], languages) if "company" in fields else {}
    wave = fields["wave"].word() if "wave" in fields else ""
    waves = read_waves(fields, wave, instrument, files)
    brand = _brand(fields.get("branding"), files)
    settings = read_settings(fields, [unit.id for unit in units])
    curves = read_curves(fields.get("curves"))
    actions, capacity = _actions(fields.get("actions"), instrument, files), read_capacity(fields.get("roadmap"))
    currency = fields["currency"].word() if "currency" in fields and not fields["currency"].null() else ""
    declared = partial(
        Engagement,
        folder=folder,
        company=company,
        currency=currency,
        languages=languages,
        wave=wave,
        date=waves.date,
        units=units,
        brand=brand,
        earlier=waves.earlier,
        settings=settings,
        curves=curves,
        actions=actions,
        capacity=capacity,
    )
    from kamassess.reading.data_tables import read_data
    from kamassess.reading.evidence import read_evidence
    from kamassess.reading.invited import read_invited
    from kamassess.reading.responses import no_responses, read_responses
    from kamassess.reading.strays import misnamed  # pandas and Excel: only when there is something to read

    if declared_only:
        faults = sorted(noted.found, key=lambda fault: fault.line or 0) + files.found
        return declared(instrument=instrument, responses=no_responses(), inputs=()) if instrument else None, faults
    gathered, told, odd = Gathered(), Gathered(), Gathered()
    names = [unit.id for unit in units]
    known = names if all(names) and names else None
    responses, met = read_responses(
        folder / RESPONSES, RESPONSES, instrument, known, told, waves.asked, company=company, wave=wave, notes=odd
    )
    if met is not None:
        _without_answers(waves, met, wave, noted)
    held = _workshops(folder, instrument, names, waves, None if met is None else {wave, *waves.asked, *met}, gathered)
    units = planned.of(units, folder, wave, instrument, actions, gathered, held.records)
    data, tables = read_data(
        folder / DATA, DATA, read_columns(fields.get("columns")), known, FILE, gathered, waves.date, settings.window_days
    )
    check_crm(fields.get("crm"), data)
    criteria = [criterion.id for criterion in instrument.criteria()] if instrument else None
    levels = tuple(level.level for level in instrument.levels) if instrument else ()
    proofs, register = read_evidence(folder, known, criteria, FILE, gathered, levels)
    invited = read_invited(fields.get("invited"), folder, known, instrument.role_ids if instrument else None, gathered)
    faults = sorted(noted.found, key=lambda fault: fault.line or 0) + files.found + gathered.faults() + misnamed(folder)
    if instrument is None:
        return None, faults + told.faults()
    engagement = declared(
        units=units,
        instrument=instrument,
        responses=responses,
        inputs=(),
        data=data,
        evidence=proofs,
        left_out=(*tables.left_out, *register.left_out),
        odd=(*planned.notes, *odd.faults(), *tables.odd, *register.odd),
        named_files=tuple(sorted({*files.names, *(proof.file for proof in proofs if proof.file)})),
        invited=invited,
        workshops=held.records,
    )
    if told.only_absent and (engagement.has_other or unasked):
        empty = (fault for fault in told.faults() if fault.file != RESPONSES)
        engagement = replace(engagement, odd=(*empty, *engagement.odd))
    else:
        faults += told.faults()
    if faults:
        return engagement, faults
    named = [Input(actions.file, actions.sha256)] if actions.file else []
    inputs = (
        *_inputs(folder, instrument, (*tables.files, *register.files)),
        *waves.inputs,
        *planned.inputs,
        *held.inputs,
        *named,
    )
    return replace(engagement, inputs=inputs, odd=(*not_asked(engagement), *engagement.odd)), faults


def _workshops(
    folder: Path,
    instrument: Instrument | None,
    units: Sequence[str],
    waves: Waves,
    known: set[str] | None,
    faults: Gathered,
) -> ReadWorkshops:
    """The records of workshops, of waves that are *known*; none where the instrument is not."""
    if instrument is None:
        return ReadWorkshops()
    earlier = {name: asked for name, asked in waves.asked.items() if asked is not None}
    return read_workshops(folder, Asked(units, instrument, None if known is None else sorted(known), earlier), faults)


def _without_answers(waves: Waves, met: frozenset[str], current: str, noted: Faults) -> None:
    """Notes waves that nobody answered in: under a mistyped name, the real wave is checked against the wrong instrument."""
    others = sorted(met - waves.asked.keys() - {current})
    for name, line in waves.lines.items():
        if name not in met:
            remedy = suggestion(name, others) or "Add its answers, or take the wave out."
            noted.add(f"waves.{name} has no answers", remedy, line)


def _brand(tree: Tree | None, files: NamedFiles) -> Brand:
    if tree is None or tree.null():
        return default_brand()
    return files.read(tree, lambda name: read_brand(files.folder / name, shown(name), files.folder)) or default_brand()


def _actions(tree: Tree | None, instrument: Instrument | None, files: NamedFiles) -> ActionLibrary:
    """The package's library for its own instrument, or for any that asks for it; else the file that is named, or none."""
    if instrument is None:
        return ActionLibrary()
    if tree is None or tree.null():
        return builtin_actions() if instrument.id == BUILT_IN else ActionLibrary()
    if tree.word() == BUILT_IN:
        return builtin_actions()
    return files.read(tree, lambda name: read_actions(files.folder / name, shown(name), instrument)) or ActionLibrary()


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


def _inputs(folder: Path, instrument: Instrument, tables: Sequence[Path]) -> tuple[Input, ...]:
    """The files read, by name; the instrument under its id, wherever it lies."""
    from kamassess.reading.responses import response_files

    paths = [folder / FILE, *response_files(folder / RESPONSES, RESPONSES, Gathered()), *tables]
    found = [Input(visible(path.relative_to(folder).as_posix()), hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths]
    return (*found, Input(f"instrument {instrument.id} {instrument.version}", instrument.sha256))
