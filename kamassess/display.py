"""What a notebook shows. ``open_report`` is the one call a notebook makes; each method of the report returns one object with
several forms (HTML, Typst, plain text), from which JupyterLab and the exporters take theirs.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kamassess import sections
from kamassess.document import DOCUMENT_MIME, Document, Heading, Meta, Node
from kamassess.errors import Fault, UsageError
from kamassess.locale import LANGUAGES, locale
from kamassess.opened import opened_audit
from kamassess.reading.yaml_tree import suggestion
from kamassess.render.html import render_html, stylesheet
from kamassess.render.plain import render_plain
from kamassess.render.typst import render_typst
from kamassess.resources import carried
from kamassess.result import AuditResult
from kamassess.sections import View

__all__ = ["Display", "UnitReport", "open_report"]

_UI_LABELS = (
    *("contents", "skip_to_content", "sort_by", "figure", "table", "page_of", "code", "error", "note", "warning", "info", "key"),
    *("claimed", "evidenced", "measured", "target", "interval", "strength", "gap", "disagreement", "say_do"),
)
_EPOCH = "1980-01-01"


@dataclasses.dataclass(frozen=True)
class Display:
    """A document as IPython shows it."""

    document: Document

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002 - IPython's protocol
        meta = self.document.meta
        headings = [dataclasses.asdict(node) for node in self.document.nodes if isinstance(node, Heading)]
        return {
            "text/html": render_html(self.document),
            "text/vnd.typst": render_typst(self.document),
            "text/plain": render_plain(self.document),
            DOCUMENT_MIME: {"meta": dataclasses.asdict(meta) if meta else None, "headings": headings},
        }


@dataclasses.dataclass(frozen=True)
class _Style:
    """The look of the report inside JupyterLab; exporters bring their own."""

    css: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002 - IPython's protocol
        return {"text/html": f"<style>{self.css}</style>", "text/plain": ""}


class UnitReport:
    """The unit audit: one method a section, in the order of the report."""

    def __init__(self, view: View) -> None:
        self._view = view

    @property
    def result(self) -> AuditResult:
        """The result behind the report, for those who want to look further."""
        return self._view.result

    @property
    def unit(self) -> Any:
        """The result of this unit."""
        return self._view.unit

    def style(self) -> _Style:
        """Make the sections below look in JupyterLab as they do in the report."""
        return _Style(stylesheet(self._view.brand.as_dict()))

    def cover(self) -> Display:
        """Section 1: company, unit, wave, sample, and the finding."""
        return Display(Document(sections.cover(self._view), self._meta()))

    def board(self) -> Display:
        """Section 2: the page for the board."""
        return self._show(sections.board(self._view))

    def dimensions(self) -> Display:
        """Section 3: each dimension, then the suitability screen."""
        return self._show(sections.dimensions(self._view))

    def certainty(self) -> Display:
        """Section 8: how sure are we."""
        return self._show(sections.certainty(self._view))

    def appendix(self) -> Display:
        """Section 9: questions, rules, sources, terms."""
        return self._show(sections.appendix(self._view))

    @staticmethod
    def _show(nodes: tuple[Node, ...]) -> Display:
        return Display(Document(nodes))

    def _meta(self) -> Meta:
        view, words = self._view, self._view.words
        names = {"unit": view.unit_name, "company": view.company, "wave": view.result.wave}
        return Meta(
            title=words("report_title", **names),
            language=words.language,
            header=words("report_header", **names),
            footer=words.of(view.brand.footer),
            author=view.brand.name,
            date=view.result.date or _EPOCH,
            brand=view.brand.as_dict(),
            labels={name: words(name) for name in _UI_LABELS},
        )


def open_report(engagement: str | Path, unit: str, language: str = "en", wave: str | int | None = None) -> UnitReport:
    """The report of one business unit.

    Parameters
    ----------
    engagement
        The engagement folder. ``sample_data`` also names the sample that travels with the package.
    unit
        Id of the business unit.
    language
        ``en`` or ``zh``.
    wave
        The wave; the engagement's current one by default.

    Raises
    ------
    InputError
        The engagement has faults; all of them are named.
    UsageError
        A parameter is wrong, or one that does not exist was given to the notebook.
    """
    _check_injected(("engagement", "unit", "language", "wave"))
    folder = _folder(engagement)
    _check(language, unit)
    opened, result = opened_audit(folder, str(wave) if wave not in (None, "") else None)
    if language not in opened.languages:
        raise UsageError(
            Fault(f"language '{language}' is not among the languages of this engagement", suggestion(language, opened.languages))
        )
    opened.unit(unit)
    found = result.units[unit]
    if not found.n_respondents:
        raise UsageError(
            Fault(f"unit '{unit}' has no answers in wave {result.wave}", "Add its answers, or choose another unit or wave.")
        )
    return UnitReport(View(result, found, locale(language), opened.brand))


def _folder(engagement: str | Path) -> Path:
    folder = Path(engagement)
    if str(engagement) == "sample_data" and not folder.is_dir():
        return carried("sample_data")
    return folder


def _check(language: str, unit: str) -> None:
    faults = []
    if language not in LANGUAGES:
        faults.append(Fault(f"language is '{language}'", suggestion(str(language), LANGUAGES)))
    if not isinstance(unit, str) or not unit:
        faults.append(Fault("unit is empty", "Give the id of a business unit; 'kamassess score' lists them."))
    if faults:
        raise UsageError(faults)


def _check_injected(allowed: Sequence[str]) -> None:
    """Refuse a parameter that the notebook does not have. papermill itself only logs a warning, and the default would be used."""
    from IPython import get_ipython

    shell = get_ipython()
    namespace: Mapping[str, Any] = shell.user_ns if shell is not None else {}
    for source in namespace.get("In", ()):
        if not source.startswith("# Parameters\n"):
            continue
        assigned = [
            target.id
            for node in ast.parse(source).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        ]
        faults = [
            Fault(f"the notebook has no parameter '{name}'", suggestion(name, allowed))
            for name in assigned
            if name not in allowed
        ]
        if faults:
            raise UsageError(faults)
