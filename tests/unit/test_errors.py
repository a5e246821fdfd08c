"""Errors name a place and a remedy on one line, and survive the trip between processes."""

from __future__ import annotations

import pickle

import pytest

from kamassess.errors import Fault, InputError, KamassessError, OutputError, ReportError, UsageError, quoted


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (Fault("is empty"), "is empty"),
        (Fault("is empty", "Fill it."), "is empty. Fill it."),
        (Fault("ends with a dot.", "Fill it."), "ends with a dot. Fill it."),
        (Fault("is odd", file="a.yaml", line=3), "a.yaml, line 3: is odd"),
        (
            Fault("is odd", "Mend it.", file="responses/a.xlsx", sheet="S 1", row=7, column="F (answer)"),
            "responses/a.xlsx, sheet S 1, row 7, column F (answer): is odd. Mend it.",
        ),
        (Fault("is odd", file="a.csv", row=2, rows=(3, 4, 9)), "a.csv, rows 2–4, 9: is odd"),
        (Fault("is odd", file="a.csv", row=9, rows=(2, 2)), "a.csv, rows 2, 9: is odd"),
    ],
)
def test_a_fault_says_where_what_and_what_to_do(fault: Fault, line: str) -> None:
    # Otherwise a user sees a place he cannot find in his spreadsheet, or no remedy.
    assert str(fault) == line


def test_a_fault_is_one_line_whatever_stands_in_the_file() -> None:
    # Otherwise a cell with a line break splits a message, and one with an escape code recolours the terminal.
    shown = str(Fault("is 'a\nb'\t\x1b[31m", "Mend\r\nit.", file="odd\nname.csv"))
    assert shown.isprintable()
    assert shown == "odd name.csv: is 'a b' [U+001B][31m. Mend it."


def test_rows_without_end_are_cut() -> None:
    # Otherwise a fault in every second of 100,000 rows prints 100,000 numbers.
    shown = str(Fault("is odd", file="a.csv", row=1, rows=tuple(range(3, 100_000, 2))))
    assert shown.startswith("a.csv, rows 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, and 49988 more: is odd")
    assert len(shown) < 120


@pytest.mark.parametrize(
    ("value", "shown"),
    [("EC", "'EC'"), ("EC\u200b", "'EC[U+200B]'"), ("华东", "'华东'"), ("a\x1bb", "'a[U+001B]b'"), ("x" * 100, f"'{'x' * 60}…'")],
)
def test_values_are_shown_as_they_are(value: str, shown: str) -> None:
    # Otherwise "'EC' is no unit. Did you mean EC?" leaves a user staring at two equal words.
    assert quoted(value) == shown


@pytest.mark.parametrize("kind", [KamassessError, InputError, UsageError, OutputError, ReportError])
def test_errors_survive_pickling(kind: type[KamassessError]) -> None:
    # Otherwise a fault found in a worker process reaches the user as a crash of the pool.
    error = kind([Fault("one", file="a"), Fault("two", "Mend it.", row=3)])
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert again.faults == error.faults
    assert str(again) == "a: one\nrow 3: two. Mend it."
    assert again.exit_code == error.exit_code


def test_an_error_takes_a_text_a_fault_or_many() -> None:
    # Otherwise a plain message becomes one fault per letter.
    assert KamassessError("gone").faults == (Fault("gone"),)
    assert KamassessError(Fault("gone")).faults == (Fault("gone"),)
    assert KamassessError(iter([Fault("a"), Fault("b")])).faults == (Fault("a"), Fault("b"))


def test_exit_codes_tell_wrong_input_from_failed_work() -> None:
    # Otherwise a script cannot tell "mend your file" (2) from "some reports failed" (1).
    assert (InputError("x").exit_code, UsageError("x").exit_code, OutputError("x").exit_code) == (2, 2, 2)
    assert ReportError("x").exit_code == 1
