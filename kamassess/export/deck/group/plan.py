"""Which units should do it, the customers they share, what each does first, and what the board is asked to decide."""

from __future__ import annotations

from kamassess.document import Cell, Column, Paragraph, Run, Table, plain, rich
from kamassess.export.deck.group.standing import cards, rests_on
from kamassess.export.deck.reported import first, sentences, table
from kamassess.export.deck.slides import Slide, sentence, strong_part
from kamassess.result import Stand
from kamassess.sections.group import GroupView, customers, suitability

__all__ = ["decisions", "first_steps", "shared", "should_they"]

_COUNTED = 200
"""Units up to which all are made for a table, of which as many rows are shown as there is room for."""
_NARROWED = (
    "shared_column_group",
    "shared_column_units",
    "shared_column_at_stake",
    "shared_column_price_gap",
    "shared_column_otif",
)


def should_they(view: GroupView) -> tuple[Slide, ...]:
    """Every unit with its verdict; nothing where the questionnaire does not ask."""
    words, nodes = view.words, suitability(view)
    found, lead = table(nodes, "units-suitability-table"), first(nodes, Paragraph)
    if found is None or lead is None:
        return ()
    title = plain(lead.text).split(". ")[0].split("。")[0]
    notes = (
        words("deck_how_fit"),
        plain(lead.text),
        rests_on(view),
        words("deck_where", section=words("section_units_suitability")),
    )
    return (Slide("suitability", words("section_units_suitability"), title, notes, main=found),)


def shared(view: GroupView) -> tuple[Slide, ...]:
    """Customers that several units serve, the most money at stake first; nothing without one."""
    words, nodes = view.words, customers(view)
    found = table(nodes, "customer-groups")
    if found is None:
        return ()
    card, told = cards(view).get("shared"), sentences(nodes)
    kept = [place for place, column in enumerate(found.columns) if column.label in {words(label) for label in _NARROWED}]
    narrow = Table(
        found.id,
        found.caption,
        tuple(found.columns[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in found.rows),
    )
    title = strong_part(card.body[0]) if card else strong_part(told[0])
    lead = tuple(sentence(text) for text in (*(card.body if card else ()), *told[-1:]))
    notes = (*(plain(text) for text in told), plain(found.note), words("deck_where", section=words("section_customers")))
    return (Slide("customers", words("section_customers"), title, notes, lead=lead, main=narrow),)


def first_steps(view: GroupView) -> tuple[Slide, ...]:
    """Where the roadmap of each unit begins and leads; nothing where no unit has one."""
    words = view.words
    names = [*view.ranking] or view.result.documented
    planned = [name for name in (names if len(names) <= _COUNTED else view.shown) if view.unit(name).roadmap.actions]
    if not planned:
        return ()
    columns = (
        Column(words("fact_unit"), "text", 2.0),
        Column(words("roadmap_figure_now"), "number", 0.9),
        Column(words("roadmap_figure_after", month=24), "number", 1.0),
        Column(words("deck_column_actions"), "number", 0.8),
        Column(words("deck_column_first"), "text", 5.4),
    )
    rows, raised, notes = [], 0, []
    for name in planned:
        found = view.unit(name).roadmap
        action, last = found.actions[0], found.phases[-1]
        raised += bool(found.now and found.now.level is not None and last.level is not None and last.level > found.now.level)
        entry = view.result.library.actions[action.id]
        do = words.of(entry.do)
        begin = words("roadmap_board_first", id=action.criterion, name=view.quoted(view.criteria[action.criterion]), do=do)
        notes.append(words("deck_labelled", label=view.unit_name(name), text=begin))
        rows.append(
            (
                Cell(rich("**{x}**", x=view.unit_name(name))),
                _stand(view, found.now),
                _stand(view, last),
                Cell((Run(words.number(len(found.actions), 0)),), float(len(found.actions))),
                Cell((Run(f"{action.id} ", "muted"), Run(do))),
            )
        )
    label = "deck_group_steps_raised" if raised else "deck_group_steps"
    title = words(label, of=len(planned), **({"count": raised} if raised else {}))
    if len(planned) == 1:
        title = words("deck_group_step_raised" if raised else "deck_group_step", unit=view.unit_name(planned[0]))
    told = (words("deck_lead_to_foot"), words("deck_how_roadmap"), *notes, rests_on(view), words("deck_group_where_roadmaps"))
    table_ = Table("deck-first-steps", title, columns, tuple(rows))
    return (Slide("roadmap", words("deck_group_roadmap"), title, told, main=table_, foot=words("deck_lead_to_foot")),)


def _stand(view: GroupView, stand: Stand | None) -> Cell:
    words = view.words
    if stand is None or stand.score is None:
        return Cell((Run("–"),))
    level = words("roadmap_level", level=stand.level) if stand.level is not None else words("roadmap_no_level")
    return Cell((Run(view.points(stand.score), "strong"), Run(words("deck_in_brackets", text=level), "muted")), stand.score)


def decisions(view: GroupView) -> tuple[Slide, ...]:
    """What follows from the findings, a row each, with the finding as the reason."""
    words, found = view.words, cards(view)
    asked = [*_programmes(view), *_of_findings(view)]
    if not asked:
        return ()
    if view.unranked or view.silent:
        names = view.names([*view.unranked, *view.silent])
        asked.append((words("deck_decide_ask", units=names), words("deck_decide_ask_why")))
    rows = tuple((Cell(rich("**{x}**", x=decision)), Cell(rich("{x}", x=why))) for decision, why in asked)
    title = words("deck_decisions_title", count=len(rows)) if len(rows) > 1 else words("deck_decision_title")
    columns = (Column(words("deck_column_decision"), "text", 4.4), Column(words("deck_column_why"), "text", 4.4))
    told = [plain(text) for card in found.values() for text in card.body]
    notes = (words("deck_how_group_decisions"), *told, rests_on(view), words("deck_where", section=words("section_board")))
    main = Table("deck-decisions", title, columns, rows)
    return (Slide("decisions", words("deck_decisions_topic"), title, notes, main=main),)


def _programmes(view: GroupView) -> list[tuple[str, str]]:
    """In which units to run the programme, how large, and in which not yet."""
    words = view.words
    names: dict[str, list[str]] = {}
    for name in view.shown or view.result.documented:
        found = view.unit(name).suitability
        if found is not None and found.verdict is not None:
            names.setdefault(found.verdict, []).append(name)
    return [
        (words(f"deck_decide_{verdict}", units=view.names(names[verdict])), words("deck_decide_fit_why"))
        for verdict in ("full", "light", "not_yet")
        if verdict in names
    ]


def _of_findings(view: GroupView) -> list[tuple[str, str]]:
    """What the findings on claims, prices, common gaps and lessons ask for."""
    words, found, asked = view.words, cards(view), []
    if "contradicted" in found:
        names = view.names(list(view.contradicted))
        asked.append((words("deck_decide_proof", units=names), strong_part(found["contradicted"].body[0])))
    if "shared" in found:
        group = next(
            group for group in view.result.customer_groups.values() if any(entry.kind == "price" for entry in group.seen)
        )
        asked.append((words("deck_decide_price", group=group.name), strong_part(found["shared"].body[0])))
    if "common" in found:
        gap = view.group.common_gaps[0]
        name = view.quoted(view.criteria[gap.criterion])
        asked.append((view.said("deck_decide_common", name=name), strong_part(found["common"].body[0])))
    if "teach" in found:
        asked.append((words("deck_decide_visit"), strong_part(found["teach"].body[0])))
    return asked
