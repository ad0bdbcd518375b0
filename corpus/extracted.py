"""What a reader of a format with markup gives, and how it puts it together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from corpus.types import Record, Span

_BLANKS = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")
_LONG_CELL = 120  # a cell with more is running text in a layout table, not a value


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a reader gives: offsets in records and headings point into `raw`."""

    raw: str
    records: tuple[Record, ...]
    headings: tuple[tuple[int, Span], ...] = ()
    problems: tuple[str, ...] = ()


Reader = Callable[[bytes, str], Extracted]


class Builder:
    """A text put together line by line. Furniture stays in the raw text and out of the report's body."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._body: list[Span] = []
        self._headings: list[tuple[int, Span]] = []
        self.problems: list[str] = []
        self._at = 0

    def line(self, text: str, level: int | None = None, *, furniture: bool = False) -> None:
        """Add a line; `level` marks it as a heading (1 is the outermost). Empty lines are left out."""
        text = text.strip()
        if not text:
            return
        span = Span(self._at, self._at + len(text) + 1)
        self._parts.append(text + "\n")
        self._at = span.end
        if not furniture:
            self._body.append(span)
            if level is not None:
                self._headings.append((level, Span(span.start, span.end - 1)))

    @property
    def empty(self) -> bool:
        """Whether there is nothing to read so far."""
        return not self._body

    def done(self, fields: Iterable[tuple[str, str]] = ()) -> Extracted:
        """The whole text as one record."""
        raw = "".join(self._parts)
        record = Record(Span(0, len(raw)), tuple(self._body), tuple((k, v) for k, v in fields if v))
        return Extracted(raw, (record,), tuple(self._headings), tuple(self.problems))


def one_line(text: str) -> str:
    """Blanks and line breaks folded to one space, as markup means them; ideographic spaces stay."""
    return _BLANKS.sub(" ", text).strip()


def table_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table as lines that can be read alone: 「列名：值；列名：值」, without a heading row 「值；值」.

    >>> table_lines([["村", "户数"], ["柳河村", "120"], ["新立村", ""]])
    ['村：柳河村；户数：120', '村：新立村']
    """
    folded = [[one_line(cell) for cell in row] for row in rows]
    lines = [row for row in folded if any(row)]
    if len(lines) == 1 or any(len(cell) > _LONG_CELL for row in lines for cell in row):
        return [cell for row in lines for cell in row if cell]
    if not lines or not _has_header(lines):
        return ["；".join(cell for cell in row if cell) for row in lines]
    names, *values = lines
    pairs = (((n, v) for n, v in zip(names, row, strict=True) if v) for row in values)
    return ["；".join(f"{name}：{value}" for name, value in row) for row in pairs]


def _has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns: short, different words without figures, as many as cells."""
    first = rows[0]
    named = len(first) >= 2 and all(1 <= len(x) <= 16 and not re.search(r"\d|[。；]", x) for x in first)
    return named and len(set(first)) == len(first) and all(len(row) == len(first) for row in rows)
