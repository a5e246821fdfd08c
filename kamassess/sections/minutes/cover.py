"""The head of the minutes: whose workshop, when, who was there, under a title that says what came out."""

from __future__ import annotations

from kamassess.document import Banner, Cover, Node, Rich, rich
from kamassess.sections.minutes.moved import closeness
from kamassess.sections.minutes.view import DASH, MinutesView

__all__ = ["closer", "cover", "headline"]

_SAME = 0.25
"""Scores this close together are not told apart in a sentence."""


def cover(view: MinutesView) -> tuple[Node, ...]:
    """The head of the minutes, and which other workshops there were."""
    words, held = view.words, view.held
    version = words("title_version", title=words.of(view.instrument.title), version=view.instrument.version)
    facts: list[tuple[str, Rich]] = [
        (words("fact_company"), rich("{x}", x=view.company)),
        (words("fact_unit"), rich("{x}", x=words("unit_and_id", name=view.unit_name, id=view.unit.id))),
        (words("wm_fact_day"), rich("{x}", x=words.date(held.day) if held.day else words("wm_no_day"))),
        (words("wm_fact_people"), rich("{x}", x=words("wm_people", people=words.people(held.n_people), roles=view.roles()))),
        (words("wm_fact_agenda"), rich("{x}", x=_agenda(view))),
        (words("fact_wave"), rich("{x}", x=view.result.wave)),
        (words("fact_instrument"), rich("{x}", x=version)),
    ]
    kicker = words("wm_kicker", unit=view.unit_name, company=view.company, day=view.day)
    nodes: list[Node] = [Cover(kicker, headline(view), _lead(view), tuple(facts))]
    if held.earlier:
        days = words.list([words.date(entry.day) if entry.day else words("wm_no_day") for entry in held.earlier])
        nodes.append(Banner("info", words.rich("wm_earlier", days=days)))
    return tuple(nodes)


def headline(view: MinutesView) -> str:
    """What came out, in one line."""
    words, held, unit = view.words, view.held, view.unit_name
    agreed, claimed = held.agreed[""].score, view.unit.overall.score
    if agreed is not None and claimed is not None:
        kind = "same" if abs(agreed - claimed) < _SAME else "lower" if agreed < claimed else "higher"
        return words(f"wm_headline_{kind}", unit=unit, agreed=view.points(agreed), claimed=view.points(claimed))
    if agreed is not None:
        return words("wm_headline_alone", unit=unit, agreed=view.points(agreed))
    numbers, actions = view.numbers, len(held.actions)
    agreed_on = view.count("questions", numbers["agreed"])
    if numbers["agreed"] and actions:
        return words("wm_headline_both", unit=unit, agreed=agreed_on, actions=view.count("actions", actions))
    if numbers["agreed"]:
        return words("wm_headline_agreed", unit=unit, agreed=agreed_on)
    if actions:
        return words("wm_headline_actions", unit=unit, actions=view.count("actions", actions))
    if numbers["voted"]:
        return words("wm_headline_open", unit=unit, voted=view.count("questions", numbers["voted"]))
    if held.targets:
        return words("wm_headline_targets", unit=unit, count=view.count("dimensions", len(held.targets)))
    return words("wm_headline_nothing", unit=unit)


def _agenda(view: MinutesView) -> str:
    named = [view.name(block) for block in view.blocks if block.id in view.held.agenda]
    return view.words.list(named) if named else DASH


def _lead(view: MinutesView) -> Rich:
    """How far the room came, whether votes came closer, and what it will do."""
    words, held, numbers = view.words, view.held, view.numbers
    found: list[Rich] = []
    if numbers["voted"] or numbers["agreed"]:
        label = "voted" if numbers["voted"] and numbers["agreed"] else "voted_none" if numbers["voted"] else "agreed"
        counts = {name: view.count("questions", numbers[name]) for name in ("voted", "agreed")}
        found.append(words.rich(f"wm_lead_{label}", **counts))
    if numbers["again"]:
        found.append(closer(view))
    if held.targets:
        found.append(_targets(view))
    if held.actions:
        dated = sum(bool(action.due) for action in held.actions)
        owned = sum(bool(action.owner) for action in held.actions)
        label = "all" if min(dated, owned) == len(held.actions) else "some"
        found.append(
            words.rich(f"wm_lead_actions_{label}", count=view.count("actions", len(held.actions)), owned=owned, dated=dated)
        )
    return view.sentences(*found) if found else words.rich("wm_lead_nothing")


def closer(view: MinutesView) -> Rich:
    """On how many of the questions that were voted on again the votes came closer."""
    again, known = view.numbers["again"], [closeness(view, entry) for entry in view.held.moved]
    known = [entry for entry in known if entry != "alone"]
    nearer = known.count("together")
    label = "few" if not known else "none" if not nearer else "all" if nearer == len(known) else "some"
    if known and len(known) < again:
        label = "partly"
    values = {"of": view.count("questions", again), "compared": view.count("questions", len(known)), "count": nearer}
    return view.words.rich(f"wm_lead_closer_{'one' if label == 'all' and again == 1 else label}", **values)


def _targets(view: MinutesView) -> Rich:
    """The targets: the one there is, or the dimension that is furthest from its own by what the room agreed."""
    words, held = view.words, view.held
    names = {block.id: view.name(block) for block in view.blocks}
    aims = {name: level for name, level in held.targets.items() if name in names}
    known = {name: score for name in aims if (score := held.agreed[name].score) is not None}
    count = view.count("dimensions", len(held.targets))
    if len(held.targets) == len(aims) == 1:
        ((name, level),) = aims.items()
        label = "alone" if name not in known else "one_reached" if known[name] >= level else "one"
        values = {"name": names[name], "agreed": view.points(known.get(name)), "target": words.score(level)}
        return words.rich(f"wm_lead_target_{label}", **values)
    if len(known) < len(held.targets):
        return words.rich("wm_lead_targets", count=count)
    ways = {name: view.less(words.score(aims[name]), view.points(score)) for name, score in known.items()}
    widest = max(ways.values())
    if widest <= 0:
        return words.rich("wm_lead_target_reached", count=count)
    far = [name for name in names if ways.get(name) == widest]
    if len(far) > 1:
        shown = words.number(widest, 1)
        return words.rich("wm_lead_target_tied", count=count, distance=shown, names=words.list([names[name] for name in far]))
    values = {"name": names[far[0]], "agreed": view.points(known[far[0]]), "target": words.score(aims[far[0]])}
    return words.rich("wm_lead_target", count=count, **values)
