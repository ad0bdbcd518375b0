"""What every store promises, held for the folder and for the Milvus server alike."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import StoreBusy, StoreMismatch, StoreMissing, TashanError
from corpus.types import Failure
from index import lock, milvus_lock
from index.build import build
from index.milvus import MilvusStore
from index.opening import inspect
from index.types import Candidates, Filter, Query, Store
from tests.conftest import quiet
from tests.index.filed import BEIJING, LIAONING, TOPICS, filed, some
from tests.index.milvus import needs_milvus, wipe
from tests.index.stores import ALL, QUERY, At, Named, found, texts

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


# ---- opening


def test_missing(at: At) -> None:
    with pytest.raises(StoreMissing, match=r"没有找到索引：.*请先运行 python -m index build"):
        at()


def test_an_empty_store_answers_nothing_and_suits_every_model(at: At) -> None:
    with at(create=True) as store:
        assert store.counts.passages == 0
        assert len(store.search(QUERY, 10, ALL).numbers) == 0
        assert store.search(QUERY, 10, Filter(include=(LIAONING,), docs=("a",))).allowed == 0
        assert (store.heads(), store.localities(), store.verify()) == ([], [], [])
        assert store.report("a#1") is None and store.document("a") is None
        assert store.remove(["a"]).problems == (("a", "a：索引里没有这份文件。"),)
    with at(Named("small", 64)) as store:
        store.add(some(2))
        assert (store.status().embedder, store.status().dimension) == ("small", 64)


@pytest.mark.parametrize("other", [Named("other"), Named("fake-256", 64)], ids=["model", "dimension"])
def test_another_model_or_dimension_is_refused_and_build_starts_anew(
    filled: At, other: Named, tmp_path: Path
) -> None:
    with pytest.raises(
        StoreMismatch, match=r"由模型 fake-256.*建立，当前模型是 .*请运行 python -m index build"
    ):
        filled(other)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.txt").write_text("甲县推行积分制。村民用积分换取生活用品。", "utf-8")
    with filled(other, adopt=True) as store:
        assert build(store, [tmp_path / "reports"], quiet).counts.documents == 1
        assert store.verify() == []
        assert found(store, "积分制")
    with filled(other) as store:
        assert list(store.documents()) == ["a.txt"]
    with pytest.raises(StoreMismatch):
        filled()


def test_another_tokenizer_is_refused(filled: At) -> None:
    with pytest.raises(StoreMismatch, match="分词"):
        filled(terms=["红色物业"])


def test_without_a_model(filled: At) -> None:
    with filled(None) as store:
        assert store.counts.documents == 20
        for act in (lambda: store.search(QUERY, 5, ALL), lambda: store.add(some(1))):
            with pytest.raises(TashanError, match="没有加载模型"):
                act()
        assert store.remove(["file000.txt"]).counts.documents == 19


# ---- reading


def test_everything_that_a_citation_opens_is_there(at: At) -> None:
    files = some(5)
    with at(create=True) as store:
        store.add(files)
        for file in files:
            kept = store.document(file.document.doc)
            assert kept is not None and (kept.document, kept.removed) == (file.document, file.removed)
            stored = store.report(file.reports[0].report)
            assert stored is not None
            report = file.reports[0]
            assert (stored.text, tuple(stored.runs)) == (report.text, tuple(report.runs))
            assert (stored.sections, stored.mentioned) == (report.sections, report.mentioned)
            assert stored.head in store.heads()
        expected = {passage.passage: passage for file in files for one in file.passages for passage in one}
        hits = store.search(QUERY, 1000, ALL)
        got = {stored.passage.passage: stored.passage for stored in store.passages(hits.numbers.tolist())}
        assert got == expected
        assert store.documents() == {file.document.doc: (file.document.sha256, "") for file in files}


def test_a_long_file_comes_back_whole(at: At) -> None:
    lines = [f"第{n}条做法：{os.urandom(400).hex()}。" for n in range(150)]  # hardly compressible
    file = filed("long.txt", [lines[0], "".join(lines[1:])])
    with at(create=True) as store:
        done = store.add([file])
        assert done.added or "太长" in done.problems[0][1]  # a passage of this length has no room on a server
        short = filed("long.txt", ["短。"])
        store.add([short])
        assert store.document("long.txt").document == short.document  # type: ignore[union-attr]
        many = filed("many.txt", lines)
        assert store.add([many]).added == ("many.txt",)
        kept = store.document("many.txt")
        assert kept is not None and kept.document == many.document
        assert store.report("many.txt#1").text == many.reports[0].text  # type: ignore[union-attr]
        assert store.verify() == []


def test_odd_characters_are_kept_and_what_is_no_character_is_refused(at: At) -> None:
    with at(create=True) as store:
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
        assert found(store, "停车", Filter(docs=(odd.document.doc,)))
        assert store.verify() == []
        assert store.remove([odd.document.doc]).counts.documents == 0


@pytest.mark.parametrize("text", ["", "。", "zzz", "🏠", '") or ("'])
def test_odd_questions(filled: At, text: str) -> None:
    with filled() as store:
        assert len(store.search(Query(text, text), 3, ALL).numbers) == 3  # only the dense side finds anything


@needs_milvus
def test_both_stores_score_alike(milvus: str, tmp_path: Path) -> None:
    wipe(milvus)
    with At(milvus)(create=True) as there, At(tmp_path / "store")(create=True) as here:
        for store in (there, here):
            store.add(some(60))
        for where in (ALL, Filter(include=(LIAONING,)), Filter(exclude=(LIAONING, BEIJING), since=2021)):
            scores = [_rows(store, store.search(QUERY, 1000, where)) for store in (there, here)]
            assert scores[0].keys() == scores[1].keys() and scores[0]
            for passage, row in scores[0].items():
                assert row == pytest.approx(scores[1][passage], abs=1e-4)


def _rows(store: Store, hits: Candidates) -> dict[str, tuple[float, ...]]:
    columns = zip(hits.dense, hits.words, hits.bigrams, hits.whole, strict=True)
    stored = store.passages(hits.numbers.tolist())
    return {one.passage.passage: row for one, row in zip(stored, columns, strict=True)}


# ---- adding and removing


def test_adding_and_removing(filled: At) -> None:
    with filled() as store, filled() as reader:
        marks = [reader.mark]
        new = filed("new.txt", ["月光经济点亮夜市。"], BEIJING)
        done = store.add([new, Failure("bad.pdf", "bad.pdf：坏了。")], cleaner="v1")
        assert (done.added, done.problems) == (("new.txt",), (("bad.pdf", "bad.pdf：坏了。"),))
        assert reader.status().problems == (("bad.pdf", "bad.pdf：坏了。"),)
        marks.append(reader.mark)
        for each in (store, reader):
            assert "月光经济点亮夜市。" in found(each, "月光经济")
            assert each.documents()["new.txt"] == (new.document.sha256, "v1")
        assert store.add([new], cleaner="v2").unchanged == ("new.txt",)
        assert reader.documents()["new.txt"] == (new.document.sha256, "v2")
        done = store.remove(["new.txt", "nosuch.txt"])
        assert (done.removed, done.problems[0][0]) == (("new.txt",), "nosuch.txt")
        marks.append(reader.mark)
        for each in (store, reader):
            assert "月光经济点亮夜市。" not in found(each, "月光经济")
            assert each.report("new.txt#1") is None
            assert each.document("new.txt") is None
            assert not reader.refresh()
        assert len(set(marks)) == 3
        assert store.verify() == []


def test_the_same_again_changes_nothing(filled: At) -> None:
    embedder = Named()
    with filled(embedder) as store:
        mark = store.mark
        done = store.add(some(20))
        assert (len(done.unchanged), done.added, store.mark) == (20, (), mark)
        assert not embedder.embedded


def test_a_text_is_embedded_once(at: At) -> None:
    embedder = Named()
    with at(embedder, create=True) as store:
        store.add([filed("a.txt", ["第一句。", "第二句。"])])
        store.add([filed("a.txt", ["第一句。", "第三句。"]), filed("b.txt", ["第一句。"])])
        assert sorted(embedder.embedded.values()) == [1, 1, 1]
        assert texts(store) == ["第一句。", "第一句。", "第三句。"]


def test_replacing_keeps_numbers_apart(filled: At) -> None:
    with filled() as store:
        old = store.search(Query("停车", "停车"), 1000, ALL).numbers
        store.add([filed("file000.txt", ["停车难题已经破解。"])])
        now = store.search(Query("停车", "停车"), 1000, ALL).numbers
        fresh = set(now.tolist()) - set(old.tolist())
        assert len(fresh) == 1 and min(fresh) > old.max()
        assert len(store.passages(old.tolist())) == len(old) - len(some(1)[0].passages[0])
        assert store.passages([int(now[0]), int(now[0])])[0].number == now[0]
        store.add([filed("file000.txt", ["停车难题再次破解。"])], remove=["file001.txt"])
        assert "停车难题已经破解。" not in texts(store)
        assert (store.counts.documents, store.verify()) == (19, [])


def test_reprints_share_a_cluster(at: At) -> None:
    long = [f"第{n}条：{TOPICS[n % len(TOPICS)]}" for n in range(12)]
    with at(create=True) as store:
        store.add(some(3))
        for name in ("x.txt", "y.txt", "z.txt"):
            store.add([filed(name, long, title=name)])

        def clusters() -> dict[str, int]:
            return {head.doc: head.cluster for head in store.heads()}

        kept = clusters()
        assert kept["x.txt"] == kept["y.txt"] == kept["z.txt"] and len(set(kept.values())) == 4
        store.remove(["x.txt"])
        kept = clusters()
        assert kept["y.txt"] == kept["z.txt"] and len(set(kept.values())) == 4
        store.add([filed("again.txt", long), filed("twice.txt", long)])
        kept = clusters()
        assert kept["again.txt"] == kept["twice.txt"] == kept["z.txt"]


def test_a_second_writer_is_told_who_writes(filled: At) -> None:
    with filled() as store, filled() as other:
        holding = (
            milvus_lock.writing(store._server)
            if isinstance(store, MilvusStore)
            else lock.writing(store.layout.lock)  # type: ignore[attr-defined]
        )
        with (
            holding,
            pytest.raises(StoreBusy, match=rf"另一个程序正在写入.*进程 {os.getpid()}.*已写入 \d+ 秒"),
        ):
            other.add(some(1, seed=9))
        assert other.remove(["file000.txt"]).removed == ("file000.txt",)


def test_readers_and_a_writer_at_once(filled: At) -> None:
    errors: list[BaseException] = []
    stop, gone = threading.Event(), set[str]()

    def read() -> None:
        try:
            with filled() as reader:
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
    with filled() as store:
        for number in range(4):
            store.add([filed(f"new{number}.txt", [f"新的做法{number}。", "做法之二。"])])
            store.remove([f"file{number:03}.txt"])
            gone.add(f"file{number:03}.txt")
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []


def test_status_and_verify(filled: At) -> None:
    with filled(None) as store:
        status = store.status()
    assert (status.embedder, status.dimension, status.counts.documents) == ("fake-256", 256, 20)
    assert status.catalog_bytes > 5_000 and status.derived_bytes > 10_000
    assert np.isfinite(status.revision) and inspect(filled.address) == []


# ---- parts of a question


def test_parts_of_a_question_have_the_vectors_that_each_has_alone(filled: At) -> None:
    parts = ["村民用积分换东西", "谁来管", "村民用积分换东西"]
    with filled() as store:
        together = store.question_vectors(parts)
        alone = [store.question_vectors([part])[0] for part in parts]
    np.testing.assert_allclose(together, np.array(alone), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    assert not np.allclose(together[0], together[1])
