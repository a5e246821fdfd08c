"""What every report shows: documents in several forms, from which JupyterLab and the exporters take theirs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kamassess.document import DOCUMENT_MIME, Document, Heading, Meta, Node
from kamassess.render.html import render_html, stylesheet
from kamassess.render.plain import render_plain
from kamassess.render.typst import render_typst
from kamassess.result import AuditResult
from kamassess.sections.imprint import imprint_of
from kamassess.sections.view import ResultView

__all__ = ["Display", "Report", "leaving_out"]

_UI_LABELS = (
    *("contents", "skip_to_content", "sort_by", "figure", "table", "page_of", "code", "error", "note", "warning", "info", "key"),
    *("claimed", "evidenced", "measured", "target", "interval", "strength", "gap", "disagreement", "say_do"),
)


def _about(document: Document) -> dict[str, Any]:
    """What is no text of a document, as :data:`DOCUMENT_MIME` says it."""
    headings = [dataclasses.asdict(node) for node in document.nodes if isinstance(node, Heading)]
    return {"meta": dataclasses.asdict(document.meta) if document.meta else None, "headings": headings}


_FORMS: Mapping[str, Callable[[Document], Any]] = {
    "text/html": render_html,
    "text/vnd.typst": render_typst,
    "text/plain": render_plain,
    DOCUMENT_MIME: _about,
}


_LEFT_OUT: set[str] = set()


@contextmanager
def leaving_out(*forms: str) -> Iterator[None]:
    """Documents that are shown inside have no such forms: each takes its time, and a batch keeps no notebook for a terminal."""
    before = set(_LEFT_OUT)
    _LEFT_OUT.update(forms)
    try:
        yield
    finally:
        _LEFT_OUT.clear()
        _LEFT_OUT.update(before)


@dataclasses.dataclass(frozen=True)
class Display:
    """A document as IPython shows it."""

    document: Document

    def __repr__(self) -> str:
        """How many nodes there are: IPython writes it for each section that is to have no plain form."""
        return f"{type(self).__name__}({len(self.document.nodes)} nodes)"

    def _repr_mimebundle_(self, include: Container[str] | None = None, exclude: Container[str] | None = None) -> dict[str, Any]:
        """Every form, or those that are asked for."""
        allowed = [form for form in _FORMS if form not in _LEFT_OUT and not (exclude and form in exclude)]
        wanted = [form for form in allowed if not include or form in include]
        return {form: _FORMS[form](self.document) for form in wanted}


@dataclasses.dataclass(frozen=True)
class _Style:
    """The look of the report inside JupyterLab; exporters bring their own."""

    css: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002 - IPython's protocol
        return {"text/html": f"<style>{self.css}</style>", "text/plain": ""}


class Report:
    """A report from one result: its methods are its sections, in the order of the report."""

    def __init__(self, view: ResultView, title: str, header: str) -> None:
        self._shown_as = view
        self._title = title
        self._header = header

    @property
    def result(self) -> AuditResult:
        """The result behind the report, for those who want to look further."""
        return self._shown_as.result

    @property
    def _day(self) -> str:
        """The day that the report is of, as ISO text; empty where none is declared, and then none is shown."""
        return self._shown_as.result.date or ""

    def style(self) -> _Style:
        """Make the sections below look in JupyterLab as they do in the report."""
        return _Style(stylesheet(self._shown_as.brand.as_dict()))

    @staticmethod
    def _show(nodes: tuple[Node, ...]) -> Display:
        return Display(Document(nodes))

    def _open(self, nodes: tuple[Node, ...]) -> Display:
        """The first section, with what an exporter must know of the whole report."""
        view, words = self._shown_as, self._shown_as.words
        meta = Meta(
            title=self._title,
            language=words.language,
            header=self._header,
            footer=words.of(view.brand.footer),
            author=view.brand.name,
            date=self._day,
            brand=view.brand.as_dict(),
            labels={name: words(name) for name in _UI_LABELS},
            imprint=str(imprint_of(view)),
        )
        return Display(Document(nodes, meta))
