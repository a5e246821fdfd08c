"""The company's own tables: what is read, what is left out with its place, what stops."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import kamassess as ka
from kamassess.data import TABLES, Data
from kamassess.errors import Fault
from kamassess.reading.cells import parse_dates, parse_numbers, parse_yes
from kamassess.reading.engagement import Engagement

ACCOUNTS = "account,name,unit,key_account\nA1,Alpha,N,yes\nA2,Beta,N,no\nA3,Gamma,S,是\n"
SALES = "account,date,net_sales\nA1,2025-01-31,100\nA2,2025-02-28,50\n"


@pytest.fixture
def check(make_engagement: Callable[..., Path]) -> Callable[..., tuple[Engagement, list[str]]]:
    """Reads an engagement with these files in ``data``; its faults as text."""

    def run(columns: object = None, **files: str | bytes) -> tuple[Engagement, list[str]]:
        folder = make_engagement(files={f"data/{name.replace('__', '.')}": text for name, text in files.items()})
        if columns is not None:
            declared = yaml.safe_dump({"columns": columns}, allow_unicode=True)
            (folder / "engagement.yaml").write_text((folder / "engagement.yaml").read_text() + declared)
        engagement, faults = ka.check_engagement(folder)
        assert engagement is not None
        return engagement, [str(fault) for fault in faults]

    return run


def _one(found: list[str], *parts: str) -> str:
    """The one fault that has all these parts."""
    hits = [text for text in found if all(part in text for part in parts)]
    assert len(hits) == 1, (parts, found)
    return hits[0]


# -- what is read --------------------------------------------------------------------------------------------------------


def test_tables_are_read_with_types_and_positions(check: Callable[..., Any]) -> None:
    """An account is its position in ``accounts``, a unit its position among the units; what is not there is missing."""
    engagement, faults = check(accounts__csv=ACCOUNTS, sales__csv=SALES)
    assert faults == []
    data: Data = engagement.data
    units = [unit.id for unit in engagement.units]
    assert [units[place] for place in data["accounts"]["unit"]] == ["N", "N", "S"]
    assert data["accounts"]["key_account"].tolist() == [1.0, 0.0, 1.0]
    assert data["sales"]["account"].tolist() == [0, 1]
    assert data["sales"]["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-01-31", "2025-02-28"]
    assert data["sales"]["net_sales"].tolist() == [100.0, 50.0]
    assert np.isnan(data["sales"]["cost_of_goods"]).all()
    assert list(data["sales"].columns) == [column.name for column in TABLES["sales"].columns]
    assert data.has("sales", "net_sales")
    assert not data.has("sales", "cost_of_goods")
    assert not data.has("plans")
    assert "data/sales.csv" in [entry.file for entry in engagement.inputs]


def test_without_a_data_folder_there_are_no_tables(check: Callable[..., Any]) -> None:
    """All tables are optional."""
    engagement, faults = check()
    assert (dict(engagement.data.tables), faults) == ({}, [])


def test_a_workbook_and_chinese_headings(check: Callable[..., Any], make_workbook: Callable[..., bytes]) -> None:
    """What Excel saves on a Chinese Windows is read as it is."""
    rows = [["客户编号", "客户名称", "业务单元", "重点客户", "合作起始"], ["A1", "甲", "N", "是", "2020年3月5日"]]
    engagement, faults = check(accounts__xlsx=make_workbook(rows))
    assert faults == []
    assert engagement.data["accounts"]["name"].tolist() == ["甲"]
    assert str(engagement.data["accounts"]["since"][0].date()) == "2020-03-05"


def test_a_table_in_gb18030(check: Callable[..., Any]) -> None:
    """The encoding of a CSV file from there."""
    engagement, faults = check(accounts__csv="客户编号,客户名称,业务单元,重点客户\nA1,甲方,N,是\n".encode("gb18030"))
    assert faults == []
    assert engagement.data["accounts"]["name"].tolist() == ["甲方"]


# -- what is left out ----------------------------------------------------------------------------------------------------


def test_lines_that_cannot_be_used_are_left_out_and_all_listed(check: Callable[..., Any]) -> None:
    """Each with its row and column, and the rest is there."""
    sales = (
        "account,date,net_sales,quantity\n"
        "A1,2025-01-31,100,1\nA9,2025-01-31,7,1\nA2,soon,7,1\nA2,2025-02-28,about 50,1\nA1,,3,1\nA1,2025-03-31,9,many\n"
    )
    engagement, faults = check(accounts__csv=ACCOUNTS, sales__csv=sales)
    assert engagement.data["sales"]["net_sales"].tolist() == [100.0, 9.0]
    assert _one(faults, "data/sales.csv, row 3, column A (account): 'A9' is no account").endswith("The line is left out.")
    _one(faults, "row 4, column B (date): 'soon' is no date")
    _one(faults, "row 5, column C (net_sales): 'about 50' is no number")
    _one(faults, "row 6, column B (date): date is empty. Fill it.")
    assert _one(faults, "row 7, column D (quantity): 'many' is no number").endswith("The cell is taken as empty.")
    assert len(faults) == 5
    assert np.isnan(engagement.data["sales"]["quantity"][1])


def test_a_report_can_be_made_all_the_same(make_engagement: Callable[..., Path]) -> None:
    """One bad cell in a year of sales does not stop the audit; a missing column does."""
    folder = make_engagement(files={"data/accounts.csv": ACCOUNTS, "data/sales.csv": SALES.replace("50", "fifty")})
    engagement = ka.load_engagement(folder)
    assert [fault.row for fault in engagement.left_out] == [3]
    (folder / "data" / "sales.csv").write_text(SALES.replace("net_sales", "revenue"))
    with pytest.raises(ka.InputError, match="column 'net_sales' is missing"):
        ka.load_engagement(folder)


def test_duplicate_lines_and_accounts(check: Callable[..., Any]) -> None:
    """A line that stands twice counts once; an account in two units is named with both places."""
    accounts = ACCOUNTS + "A1,Alpha,S,yes\n"
    engagement, faults = check(accounts__csv=accounts, sales__csv=SALES + "A1,2025-01-31,100\n")
    assert len(engagement.data["sales"]) == 2
    assert len(engagement.data["accounts"]) == 3
    _one(faults, "data/sales.csv, row 4: repeats an earlier line, cell by cell")
    _one(faults, "data/accounts.csv, row 5: account 'A1' stands in row 2 already")
    assert len(faults) == 2


def test_odd_lines_are_kept_and_noted(check: Callable[..., Any]) -> None:
    """Returns, cancelled orders and deliveries before orders."""
    deliveries = (
        "account,order,ordered,promised,delivered,ordered_qty,delivered_qty\n"
        "A1,1,2025-01-10,2025-01-20,2025-01-05,10,10\nA1,2,2025-01-10,2025-01-20,,0,\nA1,3,2025-01-10,2025-01-20,,-5,\n"
    )
    sales = "account,date,net_sales,quantity\nA1,2025-01-31,-20,-2\n"
    engagement, faults = check(accounts__csv=ACCOUNTS, sales__csv=sales, deliveries__csv=deliveries)
    odd = [str(fault) for fault in engagement.odd]
    _one(odd, "data/deliveries.csv, row 2: was delivered before it was ordered")
    _one(odd, "data/deliveries.csv, row 3: is an order of nothing")
    _one(odd, "data/sales.csv, row 2: has a negative quantity")
    assert len(engagement.data["sales"]) == 1
    assert len(engagement.data["deliveries"]) == 2
    _one(faults, "row 4, column F (ordered_qty): ordered_qty is -5. It must be 0 or more.")


def test_names_that_look_like_nothing_are_names(check: Callable[..., Any]) -> None:
    """NA is Namibia, and None may be an account; a number that says NA is missing all the same."""
    accounts = "account,name,unit,key_account,wallet\nNA,Namibia,N,yes,NA\nNone,None,N,no,5\n"
    engagement, faults = check(accounts__csv=accounts, sales__csv="account,date,net_sales\nNA,2025-01-31,100\n")
    assert faults == []
    assert engagement.data["accounts"]["account"].tolist() == ["NA", "None"]
    assert engagement.data["accounts"]["wallet"].tolist()[1] == 5.0
    assert np.isnan(engagement.data["accounts"]["wallet"][0])
    assert engagement.data["sales"]["account"].tolist() == [0]


@pytest.mark.parametrize("accounts", [None, ACCOUNTS.replace("unit", "bu")], ids=["no file", "no column"])
def test_without_accounts_no_line_is_blamed_for_it(check: Callable[..., Any], accounts: str | None) -> None:
    """One fault for the table, not one for each account; other faults are listed with it."""
    files = {"sales__csv": SALES + "A1,soon,3\n"} | ({"accounts__csv": accounts} if accounts else {})
    _, faults = check(**files)
    assert len(faults) == 2, faults
    _one(faults, "'soon' is no date")


# -- what stops ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "parts"),
    [
        ({"sale__csv": SALES}, ("data/sale.csv", "'sale' is no table", "Did you mean sales?")),
        ({"sales__csv": SALES}, ("there is no table 'accounts'",)),
        ({"accounts__csv": ACCOUNTS.replace("unit", "bu")}, ("data/accounts.csv", "column 'unit' is missing")),
        ({"accounts__csv": ACCOUNTS, "notes__docx": b"PK"}, ("data/notes.docx", "is none of")),
        ({"accounts__csv": ""}, ("data/accounts.csv", "is empty")),
        ({"accounts__csv": ACCOUNTS, "accounts__xlsx": b"PK"}, ("is a second file of table accounts",)),
        ({"accounts__csv__gz": b"no gzip"}, ("data/accounts.csv.gz", "is no sound gzip file")),
    ],
    ids=["unknown table", "no accounts", "no unit", "another form", "empty", "two files", "damaged"],
)
def test_what_stops_says_where_and_what_to_do(check: Callable[..., Any], files: dict[str, Any], parts: tuple[str, ...]) -> None:
    """Nothing can be said without these."""
    _, faults = check(**files)
    _one(faults, *parts)


# -- columns of extracts -------------------------------------------------------------------------------------------------


def test_an_extract_is_mapped_without_touching_it(check: Callable[..., Any]) -> None:
    """Other headings, a joined key, words that mean yes, words that mean nothing, a format of dates, one file for two tables."""
    extract = "Land,Group,Date,Sum,Freight\nFR,X,03/04/2025,1.5,see 7\nFR,X,04/04/2025,2,3\nDE,Y,05/04/2025,4,\n"
    columns = {
        "accounts": {
            "file": "extract.csv",
            "account": ["Group", "Land"],
            "name": "Land",
            "unit": {"column": "Group", "values": {"X": "N"}, "else": "S"},
            "key_account": {"column": "Land", "values": {"FR": "yes"}, "else": "no"},
        },
        "sales": {
            "file": "extract.csv",
            "account": {"join": ["Group", "Land"]},
            "date": {"column": "Date", "format": "%d/%m/%Y"},
            "net_sales": "Sum",
            "cost_to_serve": {"column": "Freight", "missing": ["see *"]},
            "product": {"constant": "all"},
        },
    }
    engagement, faults = check(columns, extract__csv=extract)
    assert faults == []
    data = engagement.data
    assert data["accounts"]["account"].tolist() == ["X / FR", "Y / DE"]
    assert data["accounts"]["key_account"].tolist() == [1.0, 0.0]
    assert [engagement.units[place].id for place in data["accounts"]["unit"]] == ["N", "S"]
    assert data["sales"]["date"].dt.strftime("%d.%m.").tolist() == ["03.04.", "04.04.", "05.04."]
    assert data["sales"]["account"].tolist() == [0, 0, 1]
    assert data["sales"]["cost_to_serve"].tolist()[1] == 3.0
    assert np.isnan(data["sales"]["cost_to_serve"][[0, 2]]).all()
    assert set(data["sales"]["product"]) == {"all"}


def test_faults_of_a_mapping_are_those_of_its_lines(check: Callable[..., Any]) -> None:
    """A mistyped table, column, heading and file: all at once, each with the line of engagement.yaml."""
    columns = {
        "sale": {"account": "A"},
        "accounts": {"acount": "account"},
        "sales": {"date": "Day", "net_sales": {"format": "%d"}},
        "plans": {"file": "plan.csv"},
    }
    _, faults = check(columns, accounts__csv=ACCOUNTS, sales__csv=SALES)
    _one(faults, "engagement.yaml", "columns.sale", "is no table", "Did you mean sales?")
    _one(faults, "columns.accounts.acount", "is no column of accounts", "Did you mean account?")
    _one(faults, "columns.sales.date", "data/sales.csv has no column 'Day'")
    _one(faults, "columns.sales.net_sales", "must have one of 'column', 'join' and 'constant'")
    _one(faults, "columns.plans", "there is no file 'plan.csv' in data")


def test_the_deliveries_of_the_supply_chain_management_system(make_engagement: Callable[..., Path]) -> None:
    """10,324 real lines, mapped without code: the published total, lateness, concentration and leaders."""
    source = Path(__file__).parents[2].parent / "shared" / "data" / "scms_deliveries.csv.gz"
    if not source.exists():
        pytest.skip(f"{source.name} is not beside the project")
    groups = ["ARV", "HRDT", "ANTM", "ACT", "MRDT"]
    settings = {
        "company": {"en": "SCMS", "zh": "SCMS"},
        "languages": ["en", "zh"],
        "instrument": "instrument.yaml",
        "wave": "2015",
        "units": [{"id": group, "name": {"en": group, "zh": group}} for group in groups],
        "columns": {
            "accounts": {
                "file": source.name,
                "account": ["Product Group", "Country"],
                "name": "Country",
                "unit": "Product Group",
                "group": "Country",
                "key_account": {"constant": "no"},
            },
            "sales": {
                "file": source.name,
                "account": ["Product Group", "Country"],
                "date": "Delivered to Client Date",
                "net_sales": "Line Item Value",
            },
            "deliveries": {
                "file": source.name,
                "account": ["Product Group", "Country"],
                "order": "PO / SO #",
                "ordered": {"column": "PO Sent to Vendor Date", "missing": ["N/A - From RDC", "Date Not Captured"]},
                "promised": "Scheduled Delivery Date",
                "delivered": "Delivered to Client Date",
                "ordered_qty": "Line Item Quantity",
                "delivered_qty": "Line Item Quantity",
            },
        },
    }
    folder = make_engagement(settings=settings, answers=None, files={f"data/{source.name}": source.read_bytes()})
    engagement, _ = ka.check_engagement(folder)
    assert engagement is not None
    assert engagement.left_out == ()
    data = engagement.data
    country = data["accounts"]["group"].to_numpy()[data["sales"]["account"]]
    value = data["sales"]["net_sales"].groupby(country).sum()
    assert len(data["sales"]) == 10324
    assert value.sum() == pytest.approx(1_627_584_457.29, abs=0.005)
    late = (data["deliveries"]["delivered"] > data["deliveries"]["promised"]).mean()
    assert late == pytest.approx(0.1149, abs=5e-5)
    shares = value / value.sum()
    assert (shares**2).sum() * 1e4 == pytest.approx(1103.5, abs=0.05)
    assert shares.nlargest(5).sum() == pytest.approx(0.6326, abs=5e-5)
    assert value.idxmax() == "Nigeria"
    odd = [str(fault) for fault in engagement.odd]
    _one(odd, "rows 432, 456, 2700, 3389, 4908: was delivered before it was ordered")


@pytest.mark.checkout
def test_the_documentation_names_every_column() -> None:
    """With a question mark where it need not be there."""
    lines = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8").splitlines()
    documented = {line.split("|")[1].strip(): line.split("|")[2].strip() for line in lines if line.startswith("| ")}
    for name, spec in TABLES.items():
        columns = ", ".join(column.name + ("" if column.required else "?") for column in spec.columns)
        assert documented[name] == columns + (", any others" if spec.open else "")


# -- cells ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024/3/5", "2024-03-05"),
        ("2024.03.05", "2024-03-05"),
        ("20240305", "2024-03-05"),
        ("2024年3月5日", "2024-03-05"),
        ("5-Mar-24", "2024-03-05"),
        ("5 March 2024", "2024-03-05"),
        ("Mar 5, 2024", "2024-03-05"),
        ("2024-03-05 14:30:00", "2024-03-05"),
        ("2024-03-05T14:30:00Z", "2024-03-05"),
        ("２０２４-３-５", "2024-03-05"),
        ("5-Mar-75", "1975-03-05"),
        ("25.3.2024", "2024-03-25"),
        ("3/25/24", "2024-03-25"),
        ("2/2/2024", "2024-02-02"),
    ],
)
def test_dates_in_their_usual_forms(text: str, day: str) -> None:
    found = parse_dates([text])
    assert (found.values.astype(str).tolist(), dict(found.wrong)) == ([day], {})


@pytest.mark.parametrize("text", ["2024-02-30", "31/31/2024", "Q1 2024", "5-Mai-24", "44927", "yesterday"])
def test_what_is_no_date(text: str) -> None:
    found = parse_dates([text])
    assert np.isnat(found.values).all()
    assert text in found.wrong


def test_dates_that_prove_both_orders_prove_none() -> None:
    """13/3 and 3/14 in one column: 4/3 could be either, and is refused; the two others are not."""
    found = parse_dates(["13/3/2024", "3/14/2024", "4/3/2024"])
    assert found.values.astype(str).tolist() == ["2024-03-13", "2024-03-14", "NaT"]
    assert list(found.wrong) == ["4/3/2024"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("1234", 1234.0), ("1,234,567.5", 1234567.5), ("(1,200)", -1200.0), ("−5", -5.0), ("1e3", 1000.0)),
        *(("¥1,200", 1200.0), ("1200元", 1200.0), ("USD 12", 12.0), ("12.5%", 0.125), ("１２", 12.0), (".5", 0.5), ("+3", 3.0)),
    ],
)
def test_numbers_as_people_write_them(text: str, number: float) -> None:
    found = parse_numbers([text])
    assert (found.values.tolist(), dict(found.wrong)) == ([number], {})


@pytest.mark.parametrize("text", ["1,23", "12,5", "1.234,5", "1,2345", "five", "inf", "1/2", "12 kg", "--5", "1e999"])
def test_what_is_no_number(text: str) -> None:
    found = parse_numbers([text])
    assert np.isnan(found.values).all()
    assert text in found.wrong


def test_yes_and_no_and_neither() -> None:
    found = parse_yes(["Y", "TRUE", "是", "0", "否", "n/a", "", "maybe"])
    assert found.values[:5].tolist() == [1.0, 1.0, 1.0, 0.0, 0.0]
    assert np.isnan(found.values[5:]).all()
    assert list(found.wrong) == ["maybe"]
    assert isinstance(Fault(*found.wrong["maybe"]), Fault)


CRM = "account,updated,phone,owner\nA1,2025-01-31,123,Li\nA2,2025-01-31,,Wu\n"


def _declared(folder: Path, settings: dict[str, Any]) -> list[str]:
    declared = yaml.safe_dump(settings, allow_unicode=True)
    (folder / "engagement.yaml").write_text((folder / "engagement.yaml").read_text() + declared)
    return [str(fault) for fault in ka.check_engagement(folder)[1]]


def test_an_extract_with_a_file_of_its_own_keeps_its_other_columns(check: Callable[..., Any]) -> None:
    # If this fails, naming the file of the CRM extract makes every field of it count as empty.
    engagement, faults = check({"crm": {"file": "export.csv"}}, accounts__csv=ACCOUNTS, export__csv=CRM)
    assert faults == []
    assert engagement.data["crm"]["phone"].tolist() == ["123", ""]


@pytest.mark.parametrize("required", [["fone"], {"fone": ""}])
def test_a_required_field_that_the_extract_lacks_is_a_fault(make_engagement: Callable[..., Path], required: Any) -> None:
    # If this fails, a field nobody has counts as empty for every customer, and the CRM as worthless.
    folder = make_engagement(files={"data/accounts.csv": ACCOUNTS, "data/crm.csv": CRM})
    (text,) = _declared(folder, {"crm": {"required": required}})
    assert "fone" in text
    assert "phone" in text, "what was probably meant is named"
