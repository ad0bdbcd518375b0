"""The store on a Milvus server: everything in it, nothing beside it.

Vectors and BM25 are what Milvus is made for. Rag also opens citations: it needs the text of reports, the raw
file and its removals, heads, places and reprints. They are kept on the server too, packed, and not in a
catalog beside it: the address is then the whole store, a second machine that knows nothing but the address
opens every citation, and no two things can disagree about what was removed. The price is that the server
keeps the files (compressed, a third more for base64).

The server scores: exact inner products (FLAT), and BM25 over the words that our tokenizer cuts, over bigrams,
and over whole reports. Terms travel as codes, so that no analyzer cuts them again, and a term's weight is how
often it stands in the question. One hybrid search finds the best of each kind under the filter; then each
score is asked for every one of them, because a passage that one search found has a score in the others.

A change inserts rows that nobody sees yet, and becomes visible, all of it, with one row of ``state``. Of a
long addition each 256 files are one change. See docs/milvus.md for what was tested on what.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from types import TracebackType
from typing import Self

import numpy as np

from corpus.errors import StoreDamaged, StoreMismatch, StoreMissing, TashanError
from corpus.types import CleanFile, Failure, Locality
from index import milvus_care, milvus_rows
from index.changes import Changes
from index.lexical import K1
from index.milvus_lock import Held, writing
from index.milvus_server import Row, Server
from index.milvus_view import FORMAT, Follower, State, View, newest
from index.milvus_write import Change, fresh, initial
from index.search import Clock, Questions, able, weighed
from index.tokens import Tokenizer, bigrams
from index.types import (
    Added,
    Candidates,
    Counts,
    Embedder,
    Filter,
    Makers,
    Problem,
    Progress,
    Query,
    ReportHead,
    Status,
    StoredDocument,
    StoredPassage,
    StoredReport,
    Vectors,
)

_FILES_AT_ONCE = 256  # files that become visible together
_MOST = 5000  # results of one search; three of them stay below the server's limit of 16,384


def _quiet(_stage: str, _done: int, _of: int) -> None:
    """Progress that nobody watches."""


class MilvusStore:
    """A searchable set of reports on a server. Open it with `MilvusStore.open`, close it or use `with`.

    Any number of threads and machines may read while one writes.
    """

    def __init__(self, server: Server, embedder: Embedder | None, terms: Iterable[str] | None) -> None:
        self.embedder = embedder
        self._server = server
        self._follower = Follower(server)
        self._adopting = False
        self._questions = Questions(embedder) if embedder is not None else None
        state = newest(server)
        self.tokenizer = Tokenizer(state.terms if terms is None and state else terms or ())

    @classmethod
    def open(
        cls,
        url: str,
        embedder: Embedder | None,
        *,
        create: bool = False,
        adopt: bool = False,
        terms: Iterable[str] | None = None,
    ) -> Self:
        """Open the store on a server.

        Args:
            url: ``http://[user:password@]host:port[/database]``.
            embedder: must be the one that built the store. None: for everything but searching and adding.
            create: make an empty store where there is none.
            adopt: accept a store of another model or tokenizer; the next `add` starts it anew.
            terms: words that the tokenizer keeps whole; None for those the store was built with.

        Raises:
            StoreUnreachable: nobody answers there.
            StoreMissing: there is no store and `create` is False.
            StoreMismatch: another model, dimension or tokenizer built it, or another version of this program.
        """
        server = Server(url)
        try:
            if create and newest(server) is None:
                initial(server)
            store = cls(server, embedder, terms)
            store._adopting = adopt
            store._now()
        except BaseException:
            server.close()
            raise
        return store

    def _now(self) -> View:
        try:
            view = self._follower.now()
        except (ValueError, KeyError, TypeError) as error:
            raise StoreDamaged(
                f"{self._server.url}：读不懂里面的索引（{error}）。",
                "请换一个数据库（网址后加 /名称）重新运行 python -m index build <报告文件夹>。",
            ) from error
        if view is None:
            raise StoreMissing(
                f"没有找到索引：{self._server.url}。", "请先运行 python -m index build <报告文件夹>。"
            )
        self._check(view.state)
        return view

    def _check(self, state: State) -> None:
        """Refuse what another model or tokenizer made; an empty store suits everybody."""
        if state.format != FORMAT:
            raise StoreMismatch(
                f"{self._server.url}：索引是第 {state.format} 版格式，本程序使用第 {FORMAT} 版。",
                "请使用建立它的程序版本，或换一个数据库重新建立。",
            )
        ours = self._makers()
        if ours is None or self._adopting or not state.counts.passages:
            return
        theirs = state.makers
        if (theirs.embedder, theirs.dimension) != (ours.embedder, ours.dimension):
            raise StoreMismatch(
                f"{self._server.url}：索引由模型 {theirs.embedder}（{theirs.dimension} 维）建立，"
                f"当前模型是 {ours.embedder}（{ours.dimension} 维）。",
                "请运行 python -m index build <报告文件夹> 用当前模型重建，或把设置里的 model 改回原来的。",
            )
        if theirs.tokenizer != ours.tokenizer:
            raise StoreMismatch(
                f"{self._server.url}：索引由分词 {theirs.tokenizer} 建立，当前分词是 {ours.tokenizer}。",
                "请运行 python -m index build <报告文件夹> 重建。",
            )

    def _makers(self) -> Makers | None:
        if self.embedder is None:
            return None
        return Makers(self.embedder.name, self.embedder.dimension, self.tokenizer.name)

    def close(self) -> None:
        """Hang up."""
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- reading

    @property
    def counts(self) -> Counts:
        """Documents, reports and passages."""
        return self._now().state.counts

    @property
    def pending(self) -> int:
        """None: here vectors always come with their passages."""
        return 0

    @property
    def mark(self) -> tuple[object, ...]:
        """Changes when the contents do."""
        state = self._now().state
        return state.store, state.revision

    def refresh(self) -> bool:
        """Go over to the newest revision, as every reading method does; True when there was a newer one."""
        before = self._follower.held
        return self._now() is not before

    def search(self, query: Query, k: int, where: Filter) -> Candidates:
        """The best `k` of each kind of search among what `where` allows, all scores filled in.

        Raises:
            TashanError: the store was opened without an embedder.
            StoreUnreachable: the server does not answer.
        """
        questions, clock = able(self._questions, self._server.url), Clock()
        vector = questions.vector(query.text)
        clock.lap("embed")
        view = self._now()
        allowed = view.allowed(where)
        clock.lap("filter")
        words, pairs = weighed(self.tokenizer.search_words, query), weighed(bigrams, query)
        asked = _Asked(vector, milvus_rows.asked(words), milvus_rows.asked(pairs))
        rows = self._best(view.state, asked, min(k, _MOST), where) if allowed else {}
        clock.lap("find")
        found = self._scored(view.state, asked, rows, allowed)
        clock.lap("score")
        found.timings_ms.update(clock.laps)
        return found

    def _best(self, state: State, asked: _Asked, k: int, where: Filter) -> dict[int, int]:
        """Passage number → report number, of the best of each search."""
        condition = milvus_rows.condition(where)
        visible = state.visible("passages")
        found = self._server.union(
            state.collection("passages"), asked.fields, k,
            f"{visible} and {condition}" if condition else visible, ("number", "report"),
        )  # fmt: skip
        return {int(row["number"]): int(row["report"]) for row in found}

    def _scored(self, state: State, asked: _Asked, rows: dict[int, int], allowed: int) -> Candidates:
        name = state.collection("passages")
        near = self._server.scores(name, "vector", asked.vector.tolist(), sorted(rows))
        numbers = sorted(near)  # without what was removed since it was found
        pairs = asked.bigrams
        own = [rows[number] for number in numbers]
        wholes = self._column(state.collection("reports"), "bigrams_bm25", pairs, sorted(set(own)))
        return Candidates(
            numbers=np.array(numbers, np.int64),
            dense=np.array([near[number] for number in numbers], np.float32),
            words=_vector(self._column(name, "words_bm25", asked.words, numbers), numbers),
            bigrams=_vector(self._column(name, "bigrams_bm25", pairs, numbers), numbers),
            whole=_vector(wholes, own),
            allowed=allowed,
        )

    def _column(
        self, name: str, field: str, asked: tuple[str, float], numbers: Sequence[int]
    ) -> dict[int, float]:
        """BM25 of some rows on the scale of index/lexical.py, which leaves the constant k1 + 1 out."""
        text, unit = asked
        found = self._server.scores(name, field, text, numbers) if text else {}
        return {number: score / (unit * (K1 + 1)) for number, score in found.items()}

    def passages(self, numbers: Sequence[int]) -> list[StoredPassage]:
        """The passages with these numbers, in this order. One that has since been removed is left out."""
        view, asked = self._now(), [int(number) for number in numbers]
        fields = ("number", "report", "data")
        found = {}
        if view.state.suffix:
            for row in self._server.those(view.state.collection("passages"), "number", asked, fields):
                known = view.reports.get(int(row["report"]))
                if known is not None:
                    found[int(row["number"])] = milvus_rows.read_passage(row, known.head)
        return [found[number] for number in asked if number in found]

    def vectors(self, numbers: Sequence[int]) -> Vectors:
        """The vectors of these passages, in this order: shape (n, dimension); zeros for one not there."""
        view, asked = self._now(), [int(number) for number in numbers]
        found: dict[int, list[float]] = {}
        if view.state.suffix:
            name = view.state.collection("passages")
            rows = self._server.those(name, "number", asked, ("number", "vector"))
            found = {int(row["number"]): row["vector"] for row in rows}
        length = len(next(iter(found.values()), ()))
        nothing = [0.0] * length
        return np.array([found.get(number, nothing) for number in asked], np.float32).reshape(-1, length)

    def question_vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors of parts of a question, at least one: shape (n, dimension).

        Raises:
            TashanError: the store was opened without an embedder.
        """
        return able(self._questions, self._server.url).vectors(texts)

    def quote_vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts as those of passages, at least one: shape (n, dimension).

        Raises:
            TashanError: the store was opened without an embedder.
        """
        return able(self._questions, self._server.url).of_quotes(texts)

    def report(self, report_id: str) -> StoredReport | None:
        """A whole report by its name (``<doc>#<n>``), None where there is none."""
        view = self._now()
        number = view.named.get(report_id)
        if number is None:
            return None
        name = view.state.collection("reports")
        rows = self._server.those(name, "number", [number], ("number", "data", "pieces"))
        if not rows:
            return None
        return milvus_rows.read_report(self._whole(view.state, "r", rows[0]), view.reports[number].head)

    def document(self, doc: str) -> StoredDocument | None:
        """A whole file, raw text, original bytes and removals included; None where there is none."""
        state = self._now().state
        rows = [
            row for row in fresh(self._server, state, [doc], ("data", "pieces")) if row["head"]["doc"] == doc
        ]
        return milvus_rows.read_document(self._whole(state, "d", rows[0]), rows[0]["head"]) if rows else None

    def _whole(self, state: State, kind: str, row: Row) -> str:
        return self._server.packed(state.collection("pieces"), kind, row)

    def heads(self) -> list[ReportHead]:
        """The heads of all reports, in the order in which they were added."""
        return [known.head for known in self._now().reports.values()]

    def localities(self) -> list[Locality]:
        """The places that reports are about, each once, with all the levels that are known."""
        return self._now().localities()

    def documents(self) -> dict[str, tuple[str, str]]:
        """By doc: sha256 of the file, and version of the code that cleaned it."""
        state = self._now().state
        if self._foreign(state):  # another model's: `build` reads every file again
            return {}
        heads = milvus_care.document_heads(self._server, state)
        return {head["doc"]: (head["sha256"], head["cleaner"]) for head in heads}

    def _foreign(self, state: State) -> bool:
        ours = self._makers()
        return ours is not None and ours != state.makers

    # ---- writing

    def add(
        self,
        files: Iterable[CleanFile | Failure],
        progress: Progress | None = None,
        *,
        remove: Sequence[str] = (),
        cleaner: str = "",
    ) -> Added:
        """Add or replace files (by `doc`), 256 at a time, each time switching readers.

        Args, Raises: as `LocalStore.add`, and StoreUnreachable.
        """
        makers = self._makers()
        if makers is None or self.embedder is None:
            raise TashanError(f"{self._server.url}：没有加载模型，不能添加。")
        changes = Changes()
        with writing(self._server) as held:
            change = self._change(held, changes, progress)
            change.begin(makers, self.tokenizer.terms)
            change.remove(remove)
            stream = iter(files)
            while batch := list(islice(stream, _FILES_AT_ONCE)):
                change.put(changes.take(batch), cleaner, more=len(batch) == _FILES_AT_ONCE)
            change.end()
        return changes.result(self.counts)

    def remove(self, docs: Sequence[str], progress: Progress | None = None) -> Added:
        """Remove files; they can't be found again once this returns.

        Raises:
            StoreBusy: another process is writing.
            StoreUnreachable: the server does not answer.
        """
        changes = Changes()
        with writing(self._server) as held:
            change = self._change(held, changes, progress)
            change.begin()
            change.remove(docs)
            change.end()
        return changes.result(self.counts)

    def _change(self, held: Held, changes: Changes, progress: Progress | None) -> Change:
        return Change(
            self._server, held, self._now().state, self.embedder, self.tokenizer, changes, progress or _quiet
        )

    def rebuild(self, progress: Progress | None = None) -> None:
        """Nothing to do: the server derives its indexes itself."""

    def repair(self, progress: Progress | None = None) -> set[str]:
        """Take out the files of which something is missing or damaged, and return their names."""
        state = self._now().state
        docs = {doc for doc, _ in milvus_care.damaged(self._server, state)}
        if docs and not self._foreign(state):
            self.remove(sorted(docs), progress)
        return docs

    # ---- looking after

    def verify(self) -> list[Problem]:
        """Every disagreement between rows, counts and checksums. Empty when all is well."""
        return milvus_care.verify(self._server, self._now().state)

    @classmethod
    def inspect(cls, url: str) -> list[Problem]:
        """`verify` for a store that may be too damaged to open. Changes nothing."""
        try:
            with cls.open(url, None) as store:
                return store.verify()
        except (StoreDamaged, StoreMismatch) as error:
            return [Problem("state", error.message, False)]

    def status(self) -> Status:
        """Sizes, counts, model and problems."""
        return milvus_care.status(self._server, self._now().state)


class _Asked:
    """A question as the server is asked it: the vector, and texts of codes with the unit of their scores."""

    __slots__ = ("bigrams", "vector", "words")

    def __init__(self, vector: Vectors, words: tuple[str, float], bigrams: tuple[str, float]) -> None:
        self.vector, self.words, self.bigrams = vector, words, bigrams

    @property
    def fields(self) -> dict[str, object]:
        """What is sought in which field."""
        texts = {"words_bm25": self.words[0], "bigrams_bm25": self.bigrams[0]}
        return {"vector": self.vector.tolist(), **{field: text for field, text in texts.items() if text}}


def _vector(found: dict[int, float], numbers: Sequence[int]) -> Vectors:
    return np.array([found.get(number, 0.0) for number in numbers], np.float32)
