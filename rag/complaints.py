"""An error over HTTP: ``{"error": what went wrong, "hint": what to do}``, in Chinese."""

from __future__ import annotations

from fastapi.responses import JSONResponse

UNEXPECTED = ("内部错误。", "请换个问法；若仍如此，请把后台日志交给管理员。")
_HTTP = {
    400: ("请求读不懂。", "请检查请求的内容。"),
    401: ("请先登录。", "在浏览器里打开 /login，或在请求里带上访问令牌。"),
    404: ("没有这个地址。", "接口说明见 /api/openapi.json。"),
    405: ("这个地址不接受这种请求方法。", "接口说明见 /api/openapi.json。"),
    413: ("请求太大。", "请缩短问题，或分几次提问。"),
}


def complaint(status: int, error: str, hint: str = "") -> JSONResponse:
    """The one form."""
    return JSONResponse({"error": error, "hint": hint}, status)


def http_complaint(status: int) -> JSONResponse:
    """What is said of a status that the library gives."""
    return complaint(status, *_HTTP.get(status, ("请求没有完成。", "")))
