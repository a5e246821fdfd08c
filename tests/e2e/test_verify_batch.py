"""The folder of a batch: held against its inputs, its summary, and a signature made with the real tool."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import verify_cases
from shared_demo import Demo
from verify_cases import House, house

from kamassess.resources import carried

__all__ = ["house"]

pytestmark = pytest.mark.e2e


def _key(folder: Path, name: str) -> tuple[Path, str]:
    """A new key of SSH, and the line that allows it to sign."""
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
    return path, f"{name}@example.com {path.with_suffix('.pub').read_text(encoding='utf-8')}"


def test_whoever_signs_the_summary_has_signed_every_report(house: House, tmp_path: Path) -> None:
    # If this fails, a signature says nothing of the reports, or one of somebody else, or for something else, counts.
    reports = house.folder / "reports"
    anna, allowed = _key(tmp_path, "anna")
    eve, not_allowed = _key(tmp_path, "eve")
    signers, others = tmp_path / "allowed_signers", tmp_path / "others"
    signers.write_text(allowed, encoding="utf-8")
    others.write_text(not_allowed, encoding="utf-8")

    def signed(key: Path, namespace: str = "kamassess") -> None:
        (reports / "summary.json.sig").unlink(missing_ok=True)
        line = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", key, reports / "summary.json"]
        subprocess.run(line, check=True, capture_output=True)

    def said(*options: str | Path) -> tuple[int, str]:
        found = house.verify(reports, "--listed", *options)
        return found.code, found.the("summary.json")[1]

    assert said("--signers", signers) == (1, "is not signed")
    signed(anna)
    assert said("--signers", signers) == (0, "is signed by 'anna@example.com'")
    elsewhere = tmp_path / "for_git"
    elsewhere.write_text(allowed.replace(" ssh-", ' namespaces="git" ssh-', 1), encoding="utf-8")
    not_for_this = "is signed by 'anna@example.com', whose key 'for_git' does not allow for this"
    assert said("--signers", elsewhere) == (1, not_for_this)
    assert said("--signers", others) == (1, "is signed by nobody whom 'others' names")
    assert "summary.json is signed, which was not looked at" in house.verify(reports, "--listed").err
    whole = house.verify(reports / "2026" / "N" / "unit_audit.en.json", house.folder)
    assert whole.code == 0
    house.edit("reports/2026/N/unit_audit.en.html", "Acme", "Acne")
    (reports / "2026/N/more.html").write_text("more", encoding="utf-8")
    house.report("S/unit_audit.pdf").unlink()
    found = house.verify(reports, "--listed", "--signers", signers)
    assert {file.rpartition("/")[2]: found.files[file][1] for file in found.wrong} == {
        "unit_audit.en.html": "is not the file that summary.json lists",
        "more.html": "is not listed in summary.json",
        "unit_audit.en.pdf": "is missing, though summary.json lists it",
    }
    other = "has a signature that does not fit it: one of the two was changed, or it is for something else"
    signed(anna, "git")
    assert said("--signers", signers) == (1, other)
    signed(anna)
    house.edit("reports/summary.json", '"wave": "2026"', '"wave": "2O26"')
    assert said("--signers", signers) == (1, other)
    (reports / "summary.json.sig").write_bytes(b"-----BEGIN SSH SIGNATURE-----\nAAAA")
    assert said("--signers", signers) == (1, other)
    signed(eve)
    assert said("--signers", signers) == (1, "is signed by nobody whom 'allowed_signers' names")


def test_a_summary_that_was_made_up_opens_no_file_and_is_told(house: House) -> None:
    # If this fails, who changes a report and the summary with it is believed, or a path in it is followed out of the folder.
    reports = house.folder / "reports"
    listed = house.report("N/unit_audit.html")
    before = verify_cases.sha256(listed)
    house.edit("reports/2026/N/unit_audit.en.html", "Acme", "Acne")
    house.edit("reports/summary.json", before, verify_cases.sha256(listed))
    house.edit("reports/summary.json", '"2026/S/unit_audit.en.json"', '"../engagement.yaml"')
    house.edit("reports/summary.json", '"seconds"', '"second"', count=99)
    for path in {*reports.glob("2026/*/*.p*"), *reports.glob("2026/*/*.xlsx"), *reports.glob("2026/*/p*")}:
        path.unlink()  # all but a few, to be quick
    found = house.verify(reports)
    assert found.the("N/unit_audit.en.html")[0] == "report_changed"
    assert found.the("/../engagement.yaml")[1] == "is missing, though summary.json lists it"
    assert found.the("S/unit_audit.en.json")[1] == "is what these inputs give; summary.json does not list it"
    assert found.the("_group/group_overview.en.html")[0] == "same"
    assert found.the("index.html")[1] == "differs: it is not the page that belongs to summary.json"
    house.edit("reports/summary.json", '"company": "Acme"', '"company": "Acne"')
    for path in (*reports.glob("2026/*/*.html"), reports / "2026/_group/group_overview.en.json"):
        path.unlink()
    told = house.verify(reports).the("summary.json")[1]
    assert told == "differs: it says that the company is 'Acne', which is 'Acme'"


@pytest.mark.slow
def test_reports_of_the_demo_are_what_the_sample_gives(demo: Demo, tmp_path: Path) -> None:
    # If this fails, a report of a kind that the small engagement does not have cannot be verified; nor those of the demo, which
    # lie in no engagement.
    names = ("_group/retention_options.zh", "EX/account_value.zh", "NC/workshop_minutes.en", "_group/progress.en")
    for name in names:
        place = tmp_path / "2026" / name.split("/")[0]
        place.mkdir(parents=True, exist_ok=True)
        for file_format in ("html", "pdf") if name == names[2] else ("html",):
            shutil.copy(demo.report(name, file_format), place)
    ran = verify_cases.run("verify", tmp_path / "2026")
    assert ran.returncode == 0, ran.stdout
    assert ran.stdout.splitlines()[-1] == "5 files: 5 as these inputs give them."
    copy = tmp_path / "2026" / "NC" / "workshop_minutes.en.html"
    copy.write_bytes(copy.read_bytes() + b"\n")
    ran = verify_cases.run("verify", copy, carried("sample_data"))
    assert ran.returncode == 1
    assert ran.stderr == ""
    ran = verify_cases.run("verify", copy)
    assert "They were held against the sample engagement, for none lies above them" in ran.stderr
