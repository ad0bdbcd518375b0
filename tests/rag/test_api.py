"""The HTTP API: the same objects as the command line, errors that say what to do, headers on everything."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient

from corpus.read import read_file
from corpus.types import CleanFile
from index.embedder import FakeEmbedder
from index.store import LocalStore
from rag import api
from rag.config import Settings
from rag.headers import Headers
from rag.service import Service

NAME = "辽宁/彰武 <b>#1.txt"
TEXT = (
    "辽宁省阜新市彰武县：红色物业共议事\n"
    "一、红色物业怎么建\n彰武县在12个小区建红色物业党支部，每月开一次议事会，累计解决问题360件。\n"
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("api")
    path = folder / NAME
    path.parent.mkdir()
    path.write_text(TEXT, "utf-8")
    file = read_file(path, folder)
    assert isinstance(file, CleanFile)
    store = LocalStore.open(folder / "store", FakeEmbedder(), create=True)
    store.add([file])
    service = Service(Settings(store=Path(folder / "store"), model="fake"), store)
    yield TestClient(api.create(service))
    service.close()


def test_health(client: TestClient) -> None:
    body = client.get("/api/health").json()
    assert (body["status"], body["documents"], body["reports"]) == ("ok", 1, 1)


def test_ask_gives_the_contract(client: TestClient) -> None:
    body = client.post("/api/ask", json={"question": "红色物业怎么建？"}).json()
    assert body["status"] in ("answered", "refused")
    assert {"text", "statements", "citations", "hits", "understood", "timings_ms", "config"} <= body.keys()


def test_search_then_open_the_report_and_its_file(client: TestClient) -> None:
    hit = client.post("/api/search", json={"question": "红色物业怎么建", "k": 1}).json()["hits"][0]
    assert hit["doc"] == NAME
    report = client.get(f"/api/reports/{quote(hit['report'], safe='')}").json()
    assert hit["text"] in report["text"]
    assert report["locality"]["county"] == "彰武县"
    file = client.get(f"/api/files/{quote(NAME)}")
    assert file.content.decode() == TEXT
    assert file.headers["content-disposition"].startswith("attachment")
    assert "<" not in file.headers["content-disposition"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": ""}, 400),
        ({"question": "？"}, 400),
        ({}, 422),
        ({"question": "问", "unknown": 1}, 422),
        ({"question": "问" * 3000}, 422),
    ],
)
def test_a_bad_request_is_the_askers(client: TestClient, body: dict[str, object], status: int) -> None:
    answer = client.post("/api/ask", json=body)
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["error"]
        assert answer.json()["hint"]


@pytest.mark.parametrize(
    "path", ["/api/reports/无#1", "/api/files/..%2F..%2Fetc%2Fpasswd", "/api/reports/%00"]
)
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(f"/api/{path}").status_code == 404


def test_headers_are_on_every_response(client: TestClient) -> None:
    for path in ("/api/health", "/api/reports/none", "/api/openapi.json"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_only_the_scripts_that_a_page_came_with_may_run() -> None:
    app = FastAPI()
    app.add_middleware(Headers)
    page = '<html lang="en"><script>let a = 1;</script><script src="x.js"></script></html>'
    app.add_api_route("/", lambda: HTMLResponse(page))
    answer = TestClient(app).get("/")
    digest = base64.b64encode(hashlib.sha256(b"let a = 1;").digest()).decode()
    scripts = answer.headers["content-security-policy"].split("script-src")[1].split(";")[0]
    assert f"'sha256-{digest}'" in scripts
    assert scripts.count("sha256-") == 1
    assert "unsafe-inline" not in scripts
    assert answer.text.startswith('<html lang="zh-CN">')
