"""Decks opened by an office program: every slide becomes a page, with its words on it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from deck_cases import opened, titles
from pypdf import PdfReader

from kamassess.display import view_of_group, view_of_unit
from kamassess.export.files import write_file
from kamassess.resources import carried

pytestmark = pytest.mark.e2e

DECKS = (("EC", "en"), ("OM", "zh"), ("_group", "zh"))


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with decks and what LibreOffice makes of them; it is started once."""
    if shutil.which("soffice") is None:
        pytest.skip("no LibreOffice")
    folder, sample = tmp_path_factory.mktemp("decks"), carried("sample_data")
    for unit, language in DECKS:
        view = view_of_group(sample, language, None) if unit == "_group" else view_of_unit(sample, unit, language, None)
        (folder / f"{unit}.{language}.pptx").write_bytes(write_file("pptx", view))
    files = [str(path) for path in sorted(folder.glob("*.pptx"))]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder


@pytest.mark.parametrize(("unit", "language"), DECKS)
def test_every_slide_is_a_page_with_its_title(converted: Path, unit: str, language: str) -> None:
    deck = opened(converted / f"{unit}.{language}.pptx")
    pages = PdfReader(converted / f"{unit}.{language}.pdf").pages
    assert len(pages) == len(deck.slides)
    for page, title in zip(pages, titles(deck), strict=True):
        assert _letters(title) in _letters(page.extract_text())


def _letters(text: str) -> str:
    return re.sub(r"[^\w]", "", text)
