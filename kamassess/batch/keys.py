"""What a report depends on, as one digest: where it is the same, the report would be the same to the last byte.

A report about a unit depends on that unit's part of the result, not on the others': so one changed answer changes the keys of the
reports it touches. What such a report says of all units together (whether the questions of a dimension belong together) counts
as it is shown: a change too small to be seen is none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kamassess.batch.inputs import made_by
from kamassess.batch.jobs import GROUP, Job
from kamassess.document import Document
from kamassess.locale import locale
from kamassess.reading.brand import Brand
from kamassess.render.html import render_html
from kamassess.render.typst import render_typst
from kamassess.result import AuditResult
from kamassess.sections.certainty import belong_together
from kamassess.sections.view import ResultView
from kamassess.stored import digest, encoded, head_of

__all__ = ["Keys"]


class Keys:
    """Keys of the reports of one result.

    Parameters
    ----------
    result
        The result, with everything in it.
    brand
        Its look.
    units, changes, customers
        SHA-256 of each unit, of each unit's change, and of each customer group, as they are stored.
    """

    def __init__(
        self,
        result: AuditResult,
        brand: Brand,
        units: Mapping[str, str],
        changes: Mapping[str, str],
        customers: Mapping[str, str],
    ) -> None:
        self._result = result
        self._brand = brand
        self._units, self._changes, self._customers = units, changes, customers
        self._whole = digest(
            encoded(head_of(result)), encoded(result.group), *_flat(units), *_flat(changes), *_flat(customers), encoded(brand)
        )
        self._shared: dict[str, str] = {}

    def of(self, job: Job, shared_customers: Sequence[str]) -> str:
        """The key of a report; *shared_customers* are the customer groups that its unit shares with others."""
        asked = json.dumps([job.notebook, job.language, job.wave, job.since, list(job.formats), job.with_code, job.place])
        if job.unit == GROUP:
            return digest(made_by(), asked, self._whole)
        own = [job.unit, self._units[job.unit], *(self._customers[name] for name in shared_customers)]
        if job.notebook == "progress":
            own.append(self._changes[job.unit])
        return digest(made_by(), asked, self._of_all_units(job.language), *own)

    def _of_all_units(self, language: str) -> str:
        """What a report about one unit says beside that unit."""
        if language not in self._shared:
            result = self._result
            provenance = replace(result.provenance, inputs=result.provenance.other_files)
            head = replace(head_of(result), reliability={}, provenance=provenance, documented=(), options={}, group_totals=None)
            nodes = belong_together(ResultView(result, locale(language), self._brand))
            shown = Document(nodes)
            any_shared = "customers" if result.customer_groups else ""
            self._shared[language] = digest(
                encoded(head), encoded(self._brand), render_html(shown), render_typst(shown), any_shared
            )
        return self._shared[language]


def _flat(digests: Mapping[str, str]) -> list[str]:
    return [text for entry in digests.items() for text in entry]
