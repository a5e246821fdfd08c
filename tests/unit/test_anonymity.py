"""Who said what must not be shown, nor be computable from what is shown."""

from __future__ import annotations

import numpy as np
import pytest
from scoring_cases import Row, instrument, result

from kamassess.result import Reason, UnitResult
from kamassess.scoring.anonymity import named_roles, shown_roles

ROLES = ("executive", "kam", "sales")


def unit(sizes: dict[str, int], **kwargs: object) -> UnitResult:
    case = instrument({"D": {"C": ["q"]}}, roles=tuple(sizes))
    rows: list[Row] = [("U", f"{role}{n}", role, {"q": 1 + n % 5}) for role, size in sizes.items() for n in range(size)]
    return result(case, rows, **kwargs).units["U"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"a": 3, "b": 3}, {"a", "b"}),
        ({"a": 2, "b": 3}, set()),
        ({"a": 2, "b": 9, "c": 4}, {"b"}),
        ({"a": 2, "b": 1, "c": 4, "d": 5}, {"c", "d"}),
        ({"a": 1}, set()),
        ({"a": 1, "b": 4, "c": 4}, {"c"}),
        ({}, set()),
    ],
)
def test_no_role_is_named_by_its_absence_beside_comments(sizes: dict[str, int], shown: set[str]) -> None:
    """With all roles but one named, a comment without a role is from that one."""
    assert named_roles(sizes) == shown


def test_roles_below_three_are_withheld() -> None:
    """Two people's mean says what each said to the other."""
    assert shown_roles({"a": 2, "b": 3, "c": 9}) == {"b", "c"}


def test_withheld_figures_are_none_with_a_reason_and_the_number_stays() -> None:
    """How many took part is no secret; what two of them said is."""
    found = unit({"executive": 2, "kam": 4, "sales": 6}).roles
    assert list(found) == ["executive", "kam", "sales"]
    assert [view.n for view in found.values()] == [2, 4, 6]
    assert [view.reason for view in found.values()] == [Reason.WITHHELD, None, None]
    assert found["executive"].criteria == {"C": None}
    assert found["kam"].dimensions == {"D": None}
    assert found["sales"].criteria["C"] == pytest.approx((1 + 2 + 3 + 4 + 5 + 1) / 6)


def partly(answers: dict[str, int], asked: dict[str, int], extra: int = 1) -> UnitResult:
    """Roles of whom only some answered question ``q`` of criterion C; all answered criterion E (and more, if asked)."""
    tree = {"D": {"C": ["q"]} | {f"E{number}": [f"e{number}"] for number in range(extra)}}
    case = instrument(tree, roles=tuple(asked), min_coverage=0)
    rows: list[Row] = [
        ("U", f"{role}{n}", role, {"q": 1 + n if n < answers[role] else "DK"} | {f"e{i}": 3 for i in range(extra)})
        for role, size in asked.items()
        for n in range(size)
    ]
    return result(case, rows).units["U"]


def test_a_figure_of_a_large_role_is_withheld_where_few_of_it_answered() -> None:
    """Six executives, one of whom knew: that figure is one person's answer. The next smallest goes with it."""
    found = partly({"executive": 1, "kam": 3, "sales": 5}, {"executive": 6, "kam": 5, "sales": 5}).roles
    assert (found["executive"].criteria["C"], found["kam"].criteria["C"]) == (None, None)
    assert found["sales"].criteria["C"] == 3.0
    assert {view.criteria["E0"] for view in found.values()} == {3.0}
    assert {view.reason for view in found.values()} == {None}


def test_not_asked_not_answered_and_withheld_are_told_apart() -> None:
    """A role that was never asked would be told of as one that hides something; and the reverse would hide that it was asked."""
    roles = ("executive", "kam", "sales")
    case = instrument({"D": {"C": ["c"], "E": ["e"]}}, roles=roles, asked={"c": ["kam"]}, min_coverage=0)
    sizes = {"executive": 2, "kam": 4, "sales": 3}
    rows: list[Row] = [
        ("U", f"{role}{n}", role, {"e": "DK" if role == "sales" else 3} | ({"c": 3 if n else "DK"} if role == "kam" else {}))
        for role, size in sizes.items()
        for n in range(size)
    ]
    found = result(case, rows).units["U"].roles
    assert found["kam"].reasons["E"] == found["executive"].reasons["E"] == Reason.WITHHELD, (
        "two executives, and who goes with them"
    )
    assert found["sales"].reasons["E"] == Reason.NO_ANSWERS
    assert found["executive"].reasons["C"] == found["sales"].reasons["C"] == Reason.NOT_ASKED
    assert found["kam"].criteria["C"] == 3.0
    assert "C" not in found["kam"].reasons


def test_a_dimension_is_withheld_where_a_single_criterion_of_it_is() -> None:
    """The dimension less its shown criteria would be the hidden one; with two hidden it is only their sum."""
    one = partly({"executive": 1, "kam": 3, "sales": 5}, {"executive": 6, "kam": 5, "sales": 5}, extra=3).roles
    assert (one["executive"].dimensions["D"], one["kam"].dimensions["D"]) == (None, None)
    assert one["sales"].dimensions["D"] == 3.0


def test_a_dimension_with_two_hidden_criteria_stays_where_they_cannot_be_solved_for() -> None:
    """Hiding more than needed costs the reader: b's two hidden criteria could be any two numbers of that sum."""
    answered = {"A": {"a": 1, "b": 3, "c": 5}, "B": {"a": 5, "b": 3, "c": 2}, "E": {"a": 5, "b": 5, "c": 5}}
    case = instrument({"D": {name: [f"q{name}"] for name in answered}}, roles=("a", "b", "c"), min_coverage=0)
    rows: list[Row] = [
        ("U", f"{role}{n}", role, {f"q{name}": 3 if n < count[role] else "DK" for name, count in answered.items()})
        for role in "abc"
        for n in range(5)
    ]
    found = result(case, rows).units["U"].roles
    hidden = {(role, name) for role, view in found.items() for name, value in view.criteria.items() if value is None}
    assert hidden == {("a", "A"), ("b", "A"), ("b", "B"), ("c", "B")}
    assert [found[role].dimensions["D"] for role in "abc"] == [None, 3.0, None]


def test_a_role_that_nobody_asked_needs_no_cover() -> None:
    """A role without a figure in a block hides nothing there, so no other has to be hidden with it."""
    case = instrument({"D": {"C": ["q"], "E": ["e"]}}, roles=("a", "b", "c"), asked={"q": ["a", "b"], "e": ["a", "b", "c"]})
    rows: list[Row] = [("U", f"{role}{n}", role, {"q": 3, "e": 3}) for role in "abc" for n in range(3)]
    found = result(case, rows).units["U"].roles
    assert [found[role].criteria["C"] for role in "abc"] == [3.0, 3.0, None]
    assert [found[role].criteria["E"] for role in "abc"] == [3.0, 3.0, 3.0]


@pytest.mark.parametrize("policy", ["by_role", "equal"])
@pytest.mark.parametrize("seed", range(30))
def test_no_small_groups_figure_can_be_computed_from_what_is_shown(policy: str, seed: int) -> None:
    """An attacker who knows weights and numbers, and solves for the hidden means, finds none that under three people made."""
    rng = np.random.default_rng(seed)
    names = [f"q{number}" for number in range(5)]
    tree = {"D": {"A": names[:1], "B": names[1:2], "C": names[2:3]}, "E": {"F": names[3:4], "G": names[4:]}}
    case = instrument(tree, roles=ROLES, respondents=policy, min_coverage=0)
    sizes = dict(zip(ROLES, rng.integers(1, 7, 3).tolist(), strict=True))
    rows: list[Row] = [
        ("U", f"{role}{n}", role, {name: int(rng.integers(1, 6)) if rng.random() < 0.7 else "DK" for name in names})
        for role, size in sizes.items()
        for n in range(size)
    ]
    found = result(case, rows).units["U"]
    criteria = ["A", "B", "C", "F", "G"]
    count = {
        (role, criterion): sum(1 for _, _, own, answers in rows if own == role and answers[name] != "DK")
        for role in ROLES
        for criterion, name in zip(criteria, names, strict=True)
    }
    unknown = [key for key, n in count.items() if n > 0]
    equations = []
    for criterion in criteria:
        part = [(key, 1.0 if policy == "by_role" else float(count[key])) for key in unknown if key[1] == criterion]
        if part:
            equations.append(dict(part))
    for role, view in found.roles.items():
        equations += [{(role, criterion): 1.0} for criterion, value in view.criteria.items() if value is not None]
        for dimension, value in view.dimensions.items():
            if value is not None:
                equations.append({key: 1.0 for key in unknown if key[0] == role and key[1] in tree[dimension]})
    matrix = np.array([[equation.get(key, 0.0) for key in unknown] for equation in equations])
    rank = np.linalg.matrix_rank(matrix)
    for position, key in enumerate(unknown):
        if count[key] < 3 and sum(1 for other in unknown if other[1] == key[1]) > 1:
            aim = np.eye(len(unknown))[position]
            assert np.linalg.matrix_rank(np.vstack([matrix, aim])) > rank, f"{key} of {count[key]} can be computed"


def test_comments_name_a_role_only_where_none_is_named_by_its_absence() -> None:
    """Words without a role, where all others have one, are words with a name."""
    case = instrument({"D": {"C": ["q", "p"]}}, roles=("executive", "sales", "kam"))
    rows: list[Row] = [("U", f"{role}{n}", role, {"q": 3, "p": 3}) for role in ("sales", "kam") for n in range(4)]
    rows += [("U", f"executive{n}", "executive", {"q": 2, "p": 3}) for n in range(2)]
    comments = {("executive0", "q"): "z", ("kam1", "q"): "b", ("sales3", "p"): "c", ("sales1", "q"): "a"}
    found = result(case, rows, comments=comments).units["U"]
    assert [(comment.question, comment.text, comment.role) for comment in found.comments] == [
        ("q", "a", "sales"),
        ("q", "b", None),
        ("q", "z", None),
        ("p", "c", "sales"),
    ]


def test_comments_stay_with_their_unit() -> None:
    """What was said in one unit must not be printed in the report of another."""
    case = instrument({"D": {"C": ["q"]}})
    rows: list[Row] = [(name, f"{name}{n}", "all", {"q": 3}) for name in "UV" for n in range(3)]
    found = result(case, rows, comments={("U1", "q"): "ours"})
    assert [comment.text for comment in found.units["U"].comments] == ["ours"]
    assert found.units["V"].comments == ()
