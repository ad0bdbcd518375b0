"""Stores that several rooms' tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import build
from index.embedder import FakeEmbedder, load_embedder
from index.store import LocalStore

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "corpus" / "sample"


def quiet(_stage: str, _done: int, _of: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    """The example reports in a store made with the fake embedder."""
    store = LocalStore.open(tmp_path_factory.mktemp("sample") / "store", FakeEmbedder(), create=True)
    build(store, [SAMPLE], quiet)
    yield store
    store.close()


@pytest.fixture(scope="session")
def model_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    """The example reports in a store made with the real model; its tests are marked ``model``."""
    store = LocalStore.open(
        tmp_path_factory.mktemp("model") / "store", load_embedder("default", ROOT / "var"), create=True
    )
    build(store, [SAMPLE], quiet)
    yield store
    store.close()
