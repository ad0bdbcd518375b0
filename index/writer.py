"""What changes the catalog: files in, files out. One process at a time, the one that holds the lock."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import StoreDamaged, StoreMissing, StoreUnwritable
from corpus.types import CleanFile, Document, Passage, Report
from index import codec, schema
from index.catalog import Catalog
from index.compute import context_of, whole
from index.lock import writing
from index.naming import shown_title
from index.schema import Value, insert, next_number, reseal
from index.types import Layout, Makers

ANEW = "anew"  # a setting that is there while nothing must be taken over from derived files
_WAIT_TO_CREATE = 5.0  # seconds


class Writer(Catalog):
    """The catalog, opened by the one process that holds the lock."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, write=True)
        if not self.meta("store"):
            with self.change():
                self.set_meta("store", uuid.uuid4().hex)
                self.set_meta("revision", "0")

    @contextmanager
    def change(self) -> Iterator[None]:
        """One transaction: all of it or nothing, on disk when it returns."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            yield
            self.db.execute("COMMIT")
        except BaseException as error:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            if isinstance(error, sqlite3.DatabaseError):
                raise schema.unwritable(self.path, error) from error
            raise

    def set_meta(self, key: str, value: str) -> None:
        """Set one named setting of the store."""
        self.drop_meta(key)
        insert(self.db, "meta", [(key, value)])

    def drop_meta(self, key: str) -> None:
        """Forget a named setting."""
        self.db.execute("DELETE FROM meta WHERE key = ?", (key,))

    def advance(self) -> int:
        """The next revision; call inside `change`."""
        revision = self.revision + 1
        self.set_meta("revision", str(revision))
        return revision

    def note_failures(self, failures: Sequence[tuple[str, str]]) -> None:
        """Keep the files of the last addition that could not be read, for `status`."""
        note = json.dumps(failures, ensure_ascii=False)
        if note != self.meta("failures", "[]"):
            with self.change():
                self.set_meta("failures", note)

    def maker(self, name: str) -> int:
        """The number of an embedder or tokenizer."""
        found = self.rows("SELECT number FROM makers WHERE name = ?", (name,))
        if found:
            return int(found[0][0])
        with self.change():
            number = next_number(self.db, "makers")
            insert(self.db, "makers", [(number, name)])
        return number

    # ---- files

    def put(self, file: CleanFile, cleaner: str, revision: int) -> bool:
        """Add or replace a file; call inside `change`. False when the index already holds exactly this."""
        document = file.document
        drafts = [_Draft(r, p) for r, p in zip(file.reports, file.passages, strict=True)]
        extra = codec.document_extra(document, file.removed, file.problems)
        digest = _digest(document, extra, drafts)
        found = self.rows(
            "SELECT number, sha256, digest, cleaner FROM documents WHERE doc = ? AND gone IS NULL",
            (document.doc,),
        )
        if found and found[0][1:3] == (document.sha256, digest):
            if found[0][3] != cleaner:
                self.db.execute("UPDATE documents SET cleaner = ? WHERE number = ?", (cleaner, found[0][0]))
                reseal(self.db, "documents", found[0][0])
            return False
        self.retire([document.doc], revision)
        self._insert(document, extra, digest, cleaner, revision, drafts)
        return True

    def _insert(
        self, document: Document, extra: str, digest: str, cleaner: str, revision: int, drafts: list[_Draft]
    ) -> None:
        number = next_number(self.db, "documents")
        raw, data = codec.raw_of(document.data, document.raw), zlib.compress(document.data, 6)
        head = (number, document.doc, document.sha256, document.media_type, len(document.data), raw, data)
        insert(self.db, "documents", [(*head, codec.pack(extra), digest, cleaner, revision, None)])
        report = next_number(self.db, "reports")
        insert(self.db, "reports", [(report + at, number, *draft.row) for at, draft in enumerate(drafts)])
        rows = [(report + at, *row) for at, draft in enumerate(drafts) for row in draft.passages]
        passage = next_number(self.db, "passages")
        insert(self.db, "passages", [(passage + at, *row) for at, row in enumerate(rows)])

    def retire(self, docs: Sequence[str], revision: int) -> list[str]:
        """Take files out from `revision` on; call inside `change`. Returns those that were there."""
        gone = []
        for doc in docs:
            for (number,) in self.rows("SELECT number FROM documents WHERE doc = ? AND gone IS NULL", (doc,)):
                self.db.execute("UPDATE documents SET gone = ? WHERE number = ?", (revision, number))
                reseal(self.db, "documents", number)
                gone.append(doc)
        return gone

    def purge(self, revision: int, docs: Sequence[str] = ()) -> None:
        """Delete what is no longer visible, with the vectors and tokens that only it used.

        Args:
            revision: what was out of sight by then goes.
            docs: of these, everything that is out of sight goes.
        """
        gone = {row[0] for row in self.rows("SELECT number FROM documents WHERE gone <= ?", (revision,))}
        for doc in docs:
            hidden = self.rows("SELECT number FROM documents WHERE doc = ? AND gone IS NOT NULL", (doc,))
            gone.update(row[0] for row in hidden)
        if gone:
            with self.change():
                self._delete(gone)

    def _delete(self, documents: Iterable[int]) -> None:
        for number in documents:
            contents = self.rows(
                "SELECT content FROM reports WHERE document = :document UNION "
                "SELECT p.content FROM passages p JOIN reports r ON r.number = p.report "
                "WHERE r.document = :document",
                {"document": number},
            )
            self.db.execute("DELETE FROM documents WHERE number = ?", (number,))
            self._drop_unused(row[0] for row in contents)

    def forget_others(self, makers: Makers) -> None:
        """Delete vectors and tokens that neither this model nor this tokenizer made."""
        with self.change():
            for table, name in (("vectors", makers.embedder), ("tokens", makers.tokenizer)):
                self.db.execute(
                    f"DELETE FROM {table} WHERE maker NOT IN (SELECT number FROM makers WHERE name = ?)",
                    (name,),
                )

    def shrink(self) -> None:
        """Give the room of what was deleted back to the disk."""
        self.rows("VACUUM")

    def settle(self) -> None:
        """Bring everything from the write-ahead log into the file, as far as readers let it."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def _drop_unused(self, contents: Iterable[bytes]) -> None:
        for content in contents:
            for table in ("vectors", "tokens"):
                self.db.execute(
                    f"DELETE FROM {table} WHERE content = :content "
                    "AND NOT EXISTS (SELECT 1 FROM passages WHERE content = :content) "
                    "AND NOT EXISTS (SELECT 1 FROM reports WHERE content = :content)",
                    {"content": content},
                )

    def repair(self) -> tuple[set[str], bool]:
        """Drop vectors and tokens that fail their check, and take damaged files out.

        Returns:
            The damaged files, to be added again from their folders; whether anything was changed.
        """
        bad = {table: self.unsealed(table) for table in schema.COLUMNS if table != "meta"}
        if not any(bad.values()):
            return set(), False
        documents = {*bad["documents"], *self._owners(bad["reports"], bad["passages"])}
        docs = {
            row[0] for n in documents for row in self.rows("SELECT doc FROM documents WHERE number = ?", (n,))
        }
        with self.change():
            for table in ("vectors", "tokens"):
                self.db.executemany(f"DELETE FROM {table} WHERE number = ?", [(n,) for n in bad[table]])
            if bad["terms"]:  # the numbers in every text's tokens may mean another term now
                self.db.execute("DELETE FROM tokens")
                self.db.execute("DELETE FROM terms")
            self._delete(documents)
            self.set_meta(ANEW, "1")  # derived files hold what was deleted, and numbers that mean others now
            self.advance()
        return docs, True

    def _owners(self, reports: Iterable[int], passages: Iterable[int]) -> Iterator[int]:
        """Documents that these reports and passages belong to."""
        for number in reports:
            yield from (
                row[0] for row in self.rows("SELECT document FROM reports WHERE number = ?", (number,))
            )
        statement = (
            "SELECT r.document FROM passages p JOIN reports r ON r.number = p.report WHERE p.number = ?"
        )
        for number in passages:
            yield from (row[0] for row in self.rows(statement, (number,)))


class _Draft:
    """The rows of a report and its passages, without their numbers."""

    __slots__ = ("passages", "row")

    def __init__(self, report: Report, passages: Sequence[Passage]) -> None:
        place = report.locality
        shown, made = shown_title(report)
        self.row: tuple[Value, ...] = (
            report.report, report.title, shown, int(made), *place.levels, place.code, float(place.confidence),
            codec.places_of(report), report.date, codec.year_of(report.date), report.source,
            codec.pack(report.text), codec.pack(codec.report_extra(report)),
            codec.content_hash(whole(place, report.title, report.text)),
        )  # fmt: skip
        self.passages: list[tuple[Value, ...]] = [_passage_row(report, passage) for passage in passages]


def _passage_row(report: Report, passage: Passage) -> tuple[Value, ...]:
    context = context_of(report, passage)
    spans = (passage.span.start, passage.span.end, passage.raw_span.start, passage.raw_span.end)
    content = codec.content_hash(codec.indexed_text(context, passage.text))
    return (passage.passage, passage.text, *spans, context, codec.passage_extra(passage), content)


def _digest(document: Document, extra: str, drafts: Sequence[_Draft]) -> str:
    whole = hashlib.sha256(schema.seal((document.media_type, document.raw, extra)))
    for draft in drafts:
        for row in (draft.row, *draft.passages):
            whole.update(schema.seal(row))
    return whole.hexdigest()


def ensure(layout: Layout, create: bool) -> None:
    """See that there is a catalog.

    Raises:
        StoreMissing: there is none, and none is to be created.
        StoreDamaged: there is the rest of a store without it.
    """
    if layout.catalog.exists() and layout.current.exists():
        return
    if layout.current.exists():
        raise StoreDamaged(
            f"{layout.catalog}：索引的目录库不见了。",
            "请用备份恢复，或把索引文件夹改名后重新运行 python -m index build <报告文件夹>。",
        )
    if create:
        _create(layout)
    elif not layout.catalog.exists():
        raise StoreMissing(f"没有找到索引：{layout.root}。", "请先运行 python -m index build <报告文件夹>。")


def _create(layout: Layout) -> None:
    try:
        layout.root.mkdir(parents=True, exist_ok=True)
        with writing(layout.lock, _WAIT_TO_CREATE):
            Writer(layout.catalog).close()
    except OSError as error:
        raise StoreUnwritable(
            f"{layout.root}：不能在这里建立索引（{error.strerror or error}）。",
            "请换一个可写的位置（--store）。",
        ) from error
