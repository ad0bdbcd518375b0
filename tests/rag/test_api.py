"""The HTTP API: the same objects as the command line, errors that say what to do, headers on everything."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient

from rag import api
from rag.api import replies
from rag.headers import Headers
from rag.service import Service
from tests.rag.served import NAME, TEXT, service


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service(tmp_path_factory.mktemp("api")) as served:
        yield TestClient(api.create(served), base_url="http://127.0.0.1")


def test_health(client: TestClient) -> None:
    body = client.get("/api/health").json()
    assert (body["status"], body["documents"], body["reports"]) == ("ok", 1, 1)


def test_ask_gives_the_contract(client: TestClient) -> None:
    body = client.post("/api/ask", json={"question": "红色物业怎么建？"}).json()
    assert body["status"] in ("answered", "refused")
    assert {"text", "statements", "citations", "hits", "understood", "timings_ms", "config"} <= body.keys()


def events(text: str) -> list[tuple[str, Any]]:
    """(name, data) of every event of a stream."""
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


def test_events_end_in_the_object_that_json_gives(client: TestClient) -> None:
    body = {"question": "红色物业怎么建？"}
    answer = client.post("/api/ask", json=body, headers={"Accept": "text/event-stream"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = events(answer.text)
    whole = client.post("/api/ask", json=body).json()
    assert whole["status"] == "answered"
    names = [name for name, _ in told]
    assert names == ["understood", "hits", *["statement"] * len(whole["statements"]), "done"]
    done = dict(told)["done"]
    done.pop("timings_ms"), whole.pop("timings_ms")
    assert done == whole
    assert [data for name, data in told if name == "statement"] == whole["statements"]
    assert dict(told)["understood"] == whole["understood"]
    assert dict(told)["hits"] == whole["hits"]


def test_a_refusal_is_told_as_events_too(client: TestClient) -> None:
    body = {"question": "红色物业怎么建？", "include": ["西藏自治区"]}
    answer = client.post("/api/ask", json=body, headers={"Accept": "text/event-stream"})
    told = events(answer.text)
    assert [name for name, _ in told] == ["understood", "hits", "done"]
    assert told[-1][1]["status"] == "refused"


def test_an_empty_question_is_refused_before_any_event(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": "？"}, headers={"Accept": "text/event-stream"})
    assert (answer.status_code, set(answer.json())) == (400, {"error", "hint"})


def test_a_mistake_in_mid_stream_is_told_without_its_insides(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("geheim")

    monkeypatch.setattr(Service, "_answered", broken)
    body = {"question": "红色物业怎么建？"}
    told = events(client.post("/api/ask", json=body, headers={"Accept": "text/event-stream"}).text)
    assert told[-1][0] == "error"
    assert "geheim" not in json.dumps(told)
    careful = TestClient(client.app, "http://127.0.0.1", raise_server_exceptions=False)
    answer = careful.post("/api/ask", json=body)
    assert (answer.status_code, set(answer.json())) == (500, {"error", "hint"})
    assert "geheim" not in answer.text


def test_compare_cites_every_cell(client: TestClient) -> None:
    table = client.post("/api/compare", json={"theme": "红色物业"}).json()
    assert table["rows"][0]["place"] == "辽宁省·阜新市·彰武县"
    numbers = {c["n"] for c in table["citations"]}
    assert table["rows"][0]["做法"]["citation"] in numbers


def test_replies_are_what_the_description_says(client: TestClient) -> None:
    for place in ([], ["西藏自治区"]):
        body = {"question": "红色物业怎么建？", "include": place}
        replies.Outcome.model_validate(client.post("/api/ask", json=body).json(), strict=True)
    hits = client.post("/api/search", json={"question": "红色物业"}).json()
    replies.Hits.model_validate(hits, strict=True)
    table = client.post("/api/compare", json={"theme": "红色物业"}).json()
    replies.Comparison.model_validate(table, strict=True)
    report = client.get(f"/api/reports/{quote(hits['hits'][0]['report'])}").json()
    replies.Report.model_validate(report, strict=True)
    replies.Health.model_validate(client.get("/api/health").json(), strict=True)


def test_metrics_count_without_telling_what_was_asked(client: TestClient) -> None:
    def value(name: str) -> float:
        return sum(
            float(line.rpartition(" ")[2])
            for line in client.get("/metrics").text.splitlines()
            if line.startswith(name)
        )

    answered, refused = value("tashan_questions_total"), value("tashan_refusals_total")
    client.post("/api/ask", json={"question": "红色物业怎么建？"})
    client.post("/api/ask", json={"question": "红色物业怎么建？", "include": ["西藏自治区"]})
    assert value("tashan_questions_total") == answered + 2
    assert value('tashan_refusals_total{reason="place_without_practice"}') >= 1
    assert value("tashan_refusals_total") == refused + 1
    assert value("tashan_answer_seconds_count") == answered + 2
    assert value('tashan_store_items{kind="reports"}') == 1
    assert value("tashan_store_bytes") > 0
    text = client.get("/metrics").text
    assert "红" not in text
    assert "彰武" not in text


def test_a_body_beyond_the_limit_is_not_read(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        yield from [b" " * 64 * 1024] * 16

    for content in (b" " * 1024 * 1024, chunks()):  # its length told beforehand, or not
        answer = client.post("/api/ask", content=content, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["error"]) == (413, "请求太大。")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "不是有效的 JSON"),
        (b"[" * 200_000, "读不懂"),
        (b"\xff\xfe", "不是有效的 JSON"),
        (b'"x"', "应为 JSON 对象"),
        (b'{"question": "\\ud800"}', "question"),
        (b'{"question": 5}', "question 应为文字"),
        (b'{"question": "a", "history": "b"}', "history 应为列表"),
        (b'{"question": "a", "home": "' + "长".encode() * 200 + b'"}', "home 太长，最多 100 个字"),
    ],
)
def test_what_is_wrong_with_a_body_is_said(client: TestClient, content: bytes, says: str) -> None:
    answer = client.post("/api/ask", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert says in answer.json()["error"]
    assert answer.json()["hint"]


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
        assert headers["referrer-policy"] == "same-origin"
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
