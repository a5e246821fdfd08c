"""A real extract and no answers: 10,324 deliveries as a system wrote them, mapped without code, checked, scored and reported.

The extract lies beside the project and is no part of it (``shared/data``); without it these tests are skipped. Countries play the
accounts, product groups the units. Totals are those published with the data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import kamassess as ka
from kamassess.cli import main
from kamassess.result import Reason

EXTRACT = Path(__file__).parents[2].parent / "shared" / "data" / "scms_deliveries.csv.gz"
GROUPS = {
    "ARV": ("Antiretrovirals", "抗逆转录病毒药物"),
    "HRDT": ("HIV tests", "艾滋病检测"),
    "ANTM": ("Antimalarials", "抗疟药"),
    "ACT": ("Artemisinin combinations", "青蒿素复方药"),
    "MRDT": ("Malaria tests", "疟疾检测"),
}
KEY = ("Nigeria", "South Africa", "Zambia", "Côte d'Ivoire", "Uganda")
NOT_SAID = ["N/A - From RDC", "Date Not Captured"]
NO_FREIGHT = ["Freight Included in Commodity Cost", "Invoiced Separately", "See *"]
HOLES = re.compile(r"\bNone\b|\bnan\b|[{}]|\*\*|\^\^|~~|\(\)|（）")


def columns(account: str | list[str], unit: object, *, missing: bool = True) -> dict[str, Any]:
    """Where the columns of the extract go; without *missing*, its words that mean no value are not said to be such."""
    no_day, no_cost = ({"missing": NOT_SAID}, {"missing": NO_FREIGHT}) if missing else ({}, {})
    return {
        "accounts": {
            "file": EXTRACT.name,
            "account": account,
            "name": "Country",
            "unit": unit,
            "group": "Country",
            "key_account": {"column": "Country", "values": dict.fromkeys(KEY, "yes"), "else": "no"},
        },
        "sales": {
            "file": EXTRACT.name,
            "account": account,
            "date": "Delivered to Client Date",
            "product": "Item Description",
            "quantity": "Line Item Quantity",
            "net_sales": "Line Item Value",
            "cost_to_serve": {"column": "Freight Cost (USD)", **no_cost},
        },
        "deliveries": {
            "file": EXTRACT.name,
            "account": account,
            "order": "PO / SO #",
            "product": "Item Description",
            "ordered": {"column": "PO Sent to Vendor Date", **no_day},
            "promised": "Scheduled Delivery Date",
            "delivered": "Delivered to Client Date",
            "ordered_qty": "Line Item Quantity",
            "delivered_qty": "Line Item Quantity",
            "mode": "Shipment Mode",
        },
    }


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Writes the engagement: units by product group, or all of it as one."""
    if not EXTRACT.exists():
        pytest.skip(f"{EXTRACT.name} is not beside the project")

    def make(units: Mapping[str, tuple[str, str]], mapped: Mapping[str, Any], **more: Any) -> Path:
        settings = {
            "company": {"en": "Supply Chain Management System", "zh": "供应链管理系统项目"},
            "languages": ["en", "zh"],
            "instrument": "kam",
            "wave": "2015",
            "currency": "USD",
            "units": [{"id": name, "name": {"en": en, "zh": zh}} for name, (en, zh) in units.items()],
            "columns": mapped,
            **more,
        }
        path = tmp_path / "scms"
        (path / "data").mkdir(parents=True)
        (path / "data" / EXTRACT.name).write_bytes(EXTRACT.read_bytes())
        (path / "engagement.yaml").write_text(json.dumps(settings, ensure_ascii=False, indent=1), encoding="utf-8")
        return path

    return make


def by_group(folder: Callable[..., Path], **more: Any) -> Path:
    return folder(GROUPS, columns(["Product Group", "Country"], "Product Group", **more))


def test_the_published_facts_of_the_whole_extract(folder: Callable[..., Path]) -> None:
    """If this fails, lines are lost or read wrongly: a total, a share or an index is no longer the published one."""
    everything = {"ALL": ("All products", "全部产品")}
    made = folder(everything, columns("Country", {"constant": "ALL"}), metrics={"window_days": 3660})
    engagement = ka.load_engagement(made)
    sales, deliveries = engagement.data["sales"], engagement.data["deliveries"]
    value = sales["net_sales"].groupby(engagement.data["accounts"]["name"].to_numpy()[sales["account"]]).sum()
    assert value.sum() == pytest.approx(1_627_584_457.29, abs=0.005)
    assert (deliveries["delivered"] > deliveries["promised"]).mean() == pytest.approx(0.1149, abs=5e-5)
    assert value.idxmax() == "Nigeria"
    unit = ka.score(engagement).units["ALL"]
    assert unit.lines["sales"].n == unit.lines["sales"].in_window == 10324
    assert unit.lines["sales"].first == "2006-05-02"
    assert unit.metrics["concentration"].value == pytest.approx(1103.5, abs=0.05)
    assert unit.metrics["top_five_share"].value == pytest.approx(0.6326, abs=5e-5)
    assert unit.metrics["concentration"].n == 43


def test_nothing_is_claimed_and_the_data_are_measured(folder: Callable[..., Path]) -> None:
    """If this fails, a unit that nobody was asked about has a score, or its data are not looked at."""
    made = by_group(folder)
    assert main(["score", str(made), "--json", str(made / "result.json")]) == 0
    units = json.loads((made / "result.json").read_text(encoding="utf-8"))["units"]
    assert list(units) == list(GROUPS)
    for unit in units.values():
        assert (unit["n_respondents"], unit["overall"]["score"], unit["overall"]["reason"]) == (0, None, Reason.NO_ANSWERS)
        assert all(block["score"] is None for block in unit["dimensions"].values())
    assert units["ARV"]["metrics"]["otif"]["n"] == units["ARV"]["lines"]["deliveries"]["in_window"] == 1180
    assert units["ARV"]["dimensions"]["ORG"]["known"]["measured"] == pytest.approx(2.8, abs=0.05)
    # The window ends where something last happened, not at the last promise (31 December): else it is a year of nine months.
    assert units["ARV"]["metrics"]["otif"]["window"] == ["2014-09-15", "2015-09-14"]
    assert units["ACT"]["lines"]["sales"] == {"n": 16, "in_window": 0, "first": "2008-08-05", "last": "2012-12-03"}
    assert {found["reason"] for name, found in units["ACT"]["metrics"].items() if name in ("otif", "concentration")} == {
        Reason.EMPTY_WINDOW
    }


def test_a_batch_makes_every_report(folder: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails, a unit or a language has no report, or one that reads as if people had been asked."""
    made = by_group(folder)
    assert main(["batch", str(made), "--jobs", "1"]) == 0
    assert "22 of 22 reports made" in capsys.readouterr().out
    for unit in GROUPS:
        for language in ("en", "zh"):
            assert (made / "reports" / "2015" / unit / f"account_value.{language}.pdf").read_bytes().startswith(b"%PDF")
    for unit in (*GROUPS, "_group"):
        notebook = "group_overview" if unit == "_group" else "unit_audit"
        for language, said in (("en", "Nobody has been asked yet"), ("zh", "还没有请任何人作答")):
            place = made / "reports" / "2015" / unit
            assert (place / f"{notebook}.{language}.pdf").read_bytes().startswith(b"%PDF")
            page = (place / f"{notebook}.{language}.html").read_text(encoding="utf-8")
            body = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", page[page.index("<main") :], flags=re.DOTALL)
            text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
            assert said in text
            assert HOLES.search(text) is None, HOLES.search(text)
            for absurd in ("0 respondents", "0 people", "Claimed", "Too few people", "0位受访者", "自评分", "0人作答"):
                if absurd != "Claimed" or unit == "_group":
                    assert absurd not in text, absurd
    arv = (made / "reports" / "2015" / "ARV" / "unit_audit.en.html").read_text(encoding="utf-8")
    assert "33 accounts, 8,550 lines of sales (1,176 in these days)" in arv
    assert "from 15 September 2014 to 14 September 2015" in arv
    act = (made / "reports" / "2015" / "ACT" / "unit_audit.en.html").read_text(encoding="utf-8")
    assert "The last line is of 3 December 2012, before these days" in act


def test_check_says_what_is_odd_and_stops_nothing(folder: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails, what a reader of the reports should doubt is not said, or a sound mapping is called wrong."""
    assert main(["check", str(by_group(folder))]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert lines[0] == (
        "note: responses: holds no answers in wave 2015 yet. Reports rest on data and evidence alone until answers are added."
    )
    assert any("rows 432, 456, 2700, 3389, 4908: was delivered before it was ordered." in line for line in lines)
    assert any("has sales of 0" in line and "and 5 more" in line for line in lines)
    assert lines[-1] == (
        "No problems found: 5 units, 2 files, no answers yet in wave 2015; "
        "lines of data: accounts 76, sales 10,324, deliveries 10,324."
    )


def test_words_in_place_of_values_are_listed_once_each(folder: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails, a column of remarks floods the terminal, or is taken for numbers in silence."""
    assert main(["check", str(by_group(folder, missing=False))]) == 2
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert len(lines) <= 20
    (dates,) = [line for line in lines if "'Date Not Captured' is no date" in line]
    assert "rows 2–10, 13–14" in dates
    assert "column L (PO Sent to Vendor Date)" in dates
    assert "list it under 'missing' in engagement.yaml" in dates
    (freight,) = [line for line in lines if "'Freight Included in Commodity Cost' is no number" in line]
    assert re.search(r"and 1,?425 more, column AF \(Freight Cost \(USD\)\)", freight)
    assert "note: reports can be made all the same, without the lines and cells that are listed." in out.splitlines()
