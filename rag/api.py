"""The HTTP API: the same answers as the command line, as JSON. The page is mounted beside it."""

from __future__ import annotations

import mimetypes
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from corpus.errors import StoreDamaged, StoreMismatch, StoreMissing, TashanError
from index.types import ReportHead, StoredReport
from rag import contract
from rag.headers import Headers
from rag.service import Service

VERSION = "0.1.0"
Text = Annotated[str, Field(max_length=2000)]
Names = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=50)]


class Asking(BaseModel):
    """A question with the places it is limited to."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[Text, Field(description="问题", examples=["别的县是怎么做红色物业的？"])]
    history: Annotated[list[Text], Field(max_length=50, description="先前的问题，最早的在前")] = []
    include: Annotated[Names, Field(description="只看这些地方")] = []
    exclude: Annotated[Names, Field(description="不看这些地方")] = []
    home: Annotated[str | None, Field(max_length=100, description="提问者所在的县")] = None
    llm: Annotated[bool, Field(description="由已配置的大模型撰写")] = False


class Searching(BaseModel):
    """A question for retrieval alone."""

    model_config = ConfigDict(extra="forbid")

    question: Text
    k: Annotated[int, Field(ge=1, le=200)] = 10
    include: Names = []
    exclude: Names = []


def create(service: Service) -> FastAPI:
    """The application over one service; mount the page on it afterwards.

    Its interactive documentation is off because it would load scripts from elsewhere; the description itself
    is at ``/api/openapi.json``.
    """
    app = FastAPI(
        title="他山 Tashan", version=VERSION, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json"
    )
    app.add_middleware(Headers)
    app.add_exception_handler(TashanError, _complaint)
    _questions(app, service)
    _documents(app, service)
    return app


def _questions(app: FastAPI, service: Service) -> None:
    @app.get("/api/health", summary="是否可用")
    def health() -> dict[str, Any]:
        counts = service.store.counts
        return {"status": "ok", "version": VERSION, "embedder": service.settings.model, **asdict(counts)}

    @app.post("/api/ask", summary="回答一个问题", responses=_FAILS)
    def ask(body: Asking) -> dict[str, Any]:
        outcome = service.ask(
            body.question,
            body.history,
            include=body.include,
            exclude=body.exclude,
            home=body.home,
            llm=body.llm and service.settings.llm.configured,
        )
        return contract.outcome(outcome)

    @app.post("/api/search", summary="只检索，不回答", responses=_FAILS)
    def search(body: Searching) -> dict[str, Any]:
        _, found = service.search(body.question, body.k, include=body.include, exclude=body.exclude)
        return contract.search(body.question, found)


def _documents(app: FastAPI, service: Service) -> None:
    @app.get("/api/reports/{report:path}", summary="一份报告的全文", responses=_FAILS)
    def report(report: str) -> dict[str, Any]:
        service.store.refresh()
        stored = service.store.report(report)
        if stored is None:
            raise HTTPException(404, "没有这份报告。")
        return _report(stored)

    @app.get("/api/files/{doc:path}", summary="原文件", response_class=Response, responses=_FAILS)
    def file(doc: str) -> Response:
        service.store.refresh()
        stored = service.store.document(doc)
        if stored is None:
            raise HTTPException(404, "没有这个文件。")
        return Response(stored.document.data, media_type="application/octet-stream", headers=_attachment(doc))


_FAILS: dict[int | str, dict[str, Any]] = {
    400: {"description": "请求不可用：error 说明原因，hint 说明怎么改"},
    404: {"description": "没有这个资源"},
    503: {"description": "索引不可用"},
}


def _report(stored: StoredReport) -> dict[str, Any]:
    sections = [
        {"heading": s.heading, "level": s.level, "start": s.span.start, "end": s.span.end}
        for s in stored.sections
    ]
    own = {"text": stored.text, "sections": sections, "mentioned": list(stored.mentioned)}
    return _head(stored.head) | own


def _head(head: ReportHead) -> dict[str, Any]:
    return {
        "doc": head.doc,
        "report": head.report,
        "title": head.title,
        "shown_title": head.shown_title,
        "locality": contract.place(head.locality),
        "also": [contract.place(place) for place in head.also],
        "date": head.date,
        "source": head.source,
    }


def _attachment(doc: str) -> dict[str, str]:
    """Always a download, whatever the file is: a report's own script must not run under our address."""
    name = doc.rsplit("/", 1)[-1]
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "X-File-Type": kind,
    }


def _complaint(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TashanError)
    gone = isinstance(error, StoreMissing | StoreMismatch | StoreDamaged)
    return JSONResponse({"error": error.message, "hint": error.hint}, 503 if gone else 400)
