"""What is said against what is done, the gaps that matter, and what to build on."""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.document import Cards, Cell, Column, Run, Table, plain, rich
from kamassess.export.deck.reported import first
from kamassess.export.deck.slides import Graph, Series, Slide, sentence, strong_part
from kamassess.export.deck.unit.standing import rests_on
from kamassess.findings import Finding, findings, say_do_sentences
from kamassess.instrument import scale_ends
from kamassess.result import SayDo
from kamassess.sections.board import board
from kamassess.sections.view import View
from kamassess.trust import contradicted

__all__ = ["gaps", "said_and_done", "stands_out", "strengths"]

_MOST, _TOLD = 8, 3


def said_and_done(view: View) -> tuple[Slide, ...]:
    """The gaps between claims and facts that weigh most; nothing where nothing can be checked."""
    words, found = view.words, view.unit.say_do
    if not found:
        return ()
    over = sum(gap.certain and gap.difference > 0 for gap in found)
    under = sum(gap.certain and gap.difference < 0 for gap in found)
    none = "none" if any(gap.ci for gap in found) else "few"
    label = "both" if over and under else "over" if over else "under" if under else none
    title = words(
        f"deck_said_{label}", count=len(found), **({"over": over} if over else {}), **({"under": under} if under else {})
    )
    shown = sorted((gap for gap in found if gap.certain), key=found.index)[:_MOST] or list(found[:_MOST])
    told = say_do_sentences(view, shown)
    notes = (
        words("deck_how_said"),
        *(words("deck_gap_note", id=gap.criterion, n=gap.n, text=plain(text)) for gap, text in zip(shown, told, strict=True)),
        words("deck_opinions"),
        words("deck_where", section=words("section_say_do")),
    )
    return (
        Slide(
            "said",
            words("section_say_do"),
            title,
            notes,
            main=_bars(view, shown),
            side=tuple(sentence(text) for text in told[:_TOLD]),
            foot=words("deck_said_foot"),
        ),
    )


def _bars(view: View, shown: Sequence[SayDo]) -> Graph:
    words = view.words
    claims = tuple(gap.claimed for gap in shown)
    series = [Series(words("key_claimed"), claims, "claimed", labels="end", starts=view.instrument.starts)]
    for kind, label in (("measured", "key_measured"), ("evidenced", "key_evidenced")):
        values = tuple(gap.shown if gap.kind == kind else None for gap in shown)
        if any(value is not None for value in values):
            series.append(Series(words(label), values, kind, labels="end"))
    names = tuple(f"{gap.criterion} {view.name(view.criteria[gap.criterion])}" for gap in shown)
    _, high = scale_ends(view.instrument.dimensions)
    parts = [
        words(
            "deck_criterion_n",
            id=gap.criterion,
            name=view.name(view.criteria[gap.criterion]),
            score=view.points(gap.claimed),
            n=gap.n,
        )
        for gap in shown
    ]
    alt = words("alt_dimensions", parts=words("alt_separator").join(parts))
    return Graph("bars", names, tuple(series), alt, 0.0, high)


# -- gaps and strengths ------------------------------------------------------------------------------------------------------


def gaps(view: View) -> tuple[Slide, ...]:
    """Up to three gaps, those that hold the level first."""
    words, overall = view.words, view.unit.overall
    found = [finding for finding in findings(view) if finding.kind == "gap"]
    if not found:
        return ()
    if overall.blocked_by:
        label = "deck_gaps_gate" if len(overall.blocked_by) == 1 else "deck_gaps_gates"
        many = {"count": len(overall.blocked_by)} if len(overall.blocked_by) > 1 else {}
        title = words(
            label, names=view.named(overall.blocked_by), level=overall.level if overall.level is not None else "–", **many
        )
    else:
        sure = all(finding.sure for finding in found)
        title = words("deck_gaps_some" if sure else "deck_gaps_open", names=_names(view, found))
    notes = (words("deck_how_gaps"), *_told(view, found), rests_on(view), words("deck_where", section=words("section_board")))
    return (Slide("gaps", words("gap"), title, notes, main=_table(view, found, title)),)


def strengths(view: View) -> tuple[Slide, ...]:
    """Up to three strengths; whether they are sure, or to be proven first."""
    words, overall = view.words, view.unit.overall.score
    found = [finding for finding in findings(view) if finding.kind == "strength"]
    if not found or overall is None:
        return ()
    unproven = contradicted(view) and all(
        finding.about not in view.unit.measured or view.unit.measured[finding.about].level is None for finding in found
    )
    sure = all(view.unit.criteria[finding.about].clear == "above" for finding in found)
    label = "proof" if unproven else "sure" if sure else "open"
    title = words(f"deck_strengths_{label}", names=_names(view, found))
    notes = (
        words("deck_how_strengths"),
        *_told(view, found),
        rests_on(view),
        words("deck_where", section=words("section_board")),
    )
    return (Slide("strengths", words("strength"), title, notes, main=_table(view, found, title)),)


def _names(view: View, found: Sequence[Finding]) -> str:
    return view.words.list([view.quoted(view.criteria[finding.about]) for finding in found])


def _told(view: View, found: Sequence[Finding]) -> list[str]:
    words, lines = view.words, []
    for finding in found:
        block = view.unit.criteria[finding.about]
        name = view.name(view.criteria[finding.about])
        head = words("deck_criterion_n", id=finding.about, name=name, score=view.score(block), n=block.n)
        lines.append(words("deck_after_stop", first=head, second=" ".join(plain(text) for text in finding.body)))
    return lines


def _table(view: View, found: Sequence[Finding], title: str) -> Table:
    words, unit = view.words, view.unit
    measured = any(finding.about in unit.measured and unit.measured[finding.about].level is not None for finding in found)
    aimed = any(view.scored_criteria[finding.about].id in unit.targets for finding in found)
    columns = (
        Column(words("column_criterion"), "text", 2.0),
        Column(words("column_claimed"), "number", 1.1),
        *([Column(words("column_measured"), "number", 0.8)] if measured else []),
        *([Column(words("deck_column_target"), "number", 0.7)] if aimed else []),
        Column(words("deck_column_meaning"), "text", 5.6),
    )
    rows = []
    for finding in found:
        name, block = finding.about, unit.criteria[finding.about]
        level = unit.measured[name].level if name in unit.measured else None
        target = unit.targets.get(view.scored_criteria[name].id)
        rows.append(
            (
                Cell((Run(f"{name} ", "muted"), Run(view.name(view.criteria[name]), "strong"))),
                Cell((Run(view.score(block)),), block.score),
                *([Cell((Run(words.score(level)),), level)] if measured else []),
                *([Cell((Run(words.score(target)),), target)] if aimed else []),
                Cell(tuple(run for text in finding.body for run in sentence(text))),
            )
        )
    return Table(f"deck-{found[0].kind}", title, columns, tuple(rows))


def stands_out(view: View) -> tuple[Slide, ...]:
    """Of a unit that nobody was asked about: the highest and lowest criteria by data."""
    words = view.words
    cards = first(board(view), Cards) if not view.unit.asked else None
    if cards is None:
        return ()
    columns = (Column(words("column_criterion"), "text", 2.0), Column(words("deck_column_shown"), "text", 6.0))
    rows = tuple(
        (Cell(rich("**{x}**", x=card.title)), Cell(tuple(run for text in card.body for run in sentence(text))))
        for card in cards.items
    )
    title = strong_part(cards.items[0].body[0])
    notes = (rests_on(view), words("deck_opinions"), words("deck_where", section=words("section_board")))
    return (Slide("stands_out", words("deck_stands_out"), title, notes, main=Table("deck-stands-out", title, columns, rows)),)
