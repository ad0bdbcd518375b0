"""A store in a folder and one on a Milvus server, for tests that hold for both."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.index.filed import some
from tests.index.milvus import hurried, needs_milvus, server, wipe
from tests.index.stores import At


@pytest.fixture
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test machine may lose its power."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(scope="module")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("milvus") / "data") as url, hurried():
        yield url


@pytest.fixture(params=["folder", pytest.param("milvus", marks=needs_milvus)])
def at(request: pytest.FixtureRequest, tmp_path: Path) -> At:
    """An address where there is no store yet."""
    if request.param == "folder":
        return At(tmp_path / "store")
    url: str = request.getfixturevalue("milvus")
    wipe(url)
    return At(url)


@pytest.fixture
def filled(at: At) -> At:
    with at(create=True) as store:
        store.add(some(20))
    return at
