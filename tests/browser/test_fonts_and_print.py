"""The letters a page is set in are the ones it brings; printed, it has no blank page."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from shared_demo import AUDITS, COMPARED, Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("name", ["NC.en", "NC.zh", "OM.en", "SC.zh"])
def test_every_letter_is_set_in_the_font_the_page_brings(demo: Demo, visit: Callable, name: str) -> None:
    # If this fails, a letter is missing from the embedded subset: on a machine without a Chinese font it would be a box.
    seen = visit(demo.report(name))
    faces = seen.run(
        """() => document.fonts.ready.then(fonts => [...fonts].map(
            face => [face.family.replace(/["']/g, ""), face.weight, face.status]))"""
    )
    assert sorted(faces) == [["Kam Sans", "400", "loaded"], ["Kam Sans", "700", "loaded"]]
    text = seen.run("() => [...new Set(document.body.innerText)].join('')")
    assert seen.run("text => document.fonts.check('16px \"Kam Sans\"', text)", text)
    devtools = seen.page.context.new_cdp_session(seen.page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    where = "main :is(p, h1, h2, h3, h4, th, td, dt, dd, li, span, strong, b, caption, text, blockquote), nav a"
    nodes = devtools.send("DOM.querySelectorAll", {"nodeId": root, "selector": where})["nodeIds"]
    assert len(nodes) > 500
    used: dict[tuple[str, bool], int] = {}
    for node in nodes:
        for font in devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
            key = (font["familyName"], font["isCustomFont"])
            used[key] = used.get(key, 0) + int(font["glyphCount"])
    own = {family for family, custom in used if custom}
    assert own <= {"Kam Sans", "Noto Sans SC", "Noto Sans SC Thin"}
    others = {key: glyphs for key, glyphs in used.items() if not key[1] and "Mono" not in key[0]}
    assert others == {}, "letters in a font of this machine"


PRINTED = (
    *COMPARED,
    "CA.en",
    "SC.zh",
    "EX.en",
    "OM.zh",
    "NC/progress.zh",
    "EC/progress.en",
    "CA/account_value.en",
    "NC/account_value.zh",
)
"""Every notebook in both languages; audits with the most and the least in them."""


@pytest.mark.parametrize("name", PRINTED)
def test_printed_it_has_no_blank_page_and_nothing_is_cut(demo: Demo, visit: Callable, name: str, tmp_path: Path) -> None:
    # If this fails, a client who prints the page gets empty sheets, the contents bar on paper, or a page that is not A4.
    seen = visit(demo.report(name))
    (tmp_path / "printed.pdf").write_bytes(seen.page.pdf(prefer_css_page_size=True))
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "printed.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = text.split("\f")[:-1]
    assert (5 if name in AUDITS else 1) < len(pages) < 60
    furniture = re.compile(r"2026-10-31$|^\d+ / \d+$|^Confidential|^保密")
    lines = [[line for line in map(str.strip, page.splitlines()) if line and not furniture.search(line)] for page in pages]
    assert [number for number, page in enumerate(lines[:-1], 1) if len("".join(page)) < 60] == []
    assert lines[-1], "the last page has nothing but the footer"
    info = subprocess.run(["pdfinfo", tmp_path / "printed.pdf"], capture_output=True, text=True, check=True).stdout
    assert "(A4)" in info
    label = "Contents" if name.endswith("en") else "目录"
    assert label not in pages[0].split("\n")[0]
