"""What is heard of what a page says, and how fast. What a real server makes of it: ``tests/e2e/test_workshop_channel.py``."""

from __future__ import annotations

import json
from collections.abc import Iterator, MutableMapping
from typing import Any

import anyio
import pytest
from starlette.websockets import WebSocket

from kamassess.workshop.channel import Kernels, Watched, allowed


def _message(content: Any, kind: str = "comm_msg", **header: Any) -> str:
    named = {"msg_id": "a", "session": "b", "msg_type": kind, **header}
    return json.dumps({"header": named, "content": content, "buffers": [], "metadata": {"version": "2.1.0"}, "extra": 1})


def _update(**state: Any) -> dict[str, Any]:
    return {"comm_id": "c", "data": {"method": "update", "state": state}}


HEARD = (
    _update(value="a text"), _update(value=3), _update(value=None), _update(index=2), _update(index=None), _update(selected_index=0),
    _update(value={"year": 2026, "month": 10, "date": 31}), _update(value=2.5),
    {"comm_id": "c", "data": {"method": "custom", "content": {"event": "click"}}},
    {"comm_id": "c", "data": {"method": "request_state"}}, {"comm_id": "c", "data": {"method": "app-status"}},
)  # fmt: skip
UNHEARD = (
    _update(children=["IPY_MODEL_x"]), _update(value=["IPY_MODEL_x"]), _update(value={"x": 1}), _update(value="a", layout=None), _update(),
    _update(value={"year": "2026"}), {"comm_id": "../x", "data": {"method": "request_state"}}, {"comm_id": "c"}, {"comm_id": "c", "data": []},
    {"comm_id": "c", "data": {"method": "custom", "content": {"create_widget": ["os", "system"], "props": {}, "id": "x"}}},
    {"comm_id": "c", "data": {"method": "custom", "content": {"event": "x"}}}, {"comm_id": "c", "data": {"method": "reload"}},
    {"comm_id": "c", "data": {"method": "evict"}}, {"comm_id": "c", "data": {"method": "run", "args": {"path": "/x"}}}, [], "x", None,
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


def _heard(sent: Iterator[str], count: int) -> int:
    """How many of the first *count* messages a channel hands on."""

    async def receive() -> MutableMapping[str, Any]:
        text = next(sent, None)
        return {"type": "websocket.disconnect", "code": 1000} if text is None else {"type": "websocket.receive", "text": text}

    async def send(_: MutableMapping[str, Any]) -> None:
        pass

    async def hear() -> int:
        path = {"kernel_id": "k", "name": "channels"}
        scope = {"type": "websocket", "headers": [], "path": "/", "query_string": b"", "path_params": path}
        channel = WebSocket(scope, receive, send)
        watched = Watched(channel, Kernels())
        heard = 0
        while (await watched.receive())["type"] == "websocket.receive":
            heard += 1
        return heard

    channel_opened = {"type": "websocket.connect"}
    assert channel_opened
    return anyio.run(hear)
