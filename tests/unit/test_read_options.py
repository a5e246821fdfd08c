"""The table of options as it is read: both languages in a cell, and lines that cannot be."""

from __future__ import annotations

import pytest
from option_cases import read

from kamassess.metrics.options import weigh_options

HEAD = "case,option,criterion,value,weight\n"


def test_two_languages_stand_in_one_cell() -> None:
    # If this fails, a Chinese report names options in English, or two options are one.
    text = "案例,方案,准则,数值,依据\nA | 甲,Cut | 降价,成本,5,quote | 报价\nA,全部,年贡献,100,\nA,Cut,见效快,4,\n"
    data, left_out, odd = read(text)
    assert (left_out, odd) == ([], [])
    (found,) = weigh_options(data).values()
    assert (found.id, dict(found.name)) == ("A", {"en": "A", "zh": "甲"})
    assert dict(found.options["Cut"].name) == {"en": "Cut", "zh": "降价"}
    assert dict(found.options["Cut"].values) == {"cost": 5.0, "contribution": 100.0, "见效快": 4.0}
    assert dict(found.inputs[0].note) == {"en": "quote", "zh": "报价"}


WRONG = {
    "A,x,retention,1.2,": ("retention is 1.2", "between 0 and 1, or be a percentage", "D"),
    "A,x,risk,-0.1,": ("risk is -0.1", "between 0 and 1", "D"),
    "A,x,成本,-5,": ("cost is -5", "0 or more", "D"),
    "A,x,retension,0.9,": ("retension is 0.9", "Did you mean retention?", "D"),
    "A,x,trust,7,": ("trust is 7", "score from 1 to 5", "D"),
    "A,x,discount,0.1,": ("discount is given for one option", "write 'all'", "B"),
    "A,x,years,0,": ("years", "", "B"),
    "A,y,Cost,4,": ("stands in row 2 already", "Keep one line", ""),
}


@pytest.mark.parametrize("line", WRONG)
def test_a_line_that_cannot_be_is_left_out_with_its_place(line: str) -> None:
    # If this fails, a probability of 120 % is reckoned with, or its line cannot be found in the file.
    data, left_out, _ = read(f"{HEAD}A,y,cost,3,\n{line}\n")
    (fault,) = left_out
    message, remedy, column = WRONG[line]
    assert message in str(fault)
    assert remedy in str(fault)
    assert "left out" in str(fault)
    assert "options.csv" in str(fault)
    assert "3" in str(fault)
    assert not column or f"column {column}" in str(fault)
    assert len(data["options"]) == 1


def test_percentages_are_read_as_parts_of_one() -> None:
    # If this fails, 90 % is refused as beyond 1.
    data, left_out, _ = read(f"{HEAD}A,x,retention,90%,\nA,x,risk,0,\n")
    assert left_out == []
    assert data["options"]["value"].tolist() == [0.9, 0.0]


def test_weights_that_differ_are_said_and_the_first_holds() -> None:
    # If this fails, the weight depends on which line somebody edited last, and nobody is told.
    data, left_out, odd = read(f"{HEAD}A,x,trust,1,2\nA,y,trust,5,3\nA,z,trust,4,\nB,x,trust,4,9\nA,x,speed,3,2\nA,y,speed,4,\n")
    assert left_out == []
    (fault,) = odd
    assert "weight of 3, and row 2 one of 2" in str(fault)
    found = weigh_options(data)["A"]
    assert [criterion.weight for criterion in found.criteria] == [0.5, 0.5]
