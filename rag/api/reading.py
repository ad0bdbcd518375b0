"""What is in the store and how the server is: reports, their files, health, figures."""

from __future__ import annotations

import mimetypes
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Response

from index.types import ReportHead, StoredReport
from rag import contract, metrics
from rag.api import replies
from rag.api.errors import NOT_FOUND, RESPONSES
from rag.service import Service

_FAILS = {**RESPONSES, **NOT_FOUND}


def router(service: Service, counted: metrics.Metrics, version: str) -> APIRouter:
    """The routes over one service."""
    routes = APIRouter(tags=["资料"])

    @routes.get("/api/health", summary="是否可用", responses={200: {"model": replies.Health}})
    def health() -> dict[str, Any]:
        counts = service.store.counts
        return {"status": "ok", "version": version, "embedder": service.settings.model, **asdict(counts)}

    @routes.get("/metrics", summary="运行数字（Prometheus 文本格式，不含问题内容）", response_class=Response)
    def figures() -> Response:
        return Response(counted.page(), media_type=metrics.CONTENT_TYPE)

    @routes.get(
        "/api/reports/{report:path}",
        summary="一份报告的全文",
        responses={200: {"model": replies.Report}, **_FAILS},
    )
    def report(report: str) -> dict[str, Any]:
        service.store.refresh()
        stored = service.store.report(report)
        if stored is None:
            raise HTTPException(404, "没有这份报告。")
        return _report(stored)

    @routes.get("/api/files/{doc:path}", summary="原文件", response_class=Response, responses=_FAILS)
    def file(doc: str) -> Response:
        service.store.refresh()
        stored = service.store.document(doc)
        if stored is None:
            raise HTTPException(404, "没有这个文件。")
        return Response(stored.document.data, media_type="application/octet-stream", headers=_attachment(doc))

    return routes


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
