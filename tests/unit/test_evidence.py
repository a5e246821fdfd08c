"""The register of evidence: what is read, what it supports of a claim, and what counts no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from scoring_cases import instrument as made
from scoring_cases import result

import kamassess as ka
from kamassess.data import Proof
from kamassess.document import Document, plain
from kamassess.locale import locale
from kamassess.opened import opened_audit
from kamassess.render.plain import render_plain
from kamassess.resources import carried
from kamassess.result import Evidenced, Reason
from kamassess.scoring.evidence import evidenced
from kamassess.sections import View, appendix
from kamassess.tables import table_criteria

HEAD = "unit,criterion,kind,title,date,expires,file,level\n"


def proof(kind: str, **more: Any) -> Proof:
    return Proof(**{"unit": "U", "criterion": "C", "kind": kind, "title": "T", "date": "2026-01-01"} | more)


def supported(*proofs: Proof, answer: float | str = 4, day: str | None = "2026-06-30", **policy: Any) -> Evidenced:
    """What these support of a criterion on which everybody gives *answer*."""
    case = made({"D": {"C": ["q"]}})
    case = replace(case, policy=replace(case.policy, **policy))
    unit = result(case, [("U", f"R{number}", "all", {"q": answer}) for number in range(4)]).units["U"]
    return evidenced(proofs, unit.criteria, case, day)["C"]


@pytest.mark.parametrize(
    ("kind", "answer", "level"),
    [("statement", 4, 2), ("document", 4, 3), ("verified", 4, 4), ("document", 2, 2), ("verified", 5, 5), ("statement", 1, 1)],
)
def test_each_kind_supports_a_claim_as_far_as_it_goes(kind: str, answer: float, level: float) -> None:
    """A document that exists is worth level 3 at most, and never more than is claimed."""
    assert supported(proof(kind), answer=answer) == Evidenced(level, kind, 1, 0)


def test_the_strongest_entry_counts_and_a_reviewer_may_say_the_level() -> None:
    """Found at level 5 by a document is 3; found at 2 by a look is 2, whatever is claimed."""
    assert supported(proof("statement"), proof("verified"), proof("document")) == Evidenced(4, "verified", 3, 0)
    assert supported(proof("document", level=5.0)).level == 3
    assert supported(proof("verified", level=2.0), answer=5).level == 2
    assert supported(proof("verified", level=5.0), answer=3).level == 5, "more is shown than is claimed"


def test_what_is_expired_or_later_does_not_count() -> None:
    """It counts on the last day; without a day all count."""
    old = proof("verified", expires="2026-06-29")
    assert supported(old) == Evidenced(None, None, 0, 1, Reason.NO_EVIDENCE)
    assert supported(replace(old, expires="2026-06-30")).level == 4
    assert supported(proof("verified", date="2026-07-01")) == Evidenced(None, None, 0, 0, Reason.NO_EVIDENCE)
    assert supported(old, day=None).level == 4
    assert supported(old, proof("document")) == Evidenced(3, "document", 1, 1)
    assert supported() == Evidenced(None, None, 0, 0, Reason.NO_EVIDENCE)


def test_a_document_without_a_claim_is_told_as_that() -> None:
    """A document that names no level is there, and supports nothing, where nobody claimed anything."""
    assert supported(proof("document"), answer="DK") == Evidenced(None, None, 1, 0, Reason.NO_CLAIM)
    assert supported(answer="DK") == Evidenced(None, None, 0, 0, Reason.NO_EVIDENCE)


def test_the_rule_is_the_instruments() -> None:
    """Another policy, another level."""
    assert supported(proof("document"), evidence={"statement": 1.0, "document": 4.0, "verified": 5.0}).level == 4


def test_a_register_is_read_with_the_digest_of_its_files(make_engagement: Callable[..., Path]) -> None:
    """And stands in the result of the unit; another unit has nothing."""
    register = HEAD + "N,A-1,文件,Charter,2026-01-31,,charter.txt,\n"
    folder = make_engagement(files={"evidence.csv": register, "charter.txt": b"we care"})
    engagement = ka.load_engagement(folder)
    (entry,) = engagement.evidence
    assert (entry.kind, entry.date, entry.expires, entry.level) == ("document", "2026-01-31", None, None)
    assert entry.sha256 == sha256(b"we care").hexdigest()
    audited = ka.audit(engagement)
    claimed = audited.units["N"].criteria["A-1"].continuous_level
    assert audited.units["N"].evidence["A-1"] == Evidenced(claimed, "document", 1, 0)
    assert audited.units["S"].evidence["A-1"].reason == Reason.NO_EVIDENCE
    found = audited.units["N"].as_json()
    assert found["criteria"]["A-1"]["evidenced"] == claimed
    assert found["evidence"]["A-1"] == {"level": claimed, "kind": "document", "n": 1, "expired": 0, "reason": None}
    assert "evidence.csv" in [entry.file for entry in engagement.inputs]


def test_a_register_without_a_column_stops(make_engagement: Callable[..., Path]) -> None:
    """It cannot be mapped, so nobody is sent to 'columns'."""
    _, faults = ka.check_engagement(make_engagement(files={"evidence.csv": "unit,criterion,kind,title\n"}))
    assert [str(fault) for fault in faults] == ["evidence.csv: column 'date' is missing. Add it."]


def test_without_a_register_nothing_is_said(make_engagement: Callable[..., Path]) -> None:
    """That is not the same as no evidence."""
    unit = ka.audit(make_engagement()).units["N"]
    assert unit.evidence == {}
    assert unit.as_json()["criteria"]["A-1"]["evidenced"] is None


def test_faults_of_a_register_are_listed(make_engagement: Callable[..., Path]) -> None:
    """Entries that cannot be used are left out; a file that is not there, or lies outside, is noted."""
    register = (
        HEAD + "N,A-9,document,X,2026-01-31,,,\nN,A-1,rumour,X,2026-01-31,,,\nX,A-1,document,X,2026-01-31,,,\n"
        "N,A-1,document,,2026-01-31,,,\nN,A-1,document,Ok,2026-01-31,2025-01-01,gone.pdf,\nN,A-2,document,Ok,2026-01-31,,../a.txt,\n"
    )
    engagement, faults = ka.check_engagement(make_engagement(files={"evidence.csv": register}))
    assert engagement is not None
    texts = [str(fault) for fault in faults]
    for part in (
        "evidence.csv, row 2, column B (criterion): 'A-9' is no criterion of the instrument",
        "evidence.csv, row 3, column C (kind): 'rumour' is none of the words for it",
        "evidence.csv, row 4, column A (unit): 'X' is no unit",
        "evidence.csv, row 5, column D (title): title is empty",
    ):
        assert sum(part in text for text in texts) == 1, (part, texts)
    assert [entry.title for entry in engagement.evidence] == ["Ok", "Ok"]
    odd = " ".join(map(str, engagement.odd))
    assert "row 6: there is no file 'gone.pdf' in the engagement folder" in odd
    assert "row 6: expires before it was made" in odd
    assert "'../a.txt'" in odd


def test_a_level_that_the_instrument_does_not_have_is_a_fault(make_engagement: Callable[..., Path]) -> None:
    # If this fails, a slip of the finger proves level 7 of 5.
    register = HEAD + "N,A-1,verified,Charter,2026-01-31,,,7\nN,A-1,verified,Ok,2026-01-31,,,2\n"
    _, faults = ka.check_engagement(make_engagement(files={"evidence.csv": register}))
    (text,) = map(str, faults)
    assert "row 2, column H (level)" in text


def test_the_report_shows_the_level_beside_the_claim_and_states_the_rule() -> None:
    """If this fails, a claim of level 4 with a document alone reads as level 4; without a register the column is not there."""
    engagement, audited = opened_audit(carried("sample_data"), "2026")
    unit = replace(audited.units["CA"], evidence={})
    plain_view = View(audited, locale("en"), engagement.brand, unit)
    criterion = unit.criteria["STR-1"]
    shown = {name: Evidenced(None, None, 0, 0, Reason.NO_EVIDENCE) for name in unit.criteria}
    shown |= {"STR-1": Evidenced(3.0, "document", 1, 0), "STR-2": Evidenced(None, None, 0, 2, Reason.NO_EVIDENCE)}
    view = replace(plain_view, unit=replace(unit, evidence=shown))
    dimension = view.instrument.dimensions[0]
    without, table = table_criteria(plain_view, dimension), table_criteria(view, dimension)
    assert len(table.columns) == len(without.columns) + 1
    place = [column.label for column in table.columns].index("Evidenced □")
    cells = [row[place] for row in table.rows]
    assert criterion.score is not None
    assert [plain(cell.text) for cell in cells[:3]] == ["3 document", "–", "–"]
    assert [cell.title for cell in cells[1:3]] == ["evidence that has expired: 2", "no evidence that counts"]
    rule = "statement up to level 2, document up to level 3 and trace of use up to level 5"
    assert rule in " ".join(render_plain(Document(appendix(view))).split())
    assert rule not in " ".join(render_plain(Document(appendix(plain_view))).split())


def test_the_rule_is_read_from_the_instrument(make_engagement: Callable[..., Path], instrument: dict[str, Any]) -> None:
    """What is not given stays as it is; null is any level; another kind is a fault of its line."""
    instrument["policy"] = {"evidence": {"document": 4, "statement": None}}
    policy = ka.load_engagement(make_engagement("a", instrument=instrument)).instrument.policy
    assert policy.evidence == {"statement": None, "document": 4.0, "verified": None}
    instrument["policy"] = {"evidence": {"rumour": 1}}
    with pytest.raises(ka.InputError, match="rumour"):
        ka.load_engagement(make_engagement("b", instrument=instrument))
