"""Where the unit stands: the first slide, the answer on one page, and the dimensions against their targets."""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.document import KeyFigures, Rich, plain
from kamassess.export.deck.reported import cover_of, first, sentences, whole_steps
from kamassess.export.deck.slides import Graph, Series, Slide, Title, sentence
from kamassess.instrument import Dimension, scale_ends
from kamassess.sections.board import board
from kamassess.sections.cover import cover
from kamassess.sections.drawn import dimensions_title
from kamassess.sections.progress import UnitProgressView
from kamassess.sections.progress.cover import headline
from kamassess.sections.view import View

__all__ = ["answer", "dimensions", "opening", "rests_on"]


def opening(view: View) -> Title:
    """Company, unit, wave and date under the finding."""
    words, head = view.words, cover_of(cover(view))
    facts = dict(head.facts)
    lines = [words("deck_for_the_board"), view.words("unit_and_id", name=view.unit_name, id=view.unit.id)]
    told = [words("deck_wave_date", wave=view.result.wave, date=words.date(view.result.date))] if view.result.date else []
    sample = [plain(text) for label, text in facts.items() if label == words("fact_sample")]
    lines += [*(told or [words("deck_wave", wave=view.result.wave)]), *sample]
    return Title(view.company, head.title, tuple(lines), (plain(head.lead), words("deck_cover_note"), rests_on(view)))


def rests_on(view: View) -> str:
    """How many answered how much."""
    words, unit = view.words, view.unit
    if not unit.asked:
        return words("deck_no_sample")
    coverage = words.percent(unit.overall.coverage or 0.0)
    return words("deck_sample", people=words.people(unit.n_respondents), coverage=coverage)


def answer(view: View) -> Slide:
    """Score, interval, level, what holds it, and what to do first."""
    words, head, nodes = view.words, cover_of(cover(view)), board(view)
    figures, overall = first(nodes, KeyFigures), view.unit.overall
    told = (head.lead, *_since(view), *sentences(nodes))
    score = words("deck_score_note", score=view.score(overall), n=overall.n)
    if overall.score is None:
        score = words("deck_no_score", reason=words(f"reason_{overall.reason}"))
    notes = [
        *([score] if view.unit.asked else []),
        rests_on(view),
        *([words("deck_how_answer", draws=words.number(view.result.replicates, 0))] if view.unit.asked else []),
        *(plain(text) for text in told),
        words("deck_where", section=words("section_board")),
    ]
    side = tuple(sentence(text) for text in told)
    title = words("deck_in_short", headline=head.title)
    return Slide("answer", words("section_board"), title, tuple(notes), figures.items if figures else (), side=side)


def _since(view: View) -> tuple[Rich, ...]:
    """What changed since the earlier wave, in one sentence; nothing where there is none."""
    progress = view.result.progress
    if progress is None or view.unit.id not in progress.units:
        return ()
    seen = UnitProgressView(view.result, view.words, view.brand, view.unit)
    return (view.words.rich("deck_since", since=progress.since, headline=headline(seen)),)


# -- dimensions ------------------------------------------------------------------------------------------------------------


def dimensions(view: View) -> tuple[Slide, ...]:
    """Claims with their intervals, what documents and data show, and targets; nothing where nothing is known."""
    words, unit = view.words, view.unit
    shown = [entry for entry in view.instrument.dimensions if _values(view, entry)]
    if not shown:
        return ()
    series = _series(view, shown)
    parts = words("alt_separator").join(_note(view, entry) for entry in shown)
    low, high = scale_ends(view.instrument.dimensions)
    graph = Graph(
        "marks",
        tuple(view.name(entry) for entry in shown),
        tuple(series),
        words("alt_dimensions", parts=parts) if unit.asked else words("un_alt", parts=parts),
        low,
        high,
        whole_steps((low, high)),
    )
    claimed = any(block.score is not None for block in unit.dimensions.values())
    drawn = any(entry.intervals for entry in series)
    foot = words("deck_dimensions_foot" if drawn else "deck_dimensions_foot_few" if claimed else "deck_dimensions_foot_data")
    notes = (
        words("deck_opinions"),
        *(_note(view, entry) for entry in shown),
        rests_on(view),
        words("deck_where", section=words("section_board")),
    )
    return (Slide("dimensions", dimensions_title(view), _title(view, shown), notes, main=graph, foot=foot),)


def _values(view: View, dimension: Dimension) -> list[float]:
    known = view.unit.known.get(dimension.id)
    values = [view.unit.dimensions[dimension.id].score, *([known.measured, known.evidenced] if known else [])]
    return [value for value in values if value is not None]


def _series(view: View, shown: Sequence[Dimension]) -> list[Series]:
    words, unit = view.words, view.unit
    blocks = [unit.dimensions[entry.id] for entry in shown]
    found = []
    if any(block.score is not None for block in blocks):
        intervals = tuple(block.interval for block in blocks)
        scores = tuple(block.score for block in blocks)
        given = intervals if any(intervals) else ()
        starts = view.instrument.starts
        found.append(Series(words("key_claimed"), scores, "claimed", intervals=given, labels="right", starts=starts))
    known = [unit.known.get(entry.id) for entry in shown]
    measured = tuple(entry.measured if entry else None for entry in known)
    evidenced = tuple(entry.evidenced if entry else None for entry in known)
    if any(value is not None for value in measured):
        found.append(Series(words("key_measured"), measured, "measured", "diamond", labels="left"))
    if any(value is not None for value in evidenced):
        found.append(Series(words("key_evidenced"), evidenced, "evidenced", "square"))
    targets = tuple(unit.targets.get(entry.id) for entry in shown)
    if any(value is not None for value in targets):
        found.append(Series(words("key_target"), targets, "target", "dash"))
    return found[::-1]  # what is drawn last lies above the others


def _note(view: View, dimension: Dimension) -> str:
    """One dimension in words: claim with n, what is measured and evidenced, target."""
    words, unit = view.words, view.unit
    block, known, target = unit.dimensions[dimension.id], unit.known.get(dimension.id), unit.targets.get(dimension.id)
    parts = []
    if unit.asked:
        parts.append(words("deck_value_n", name=words("key_claimed"), value=view.score(block), n=block.n))
    if known and known.measured is not None:
        parts.append(words("alt_measured", value=words.score(known.measured)))
    if known and known.evidenced is not None:
        parts.append(words("alt_evidenced", value=words.score(known.evidenced)))
    if target is not None:
        parts.append(f"{words('key_target')} {words.score(target)}")
    return words("deck_labelled", label=view.name(dimension), text=words.list(parts))


def _title(view: View, shown: Sequence[Dimension]) -> str:
    """How many dimensions stay below their targets, or which is highest and which lowest."""
    words, unit = view.words, view.unit
    scored = [(score, entry) for entry in shown if (score := unit.dimensions[entry.id].score) is not None]
    aimed = [(score - unit.targets[entry.id], score, entry) for score, entry in scored if entry.id in unit.targets]
    if aimed:
        distance, score, entry = min(aimed, key=lambda found: (found[0], found[2].id))
        below = sum(found[0] < 0 for found in aimed)
        values = {"name": view.quoted(entry), "score": view.points(score), "target": words.score(unit.targets[entry.id])}
        if distance >= 0:
            return words("deck_dimensions_none", of=len(aimed), **values)
        if below == 1:
            return words("deck_dimensions_below", **values)
        return words(
            "deck_dimensions_all" if below == len(aimed) else "deck_dimensions_some", count=below, of=len(aimed), **values
        )
    label = "deck_dimensions_free"
    if not scored:
        label = "deck_dimensions_data"
        scored = [(_values(view, entry)[0], entry) for entry in shown]
    if len(scored) == 1:
        return words("deck_dimensions_one", name=view.quoted(scored[0][1]), value=view.points(scored[0][0]))
    (low, worst), (high, best) = (pick(scored, key=lambda found: (found[0], found[1].id)) for pick in (min, max))
    return words(label, best=view.quoted(best), high=view.points(high), worst=view.quoted(worst), low=view.points(low))
