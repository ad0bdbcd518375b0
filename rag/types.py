"""The nouns between a question and its answer. All frozen; every quote knows where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from corpus.types import Locality, Span
from index.types import Filter, Query, StoredPassage


class Intent(StrEnum):
    """What kind of answer a question asks for."""

    HOW = "做法"
    MECHANISM = "机制文件"
    FIGURE = "成效数据"
    FUNDING = "经费"
    STEPS = "步骤"
    COMPARE = "对比"
    LIST = "列举"
    FACT = "事实"


# the intents that ask for practice, told by the places that have it
OF_PLACES = frozenset({Intent.HOW, Intent.STEPS, Intent.COMPARE, Intent.LIST})


class Reason(StrEnum):
    """Why there is no answer."""

    NOTHING_FOUND = "nothing_found"
    WEAK_EVIDENCE = "weak_evidence"
    PLACE_WITHOUT_PRACTICE = "place_without_practice"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood: shown to the asker, who may correct it."""

    asked: str  # as typed
    standalone: str  # with what earlier questions supply
    include: tuple[Locality, ...] = ()
    exclude: tuple[Locality, ...] = ()
    since: int | None = None
    until: int | None = None
    intent: Intent = Intent.HOW
    topic: str = ""  # asking phrases and place names stripped
    own_topic: str = ""  # the part of `topic` that a follow-up says itself; empty where all of it is its own
    synonyms: tuple[tuple[str, float], ...] = ()  # searched too, with their weights
    concepts: tuple[tuple[str, ...], ...] = ()  # things the topic names, each in all its wordings
    unknown_places: tuple[str, ...] = ()  # asked for but in no table and in no report
    chosen: bool = False  # `include` was chosen outside the question: exactly those places
    elsewhere: bool = False  # "别的县", "其他地方"
    many: bool = False  # several places are wanted
    subjects: tuple[str, ...] = ()  # docs that earlier answers cited and that a follow-up points at
    history: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()  # words for what is not wanted: 除了发传单，…
    theme: str = ""  # chosen outside the question
    # the reports of that theme, or of the kind that the question names; no others may answer; None: all may
    within: tuple[str, ...] | None = None

    @property
    def filter(self) -> Filter:
        """Which reports may answer."""
        return Filter(self.include, self.exclude, self.since, self.until)

    @property
    def query(self) -> Query:
        """What the index is asked."""
        return Query(self.standalone, self.topic or self.standalone, self.synonyms)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its scores. `score` is in [0, 1] within one search; `parts` explains it."""

    stored: StoredPassage
    score: float
    dense: float  # cosine
    lexical: float  # normalised lexical part of the fusion
    parts: tuple[tuple[str, float], ...] = ()
    beside: bool = False  # not found itself, but stands beside what was found; it has no cosine


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of retrieval."""

    hits: tuple[Hit, ...]  # best first, one reprint cluster once
    allowed: int  # passages that the filter let through
    total: int  # passages in the store
    timings_ms: dict[str, float] = field(default_factory=dict)
    reprints: dict[str, tuple[str, ...]] = field(default_factory=dict)  # report → its other prints
    unplaced: tuple[Hit, ...] = ()  # place unknown, the one asked for not named: never cited
    prints: tuple[Hit, ...] = ()  # of other prints of what was found: the same case, not another one

    @property
    def ranked(self) -> tuple[Hit, ...]:
        """Everything found, best first: what measures of retrieval look at."""
        return tuple(sorted((*self.hits, *self.unplaced, *self.prints), key=lambda hit: -hit.score))


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence (or clause) of one passage that answers. ``text == span.of(report.text)``."""

    hit: Hit
    span: Span  # in Report.text
    raw_span: Span
    text: str
    score: float
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """What a reader opens: the quote and where it stands in the report and in the raw file."""

    n: int
    doc: str
    report: str
    passage: str
    title: str
    title_made: bool
    locality: Locality
    date: str | None
    source: str | None
    quote: str
    span: Span
    raw_span: Span
    heading_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the answer with at least one citation number."""

    text: str
    citations: tuple[int, ...]
    verified: bool = True
    note: str = ""  # why it is not verified


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked through, for the lead of an answer and for refusals."""

    reports: int
    places: int
    years: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer: every statement has a citation."""

    question: Question
    text: str  # markdown, with [n]
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    found: Found
    searched: Searched
    config: str
    timings_ms: dict[str, float] = field(default_factory=dict)
    next_questions: tuple[str, ...] = ()
    notice: str = ""  # e.g. the language model failed and this is the extractive answer


@dataclass(frozen=True, slots=True)
class Refused:
    """No answer, and why; what came nearest is labelled as such."""

    question: Question
    reason: Reason
    text: str
    nearest: tuple[Citation, ...]  # practice elsewhere, or what came nearest: never an answer
    found: Found
    searched: Searched
    config: str
    timings_ms: dict[str, float] = field(default_factory=dict)
    next_questions: tuple[str, ...] = ()  # three, as far as the store has them
    beside: tuple[str, ...] = ()  # those of them that are on another subject
    theme: str = ""  # that those share with what was asked; empty: none


Outcome = Answered | Refused
