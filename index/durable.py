"""Files and folders that are on disk, as a whole, when a call returns, or not there at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def making(folder: Path) -> Iterator[Path]:
    """A hidden folder to fill, which gets its name once everything in it is on disk.

    Raises:
        OSError: the disk is full or can't be written; nothing is left behind.
    """
    unfinished = folder.with_name(f".{folder.name}")
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
        sync_folder(unfinished)
        unfinished.rename(folder)
        sync_folder(folder.parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def write_durably(path: Path, text: str) -> None:
    """Write a small file so that it is on disk when this returns."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system has such a thing."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settled(path: Path) -> tuple[int, str]:
    """Flush a file to disk; its size and sha256."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return path.stat().st_size, sha256_of(path)


def sha256_of(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
