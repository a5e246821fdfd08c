"""What the room decides to do: the level a dimension is to reach, and actions with an owner and a date.

What somebody is typing stays there while others vote; it goes when it is written down, or when another action is chosen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import ipywidgets

from kamassess.instrument import Criterion, Dimension
from kamassess.planning import Action
from kamassess.reading.answer_words import value_text
from kamassess.scoring.roadmap import next_step
from kamassess.workshop import moves
from kamassess.workshop.events import Planned
from kamassess.workshop.leading import Desk, criterion_of, dimension_of, has_class, listed, told
from kamassess.workshop.leading_sides import seen
from kamassess.workshop.state import State
from kamassess.workshop.voted import score_agreed

__all__ = ["Deciding"]

_NEW = ""


class Deciding:
    """The panel in which targets and actions are written down; put away until it is asked for."""

    def __init__(self, desk: Desk) -> None:
        self._desk, words = desk, desk.words
        self._open, self._filling, self._at = False, False, ""
        wide = {"description_width": "initial"}
        self.button = desk.button(words("wl_decide"), "wl-quiet")
        self.target = ipywidgets.Dropdown(style=wide)
        self.criterion = ipywidgets.Dropdown(description=words("wl_for"), style=wide)
        self.action = ipywidgets.Dropdown(description=words("wl_action"), style=wide)
        self.suggestion = ipywidgets.Dropdown(description=words("wl_suggested"), style=wide)
        self.what = ipywidgets.Text(description=words("wl_what"), style=wide)
        self.owner = ipywidgets.Text(description=words("wl_owner"), continuous_update=False, style=wide)
        self.due = ipywidgets.DatePicker(description=words("wl_due"), style=wide)
        for field in (self.suggestion, self.what):
            field.add_class("wl-wide")
        self.write, self.drop = desk.button(words("wl_write"), "wl-first"), desk.button(words("wl_drop"), "wl-quiet")
        fields = [self.target, self.criterion, self.action, self.suggestion, self.what, self.owner, self.due]
        self.past, self.written = ipywidgets.HTML(), ipywidgets.HTML()
        row = ipywidgets.HBox([self.write, self.drop, self.past])
        row.add_class("wl-row")
        form = ipywidgets.VBox([*fields, row])
        form.add_class("wl-plan")
        self.panel = ipywidgets.HBox([form, self.written])
        self.panel.add_class("wl-planning")
        self.widget = ipywidgets.VBox([self.button, self.panel])
        self.widget.add_class("wl-decide")
        desk.on(self.button, self._toggle)
        desk.on(self.write, self._write)
        desk.on(self.drop, self._drop)
        for field, act in (
            (self.target, self._aim),
            (self.criterion, self._chose_criterion),
            (self.action, self._chose_action),
            (self.suggestion, self._chose_suggestion),
        ):
            field.observe(self._observer(act), names="value")
        for typed in (self.what, self.due, self.action):
            typed.observe(lambda _: self._allow(), names="value")

    def show(self, state: State) -> None:
        """Bring it up to a state."""
        block = dimension_of(state.instrument, state.at)
        seen(self.panel, self._open)
        has_class(self.button, "wl-on", self._open)
        seen(self.target, block is not None)
        self._fill(lambda: self._list(state, block))
        self._list_written(state, block)
        self._allow()

    def _allow(self) -> None:
        """Which buttons do something now; and whether the date lies behind."""
        with self._desk.lock:
            words, over = self._desk.words, self._desk.words("wl_ended") if self._desk.state.ended else ""
            self._desk.allow(self.write, over or ("" if self.what.value.strip() else words("wl_write_first")))
            self._desk.allow(self.drop, over or ("" if self.action.value else words("wl_choose_action")))
            past = words("wl_past", date=words.date(self.due.value.isoformat())) if self._is_past(self.due.value) else ""
            self.past.value = told("note", words=words, text=past) if past else ""

    def _is_past(self, day: dt.date | None) -> bool:
        return day is not None and day < dt.datetime.fromtimestamp(self._desk.lead.now()).astimezone().date()

    # -- what can be chosen --------------------------------------------------------------------------------------------

    def _list(self, state: State, block: Dimension | None) -> None:
        words, agenda = self._desk.words, state.opened.agenda if state.opened else ()
        if block is not None:
            self.target.description = words("wl_target_for", name=words.of(block.name))
            self._list_levels(state, state.targets.get(block.id))
        blocks = [entry for entry in state.instrument.blocks if entry.id in agenda]
        blocks.sort(key=lambda entry: entry != block)  # those of the dimension the room is at stand first
        criteria = [(f"{entry.id} {words.of(entry.name)}", entry.id) for found in blocks for entry in found.criteria]
        chosen = self.criterion.value if any(self.criterion.value == name for _, name in criteria) else criteria[0][1]
        asked = criterion_of(state.instrument, state.at)
        if state.at != self._at and not self.what.value.strip():
            turned: Criterion | None = asked or (block.criteria[0] if block else None)
            chosen = turned.id if turned else chosen
        self._at = state.at
        self._offer(self.criterion, criteria, chosen)
        self._list_actions(state)

    def _list_written(self, state: State, block: Dimension | None) -> None:
        """What is written down already: of the dimension that the room is at, or all."""
        words = self._desk.words
        own = {entry.id for entry in block.criteria} if block else None
        found = [action for action in listed(state) if own is None or action.criterion in own]
        rows = [(entry.do, entry.criterion, entry.owner, words.date(entry.due) if entry.due else "") for entry in found]
        self.written.value = told("written", words=words, actions=rows)

    def _list_levels(self, state: State, target: float | None) -> None:
        """The levels that can be a target; one between two levels is there while it is the target."""
        words = self._desk.words
        named = {
            float(entry.level): words("wl_target_level", level=entry.level, name=words.of(entry.name))
            for entry in state.instrument.levels
        }
        if target is not None and target not in named:
            named[target] = words.score(target)
        levels = [(name, value_text(level)) for level, name in sorted(named.items())]
        self._offer(self.target, [(words("wl_target_none"), _NEW), *levels], _NEW if target is None else value_text(target))

    def _list_actions(self, state: State) -> None:
        """The actions of the chosen criterion: those that are written down, and those of the library."""
        words, criterion = self._desk.words, self.criterion.value
        own = [action for action in state.actions.values() if action.criterion == criterion]
        written = [(_cut(action.do), action.action) for action in own]
        kept = self.action.value if any(self.action.value == name for _, name in written) else _NEW
        self._offer(self.action, [(words("wl_action_new"), _NEW), *_apart(written)], kept)
        offered = [
            (_cut(words("wl_suggestion", level=entry.level, do=words.of(entry.do))), entry.id)
            for entry in self._suggested(criterion)
        ]
        kept = self.suggestion.value if any(self.suggestion.value == name for _, name in offered) else _NEW
        self._offer(self.suggestion, [(words("wl_suggested_none"), _NEW), *_apart(offered)], kept)
        seen(self.suggestion, bool(offered))

    def _suggested(self, criterion: str | None) -> list[Action]:
        """Actions of the library for a criterion, first the one that leads on from what the room agreed, else from the survey."""
        lead = self._desk.lead
        following = lead.survey.roadmap.next_steps.get(criterion or "") if lead.survey else None
        agreed = score_agreed(self._desk.state, lead.unit).criteria.get(criterion or "") if self._desk.state.agreed else None
        if criterion and agreed and agreed.score is not None:
            following = next_step(criterion, agreed.score)
        found = [action for action in lead.library.actions.values() if action.criterion == criterion]
        return sorted(found, key=lambda action: (action.id != following, action.level))

    def _offer(self, field: ipywidgets.Dropdown, options: Sequence[tuple[str, object]], value: object) -> None:
        """Give a field what can be chosen; nothing is sent where it is so already."""
        if list(field.options) != list(options):
            field.options = options
        if field.value != value:
            field.value = value

    # -- what is done --------------------------------------------------------------------------------------------------

    def _fill(self, act: Callable[[], None]) -> None:
        """Change fields without taking that for somebody's choice."""
        with self._desk.lock:
            before, self._filling = self._filling, True
            try:
                act()
            finally:
                self._filling = before

    def _observer(self, act: Callable[[str], None]) -> Callable[[dict[str, str]], None]:
        """Have somebody's choice do something: what was chosen, whatever the field has been given meanwhile."""

        def changed(change: dict[str, str]) -> None:
            with self._desk.lock:  # what another thread fills in is in by then
                chosen = not self._filling
            if chosen:
                self._desk.say("")
                act(change["new"])

        return changed

    def _toggle(self) -> None:
        with self._desk.lock:
            self._open = not self._open
            self.show(self._desk.state)

    def _aim(self, chosen: str) -> None:
        block = dimension_of(self._desk.state.instrument, self._desk.state.at)
        if block is not None:
            level = float(chosen) if chosen else None
            self._desk.decide(lambda led: moves.aim(led, block.id, level))

    def _chose_criterion(self, _: str) -> None:
        self._fill(lambda: self._list_actions(self._desk.state))

    def _chose_action(self, name: str) -> None:
        known = self._desk.state.actions.get(name)
        self._fill(lambda: self._write_fields(known))

    def _write_fields(self, known: Planned | None) -> None:
        self.what.value = known.do if known else ""
        self.owner.value = known.owner if known else ""
        self.due.value = dt.date.fromisoformat(known.due) if known and known.due else None

    def _chose_suggestion(self, name: str) -> None:
        lead, words = self._desk.lead, self._desk.words
        chosen = lead.library.actions.get(name)
        if chosen is not None:
            self.what.value = words.of(chosen.do)
            if not self.owner.value.strip():
                self.owner.value = words.of(lead.library.owners.get(chosen.owner, {}))

    def _write(self) -> None:
        state, criterion = self._desk.state, self.criterion.value
        name = self.action.value or f"W{state.seq}"
        due = self.due.value.isoformat() if self.due.value else ""
        what, owner = self.what.value, self.owner.value
        if self._desk.decide(lambda led: moves.plan(led, name, criterion, what, owner, due)):
            past = self._is_past(self.due.value)
            self._fill(self._clear)
            words, do = self._desk.words, _cut(self._desk.state.actions[name].do)
            said = words("wl_written_past", do=do, date=words.date(due)) if past else words("wl_written", do=do)
            self._desk.say(said, good=not past)

    def _drop(self) -> None:
        chosen = self.action.value
        if self._desk.decide(lambda led: moves.drop(led, chosen)):
            self._fill(self._clear)

    def _clear(self) -> None:
        self.action.value = self.suggestion.value = _NEW
        self._write_fields(None)


def _cut(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:89].rstrip()}…"


def _apart(named: list[tuple[str, str]]) -> list[tuple[str, object]]:
    """Names that are all different: a list in which two are alike cannot be chosen from."""
    found: list[tuple[str, object]] = []
    for name, value in named:
        same = sum(other == name or other.startswith(f"{name} (") for other, _ in found)
        found.append((f"{name} ({same + 1})" if same else name, value))
    return found
