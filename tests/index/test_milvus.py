"""What only a store on a server can suffer: no server, a dead writer, an interrupted change."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict

import pytest

from corpus.errors import StoreBusy, TashanError
from index import milvus_lock, milvus_write
from index.embedder import FakeEmbedder
from index.lock import Owner
from index.milvus import MilvusStore
from index.milvus_lock import writing
from index.milvus_rows import asked, coded
from index.milvus_server import LOCK, LONGEST, STATE, Server, StoreUnreachable
from index.types import Filter, Query
from rag import config
from rag.service import Service
from tests.index.filed import filed, some
from tests.index.milvus import free_port, needs_milvus, wipe

pytestmark = needs_milvus


@pytest.fixture
def url(milvus: str) -> str:
    wipe(milvus)
    return milvus


def opened(url: str, **more: object) -> MilvusStore:
    return MilvusStore.open(url, FakeEmbedder(), create=True, **more)  # type: ignore[arg-type]


def texts(store: MilvusStore) -> set[str]:
    hits = store.search(Query("做法", "做法"), 1000, Filter())
    return {one.passage.text for one in store.passages(hits.numbers.tolist())}


# ---- no server


def test_nobody_answers_and_the_password_is_not_told() -> None:
    with pytest.raises(StoreUnreachable, match=r"没有正常应答.*请检查地址") as caught:
        opened(f"http://root:geheim@127.0.0.1:{free_port()}")
    assert "geheim" not in str(caught.value) and caught.value.exit_code == 9


def test_a_broken_connection_is_replaced(url: str) -> None:
    with opened(url) as store:
        store._server._connected.close()
        with pytest.raises(StoreUnreachable, match="没有正常应答"):
            store.counts  # noqa: B018
        assert store.counts.documents == 0


def test_without_pymilvus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pymilvus", None)
    with pytest.raises(TashanError, match=r"没有安装 pymilvus.*requirements-milvus\.txt"):
        Server("http://127.0.0.1:1")


def test_the_address_is_a_setting(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(url) as store:
        store.add([filed("a.txt", ["红色物业每月开一次议事会，解决停车难。"])])
    monkeypatch.setenv("TASHAN_STORE", url)
    with Service.open(config.load(model="fake"), FakeEmbedder()) as service:
        _, found = service.search("红色物业")
        assert [hit.stored.head.doc for hit in found.hits] == ["a.txt"]
        assert service.store.document("a.txt") is not None


# ---- interrupted and rival writers


class Killed(BaseException):
    """Stands for kill -9: nothing is cleaned up behind it."""


@pytest.mark.parametrize("at", ["insert", "settle", "check"])
def test_what_was_not_acknowledged_leaves_no_trace(
    url: str, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(url) as store:
        store.add(some(5))
        before = texts(store)

        def die(*_: object, **__: object) -> None:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(milvus_lock.Held if at == "check" else Server, at, die)
            patch.setattr(milvus_lock.Held, "release", lambda self: self._done.set())
            with pytest.raises(Killed):
                store.add([filed("new.txt", ["新的做法。"]), filed("file000.txt", ["换过的做法。"])])
        assert texts(store) == before
        with pytest.raises(StoreBusy):  # the lock of a living process, this one
            store.remove(["file001.txt"])
        store._server.drop(LOCK)
        store.add([filed("other.txt", ["别的做法。"])])
        assert texts(store) == {*before, "别的做法。"}
        assert store.verify() == []


def test_the_lock_of_a_process_that_has_ended_is_cleared(url: str) -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    with opened(url) as store:
        _claimed(store, child, milvus_lock.now())
        assert store.add(some(1)).counts.documents == 1


def test_the_lock_of_another_host_is_cleared_after_a_while(url: str) -> None:
    with opened(url) as store:
        _claimed(store, 1, milvus_lock.now(), "elsewhere")
        with pytest.raises(StoreBusy, match=r"进程 1，主机 elsewhere"):
            store.add(some(1))
        store._server.drop(LOCK)
        _claimed(store, 1, milvus_lock.now() - 2 * milvus_lock.DEAD, "elsewhere")
        assert store.add(some(1)).counts.documents == 1


def _claimed(store: MilvusStore, pid: int, started: float, host: str = "") -> None:
    note = json.dumps(asdict(Owner(pid, host or socket.gethostname()[:40], started)))
    assert store._server.claim(LOCK, f"by_0_{note.encode().hex()}")


def test_a_writer_that_lost_its_lock_shows_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(url) as store:
        store.add(some(2))
        settle = Server.settle

        def steal(self: Server, names: list[str]) -> None:
            self.drop(LOCK)
            _claimed(store, 1, milvus_lock.now(), "elsewhere")
            settle(self, names)

        with monkeypatch.context() as patch:
            patch.setattr(Server, "settle", steal)
            with pytest.raises(StoreBusy):
                store.add([filed("new.txt", ["新的做法。"])])
        assert store.counts.documents == 2 and "新的做法。" not in texts(store)
        store._server.drop(LOCK)


def test_a_sign_of_life_is_given(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milvus_lock, "BEAT", 0.02)
    with opened(url) as store, writing(store._server):
        beats = set[str]()
        while len(beats) < 3:
            beats |= {row["value"] for row in store._server.rows(STATE, "revision == -1", ["value"])}
        monkeypatch.setattr(milvus_lock, "DEAD", 1e9)


def test_a_lost_row_is_named_and_taken_out(url: str) -> None:
    with opened(url) as store:
        store.add(some(4))
        state = store._now().state
        (row, *_) = store._server.rows(state.collection("passages"), "document == 2", ["number"])
        store._server.delete(state.collection("passages"), f"number == {row['number']}")
        assert [problem.where for problem in store.verify()] == ["file001.txt"]
        assert store.repair() == {"file001.txt"}
        assert store.verify() == [] and store.counts.documents == 3


def test_a_long_addition_becomes_visible_in_parts(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.milvus._FILES_AT_ONCE", 4)
    with opened(url) as store, opened(url) as reader:
        counts = []
        commit = milvus_write.Change._commit

        def watched(self: milvus_write.Change, **more: object) -> None:
            commit(self, **more)
            counts.append(reader.counts.documents)

        monkeypatch.setattr(milvus_write.Change, "_commit", watched)
        store.add(some(10))
        assert counts == [4, 8, 10]
        assert reader.verify() == []


# ---- terms


def test_a_very_long_report_fits() -> None:
    text = coded([f"词{n % 12_000}" for n in range(40_000)])
    assert len(text) <= LONGEST and len(set(text.split())) > 9_000
    kept = coded(["常"] * 30_000 + [f"词{n}" for n in range(5_000)])
    assert len(kept) <= LONGEST and len(set(kept.split())) == 5_001


def test_weights_are_told_by_repeating() -> None:
    text, unit = asked({"甲": 2.0, "乙": 0.7, "丙": 0.001})
    first, second = (text.split().count(code) for code in dict.fromkeys(text.split()))
    assert (first / unit, second / unit) == pytest.approx((2.0, 0.7))
    assert asked({}) == ("", 20.0)
