"""From what files claim to be to the reports to make anew: a claim is only ever looked up among what the engagement has."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kamassess.batch import FORMATS, GROUP, Job, Request
from kamassess.batch.jobs import folder_names
from kamassess.batch.looks import BRANDS, DECK, look_of
from kamassess.errors import Fault, InputError, UsageError, quoted
from kamassess.imprint import Imprint
from kamassess.opened import opened_engagement
from kamassess.reading.brand import Brand
from kamassess.reading.engagement import Engagement
from kamassess.sections.imprint import brand_digest
from kamassess.verifying.claims import Claim
from kamassess.verifying.judging import Asked, Judged, Task, as_at

__all__ = ["Looks", "about", "place_of_claim", "tasks_of"]

_OF_ALL = ("group_overview", "retention_options")
_OF_ONE = ("unit_audit", "account_value", "workshop_minutes")


def about(claim: Claim) -> str:
    """Which report a file claims to be, in words."""
    told = claim.imprint
    whose = "all units" if told.unit == GROUP else told.unit
    language = f", {told.language}" if told.language else ""
    return f"{told.notebook} of {whose}, wave {told.wave}{language}"


def place_of_claim(engagement: Engagement, claim: Claim, language: Sequence[str]) -> str:
    """Where a batch writes what a file claims to be; empty where there is no such unit.

    Figures for programs are the same in all languages and claim none: they belong to that one of *language*, if there is one.
    """
    told = claim.imprint
    folder = _folders(engagement).get(told.unit, "")
    if not folder:
        return ""
    named = told.language or next(iter(language), "")
    return Job("", told.unit, named, told.wave, "", notebook=told.notebook, folder=folder).file(claim.file_format)


def _folders(engagement: Engagement) -> dict[str, str]:
    return folder_names([unit.id for unit in engagement.units]) | {GROUP: GROUP}


@dataclass
class Looks:
    """The brands and templates that reports of an engagement may have: its own, those in its folder, and those that are named."""

    engagement: Engagement
    folder: Path
    brand: str = ""
    template: str = ""
    _known: dict[bool, dict[str, Brand]] = field(default_factory=dict)

    def find(self, digest: str, *, deck: bool) -> Brand | None:
        """The look with this digest; None where there is none."""
        if deck not in self._known:
            self._known[deck] = {brand_digest(brand, deck=deck): brand for brand in self._all(deck=deck)}
        return self._known[deck].get(digest)

    def see_that_they_are_there(self) -> None:
        """Refuse a brand or a template that is named and cannot be used, before any report is looked at."""
        if self.brand or self.template:
            formats = (DECK,) if self.template else ()
            look_of(
                Request(str(self.folder), "", formats=formats, brand=self.brand, template=self.template), self.engagement.brand
            )

    def _all(self, *, deck: bool) -> Iterator[Brand]:
        """Every one that can be used, without and with the template for decks."""
        names = ["", *(path.stem for path in sorted((self.folder / BRANDS).glob("*.yaml")))]
        for brand in [self.brand, *names] if self.brand else names:
            for template in dict.fromkeys(["", self.template]) if deck else [""]:
                wanted = Request(str(self.folder), "", formats=(DECK,) if deck else (), brand=brand, template=template)
                with contextlib.suppress(InputError, UsageError):
                    yield look_of(wanted, self.engagement.brand)


def tasks_of(
    folder: Path, asked: Sequence[Asked], brand: str, template: str, changed: Mapping[str, str]
) -> tuple[list[Task], list[Judged]]:
    """The reports to make anew, each once for all files that claim to be it; and the files of which that cannot be done.

    Raises
    ------
    InputError
        The engagement has faults.
    UsageError
        There is no such brand or template.
    """
    with as_at(""):
        engagement = opened_engagement(folder)
    looks = Looks(engagement, folder, brand, template)
    looks.see_that_they_are_there()
    tasks: dict[tuple[object, ...], Task] = {}
    refused: list[Judged] = []
    for one in asked:
        try:
            task = _task(folder, engagement, looks, one, changed)
        except UsageError as error:
            refused.append(
                Judged(one.shown, "not_of_this_engagement", f"is none of this engagement: {error.faults[0]}", one.about)
            )
            continue
        job = task.job
        key = (job.notebook, job.unit, job.language, job.wave, job.since, job.with_code, task.since, task.stamp, id(task.brand))
        if key in tasks:
            known = tasks[key]
            formats = tuple(dict.fromkeys((*known.job.formats, *job.formats)))
            task = replace(known, job=replace(known.job, formats=formats), files=(*known.files, one))
        tasks[key] = task
    return list(tasks.values()), refused


def _task(folder: Path, engagement: Engagement, looks: Looks, asked: Asked, changed: Mapping[str, str]) -> Task:
    """What to make anew for a file.

    Raises
    ------
    UsageError
        It claims what the engagement does not have.
    """
    told, file_format = asked.claim.imprint, asked.claim.file_format
    language = told.language or engagement.languages[0]
    wrong = _unknown("notebook", told.notebook, FORMATS) or _unknown("format", file_format, FORMATS[told.notebook])
    wrong = wrong or _unknown("language", language, engagement.languages) or _unknown("unit", told.unit, _folders(engagement))
    if not wrong and ((told.notebook in _OF_ALL and told.unit != GROUP) or (told.notebook in _OF_ONE and told.unit == GROUP)):
        wrong = f"there is no {told.notebook} of {'all units' if told.unit == GROUP else 'one unit'}"
    if wrong:
        raise UsageError(Fault(wrong))
    wave = engagement.wave_or_current(told.wave)
    if told.since and told.since not in engagement.waves:
        raise UsageError(Fault(f"wave {quoted(told.since)} has no answers"))
    stamp = _stamp(told, engagement.date_of(wave))
    deck = file_format == DECK
    look = looks.find(told.brand, deck=deck) if told.brand else engagement.brand
    job = Job(
        engagement=str(folder),
        unit=told.unit,
        language=language,
        wave=wave,
        out="",
        formats=(file_format,),
        notebook=told.notebook,
        with_code=told.code == "shown",
        since=told.since if told.notebook == "progress" else "",
        folder=_folders(engagement)[told.unit],
    )
    since = "" if told.notebook == "progress" else told.since
    return Task(job, (asked,), look, since, stamp, known_look=look is not None, changed=changed)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    return "" if name in set(known) else f"{quoted(name)} is no {what} of it"


def _stamp(told: Imprint, own: str | None) -> str:
    """Seconds since 1970 of the day that the report says stands for now, where the engagement has another; else nothing."""
    if not told.date or told.date == own:
        return ""
    try:
        day = dt.datetime.fromisoformat(told.date[:10]).replace(tzinfo=dt.UTC)
    except ValueError:
        raise UsageError(Fault(f"{quoted(told.date)} is no day")) from None
    if day.year < 1970:
        raise UsageError(Fault(f"{quoted(told.date)} is no day that it could be made on"))
    return str(int(day.timestamp()))
