"""The server of a workshop: a door, two pages and Solara's channel behind them, and nothing else.

Whoever has no ticket sees the door only: no page is made and no channel opened for a stranger. Every answer forbids other hosts,
frames and caches.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from markupsafe import escape
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from kamassess.locale import Locale, locale
from kamassess.reading.brand import Brand
from kamassess.render.html import environment
from kamassess.workshop.access import draw_key
from kamassess.workshop.app import LEAD, PAGES, SEAT, Pages
from kamassess.workshop.channel import Kernels, Watched
from kamassess.workshop.hall import Hall
from kamassess.workshop.leading_keys import script
from kamassess.workshop.moves import Refused
from kamassess.workshop.solara_page import Files, page_of
from kamassess.workshop.store import StoreError
from kamassess.workshop.style import styles

__all__ = ["application"]

_DAY = 24 * 3600
_LONGEST_FORM = 4096
_POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
_DOOR_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""The door has no script: whoever has not come in runs none."""
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_ALIVE = """<script>(function(){var gone=0;setInterval(function(){
var s=window.solara&&solara.debug&&solara.debug.connectionStatus,b=document.getElementById('kam-ws-away');
if(s==='connected'){gone=0;b.hidden=true;return}
gone=gone||Date.now();if(Date.now()-gone<(s?4000:20000))return;b.hidden=false;
fetch('/alive',{cache:'no-store'}).then(function(r){if(r.ok)location.reload()}).catch(function(){})
},2000)})()</script>"""
"""Says that the connection is lost, and opens the page again once the server answers: a phone that was asleep has given up."""


@dataclass
class _Doors:
    """What answers requests."""

    pages: Pages
    brand: Brand
    languages: tuple[str, ...]
    files: Files
    kernels: Kernels = field(default_factory=Kernels)

    @property
    def hall(self) -> Hall:
        return self.pages.hall

    # -- the door ------------------------------------------------------------------------------------------------------

    async def root(self, request: Request) -> Response:
        """The page of a participant, or the door."""
        seat = self.hall.seat(request.cookies.get(SEAT, ""))
        if seat:
            known = seat.room.state.people[seat.person]
            return self._page("/", locale(known.language), request)
        return self._door(self._words(request), code=request.query_params.get("code", "")[:40])

    async def come_in(self, request: Request) -> Response:
        """Somebody has filled in the door's form."""
        given = await _form(request) if _same_origin(request) else None
        if given is None:
            return PlainTextResponse("", 400)
        words = locale(given["lang"] if given["lang"] in self.languages else self.languages[0])
        address = request.client.host if request.client else ""
        try:
            room = self.hall.room_of_code(given["code"], address)
            ticket = self.hall.come_in(room, given["role"], words.language)
        except Refused as refused:
            return self._door(words, given["code"], given["role"], words(f"ws_no_{refused.reason}", **refused.fields), 403)
        except StoreError:
            return self._door(words, given["code"], given["role"], words("ws_not_kept"), 503)
        return _with_cookie(RedirectResponse("/", 303), SEAT, ticket, request)

    def _door(self, words: Locale, code: str = "", role: str = "", fault: str = "", status: int = 200) -> Response:
        roles = self._roles()
        page = environment().get_template("workshop.html.j2")
        text = page.render(
            words=words,
            title=self.pages.title,
            css=styles(self.brand.as_dict(), notebook=False),
            languages=[locale(name) for name in self.languages],
            code=code,
            roles=roles,
            chosen=role or (roles[0].id if len(roles) == 1 else ""),
            fault=fault,
        )
        return HTMLResponse(text, status, {"Cache-Control": "no-store", "Content-Security-Policy": _DOOR_POLICY})

    def _roles(self) -> list[Any]:
        """Roles that are asked something in any of the rooms."""
        states = [room.state for room in self.hall.rooms.values()]
        asked = {role for state in states for role in state.roles()}
        return [role for role in states[0].instrument.roles if role.id in asked] if states else []

    def _words(self, connection: HTTPConnection) -> Locale:
        """The language that is asked for, or the first the browser likes."""
        asked = connection.query_params.get("lang", "")
        liked = [part.split(";")[0].strip()[:2].lower() for part in connection.headers.get("accept-language", "").split(",")]
        return locale(next((name for name in (asked, *liked) if name in self.languages), self.languages[0]))

    # -- links ---------------------------------------------------------------------------------------------------------

    async def device(self, request: Request) -> Response:
        """A participant's own link, opened on another device."""
        ticket = request.path_params["ticket"]
        if not self.hall.seat(ticket):
            return self._door(self._words(request), fault=self._words(request)("ws_no_link"), status=403)
        return _with_cookie(RedirectResponse("/", 303), SEAT, ticket, request)

    async def lead_link(self, request: Request) -> Response:
        """The facilitator's link: the secret goes into a cookie, out of an address that a projector shows."""
        ticket = request.path_params["ticket"]
        if not self.hall.led(ticket):
            return PlainTextResponse(self._words(request)("ws_not_found"), 404)
        return _with_cookie(RedirectResponse("/lead", 303), LEAD, ticket, request)

    async def lead(self, request: Request) -> Response:
        """The facilitator's page."""
        if not self.hall.led(request.cookies.get(LEAD, "")):
            return PlainTextResponse(self._words(request)("ws_not_found"), 404)
        return self._page("/lead", locale(self.pages.language), request)

    async def leave(self, request: Request) -> Response:
        """Somebody wants to come in as somebody else."""
        response = RedirectResponse("/", 303)
        if _same_origin(request):
            response.delete_cookie(SEAT)
        return response

    # -- Solara --------------------------------------------------------------------------------------------------------

    def _page(self, path: str, words: Locale, request: Request) -> Response:
        from solara.server.server import COOKIE_KEY_SESSION_ID

        head = f"<style>{styles(self.brand.as_dict(), notebook=False)}</style>"
        leads = path == "/lead"
        gone = escape(words("wl_away" if leads else "ws_away"))
        look = "kam kam-ws-away kam-ws-away-top" if leads else "kam kam-ws-away"
        away = f'<div id="kam-ws-away" class="{look}" role="alert" hidden>{gone}</div>'
        without = f"<noscript>{escape(words('ws_no_script'))}</noscript>"
        text = page_of(
            path,
            {
                "<html>": f'<html lang="{words.language}">',
                "<title>Solara ☀️</title>": f"<title>{escape(self.pages.title)}</title>",
                ", maximum-scale=1, user-scalable=no, minimal-ui": "",
                'type="image/png" sizes="any" href="/static/assets/favicon.png"': 'href="data:,"',
                '<link rel="icon" type="image/svg+xml" href="/static/assets/favicon.svg">': "",
                "</head>": f"{head}</head>",
                "absolute></v-progress-linear>": 'absolute aria-hidden="true"></v-progress-linear>',  # it has no name
                "Loading resources": str(escape(words("ws_loading"))),
            },
        )
        keys = script() if leads else ""
        response = HTMLResponse(text + away + without + _ALIVE + keys, headers={"Cache-Control": "no-store"})
        if COOKIE_KEY_SESSION_ID not in request.cookies:
            _with_cookie(response, COOKIE_KEY_SESSION_ID, draw_key(), request)
        return response

    async def file(self, request: Request) -> Response:
        """One of Solara's files."""
        found = self.files(request.url.path.lstrip("/"))
        if found is None:
            return PlainTextResponse("", 404)
        content, compressed, kind = found
        headers = {"Cache-Control": f"private, max-age={_DAY}", "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(compressed, media_type=kind, headers={**headers, "Content-Encoding": "gzip"})
        return Response(content, media_type=kind, headers=headers)

    async def channel(self, socket_: WebSocket) -> None:
        """What a page and its widgets say to each other."""
        from solara.server.server import COOKIE_KEY_SESSION_ID
        from solara.server.starlette import kernel_connection

        tickets = _tickets(socket_)
        ticket = self.hall.enter(tickets) if _same_origin(socket_) else None
        if ticket is None:
            await socket_.close(1008)
            return
        kernel, session = socket_.path_params["kernel_id"], socket_.cookies.get(COOKIE_KEY_SESSION_ID, "")
        try:
            if not self.kernels.claim(kernel, socket_.query_params.get("session_id", ""), session, ticket):
                await socket_.close(1008)
                return
            try:
                await kernel_connection(Watched(socket_, self.kernels))
            finally:
                await self.kernels.release(kernel, ticket)
        finally:
            self.hall.leave(ticket)

    async def closed(self, request: Request) -> Response:
        """A page tells that it is closed."""
        from solara.server.starlette import close

        if request.query_params.get("session_id") and self.kernels.owned(request.path_params["kernel_id"], _tickets(request)):
            close(request)
        return Response(status_code=204)


class _Headers(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response


async def _alive(_: Request) -> Response:
    return PlainTextResponse("", 200, {"Cache-Control": "no-store"})


async def _nothing(_: Request, __: Exception) -> Response:
    return PlainTextResponse("", 404)


def application(pages: Pages, brand: Brand, languages: tuple[str, ...]) -> Starlette:
    """What serves the workshops of a hall. Solara must have been set up (:func:`kamassess.workshop.solara_page.set_up`)."""
    from solara.server.starlette import kernels, lifespan

    PAGES.append(pages)
    doors = _Doors(pages, brand, languages, Files())
    routes = [
        Route("/", doors.root, methods=["GET"]),
        Route("/", doors.come_in, methods=["POST"]),
        Route("/alive", _alive),
        Route("/as/{ticket}", doors.device),
        Route("/lead", doors.lead),
        Route("/lead/{ticket}", doors.lead_link),
        Route("/leave", doors.leave, methods=["POST"]),
        Route("/jupyter/api/kernels/{id}", kernels),
        WebSocketRoute("/jupyter/api/kernels/{kernel_id}/{name}", doors.channel),
        Route("/_solara/api/close/{kernel_id}", doors.closed, methods=["POST"]),
        Route("/_solara/cdn/{path:path}", doors.file),
        Route("/jupyter/nbextensions/{path:path}", doors.file),
        Route("/static/{path:path}", doors.file),
    ]
    served = Starlette(
        routes=routes, middleware=[Middleware(_Headers)], lifespan=lifespan, exception_handlers={404: _nothing, 405: _nothing}
    )
    served.router.redirect_slashes = False
    return served


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of the door's form, empty where they are missing; None for what is no such form."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            return None
    found = parse_qs(body.decode(errors="replace"), max_num_fields=20)
    return {name: found.get(name, [""])[0] for name in ("code", "role", "lang")}


def _same_origin(connection: HTTPConnection) -> bool:
    """Whether a request comes from a page of ours: other sites may send one, but not without saying so."""
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host", "")


def _tickets(connection: HTTPConnection) -> list[str]:
    """What a request shows at the door, the facilitator's first."""
    return [connection.cookies.get(name, "") for name in (LEAD, SEAT)]


def _with_cookie(response: Response, name: str, ticket: str, request: Request) -> Response:
    secure = request.url.scheme == "https"
    response.set_cookie(name, ticket, max_age=_DAY, httponly=True, samesite="lax", secure=secure)
    response.headers["Cache-Control"] = "no-store"
    return response
