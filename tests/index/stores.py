"""What the tests of stores share: how one is opened, asked and filtered, and a model that counts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from index.embedder import FakeEmbedder
from index.opening import open_store
from index.store import LocalStore
from index.types import Embedder, Filter, Query, Store, Vectors
from tests.index.filed import some

ALL = Filter()
QUERY = Query("停车难怎么解决", "停车难 红色物业", (("党员带头共议", 0.4),))


class At:
    """Opens the store at one address."""

    def __init__(self, address: str | Path) -> None:
        self.address = address

    def __call__(self, embedder: Embedder | None = FakeEmbedder(), **more: object) -> Store:  # noqa: B008
        return open_store(self.address, embedder, **more)  # type: ignore[arg-type]


class Named(FakeEmbedder):
    """Another model: its own name, perhaps its own dimension; counts what was embedded."""

    def __init__(self, name: str = "fake-256", dimension: int = 256) -> None:
        self.name, self.dimension = name, dimension
        self.embedded: Counter[str] = Counter()

    def passages(self, texts: object, progress: object = None) -> Vectors:
        self.embedded.update(texts)  # type: ignore[arg-type]
        return super().passages(texts)[:, : self.dimension]  # type: ignore[arg-type]

    def queries(self, texts: object, progress: object = None) -> Vectors:
        return super().queries(texts)[:, : self.dimension]  # type: ignore[arg-type]


def found(store: Store, text: str, where: Filter = ALL, k: int = 5) -> list[str]:
    hits = store.search(Query(text, text), k, where)
    return [stored.passage.text for stored in store.passages(hits.numbers.tolist())]


def texts(store: Store) -> list[str]:
    return sorted(found(store, "做法", k=1000))


def made(root: Path, count: int = 30) -> Path:
    """The folder of a store with `count` files."""
    with LocalStore.open(root, FakeEmbedder(), create=True) as store:
        store.add(some(count))
    return root
