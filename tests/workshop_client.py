"""A browser without a screen: it comes in at the door, opens Solara's channel and uses the widgets it is sent, as a phone does.

Used where many take part at once: what a real browser shows is tested with one, in ``tests/browser``.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from http.cookies import SimpleCookie
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from kamassess.resources import carried

__all__ = ["Answered", "Forks", "Server", "Visitor", "request"]

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
    """``kamassess workshop`` in a process of its own; ``before`` is put before the command."""

    def __init__(self, *arguments: str, env: Mapping[str, str] | None = None, before: Sequence[str] = ()) -> None:
        command = [*before, sys.executable, "-m", "kamassess", "workshop", *arguments]
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


_FORKS = """
import json, os, sys
from pathlib import Path
from tempfile import mkdtemp
from kamassess.cli import main
from kamassess.opened import opened_audit
from kamassess.workshop.solara_page import set_up
set_up(Path(mkdtemp()))
import kamassess.workshop.serving, kamassess.workshop.facilitator, kamassess.workshop.participant, uvicorn, psutil
from solara.server import app
opened_audit(Path(sys.argv[1]), None)
for line in sys.stdin:
    child = os.fork()
    if child:
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)
    else:
        os._exit(main(["workshop", *json.loads(line)]))
"""


class Forks:
    """A process that has read the engagement and imported all there is, and becomes a server again and again, at little cost.

    What serves is ``kamassess workshop``; only its start is shared, so that it can be killed many times.
    """

    def __init__(self, engagement: str) -> None:
        command = [sys.executable, "-c", _FORKS, engagement]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.child = 0
        self.said = ""

    def start(self, *arguments: str) -> None:
        """Serve; returns once it says where."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(arguments) + "\n")
        self.process.stdin.flush()
        said = []
        for line in self.process.stdout:
            if line.strip().isdigit():
                self.child = int(line)
                continue
            said.append(line)
            if line.startswith("Ctrl-C"):
                break
        self.said = "".join(said)
        assert "Ctrl-C" in self.said, self.said

    def word(self, part: str) -> str:
        """The word of what was said that has *part*."""
        return next(word for word in self.said.split() if part in word)

    def kill(self) -> None:
        """Kill what serves, as a power cut would."""
        os.kill(self.child, signal.SIGKILL)
        assert self.process.stdout
        assert self.process.stdout.readline() == "ended\n"

    def close(self) -> None:
        """End."""
        self.process.kill()
        self.process.wait(_SECONDS)
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()


class Visitor:
    """Somebody with a browser.

    ``cookies`` are what makes that person the same after a reload, or on another device.
    """

    def __init__(self, base: str, cookies: Mapping[str, str] | None = None) -> None:
        self.base = base
        self.cookies: dict[str, str] = dict(cookies or {})
        self.widgets: dict[str, dict[str, Any]] = {}
        self.root = ""
        self.gone = False
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
            pass
        with self._changed:
            self.gone = True
            self._changed.notify_all()

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
                return bool(found) or self.gone

            self._changed.wait_for(looked, seconds)
            assert found, f"not within {seconds} s, the connection is {'lost' if self.gone else 'there'}; there is:\n{self.text}"
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


def sample() -> Path:
    """The sample engagement."""
    return carried("sample_data")
