"""Notebooks as a PDF for print and for archives: the nbconvert exporter ``kam-pdf``.

Typst sets the pages; ``templates/pdf/report.typ`` is the look. The file conforms to PDF/UA-1 (it can be read aloud) and PDF/A-2a
(it can be read in twenty years), or is not written at all: Typst refuses what breaks them. All that depends on the machine is
kept out (its fonts, its clock, its paths), so that the same notebook gives the same bytes.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import typst
from nbconvert.exporters.exporter import Exporter, FilenameExtension
from traitlets import Bool

from kamassess.errors import Fault, ReportError
from kamassess.export.markdown_typst import markdown_typst
from kamassess.export.pdf_about import About, about, decoded, embedded
from kamassess.export.pieces import Code, ErrorText, Fragment, Image, Markdown, OtherHtml, Piece, PlainText, pieces
from kamassess.export.webfont import missing_characters
from kamassess.render.typst import call, check_fragment, code_point, literal
from kamassess.resources import carried, fonts

__all__ = ["STANDARDS", "KamPDFExporter", "load_fonts"]

STANDARDS = ("ua-1", "a-2a")

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# What begins with a line break is found fast in half a million characters; "^" would be tried at each of them.
_SECTION = re.compile(r"\n(?=#kam-heading\(level: 1,)")
_FEW_SECTIONS = 4
"""A report of no more has no contents."""
_MANY_SECTIONS = 8
"""A report of more is hardly so short that it needs no contents."""
_HEADING = re.compile(r"(\n#kam-heading\(level: )(\d)")


class KamPDFExporter(Exporter):  # type: ignore[misc]
    """Writes an executed notebook as a tagged PDF for A4.

    Notebooks of kamassess bring their title, language, words and brand in the first document they show; any other notebook is
    exported in the default look. A character that the carried fonts lack is shown as its code point and named in a warning.
    """

    export_from_notebook = "kamassess report (PDF)"
    output_mimetype = "application/pdf"
    file_extension = FilenameExtension(".pdf").tag(config=True)
    with_code = Bool(False, help="Show the source of code cells.").tag(config=True)
    optimistic_validation = Bool(True, help="Validate once, after all preprocessors.").tag(config=True)

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[bytes, Any]:
        """Write *nb* as PDF.

        Parameters
        ----------
        nb
            An executed notebook, nbformat 4.
        resources
            As nbconvert passes them; ``metadata.name`` titles a notebook that has no title of its own.

        Returns
        -------
        tuple
            The file, and *resources* with ``output_extension`` set.

        Raises
        ------
        ReportError
            Typst refuses the report: a picture it cannot read, an output that is none of ours.
        """
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        resources["output_extension"] = ".pdf"
        known = about(notebook, str(resources["metadata"].get("name") or "Notebook"), with_code=self.with_code)
        paper = _Paper(known)
        for piece in pieces(notebook, known.language, with_code=self.with_code):
            paper.add(piece)
        pdf, missing, warnings = paper.write()
        if missing:
            named = ", ".join(f"{c} (U+{ord(c):04X})" for c in missing)
            self.log.warning("No carried font has %s: shown as code points in brackets", named)
        for warning in warnings:
            self.log.warning("Typst: %s", warning)
        return pdf, resources


class _Paper:
    """A report in the making: pieces in, one PDF out."""

    def __init__(self, known: About) -> None:
        self.about = known
        self.figure = str(known.data["labels"]["figure"])
        self.level = _Levels()
        self.body = [f"#{call('cover', title=known.title)}\n"] if known.foreign else []

    def add(self, piece: Piece) -> None:
        """Append *piece* as Typst source."""
        match piece:
            case Fragment():
                check_fragment(piece.typst)
                lines = _HEADING.sub(lambda found: f"{found[1]}{self.level(int(found[2]))}", f"\n{piece.typst}")
                self.body.append(lines[1:])
            case Markdown():
                shown = self.about.title if self.about.foreign else ""
                self.body.append(markdown_typst(piece.source, level=self.level, picture=self._inline, shown=shown))
            case Code():
                self._block(piece.source, "code")
            case PlainText(text=text) | OtherHtml(plain=text):
                self._block(text, "output")
            case ErrorText():
                self._block(f"{piece.name}: {piece.message}", "error")
            case Image():
                alt = "" if piece.alt.startswith("<") else piece.alt
                if piece.mime == "image/svg+xml":
                    alt = alt.strip() or self.figure
                    self._line(f'kam-picture(source: bytes({literal(piece.data)}), kind: "svg", alt: {literal(alt)})')
                else:
                    self._line(self._picture(piece.mime.removeprefix("image/"), piece.data, alt))

    def write(self) -> tuple[bytes, str, list[str]]:
        """Return the file, the characters that no font has, and what Typst warned of."""
        main = "".join(['#import "/report.typ": *\n#show: kam-report\n', *self.body])
        sections = len(_SECTION.findall(main))
        if sections > _FEW_SECTIONS:
            contents = call("contents", likely=sections > _MANY_SECTIONS)
            main = _SECTION.sub(rf"\n#{contents}\n", main, count=1)
        data = json.dumps(self.about.data, ensure_ascii=False)
        missing = missing_characters(data + main)
        if missing:
            named = {ord(character): code_point(character) for character in missing}
            main, data = main.translate(named), data.translate(named)
        pdf, warnings = _compiled(main, data, self.about.timestamp)
        return pdf, missing, warnings

    def _line(self, expression: str) -> None:
        self.body.append(f"#{expression}\n")

    def _block(self, text: str, kind: str) -> None:
        text = _ANSI.sub("", text).rstrip()
        if text.strip():
            self._line(call("code", text=text, kind=kind))

    def _inline(self, source: str, alt: str) -> str | None:
        found = embedded(source)
        return self._picture(*found, alt) if found else None

    def _picture(self, kind: str, data: str, alt: str) -> str:
        """A picture as a call; *data* is base64 text. Typst takes no files from memory that are no text, so bytes are numbers."""
        numbers = ",".join(map(str, decoded(data, "a picture")))
        return f"kam-picture(source: bytes(({numbers},)), kind: {literal(kind)}, alt: {literal(alt.strip() or self.figure)})"


class _Levels:
    """Levels of headings as PDF/UA wants them: the first is 1, and none is skipped on the way down."""

    def __init__(self) -> None:
        self.above: list[int] = []

    def __call__(self, level: int) -> int:
        while self.above and self.above[-1] >= level:
            self.above.pop()
        self.above.append(level)
        return len(self.above)


def _compiled(main: str, data: str, timestamp: int) -> tuple[bytes, list[str]]:
    set_type: Any = typst.compile_with_warnings  # its stub does not know of files held in memory
    try:
        pdf, warnings = set_type(
            {"main.typ": main.encode(), "report.typ": _template()},
            format="pdf",
            font_paths=_fonts(),
            sys_inputs={"meta": data},
            pdf_standards=list(STANDARDS),
            timestamp=timestamp,
        )
    except RuntimeError as error:  # TypstError is one, and so is what the binding itself refuses
        reason = " ".join(str(getattr(error, "message", None) or error).split())
        raise ReportError(Fault(f"the PDF could not be made: {reason[:400]}", "Write the report as HTML meanwhile")) from error
    return pdf, [str(warning.message) for warning in warnings]


def load_fonts() -> None:
    """Read what every PDF needs, and typeset none: that starts threads, and a process with threads must not fork."""
    _fonts()
    _template()


@cache
def _fonts() -> typst.Fonts:
    """The fonts that travel with the package and no others; read once in a process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts())])


@cache
def _template() -> bytes:
    return (carried("templates") / "pdf" / "report.typ").read_bytes()
