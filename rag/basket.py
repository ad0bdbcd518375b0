"""The basket (素材篮): quotes that a trainer collected, each with the place where it stands.

A basket is kept by the reader's browser, so what comes back is anybody's text: `read` takes only what has
the right shape, and `checked` takes title, place, date, source and file from the store again and marks every
quote that no longer equals its stretch of its report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, Field, ValidationError

from corpus.types import Locality, Section, Span
from index.types import StoredReport
from rag import contract
from rag.cards import UNPLACED
from rag.compare import COLUMNS, Comparison
from rag.types import Citation

Json = dict[str, Any]
Reports = Callable[[str], StoredReport | None]

MOST = 200  # pieces of one basket
_QUOTES = 60  # quotes of one piece
_LONGEST = 4000  # characters of a quote or a note


_SIGNPOST = re.compile("怎么|怎样|为什么|什么|如何|[？?]|往后|下一步|^(背景|成效|做法|经验|启示|问题|概况)$")


class Kind(StrEnum):
    """Where a piece was taken from."""

    QUOTE = "引文"
    CARD = "做法"
    ROW = "对比"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a report and where they stand. ``text == span.of(report.text)`` unless `changed`."""

    text: str
    report: str
    span: Span  # in Report.text
    doc: str
    title: str
    title_made: bool
    locality: Locality
    date: str | None
    source: str | None
    heading: str = ""  # the innermost heading above it: the name of the measure
    column: str = ""  # of a comparison
    cluster: int | None = None  # prints of one article share it; None while not looked up
    changed: bool = False  # 来源已变更: the store holds other words there, or no such report

    @property
    def place(self) -> str:
        """辽宁省·阜新市·彰武县, or 地点未注明."""
        return self.locality.full or UNPLACED


@dataclass(frozen=True, slots=True)
class Piece:
    """What was put in with one click: one quote, the quotes of one place, or a row of a comparison."""

    kind: Kind
    quotes: tuple[Quote, ...]  # at least one
    topic: str = ""  # the question or theme it came from
    note: str = ""  # the trainer's own words, never the report's

    @property
    def place(self) -> str:
        """The place of its quotes."""
        return self.quotes[0].place

    @property
    def measure(self) -> str:
        """The name of the measure that most of the quoted characters stand under; may be empty.

        A heading that only says where in a report we are (怎么推, 下一步) names none, nor does the title.
        """
        weight: dict[str, int] = {}
        for quote in self.quotes:
            if quote.heading not in ("", quote.title) and not _SIGNPOST.search(quote.heading):
                weight[quote.heading] = weight.get(quote.heading, 0) + len(quote.text)
        return max(weight, key=lambda name: weight[name], default="")


@dataclass(frozen=True, slots=True)
class Basket:
    """Pieces in the trainer's order. `date` (ISO 8601 day) is the day that exports bear."""

    pieces: tuple[Piece, ...]
    title: str
    date: str


class BasketKeeper(Protocol):
    """Baskets of signed-in users on the server, beside the copy in the browser. Values are `as_json` rows."""

    def load(self, user: str) -> list[Json] | None:
        """What the user kept last, None where there is nothing."""
        ...

    def save(self, user: str, pieces: Sequence[Json]) -> None:
        """Replace what the user keeps."""
        ...


# --- collecting ---------------------------------------------------------------------------------------


def from_citations(topic: str, citations: Iterable[Citation]) -> tuple[Piece, ...]:
    """One piece a place (reports of no known place stay apart), as the cards of an answer are."""
    groups: dict[str, list[Citation]] = {}
    for citation in citations:
        groups.setdefault(citation.locality.full or citation.report, []).append(citation)
    return tuple(card(topic, group) for group in groups.values())


def card(topic: str, citations: Sequence[Citation]) -> Piece:
    """The quotes of one place."""
    return Piece(Kind.CARD, tuple(_quote(citation) for citation in citations), topic)


def single(topic: str, citation: Citation) -> Piece:
    """One quote."""
    return Piece(Kind.QUOTE, (_quote(citation),), topic)


def from_comparison(table: Comparison) -> tuple[Piece, ...]:
    """One piece a row, its quotes under their columns; a row without quotes is left out."""
    cited = {citation.n: citation for citation in table.citations}
    pieces = []
    for row in table.rows:
        cells = zip(COLUMNS[:-1], row.cells, strict=False)  # 来源 quotes nothing
        quotes = tuple(_quote(cited[c.citation], name) for name, c in cells if c.citation in cited)
        pieces.append(Piece(Kind.ROW, quotes, table.theme))
    return tuple(piece for piece in pieces if piece.quotes)


def _quote(c: Citation, column: str = "") -> Quote:
    heading = _name(c.heading_path[-1]) if c.heading_path else ""
    return Quote(
        c.quote, c.report, c.span, c.doc, c.title, c.title_made, c.locality, c.date, c.source, heading, column
    )


_ORDINAL = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}[、.．]|\d{1,2}[、.．])\s*"
)


def _name(heading: str) -> str:
    """A heading without its number.

    >>> _name("（三）四级联动强统筹。"), _name("一、先议后办"), _name("一是先议后办")
    ('四级联动强统筹', '先议后办', '一是先议后办')
    """
    return _ORDINAL.sub("", heading.strip()).strip("。：:； \n")


# --- as JSON, and back from anybody --------------------------------------------------------------------


def as_json(piece: Piece) -> Json:
    """A piece as the browser keeps it."""
    quotes = [
        {
            "report": q.report,
            "start": q.span.start,
            "end": q.span.end,
            "quote": q.text,
            "column": q.column,
            "doc": q.doc,
            "title": q.title,
            "title_made": q.title_made,
            "locality": contract.place(q.locality),
            "date": q.date,
            "source": q.source,
            "heading": q.heading,
        }
        for q in piece.quotes
    ]
    return {"kind": str(piece.kind), "topic": piece.topic, "note": piece.note, "quotes": quotes}


def kept(pieces: Sequence[Piece]) -> str:
    """Pieces as the browser is given them: one JSON list."""
    return json.dumps([as_json(piece) for piece in pieces], ensure_ascii=False)


Short = Annotated[str, Field(max_length=200)]
Line = Annotated[str, Field(max_length=1000)]
Offset = Annotated[int, Field(ge=0, le=2**40)]


class _Place(BaseModel):
    province: Short | None = None
    city: Short | None = None
    county: Short | None = None
    town: Short | None = None
    community: Short | None = None


class _Quote(BaseModel):
    report: Line
    start: Offset
    end: Offset
    quote: Annotated[str, Field(min_length=1, max_length=_LONGEST)]
    column: Short | None = ""
    doc: Line = ""
    title: Line | None = ""
    title_made: bool = False
    locality: _Place = _Place()
    date: Short | None = None
    source: Line | None = None
    heading: Line | None = ""

    def noun(self) -> Quote:
        """As the frozen noun; a column that no comparison has counts as none."""
        column = self.column if self.column in COLUMNS else ""
        place = self.locality
        return Quote(
            text=self.quote,
            report=self.report,
            span=Span(self.start, self.end),
            doc=self.doc,
            title=self.title or self.doc,
            title_made=self.title_made,
            locality=Locality(place.province, place.city, place.county, place.town, place.community),
            date=self.date,
            source=self.source,
            heading=self.heading or "",
            column=column or "",
        )


class _Piece(BaseModel):
    kind: Kind = Kind.QUOTE
    topic: Annotated[str, Field(max_length=2000)] = ""
    note: Annotated[str, Field(max_length=_LONGEST)] = ""
    quotes: Annotated[list[_Quote], Field(min_length=1, max_length=_QUOTES)]


def read(rows: object) -> tuple[tuple[Piece, ...], int]:
    """The pieces of what a browser kept, and how many rows could not be understood.

    >>> read([{"quotes": [{"report": "甲.txt#1", "start": 0, "end": 2, "quote": "原句"}]}, "x"])[1]
    1
    """
    if not isinstance(rows, list):
        return (), 0 if rows is None else 1
    pieces = [piece for piece in map(_read, rows[:MOST]) if piece]
    return tuple(pieces), len(rows) - len(pieces)


def _read(row: object) -> Piece | None:
    try:
        one = _Piece.model_validate(row)
    except ValidationError:
        return None
    return Piece(one.kind, tuple(quote.noun() for quote in one.quotes), one.topic, one.note)


# --- against the store ----------------------------------------------------------------------------------


def checked(pieces: Iterable[Piece], reports: Reports) -> tuple[Piece, ...]:
    """The same pieces as the store knows them now: every fact taken from it, changed quotes marked."""
    kept: dict[str, StoredReport | None] = {}

    def known(report: str) -> StoredReport | None:
        if report not in kept:
            kept[report] = reports(report)
        return kept[report]

    return tuple(replace(p, quotes=tuple(_checked(q, known(q.report)) for q in p.quotes)) for p in pieces)


def _checked(quote: Quote, report: StoredReport | None) -> Quote:
    if report is None or quote.span.of(report.text) != quote.text:
        return replace(quote, changed=True)
    head = report.head
    return replace(
        quote,
        doc=head.doc,
        title=head.shown_title,
        title_made=head.title_made,
        locality=head.locality,
        date=head.date,
        source=head.source,
        heading=_heading(report.sections, quote.span),
        cluster=head.cluster,
        changed=False,
    )


def _heading(sections: Iterable[Section], at: Span) -> str:
    """The innermost heading above a quote."""
    above = [s for s in sections if s.span.start <= at.start < s.span.end]
    return _name(min(above, key=lambda s: len(s.span)).heading) if above else ""
