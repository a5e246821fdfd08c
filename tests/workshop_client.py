"""A browser without a screen: it comes in at the door, opens Solara's channel and uses the widgets it is sent, as a phone does.

Used where many take part at once: what a real browser shows is tested with one, in ``tests/browser``.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from http.cookies import SimpleCookie
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

__all__ = ["Answered", "Server", "Visitor", "request"]

_SECONDS = 60.0


class Answered:
    """What a server answered to a request."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode()


def request(
    base: str,
    path: str,
    *,
    form: Mapping[str, str] | None = None,
    cookies: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    method: str = "",
) -> Answered:
    """One request, redirects not followed."""
    where = urlsplit(base)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=_SECONDS)
    sent = dict(headers or {})
    if cookies:
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    body = urlencode(form) if form is not None else None
    if body is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method or ("POST" if form is not None else "GET"), path, body, sent)
        return Answered(connection.getresponse())
    finally:
        connection.close()


class Server:
    """``kamassess workshop`` in a process of its own."""

    def __init__(self, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        command = [sys.executable, "-m", "kamassess", "workshop", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        self.errors: list[str] = []
        assert self.process.stderr
        assert self.process.stdout
        self._reader = threading.Thread(target=self._read, args=(self.process.stderr,), daemon=True)
        self._reader.start()
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("Ctrl-C"):
                break
        self.said = "".join(said)
        assert "Ctrl-C" in self.said, "".join(self.errors)
        self.join = next(word for word in self.said.split() if "/?code=" in word)
        self.lead = next(word for word in self.said.split() if "/lead/" in word)
        self.code = self.join.partition("code=")[2]
        self.base = self.lead.partition("/lead/")[0]

    def _read(self, stream: Any) -> None:
        self.errors.extend(stream)

    @property
    def port(self) -> int:
        return urlsplit(self.base).port or 0

    def alive(self) -> bool:
        """Whether it answers."""
        try:
            return request(self.base, "/alive").status == 200
        except OSError:
            return False

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self._gone()

    def stop(self) -> None:
        """As Ctrl-C would."""
        self.process.terminate()
        self._gone()

    def _gone(self) -> None:
        self.process.wait(_SECONDS)
        self._reader.join(_SECONDS)
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()


class Visitor:
    """Somebody with a browser.

    ``cookies`` are what makes that person the same after a reload, or on another device.
    """

    def __init__(self, base: str, cookies: Mapping[str, str] | None = None) -> None:
        self.base = base
        self.cookies: dict[str, str] = dict(cookies or {})
        self.widgets: dict[str, dict[str, Any]] = {}
        self.root = ""
        self._socket: ClientConnection | None = None
        self._open = contextlib.ExitStack()
        self._session = uuid.uuid4().hex
        self._changed = threading.Condition()

    # -- requests ------------------------------------------------------------------------------------------------------

    def come_in(self, code: str, role: str, language: str = "en") -> Answered:
        """Fill in the door's form."""
        answered = request(self.base, "/", form={"code": code, "role": role, "lang": language}, cookies=self.cookies)
        self._keep(answered)
        return answered

    def follow(self, path: str) -> Answered:
        """Open a link that gives a cookie."""
        answered = request(self.base, path, cookies=self.cookies)
        self._keep(answered)
        return answered

    def _keep(self, answered: Answered) -> None:
        for line in answered.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}

    # -- the page ------------------------------------------------------------------------------------------------------

    def open(self, path: str = "/") -> None:
        """Load the page and its widgets."""
        answered = request(self.base, path, cookies=self.cookies)
        self._keep(answered)
        assert answered.status == 200, answered.status
        assert "solara-main" in answered.text
        address = self.base.replace("http", "ws", 1) + f"/jupyter/api/kernels/{uuid.uuid4()}/channels?session_id={self._session}"
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        opening = connect(address, additional_headers={"Cookie": cookies}, open_timeout=_SECONDS, max_size=None)
        self._socket = self._open.enter_context(opening)
        threading.Thread(target=self._listen, args=(self._socket,), daemon=True).start()
        control = uuid.uuid4().hex
        self._send("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        run = {"method": "run", "args": {"path": path, "appName": None, "themes": {"light": {}, "dark": {}}, "dark": False}}
        self._send("comm_msg", {"comm_id": control, "data": run})
        self.wait(lambda: bool(self.root))

    def close(self) -> None:
        """Close the page."""
        self._open.close()

    def _send(self, kind: str, content: dict[str, Any]) -> None:
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self._session, "username": "", "version": "5.3"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "buffers": [], "channel": "shell"}
        assert self._socket
        self._socket.send(json.dumps(message))

    def _listen(self, socket: ClientConnection) -> None:
        try:
            for message in socket:
                if isinstance(message, str):
                    self._take(json.loads(message))
        except ConnectionClosed:
            return

    def _take(self, message: dict[str, Any]) -> None:
        content = message["content"]
        with self._changed:
            match message["header"]["msg_type"]:
                case "comm_open" if content["target_name"] == "jupyter.widget":
                    self.widgets[content["comm_id"]] = dict(content["data"]["state"])
                case "comm_msg" if content["data"].get("method") == "update":
                    self.widgets.setdefault(content["comm_id"], {}).update(content["data"]["state"])
                case "comm_msg" if content["data"].get("method") == "finished":
                    self.root = content["data"]["widget_id"]
                case "comm_close":
                    self.widgets.pop(content["comm_id"], None)
            self._changed.notify_all()

    # -- what can be seen and done -------------------------------------------------------------------------------------

    def wait(self, until: Callable[[], Any], seconds: float = _SECONDS) -> Any:
        """Until something is true; what it is."""
        with self._changed:
            found = None

            def looked() -> bool:
                nonlocal found
                found = until()
                return bool(found)

            assert self._changed.wait_for(looked, seconds), f"not within {seconds} s; there is:\n{self.text}"
            return found

    def see(self, text: str) -> str:
        """Wait until a text can be read; everything that can be."""
        return str(self.wait(lambda: (whole := self.text) if text in (whole := self.text) else ""))

    def _seen(self) -> list[tuple[str, dict[str, Any]]]:
        found = []
        left = [name for name, state in self.widgets.items() if "kam-ws" in (state.get("_dom_classes") or ())]
        while left:
            name = left.pop(0).removeprefix("IPY_MODEL_")
            state = self.widgets.get(name, {})
            layout = self.widgets.get(str(state.get("layout", "")).removeprefix("IPY_MODEL_"), {})
            if layout.get("display") != "none":
                found.append((name, state))
                left[:0] = [child for child in state.get("children") or () if isinstance(child, str)]
        return found

    @property
    def text(self) -> str:
        """What can be read, a widget a line."""
        return "\n".join(str(state.get("value") or state.get("description") or "") for _, state in self._seen())

    def press(self, start: str) -> None:
        """Press the button whose text begins so, once it is there."""
        name = self.wait(lambda: self._button(start))
        self._send("comm_msg", {"comm_id": name, "data": {"method": "custom", "content": {"event": "click"}}})

    def _button(self, start: str) -> str:
        return next(
            (
                name
                for name, state in self._seen()
                if state.get("_model_name") == "ButtonModel" and state["description"].startswith(start) and not state["disabled"]
            ),
            "",
        )

    def has(self, start: str) -> bool:
        """Whether there is such a button."""
        return bool(self._button(start))

    def write(self, text: str) -> None:
        """Write into the comment."""
        name = self.wait(lambda: next((name for name, state in self._seen() if state.get("_model_name") == "TextareaModel"), ""))
        self._send("comm_msg", {"comm_id": name, "data": {"method": "update", "state": {"value": text}, "buffer_paths": []}})


def wait_for_port(server: Server) -> None:
    """Until a server that was just started answers."""
    deadline = time.monotonic() + _SECONDS
    while not server.alive():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sample() -> Path:
    """The sample engagement."""
    return Path(__file__).parents[1] / "sample_data"
