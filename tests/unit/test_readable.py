"""Text as it is read: what goes, what is named, and what must stay."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from payloads import PAYLOADS

from kamassess.locale import locale
from kamassess.readable import isolated, readable, strange


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Acme & Søns",
            "朔澄电器集团",
            "𠮷野家",
            "👩\u200d🔬 👨\u200d👩\u200d👧",
            "❤\ufe0f\u200d🔥",
            "می\u200cخواهم",
            "क्\u200dष",
            "Việt Nam",
            "e\u0301a\u0323\u0302",
        ),
        *("葛\U000e0100城", "a\u00adb", "line\nline", "a\tb", "№ 5 “x” – ½", "שָׁלוֹם", "ไม่รู้", "ʻOkina", "ﬁ", "＝1"),
    ],
)
def test_what_people_write_stays(text: str) -> None:
    # If this fails, somebody's name is written wrong in a report.
    assert readable(text) == text
    assert not strange(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("No\u200brth", "North"), ("No\u200drth\u200c", "North"), ("北\u200d京", "北京"), ("\ufeffNorth", "North"),
        ("a\u202eb\u202c", "ab"),
        ("\u2066a\u2069", "a"), ("x\u200f\u061cy", "xy"), ("\u3164", ""), ("a\U000e0041", "a"),
        ("a\r\nb\rc\x0bd\x85e\u2028f", "a\nb\nc\nd\ne\nf"),
        ("\x1b[2J", "[U+001B][2J"), ("\x9b1m", "[U+009B]1m"), ("\0", "[U+0000]"), ("\ud800", "[U+D800]"), ("\uffff", "[U+FFFF]"),
        ("a" + "\u0301" * 30, "a" + "\u0301" * 3),
    ],
)  # fmt: skip
def test_what_hides_or_steers_does_not(text: str, read: str) -> None:
    # If this fails, a name looks like another, or does something to whoever looks at it.
    assert readable(text) == read
    assert strange(text)


def test_reading_twice_changes_nothing_more() -> None:
    # If this fails, what comes back in a scorecard is not what was written there.
    for payload in PAYLOADS:
        read = readable(payload.text)
        assert readable(read) == read
        assert not [letter for letter in read if unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t"]


def test_a_name_from_the_right_is_kept_to_itself_in_every_sentence() -> None:
    # If this fails, the score beside it stands on its other side.
    words = locale("en")
    assert isolated("שלום") == "\u2068שלום\u2069"
    assert words.quoted("שלום") == "“\u2068שלום\u2069”"
    assert words.list(["A", "שלום"]) == "A and \u2068שלום\u2069"
    assert "".join(run.text for run in words.rich("quoted", name="שלום")) == "“\u2068שלום\u2069”"
    assert all(isolated(text) == text for text in ("Acme", "朔澄", "Café", ""))


def test_every_way_in_reads_so(
    make_engagement: Callable[..., Path], make_workbook: Callable[..., bytes], kamassess_cli: Any, settings: Any, answers: Any
) -> None:
    # If this fails, there is a kind of file in which a name can still turn a report round.
    hidden = "No\u200brth \u202e1.3\x07"
    settings["units"][0]["name"] = {"en": hidden, "zh": hidden}
    answers[0][6] = hidden
    header = ["wave", "unit", "respondent", "role", "question", "answer", "comment"]
    book = make_workbook([header, ["2026", "N\u200b", "R9", "lead", "A-1-Q1", "1", hidden.replace("\x07", "")]])
    folder = make_engagement(files={"responses/b.xlsx": book})
    ran = kamassess_cli("score", folder, "--json", "-")
    assert ran.code == 0, ran.err
    said = json.dumps(json.loads("\n".join(ran.out)), ensure_ascii=False)
    assert "North 1.3[U+0007]" in said
    assert not set("\u200b\u202e\x07") & set(said)
    assert json.loads("\n".join(ran.out))["units"]["N"]["n_respondents"] == 5
