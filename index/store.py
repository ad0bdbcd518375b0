"""The store: catalog and derived files behind one object.

Readers see one complete generation until the next one is complete. A change is acknowledged once the catalog
has it on disk and readers have been switched; killed in between, the next `open` finishes what was begun.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from corpus.errors import StoreBusy, StoreDamaged, StoreMismatch, StoreUnwritable, TashanError
from corpus.types import CleanFile, Failure, Locality
from index import compute, derive, upkeep
from index.changes import Changes
from index.follow import Follower
from index.generation import Generation
from index.lock import held, writing
from index.search import Questions, able, search
from index.segment import KIND, LATER, MEMORY
from index.tokens import Tokenizer
from index.types import (
    Added,
    Candidates,
    Counts,
    Embedder,
    Filter,
    Layout,
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
from index.writer import ANEW, Writer, ensure

_FILES_AT_ONCE = 256  # files between two commits of a long addition
_WAIT_FOR_LOCK = 1.0  # seconds; whoever only looks whether the lock is held holds it for an instant
_WAIT_TO_FINISH = 60.0  # seconds; where nothing can be read yet, another process may be about to finish it


def _quiet(_stage: str, _done: int, _of: int) -> None:
    """Progress that nobody watches."""


class LocalStore:
    """A searchable set of reports in one folder. Open it with `LocalStore.open`, close it or use `with`.

    Any number of threads and processes may read while one writes. `add` and `remove` return once the change
    is on disk and every reader's next question sees it.
    """

    def __init__(self, follower: Follower) -> None:
        self.layout = follower.layout
        self._follower = follower
        self._catalog = follower.catalog
        self._questions = Questions(follower.embedder) if follower.embedder is not None else None

    @classmethod
    def open(
        cls,
        root: Path,
        embedder: Embedder | None,
        *,
        create: bool = False,
        adopt: bool = False,
        terms: Iterable[str] | None = None,
    ) -> Self:
        """Open the store in a folder, finishing a change that was interrupted.

        Args:
            root: the store's folder.
            embedder: must be the one that built the store. None: for everything but searching and adding.
            create: make an empty store where there is none.
            adopt: accept a store of another model or tokenizer; the next change or `rebuild` makes it theirs.
            terms: words that the tokenizer keeps whole; None for those the store was built with.

        Raises:
            StoreMissing: there is no store and `create` is False.
            StoreMismatch: another model or tokenizer built it.
            StoreDamaged: the catalog can't be read.
        """
        layout = Layout(root)
        ensure(layout, create)
        store = cls(Follower(layout, embedder, terms))
        store._follower.adopting = adopt
        try:
            with suppress(StoreUnwritable, StoreBusy):  # then the old generation serves until it can be done
                store._finish()
            store._now()
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def inspect(cls, root: Path) -> list[Problem]:
        """`verify` for a store that may be too damaged to open. Changes nothing.

        Raises:
            StoreMissing: there is no store.
        """
        layout = Layout(root)
        ensure(layout, create=False)
        try:
            with cls(Follower(layout, None)) as store:
                return store.verify()
        except (StoreDamaged, StoreMismatch) as error:
            return [Problem(layout.catalog.name, error.message, False)]

    def _finish(self) -> None:
        """Derive the files again from the catalog where a change was interrupted, computing nothing anew."""
        if self._whole() or (held(self.layout.lock) and self._readable() is not None):
            return
        with self._writing(_WAIT_TO_FINISH) as writer:
            if self._whole():  # another process finished it while this one waited
                return
            makers = upkeep.recorded(writer)
            if makers is None or self._follower.adopting or makers == self._follower.makers():
                makers = self._follower.makers()
                compute.fill(writer, self._at_once(writer), self.tokenizer, _quiet)
            try:
                self._publish(writer, makers, self._readable(), _quiet)
            except StoreDamaged:
                # Vectors of the recorded model are missing: a change of model was interrupted. The old
                # generation, if it is whole, still serves; if not, reading it says what to do.
                return

    def _at_once(self, writer: Writer) -> Embedder | None:
        """The model, None where vectors are computed later."""
        return None if writer.meta(LATER) else self.embedder

    def _whole(self) -> bool:
        """Whether the generation in use can be read and shows the catalog's last change."""
        now = self._readable()
        return now is not None and now.revision >= self._catalog.revision

    def _readable(self) -> Generation | None:
        """The generation in use, None where there is none that can be read."""
        try:
            return self._follower.now()
        except StoreDamaged:
            return None

    @property
    def embedder(self) -> Embedder | None:
        """The model that asks."""
        return self._follower.embedder

    @property
    def tokenizer(self) -> Tokenizer:
        """What cuts questions and texts."""
        return self._follower.tokenizer

    def _now(self) -> Generation:
        return self._follower.now()

    def refresh(self) -> bool:
        """Go over to the newest generation, as every reading method does; True when there was a newer one."""
        before = self._follower.held
        return self._now() is not before

    def close(self) -> None:
        """Release files."""
        self._follower.close()

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
        return self._now().manifest.counts

    @property
    def mark(self) -> tuple[object, ...]:
        """Changes when the contents do."""
        return (self._now().name,)

    def search(self, query: Query, k: int, where: Filter) -> Candidates:
        """The best `k` of each kind of search among what `where` allows, all scores filled in exactly.

        Raises:
            TashanError: the store was opened without an embedder.
        """
        questions = able(self._questions, self.layout.root)
        return search(self._now(), self._catalog, questions, self.tokenizer, query, k, where)

    def passages(self, numbers: Sequence[int]) -> list[StoredPassage]:
        """The passages with these numbers, in this order. One that has since been removed is left out."""
        now, asked = self._now(), [int(number) for number in numbers]
        rows = now.rows_of(asked)
        heads = self._heads_of(now, {now.report_at(row) for row in rows.values()})
        found = self._catalog.passages(list(rows), heads)
        return [found[number] for number in asked if number in found]

    def vectors(self, numbers: Sequence[int]) -> Vectors:
        """The vectors of these passages, in this order: shape (n, dimension); zeros for one not there."""
        now = self._now()
        found = np.zeros((len(numbers), now.dense.dimension), np.float32)
        rows = now.rows_of([int(number) for number in numbers])
        at = [place for place, number in enumerate(numbers) if int(number) in rows]
        found[at] = now.dense.vectors(np.array([rows[int(numbers[place])] for place in at], np.int64))
        return found

    def question_vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors of parts of a question, at least one: shape (n, dimension).

        Raises:
            TashanError: the store was opened without an embedder.
        """
        return able(self._questions, self.layout.root).vectors(texts)

    def quote_vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts as those of passages, at least one: shape (n, dimension).

        Raises:
            TashanError: the store was opened without an embedder.
        """
        return able(self._questions, self.layout.root).of_quotes(texts)

    def _heads_of(self, now: Generation, reports: Iterable[int]) -> dict[int, ReportHead]:
        """Heads with their clusters, kept for as long as the generation."""
        lacking = [number for number in reports if number not in now.heads]
        for number, head in self._catalog.heads(now.revision, lacking).items():
            now.heads[number] = now.in_cluster(number, head)
        return now.heads

    def report(self, report_id: str) -> StoredReport | None:
        """A whole report by its name (``<doc>#<n>``), None where there is none."""
        now = self._now()
        number = self._catalog.report_number(report_id, now.revision)
        if number is None:
            return None
        head = self._heads_of(now, [number]).get(number)
        return self._catalog.report(number, head) if head is not None else None

    def document(self, doc: str) -> StoredDocument | None:
        """A whole file, raw text, original bytes and removals included; None where there is none."""
        return self._catalog.document(doc, self._now().revision)

    def heads(self) -> list[ReportHead]:
        """The heads of all reports, in the order in which they were added."""
        now = self._now()
        numbers = now.report_numbers()
        found = self._heads_of(now, numbers)
        return [found[number] for number in numbers if number in found]

    def localities(self) -> list[Locality]:
        """The places that reports are about, each once, with all the levels that are known."""
        return self._now().table.distinct()

    def documents(self) -> dict[str, tuple[str, str]]:
        """By doc: sha256 of the file, and version of the code that cleaned it."""
        return self._catalog.documents(self._now().revision)

    # ---- writing

    @contextmanager
    def _writing(self, wait: float = _WAIT_FOR_LOCK) -> Iterator[Writer]:
        try:
            with writing(self.layout.lock, wait):
                writer = Writer(self.layout.catalog)
                try:
                    yield writer
                finally:
                    writer.close()
        except OSError as error:
            raise StoreUnwritable(
                f"{self.layout.root}：写入失败（{error.strerror or error}）。",
                "请检查磁盘空间和写入权限后再试；原有索引不受影响。",
            ) from error

    def add(
        self,
        files: Iterable[CleanFile | Failure],
        progress: Progress | None = None,
        *,
        remove: Sequence[str] = (),
        cleaner: str = "",
        later: bool = False,
    ) -> Added:
        """Add or replace files (by `doc`), then switch readers to the new generation.

        Args:
            files: cleaned files; failures among them are reported and the rest goes on.
            progress: called with (stage, done, of).
            remove: files to take out in the same step.
            cleaner: version of the code that cleaned the files.
            later: leave the vectors to `index.later.fill`; until then words alone decide what is found.

        Raises:
            StoreBusy: another process is writing.
            StoreUnwritable: the disk is full or read-only.
        """
        show, changes = progress or _quiet, Changes()
        if self.embedder is None:
            raise TashanError(f"{self.layout.root}：没有加载模型，不能添加。")
        with self._writing() as writer:
            if later:
                with writer.change():
                    writer.set_meta(LATER, "1")
            self._retire(writer, remove, changes)
            stream = iter(files)
            while batch := list(islice(stream, _FILES_AT_ONCE)):
                good = changes.take(batch)
                compute.prepare(writer, good, None if later else self.embedder, self.tokenizer, show)
                self._put(writer, good, cleaner, changes)
            writer.note_failures(changes.failures)
            self._publish_if_needed(writer, show, changes.removed)
        return changes.result(self.counts)

    def _put(self, writer: Writer, files: Sequence[CleanFile], cleaner: str, changes: Changes) -> None:
        revision, new = writer.revision + 1, []
        with writer.change():
            for file in files:
                new.append(writer.put(file, cleaner, revision))
            if any(new):
                writer.advance()
        for file, is_new in zip(files, new, strict=True):
            changes.put(file, is_new)

    def remove(self, docs: Sequence[str], progress: Progress | None = None) -> Added:
        """Remove files; they can't be found again once this returns.

        Raises:
            StoreBusy: another process is writing.
        """
        changes = Changes()
        with self._writing() as writer:
            self._retire(writer, docs, changes)
            self._publish_if_needed(writer, progress or _quiet, changes.removed)
        return changes.result(self.counts)

    def _retire(self, writer: Writer, docs: Sequence[str], changes: Changes) -> None:
        if not docs:
            return
        with writer.change():
            gone = writer.retire(docs, writer.revision + 1)
            if gone:
                writer.advance()
        changes.take_out(docs, gone)

    def size_by(self, kind: str, memory_mib: int) -> None:
        """Choose the kind of dense index and the memory it may take, for what is written from now on."""
        with self._writing() as writer, writer.change():
            writer.set_meta(KIND, kind)
            writer.set_meta(MEMORY, str(memory_mib))

    def rebuild(self, progress: Progress | None = None) -> None:
        """Bring vectors, words and derived files in line with the catalog, the model and the tokenizer."""
        show = progress or _quiet
        with self._writing() as writer:
            compute.fill(writer, self._at_once(writer), self.tokenizer, show)
            self._publish(writer, self._follower.makers(), None, show)

    def repair(self, progress: Progress | None = None) -> set[str]:
        """Put right what can be derived again; return the docs whose own rows are damaged, taken out."""
        show = progress or _quiet
        with self._writing() as writer:
            docs, changed = writer.repair()
            if changed or upkeep.verify_derived(self.layout, self._catalog, writing=True):
                compute.fill(writer, self._at_once(writer), self.tokenizer, show)
                self._publish(writer, self._follower.makers(), None, show)
        return docs

    @property
    def pending(self) -> int:
        """Passages whose vectors are still to be computed; until there are none, words alone decide."""
        return self._now().pending

    def keep_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep the vectors of texts, by hash, and let searches use them once none is lacking any more."""
        makers = self._follower.makers()
        with self._writing(_WAIT_TO_FINISH) as writer:
            maker = writer.maker(makers.embedder)
            known = "SELECT 1 FROM vectors WHERE content = ? AND maker = ?"
            fresh = [at for at, key in enumerate(keys) if not writer.rows(known, (key, maker))]
            compute.keep_vectors(writer, [keys[at] for at in fresh], vectors[fresh], maker)
            if compute.any_without(writer, maker):
                return
            with writer.change():
                writer.drop_meta(LATER)
            self._publish(writer, makers, self._now(), _quiet)

    def compact(self, progress: Progress | None = None) -> None:
        """Write all segments anew as one, and give back the room of what was removed or replaced.

        Raises:
            StoreBusy: another process is writing.
        """
        show = progress or _quiet
        with self._writing() as writer:
            before = self._now()
            self._publish(writer, before.manifest.makers, before, show, together=True)
            writer.purge(writer.revision)
            writer.forget_others(before.manifest.makers)
            writer.shrink()
            writer.settle()

    def _publish_if_needed(self, writer: Writer, show: Progress, removed: Sequence[str]) -> None:
        before, makers = self._now(), self._follower.makers()
        if before.manifest.makers != makers:
            compute.fill(writer, self._at_once(writer), self.tokenizer, show)
        elif before.revision == writer.revision and not writer.meta(ANEW):
            return
        self._publish(writer, makers, before, show, removed)

    def _publish(
        self,
        writer: Writer,
        makers: Makers,
        before: Generation | None,
        show: Progress,
        removed: Sequence[str] = (),
        *,
        together: bool = False,
    ) -> None:
        """Build a generation, switch to it, and clear away what nobody can see any more.

        `before` is the generation in use, None when nothing is to be taken over from it.
        """
        if before is not None and not self._fits(writer, makers, before):
            before = None
        with writer.change():
            writer.set_meta("embedder", makers.embedder)
            writer.set_meta("dimension", str(makers.dimension))
            writer.set_meta("tokenizer", makers.tokenizer)
            writer.set_meta("terms", " ".join(self.tokenizer.terms))
        name = derive.build(self.layout, writer, makers, before, show, together=together)
        derive.switch(self.layout, name)
        # What was replaced stays until the next change, for questions under way; what was removed goes.
        writer.purge(before.revision if before else 0, removed)
        if writer.meta(ANEW):
            with writer.change():
                writer.drop_meta(ANEW)
        writer.settle()
        derive.sweep(self.layout, name)

    def _fits(self, writer: Writer, makers: Makers, before: Generation) -> bool:
        """Whether segments of a generation may be taken over into the next."""
        manifest = before.manifest
        ours = manifest.store == writer.meta("store") and manifest.revision <= writer.revision
        return ours and manifest.makers == makers and not writer.meta(ANEW)

    # ---- looking after

    def verify(self) -> list[Problem]:
        """Every disagreement in the store: rows, files, counts, makers. Empty when all is well."""
        return upkeep.verify(self.layout, self._catalog)

    def status(self) -> Status:
        """Sizes, counts, model and problems."""
        return upkeep.status(self.layout, self._catalog, self._now())
