"""``kamassess workshop`` as a process: who gets in, what can be reached, what a wrong call says, what a kill costs."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from watched_calls import calls, missing, outward, watched
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from workshop_client import Forks, Server, Visitor, request, sample

from kamassess.locale import locale
from kamassess.reading.instrument import load_instrument
from kamassess.workshop import moves
from kamassess.workshop.access import person_of
from kamassess.workshop.events import Answered
from kamassess.workshop.room import Room
from kamassess.workshop.store import Store

pytestmark = pytest.mark.e2e
_KILLS = 20 if os.environ.get("KAMASSESS_EVERY_FAULT") == "1" else 8


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    place = tmp_path_factory.mktemp("workshop") / "w.sqlite"
    with Server(str(sample()), "--unit", "NC", "--port", "0", "--store", str(place), "--ask", "STR,INF") as found:
        yield found


def test_somebody_comes_in_and_answers(server: Server) -> None:
    # If this fails, nobody can take part.
    door = request(server.base, f"/?code={server.code}", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert '<html lang="zh">' in door.text
    assert server.code in door.text
    phone = Visitor(server.base)
    answered = phone.come_in(f"{server.code[:4]} {server.code[4:]}", "kam", "zh")
    assert (answered.status, answered.headers["Location"]) == (303, "/")
    phone.open()
    assert "您已进入会场" in phone.see("重点客户经理（匿名）")
    phone.close()


def test_a_wrong_code_is_told_and_then_slowed_down(tmp_path: Path) -> None:
    # If this fails, somebody outside finds the code by trying.
    with Server(str(sample()), "--unit", "EC", "--port", "0", "--store", str(tmp_path / "w.sqlite")) as other:
        assert 'role="alert"' not in request(other.base, "/").text
        wrong = f"{(int(other.code) + 1) % 10**8:08}"
        for _ in range(10):
            answered = Visitor(other.base).come_in(wrong, "kam")
            assert answered.status == 403
            assert "This code opens no workshop" in answered.text
        assert "Too many wrong codes. Try again in " in Visitor(other.base).come_in(other.code, "kam").text
    assert sum("a wrong code from 127.0.0.1" in line for line in other.errors) == 10


def test_nothing_else_can_be_reached(server: Server) -> None:
    # If this fails, the engagement folder or Solara's own pages are open to the room.
    outside = [
        "/readyz", "/resourcez", "/lead", "/lead/", "/lead/x.y", f"/lead/{server.code}", "/w.sqlite",
        "/sample_data/engagement.yaml",
        "/static/../../../../../../etc/passwd", "/static/%2e%2e/%2e%2e/server.py", "/_solara/cdn/../../../../etc/passwd",
        "/_solara/cdn/lodash@4/lodash.js", "/jupyter/nbextensions/..%2f..%2fetc/passwd", "/jupyter/api/contents", "/docs",
        "/_solara/api/evict/x", "//etc/passwd",
    ]  # fmt: skip
    found = {path: request(server.base, path).status for path in outside}
    assert found == dict.fromkeys(outside, 404)
    assert request(server.base, "/", method="PUT").status == 404
    assert request(server.base, "/as/nobody.nothing").status == 403


def test_strangers_get_no_page_and_no_channel(server: Server) -> None:
    # If this fails, anybody in the network fills the server's memory with pages, or reads the projector's.
    address = server.base.replace("http", "ws") + "/jupyter/api/kernels/0b7d7f5e/channels?session_id=1"
    phone = Visitor(server.base)
    phone.come_in(server.code, "sales")
    mine = "; ".join(f"{name}={value}" for name, value in phone.cookies.items())
    for headers in ({}, {"Cookie": "kamassess-seat=a.b"}, {"Cookie": mine, "Origin": "http://elsewhere.example"}):
        with pytest.raises((InvalidStatus, ConnectionClosed)), connect(address, additional_headers=headers) as channel:
            channel.recv(timeout=20)
    phone.cookies["kamassess-lead"] = phone.cookies["kamassess-seat"]
    assert request(server.base, "/lead", cookies=phone.cookies).status == 404
    elsewhere = {"Origin": "http://elsewhere.example"}
    form = {"code": server.code, "role": "kam", "lang": "en"}
    assert request(server.base, "/", form=form, headers=elsewhere).status == 400
    assert request(server.base, "/", form={**form, "code": "1" * 10_000}).status == 400


def test_a_participant_cannot_lead_by_asking_the_channel(server: Server) -> None:
    # If this fails, a participant sees and steers the projector by changing one word of a message.
    phone = Visitor(server.base)
    phone.come_in(server.code, "kam")
    phone.open()
    before = phone.text
    phone.close()
    thief = Visitor(server.base, phone.cookies)
    real = thief._send

    def changed(kind: str, content: dict[str, Any]) -> None:
        if content.get("data", {}).get("method") == "run":
            content["data"]["args"]["path"] = "/lead"
        real(kind, content)

    thief._send = changed  # type: ignore[method-assign]
    thief.open()
    assert "You are in" in before
    assert not thief.text.strip()
    thief.close()


def test_one_ticket_opens_few_pages(server: Server) -> None:
    # If this fails, one person opens pages until the server has no memory left.
    phone = Visitor(server.base)
    phone.come_in(server.code, "kam")
    pages = [Visitor(server.base, phone.cookies) for _ in range(4)]
    for page in pages:
        page.open()
    with pytest.raises((InvalidStatus, ConnectionClosed, AssertionError)):
        Visitor(server.base, phone.cookies).open()
    for page in pages:
        page.close()


def test_another_device_goes_on_in_the_same_place(server: Server) -> None:
    # If this fails, who changes from phone to laptop votes twice, or not at all.
    phone = Visitor(server.base)
    phone.come_in(server.code, "operations")
    laptop = Visitor(server.base)
    assert laptop.follow(f"/as/{phone.cookies['kamassess-seat']}").status == 303
    assert laptop.cookies["kamassess-seat"] == phone.cookies["kamassess-seat"]
    laptop.open()
    laptop.see("Operations, anonymous")
    laptop.close()
    left = request(server.base, "/leave", form={}, cookies=laptop.cookies)
    assert 'kamassess-seat=""' in (left.headers["Set-Cookie"] or "")


def test_every_answer_forbids_other_hosts(server: Server) -> None:
    # If this fails, a page may load or send something elsewhere.
    phone = Visitor(server.base)
    phone.come_in(server.code, "kam")
    for answered in (
        request(server.base, "/"),
        request(server.base, "/", cookies=phone.cookies),
        request(server.base, "/nothing"),
    ):
        policy = answered.headers["Content-Security-Policy"]
        assert "http" not in policy
        assert "default-src 'self'" in policy or "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "Server" not in answered.headers
    seat = request(server.base, "/", form={"code": server.code, "role": "kam", "lang": "en"}).headers["Set-Cookie"]
    assert "HttpOnly" in seat
    assert "SameSite=lax" in seat
    page = request(server.base, "/", cookies=phone.cookies).text
    assert "maximum-scale" not in page
    assert not re.findall(r"""(?:src|href|from|url)\s*[=(]?\s*["']?https?://""", page)


def test_pages_speak_the_language_of_their_reader_from_the_first_moment(server: Server) -> None:
    # If this fails, a Chinese room waits before English words, or its facilitator is told in English that the connection is lost.
    phone = Visitor(server.base)
    phone.come_in(server.code, "kam", "zh")
    page = request(server.base, "/", cookies=phone.cookies, headers={"Accept-Language": "en"}).text
    assert '<html lang="zh">' in page
    assert locale("zh")("ws_loading") in page
    script = request(server.base, "/static/main-vuetify.js").text
    assert "solara" in script
    assert "Loading app" not in script
    leads = request(server.base, "/" + server.lead.partition("/lead/")[2].join(("lead/", "")))
    cookie = (leads.headers["Set-Cookie"] or "").split(";")[0].partition("=")
    led = request(server.base, "/lead", cookies={cookie[0]: cookie[2]}, headers={"Accept-Language": "zh"}).text
    assert '<html lang="en">' in led
    assert locale("en")("wl_away") in led


def test_who_presses_ctrl_c_twice_is_told_that_the_workshop_is_kept(tmp_path: Path) -> None:
    # If this fails, the hour ends with a traceback on the projector, and nobody knows whether the votes are kept.
    found = Server(str(sample()), "--unit", "EC", "--port", "0", "--store", str(tmp_path / "w.sqlite"))
    for _ in range(2):
        found.process.send_signal(signal.SIGINT)
        time.sleep(0.02)
    assert found.process.stdout
    said = found.process.stdout.read()
    found.process.wait(60)
    found.stop()
    assert (found.process.returncode, said) == (0, "The workshop is kept; the same command goes on with it.\n")
    assert found.errors == []


def test_a_role_that_is_not_offered_is_refused(server: Server) -> None:
    # If this fails, a form made by hand adds people that nobody asks anything.
    answered = Visitor(server.base).come_in(server.code, "<script>alert(1)</script>")
    assert answered.status == 403
    assert "<script>alert" not in answered.text
    assert "not asked anything today" in answered.text


def test_the_server_calls_nobody(tmp_path: Path) -> None:
    # If this fails, Solara's telemetry or its look for newer versions is on.
    if why := missing():
        pytest.skip(why)
    with Server(str(sample()), "--port", "0", "--demo", before=watched(tmp_path / "calls")) as found:
        phone = Visitor(found.base)
        phone.come_in(found.code, "kam")
        phone.open()
        phone.close()
    noted = calls(tmp_path / "calls")
    assert any("sendto(" in line for line in noted), "nothing was noted: the test sees nothing"
    assert outward(noted) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no unit is named. Name one with --unit: GRP, NC, EC, SC, CA, OM, EX."),
        (("--unit", "XX"), "'XX' is no unit of this engagement."),
        (("--unit", "NC", "--wave", "1999"), "1999"),
        (("--unit", "NC", "--ask", "STR,ZZZ"), "'ZZZ' is no dimension of this instrument."),
        (("--unit", "NC", "--lang", "fr"), "no workshop in language 'fr'. Choose one of: en, zh."),
        (("--unit", "NC", "--host", "no.such.host.invalid"), "--host 'no.such.host.invalid'"),
        (("--unit", "NC", "--store", "mysql+nothing://x"), "cannot use 'mysql+nothing://x'"),
    ],
)
def test_a_wrong_call_is_one_line(kamassess_cli: Callable[..., Any], arguments: tuple[str, ...], said: str) -> None:
    # If this fails, the facilitator sees a traceback ten minutes before the meeting.
    ran = kamassess_cli("workshop", str(sample()), "--port", "0", *arguments)
    assert ran.code in (1, 2)
    assert said in "\n".join(ran.err)
    assert ran.out == []


def test_a_port_in_use_is_told(kamassess_cli: Callable[..., Any]) -> None:
    # If this fails, a second start on one laptop is a traceback.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ran = kamassess_cli("workshop", str(sample()), "--unit", "NC", "--demo", "--port", port)
    assert ran.code == 2
    ran.the(f"cannot listen on 127.0.0.1, port {port}: Address already in use. Stop what listens there")


def test_a_folder_that_cannot_be_written_to_is_told(kamassess_cli: Callable[..., Any], tmp_path: Path) -> None:
    # If this fails, votes are taken that cannot be kept.
    place = str(tmp_path / "none" / "w.sqlite")
    ran = kamassess_cli("workshop", str(sample()), "--unit", "NC", "--port", "0", "--store", place)
    assert (ran.code, ran.out) == (1, [])
    ran.the("cannot use 'w.sqlite': unable to open database file.")


def _votes(visitor: Visitor, stop: threading.Event, kept: list[str], chance: random.Random) -> None:
    """Vote on and on, and note each vote that was shown as kept."""
    try:
        if visitor.has("Look at my answers"):
            visitor.press("Look at my answers")
        last = ""
        while not stop.is_set():
            value = chance.choice([option for option in "12345" if option != last])
            visitor.press(f"{value} ·")
            visitor.see(f"Kept: {value}")
            kept.append(value)
            last = value
    except (AssertionError, OSError, ConnectionClosed):
        return


def _said(state_events: list[Any], person: str) -> list[str]:
    return [event.answer for event in state_events if isinstance(event, Answered) and event.person == person]


def _in_order(part: list[str], whole: list[str]) -> bool:
    """Whether all of *part* stands in *whole*, in its order."""
    left = iter(whole)
    return all(entry in left for entry in part)


def test_a_server_that_is_killed_loses_no_vote(tmp_path: Path) -> None:
    # If this fails, a flat battery of the laptop costs the room its votes, or everybody must come in anew.
    place, chance = tmp_path / "w.sqlite", random.Random(11)
    arguments = [str(sample()), "--unit", "NC", "--store", str(place), "--ask", "STR"]
    forks = Forks(str(sample()))
    forks.start(*arguments, "--port", "0")
    lead = forks.word("/lead/")
    base, code = lead.partition("/lead/")[0], forks.word("code=").partition("code=")[2]
    port = base.rpartition(":")[2]
    phones = [Visitor(base) for _ in range(4)]
    for phone in phones:
        assert phone.come_in(code, "kam").status == 303
    people = [person_of(phone.cookies["kamassess-seat"].partition(".")[2]) for phone in phones]
    store = Store(place)
    (session,) = store.sessions()
    room = Room(store, session, load_instrument("kam"))
    room.make(moves.begin(room.state.led, "STR"))
    room.close()
    kept: list[list[str]] = [[] for _ in phones]
    for _ in range(_KILLS):
        stop = threading.Event()
        pages = [Visitor(base, phone.cookies) for phone in phones]
        for page in pages:
            page.open()
        threads = [
            threading.Thread(target=_votes, args=(page, stop, kept[number], random.Random(chance.random())))
            for number, page in enumerate(pages)
        ]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.0, 0.4))
        forks.kill()
        stop.set()
        for page in pages:
            page.close()
        for thread in threads:
            thread.join()
        events = [entry.event for entry in store.events(session.id)]
        for number, person in enumerate(people):
            assert _in_order(kept[number], _said(events, person)), "a vote that was shown as kept is gone"
        forks.start(*arguments, "--port", port)
        assert forks.word("code=").endswith(code)
        assert "goes on" in forks.said
    assert sum(map(len, kept)) > _KILLS
    assert Visitor(base).follow(lead.removeprefix(base)).status == 303
    for number, phone in enumerate(phones):
        again = Visitor(base, phone.cookies)
        again.open()
        done = len({event.question for event in events if isinstance(event, Answered) and event.person == people[number]})
        again.see(f"{done} of 9 answered")
        again.close()
    forks.kill()
    forks.close()
    store.close()
