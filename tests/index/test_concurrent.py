"""A short round of tests/index/concurrent.py; that file, run as a module, does the full one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.index.concurrent import run
from tests.index.milvus import hurried, needs_milvus, server

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


def check(address: str | Path) -> None:
    seen = run(address, readers=4, added=4, removed=2, kept=12)
    assert (seen.errors, seen.stale, seen.missing) == ([], [], [])
    assert seen.questions >= 2 * 4  # each reader asks and finds when all is written, however slow the machine


def test_readers_of_a_folder(tmp_path: Path) -> None:
    check(tmp_path / "store")


@needs_milvus
def test_readers_of_a_server(tmp_path: Path) -> None:
    with server(tmp_path / "data") as url, hurried():
        check(url)
