"""The page's other doors: tools for programs, ratings, signing in; and nothing that leads outside."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from playwright.sync_api import Browser, expect

from rag import api
from rag.access.visit import Desk
from rag.service import Service
from rag.ui import page
from tests.rag.served import service
from tests.ui.browser import ask, serving
from tests.ui.conftest import Watched

PASSWORD = "vierzehn-Birnen"


@pytest.fixture(scope="module")
def open_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("open")) as served:
        yield served


# --- tools -----------------------------------------------------------------------------------------


def call(url: str, token: str | None, calls: list[tuple[str, dict[str, Any]]]) -> tuple[list[Any], list[Any]]:
    """(tools, results) of one connection."""

    async def talk() -> tuple[list[Any], list[Any]]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with (
            httpx.AsyncClient(headers=headers, timeout=30) as http,
            streamable_http_client(f"{url}gradio_api/mcp/", http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            return tools, [await session.call_tool(name, given) for name, given in calls]

    with ThreadPoolExecutor(1) as apart:  # where a browser is open, this thread already runs a loop
        return apart.submit(asyncio.run, talk()).result()


def test_three_tools_are_described_and_answer_as_the_api_does(open_service: Service) -> None:
    calls = [
        ("ask", {"question": "红色物业怎么建？"}),
        ("search", {"question": "红色物业怎么建？", "k": 1}),
        ("compare", {"theme": "红色物业"}),
        ("ask", {"question": "？"}),
        ("search", {"question": "问", "k": 1000}),
    ]
    with serving(open_service) as url:
        tools, results = call(url, None, calls)
        told = httpx.post(f"{url}api/ask", json=calls[0][1]).json()
    assert [tool.name for tool in tools] == ["ask", "search", "compare"]
    for tool in tools:
        assert len(tool.description) > 40
        fields = tool.inputSchema["properties"]
        assert "request" not in fields
        assert all(field.get("description") for field in fields.values())
    answered, found, table = (json.loads(result.content[0].text) for result in results[:3])
    answered.pop("timings_ms"), told.pop("timings_ms")
    assert answered == told
    assert found["hits"][0]["rank"] == 1
    assert table["rows"]
    assert results[3].isError
    assert "请输入" in results[3].content[0].text
    assert results[4].content[0].text == "k 不能大于 200。"


def test_tools_ask_for_a_token_where_people_sign_in(tmp_path: Path) -> None:
    with service(tmp_path, sign_in=True) as served:
        desk = Desk(served)
        desk.people.add("程序", PASSWORD, "reader")
        token = desk.people.token("程序")
        with serving(served) as url:
            assert httpx.post(f"{url}gradio_api/mcp/", json={}).status_code == 401
            _, results = call(url, token, [("ask", {"question": "红色物业怎么建？"})])
        assert json.loads(results[0].content[0].text)["status"] == "answered"
        asked = [one for one in desk.journal.entries() if one.what == "question"]
        assert [(one.who, one.door) for one in asked] == [("程序", "mcp")]


# --- nothing outside -------------------------------------------------------------------------------


def test_an_address_in_place_of_an_upload_is_not_fetched(
    open_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    real = socket.getaddrinfo

    def watch(host: Any, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        return real(host, *rest, **more)

    app = page.mount(api.create(open_service), open_service)
    with TestClient(app, "http://127.0.0.1", client=("127.0.0.1", 50000)) as guest:
        functions = guest.get("/config").json()["dependencies"]
        monkeypatch.setattr(socket, "getaddrinfo", watch)
        outside = {"path": "http://192.0.2.1/x.txt", "url": "http://192.0.2.1/x.txt",
                   "meta": {"_type": "gradio.FileData"}}  # fmt: skip
        tried = 0
        for function in functions:
            body = {
                "data": [outside] * len(function["inputs"]),
                "fn_index": function["id"],
                "session_hash": "s",
            }
            if function["inputs"] and not function["queue"]:
                guest.post("/gradio_api/run/predict", json=body)
                tried += 1
        assert tried
        body = {"data": [outside] * 3, "session_hash": "s"}
        guest.post("/gradio_api/run/search", json=body)
    assert not [host for host in asked if host == "192.0.2.1"]


@pytest.mark.browser
@pytest.mark.model
def test_no_tab_asks_another_host(open_page: Watched) -> None:
    tab = open_page.tab
    sockets: list[str] = []
    tab.on("websocket", lambda opened: sockets.append(opened.url))
    ask(tab, "别的县是怎么做红色物业的？")
    tab.locator("#now .cite").first.click()
    expect(tab.locator("#panel mark.quoted").first).to_be_visible()
    tabs = tab.get_by_role("tab")
    names = [tabs.nth(at).inner_text() for at in range(tabs.count())]
    assert len(names) >= 3
    for name in names:
        tab.get_by_role("tab", name=name, exact=True).click()
        tab.wait_for_timeout(700)  # what a tab fetches when it is first shown
    assert open_page.hosts <= {"127.0.0.1", ""}
    assert not sockets
    loaded = tab.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    assert {urlsplit(name).hostname for name in loaded} <= {"127.0.0.1", None}


# --- ratings ---------------------------------------------------------------------------------------


@pytest.mark.browser
def test_an_answer_is_rated_with_a_reason(browser: Browser, tmp_path: Path) -> None:
    with service(tmp_path) as served, serving(served) as url:
        tab = browser.new_page()
        tab.goto(url)
        tab.wait_for_selector("#hello h2")
        ask(tab, "红色物业怎么建？")
        ask(tab, "议事会多久开一次？")
        tab.click("#now [data-rate=up]")
        expect(tab.locator("#now .rated")).to_have_text("已记下，谢谢。")
        tab.click("#past [data-rate=down]")
        tab.click("#past .reason >> nth=0")
        tab.fill("#past .why input", "<b>没说</b>谁牵头")
        tab.click("#past [data-rate=send]")
        expect(tab.locator("#past .rated")).to_have_text("已记下，谢谢。")
        expect(tab.locator("#past [data-rate=down]")).to_have_attribute("aria-pressed", "true")
        tab.close()
        kept = list(Desk(served).journal.feedback())
    assert [(one["question"], one["rating"]) for one in kept] == [
        ("议事会多久开一次？", "up"), ("红色物业怎么建？", "down")
    ]  # fmt: skip
    assert kept[1]["reason"].endswith("；<b>没说</b>谁牵头")
    assert kept[0]["history"] == ["红色物业怎么建？"]


# --- signing in ------------------------------------------------------------------------------------


@pytest.mark.browser
def test_signing_in_and_out_and_what_a_reader_sees(browser: Browser, tmp_path: Path) -> None:
    with service(tmp_path, sign_in=True) as served:
        desk = Desk(served)
        desk.people.add("张三", PASSWORD, "editor")
        desk.people.add("李四", PASSWORD, "reader")
        with serving(served) as url:
            for name, edits in (("张三", True), ("李四", False)):
                tab = browser.new_context().new_page()
                tab.goto(url)
                expect(tab).to_have_url(f"{url}login")
                tab.fill("#name", name)
                tab.fill("#password", "falsch-falsch")
                tab.click("button")
                expect(tab.locator(".trouble")).to_have_text("用户名或密码不对。")
                tab.fill("#password", PASSWORD)
                tab.click("button")
                tab.wait_for_selector("#hello h2")
                expect(tab.locator("#who")).to_contain_text(name)
                ask(tab, "红色物业怎么建？")
                expect(tab.locator("#now .answer")).to_contain_text("12个小区")
                tab.get_by_role("tab", name="语料").click()
                expect(tab.locator("#listed td").first).to_be_visible()
                expect(tab.locator("#edit")).to_have_count(1 if edits else 0)
                tab.click("#who button")
                expect(tab).to_have_url(f"{url}login")
                tab.goto(url)
                expect(tab).to_have_url(f"{url}login")
                tab.context.close()
        asked = [one.who for one in desk.journal.entries() if one.what == "question"]
    assert asked == ["张三", "李四"]
