"""Words at once, vectors behind; and vectors in shards."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import StoreDamaged, StoreMismatch, TashanError
from index import __main__ as cli
from index import later
from index.embedder import FakeEmbedder
from index.store import LocalStore
from index.types import Filter, Query
from tests.conftest import quiet
from tests.index.filed import TOPICS, filed, some

QUERY = Query("停车难怎么解决", "停车难 红色物业")

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with LocalStore.open(tmp_path / "s", FakeEmbedder(), create=True) as store:
        store.add(some(30), later=True)
        assert store.pending == store.counts.passages > 30
    return tmp_path / "s"


def scores(store: LocalStore) -> list[list[float]]:
    found = store.search(QUERY, 20, Filter())
    return [np.sort(values).round(4).tolist() for values in (found.dense, found.words, found.bigrams)]


def test_words_at_once_and_vectors_behind(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "_AT_ONCE", 10)
    with LocalStore.open(tmp_path / "plain", FakeEmbedder(), create=True) as plain:
        plain.add(some(30))
        expected = scores(plain)
    with LocalStore.open(root, FakeEmbedder()) as store, LocalStore.open(root, FakeEmbedder()) as reader:
        found = reader.search(QUERY, 20, Filter())
        assert len(found.numbers) and not found.dense.any() and found.bigrams.any()
        assert (store.verify(), store.status().pending) == ([], store.counts.passages)
        embedded = later.fill(store, FakeEmbedder(), quiet)
        assert embedded == store.counts.passages
        assert (reader.pending, reader.verify()) == (0, [])
        assert scores(reader) == expected
        assert later.fill(store, FakeEmbedder(), quiet) == 0


def test_interrupted_it_goes_on_and_others_may_write_meanwhile(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "_AT_ONCE", 10)

    class Stops(FakeEmbedder):
        calls = 0

        def passages(self, texts, progress=None):  # type: ignore[no-untyped-def]
            self.calls += 1
            if self.calls == 3:
                raise KeyboardInterrupt
            return super().passages(texts)

    with LocalStore.open(root, FakeEmbedder()) as store:
        total = store.pending
        with pytest.raises(KeyboardInterrupt):
            later.fill(store, Stops(), quiet)
    with LocalStore.open(root, FakeEmbedder()) as store:  # opening computes nothing
        assert len(later.lacking(root, FakeEmbedder())) == total - 20
        store.add([filed("new.txt", ["月光经济点亮夜市。"])])  # whole, though others still lack theirs
        store.remove(["file000.txt"])
        assert store.pending > 0
        assert later.fill(store, FakeEmbedder(), quiet) <= total - 20
        assert (store.pending, store.verify()) == (0, [])
        assert store.search(Query("月光经济", "月光经济"), 3, Filter()).dense.max() > 0.3


def test_shards_are_disjoint_complete_and_checked(root: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"{n}.vectors" for n in (1, 2, 3)]
    whole = later.lacking(root, FakeEmbedder())
    counts = [later.write_shard(root, FakeEmbedder(), (n, 3), file, quiet) for n, file in enumerate(files, 1)]
    assert sum(counts) == len(whole) and min(counts) > 0
    with LocalStore.open(root, FakeEmbedder()) as store:
        assert later.merge(store, FakeEmbedder(), files[:2], quiet) == counts[2]
        assert store.pending  # words alone until all are there
        data = files[2].read_bytes()
        files[2].write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
        with pytest.raises(StoreDamaged, match="与校验值不符"):
            later.merge(store, FakeEmbedder(), files[2:], quiet)
        files[2].write_bytes(data[:40])
        with pytest.raises(StoreDamaged, match="读不了这个向量文件"):
            later.merge(store, FakeEmbedder(), files[2:], quiet)
        files[2].write_bytes(data)
        other = FakeEmbedder()
        other.name = "other"
        with pytest.raises(StoreMismatch, match="由模型 fake-256 计算，当前模型是 other"):
            later.read_shard(files[2], other)
        assert later.merge(store, FakeEmbedder(), [*files, files[0]], quiet) == 0
        assert (store.pending, store.verify()) == (0, [])
        assert store.search(QUERY, 20, Filter()).dense.any()


@pytest.mark.parametrize("text", ["", "3", "0/4", "5/4", "a/b", "1/0", "1/2/3"])
def test_a_shard_is_written_one_way(text: str) -> None:
    with pytest.raises(TashanError, match="写法不对"):
        later.parse_shard(text)


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as ended:
            patch.setenv("TASHAN_STORE", str(tmp_path / "store"))
            patch.setenv("TASHAN_MODEL", "fake")
            patch.setattr(sys, "argv", ["index", *map(str, arguments)])
            cli.run()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    folder = tmp_path / "报告"
    folder.mkdir()
    for number, topic in enumerate(TOPICS[:4]):
        (folder / f"{number}.txt").write_text(f"彰武县推行新办法\n\n一、做法\n{topic}很见成效。\n", "utf-8")
    code, out, err = run("build", folder, "--fast")
    assert (code, out.startswith("新增或更新 4 个文件")) == (0, True)
    assert "已可按字词检索；还有 " in err and "向量齐全" in err
    assert run("verify")[0] == 0
    with LocalStore.open(tmp_path / "store", FakeEmbedder()) as store:
        store.add([filed("later.txt", ["月光经济点亮夜市。"])], later=True)
    assert "目前只按字词检索" in run("status")[1]
    code, out, _ = run("embed", "--shard", "1/1", "--out", tmp_path / "a.vectors")
    assert (code, "已把 1 段的向量写入" in out) == (0, True)
    assert run("embed", "--shard", "1/1")[0] == 2
    assert run("embed", "--merge", tmp_path / "a.vectors")[1] == "已并入，向量齐全。\n"
    assert "目前只按字词检索" not in run("status")[1]
