"""A basket over HTTP: pieces in, a file out. What is sent is anybody's; every fact comes from the store."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from rag import basket
from rag.access import visit
from rag.api import limits
from rag.api.errors import RESPONSES
from rag.export import FORMATS, render
from rag.export.text import line
from rag.service import Service

_EXAMPLE = {
    "kind": "引文",
    "note": "先讲这个",
    "quotes": [{"report": "报告.txt#1", "start": 10, "end": 30, "quote": "组建“红管家”服务队。"}],
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "文件。响应头 X-Changed：来源已变更的引文数；X-Skipped：读不懂而略过的条数",
        "content": {kind.partition(";")[0]: {} for kind in FORMATS.values()},
    },
    **RESPONSES,
}


Row = Annotated[dict[str, Any], Field(examples=[_EXAMPLE])]


class Keeping(BaseModel):
    """A basket to be kept for the one who is signed in."""

    model_config = ConfigDict(extra="forbid")

    rows: Annotated[list[Row], Field(max_length=basket.MOST, description="素材")]


class Kept(BaseModel):
    """The server's copy of a basket; without sign-in there is none and the browser's is the only one."""

    name: Annotated[str, Field(description="谁的素材篮；没有登录时为空")] = ""
    rows: Annotated[list[Row] | None, Field(description="存下的素材；没有存过时为空")] = None


class Exporting(BaseModel):
    """A basket and what to make of it."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["docx", "pptx", "xlsx", "md"]
    title: Annotated[str, Field(max_length=80, description="材料的标题")] = ""
    date: Annotated[datetime.date | None, Field(description="材料的日期，默认今天")] = None
    pieces: Annotated[list[Row], Field(max_length=basket.MOST, description="素材")]


def router(service: Service) -> APIRouter:
    """The routes over one service."""
    routes = APIRouter(prefix="/api", tags=["素材"], max_body_size=limits.BASKET)

    @routes.post("/export", summary="素材导出成文件", response_class=Response, responses=_FILE)
    def export(body: Exporting, request: Request) -> Response:
        pieces, skipped = basket.read(body.pieces)
        service.store.refresh()
        found = basket.checked(pieces, service.store.report)
        title = line(body.title) or "治理案例素材"
        day = body.date or datetime.date.today()
        data = render(basket.Basket(found, title, day.isoformat()), body.format)
        changed = sum(one.changed for piece in found for one in piece.quotes)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{title}.{body.format}', safe='')}",
            "X-Changed": str(changed),
            "X-Skipped": str(skipped),
        }
        visit.of(request).note("export", title, door="api", format=body.format, pieces=len(found))
        return Response(data, media_type=FORMATS[body.format], headers=headers)

    @routes.get("/basket", summary="登录者的素材篮", responses={200: {"model": Kept}, **RESPONSES})
    def kept(request: Request) -> Kept:
        guest = visit.of(request)
        if not guest.signed_in or guest.desk is None:
            return Kept()
        return Kept(name=guest.name, rows=guest.desk.baskets.load(guest.name))

    @routes.put("/basket", summary="存下登录者的素材篮", responses={200: {"model": Kept}, **RESPONSES})
    def keep(body: Keeping, request: Request) -> Kept:
        guest = visit.of(request)
        if not guest.signed_in or guest.desk is None:
            return Kept()
        rows = [_kept(row, piece) for row in body.rows for piece in basket.read([row])[0]]
        guest.desk.baskets.save(guest.name, rows)
        return Kept(name=guest.name, rows=rows)

    return routes


def _kept(row: dict[str, Any], piece: basket.Piece) -> dict[str, Any]:
    """What was understood of a row, and the name that the browser gave it."""
    return basket.as_json(piece) | {"id": line(str(row.get("id", "")))[:64]}
