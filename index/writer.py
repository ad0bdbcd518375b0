"""What changes the catalog: files in, files out, vectors and tokens computed once.

Vectors and tokens are kept under the hash of the text they were made from, and committed on their own before
the files that need them: a build that was killed goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from corpus.passages import context_line
from corpus.types import CleanFile, Document, Passage, Report
from index import codec, schema, tokens
from index.catalog import Catalog
from index.lexical import Postings
from index.schema import Value, insert, next_number, reseal
from index.types import Embedder, Progress

_EMBED_AT_ONCE = 256  # texts between two commits and two reports of progress
_TOKENIZE_AT_ONCE = 2000

_WHOLE = "\0whole\n"  # keeps the hash of a whole report apart from that of a passage with the same text


def _whole(text: str) -> str:
    return _WHOLE + text


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
        self.db.execute("DELETE FROM meta WHERE key = ?", (key,))
        insert(self.db, "meta", (key, value))

    def advance(self) -> int:
        """The next revision; call inside `change`."""
        revision = self.revision + 1
        self.set_meta("revision", str(revision))
        return revision

    def maker(self, name: str) -> int:
        """The number of an embedder or tokenizer."""
        found = self.rows("SELECT number FROM makers WHERE name = ?", (name,))
        if found:
            return int(found[0][0])
        with self.change():
            number = next_number(self.db, "makers")
            insert(self.db, "makers", (number, name))
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
        insert(self.db, "documents", (*head, codec.pack(extra), digest, cleaner, revision, None))
        report, passage = next_number(self.db, "reports"), next_number(self.db, "passages")
        for draft in drafts:
            insert(self.db, "reports", (report, number, *draft.row))
            for row in draft.passages:
                insert(self.db, "passages", (passage, report, *row))
                passage += 1
            report += 1

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

    # ---- vectors and tokens

    def fill(self, embedder: Embedder | None, tokenizer: tokens.Tokenizer, progress: Progress) -> None:
        """Compute the vectors and tokens that passages and reports in the catalog lack."""
        self.tokenize(self._texts_without("tokens", self.maker(tokenizer.name)), tokenizer, progress)
        self.tokenize(self._reports_without(self.maker(tokenizer.name)), tokenizer, progress)
        if embedder is not None:
            self.embed(self._texts_without("vectors", self.maker(embedder.name)), embedder, progress)

    def _texts_without(self, table: str, maker: int) -> dict[bytes, str]:
        found = self.rows(
            "SELECT p.content, p.context, p.text FROM passages p WHERE NOT EXISTS "
            f"(SELECT 1 FROM {table} x WHERE x.content = p.content AND x.maker = ?)",
            (maker,),
        )
        return {content: codec.indexed_text(context, text) for content, context, text in found}

    def _reports_without(self, maker: int) -> dict[bytes, str]:
        found = self.rows(
            "SELECT r.content, r.text FROM reports r WHERE NOT EXISTS "
            "(SELECT 1 FROM tokens x WHERE x.content = r.content AND x.maker = ?)",
            (maker,),
        )
        return {content: _whole(codec.unpack(text)) for content, text in found}

    def _lacking(self, table: str, contents: Iterable[bytes], maker: int) -> set[bytes]:
        asked = set(contents)
        have = set()
        for content in asked:
            if self.rows(f"SELECT 1 FROM {table} WHERE content = ? AND maker = ?", (content, maker)):
                have.add(content)
        return asked - have

    def prepare(
        self, files: Sequence[CleanFile], embedder: Embedder, tokenizer: tokens.Tokenizer, progress: Progress
    ) -> None:
        """Compute the vectors and tokens that these files will need."""
        passages: dict[bytes, str] = {}
        reports: dict[bytes, str] = {}
        for file in files:
            for report, pieces in zip(file.reports, file.passages, strict=True):
                reports[codec.content_hash(_whole(report.text))] = _whole(report.text)
                for text in (codec.indexed_text(_context(report, piece), piece.text) for piece in pieces):
                    passages[codec.content_hash(text)] = text
        texts = passages | reports
        lacking = self._lacking("tokens", texts, self.maker(tokenizer.name))
        self.tokenize({key: text for key, text in texts.items() if key in lacking}, tokenizer, progress)
        lacking = self._lacking("vectors", passages, self.maker(embedder.name))
        self.embed({key: text for key, text in passages.items() if key in lacking}, embedder, progress)

    def embed(self, texts: dict[bytes, str], embedder: Embedder, progress: Progress) -> None:
        """Embed texts and keep the vectors, some hundreds in each transaction."""
        maker = self.maker(embedder.name)
        keys = sorted(texts, key=lambda key: len(texts[key]))  # alike lengths together: less padding
        for start in range(0, len(keys), _EMBED_AT_ONCE):
            progress("计算向量", start, len(keys))
            group = keys[start : start + _EMBED_AT_ONCE]
            vectors = embedder.passages([texts[key] for key in group]).astype(np.float16)
            with self.change():
                number = next_number(self.db, "vectors")
                for at, key in enumerate(group):
                    insert(self.db, "vectors", (number + at, key, maker, vectors[at].tobytes()))
        if keys:
            progress("计算向量", len(keys), len(keys))

    def tokenize(self, texts: dict[bytes, str], tokenizer: tokens.Tokenizer, progress: Progress) -> None:
        """Tokenize texts and keep the counts. Whole reports get words only."""
        maker = self.maker(tokenizer.name)
        keys = list(texts)
        for start in range(0, len(keys), _TOKENIZE_AT_ONCE):
            progress("切分词语", start, len(keys))
            group = keys[start : start + _TOKENIZE_AT_ONCE]
            counts = [_counts(texts[key], tokenizer) for key in group]
            with self.change():
                self._keep_tokens(group, counts, maker)
        if keys:
            progress("切分词语", len(keys), len(keys))

    def _keep_tokens(
        self, keys: Sequence[bytes], counts: Sequence[tuple[Counter[str], Counter[str]]], maker: int
    ) -> None:
        numbers = self._term_numbers({term for pair in counts for side in pair for term in side})
        number = next_number(self.db, "tokens")
        for at, (key, (words, bigrams)) in enumerate(zip(keys, counts, strict=True)):
            packed = [
                Postings.pack({numbers[t]: count for t, count in side.items()}) for side in (words, bigrams)
            ]
            insert(self.db, "tokens", (number + at, key, maker, *packed))

    def _term_numbers(self, terms: Iterable[str]) -> dict[str, int]:
        """Numbers of terms, new ones added."""
        wanted = sorted(terms)
        numbers = self.term_numbers(wanted)
        free = next_number(self.db, "terms")
        for term in wanted:
            if term not in numbers:
                insert(self.db, "terms", (free, term))
                numbers[term] = free
                free += 1
        return numbers


def _counts(text: str, tokenizer: tokens.Tokenizer) -> tuple[Counter[str], Counter[str]]:
    if text.startswith(_WHOLE):
        return Counter(tokenizer.words(text[len(_WHOLE) :])), Counter()
    return Counter(tokenizer.words(text)), Counter(tokens.bigrams(text))


def _context(report: Report, passage: Passage) -> str:
    return context_line(report.locality, report.title, passage.heading_path)


class _Draft:
    """The rows of a report and its passages, without their numbers."""

    __slots__ = ("passages", "row")

    def __init__(self, report: Report, passages: Sequence[Passage]) -> None:
        place = report.locality
        shown, made = codec.shown_title(report)
        self.row: tuple[Value, ...] = (
            report.report, report.title, shown, int(made), *place.levels, place.code, float(place.confidence),
            codec.places_of(report), report.date, codec.year_of(report.date), report.source,
            codec.pack(report.text), codec.pack(codec.report_extra(report)),
            codec.content_hash(_whole(report.text)),
        )  # fmt: skip
        self.passages: list[tuple[Value, ...]] = [_passage_row(report, passage) for passage in passages]


def _passage_row(report: Report, passage: Passage) -> tuple[Value, ...]:
    context = _context(report, passage)
    spans = (passage.span.start, passage.span.end, passage.raw_span.start, passage.raw_span.end)
    content = codec.content_hash(codec.indexed_text(context, passage.text))
    return (passage.passage, passage.text, *spans, context, codec.passage_extra(passage), content)


def _digest(document: Document, extra: str, drafts: Sequence[_Draft]) -> str:
    whole = hashlib.sha256(schema.seal((document.media_type, document.raw, extra)))
    for draft in drafts:
        for row in (draft.row, *draft.passages):
            whole.update(schema.seal(row))
    return whole.hexdigest()
