"""The page that asks for name and password, and the way out."""

from __future__ import annotations

from html import escape
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from rag.access import visit as visits
from rag.access.people import LONGEST, Throttle

COOKIE = "tashan-session"
_BODY = 16 * 1024  # bytes of a name and a password
_PER_NAME_AND_ADDRESS, _PER_ADDRESS, _PER_NAME = 5, 30, 50  # failures in a quarter of an hour
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>登录 · 他山</title><style>
body {{ font: 16px/1.6 "WenQuanYi Micro Hei", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 0;
  background: #f7f6f3; color: #292524; }}
main {{ max-width: 22rem; margin: 14vh auto 0; padding: 0 1rem; }}
h1 {{ font-size: 1.5rem; margin: 0; }}
label {{ display: block; margin: 1rem 0 .25rem; }}
input {{ box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; border: 1px solid #a8a29e;
  border-radius: 4px; background: #fff; }}
button {{ font: inherit; width: 100%; margin-top: 1.5rem; padding: .6rem; border: 0; border-radius: 4px;
  background: #1f6f63; color: #fff; cursor: pointer; }}
.trouble {{ color: #9a3412; }}
</style></head><body><main><h1>他山</h1><p>在治理报告里找做法，每句话都可核对出处</p>
{trouble}<form method="post" action="login">
<label for="name">用户名</label>
<input id="name" name="name" maxlength="50" autocomplete="username" required autofocus value="{name}">
<label for="password">密码</label>
<input id="password" name="password" type="password" maxlength="200" autocomplete="current-password" required>
<button>登录</button></form></main></body></html>"""

Name = Annotated[str, Form(max_length=50)]
Password = Annotated[str, Form(max_length=200)]


def router(throttle: Throttle | None = None) -> APIRouter:
    """The routes; they work on the visit that the gate made."""
    routes = APIRouter(include_in_schema=False, max_body_size=_BODY)
    slow = throttle or Throttle()

    @routes.get("/login")
    def ask(request: Request) -> Response:
        return RedirectResponse("./", 303) if visits.of(request).signed_in else page()

    @routes.post("/login")
    def enter(request: Request, name: Name = "", password: Password = "") -> Response:
        visit, name = visits.of(request), name.strip()
        assert visit.desk is not None
        people = visit.desk.people
        pair, place, who = ("pair", name, visit.address), ("address", visit.address), ("name", name)
        wait = slow.wait({pair: _PER_NAME_AND_ADDRESS, place: _PER_ADDRESS, who: _PER_NAME})
        if wait:
            return page(f"登录失败次数太多，请 {-(-wait // 60)} 分钟后再试。", name, 429, wait)
        slow.failed(pair, place, who)  # ahead of the check: tries at the same moment count too
        person = people.check(name, password)
        if person is None:
            # What was typed as a name may be a password: only names that exist are noted.
            visit.note("sign_in_failed", name if people.known(name) else "（未知用户）")
            return page("用户名或密码不对。", name, 401)
        slow.forget(pair, who)
        visit.note("sign_in", person.name)
        answer = RedirectResponse("./", 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(
            COOKIE, people.enter(person), LONGEST, path="/", secure=secure, httponly=True, samesite="strict"
        )
        return answer

    @routes.post("/logout")
    def leave(request: Request) -> Response:
        visit = visits.of(request)
        assert visit.desk is not None
        if session := request.cookies.get(COOKIE):
            visit.desk.people.leave(session)
            visit.note("sign_out", visit.name)
        answer = RedirectResponse("./login", 303)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return answer

    return routes


def page(trouble: str = "", name: str = "", status: int = 200, wait: int = 0) -> HTMLResponse:
    """The form, with what went wrong the last time."""
    said = f'<p class="trouble" role="alert">{escape(trouble)}</p>' if trouble else ""
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(wait)} if wait else {})
    return HTMLResponse(_PAGE.format(trouble=said, name=escape(name)), status, headers)
