"""An archive in a folder: each member is a document of its own, unchanged ones are not read again."""

from __future__ import annotations

import zipfile
from pathlib import Path

from index.build import build
from index.embedder import FakeEmbedder
from index.store import LocalStore

TEXT = "柳溪县东关镇推行代办员制度，每个村配两名代办员，群众的事在村里就能办成。今年以来代办事项320件。"


def _quiet(stage: str, done: int, of: int) -> None: ...


def test_members_of_an_archive_are_indexed_one_by_one(tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    with zipfile.ZipFile(folder / "各地.zip", "w") as archive:
        archive.writestr("甲.txt", TEXT)
        archive.writestr("二/乙.txt", TEXT.replace("东关", "西关"))
    with LocalStore.open(tmp_path / "store", FakeEmbedder(), create=True) as store:
        first = build(store, [folder], _quiet)
        again = build(store, [folder], _quiet)
        assert set(store.documents()) == {"各地.zip/甲.txt", "各地.zip/二/乙.txt"}
    assert (len(first.added), len(again.added), len(again.unchanged)) == (2, 0, 2)
