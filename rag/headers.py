"""Security headers, as pure ASGI so that streamed answers stay streams."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_PAGE = {b'lang="en"': b'lang="zh-CN"'}  # Gradio's template says English; screen readers believe it
_PLAIN = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with none, a browser would not say that our own form is ours
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def policy(page: bytes = b"") -> str:
    """A content security policy: this origin only, and only those inline scripts that `page` came with.

    ``unsafe-eval`` is needed by Gradio, which compiles its components' scripts; ``unsafe-inline`` is granted
    to styles only. A script that got into a text could neither run nor reach another host.
    """
    hashes = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in _INLINE.findall(page))
    scripts = " ".join(f"'sha256-{one}'" for one in dict.fromkeys(hashes))
    return (
        f"default-src 'self'; script-src 'self' 'unsafe-eval' {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


class Headers:
    """Security headers on every response. An HTML page is held back until its inline scripts are hashed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with a `send` that adds the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # Only our page's own scripts may run: a file that is sent from under /gradio_api/ is no page of ours.
        await self.app(scope, receive, _Sender(send, not scope["path"].startswith("/gradio_api/")))


class _Sender:
    """`send` with headers added; other than HTML goes straight through, so that streams stay streams."""

    def __init__(self, send: Send, ours: bool) -> None:
        self._send = send
        self._ours = ours
        self._start: Message | None = None  # of a page that is being held back
        self._body = b""

    async def __call__(self, message: Message) -> None:
        """One message of a response."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(_PLAIN)
            html = headers.get("content-type", "").startswith("text/html")
            if self._ours and html and "content-encoding" not in headers:
                self._start = message
                return
            headers["Content-Security-Policy"] = policy()
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._page(self._start)
            return
        await self._send(message)

    async def _page(self, start: Message) -> None:
        body = self._body
        for old, new in _PAGE.items():
            body = body.replace(old, new, 1)
        headers = MutableHeaders(scope=start)
        headers["Content-Security-Policy"] = policy(body)
        headers["Content-Length"] = str(len(body))
        self._start = None
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})
