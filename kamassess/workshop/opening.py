"""A workshop of an engagement, from its folder: which unit, which wave, where it is kept, and whether it goes on or begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kamassess.errors import Fault, UsageError, quoted
from kamassess.instrument import Instrument
from kamassess.opened import opened_audit
from kamassess.reading.yaml_tree import suggestion
from kamassess.workshop.access import draw_code
from kamassess.workshop.events import Opened
from kamassess.workshop.room import Room
from kamassess.workshop.store import FILE, Session, Store

if TYPE_CHECKING:
    from kamassess.reading.engagement import Engagement, Unit
    from kamassess.result import AuditResult

__all__ = ["Workshop", "open_workshop"]


@dataclass(frozen=True)
class Workshop:
    """A workshop that is open: its room, and what is known of its unit without it.

    ``goes_on``: it was begun before, and may have been ended. ``result`` is None where nothing is known yet: no answers,
    documents or data.
    """

    engagement: Engagement
    unit: Unit
    wave: str
    room: Room
    store: Store
    goes_on: bool
    result: AuditResult | None


def open_workshop(
    folder: Path,
    unit: str | None,
    wave: str | None = None,
    *,
    place: Path | str | None = None,
    agenda: Sequence[str] = (),
    new: bool = False,
    day: str | None = None,
    any_unit: bool = False,
) -> Workshop:
    """Open a unit's workshop: the last one that was begun, though it may have been ended, or else a new one.

    Parameters
    ----------
    folder
        The engagement.
    unit, wave
        Of which unit; the engagement's current wave by default.
    place
        Where it is kept: a file, or the URL of a database; a file in the folder by default.
    agenda
        The dimensions and screens to be asked, by id; all dimensions by default.
    new
        Begin another one though there is one.
    day
        The day of a new one (ISO); today by default.
    any_unit
        Whether the first that has answered will do where none is named.

    Raises
    ------
    InputError, UsageError
        The engagement has faults, or something is named that is not there.
    StoreError
        It cannot be kept there.
    """
    from kamassess.reading.engagement import load_engagement

    engagement = load_engagement(folder, unasked=True)
    chosen = engagement.wave if wave in (None, "", engagement.wave) else engagement.wave_or_current(wave)
    found = _unit(engagement, unit or (_first(engagement, chosen) if any_unit else None))
    instrument = engagement.instrument_of(chosen)
    asked = _agenda(instrument, agenda)
    known = not engagement.responses.empty or engagement.has_other
    result = _result(folder, chosen) if known else None
    store = Store(place if place is not None else folder / FILE)
    try:
        session = None if new else _last(store, found.id, chosen, instrument, asked)
        goes_on = session is not None
        if session is None:
            version = (instrument.id, instrument.version, instrument.sha256)
            opened = Opened(found.id, chosen, version, asked or _all(instrument), day or dt.date.today().isoformat())
            session = store.open_session(opened, draw_code)
        room = Room(store, session, instrument)
    except BaseException:
        store.close()
        raise
    return Workshop(engagement, found, chosen, room, store, goes_on, result)


def _last(store: Store, unit: str, wave: str, instrument: Instrument, agenda: tuple[str, ...]) -> Session | None:
    """The last workshop of a unit and wave, with the same questions; it must have the *agenda*, if one is asked for."""
    for session in reversed(store.sessions()):
        opened = session.opened
        if (opened.unit, opened.wave, opened.instrument[2]) != (unit, wave, instrument.sha256):
            continue
        if agenda and agenda != opened.agenda:
            remedy = "Leave out --ask to go on with it, or add --new to begin another one."
            raise UsageError(Fault(f"the workshop of {unit} was begun with other dimensions: {', '.join(opened.agenda)}", remedy))
        return session
    return None


def _first(engagement: Engagement, wave: str) -> str | None:
    """The first unit that has answered."""
    rows = engagement.responses
    answered = set(rows.loc[rows["wave"] == wave, "unit"])
    return next((unit.id for unit in engagement.units if unit.id in answered), None)


def _unit(engagement: Engagement, name: str | None) -> Unit:
    names = [unit.id for unit in engagement.units]
    if name is None:
        raise UsageError(Fault("no unit is named", f"Name one with --unit: {', '.join(names[:12])}."))
    for unit in engagement.units:
        if unit.id == name:
            return unit
    raise UsageError(Fault(f"{quoted(name)} is no unit of this engagement", suggestion(name, names)))


def _agenda(instrument: Instrument, names: Sequence[str]) -> tuple[str, ...]:
    known = [block.id for block in (*instrument.dimensions, *instrument.screens)]
    wrong = [
        Fault(f"{quoted(name)} is no dimension of this instrument", suggestion(name, known))
        for name in names
        if name not in known
    ]
    if wrong:
        raise UsageError(wrong)
    return tuple(name for name in known if name in names)


def _all(instrument: Instrument) -> tuple[str, ...]:
    return tuple(block.id for block in instrument.dimensions)


def _result(folder: Path, wave: str) -> AuditResult | None:
    try:
        return opened_audit(folder, wave)[1]
    except UsageError:  # nobody has answered yet, and there are no data
        return None
