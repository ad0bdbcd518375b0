"""BM25 over words, over character bigrams, and over whole reports.

bm25s keeps the score of every (term, text) pair ready, so a query only adds up columns. Its files are .npy
and JSON and stay mapped from disk. Term numbers come from the catalog and never change, so there is no
vocabulary to load, and texts that were tokenized once are never tokenized again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt
from scipy import sparse  # type: ignore[import-untyped]

from index.types import Vectors

# bm25s's defaults. On howto-dev and ncpqa-dev (nDCG@10 of words, bigrams and whole reports, each alone) k1
# from 1.2 to 2 and b from .4 to .75 are within .02 of each other; lower ones lose on whole reports.
K1 = 1.5
B = 0.75

FILES = ("data.npy", "indices.npy", "indptr.npy", "params.json", "vocab.json")
_ARGUMENTS = ("data_name", "indices_name", "indptr_name", "params_name", "vocab_name")
_NAMES: dict[str, Any] = dict(zip(_ARGUMENTS, FILES, strict=True))
_MOST = 255  # a count takes one byte; BM25 saturates long before


@dataclass(frozen=True, slots=True)
class Postings:
    """Term counts of n texts, one text after the other.

    Attributes:
        starts: shape (n + 1,); the terms of text i stand at starts[i]:starts[i + 1].
        terms, counts: term numbers, ascending within a text, and how often each occurs.
    """

    starts: npt.NDArray[np.int64]
    terms: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @staticmethod
    def pack(counts: Mapping[int, int]) -> bytes:
        """One text's term counts as bytes: numbers (uint32), then counts (uint8, at most 255)."""
        terms = np.fromiter(counts.keys(), "<u4", len(counts))
        times = np.minimum(np.fromiter(counts.values(), np.int64, len(counts)), _MOST).astype(np.uint8)
        order = np.argsort(terms)
        return terms[order].tobytes() + times[order].tobytes()

    @classmethod
    def read(cls, blobs: Iterable[bytes]) -> Postings:
        """What `pack` wrote, for many texts."""
        kept = list(blobs)
        sizes = np.array([len(blob) // 5 for blob in kept], np.int64)
        terms = b"".join(blob[: 4 * size] for blob, size in zip(kept, sizes, strict=True))
        counts = b"".join(blob[4 * size :] for blob, size in zip(kept, sizes, strict=True))
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        return cls(starts, np.frombuffer(terms, "<u4"), np.frombuffer(counts, np.uint8))


class Lexicon:
    """A BM25 index of n texts.

    score(q, d) = Σ_t w_t · ln(1 + (n − df + ½)/(df + ½)) · tf / (tf + k1 · (1 − b + b · |d| / avg|d|)),
    the variant that Lucene uses (Kamphuis et al., ECIR 2020: Which BM25 Do You Mean?).
    """

    def __init__(self, index: bm25s.BM25, size: int) -> None:
        self._index = index
        self.size = size

    @classmethod
    def build(cls, postings: Postings) -> Lexicon:
        """Score every (term, text) pair: the same as bm25s.BM25(method="lucene").index, without its loops."""
        size = len(postings)
        vocabulary = int(postings.terms.max(initial=0)) + 1
        matrix = sparse.csr_matrix(
            (postings.counts.astype(np.float32), postings.terms.astype(np.int32), postings.starts),
            shape=(size, vocabulary),
        )
        lengths = np.asarray(matrix.sum(axis=1), np.float32).ravel()
        average = float(lengths.mean()) if size and lengths.any() else 1.0
        columns = matrix.tocsc()
        found_in = np.diff(columns.indptr)
        idf = np.log1p((size - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)
        norm = (K1 * (1 - B + B * lengths / average)).astype(np.float32)
        tf = columns.data
        index = bm25s.BM25(k1=K1, b=B, method="lucene")
        index.scores = {
            "data": np.repeat(idf, found_in) * tf / (tf + norm[columns.indices]),
            "indices": columns.indices.astype(np.int32),
            "indptr": columns.indptr.astype(np.int64),
            "num_docs": size,
        }
        index.vocab_dict = {}
        index.nonoccurrence_array = None
        return cls(index, size)

    def save(self, folder: Path) -> None:
        """Write FILES into a folder."""
        self._index.save(folder, **_NAMES, allow_pickle=False, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Map the files of `save` from disk."""
        index = bm25s.BM25.load(
            folder, **_NAMES, mmap=True, allow_pickle=False, load_vocab=False, show_progress=False
        )
        return cls(index, int(index.scores["num_docs"]))

    def scores(self, weights: Mapping[int, float]) -> Vectors:
        """BM25 of every text, shape (n,), for a query of weighted term numbers."""
        kept = self._index.scores
        indptr, indices, data = kept["indptr"], kept["indices"], kept["data"]
        out = np.zeros(self.size, np.float32)
        for term, weight in weights.items():
            if 0 <= term < len(indptr) - 1:
                column = slice(int(indptr[term]), int(indptr[term + 1]))
                out[indices[column]] += np.float32(weight) * data[column]  # a text stands once in a column
        return out


def best(scores: Vectors, k: int, allowed: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.int64]:
    """Rows of the `k` highest scores above zero among the allowed ones, best first, ties by row."""
    rows = np.flatnonzero(scores > 0 if allowed is None else allowed & (scores > 0))
    if k <= 0:
        return rows[:0]
    if len(rows) > k:
        edge = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        above, equal = rows[scores[rows] > edge], rows[scores[rows] == edge]
        rows = np.concatenate([above, equal[: k - len(above)]])
    return rows[np.lexsort((rows, -scores[rows]))]
