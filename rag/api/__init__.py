"""The HTTP API: the same answers as the command line, as JSON or as events. The page is mounted beside it."""

from __future__ import annotations

from fastapi import FastAPI

from corpus.errors import TashanError
from rag.access import login
from rag.access.gate import Gate
from rag.access.visit import Desk
from rag.api import asking, errors, exporting, limits, reading
from rag.headers import Headers
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

    Raises:
        TashanError: people have to sign in, but there are none.
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
    app.state.desk = desk = Desk(service)
    if service.settings.sign_in and not desk.people.everyone():
        raise TashanError(
            "打开了登录（sign_in），却还没有用户。",
            "先添加一个：python -m rag users add 用户名 --role editor。",
        )
    app.add_middleware(limits.Limits)
    app.add_middleware(Gate, settings=service.settings, desk=desk)
    app.add_middleware(Headers)
    errors.install(app)
    if service.settings.sign_in:
        app.include_router(login.router())
    app.include_router(asking.router(service))
    app.include_router(exporting.router(service))
    app.include_router(reading.router(service, desk.metrics, VERSION))
    return app
