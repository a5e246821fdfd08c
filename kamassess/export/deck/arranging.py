"""Where everything on a slide stands, and how large, worked out before anything is drawn: so nothing lies on anything else.

From the top: figures, sentences across, the chart or table with sentences beside it (below it where a slide is narrow), and one
line on what is shown. What has no room is left to the notes; a table that has none goes on on further slides, or says how many
of its rows are in the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kamassess.document import Rich, Table, rich
from kamassess.export.deck.figures import figures_height
from kamassess.export.deck.grounds import Area
from kamassess.export.deck.measuring import Hand, fitted, text_height
from kamassess.export.deck.slides import Slide
from kamassess.export.deck.tabling import SIZES, Rows, rows_of, turned
from kamassess.locale import Locale

__all__ = ["FOOT", "GAP", "SIDES", "SMALLER", "Arranged", "Text", "arranged", "bands", "pages", "set_texts"]

SIDES = (16.0, 15.0, 14.0, 13.0, 12.5, 12.0)
SMALLER = (11.5, 11.0, 10.5, 10.0)
FOOT, GAP = 10.5, 0.55
"""Size of the line below a chart or table; what is free between paragraphs, in sizes of their letters."""
_LARGE = (22.0, 20.0, 19.0, 18.0, 17.0, 16.0, 15.0, 14.0, 13.0)
_BESIDE, _LEADS = (18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.5, 12.0), (16.0, 15.0, 14.0, 13.0, 12.5, 12.0)
_SHARE, _LEAD, _UNDER = 0.31, 0.3, 0.34
"""Shares that sentences have: beside a chart of the width, above it and below it of the height."""
_NARROW = 600.0
"""Width in points below which sentences stand below a chart and not beside it."""
_LOW = 330.0
"""Height in points below which a slide is small: text may be smaller there, and figures give way to a chart."""
_SPACE, _CLOSE = 16.0, 6.0
_APART = (1.0, 2.6)
"""What is free between statements that stand alone, in sizes of their letters: at least and at most."""
_PAGES = 3
_FLOWING = (14.0, 13.0, 12.0, 11.0, 10.0)
"""Sizes of a table that goes on on further slides: the same on all of them."""
_HIGHEST = 60.0


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs in a place, in one size."""

    area: Area
    texts: tuple[Rich, ...]
    size: float


@dataclass(frozen=True, slots=True)
class Arranged:
    """A slide, laid out. ``left_out`` rows of its table have no room."""

    figures: Area | None = None
    lead: Text | None = None
    main: Area | None = None
    rows: Rows | None = None
    side: Text | None = None
    alone: tuple[Text, ...] = ()
    foot: Text | None = None
    left_out: int = 0


def arranged(slide: Slide, body: Area, words: Locale, hand: Hand, sizes: Sequence[float] = SIZES) -> Arranged:
    """A slide laid out in the space of its template; *sizes* are those that its table may have."""
    made = Arranged()
    small = body.height < _LOW
    if slide.figures and not (small and slide.main):
        height = figures_height(slide.figures, body.width, hand)
        made = replace(made, figures=Area(body.left, body.top, body.width, height))
        body = _below(body, height + _SPACE)
    if slide.lead:
        lead = set_texts(Area(body.left, body.top, body.width, _LEAD * body.height), slide.lead, _LEADS, hand)
        if lead:
            made = replace(made, lead=lead)
            body = _below(body, lead.area.height + _SPACE * 0.75)
    if slide.main is None:
        return replace(made, alone=bands(_above(body, None, _CLOSE), slide.side, hand, small=small))
    foot = _foot(slide.foot, body, hand)
    main = _above(body, foot)
    if slide.side:
        main, side = _beside(main, slide.side, hand)
        made = replace(made, side=side)
    if not isinstance(slide.main, Table):
        return replace(made, main=main, foot=foot)
    rows = rows_of(slide.main, main, hand, sizes)
    left_out = len(slide.main.rows) - rows.shown
    if left_out:
        more = words("deck_more_rows", count=len(slide.main.rows))
        foot = _foot(words("deck_join", first=slide.foot, second=more) if slide.foot else more, body, hand)
        if not slide.side:
            main = _above(body, foot)
        rows = rows_of(slide.main, main, hand, sizes)
        left_out = len(slide.main.rows) - rows.shown
        more = words("deck_more_rows", count=left_out)
        foot = _foot(words("deck_join", first=slide.foot, second=more) if slide.foot else more, body, hand)
    if foot:
        top = min(main.top + rows.height + _CLOSE, body.bottom - foot.area.height)
        foot = replace(foot, area=replace(foot.area, top=top))
    return replace(made, main=main, rows=rows, foot=foot, left_out=left_out)


def _below(body: Area, used: float) -> Area:
    return Area(body.left, body.top + used, body.width, body.height - used)


def _above(body: Area, foot: Text | None, used: float = 0.0) -> Area:
    used = foot.area.height + _CLOSE if foot else used
    return Area(body.left, body.top, body.width, body.height - used)


def _foot(text: str, body: Area, hand: Hand) -> Text | None:
    """A line, or as many as it needs, at the lower end."""
    if not text:
        return None
    told = (rich("{x}", x=text),)
    height = min(text_height(told, body.width, FOOT, hand), _HIGHEST)
    return Text(Area(body.left, body.bottom - height, body.width, height), told, FOOT)


def _beside(main: Area, texts: Sequence[Rich], hand: Hand) -> tuple[Area, Text | None]:
    """What a chart has, and the sentences beside it, or below it on a narrow slide."""
    if main.width >= _NARROW:
        wide = (1 - _SHARE) * main.width - _SPACE
        beside = Area(main.left + wide + _SPACE, main.top, _SHARE * main.width, main.height)
        return Area(main.left, main.top, wide, main.height), set_texts(beside, texts, _BESIDE, hand)
    side = set_texts(Area(main.left, main.top, main.width, _UNDER * main.height), texts, _BESIDE[3:], hand)
    if side is None:
        return main, None
    height = main.height - side.area.height - _CLOSE
    side = replace(side, area=replace(side.area, top=main.top + height + _CLOSE))
    return Area(main.left, main.top, main.width, height), side


def set_texts(area: Area, texts: Sequence[Rich], sizes: Sequence[float], hand: Hand) -> Text | None:
    """As many of the sentences, from the first, as fit, each as large as can be; the place is as high as they are."""
    for count in range(len(texts), 0, -1):
        found = fitted(texts[:count], area.width, area.height, sizes, hand, GAP)
        if found is None and count == 1:
            found = fitted(texts[:count], area.width, area.height, SMALLER, hand, GAP)
        if found:
            return Text(Area(area.left, area.top, area.width, found.height), tuple(texts[:count]), found.size)
    return None


def bands(area: Area, texts: Sequence[Rich], hand: Hand, *, small: bool = False) -> tuple[Text, ...]:
    """Statements that stand alone, one below the other over the height there is: as many as can be read from afar."""
    for count in range(len(texts), 0, -1):
        least = _APART[0] * (count - 1)
        for size in (*_LARGE, *((12.0, *SMALLER) if small or count == 1 else ())):
            heights = [text_height([text], area.width, size, hand) for text in texts[:count]]
            if sum(heights) + least * size > area.height:
                continue
            free = min((area.height - sum(heights)) / max(count - 1, 1), _APART[1] * size)
            made, top = [], area.top
            for text, height in zip(texts[:count], heights, strict=True):
                made.append(Text(Area(area.left, top, area.width, height), (text,), size))
                top += height + free
            return tuple(made)
    return ()


# -- tables that go on -----------------------------------------------------------------------------------------------------


def pages(slide: Slide, body: Area, words: Locale, hand: Hand) -> tuple[tuple[Slide, Arranged], ...]:
    """A slide, or, where its table is too long for one, up to three; one that says how much is missing if these are too few."""
    whole = arranged(slide, body, words, hand)
    if isinstance(slide.main, Table) and whole.rows and not whole.rows.whole and (other := turned(slide.main)):
        slide = replace(slide, main=other)
        whole = arranged(slide, body, words, hand)
    if not whole.left_out or not isinstance(slide.main, Table):
        return ((slide, whole),)
    for count in range(2, _PAGES + 1):
        for size in _FLOWING:
            made = tuple(_flowing(slide, body, words, hand, size))
            if made and len(made) <= count:
                return made
    return ((slide, whole),)


def _flowing(slide: Slide, body: Area, words: Locale, hand: Hand, size: float) -> Iterator[tuple[Slide, Arranged]]:
    """A table over several slides in one size, the rows as even as can be; nothing if it does not end."""
    counts = _counts(slide, body, words, hand, size)
    if counts is None:
        return
    main, start = slide.main, 0
    if not isinstance(main, Table):
        return
    for number, count in enumerate(counts):
        part = replace(slide, main=replace(main, rows=main.rows[start : start + count]))
        if number:
            title = words("deck_continued", title=slide.title)
            part = replace(part, title=title, figures=(), lead=())
        start += count
        yield part, arranged(part, body, words, hand, (size,))


def _counts(slide: Slide, body: Area, words: Locale, hand: Hand, size: float) -> list[int] | None:
    """How many rows each slide has."""
    counts, rest = [], slide
    for number in range(_PAGES):
        if not isinstance(rest.main, Table):
            return None
        found = arranged(rest, body, words, hand, (size,))
        shown = len(rest.main.rows) - found.left_out
        rows, main = found.rows, found.main
        if rows is None or main is None or not rows.whole or rows.height > main.height + 1:
            return None
        counts.append(shown)
        if not found.left_out:
            if number and counts[-1] == 1 and counts[-2] > 2:
                counts[-2:] = [counts[-2] - 1, 2]
            return counts
        rest = replace(rest, main=replace(rest.main, rows=rest.main.rows[shown:]), figures=(), lead=())
    return None
