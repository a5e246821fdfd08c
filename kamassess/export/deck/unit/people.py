"""Where people disagree, as far as anonymity allows, and how far the figures carry."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from kamassess.document import Cell, Column, Paragraph, Rich, Run, Table, plain
from kamassess.export.deck.reported import after_heading, sentences
from kamassess.export.deck.slides import Graph, Series, Slide, sentence, strong_part
from kamassess.export.deck.unit.standing import rests_on
from kamassess.findings import Finding, findings
from kamassess.instrument import Dimension, scale_ends
from kamassess.result import Reason, RoleGap, RoleView
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.sections.certainty import certainty
from kamassess.sections.view import View
from kamassess.trust import gap_sentence, widest_gap

__all__ = ["disagreement", "sureness"]

_GAPS = 1
_PAIR = 2
"""Roles that a column must tell of; one alone is compared with nobody."""


def disagreement(view: View) -> tuple[Slide, ...]:
    """What each role says of each dimension; nothing where fewer than two roles may be shown."""
    words, unit = view.words, view.unit
    roles = {name: found for name, found in unit.roles.items() if any(value is not None for value in found.dimensions.values())}
    found = next((finding for finding in findings(view) if finding.kind == "disagreement"), None)
    shown = [entry for entry in view.instrument.dimensions if _told(roles, entry) >= _PAIR]
    if len(roles) < _PAIR or not shown:
        return ()
    widest = [gap for dimension in view.instrument.dimensions if (gap := widest_gap(view, dimension.id))]
    widest.sort(key=lambda gap: (not gap.certain, -gap.difference, gap.dimension))
    told = [*(found.body if found else ()), *(_of_dimension(view, gap) for gap in widest)]
    names = {role.id: words.of(role.name) for role in view.instrument.roles}
    left_out = [view.name(entry) for entry in view.instrument.dimensions if entry not in shown]
    notes = (
        words("deck_how_roles"),
        *(words("role_n", role=names[name], n=role.n) for name, role in roles.items()),
        *(plain(text) for text in told),
        *([words("deck_roles_left_out", names=words.list(left_out))] if left_out else []),
        rests_on(view),
        words("deck_where", section=words("section_certainty")),
    )
    title = strong_part(found.body[0]) if found else words("deck_roles_title")
    main, reasons = _table(view, roles, names, shown, found)
    return (
        Slide(
            "disagreement",
            found.title if found else words("disagreement"),
            title,
            notes,
            lead=tuple(sentence(text) for text in told[: 1 + _GAPS]),
            main=main,
            foot=" ".join(_foot(view, reasons)) if words.language == "en" else "".join(_foot(view, reasons)),
        ),
    )


def _of_dimension(view: View, gap: RoleGap) -> Rich:
    """A gap between roles, with the dimension it is about, which no heading names here."""
    dimension = next(entry for entry in view.instrument.dimensions if entry.id == gap.dimension)
    return (Run(view.words("deck_labelled", label=view.quoted(dimension), text="")), *gap_sentence(view, gap))


def _told(roles: Mapping[str, RoleView], dimension: Dimension) -> int:
    """How many roles a figure of a dimension may be shown of."""
    return sum(role.dimensions.get(dimension.id) is not None for role in roles.values())


def _table(
    view: View, roles: Mapping[str, RoleView], names: Mapping[str, str], shown: Sequence[Dimension], found: Finding | None
) -> tuple[Table, set[Reason]]:
    """Roles by dimensions, the criterion of the finding first; and the reasons why figures are missing."""
    words, (low, high) = view.words, scale_ends(view.instrument.dimensions)
    about = found.about if found and sum(role.criteria.get(found.about) is not None for role in roles.values()) >= _PAIR else ""
    columns = (
        Column(words("deck_column_role"), "text", 3.0),
        *([Column(f"{about} {view.name(view.criteria[about])}", "number", 1.9)] if about else []),
        *(Column(view.name(entry), "number", 1.2) for entry in shown),
    )
    rows: list[tuple[Cell, ...]] = []
    reasons: set[Reason] = set()
    for name, role in roles.items():
        cells = [Cell((Run(words("deck_role_row", role=names[name], n=role.n), "strong"),))]
        blocks = [(about, role.criteria.get(about))] if about else []
        for block, value in [*blocks, *((entry.id, role.dimensions.get(entry.id)) for entry in shown)]:
            if value is None:
                reason = role.reasons.get(block, Reason.WITHHELD)
                reasons.add(reason)
                label = "deck_cell_withheld" if reason == Reason.WITHHELD else f"reason_{reason}"
                cells.append(Cell((Run(words(label), "muted"),)))
            else:
                cells.append(Cell((Run(words.score(value)),), value, (value - low) / (high - low)))
        rows.append(tuple(cells))
    return Table("deck-roles", words("deck_roles_table"), columns, tuple(rows)), reasons


def _foot(view: View, reasons: Collection[Reason]) -> list[str]:
    """What shades mean, and reasons that a word does not explain."""
    words = view.words
    told = [words("deck_roles_foot", least=ANONYMITY)]
    if Reason.NOT_ASKED in reasons:
        told.append(words("deck_roles_not_asked"))
    if Reason.WITHHELD in reasons:
        told.append(words("deck_roles_withheld", least=ANONYMITY))
    return told


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
