"""What a report says, before it has a form.

A notebook cell returns a :class:`Document`: a short sequence of frozen nodes (headings, paragraphs, tables, charts …) made
from the result object. ``kamassess.render`` writes the same nodes as HTML, as Typst and as plain text, so that no two
outputs can say different things. Nodes hold finished text in the report's language; they hold no numbers to be computed and
no markup, and every string in them may come from a client: the writers escape all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from kamassess.readable import isolated

__all__ = [
    "DOCUMENT_MIME",
    "Banner",
    "Bullets",
    "Card",
    "Cards",
    "Cell",
    "Chart",
    "Column",
    "Cover",
    "Definitions",
    "Document",
    "Heading",
    "KeyEntry",
    "KeyFigure",
    "KeyFigures",
    "Ladder",
    "Meta",
    "Node",
    "Paragraph",
    "Quote",
    "Quotes",
    "Rich",
    "Run",
    "Step",
    "Table",
    "plain",
    "rich",
]

DOCUMENT_MIME = "application/vnd.kamassess+json"
"""Marks an output as ours, and carries what is no text: ``{"meta": {…} | null, "headings": [{"level", "text", "id"}]}``."""

Style: TypeAlias = Literal["plain", "strong", "muted", "code", "action"]
Knowledge: TypeAlias = Literal["claimed", "evidenced", "measured", "target", "interval", "voted", "agreed"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. ``href`` is a fragment (``#id``) inside the same report, never another host."""

    text: str
    style: Style = "plain"
    href: str | None = None


Rich: TypeAlias = tuple[Run, ...]

_MARKUP = re.compile(r"(\*\*.+?\*\*|~~.+?~~|\^\^.+?\^\^|``.+?``)", re.DOTALL)
_STYLES: Mapping[str, Style] = {"**": "strong", "~~": "muted", "^^": "action", "``": "code"}


def rich(template: str, /, **values: object) -> Rich:
    """Text with light markup: ``**strong**``, ``~~muted~~``, ``^^action^^``, double backticks for code.

    Markup is read from *template* before *values* are filled in, so a client's ``**`` or ``{`` stays what it is.

    >>> rich("**{name}**: {score}", name="a**b", score="3.1")
    (Run(text='a**b', style='strong', href=None), Run(text=': 3.1', style='plain', href=None))
    """
    parts = _parts(template)
    if not values:
        return tuple([Run(*part) for part in parts])
    told = {name: isolated(value) if isinstance(value, str) else value for name, value in values.items()}
    return tuple([Run(body.format_map(told), style) for body, style in parts])


@lru_cache(maxsize=4096)
def _parts(template: str) -> tuple[tuple[str, Style], ...]:
    """The parts of a template, each with its style; most templates are labels, and stand in a report many times."""
    parts = [(part, _STYLES.get(part[:2]) if _MARKUP.fullmatch(part) else None) for part in _MARKUP.split(template) if part]
    return tuple((part[2:-2], style) if style else (part, "plain") for part, style in parts)


def plain(text: Rich) -> str:
    """The characters of *text* without their styles."""
    return text[0].text if len(text) == 1 else "".join([run.text for run in text])


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` 1 is a section of the report (listed in the contents), 2 and 3 are below it. ``id`` is unique in a report."""

    level: Literal[1, 2, 3]
    text: str
    id: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``lead`` is the large opening paragraph of a section, ``sub`` the small muted line under a heading, ``note`` a footnote."""

    text: Rich
    kind: Literal["body", "lead", "sub", "note"] = "body"


@dataclass(frozen=True, slots=True)
class Cover:
    """The head of a report: what it is (``kicker``), the finding as title, a lead paragraph, and facts as label–value pairs."""

    kicker: str
    title: str
    lead: Rich
    facts: tuple[tuple[str, Rich], ...]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One large number: its label above, its unit or interval beside it (``note``)."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Two to five large numbers in a strip."""

    items: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One finding: a small title and one or more paragraphs. ``kind`` only chooses the accent."""

    kind: Literal["strength", "gap", "disagreement", "say_do", "data", "neutral"]
    title: str
    body: tuple[Rich, ...]


@dataclass(frozen=True, slots=True)
class Cards:
    """Findings, two abreast where there is room."""

    items: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Banner:
    """A warning or a remark that must not be missed."""

    kind: Literal["warning", "info"]
    text: Rich


@dataclass(frozen=True, slots=True)
class Bullets:
    """A plain list."""

    items: tuple[Rich, ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """Term and explanation pairs: the glossary, the policy in words, provenance."""

    items: tuple[tuple[Rich, Rich], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A respondent's comment, word for word, and what may be said of where it comes from."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Quotes:
    """Comments."""

    items: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a :class:`Ladder`: ``here`` marks where the unit stands, ``next`` the rung above it."""

    label: str
    text: str
    state: Literal["here", "next", "other"] = "other"


@dataclass(frozen=True, slots=True)
class Ladder:
    """What is seen at this level and at the next, in the instrument's own anchors."""

    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A table column. ``kind`` decides alignment and sorting; ``number`` columns are right-aligned with tabular figures.

    ``weight`` is the share of the width in print, relative to the other columns.
    """

    label: str
    kind: Literal["text", "number", "id"] = "text"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell. ``heat`` (0–1) shades it; ``sort`` is the value to sort by; ``title`` is for hover.

    An undefined number is shown as the reason in words, or as a dash with a ``title``; it has no ``sort`` and sorts last.
    """

    text: Rich
    sort: float | None = None
    heat: float | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption. The first column names the row. ``sortable`` tables can be re-ordered by a click on a heading.

    Of a ``told`` table the first column is text to read: on a phone each row is a block, the text across and the rest below it.
    """

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Rich = ()
    sortable: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One entry of a chart's key: the mark of a kind of knowledge, and its name."""

    kind: Knowledge
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing. ``wide`` and ``narrow`` are complete SVG documents with real text, drawn in the brand's light colours.

    ``alt`` states the message of the chart, not its form. ``narrow`` (about 328 px) is shown on phones and in no other place.
    ``palette`` maps each colour that occurs in the SVG (``#rrggbb``) to its token in the brand, so that a page can repaint it.
    """

    id: str
    title: str
    subtitle: str
    alt: str
    wide: str
    narrow: str
    key: tuple[KeyEntry, ...] = ()
    palette: Mapping[str, str] = field(default_factory=dict)


Node: TypeAlias = (
    Heading | Paragraph | Cover | KeyFigures | Cards | Banner | Bullets | Definitions | Quotes | Ladder | Table | Chart
)


@dataclass(frozen=True, slots=True)
class Meta:
    """What an exporter must know beside the nodes: the title and language of the file, its running header, date and brand."""

    title: str
    language: str
    header: str
    footer: str
    author: str
    date: str
    brand: Mapping[str, object]
    labels: Mapping[str, str]
    imprint: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Nodes in reading order; ``meta`` only on the document that opens a report."""

    nodes: tuple[Node, ...]
    meta: Meta | None = None
