"""How large a request may be. FastAPI counts the bytes of a body; this says no before any of them is read."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.complaints import http_complaint

QUESTION = 512 * 1024  # bytes: fifty earlier questions of 2,000 characters, and room
BASKET = 4 * 1024 * 1024  # bytes: two hundred pieces with their notes
ANYTHING = 512 * 1024 * 1024  # bytes of any request, uploads on the page among them


class Limits:
    """Refuses a request whose own Content-Length is beyond the limit of its address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 413."""
        if scope["type"] == "http":
            said = Headers(scope=scope).get("content-length", "0")
            most = _most(scope["path"])
            if not said.isdecimal() or int(said) > most:
                await http_complaint(413 if said.isdecimal() else 400)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _most(path: str) -> int:
    if path in ("/api/export", "/api/basket"):
        return BASKET
    return QUESTION if path.startswith("/api/") else ANYTHING
