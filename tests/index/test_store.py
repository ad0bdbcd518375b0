"""What a store in a folder promises beyond `test_both_stores.py`: its files, its models, its writers."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import StoreBusy, StoreMismatch, StoreMissing, StoreUnwritable
from index import arrays
from index.embedder import FakeEmbedder
from index.lock import owner, writing
from index.store import LocalStore
from index.types import Query
from tests.index.filed import BEIJING, TOPICS, filed, some
from tests.index.stores import ALL, QUERY, Named, found, made

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made(tmp_path / "store")


# ---- opening


def test_a_store_that_is_missing_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing):
        LocalStore.open(tmp_path / "none", FakeEmbedder())
    assert not (tmp_path / "none").exists()


def test_another_model_is_refused_and_build_adopts_it(root: Path) -> None:
    with pytest.raises(
        StoreMismatch, match=r"由模型 fake-256 建立，当前模型是 other。请运行 python -m index build"
    ):
        LocalStore.open(root, Named("other"))
    with LocalStore.open(root, Named("other"), adopt=True) as store:
        store.rebuild()
        assert store.verify() == []
    with LocalStore.open(root, Named("other")) as store:
        assert found(store, TOPICS[0])
    with pytest.raises(StoreMismatch):
        LocalStore.open(root, FakeEmbedder())


def test_another_tokenizer_is_refused_and_embeds_nothing_again(root: Path) -> None:
    with pytest.raises(StoreMismatch, match="分词"):
        LocalStore.open(root, FakeEmbedder(), terms=["红色物业"])
    embedder = Named()
    with LocalStore.open(root, embedder, terms=["红色物业"], adopt=True) as store:
        store.rebuild()
    assert not embedder.embedded
    with LocalStore.open(root, FakeEmbedder()) as store:
        assert store.tokenizer.terms == ("红色物业",)


def test_a_reader_refuses_the_new_model_when_it_appears(root: Path) -> None:
    with LocalStore.open(root, FakeEmbedder()) as reader:
        with LocalStore.open(root, Named("other"), adopt=True) as store:
            store.rebuild()
        for _ in range(2):
            with pytest.raises(StoreMismatch):
                reader.search(QUERY, 5, ALL)


# ---- adding and removing


def test_what_was_removed_stands_nowhere_in_the_catalog(root: Path) -> None:
    with LocalStore.open(root, FakeEmbedder()) as store:
        store.add([filed("new.txt", ["月光经济点亮夜市。"], BEIJING)])
        store.remove(["new.txt"])
    assert "月光经济".encode() not in (root / "catalog.sqlite").read_bytes()


def test_the_same_again_makes_no_new_generation(root: Path) -> None:
    with LocalStore.open(root, FakeEmbedder()) as store:
        before = store.status().generation
        assert len(store.add(some(30)).unchanged) == 30
        assert store.status().generation == before


def test_reprints_that_came_one_by_one_share_the_cluster_that_a_rebuild_gives(tmp_path: Path) -> None:
    long = [f"第{n}条：{TOPICS[n % len(TOPICS)]}" for n in range(12)]
    with LocalStore.open(tmp_path / "s", FakeEmbedder(), create=True) as store:
        store.add(some(3))
        for name in ("x.txt", "y.txt", "z.txt"):
            store.add([filed(name, long, title=name)])
        store.remove(["x.txt"])

        def clusters() -> dict[str, int]:
            return {head.doc: head.cluster for head in store.heads()}

        incremental = clusters()
        hits = store.search(Query("第3条", "第3条"), 50, ALL)
        got = {one.head.doc: one.head.cluster for one in store.passages(hits.numbers.tolist())}
        assert got.items() <= incremental.items()
        store.rebuild()  # the thorough way
        assert clusters() == incremental


def test_a_second_writer_is_told_who_writes(root: Path) -> None:
    with LocalStore.open(root, FakeEmbedder()) as store, writing(store.layout.lock):
        assert owner(store.layout.lock) is not None
        with pytest.raises(
            StoreBusy,
            match=r"另一个程序正在写入这个索引（进程 \d+，主机 .+，已写入 \d+ 秒）。请等它完成后再试",
        ):
            store.remove(["file000.txt"])
        assert found(store, TOPICS[0])  # readers go on
    assert owner(root / "LOCK") is None


def test_a_full_disk_leaves_the_old_generation(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with LocalStore.open(root, FakeEmbedder()) as store:
        before = store.status().generation
        with monkeypatch.context() as patched:
            patched.setattr(arrays, "save", full)
            with pytest.raises(StoreUnwritable, match="原有索引不受影响"):
                store.add([filed("new.txt", ["月光经济点亮夜市。"])])
        assert store.status().generation == before
        assert [p.name for p in (root / "derived" / "generations").iterdir()] == [before]
        assert len(list((root / "derived" / "segments").iterdir())) == 1
        assert found(store, TOPICS[0])
        with monkeypatch.context() as patched:  # still full: what was there before can be read
            patched.setattr(arrays, "save", full)
            with LocalStore.open(root, FakeEmbedder()) as reader:
                assert found(reader, TOPICS[0])
    with LocalStore.open(root, FakeEmbedder()) as store:  # finishes what was committed
        assert "月光经济点亮夜市。" in found(store, "月光经济")


def test_status(root: Path) -> None:
    with LocalStore.open(root, None) as store:
        status = store.status()
    assert (status.embedder, status.dimension, status.counts.documents) == ("fake-256", 256, 30)
    assert status.catalog_bytes > 10_000 and status.derived_bytes > 10_000 and status.generations == 1
