"""A wave asked with an older version of the questionnaire, from end to end: compare, mend the draft, check, score."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import kamassess as ka
from kamassess.reading.instrument import load_instrument, read_instrument
from kamassess.reading.mapping import load_mapping
from kamassess.resources import instruments

if TYPE_CHECKING:
    import subprocess

    from tests.conftest import Ran

    Cli = Callable[..., Ran]
    Program = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.e2e

NEXT = {
    'version: "1.0"': 'version: "1.1"',
    'id: "STR-2-Q1"': 'id: "STR-2-Q7"',
    'id: "STR-3-Q1"\n            text: {en: "': 'id: "STR-3-Q1"\n            text: {en: "And now: ',
}
"""What a next version of ``kam`` might change: a number, an id, a text."""


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """A version 1.1 of the built-in instrument."""
    text = (instruments() / "kam.yaml").read_text(encoding="utf-8")
    for old, new in NEXT.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = tmp_path / "kam-1.1.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_printed_is_a_sound_mapping(tmp_path: Path, newer: Path, program: Program) -> None:
    # If this fails, `kamassess instrument compare OLD NEW > FILE` makes a file that the next command refuses.
    ran = program("kamassess", "instrument", "compare", "kam", newer)
    assert (ran.returncode, ran.stderr) == (0, "")
    path = tmp_path / "map.yaml"
    path.write_text(ran.stdout, encoding="utf-8")
    mapping = load_mapping(path, load_instrument("kam"), read_instrument(newer))
    assert (len(mapping.kept), mapping.kept["STR-2-Q1"], mapping.changed) == (64, "STR-2-Q7", {"STR-3-Q1": "STR-3-Q1"})
    assert ran.stdout.splitlines()[:2] == [
        "# Which questions of kam 1.0 and kam 1.1 are the same.",
        "# 64 kept, 1 changed, 0 dropped, 0 new. Drafted by 'kamassess instrument compare'; check it by hand.",
    ]


def test_what_is_written_is_what_is_printed(tmp_path: Path, newer: Path, kamassess_cli: Cli) -> None:
    # If this fails, --out writes another draft, or says nothing of what to look at.
    path = tmp_path / "maps" / "map.yaml"
    ran = kamassess_cli("instrument", "compare", "kam", newer, "--out", path)
    assert (ran.code, ran.err) == (0, [])
    assert ran.out == [
        f"{path.as_posix()}: 64 kept, 1 changed, 0 dropped, 0 new.",
        "- Kept under another id: see that each is the same question (STR-2-Q1 as STR-2-Q7).",
        "- Changed: if only the wording was mended and the same answers are meant, move the question to 'kept'.",
    ]
    printed = kamassess_cli("instrument", "compare", "kam", newer)
    assert path.read_text(encoding="utf-8").splitlines() == printed.out
    assert [entry.name for entry in path.parent.iterdir()] == ["map.yaml"]


def test_a_mended_draft_is_not_written_over(tmp_path: Path, newer: Path, kamassess_cli: Cli) -> None:
    # If this fails, an hour of work by hand is lost to one arrow key and Enter.
    path = tmp_path / "map.yaml"
    path.write_text("mended", encoding="utf-8")
    ran = kamassess_cli("instrument", "compare", "kam", newer, "--out", path)
    assert ran.code == 2
    assert ran.the("'map.yaml' is there already. Choose another name")
    assert path.read_text(encoding="utf-8") == "mended"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kam", "kam", ["'kam' and 'kam' are the same questionnaire. A wave that was asked with it needs no mapping."]),
        (
            "kamm",
            "other.yaml",
            [
                "there is no built-in instrument 'kamm'. Did you mean kam? Or give the path of a YAML file.",
                "other.yaml: there is no such file. Check the name and the folder.",
            ],
        ),
    ],
)
def test_what_cannot_be_compared_is_said(kamassess_cli: Cli, old: str, new: str, said: list[str]) -> None:
    # If this fails, the faults of the second file come only when the first is mended.
    assert kamassess_cli("instrument", "compare", old, new).err == said


def test_a_wave_is_scored_with_what_it_was_asked(
    make_engagement: Callable[..., Path],
    kamassess_cli: Cli,
    instrument: dict[str, Any],
    settings: dict[str, Any],
    answers: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # If this fails, last year's answers are lost, or scored as answers to questions that were not asked then.
    older = yaml.safe_load(yaml.safe_dump(instrument)) | {"version": "0.9"}
    older["dimensions"][1]["id"] = "BEFORE"
    older["dimensions"][1]["criteria"][0]["id"] = "B-0"
    older["dimensions"][1]["criteria"][0]["questions"][0]["id"] = "B-0-Q1"
    older["scales"]["four"]["options"][-1]["value"] = 2
    before = [["2025", *row[1:]] for row in answers]
    for row in before:
        row[4] = row[4].replace("B-1", "B-0")
        row[5] = "2" if row[5] == "1" else row[5]
    settings["waves"] = {"2025": {"instrument": "tiny-0.9.yaml", "mapping": "map.yaml", "date": "2025-10-31"}}
    settings["units"][0]["targets"] = {"A": 0.5, "B": 1}
    folder = make_engagement(answers=[*answers, *before], files={"tiny-0.9.yaml": older})
    missing = kamassess_cli("check", folder)
    assert (missing.code, len(missing.err)) == (2, 1)
    assert missing.the("waves.2025.mapping: there is no file 'map.yaml'.")

    drafted = kamassess_cli(
        "instrument", "compare", folder / "tiny-0.9.yaml", folder / "instrument.yaml", "--out", folder / "map.yaml"
    )
    assert drafted.out[0].endswith("map.yaml: 0 kept, 3 changed, 0 dropped, 0 new.")
    assert kamassess_cli("check", folder).code == 0

    results = {}
    for wave in ("2025", "2026"):
        ran = kamassess_cli("score", folder, "--wave", wave, "--json", folder / f"{wave}.json")
        assert ran.code == 0, ran.err
        results[wave] = json.loads((folder / f"{wave}.json").read_text(encoding="utf-8"))
    then, now = results["2025"], results["2026"]
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert ka.score(folder, "2025").date == "2025-10-31"
    assert (then["instrument"]["version"], now["instrument"]["version"]) == ("0.9", "1.0")
    assert (list(then["units"]["N"]["dimensions"]), list(now["units"]["N"]["dimensions"])) == (["A", "BEFORE"], ["A", "B"])
    assert list(then["units"]["N"]["questions"]) == ["A-1-Q1", "A-2-Q1", "B-0-Q1"]
    assert then["units"]["N"]["questions"]["B-0-Q1"]["counts"] == {"0": 0, "0.25": 1, "0.5": 1, "2": 1}
    assert then["units"]["N"]["questions"]["A-2-Q1"]["mean"] == 1.25
    assert now["units"]["N"]["questions"]["A-2-Q1"]["mean"] == 0.75
    assert {"instrument tiny 0.9 (wave 2025)", "map.yaml"} <= set(then["provenance"]["inputs"])
