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
from index.types import Filter

REPORTS, ALSO, PLACES = "reports.npy", "also.npy", "places.json"
FILES = (REPORTS, ALSO, PLACES)

_LEVELS = 5
_NO_YEAR = 0

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


class FilterTable:
    """Number, reprint cluster, year and places of every report of a generation.

    Args:
        reports: shape (n, 4), int64: report number (ascending), cluster, year (0: none), own place.
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

    @classmethod
    def build(
        cls,
        reports: Sequence[tuple[int, int | None, Locality, tuple[Locality, ...]]],
        clusters: Sequence[int],
    ) -> FilterTable:
        """From (number, year, own place, further places) of each report, and the row of its first reprint."""
        seen: dict[tuple[str | None, ...], int] = {}
        rows, also = [], []
        for row, (number, year, own, more) in enumerate(reports):
            place = seen.setdefault(own.levels, len(seen))
            rows.append((number, reports[clusters[row]][0], year or _NO_YEAR, place))
            also += [(row, seen.setdefault(other.levels, len(seen))) for other in more]
        table = np.array(rows, np.int64).reshape(-1, 4)
        return cls(table, np.array(also, np.int64).reshape(-1, 2), [list(place) for place in seen])

    def save(self, folder: Path) -> None:
        """Write FILES into a folder."""
        np.save(folder / REPORTS, self.reports, allow_pickle=False)
        np.save(folder / ALSO, self.also, allow_pickle=False)
        (folder / PLACES).write_text(json.dumps(self.places, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> FilterTable:
        """The table that `save` wrote."""
        return cls(
            np.load(folder / REPORTS, allow_pickle=False),
            np.load(folder / ALSO, allow_pickle=False),
            json.loads((folder / PLACES).read_text(encoding="utf-8")),
        )

    def distinct(self) -> list[Locality]:
        """The known places that reports are about, own places and further ones, each once."""
        used = {*self.reports[:, 3].tolist(), *self.also[:, 1].tolist()}
        return [place for row in sorted(used) if (place := Locality(*self.places[row])).known]

    def allowed(self, where: Filter, in_docs: Rows | None) -> Mask:
        """Which reports pass, shape (n,).

        Args:
            where: the filter.
            in_docs: the report numbers of the files it names, None when it names none.
        """
        passes = np.ones(len(self.reports), np.bool_)
        if where.include:
            inside = self._inside(where.include)
            passes &= inside[self.reports[:, 3]]
            passes[self.also[inside[self.also[:, 1]], 0]] = True
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
