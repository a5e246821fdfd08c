"""The whole on the projector: where the dimensions and the criteria stand, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass

from kamassess.charts import Pen, Sheet
from kamassess.instrument import Dimension, scale_ends
from kamassess.workshop.leading import listed, told
from kamassess.workshop.projected import Projected, told_of, votes_shown
from kamassess.workshop.projected_charts import Levels, plot_levels
from kamassess.workshop.state import State

__all__ = ["Overview"]

_KINDS = ("claimed", "voted", "agreed", "evidenced", "measured", "target")


@dataclass(frozen=True, slots=True)
class _Heat:
    """A criterion in the map: its figure, how strongly it is shaded (0–1), whether it is agreed, and why it has no figure."""

    id: str
    name: str
    value: str
    shade: str
    agreed: bool
    few: str


class Overview:
    """The overview as HTML, made once for what it rests on."""

    def __init__(self, projected: Projected) -> None:
        self._parts, self.words = projected, projected.words

    def shown(self, state: State) -> str:
        """Where all dimensions stand, each criterion, and what was decided."""
        heard = [told_of(state, block) for block in self._blocks(state)]
        rests_on = (votes_shown(state), state.agreed, state.targets, state.actions, state.ended, heard)
        made: str = self._parts.lead.kept.of("overview", rests_on, lambda: self._overview(state))
        return made

    def _overview(self, state: State) -> str:
        words = self.words
        blocks = self._blocks(state)
        levels = [self._parts.levels(state, block) for block in blocks]
        named = [(words.of(block.name), block, found) for block, found in zip(blocks, levels, strict=True)]

        def plot(pen: Pen) -> Sheet:
            return plot_levels([name for name, _, _ in named], levels, scale_ends(blocks), self._parts.instrument.starts, pen)

        alt = words("wl_full_stop").join([*(self._told_levels(name, found) for name, _, found in named), ""]).strip()
        return told(
            "overview",
            words=words,
            ended=state.ended,
            drawing=self._parts.drawing("levels", alt, plot),
            kinds=[kind for kind in _KINDS if any(getattr(found, kind) is not None for found in levels)],
            heat=[(name, *self._scores(state, block, found), self._heat(state, block)) for name, block, found in named],
            targets=[(name, words.short(state.targets[block.id])) for name, block, _ in named if block.id in state.targets],
            answers=(len(state.agreed), sum(len(state.questions(block.id)) for block in blocks)),
            actions=self._actions(state),
        )

    def _blocks(self, state: State) -> list[Dimension]:
        agenda = state.opened.agenda if state.opened else ()
        return [block for block in self._parts.instrument.blocks if block.id in agenda]

    def _actions(self, state: State) -> list[tuple[str, str, str, str]]:
        """What will be done, for which criterion, by whom and until when; what is due first stands first."""
        known = {entry.id: self.words.of(entry.name) for entry in self._parts.instrument.criteria()}
        return [
            (
                action.do,
                f"{action.criterion} {known[action.criterion]}",
                action.owner,
                self.words.date(action.due) if action.due else "",
            )
            for action in listed(state)
        ]

    def _told_levels(self, name: str, found: Levels) -> str:
        parts = [
            self.words("wl_level_told", kind=self.words(f"wl_key_{kind}"), value=self._parts.score(value))
            for kind in _KINDS
            if (value := getattr(found, kind)) is not None
        ]
        said = self.words("wl_separator").join(parts)
        if not found.known:
            said = self.words("wl_separator").join([found.why_not, *parts])
        return self.words("wl_row_told", name=name, parts=said)

    def _scores(self, state: State, block: Dimension, found: Levels) -> tuple[str, str]:
        """What was agreed and voted of a dimension: the score, or of how many questions there is an answer."""
        parts, asked = self._parts, state.questions(block.id)
        agreed = parts.few_of(parts.agreed(state), asked) if found.agreed is None else ""
        voted = parts.few_of(parts.votes(state), asked) if found.voted is None else ""
        return agreed or parts.score(found.agreed), voted or parts.score(found.voted)

    def _heat(self, state: State, block: Dimension) -> list[_Heat]:
        """The criteria of a dimension: what was agreed, or else voted."""
        found = []
        votes, agreed = self._parts.votes(state), self._parts.agreed(state)
        for criterion in block.criteria:
            decided = agreed.criteria[criterion.id].score
            value = decided if decided is not None else votes.criteria[criterion.id].score
            low, high = scale_ends((criterion,))
            shade = "" if value is None else f"{(value - low) / (high - low) if high > low else 0:.2f}"
            name, asked = self.words.of(criterion.name), criterion.questions
            few = (self._parts.few_of(agreed, asked) or self._parts.few_of(votes, asked)) if value is None else ""
            found.append(_Heat(criterion.id, name, self._parts.score(value), shade, decided is not None, few))
        return found
