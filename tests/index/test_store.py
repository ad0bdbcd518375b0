from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import (
    StoreBusy,
    StoreDamaged,
    StoreMismatch,
    StoreMissing,
    StoreUnwritable,
    TashanError,
)
from corpus.passages import context_line
from corpus.types import Failure, Locality
from index import arrays, segment, tokens
from index.embedder import FakeEmbedder
from index.generation import FILES, MANIFEST
from index.lexical import Bm25, Lexicon, Postings
from index.lock import owner, writing
from index.store import LocalStore
from index.types import Candidates, Filter, Query, Vectors
from tests.index.filed import BEIJING, FUXIN, LIAONING, PLACES, SHANDONG, TOPICS, filed, some

ALL = Filter()
QUERY = Query("停车难怎么解决", "停车难 红色物业", (("党员带头共议", 0.4),))


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test machine may lose its power."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


class Renamed(FakeEmbedder):
    """The same vectors under another name, and a count of what was embedded."""

    def __init__(self, name: str = "fake-256") -> None:
        self.name = name
        self.embedded: Counter[str] = Counter()

    def passages(self, texts: object, progress: object = None) -> Vectors:
        self.embedded.update(texts)  # type: ignore[arg-type]
        return super().passages(texts)  # type: ignore[arg-type]


def made(root: Path, count: int = 30) -> Path:
    with LocalStore.open(root, FakeEmbedder(), create=True) as store:
        store.add(some(count))
    return root


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    with LocalStore.open(made(tmp_path_factory.mktemp("shared") / "s", 60), FakeEmbedder()) as store:
        yield store


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made(tmp_path / "store")


def found(store: LocalStore, text: str, where: Filter = ALL) -> list[str]:
    hits = store.search(Query(text, text), 5, where)
    return [stored.passage.text for stored in store.passages(hits.numbers.tolist())]


# ---- opening


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match=r"没有找到索引：.*请先运行 python -m index build"):
        LocalStore.open(tmp_path / "none", FakeEmbedder())
    assert not (tmp_path / "none").exists()


def test_an_empty_store_answers_nothing(tmp_path: Path) -> None:
    with LocalStore.open(tmp_path / "s", FakeEmbedder(), create=True) as store:
        assert store.counts.passages == 0
        assert len(store.search(QUERY, 10, ALL).numbers) == 0
        assert store.search(QUERY, 10, Filter(include=(LIAONING,), docs=("a",))).allowed == 0
        assert (store.heads(), store.localities(), store.verify()) == ([], [], [])
        assert store.report("a#1") is None
        assert store.document("a") is None


def test_an_empty_store_suits_every_model(tmp_path: Path) -> None:
    LocalStore.open(tmp_path / "s", FakeEmbedder(), create=True).close()
    with LocalStore.open(tmp_path / "s", Renamed("other")) as store:
        store.add(some(2))
        assert store.status().embedder == "other"


def test_another_model_is_refused_and_build_adopts_it(root: Path) -> None:
    with pytest.raises(
        StoreMismatch, match=r"由模型 fake-256 建立，当前模型是 other。请运行 python -m index build"
    ):
        LocalStore.open(root, Renamed("other"))
    with LocalStore.open(root, Renamed("other"), adopt=True) as store:
        store.rebuild()
        assert store.verify() == []
    with LocalStore.open(root, Renamed("other")) as store:
        assert found(store, TOPICS[0])
    with pytest.raises(StoreMismatch):
        LocalStore.open(root, FakeEmbedder())


def test_another_tokenizer_is_refused_and_embeds_nothing_again(root: Path) -> None:
    with pytest.raises(StoreMismatch, match="分词"):
        LocalStore.open(root, FakeEmbedder(), terms=["红色物业"])
    embedder = Renamed()
    with LocalStore.open(root, embedder, terms=["红色物业"], adopt=True) as store:
        store.rebuild()
    assert not embedder.embedded
    with LocalStore.open(root, FakeEmbedder()) as store:
        assert store.tokenizer.terms == ("红色物业",)


def test_a_reader_refuses_the_new_model_when_it_appears(root: Path) -> None:
    with LocalStore.open(root, FakeEmbedder()) as reader:
        with LocalStore.open(root, Renamed("other"), adopt=True) as store:
            store.rebuild()
        for _ in range(2):
            with pytest.raises(StoreMismatch):
                reader.search(QUERY, 5, ALL)


def test_without_a_model(root: Path) -> None:
    with LocalStore.open(root, None) as store:
        assert store.counts.documents == 30
        with pytest.raises(TashanError, match="没有加载模型"):
            store.search(QUERY, 5, ALL)
        with pytest.raises(TashanError, match="没有加载模型"):
            store.add(some(1))
        assert store.remove(["file000.txt"]).counts.documents == 29


# ---- searching


def brute(store: LocalStore, query: Query) -> dict[int, tuple[float, ...]]:
    """Every passage's scores, computed from the texts without any index."""
    assert store.embedder is not None
    now = store._now()
    passages = store.passages(now.numbers.tolist())
    contexts = dict(store._catalog.rows("SELECT number, context || char(10) || text FROM passages"))
    texts = [contexts[stored.number] for stored in passages]
    dense = (
        store.embedder.passages(texts).astype(np.float16).astype(np.float32)
        @ store.embedder.queries([query.text])[0]
    )
    reports = sorted({stored.head.report for stored in passages})
    wholes = [
        f"{context_line(report.head.locality, report.head.title, ())}\n{report.text}"
        for name in reports
        if (report := store.report(name))
    ]
    words = bm25(texts, tokens.Tokenizer().search_words, query)
    pairs = bm25(texts, tokens.bigrams, query)
    whole = dict(zip(reports, bm25(wholes, tokens.bigrams, query), strict=True))
    return {
        stored.number: (dense[i], words[i], pairs[i], whole[stored.head.report])
        for i, stored in enumerate(passages)
    }


def bm25(texts: list[str], cut: object, query: Query) -> Vectors:
    ids: dict[str, int] = {}
    counted = [Counter(ids.setdefault(t, len(ids)) for t in cut(text)) for text in texts]  # type: ignore[operator]
    weights = Counter(cut(query.lexical))  # type: ignore[operator]
    expanded = {t: w for synonym, w in query.expansions for t in cut(synonym)}  # type: ignore[operator]
    merged = {t: max(weights[t], expanded.get(t, 0)) for t in {*weights, *expanded}}
    whole = Bm25([Lexicon.build(Postings.read(map(Postings.pack, counted)))], [None])
    return whole.scores({ids[t]: w for t, w in merged.items() if t in ids})


def rows(hits: Candidates) -> dict[int, tuple[float, ...]]:
    columns = (hits.dense, hits.words, hits.bigrams, hits.whole)
    return {int(n): tuple(c[i] for c in columns) for i, n in enumerate(hits.numbers)}


@pytest.mark.parametrize("k", [1, 7, 1000])
def test_candidates_are_the_union_of_the_best_with_exact_scores(shared: LocalStore, k: int) -> None:
    expected, hits = brute(shared, QUERY), rows(shared.search(QUERY, k, ALL))
    for number, scores in hits.items():
        assert scores == pytest.approx(expected[number], abs=1e-4)
    for kind in range(3):
        best = sorted(
            (scores[kind] for scores in expected.values() if kind == 0 or scores[kind] > 0), reverse=True
        )[:k]
        have = sorted((scores[kind] for scores in hits.values()), reverse=True)
        assert have[: len(best)] == pytest.approx(best, abs=1e-4)
    assert len(hits) <= 3 * k


def test_the_question_is_timed(shared: LocalStore) -> None:
    assert set(shared.search(QUERY, 5, ALL).timings_ms) == {"embed", "filter", "dense", "lexical"}


@pytest.mark.parametrize("text", ["", "。", "zzz", "🏠"])
def test_odd_questions(shared: LocalStore, text: str) -> None:
    assert len(shared.search(Query(text, text), 3, ALL).numbers) == 3  # only the dense side finds anything


NOWHERE_AT_ALL = Locality("火星省")
places = st.sampled_from(
    [
        *PLACES,
        Locality("辽宁省"),
        Locality("辽宁省", "阜新市"),
        Locality("北京市"),
        NOWHERE_AT_ALL,
        Locality(county="历下区"),
    ]
)
years = st.none() | st.integers(2019, 2024)
filters = st.builds(
    Filter,
    st.lists(places, max_size=3).map(tuple),
    st.lists(places, max_size=3).map(tuple),
    years,
    years,
    st.lists(st.sampled_from([f"file{n:03}.txt" for n in range(60)] + ["nosuch"]), max_size=20).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(filters, st.integers(1, 40), st.sampled_from([*TOPICS, "", "怎么办"]))
def test_no_filter_combination_ever_returns_a_passage_outside_it(
    shared: LocalStore, where: Filter, k: int, text: str
) -> None:
    hits = shared.search(Query(text, text), k, where)
    inside = [head.report for head in shared.heads() if passes(head, where)]
    everything = shared.passages(shared._now().numbers.tolist())
    assert hits.allowed == sum(stored.head.report in inside for stored in everything)
    for stored in shared.passages(hits.numbers.tolist()):
        assert stored.head.report in inside
    assert len(hits.numbers) >= min(k, hits.allowed)


def passes(head: object, where: Filter) -> bool:
    own, also, date, doc = head.locality, head.also, head.date, head.doc  # type: ignore[attr-defined]
    year = int(date[:4]) if date else None
    return (
        (not where.include or any(p.within(wanted) for p in (own, *also) for wanted in where.include))
        and not any(own.within(banned) for banned in where.exclude)
        and (not where.since or (year is not None and year >= where.since))
        and (not where.until or (year is not None and year <= where.until))
        and (not where.docs or doc in where.docs)
    )


def test_include_looks_at_further_places_and_exclude_does_not(tmp_path: Path) -> None:
    with LocalStore.open(tmp_path / "s", FakeEmbedder(), create=True) as store:
        store.add(
            [
                filed("a.txt", ["联合治理。"], LIAONING, also=(SHANDONG,)),
                filed("b.txt", ["单独治理。"], FUXIN),
            ]
        )
        assert found(store, "治理", Filter(include=(SHANDONG,))) == ["联合治理。"]
        assert sorted(found(store, "治理", Filter(exclude=(SHANDONG,)))) == ["单独治理。", "联合治理。"]
        assert found(store, "治理", Filter(include=(SHANDONG,), exclude=(LIAONING,))) == []
        assert found(store, "治理", Filter(include=(NOWHERE_AT_ALL,))) == []


# ---- adding and removing


def test_adding_and_removing(root: Path) -> None:
    with LocalStore.open(root, FakeEmbedder()) as store, LocalStore.open(root, FakeEmbedder()) as reader:
        new = filed("new.txt", ["月光经济点亮夜市。"], BEIJING)
        assert store.add([new, Failure("bad.pdf", "bad.pdf：坏了。")]).problems == (
            ("bad.pdf", "bad.pdf：坏了。"),
        )
        assert reader.status().problems == (("bad.pdf", "bad.pdf：坏了。"),)
        for each in (store, reader):
            assert "月光经济点亮夜市。" in found(each, "月光经济")
        done = store.remove(["new.txt", "nosuch.txt"])
        assert (done.removed, done.problems[0][0]) == (("new.txt",), "nosuch.txt")
        for each in (store, reader):
            assert "月光经济点亮夜市。" not in found(each, "月光经济")
            assert each.report("new.txt#1") is None
            assert each.document("new.txt") is None
        assert store.verify() == []
    assert "月光经济".encode() not in (root / "catalog.sqlite").read_bytes()


def test_the_same_again_makes_no_new_generation(root: Path) -> None:
    with LocalStore.open(root, FakeEmbedder()) as store:
        before = store.status().generation
        done = store.add(some(30))
        assert (len(done.unchanged), done.added) == (30, ())
        assert store.status().generation == before


def test_a_text_is_embedded_once(tmp_path: Path) -> None:
    embedder = Renamed()
    with LocalStore.open(tmp_path / "s", embedder, create=True) as store:
        store.add([filed("a.txt", ["第一句。", "第二句。"])])
        store.add([filed("a.txt", ["第一句。", "第三句。"]), filed("b.txt", ["第一句。"])])
    assert sorted(embedder.embedded.values()) == [1, 1, 1]


def test_odd_characters_are_kept_and_what_is_no_character_is_refused(tmp_path: Path) -> None:
    with LocalStore.open(tmp_path / "s", FakeEmbedder(), create=True) as store:
        odd = filed("𠮷 'x\".txt", ["零\0字\u2028节🏠\ufeff，停车。"], title="标\0题")
        done = store.add([odd, filed("bad\udcff.txt", ["好。"]), filed("half.txt", ["半个\ud83d字。"])])
        assert (done.added, [doc for doc, _ in done.problems]) == (
            (odd.document.doc,),
            ["bad?.txt", "half.txt"],
        )
        (stored,) = store.passages(store.search(QUERY, 5, ALL).numbers.tolist())
        assert stored.passage == odd.passages[0][0]
        assert stored.head.title == "标\0题"
        assert store.document(odd.document.doc).document == odd.document  # type: ignore[union-attr]
        assert store.verify() == []


def test_replacing_keeps_numbers_apart(root: Path) -> None:
    with LocalStore.open(root, FakeEmbedder()) as store:
        old = store.search(Query("停车", "停车"), 1000, ALL).numbers
        store.add([filed("file000.txt", ["停车难题已经破解。"])])
        now = store.search(Query("停车", "停车"), 1000, ALL).numbers
        fresh = set(now.tolist()) - set(old.tolist())
        assert len(fresh) == 1 and min(fresh) > old.max()
        assert len(store.passages(old.tolist())) == len(old) - len(some(1)[0].passages[0])
        assert store.passages([int(now[0]), int(now[0])])[0].number == now[0]


def test_reprints_share_a_cluster_and_the_next_takes_over(tmp_path: Path) -> None:
    long = [f"第{n}条：{TOPICS[n % len(TOPICS)]}" for n in range(12)]
    with LocalStore.open(tmp_path / "s", FakeEmbedder(), create=True) as store:
        store.add(some(3))
        for name in ("x.txt", "y.txt", "z.txt"):  # one by one: the incremental way
            store.add([filed(name, long, title=name)])

        def clusters() -> dict[str, int]:
            return {head.doc: head.cluster for head in store.heads()}

        kept = clusters()
        assert kept["x.txt"] == kept["y.txt"] == kept["z.txt"]
        assert len(set(kept.values())) == 4
        store.remove(["x.txt"])
        kept = clusters()
        assert kept["y.txt"] == kept["z.txt"] and len(set(kept.values())) == 4
        hits = store.search(Query("第3条", "第3条"), 50, ALL)
        assert {
            s.head.doc: s.head.cluster for s in store.passages(hits.numbers.tolist())
        }.items() <= kept.items()
        incremental = clusters()
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


def test_readers_and_a_writer_at_once(root: Path) -> None:
    errors: list[BaseException] = []
    stop, gone = threading.Event(), set[str]()

    def read() -> None:
        try:
            with LocalStore.open(root, FakeEmbedder()) as reader:
                while not stop.wait(0.01):
                    banned = set(gone)
                    hits = reader.search(Query("做法", "做法"), 30, ALL)
                    for stored in reader.passages(hits.numbers.tolist()):
                        assert stored.head.doc not in banned
                        report = reader.report(stored.head.report)
                        assert report is None or stored.passage.text == stored.passage.span.of(report.text)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    with LocalStore.open(root, FakeEmbedder()) as store:
        for number in range(4):
            store.add([filed(f"new{number}.txt", [f"新的做法{number}。", "做法之二。"])])
            store.remove([f"file{number:03}.txt"])
            gone.add(f"file{number:03}.txt")
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []


# ---- damage


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 0x10
    path.write_bytes(data)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("pristine") / "store", 12)


@pytest.mark.parametrize("file", ["CURRENT", MANIFEST, *FILES, *segment.FILES])
def test_a_flipped_byte_is_found_and_repaired(pristine: Path, tmp_path: Path, file: str) -> None:
    root = tmp_path / "store"
    shutil.copytree(pristine, root)
    (path,) = (root / "derived").rglob(file)
    flip(path, path.stat().st_size * 2 // 3)
    problems = LocalStore.inspect(root)
    assert any(path.name in problem.where and problem.repairable for problem in problems)
    with LocalStore.open(root, FakeEmbedder(), adopt=True) as store:
        store.repair()
        assert store.verify() == []
        assert found(store, TOPICS[0])
    assert LocalStore.inspect(root) == []


@pytest.mark.parametrize(
    "file",
    ["CURRENT", f"generations/*/{MANIFEST}", "segments/*/dense.faiss", "segments/*", "generations/*", ""],
)
def test_what_is_missing_is_derived_again_on_opening(root: Path, file: str) -> None:
    for path in list((root / "derived").glob(file)) if file else [root / "derived"]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    embedder = Renamed()
    with LocalStore.open(root, embedder) as store:
        assert store.verify() == []
        assert not embedder.embedded
        assert found(store, TOPICS[0])


def test_flips_in_the_catalog_are_found_or_harmless(pristine: Path, tmp_path: Path) -> None:
    whole = (pristine / "catalog.sqlite").read_bytes()
    expected = contents(pristine)
    draw = np.random.default_rng(11)
    caught = 0
    for at in draw.integers(0, len(whole), 40).tolist():
        root = tmp_path / "store"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(pristine, root)
        flip(root / "catalog.sqlite", at)
        if LocalStore.inspect(root):
            caught += 1
        else:
            assert contents(root) == expected, at
    assert caught > 10


def contents(root: Path) -> list[object]:
    with LocalStore.open(root, None) as store:
        docs = [store.document(doc) for doc in sorted(store.documents())]
        heads = store.heads()
        return [
            docs,
            heads,
            [store.report(head.report) for head in heads],
            store.passages(store._now().numbers.tolist()),
        ]


def test_a_damaged_file_is_named_and_build_takes_it_out(root: Path) -> None:
    db = sqlite3.connect(root / "catalog.sqlite")
    db.execute("UPDATE passages SET text = replace(text, '。', '！') WHERE passage = 'file003.txt#1:1'")
    db.execute("UPDATE vectors SET vector = zeroblob(512) WHERE number = 1")
    db.commit()
    db.close()
    problems = LocalStore.inspect(root)
    assert {problem.repairable for problem in problems} == {True, False}
    assert any("file003.txt#1:1" in problem.message for problem in problems)
    embedder = Renamed()
    with LocalStore.open(root, embedder, adopt=True) as store:
        assert store.repair() == {"file003.txt"}
        assert store.verify() == []
        assert store.counts.documents == 29
        store.add([file for file in some(30) if file.document.doc == "file003.txt"])
        assert store.counts.documents == 30


def test_a_lost_catalog_is_damage_not_an_empty_store(root: Path) -> None:
    (root / "catalog.sqlite").unlink()
    for create in (False, True):
        with pytest.raises(StoreDamaged, match="目录库不见了"):
            LocalStore.open(root, FakeEmbedder(), create=create)


def test_a_catalog_that_lost_changes_is_noticed(root: Path, tmp_path: Path) -> None:
    shutil.copy(root / "catalog.sqlite", tmp_path / "old")
    with LocalStore.open(root, FakeEmbedder()) as store:
        store.add([filed("new.txt", ["月光经济点亮夜市。"])])
    for path in root.glob("catalog.sqlite*"):
        path.unlink()
    shutil.copy(tmp_path / "old", root / "catalog.sqlite")
    assert any("丢失了改动" in problem.message for problem in LocalStore.inspect(root))


def test_status(root: Path) -> None:
    with LocalStore.open(root, None) as store:
        status = store.status()
    assert (status.embedder, status.dimension, status.counts.documents) == ("fake-256", 256, 30)
    assert status.catalog_bytes > 10_000 and status.derived_bytes > 10_000 and status.generations == 1
