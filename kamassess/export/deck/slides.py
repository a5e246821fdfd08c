"""What a deck says, before it has a form: slides with a finding as title, one chart or table, a few sentences, and notes.

Like ``kamassess.document``, of which slides take tables, figures and sentences: finished text in the language of the deck.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal, TypeAlias, TypeVar, cast

from kamassess.document import KeyFigure, Rich, Table, plain, rich
from kamassess.result import Interval

__all__ = ["Graph", "Main", "Mark", "Series", "Slide", "Title", "after_title", "printable", "sentence", "strong_part"]

Kind: TypeAlias = Literal["marks", "bars", "columns", "spans", "curve"]
Mark: TypeAlias = Literal["circle", "diamond", "square", "dash", "none"]
_Part = TypeVar("_Part")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CLOSING = " .。:：;；"


@dataclass(frozen=True, slots=True)
class Series:
    """A series of a chart.

    Attributes
    ----------
    name
        As the legend has it; empty for one that the legend leaves out.
    values
        One for each category, at full precision; None where there is none.
    token
        The colour, by its token in the brand; empty for one that is not drawn.
    opacity
        0–1; what is less lets the ground through, and looks paler.
    intervals
        Their ends, where there are.
    labels
        Where the figures stand; none if empty.
    starts
        Starts of levels, to which no figure is rounded up that has not reached them.
    """

    name: str
    values: tuple[float | None, ...]
    token: str
    mark: Mark = "circle"
    opacity: float = 1.0
    intervals: tuple[Interval | None, ...] = ()
    labels: Literal["", "left", "right", "above", "end", "inside"] = ""
    starts: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """A chart that can be edited where it stands.

    ``marks`` have their categories below and a mark for each value; ``bars`` lie, ``columns`` stand; ``spans`` are stacked bars,
    the first of which is not drawn; a ``curve`` runs over its categories.

    Attributes
    ----------
    low, high, step
        Ends of the scale of values and the distance of its grid lines; left to the program where None.
    number
        How figures are written, as a number format of spreadsheets.
    alt
        What the chart shows, for those who do not see it.
    """

    kind: Kind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    alt: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    number: str = "0.0"


Main: TypeAlias = Graph | Table


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide.

    Attributes
    ----------
    about
        What it is about, in one word, for tests and programs.
    topic, title
        The section of the report, and the finding as a sentence.
    notes
        How it was worked out, on how many, how sure, and where the report has it.
    figures
        Large figures below the title.
    lead
        Sentences across the slide, above the main thing.
    main
        A chart or a table.
    side
        Sentences beside it, or alone; what has no room is left to the notes.
    foot
        What the main thing shows, in one line below it.
    """

    about: str
    topic: str
    title: str
    notes: tuple[str, ...]
    figures: tuple[KeyFigure, ...] = ()
    lead: tuple[Rich, ...] = ()
    main: Main | None = None
    side: tuple[Rich, ...] = ()
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """The first slide: what it is of, the finding, and facts in a line each."""

    kicker: str
    title: str
    lines: tuple[str, ...]
    notes: tuple[str, ...]


def printable(part: _Part) -> _Part:
    """A slide, or a part of one, without the characters that no file of this kind may hold; they are nothing to be seen."""
    found: Any = part
    if isinstance(part, str):
        found = _UNPRINTABLE.sub("", part)
    elif isinstance(part, tuple):
        found = tuple([printable(entry) for entry in part])
    elif is_dataclass(part) and not isinstance(part, type):
        found = replace(part, **{entry.name: printable(getattr(part, entry.name)) for entry in fields(part)})
    return cast(_Part, found)


def strong_part(text: Rich) -> str:
    """What of a finding stands in bold: the finding itself, as a title has it, without a full stop."""
    return next((run.text.strip(_CLOSING) for run in text if run.style == "strong"), plain(text).strip(_CLOSING))


def sentence(text: Rich) -> Rich:
    """A finding as it stands beside a chart: references to the report (muted) are left out."""
    return tuple(run if run.style != "code" else replace(run, style="plain") for run in text if run.style != "muted") or rich("")


def after_title(title: str, texts: Sequence[Rich]) -> tuple[Rich, ...]:
    """Findings as sentences, without what the title has said already where that is a sentence of its own."""
    found = []
    for text in map(sentence, texts):
        head = next((run for run in text if run.text.strip()), None)
        said = head is not None and head.style == "strong" and head.text.rstrip().endswith((".", "。"))
        if head is not None and said and head.text.strip(_CLOSING) in title:
            rest = text[text.index(head) + 1 :]
            text = (replace(rest[0], text=rest[0].text.lstrip()), *rest[1:]) if rest else ()
        if text:
            found.append(text)
    return tuple(found)
