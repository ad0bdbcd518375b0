"""The layout of a printed page: reading order of its columns, lines, and which lines go on from the last.

A page is a set of line pieces with boxes. Where a gutter divides most of them, pieces that cross it (a
headline over two columns) divide the page into bands, and each band is read column by column (a recursive
XY-cut; Nagy and Seth 1984).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_RUNNING = 6  # letters in a line of running text, at least
_TERMINAL = "。！？!?；;：:"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one line, with its box in points from the upper left corner."""

    x0: float
    x1: float
    top: float
    bottom: float
    text: str

    @property
    def size(self) -> float:
        """Height of the letters."""
        return self.bottom - self.top

    @property
    def running(self) -> bool:
        """Long enough for a line of running text rather than a label."""
        return self.x1 - self.x0 >= _RUNNING * self.size


@dataclass(frozen=True, slots=True)
class Line:
    """A whole line of a column; `torn` when the line before it goes on here."""

    text: str
    size: float
    top: float
    bottom: float
    torn: bool = False


def read_page(pieces: Sequence[Piece]) -> list[Line]:
    """The lines of a page as a reader takes them."""
    return [line for block in in_order(pieces) for line in _joined(list(_lines(block)))]


# --- reading order


def in_order(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Columns and bars across them, in reading order; the pieces of each from top to bottom."""
    gutter = _gutter(pieces)
    if gutter is None:
        return [sorted(pieces, key=lambda p: (round(p.top / 3), p.x0))] if pieces else []
    out: list[list[Piece]] = []
    bars = sorted((p for p in pieces if p.x0 < gutter < p.x1), key=lambda p: p.top)
    rest = [p for p in pieces if not p.x0 < gutter < p.x1]
    for bar in [*bars, None]:
        band = [p for p in rest if bar is None or p.top < bar.top]
        rest = [p for p in rest if bar is not None and p.top >= bar.top]
        out += in_order([p for p in band if p.x1 <= gutter])
        out += in_order([p for p in band if p.x0 >= gutter])
        out += [[bar]] if bar is not None else []
    return out


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """The x of a gap with at least four running lines on either side, crossed by less than a fifth."""
    if len(pieces) < 8:
        return None
    left, right = min(p.x0 for p in pieces), max(p.x1 for p in pieces)
    size = sorted(p.size for p in pieces)[len(pieces) // 2]
    low, high = left + 0.2 * (right - left), left + 0.85 * (right - left)
    found = []
    for x in {p.x0 - 0.4 * size for p in pieces if low < p.x0 < high}:
        before, behind = [p for p in pieces if p.x1 <= x], [p for p in pieces if p.x0 >= x]
        crossing = len(pieces) - len(before) - len(behind)
        if crossing * 5 <= len(pieces) and _is_column(before) and _is_column(behind):
            found.append((crossing, -len(behind), x))
    return min(found)[2] if found else None


def _is_column(pieces: Sequence[Piece]) -> bool:
    return len(pieces) >= 4 and sum(p.running for p in pieces) * 2 >= len(pieces)


# --- lines


def _lines(block: Sequence[Piece]) -> Iterable[list[Piece]]:
    """Neighbouring pieces on one height are one line: a table row, a label and its value."""
    line: list[Piece] = []
    for piece in block:
        if line and (abs(piece.top - line[-1].top) > 0.5 * piece.size or piece.x0 < line[-1].x1 - 1):
            yield line
            line = []
        line.append(piece)
    if line:
        yield line


def _joined(rows: list[list[Piece]]) -> Iterable[Line]:
    """Lines with the mark of those that the line before runs into, by the edges of their column."""
    left, right, indents = _edges(rows)
    for before, row in pairwise([None, *rows]):
        assert row is not None
        text, size = " ".join(p.text for p in row), max(p.size for p in row)
        top, bottom = min(p.top for p in row), max(p.bottom for p in row)
        torn = before is not None and _runs_on(before, row, left, right, indents)
        yield Line(text, size, top, bottom, torn)


def _edges(rows: list[list[Piece]]) -> tuple[float, float, bool]:
    """Left and right edge of a column, and whether its paragraphs begin with an indent."""
    long = [row for row in rows if row[-1].x1 - row[0].x0 >= _RUNNING * row[0].size] or rows
    starts = Counter(round(row[0].x0 / 2) * 2 for row in long)
    left = min((x for x, count in starts.items() if count * 8 >= len(long)), default=0)
    right = max((row[-1].x1 for row in long), default=0)
    indents = any(1.2 * row[0].size < row[0].x0 - left < 3.5 * row[0].size for row in long)
    return left, right, indents


def _runs_on(before: list[Piece], row: list[Piece], left: float, right: float, indents: bool) -> bool:
    """Whether a line fills its column and the next begins at the edge, in the same letters, close below."""
    size = before[-1].size
    if len(before) > 1 or len(row) > 1 or abs(row[0].size - size) > 0.1 * size:
        return False
    if right - before[-1].x1 > 1.6 * size or row[0].x0 - left > 0.8 * size or before[0].text[-1] in _TERMINAL:
        return False
    close = 0 < row[0].top - before[-1].top < 2.6 * size
    return close and (indents or before[0].running)
