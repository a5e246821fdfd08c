"""Bad input in one small engagement, from the command line: every fault listed with place and remedy, and reports made."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Ran

    Cli = Callable[..., Ran]

ENGAGEMENT = """\
company: {en: "Acme", zh: "某公司"}
languages: [en, zh]
instrument: kam
wave: "2026"
date: 2025-12-31
currency: CNY
units:
  - {id: N, name: {en: "North", zh: "北区"}}
  - {id: S, name: {en: "South", zh: "南区"}}
  - {id: W, name: {en: "West", zh: "西区"}}
"""
TABLES = {
    "accounts": """\
account,name,unit,key_account,wallet,since,until,colour
A1,Alpha,N,yes,1000,2015-01-01,,red
A2,Beta,N,yes,0,2016-01-01,,red
A3,Gamma,N,yes,50,2017-01-01,2016-01-01,red
A4,Delta,N,maybe,about 70,2018-01-01,,red
A1,Alpha,S,yes,1000,2015-01-01,,red
S1,Sigma,S,yes,,2019-13-01,,red
X9,Xi,Noth,no,10,,,red
A2,Beta,N,yes,0,2016-01-01,,red
""",
    "sales": """\
account,date,product,quantity,net_sales
A1,2025-03-31,P,10,400
A1,3/4/2025,P,10,400
A1,13/4/2025,P,10,400
A1,4/13/2025,P,10,400
A2,2025-05-31,P,-2,-50
A3,2025-06-30,P,1,120
A3,2025-06-30,P,1,0
Z7,2025-06-30,P,1,120
A2,soon,P,1,120
A2,2025-07-31,P,one,ask Li
A2,,P,1,33
A3,2025-06-30,P,1,120
A1,45000,P,10,400
""",
    "deliveries": """\
account,order,ordered,promised,delivered,ordered_qty,delivered_qty
A1,1,2025-03-10,2025-03-20,2025-03-05,10,10
A1,2,2025-03-10,2025-03-20,2025-03-19,10,-4
A2,3,2025-03-10,2025-03-01,2025-03-19,0,0
A2,4,2025-03-10,2025-03-21,,10,
""",
    "activities": "account,date,category\nA1,2021-01-31,visit\nA1,2021-02-31,visitt\n",
}
LEFT_OUT = {
    "a word for yes": ("data/accounts.csv, row 5, column D (key_account): 'maybe'", "Write yes or no. The line is left out."),
    "text in a number": ("data/accounts.csv, row 5, column E (wallet): 'about 70' is no number", "The cell is taken as empty."),
    "an account in two units": (
        "data/accounts.csv, row 6: account 'A1' stands in row 2 already, in unit 'N'; here in 'S'",
        "An account belongs to one unit",
    ),
    "no such day": ("data/accounts.csv, row 7, column F (since): '2019-13-01' is no date", "Write it as 2024-12-31."),
    "an unknown unit": ("data/accounts.csv, row 8, column C (unit): 'Noth' is no unit", "Use one of: N, S, W."),
    "an account twice": ("data/accounts.csv, row 9: repeats an earlier line", "let a column tell the two apart"),
    "a mistyped word": ("data/activities.csv, row 3, column C (category): 'visitt'", "Did you mean visit?"),
    "a negative quantity": ("data/deliveries.csv, row 3, column G (delivered_qty): delivered_qty is -4", "0 or more"),
    "mixed dates": (
        "data/sales.csv, row 3, column B (date): '3/4/2025' could be 3 April or 4 March: other dates of the column",
        "Write 2025-04-03 or 2025-03-04, or give 'format'",
    ),
    "an unknown account": ("data/sales.csv, row 9, column A (account): 'Z7' is no account", "Add it to accounts, or mend it."),
    "no date": ("data/sales.csv, row 10, column B (date): 'soon' is no date", "list it under 'missing'"),
    "a word for a number": ("data/sales.csv, row 11, column E (net_sales): 'ask Li' is no number", "Write the number alone."),
    "an empty date": ("data/sales.csv, row 12, column B (date): date is empty", "Fill it."),
    "a line twice": ("data/sales.csv, row 13: repeats an earlier line", "The line is left out."),
    "a day as Excel counts": ("data/sales.csv, row 14, column B (date): '45000' is no date", "format the column as a date"),
}
NOTED = {
    "no answers": ("responses: holds no answers in wave 2026 yet", "Reports rest on data and evidence alone"),
    "a column not read": ("data/accounts.csv, column H (colour): is not read", ""),
    "a wallet of 0": ("data/accounts.csv, rows 3, 9: has a wallet of 0", "Leave it empty where it is not known"),
    "a share of wallet above 1": (
        "data/accounts.csv, rows 2, 4, column E (wallet): buys more from us (2025-01-01 to 2025-12-31) than its wallet",
        "Mend the wallet",
    ),
    "an end before the beginning": ("data/accounts.csv, row 4: ends before it began", "Mend 'since' or 'until'."),
    "one account": ("data/accounts.csv, row 7: is the only account of its unit", "Add the others"),
    "no wallet": ("data/accounts.csv, row 7, column E (wallet): has no wallet", "no share of wallet is worked out"),
    "an empty window": (
        "data/activities.csv: no line of activities lies in the days looked at, 2025-01-01 to 2025-12-31",
        "mend 'date' or 'metrics: window_days'",
    ),
    "a delivery before its order": ("data/deliveries.csv, row 2: was delivered before it was ordered", "Check both dates."),
    "a promise before its order": ("data/deliveries.csv, row 4: was promised for a day before", "Check both dates."),
    "an order of nothing": ("data/deliveries.csv, row 4: is an order of nothing", "does not count"),
    "a return": ("data/sales.csv, row 6: has negative sales", "counted as a return"),
    "a quantity returned": ("data/sales.csv, row 6: has a negative quantity", "counted as a return"),
    "nothing paid": ("data/sales.csv, row 8: has sales of 0", "see that no price is missing"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "bad"
    (made / "data").mkdir(parents=True)
    (made / "engagement.yaml").write_text(ENGAGEMENT, encoding="utf-8")
    for name, text in TABLES.items():
        (made / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    return made


def test_check_lists_every_fault_once_with_its_place_and_what_to_do(folder: Path, kamassess_cli: Cli) -> None:
    """If this fails, a fault goes unnoticed, is told without a place, or floods the list."""
    ran = kamassess_cli("check", folder)
    assert ran.code == 2
    for name, parts in LEFT_OUT.items():
        assert len([line for line in ran.err if all(part in line for part in parts)]) == 1, (name, ran.err)
    for name, parts in NOTED.items():
        assert len([line for line in ran.out if all(part in line for part in parts)]) == 1, (name, ran.out)
    # Two faults of the same cells as above, and the unit of which nothing is known; nothing else.
    others = [line for line in ran.err if not any(all(part in line for part in parts) for parts in LEFT_OUT.values())]
    assert [line.split(". ")[0] for line in others] == [
        "responses: unit 'W' has no answers in wave 2026",
        "data/activities.csv, row 3, column B (date): '2021-02-31' is no date",
        "data/sales.csv, row 11, column D (quantity): 'one' is no number",
    ]
    assert len(ran.out) == len(NOTED) + 1
    assert ran.out[-1] == "note: reports can be made all the same, without the lines and cells that are listed."


def test_the_report_is_made_all_the_same(folder: Path, kamassess_cli: Cli) -> None:
    """If this fails, one bad cell costs a board its report, or what was left out is not said in it."""
    for language, left_out in (("en", "In data/sales.csv, lines of which something could not be used: 7."), ("zh", "有7行存在")):
        ran = kamassess_cli("report", folder, "--unit", "N", "--lang", language)
        assert (ran.code, ran.err) == (0, [])
        html, pdf = (Path(line) for line in ran.out)
        assert pdf.read_bytes().startswith(b"%PDF")
        text = re.sub(r"<[^>]+>", "", html.read_text(encoding="utf-8"))
        assert left_out in text
        assert not re.search(r"\bnan\b|\bNone\b|\binf\b", text)


def test_one_account_or_none_is_no_reason_to_stop(folder: Path, kamassess_cli: Cli) -> None:
    """If this fails, a unit of one account has no report, or one of which nothing is known has an empty one."""
    assert kamassess_cli("report", folder, "--unit", "S", "--lang", "en", "--format", "html").code == 0
    ran = kamassess_cli("report", folder, "--unit", "W", "--lang", "en", "--format", "html")
    assert ran.code == 2
    ran.the("unit 'W' has no answers in wave 2026")


def test_a_batch_makes_what_can_be_made_and_lists_the_rest(folder: Path, kamassess_cli: Cli) -> None:
    """If this fails, one unit of which nothing is known stops the others, or is left out in silence."""
    ran = kamassess_cli("batch", folder, "--lang", "en", "--format", "html", "--jobs", "1")
    assert ran.code == 1
    ran.the("unit 'W' has no answers in wave 2026")
    assert any("5 of 5 reports made" in line for line in ran.out)
    page = (folder / "reports" / "2026" / "_group" / "group_overview.en.html").read_text(encoding="utf-8")
    assert "Nothing is known of West" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("sales", "net_sales", "revenue"),
            ("data/sales.csv: column 'net_sales' is missing", "columns.sales in engagement.yaml"),
        ),
        (("accounts", None, None), ("data: there is no table 'accounts'", "Add accounts.csv")),
    ],
    ids=["no column", "no table"],
)
def test_what_stops_is_told_with_all_the_rest(
    folder: Path, kamassess_cli: Cli, change: tuple[str, str | None, str | None], said: tuple[str, ...]
) -> None:
    """If this fails, a missing column hides the other faults, or a report is made as if it were there."""
    table, old, new = change
    path = folder / "data" / f"{table}.csv"
    if old is None or new is None:
        path.unlink()
    else:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    ran = kamassess_cli("check", folder)
    assert ran.code == 2
    ran.the(*said)
    ran.the("data/activities.csv, row 3, column C (category): 'visitt'")
    assert not any("reports can be made" in line for line in ran.out)
    assert kamassess_cli("report", folder, "--unit", "N", "--lang", "en").code == 2


def test_the_same_fault_in_thousands_of_lines_is_one_line(folder: Path, kamassess_cli: Cli) -> None:
    """If this fails, a column filled with the wrong thing scrolls everything else away."""
    lines = [f"A1,2025-03-{1 + number % 28:02d},P{number},{number},to follow" for number in range(5000)]
    (folder / "data" / "sales.csv").write_text("\n".join(["account,date,product,quantity,net_sales", *lines]), encoding="utf-8")
    ran = kamassess_cli("check", folder)
    assert ran.the("'to follow' is no number").startswith("data/sales.csv, rows 2–5001, column E (net_sales)")
    lines = [f"Z{number},2025-03-{1 + number % 28:02d},P,{number},{number}" for number in range(5000)]
    (folder / "data" / "sales.csv").write_text("\n".join(["account,date,product,quantity,net_sales", *lines]), encoding="utf-8")
    ran = kamassess_cli("check", folder)
    assert len([line for line in ran.err if line.startswith("data/sales.csv")]) == 13
    ran.the("data/sales.csv, rows 14–5001, column A (account): holds 4,988 further values that cannot be read")
