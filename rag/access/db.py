"""The file that a server keeps about its own use: people, sessions, the journal, feedback.

It stands beside the store, never in it: a store can be rebuilt or replaced, what people did can't.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import TashanError

_SCHEMA = """
CREATE TABLE person (
    name TEXT PRIMARY KEY, hash TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('reader', 'editor')),
    made TEXT NOT NULL);
CREATE TABLE session (
    key TEXT PRIMARY KEY, name TEXT NOT NULL REFERENCES person ON DELETE CASCADE,
    made REAL NOT NULL, seen REAL NOT NULL);
CREATE TABLE token (
    key TEXT PRIMARY KEY, name TEXT NOT NULL REFERENCES person ON DELETE CASCADE, made TEXT NOT NULL);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, address TEXT NOT NULL, door TEXT NOT NULL,
    what TEXT NOT NULL, text TEXT NOT NULL, digest TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX entry_at ON entry (at);
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, question TEXT NOT NULL,
    history TEXT NOT NULL, rating TEXT NOT NULL CHECK (rating IN ('up', 'down')), reason TEXT NOT NULL,
    status TEXT NOT NULL, digest TEXT NOT NULL, citations TEXT NOT NULL, config TEXT NOT NULL,
    UNIQUE (who, digest));
"""
_BASKETS = """
CREATE TABLE basket (
    name TEXT PRIMARY KEY REFERENCES person ON DELETE CASCADE, rows TEXT NOT NULL, at TEXT NOT NULL);
"""
_STEPS = (_SCHEMA, _BASKETS)  # from each version to the next
_VERSION = len(_STEPS)


class Database:
    """One SQLite file, opened when it is first used; safe to share between threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        """A connection inside one transaction.

        Raises:
            TashanError: the file can't be opened, read or written.
        """
        with self._lock:
            try:
                if self._opened is None:
                    self._opened = self._open()
                with self._opened:
                    yield self._opened
            except (sqlite3.Error, OSError) as error:
                raise TashanError(
                    f"{self.path}：无法读写（{error}）。", "请检查磁盘空间和文件权限；文件损坏时请把它移走。"
                ) from error

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch(mode=0o600)  # what people asked is nobody else's business
        made = sqlite3.connect(self.path, timeout=5, check_same_thread=False)
        try:
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("PRAGMA synchronous = NORMAL")
            made.execute("PRAGMA foreign_keys = ON")
            made.execute("PRAGMA secure_delete = ON")
            with made:
                made.execute("BEGIN IMMEDIATE")
                self._migrate(made)
        except BaseException:
            made.close()
            raise
        return made

    def _migrate(self, made: sqlite3.Connection) -> None:
        version = made.execute("PRAGMA user_version").fetchone()[0]
        if version > _VERSION:
            raise TashanError(f"{self.path}：由更新的版本写成。", "请用新版本打开，或用 records 换一个文件。")
        for step in _STEPS[version:]:
            for statement in step.split(";\n"):
                if statement.strip():
                    made.execute(statement)
        if version < _VERSION:
            made.execute(f"PRAGMA user_version = {_VERSION}")
