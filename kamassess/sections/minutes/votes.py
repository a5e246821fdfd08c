"""Every question as it was voted on, round by round, and what people wrote."""

from __future__ import annotations

from collections.abc import Iterator

from kamassess.document import Bullets, Cell, Column, Heading, Node, Paragraph, Quote, Quotes, Run, Table
from kamassess.instrument import Dimension
from kamassess.result import VoteRound, WorkshopQuestion
from kamassess.sections.minutes.view import MinutesView

__all__ = ["comments", "table_roles", "table_votes", "votes"]


def votes(view: MinutesView) -> tuple[Node, ...]:
    """Tables of votes by dimension, then what was written."""
    words = view.words
    told = [block for block in view.blocks if any(True for _ in _questions(view, block))]
    if not told:
        return ()
    nodes: list[Node] = [Heading(1, words("wm_section_votes"), "votes"), Paragraph(words.rich("wm_votes_intro"), "sub")]
    for block in told:
        nodes.append(Heading(2, view.name(block), f"{block.id}-votes"))
        nodes.append(table_votes(view, block))
        nodes += [table] if (table := table_roles(view, block)) else []
    return (*nodes, *_away(view), *comments(view))


def _away(view: MinutesView) -> tuple[Node, ...]:
    """Questions of which the agreed answer is one that nobody voted for at last: a reader would take the vote for the answer."""
    words, lines = view.words, []
    for name, found in view.held.questions.items():
        last = view.away(name)
        if last is not None and found.agreed is not None:
            values = {"option": view.option(name, found.agreed.value), "chosen": view.chosen(last, name)}
            lines.append(words.rich("wm_away", id=name, topic=view.about(name), **values))
    return (Paragraph(words.rich("wm_away_intro")), Bullets(tuple(lines))) if lines else ()


def _questions(view: MinutesView, block: Dimension) -> Iterator[tuple[str, WorkshopQuestion]]:
    """The questions of a block that were shown or agreed."""
    for criterion in block.criteria:
        for question in criterion.questions:
            if question.id in view.held.questions:
                yield question.id, view.held.questions[question.id]


def table_votes(view: MinutesView, block: Dimension) -> Table:
    """Each question of a dimension: how many chose what in each round, mean and agreement, and what was agreed."""
    words = view.words
    columns = (
        Column(words("column_question"), "text", 3.6),
        Column(words("wm_column_round"), "number", 0.8),
        Column(words("wm_column_votes"), "number", 0.8),
        Column(words("column_chosen"), "text", 2.6),
        Column(words("wm_column_mean"), "number", 0.8),
        Column(words("column_agreement_one"), "number", 1.2),
        Column(words("wm_column_agreed"), "text", 1.6),
    )
    rows = []
    for name, question in _questions(view, block):
        text = words.of(view.question(name).text)
        agreed = question.agreed
        end = Cell((Run(view.option(name, agreed.value), "strong"),)) if agreed else view.open_cell("wm_open_short")
        rounds: list[VoteRound | None] = [*question.rounds] or [None]
        for number, found in enumerate(rounds):
            head = Cell((Run(f"{name} ", "muted"), Run(text))) if number == 0 else Cell((Run(f"{name} ", "muted"), Run("″")))
            last = end if number == len(rounds) - 1 else Cell((Run(words("wm_voted_again"), "muted"),))
            rows.append((head, *_round(view, number, found), last))
    return Table(
        f"{block.id}-votes-table",
        words("wm_table_votes", name=view.name(block)),
        columns,
        tuple(rows),
        words.rich("wm_votes_note"),
        told=True,
    )


def _round(view: MinutesView, number: int, found: VoteRound | None) -> tuple[Cell, ...]:
    words = view.words
    if found is None:
        return (view.missing(), view.missing(), Cell((Run(words("wm_not_shown"), "muted"),)), view.missing(), view.missing())
    first = (Cell((Run(str(number + 1)),), float(number + 1)), Cell((Run(str(found.votes)),), float(found.votes)))
    if found.reason == "withheld":
        return (*first, Cell((Run(words("reason_withheld"), "muted"),)), view.missing("withheld"), view.missing("withheld"))
    mean = view.dash(view.no_vote(found.reason, found.votes))
    if found.mean is not None:
        mean = Cell((Run(words.number(found.mean, 1)),), found.mean)
    agreement = view.missing("too_few_answers")
    if found.rwg is not None:
        agreement = view.agreement_cell(found.band, found.rwg)
    return (*first, Cell((Run(view.chosen(found)),)), mean, agreement)


def table_roles(view: MinutesView, block: Dimension) -> Table | None:
    """The means of the last round by role, for questions of which two roles may be shown; None where there are none."""
    words = view.words
    found = [
        (name, last)
        for name, question in _questions(view, block)
        if question.rounds and len((last := question.rounds[-1]).roles) > 1
    ]
    roles = [role for role in view.instrument.roles if any(role.id in last.roles for _, last in found)]
    if not found:
        return None
    columns = [Column(words("column_question"), "text", 3.0), *(Column(words.of(role.name), "number", 1.0) for role in roles)]
    rows = []
    for name, last in found:
        criterion = view.criteria[view.criterion_of[name]]
        cells = [Cell((Run(f"{name} ", "muted"), Run(view.name(criterion))))]
        for role in roles:
            told = last.roles.get(role.id)
            if told is None or told.mean is None:
                cells.append(view.dash("reason_withheld" if told is None else "wm_reason_no_option"))
            else:
                cells.append(Cell((Run(words.number(told.mean, 1)), Run(f" ({told.n})", "muted")), told.mean))
        rows.append(tuple(cells))
    caption = words("wm_table_roles", name=view.name(block))
    return Table(f"{block.id}-roles-table", caption, tuple(columns), tuple(rows), words.rich("wm_roles_note"))


def comments(view: MinutesView) -> tuple[Node, ...]:
    """What people wrote beside their votes, and beside what was agreed; never who."""
    words = view.words
    quotes = []
    for block in view.blocks:
        for name, question in _questions(view, block):
            texts = dict.fromkeys(text for found in question.rounds for text in found.comments)
            quotes += [Quote(text, words("wm_comment_source", id=name, topic=view.about(name))) for text in texts]
            if question.agreed and question.agreed.comment:
                quotes.append(Quote(question.agreed.comment, words("wm_comment_agreed", id=name, topic=view.about(name))))
    if not quotes:
        return ()
    return (Heading(2, words("comments_title"), "workshop-comments"), Quotes(tuple(quotes)))
