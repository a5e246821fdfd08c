"""From the YAML tree of an instrument to the instrument, strictly.

Only what is certain to be wrong is refused: any hierarchy, number of options, numeric values, weights and languages are
accepted, so that other published models can be expressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, TypeVar

from kamassess.errors import quoted
from kamassess.instrument import (
    EVIDENCE_LEVELS,
    Criterion,
    Dimension,
    Evidence,
    Instrument,
    Level,
    Option,
    Policy,
    Question,
    Reference,
    Role,
    Scale,
    Text,
)
from kamassess.reading.measuring import read_curves
from kamassess.reading.yaml_tree import ID_PATTERN, Faults, Tree, suggestion

__all__ = ["InstrumentReader"]

LANGUAGES = ("en", "zh")
_EVIDENCE: tuple[Literal["statement", "document", "verified"], ...] = ("statement", "document", "verified")
_T = TypeVar("_T")


@dataclass
class InstrumentReader:
    """Walks the tree; ``ids`` holds the ids met so far, by kind, with their lines."""

    faults: Faults
    languages: tuple[str, ...] = LANGUAGES
    ids: dict[tuple[str, str], int] = field(default_factory=dict)

    def instrument(self, tree: Tree, sha256: str) -> Instrument:
        """The instrument; to be thrown away if there are faults."""
        fields = tree.fields(
            ["id", "version", "languages", "title", "scales", "levels", "roles", "dimensions"],
            ["policy", "screens", "references", "curves"],
        )
        self.languages = self._languages(fields.get("languages"))
        self.scales = self._scales(fields.get("scales"))
        self.roles = self._each(fields.get("roles"), self._role)
        self.references = self._each(fields.get("references"), self._reference, empty=True)
        levels = self._levels(fields.get("levels"))
        policy = self._policy(fields.get("policy"))
        dimensions = self._each(fields.get("dimensions"), self._dimension)
        screens = self._each(fields.get("screens"), self._dimension, empty=True)
        if policy.aggregation == "geometric":
            self._geometric(fields["scales"].items() if "scales" in fields else {})
        return Instrument(
            id=self._get(fields, "id", Tree.name, ""),
            version=self._get(fields, "version", Tree.word, ""),
            languages=self.languages,
            title=self._text(fields.get("title")),
            scales=self.scales,
            levels=levels,
            roles=self.roles,
            policy=policy,
            dimensions=dimensions,
            screens=screens,
            references=self.references,
            curves=read_curves(fields.get("curves")),
            sha256=sha256,
        )

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _languages(self, tree: Tree | None) -> tuple[str, ...]:
        found: list[str] = []
        for entry in tree.list() if tree else ():
            language = entry.choice(LANGUAGES)
            if language in found and entry.node.value == language:
                entry.fault(f"names {language} a second time", "Keep one of them.")
            if entry.node.value == language:
                found.append(language)
        return tuple(dict.fromkeys(found))

    def _scales(self, tree: Tree | None) -> dict[str, Scale]:
        scales = {}
        for name, entry in (tree.items() if tree else {}).items():
            if not ID_PATTERN.fullmatch(name):
                entry.fault(f"has the id {quoted(name)}, which is not valid", "Use letters, digits, dot, hyphen and underscore.")
            options = self._each(entry.fields(["options"]).get("options"), self._option)
            values = [option.value for option in options]
            if len(values) == 1:
                entry.fault("has a single option", "Give at least two.")
            if any(b <= a for a, b in pairwise(values)):
                entry.fault(
                    f"has values that do not ascend: {_some(values)}",
                    "Order the options from lowest to highest, no value twice.",
                )
            scales[name] = Scale(name, options or (Option(0.0, {}), Option(1.0, {})))
        if tree and not scales:
            tree.fault("declares no scale", "Declare at least one.")
        return scales

    def _option(self, tree: Tree) -> Option:
        fields = tree.fields(["value", "label"])
        return Option(self._get(fields, "value", Tree.number, 0.0), self._text(fields.get("label")))

    def _role(self, tree: Tree) -> Role:
        fields = tree.fields(["id", "name"])
        return Role(self._id(fields.get("id"), "role"), self._text(fields.get("name")))

    def _level(self, tree: Tree) -> Level:
        fields = tree.fields(["level", "name", "from"])
        level = int(fields["level"].number(whole=True)) if "level" in fields else 0
        return Level(level, self._text(fields.get("name")), self._get(fields, "from", Tree.number, 0.0))

    def _levels(self, tree: Tree | None) -> tuple[Level, ...]:
        levels: list[Level] = []
        for entry in tree.list() if tree else ():
            level = self._level(entry)
            if levels and (level.level <= levels[-1].level or level.start <= levels[-1].start):
                before = levels[-1]
                entry.fault(
                    f"(level {level.level} from {level.start:g}) does not ascend from level {before.level} from {before.start:g}",
                    "Order the levels so that both 'level' and 'from' grow.",
                )
            levels.append(level)
        return tuple(levels)

    def _policy(self, tree: Tree | None) -> Policy:
        if tree is None or tree.null():
            return Policy()
        fields = tree.fields(
            [], ["unanswered", "respondents", "aggregation", "min_coverage", "min_respondents", "gates", "evidence"]
        )
        default = Policy()
        return Policy(
            unanswered=fields["unanswered"].choice(("exclude", "minimum")) if "unanswered" in fields else default.unanswered,
            respondents=fields["respondents"].choice(("by_role", "equal")) if "respondents" in fields else default.respondents,
            aggregation=fields["aggregation"].choice(("arithmetic", "geometric", "minimum"))
            if "aggregation" in fields
            else default.aggregation,
            min_coverage=fields["min_coverage"].number(low=0, high=1) if "min_coverage" in fields else default.min_coverage,
            min_respondents=int(fields["min_respondents"].number(low=1, whole=True))
            if "min_respondents" in fields
            else default.min_respondents,
            gates=self._get(fields, "gates", Tree.flag, default.gates),
            evidence=self._get(fields, "evidence", _levels_of_evidence, default.evidence),
        )

    def _reference(self, tree: Tree) -> Reference:
        fields = tree.fields(["id", "citation", "constructs"])
        constructs = {
            key: self._text(value) for key, value in (fields["constructs"].items() if "constructs" in fields else {}).items()
        }
        return Reference(self._id(fields.get("id"), "reference"), self._get(fields, "citation", Tree.text, ""), constructs)

    def _dimension(self, tree: Tree) -> Dimension:
        fields = tree.fields(["id", "name", "criteria"], ["weight", "about"])
        criteria = self._each(fields.get("criteria"), self._criterion)
        return Dimension(
            id=self._id(fields.get("id"), "dimension"),
            name=self._text(fields.get("name")),
            criteria=criteria,
            weight=self._weight(fields),
            about=self._text(fields["about"]) if "about" in fields else None,
        )

    def _criterion(self, tree: Tree) -> Criterion:
        fields = tree.fields(
            ["id", "name", "questions"], ["weight", "gate", "practice", "why", "evidence", "metrics", "crossref"]
        )
        questions = self._each(fields.get("questions"), self._question)
        return Criterion(
            id=self._id(fields.get("id"), "criterion"),
            name=self._text(fields.get("name")),
            questions=questions,
            weight=self._weight(fields),
            gate=self._get(fields, "gate", Tree.flag, default=False),
            practice=self._get(fields, "practice", Tree.flag, default=False),
            why=self._text(fields["why"]) if "why" in fields else None,
            evidence=self._each(fields.get("evidence"), self._evidence, empty=True),
            metrics=self._each(fields.get("metrics"), Tree.name, empty=True),
            crossref=self._each(fields.get("crossref"), self._crossref, empty=True),
        )

    def _evidence(self, tree: Tree) -> Evidence:
        fields = tree.fields(["kind", "text"])
        kind: Literal["statement", "document", "verified"] = "statement"
        if "kind" in fields:
            kind = fields["kind"].choice(_EVIDENCE)
        return Evidence(kind, self._text(fields.get("text")))

    def _crossref(self, tree: Tree) -> str:
        value = tree.word()
        known = [f"{reference.id}.{construct}" for reference in self.references for construct in reference.constructs]
        if known and value not in known:
            tree.fault(f"{quoted(value)} is not in 'references'", suggestion(value, known))
        return value

    def _question(self, tree: Tree) -> Question:
        fields = tree.fields(["id", "text", "scale"], ["weight", "roles", "anchors"])
        name = fields["scale"].word() if "scale" in fields else ""
        scale = self.scales.get(name)
        if scale is None:
            if name:
                fields["scale"].fault(f"{quoted(name)} is not declared under 'scales'", suggestion(name, list(self.scales)))
            scale = Scale(name, (Option(0.0, {}), Option(1.0, {})))
        known = [role.id for role in self.roles]
        roles = tuple(self._role_id(entry, known) for entry in fields["roles"].list()) if "roles" in fields else tuple(known)
        return Question(
            id=self._id(fields.get("id"), "question"),
            text=self._text(fields.get("text")),
            scale=scale,
            weight=self._weight(fields),
            roles=roles,
            anchors=self._anchors(fields.get("anchors"), scale if name in self.scales else None),
        )

    def _role_id(self, tree: Tree, known: Sequence[str]) -> str:
        value = tree.name()
        if value and value not in known:
            tree.fault(f"{quoted(value)} is not declared under 'roles'", suggestion(value, known))
        return value

    def _anchors(self, tree: Tree | None, scale: Scale | None) -> dict[float, Text]:
        anchors: dict[float, Text] = {}
        if tree is None or tree.null():
            return anchors
        for key, entry in tree.items().items():
            try:
                value = float(key)
            except ValueError:
                options = _some(scale.values) if scale else "numbers"
                entry.fault(f"has the key {quoted(key)}, which is no option value", f"Use {options}.")
                continue
            if scale and value not in scale.values:
                entry.fault(f"is for an option that scale {scale.id} does not have", f"Use {_some(scale.values)}.")
            if value in anchors:
                entry.fault("is for an option that has an anchor already", "Keep one of them.")
            anchors[value] = self._text(entry)
        missing = [value for value in (scale.values if scale else ()) if value not in anchors]
        if missing:
            tree.fault(f"says nothing for {_some(missing)}", "Anchor every option, or leave 'anchors' out.")
        return anchors

    # -- small things --------------------------------------------------------------------------------------------------

    def _text(self, tree: Tree | None) -> Text:
        """One text in every declared language."""
        if tree is None:
            return {}
        fields = tree.fields(self.languages, [language for language in LANGUAGES if language not in self.languages])
        return {language: value.text() for language, value in fields.items()}

    def _id(self, tree: Tree | None, kind: str) -> str:
        if tree is None:
            return ""
        value = tree.name()
        if (kind, value) in self.ids:
            tree.fault(
                f"{quoted(value)} is already the id of the {kind} on line {self.ids[kind, value]}",
                f"Give each {kind} an id of its own.",
            )
        elif value:
            self.ids[kind, value] = tree.line
        return value

    def _weight(self, fields: Mapping[str, Tree]) -> float:
        return fields["weight"].number(low=0) if "weight" in fields else 1.0

    def _geometric(self, scales: Mapping[str, Tree]) -> None:
        for name, entry in scales.items():
            if name in self.scales and self.scales[name].minimum < 0:
                entry.fault("has negative values, of which there is no geometric mean", "Use aggregation arithmetic or minimum.")

    @staticmethod
    def _get(fields: Mapping[str, Tree], key: str, read: Callable[[Tree], _T], default: _T) -> _T:
        return read(fields[key]) if key in fields else default

    @staticmethod
    def _each(tree: Tree | None, read: Callable[[Tree], _T], *, empty: bool = False) -> tuple[_T, ...]:
        if tree is None or (empty and tree.null()):
            return ()
        return tuple(read(entry) for entry in tree.list(empty=empty))


def _some(values: Sequence[float]) -> str:
    """Numbers as a person would list them, the first dozen if they are many."""
    shown = ", ".join(f"{value:g}" for value in values[:12])
    return shown if len(values) <= 12 else f"{shown} … {values[-1]:g}"


def _levels_of_evidence(tree: Tree) -> Mapping[str, float | None]:
    """The highest level that each kind of evidence supports, null for any; what is not given stays as it is."""
    given = tree.fields((), tuple(EVIDENCE_LEVELS))
    found = dict(EVIDENCE_LEVELS)
    for kind, level in given.items():
        found[kind] = None if level.null() else level.number()
    return found
