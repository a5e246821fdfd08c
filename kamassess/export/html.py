"""Notebooks as one HTML file that asks nobody for anything: the nbconvert exporter ``kam-html``.

nbconvert's own HTML loads scripts from other hosts and escapes nothing, so none of its templates are used. The page is put
together here from the pieces of a notebook: our own fragments as they are, everything else cleaned first. A content security
policy in the page forbids every request, so that a report stays confidential even where something slipped through.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import bleach
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape
from nbconvert.exporters.exporter import Exporter, FilenameExtension
from traitlets import Bool

from kamassess.errors import Fault, ReportError
from kamassess.export.pieces import (
    Code,
    ErrorText,
    Fragment,
    Image,
    Markdown,
    OtherHtml,
    Piece,
    PlainText,
    imprint,
    pieces,
    report_meta,
)
from kamassess.export.webfont import font_faces, missing_characters, page_letters
from kamassess.render.html import css_string, environment, stylesheet
from kamassess.resources import carried

__all__ = ["LABELS", "KamHTMLExporter"]

LABELS: Mapping[str, str] = {
    "contents": "Contents",
    "skip_to_content": "Skip to content",
    "sort_by": "Sort by {column}",
    "code": "Code",
    "figure": "Figure",
    "table": "Table",
}
"""The words of the page itself, where the report's ``labels`` have none. ``{column}`` stands for a column's heading."""


class KamHTMLExporter(Exporter):  # type: ignore[misc]
    """Writes an executed notebook as a self-contained report.

    Notebooks of kamassess bring their title, language, words and brand in the first document they show; any other notebook is
    exported in the default look. Characters that the carried fonts lack are named in a warning.
    """

    export_from_notebook = "kamassess report (HTML)"
    output_mimetype = "text/html"
    file_extension = FilenameExtension(".html").tag(config=True)
    with_code = Bool(False, help="Show the source of code cells.").tag(config=True)
    optimistic_validation = Bool(True, help="Validate once, after all preprocessors.").tag(config=True)

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """Write *nb* as HTML.

        Parameters
        ----------
        nb
            An executed notebook, nbformat 4.
        resources
            As nbconvert passes them; ``metadata.name`` titles a notebook that has no title of its own.

        Returns
        -------
        tuple
            The page, and *resources* with ``output_extension`` set.
        """
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        meta = report_meta(notebook) or _foreign_meta(notebook, str(resources["metadata"].get("name") or "Notebook"))
        page = _Page(meta, with_code=self.with_code)
        for piece in pieces(notebook, str(meta["language"]), with_code=self.with_code):
            page.add(piece)
        html, missing = page.write()
        if missing:
            named = ", ".join(f"{c} (U+{ord(c):04X})" for c in missing)
            self.log.warning("No carried font has %s: shown only where the reader's system has a font for it", named)
        return html, resources


_STYLES = re.compile("<style>(.*?)</style>", re.DOTALL)
_RULE = re.compile(r"[^{}]+\{[^{}]*\}")


class _Page:
    """A page in the making: pieces in, one HTML text out."""

    def __init__(self, meta: Mapping[str, Any], *, with_code: bool = False) -> None:
        self.meta = meta
        self.with_code = with_code
        self.labels = {**LABELS, **{k: str(v) for k, v in (meta.get("labels") or {}).items()}}
        self.body: list[str] = []
        self.contents: list[dict[str, Any]] = []
        self.rules: set[str] = set()
        self.narratives = 0
        self.titled = False

    def add(self, piece: Piece) -> None:
        """Append *piece* in a form that is safe in the page."""
        match piece:
            case Fragment():
                self.titled = self.titled or "<h1" in piece.html
                for heading in piece.headings:
                    self._list(int(heading["level"]), str(heading["text"]), str(heading["id"]))
                self.body.append(_STYLES.sub(self._once, piece.html))
            case Markdown():
                self._prose(self._narrative(piece.source))
            case Code():
                code = Markup('<details class="code" open><summary>{}</summary><pre><code>{}</code></pre></details>')
                self._prose(code.format(self.labels["code"], piece.source))
            case PlainText():
                self._prose(Markup("<pre>{}</pre>").format(_plain(piece.text)))
            case OtherHtml():
                self._prose(_cleaned(piece, self.labels["table"]))
            case Image():
                self._prose(_picture(piece, self.labels["figure"]))
            case ErrorText():
                error = Markup('<div class="error"><strong>{}</strong>{}</div>')
                self._prose(error.format(piece.name, _plain(piece.message)))

    def write(self) -> tuple[str, str]:
        """Return the page and the characters it could not bring a glyph for."""
        meta, brand = self.meta, self.meta.get("brand") or default_brand()
        if not self.titled:
            self.body.insert(0, Markup('<header class="cover"><h1>{}</h1></header>').format(meta["title"]))
        script = _script()
        words = {key: str(meta.get(key) or "") for key in ("title", "header", "footer", "author", "date")}
        known = {
            **words,
            "imprint": imprint(meta, with_code=self.with_code),
            "lang": _language_tag(str(meta["language"])),
            "policy": _policy(script),
            "logo": _logo(brand.get("logo")),
            "brand_name": str(brand.get("name") or ""),
            "labels": self.labels,
            "contents": self.contents,
            "body": Markup("\n".join(self.body)),  # noqa: S704 - every part was escaped or cleaned when it was added
            "script": Markup(script),  # noqa: S704
            "css": Markup(stylesheet(brand, notebook=False)),  # noqa: S704
            "paper": Markup(_paper(words["header"], words["date"])),  # noqa: S704
        }
        template = environment().get_template("report.html.j2")
        mark = "@@fonts@@"  # the letters are known when the page is, and the fonts stand at its head
        page = template.render(known, fonts=mark)
        letters, bold = page_letters(page)
        return page.replace(mark, font_faces(letters, bold), 1), missing_characters(letters)

    def _once(self, styles: re.Match[str]) -> str:
        """Rules of drawings that no drawing before has brought: a fragment brings all it needs, a page needs each once."""
        fresh = [rule for rule in dict.fromkeys(_RULE.findall(styles[1])) if rule not in self.rules]
        self.rules.update(fresh)
        return f"<style>{''.join(fresh)}</style>" if fresh else ""

    def _prose(self, html: str) -> None:
        self.body.append(f'<div class="kam prose">\n{html.strip()}\n</div>')

    def _list(self, level: int, text: str, name: str) -> None:
        entry = {"text": text, "id": name, "below": []}
        if level == 1 or (level == 2 and not self.contents):
            self.contents.append(entry)
        elif level == 2:
            self.contents[-1]["below"].append(entry)

    def _narrative(self, source: str) -> str:
        """Markdown; the first title of an untitled page is its ``h1``, and no other heading stands as high."""
        parser = _markdown()
        tokens = parser.parse(source)
        for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if opening.type != "heading_open":
                continue
            level = int(opening.tag[1])
            text = _words(inline)
            if level == 1 and not self.titled:
                self.titled = True
                continue
            level = max(level, 2)
            opening.tag = closing.tag = f"h{level}"
            self.narratives += 1
            opening.attrSet("id", f"narrative-{self.narratives}")
            self._list(level - 1, text, f"narrative-{self.narratives}")
        return str(parser.renderer.render(tokens, parser.options, {"table": self.labels["table"]}))


# --- what a notebook of someone else's brings -------------------------------------------------------------------------


@cache
def default_brand() -> Mapping[str, Any]:
    """Return the look of a report that names no brand: ``templates/brand.yaml``."""
    brand: dict[str, Any] = yaml.safe_load((carried("templates") / "brand.yaml").read_text(encoding="utf-8"))
    return brand


def _foreign_meta(notebook: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    sources = (cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    title = next((text for source in sources for text in _titles(source)), name)
    return {"title": title, "language": "en", "brand": default_brand(), "labels": {}}


def _titles(source: str | Sequence[str]) -> list[str]:
    tokens = _markdown().parse(source if isinstance(source, str) else "".join(source))
    return [_words(inline) for opening, inline in pairwise(tokens) if (opening.type, opening.tag) == ("heading_open", "h1")]


def _words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or ())


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    rules: dict[str, Any] = {"image": _image, "table_open": _table_open, "table_close": _table_close, "link_open": _link_open}
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


def _image(_: Any, tokens: Sequence[Token], at: int, __: Any, ___: Any) -> str:
    """Write a picture that lies in the text itself; of any other its description, since nothing is fetched."""
    source, alt = str(tokens[at].attrGet("src") or ""), tokens[at].content
    if re.match(r"data:image/(png|jpeg|gif|webp);base64,", source):
        return str(Markup('<img src="{}" alt="{}">').format(source, alt))
    return str(escape(alt))


def _link_open(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    tokens[at].attrSet("rel", "noopener noreferrer")
    return str(renderer.renderToken(tokens, at, options, env))


def _table_open(_: Any, __: Any, ___: int, ____: Any, env: Mapping[str, str]) -> str:
    return str(Markup('<div class="scroll" role="group" tabindex="0" aria-label="{}"><table>').format(env["table"]))


def _table_close(*_: Any) -> str:
    return "</table></div>"


_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_HIDDEN = re.compile(r"<(script|style|head|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TABLE_TAGS = frozenset(re.findall(r"\w+", "table caption colgroup col thead tbody tfoot tr th td p br strong b em sub sup"))
_TABLE_ATTRIBUTES = {"th": ["colspan", "rowspan", "scope"], "td": ["colspan", "rowspan"], "col": ["span"]}


def _plain(text: str) -> str:
    """Text as a terminal would show it, without its colours."""
    return _ANSI.sub("", text).rstrip()


def _cleaned(piece: OtherHtml, label: str) -> str:
    """Another library's table without its looks; whatever is no table is shown as its plain text."""
    clean = bleach.clean(_HIDDEN.sub("", piece.html), tags=_TABLE_TAGS, attributes=_TABLE_ATTRIBUTES, strip=True)
    if "<table" not in clean:
        return str(Markup("<pre>{}</pre>").format(_plain(piece.plain)))
    clean = re.sub(r"<th>\s*</th>", "<td></td>", clean)
    opening = Markup('<div class="scroll" role="group" tabindex="0" aria-label="{}">').format(label)
    return f"{opening}{clean}</div>"


def _picture(piece: Image, label: str) -> str:
    data = "".join(piece.data.split())
    if piece.mime == "image/svg+xml":
        data = base64.b64encode(piece.data.encode("utf-8")).decode("ascii")
    alt = label if not piece.alt or piece.alt.startswith("<") else piece.alt
    return str(Markup('<p><img src="data:{};base64,{}" alt="{}"></p>').format(piece.mime, data, alt))


# --- the page around the pieces ---------------------------------------------------------------------------------------


@cache
def _script() -> str:
    source = (carried("templates") / "html" / "report.js").read_text(encoding="utf-8")
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _language_tag(language: str) -> str:
    """``zh`` is written in simplified characters here."""
    return "zh-Hans" if language == "zh" else language


def _logo(logo: object) -> str:
    if logo and not str(logo).startswith("data:image/"):
        raise ReportError(Fault(f"the brand's logo is {str(logo)[:60]!r}, no data: address", "Give the content of the file"))
    return str(logo or "")


def _paper(header: str, date: str) -> str:
    """A4 with a running head and page numbers, where the browser prints margin boxes."""
    font = 'font:7.5pt "Kam Sans","Noto Sans SC",sans-serif;color:#666'
    pages = 'counter(page) " / " counter(pages)'
    boxes = {"top-left": css_string(header), "top-right": css_string(date), "bottom-right": pages}
    inner = "".join(f"@{place}{{content:{content};{font}}}" for place, content in boxes.items())
    return f"@page{{size:A4;margin:20mm 17mm 18mm;{inner}}}@page:first{{@top-left{{content:none}}@top-right{{content:none}}}}"
