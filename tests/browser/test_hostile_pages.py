"""Pages that a stranger's words stand in, in Chromium: nothing runs, nothing is asked for, nothing is there that is not ours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from payloads import PAYLOADS
from playwright.sync_api import Browser, Page
from shared_hostile import OUT, TWINS, Made, hostile

from kamassess.document import Document, Paragraph, rich
from kamassess.locale import locale
from kamassess.readable import readable
from kamassess.render.html import render_html

__all__ = ["hostile"]

pytestmark = pytest.mark.browser
PAGES = ("unit_audit", "progress", "account_value", "workshop_minutes", "unit_audit.zh", "workshop_minutes.zh", "index.html")
GROUP = ("_group/group_overview", "_group/progress", "_group/retention_options")
_DRAWN = {"g", "text", "tspan"}
"""Lines of words in a drawing, and groups of them: as many as the words need."""


def _file(made: Made, name: str, twin: bool = False) -> Path:
    if name.endswith(".html"):
        return made.base / ("twin-reports" if twin else OUT) / name
    return made.report(name, "html", twin)


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Callable[[Path], tuple[Page, list[str]]]]:
    """Opens a page as a reader would; whatever it does that a page should not is noted."""
    contexts = []

    def open_file(path: Path) -> tuple[Page, list[str]]:
        context = chromium.new_context(reduced_motion="reduce")
        contexts.append(context)
        page, wrong = context.new_page(), list[str]()

        def asked(route: Any) -> None:
            if route.request.url != path.as_uri():
                wrong.append(f"asked for {route.request.url[:200]}")
            route.continue_() if route.request.url.startswith(("file:", "data:")) else route.abort()

        page.route("**/*", asked)
        page.on("console", lambda message: wrong.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("popup", lambda _: wrong.append("another window"))
        page.on("framenavigated", lambda frame: wrong.append(frame.url[:200]) if frame.url != path.as_uri() else None)
        page.goto(path.as_uri(), wait_until="load")
        return page, wrong

    yield open_file
    for context in contexts:
        context.close()


_USED = """() => {
  for (const one of document.querySelectorAll('*'))
    for (const kind of ['mouseover', 'pointerrawupdate', 'focus', 'toggle', 'error', 'load', 'animationstart'])
      one.dispatchEvent(new Event(kind, {bubbles: false}));
}"""
_FOUND = """() => ({
  tags: [...document.querySelectorAll('*')].map(one => one.localName),
  handlers: [...document.querySelectorAll('*')].flatMap(one => one.getAttributeNames()).filter(name => name.startsWith('on')),
  links: [...document.querySelectorAll('[href],[src],[action],[data]')].map(
    one => one.getAttribute('href') ?? one.getAttribute('src') ?? one.getAttribute('action') ?? one.getAttribute('data')),
  policy: document.querySelector('meta[http-equiv=Content-Security-Policy]').content,
  text: document.documentElement.textContent, owned: window.kamOwned ?? null, title: document.title,
})"""


@pytest.mark.parametrize("name", [*PAGES, *GROUP])
def test_a_page_does_nothing_and_shows_all(hostile: Made, opened: Callable[[Path], tuple[Page, list[str]]], name: str) -> None:
    # If this fails, a comment in a questionnaire runs in the browser of everybody who opens the report.
    page, wrong = opened(_file(hostile, name))
    page.evaluate(_USED)
    found = page.evaluate(_FOUND)
    assert wrong == []
    assert found["owned"] is None
    assert found["title"] != "owned"
    assert found["handlers"] == []
    assert [link for link in found["links"] if not re.match(r"#|data:image/|data:,|20\d\d/|summary\.json", link)] == []
    whole = re.sub(r"\s+", "", found["text"])
    there = [payload for payload in PAYLOADS if payload.marker in whole]
    assert len(there) == len(PAYLOADS) if name.startswith("unit_audit") else there
    assert [payload for payload in there if re.sub(r"\s+", "", payload.shown) not in whole] == []
    _policed(page, found["policy"])


@pytest.mark.parametrize("name", TWINS.split(","))
def test_a_page_has_no_element_more_than_its_harmless_twin(
    hostile: Made, opened: Callable[[Path], tuple[Page, list[str]]], name: str
) -> None:
    # If this fails, what somebody wrote is markup in the page.
    tags, harmless = (Counter(opened(_file(hostile, name, twin))[0].evaluate(_FOUND)["tags"]) for twin in (False, True))
    assert {tag: (tags[tag], harmless[tag]) for tag in tags | harmless if tags[tag] != harmless[tag] and tag not in _DRAWN} == {}


def _policed(page: Page, policy: str) -> None:
    """A page's policy forbids what it does not need: what slips through the escaping could neither run nor be sent."""
    said = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert said["default-src"] == "'none'"
    assert re.fullmatch(r"'none'|'sha256-[A-Za-z0-9+/=]{44}'", said.get("script-src", "'none'"))
    assert all(re.fullmatch(r"('none'|data:|'unsafe-inline'|'sha256-[A-Za-z0-9+/=]{44}'| )+", value) for value in said.values())
    assert (said["base-uri"], said["form-action"]) == ("'none'", "'none'")
    blocked = """() => new Promise(done => {
      document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
      const script = document.createElement('script'); script.textContent = 'window.kamOwned = 1'; document.body.append(script);
      setTimeout(() => done('not blocked'), 2000);
    })"""
    assert page.evaluate(blocked).startswith("script-src")
    assert page.evaluate("() => window.kamOwned ?? null") is None


NAMES = ("חברה", "شركة 42", "שלום 3.1 עולם", "Acme \u202e1.3", "\u2067Acme", "x\u202dy\u202e", "خ\u202b", "Acme")
_ORDER = """() => [...document.querySelectorAll('p')].map(p => {
  const places = [];
  const walk = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    for (let at = 0; at < node.length; at++) {
      const range = document.createRange();
      range.setStart(node, at); range.setEnd(node, at + 1);
      const box = range.getBoundingClientRect();
      if (box.width) places.push([box.left, node.data[at]]);
    }
  return places.sort((a, b) => a[0] - b[0]).map(place => place[1]).join('').replace(/\\s+/g, ' ');
})"""


def test_no_name_turns_what_stands_beside_it(visit: Any, tmp_path: Path) -> None:
    # If this fails, a company's name makes 1.3 of a score of 3.1, or swaps the scores of two units.
    words = locale("en")
    told = [readable(name) for name in NAMES]
    texts = [rich("{name}: **3.1** of 5, {other}: 2.4", name=name, other=other) for name, other in pairwise(told)]
    texts += [rich(words.list([*told[:3], "North"]) + ": 4.2"), rich(words.quoted(told[0]) + " 17 (18)")]
    page = tmp_path / "page.html"
    page.write_text(
        f'<!doctype html><meta charset="utf-8">{render_html(Document(tuple(map(Paragraph, texts))))}', encoding="utf-8"
    )
    seen = visit(page, any_script=True).run(_ORDER)
    for text in seen[:-2]:
        assert re.fullmatch(r".+: 3\.1 of 5, .+: 2\.4", text), text
    assert [text[-9:] for text in seen[-2:]] == ["orth: 4.2", "” 17 (18)"]
    assert seen[0].startswith("הרבח: ")  # by their places from left to right, as it is read from the right
