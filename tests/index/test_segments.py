"""Segments: adding one report writes little, and what comes of it is what building everything anew gives."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.types import CleanFile
from index import dense, derive, segment
from index.embedder import FakeEmbedder
from index.store import LocalStore
from index.types import Candidates, Filter, Query, ReportHead, Vectors
from tests.index.filed import BEIJING, LIAONING, PLACES, SHANDONG, TOPICS, filed, some

ALL = Filter()
QUERIES = (
    Query("停车难怎么解决", "停车难 红色物业", (("党员带头共议", 0.4),)),
    Query("积分", "积分制管理 村民"),
    Query("第三号做法", "第3号做法"),
)
FILTERS = (ALL, Filter(include=(LIAONING,)), Filter(exclude=(LIAONING, SHANDONG)), Filter(since=2022))

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


def file(name: int, seed: int) -> CleanFile:
    draw = np.random.default_rng([name, seed])
    lines = [f"{TOPICS[draw.integers(len(TOPICS))]}第{seed}号做法。" for _ in range(draw.integers(1, 4))]
    place = PLACES[draw.integers(len(PLACES))]
    return filed(f"{name}.txt", lines, place, date=str(draw.choice(["2020", "2023-08-01"])))


changes = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(st.integers(0, 11), min_size=1, max_size=4), st.integers(0, 5)),
        st.tuples(st.just("remove"), st.lists(st.integers(0, 11), min_size=1, max_size=3), st.just(0)),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes)
def test_any_order_of_changes_gives_what_a_fresh_build_gives(
    tmp_path: Path, steps: list[tuple[str, list[int], int]]
) -> None:
    left: dict[str, CleanFile] = {}
    with (
        tempfile.TemporaryDirectory(dir=tmp_path) as one,
        tempfile.TemporaryDirectory(dir=tmp_path) as other,
        LocalStore.open(Path(one), FakeEmbedder(), create=True) as grown,
    ):
        for verb, names, seed in steps:
            if verb == "add":
                files = [file(name, seed) for name in dict.fromkeys(names)]
                grown.add(files)
                left |= {f.document.doc: f for f in files}
            else:
                grown.remove([f"{name}.txt" for name in names])
                for name in names:
                    left.pop(f"{name}.txt", None)
        assert grown.verify() == []
        with LocalStore.open(Path(other), FakeEmbedder(), create=True) as fresh:
            fresh.add(list(left.values()))
            assert grown.counts == fresh.counts
            assert set(grown.localities()) == set(fresh.localities())
            assert clusters(grown) == clusters(fresh)
            for query in QUERIES:
                for where in FILTERS:
                    agree(grown, fresh, query, where)


def clusters(store: LocalStore) -> set[frozenset[str]]:
    """Which reports count as one."""
    groups: dict[int, set[str]] = {}
    for head in store.heads():
        groups.setdefault(head.cluster, set()).add(head.doc)
    return {frozenset(group) for group in groups.values()}


def agree(one: LocalStore, other: LocalStore, query: Query, where: Filter) -> None:
    everything = named(one, one.search(query, 1000, where))
    assert everything.keys() == named(other, other.search(query, 1000, where)).keys()
    for k in (3, 1000):
        mine, theirs = one.search(query, k, where), other.search(query, k, where)
        assert mine.allowed == theirs.allowed
        for kind in ("dense", "words", "bigrams"):  # which of equals is found may differ, their scores not
            best = [np.sort(getattr(found, kind))[::-1][:k] for found in (mine, theirs)]
            assert best[0] == pytest.approx(best[1], abs=1e-6)
        for scores in (named(one, mine), named(other, theirs)):
            for name, values in scores.items():
                assert values == pytest.approx(everything[name], abs=1e-6)


def named(store: LocalStore, found: Candidates) -> dict[str, tuple[float, ...]]:
    """All scores by passage."""
    table = np.stack([found.dense, found.words, found.bigrams, found.whole], axis=1).tolist()
    stored = store.passages(found.numbers.tolist())
    return {one.passage.passage: tuple(row) for one, row in zip(stored, table, strict=True)}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many passages each segment has that is written while the test runs."""
    sizes: list[int] = []
    original = segment.write

    def counted(*arguments: object) -> segment.Part:
        part = original(*arguments)  # type: ignore[arg-type]
        sizes.append(part.passages)
        return part

    monkeypatch.setattr(segment, "write", counted)
    yield sizes


class Counting(FakeEmbedder):
    """Counts what it embeds."""

    def __init__(self) -> None:
        self.texts = 0

    def passages(self, texts: object, progress: object = None) -> Vectors:
        self.texts += len(texts)  # type: ignore[arg-type]
        return super().passages(texts)  # type: ignore[arg-type]


def test_one_more_report_writes_only_itself(tmp_path: Path, written: list[int]) -> None:
    embedder = Counting()
    with LocalStore.open(tmp_path / "s", embedder, create=True) as store:
        store.add(some(120))
        before, embedder.texts = written[-1], 0
        written.clear()
        store.add([filed("new.txt", ["月光经济点亮夜市。", "另一段。"], BEIJING)])
        assert (written, embedder.texts) == ([2], 2)
        written.clear()
        store.remove(["file000.txt"])
        assert (written, embedder.texts) == ([], 2)
        assert store.status().segments == 2 and before > 100


def test_many_small_additions_stay_few_segments_and_cheap(tmp_path: Path, written: list[int]) -> None:
    with LocalStore.open(tmp_path / "s", FakeEmbedder(), create=True) as store:
        for number in range(48):
            store.add([filed(f"{number}.txt", [f"{TOPICS[number % 8]}第{number}号。"])])
        assert store.counts.passages == 48
        assert store.status().segments <= 6
        assert sum(written) < 48 * 10  # each passage a few times, not once for every later one
        assert store.verify() == []


def test_a_segment_that_lost_much_is_written_anew(tmp_path: Path, written: list[int]) -> None:
    with LocalStore.open(tmp_path / "s", FakeEmbedder(), create=True) as store:
        store.add([filed(f"{n}.txt", [f"{TOPICS[n % 8]}第{n}号。"]) for n in range(12)])
        written.clear()
        store.remove([f"{n}.txt" for n in range(4)])
        assert written == []
        store.remove(["4.txt"])
        assert written == [7]
        store.remove([f"{n}.txt" for n in range(12)])
        assert (store.counts.passages, store.status().segments) == (0, 0)
        assert store.heads() == []
        store.add([filed("5.txt", ["回来了。"])])
        assert (store.counts.documents, store.verify()) == (1, [])


def test_a_large_store_is_several_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derive, "_LARGEST", 10)
    with LocalStore.open(tmp_path / "s", FakeEmbedder(), create=True) as store:
        store.add(some(30))
        parts = store._now().manifest.parts
        assert len(parts) > 4 and max(part.passages for part in parts) <= 10
        store.add([filed("new.txt", ["月光经济点亮夜市。"], BEIJING)])
        found = store.passages(store.search(Query("月光经济", "月光经济"), 3, ALL).numbers.tolist())
        assert "月光经济点亮夜市。" in [one.passage.text for one in found]
        assert store.verify() == []


def test_heads_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalStore.open(tmp_path / "s", FakeEmbedder(), create=True) as store:
        store.add(some(20))
        assert len(store.heads()) == 20
        asked: list[int] = []
        original = store._catalog.heads

        def heads(revision: int, numbers: list[int]) -> dict[int, ReportHead]:
            asked.extend(numbers)
            return original(revision, numbers)

        monkeypatch.setattr(store._catalog, "heads", heads)
        store.add([filed("new.txt", ["新的。"])])
        store.remove(["file003.txt"])
        assert len(store.heads()) == 20 and len(asked) == 1


def test_after_repair_nothing_is_taken_over(tmp_path: Path, written: list[int]) -> None:
    with LocalStore.open(tmp_path / "s", FakeEmbedder(), create=True) as store:
        store.add(some(12))
        with store._writing() as writer, writer.change():  # as a repair that was killed half way leaves it
            writer._delete([1])
            writer.set_meta("anew", "1")
            writer.advance()
    written.clear()
    with LocalStore.open(tmp_path / "s", FakeEmbedder()) as store:
        assert len(written) == 1
        assert (store.counts.documents, store.verify()) == (11, [])
        assert "anew" not in dict(store._catalog.rows("SELECT key, value FROM meta"))


@pytest.mark.parametrize("kind", ["hnsw", "ivf"])
def test_a_store_with_an_approximate_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(dense, "_SMALLEST", 100)
    root = tmp_path / "s"
    with LocalStore.open(root, FakeEmbedder(), create=True) as store:
        store.add(some(150))
        exact = {query: named(store, store.search(query, 10, ALL)) for query in QUERIES}
        store.size_by(kind, 2048)
        store.compact()
        (part,) = store._now().manifest.parts
        assert part.dense.kind == kind and part.dense.recall > 0.9
        assert kind in store.status().dense
        for query, wanted in exact.items():
            for name, values in named(store, store.search(query, 10, ALL)).items():
                if name in wanted:
                    assert values == pytest.approx(wanted[name], abs=1e-3)
        store.add([filed("new.txt", ["月光经济点亮夜市。"], BEIJING)])  # a small flat one beside it
        found = store.passages(store.search(Query("月光经济", "月光经济"), 3, ALL).numbers.tolist())
        assert "月光经济点亮夜市。" in [one.passage.text for one in found]
        for where in FILTERS[1:]:
            heads = store.passages(store.search(QUERIES[0], 500, where).numbers.tolist())
            assert len(heads) == store.search(QUERIES[0], 500, where).allowed
        assert store.verify() == []
    path = next((root / "derived" / "segments").rglob(dense.EXACT))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    assert [problem.where.endswith(dense.EXACT) for problem in LocalStore.inspect(root)] == [True]
    with LocalStore.open(root, FakeEmbedder()) as store:
        store.repair()
        assert store.verify() == []
