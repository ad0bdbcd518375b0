"""A disk that is really full or read-only: a small file system of its own, where mounting one is allowed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import StoreUnwritable
from index.embedder import FakeEmbedder
from index.store import LocalStore
from tests.index.filed import BEIJING, TOPICS, filed, some
from tests.index.stores import found


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except OSError:
        pytest.skip("no mount here")
    if done.returncode:
        pytest.skip("mounting a file system is not allowed here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Take all the room that is left."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as out:
        for size in (1 << 16, 1 << 10, 1):
            try:
                while True:
                    out.write(b"x" * size)
            except OSError:
                continue
    return filler


@pytest.mark.parametrize("room", [0, 40_000, 150_000, 400_000])
def test_a_full_disk_leaves_what_there_was(disk: Path, room: int) -> None:
    root = disk / "store"
    with LocalStore.open(root, FakeEmbedder(), create=True) as store:
        store.add(some(20))
    filler = fill(disk)
    with filler.open("r+b") as out:
        out.truncate(max(0, filler.stat().st_size - room))
    big = filed("big.txt", [f"{TOPICS[n % 8]}第{n}号做法，{n * 7919}户参加。" for n in range(900)], BEIJING)
    with LocalStore.open(root, FakeEmbedder()) as store:
        with pytest.raises(StoreUnwritable) as caught:
            store.add([big])
        assert "原有索引不受影响" in str(caught.value)
        assert TOPICS[0][:4] in "".join(found(store, TOPICS[0]))
        assert "big.txt" not in store.documents()
    with LocalStore.open(root, FakeEmbedder()) as store:  # also after a new start
        assert store.counts.documents == 20
    filler.unlink()
    with LocalStore.open(root, FakeEmbedder()) as store:
        store.add([filed("new.txt", ["月光经济点亮夜市。"], BEIJING)])
        assert "月光经济点亮夜市。" in found(store, "月光经济")
        assert store.verify() == []


def test_a_read_only_disk_can_be_read(disk: Path) -> None:
    root = disk / "store"
    with LocalStore.open(root, FakeEmbedder(), create=True) as store:
        store.add(some(20))
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with LocalStore.open(root, FakeEmbedder()) as store:
        assert found(store, TOPICS[0])
        with pytest.raises(StoreUnwritable, match="写入"):
            store.add([filed("new.txt", ["月光经济点亮夜市。"], BEIJING)])
        assert (store.counts.documents, store.verify()) == (20, [])
    with pytest.raises(StoreUnwritable, match="不能在这里建立索引"):
        LocalStore.open(disk / "another", FakeEmbedder(), create=True)
