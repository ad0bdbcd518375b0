"""Nearest vectors: the only module that imports faiss.

A flat index compares the question with every allowed vector. Every segment has one of its own; the nearest of
all are the nearest of the nearest of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import faiss
import numpy as np
import numpy.typing as npt

from index.types import Vectors

FILE = "dense.faiss"

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_FEW = 0.02  # below this share of allowed rows, fetching them is cheaper than testing every row


class DenseIndex:
    """Unit vectors of one segment, found by inner product."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index
        self.size = int(index.ntotal)
        self.dimension = int(index.d)
        # The vectors as an array over faiss's own (possibly mapped) memory, for exact scores of given rows.
        self._vectors: Vectors = (
            faiss.rev_swig_ptr(cast(Any, index).get_xb(), self.size * self.dimension).reshape(self.size, -1)
            if self.size
            else np.zeros((0, self.dimension), np.float32)
        )

    @classmethod
    def build(cls, vectors: Vectors, dimension: int) -> DenseIndex:
        """An index of `vectors`, shape (n, dimension)."""
        index = faiss.IndexFlatIP(dimension)
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    def save(self, folder: Path) -> None:
        """Write FILE into a folder.

        Raises:
            OSError: the disk is full or can't be written.
        """
        try:
            faiss.write_index(self._index, str(folder / FILE))
        except RuntimeError as error:  # what faiss raises for any failed write
            raise OSError(f"{FILE}：{error}") from error

    @classmethod
    def load(cls, folder: Path) -> DenseIndex:
        """Map the file of `save` from disk."""
        return cls(faiss.read_index(str(folder / FILE), faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY))

    def search(self, query: Vectors, k: int, allowed: Mask | None = None) -> Rows:
        """Rows of the `k` nearest among the allowed ones, best first.

        Args:
            query: shape (dimension,).
            k: how many at most.
            allowed: shape (n,); None allows all.
        """
        count = self.size if allowed is None else int(np.count_nonzero(allowed))
        k = min(k, count)
        if k <= 0:
            return np.zeros(0, np.int64)
        if allowed is not None and count < _FEW * self.size:
            rows = np.flatnonzero(allowed)
            nearest: Rows = rows[np.argsort(-self.scores(query, rows), kind="stable")[:k]]
            return nearest
        _, found = self._index.search(query.reshape(1, -1).astype(np.float32), k, params=_selector(allowed))
        hits: Rows = found[0].astype(np.int64)
        return hits[hits >= 0]

    def scores(self, query: Vectors, rows: Rows) -> Vectors:
        """Inner products of `query` with given rows, shape (len(rows),)."""
        found: Vectors = self._vectors[rows] @ query.astype(np.float32)
        return found

    def vectors(self, rows: Rows) -> Vectors:
        """The vectors of given rows, shape (len(rows), dimension)."""
        found: Vectors = self._vectors[rows]
        return found


class Dense:
    """The vectors of several segments, one after the other."""

    def __init__(self, parts: Sequence[DenseIndex]) -> None:
        self._parts = parts
        self._starts = np.cumsum([0, *(part.size for part in parts)])
        self.size = int(self._starts[-1])
        self.dimension = parts[0].dimension if parts else 0

    def search(self, query: Vectors, k: int, allowed: Mask | None = None) -> Rows:
        """Rows of the `k` nearest among the allowed ones, best first, ties by row.

        Args:
            query: shape (dimension,).
            k: how many at most.
            allowed: shape (n,); None allows all.
        """
        found = [np.zeros(0, np.int64)]
        for part, start in zip(self._parts, self._starts.tolist(), strict=False):
            inside = None if allowed is None else allowed[start : start + part.size]
            found.append(part.search(query, k, inside) + start)
        rows: Rows = np.concatenate(found)
        return rows[np.lexsort((rows, -self.scores(query, rows)))][:k]

    def scores(self, query: Vectors, rows: Rows) -> Vectors:
        """Inner products of `query` with given rows, shape (len(rows),)."""
        out = np.zeros(len(rows), np.float32)
        owner = np.searchsorted(self._starts, rows, side="right") - 1
        for at in np.unique(owner).tolist():
            mine = owner == at
            out[mine] = self._parts[at].scores(query, rows[mine] - self._starts[at])
        return out

    def vectors(self, rows: Rows) -> Vectors:
        """The vectors of given rows, shape (len(rows), dimension)."""
        out = np.zeros((len(rows), self.dimension), np.float32)
        owner = np.searchsorted(self._starts, rows, side="right") - 1
        for at in np.unique(owner).tolist():
            mine = owner == at
            out[mine] = self._parts[at].vectors(rows[mine] - self._starts[at])
        return out


def _selector(allowed: Mask | None) -> faiss.SearchParameters:
    """A selector also where all rows pass: without one, faiss wakes all threads for a single question.

    On two busy cores that took 30 ms over 12,000 rows instead of 0.7 ms.
    """
    wrapped = cast(Any, faiss)  # faiss adds these signatures when it is imported
    if allowed is None:
        chosen = wrapped.IDSelectorAll()
    else:
        chosen = wrapped.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
    return cast(faiss.SearchParameters, wrapped.SearchParameters(sel=chosen))
