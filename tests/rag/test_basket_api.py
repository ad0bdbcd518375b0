"""The basket over HTTP: exports, and the copy of those who sign in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.errors import TashanError
from rag import api, basket
from rag.access.baskets import Baskets
from rag.access.db import Database
from rag.access.people import People
from rag.access.visit import Desk
from rag.basket import BasketKeeper
from rag.export import FORMATS
from rag.service import Service
from rag.types import Answered
from tests.rag.served import NAME, service
from tests.rag.test_export import text_of

HERE = "http://127.0.0.1"
PASSWORD = "vierzehn-Birnen"
QUESTION = "红色物业怎么建？"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("basket")) as made:
        yield made


@pytest.fixture
def client(served: Service) -> TestClient:
    return TestClient(api.create(served), HERE)


def rows(served: Service) -> list[dict[str, Any]]:
    answer = served.ask(QUESTION)
    assert isinstance(answer, Answered)
    return [
        basket.as_json(piece) | {"id": "a1"} for piece in basket.from_citations(QUESTION, answer.citations)
    ]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_basket_becomes_a_file(client: TestClient, served: Service, ending: str) -> None:
    body = {"format": ending, "title": "我的材料", "date": "2025-06-01", "pieces": rows(served)}
    reply = client.post("/api/export", json=body)
    assert reply.status_code == 200
    assert (reply.headers["x-changed"], reply.headers["x-skipped"]) == ("0", "0")
    assert reply.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E6")
    assert NAME in text_of(ending, reply.content).replace("\\", "")
    assert reply.content == client.post("/api/export", json=body).content


def test_forged_facts_are_corrected_and_changed_words_marked(client: TestClient, served: Service) -> None:
    (row,) = rows(served)[:1]
    for quote in row["quotes"]:
        quote |= {"title": "别的标题", "source": "别处", "locality": {"province": "别省"}}
    row["quotes"].append({**row["quotes"][0], "quote": "没人说过的话", "start": 0, "end": 6})
    reply = client.post("/api/export", json={"format": "md", "pieces": [row, {"x": 1}]})
    said = reply.text.replace("\\", "")
    assert (reply.headers["x-changed"], reply.headers["x-skipped"]) == ("1", "1")
    assert said.count("**【来源已变更】**没人说过的话") >= 1
    assert "阜新市·彰武县" in said
    true = said.split("[^1]: ")[1].split("\n")[0]
    assert "别的标题" not in true


@pytest.mark.parametrize(
    ("body", "status"),
    [({"format": "md", "pieces": []}, 400), ({"format": "pdf", "pieces": []}, 422), ({"pieces": "x"}, 422),
     ({"format": "md", "pieces": [{}] * (basket.MOST + 1)}, 422),
     ({"format": "md", "pieces": [{"x": 1}]}, 400)],
)  # fmt: skip
def test_what_can_t_be_exported_is_told(client: TestClient, body: dict[str, Any], status: int) -> None:
    reply = client.post("/api/export", json=body)
    assert reply.status_code == status
    assert reply.json()["error"]


def test_without_sign_in_only_the_browser_keeps_a_basket(client: TestClient, served: Service) -> None:
    assert client.put("/api/basket", json={"rows": rows(served)}).json() == {"name": "", "rows": None}
    assert client.get("/api/basket").json() == {"name": "", "rows": None}


def test_everyone_has_a_basket_of_their_own(tmp_path: Path) -> None:
    with service(tmp_path, sign_in=True) as served:
        desk = Desk(served)
        tokens = {}
        for name in ("张三", "李四"):
            desk.people.add(name, PASSWORD, "reader")
            tokens[name] = {"Authorization": f"Bearer {desk.people.token(name)}"}
        client = TestClient(api.create(served), HERE)
        assert client.get("/api/basket").status_code == 401
        assert client.post("/api/export", json={"format": "md", "pieces": []}).status_code == 401
        sent = [*rows(served), {"quotes": "坏的", "id": "b"}]
        kept = client.put("/api/basket", json={"rows": sent}, headers=tokens["张三"]).json()
        assert kept == {"name": "张三", "rows": sent[:-1]}
        assert client.get("/api/basket", headers=tokens["张三"]).json() == kept
        assert client.get("/api/basket", headers=tokens["李四"]).json() == {"name": "李四", "rows": None}
        desk.close()


def test_a_basket_goes_with_its_person(tmp_path: Path) -> None:
    database = Database(tmp_path / "records.sqlite")
    people, keeper = People(database), Baskets(database)
    seam: BasketKeeper = keeper
    people.add("张三", PASSWORD, "reader")
    seam.save("张三", [{"note": "甲"}])
    seam.save("张三", [{"note": "乙"}])
    assert seam.load("张三") == [{"note": "乙"}]
    people.remove("张三")
    assert seam.load("张三") is None
    with pytest.raises(TashanError):
        seam.save("王五", [])


def test_a_file_of_the_first_version_gets_its_table(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    first = Database(path)
    people = People(first)
    people.add("张三", PASSWORD, "reader")
    with first.use() as db:
        db.execute("DROP TABLE basket")
        db.execute("PRAGMA user_version = 1")
    first.close()
    again = Database(path)
    Baskets(again).save("张三", [{"note": "甲"}])
    assert People(again).everyone()[0].name == "张三"
