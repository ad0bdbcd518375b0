"""Nearest vectors: the only module that imports faiss.

Every segment has an index of its own; the nearest of all are the nearest of the nearest of each. A small one
is flat and compares the question with every allowed vector. A large one is HNSW (Malkov and Yashunin 2016) or
IVF (Jégou et al. 2011) with 8 bits a number; what it proposes is scored again with the vectors themselves,
and few allowed vectors are compared one by one, so a narrow filter is exact everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import faiss
import numpy as np
import numpy.typing as npt

from index import arrays
from index.arrays import Array
from index.types import Vectors

FILE, EXACT = "dense.faiss", "vectors.safetensors"
KINDS = ("auto", "flat", "hnsw", "ivf")

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_FEW = 0.02  # below this share of allowed rows, fetching them is cheaper than testing every row
_FEW_ROWS = 20_000  # up to so many allowed rows an approximate index is not asked at all
_FLAT_MOST = 60_000  # vectors up to which comparing all takes a few milliseconds
_HNSW_MOST = 150_000  # beyond, building the graph takes too long
_SMALLEST = 4_000  # fewer are flat whatever was chosen: there is nothing to learn from
_LINKS = 32  # neighbours of a vector in HNSW
_PROBES = 100  # vectors that recall is measured with
_DEEP = 100  # candidates of an approximate search while recall is measured; retrieval asks for 150
_ENOUGH = 0.97  # recall@10 at which no more effort is made
_EFFORTS = {"hnsw": (100, 200, 400, 800), "ivf": (8, 16, 32, 64, 128, 256)}  # efSearch, nprobe


@dataclass(frozen=True, slots=True)
class Sizing:
    """How large dense indexes are made: a kind, and the memory that they may take in all."""

    kind: str = "auto"
    memory_mib: int = 2048
    total: int = 0  # vectors of the whole store

    def choose(self, size: int, dimension: int) -> str:
        """The kind for a segment of `size` vectors.

        >>> Sizing().choose(10_000, 384), Sizing(total=100_000).choose(100_000, 384)
        ('flat', 'hnsw')
        >>> Sizing(memory_mib=32, total=100_000).choose(100_000, 384)
        'ivf'
        """
        if size < _SMALLEST:
            return "flat"
        if self.kind != "auto":
            return self.kind
        room = self.memory_mib * 2**20 / max(size, self.total)  # bytes a vector
        if size <= _FLAT_MOST and room >= 4 * dimension:
            return "flat"
        fits = room >= dimension + 4 * 2 * _LINKS
        return "hnsw" if size <= _HNSW_MOST and fits else "ivf"


@dataclass(frozen=True, slots=True)
class Made:
    """What kind of index a segment has.

    Attributes:
        kind: flat, hnsw or ivf.
        effort: how much an approximate one looks at (efSearch or nprobe), 0 for a flat one.
        recall: recall@10 against exact search, measured when it was built.
    """

    kind: str
    effort: int
    recall: float


FLAT = Made("flat", 0, 1.0)


class DenseIndex:
    """Unit vectors of one segment, found by inner product."""

    def __init__(self, index: faiss.Index, made: Made = FLAT, exact: Array | None = None) -> None:
        self._index, self.made = index, made
        self.size = int(index.ntotal)
        self.dimension = int(index.d)
        # The vectors as an array over mapped memory, for exact scores of given rows.
        self._vectors = _flat(index) if exact is None else exact

    @classmethod
    def build(cls, vectors: Vectors, dimension: int, kind: str = "flat") -> DenseIndex:
        """An index of `vectors`, shape (n, dimension)."""
        vectors = np.ascontiguousarray(vectors, np.float32)
        if kind == "flat":
            flat = faiss.IndexFlatIP(dimension)
            flat.add(vectors)
            return cls(flat)
        cells = int(2 * np.sqrt(len(vectors)))
        name = f"HNSW{_LINKS}_SQ8" if kind == "hnsw" else f"IVF{cells},SQ8"
        index = faiss.index_factory(dimension, name, faiss.METRIC_INNER_PRODUCT)
        draw = np.random.default_rng(8)
        index.train(vectors[np.sort(draw.permutation(len(vectors))[: 40 * cells])])
        index.add(vectors)
        return cls(index, Made(kind, 0, 0.0), vectors.astype(np.float16))._tuned(draw)

    def _tuned(self, draw: np.random.Generator) -> DenseIndex:
        """The same with the least effort that is enough, and the recall that it has."""
        probes = draw.permutation(self.size)[:_PROBES]
        questions = self._vectors[probes].astype(np.float32)
        pairs, everything = [*zip(questions, probes.tolist(), strict=True)], np.arange(self.size)
        best = [_without(self._nearest(question, 11, everything), row) for question, row in pairs]
        for effort in _EFFORTS[self.made.kind]:
            tried = DenseIndex(self._index, Made(self.made.kind, effort, 0.0), self._vectors)
            found = [_without(tried.search(question, _DEEP), row) for question, row in pairs]
            recall = float(np.mean([len({*f} & {*b}) / len(b) for f, b in zip(found, best, strict=True)]))
            if recall >= _ENOUGH:
                break
        return DenseIndex(self._index, Made(self.made.kind, effort, round(recall, 4)), self._vectors)

    def save(self, folder: Path) -> None:
        """Write FILE into a folder, and EXACT where the index does not hold the vectors themselves.

        Raises:
            OSError: the disk is full or can't be written.
        """
        try:
            faiss.write_index(self._index, str(folder / FILE))
        except RuntimeError as error:  # what faiss raises for any failed write
            raise OSError(f"{FILE}：{error}") from error
        if self.made.kind != "flat":
            arrays.save(folder / EXACT, {"vectors": self._vectors})

    @classmethod
    def load(cls, folder: Path, made: Made = FLAT) -> DenseIndex:
        """Map the files of `save` from disk."""
        index = faiss.read_index(str(folder / FILE), faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY)
        return cls(index, made, None if made.kind == "flat" else arrays.load(folder / EXACT)["vectors"])

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
        few = _FEW * self.size if self.made.kind == "flat" else max(_FEW_ROWS, _FEW * self.size)
        if allowed is not None and count < few:
            return self._nearest(query, k, np.flatnonzero(allowed))
        chosen = _selector(allowed, self.made, self.size / count)
        _, found = self._index.search(query.reshape(1, -1).astype(np.float32), k, params=chosen)
        hits: Rows = found[0][found[0] >= 0].astype(np.int64)
        if self.made.kind == "flat":
            return hits
        if len(hits) < k:  # the graph or the cells that were looked at hold too few that are allowed
            hits = np.arange(self.size) if allowed is None else np.flatnonzero(allowed)
        return self._nearest(query, k, hits)

    def _nearest(self, query: Vectors, k: int, rows: Rows) -> Rows:
        """The `k` nearest of given rows, exactly."""
        nearest: Rows = rows[np.argsort(-self.scores(query, rows), kind="stable")[:k]]
        return nearest

    def scores(self, query: Vectors, rows: Rows) -> Vectors:
        """Inner products of `query` with given rows, shape (len(rows),)."""
        query, out = query.astype(np.float32), np.empty(len(rows), np.float32)
        for start in range(0, len(rows), _FEW_ROWS):
            some = self._vectors[rows[start : start + _FEW_ROWS]]
            out[start : start + len(some)] = some.astype(np.float32, copy=False) @ query
        return out

    def vectors(self, rows: Rows) -> Vectors:
        """The vectors of given rows, shape (len(rows), dimension)."""
        return self._vectors[rows].astype(np.float32)


def _flat(index: Any) -> Array:
    """The vectors over faiss's own memory."""
    size, dimension = int(index.ntotal), int(index.d)
    if not size:
        return np.zeros((0, dimension), np.float32)
    whole: Array = faiss.rev_swig_ptr(index.get_xb(), size * dimension).reshape(size, -1)
    return whole


def _without(rows: Rows, row: int) -> list[int]:
    """The first ten that are not the question itself."""
    return [found for found in rows.tolist() if found != row][:10]


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


def _selector(allowed: Mask | None, made: Made, times: float) -> faiss.SearchParameters:
    """What to look at, `times` as much where only one in so many is allowed.

    A selector stands there also where all rows pass: without one, faiss wakes all threads for a single
    question. On two busy cores that took 30 ms over 12,000 rows instead of 0.7 ms.
    """
    wrapped = cast(Any, faiss)  # faiss adds these signatures when it is imported
    if allowed is None:
        chosen = wrapped.IDSelectorAll()
    else:
        chosen = wrapped.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
    effort = int(made.effort * min(times, 16.0))
    if made.kind == "hnsw":
        return cast(faiss.SearchParameters, wrapped.SearchParametersHNSW(sel=chosen, efSearch=effort))
    if made.kind == "ivf":
        return cast(faiss.SearchParameters, wrapped.SearchParametersIVF(sel=chosen, nprobe=effort))
    return cast(faiss.SearchParameters, wrapped.SearchParameters(sel=chosen))
