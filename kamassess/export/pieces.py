"""What an exporter takes from a notebook, in reading order, whatever the format.

Both exporters read a notebook the same way: code is hidden unless asked for, narrative cells in other languages are left
out, cells tagged ``lab-only`` are for JupyterLab, and of each output the richest form that the format can show is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from kamassess.document import DOCUMENT_MIME
from kamassess.imprint import WITH_CODE

__all__ = [
    "DOCUMENT_MIME",
    "Code",
    "ErrorText",
    "Fragment",
    "Image",
    "Markdown",
    "OtherHtml",
    "Piece",
    "PlainText",
    "imprint",
    "pieces",
    "report_meta",
]

LAB_ONLY = "lab-only"
LANGUAGE_TAG = "lang:"


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece written by ``kamassess.render``: safe to place in a page as it is."""

    html: str
    typst: str
    headings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Markdown:
    """A narrative cell."""

    source: str


@dataclass(frozen=True, slots=True)
class Code:
    """The source of a code cell; only with ``with_code``."""

    source: str


@dataclass(frozen=True, slots=True)
class PlainText:
    """Text a cell printed or an object with no better form."""

    text: str
    stream: Literal["stdout", "stderr", "result"] = "result"


@dataclass(frozen=True, slots=True)
class OtherHtml:
    """HTML from another library (a pandas table): to be cleaned before it is shown. ``plain`` is its text form."""

    html: str
    plain: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture from another library. ``data`` is the SVG text or base64 text of a PNG or JPEG."""

    mime: Literal["image/svg+xml", "image/png", "image/jpeg"]
    data: str
    alt: str


@dataclass(frozen=True, slots=True)
class ErrorText:
    """A cell that failed."""

    name: str
    message: str


Piece: TypeAlias = Fragment | Markdown | Code | PlainText | OtherHtml | Image | ErrorText


def report_meta(notebook: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The ``meta`` of the document that opens the report (see ``kamassess.document.Meta``), or None for a foreign notebook."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            meta = output.get("data", {}).get(DOCUMENT_MIME, {}).get("meta")
            if meta:
                return dict(meta)
    return None


def imprint(meta: Mapping[str, Any] | None, *, with_code: bool) -> str:
    """What a report says of itself for programs (see :class:`kamassess.imprint.Imprint`); empty for a foreign notebook."""
    found = str((meta or {}).get("imprint") or "")
    return f"{found}{WITH_CODE if with_code else ''}" if found else ""


def pieces(notebook: Mapping[str, Any], language: str, *, with_code: bool = False) -> Iterator[Piece]:
    """Everything to show, in order.

    Parameters
    ----------
    notebook
        An executed notebook, nbformat 4.
    language
        Narrative cells tagged ``lang:xx`` are kept when ``xx`` is this language; untagged ones always.
    with_code
        Also yield the source of code cells.
    """
    for cell in notebook["cells"]:
        tags: Sequence[str] = cell.get("metadata", {}).get("tags", ())
        if LAB_ONLY in tags:
            continue
        languages = {tag.removeprefix(LANGUAGE_TAG) for tag in tags if tag.startswith(LANGUAGE_TAG)}
        if languages and language not in languages:
            continue
        source = _text(cell["source"])
        if cell["cell_type"] == "markdown" and source.strip():
            yield Markdown(source)
        elif cell["cell_type"] == "code":
            if with_code and source.strip():
                yield Code(source)
            for output in cell.get("outputs", ()):
                yield from _output(output)


_WARNED = re.compile(r"^(?:[A-Za-z]:)?[^:\n]*[/\\](?=[^/\\:\n]+:\d+: \w*Warning: )", re.MULTILINE)
"""Where on a machine the file lies that Python warns of: no reader need know."""


def _output(output: Mapping[str, Any]) -> Iterator[Piece]:
    kind = output["output_type"]
    if kind == "stream":
        text = _text(output["text"])
        if output["name"] == "stderr":
            yield PlainText(_WARNED.sub("", text), "stderr")
        else:
            yield PlainText(text, "stdout")
        return
    if kind == "error":
        yield ErrorText(str(output["ename"]), str(output["evalue"]))
        return
    data: Mapping[str, Any] = output["data"]
    if DOCUMENT_MIME in data:
        headings = tuple(data[DOCUMENT_MIME].get("headings", ()))
        yield Fragment(_text(data.get("text/html", "")), _text(data.get("text/vnd.typst", "")), headings)
        return
    plain = _text(data.get("text/plain", ""))
    for mime in ("image/svg+xml", "image/png", "image/jpeg"):
        if mime in data:
            yield Image(mime, _text(data[mime]), plain)
            return
    if "text/html" in data:
        yield OtherHtml(_text(data["text/html"]), plain)
    elif plain:
        yield PlainText(plain)


def _text(value: str | Sequence[str]) -> str:
    """Notebook files may hold text as a list of lines."""
    return value if isinstance(value, str) else "".join(value)
