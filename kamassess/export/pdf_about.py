"""What the pages of a PDF must know beside the text: title, running lines, words, colours, logo and date.

All of it comes from the document that opens a report, and has a default for a notebook of someone else's. It goes to Typst as
data, one JSON text, never as source.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import yaml

from kamassess.errors import Fault, ReportError
from kamassess.export.markdown_typst import first_title
from kamassess.export.pieces import imprint, report_meta
from kamassess.render.typst import printable
from kamassess.resources import carried

__all__ = ["LABELS", "About", "about", "decoded", "embedded"]

FONT = "Noto Sans SC"
TOKENS = ("ink", "muted", "line", "paper", "wash", "accent", "claimed", "evidenced", "measured", "target", "hot")
"""The colours of a brand that the template asks for."""

LABELS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "contents": "Contents",
        "page_of": "Page {page} of {pages}",
        "figure": "Figure",
        "warning": "Read with care",
        "info": "Please note",
    },
    "zh": {
        "contents": "目录",
        "page_of": "第 {page} 页，共 {pages} 页",
        "figure": "图",
        "warning": "请谨慎解读",
        "info": "请注意",
    },
}
"""The words of the pages themselves, where the report's ``labels`` have none."""

_EPOCH = date(1980, 1, 1)
_HEADER = 90  # letters; a longer running header is cut

_DATA = re.compile(r"data:image/(?P<kind>svg\+xml|png|jpeg);base64,(?P<data>[A-Za-z0-9+/=\s]+)")


@dataclass(frozen=True)
class About:
    """``data`` is what the template reads, ``timestamp`` is in seconds since 1970.

    A ``foreign`` notebook is none of ours and brings no cover.
    """

    data: Mapping[str, Any]
    timestamp: int
    foreign: bool

    @property
    def language(self) -> str:
        """Language of the report."""
        return str(self.data["language"])

    @property
    def title(self) -> str:
        """Title of the file."""
        return str(self.data["title"])


def about(notebook: Mapping[str, Any], name: str, *, with_code: bool = False) -> About:
    """Return what the pages must know of *notebook*; *name* titles it if nothing else does.

    Raises
    ------
    ReportError
        The date is no date, or the logo no ``data:`` address.
    """
    found = report_meta(notebook)
    meta = found or _foreign_meta(notebook, name)
    language = str(meta["language"])
    brand = meta.get("brand") or _default_brand()
    words = {key: _line_of(meta.get(key)) for key in ("title", "header", "footer", "author")}
    labels = {**LABELS.get(language, LABELS["en"]), **(meta.get("labels") or {})}
    data = {
        **words,
        "title": words["title"] or name,
        "header": "" if words["header"] in words["title"] else _cut(words["header"]),
        "running": _cut(words["title"] or name),
        "footer": words["footer"] or _line_of((brand.get("footer") or {}).get(language)),
        "language": language,
        "brand": _line_of(brand.get("name")) or name,
        "font": FONT,
        "labels": {key: _line_of(text) for key, text in labels.items()},
        "colours": {token: _colour(brand.get("light") or {}, token) for token in TOKENS},
        "logo": _logo(brand.get("logo")),
        "imprint": imprint(found, with_code=with_code),
    }
    return About(data, _timestamp(meta.get("date")), found is None)


def embedded(address: str) -> tuple[str, str] | None:
    """Return kind (``svg``, ``png``, ``jpeg``) and base64 text of a picture that lies in its address, or None."""
    found = _DATA.fullmatch(address)
    return (found["kind"].removesuffix("+xml"), found["data"]) if found else None


def decoded(data: str, what: str) -> bytes:
    """Return the bytes of base64 text; *what* names it in the error."""
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except binascii.Error as error:
        raise ReportError(Fault(f"{what} is no base64 text: {error}", "Run the notebook again")) from error


@cache
def _default_brand() -> Mapping[str, Any]:
    brand: dict[str, Any] = yaml.safe_load((carried("templates") / "brand.yaml").read_text(encoding="utf-8"))
    return brand


def _colour(colours: Mapping[str, object], token: str) -> str:
    colour = str(colours.get(token) or "")
    return colour if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else str(_default_brand()["light"][token])


def _logo(logo: object) -> Mapping[str, object] | None:
    if not logo:
        return None
    found = embedded(str(logo))
    if not found:
        raise ReportError(Fault(f"the brand's logo is {str(logo)[:60]!r}, no data: address", "Give the content of the file"))
    return {"kind": found[0], "bytes": list(decoded(found[1], "the brand's logo"))}


def _foreign_meta(notebook: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    sources = ("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    title = next((title for source in sources if (title := first_title(source))), name)
    return {"title": title, "language": "en", "brand": _default_brand()}


def _timestamp(day: object) -> int:
    """Seconds since 1970 of the report's date, else of ``SOURCE_DATE_EPOCH``, else of a fixed day; never the clock's."""
    if day:
        try:
            given = date.fromisoformat(str(day)[:10])
        except ValueError as error:
            raise ReportError(Fault(f"the report's date is {str(day)[:40]!r}", "Write it as YYYY-MM-DD")) from error
        return int(datetime(given.year, given.month, given.day, tzinfo=UTC).timestamp())
    fixed = int(datetime(_EPOCH.year, _EPOCH.month, _EPOCH.day, tzinfo=UTC).timestamp())
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(epoch) if epoch.isascii() and epoch.isdigit() else fixed


def _line_of(text: object) -> str:
    """*text* on one line, with nothing in it that cannot be printed."""
    return " ".join(printable(str(text or "")).split())


def _cut(text: str) -> str:
    return text if len(text) <= _HEADER else f"{text[: _HEADER - 1].rstrip()}…"
