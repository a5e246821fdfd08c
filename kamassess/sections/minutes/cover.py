"""The head of the minutes: whose workshop, when, who was there, under a title that says what came out."""

from __future__ import annotations

from kamassess.document import Banner, Cover, Node, Rich, rich
from kamassess.sections.minutes.view import MinutesView

__all__ = ["cover", "headline"]

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
        (words("wm_fact_agenda"), rich("{x}", x=words.list([view.name(block) for block in view.blocks]))),
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
    if held.targets and not numbers["voted"]:
        return words("wm_headline_targets", unit=unit, count=view.count("dimensions", len(held.targets)))
    return words("wm_headline_open", unit=unit, voted=view.count("questions", numbers["voted"]))


def _lead(view: MinutesView) -> Rich:
    """How far the room came, whether people came closer, and what it will do."""
    words, held, numbers = view.words, view.held, view.numbers
    found: list[Rich] = []
    if numbers["voted"]:
        found.append(words.rich("wm_lead_voted", voted=view.count("questions", numbers["voted"]), agreed=numbers["agreed"]))
    closer = sum(entry.closer is True for entry in held.moved)
    if held.moved:
        label = "all" if closer == len(held.moved) else "some" if closer else "none"
        found.append(words.rich(f"wm_lead_closer_{label}", count=closer, of=view.count("questions", len(held.moved))))
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


def _targets(view: MinutesView) -> Rich:
    """The dimension that is to rise most by the room's own view of it, or how many have a target."""
    words, targets = view.words, view.held.targets
    names = {block.id: view.name(block) for block in view.blocks}
    rises = [(level, name) for name, level in targets.items() if name in names and view.held.agreed[name].score is not None]
    if not rises:
        return words.rich("wm_lead_targets", count=view.count("dimensions", len(targets)))
    level, name = max(rises, key=lambda entry: entry[0] - (view.held.agreed[entry[1]].score or 0.0))
    values = {"name": names[name], "agreed": view.points(view.held.agreed[name].score), "target": words.score(level)}
    return words.rich("wm_lead_target", count=view.count("dimensions", len(targets)), **values)
