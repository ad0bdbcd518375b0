"""The catalog: one SQLite file that holds everything the rest of the index is derived from.

`Catalog` reads and checks; index/writer.py writes. A reader names the revision that it sees, so that it is
not disturbed by a writer that is ahead of it.
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.types import Locality, Span
from index import codec
from index.lexical import Postings
from index.schema import COLUMNS, connect, damaged, seal
from index.types import Counts, Problem, ReportHead, StoredDocument, StoredPassage, StoredReport, Vectors

Rows = npt.NDArray[np.int64]
Stretch = tuple[int, int]  # the first and the last of some document numbers
EVERYTHING: Stretch = (0, 2**63 - 1)

_VISIBLE = "d.born <= :revision AND (d.gone IS NULL OR d.gone > :revision)"
_HEAD = (
    "r.number, r.report, d.doc, r.title, r.shown, r.made, r.province, r.city, r.county, r.town, r.community, "
    "r.code, r.confidence, r.places, r.date, r.source"
)
_LIVE_REPORTS = f"FROM reports r JOIN documents d ON d.number = r.document WHERE {_VISIBLE}"
_PASSAGES = "FROM passages p JOIN reports r ON r.number = p.report JOIN documents d ON d.number = r.document"
_LIVE_PASSAGES = f"{_PASSAGES} WHERE {_VISIBLE}"
_SPAN = "d.number BETWEEN :first AND :last"
_ASK_AT_ONCE = 500  # question marks in one statement


def _groups(values: Sequence[int]) -> Iterator[tuple[str, Sequence[int]]]:
    for start in range(0, len(values), _ASK_AT_ONCE):
        group = values[start : start + _ASK_AT_ONCE]
        yield ",".join("?" * len(group)), group


def _file(path: Path) -> tuple[int, int]:
    """What tells a file from another of the same name."""
    found = path.stat()
    return found.st_dev, found.st_ino


class Catalog:
    """The catalog of one store. Safe to share between threads: statements take turns."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        self.path = path
        self.db = connect(path, write=write)
        self._file = _file(path)
        self._turn = threading.Lock()

    def close(self) -> None:
        """Release the file."""
        self.db.close()

    def follow(self) -> bool:
        """Open the file again where another has taken its place (a backup was restored); True if so."""
        if _file(self.path) == self._file:
            return False
        with self._turn:
            self.db.close()
            self.db, self._file = connect(self.path, write=False), _file(self.path)
        return True

    def rows(
        self, statement: str, values: Sequence[object] | dict[str, object] = ()
    ) -> list[tuple[Any, ...]]:
        """All rows of a statement.

        Raises:
            StoreDamaged: the file can't be read.
        """
        try:
            with self._turn:
                return self.db.execute(statement, values).fetchall()
        except (sqlite3.DatabaseError, OverflowError) as error:
            raise damaged(self.path, error) from error

    def meta(self, key: str, default: str = "") -> str:
        """One named setting of the store."""
        found = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(found[0][0]) if found else default

    @property
    def revision(self) -> int:
        """The number of the last change."""
        return int(self.meta("revision", "0"))

    def counts(self, revision: int) -> Counts:
        """How much is visible at a revision."""
        at: dict[str, object] = {"revision": revision}
        documents = self.rows(f"SELECT COUNT(*) FROM documents d WHERE {_VISIBLE}", at)[0][0]
        reports = self.rows(f"SELECT COUNT(*) {_LIVE_REPORTS}", at)[0][0]
        return Counts(documents, reports, self.rows(f"SELECT COUNT(*) {_LIVE_PASSAGES}", at)[0][0])

    def documents(self, revision: int) -> dict[str, tuple[str, str]]:
        """By doc: sha256 of the file and version of the code that cleaned it, for all that is visible."""
        found = self.rows(
            f"SELECT d.doc, d.sha256, d.cleaner FROM documents d WHERE {_VISIBLE}", {"revision": revision}
        )
        return {doc: (sha256, cleaner) for doc, sha256, cleaner in found}

    def problems(self, revision: int) -> list[tuple[str, str]]:
        """(doc, what was wrong with it) for the files in the index."""
        found = self.rows(
            f"SELECT d.doc, d.extra FROM documents d WHERE {_VISIBLE} ORDER BY d.doc", {"revision": revision}
        )
        return [(doc, problem) for doc, extra in found for problem in codec.read_problems(extra)]

    # ---- what readers ask for

    def heads(self, revision: int, numbers: Sequence[int] | None = None) -> dict[int, ReportHead]:
        """Report number → head. The cluster is the report itself: only a generation knows reprints."""
        if numbers is None:
            found = self.rows(f"SELECT {_HEAD} {_LIVE_REPORTS} ORDER BY r.number", {"revision": revision})
        else:
            found = []
            for marks, group in _groups(numbers):
                found += self.rows(
                    f"SELECT {_HEAD} FROM reports r JOIN documents d ON d.number = r.document "
                    f"WHERE r.number IN ({marks})",
                    group,
                )
        return {row[0]: _head(row) for row in found}

    def passages(self, numbers: Sequence[int], heads: dict[int, ReportHead]) -> dict[int, StoredPassage]:
        """Passages by number; `heads` has the heads of their reports (others are left out)."""
        out = {}
        for marks, group in _groups(numbers):
            for row in self.rows(
                "SELECT number, report, passage, text, start, stop, raw_start, raw_stop, extra "
                f"FROM passages WHERE number IN ({marks})",
                group,
            ):
                number, report, passage, text, start, stop, raw_start, raw_stop, extra = row
                if report in heads:
                    head = heads[report]
                    spans = Span(start, stop), Span(raw_start, raw_stop)
                    out[number] = StoredPassage(
                        number, codec.read_passage(passage, head.report, head.doc, text, *spans, extra), head
                    )
        return out

    def report_number(self, report: str, revision: int) -> int | None:
        """The number of the report of this name, None where there is none."""
        found = self.rows(
            f"SELECT r.number {_LIVE_REPORTS} AND r.report = :report",
            {"revision": revision, "report": report},
        )
        return int(found[0][0]) if found else None

    def report(self, number: int, head: ReportHead) -> StoredReport:
        """A whole report."""
        text, extra = self.rows("SELECT text, extra FROM reports WHERE number = ?", (number,))[0]
        runs, sections, mentioned = codec.read_extra(extra)
        return StoredReport(head, codec.unpack(text), runs, sections, mentioned)

    def document(self, doc: str, revision: int) -> StoredDocument | None:
        """A whole file and what was removed from it, None where there is none of this name."""
        found = self.rows(
            "SELECT d.doc, d.sha256, d.media_type, d.raw, d.data, d.extra FROM documents d "
            f"WHERE {_VISIBLE} AND d.doc = :doc",
            {"revision": revision, "doc": doc},
        )
        if not found:
            return None
        _, sha256, media_type, raw, packed, extra = found[0]
        data = zlib.decompress(packed)
        text = data.decode("utf-8") if raw is None else codec.unpack(raw)
        return StoredDocument(*codec.read_document(doc, sha256, media_type, text, data, extra))

    def reports_in(self, docs: Iterable[str], revision: int) -> Rows:
        """Numbers of the reports in these files."""
        out: list[int] = []
        named = list(dict.fromkeys(docs))
        for start in range(0, len(named), _ASK_AT_ONCE):
            group = named[start : start + _ASK_AT_ONCE]
            names = {f"doc{at}": doc for at, doc in enumerate(group)}
            marks = ",".join(f":{name}" for name in names)
            found = self.rows(
                f"SELECT r.number {_LIVE_REPORTS} AND d.doc IN ({marks})", {"revision": revision, **names}
            )
            out += [row[0] for row in found]
        return np.array(out, np.int64)

    def term_numbers(self, terms: Iterable[str]) -> dict[str, int]:
        """Numbers of the terms that any text has."""
        asked = [*dict.fromkeys(terms)]
        out: dict[str, int] = {}
        for start in range(0, len(asked), _ASK_AT_ONCE):
            group = asked[start : start + _ASK_AT_ONCE]
            marks = ",".join("?" * len(group))
            out.update(self.rows(f"SELECT term, number FROM terms WHERE term IN ({marks})", group))
        return out

    # ---- what a generation is built from

    def last_document(self) -> int:
        """The highest document number there is, 0 where there is none."""
        return int(self.rows("SELECT COALESCE(MAX(number), 0) FROM documents")[0][0])

    def passage_count(self) -> int:
        """How many passages there are, those that went not long ago included."""
        return int(self.rows("SELECT COUNT(*) FROM passages")[0][0])

    def sizes(self, revision: int, span: Stretch) -> list[tuple[int, int]]:
        """(document number, passages) of the visible documents, in order of number."""
        return self.rows(
            f"SELECT d.number, COUNT(p.number) FROM documents d LEFT JOIN reports r ON r.document = d.number "
            f"LEFT JOIN passages p ON p.report = r.number WHERE {_VISIBLE} AND {_SPAN} "
            "GROUP BY d.number ORDER BY d.number",
            _at(revision, span),
        )

    def gone(self, after: int, revision: int) -> tuple[int, Rows]:
        """How many documents that were visible at `after` went by `revision`, and their reports' numbers."""
        at: dict[str, object] = {"after": after, "revision": revision}
        went = "FROM documents d{} WHERE d.gone > :after AND d.gone <= :revision AND d.born <= :after"
        count = self.rows(f"SELECT COUNT(*) {went.format('')}", at)[0][0]
        reports = self.rows(
            f"SELECT r.number {went.format(' JOIN reports r ON r.document = d.number')} ORDER BY r.number", at
        )
        return count, _column(reports)

    def live_reports(
        self, revision: int, span: Stretch = EVERYTHING
    ) -> list[tuple[int, int | None, Locality, tuple[Locality, ...]]]:
        """(number, year, own place, further places) of the visible reports, in order of number."""
        found = self.rows(
            "SELECT r.number, r.year, r.province, r.city, r.county, r.town, r.community, r.code, "
            f"r.confidence, r.places {_LIVE_REPORTS} AND {_SPAN} ORDER BY r.number",
            _at(revision, span),
        )
        return [(row[0], row[1], *codec.read_places(row[2:9], row[9])) for row in found]

    def live_report_numbers(self, revision: int, span: Stretch = EVERYTHING) -> Rows:
        """The numbers of the visible reports, in order."""
        return _column(
            self.rows(f"SELECT r.number {_LIVE_REPORTS} AND {_SPAN} ORDER BY r.number", _at(revision, span))
        )

    def texts_of(self, reports: Sequence[int]) -> Iterator[str]:
        """The texts of reports, in the order of their numbers given."""
        for marks, group in _groups(reports):
            found = dict(self.rows(f"SELECT number, text FROM reports WHERE number IN ({marks})", group))
            yield from (codec.unpack(found[number]) for number in group)

    def live_passages(self, revision: int, span: Stretch = EVERYTHING) -> tuple[Rows, Rows]:
        """Passage numbers in order, and the report number of each."""
        found = self.rows(
            f"SELECT p.number, p.report {_LIVE_PASSAGES} AND {_SPAN} ORDER BY p.number", _at(revision, span)
        )
        pairs = np.array(found, np.int64).reshape(-1, 2)
        return np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])

    def vectors(
        self, revision: int, embedder: str, dimension: int, span: Stretch = EVERYTHING
    ) -> tuple[Rows, Vectors]:
        """Passage numbers in order, and their vectors, shape (n, dimension)."""
        found = self.rows(
            f"SELECT p.number, v.vector {_PASSAGES} "
            "JOIN makers m ON m.name = :maker JOIN vectors v ON v.content = p.content AND v.maker = m.number "
            f"WHERE {_VISIBLE} AND {_SPAN} ORDER BY p.number",
            {**_at(revision, span), "maker": embedder},
        )
        flat = np.frombuffer(b"".join(row[1] for row in found), np.float16)
        return _column(found), flat.reshape(len(found), dimension).astype(np.float32)

    def passage_postings(
        self, revision: int, tokenizer: str, span: Stretch = EVERYTHING
    ) -> tuple[Rows, Postings, Postings]:
        """Passage numbers in order, their words and their bigrams."""
        found = self.rows(
            f"SELECT p.number, t.words, t.bigrams {_PASSAGES} "
            "JOIN makers m ON m.name = :maker JOIN tokens t ON t.content = p.content AND t.maker = m.number "
            f"WHERE {_VISIBLE} AND {_SPAN} ORDER BY p.number",
            {**_at(revision, span), "maker": tokenizer},
        )
        return _column(found), Postings.read(row[1] for row in found), Postings.read(row[2] for row in found)

    def report_postings(
        self, revision: int, tokenizer: str, span: Stretch = EVERYTHING
    ) -> tuple[Rows, Postings]:
        """Report numbers in order, and the bigrams of the whole reports."""
        found = self.rows(
            "SELECT r.number, t.bigrams FROM reports r JOIN documents d ON d.number = r.document "
            "JOIN makers m ON m.name = :maker JOIN tokens t ON t.content = r.content AND t.maker = m.number "
            f"WHERE {_VISIBLE} AND {_SPAN} ORDER BY r.number",
            {**_at(revision, span), "maker": tokenizer},
        )
        return _column(found), Postings.read(row[1] for row in found)

    def bigrams_of(self, report: int, tokenizer: str) -> npt.NDArray[np.uint32]:
        """The bigrams of a whole report, as term numbers."""
        found = self.rows(
            "SELECT t.bigrams FROM reports r JOIN makers m ON m.name = ? "
            "JOIN tokens t ON t.content = r.content AND t.maker = m.number WHERE r.number = ?",
            (tokenizer, report),
        )
        return Postings.read(row[0] for row in found).terms

    # ---- checking

    def check(self) -> list[Problem]:
        """Every disagreement inside the file: SQLite's own check, foreign keys, and the seal of each row."""
        where = self.path.name
        try:
            problems = [
                Problem(where, f"SQLite：{row[0]}", False)
                for row in self.rows("PRAGMA integrity_check(20)")
                if row[0] != "ok"
            ]
            problems += [
                Problem(where, f"{row[0]} 表第 {row[1]} 行指向不存在的 {row[2]}", False)
                for row in self.rows("PRAGMA foreign_key_check")
            ]
            for table in COLUMNS:
                problems += self._check_seals(table)
        except Exception as error:
            return [Problem(where, str(error), False)]
        return problems

    def _check_seals(self, table: str) -> list[Problem]:
        derived = table in ("vectors", "tokens", "terms")
        kind = "可重新计算" if derived else "原始内容"
        return [
            Problem(
                self.path.name, f"{table} 表一行与校验值不符（{self._named(table, key)}，{kind}）", derived
            )
            for key in self.unsealed(table)
        ]

    def unsealed(self, table: str) -> list[int]:
        """The first column of the rows that do not agree with their seal."""
        names = ",".join(COLUMNS[table])
        with self._turn:
            rows = self.db.execute(f"SELECT {names}, seal FROM {table}")
            return [row[0] for row in rows if seal(row[:-1]) != row[-1]]

    def _named(self, table: str, key: object) -> str:
        column = {"documents": "doc", "reports": "report", "passages": "passage", "terms": "term"}.get(table)
        if column is None:
            return str(key)
        return str(self.rows(f"SELECT {column} FROM {table} WHERE number = ?", (key,))[0][0])


def _at(revision: int, span: Stretch) -> dict[str, object]:
    return {"revision": revision, "first": span[0], "last": span[1]}


def _column(rows: Sequence[Sequence[Any]]) -> Rows:
    return np.array([row[0] for row in rows], np.int64)


def _head(row: Sequence[Any]) -> ReportHead:
    number, report, doc, title, shown, made = row[:6]
    own, also = codec.read_places(row[6:13], row[13])
    date, source = row[14:16]
    return ReportHead(report, doc, title, shown, bool(made), own, also, date, source, number)
