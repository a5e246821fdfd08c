"""A workshop in browsers: a facilitator at a projector and six people on phones (three in Chinese) go through a dimension.

One reloads in the middle, one loses the connection, one takes another device; nothing of it is lost, and axe finds nothing.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from workshop_client import Server, sample

from kamassess.locale import Locale, locale
from kamassess.reading.instrument import load_instrument

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
PHONE, PROJECTOR = {"width": 360, "height": 740}, {"width": 1280, "height": 720}
PEOPLE = ("executive", "executive", "executive", "kam", "kam", "kam")
STR = [question for criterion in load_instrument("kam").dimensions[0].criteria for question in criterion.questions]


def _asked(role: str) -> int:
    return sum(role in question.roles for question in STR)


_SECONDS = 30_000


@dataclass
class Seat:
    """Somebody with a browser."""

    context: BrowserContext
    page: Page
    role: str


@pytest.fixture
def room(chromium: Browser, tmp_path: Path) -> Iterator[Callable[[str], Meeting]]:
    """Opens a workshop with a facilitator's page in a language; nothing may go wrong in any page."""
    open_: list[Meeting] = []

    def start(language: str) -> Meeting:
        folder = shutil.copytree(sample(), tmp_path / language)
        server = Server(str(folder), "--unit", "NC", "--ask", "STR", "--port", "0", "--lang", language)
        open_.append(Meeting(chromium, server, locale(language)))
        return open_[-1]

    yield start
    for meeting in open_:
        meeting.close()
        assert meeting.wrong == []


class Meeting:
    """A workshop that is served, and everybody in it."""

    def __init__(self, chromium: Browser, server: Server, words: Locale) -> None:
        self.server, self.words, self.wrong = server, words, list[str]()
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []
        self.lead = self.open(server.lead, PROJECTOR)
        self.seats: list[Seat] = []

    def open(self, address: str, size: Any, context: BrowserContext | None = None) -> Page:
        """A page in a browser of its own."""
        if context is None:
            locale_ = "zh-CN" if self.words.language == "zh" else "en-GB"
            context = self._chromium.new_context(viewport=size, locale=locale_, reduced_motion="reduce")
            self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(_SECONDS)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda asked: self.wrong.append(asked.url) if not _here(asked.url, self.server.base) else None)
        page.on("console", lambda said: self.wrong.append(said.text) if _matters(said.type, said.text) else None)
        page.goto(address)
        return page

    def come_in(self, role: str) -> Seat:
        """Somebody scans the code and chooses a role."""
        name = next(entry.name for entry in load_instrument("kam").roles if entry.id == role)
        page = self.open(self.server.join, PHONE)
        page.get_by_text(self.words.of(name), exact=True).click()
        page.get_by_role("button", name=self.words("ws_enter")).click()
        expect(page.locator(".kam-ws-head")).to_be_visible(timeout=_SECONDS)
        self.seats.append(Seat(page.context, page, role))
        return self.seats[-1]

    def press(self, label: str, **fields: str) -> None:
        """The facilitator presses a button."""
        self.lead.get_by_role("button", name=self.words(label, **fields), exact=True).first.click()

    def answer(self, seat: Seat, option: int) -> None:
        """Somebody chooses an option, and sees it kept."""
        seat.page.locator(".kam-ws-option", has_text=re.compile(rf"^(✓ )?{option} ·")).click()
        kept = self.words("ws_saved", answer=f"{option} ·").rstrip()
        expect(seat.page.locator(".kam-ws-kept")).to_contain_text(kept)

    def close(self) -> None:
        """Everybody leaves."""
        for context in self._contexts:
            context.close()
        self.server.stop()


def _here(url: str, base: str) -> bool:
    return url.startswith((base, "data:", "blob:", base.replace("http", "ws")))


def _matters(kind: str, text: str) -> bool:
    """Whether the console says that something is wrong; a connection that was cut on purpose is not."""
    return kind == "error" and "ERR_INTERNET_DISCONNECTED" not in text and "WebSocket" not in text


def _violations(page: Page) -> list[str]:
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response
    return [f"{fault['id']}: {node['target']}" for fault in found["violations"] for node in fault["nodes"][:3]]


def _nothing_is_lost(meeting: Meeting) -> None:
    """One reloads, one loses the network, one takes another device."""
    words, (reloads, drops, moves) = meeting.words, (meeting.seats[0], meeting.seats[1], meeting.seats[-1])
    # a reload goes on where it was, with what was kept
    reloads.page.reload()
    expect(reloads.page.locator(".kam-ws-question h1")).to_have_text(words.of(STR[0].text), timeout=_SECONDS)
    expect(reloads.page.locator(".kam-ws-chosen")).to_contain_text("4 ·")

    # a phone that loses the network says so, and comes back by itself
    drops.context.set_offline(True)
    drops.page.evaluate("solara.debug.dropConnection()")
    expect(drops.page.locator("#kam-ws-away")).to_be_visible(timeout=_SECONDS)
    expect(drops.page.locator("#kam-ws-away")).to_have_text(words("ws_away"))
    drops.context.set_offline(False)
    expect(drops.page.locator("#kam-ws-away")).to_be_hidden(timeout=_SECONDS)
    expect(drops.page.locator(".kam-ws-head")).to_contain_text(
        words("ws_progress", n=1, all=_asked(drops.role)), timeout=_SECONDS
    )

    # another device is the same person
    (ticket,) = (cookie["value"] for cookie in moves.context.cookies() if cookie["name"] == "kamassess-seat")
    second = meeting.open(f"{meeting.server.base}/as/{ticket}", PHONE)
    expect(second.locator(".kam-ws-head")).to_contain_text(words("ws_progress", n=1, all=_asked(moves.role)), timeout=_SECONDS)
    expect(second.locator(".kam-ws-phone")).to_contain_text(words("ws_two_devices"))
    second.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_team_goes_through_a_dimension(room: Callable[[str], Meeting], language: str) -> None:
    # If this fails, the hour with the management team is lost.
    meeting = room(language)
    words, name = meeting.words, load_instrument("kam").dimensions[0].name
    whole = language == "en"
    people = PEOPLE if whole else PEOPLE[1:4]
    for role in people:
        meeting.come_in(role)
    assert _violations(meeting.seats[0].page) == []
    meeting.press("wl_begin", name=words.of(name))
    for seat in meeting.seats:
        expect(seat.page.locator(".kam-ws-question h1")).to_have_text(words.of(STR[0].text), timeout=_SECONDS)
    if whole:
        assert _violations(meeting.seats[0].page) == []
    assert _violations(meeting.lead) == []
    for seat in meeting.seats:
        meeting.answer(seat, 4 if seat.role == "executive" else 2)

    if whole:
        _nothing_is_lost(meeting)

    # the room looks at the answers: two camps
    lead = meeting.lead
    meeting.press("wl_next")
    expect(lead.locator(".kam-ws-lead")).to_contain_text(words("wl_count", n=len(people), of=len(people)))
    assert words("wl_everybody") not in lead.locator(".kam-ws-lead").inner_text()
    meeting.press("wl_show")
    expect(lead.locator(".kam-ws-lead")).to_contain_text(words("wl_everybody"))
    expect(lead.locator(".kam-ws-lead")).to_contain_text(words("wl_agreement"))
    assert _violations(lead) == []
    for seat in meeting.seats:
        expect(seat.page.locator(".kam-ws-question h1")).to_have_text(words.of(STR[1].text), timeout=_SECONDS)

    # and votes again, with keys alone
    lead.keyboard.press("v")
    for seat in meeting.seats:
        expect(seat.page.locator(".kam-ws-again")).to_contain_text("2", timeout=_SECONDS)
        meeting.answer(seat, 3)
    lead.keyboard.press("s")
    expect(lead.locator(".kam-ws-lead")).to_contain_text(words("wl_round", n=2))
    show = lead.get_by_role("button", name=words("wl_show"), exact=True)
    expect(show).to_have_attribute("aria-disabled", "true")
    meeting.press("wl_decide")
    lead.get_by_label(words("wl_what")).click()  # when it is there: what is typed before is pressed on the page
    lead.keyboard.type("3v")
    lead.get_by_role("button", name=words("wl_decide")).focus()
    expect(lead.locator(".wl-chip").first).to_have_text(words("wl_is_shown"))
    lead.keyboard.press("3")
    expect(lead.locator(".wl-chip").first).to_have_text(words("wl_is_agreed", answer="3"))
    lead.keyboard.press("ArrowRight")
    expect(lead.locator(".wl-where")).to_contain_text(STR[1].id)
    for page in (lead, meeting.seats[-2].page):
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, "the page is wider than its window"


def test_a_comment_is_text_wherever_it_is_shown(room: Callable[[str], Meeting]) -> None:
    # If this fails, a participant's words run on the projector.
    meeting = room("en")
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> {{7*7}}"
    for role in PEOPLE[:3]:
        meeting.come_in(role)
    meeting.press("wl_begin", name=meeting.words.of(load_instrument("kam").dimensions[0].name))
    for seat in meeting.seats:
        meeting.answer(seat, 4)
        seat.page.locator("textarea").fill(attack)
        seat.page.get_by_role("button", name=meeting.words("ws_next"), exact=True).click()
        expect(seat.page.locator(".kam-ws-question h1")).to_have_text(meeting.words.of(STR[1].text))
    meeting.press("wl_next")
    meeting.press("wl_show")
    expect(meeting.lead.locator(".kam-ws-lead")).to_contain_text("<script>document.title='owned'</script>")
    for page in (meeting.lead, meeting.seats[0].page):
        assert page.title() != "owned"
        assert page.locator("img[src=x]").count() == 0
