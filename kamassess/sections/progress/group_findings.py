"""Findings about all units, worded: who moved, where several did, and of whom nothing can be told."""

from __future__ import annotations

from kamassess.document import Card, Rich
from kamassess.sections.progress.view import KINDS, ProgressView, Standing, only_looks_so
from kamassess.trust import apart_from_data

__all__ = ["group_findings"]

_SEVERAL = 2


def group_findings(view: ProgressView) -> tuple[Card, ...]:
    """Who rose, who fell, what moved in several units, what only looks so, who stands still, who cannot be told; if any."""
    found = (
        *(_moved(view, "up"), _moved(view, "down"), _across(view, "up"), _across(view, "down")),
        *(_not_real(view), _still(view), _unknown(view), _joined_or_left(view)),
    )
    return tuple(card for card in found if card is not None)


def _moved(view: ProgressView, standing: Standing) -> Card | None:
    """The unit that moved furthest to one side, and the dimension in which it did."""
    words = view.words
    names = [name for name in view.units_at(standing) if not only_looks_so(view.changes[name].overall)]
    if not names:
        return None
    name, sign = (names[0], 1) if standing == "up" else (names[-1], -1)
    change = view.changes[name]
    inside = view.at(change.dimensions, standing)
    values = {
        "name": view.named_unit(name),
        "before": view.exact(change.overall.before),
        "after": view.exact(change.overall.after),
        "change": view.signed(change.overall.difference),
        "interval": view.interval(change.overall.ci) if change.overall.ci else "",
        "levels": view.levels(change.overall),
    }
    text = words.rich(f"progress_card_{standing}_0", **values)
    more: Rich = ()
    if inside:
        best = max(inside, key=lambda entry: sign * (change.dimensions[entry].difference or 0.0))
        found = change.dimensions[best]
        ends = {"before": view.exact(found.before), "after": view.exact(found.after)}
        more = words.rich(f"progress_card_within_{standing}", criterion=view.block_names([best]), **ends)
    several, others = "unit" if len(names) > 1 else "only", len(view.changes) > 1
    todo = words.rich(f"progress_todo_unit_{standing}" if others or standing == "down" else "progress_todo_only_up")
    whole = view.result.units[name].whole
    if standing == "up" and whole and (against := apart_from_data(whole)):
        claimed, measured = against
        todo = words.rich("progress_todo_contradicted", claimed=words.score(claimed), measured=words.score(measured))
    return Card(KINDS[standing], words(f"progress_title_{several}_{standing}"), (view.sentences(text, more, todo),))


def _not_real(view: ProgressView) -> Card | None:
    """Units whose score moved for sure while those who stayed did not."""
    moved = [*view.units_at("up"), *view.units_at("down")]
    names = [name for name in moved if only_looks_so(view.changes[name].overall)]
    if not names:
        return None
    text = view.words.rich("progress_card_units_not_real", units=view.units(names))
    return Card("disagreement", view.words("progress_title_not_real"), (text,))


def _still(view: ProgressView) -> Card | None:
    names = view.units_at("still")
    if not names:
        return None
    text = view.words.rich("progress_card_units_still", units=view.units(names))
    return Card("neutral", view.words("progress_figure_still"), (text,))


def _unknown(view: ProgressView) -> Card | None:
    """Units of which no change can be told, each with its reason."""
    words = view.words
    parts = []
    for name in view.units_at("unknown"):
        change = view.changes[name].overall
        reason = view.why_none(change) if change.difference is None else words(f"reason_{change.ci_reason}")
        counts = {"before": view.changes[name].n_before, "after": view.changes[name].n_after}
        parts.append(words("progress_unknown_unit", unit=view.named_unit(name), reason=reason, **counts))
    if not parts:
        return None
    text = words.rich("progress_card_units_unknown", parts=words("alt_separator").join(parts))
    return Card("neutral", words("progress_title_unknown"), (text,))


def _joined_or_left(view: ProgressView) -> Card | None:
    words, progress = view.words, view.progress
    ends = ((progress.joined, progress.wave, progress.since), (progress.left, progress.since, progress.wave))
    texts = [
        words.rich("progress_one_wave", units=view.units(names), wave=wave, other=other) for names, wave, other in ends if names
    ]
    if not texts:
        return None
    return Card("neutral", words("progress_title_joined"), (view.sentences(*texts),))


def _across(view: ProgressView, standing: Standing) -> Card | None:
    """The dimension that moved for sure to one side in the most units, if in two or more."""
    words, count = view.words, len(view.changes)
    moved: dict[str, list[str]] = {}
    for name, change in view.changes.items():
        for block in view.at(change.dimensions, standing):
            moved.setdefault(block, []).append(name)
    most = max((len(units) for units in moved.values()), default=0)
    if most < _SEVERAL:
        return None
    blocks = [block for block in (dimension.id for dimension in view.instrument.dimensions) if len(moved.get(block, ())) == most]
    values = {"name": view.block_names(blocks[:1]), "units": view.units(moved[blocks[0]]), "moved": most, "count": count}
    return Card(
        KINDS[standing], words(f"progress_title_across_{standing}"), (words.rich(f"progress_card_across_{standing}", **values),)
    )
