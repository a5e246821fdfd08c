"""The facilitator's page in a browser: led by the keyboard, from a projector's size to a phone's; axe finds nothing in it."""

from __future__ import annotations

import datetime as dt
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import kamassess as ka
from kamassess.locale import Locale, locale
from kamassess.resources import carried
from kamassess.workshop import moves
from kamassess.workshop.access import draw_code
from kamassess.workshop.events import Opened
from kamassess.workshop.room import Room
from kamassess.workshop.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
APP = Path(__file__).parent / "facilitator_app.py"
SERVE = """
import sys, uvicorn
from solara.server.starlette import app
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
"""
QUIET = {
    "SOLARA_APP": str(APP),
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_SESSION_SECRET_KEY": "of a server that lives for a test",
}
ROLES = {"executive": 2, "kam": 4, "sales": 3}
FIRST = "STR-1-Q1"


@dataclass
class Served:
    """A workshop that is served, and its room for those who take part."""

    room: Room
    address: str

    def vote(self, question: str, **votes: str) -> None:
        """Have people of roles answer, one sign each."""
        for role, signs in votes.items():
            for index, sign in enumerate(signs):
                round_ = self.room.state.ballots[question].round
                self.room.make(moves.answer(f"{role}{index}", question, round_, sign, "Only on paper, so far."))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Served]]:
    """Serves workshops of the sample, all by one server."""
    folder = tmp_path_factory.mktemp("workshop")
    engagement = ka.load_engagement(carried("sample_data"))
    asked = engagement.instrument
    store = Store(folder / "workshop.sqlite")
    rooms: list[Room] = []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"KAM_TEST_STORE": str(folder / "workshop.sqlite"), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", SERVE, str(port)]
    with (folder / "log").open("wb") as log:
        started = subprocess.Popen(command, env={**os.environ, **QUIET, **own}, stdout=log, stderr=log)

    def serve() -> Served:
        agenda = tuple(block.id for block in asked.dimensions[:2])
        about = Opened("NC", engagement.wave, (asked.id, asked.version, asked.sha256), agenda, "2026-11-02")
        room = Room(store, store.open_session(about, draw_code), asked)
        rooms.append(room)
        for role, number in ROLES.items():
            for index in range(number):
                room.make(moves.join(f"{role}{index}", role, "en"))
        return Served(room, f"http://127.0.0.1:{port}/?{room.session.id}")

    _wait(f"http://127.0.0.1:{port}/readyz", started, folder / "log")
    yield serve
    started.terminate()
    started.wait(20)
    for room in rooms:
        room.close()
    store.close()


def _wait(address: str, started: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(400):
        assert started.poll() is None, log.read_text()[-2000:]
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail("the server did not start")


@pytest.fixture
def look(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens the page; nothing may be asked of another host, and nothing may go wrong in it."""
    contexts, wrong = [], []

    def open_page(served: Served, language: str, width: int, height: int, scheme: Any = "light") -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request",
            lambda asked: None if "127.0.0.1" in asked.url or asked.url[:5] in ("data:", "blob:") else wrong.append(asked.url),
        )
        page.goto(f"{served.address}&{language}")
        expect(page.locator(".kam-ws-lead h1")).to_be_visible(timeout=60_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


_TO_THE_TOP = """async () => {
    const apart = () => [document.scrollingElement, ...document.querySelectorAll("body *")].filter(part => part.scrollTop > 0);
    for (let tries = 0, quiet = 0; quiet < 20 && tries < 300; tries++, quiet++) {
        for (const part of apart()) { part.scrollTo({top: 0, behavior: "instant"}); quiet = 0; }
        await new Promise(done => setTimeout(done, 20));
    }
}"""
"""Scrolls the page to its top, and sees that it has stayed there for a while: what was pressed may yet be scrolled to."""


def _violations(page: Page) -> list[str]:
    page.evaluate(_TO_THE_TOP)  # where a bar that stays covers a part of a button, one scrolls
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = Axe().run(page, context=".kam-ws-lead", options=options).response
    return [f"{fault['id']}: {node['target']}" for fault in found["violations"] for node in fault["nodes"][:3]]


def _press(page: Page, name: str) -> None:
    """Press a button with the keyboard; it keeps the focus, under whatever name it then has."""
    button = page.get_by_role("button", name=name).first
    button.focus()
    held = button.element_handle()
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    assert page.evaluate("(held) => document.activeElement === held", held), f"{name} lost the focus"


def _fits(page: Page) -> bool:
    """Whether nothing stands out at the right."""
    found: bool = page.evaluate(
        """() => { const whole = document.querySelector('.kam-ws-lead').getBoundingClientRect();
        return [...document.querySelectorAll('.kam-ws-lead *')].every(part => part.closest('.wl-scroll, svg, style, .wl-heat em')
            || part.getBoundingClientRect().right <= Math.min(whole.right, innerWidth) + 1); }"""
    )
    return found


_STATES: list[list[str]] = [[], ["hover"], ["focus", "focus-visible"], ["hover", "active", "focus"]]
_CONTRAST = """() => {
    const parts = text => { const found = text.match(/[\\d.]+/g).map(Number), unit = text.startsWith('color(') ? 1 : 255;
        return found.map((value, at) => at < 3 ? value / unit : value); };
    const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
    const behind = part => { for (let at = part; at; at = at.parentElement) {
        const found = parts(getComputedStyle(at).backgroundColor); if (found.length < 4 || found[3] > 0.99) return found; }
        return [1, 1, 1]; };
    return [...document.querySelectorAll('.kam-ws-lead button')].filter(part => part.offsetParent).map(part => {
        const style = getComputedStyle(part), pair = [light(parts(style.color)), light(behind(part))].sort((a, b) => b - a);
        return [part.innerText, (pair[0] + 0.05) / (pair[1] + 0.05) * Number(style.opacity)]; });
}"""


def _unreadable(page: Page) -> list[str]:
    """Buttons whose words stand out too little from what is behind them, in any state that a mouse or a key brings about."""
    tools, wrong = page.context.new_cdp_session(page), []
    for name in ("DOM.enable", "CSS.enable"):
        tools.send(name)
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    buttons = tools.send("DOM.querySelectorAll", {"nodeId": root, "selector": ".kam-ws-lead button"})["nodeIds"]
    for state in (*_STATES, []):
        for button in buttons:
            tools.send("CSS.forcePseudoState", {"nodeId": button, "forcedPseudoClasses": state})
        found = page.evaluate(_CONTRAST)
        assert len(found) > 15
        wrong += [f"{text} ({state}): {ratio:.1f}" for text, ratio in found if ratio < 4.5]
    tools.detach()
    return wrong


def _in_sight(page: Page, selector: str) -> bool:
    """Whether something stands in the window, and nothing before it."""
    found: bool = page.evaluate(
        """(selector) => { const part = document.querySelector(selector), box = part.getBoundingClientRect();
        const at = document.elementFromPoint(box.left + Math.min(box.width, 60) / 2, (box.top + box.bottom) / 2);
        return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight && (part === at || part.contains(at)); }""",
        selector,
    )
    return found


@pytest.mark.parametrize(
    ("language", "width", "height"), [("zh", 1920, 1080)]
)  # in English, and smaller: tests/browser/test_workshop.py
def test_a_dimension_is_led_by_the_keyboard(
    program: Callable[[], Served], look: Callable[..., Page], language: str, width: int, height: int
) -> None:
    # If this fails, whoever stands at the screen needs a mouse, or loses the place at each press.
    served, words = program(), locale(language)
    page = look(served, language, width, height)
    expect(page.locator(".wl-code")).to_be_visible()
    assert page.locator(".wl-qr title").text_content() == words("wl_join_qr")
    assert _violations(page) == []
    name = words.of(served.room.instrument.dimensions[0].name)
    _press(page, words("wl_begin", name=name))
    expect(page.locator(".wl-code")).to_be_hidden()
    _press(page, words("wl_next"))
    served.room.catch_up()
    served.vote(FIRST, executive="44", kam="222")
    expect(page.locator(".wl-count")).to_contain_text(words("wl_count", n=5, of=6))
    expect(page.locator(".wl-at-shown")).to_be_hidden()
    served.vote(FIRST, kam="2222")
    _press(page, words("wl_show"))
    expect(page.locator(".wl-shown .draw")).to_be_visible()
    expect(page.locator(".wl-shown")).to_contain_text(words("wl_vote"))
    assert _violations(page) == []
    assert _fits(page)
    _press(page, words("wl_again"))
    served.room.catch_up()
    served.vote(FIRST, executive="43", kam="3333")
    _press(page, words("wl_show"))
    expect(page.locator(".wl-rounds")).to_contain_text(words("wl_round", n=2))
    _agree_and_take_back(page, served, words)
    page.reload()
    expect(page.locator(".wl-rounds")).to_contain_text(words("wl_round", n=1))
    expect(page.locator(".wl-chip").first).to_have_text(words("wl_is_agreed", answer="3"))


def _agree_and_take_back(page: Page, served: Served, words: Locale) -> None:
    option = served.room.instrument.questions[FIRST].scale.options[2]
    name = words("wl_agree_option", value="3", label=words.of(option.label))
    _press(page, name)
    served.room.catch_up()
    assert served.room.state.agreed == {FIRST: "3"}
    _press(page, words("wl_undo", what=words("wl_undo_agreed", name=FIRST)))
    served.room.catch_up()
    assert served.room.state.agreed == {}
    _press(page, name)


@pytest.mark.parametrize(("language", "width", "scheme"), [("zh", 360, "light"), ("en", 1280, "dark")])
def test_it_can_be_used_at_any_size(
    program: Callable[[], Served], look: Callable[..., Page], language: str, width: int, scheme: str
) -> None:
    # If this fails, whoever leads from a phone or a dark laptop is left out.
    served, words = program(), locale(language)
    room = served.room
    room.make(moves.begin(room.state.led, "STR"))
    served.vote(FIRST, executive="41", kam="2225")
    room.make(moves.show(room.state.led, FIRST))
    room.make(moves.agree(room.state.led, FIRST, "3"))
    room.make(moves.plan(room.state.led, "x", "STR-1", "Agree three figures with each key account", "Li Wei", "2027-03-31"))
    page = look(served, language, width, 800, scheme)
    _press(page, words("wl_decide"))
    assert page.get_by_label(words("wl_what")).is_visible()
    assert _fits(page)
    assert _violations(page) == []
    page.get_by_label(words("wl_suggested")).select_option(index=1)
    expect(page.get_by_label(words("wl_what"))).not_to_have_value("")
    due = (dt.date.today() + dt.timedelta(200)).isoformat()
    page.get_by_label(words("wl_due")).fill(due)
    expect(page.get_by_role("button", name=words("wl_write"))).not_to_have_class(re.compile("wl-off"))
    assert _unreadable(page) == []
    _press(page, words("wl_write"))
    expect(page.locator(".wl-status")).to_contain_text(words("wl_written", do=""))
    assert _in_sight(page, ".wl-status"), "what came of a press far down the page"
    expect(page.locator(".wl-written")).to_contain_text(words.date(due))
    assert _unreadable(page) == []
    _press(page, words("wl_overview"))
    expect(page.locator(".wl-overview")).to_contain_text(words.date(due))
    assert _fits(page)
    assert _violations(page) == []
    _press(page, words("wl_minutes_left", n=1))
    expect(page.locator(".wl-clock")).to_have_text(re.compile("^0:5[0-7]$"), timeout=8_000)
    assert page.evaluate("document.querySelector('.wl-overview h2').getBoundingClientRect().bottom") < 0
    assert _in_sight(page, ".wl-clock"), "the time, from the foot of the page"
    _minutes_do_not_stop_the_page(page, words)
    page.get_by_role("button", name=words("wl_end")).press("Enter")
    expect(page.get_by_role("button", name=words("wl_end_no"))).to_be_focused()
    assert _in_sight(page, ".wl-foot .wl-sure button")
    assert _unreadable(page) == []
    page.get_by_role("button", name=words("wl_end_yes")).press("Enter")
    expect(page.locator(".wl-overview h2")).to_have_text(words("wl_ended_title"))
    expect(page.get_by_role("button", name=words("wl_minutes"))).to_be_focused()
    expect(page.locator(".wl-status")).to_have_text(words("wl_ended_said"))


def _minutes_do_not_stop_the_page(page: Page, words: Locale) -> None:
    _press(page, words("wl_minutes"))
    expect(page.locator(".wl-minutes")).to_have_text(words("wl_minutes_making"))
    _press(page, words("wl_stop"))
    expect(page.locator(".wl-clock")).to_have_count(0, timeout=1_500)
    expect(page.locator(".wl-minutes")).to_have_text(words("wl_minutes_making"))
    expect(page.locator(".wl-minutes li")).to_have_count(2, timeout=8_000)
    expect(page.locator(".wl-minutes")).to_contain_text("reports/2026/NC")
