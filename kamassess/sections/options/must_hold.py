"""What would have to be true for each option that is not the best to be the best: one assumption at a time, and together."""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.document import Bullets, Cell, Column, Heading, Node, Paragraph, Rich, Run, Table, rich
from kamassess.result.options import Certain, OptionResult, Threshold
from kamassess.sections.options.view import CaseView, OptionsView

__all__ = ["must_hold", "table_must_hold"]


def must_hold(view: OptionsView) -> tuple[Node, ...]:
    """For each option that costs something and does not lead: the statement, and the values behind it."""
    words = view.words
    nodes: list[Node] = []
    for case in view.cases:
        for number, option in enumerate(_challengers(case), 1):
            label = "opt_heading_must" if case.alone else "opt_heading_must_of"
            text = words(label, name=case.named(option.id), case=case.name)
            nodes.append(Heading(2, text, case.id(f"must-hold-{number}")))
            nodes += [Bullets(statements(case, option)), table_must_hold(case, option, case.id(f"must-hold-table-{number}"))]
    if not nodes:
        return ()
    return (Heading(1, words("opt_section_must_hold"), "must-hold"), Paragraph(words.rich("opt_must_intro")), *nodes)


def _challengers(view: CaseView) -> list[OptionResult]:
    """Those furthest behind first: what would have to be true for them is what is asked."""
    return [option for option in reversed(view.ranked) if option.leads_from and option.passes_from and not option.baseline]


def statements(view: CaseView, option: OptionResult) -> tuple[Rich, ...]:
    """In words: by one assumption of its own, by several, and by what the leader does."""
    own = [threshold for threshold in option.leads_from if threshold.option == option.id]
    told = [_single(view, own)]
    if option.certain:
        told.append(_together(view, option, option.certain))
    leader = [threshold for threshold in option.passes_from if threshold.option == view.case.best]
    if leader:
        told.append(_leader(view, leader))
    return tuple(told)


def _single(view: CaseView, own: Sequence[Threshold]) -> Rich:
    words = view.words
    able = [threshold for threshold in own if threshold.needed is not None]
    unable = words.list([view.criterion(threshold.criterion) for threshold in own if threshold.needed is None])
    if not able:
        return words.rich("opt_must_none", criteria=unable)
    changes = words("opt_or").join(_change(view, threshold) for threshold in able)
    if not unable:
        return words.rich("opt_must_single", changes=changes)
    return words.rich("opt_must_single_only", changes=changes, criteria=unable)


def _change(view: CaseView, threshold: Threshold) -> str:
    now = view.value(threshold.criterion, threshold.now)
    return view.words("opt_change", criterion=view.criterion(threshold.criterion), needed=view.needed(threshold), now=now)


def _together(view: CaseView, option: OptionResult, certain: Certain) -> Rich:
    words = view.words
    cost = view.amounts.text(option.values.get("cost", 0.0))
    if certain.cost.value is None:
        return words.rich("opt_must_never")
    allowed = view.amounts.text(certain.cost.value)
    if certain.retention.value is None:
        return words.rich("opt_must_cheaper", allowed=allowed, cost=cost)
    return words.rich("opt_must_certain", retention=view.share(certain.retention.value), allowed=allowed, cost=cost)


def _leader(view: CaseView, leader: Sequence[Threshold]) -> Rich:
    words, best = view.words, view.quoted(view.case.best or "")
    able = [threshold for threshold in leader if threshold.needed is not None]
    if not able:
        return words.rich("opt_must_leader_none", best=best)
    return words.rich("opt_must_leader", best=best, changes=words("opt_or").join(_change(view, found) for found in able))


def table_must_hold(view: CaseView, option: OptionResult, name: str) -> Table:
    """Each assumption with the value that puts the option first, and the one that puts it before the leader alone."""
    words = view.words
    best = view.named(view.case.best or "")
    columns = (
        Column(words("opt_column_assumption"), "text", 2.8),
        Column(words("opt_column_now"), "number", 1.1),
        Column(words("opt_column_before", best=best), "number", 1.6),
        Column(words("opt_column_to_lead"), "number", 1.6),
    )
    leads = {(threshold.option, threshold.criterion): threshold for threshold in option.leads_from}
    rows = []
    for passed in option.passes_from:
        first = leads[passed.option, passed.criterion]
        if passed.needed is None and passed.option not in (None, option.id, view.case.best):
            continue
        rows.append(
            (
                Cell(rich("{x}", x=view.capital(view.input(passed.option, passed.criterion)))),
                Cell((Run(view.value(passed.criterion, passed.now)),), passed.now),
                *(
                    Cell((Run(view.needed(found), "strong" if found.needed is not None else "muted"),), found.needed)
                    for found in (passed, first)
                ),
            )
        )
    return Table(name, words("opt_table_must_hold", name=view.named(option.id)), columns, tuple(rows))
