from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import StoreDamaged, StoreMismatch, StoreMissing
from index import codec, compute
from index.catalog import Catalog
from index.embedder import FakeEmbedder
from index.schema import COLUMNS, MIGRATIONS, seal
from index.tokens import Tokenizer
from index.writer import Writer
from tests.index.filed import filed, some


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite"


def fill(path: Path, count: int = 3) -> None:
    writer, files = Writer(path), some(count)
    compute.prepare(writer, files, FakeEmbedder(), Tokenizer(), lambda *_: None)
    with writer.change():
        for file in files:
            writer.put(file, "v1", 1)
        writer.advance()
    writer.close()


def test_documents_come_back_as_they_were(path: Path) -> None:
    fill(path)
    catalog = Catalog(path)
    for file in some(3):
        kept = catalog.document(file.document.doc, 1)
        assert kept is not None
        assert kept.document == file.document
        assert kept.document.data == file.document.data
        assert kept.removed == file.removed
    assert catalog.document("nosuch.txt", 1) is None


def test_reports_and_passages_come_back_as_they_were(path: Path) -> None:
    fill(path)
    catalog = Catalog(path)
    heads = catalog.heads(1)
    numbers, _ = catalog.live_passages(1)
    found = catalog.passages(numbers.tolist(), heads)
    assert [found[n].passage for n in numbers.tolist()] == [
        p for f in some(3) for ps in f.passages for p in ps
    ]
    for file, (number, head) in zip(some(3), heads.items(), strict=True):
        report, kept = file.reports[0], catalog.report(number, head)
        assert (kept.text, kept.runs, kept.sections, kept.mentioned) == (
            report.text, report.runs, report.sections, report.mentioned,
        )  # fmt: skip
        assert (head.locality, head.also, head.date, head.source) == (
            report.locality, report.also, report.date, report.source,
        )  # fmt: skip


def test_raw_text_is_kept_once_where_the_bytes_decode_to_it() -> None:
    assert codec.raw_of("\ufeff甲".encode(), "\ufeff甲") is None
    for data, raw in ((b"%PDF \xff", "甲"), ("甲".encode(), "乙"), ("甲".encode("gb18030"), "甲")):
        kept = codec.raw_of(data, raw)
        assert kept is not None and codec.unpack(kept) == raw


@settings(deadline=None)
@given(st.text())
def test_packed_text_comes_back(text: str) -> None:
    assert codec.unpack(codec.pack(text)) == text


def test_the_same_file_again_changes_nothing(path: Path) -> None:
    fill(path)
    writer = Writer(path)
    with writer.change():
        assert not writer.put(some(3)[0], "v1", 2)
        assert not writer.put(some(3)[1], "v2", 2)
    assert writer.documents(1)[some(3)[1].document.doc][1] == "v2"
    assert writer.check() == []


def test_readers_of_an_old_revision_see_the_old_file(path: Path) -> None:
    fill(path)
    writer, doc = Writer(path), some(3)[0].document.doc
    with writer.change():
        assert writer.put(filed(doc, ["新的内容。"]), "v1", 2)
        writer.advance()
    catalog = Catalog(path)
    old, new = catalog.document(doc, 1), catalog.document(doc, 2)
    assert old is not None and new is not None
    assert old.document == some(3)[0].document
    assert new.document.raw.startswith("新的内容。")
    assert catalog.report_number(f"{doc}#1", 1) != catalog.report_number(f"{doc}#1", 2)
    writer.purge(2)
    assert catalog.document(doc, 1) is None
    assert catalog.counts(2) == catalog.counts(3)


def test_numbers_are_never_used_again(path: Path) -> None:
    fill(path)
    writer = Writer(path)
    before = writer.live_passages(1)[0].max()
    with writer.change():
        writer.retire([file.document.doc for file in some(3)], 2)
        writer.advance()
    writer.purge(2)
    with writer.change():
        writer.put(some(3)[0], "v1", 3)
        writer.advance()
    assert writer.live_passages(3)[0].min() > before


def test_purging_drops_vectors_and_tokens_that_nothing_uses(path: Path) -> None:
    fill(path)
    writer = Writer(path)
    with writer.change():
        writer.retire([file.document.doc for file in some(3)], 2)
        writer.advance()
    writer.purge(2)
    for table in ("documents", "reports", "passages", "vectors", "tokens"):
        assert writer.rows(f"SELECT COUNT(*) FROM {table}") == [(0,)]


def test_a_failed_change_leaves_nothing(path: Path) -> None:
    fill(path)
    writer = Writer(path)
    with pytest.raises(RuntimeError), writer.change():
        writer.put(filed("half.txt", ["一半。"]), "v1", 2)
        raise RuntimeError
    assert "half.txt" not in writer.documents(9)


@pytest.mark.parametrize("table", [table for table in COLUMNS if table != "meta"])
def test_a_changed_row_is_found(path: Path, table: str) -> None:
    fill(path)
    db = sqlite3.connect(path)
    text = {
        "makers": "name",
        "terms": "term",
        "reports": "shown",
        "passages": "context",
        "documents": "cleaner",
    }
    column = text.get(table)
    change = f"{column} = {column} || 'x'" if column else "content = zeroblob(16)"
    db.execute(f"UPDATE {table} SET {change} WHERE number = 1")
    db.commit()
    db.close()
    problems = Catalog(path).check()
    assert len(problems) == 1 and table in problems[0].message


def test_types_count_in_a_seal() -> None:
    rows = [("1",), (1,), (1.0,), (b"1",), (None,), ("",), ("1", ""), ("", "1")]
    assert len({seal(row) for row in rows}) == len(rows)


def test_a_newer_schema_is_refused(path: Path) -> None:
    fill(path)
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()
    with pytest.raises(StoreMismatch, match="格式"):
        Catalog(path)


def test_what_is_no_catalog_is_refused(path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreDamaged, match="目录库已损坏"):
        Catalog(path)


def test_a_catalog_that_was_not_finished_is_missing(path: Path) -> None:
    sqlite3.connect(path).execute("PRAGMA user_version").close()
    path.touch()
    with pytest.raises(StoreMissing):
        Catalog(path)
