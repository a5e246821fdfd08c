"""Where people disagree, as far as anonymity allows, and how far the figures carry."""

from __future__ import annotations

from kamassess.document import Cell, Column, Paragraph, Run, Table, plain
from kamassess.export.deck.reported import after_heading, sentences
from kamassess.export.deck.slides import Graph, Series, Slide, sentence, strong_part
from kamassess.export.deck.unit.standing import rests_on
from kamassess.findings import findings
from kamassess.instrument import scale_ends
from kamassess.result import Reason, RoleView
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.sections.certainty import certainty
from kamassess.sections.view import View
from kamassess.trust import gap_sentence, widest_gap

__all__ = ["disagreement", "sureness"]

_GAPS = 2


def disagreement(view: View) -> tuple[Slide, ...]:
    """What each role says of each dimension; nothing where fewer than two roles may be shown."""
    words, unit = view.words, view.unit
    roles = {name: found for name, found in unit.roles.items() if any(value is not None for value in found.dimensions.values())}
    if len(roles) < 2:
        return ()
    found = [finding for finding in findings(view) if finding.kind in ("disagreement",)]
    widest = [gap for dimension in view.instrument.dimensions if (gap := widest_gap(view, dimension.id))]
    widest.sort(key=lambda gap: (not gap.certain, -gap.difference, gap.dimension))
    told = [text for finding in found for text in finding.body] + [gap_sentence(view, gap) for gap in widest]
    names = {role.id: words.of(role.name) for role in view.instrument.roles}
    title = strong_part(found[0].body[0]) if found else words("deck_roles_title")
    notes = (
        words("deck_how_roles"),
        *(words("role_n", role=names[name], n=role.n) for name, role in roles.items()),
        *(plain(text) for text in told),
        rests_on(view),
        words("deck_where", section=words("section_certainty")),
    )
    return (
        Slide(
            "disagreement",
            words("disagreement"),
            title,
            notes,
            lead=tuple(sentence(text) for text in told[: 1 + _GAPS]),
            main=_table(view, roles, names),
            foot=words("deck_roles_foot", least=ANONYMITY) + _dash(view, roles),
        ),
    )


def _dash(view: View, roles: dict[str, RoleView]) -> str:
    """What a dash in the table stands for; nothing where it has none."""
    dimensions = [entry.id for entry in view.instrument.dimensions]
    dashes = {role.reasons.get(name) for role in roles.values() for name in dimensions} - {None, Reason.NOT_ASKED}
    return view.words("deck_roles_dash") if dashes else ""


def _table(view: View, roles: dict[str, RoleView], names: dict[str, str]) -> Table:
    words, (low, high) = view.words, scale_ends(view.instrument.dimensions)
    columns = (
        Column(words("deck_column_role"), "text", 2.2),
        *(Column(view.name(entry), "number", 1.2) for entry in view.instrument.dimensions),
    )
    rows = []
    for name, role in roles.items():
        cells = [Cell((Run(words("deck_role_row", role=names[name], n=role.n), "strong"),))]
        for entry in view.instrument.dimensions:
            value = role.dimensions.get(entry.id)
            heat = (value - low) / (high - low) if value is not None else None
            asked = role.reasons.get(entry.id) is not Reason.NOT_ASKED
            cells.append(Cell((Run(words.score(value)) if asked else Run(words("reason_not_asked"), "muted"),), value, heat))
        rows.append(tuple(cells))
    return Table("deck-roles", words("deck_roles_table"), columns, tuple(rows))


# -- how sure --------------------------------------------------------------------------------------------------------------


def sureness(view: View) -> tuple[Slide, ...]:
    """How often the level came out, and what the figures do not carry."""
    words, unit = view.words, view.unit
    nodes = certainty(view)
    verdict = [node.text for node in nodes[1:4] if isinstance(node, Paragraph)]
    told = verdict + [text for name in ("otherwise", "who-differs") for text in sentences(after_heading(nodes, name))[:1]]
    if not told:
        return ()
    graph = _levels(view)
    title = strong_part(told[0])
    draws = words.number(unit.robustness.draws, 0) if unit.robustness else ""
    notes = (
        words("deck_how_sure") if graph else rests_on(view),
        *(plain(text) for text in told),
        rests_on(view),
        words("deck_where", section=words("section_certainty")),
    )
    return (
        Slide(
            "sure",
            words("section_certainty"),
            title,
            notes,
            main=graph,
            side=tuple(sentence(text) for text in told),
            foot=words("deck_levels_foot", draws=draws) if graph else "",
        ),
    )


def _levels(view: View) -> Graph | None:
    """A column for each level; None where people are too few to be drawn again."""
    words, robust = view.words, view.unit.robustness
    if robust is None or robust.level_differs is None or not robust.levels:
        return None
    levels = [entry.level for entry in view.instrument.levels]
    if "0" in robust.levels:
        levels.insert(0, 0)
    names = tuple(
        words("deck_level_named", level=level, name=view.level_name(level)) if level else words("deck_level_none")
        for level in levels
    )
    shares = tuple(robust.levels.get(str(level), 0.0) for level in levels)
    parts = [f"{name} {words.percent(share)}" for name, share in zip(names, shares, strict=True)]
    alt = words("deck_levels_alt", parts=words("alt_separator").join(parts))
    return Graph(
        "columns", names, (Series(words("deck_levels_series"), shares, "claimed", labels="end"),), alt, 0.0, 1.0, 0.25, "0.0%"
    )
