"""A small served store for tests of the doors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from corpus.read import read_file
from corpus.types import CleanFile
from index.embedder import FakeEmbedder
from index.store import LocalStore
from rag.config import Settings
from rag.service import Service

HERE = "http://127.0.0.1"
PASSWORD = "vierzehn-Birnen"
QUESTION = {"question": "红色物业怎么建？"}

NAME = "辽宁/彰武 <b>#1.txt"
TEXT = (
    "辽宁省阜新市彰武县：红色物业共议事\n"
    "一、红色物业怎么建\n彰武县在12个小区建红色物业党支部，每月开一次议事会，累计解决问题360件。\n"
)


def service(folder: Path, **settings: Any) -> Service:
    """A service over one invented report; `settings` beside the store's."""
    path = folder / NAME
    path.parent.mkdir(parents=True)
    path.write_text(TEXT, "utf-8")
    file = read_file(path, folder)
    assert isinstance(file, CleanFile)
    store = LocalStore.open(folder / "store", FakeEmbedder(), create=True)
    store.add([file])
    return Service(Settings(store=folder / "store", model="fake", **settings), store)


def enter(guest: TestClient, name: str = "张三", password: str = PASSWORD) -> int:
    """The status of signing in."""
    return guest.post("/login", data={"name": name, "password": password}).status_code
