"""The gate: who comes in without a name, with one, from another page, under another address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.errors import TashanError
from rag import api
from rag.access.login import COOKIE
from rag.access.visit import Desk
from rag.service import Service
from tests.rag.served import HERE, PASSWORD, QUESTION, enter, service

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose users have to sign in."""
    with service(tmp_path_factory.mktemp("signed"), sign_in=True) as served:
        desk = Desk(served)
        desk.people.add("张三", PASSWORD, "editor")
        desk.people.add("李四", PASSWORD, "reader")
        desk.close()
        yield served


@pytest.fixture
def guest(signed: Service) -> TestClient:
    return TestClient(api.create(signed), HERE, follow_redirects=False, client=("10.0.0.7", 50000))


def test_nobody_comes_in_unsigned(guest: TestClient) -> None:
    assert guest.get("/", headers=HTML).headers["location"] == "/login"
    shut = ("/api/health", "/metrics", "/api/openapi.json", "/api/reports/x", "/gradio_api/info", "/config")
    for path in shut:
        answer = guest.get(path)
        assert (answer.status_code, set(answer.json())) == (401, {"error", "hint"}), path
    assert guest.post("/api/ask", json=QUESTION).status_code == 401
    assert guest.get("/", headers=HTML | {"Cookie": f"{COOKIE}=made-up"}).status_code == 303
    assert guest.post("/api/ask", json=QUESTION, headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_monitor_on_this_machine_needs_no_name(signed: Service) -> None:
    here = TestClient(api.create(signed), HERE, client=("127.0.0.1", 50000))
    assert here.get("/api/health").status_code == 200
    assert here.get("/metrics").status_code == 200
    assert here.post("/api/ask", json=QUESTION).status_code == 401


def test_who_signs_in_asks_and_leaves(guest: TestClient) -> None:
    assert "密码" in guest.get("/login").text
    answer = guest.post("/login", data={"name": "张三", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "./")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    assert guest.post("/api/ask", json=QUESTION).json()["status"] == "answered"
    kept = {"Cookie": f"{COOKIE}={guest.cookies[COOKIE]}"}
    assert guest.post("/logout").status_code == 303
    assert guest.post("/api/ask", json=QUESTION, headers=kept).status_code == 401


def test_over_https_the_cookie_is_secure(signed: Service) -> None:
    guest = TestClient(api.create(signed), "https://127.0.0.1", follow_redirects=False)
    answer = guest.post("/login", data={"name": "张三", "password": PASSWORD})
    assert "; secure" in answer.headers["set-cookie"].lower()


def test_a_wrong_password_is_said_and_soon_slowed(signed: Service, guest: TestClient) -> None:
    for _ in range(5):
        assert enter(guest, "李四", "geraten-geraten") == 401
    answer = guest.post("/login", data={"name": "李四", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert enter(guest, "张三") == 303  # another one at the same address is not kept out


def test_a_token_is_for_programs(signed: Service, guest: TestClient) -> None:
    desk = Desk(signed)
    token = desk.people.token("李四")
    headers = {"Authorization": f"Bearer {token}"}
    assert guest.post("/api/ask", json=QUESTION, headers=headers).status_code == 200
    assert guest.post("/gradio_api/upload", headers=headers).status_code == 403  # a reader
    desk.people.revoke("李四")
    assert guest.post("/api/ask", json=QUESTION, headers=headers).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
     {"Origin": "null"}, {"Origin": "http://127.0.0.1:8000"}],
)  # fmt: skip
def test_another_page_cannot_ask_for_a_change(guest: TestClient, headers: dict[str, str]) -> None:
    assert enter(guest) == 303
    assert guest.post("/api/ask", json=QUESTION, headers=headers).status_code == 403
    assert guest.post("/logout", headers=headers).status_code == 403
    own = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
    assert guest.post("/api/ask", json=QUESTION, headers=own).status_code == 200


def test_only_registered_names_are_answered_to(tmp_path: Path) -> None:
    with service(tmp_path, hosts=("tashan.example",)) as served:
        app = api.create(served)
        for name, status in {
            "127.0.0.1:7860": 200, "[::1]:7860": 200, "192.168.3.4": 200, "localhost": 200, "pc-07:80": 200,
            "TASHAN.example:80": 200, "evil.example": 421, "127.0.0.1.evil.example": 421, "": 421,
        }.items():  # fmt: skip
            answer = TestClient(app).get("/api/health", headers={"Host": name})
            assert answer.status_code == status, name


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/proxy=https://x.example/a", "/gradio_api/file=https://x.example/a", "/monitoring",
     "/gradio_api/vibe-code/", "/gradio_api/deep_link", "/gradio_api/dev/reload"],
)  # fmt: skip
def test_what_the_page_does_not_use_is_shut(tmp_path: Path, path: str) -> None:
    with service(tmp_path) as served:
        assert TestClient(api.create(served), HERE).get(path).status_code == 404


def test_without_sign_in_only_this_machine_may_add(tmp_path: Path) -> None:
    with service(tmp_path) as served:
        app = api.create(served)
        far = TestClient(app, HERE, client=("192.168.1.7", 50000))
        assert far.post("/api/ask", json=QUESTION).status_code == 200
        assert far.post("/gradio_api/upload").status_code == 403
        here = TestClient(app, HERE, client=("127.0.0.1", 50000))
        assert here.post("/gradio_api/upload").status_code == 404  # no page is mounted here


def test_sign_in_without_people_is_refused_at_the_start(tmp_path: Path) -> None:
    with service(tmp_path, sign_in=True) as served, pytest.raises(TashanError, match="还没有用户"):
        api.create(served)
