"""One unit in both brands of the sample: every format changes colours, name and logo, and nothing of the other is left."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from deck_cases import opened, said

from kamassess.export.deck.logo import logo_png
from kamassess.reading.brand import Brand, read_brand
from kamassess.resources import carried

pytestmark = pytest.mark.e2e

SAMPLE = carried("sample_data")
NAMES = ("solcen", "lattice")
FORMATS = ("html", "pdf", "xlsx", "pptx")
_COLOUR = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:scn|SCN|rg|RG)\b")


@pytest.fixture(scope="module")
def brands() -> dict[str, Brand]:
    return {name: read_brand(SAMPLE / "brands" / f"{name}.yaml", name) for name in NAMES}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """The audit of one unit in each brand, by format."""
    from kamassess.cli import main

    made = {}
    for name in NAMES:
        out = tmp_path_factory.mktemp(name)
        asked = ["--unit", "EX", "--lang", "en", "--format", ",".join(FORMATS), "--brand", name, "--out", str(out)]
        assert main(["report", str(SAMPLE), *asked]) == 0
        made[name] = {kind: (out / "2026" / "EX" / f"unit_audit.en.{kind}").read_bytes() for kind in FORMATS}
    return made


def own(brands: dict[str, Brand], name: str) -> set[str]:
    """Colours that one brand has and the other has not, white and black aside."""
    other = next(brand for key, brand in brands.items() if key != name)
    theirs = {*other.light.values(), *other.dark.values()}
    return {*brands[name].light.values(), *brands[name].dark.values()} - theirs


def colours(kind: str, content: bytes) -> set[str]:
    """The colours of a report, as ``#rrggbb``."""
    if kind == "html":
        return {found.lower() for found in re.findall(r"#[0-9a-fA-F]{6}\b", content.decode())}
    if kind == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = [package.read(name) for name in package.namelist() if name.endswith(".xml")]
        found_ = {found for part in parts for found in re.findall(rb'(?:srgbClr val|rgb)="(?:FF)?([0-9A-Fa-f]{6})"', part)}
        return {f"#{found.decode().lower()}" for found in found_}
    if kind == "pptx":
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = [package.read(name) for name in package.namelist() if name.endswith(".xml") and "notesMaster" not in name]
        return {f"#{found.decode().lower()}" for part in parts for found in re.findall(rb'srgbClr val="([0-9A-Fa-f]{6})"', part)}
    found = set()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") not in ("/Image", "/XML"):
                for parts in _COLOUR.findall(thing.read_bytes()):
                    found.add("#" + "".join(f"{round(255 * float(part)):02x}" for part in parts))
    return found


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_colours_are_those_of_the_brand(
    reports: dict[str, dict[str, bytes]], brands: dict[str, Brand], name: str, kind: str
) -> None:
    there = colours(kind, reports[name][kind])
    used = own(brands, name) & there
    assert {brands[name].light[token] for token in ("accent", "claimed", "measured")} <= used
    for other in set(NAMES) - {name}:
        assert not own(brands, other) & there, "a colour of the other brand is left"


@pytest.mark.parametrize("name", NAMES)
def test_name_footer_and_logo_are_those_of_the_brand(
    reports: dict[str, dict[str, bytes]], brands: dict[str, Brand], name: str
) -> None:
    brand, other = brands[name], next(brands[key] for key in NAMES if key != name)
    page, deck = reports[name]["html"].decode(), opened(reports[name]["pptx"])
    for words in (page, said(deck)):
        assert brand.footer["en"] in words
        assert other.footer["en"] not in words
    assert deck.core_properties.author == brand.name
    assert brand.logo is not None
    assert base64.b64decode(brand.logo.split(",")[1]).decode()[:40].split("<svg")[0] in page
    with zipfile.ZipFile(io.BytesIO(reports[name]["pptx"])) as package:
        pictures = [package.read(entry) for entry in package.namelist() if entry.startswith("ppt/media/")]
    assert pictures == [logo_png(brand.logo)]
    with pikepdf.open(io.BytesIO(reports[name]["pdf"])) as pdf:
        assert str(pdf.docinfo["/Author"]) == brand.name


def test_a_brand_that_is_not_there_is_an_error(tmp_path: Path, kamassess_cli: Callable[..., Any]) -> None:
    ran = kamassess_cli("report", SAMPLE, "--unit", "NC", "--brand", "latice", "--out", tmp_path / "out")
    assert ran.code == 2
    ran.the("no brand 'latice'", "lattice")
    ran = kamassess_cli("batch", SAMPLE, "--units", "NC", "--brand", str(tmp_path / "own.yaml"), "--out", tmp_path / "out")
    assert ran.code == 2
    ran.the("no brand", "own.yaml")
    assert not (tmp_path / "out").exists()


def test_a_batch_makes_reports_again_when_their_brand_changes(
    tmp_path: Path, kamassess_cli: Callable[..., Any], make_engagement: Callable[..., Path]
) -> None:
    asked = ["batch", make_engagement(), "--units", "N", "--notebook", "unit_audit", "--lang", "en", "--format", "pptx"]
    asked += ["--out", tmp_path / "out"]
    text = (SAMPLE / "brands" / "lattice.yaml").read_text(encoding="utf-8").replace('logo: "lattice.svg"', "logo: null")
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    first = kamassess_cli(*asked, "--brand", str(tmp_path / "own.yaml"))
    again = kamassess_cli(*asked, "--brand", str(tmp_path / "own.yaml"))
    (tmp_path / "own.yaml").write_text(text.replace("5b2a86", "4b2a86"), encoding="utf-8")
    changed = kamassess_cli(*asked, "--brand", str(tmp_path / "own.yaml"))
    said_ = [" ".join(ran.out) for ran in (first, again, changed)]
    assert all("1 of 1 reports made" in line for line in said_)
    assert ["unchanged" in line for line in said_] == [False, True, False]
    with zipfile.ZipFile(tmp_path / "out" / "2026" / "N" / "unit_audit.en.pptx") as package:
        assert b"4B2A86" in package.read("ppt/theme/theme1.xml")
