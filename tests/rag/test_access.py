"""Sign-in, roles, the gate and the journal; and that no secret is ever written down."""

from __future__ import annotations

import io
import json
import logging
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.errors import TashanError
from rag import api
from rag.__main__ import main
from rag.access.db import Database
from rag.access.journal import Entry, Journal, Rated, now
from rag.access.login import COOKIE
from rag.access.people import IDLE, LONGEST, People, Person, Throttle
from rag.access.visit import Desk
from rag.service import Service
from tests.rag.served import service

HERE = "http://127.0.0.1"
PASSWORD = "vierzehn-Birnen"
QUESTION = {"question": "红色物业怎么建？"}
HTML = {"Accept": "text/html"}


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def people(tmp_path: Path) -> People:
    made = People(Database(tmp_path / "records.sqlite"))
    made.add("张三", PASSWORD, "editor")
    made.add("李四", PASSWORD, "reader")
    return made


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


def enter(guest: TestClient, name: str = "张三", password: str = PASSWORD) -> int:
    return guest.post("/login", data={"name": name, "password": password}).status_code


# --- people ----------------------------------------------------------------------------------------


def test_a_password_opens_only_its_own_door(people: People) -> None:
    assert people.check("张三", PASSWORD) == Person("张三", "editor")
    assert people.check("张三", PASSWORD + "x") is None
    assert people.check("王五", PASSWORD) is None
    people.password("张三", "ein anderes Wort")
    assert people.check("张三", PASSWORD) is None


def test_the_file_holds_no_secret_and_is_its_owners(people: People, tmp_path: Path) -> None:
    session = people.enter(Person("张三", "editor"))
    token = people.token("张三")
    whole = b"".join(path.read_bytes() for path in tmp_path.glob("records.sqlite*"))
    assert "张三".encode() in whole
    for secret in (PASSWORD, session, token):
        assert secret.encode() not in whole
    assert stat.S_IMODE((tmp_path / "records.sqlite").stat().st_mode) == 0o600


def test_sessions_end_when_idle_when_old_and_when_left(tmp_path: Path) -> None:
    clock = Clock()
    people = People(Database(tmp_path / "r.sqlite"), clock)
    people.add("张三", PASSWORD, "reader")
    person = Person("张三", "reader")
    session = people.enter(person)
    clock.at += IDLE - 1
    assert people.of_session(session) == person
    clock.at += IDLE - 1  # the last use counts
    assert people.of_session(session) == person
    clock.at += IDLE + 1
    assert people.of_session(session) is None
    session = people.enter(person)
    for _ in range(LONGEST // (IDLE - 1)):
        clock.at += IDLE - 1
        people.of_session(session)
    clock.at += IDLE - 1
    assert people.of_session(session) is None
    session = people.enter(person)
    people.leave(session)
    assert people.of_session(session) is None


@pytest.mark.parametrize("change", ["remove", "password"])
def test_a_change_ends_sessions_and_tokens(people: People, change: str) -> None:
    session, token = people.enter(Person("张三", "editor")), people.token("张三")
    assert people.of_token(token) == Person("张三", "editor")
    if change == "remove":
        people.remove("张三")
    else:
        people.password("张三", "ein anderes Wort")
    assert people.of_session(session) is None
    assert people.of_token(token) is None


def test_a_role_counts_from_the_next_request(people: People) -> None:
    session = people.enter(Person("张三", "editor"))
    people.role("张三", "reader")
    assert people.of_session(session) == Person("张三", "reader")


@pytest.mark.parametrize(
    ("name", "password", "role"),
    [("", PASSWORD, "reader"), ("a\nb", PASSWORD, "reader"), ("王五", "kurz", "reader"),
     ("王五", "x" * 201, "reader"), ("王五", PASSWORD, "root"), ("张三", PASSWORD, "reader")],
)  # fmt: skip
def test_what_cannot_be_added_is_said_without_the_password(
    people: People, name: str, password: str, role: str
) -> None:
    with pytest.raises(TashanError) as error:
        people.add(name, password, role)
    assert password not in str(error.value)


def test_guessing_is_slowed_down() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    key = ("pair", "张三", "10.0.0.7")
    for _ in range(3):
        assert throttle.wait({key: 3}) == 0
        throttle.failed(key)
    assert 0 < throttle.wait({key: 3}) <= Throttle.WINDOW + 1
    assert throttle.wait({("pair", "李四", "10.0.0.7"): 3}) == 0
    clock.at += Throttle.WINDOW + 1
    assert throttle.wait({key: 3}) == 0


# --- the gate --------------------------------------------------------------------------------------


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


# --- the journal -----------------------------------------------------------------------------------


def test_what_was_done_is_noted_and_no_secret_ever(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with service(tmp_path, sign_in=True) as served:
        Desk(served).people.add("张三", PASSWORD, "editor")
        guest = TestClient(api.create(served), HERE, follow_redirects=False)
        enter(guest, "张三", "falsch-falsch")
        enter(guest, PASSWORD, PASSWORD)  # typed into the wrong field
        enter(guest)
        told = guest.post("/login", data={"name": "x" * 60, "password": PASSWORD + "x" * 200}).text
        token = Desk(served).people.token("张三")
        guest.post("/api/ask", json=QUESTION, headers={"Authorization": f"Bearer {token}"})
        guest.post("/logout")
        entries = list(Desk(served).journal.entries())
        told += guest.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
    kinds = ["sign_in_failed", "sign_in_failed", "sign_in", "question", "sign_out"]
    assert [one.what for one in entries] == kinds
    assert entries[1].text == "（未知用户）"
    assert (entries[3].who, entries[3].text) == ("张三", QUESTION["question"])
    assert re.fullmatch("[0-9a-f]{16}", entries[3].digest)
    written = caplog.text + "".join(capfd.readouterr()) + told + repr(entries)
    for secret in (PASSWORD, token, guest.cookies.get(COOKIE) or PASSWORD, "falsch-falsch"):
        assert secret not in written
    records = b"".join(path.read_bytes() for path in tmp_path.glob("store-records.sqlite*"))
    assert PASSWORD.encode() not in records
    assert token.encode() not in records


def test_old_entries_go(tmp_path: Path) -> None:
    database = Database(tmp_path / "r.sqlite")
    Journal(database, 10_000).note(Entry("2020-01-01T00:00:00+00:00", "", "", "page", "question", "旧"))
    journal = Journal(database, 30)
    journal.note(Entry(now(), "", "", "page", "question", "新"))
    assert [one.text for one in journal.entries()] == ["新"]
    Journal(database, 0).note(Entry(now(), "", "", "page", "question", "不记"))
    assert len(list(journal.entries())) == 1


def test_a_journal_that_cannot_be_written_keeps_no_answer_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "blocked").write_text("a file where a folder is wanted", "utf-8")
    with service(tmp_path, records=tmp_path / "blocked" / "r.sqlite") as served:
        guest = TestClient(api.create(served), HERE)
        assert guest.post("/api/ask", json=QUESTION).json()["status"] == "answered"
    assert "the journal could not be written" in caplog.text


def test_feedback_is_kept_once_per_answer_and_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with service(tmp_path) as served:
        outcome = served.ask("红色物业怎么建？", ["先前的问题"])
        journal = Desk(served).journal
        rated = Rated.of(outcome)
        journal.rate("", rated, "up", "")
        journal.rate("", rated, "down", "太笼统")
        with pytest.raises(TashanError):
            journal.rate("", rated, "sideways", "")
        assert main(["feedback", "--json", "--store", str(tmp_path / "store")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    body = json.loads(lines[0])
    assert body["question"] == "红色物业怎么建？"
    assert body["history"] == ["先前的问题"]
    assert (body["rating"], body["reason"], body["status"]) == ("down", "太笼统", "answered")
    assert body["citations"][0]["doc"] == outcome.citations[0].doc  # type: ignore[union-attr]
    assert body["citations"][0]["quote"] == outcome.citations[0].quote  # type: ignore[union-attr]
    assert {"when", "digest", "config"} <= body.keys()


# --- the commands ----------------------------------------------------------------------------------


def test_users_are_managed_by_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*words: str, said: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        code = main(["users", *words, "--store", str(tmp_path / "store")])
        return code, "".join(capsys.readouterr())

    assert run("add", "张三", "--role", "editor", "--stdin", said=PASSWORD + "\n")[0] == 0
    code, told = run("add", "李四", "--stdin", said="kurz\n")
    assert code == 2
    assert "kurz" not in told
    assert "密码应为" in told
    assert run("add", "李四")[0] == 2  # no terminal, no --stdin
    assert "张三\teditor" in run("list")[1]
    assert run("role", "张三", "reader")[0] == 0
    assert "张三\treader" in run("list")[1]
    assert run("password", "张三", "--stdin", said="ein anderes Wort\n")[0] == 0
    token = run("token", "张三")[1].strip()
    assert token.startswith("tashan_")
    assert "1 个" in run("token", "张三", "--revoke")[1]
    assert run("remove", "张三")[0] == 0
    code, told = run("remove", "张三")
    assert code == 2
    assert "没有用户" in told
    assert main(["audit", "--store", str(tmp_path / "store")]) == 0
    told = "".join(capsys.readouterr())
    assert "已移除用户" in told
    assert token not in told
    assert PASSWORD not in told


def test_an_empty_journal_and_no_feedback_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--store", str(tmp_path / "store")]
    for arguments, told in (
        (["audit"], "还没有记录。\n"),
        (["audit", "--days", "7"], "最近 7 天没有记录。\n"),
        (["feedback"], "还没有评价。\n"),
        (["feedback", "--json"], ""),
    ):
        assert main([*arguments, *where]) == 0
        assert capsys.readouterr() == ("", told)
