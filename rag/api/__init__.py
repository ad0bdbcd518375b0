"""The HTTP API: the same answers as the command line, as JSON or as events. The page is mounted beside it."""

from __future__ import annotations

from fastapi import FastAPI

from rag.api import asking, errors, limits, reading
from rag.headers import Headers
from rag.metrics import Metrics
from rag.service import Service

VERSION = "0.1.0"
_ABOUT = """
在治理报告里找做法：每句话都有出处，可以核对。与命令行 `python -m rag … --json` 给出的是同样的对象。

出错时都是 `{"error": "出了什么问题", "hint": "怎么办"}`。
"""


def create(service: Service) -> FastAPI:
    """The application over one service; mount the page on it afterwards.

    Its interactive documentation is off because it would load scripts from elsewhere; the description itself
    is at ``/api/openapi.json``.
    """
    app = FastAPI(
        title="他山 Tashan",
        version=VERSION,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        max_body_size=limits.ANYTHING,
    )
    metrics = Metrics(service)
    app.add_middleware(limits.Limits)
    app.add_middleware(Headers)
    errors.install(app)
    app.include_router(asking.router(service, metrics))
    app.include_router(reading.router(service, metrics, VERSION))
    return app
