"""The gate before page, API and tools: which names we answer to, whose request it is, what is shut.

Pure ASGI and outermost but for the headers, so that no route behind it (Gradio has many) can be forgotten.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.access import login
from rag.access.visit import SCOPE, Desk, Visit
from rag.complaints import complaint
from rag.config import Settings

_SAFE = ("GET", "HEAD", "OPTIONS")
_OPEN = ("/login", "/logout")
_LOOPBACK_OPEN = ("/api/health", "/metrics")  # for a monitor on the same machine
_EDITORS = ("/gradio_api/upload",)
# What Gradio offers and the page does not use: fetching for others, editing code, redirects to elsewhere.
_SHUT = re.compile(
    r"/(?:monitoring|custom_component|svelte|gradio_api/(?:proxy=|vibe|undo-vibe|dev/|runs\b|run-history|deep_link"
    r"|process_recording|stream/|custom_component|component_server|file=\w+:|profiling))"
)


class Gate:
    """Lets requests in, each with its `Visit` in the scope."""

    def __init__(self, app: ASGIApp, settings: Settings, desk: Desk) -> None:
        self.app = app
        self._settings = settings
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks over websockets
            await send({"type": "websocket.close", "code": 1008})
            return
        request = HTTPConnection(scope)
        no = self._stranger(request) or self._forged(request, scope["method"]) or _shut(scope["path"])
        visit = None if no else self._visit(request)
        answer = no or self._answer(request, visit)
        if answer is not None:
            await answer(scope, receive, send)
            return
        scope[SCOPE] = visit
        await self.app(scope, receive, send)

    def _stranger(self, request: HTTPConnection) -> ASGIApp | None:
        """A name that is not ours was looked up to get here (DNS rebinding): refuse to answer to it."""
        name = host(request.headers.get("host", ""))
        if our_own(name) or name in self._settings.hosts:
            return None
        return complaint(
            421, "这个网址没有登记。", '请用 IP 地址打开，或在 tashan.toml 里写上 hosts = ["网址"]。'
        )

    def _forged(self, request: HTTPConnection, method: str) -> ASGIApp | None:
        """A change that another site's page asks for."""
        if method in _SAFE:
            return None
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
        same = origin is None or urlsplit(origin).netloc == request.headers.get("host")
        if same and site in ("same-origin", "none"):
            return None
        return complaint(403, "请求来自别的网页。", "请在他山的页面里操作。")

    def _visit(self, request: HTTPConnection) -> Visit:
        address = request.client.host if request.client else ""
        if not self._settings.sign_in:
            return Visit(self._desk, "", address, loopback(address))
        person = None
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            person = self._desk.people.of_token(token.strip())
        elif session := request.cookies.get(login.COOKIE):
            person = self._desk.people.of_session(session)
        if person is None:
            return Visit(self._desk, "", address)
        return Visit(self._desk, person.name, address, person.may_edit, signed_in=True)

    def _answer(self, request: HTTPConnection, visit: Visit | None) -> ASGIApp | None:
        """What someone gets who may not come in; None for those who may."""
        assert visit is not None
        path = request.scope["path"].rstrip("/") or "/"
        if self._settings.sign_in and not visit.signed_in:
            if path in _OPEN or (path in _LOOPBACK_OPEN and loopback(visit.address)):
                return None
            if request.scope["method"] == "GET" and "text/html" in request.headers.get("accept", ""):
                return RedirectResponse("/login", 303)
            return complaint(
                401, "请先登录。", "在浏览器里打开 /login，或在请求头里带上 Authorization: Bearer 令牌。"
            )
        if path in _EDITORS and not visit.may_edit:
            return complaint(403, "你不能添加报告。", "请找可增删报告的人帮忙。")
        return None


def _shut(path: str) -> ASGIApp | None:
    return complaint(404, "没有这个地址。") if _SHUT.match(path) else None


def host(header: str) -> str:
    """The name of a Host header without its port.

    >>> host("[::1]:7860"), host("Tashan.Local:80"), host("10.0.0.1")
    ('::1', 'tashan.local', '10.0.0.1')
    """
    name = header.strip().lower()
    return name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]


def our_own(name: str) -> bool:
    """Whether a name can only mean a machine that was meant: an address, or a name without a domain.

    >>> our_own("127.0.0.1"), our_own("localhost"), our_own("pc-07"), our_own("evil.example"), our_own("")
    (True, True, True, False, False)
    """
    if name and ("." not in name or name.endswith(".local")) and ":" not in name:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def loopback(address: str) -> bool:
    """Whether a request comes from this very machine.

    Behind a reverse proxy the address is the one that the proxy names (X-Forwarded-For).
    """
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
