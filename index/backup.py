"""A store in one file, and back.

The file is a zip archive of the catalog, of the page's records where there are any, and of a note with their
checksums; everything else is derived from the catalog. It is checked when it is written and again before it
takes the place of anything. Records hold names, questions and password hashes, so only the owner may read it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import StoreDamaged, StoreMissing, StoreUnwritable, TashanError
from index import schema
from index.catalog import Catalog
from index.durable import sha256_of, sync_folder
from index.lock import writing
from index.store import LocalStore
from index.types import Counts, Layout, Progress
from index.writer import ensure

NOTE, CATALOG, RECORDS = "backup.json", "catalog.sqlite", "records.sqlite"
_FORMAT = 1
_PAGES = 2000  # copied between two reports of progress
_CHUNK = 1 << 20
_ROOM = 1.6  # room that is needed to restore, in sizes of the catalog: the derived files come on top
_WAIT = 5.0  # seconds for a writer to finish


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    format: int
    made: str  # ISO 8601, UTC
    size: int  # bytes of the catalog
    sha256: str
    counts: Counts
    embedder: str
    records_size: int = 0  # bytes of the page's records; 0: none
    records_sha256: str = ""

    def member(self, name: str) -> tuple[int, str]:
        """Size and checksum of one database of the archive."""
        return (self.records_size, self.records_sha256) if name == RECORDS else (self.size, self.sha256)


def backup(root: Path, file: Path, progress: Progress) -> Backup:
    """Write a store into one file, while it may be read and written.

    Raises:
        StoreMissing: there is no store.
        StoreDamaged: what was copied does not agree with its checksums.
        StoreUnwritable: the file can't be written.
        TashanError: a file of this name is there and is no backup.
    """
    layout = Layout(root)
    ensure(layout, create=False)
    if file.exists() and not _is_backup(file):
        raise TashanError(f"{file}：已有同名文件，而它不是备份。", "请换一个文件名。")
    making = file.with_name(f".{file.name}.{secrets.token_hex(4)}.making")
    try:
        with _writable(file.parent):
            file.parent.mkdir(parents=True, exist_ok=True)
            making.mkdir(mode=0o700)
            _copy(schema.connect(layout.catalog, write=False), making / CATALOG, progress)
            if layout.records.exists():
                uri = f"{layout.records.resolve().as_uri()}?mode=ro"
                _copy(sqlite3.connect(uri, uri=True), making / RECORDS, progress)
            note = _note(making)
            _pack(making, note).replace(file)
            sync_folder(file.parent)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return note


def _copy(database: sqlite3.Connection, to: Path, progress: Progress) -> None:
    """A consistent copy of a database that may be in use (https://www.sqlite.org/backup.html)."""
    with closing(database) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(
            copy,
            pages=_PAGES,
            progress=lambda _, left, of: progress(f"复制 {to.name}", of - left, of),
            sleep=0.01,
        )
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, no log beside it


def _note(making: Path) -> Backup:
    copy, records = making / CATALOG, making / RECORDS
    with closing(Catalog(copy)) as catalog:
        _sound(copy, catalog)
        counts, embedder = catalog.counts(catalog.revision), catalog.meta("embedder")
    made = datetime.now(UTC).isoformat(timespec="seconds")
    note = Backup(_FORMAT, made, copy.stat().st_size, sha256_of(copy), counts, embedder)
    if not records.exists():
        return note
    return replace(note, records_size=records.stat().st_size, records_sha256=sha256_of(records))


def _sound(path: Path, catalog: Catalog) -> None:
    problems = catalog.check()
    if problems:
        more = f"等 {len(problems)} 处" if len(problems) > 1 else ""
        raise StoreDamaged(
            f"{path.name}：目录库有损坏（{problems[0].message}{more}），没有继续。",
            "请先运行 python -m index build <报告文件夹> 修复，或改用另一份备份。",
        )


def _pack(making: Path, note: Backup) -> Path:
    part = making / "part"
    with part.open("wb") as out:
        part.chmod(0o600)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(NOTE, json.dumps(asdict(note), ensure_ascii=False, indent=1))
            archive.write(making / CATALOG, CATALOG)
            if note.records_size:
                archive.write(making / RECORDS, RECORDS)
        out.flush()
        os.fsync(out.fileno())
    return part


def restore(file: Path, root: Path, force: bool, progress: Progress) -> Backup:
    """Make the store of a backup, checked and complete, and put it in its place.

    Records that stand beside the place stay as they are; those of the backup come only where there are none.

    Args:
        file: what `backup` wrote.
        root: where the store is to stand.
        force: whether it may take the place of one that stands there.
        progress: called with (stage, done, of).

    Raises:
        TashanError: there is a store and `force` is False.
        StoreDamaged: the file is no backup or does not agree with its checksum.
        StoreBusy: another process is writing into the store that is to be replaced.
    """
    _may_replace(root, force)
    note = read_note(file)
    making = root.with_name(f".{root.name}.{secrets.token_hex(4)}.restoring")
    try:
        with _writable(root.parent):
            making.mkdir(parents=True)
            _room(making, note)
            _unpack(file, making, CATALOG, note, progress)
            _complete(making, note, progress)
            if note.records_size and not Layout(root).records.exists():
                _unpack(file, making, RECORDS, note, progress)
                (making / RECORDS).chmod(0o600)
                (making / RECORDS).rename(Layout(root).records)
            _put(making, root)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return note


def _may_replace(root: Path, force: bool) -> None:
    if not root.exists() or (root.is_dir() and not any(root.iterdir())):
        return
    if not Layout(root).catalog.exists():
        raise TashanError(f"{root}：这里放着别的东西，不是索引，没有改动。", "请换一个位置（--store）。")
    if not force:
        raise TashanError(f"{root}：这里已有索引，没有覆盖。", "确实要用备份替换它，请加 --force。")


def read_note(file: Path) -> Backup:
    """What a backup says it holds.

    Raises:
        StoreMissing: there is no such file.
        StoreDamaged: it is no backup.
    """
    if not file.is_file():
        raise StoreMissing(f"找不到备份文件：{file}。", "请检查路径。")
    try:
        with zipfile.ZipFile(file) as archive:
            body = json.loads(archive.read(NOTE))
            return Backup(**{**body, "counts": Counts(**body["counts"])})
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise _bad(file, "读不出备份说明") from error


def _is_backup(file: Path) -> bool:
    try:
        read_note(file)
    except TashanError:
        return False
    return True


def _bad(file: Path, what: str) -> StoreDamaged:
    return StoreDamaged(f"{file}：备份文件已损坏（{what}），没有改动任何索引。", "请改用另一份备份。")


def _room(folder: Path, note: Backup) -> None:
    need = int(note.size * _ROOM)
    if shutil.disk_usage(folder).free < need:
        raise StoreUnwritable(
            f"{folder.parent}：磁盘空间不够，恢复约需 {need / 2**20:.0f} MiB。", "请腾出空间后再试。"
        )


def _unpack(file: Path, to: Path, name: str, note: Backup, progress: Progress) -> None:
    """One database out of a backup, not a byte more than the note says."""
    digest, done, (size, expected) = hashlib.sha256(), 0, note.member(name)
    try:
        with (
            zipfile.ZipFile(file) as archive,
            archive.open(name) as source,
            (to / name).open("wb") as out,
        ):
            while chunk := source.read(_CHUNK):
                done += len(chunk)
                if done > size:
                    break
                digest.update(chunk)
                out.write(chunk)
                progress(f"取出 {name}", done, size)
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _bad(file, "内容不完整或被改动") from error
    if (done, digest.hexdigest()) != (size, expected):
        raise _bad(file, "内容与校验值不符")


def _complete(folder: Path, note: Backup, progress: Progress) -> None:
    """Check the catalog, derive everything else from it, and check that."""
    progress("校验并重建检索文件", 0, 2)
    with closing(Catalog(folder / CATALOG)) as catalog:
        _sound(folder / CATALOG, catalog)
    progress("校验并重建检索文件", 1, 2)
    problems = []
    if note.embedder:  # an empty store has nothing to derive
        with LocalStore.open(folder, None) as store:
            problems = store.verify()
    if problems:
        raise StoreDamaged(f"{folder}：恢复出来的索引不完整（{problems[0].message}）。", "请改用另一份备份。")
    progress("校验并重建检索文件", 2, 2)


def _put(made: Path, root: Path) -> None:
    """Put a finished store in its place; the one that stood there goes once the new one stands."""
    if not root.exists():
        made.rename(root)
        return
    old = root.with_name(f".{root.name}.{secrets.token_hex(4)}.replaced")
    with writing(Layout(root).lock, _WAIT):
        root.rename(old)
        try:
            made.rename(root)
        except OSError:
            old.rename(root)
            raise
    sync_folder(root.parent)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Say what to do where a disk is full or can't be written."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StoreUnwritable(
            f"{folder}：写入失败（{reason}）。", "请检查磁盘空间和写入权限；原有索引不受影响。"
        ) from error
