"""What is missing where people have not been asked, or not all: a fault for most engagements, a note before anybody is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kamassess.errors import Fault, quoted
from kamassess.reading.yaml_tree import suggestion

if TYPE_CHECKING:
    from kamassess.reading.engagement import Engagement

__all__ = ["FILE", "RESPONSES", "not_asked", "silent"]

FILE = "engagement.yaml"
RESPONSES = "responses"


def silent(engagement: Engagement) -> list[Fault]:
    """The wave, or the units of the wave, that nobody answered for.

    Before anybody is asked, a unit that is documented is none of them: that is said once, as a note (:func:`not_asked`).
    """
    if not engagement.wave or not engagement.units:
        return []
    wave, documented = engagement.wave, engagement.documented
    unasked = engagement.responses.empty and engagement.has_other
    held = {record.unit for record in engagement.workshops if record.wave == wave}
    if wave not in engagement.waves and not unasked:
        remedy = suggestion(wave, engagement.waves[::-1]) or "Add its answers."
        return [Fault(f"wave {quoted(wave)} has no answers", remedy, file=FILE)]
    current = engagement.responses["wave"] == wave
    answered = {*engagement.responses.loc[current, "unit"], *engagement.parents, *(documented | held if unasked else ())}
    return [
        Fault(
            f"unit '{unit.id}' has no answers in wave {wave}",
            "Add its answers; until then its report rests on data and evidence alone."
            if unit.id in documented
            else f"Add its answers, or take the unit out of {FILE}.",
            file=RESPONSES,
        )
        for unit in engagement.units
        if unit.id not in answered
    ]


def not_asked(engagement: Engagement) -> tuple[Fault, ...]:
    """That there are no answers yet, where there is something else to report on."""
    if not engagement.wave or not engagement.responses.empty or not engagement.has_other:
        return ()
    remedy = "Reports rest on data and evidence alone until answers are added."
    return (Fault(f"holds no answers in wave {engagement.wave} yet", remedy, file=RESPONSES),)
