"""The whole result, and its JSON form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kamassess.instrument import Instrument, Text
from kamassess.measuring import MetricText, Settings
from kamassess.planning import ActionLibrary
from kamassess.result.claimed import Reliability
from kamassess.result.customer_groups import CustomerGroup, GroupRules, GroupTotals
from kamassess.result.group import Group
from kamassess.result.options import OptionsCase
from kamassess.result.plain import as_json, plain
from kamassess.result.progress import Progress
from kamassess.result.suitability import FitRules
from kamassess.result.unit import UnitResult

__all__ = ["SCHEMA", "AuditResult", "Provenance"]

SCHEMA = "kamassess.result/1"
_ANSWERS, _PLANS, _WORKSHOPS = "responses/", "scorecards/", "workshops/"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a result rests on: input files with their SHA-256, and the versions that computed it."""

    inputs: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]

    @property
    def other_files(self) -> tuple[tuple[str, str], ...]:
        """The inputs that are neither files of answers, scorecards nor records of workshops, of which each unit tells its own."""
        return tuple(entry for entry in self.inputs if not entry[0].startswith((_ANSWERS, _PLANS, _WORKSHOPS)))

    @property
    def answer_files(self) -> tuple[int, str]:
        """How many files of answers there are, and the SHA-256 of their names and digests, one ``digest  name`` a line."""
        lines = [f"{digest}  {name}\n" for name, digest in sorted(self.inputs) if name.startswith(_ANSWERS)]
        return len(lines), hashlib.sha256("".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class AuditResult:
    """The result of an audit: one wave of one engagement. ``units`` may build its entries when they are asked for.

    ``date`` (ISO) stands for "now" in every output: ``SOURCE_DATE_EPOCH`` if it is set, else when the wave was closed, or None.
    """

    company: Text
    currency: str
    languages: tuple[str, ...]
    wave: str
    waves: tuple[str, ...]
    date: str | None
    instrument: Instrument
    reliability: Mapping[str, Reliability]
    units: Mapping[str, UnitResult]
    provenance: Provenance
    replicates: int
    group: Group
    progress: Progress | None = None
    """What changed since an earlier wave; None if there is none."""
    metric_texts: Mapping[str, MetricText] = field(default_factory=dict)
    """What is said of each metric, and the curve in use."""
    settings: Settings = field(default_factory=Settings)
    """What the engagement declares for its metrics."""
    options: Mapping[str, OptionsCase] = field(default_factory=dict)
    """Cases of retention options, by id."""
    library: ActionLibrary = field(default_factory=ActionLibrary)
    """The actions that roadmaps choose from."""
    customer_groups: Mapping[str, CustomerGroup] = field(default_factory=dict)
    """Customer groups that two or more units serve, the most money at stake first; may build its entries when asked for."""
    group_totals: GroupTotals | None = None
    """What they come to together."""
    fit_rules: FitRules | None = None
    """The rules of suitability."""
    group_rules: GroupRules | None = None
    """When a difference between units is worth stating."""
    documented: tuple[str, ...] = ()
    """Units that can be reported on without answers, since there are data or evidence of them."""
    left_out: tuple[tuple[str, int], ...] = ()
    """Files in which something could not be used, and in how many lines."""

    def as_json(self) -> dict[str, Any]:
        """The JSON form (``docs/result.md``), as plain objects."""
        units = {name: unit.as_json() for name, unit in self.units.items()}
        groups = {name: as_json(group) for name, group in self.customer_groups.items()}
        found = self._head() | {"customer_groups": groups, "units": units}
        if self.progress is None:
            return found | {"progress": None}
        changes = {name: as_json(change) for name, change in self.progress.units.items()}
        return found | {"progress": self.progress.head() | {"units": changes}}

    def write_json(self, *, published: bool = False) -> Iterator[str]:
        """The JSON form as text, unit by unit, so that ten thousand units need not be held at once.

        Everything, or what may be *published* of each unit: a file beside reports tells no more than they do.
        """
        yield _dump(self._head())[:-1] + ', "customer_groups": {'
        yield from _entries((name, as_json(group)) for name, group in self.customer_groups.items())
        yield '\n}, "units": {'
        yield from _entries((name, (unit.published if published else unit).as_json()) for name, unit in self.units.items())
        if self.progress is None:
            yield '\n}, "progress": null}\n'
            return
        yield '\n}, "progress": ' + _dump(self.progress.head())[:-1] + ', "units": {'
        yield from _entries((name, as_json(change)) for name, change in self.progress.units.items())
        yield "\n}}}\n"

    def write_json_of(self, unit: str) -> Iterator[str]:
        """The JSON form of what may be published of one unit, as text: its own part, the customer groups that it shares, and what
        holds for every unit.

        Nothing in it changes with the answers or the plans of other units. ``provenance`` names neither files of answers,
        scorecards nor workshops, since those of the unit are told by ``answer_rows``, ``roadmap.read_from`` and
        ``workshop.read_from``.
        """
        found = self.units[unit].published
        groups = ((name, as_json(self.customer_groups[name])) for name in found.customer_groups)
        yield _dump(self._of_every_unit(self.provenance.other_files))[:-1] + ', "customer_groups": {'
        yield from _entries(groups)
        yield '\n}, "units": {'
        yield from _entries([(unit, found.as_json())])
        yield "\n}}\n"

    def write_json_of_workshop(self, unit: str) -> Iterator[str]:
        """The JSON form of a unit's workshop, as text: ``workshop`` and the parts of the unit that it is set beside."""
        found = self.units[unit].published
        parts = found.as_json()
        told = {
            name: parts[name] for name in ("name", "parent", "n_respondents", "overall", "dimensions", "criteria", "workshop")
        }
        yield _dump(self._of_every_unit(self.provenance.other_files))[:-1] + ', "units": {'
        yield from _entries([(unit, told)])
        yield "\n}}\n"

    def _head(self) -> dict[str, Any]:
        """What stands before the units, in the JSON form of all of them."""
        every = self._of_every_unit(self.provenance.inputs)
        return every | {
            "reliability": {name: as_json(value) for name, value in self.reliability.items()},
            "group": as_json(self.group),
            "documented": list(self.documented),
            "options": {name: as_json(case) for name, case in self.options.items()},
            "group_totals": plain(self.group_totals),
        }

    def _of_every_unit(self, inputs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """What would be the same whatever anybody answered."""
        return {
            "schema": SCHEMA,
            "company": dict(self.company),
            "wave": self.wave,
            "date": self.date,
            "instrument": {"id": self.instrument.id, "version": self.instrument.version, "sha256": self.instrument.sha256},
            "actions": {name: as_json(action) for name, action in self.library.actions.items()},
            "fit_rules": plain(self.fit_rules),
            "group_rules": plain(self.group_rules),
            "provenance": {"inputs": dict(inputs), "versions": dict(self.provenance.versions)},
        }


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _entries(items: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """The entries of a JSON object, one a line."""
    for number, (name, value) in enumerate(items):
        yield f"{',' if number else ''}\n{_dump(name)}: {_dump(value)}"
