"""What is heard of what a page says, and how fast. What a real server makes of it: ``tests/e2e/test_workshop_messages.py``."""

from __future__ import annotations

import json
import logging
from collections.abc import MutableMapping, Sequence
from typing import Any

import anyio
import pytest
from starlette.websockets import WebSocket, WebSocketState

from kamassess.workshop.channel import Kernels, Watched, allowed


def _message(content: Any, kind: str = "comm_msg", **header: Any) -> str:
    named = {"msg_id": "a", "session": "b", "msg_type": kind, **header}
    return json.dumps({"header": named, "content": content, "buffers": [], "metadata": {"version": "2.1.0"}, "extra": 1})


def _update(**state: Any) -> dict[str, Any]:
    return {"comm_id": "c", "data": {"method": "update", "state": state}}


HEARD = (
    _update(value="a text"), _update(value=3), _update(value=None), _update(index=2), _update(index=None),
    _update(selected_index=0),
    _update(value={"year": 2026, "month": 10, "date": 31}), _update(value=2.5),
    {"comm_id": "c", "data": {"method": "custom", "content": {"event": "click"}}},
    {"comm_id": "c", "data": {"method": "request_state"}}, {"comm_id": "c", "data": {"method": "app-status"}},
)  # fmt: skip
UNHEARD = (
    _update(children=["IPY_MODEL_x"]), _update(value=["IPY_MODEL_x"]), _update(value={"x": 1}), _update(value="a", layout=None),
    _update(),
    _update(value={"year": "2026"}), {"comm_id": "../x", "data": {"method": "request_state"}}, {"comm_id": "c"},
    {"comm_id": "c", "data": []},
    {"comm_id": "c", "data": {"method": "custom", "content": {"create_widget": ["os", "system"], "props": {}, "id": "x"}}},
    {"comm_id": "c", "data": {"method": "custom", "content": {"event": "x"}}}, {"comm_id": "c", "data": {"method": "reload"}},
    {"comm_id": "c", "data": {"method": "evict"}}, {"comm_id": "c", "data": {"method": "run", "args": {"path": "/x"}}}, [], "x",
    None,
)  # fmt: skip


@pytest.mark.parametrize("content", HEARD, ids=str)
def test_what_people_do_is_heard(content: dict[str, Any]) -> None:
    # If this fails, somebody's answer is lost without a word.
    heard = allowed(_message(content))
    assert heard is not None
    assert heard["content"]["comm_id"] == content["comm_id"]
    assert content["data"].items() <= heard["content"]["data"].items()


@pytest.mark.parametrize("content", UNHEARD, ids=str)
def test_nothing_else_is(content: Any) -> None:
    # If this fails, a page reaches what no page of ours uses.
    assert allowed(_message(content)) is None


def test_nothing_but_what_is_allowed_goes_on_with_a_message() -> None:
    # If this fails, a part of a message that nobody reads here is read by Solara.
    custom = {"event": "click", "create_widget": ["os", "system"]}
    heard = allowed(_message({"comm_id": "c", "data": {"method": "custom", "content": custom, "x": 1}, "x": 1}))
    assert heard is not None
    assert heard["content"] == {"comm_id": "c", "data": {"method": "custom", "content": {"event": "click"}}}
    assert heard["metadata"] == {}
    run = {"path": "/", "appName": "other", "themes": {"x": "y"}, "dark": True}
    heard = allowed(_message({"comm_id": "c", "data": {"method": "run", "args": run}}))
    assert heard is not None
    assert heard["content"]["data"]["args"] == {"path": "/", "appName": None, "themes": {}, "dark": False}
    assert allowed(_message({}, "kernel_info_request", msg_id="x" * 1000)) is None


def _watched(sent: Sequence[str | bytes]) -> tuple[list[str], str]:
    """What of *sent* a channel hands on, and how it ends."""
    left = iter(sent)

    async def receive() -> MutableMapping[str, Any]:
        message = next(left, None)
        if message is None:
            return {"type": "websocket.disconnect", "code": 1000}
        return {"type": "websocket.receive", "text" if isinstance(message, str) else "bytes": message}

    closed: list[str] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        closed.append(message["type"])

    async def hear() -> list[str]:
        scope = {"type": "websocket", "headers": [], "path": "/", "query_string": b"", "path_params": {"kernel_id": "k"}}
        channel = Watched(WebSocket(scope, receive, send), Kernels())
        channel.client_state = channel.application_state = WebSocketState.CONNECTED
        heard = []
        while (message := await channel.receive())["type"] == "websocket.receive":
            heard.append(message["text"])
        return heard

    return anyio.run(hear), "".join(closed)


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, without waiting."""
    times: list[float] = []

    async def sleep(seconds: float) -> None:
        times.append(seconds)

    monkeypatch.setattr("kamassess.workshop.channel.anyio.sleep", sleep)
    return times


def test_people_are_heard_at_once_and_a_flood_is_not(waited: list[float]) -> None:
    # If this fails, one phone that sends without end holds up the room.
    click = _message(HEARD[8])
    assert len(_watched([click] * 150)[0]) == 150
    assert waited == []
    assert len(_watched([click] * 260)[0]) == 260
    assert 50 <= len(waited) <= 70
    assert max(waited) > 2  # what is to be waited adds up until it has been waited
    waited.clear()
    assert len(_watched([_message(_update(value="x" * 160_000))] * 30)[0]) == 30
    assert sum(waited) > 5


def test_who_says_other_things_again_and_again_is_cut_off(caplog: pytest.LogCaptureFixture) -> None:
    # If this fails, somebody tries until something works.
    with caplog.at_level(logging.WARNING):
        heard, closed = _watched([*[_message({}, "execute_request"), b"\0"] * 30, _message(HEARD[0])])
    assert (heard, closed) == ([], "websocket.close")
    assert len(caplog.records) == 1


def test_what_a_sound_browser_says_too_is_only_not_heard(waited: list[float]) -> None:
    # If this fails, a page that closes its widgets is taken for an attack.
    closing = _message({"comm_id": "c", "data": {}}, "comm_close")
    heard, closed = _watched([closing] * 40 + [_message(HEARD[0])])
    assert (len(heard), closed) == (1, "")
    assert waited == []


def test_a_page_is_made_once_in_a_connection() -> None:
    # If this fails, a page is made again and again until the memory is full.
    run = _message({"comm_id": "c", "data": {"method": "run", "args": {"path": "/"}}})
    assert len(_watched([run] * 5)[0]) == 1
