"""axe finds nothing: WCAG 2.2 AA, at both widths, light and dark, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from shared_demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def _violations(page: Any) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}).response
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
        for fault in found["violations"]
        for node in fault["nodes"][:3]
    ]


SCREENS = ((360, "light"), (1280, "dark"))
"""Contrast differs by scheme and room by width; one report and the index are looked at in all four, the others in two."""
PAGES = ("CA.zh", "EX.en", "_group/group_overview.zh", "_group/progress.en", "NC/progress.zh", "index")


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [(name, *screen) for name in PAGES for screen in SCREENS]
    + [(name, *screen) for name in ("CA.zh", "index") for screen in ((360, "dark"), (1280, "light"))],
)
def test_axe_finds_nothing(demo: Demo, visit: Callable, name: str, width: int, scheme: str) -> None:
    # If this fails, someone who cannot see well, or uses no mouse, is kept from a part of the report.
    path = demo.folder / "index.html" if name == "index" else demo.report(name)
    seen = visit(path, width=width, scheme=scheme, any_script=True)
    assert _violations(seen.page) == []


def test_axe_would_find_something(demo: Demo, visit: Callable) -> None:
    # If this fails, axe does not run at all, and the tests above say nothing.
    seen = visit(demo.folder / "index.html", any_script=True)
    seen.run("() => { document.querySelector('a').textContent = ''; document.body.append(new Image()); }")
    assert {line.split(":")[0] for line in _violations(seen.page)} >= {"image-alt", "link-name"}


@pytest.mark.parametrize("name", ["CA.en", "EX.zh"])
def test_headings_go_down_one_level_at_a_time(demo: Demo, visit: Callable, name: str) -> None:
    # If this fails, who goes from heading to heading by ear loses the thread.
    levels = visit(demo.report(name)).run("() => [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert len(levels) > 15


@pytest.mark.parametrize("name", ["CA.en", "EX.zh"])
def test_every_control_is_large_enough_and_reached_by_keyboard(demo: Demo, visit: Callable, name: str) -> None:
    # If this fails, a control is too small for a thumb (WCAG 2.2: 24 px), or the skip link does not come first.
    seen = visit(demo.report(name), width=360)
    seen.page.keyboard.press("Tab")
    assert seen.run("document.activeElement.className") == "skip"
    seen.page.locator("nav.toc summary").click()
    small = seen.run(
        """() => [...document.querySelectorAll("nav a, summary, button")].filter(e => e.checkVisibility())
            .map(e => [e.getBoundingClientRect(), e.textContent]).filter(([box]) => box.width < 24 || box.height < 24)
            .map(([box, text]) => `${text}: ${box.width} x ${box.height}`)"""
    )
    assert small == []
