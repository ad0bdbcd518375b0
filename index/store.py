"""The store: catalog and derived files behind one object.

Readers see one complete generation until the next one is complete. A change is acknowledged once the catalog
has it on disk and readers have been switched; killed in between, the next `open` finishes what was begun.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.errors import StoreDamaged, StoreMismatch, StoreMissing, TashanError
from corpus.types import CleanFile, Failure, Locality
from index import generation as generations
from index.catalog import Catalog
from index.generation import Generation, Makers
from index.lexical import best
from index.lock import held, writing
from index.schema import StoreUnwritable
from index.tokens import Tokenizer, bigrams
from index.types import (
    Added,
    Candidates,
    Counts,
    Embedder,
    Filter,
    Layout,
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
from index.writer import Writer

_FILES_AT_ONCE = 64  # files between two commits of a long addition
_WAIT_FOR_LOCK = 1.0  # seconds; whoever only looks whether the lock is held holds it for an instant
_RETRIES = 5  # a generation may be swept between reading its name and opening its files

Mask = npt.NDArray[np.bool_]


def _quiet(_stage: str, _done: int, _of: int) -> None:
    """Progress that nobody watches."""


class LocalStore:
    """A searchable set of reports in one folder. Open it with `LocalStore.open`.

    Any number of threads and processes may read while one writes. `add` and `remove` return once the change is
    on disk and visible to every reader.
    """

    def __init__(self, layout: Layout, embedder: Embedder | None, terms: Iterable[str] | None) -> None:
        self.layout = layout
        self.embedder = embedder
        self._catalog = Catalog(layout.catalog)
        stored = self._catalog.meta("terms").split()
        self.tokenizer = Tokenizer(stored if terms is None else terms)
        self._generation: Generation | None = None
        self._stamp: tuple[int, int] | None = None
        self._heads: dict[int, ReportHead] = {}
        self._turn = threading.Lock()

    @classmethod
    def open(
        cls,
        root: Path,
        embedder: Embedder | None,
        *,
        create: bool = False,
        adopt: bool = False,
        terms: Iterable[str] | None = None,
    ) -> LocalStore:
        """Open the store in a folder, finishing a change that was interrupted.

        Args:
            root: the store's folder.
            embedder: must be the one that built the store. None opens it for everything but searching and adding.
            create: make an empty store where there is none.
            adopt: accept a store of another model or tokenizer, in order to `rebuild` it.
            terms: words that the tokenizer keeps whole; None for those the store was built with.

        Raises:
            StoreMissing: there is no store and `create` is False.
            StoreMismatch: another model or tokenizer built it.
            StoreDamaged: the catalog can't be read.
        """
        layout = Layout(root)
        if not layout.catalog.exists():
            _create(layout, create)
        store = cls(layout, embedder, terms)
        try:
            store._settle(adopt)
        except BaseException:
            store.close()
            raise
        return store

    # ---- opening and following

    def _settle(self, adopt: bool) -> None:
        """Finish an interrupted change, load the generation, and check who built it."""
        if not self._complete() and not held(self.layout.lock):
            self._finish(adopt)
        if not adopt or self._complete():
            self._load()
        if not adopt:
            self._check_makers()

    def _complete(self) -> bool:
        """Whether the generation in use shows the catalog's last change and its files are whole."""
        try:
            name = generations.current(self.layout)
            return name is not None and Generation.load(self.layout, name).revision >= self._catalog.revision
        except StoreDamaged:
            return False

    def _finish(self, adopt: bool) -> None:
        """Derive the files again from the catalog, with the vectors and words that are in it."""
        makers = self._recorded()
        if makers is None and (adopt or self.embedder is None):
            return
        with self._writing() as writer:
            if not self._complete():  # another process may have finished it while this one waited
                self._publish(writer, makers or self._makers(), _quiet)

    def _recorded(self) -> Makers | None:
        """The makers of the catalog's vectors and words, None in a store that never held anything."""
        name = self._catalog.meta("embedder")
        if not name:
            return None
        dimension = int(self._catalog.meta("dimension"))
        return Makers(name, dimension, self._catalog.meta("tokenizer"))

    def _makers(self) -> Makers:
        if self.embedder is None:
            recorded = self._recorded()
            if recorded is None:
                raise StoreMissing(
                    f"{self.layout.root}：索引是空的。", "请先运行 python -m index build …。"
                )
            return recorded
        return Makers(self.embedder.name, self.embedder.dimension, self.tokenizer.name)

    def _check_makers(self) -> None:
        """Refuse a generation that another model or tokenizer made; an empty one suits everybody."""
        generation = self._generation
        if generation is None or self.embedder is None or not generation.manifest.counts.passages:
            return
        theirs, ours = generation.manifest.makers, self._makers()
        rebuild = "请运行 python -m index build … 重建"
        if (theirs.embedder, theirs.dimension) != (ours.embedder, ours.dimension):
            raise StoreMismatch(
                f"{self.layout.root}：索引由模型 {theirs.embedder} 建立，当前模型是 {ours.embedder}。",
                f"{rebuild}，或用 --model 选回原来的模型。",
            )
        if theirs.tokenizer != ours.tokenizer:
            raise StoreMismatch(
                f"{self.layout.root}：索引由分词 {theirs.tokenizer} 建立，当前分词是 {ours.tokenizer}。",
                f"{rebuild}（不必重新计算向量）。",
            )

    def _load(self) -> None:
        for attempt in range(_RETRIES):
            stamp = self._current_stamp()
            name = generations.current(self.layout)
            if name is None:
                raise StoreDamaged(
                    f"{self.layout.root}：索引没有建完。", "请运行 python -m index build … 修复。"
                )
            try:
                self._generation, self._heads = Generation.load(self.layout, name), {}
            except StoreDamaged:
                if attempt == _RETRIES - 1 or generations.current(self.layout) == name:
                    raise
            else:
                self._stamp = stamp
                return

    def _current_stamp(self) -> tuple[int, int] | None:
        try:
            found = self.layout.current.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino

    def refresh(self) -> bool:
        """Go over to the newest generation; True when there was a newer one. One `stat` when there was not.

        Raises:
            StoreMismatch: the newer one was built by another model.
        """
        if self._generation is not None and self._current_stamp() == self._stamp:
            return False
        with self._turn:
            if self._current_stamp() == self._stamp:
                return False
            self._load()
        self._check_makers()
        return True

    @property
    def _now(self) -> Generation:
        self.refresh()
        assert self._generation is not None  # noqa: S101 (refresh loads or raises)
        return self._generation

    def close(self) -> None:
        """Release files."""
        self._generation = None
        self._stamp = None
        self._catalog.close()

    # ---- reading

    @property
    def counts(self) -> Counts:
        """Documents, reports and passages."""
        return self._now.manifest.counts

    def search(self, query: Query, k: int, where: Filter) -> Candidates:
        """The best `k` of each kind of search among what `where` allows, all scores filled in exactly.

        Raises:
            TashanError: the store was opened without an embedder.
        """
        if self.embedder is None:
            raise TashanError(f"{self.layout.root}：没有加载模型，不能检索。")
        now, clock = self._now, _Clock()
        vector = self.embedder.queries([query.text])[0]
        clock.lap("embed")
        reports, allowed = self._allowed(now, where)
        clock.lap("filter")
        dense = now.dense.search(vector, k, allowed)
        clock.lap("dense")
        words, pairs = self._weights(query)
        by_word, by_pair, whole = now.words.scores(words), now.bigrams.scores(pairs), now.whole.scores(words)
        rows = np.unique(np.concatenate([dense, best(by_word, k, allowed), best(by_pair, k, allowed)]))
        clock.lap("lexical")
        found = now.dense.scores(vector, rows)
        clock.lap("fill")
        count = len(now.numbers) if allowed is None else int(np.count_nonzero(allowed))
        return Candidates(
            now.numbers[rows], found, by_word[rows], by_pair[rows], whole[now.report_rows[rows]], count, clock.laps
        )

    def _allowed(self, now: Generation, where: Filter) -> tuple[Mask | None, Mask | None]:
        """Which reports and which passages pass; None where all do."""
        if where.empty:
            return None, None
        in_docs = self._catalog.reports_in(where.docs, now.revision) if where.docs else None
        reports = now.table.allowed(where, in_docs)
        return reports, reports[now.report_rows]

    def _weights(self, query: Query) -> tuple[dict[int, float], dict[int, float]]:
        """Term numbers with weights: of the question as often as they occur, of expansions at their own weight."""
        words = _weighed(self.tokenizer.words, query)
        pairs = _weighed(bigrams, query)
        numbers = self._catalog.term_numbers([*words, *pairs])
        return (
            {numbers[term]: weight for term, weight in words.items() if term in numbers},
            {numbers[term]: weight for term, weight in pairs.items() if term in numbers},
        )

    def _heads_of(self, now: Generation, reports: Iterable[int]) -> dict[int, ReportHead]:
        """Heads with their clusters, kept for as long as the generation."""
        kept = self._heads
        lacking = [number for number in set(reports) if number not in kept]
        for number, head in self._catalog.heads(now.revision, lacking).items():
            kept[number] = _in_cluster(head, now.cluster(number))
        return kept

    def passages(self, numbers: Sequence[int]) -> list[StoredPassage]:
        """The passages with these numbers, in this order. One that has since been removed is left out."""
        now, asked = self._now, [int(number) for number in numbers]
        rows = np.searchsorted(now.numbers, asked)
        here = [r for r, n in zip(rows.tolist(), asked, strict=True) if r < len(now.numbers) and now.numbers[r] == n]
        heads = self._heads_of(now, (int(now.table.numbers[now.report_rows[row]]) for row in here))
        found = self._catalog.passages([int(now.numbers[row]) for row in here], heads)
        return [found[number] for number in asked if number in found]

    def report(self, report_id: str) -> StoredReport | None:
        """A whole report by its name (``<doc>#<n>``), None where there is none."""
        now = self._now
        number = self._catalog.report_number(report_id, now.revision)
        if number is None:
            return None
        return self._catalog.report(number, self._heads_of(now, [number])[number])

    def document(self, doc: str) -> StoredDocument | None:
        """A whole file, raw text, original bytes and removals included; None where there is none."""
        return self._catalog.document(doc, self._now.revision)

    def heads(self) -> list[ReportHead]:
        """The heads of all reports, in the order in which they were added."""
        now = self._now
        found = self._catalog.heads(now.revision)
        return [_in_cluster(head, now.cluster(number)) for number, head in found.items()]

    def localities(self) -> list[Locality]:
        """The places that reports are about, each once."""
        return self._now.table.distinct()

    def documents(self) -> dict[str, tuple[str, str]]:
        """doc → (sha256 of the file, version of the code that cleaned it)."""
        return self._catalog.documents(self._now.revision)

    # ---- writing

    @contextmanager
    def _writing(self) -> Iterator[Writer]:
        with writing(self.layout.lock, _WAIT_FOR_LOCK):
            writer = Writer(self.layout.catalog)
            try:
                yield writer
            except OSError as error:
                raise StoreUnwritable(
                    f"{self.layout.root}：写入失败（{error.strerror or error}）。",
                    "请检查磁盘空间和写入权限后再试；原有索引不受影响。",
                ) from error
            finally:
                writer.close()

    def add(
        self,
        files: Iterable[CleanFile | Failure],
        progress: Progress | None = None,
        *,
        remove: Sequence[str] = (),
        cleaner: str = "",
    ) -> Added:
        """Add or replace files (by `doc`), then switch readers to the new generation.

        Args:
            files: cleaned files; failures among them are reported and the rest goes on.
            progress: called with (stage, done, of).
            remove: files to take out in the same step.
            cleaner: version of the code that cleaned the files.

        Raises:
            StoreBusy: another process is writing.
            StoreUnwritable: the disk is full or read-only.
        """
        show, report = progress or _quiet, _Report()
        if self.embedder is None:
            raise TashanError(f"{self.layout.root}：没有加载模型，不能添加。")
        with self._writing() as writer:
            if remove:
                self._retire(writer, remove, report)
            stream = iter(files)
            while batch := list(islice(stream, _FILES_AT_ONCE)):
                self._add_batch(writer, batch, cleaner, report, show)
            self._publish_if_needed(writer, show)
        return report.result(self.counts)

    def _add_batch(
        self, writer: Writer, batch: Sequence[CleanFile | Failure], cleaner: str, report: _Report, show: Progress
    ) -> None:
        assert self.embedder is not None  # noqa: S101 (add checks)
        report.failed(item for item in batch if isinstance(item, Failure))
        files = [item for item in batch if isinstance(item, CleanFile)]
        writer.prepare(files, self.embedder, self.tokenizer, show)
        with writer.change():
            revision = writer.revision + 1
            changed = [writer.put(file, cleaner, revision) for file in files]
            if any(changed):
                writer.advance()
        for file, new in zip(files, changed, strict=True):
            report.put(file, new)

    def remove(self, docs: Sequence[str], progress: Progress | None = None) -> Added:
        """Remove files; they can't be found again once this returns.

        Raises:
            StoreBusy: another process is writing.
        """
        report = _Report()
        with self._writing() as writer:
            self._retire(writer, docs, report)
            self._publish_if_needed(writer, progress or _quiet)
        return report.result(self.counts)

    def _retire(self, writer: Writer, docs: Sequence[str], report: _Report) -> None:
        with writer.change():
            gone = writer.retire(docs, writer.revision + 1)
            if gone:
                writer.advance()
        report.removed += gone
        report.problems += [(doc, "索引里没有这份文件。") for doc in docs if doc not in gone]

    def rebuild(self, progress: Progress | None = None) -> None:
        """Bring vectors, words and derived files in line with the catalog and the current model and tokenizer."""
        show = progress or _quiet
        with self._writing() as writer:
            writer.fill(self.embedder, self.tokenizer, show)
            self._publish(writer, self._makers(), show)

    def _publish_if_needed(self, writer: Writer, show: Progress) -> None:
        if not self._complete() or self._generation is None or self._makers() != self._generation.manifest.makers:
            writer.fill(self.embedder, self.tokenizer, show)
            self._publish(writer, self._makers(), show)

    def _publish(self, writer: Writer, makers: Makers, show: Progress) -> None:
        """Build a generation, switch to it, and clear away what nobody can see any more."""
        before = self._generation.revision if self._generation else 0
        with writer.change():
            for key, value in (("embedder", makers.embedder), ("dimension", str(makers.dimension)),
                               ("tokenizer", makers.tokenizer), ("terms", " ".join(self.tokenizer.terms))):  # fmt: skip
                writer.set_meta(key, value)
        name = generations.build(self.layout, writer, makers, show)
        generations.switch(self.layout, name)
        self._stamp = None
        self._load()
        # Readers of the generation before this one may still ask for what it showed: that goes with the next change.
        writer.purge(before)
        generations.sweep(self.layout, name)

    # ---- looking after

    @classmethod
    def inspect(cls, root: Path) -> list[Problem]:
        """`verify` for a store that may be too damaged to open. Changes nothing.

        Raises:
            StoreMissing: there is no store.
        """
        layout = Layout(root)
        if not layout.catalog.exists():
            _create(layout, False)
        try:
            store = cls(layout, None, None)
        except (StoreDamaged, StoreMismatch) as error:
            return [Problem(layout.catalog.name, error.message, False)]
        try:
            return store.verify()
        finally:
            store.close()

    def repair(self, progress: Progress | None = None) -> set[str]:
        """Put right what can be derived again; return the docs whose own rows are damaged, taken out."""
        with self._writing() as writer:
            docs, changed = writer.repair()
            broken = changed or any(p.repairable for p in self.verify())
            if broken:
                writer.fill(self.embedder, self.tokenizer, progress or _quiet)
                self._publish(writer, self._makers(), progress or _quiet)
        return docs

    def verify(self) -> list[Problem]:
        """Every disagreement in the store: rows, files, counts, model and tokenizer names. Empty when all is well."""
        problems = self._catalog.check()
        try:
            name = generations.current(self.layout)
        except StoreDamaged as error:
            return [*problems, Problem(self.layout.current.name, error.message, True)]
        if name is None:
            return [*problems, Problem(self.layout.current.name, "文件不见了", True)]
        found = list(generations.check(self.layout, name))
        return problems + (found or self._disagreements(name))

    def _disagreements(self, name: str) -> list[Problem]:
        manifest = generations.read_manifest(self.layout.generation(name))
        where, catalog = self.layout.generation(name).name, self._catalog
        checks = (
            (manifest.store == catalog.meta("store"), "属于另一个索引"),
            (manifest.revision >= catalog.revision, "落后于目录库"),
            (manifest.revision <= catalog.revision, "比目录库还新：目录库丢失了改动"),
            (manifest.counts == catalog.counts(manifest.revision), "数量与目录库不符"),
            (manifest.makers == self._recorded(), "模型或分词与目录库不符"),
        )
        return [Problem(f"generations/{where}", message, True) for good, message in checks if not good]

    def status(self) -> Status:
        """Sizes, counts, model and problems."""
        now = self._now
        makers, folder = now.manifest.makers, now.folder
        catalog = sum(path.stat().st_size for path in self.layout.root.glob(f"{self.layout.catalog.name}*"))
        derived = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        return Status(
            str(self.layout.root), now.manifest.counts, now.name, now.revision, now.manifest.built,
            makers.embedder, makers.dimension, makers.tokenizer, len(self.tokenizer.terms), catalog, derived,
            sum(1 for _ in folder.parent.iterdir()), tuple(self._catalog.problems(now.revision)),
        )  # fmt: skip


def _create(layout: Layout, create: bool) -> None:
    if layout.current.exists():
        raise StoreDamaged(
            f"{layout.catalog}：索引的目录库不见了。", "请用备份恢复，或把索引文件夹改名后重新运行 python -m index build …。"
        )
    if not create:
        raise StoreMissing(f"没有找到索引：{layout.root}。", "请先运行 python -m index build <报告文件夹>。")
    try:
        layout.root.mkdir(parents=True, exist_ok=True)
        Writer(layout.catalog).close()
    except OSError as error:
        raise StoreUnwritable(f"{layout.root}：不能在这里建立索引（{error.strerror}）。", "请换一个可写的位置（--store）。") from error


def _in_cluster(head: ReportHead, cluster: int) -> ReportHead:
    if head.cluster == cluster:
        return head
    return ReportHead(
        head.report, head.doc, head.title, head.shown_title, head.title_made, head.locality, head.also, head.date,
        head.source, cluster,
    )  # fmt: skip


def _weighed(cut: Callable[[str], list[str]], query: Query) -> dict[str, float]:
    weights: dict[str, float] = {}
    for term in cut(query.lexical):
        weights[term] = weights.get(term, 0.0) + 1.0
    for synonym, weight in query.expansions:
        for term in cut(synonym):
            weights[term] = max(weights.get(term, 0.0), weight)
    return weights


class _Clock:
    """Milliseconds of each part of a search."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = (now - self._last) * 1e3
        self._last = now


class _Report:
    """What became of the files of one change, while it goes on."""

    def __init__(self) -> None:
        self.added: list[str] = []
        self.unchanged: list[str] = []
        self.removed: list[str] = []
        self.problems: list[tuple[str, str]] = []

    def put(self, file: CleanFile, new: bool) -> None:
        doc = file.document.doc
        (self.added if new else self.unchanged).append(doc)
        self.problems += [(doc, what) for what in dict.fromkeys((*file.document.problems, *file.problems))]

    def failed(self, failures: Iterable[Failure]) -> None:
        self.problems += [(failure.doc, failure.message) for failure in failures]

    def result(self, counts: Counts) -> Added:
        return Added(
            tuple(self.added), tuple(self.unchanged), tuple(self.removed), tuple(self.problems), counts
        )
