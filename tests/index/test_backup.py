from __future__ import annotations

import json
import os
import sqlite3
import stat
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from corpus.errors import StoreBusy, StoreDamaged, StoreMissing, StoreUnwritable, TashanError
from index import __main__ as cli
from index import backup as keeping
from index.embedder import FakeEmbedder
from index.lock import writing
from index.store import LocalStore
from index.types import Layout
from tests.conftest import quiet
from tests.index.filed import BEIJING, TOPICS, filed, some
from tests.index.stores import found

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with LocalStore.open(tmp_path / "store", FakeEmbedder(), create=True) as store:
        store.add(some(20))
        store.remove(["file003.txt"])
    return tmp_path / "store"


def test_what_was_backed_up_comes_back(root: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "kept" / "store.tashan", tmp_path / "elsewhere" / "store"
    assert keeping.backup(root, file, quiet).counts.documents == 19
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert keeping.restore(file, other, False, quiet).embedder == "fake-256"
    assert [path.name for path in other.parent.iterdir()] == ["store"]
    with LocalStore.open(root, FakeEmbedder()) as old, LocalStore.open(other, FakeEmbedder()) as new:
        assert new.verify() == []
        assert new.documents() == old.documents()
        assert new.heads() == old.heads()
        assert found(new, TOPICS[0]) == found(old, TOPICS[0])
        assert new.document("file001.txt") == old.document("file001.txt")


def test_people_journal_and_feedback_come_along_and_never_replace_others(root: Path, tmp_path: Path) -> None:
    def answers(at: Path) -> list[tuple[str]]:
        with closing(sqlite3.connect(Layout(at).records)) as db:
            return db.execute("SELECT verdict FROM feedback").fetchall()

    db = sqlite3.connect(Layout(root).records)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE feedback (verdict TEXT)")
    db.execute("INSERT INTO feedback VALUES ('有用')")
    db.commit()  # and left open: the page is being served
    file, other = tmp_path / "b.tashan", tmp_path / "elsewhere" / "store"
    keeping.backup(root, file, quiet)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    keeping.restore(file, other, False, quiet)
    assert answers(other) == [("有用",)]
    assert stat.S_IMODE(Layout(other).records.stat().st_mode) == 0o600
    assert sorted(path.name for path in other.parent.iterdir()) == ["store", "store-records.sqlite"]
    db.execute("INSERT INTO feedback VALUES ('引用不对')")
    db.commit()
    db.close()
    keeping.restore(file, root, True, quiet)
    assert answers(root) == [("有用",), ("引用不对",)]


def test_restoring_replaces_only_when_told_and_readers_follow(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.tashan"
    keeping.backup(root, file, quiet)
    with LocalStore.open(root, FakeEmbedder()) as reader:
        reader.heads()
        reader.add([filed("new.txt", ["月光经济点亮夜市。"], BEIJING)])
        reader.remove(["file000.txt"])
        with pytest.raises(TashanError, match="已有索引，没有覆盖。确实要用备份替换它，请加 --force"):
            keeping.restore(file, root, False, quiet)
        assert "月光经济点亮夜市。" in found(reader, "月光经济")
        with writing(root / "LOCK"), pytest.raises(StoreBusy):
            keeping.restore(file, root, True, quiet)
        keeping.restore(file, root, True, quiet)
        assert "月光经济点亮夜市。" not in found(reader, "月光经济")  # the reader was open all the time
        assert reader.report("file000.txt#1") is not None
        assert {head.doc for head in reader.heads()} == set(reader.documents())
        reader.add([filed("new.txt", ["月光经济点亮夜市。"], BEIJING)])
        assert reader.verify() == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tashan", "store"]


def test_a_backup_is_taken_while_another_writes(root: Path, tmp_path: Path) -> None:
    with writing(root / "LOCK"):
        assert keeping.backup(root, tmp_path / "b", quiet).counts.documents == 19


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_a_damaged_backup_is_refused_and_nothing_is_touched(root: Path, tmp_path: Path, share: float) -> None:
    file = tmp_path / "b.tashan"
    keeping.backup(root, file, quiet)
    whole = file.read_bytes()
    for damaged in (
        whole[: int(len(whole) * share)],
        whole[: (at := int(len(whole) * share))] + bytes([whole[at] ^ 8]) + whole[at + 1 :],
    ):
        file.write_bytes(damaged)
        try:
            keeping.restore(file, tmp_path / "new", False, quiet)
        except StoreDamaged as error:
            assert "备份文件已损坏" in error.message
            with pytest.raises(StoreDamaged):
                keeping.restore(file, root, True, quiet)
            assert not (tmp_path / "new").exists()
        else:  # a byte of the archive that says nothing, such as a date
            with LocalStore.open(tmp_path / "new", FakeEmbedder()) as store:
                assert store.verify() == []
            break
    with LocalStore.open(root, FakeEmbedder()) as store:
        assert (store.counts.documents, store.verify()) == (19, [])
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_backup_with_a_forged_catalog_is_refused(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.tashan"
    keeping.backup(root, file, quiet)
    with zipfile.ZipFile(file) as archive:
        note, catalog = archive.read(keeping.NOTE), archive.read(keeping.CATALOG)
    for name, data in ((keeping.CATALOG, catalog[:-4096]), ("../x", catalog), (keeping.CATALOG, catalog * 3)):
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(keeping.NOTE, note)
            archive.writestr(name, data)
        with pytest.raises(StoreDamaged, match="备份文件已损坏"):
            keeping.restore(file, tmp_path / "new", False, quiet)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tashan", "store"]


def test_what_is_no_store_and_no_backup_is_left_alone(root: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter.docx"
    letter.write_bytes(b"dear")
    with pytest.raises(TashanError, match="它不是备份"):
        keeping.backup(root, letter, quiet)
    keeping.backup(root, tmp_path / "b", quiet)
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "letter.docx").write_bytes(b"dear")
    with pytest.raises(TashanError, match="不是索引，没有改动"):
        keeping.restore(tmp_path / "b", folder, True, quiet)
    assert letter.read_bytes() == (folder / "letter.docx").read_bytes() == b"dear"
    with pytest.raises(StoreMissing, match="找不到备份文件"):
        keeping.restore(tmp_path / "nosuch", tmp_path / "new", False, quiet)
    with pytest.raises(StoreMissing, match="没有找到索引"):
        keeping.backup(tmp_path / "nosuch", tmp_path / "b2", quiet)


def test_a_damaged_catalog_is_not_backed_up(root: Path, tmp_path: Path) -> None:
    db = sqlite3.connect(root / "catalog.sqlite")
    db.execute("UPDATE passages SET text = 'x' WHERE number = 2")
    db.commit()
    db.close()
    with pytest.raises(StoreDamaged, match="passages 表一行与校验值不符"):
        keeping.backup(root, tmp_path / "b", quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_a_full_disk_leaves_nothing_behind(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    keeping.backup(root, tmp_path / "b", quiet)
    kept = (tmp_path / "b").read_bytes()
    monkeypatch.setattr(keeping, "_pack", full)
    with pytest.raises(StoreUnwritable, match="No space left"):
        keeping.backup(root, tmp_path / "b", quiet)
    assert (tmp_path / "b").read_bytes() == kept  # the last good one stays
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000})())
    with pytest.raises(StoreUnwritable, match="磁盘空间不够"):
        keeping.restore(tmp_path / "b", tmp_path / "new", False, quiet)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "store"]


def test_an_empty_store_survives(tmp_path: Path) -> None:
    LocalStore.open(tmp_path / "s", FakeEmbedder(), create=True).close()
    keeping.backup(tmp_path / "s", tmp_path / "b", quiet)
    keeping.restore(tmp_path / "b", tmp_path / "new", False, quiet)
    with LocalStore.open(tmp_path / "new", FakeEmbedder()) as store:
        assert store.counts.documents == 0


def test_compacting_gives_room_back(root: Path) -> None:
    with LocalStore.open(root, FakeEmbedder()) as store, LocalStore.open(root, FakeEmbedder()) as reader:
        store.add([filed("big.txt", [f"{TOPICS[n % 8]}{n}。{os.urandom(400).hex()}" for n in range(60)])])
        store.remove(["big.txt"])
        store.add([filed("new.txt", ["月光经济点亮夜市。"], BEIJING)])
        before, heads = store.status(), store.heads()
        store.compact()
        after = store.status()
        assert after.segments == 1 < before.segments
        assert after.catalog_bytes < before.catalog_bytes
        assert store.verify() == []
        assert store.heads() == reader.heads() == heads
        assert found(reader, "月光经济") == found(store, "月光经济")


def test_the_commands(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: object) -> tuple[int, str]:
        with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as ended:
            patch.setattr(sys, "argv", ["index", *map(str, arguments)])
            cli.run()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    file = tmp_path / "b.tashan"
    code, says = run("backup", file, "--store", root)
    assert (code, says.startswith("已备份 19 个文件")) == (0, True)
    code, says = run("restore", file, "--store", root)
    assert (code, "--force" in says) == (2, True)
    assert run("restore", file, "--store", root, "--force")[0] == 0
    assert run("compact", "--store", root)[0] == 0
    code, says = run("backup", file, "--store", "http://127.0.0.1:1")
    assert (code, "只用于本机的索引文件夹" in says) == (2, True)
    run("status", "--store", root, "--json")
    code, says = run("status", "--store", root, "--json")
    assert json.loads(says)["segments"] == 1
