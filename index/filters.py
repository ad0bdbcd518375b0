"""Which reports a filter lets through: exactly those, decided before anything is searched.

Places are compared as numbers, one column a level, over the distinct places of the store; so a filter costs
well under a millisecond however many passages there are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.types import Locality
from index import arrays
from index.types import Filter

FILE = "table.safetensors"

_LEVELS = 5
_NO_YEAR = 0

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
ReportRow = tuple[int, int | None, Locality, tuple[Locality, ...]]  # number, year, own place, further places


class FilterTable:
    """Number, reprint cluster, year, places of every report of a generation, and whether it is still there.

    Args:
        reports: shape (n, 5), int64: report number (ascending), cluster, year (0: none), own place, 1 while
            it is there and 0 once it was removed.
        also: shape (m, 2), int64: report row, further place.
        places: the distinct places, five levels each.
    """

    def __init__(self, reports: Rows, also: Rows, places: Sequence[Sequence[str | None]]) -> None:
        self.reports, self.also, self.places = reports, also, places
        self._names: list[dict[str, int]] = [{} for _ in range(_LEVELS)]
        self._levels = np.full((len(places), _LEVELS), -1, np.int32)  # -1: level unknown
        for row, place in enumerate(places):
            for level, name in enumerate(place):
                if name is not None:
                    known = self._names[level]
                    self._levels[row, level] = known.setdefault(name, len(known))

    @property
    def numbers(self) -> Rows:
        """Report numbers, ascending."""
        return self.reports[:, 0]

    @property
    def clusters(self) -> Rows:
        """The smallest report number among the reprints of each report."""
        return self.reports[:, 1]

    @property
    def alive(self) -> Mask:
        """Which reports are still there."""
        there: Mask = self.reports[:, 4] != 0
        return there

    @classmethod
    def build(cls, reports: Sequence[ReportRow]) -> FilterTable:
        """From the reports' rows; each is there, and a cluster of its own."""
        return joined(None, [reports])

    def save(self, folder: Path) -> None:
        """Write FILE into a folder.

        Raises:
            OSError: the disk is full or can't be written.
        """
        names = json.dumps(self.places, ensure_ascii=False).encode()
        kept: dict[str, arrays.Array] = {"reports": self.reports, "also": self.also}
        arrays.save(folder / FILE, kept | {"places": np.frombuffer(names, np.uint8)})

    @classmethod
    def load(cls, folder: Path) -> FilterTable:
        """The table that `save` wrote."""
        kept = arrays.load(folder / FILE)
        return cls(kept["reports"], kept["also"], json.loads(kept["places"].tobytes()))

    def changed(self, clusters: Rows, alive: Mask) -> FilterTable:
        """The same reports in other clusters, and others of them removed."""
        reports = self.reports.copy()
        reports[:, 1], reports[:, 4] = clusters, alive
        return FilterTable(reports, self.also, self.places)

    def distinct(self) -> list[Locality]:
        """The known places that reports are about, own places and further ones, each once."""
        there = self.alive
        used = {*self.reports[there, 3].tolist(), *self.also[there[self.also[:, 0]], 1].tolist()}
        return [place for row in sorted(used) if (place := Locality(*self.places[row])).known]

    def allowed(self, where: Filter, in_docs: Rows | None) -> Mask:
        """Which reports pass, shape (n,).

        Args:
            where: the filter.
            in_docs: the report numbers of the files it names, None when it names none.
        """
        passes = self.alive
        if where.include:
            inside = self._inside(where.include)
            passes &= inside[self.reports[:, 3]]
            passes[self.also[inside[self.also[:, 1]], 0]] = True
            passes &= self.alive
        if where.exclude:
            passes &= ~self._inside(where.exclude)[self.reports[:, 3]]
        years = self.reports[:, 2]
        if where.since:
            passes &= years >= where.since
        if where.until:
            passes &= (years <= where.until) & (years != _NO_YEAR)
        if in_docs is not None:
            passes &= np.isin(self.numbers, in_docs)
        return passes

    def _inside(self, wanted: Sequence[Locality]) -> Mask:
        """Which of the distinct places lie in one of the wanted ones: `Locality.within` for all at once."""
        inside = np.zeros(len(self.places), np.bool_)
        for place in wanted:
            if not place.known:
                continue
            match = np.ones(len(self.places), np.bool_)
            for level, name in enumerate(place.levels):
                if name is not None:
                    match &= self._levels[:, level] == self._names[level].get(name, -2)
            inside |= match
        return inside


def joined(old: FilterTable | None, pieces: Sequence[range | Sequence[ReportRow]]) -> FilterTable:
    """A table of several pieces one after the other: stretches of rows of `old`, and new reports.

    A new report is there and a cluster of its own. Places keep the numbers they have in `old`.
    """
    seen = {tuple(place): row for row, place in enumerate(old.places)} if old else {}
    tables, also, start = [np.zeros((0, 5), np.int64)], [np.zeros((0, 2), np.int64)], 0
    for piece in pieces:
        if isinstance(piece, range):
            assert old is not None
            inside = (old.also[:, 0] >= piece.start) & (old.also[:, 0] < piece.stop)
            table, more = old.reports[piece.start : piece.stop], old.also[inside] - np.array((piece.start, 0))
        else:
            table, more = _rows(piece, seen)
        tables.append(table)
        also.append(more + np.array((start, 0)))
        start += len(table)
    return FilterTable(np.concatenate(tables), np.concatenate(also), [list(place) for place in seen])


def _rows(reports: Sequence[ReportRow], seen: dict[tuple[str | None, ...], int]) -> tuple[Rows, Rows]:
    """The rows of new reports; places that were not `seen` are added there."""
    rows, also = [], []
    for row, (number, year, own, more) in enumerate(reports):
        rows.append((number, number, year or _NO_YEAR, seen.setdefault(own.levels, len(seen)), 1))
        also += [(row, seen.setdefault(other.levels, len(seen))) for other in more]
    return np.array(rows, np.int64).reshape(-1, 5), np.array(also, np.int64).reshape(-1, 2)
