"""The imprint of a report: which one it is, and digests of its look and of all that it rests on.

It holds nothing that the key of the report in a batch does not depend on, so that a report that need not be made again is also
the same to the last byte.
"""

from __future__ import annotations

from dataclasses import replace

from kamassess import __version__
from kamassess.document import Document
from kamassess.imprint import SHORT, Imprint
from kamassess.maker import made_by
from kamassess.reading.brand import Brand
from kamassess.render.html import render_html
from kamassess.sections.certainty import belong_together
from kamassess.sections.group.view import GroupView
from kamassess.sections.minutes.view import MinutesView
from kamassess.sections.options.view import OptionsView
from kamassess.sections.progress.view import ProgressView, UnitProgressView
from kamassess.sections.value.view import ValueView
from kamassess.sections.view import ResultView, View
from kamassess.stored import digest, encoded

__all__ = ["brand_digest", "imprint_of"]

GROUP = "_group"
_WORKSHOPS = "workshops/"
_NOTEBOOKS = (
    (OptionsView, "retention_options"),
    (ValueView, "account_value"),
    (MinutesView, "workshop_minutes"),
    (ProgressView, "progress"),
    (GroupView, "group_overview"),
    (View, "unit_audit"),
)


def imprint_of(view: ResultView, *, deck: bool = False) -> Imprint:
    """The imprint of what is reported of a view; of its *deck*, which tells of the earlier wave too."""
    result = view.result
    notebook = next(name for kind, name in _NOTEBOOKS if isinstance(view, kind))
    return Imprint(
        notebook=notebook,
        unit=view.unit.id if isinstance(view, View | UnitProgressView) else GROUP,
        language=view.words.language,
        wave=result.wave,
        since=result.progress.since if result.progress and (notebook == "progress" or (deck and _told_of(view))) else "",
        date=result.date or "",
        brand=brand_digest(view.brand, deck=deck),
        rests_on=digest(*_rests_on(view, notebook, deck=deck))[:SHORT],
        made_by=made_by()[:SHORT],
        version=__version__,
    )


def brand_digest(brand: Brand, *, deck: bool = False) -> str:
    """The digest of a look: of a deck with its template, which no page has use for."""
    return digest(encoded(brand if deck else replace(brand, deck=None)))[:SHORT]


def _told_of(view: ResultView) -> bool:
    """Whether a deck tells what changed since the earlier wave."""
    progress = view.result.progress
    return progress is not None and (view.unit.id in progress.units if isinstance(view, View) else isinstance(view, GroupView))


def _rests_on(view: ResultView, notebook: str, *, deck: bool) -> list[str]:
    """Names and digests of files, and the digests of answers; what an audit says of all units counts as it is shown."""
    found = view.result.provenance
    if isinstance(view, GroupView | ProgressView) and not isinstance(view, UnitProgressView):
        return [part for entry in sorted(found.inputs) if not entry[0].startswith(_WORKSHOPS) for part in entry]
    parts = [part for entry in sorted({*found.other_files, *view.plans}) for part in entry]
    parts += ["", *(rows for _, rows in view.answers)]
    if notebook == "unit_audit":
        parts.append(digest(render_html(Document(belong_together(view)))))
        if deck and isinstance(view, View) and view.result.progress and _told_of(view):
            before = view.result.progress.units[view.unit.id].rows_before
            parts.append(before.sha256 if before else "")
    return parts
