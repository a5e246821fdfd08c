"""What a report depends on, as one digest: where it is the same, the report would be the same to the last byte.

A report about a unit depends on that unit's part of the result, not on the others': so one changed answer changes the keys of the
reports it touches. What such a report says of all units together (whether the questions of a dimension belong together) counts
as it is shown: a change too small to be seen is none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kamassess.batch.inputs import made_by
from kamassess.batch.jobs import GROUP, Job
from kamassess.document import Document
from kamassess.locale import locale
from kamassess.reading.brand import Brand
from kamassess.render.html import render_html
from kamassess.render.typst import render_typst
from kamassess.result import AuditResult, Provenance, UnitResult
from kamassess.result.options import OptionsCase
from kamassess.sections.certainty import belong_together
from kamassess.sections.view import ResultView
from kamassess.stored import digest, encoded, head_of

__all__ = ["Digests", "Keys"]

_WORKSHOPS = "workshops/"


@dataclass
class Digests:
    """SHA-256 of the parts of a result as they are stored, by id: of units, of what their account values are made from, of their
    changes since the earlier wave, and of customer groups.
    """

    units: dict[str, str] = field(default_factory=dict)
    surveyed: dict[str, str] = field(default_factory=dict)
    """Of units without their workshops, of which most reports say nothing but what became of the targets."""
    accounts: dict[str, str] = field(default_factory=dict)
    changes: dict[str, str] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)

    def add_unit(self, unit: UnitResult, stored: str) -> None:
        """Note a unit, and the SHA-256 of all that is stored of it."""
        self.units[unit.id] = stored
        self.surveyed[unit.id] = digest(encoded(_surveyed(unit))) if unit.workshop else stored
        self.accounts[unit.id] = digest(encoded((unit.id, unit.name, unit.metrics, unit.portfolio)))

    def all(self) -> list[str]:
        """All that pages about all units are made from, in their order."""
        kinds = (self.surveyed, self.changes, self.customers)
        return [text for kind in kinds for entry in (*kind.items(), ("", "")) for text in entry]


class Keys:
    """Keys of the reports of one result, with its look and the digests of its parts."""

    def __init__(self, result: AuditResult, brand: Brand, digests: Digests) -> None:
        self._result = result
        self._brand = replace(brand, deck=None)
        self._deck = digest(brand.deck or "")
        self._digests = digests
        head = replace(head_of(result), provenance=_without_workshops(result.provenance))
        self._whole = digest(encoded(head), encoded(result.group), *digests.all(), encoded(self._brand))
        self._workshops = [digest(*(text for entry in digests.units.items() for text in entry))]
        self._shared: dict[str, str] = {}

    def of(self, job: Job, shared_customers: Sequence[str]) -> str:
        """The key of a report; *shared_customers* are the customer groups that its unit shares with others."""
        asked = json.dumps([job.notebook, job.language, job.wave, job.since, list(job.formats), job.with_code, job.place])
        deck = [self._deck] if "pptx" in job.formats else []
        return digest(made_by(), asked, *self._made_from(job, shared_customers), *deck)

    def _made_from(self, job: Job, shared_customers: Sequence[str]) -> list[str]:
        found, unit = self._digests, job.unit
        match job.notebook:
            case "retention_options":
                return [self._of_no_answers(self._result.options)]
            case "account_value":
                return [self._of_no_answers({}), found.accounts[unit]]
            case "progress" if unit != GROUP:
                since = self._result.progress.head() if self._result.progress else {}
                return [self._of_all_units(job.language), json.dumps(since), found.surveyed[unit], found.changes[unit]]
            case "workshop_minutes":
                return [self._of_all_units(job.language), found.units[unit]]
            case "unit_audit":
                customers = [found.customers[name] for name in shared_customers]
                before = self._since(unit) if "pptx" in job.formats else []
                return [self._of_all_units(job.language), found.units[unit], *customers, *before]
        return [self._whole, *(self._workshops if "json" in job.formats else [])]

    def _since(self, unit: str) -> list[str]:
        """What a deck tells of the earlier wave, if there is one."""
        progress, change = self._result.progress, self._digests.changes.get(unit)
        return [json.dumps(progress.head()), change] if progress and change else []

    def _of_no_answers(self, options: Mapping[str, OptionsCase]) -> str:
        """What is said beside a unit where nobody's answers are told of."""
        provenance = replace(self._result.provenance, inputs=self._result.provenance.other_files)
        head = replace(
            head_of(self._result),
            reliability={},
            provenance=provenance,
            documented=(),
            options=options,
            group_totals=None,
            progress=None,
        )
        return digest(encoded(head), encoded(self._brand))

    def _of_all_units(self, language: str) -> str:
        """What a report about one unit says beside that unit."""
        if language not in self._shared:
            result = self._result
            nodes = belong_together(ResultView(result, locale(language), self._brand))
            shown = Document(nodes)
            any_shared = "customers" if result.customer_groups else ""
            said = (render_html(shown), render_typst(shown))
            self._shared[language] = digest(self._of_no_answers({}), any_shared, *said)
        return self._shared[language]


def _surveyed(unit: UnitResult) -> UnitResult:
    """A unit without its workshop; targets that were set there stay, the digest of the file that says so does not."""
    read_from = tuple(entry for entry in unit.roadmap.read_from if not entry[0].startswith(_WORKSHOPS))
    return replace(unit, workshop=None, roadmap=replace(unit.roadmap, read_from=read_from))


def _without_workshops(provenance: Provenance) -> Provenance:
    """What a result rests on but for records of workshops, which only units' own reports name."""
    return replace(provenance, inputs=tuple(entry for entry in provenance.inputs if not entry[0].startswith(_WORKSHOPS)))
