"""Every error as ``{"error", "hint"}`` in Chinese: what went wrong and what to do, never what was inside."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from corpus.errors import StoreBusy, StoreDamaged, StoreMismatch, StoreMissing, TashanError
from rag.api.replies import Complaint
from rag.complaints import UNEXPECTED, complaint, http_complaint

_LOG = logging.getLogger(__name__)
RESPONSES: dict[int | str, dict[str, Any]] = {
    400: {"model": Complaint, "description": "请求不可用"},
    413: {"model": Complaint, "description": "请求太大"},
    422: {"model": Complaint, "description": "请求的格式不对"},
    503: {"model": Complaint, "description": "索引不可用"},
}
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Complaint, "description": "库里没有"}}
_SAYS = {
    "missing": "缺少 {name}",
    "extra_forbidden": "没有 {name} 这一项",
    "string_too_long": "{name} 太长，最多 {max_length} 个字",
    "too_long": "{name} 太多，最多 {max_length} 个",
    "greater_than_equal": "{name} 不能小于 {ge}",
    "less_than_equal": "{name} 不能大于 {le}",
    "string_type": "{name} 应为文字",
    "string_unicode": "{name} 里有不成字的编码",
    "list_type": "{name} 应为列表",
    "json_invalid": "不是有效的 JSON",
    "model_attributes_type": "请求体应为 JSON 对象（Content-Type: application/json）",
}
_NUMBER = ("int", "float", "finite")


def install(app: FastAPI) -> None:
    """Answer every error of an application in the one form."""
    app.add_exception_handler(TashanError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _ours(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TashanError)
    gone = isinstance(error, StoreMissing | StoreMismatch | StoreDamaged | StoreBusy)
    return complaint(503 if gone else 400, error.message, error.hint)


def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return complaint(422, invalid(error.errors()), "接口说明见 /api/openapi.json。")


def invalid(errors: Iterable[Any]) -> str:
    """What pydantic found wrong, in Chinese; what was sent is not repeated."""
    return "；".join(list(dict.fromkeys(_says(one) for one in errors))[:5]) + "。"


def _says(one: dict[str, Any]) -> str:
    where = [level for level in one["loc"] if isinstance(level, str) and level != "body"]
    kind, name = str(one["type"]), (where[-1] if where else "请求体")[:40]
    if kind.startswith(_NUMBER):
        return f"{name} 应为整数"
    if kind.startswith("bool"):
        return f"{name} 应为 true 或 false"
    return _SAYS.get(kind, "{name} 不可用").format(**{**one.get("ctx", {}), "name": name})


def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    own = not error.detail.isascii()  # ours are Chinese
    answer = complaint(error.status_code, error.detail) if own else http_complaint(error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def _unexpected(_: Request, error: Exception) -> JSONResponse:
    _LOG.error("a request failed", exc_info=error)
    return complaint(500, *UNEXPECTED)
