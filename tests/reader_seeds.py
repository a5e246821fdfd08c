"""One small engagement in which a file of every kind is sound: what readers are tried with, whole and then damaged.

:func:`sound_engagement` writes it; what stands in each file is short, so that a reader is done in a millisecond or two.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml
from pptx import Presentation

__all__ = ["deck", "picture", "sound_engagement", "whole_deck", "workbook"]


def _both(text: str) -> dict[str, str]:
    return {"en": text, "zh": f"{text}（中文）"}


def instrument(version: str = "1.0") -> dict[str, Any]:
    """Two dimensions and a screen with everything a file may have: gates, anchors, evidence, references, a policy."""

    def criterion(name: str, **more: Any) -> dict[str, Any]:
        question = {"id": f"{name}-Q1", "text": _both(f"What of {name}?"), "scale": "four", "weight": 1.5, **more}
        return {"id": name, "name": _both(name), "weight": 2, "gate": name == "A-1", "questions": [question]}

    anchors = {value: _both(f"at {value}") for value in (0, 0.25, 0.5, 1)}
    first = criterion("A-1", anchors=anchors) | {
        "evidence": [{"kind": "document", "text": _both("the plan")}],
        "crossref": ["h.a"],
    }
    return {
        "id": "tiny",
        "version": version,
        "languages": ["en", "zh"],
        "title": _both("Tiny"),
        "scales": {"four": {"options": [{"value": value, "label": _both(f"Option {value}")} for value in (0, 0.25, 0.5, 1)]}},
        "levels": [{"level": level, "name": _both(f"L{level}"), "from": start} for level, start in ((1, 0), (2, 0.5), (3, 0.9))],
        "roles": [{"id": "lead", "name": _both("Leads")}, {"id": "staff", "name": _both("Staff")}],
        "policy": {
            "respondents": "by_role",
            "min_coverage": 0.5,
            "min_respondents": 2,
            "evidence": {"statement": 2, "verified": None},
        },
        "references": [{"id": "h", "citation": "Somebody (2002)", "constructs": {"a": _both("activities")}}],
        "dimensions": [
            {"id": "A", "name": _both("First"), "weight": 1, "criteria": [first, criterion("A-2", roles=["lead"])]},
            {"id": "B", "name": _both("Second"), "about": _both("the second"), "criteria": [criterion("B-1")]},
        ],
        "screens": [{"id": "F", "name": _both("Fit"), "criteria": [criterion("F-1")]}],
    }


def settings() -> dict[str, Any]:
    """``engagement.yaml`` with all its keys."""
    return {
        "company": _both("Acme"),
        "languages": ["en", "zh"],
        "instrument": "instrument.yaml",
        "wave": "2026",
        "date": "2026-06-30",
        "currency": "CNY",
        "branding": "brand.yaml",
        "actions": "actions.yaml",
        "roadmap": {"effort": [4, 10, 12]},
        "waves": {"2025": {"instrument": "old.yaml", "mapping": "mapping.yaml", "date": "2025-06-30"}},
        "curves": {
            "crm_completeness": [{"level": 1, "value": 0.2, "source": "house"}, {"level": 3, "value": 0.9, "source": "house"}]
        },
        "key_account_criteria": {"attractiveness": 3, "strength": 3},
        "peak_months": [6, 7],
        "programme_cost": {"N": 1000},
        "metrics": {"executives": {"N": 2}, "discount_rate": 0.1, "window_days": 365, "value_weights": {"revenue": 1}},
        "crm": {"required": {"Phone": "[0-9-]+", "Owner": None}, "updated": "Changed"},
        "columns": {
            "launches": {
                "file": "new.csv",
                "product": "Item",
                "launched": {"column": "Day", "format": "%d.%m.%Y"},
                "account": "Customer",
                "trialled": {"constant": ""},
            }
        },
        "units": [
            {"id": "G", "name": _both("Group"), "size": 100},
            {
                "id": "N",
                "name": _both("North"),
                "parent": "G",
                "targets": {"A": 0.75},
                "roadmap": [
                    {"action": "A-1.2", "owner": "Li", "start": 2, "effort": 1, "status": "under_way"},
                    {"do": "Ask them", "owner": "Wu", "start": 1, "end": 3},
                ],
            },
            {"id": "S", "name": _both("South"), "parent": "G"},
        ],
    }


_MAPPING = {
    "from": {"instrument": "tiny", "version": "0.9"},
    "to": {"instrument": "tiny", "version": "1.0"},
    "kept": ["A-1-Q1", {"B-1-Q1": "B-1-Q1"}],
    "changed": ["A-2-Q1"],
    "dropped": ["F-1-Q1"],
    "new": ["F-1-Q1"],
}
_STEP = {"do": _both("do it"), "measure": _both("seen"), "owner": "chief", "effort": 1, "months": 2}
_ACTIONS = {
    "owners": {"chief": _both("The chief")},
    "A-1": {"2": _STEP, "3": {**_STEP, "after": ["B-1.2"]}},
    "B-1": {"2": _STEP},
}
_INK = dict.fromkeys(("ink", "muted", "accent", "target"), "#241a2e")
_BRAND = {
    "name": "Lattice",
    "font": "Noto Sans SC",
    "logo": "logo.svg",
    "deck": "deck.pptx",
    "footer": _both("For the board"),
    "light": _INK
    | {
        "line": "#e4deea",
        "paper": "#fffffe",
        "wash": "#f6f3f9",
        "claimed": "#5e2d8a",
        "evidenced": "#7c7486",
        "measured": "#0e7c66",
        "hot": "#efe8f6",
    },
}
LOGO = b"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80" width="80" height="80">
<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>
<g fill="url(#g)" stroke="#5b2a86"><path d="M10 14h52"/><use href="#g"/><text x="1" y="2">A</text></g></svg>
"""
_WORKSHOP = {
    "schema": "kamassess.workshop/1",
    "session": "5ca1ab1e0000c0de",
    "state": 12,
    "wave": "2026",
    "unit": "N",
    "day": "2026-06-18",
    "instrument": "tiny 1.0",
    "agenda": ["A", "B"],
    "people": {"lead": 3, "staff": 4},
    "votes": [
        {
            "question": "A-1-Q1",
            "round": 1,
            "votes": 7,
            "all": {"0.25": 3, "1": 4},
            "roles": {"lead": {"0.25": 3}},
            "comments": ["why"],
        },
        {"question": "B-1-Q1", "round": 1, "votes": 2},
    ],
    "targets": {"A": 1, "B": 0.5},
    "targets_before": {"A": 0.75, "B": None},
    "actions": [{"id": "a1", "criterion": "A-1", "do": "Write it", "owner": "Li", "due": "2026-09-30"}],
}
_AGREED = [
    ["wave", "unit", "respondent", "role", "question", "answer", "comment"],
    ["2026", "N", "workshop", "workshop", "A-1-Q1", "1", ""],
]

_ANSWERS = [["wave", "unit", "respondent", "role", "question", "answer", "comment"]] + [
    [wave, unit, person, role, question, answer, note]
    for wave in ("2025", "2026")
    for unit in ("N", "S")
    for person, role, answer, note in (
        ("R1", "lead", "0.5", ""),
        ("R2", "lead", "1", "so"),
        ("R3", "staff", "0.25", "见附件"),
        ("R4", "staff", "DK", ""),
    )
    for question in ("A-1-Q1", "A-2-Q1", "B-1-Q1")
    if role == "lead" or question != "A-2-Q1"
]
EXPORT = [
    [
        "start",
        "kamassess_form",
        "wave",
        "about_you/unit",
        "about_you/role",
        "about_you/respondent",
        "d1_A/d1_c1_A_1/q_A_1_Q1",
        "d1_A/d1_c1_A_1/na_A_1_Q1",
        "d1_A/d1_c1_A_1/c_A_1_Q1",
        "d2_B/d2_c1_B_1/q_B_1_Q1",
        "_uuid",
        "_validation_status",
        "meta/rootUuid",
        "_index",
    ],
    ["2026-10-12", "tiny/1.0", "2026", "N", "lead", "R8", "0.25", "", "so", "NA", "x", "", "y", "1"],
    ["2026-10-13", "tiny/1.0", "2026", "S", "staff", "R9", "DK", "", "", "1", "x", "Not Approved", "y", "2"],
]
TABLES: Mapping[str, Sequence[Sequence[str]]] = {
    "accounts": [
        [
            "account",
            "name",
            "unit",
            "key_account",
            "wallet",
            "since",
            "suppliers",
            "attractiveness",
            "strength",
            "manager",
            "group",
        ],
        ["A1", "Alpha", "N", "yes", "1000", "2015-01-01", "3", "4", "3", "M1", "Alpha"],
        ["A2", "贝塔", "N", "no", "2,5", "2016-01-01", "", "", "", "", ""],
        ["S1", "Sigma", "S", "是", "￥1,000", "2019/1/3", "2", "3.5", "2", "M1", "Alpha"],
    ],
    "sales": [
        ["account", "date", "product", "quantity", "net_sales", "cost_of_goods"],
        ["A1", "2026-03-31", "P", "10", "400", "300"],
        ["A2", "2026-04-30", "P", "-2", "-50", ""],
        ["S1", "2025-12-31", "Q", "1", "1,200.50", "7"],
    ],
    "deliveries": [
        ["account", "order", "ordered", "promised", "delivered", "ordered_qty", "delivered_qty"],
        ["A1", "1", "2026-03-10", "2026-03-20", "2026-03-05", "10", "10"],
        ["S1", "2", "45000", "2026-03-20", "", "10", "4"],
    ],
    "activities": [
        ["account", "date", "category", "initiator", "days"],
        ["A1", "2026-01-31", "visit", "us", "0.5"],
        ["S1", "2026-02-01", "visit", "", "1"],
    ],
    "people": [
        ["manager", "unit", "base_pay", "variable_pay", "joined"],
        ["M1", "N", "1000", "10%", "2020-01-01"],
        ["M2", "S", "1", "2", ""],
    ],
    "promotions": [
        ["account", "start", "end", "cost", "margin_rate", "co_designed"],
        ["A1", "2026-01-01", "2026-01-31", "100", "0.2", "no"],
    ],
    "crm": [["account", "Phone", "Owner", "Changed"], ["A1", "010-555", "Li", "2026-01-01"], ["S1", "", "", ""]],
    "options": [
        ["case", "option", "criterion", "value", "weight"],
        ["Dealer", "all", "contribution", "2700", ""],
        ["Dealer", "Ship", "cost", "12", "1"],
        ["Dealer", "Rail", "cost", "10", "1"],
    ],
}
_NEW = [["Item", "Day", "Customer"], ["Washer", "20.02.2026", "A1"]]
EVIDENCE = [
    ["unit", "criterion", "kind", "title", "date", "expires", "reviewer", "file", "level"],
    ["N", "A-1", "verified", "Sheets", "2026-03-20", "2027-03-31", "audit", "", "2"],
    ["N", "B-1", "document", "计划", "2026-05-18", "", "", "note.txt", ""],
]
INVITED = [["unit", "role", "respondent"], ["N", "lead", "R1"], ["N", "staff", "R3"], ["S", "lead", "R2"]]
PAIRS = [["", "A", "B"], ["A", "1", "3"], ["B", "1/3", "1"]]


def table(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def workbook(rows: Sequence[Sequence[Any]], name: str = "Sheet1") -> bytes:
    """Rows as a workbook, numbers as numbers, with a hidden row, a merged area, a formula and a custom property."""
    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True})
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write(number, place, float(cell) if str(cell).replace(".", "", 1).isdigit() else cell)
    sheet.write_formula(len(rows), 0, "=1+1", None, "")
    sheet.merge_range(len(rows) + 2, 0, len(rows) + 3, 1, "")
    sheet.set_row(len(rows) + 4, None, None, {"hidden": True})
    book.set_custom_property("note", "x")
    book.close()
    return raw.getvalue()


def picture(wide: int = 2, high: int = 2) -> bytes:
    """A grey PNG picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress((b"\0" + bytes(wide)) * min(high, 300))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def deck(extra: Mapping[str, str] | None = None) -> bytes:
    """The smallest presentation that is taken for a template, with *extra* parts."""
    main = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    types = f'<Override PartName="/ppt/presentation.xml" ContentType="{main}"/>'
    space = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{types}</Types>',
        "ppt/presentation.xml": f"<p:presentation {space}/>",
        "ppt/slideLayouts/slideLayout1.xml": f'<p:sldLayout {space}><p:ph type="title"/></p:sldLayout>',
        "ppt/_rels/presentation.xml.rels": '<Relationships><Relationship Id="r1" Target="slides/slide1.xml"/></Relationships>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | dict(extra or {})).items():
            archive.writestr(name, content)
    return made.getvalue()


def whole_deck() -> bytes:
    """A template from which a deck can be made."""
    made = io.BytesIO()
    Presentation().save(made)
    return made.getvalue()


def tree(content: Any) -> bytes:
    """Data as a YAML file."""
    plain = json.loads(json.dumps(content, ensure_ascii=False))  # no two places share a value, which would be an alias
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False).encode()


def sound_engagement(folder: Path) -> Path:
    """Write the engagement into a folder that need not be there, and return that."""
    files: dict[str, bytes] = {
        "engagement.yaml": tree(settings()),
        "instrument.yaml": tree(instrument()),
        "old.yaml": tree(instrument("0.9")),
        "mapping.yaml": tree(_MAPPING),
        "actions.yaml": tree(_ACTIONS),
        "brand.yaml": tree(_BRAND),
        "logo.svg": LOGO,
        "logo.png": picture(),
        "deck.pptx": deck(),
        "note.txt": b"a note",
        "evidence.csv": table(EVIDENCE),
        "invited.csv": table(INVITED),
        "responses/a.csv": table(_ANSWERS),
        "responses/export.csv": table(EXPORT),
        "workshops/w.yaml": tree(_WORKSHOP),
        "workshops/w.csv": table(_AGREED),
        "data/new.csv": table(_NEW),
        "data/crm.csv.gz": gzip.compress(table(TABLES["crm"]), mtime=0),
        "data/people.xlsx": workbook(TABLES["people"]),
        **{f"data/{name}.csv": table(rows) for name, rows in TABLES.items() if name not in ("crm", "people")},
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder
