"""Every page of the demo, as a reader sees it: quiet, on its own, whole at every width."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shared_demo import AUDITS, REPORTS, Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SMALLEST = 11.0
ON_A_PHONE = [name for place, name in enumerate(REPORTS) if (place // 2 + place) % 2 == 0 or name.startswith("NC.")]
ON_A_DESK = [name for name in REPORTS if name not in ON_A_PHONE or name.startswith("NC.")]
"""Each report in one language on the one and in the other on the other; one unit's in all four."""

_SIDEWAYS = """() => [document.documentElement.scrollWidth - innerWidth,
    ...[...document.querySelectorAll("main *")].filter(e => e.checkVisibility() && !e.closest(".scroll, pre, svg")
        && e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map(e => e.tagName + "." + e.className)]"""
"""How far the page can be scrolled sideways, and what sticks out of it."""

_TEXT_IN_CHARTS = """() => [...document.querySelectorAll(".draw svg")].filter(svg => svg.checkVisibility()).flatMap(svg => {
    const scale = svg.getScreenCTM().a, frame = svg.getBoundingClientRect(), chart = svg.closest("figure").id;
    return [...svg.querySelectorAll("text")].map(text => {
        const box = text.getBoundingClientRect(), size = parseFloat(getComputedStyle(text).fontSize) * scale;
        const beside = Math.max(frame.left - box.left, box.right - frame.right);
        return {chart, size, words: text.textContent, out: Math.max(beside, frame.top - box.top, box.bottom - frame.bottom)};
    });
})"""
"""Size of each text of each chart that is shown, in CSS pixels on the screen, and how far it reaches out of its drawing."""


def _path(demo: Demo, name: str) -> Path:
    return demo.folder / "index.html" if name == "index" else demo.report(name)


def _faults(seen: Any, name: str) -> list[object]:
    """What sticks out of the window, and texts of charts that are too small, or cut at the edge of their drawing."""
    beyond, *culprits = seen.run(_SIDEWAYS)
    texts = [] if name == "index" else seen.run(_TEXT_IN_CHARTS)
    assert name == "index" or len(texts) > (20 if name in AUDITS else 5)
    small = [text for text in texts if text["size"] < SMALLEST - 0.05]
    cut = [text for text in texts if text["out"] > 1.5]
    return [*([f"{beyond} px too wide"] if beyond > 0 else []), *culprits, *small, *cut]


@pytest.mark.parametrize("name", [*ON_A_PHONE, "index"])
def test_a_page_can_be_read_on_a_phone(demo: Demo, visit: Callable, name: str) -> None:
    # If this fails, a reader must push the page to and fro to read a line, or the text of a chart is too small or cut.
    path = _path(demo, name)
    seen = visit(path, width=360)
    assert (_faults(seen, name), seen.console) == ([], [])
    assert [url for url in seen.requests if not url.startswith("data:")] == [path.as_uri()]


@pytest.mark.parametrize("name", [*ON_A_DESK, "index"])
def test_a_page_is_sound_on_a_desk_and_asks_for_nothing(demo: Demo, visit: Callable, name: str) -> None:
    # If this fails, a confidential report asks another host for something, breaks its own security policy, is wider than the
    # window, or has text in a chart that is too small or cut.
    path = _path(demo, name)
    seen = visit(path)
    assert _faults(seen, name) == []
    if name != "index":
        _follow_contents(seen, 10 if name in AUDITS else 4)
    seen.page.mouse.wheel(0, 20_000)
    seen.page.set_viewport_size({"width": 360, "height": 740})
    seen.page.wait_for_timeout(50)
    assert seen.console == []
    assert [url for url in seen.requests if not url.startswith("data:")] == [path.as_uri()]


def _follow_contents(seen: Any, least: int) -> None:
    """A click in the contents leads to the heading of that text, and does not hide it."""
    links = seen.run("() => [...document.querySelectorAll('nav.toc a')].map(a => [a.hash, a.textContent])")
    assert len(links) >= least
    for target, text in links:
        seen.page.evaluate("hash => document.querySelector(`nav.toc a[href='${hash}']`).click()", target)
        place = seen.run(
            """hash => { const e = document.getElementById(decodeURIComponent(hash.slice(1)));
            const end = document.documentElement.scrollHeight - 2;
            return [e.textContent, e.getBoundingClientRect().top, scrollY + innerHeight >= end]; }""",
            target,
        )
        assert place[0] == text
        assert -1 <= place[1] < 200 or place[2], f"{target} stands at {place[1]} px"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["NC.en", "NC.zh", "EX.en"])
def test_one_drawing_of_each_chart_is_shown(demo: Demo, visit: Callable, name: str, width: int) -> None:
    # If this fails, a chart appears twice, or not at all, or is the phone's drawing on a large screen.
    shown = visit(demo.report(name), width=width).run(
        """() => [...document.querySelectorAll(".draw")].map(draw => [...draw.querySelectorAll("svg")]
            .filter(svg => svg.checkVisibility()).map(svg => svg.getAttribute("class")).join())"""
    )
    assert shown
    assert set(shown) == {"narrow" if width == 360 else "wide"}


@pytest.mark.parametrize("name", ["NC.en", "NC.zh"])
def test_contents_on_a_phone_open_and_close(demo: Demo, visit: Callable, name: str) -> None:
    # If this fails, the contents cover a phone's screen, or cannot be opened, or stay open over what was chosen.
    seen = visit(demo.report(name), width=360)
    details = seen.page.locator("nav.toc details")
    assert not details.evaluate("details => details.open")
    seen.page.locator("nav.toc summary").click()
    assert details.evaluate("details => details.open")
    seen.page.locator("nav.toc a[href='#certainty']").click()
    assert not details.evaluate("details => details.open")
    seen.page.wait_for_timeout(100)
    assert 0 <= seen.run("document.getElementById('certainty').getBoundingClientRect().top") < 200


@pytest.mark.parametrize("name", ["NC.en", "SC.zh"])
def test_a_page_says_the_same_without_scripts(demo: Demo, visit: Callable, name: str) -> None:
    # If this fails, where scripts are forbidden (mail, some offices) a part of the report is missing.
    with_scripts = visit(demo.report(name)).page
    without = visit(demo.report(name), scripts=False).page
    assert without.locator("button.sort").count() == 0
    assert with_scripts.locator("button.sort").count() > 10
    spoken = without.locator("main").inner_text().split()
    assert spoken == with_scripts.locator("main").inner_text().split()
    assert without.locator("nav.toc a:visible").count() >= 10


def test_an_index_leads_to_a_report_and_its_text_is_readable(demo: Demo, visit: Callable) -> None:
    # If this fails, the page one opens after a batch is a dead end.
    seen = visit(demo.folder / "index.html")
    seen.page.locator("a", has_text="HTML").first.click()
    seen.page.wait_for_load_state("load")
    assert Path(seen.page.url).name == "group_overview.en.html"
    assert seen.page.locator("h1").count() == 1


@pytest.mark.parametrize("name", ["NC.en", "CA.zh"])
def test_the_pointer_finds_the_words_of_the_mark_it_rests_on(demo: Demo, visit: Callable, name: str) -> None:
    # If this fails, resting on a mark brings up nothing, or the words of another mark.
    seen = visit(demo.report(name))
    marks = seen.run(
        """() => [...document.querySelectorAll(".draw svg.wide title")].map(title => {
            const mark = title.parentElement;
            mark.scrollIntoView({block: "center"});
            const now = mark.getBoundingClientRect();
            const found = document.elementFromPoint(now.x + now.width / 2, now.y + now.height / 2);
            const words = found.closest("path, circle")?.querySelector("title");
            return [mark.tagName, title.textContent, words ? words.textContent : found.tagName];
        })"""
    )
    assert len(marks) > 200
    assert {tag for tag, _, _ in marks} == {"path", "circle"}
    missed = [mark for mark in marks if mark[1] != mark[2] and mark[2] != "text"]  # a figure on a bar, a mark on a mark
    assert len(missed) < 0.1 * len(marks), missed[:5]


@pytest.mark.parametrize("width", [360, 1280])
def test_what_has_no_value_is_a_dash_to_the_eye_and_its_reason_to_the_ear(demo: Demo, visit: Callable, width: int) -> None:
    # If this fails, a reason stands where there is room for a dash only, or nobody hears why a number is missing.
    seen = visit(demo.report("CA.en"), width=width)
    dashes = seen.run(
        """() => [...document.querySelectorAll("td .no")].map(e => [e.textContent, e.parentElement.title,
            e.offsetWidth, e.offsetHeight, getComputedStyle(e, "::before").content, e.closest("td").offsetHeight])"""
    )
    assert len(dashes) > 50
    for text, title, wide, high, content, row in dashes:
        assert text == title != ""
        assert 5 <= wide <= 9
        assert 15 <= high < row
        assert content.startswith('"–"')


@pytest.mark.parametrize("name", ["NC.en", "NC.zh"])
def test_the_dark_page_is_dark_and_its_charts_too(demo: Demo, visit: Callable, name: str) -> None:
    # If this fails, a reader at night is blinded, or reads dark letters on a dark ground. (axe looks at each text's contrast.)
    lightness = """() => { const light = colour => { const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(v => { v /= 255;
            return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
        const of = (e, what) => light(getComputedStyle(e)[what]);
        const text = [...document.querySelectorAll(".draw svg.wide text")].find(t => t.textContent.trim().length > 3);
        return [of(document.body, "backgroundColor"), of(document.querySelector(".cover .lead"), "color"), of(text, "fill")]; }"""
    ground, words, chart = visit(demo.report(name), scheme="dark").run(lightness)
    assert ground < 0.05
    assert (words + 0.05) / (ground + 0.05) >= 4.5
    assert (chart + 0.05) / (ground + 0.05) >= 4.5
    ground, words, chart = visit(demo.report(name)).run(lightness)
    assert ground > 0.9
    assert (ground + 0.05) / (words + 0.05) >= 7
    assert (ground + 0.05) / (chart + 0.05) >= 4.5
