"""The tables of the catalog, their migrations, and the checksum that every row carries."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from corpus.errors import StoreDamaged, StoreMismatch, StoreMissing, StoreUnwritable, TashanError

Value = str | int | float | bytes | None

# One entry a schema version, applied in order. Never edit one that was released: append.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, seal BLOB NOT NULL) STRICT;

    -- A document is visible at revision r when born <= r and (gone is null or gone > r).
    CREATE TABLE documents (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        doc TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        media_type TEXT NOT NULL,
        size INTEGER NOT NULL,          -- bytes of the original file
        raw BLOB,                       -- zlib of UTF-8; NULL where it is just the original decoded as UTF-8
        data BLOB NOT NULL,             -- zlib of the original bytes
        extra BLOB NOT NULL,            -- zlib of JSON: records, headings, problems, removals
        digest TEXT NOT NULL,           -- of the reports and passages made from it
        cleaner TEXT NOT NULL,          -- version of the code that made them
        born INTEGER NOT NULL,
        gone INTEGER,
        seal BLOB NOT NULL
    ) STRICT;
    CREATE INDEX documents_doc ON documents (doc);
    CREATE INDEX documents_gone ON documents (gone) WHERE gone IS NOT NULL;

    CREATE TABLE reports (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES documents (number) ON DELETE CASCADE,
        report TEXT NOT NULL,
        title TEXT, shown TEXT NOT NULL, made INTEGER NOT NULL,
        province TEXT, city TEXT, county TEXT, town TEXT, community TEXT, code TEXT, confidence REAL NOT NULL,
        places TEXT NOT NULL,           -- JSON: the words that decided the locality, further places
        date TEXT, year INTEGER, source TEXT,
        text BLOB NOT NULL,             -- zlib of UTF-8
        extra BLOB NOT NULL,            -- zlib of JSON: runs, sections, mentioned
        content BLOB NOT NULL,          -- hash of the text that is tokenized
        seal BLOB NOT NULL
    ) STRICT;
    CREATE INDEX reports_document ON reports (document);
    CREATE INDEX reports_report ON reports (report);
    CREATE INDEX reports_content ON reports (content);
    CREATE INDEX reports_place ON reports (province, city, county, town, community);

    CREATE TABLE passages (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        report INTEGER NOT NULL REFERENCES reports (number) ON DELETE CASCADE,
        passage TEXT NOT NULL,
        text TEXT NOT NULL,
        start INTEGER NOT NULL, stop INTEGER NOT NULL, raw_start INTEGER NOT NULL, raw_stop INTEGER NOT NULL,
        context TEXT NOT NULL,          -- what stands in front when embedded and tokenized
        extra TEXT NOT NULL,            -- JSON: heading_path, cuts, breaks, measure
        content BLOB NOT NULL,          -- hash of context and text
        seal BLOB NOT NULL
    ) STRICT;
    CREATE INDEX passages_report ON passages (report);
    CREATE INDEX passages_content ON passages (content);

    -- Names of embedders and tokenizers.
    CREATE TABLE makers (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, seal BLOB NOT NULL) STRICT;

    CREATE TABLE vectors (
        number INTEGER PRIMARY KEY,
        content BLOB NOT NULL, maker INTEGER NOT NULL REFERENCES makers (number),
        vector BLOB NOT NULL,           -- float16
        seal BLOB NOT NULL,
        UNIQUE (content, maker)
    ) STRICT;

    CREATE TABLE terms (number INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE, seal BLOB NOT NULL) STRICT;

    CREATE TABLE tokens (
        number INTEGER PRIMARY KEY,
        content BLOB NOT NULL, maker INTEGER NOT NULL REFERENCES makers (number),
        words BLOB NOT NULL, bigrams BLOB NOT NULL,  -- term numbers (uint32), then counts (uint8)
        seal BLOB NOT NULL,
        UNIQUE (content, maker)
    ) STRICT;
    """,
)

# The columns that a row's seal covers, in order.
_DOCUMENTS = "number doc sha256 media_type size raw data extra digest cleaner born gone"
_REPORTS = (
    "number document report title shown made province city county town community code confidence places "
    "date year source text extra content"
)
_PASSAGES = "number report passage text start stop raw_start raw_stop context extra content"

COLUMNS: dict[str, tuple[str, ...]] = {
    "meta": ("key", "value"),
    "documents": tuple(_DOCUMENTS.split()),
    "reports": tuple(_REPORTS.split()),
    "passages": tuple(_PASSAGES.split()),
    "makers": ("number", "name"),
    "vectors": ("number", "content", "maker", "vector"),
    "terms": ("number", "term"),
    "tokens": ("number", "content", "maker", "words", "bigrams"),
}


def seal(values: Iterable[Value]) -> bytes:
    """An 8-byte checksum of a row, types included: a changed bit anywhere changes it."""
    digest = hashlib.blake2b(digest_size=8)
    for value in values:
        if isinstance(value, str):
            value = value.encode("utf-8", "surrogatepass")
            digest.update(b"T%d:" % len(value))
            digest.update(value)
        elif isinstance(value, bytes):
            digest.update(b"B%d:" % len(value))
            digest.update(value)
        else:
            digest.update(f"{type(value).__name__}{value!r}:".encode())
    return digest.digest()


def insert(db: sqlite3.Connection, table: str, rows: Iterable[Sequence[Value]]) -> None:
    """Insert rows, values in the order of COLUMNS, and seal each."""
    names = (*COLUMNS[table], "seal")
    statement = f"INSERT INTO {table} ({','.join(names)}) VALUES ({','.join('?' * len(names))})"
    db.executemany(statement, ((*values, seal(values)) for values in rows))


def reseal(db: sqlite3.Connection, table: str, key: Value) -> None:
    """Seal a row again after some of its columns changed; `key` is the value of its first column."""
    names = COLUMNS[table]
    row = db.execute(f"SELECT {','.join(names)} FROM {table} WHERE {names[0]} = ?", (key,)).fetchone()
    db.execute(f"UPDATE {table} SET seal = ? WHERE {names[0]} = ?", (seal(row), key))


def next_number(db: sqlite3.Connection, table: str) -> int:
    """A number that no row of `table` has or ever had (AUTOINCREMENT), or the next free one."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    used = db.execute(f"SELECT COALESCE(MAX(number), 0) FROM {table}").fetchone()[0]
    return 1 + max(int(row[0]) if row else 0, int(used))


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """Open the catalog; a writer creates it and brings it to the newest schema.

    Raises:
        StoreDamaged: the file is no catalog.
        StoreMismatch: a newer program wrote it.
    """
    db = _open(path, write)
    try:
        db.execute("PRAGMA foreign_keys = ON")
        if write:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut
            db.execute("PRAGMA secure_delete = ON")  # what was removed is not left lying in free pages
        _migrate(db, path, write)
    except sqlite3.DatabaseError as error:
        db.close()
        raise damaged(path, error) from error
    except BaseException:
        db.close()
        raise
    return db


def _open(path: Path, write: bool) -> sqlite3.Connection:
    options = ("mode=rwc",) if write else ("mode=ro", "immutable=1")
    for option in options:
        db = sqlite3.connect(
            f"{path.absolute().as_uri()}?{option}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=10,
        )
        try:
            db.execute("SELECT 1 FROM sqlite_master")
        except sqlite3.OperationalError as error:
            # A read-only disk has no room for the index of the write-ahead log; nobody writes there either.
            db.close()
            if option == options[-1]:
                raise damaged(path, error) from error
        except sqlite3.DatabaseError as error:
            db.close()
            raise damaged(path, error) from error
        else:
            return db
    raise AssertionError


def _migrate(db: sqlite3.Connection, path: Path, write: bool) -> None:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version == 0 and not write:
        raise StoreMissing(f"{path.parent}：索引没有建完。", "请先运行 python -m index build <报告文件夹>。")
    if version > len(MIGRATIONS) or (version < len(MIGRATIONS) and not write):
        raise StoreMismatch(
            f"{path}：索引的格式是第 {version} 版，本程序使用第 {len(MIGRATIONS)} 版。",
            "请使用建立它的程序版本，或运行 python -m index build … 升级。",
        )
    for number in range(version, len(MIGRATIONS)):
        db.executescript(f"BEGIN IMMEDIATE;{MIGRATIONS[number]};PRAGMA user_version = {number + 1};COMMIT;")


def damaged(path: Path, error: BaseException | str) -> StoreDamaged:
    """The error for a catalog that SQLite can't read."""
    return StoreDamaged(
        f"{path}：索引的目录库已损坏（{error}）。",
        "请用备份恢复；没有备份时，把索引文件夹改名后重新运行 python -m index build …。",
    )


def unwritable(path: Path, error: sqlite3.Error) -> TashanError:
    """The error for a catalog that can't be written: full or read-only disk, or damage."""
    reason = str(error)
    if "full" in reason:
        return StoreUnwritable(f"{path.parent}：磁盘已满。", "请腾出空间后再试；原有索引不受影响。")
    if "readonly" in reason or "unable to open" in reason:
        return StoreUnwritable(f"{path.parent}：没有写入权限或磁盘只读。", "请换一个可写的位置（--store）。")
    return damaged(path, error)
