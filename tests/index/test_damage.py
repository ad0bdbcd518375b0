"""Damage to a store's files is found, named, and repaired where it can be."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import StoreDamaged
from index import segment
from index.embedder import FakeEmbedder
from index.generation import FILES, MANIFEST
from index.store import LocalStore
from tests.index.filed import TOPICS, filed, some
from tests.index.stores import Named, found, made

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made(tmp_path / "store")


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
    embedder = Named()
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
    embedder = Named()
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
