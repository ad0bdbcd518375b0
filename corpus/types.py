"""The nouns of this room: what a file becomes on its way to passages.

All are frozen. Offsets count Unicode characters, half open: ``[start, end)``.
"raw" is the decoded file for .txt .md .csv (a byte-order mark counts as one character) and the text
as extracted for every other format.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of characters, half open.

    >>> Span(1, 3).of("abcd")
    'bc'
    """

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of `text` that this span covers."""
        return text[self.start : self.end]

    def __len__(self) -> int:
        return self.end - self.start

    def __contains__(self, other: object) -> bool:
        return isinstance(other, Span) and self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table (.csv, .jsonl, .xlsx), or the whole of any other file.

    Attributes:
        span: where the row stands in ``Document.raw``.
        body: the raw runs that hold the report's text, in order (a quoted CSV cell with doubled
            quotes is several runs).
        fields: what the table says of the row: any of title, date, source, province, city, county, url.
    """

    span: Span
    body: tuple[Span, ...]
    fields: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """The value of a named field, None where the table has none."""
        return dict(self.fields).get(name) or None


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: its bytes, and the characters that every later offset points into."""

    doc: str  # path of the file relative to the folder that was indexed, with forward slashes
    sha256: str
    media_type: str
    raw: str = field(repr=False)
    data: bytes = field(repr=False)
    records: tuple[Record, ...] = ()
    headings: tuple[tuple[int, Span], ...] = ()  # (level, raw span): headings the format marks as such
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """Something that cleaning took away, where it stood, and by which rule."""

    span: Span  # in Document.raw
    rule: str
    text: str = field(repr=False)


class Runs:
    """The kept stretches of a raw text: text offset ↔ raw offset, without searching.

    ``text == "".join(run.of(raw) for run in runs)``. Runs are in order and do not overlap.

    >>> runs = Runs([Span(0, 2), Span(5, 7)])
    >>> runs.apply("ab---cd"), runs.raw(2), runs.raw_span(Span(1, 3))
    ('abcd', 5, Span(start=1, end=6))
    """

    __slots__ = ("_starts", "spans")

    def __init__(self, spans: Iterable[Span]) -> None:
        merged: list[Span] = []
        for span in spans:
            if not len(span):
                continue
            if merged and merged[-1].end == span.start:
                merged[-1] = Span(merged[-1].start, span.end)
            else:
                merged.append(span)
        self.spans: tuple[Span, ...] = tuple(merged)
        self._starts = [0, *accumulate(span.end - span.start for span in merged)]

    @classmethod
    def parted(cls, spans: Iterable[Span]) -> Runs:
        """Runs of spans that are in order, apart from each other and not empty."""
        runs = cls.__new__(cls)
        runs.spans = tuple(spans)
        runs._starts = [0, *accumulate(span.end - span.start for span in runs.spans)]
        return runs

    def __len__(self) -> int:
        return self._starts[-1]

    def __iter__(self) -> Iterator[Span]:
        return iter(self.spans)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Runs) and self.spans == other.spans

    def __hash__(self) -> int:
        return hash(self.spans)

    def apply(self, raw: str) -> str:
        """The kept text."""
        return "".join([raw[span.start : span.end] for span in self.spans])

    def _run(self, offset: int) -> int:
        return max(0, bisect.bisect_right(self._starts, offset, 0, len(self.spans)) - 1)

    def raw(self, offset: int) -> int:
        """The raw offset of the kept character at `offset` (0 ≤ offset < len)."""
        at = self._run(offset)
        return self.spans[at].start + offset - self._starts[at]

    def raw_span(self, span: Span) -> Span:
        """From the raw offset of the first character to just behind that of the last."""
        if not len(span):
            at = self.raw(span.start) if span.start < len(self) else (self.spans[-1].end if self.spans else 0)
            return Span(at, at)
        return Span(self.raw(span.start), self.raw(span.end - 1) + 1)

    def clip(self, span: Span) -> Runs:
        """The runs of a stretch of the kept text."""
        out = []
        for at in range(self._run(span.start), len(self.spans)):
            low = max(span.start, self._starts[at])
            high = min(span.end, self._starts[at + 1])
            if low >= span.end:
                break
            shift = self.spans[at].start - self._starts[at]
            out.append(Span(low + shift, high + shift))
        return Runs(out)

    def gaps(self) -> Iterator[tuple[int, Span]]:
        """(text offset, raw span left out there) between neighbouring runs."""
        for at in range(1, len(self.spans)):
            yield self._starts[at], Span(self.spans[at - 1].end, self.spans[at].start)


# the names of a place from province to community
Levels = tuple[str | None, str | None, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Locality:
    """A place, from the province down; None where unknown, never guessed.

    A municipality (北京 天津 上海 重庆) and a county directly under its province have no city.
    """

    province: str | None = None
    city: str | None = None
    county: str | None = None
    town: str | None = None
    community: str | None = None
    code: str | None = None  # GB/T 2260 or statistical division code of the deepest level found in the table
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()  # the words that decided it

    @property
    def levels(self) -> Levels:
        """Province, city, county, town, community."""
        return (self.province, self.city, self.county, self.town, self.community)

    @property
    def name(self) -> str | None:
        """The names from county (or the deepest known above it) downwards, as people say it."""
        deep = [x for x in (self.county, self.town, self.community) if x]
        return "".join(deep) or self.city or self.province

    @property
    def full(self) -> str:
        """All known levels: 辽宁省·阜新市·彰武县."""
        return "·".join(x for x in self.levels if x)

    @property
    def known(self) -> bool:
        """Whether any level is known."""
        return bool(self.province or self.city or self.county or self.town or self.community)

    def within(self, other: Locality) -> bool:
        """Whether this place is `other` or lies inside it (every level that `other` names is the same).

        >>> Locality("辽宁省", "阜新市", "彰武县").within(Locality("辽宁省"))
        True
        >>> Locality(None).within(Locality("辽宁省"))
        False
        """
        return other.known and (  # asked some hundred thousand times of a long report
            other.province in (None, self.province)
            and other.city in (None, self.city)
            and other.county in (None, self.county)
            and other.town in (None, self.town)
            and other.community in (None, self.community)
        )


NOWHERE = Locality()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. Offsets are in ``Report.text``."""

    heading: str
    level: int  # 1 is the outermost
    span: Span  # heading line and body, up to the next heading of this or an outer level
    body: Span  # behind the heading


@dataclass(frozen=True, slots=True)
class Report:
    """One report about one locality. ``text == runs.apply(document.raw)``: raw characters only."""

    report: str  # "<doc>#<n>", n from 1
    doc: str
    title: str | None
    text: str = field(repr=False)
    runs: Runs = field(repr=False)
    locality: Locality = NOWHERE
    also: tuple[Locality, ...] = ()  # further places that the report truly covers
    mentioned: tuple[str, ...] = ()  # names that are merely mentioned
    date: str | None = None  # ISO 8601, as far as the file says: 2023-08-01, 2023-08 or 2023
    source: str | None = None
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of one section of one report that can be embedded, found and cited.

    ``text == span.of(report.text)``; ``raw_span`` runs from its first to just behind its last raw character.
    """

    passage: str  # "<report>:<n>", n from 1
    report: str
    doc: str
    text: str
    span: Span
    raw_span: Span
    heading_path: tuple[str, ...] = ()
    cuts: tuple[
        int, ...
    ] = ()  # offsets in `text` where more than line breaks was taken out: no quote crosses one
    breaks: tuple[tuple[int, int], ...] = ()  # (offset in text, raw characters left out there), every gap
    measure: str | None = None  # the lead phrase or heading that names the measure (举措)


@dataclass(frozen=True, slots=True)
class CleanFile:
    """What became of one file: its reports with their passages, and everything that was taken away."""

    document: Document
    reports: tuple[Report, ...]
    passages: tuple[tuple[Passage, ...], ...]  # one tuple a report
    removed: tuple[Removal, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read: by name and reason, while the rest goes on."""

    doc: str
    message: str
