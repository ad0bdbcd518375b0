"""What the index keeps and gives back, and the two seams of this room: Embedder and Store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from corpus.types import CleanFile, Document, Failure, Locality, Passage, Removal, Runs, Section

Vectors = npt.NDArray[np.float32]
Progress = Callable[[str, int, int], None]  # stage (Chinese), done, of


class Embedder(Protocol):
    """Texts to unit vectors. `name` identifies model, weights and adapter; it is kept in the index."""

    name: str
    dimension: int

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (n, dimension), float32, L2 norm 1."""
        ...

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Shape (n, dimension), float32, L2 norm 1."""
        ...


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What a hit shows of its report."""

    report: str
    doc: str
    title: str | None
    shown_title: str  # the title, or one made from place and first heading
    title_made: bool
    locality: Locality
    also: tuple[Locality, ...]
    date: str | None
    source: str | None
    cluster: int  # reprints of one report share a cluster (the smallest report number among them)


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its number in the index and its report's head."""

    number: int
    passage: Passage
    head: ReportHead


@dataclass(frozen=True, slots=True)
class Filter:
    """Which reports may be shown at all. Hard and exact; an empty filter allows everything.

    Attributes:
        include: a report must lie in one of these places (its own place or one it truly covers).
        exclude: and its place in none of these. A report of no known place passes `exclude`, not `include`.
        since, until: first and last year, inclusive; a report without a date fails a bounded filter.
        docs: only these files.
    """

    include: tuple[Locality, ...] = ()
    exclude: tuple[Locality, ...] = ()
    since: int | None = None
    until: int | None = None
    docs: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether everything passes."""
        return not (self.include or self.exclude or self.since or self.until or self.docs)


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready for the index."""

    text: str  # for the dense side
    lexical: str  # the question with its asking phrases stripped, for words and bigrams
    expansions: tuple[tuple[str, float], ...] = ()  # (synonym, weight) for the lexical side


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that one of the searches found, with every score filled in for each of them.

    All arrays have the same length n. Scores are raw (cosine, BM25); fusion is the retriever's.
    """

    numbers: npt.NDArray[np.int64]
    dense: Vectors
    words: Vectors
    bigrams: Vectors
    whole: Vectors  # BM25 of the whole report, bigrams
    allowed: int  # passages that passed the filter
    timings_ms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counts:
    """Sizes of a store."""

    documents: int
    reports: int
    passages: int


@dataclass(frozen=True, slots=True)
class Makers:
    """Who made the vectors and the words."""

    embedder: str
    dimension: int
    tokenizer: str


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the files of one `add` or `build`."""

    added: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]  # (doc, what was wrong)
    counts: Counts


class Store(Protocol):
    """A searchable set of reports. Readers see one complete generation until the next one is complete.

    Open one with index/opening.py. A context manager: leaving it closes it.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def counts(self) -> Counts:
        """Documents, reports and passages."""
        ...

    @property
    def mark(self) -> tuple[object, ...]:
        """Changes when the contents do."""
        ...

    @property
    def pending(self) -> int:
        """Passages whose vectors are still to be computed; until there are none, words alone decide."""
        ...

    def refresh(self) -> bool:
        """Go over to the newest generation, as every reading method does; True when there was a newer one."""
        ...

    def add(
        self,
        files: Iterable[CleanFile | Failure],
        progress: Progress | None = None,
        *,
        remove: Sequence[str] = (),
        cleaner: str = "",
    ) -> Added:
        """Add or replace files (by `doc`), then switch readers to the new generation."""
        ...

    def remove(self, docs: Sequence[str], progress: Progress | None = None) -> Added:
        """Remove files; they can't be found again once this returns."""
        ...

    def search(self, query: Query, k: int, where: Filter) -> Candidates:
        """The best `k` of each kind of search among what `where` allows, all scores filled in."""
        ...

    def passages(self, numbers: Sequence[int]) -> list[StoredPassage]:
        """The passages with these numbers, in this order."""
        ...

    def vectors(self, numbers: Sequence[int]) -> Vectors:
        """The vectors of these passages, in this order: shape (n, dimension); zeros for one not there."""
        ...

    def question_vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors of parts of a question, at least one: shape (n, dimension)."""
        ...

    def quote_vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts as those of passages, at least one: shape (n, dimension)."""
        ...

    def report(self, report_id: str) -> StoredReport | None:
        """A whole report by its name (``<doc>#<n>``), None where there is none."""
        ...

    def document(self, doc: str) -> StoredDocument | None:
        """A whole file, raw text, original bytes and removals included; None where there is none."""
        ...

    def heads(self) -> list[ReportHead]:
        """The heads of all reports, in the order in which they were added."""
        ...

    def localities(self) -> list[Locality]:
        """The places that reports are about, each once, with all the levels that are known."""
        ...

    def documents(self) -> dict[str, tuple[str, str]]:
        """By doc: sha256 of the file, and version of the code that cleaned it."""
        ...

    def rebuild(self, progress: Progress | None = None) -> None:
        """Derive anew what is derived."""
        ...

    def repair(self, progress: Progress | None = None) -> set[str]:
        """Put right what can be put right; return the files that are damaged, taken out."""
        ...

    def verify(self) -> list[Problem]:
        """Every disagreement in the store. Empty when all is well."""
        ...

    def status(self) -> Status:
        """Sizes, counts, model and problems."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...


@dataclass(frozen=True, slots=True)
class Layout:
    """The names of all files of a store on disk, in one place.

    ``catalog.sqlite``                               the source of truth
    ``LOCK``                                         owner and start time of the process that writes
    ``derived/CURRENT``                              the name of the generation that readers use
    ``derived/generations/<name>/manifest.json``     counts, checksums, model, tokenizer, segments
    ``derived/generations/<name>/…``                 places, years and reprints of the reports
    ``derived/segments/<name>/…``                    FAISS and BM25 files of some of the documents
    """

    root: Path

    @property
    def catalog(self) -> Path:
        """The SQLite file."""
        return self.root / "catalog.sqlite"

    @property
    def derived(self) -> Path:
        """Everything that can be made again from the catalog."""
        return self.root / "derived"

    @property
    def current(self) -> Path:
        """The file that names the generation in use."""
        return self.derived / "CURRENT"

    @property
    def lock(self) -> Path:
        """The writer's lock."""
        return self.root / "LOCK"

    @property
    def records(self) -> Path:
        """People, journal and feedback of the page that serves this store: a file beside it."""
        return self.root.with_name(f"{self.root.name}-records.sqlite")

    def generation(self, name: str) -> Path:
        """The folder of one generation."""
        return self.derived / "generations" / name

    def segment(self, name: str) -> Path:
        """The folder of one segment."""
        return self.derived / "segments" / name


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report as the index keeps it. Offsets as in corpus.types.Report."""

    head: ReportHead
    text: str = field(repr=False)
    runs: Runs = field(repr=False)
    sections: tuple[Section, ...] = ()
    mentioned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A file as the index keeps it: it opens even when the folder has gone."""

    document: Document
    removed: tuple[Removal, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a store that does not agree with the rest of it.

    Attributes:
        where: the file, relative to the store.
        message: what is wrong (Chinese).
        repairable: whether `build` puts it right without the original files.
    """

    where: str
    message: str
    repairable: bool


@dataclass(frozen=True, slots=True)
class Status:
    """What `status` tells about a store."""

    root: str
    counts: Counts
    generation: str
    revision: int
    built: str  # ISO 8601, UTC
    embedder: str
    dimension: int
    tokenizer: str
    terms: int  # words of the users' own dictionary
    catalog_bytes: int
    derived_bytes: int
    generations: int
    segments: int
    problems: tuple[tuple[str, str], ...]  # (doc, what was wrong): in the last addition, and in the index
    dense: str = ""  # kinds of dense index in use, with the recall that was measured when they were built
    pending: int = 0  # passages whose vectors are still to be computed; until then words alone decide
