"""The journal, feedback and the commands around them; and that no secret is ever written down."""

from __future__ import annotations

import io
import json
import logging
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.errors import TashanError
from rag import api
from rag.__main__ import main
from rag.access.db import Database
from rag.access.journal import Entry, Journal, Rated, now
from rag.access.login import COOKIE
from rag.access.visit import Desk
from tests.rag.served import HERE, PASSWORD, QUESTION, enter, service


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
