"""What judges say together, in words and numbers, and the instrument with their weights: nothing else in it may change."""

from __future__ import annotations

import dataclasses
import difflib
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from kamassess.errors import InputError, OutputError, UsageError
from kamassess.instrument import Dimension, Instrument
from kamassess.reading.instrument import load_instrument
from kamassess.reading.pairwise import PairwiseTable, chosen_items, parse_judgement, read_pairwise
from kamassess.resources import instruments
from kamassess.weights import Elicited, elicit, remark, template, verdict, write_instrument, write_template

NAN = math.nan


def judged(instrument: Instrument, upper: str, judge: str = "anna", of: str | None = None) -> PairwiseTable:
    """A judge's table from its upper triangle: rows parted by |, · for a comparison not made."""
    items = chosen_items(instrument, of)
    matrix = np.eye(len(items.ids))
    for i, row in enumerate(upper.split("|")):
        for j, cell in enumerate(row.split(), i + 1):
            value = parse_judgement(cell) or NAN
            matrix[i, j], matrix[j, i] = value, 1 / value
    return PairwiseTable(judge, items, matrix)


SOUND = "3 2 5 1 2 | 1/2 2 1/3 1/2 | 3 1/2 1 | 1/5 1/3 | 2"
LIKE = "2 2 4 1 1 | 1 2 1/3 1/2 | 2 1/2 1 | 1/4 1/3 | 2"
WILD = "7 1/5 9 1/3 1 | 5 1/7 3 5 | 7 1/5 3 | 2 1/5 | 7"


@pytest.fixture
def kam() -> Instrument:
    return load_instrument("kam")


# -- numbers -----------------------------------------------------------------------------------------------------------------


def test_weights_have_mean_one_and_shares_sum_to_one(kam: Instrument) -> None:
    found = elicit([judged(kam, SOUND)])
    assert sum(found.shares.values()) == pytest.approx(1)
    assert list(found.weights) == ["STR", "ORG", "MGR", "INF", "RET", "AUT"]
    assert found.weights["STR"] == round(6 * found.shares["STR"], 4) == pytest.approx(1.6766, abs=1e-9)
    assert sum(found.weights.values()) == pytest.approx(6, abs=6e-4)
    assert found.combined.result.cr == pytest.approx(0.0031, abs=5e-5)


def test_judges_are_shown_one_by_one_and_how_far_they_differ(kam: Instrument) -> None:
    one, other = judged(kam, SOUND), judged(kam, LIKE, "chen")
    found = elicit([one, other])
    alone = [elicit([table]).shares["ORG"] for table in (one, other)]
    assert [judge.judge for judge in found.judges] == ["anna", "chen"]
    assert found.ranges["ORG"] == pytest.approx((min(alone), max(alone)))
    assert min(alone) < found.shares["ORG"] < max(alone)
    assert elicit([one]).ranges == {}


def test_the_named_table_of_random_indices_is_used(kam: Instrument) -> None:
    by_saaty, by_others = (elicit([judged(kam, WILD)], name).combined.result for name in ("saaty", "alonso_lamata"))
    assert by_saaty.cr is not None
    assert by_others.cr == pytest.approx(by_saaty.cr * 1.24 / 1.2479)


def test_judges_may_fill_each_others_gaps(kam: Instrument) -> None:
    first = judged(kam, "3 2 5 · · | · · · · | · · · | · · | ·")
    second = judged(kam, "· · · 1 · | · · · · | · · · | · · | 2", "chen")
    found = elicit([first, second])
    assert [judge.made for judge in found.judges] == [3, 2]
    assert [judge.pairs for judge in found.judges] == [15, 15]
    assert [judge.result.weights for judge in found.judges] == [None, None]
    assert found.shares["STR"] / found.shares["INF"] == pytest.approx(5)
    assert found.shares["RET"] / found.shares["AUT"] == pytest.approx(2)
    assert len(found.uncompared) == 10
    assert ("ORG", "MGR") in found.uncompared
    assert found.ranges == {}


def test_items_that_nobody_links_are_named_with_the_pairs_that_would(kam: Instrument) -> None:
    with pytest.raises(InputError) as caught:
        elicit([judged(kam, "3 2 5 1 · | 1 2 2 · | 2 2 · | 2 · | ·")])
    assert str(caught.value) == (
        "there are no weights, since no comparison links these groups: STR, ORG, MGR, INF, RET | AUT. Have pairs across the "
        "groups compared. Missing are STR–AUT, ORG–AUT, MGR–AUT, INF–AUT, RET–AUT."
    )
    with pytest.raises(InputError, match=r"STR \| ORG \| MGR \| INF \| RET \| AUT.*STR–ORG.* and 3 more"):
        elicit([judged(kam, "· · · · · | · · · · | · · · | · · | ·")])


# -- words -------------------------------------------------------------------------------------------------------------------


def test_the_comparison_to_ask_about_again_is_said_in_words(kam: Instrument) -> None:
    # Weights 8 4 2 1 of STR ORG MGR INF, RET and AUT like STR; only INF against ORG is judged 5 instead of 1/4.
    found = elicit([judged(kam, "2 4 8 1 1 | 2 1/5 1/2 1/2 | 2 1/4 1/4 | 1/8 1/8 | 1")])
    assert remark(found.judges[0], found.items.ids) == (
        "INF against ORG was judged 5; the other answers imply about 1/4: ask again"
    )
    assert verdict(found)[1] == (
        "Too inconsistent to use (CR at most 0.10 is accepted): INF against ORG was judged 5 on average; the other answers "
        "imply about 1/4: ask again."
    )


def test_of_three_items_no_single_comparison_can_be_blamed(
    instrument: dict[str, Any], make_engagement: Callable[..., Path]
) -> None:
    instrument["dimensions"].append({"id": "C", "name": {"en": "C", "zh": "丙"}, "criteria": [_criterion("C-1")]})
    three = load_instrument(make_engagement() / "instrument.yaml")
    found = elicit([judged(three, "9 1/9 | 9")])
    assert remark(found.judges[0], found.items.ids) == "the comparisons of A, B, C contradict each other: ask all three again"


def test_a_sound_judge_needs_no_remark(kam: Instrument) -> None:
    found = elicit([judged(kam, SOUND)])
    assert remark(found.judges[0], found.items.ids) == ""
    assert verdict(found) == [
        "Together: λmax 6.0194, CI 0.0039, CR 0.003 (random index: saaty).",
        "Consistent enough to use (CR at most 0.10 is accepted).",
    ]


def test_what_cannot_be_judged_is_said(kam: Instrument) -> None:
    gaps = elicit(
        [judged(kam, "3 2 5 1 2 | 1/2 2 1/3 1/2 | 3 1/2 1 | 1/5 1/3 | ·"), judged(kam, "· · · · 2 | · · · · | · · · | · · | ·")]
    )
    assert remark(gaps.judges[0], gaps.items.ids) == "not all pairs compared, so there is no CR"
    assert remark(gaps.judges[1], gaps.items.ids) == "these comparisons alone give no weights"
    assert verdict(gaps)[0].endswith("; no CR, since nobody compared RET–AUT.")
    assert "nothing can be said of their consistency" in verdict(gaps)[1]
    many = elicit([judged(kam, " | ".join(" ".join(["1"] * count) for count in range(15, 0, -1)), of="RET")])
    assert remark(many.judges[0], many.items.ids) == "too many items for a CR"
    assert verdict(many) == ["Together: λmax 16.0000, CI 0.0000; no CR, since the table of random indices ends at 15 items."]


# -- the copy ----------------------------------------------------------------------------------------------------------------


def _criterion(name: str) -> dict[str, Any]:
    question = {"id": f"{name}-Q1", "text": {"en": name, "zh": "问"}, "scale": "four"}
    return {"id": name, "name": {"en": name, "zh": "丙"}, "questions": [question]}


def _plain(instrument: Instrument, weights: dict[str, float]) -> Instrument:
    """What an instrument should be with other weights; id and hash, which must differ, set aside."""

    def other(block: Dimension) -> Dimension:
        criteria = tuple(dataclasses.replace(one, weight=weights.get(one.id, one.weight)) for one in block.criteria)
        return dataclasses.replace(block, weight=weights.get(block.id, block.weight), criteria=criteria)

    return dataclasses.replace(
        instrument,
        id="",
        sha256="",
        dimensions=tuple(map(other, instrument.dimensions)),
        screens=tuple(map(other, instrument.screens)),
    )


def _changed(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(True), after.splitlines(True)) if line[0] in "+-"]


@pytest.mark.parametrize("of", [None, "STR", "FIT"])
def test_only_the_weights_and_the_id_of_the_built_in_instrument_change(kam: Instrument, tmp_path: Path, of: str | None) -> None:
    # If this fails, comments are lost, texts are wrapped, and the next diff of the file is unreadable.
    out = tmp_path / "own.yaml"
    found = elicit([judged(kam, SOUND, of=of)])
    assert write_instrument("kam", kam, found, out) == "kam-weighted"
    changed = _changed((instruments() / "kam.yaml").read_text(encoding="utf-8"), out.read_text(encoding="utf-8"))
    assert [re.sub(r"[\d.]+$", "#", line.rstrip()[2:].strip()) for line in changed if line[0] == "+"] == [
        'id: "kam-weighted"',
        *["weight: #"] * 6,
    ]
    assert len(changed) == 14
    assert _plain(load_instrument(out), {}) == _plain(kam, dict(found.weights))
    assert load_instrument(out).id == "kam-weighted"


LAYOUTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "block": lambda data: yaml.safe_dump(data, allow_unicode=True, sort_keys=False),
    "sorted": lambda data: yaml.safe_dump(data, allow_unicode=True, sort_keys=True, width=30),
    "flow": lambda data: yaml.safe_dump(data, allow_unicode=True, sort_keys=False, default_flow_style=True),
    "quoted": lambda data: re.sub(r"\bid: (\S+)", r"'id': '\1'", LAYOUTS["block"](data)),
    "json": lambda data: json.dumps(data, ensure_ascii=False, indent=2),
    "json in a line": lambda data: json.dumps(data, ensure_ascii=False),
    "windows": lambda data: "\ufeff" + LAYOUTS["block"](data).replace("\n", "\r\n"),
    "old mac": lambda data: LAYOUTS["block"](data).replace("\n", "\r"),
    "no line at the end": lambda data: LAYOUTS["sorted"](data).rstrip(),
    "comments": lambda data: re.sub(r"(id: .*)", r"\1   # 业务 😀", LAYOUTS["block"](data)),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("of", [None, "A"])
@pytest.mark.parametrize("weighted", [True, False])
def test_any_layout_is_kept(instrument: dict[str, Any], tmp_path: Path, layout: str, of: str | None, weighted: bool) -> None:
    # If this fails, a weight lands in the wrong item, or a file of another hand is laid out anew.
    instrument["title"]["zh"] = "小问卷 😀 𠀀"
    if weighted:
        instrument["dimensions"][0]["weight"], instrument["dimensions"][1]["weight"] = 0, 2.5
        instrument["dimensions"][0]["criteria"][1]["weight"] = 1
    source, out = tmp_path / "tiny.yaml", tmp_path / "out" / "own.yml"
    text = LAYOUTS[layout](instrument)
    source.write_bytes(text.encode())
    tiny = load_instrument(source)
    found = elicit([judged(tiny, "3", of=of)])
    write_instrument(str(source), tiny, found, out, "mine")
    written = out.read_bytes().decode()
    assert _plain(load_instrument(out), {}) == _plain(tiny, dict(found.weights))
    assert load_instrument(out).id == "mine"
    assert list(found.weights.values()) == [1.5, 0.5]
    bare = [re.sub(r"\s|,? *['\"]?weight['\"]?: [\d.]+", "", one) for one in (text, written)]
    assert re.sub(r"(['\"])mine\1", "tiny", bare[1]) == re.sub(r"(['\"])tiny\1", "tiny", bare[0])
    assert written.count("\r") - text.count("\r") == (written.count("weight") - text.count("weight")) * ("\r" in text)
    if layout.startswith("json"):
        assert json.loads(written)["id"] == "mine"


def test_weights_of_zero_are_replaced(instrument: dict[str, Any], make_engagement: Callable[..., Path], tmp_path: Path) -> None:
    instrument["dimensions"][0]["weight"] = 0
    source = make_engagement() / "instrument.yaml"
    tiny = load_instrument(source)
    write_instrument(str(source), tiny, elicit([judged(tiny, "1")]), tmp_path / "own.yaml")
    assert [dimension.weight for dimension in load_instrument(tmp_path / "own.yaml").dimensions] == [1.0, 1.0]


def test_a_single_item_gets_weight_one(instrument: dict[str, Any], make_engagement: Callable[..., Path], tmp_path: Path) -> None:
    instrument["dimensions"][1]["criteria"][0]["weight"] = 7
    source = make_engagement() / "instrument.yaml"
    tiny = load_instrument(source)
    found = elicit([judged(tiny, "", of="B")])
    assert verdict(found)[1].startswith("Consistent enough")
    write_instrument(str(source), tiny, found, tmp_path / "own.yaml")
    assert load_instrument(tmp_path / "own.yaml").dimensions[1].criteria[0].weight == 1


def test_weights_can_be_written_one_set_after_the_other(kam: Instrument, tmp_path: Path) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    write_instrument("kam", kam, elicit([judged(kam, SOUND)]), first)
    once = load_instrument(first)
    assert write_instrument(str(first), once, elicit([judged(once, LIKE, of="STR")]), second) == "kam-weighted"
    twice = load_instrument(second)
    assert [one.weight for one in twice.dimensions] == [one.weight for one in once.dimensions]
    assert [one.weight for one in twice.dimensions[0].criteria] != [1.0] * 6


# -- refusals ----------------------------------------------------------------------------------------------------------------


def _inconsistent(kam: Instrument) -> Elicited:
    return elicit([judged(kam, SOUND), judged(kam, WILD, "berg"), judged(kam, WILD, "diaz")])


def test_inconsistent_weights_are_not_written(kam: Instrument, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_instrument("kam", kam, _inconsistent(kam), tmp_path / "own.yaml")
    lines = [str(fault) for fault in caught.value.faults]
    assert re.fullmatch(
        r"nothing is written: CR 0\.\d{3} is above 0\.10; \w{3} against \w{3} was judged [\d./]+ on average; the other answers "
        r"imply about [\d./]+: ask again\. To use the weights all the same, add --accept-inconsistent\.",
        lines[0],
    )
    assert [line.split(";")[0] for line in lines[1:]] == ["judge berg: CR 1.137", "judge diaz: CR 1.137"]
    assert "INF against ORG was judged 7; the other answers imply about 1/4: ask again" in lines[1]
    assert list(tmp_path.iterdir()) == []


def test_inconsistent_weights_are_written_if_accepted(kam: Instrument, tmp_path: Path) -> None:
    found = _inconsistent(kam)
    write_instrument("kam", kam, found, tmp_path / "own.yaml", accept=True)
    assert {one.id: one.weight for one in load_instrument(tmp_path / "own.yaml").dimensions} == found.weights


def test_incomplete_weights_are_written(kam: Instrument, tmp_path: Path) -> None:
    found = elicit([judged(kam, "3 2 5 1 2 | · · · · | · · · | · · | ·")])
    write_instrument("kam", kam, found, tmp_path / "own.yaml")
    assert load_instrument(tmp_path / "own.yaml").dimensions[0].weight == found.weights["STR"]


def test_the_source_is_not_written_over(kam: Instrument, tmp_path: Path) -> None:
    # If this fails, the built-in instrument of an installation, or a client's own, is lost.
    own = tmp_path / "own.yaml"
    own.write_bytes((instruments() / "kam.yaml").read_bytes())
    found = elicit([judged(kam, SOUND)])
    for name, out in (("kam", instruments() / "kam.yaml"), (str(own), tmp_path / "." / "own.yaml")):
        with pytest.raises(UsageError, match="is the instrument itself"):
            write_instrument(name, kam, found, out)
    assert own.read_bytes() == (instruments() / "kam.yaml").read_bytes()


@pytest.mark.parametrize(
    ("out", "new_id", "messages"),
    [
        ("own.csv", None, ["'own.csv' is no name of an instrument file. Let it end in .yaml."]),
        ("own.yaml", "kam", ["'kam' is the id of a built-in instrument. Give the copy an id of its own with --id."]),
        ("own", "a b", ["'own' is no name of an instrument file", "'a b' is not a valid id"]),
    ],
)
def test_names_that_cannot_be_are_refused_together(
    kam: Instrument, tmp_path: Path, out: str, new_id: str | None, messages: list[str]
) -> None:
    with pytest.raises(UsageError) as caught:
        write_instrument("kam", kam, elicit([judged(kam, SOUND)]), tmp_path / out, new_id)
    assert len(caught.value.faults) == len(messages)
    assert all(str(fault).startswith(message) for fault, message in zip(caught.value.faults, messages, strict=True))
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(kam: Instrument, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").mkdir()
    with pytest.raises(OutputError, match=r"cannot write '.*own\.yaml'"):
        write_instrument("kam", kam, elicit([judged(kam, SOUND)]), tmp_path / "own.yaml")


# -- the template ------------------------------------------------------------------------------------------------------------


def test_the_template_has_the_ids_and_nothing_else(kam: Instrument) -> None:
    lines = template(chosen_items(kam, None)).splitlines()
    assert lines == [
        ",STR,ORG,MGR,INF,RET,AUT",
        "STR,1,,,,,",
        "ORG,,1,,,,",
        "MGR,,,1,,,",
        "INF,,,,1,,",
        "RET,,,,,1,",
        "AUT,,,,,,1",
    ]


def test_a_filled_template_is_read(kam: Instrument, tmp_path: Path) -> None:
    path = tmp_path / "judges" / "anna.csv"
    write_template(chosen_items(kam, "ORG"), path)
    path.write_text(path.read_text(encoding="utf-8").replace("ORG-1,1,,", "ORG-1,1,4,"), encoding="utf-8")
    (table,) = read_pairwise([path], kam)
    assert (table.items.of, table.matrix[0, 1]) == ("ORG", 4)


def test_a_table_that_a_judge_filled_is_not_written_over(kam: Instrument, tmp_path: Path) -> None:
    (tmp_path / "anna.csv").write_text("filled")
    with pytest.raises(UsageError, match=r"'anna\.csv' is there already"):
        write_template(chosen_items(kam, None), tmp_path / "anna.csv")
    assert (tmp_path / "anna.csv").read_text() == "filled"
    with pytest.raises(UsageError, match=r"'anna\.xlsx' is no name of a CSV file"):
        write_template(chosen_items(kam, None), tmp_path / "anna.xlsx")


@pytest.mark.checkout
def test_the_example_of_the_documentation_is_a_table(kam: Instrument, tmp_path: Path) -> None:
    # If this fails, who copies it from docs/weights.md is told that it is wrong.
    page = (Path(__file__).parents[2] / "docs" / "weights.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```\n(,STR.*?)^```", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "anna.csv").write_text(example, encoding="utf-8")
    found = elicit(read_pairwise([tmp_path / "anna.csv"], kam))
    assert (found.judges[0].made, found.combined.inconsistent, found.weights["MGR"]) == (15, False, 0.9074)
