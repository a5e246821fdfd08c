"""The page that people take home: what was agreed, what is aimed at, who does what until when, and what is still open."""

from __future__ import annotations

from kamassess.document import Bullets, Cell, Column, Heading, KeyFigure, KeyFigures, Node, Paragraph, Rich, Run, Table, rich
from kamassess.instrument import Dimension
from kamassess.sections.minutes.view import DASH, MinutesView

__all__ = ["decided", "table_actions", "table_agreed"]


def decided(view: MinutesView) -> tuple[Node, ...]:
    """Figures, agreed levels and targets, actions, and the questions that stayed open."""
    words = view.words
    nodes: list[Node] = [Heading(1, words("wm_section_decided"), "decided"), _figures(view)]
    if view.reached:
        nodes.append(table_agreed(view))
    nodes.append(Heading(2, words("wm_actions_title"), "actions"))
    nodes.append(table_actions(view) if view.held.actions else Paragraph(words.rich("wm_actions_none")))
    return (*nodes, *_still_open(view))


def _still_open(view: MinutesView) -> list[Node]:
    """Questions without a common answer, and those of the agenda that nobody came to; a whole dimension in one line."""
    words = view.words
    if not view.left_open and not view.unreached:
        return []
    nodes: list[Node] = [Heading(2, words("wm_open_title"), "still-open")]
    if view.left_open:
        nodes += [
            Paragraph(words.rich("wm_open_intro", count=view.count("questions", len(view.left_open)))),
            Bullets(tuple(_asked(view, name) for name in view.left_open)),
        ]
    if view.unreached:
        begun = {block.id for block in view.discussed}
        lines: list[Rich] = []
        for block, names in view.unreached:
            if block.id in begun:
                lines += [_asked(view, name) for name in names]
            else:
                lines.append(words.rich("wm_unreached_block", name=view.name(block), count=view.count("questions", len(names))))
        intro = words.rich("wm_unreached_intro", count=view.count("questions", view.numbers["unreached"]))
        nodes += [Paragraph(intro), Bullets(tuple(lines))]
    return nodes


def _asked(view: MinutesView, name: str) -> Rich:
    return rich("{id} {text}", id=name, text=view.words.of(view.question(name).text))


def _figures(view: MinutesView) -> KeyFigures:
    words, held, numbers = view.words, view.held, view.numbers
    items = [KeyFigure(words("wm_figure_people"), str(held.n_people), view.roles())]
    if held.agreed[""].score is not None:
        top = view.instrument.levels[-1].level
        level = held.agreed[""].level
        note = words("of_levels", top=top, name=view.level_name(level)) if level is not None else ""
        items.append(KeyFigure(words("wm_figure_overall"), view.points(held.agreed[""].score), note))
    items.append(KeyFigure(words("wm_figure_voted"), str(numbers["voted"]), words("wm_figure_again", count=numbers["again"])))
    left = [words(f"wm_figure_{name}", count=numbers[name]) for name in ("open", "unreached") if numbers[name]]
    note = words("wm_chosen_separator").join(left) or words("wm_figure_none_open")
    items.append(KeyFigure(words("wm_figure_agreed"), str(numbers["agreed"]), note))
    dated = sum(bool(action.due) for action in held.actions)
    items.append(KeyFigure(words("wm_figure_actions"), str(len(held.actions)), words("wm_figure_dated", count=dated)))
    return KeyFigures(tuple(items))


def table_agreed(view: MinutesView) -> Table:
    """Each dimension with the level that was agreed, how much of it was, and the target."""
    words, held = view.words, view.held
    columns = (
        Column(words("column_dimension"), "text", 3.0),
        Column(words("wm_column_agreed"), "number", 1.1),
        Column(words("column_level"), "text", 2.2),
        Column(words("wm_column_questions_agreed"), "number", 1.4),
        Column(words("wm_column_target"), "number", 1.1),
    )
    rows = tuple(_agreed_row(view, block) for block in view.reached)
    note = words.rich("wm_agreed_note", least=words.percent(view.instrument.policy.min_coverage))
    if held.targets:
        note = (*note, *words.rich("wm_targets_note"))
    if any(found.score is not None and view.points(found.score) != words.score(found.score) for found in held.agreed.values()):
        note = (*note, *words.rich("wm_exact_note"))
    return Table("agreed-table", words("wm_table_agreed"), columns, rows, note, told=True)


def _agreed_row(view: MinutesView, block: Dimension) -> tuple[Cell, ...]:
    words, found = view.words, view.held.agreed[block.id]
    questions = sum(len(criterion.questions) for criterion in block.criteria)
    level = f"{found.level} {view.level_name(found.level)}" if found.level is not None and found.score is not None else DASH
    held: Rich = (Run(words("wm_held_by", gates=words.list(list(found.blocked_by))), "muted"),) if found.blocked_by else ()
    return (
        Cell(rich("{x}", x=view.name(block))),
        view.agreed_cell(found),
        Cell((Run(level), *held), float(found.level) if found.level is not None else None),
        Cell(rich("{x}", x=words("wm_some_of", count=found.n, of=questions)), float(found.n)),
        view.level_cell(view.held.targets.get(block.id)),
    )


def table_actions(view: MinutesView) -> Table:
    """What will be done, for which criterion, by whom and until when; those that are due first stand first."""
    words = view.words
    columns = (
        Column(words("wm_column_do"), "text", 4.2),
        Column(words("column_criterion_id"), "text", 2.0),
        Column(words("wm_column_owner"), "text", 1.6),
        Column(words("wm_column_due"), "text", 2.2),
    )
    rows = []
    for action in sorted(view.held.actions, key=lambda action: (action.due or "9999", action.criterion)):
        criterion = view.criteria[action.criterion]
        rows.append(
            (
                Cell(rich("{x}", x=action.do)),
                Cell((Run(f"{criterion.id} ", "muted"), Run(view.name(criterion)))),
                Cell(rich("{x}", x=action.owner)) if action.owner else view.open_cell("wm_no_owner"),
                Cell(rich("{x}", x=words.date(action.due))) if action.due else view.open_cell("wm_no_due"),
            )
        )
    return Table("actions-table", words("wm_table_actions"), columns, tuple(rows), told=True)
