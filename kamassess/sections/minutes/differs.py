"""Where what the room agreed is not what the survey claims, or what data and documents show: each with a sentence, by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kamassess.document import Card, Cards, Cell, Column, Heading, Node, Paragraph, Rich, Run, Table
from kamassess.result import SayDo, WorkshopGap
from kamassess.sections.minutes.view import MinutesView

__all__ = ["differs", "table_gaps", "told_gaps"]

_FAR = 0.5
"""Half a level: nearer than this, two scores say the same."""
_CARDS, _OF_A_KIND = 6, 2


def differs(view: MinutesView) -> tuple[Node, ...]:
    """Cards on the weightiest differences, one a criterion, then all; nothing where nothing was agreed."""
    words = view.words
    if not view.held.gaps:
        return ()
    nodes: list[Node] = [Heading(1, words("wm_section_differs"), "differs"), Paragraph(words.rich("wm_differs_intro"))]
    told = told_gaps(view)
    if told:
        nodes.append(Cards(tuple(_cards(view, told))))
    else:
        nodes.append(Paragraph(words.rich("wm_differs_nowhere")))
    return (*nodes, table_gaps(view))


def told_gaps(view: MinutesView) -> list[tuple[str, WorkshopGap]]:
    """What is worth a sentence, with its rule, the weightiest first: data before documents before the survey."""
    of = _by_criterion(view)
    said = {gap.criterion: gap for gap in view.unit.say_do}
    found: list[tuple[str, WorkshopGap]] = []
    for name, gaps in of.items():
        rule = _rule(gaps, said.get(name))
        if rule is not None:
            found.append(rule)
    return sorted(found, key=lambda entry: (-abs(entry[1].difference) * entry[1].weight, entry[1].criterion))


def _by_criterion(view: MinutesView) -> dict[str, dict[str, WorkshopGap]]:
    found: dict[str, dict[str, WorkshopGap]] = {}
    for gap in view.held.gaps:
        found.setdefault(gap.criterion, {})[gap.kind] = gap
    return found


def _rule(gaps: Mapping[str, WorkshopGap], said: SayDo | None) -> tuple[str, WorkshopGap] | None:
    """The one thing to say of a criterion, if there is any."""
    claim, shown = gaps.get("claimed"), gaps.get("measured") or gaps.get("evidenced")
    if shown and said and claim and said.difference >= _FAR and abs(shown.difference) < _FAR and claim.difference < 0:
        return f"closed_{shown.kind}", claim
    if shown and abs(shown.difference) >= _FAR:
        return f"{shown.kind}_{'higher' if shown.difference > 0 else 'lower'}", shown
    if claim and claim.certain and abs(claim.difference) >= _FAR:
        return f"claimed_{'higher' if claim.difference > 0 else 'lower'}", claim
    return None


def _cards(view: MinutesView, told: Sequence[tuple[str, WorkshopGap]]) -> list[Card]:
    """The first of them, few of a kind, and the second of a kind in other words."""
    kinds: Counter[str] = Counter()
    found: list[Card] = []
    for rule, gap in told:
        if kinds[rule] < _OF_A_KIND and len(found) < _CARDS:
            found.append(_card(view, f"{rule}_again" if kinds[rule] else rule, gap))
        kinds[rule] += 1
    return found


def _card(view: MinutesView, rule: str, gap: WorkshopGap) -> Card:
    words = view.words
    title = "say_do" if "measured" in rule or "evidenced" in rule else "disagreement"
    kind = "closed" if rule.startswith("closed") else title
    body = _sentence(view, rule, gap)
    accent = "strength" if kind == "closed" else "say_do" if title == "say_do" else "disagreement"
    return Card(accent, words(f"wm_card_{kind}"), (body,))  # type: ignore[arg-type]


def _sentence(view: MinutesView, rule: str, gap: WorkshopGap) -> Rich:
    words = view.words
    criterion = view.criteria[gap.criterion]
    beside = _by_criterion(view)[gap.criterion]
    shown = beside.get("measured") or beside.get("evidenced")
    values: dict[str, object] = {
        "name": view.name(criterion),
        "agreed": view.points(gap.agreed),
        "other": words.score(gap.other),
        "shown": words.score(shown.other) if shown else "",
        "difference": words.number(abs(gap.difference), 1),
        "interval": words.interval(*gap.ci) if gap.ci else "",
        "n": gap.n,
        "metrics": _metrics(view, gap.criterion),
    }
    return words.rich(f"wm_differs_{rule}", **values)


def _metrics(view: MinutesView, criterion: str) -> str:
    """What the data of a criterion are: the names of the first two metrics."""
    measured = view.unit.measured.get(criterion)
    names = [view.metric_name(name) for name in (measured.metrics if measured else ())[:2]]
    return view.words.list(names) if names else ""


def table_gaps(view: MinutesView) -> Table:
    """Every criterion with an agreed level, beside the survey, data and documents."""
    words = view.words
    kinds = [kind for kind in ("claimed", "measured", "evidenced") if any(gap.kind == kind for gap in view.held.gaps)]
    columns = [Column(words("column_criterion"), "text", 2.8), Column(words("wm_column_agreed"), "number", 1.0)]
    for kind in kinds:
        columns += [Column(words(f"wm_column_{kind}"), "number", 1.2), Column(words("wm_column_difference"), "number", 0.9)]
    rows = []
    for name, gaps in _by_criterion(view).items():
        one = next(iter(gaps.values()))
        cells = [
            Cell((Run(f"{name} ", "muted"), Run(view.name(view.criteria[name])))),
            Cell((Run(view.points(one.agreed), "strong"),), one.agreed),
        ]
        for kind in kinds:
            cells += _pair(view, gaps.get(kind))
        rows.append(tuple(cells))
    order = {name: place for place, name in enumerate(view.criteria)}
    rows.sort(key=lambda row: order[row[0].text[0].text.strip()])
    return Table("gaps-table", words("wm_table_gaps"), tuple(columns), tuple(rows), words.rich("wm_gaps_note"), sortable=True)


def _pair(view: MinutesView, gap: WorkshopGap | None) -> list[Cell]:
    words = view.words
    if gap is None:
        return [view.missing(), view.missing()]
    interval = f" {words.interval(*gap.ci)}" if gap.ci else ""
    far = abs(gap.difference) >= _FAR and gap.certain
    return [
        Cell((Run(words.score(gap.other)), Run(interval, "muted")), gap.other),
        Cell((Run(view.signed(gap.difference), "strong" if far else "plain"),), gap.difference),
    ]
