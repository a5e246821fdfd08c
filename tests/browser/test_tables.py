"""Tables sort: by a click or a key, by value and not by what the text looks like, and what has no value stays last."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from shared_demo import Demo

pytestmark = pytest.mark.browser

_COLUMN = """([table, column]) => [...document.querySelectorAll("table.sortable")[table].tBodies[0].rows].map(row => {
    const cell = row.cells[column];
    return [row.cells[0].textContent.trim(), cell.dataset.sort ?? null, cell.textContent.trim(), cell.className]; })"""


def _value(cell: list[str | None]) -> float | None:
    """What a number cell is sorted by, or None for one without a value."""
    _, order, text, _ = cell
    if order is not None:
        return float(order)
    found = re.match(r"[^0-9-]?\s*(-?[0-9.]+)", (text or "").replace(",", "").replace("\u2212", "-"))
    return float(found[1]) if found else None


@pytest.mark.slow
@pytest.mark.parametrize("name", ["EX.en", "SC.en", "SC.zh"])
def test_every_column_of_numbers_sorts_by_value(demo: Demo, visit: Callable, name: str) -> None:
    # If this fails, "10" stands before "9", or a dash before everything, and a reader finds the wrong weakest criterion.
    seen = visit(demo.report(name))
    sizes = seen.run(
        "() => [...document.querySelectorAll('table.sortable')].map(t => [t.tBodies[0].rows.length, "
        "[...t.tHead.rows[0].cells].map(th => th.matches('.n, .h'))])"
    )
    sorted_columns = 0
    for table, (rows, numbers) in enumerate(sizes):
        for column, number in enumerate(numbers):
            if not number or rows < 2:
                continue
            before = sorted(cell[0] for cell in seen.run(_COLUMN, [table, column]))
            for falling in (True, False):
                seen.run(
                    "([t, c]) => document.querySelectorAll('table.sortable')[t].tHead.rows[0].cells[c]"
                    ".querySelector('button').click()",
                    [table, column],
                )
                cells = seen.run(_COLUMN, [table, column])
                assert sorted(cell[0] for cell in cells) == before, "a row was lost"
                values = [_value(cell) for cell in cells]
                known = [value for value in values if value is not None]
                assert values == known + [None] * (len(values) - len(known)), "what has no value stands last"
                assert known == sorted(known, reverse=falling)
            sorted_columns += 1
    assert sorted_columns > 30


def test_sorting_is_heard_and_done_with_a_key(demo: Demo, visit: Callable) -> None:
    # If this fails, who uses no mouse cannot sort, and who sees no arrow is not told.
    page = visit(demo.report("NC.en")).page
    heading = page.locator("#STR-criteria thead th").nth(1)
    button = heading.locator("button")
    button.focus()
    assert heading.get_attribute("aria-sort") is None
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    page.keyboard.press("Space")
    assert heading.get_attribute("aria-sort") == "ascending"
    page.locator("#STR-criteria thead th button").first.click()
    assert heading.get_attribute("aria-sort") is None
    assert button.get_attribute("title")


def test_text_columns_sort_as_the_language_does(demo: Demo, visit: Callable) -> None:
    # If this fails, STR-10 stands before STR-2.
    page = visit(demo.report("NC.zh")).page
    page.locator("#STR-criteria thead th button").first.click()
    names = page.locator("#STR-criteria tbody th").all_inner_texts()
    numbers = [int(name.split()[0].split("-")[1]) for name in names]
    assert numbers in (sorted(numbers), sorted(numbers, reverse=True))
