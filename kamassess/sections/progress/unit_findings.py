"""Findings about one unit, worded: what is seen, how sure it is, what to do."""

from __future__ import annotations

from kamassess.document import Card, Rich
from kamassess.result import Change, Reason
from kamassess.sections.progress.view import KINDS, Standing, UnitProgressView, only_looks_so, sure

__all__ = ["unit_findings"]

_VARIANTS = 2
_LEVEL = 1.0
"""Scale points between two levels: so deep a fall of a criterion is named beside a rise of the unit."""


def unit_findings(view: UnitProgressView) -> tuple[Card, ...]:
    """What rose, what fell, what holds the level, what only looks so, what stands still, what cannot be told; if any."""
    changes = view.change.dimensions.values()
    if view.change.overall.difference is not None and all(change.ci is None for change in changes):
        return (_nothing_told(view),)
    found = (
        *(_moved(view, "up"), _moved(view, "down"), _gates(view)),
        *(_hidden(view), _not_real(view), _still(view), _screen(view), _fall(view), _unknown(view)),
    )
    return tuple(card for card in found if card is not None)


def _variant(view: UnitProgressView) -> int:
    """Units are told of in different words, so that their reports do not sound alike."""
    return sum(view.unit.id.encode()) % _VARIANTS


def _moved(view: UnitProgressView, standing: Standing) -> Card | None:
    """The dimension that moved furthest to one side, with the criterion in it that did, and the others in a sentence."""
    words, names = view.words, _really_moved(view, standing)
    if not names:
        return None
    first = view.change.dimensions[names[0]]
    text = words.rich(f"progress_card_{standing}_{_variant(view)}", **_values(view, names[0], first))
    more = _within(view, names[0], standing)
    others = [
        words("progress_named_change", name=view.block_names([name]), change=view.signed(view.change.dimensions[name].difference))
        for name in names[1:]
    ]
    rest = words.rich(f"progress_card_also_{standing}", others=words.list(others)) if others else ()
    split = any(caveat.kind == "agreement" and names[0] in caveat.dimensions for caveat in view.unit.caveats)
    doubt = words.rich("progress_card_split", after=view.exact(first.after)) if split else ()
    todo = words.rich(f"progress_todo_{'split' if split else f'{standing}_{_variant(view)}'}")
    return Card(KINDS[standing], words(f"progress_title_{standing}"), (view.sentences(text, more, doubt, rest, todo),))


def _really_moved(view: UnitProgressView, standing: Standing) -> list[str]:
    """Dimensions that moved to one side and do not only look so, the furthest first."""
    changes, sign = view.change.dimensions, 1 if standing == "up" else -1
    names = [name for name in view.at(changes, standing) if not only_looks_so(changes[name])]
    return sorted(names, key=lambda name: -sign * (changes[name].difference or 0.0))


def _within(view: UnitProgressView, block_id: str, standing: Standing) -> Rich:
    """The criterion of a block that moved furthest to one side, if the block has several."""
    own = {criterion.id for block in view.instrument.blocks if block.id == block_id for criterion in block.criteria}
    within = {name: change for name, change in view.change.criteria.items() if name in own}
    moved = view.at(within, standing)
    if len(own) < 2 or not moved:
        return ()
    sign = 1 if standing == "up" else -1
    name = max(moved, key=lambda name: sign * (within[name].difference or 0.0))
    values = {"before": view.exact(within[name].before), "after": view.exact(within[name].after)}
    return view.words.rich(f"progress_card_within_{standing}", criterion=view.criterion_name(name), **values)


def _gates(view: UnitProgressView) -> Card | None:
    """Gates that hold the level down, and whether they moved."""
    words, overall = view.words, view.unit.overall
    held = [name for name in overall.blocked_by if name in view.change.criteria]
    if not held or overall.level is None:
        return None
    parts = []
    for name in held:
        change = view.change.criteria[name]
        values = {"name": view.criterion_name(name), "before": view.exact(change.before), "after": view.exact(change.after)}
        parts.append(words(f"progress_gate_{view.standing(change)}", **values))
    text = words.rich(
        "progress_card_gates", level=overall.level, claimed=overall.continuous_level, gates=words("alt_separator").join(parts)
    )
    return Card("gap", words("progress_title_gates"), (text,))


def _hidden(view: UnitProgressView) -> Card | None:
    """A dimension that looks unmoved only because other people answered."""
    changes = view.change.dimensions
    names = [name for name in view.at(changes, "still") if sure(changes[name].real)]
    if not names:
        return None
    name = max(names, key=lambda name: abs(changes[name].real.value or 0.0))
    change, words = changes[name], view.words
    text = words.rich("progress_card_hidden", **_values(view, name, change))
    others = [other for other in names if other != name]
    rest = words.rich("progress_card_also", others=view.block_names(others)) if others else ()
    return Card("disagreement", words("progress_title_hidden"), (view.sentences(text, rest, words.rich("progress_todo_hidden")),))


def _not_real(view: UnitProgressView) -> Card | None:
    """A dimension whose sure change is not one of those who stayed."""
    changes = view.change.dimensions
    moved = [*view.at(changes, "up"), *view.at(changes, "down")]
    names = [name for name in moved if only_looks_so(changes[name])]
    if not names:
        return None
    name = max(names, key=lambda name: abs(changes[name].difference or 0.0))
    text = view.words.rich("progress_card_not_real", **_values(view, name, changes[name]))
    return Card("disagreement", view.words("progress_title_not_real"), (text,))


def _still(view: UnitProgressView) -> Card | None:
    """Where a target is set and not reached, and no change is sure: the dimension furthest from its target, then the others."""
    words, changes, targets = view.words, view.change.dimensions, view.unit.targets

    def missing(name: str) -> float:
        return targets.get(name, 0.0) - (changes[name].after or 0.0)

    still = [name for name in view.at(changes, "still") if not sure(changes[name].real)]
    names = [name for name in still if name in targets and missing(name) > 0]
    if not names:
        return None
    names.sort(key=missing, reverse=True)
    values = {**_values(view, names[0], changes[names[0]]), "target": words.score(targets[names[0]])}
    text = words.rich(f"progress_card_still_{_variant(view)}", **values)
    rest = words.rich("progress_card_also", others=view.block_names(names[1:])) if names[1:] else ()
    todo = words.rich(f"progress_todo_still_{_variant(view)}", since=view.waves[0])
    return Card("neutral", words("progress_figure_still"), (view.sentences(text, rest, todo),))


def _screen(view: UnitProgressView) -> Card | None:
    """A screen that moved for sure: it says nothing of how well the work is done, but of whether it fits."""
    words, screens, name = view.words, view.change.screens, _moved_screen(view)
    if name is None:
        return None
    text = words.rich("progress_card_screen", **_values(view, name, screens[name]))
    more = _within(view, name, view.standing(screens[name]))
    return Card("neutral", words("progress_title_screen"), (view.sentences(text, more, words.rich("progress_todo_screen")),))


def _moved_screen(view: UnitProgressView) -> str | None:
    screens = view.change.screens
    moved = [name for name, change in screens.items() if change.certain and not only_looks_so(change)]
    return max(moved, key=lambda name: abs(screens[name].difference or 0.0), default=None)


def _fall(view: UnitProgressView) -> Card | None:
    """The criterion that surely fell furthest while the unit rose, if by a level or more and no other card names it."""
    if view.standing(view.change.overall) != "up":
        return None
    words, criteria = view.words, view.change.criteria
    name = min(view.at(criteria, "down"), key=lambda name: criteria[name].difference or 0.0, default=None)
    if name is None or (criteria[name].difference or 0.0) > -_LEVEL:
        return None
    block = next(block.id for block in view.instrument.blocks if any(entry.id == name for entry in block.criteria))
    screen = _moved_screen(view)
    if block == next(iter(_really_moved(view, "down")), None) or (
        block == screen and view.standing(view.change.screens[block]) == "down"
    ):
        return None
    change = criteria[name]
    values = {"before": view.exact(change.before), "after": view.exact(change.after)}
    interval = view.interval(change.ci) if change.ci else ""
    text = words.rich("progress_card_fall", criterion=view.criterion_name(name), interval=interval, **values)
    return Card("gap", words("progress_title_fall"), (text,))


def _unknown(view: UnitProgressView) -> Card | None:
    """Dimensions that have a score in one wave only, or none that can be compared."""
    words, changes = view.words, view.change.dimensions
    reasons: dict[str, list[str]] = {}
    for name, change in changes.items():
        if change.difference is None:
            reasons.setdefault(view.why_none(change), []).append(name)
    if not reasons:
        return None
    parts = [words("progress_unknown_part", names=view.block_names(names), reason=reason) for reason, names in reasons.items()]
    text = words.rich("progress_card_unknown", parts=words("alt_separator").join(parts))
    missing = any(change.reason not in (None, Reason.NO_COMMON_QUESTIONS) for change in changes.values())
    counted = words.rich("progress_still_counted") if missing and view.change.overall.difference is not None else ()
    todo = words.rich(f"progress_todo_{'missing' if missing else 'common'}")
    return Card("neutral", words("progress_title_unknown"), (view.sentences(text, counted, todo),))


def _nothing_told(view: UnitProgressView) -> Card:
    """That a unit has changes in figures, and none that could not be chance."""
    words, change = view.words, view.change
    fewer = int(change.n_after <= change.n_before)
    people = words.people((change.n_before, change.n_after)[fewer])
    text = words.rich("progress_card_nothing", people=people, wave=view.waves[fewer])
    return Card("neutral", words("progress_title_unknown"), (text,))


def _values(view: UnitProgressView, name: str, change: Change) -> dict[str, object]:
    """What sentences say of the change of a dimension."""
    return {
        "name": view.block_names([name]),
        "before": view.exact(change.before),
        "after": view.exact(change.after),
        "change": view.signed(change.difference),
        "interval": view.interval(change.ci) if change.ci else "",
        "levels": view.levels(change),
        "real": view.moved(change.real.value, change.real.ci),
        "who": view.who(view.change),
    }
