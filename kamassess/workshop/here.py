"""A workshop in JupyterLab: one team, one screen, the same seats, votes and decisions as in a room full of phones."""

from __future__ import annotations

from functools import partial

import ipywidgets

from kamassess.locale import Locale, locale
from kamassess.resources import carried, engagement_folder
from kamassess.temporary import PrivateFolder
from kamassess.workshop import facilitator, turns
from kamassess.workshop.clock import now
from kamassess.workshop.minutes import make_minutes
from kamassess.workshop.opening import Workshop, open_workshop
from kamassess.workshop.pages import Page
from kamassess.workshop.recording import Recorder, declared_before
from kamassess.workshop.store import FILE
from kamassess.workshop.style import styles

__all__ = ["Here", "open_here"]


def open_here(engagement: str, unit: str, language: str = "en", wave: str = "", new: int = 0) -> Here:
    """Open a unit's workshop: the last one that was begun, though it may have been ended, or else a new one.

    Parameters
    ----------
    engagement
        The folder that holds ``engagement.yaml``. In the sample nothing is kept.
    unit, wave
        Of which unit; an empty wave is the engagement's current one.
    language
        Of the pages, ``en`` or ``zh``.
    new
        1: begin another one though there is one.

    Raises
    ------
    InputError, UsageError
        The engagement has faults, or something is named that is not there.
    StoreError
        The workshop cannot be kept.
    """
    folder = engagement_folder(engagement)
    if folder.resolve() != carried("sample_data").resolve():
        found = open_workshop(folder, unit, wave or None, new=bool(new))
        return Here(found, locale(language), Recorder(found.room, folder, declared_before(found)))
    kept = PrivateFolder()
    return Here(open_workshop(folder, unit, wave or None, place=kept.path / FILE), locale(language), None, kept)


class Here:
    """A workshop that is open in a notebook."""

    def __init__(self, workshop: Workshop, words: Locale, recorder: Recorder | None, kept: PrivateFolder | None = None) -> None:
        self._workshop, self._words, self._recorder = workshop, words, recorder
        self._kept = kept  # goes with this

    def turns(self) -> ipywidgets.Widget:
        """Where people take turns to answer."""
        return self._shown(turns.build(self._workshop.room, self._words))

    def lead(self) -> ipywidgets.Widget:
        """The facilitator's page."""
        found = self._workshop
        units = found.result.units if found.result else {}
        lead = facilitator.Lead(
            room=found.room,
            unit=found.unit,
            words=self._words,
            brand=found.engagement.brand,
            survey=units.get(found.unit.id),
            link="",
            now=now,
            library=found.engagement.actions,
            minutes=partial(make_minutes, self._recorder, found) if self._recorder else None,
        )
        return self._shown(facilitator.build(lead))

    def note(self) -> list[str]:
        """Write the record now, which is kept up anyway; returns its files, none in the sample."""
        files = self._recorder.write() if self._recorder else []
        return [f"{path.parent.name}/{path.name}" for path in files]

    def _shown(self, page: Page) -> ipywidgets.Widget:
        self._workshop.room.watch(page.show)
        page.show(self._workshop.room.state)
        sheet = ipywidgets.HTML(f"<style>{styles(self._workshop.engagement.brand.as_dict())}</style>")
        return ipywidgets.VBox([sheet, page.widget])
