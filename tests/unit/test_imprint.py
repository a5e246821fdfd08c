"""What a report says of itself: the same in every format, enough to make it anew, and nothing that nobody should know."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verify_cases import House, house

from kamassess.imprint import Imprint, read_imprint
from kamassess.verifying.claims import claim_of

__all__ = ["house"]

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@settings(deadline=None, derandomize=True)
@given(unit=WORDS, wave=WORDS)
def test_an_imprint_is_read_as_it_was_written_whatever_the_names(unit: str, wave: str) -> None:
    # If this fails, a unit with an odd name has reports that cannot be verified, or that break the page they stand in.
    written = Imprint("unit_audit", unit, "zh", wave, date="2026-03-31", brand="ab12", version="0.1.0")
    line = str(written)
    assert line.isascii()
    assert not set(line) & set("<>&\"' ()\\,\n\x1b")
    assert read_imprint(b"before " + line.encode() + b"</after>") == written


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"kamassess.report/1",
        b"kamassess.report/1;notebook=unit_audit;unit=N",
        b"kamassess.report/1;notebook=;unit=N;language=en;wave=2026",
        b"kamassess.report/2;notebook=unit_audit;unit=N;language=en;wave=2026",
        b"kamassess.report/1" + b";unit=N" * 100_000,
        b"kamassess.report/1;" * 100_000,
    ],
)
def test_what_is_no_imprint_is_none(content: bytes) -> None:
    # If this fails, a damaged or made-up line stops the command, or holds it up.
    assert read_imprint(content) is None


def test_every_format_says_the_same_and_no_file_place_or_person(house: House) -> None:
    # If this fails, a report in some format cannot be verified, or its properties tell what its pages do not.
    said = {}
    for name in ("html", "pdf", "xlsx", "pptx"):
        claim = claim_of(house.report(f"N/unit_audit.{name}").read_bytes())
        assert claim is not None
        assert claim.file_format == name
        said[name] = claim.imprint
    assert said["html"] == said["pdf"] == said["xlsx"]
    assert (said["html"].notebook, said["html"].unit, said["html"].language, said["html"].wave) == (
        "unit_audit",
        "N",
        "en",
        "2026",
    )
    assert (said["html"].date, said["html"].since, said["pptx"].since) == ("2026-03-31", "", "2025")
    line = str(said["html"])
    assert len(line) <= 255, "a dialog of properties cuts it off"
    assert not any(word in line for word in ("responses", "R1", "Acme", "North", str(house.folder)))


def test_figures_for_programs_are_known_without_an_imprint(house: House) -> None:
    # If this fails, JSON cannot be verified, or the file of a unit is taken for that of all.
    told = {name: claim_of(house.report(f"{name}.json").read_bytes()) for name in ("N/unit_audit", "_group/group_overview")}
    assert {name: (claim.imprint.notebook, claim.imprint.unit, claim.imprint.since) for name, claim in told.items() if claim} == {
        "N/unit_audit": ("unit_audit", "N", ""),
        "_group/group_overview": ("group_overview", "_group", "2025"),
    }
