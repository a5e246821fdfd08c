"""The JSON form is what other programs read: a key renamed, a NaN or a rounded number breaks them."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from scoring_cases import Row, instrument, result

from kamassess.result import SCHEMA, AuditResult, Reason, option_key

BLOCK = {"score", "ci", "index", "level", "blocked_by", "coverage", "bounds", "reason"}
QUESTION = {"mean", "sd", "n", "dk", "na", "unanswered", "rwg", "counts"}
ROWS: list[Row] = [
    ("U", "a", "x", {"q": 4, "p": 2, "s": 1}),
    ("U", "b", "x", {"q": 5, "p": "DK", "s": "NA"}),
    ("U", "c", "y", {"q": 1, "p": None, "s": 3}),
    ("V", "d", "y", {"q": "NA", "p": "NA"}),
]


def case(**kwargs: Any) -> AuditResult:
    tree = {"D": {"C": ["q"], "E": ["p"]}}
    return result(instrument(tree, screens={"S": {"F": ["s"]}}, roles=("x", "y"), **kwargs), ROWS, ["U", "V", "empty"])


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for entry in value.values() for leaf in leaves(entry)]
    if isinstance(value, list):
        return [leaf for entry in value for leaf in leaves(entry)]
    return [value]


def test_the_form_of_the_contract() -> None:
    """Every key that is promised is there, under the id it is promised under."""
    found = case().as_json()
    assert found["schema"] == SCHEMA == "kamassess.result/1"
    assert found["wave"] == "w1"
    assert set(found["instrument"]) == {"id", "version", "sha256"}
    assert set(found["reliability"]) == {"D"}
    assert {"alpha", "alpha_ci", "omega", "icc1", "icc2", "n"} <= set(found["reliability"]["D"])
    assert list(found["units"]) == ["U", "V", "empty"]
    unit = found["units"]["U"]
    assert unit["n_respondents"] == 3
    assert set(unit["dimensions"]) == {"D"}
    assert set(unit["screens"]) == {"S"}
    assert list(unit["criteria"]) == ["C", "E", "F"]
    for block in (unit["overall"], *unit["dimensions"].values(), *unit["screens"].values(), *unit["criteria"].values()):
        assert set(block) >= BLOCK
    assert {"rwg_j", "ad", "n"} <= set(unit["dimensions"]["D"]["agreement"])
    assert {"evidenced", "measured"} <= set(unit["criteria"]["C"])
    assert set(unit["questions"]["q"]) >= QUESTION
    assert unit["questions"]["q"]["counts"] == {"1": 1, "2": 0, "3": 0, "4": 1, "5": 1}


def test_the_text_is_the_object() -> None:
    """Written unit by unit for the sake of memory, it must still be one valid document that says the same."""
    found = case()
    assert json.loads("".join(found.write_json())) == json.loads(json.dumps(found.as_json(), allow_nan=False))


@pytest.mark.parametrize(
    "policy",
    [
        {},
        {"aggregation": "geometric"},
        {"aggregation": "minimum"},
        {"unanswered": "minimum", "min_coverage": 0},
        {"options": (-1, 1)},
    ],
)
def test_nan_never_gets_out(policy: dict[str, Any]) -> None:
    """Not applicable, unanswered, single raters and undefined means are None; JSON has no NaN."""
    if "options" in policy:
        tree = {"D": {"C": ["q"], "E": ["p"]}}
        rows: list[Row] = [("U", "a", "all", {"q": -1, "p": 1}), ("U", "b", "all", {"q": 1, "p": "NA"})]
        found = result(instrument(tree, **policy, levels=(0,), aggregation="geometric"), rows)
    else:
        found = case(**policy)
    values = leaves(found.as_json())
    assert any(value is None for value in values)
    assert all(math.isfinite(value) for value in values if isinstance(value, float))
    json.loads("".join(found.write_json()), parse_constant=pytest.fail)


def test_a_missing_number_always_has_a_reason() -> None:
    """A reader who finds no score must find out why."""
    for unit in case().units.values():
        for block in (unit.overall, *unit.dimensions.values(), *unit.screens.values(), *unit.criteria.values()):
            assert (block.score is not None) or block.reason in set(Reason) - {Reason.TOO_FEW_RESPONDENTS}
            assert (block.ci is None) == (block.ci_reason is not None)
        for question in unit.questions.values():
            assert (question.score is None) == (question.reason is not None)


def test_numbers_keep_full_precision() -> None:
    """Rounding is the business of whoever displays a number."""
    found = result(instrument({"D": {"C": ["q"]}}), [("U", f"r{i}", "all", {"q": v}) for i, v in enumerate((1, 1, 2))])
    assert json.loads("".join(found.write_json()))["units"]["U"]["overall"]["score"] == 4 / 3


def test_reasons_and_ids_are_plain_text() -> None:
    """An enumeration must not leak its Python name."""
    text = "".join(case().write_json())
    assert '"reason": "all_not_applicable"' in text
    assert "Reason." not in text


def test_equal_inputs_give_equal_results() -> None:
    """Results can be compared whole, and the same answers give the same bytes."""
    first, second = case(), case()
    assert first.units == second.units
    assert "".join(first.write_json()) == "".join(second.write_json())
    assert first.units != case(min_coverage=1).units


def test_units_are_a_mapping() -> None:
    """Unknown ids are a KeyError, order is that of the engagement."""
    units = case().units
    assert (len(units), list(units), "V" in units, "W" in units) == (3, ["U", "V", "empty"], True, False)
    with pytest.raises(KeyError):
        units["W"]


@pytest.mark.parametrize(
    ("value", "key"), [(1.0, "1"), (0.5, "0.5"), (-2.0, "-2"), (1234567.0, "1234567.0"), (0.1234567, "0.1234567")]
)
def test_option_keys_are_short_and_exact(value: float, key: str) -> None:
    """Two options must never share a key."""
    assert option_key(value) == key
    assert float(option_key(value)) == value
