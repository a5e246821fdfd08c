"""What somebody in the room can do to the server, or to others, by writing messages of their own to it: nothing."""

from __future__ import annotations

import contextlib
import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from workshop_client import Server, Visitor, request, sample

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    place = tmp_path_factory.mktemp("workshop") / "w.sqlite"
    with Server(str(sample()), "--unit", "NC", "--port", "0", "--store", str(place), "--ask", "STR") as found:
        yield found


@pytest.fixture
def phone(server: Server) -> Iterator[Visitor]:
    """Somebody who has come in."""
    visitor = Visitor(server.base)
    assert visitor.come_in(server.code, "kam").status == 303
    visitor.open()
    visitor.see("You are in")
    yield visitor
    visitor.close()


def _raw(visitor: Visitor, text: str | bytes) -> None:
    assert visitor._socket
    visitor._socket.send(text)


def _still_served(visitor: Visitor) -> None:
    """Whoever comes next is served as before."""
    other = Visitor(visitor.base, visitor.cookies)
    other.open()
    other.see("You are in")
    other.close()


def _said_since(server: Server, count: int, until: str = "") -> str:
    """What the server has told since; where something is waited for, as soon as that is told."""
    end = time.monotonic() + 10
    while until not in (said := "".join(server.errors[count:])) and time.monotonic() < end:
        time.sleep(0.05)
    return said


def test_no_message_calls_a_function_by_its_name(phone: Visitor, tmp_path: Path) -> None:
    # If this fails, anybody in the room runs what they like on the facilitator's machine.
    mark = tmp_path / "made"
    props = {"filename": str(mark), "filemode": "w", "force": True}
    called = {"create_widget": ["logging", "basicConfig"], "props": props, "id": "x"}
    templates = [name for name, state in phone.widgets.items() if state["_model_name"] == "VuetifyTemplateModel"]
    assert templates  # Solara's own widgets, which would do it
    for name in templates:
        phone._send("comm_msg", {"comm_id": name, "data": {"method": "custom", "content": called}})
    _answered(phone)
    assert not mark.exists()
    _still_served(phone)


def _answered(visitor: Visitor) -> None:
    """Everything that was sent before has been worked on: what is asked now is answered."""
    name = visitor.root
    visitor.widgets[name].pop("_model_name")
    visitor._send("comm_msg", {"comm_id": name, "data": {"method": "request_state"}})
    visitor.wait(lambda: "_model_name" in visitor.widgets[name])


def test_no_message_makes_a_widget(phone: Visitor) -> None:
    # If this fails, one phone fills the server's memory with things that no page shows.
    made, states = uuid.uuid4().hex, {"_model_module": "@jupyter-widgets/controls", "_view_module": "@jupyter-widgets/controls"}
    states |= {
        "_model_module_version": "2.0.0",
        "_view_module_version": "2.0.0",
        "_model_name": "HTMLModel",
        "_view_name": "HTMLView",
    }
    header = {"msg_id": "1", "msg_type": "comm_open", "session": "s", "username": "", "version": "5.3"}
    content = {"comm_id": made, "target_name": "jupyter.widget", "data": {"state": states}}
    message = {"header": header, "parent_header": {}, "content": content, "buffers": [], "channel": "shell"}
    _raw(phone, json.dumps({**message, "metadata": {"version": "2.1.0"}}))
    phone._send("comm_msg", {"comm_id": made, "data": {"method": "request_state"}})
    _answered(phone)
    assert made not in phone.widgets


def test_a_page_changes_nothing_of_a_widget_but_what_people_change(phone: Visitor) -> None:
    # If this fails, a page takes the bounds, choices or looks off its widgets and sends what no widget would.
    changed = {"children": [], "_dom_classes": ["x"], "layout": None, "disabled": False, "_model_name": "x", "description": "x"}
    name = next(name for name, state in phone.widgets.items() if state["_model_name"] == "TextareaModel")
    before = dict(phone.widgets[name])
    for field, value in changed.items():
        phone._send("comm_msg", {"comm_id": name, "data": {"method": "update", "state": {field: value}, "buffer_paths": []}})
    phone._send("comm_msg", {"comm_id": name, "data": {"method": "request_state"}})
    _answered(phone)
    assert phone.widgets[name] == before


MALFORMED = (
    *("", "{", "[]", "null", '"x"', "1", "[" * 50_000, '{"header": {}}', '{"header": {"msg_type": []}, "content": {}}'),
    *(b"", b"\0\0\0\1", b"\xff" * 64, b"\x7f\xff\xff\xff" * 4),
)


@pytest.mark.parametrize("message", MALFORMED, ids=lambda message: repr(message[:20]))
def test_what_is_no_message_is_dropped(message: str | bytes, server: Server, phone: Visitor) -> None:
    # If this fails, one malformed message ends a page with a traceback in the facilitator's terminal.
    count = len(server.errors)
    _raw(phone, message)
    _answered(phone)
    assert "Traceback" not in _said_since(server, count)


@pytest.mark.parametrize(
    "kind", ["execute_request", "shutdown_request", "interrupt_request", "complete_request", "input_reply", "debug_request", "x"]
)
def test_kernels_do_nothing_else(kind: str, server: Server, phone: Visitor) -> None:
    # If this fails, a page asks the server for what only a notebook may ask of it.
    count = len(server.errors)
    phone._send(kind, {"code": "import os", "silent": False, "restart": True})
    _answered(phone)
    assert "Unsupported" not in _said_since(server, count)


def test_who_goes_on_is_cut_off(server: Server, phone: Visitor) -> None:
    # If this fails, somebody tries for an hour, and nobody notices.
    count = len(server.errors)
    with contextlib.suppress(ConnectionClosed):  # it may be cut off before all is sent
        for _ in range(30):
            phone._send("execute_request", {"code": "1"})
    with pytest.raises(AssertionError, match="the connection is lost"):
        phone.wait(lambda: False, 20)
    said = _said_since(server, count, until="no page of ours says")
    assert said.count("a page said what no page of ours says") == 1
    assert "Traceback" not in said
    _still_served(phone)


def test_nobody_opens_or_closes_another_page(server: Server, phone: Visitor) -> None:
    # If this fails, whoever learns the id of somebody's page reads their answers, or throws them out.
    address = phone._socket.request.path if phone._socket and phone._socket.request else ""
    kernel, page = address.split("/")[4], address.partition("session_id=")[2]
    thief = Visitor(server.base)
    thief.come_in(server.code, "kam")
    thief.cookies["solara-session-id"] = phone.cookies["solara-session-id"]
    cookies = "; ".join(f"{name}={value}" for name, value in thief.cookies.items())
    with (
        pytest.raises((InvalidStatus, ConnectionClosed)),
        connect(server.base.replace("http", "ws") + address, additional_headers={"Cookie": cookies}) as channel,
    ):
        channel.recv(timeout=20)
    closing = f"/_solara/api/close/{kernel}?session_id={page}"
    assert request(server.base, closing, cookies=thief.cookies, method="POST").status == 204
    assert request(server.base, f"/_solara/api/close/{kernel}", cookies=phone.cookies, method="POST").status == 204
    _answered(phone)
    for wrong in ("x" * 65, "a.b", "%00"):
        asked = f"{server.base.replace('http', 'ws')}/jupyter/api/kernels/{wrong}/channels?session_id=1"
        with pytest.raises((InvalidStatus, ConnectionClosed)), connect(asked, additional_headers={"Cookie": cookies}) as channel:
            channel.recv(timeout=20)


def test_a_page_is_made_once(phone: Visitor) -> None:
    # If this fails, one connection makes pages until the server has no memory left.
    control = uuid.uuid4().hex
    phone._send("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
    count = len(phone.widgets)
    for _ in range(3):
        phone._send("comm_msg", {"comm_id": control, "data": {"method": "run", "args": {"path": "/"}}})
    _answered(phone)
    assert len(phone.widgets) == count


def test_pages_that_were_left_are_forgotten(server: Server) -> None:
    # If this fails, somebody who opens and leaves pages fills the memory for as long as they are remembered.
    visitor = Visitor(server.base)
    visitor.come_in(server.code, "kam")
    watched = psutil.Process(server.process.pid)
    for count in range(72):
        page = Visitor(server.base, visitor.cookies)
        page.open()
        page.close()
        if count == 24:
            before = watched.memory_info().rss
    assert watched.memory_info().rss - before < 47 * _PAGE / 2


_PAGE = 600_000
"""Bytes that the widgets of a page of a participant take."""


def test_asking_for_what_is_not_there_takes_nothing_from_anybody(server: Server) -> None:
    # If this fails, a stranger asks for five hundred files that do not exist, and no page of the workshop opens any more.
    for number in range(510):
        assert request(server.base, f"/static/x{number}.js").status == 404
    count = len(server.errors)
    for name in ("%00", "x" * 5000, "a%0ab", "%ff"):
        assert request(server.base, f"/static/{name}").status == 404
    assert "Traceback" not in _said_since(server, count)
    assert request(server.base, "/static/highlight.css").status == 200
