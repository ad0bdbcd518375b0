"""Questions over HTTP: ask (JSON or server-sent events), search, compare."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from rag import contract
from rag.access import visit
from rag.api import events, limits, replies
from rag.api.bodies import Asking, Comparing, Searching
from rag.api.errors import RESPONSES
from rag.service import Service
from rag.types import Outcome

_EVENTS = "text/event-stream"
_STREAM = """event: understood
data: {"include": [], "exclude": [], "intent": "做法", "query": "别的县是怎么做红色物业的？", …}

event: hits
data: [{"doc": "报告.txt", "passage": "报告.txt#1:3", "score": 0.91}]

event: statement
data: {"text": "沈河区在12个小区建红色物业党支部。", "citations": [1]}

event: done
data: {"status": "answered", "text": …, "statements": …, "citations": …}

"""
_ASK: dict[int | str, dict[str, Any]] = {
    200: {
        "model": replies.Outcome,
        "description": f"回答或拒答。请求头 Accept: {_EVENTS} 时为事件流："
        "understood、hits、statement（每句一个）、done（与 JSON 相同的完整对象）；中途出错时为 error。",
        "content": {_EVENTS: {"schema": {"type": "string"}, "example": _STREAM}},
    },
    **RESPONSES,
}


def router(service: Service) -> APIRouter:
    """The routes over one service."""
    routes = APIRouter(prefix="/api", tags=["提问"], max_body_size=limits.QUESTION)

    @routes.post("/ask", summary="回答一个问题", responses=_ASK, response_model=None)
    def ask(body: Asking, request: Request) -> Response:
        updates = service.stream(
            body.question,
            body.history,
            include=body.include,
            exclude=body.exclude,
            home=body.home,
            llm=body.llm and service.settings.llm.configured,
        )
        seen = visit.of(request).watched(updates, "api")
        if wants_events(request.headers.get("accept", "")):
            # no proxy may hold events back
            headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
            return StreamingResponse(events.stream(seen), media_type=_EVENTS, headers=headers)
        outcome: Outcome | None = None
        for update in seen:
            outcome = update.outcome
        assert outcome is not None
        return JSONResponse(contract.outcome(outcome))

    @routes.post("/search", summary="只检索，不回答", responses={200: {"model": replies.Hits}, **RESPONSES})
    def search(body: Searching, request: Request) -> dict[str, Any]:
        visit.of(request).note("search", body.question, door="api")
        _, found = service.search(body.question, body.k, include=body.include, exclude=body.exclude)
        return contract.search(body.question, found)

    @routes.post(
        "/compare", summary="各地做法对比表", responses={200: {"model": replies.Comparison}, **RESPONSES}
    )
    def compare(body: Comparing, request: Request) -> dict[str, Any]:
        visit.of(request).note("compare", body.theme, door="api")
        return service.compare(body.theme, body.places).as_json()

    return routes


def wants_events(accept: str) -> bool:
    """Whether events are asked for at least as eagerly as JSON.

    >>> wants_events("text/event-stream"), wants_events("application/json, text/event-stream;q=0.5")
    (True, False)
    """
    wanted = {}
    for part in accept.split(","):
        kind, _, rest = part.strip().partition(";")
        weight = rest.partition("q=")[2].strip()
        wanted[kind.strip().lower()] = float(weight) if weight.replace(".", "", 1).isdecimal() else 1.0
    return wanted.get(_EVENTS, 0.0) > 0 and wanted[_EVENTS] >= wanted.get("application/json", 0.0)
