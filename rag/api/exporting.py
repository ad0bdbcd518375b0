"""A basket over HTTP: pieces in, a file out. What is sent is anybody's; every fact comes from the store."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from rag import basket
from rag.api.errors import RESPONSES
from rag.export import FORMATS, render
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


class Exporting(BaseModel):
    """A basket and what to make of it."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["docx", "pptx", "xlsx", "md"]
    title: Annotated[str, Field(max_length=80, description="材料的标题")] = ""
    date: Annotated[datetime.date | None, Field(description="材料的日期，默认今天")] = None
    pieces: Annotated[
        list[dict[str, Any]], Field(max_length=basket.MOST, description="素材", examples=[[_EXAMPLE]])
    ]


def router(service: Service) -> APIRouter:
    """The routes over one service."""
    routes = APIRouter(prefix="/api", tags=["素材"])

    @routes.post("/export", summary="素材导出成文件", response_class=Response, responses=_FILE)
    def export(body: Exporting) -> Response:
        pieces, skipped = basket.read(body.pieces)
        service.store.refresh()
        found = basket.checked(pieces, service.store.report)
        title = body.title.strip() or "治理案例素材"
        day = body.date or datetime.date.today()
        data = render(basket.Basket(found, title, day.isoformat()), body.format)
        changed = sum(one.changed for piece in found for one in piece.quotes)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{title}.{body.format}', safe='')}",
            "X-Changed": str(changed),
            "X-Skipped": str(skipped),
        }
        return Response(data, media_type=FORMATS[body.format], headers=headers)

    return routes
