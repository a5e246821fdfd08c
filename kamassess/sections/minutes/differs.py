"""Where what the room agreed is not what the survey claims, or what data and documents show: each with a sentence, by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kamassess.document import Card, Cards, Cell, Column, Heading, Node, Paragraph, Rich, Run, Style, Table
from kamassess.result import SayDo, WorkshopGap
from kamassess.sections.minutes.view import MinutesView

__all__ = ["difference", "differs", "is_far", "other_figure", "table_gaps", "told_gaps", "topic"]

_FAR = 0.5
"""Half a level: nearer than this, two scores say the same."""
_CARDS, _OF_A_KIND, _METRICS = 6, 2, 2


def differs(view: MinutesView) -> tuple[Node, ...]:
    """Cards on the largest differences, one a criterion, then all; nothing where nothing was agreed."""
    words = view.words
    if not view.held.gaps:
        return ()
    kinds = {gap.kind for gap in view.held.gaps}
    nodes: list[Node] = [
        Heading(1, topic(view), "differs"),
        Paragraph(words.rich("wm_differs_intro", kinds=view.kinds(kinds)), "sub"),
    ]
    told = told_gaps(view)
    if told:
        carded = _carded(told)
        nodes.append(Cards(tuple(_card(view, rule, gap) for rule, gap in carded)))
        cards = {gap.criterion for _, gap in carded}
        nodes += _also(view, [gap for _, gap in told if gap.criterion not in cards])
    else:
        label = "nowhere_sure" if "claimed" in kinds else "nowhere"
        nodes.append(Paragraph(words.rich(f"wm_differs_{label}", kinds=view.kinds(kinds))))
    return (*nodes, table_gaps(view))


def topic(view: MinutesView) -> str:
    """The heading, with what the agreed levels are set beside."""
    return view.words("wm_section_differs", kinds=view.kinds({gap.kind for gap in view.held.gaps}))


def told_gaps(view: MinutesView) -> list[tuple[str, WorkshopGap]]:
    """What is worth a sentence, with its rule, the largest difference first."""
    of = _by_criterion(view)
    said = {gap.criterion: gap for gap in view.unit.say_do}
    found: list[tuple[str, WorkshopGap]] = []
    for name, gaps in of.items():
        rule = _rule(view, gaps, said.get(name))
        if rule is not None:
            found.append(rule)
    return sorted(found, key=lambda entry: (-abs(difference(view, entry[1])), -entry[1].weight, entry[1].criterion))


def difference(view: MinutesView, gap: WorkshopGap) -> float:
    """What was agreed less the other, as whoever reads both figures works it out."""
    return view.less(view.points(gap.agreed), other_figure(view, gap))


def other_figure(view: MinutesView, gap: WorkshopGap) -> str:
    """The figure that the agreed one is set beside, as the other tables have it."""
    return view.points(gap.other) if gap.kind == "claimed" else view.words.score(gap.other)


def is_far(view: MinutesView, gap: WorkshopGap) -> bool:
    """Whether it is half a level or more, and of the survey outside its interval."""
    return abs(difference(view, gap)) >= _FAR and gap.certain


def _by_criterion(view: MinutesView) -> dict[str, dict[str, WorkshopGap]]:
    found: dict[str, dict[str, WorkshopGap]] = {}
    for gap in view.held.gaps:
        found.setdefault(gap.criterion, {})[gap.kind] = gap
    return found


def _rule(view: MinutesView, gaps: Mapping[str, WorkshopGap], said: SayDo | None) -> tuple[str, WorkshopGap] | None:
    """The one thing to say of a criterion, if there is any."""
    claim = gaps.get("claimed")
    known = [gaps[kind] for kind in ("measured", "evidenced") if kind in gaps]
    shown = known[0] if known else None
    if shown and said and claim and said.difference >= _FAR and not is_far(view, shown) and claim.difference < 0:
        return f"closed_{shown.kind}", claim
    if far := [gap for gap in known if is_far(view, gap)]:
        gap = max(far, key=lambda gap: abs(difference(view, gap)))
        return f"{gap.kind}_{'higher' if gap.difference > 0 else 'lower'}", gap
    if claim and is_far(view, claim):
        return f"claimed_{'higher' if claim.difference > 0 else 'lower'}", claim
    return None


def _carded(told: Sequence[tuple[str, WorkshopGap]]) -> list[tuple[str, WorkshopGap]]:
    """The first of them, few of a kind, and the second of a kind by the name of its other words."""
    kinds: Counter[str] = Counter()
    found: list[tuple[str, WorkshopGap]] = []
    for rule, gap in told:
        if kinds[rule] < _OF_A_KIND and len(found) < _CARDS:
            found.append((f"{rule}_again" if kinds[rule] else rule, gap))
        kinds[rule] += 1
    return found


def _also(view: MinutesView, rest: Sequence[WorkshopGap]) -> list[Node]:
    """The criteria that have no card, by name."""
    words = view.words
    if not rest:
        return []
    parts = [
        words(
            "wm_differs_also_part",
            name=view.name(view.criteria[gap.criterion]),
            kind=words(f"wm_kind_{gap.kind}"),
            difference=view.signed(difference(view, gap)),
        )
        for gap in rest
    ]
    return [Paragraph(words.rich("wm_differs_also", names=words.list(parts)))]


def _card(view: MinutesView, rule: str, gap: WorkshopGap) -> Card:
    words = view.words
    title = "say_do" if "measured" in rule or "evidenced" in rule else "disagreement"
    kind = "closed" if rule.startswith("closed") else title
    body = _sentence(view, rule, gap)
    accent = "strength" if kind == "closed" else "say_do" if title == "say_do" else "disagreement"
    return Card(accent, words(f"wm_card_{kind}"), (body,))  # type: ignore[arg-type]


def _sentence(view: MinutesView, rule: str, gap: WorkshopGap) -> Rich:
    words = view.words
    beside = _by_criterion(view)[gap.criterion]
    shown = beside.get("measured") or beside.get("evidenced")
    values: dict[str, object] = {
        "name": view.name(view.criteria[gap.criterion]),
        "agreed": view.points(gap.agreed),
        "other": other_figure(view, gap),
        "shown": other_figure(view, gap if gap.kind != "claimed" or shown is None else shown),
        "difference": words.number(abs(difference(view, gap)), 1),
        "interval": words.interval(*gap.ci) if gap.ci else "",
        "n": gap.n,
        "metrics": _metrics(view, gap.criterion),
    }
    text = words.rich(f"wm_differs_{rule}", **values)
    if rule.startswith("claimed") and shown is not None:
        text = view.sentences(text, words.rich(f"wm_differs_near_{shown.kind}", shown=values["shown"]))
    return text


def _metrics(view: MinutesView, criterion: str) -> str:
    """What the data of a criterion are: the names of the first two metrics, and how many there are more."""
    words, measured = view.words, view.unit.measured.get(criterion)
    names = [view.metric_name(name) for name in (measured.metrics if measured else ())]
    if len(names) <= _METRICS:
        return words.list(names) if names else ""
    named = words("wm_names_separator").join(names[:_METRICS])
    return words("wm_metrics_more", names=named, count=len(names) - _METRICS)


def table_gaps(view: MinutesView) -> Table:
    """Every criterion with an agreed level, beside the survey, data and documents."""
    words = view.words
    kinds = [kind for kind in ("claimed", "measured", "evidenced") if any(gap.kind == kind for gap in view.held.gaps)]
    columns = [Column(words("column_criterion"), "text", 2.8), Column(words("wm_column_agreed"), "number", 1.0)]
    labels = {"claimed": "wm_column_claimed", "measured": "column_measured", "evidenced": "column_evidenced"}
    for kind in kinds:
        columns += [Column(words(labels[kind]), "number", 1.2), Column(words("wm_column_difference"), "number", 0.9)]
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
    style: Style = "strong" if is_far(view, gap) else "plain"
    return [
        Cell((Run(other_figure(view, gap)), Run(interval, "muted")), gap.other),
        Cell((Run(view.signed(difference(view, gap)), style),), gap.difference),
    ]
