"""Indexing again what a store holds: older cleaning is redone from the originals, nothing is lost."""

from __future__ import annotations

from pathlib import Path

from corpus.read import read_file
from index.again import again
from index.build import cleaner_version
from index.embedder import FakeEmbedder
from index.store import LocalStore
from index.types import Filter, Query
from tests.conftest import quiet


def test_files_of_older_cleaning_are_cleaned_again_from_the_originals(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("辽宁省彰武县：食堂办到家门口\n彰武县办起食堂12个，送餐到户。\n责任编辑：张三\n", "utf-8")
    file = read_file(path, tmp_path)
    path.unlink()
    with LocalStore.open(tmp_path / "store", FakeEmbedder(), create=True) as store:
        store.add([file], cleaner="older")
        before = store.counts
        done = again(store, quiet)
        assert not done.problems
        assert store.counts == before
        assert store.documents()["a.txt"][1] == cleaner_version()
        assert not store.verify()
        assert len(store.search(Query("食堂", "食堂"), 5, Filter()).numbers)
        assert again(store, quiet).added == ()


def test_damaged_derived_files_are_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("辽宁省彰武县：食堂办到家门口\n彰武县办起食堂12个，送餐到户。\n", "utf-8")
    with LocalStore.open(tmp_path / "store", FakeEmbedder(), create=True) as store:
        store.add([read_file(path, tmp_path)], cleaner=cleaner_version())
        kept = (store.layout.catalog.name, store.layout.current.name, store.layout.lock.name)
        derived = [p for p in store.layout.root.rglob("*.*") if p.is_file() and not p.name.startswith(kept)]
        victim = max(derived, key=lambda path: path.stat().st_size)
        victim.write_bytes(b"broken")
        assert store.verify()
        again(store, quiet)
        assert not store.verify()
