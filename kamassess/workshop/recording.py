"""The record of a workshop, kept up in the engagement folder while the room decides: nobody has to remember to save."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamassess.errors import KamassessError
from kamassess.workshop.record import write_record
from kamassess.workshop.room import Room
from kamassess.workshop.state import State

if TYPE_CHECKING:
    from kamassess.workshop.opening import Workshop

__all__ = ["Recorder", "declared_before"]

_LOG = logging.getLogger(__name__)


class Recorder:
    """Writes the record whenever what it says has changed.

    Parameters
    ----------
    room
        The workshop.
    folder
        The engagement.
    declared
        The targets that the unit had when it was opened.

    Attributes
    ----------
    folder
        The engagement.
    """

    def __init__(self, room: Room, folder: Path, declared: Mapping[str, float]) -> None:
        self.folder = folder
        self._room, self._declared = room, declared
        self._written: Any = None
        self._leave = room.watch(self._told)
        self._told(room.state)

    def write(self) -> list[Path]:
        """Write it now.

        Raises
        ------
        OutputError
            It cannot be written; what was there stays as it was.
        """
        state = self._room.state
        files = write_record(state, self.folder, self._room.session.id, self._declared)
        self._written = _said(state)
        return files

    def _told(self, state: State) -> None:
        if _said(state) == self._written:
            return
        try:
            self.write()
        except KamassessError as error:  # the votes are in the store; the next change tries again
            _LOG.warning("the record of the workshop could not be written: %s", error)

    def close(self) -> None:
        """Write what has not been written, and follow the room no more.

        Another server of the same store may have added something in the last second, and written it: that is not taken out again.
        """
        self._leave()
        with suppress(KamassessError):  # then what is known here is written
            self._room.catch_up()
        self._told(self._room.state)


def declared_before(workshop: Workshop) -> dict[str, float]:
    """The targets that the unit has apart from this workshop's own, which may have been read back already."""
    found = dict(workshop.unit.targets)
    for record in workshop.engagement.workshops:
        if record.session == workshop.room.session.id:
            found |= {name: level for name, level in record.before.items() if level is not None}
            found = {name: level for name, level in found.items() if record.before.get(name, level) is not None}
    return found


def _said(state: State) -> Any:
    """What a record is made from; votes that were not shown are no part of it."""
    return state.seen, state.ballots, state.agreed, state.targets, state.actions, state.ended
