"""BM25 over words, over character bigrams, and over whole reports.

A lexicon holds the term counts of one segment's texts, column by column, mapped from disk. What depends on
the whole store (how many texts, how long on average, how many have a term) is put together when a question
is asked, so a new segment changes no old one, and scores are those of one index over everything. Term numbers
come from the catalog and never change; texts that were tokenized once are never tokenized again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse  # type: ignore[import-untyped]

from index.arrays import Array
from index.types import Vectors

# The usual defaults. On howto-dev and ncpqa-dev (nDCG@10 of words, bigrams and whole reports, each alone) k1
# from 1.2 to 2 and b from .4 to .75 are within .02 of each other; lower ones lose on whole reports.
K1 = 1.5
B = 0.75

_MOST = 255  # a count takes one byte; BM25 saturates long before

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


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


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Which of n texts have which term how often.

    Attributes:
        terms: the terms that occur, ascending, shape (t,).
        starts: shape (t + 1,); the column of terms[i] stands at starts[i]:starts[i + 1].
        rows, counts: of each column the texts, ascending, and how often each has the term.
        lengths: terms of each text, repeats included, shape (n,).
    """

    terms: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    counts: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.int32]

    @classmethod
    def build(cls, postings: Postings) -> Lexicon:
        """The columns of `postings`."""
        size, vocabulary = len(postings), int(postings.terms.max(initial=0)) + 1
        matrix = sparse.csr_matrix(
            (postings.counts, postings.terms.astype(np.int32), postings.starts), shape=(size, vocabulary)
        )
        columns = matrix.tocsc()
        used = np.flatnonzero(np.diff(columns.indptr))
        starts = np.append(columns.indptr[used], columns.indptr[-1]).astype(np.int64)
        lengths = np.asarray(matrix.sum(axis=1, dtype=np.int64)).ravel()
        return cls(
            used.astype(np.uint32), starts, columns.indices.astype(np.int32), columns.data,
            lengths.astype(np.int32),
        )  # fmt: skip

    def arrays(self, prefix: str) -> dict[str, Array]:
        """By name, to be saved."""
        return {f"{prefix}.{name}": getattr(self, name) for name in _ARRAYS}

    @classmethod
    def of(cls, arrays: Mapping[str, Array], prefix: str) -> Lexicon:
        """The lexicon of saved `arrays`."""
        return cls(*(arrays[f"{prefix}.{name}"] for name in _ARRAYS))

    def columns(self, terms: npt.NDArray[np.uint32]) -> Iterator[slice]:
        """Where the columns of `terms` stand in `rows` and `counts`; empty for a term that no text has."""
        if not len(self.terms):
            yield from (slice(0, 0) for _ in terms)
            return
        at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        ends = np.where(self.terms[at] == terms, self.starts[at + 1], self.starts[at])
        yield from map(slice, self.starts[at].tolist(), ends.tolist())


_ARRAYS = ("terms", "starts", "rows", "counts", "lengths")


class Bm25:
    """BM25 of n texts that stand in several lexicons, one after the other.

    score(q, d) = Σ_t w_t · ln(1 + (n − df + ½)/(df + ½)) · tf / (tf + k1 · (1 − b + b · |d| / avg|d|)),
    the variant that Lucene uses (Kamphuis et al., ECIR 2020: Which BM25 Do You Mean?), n, df and avg over
    the texts that are still there.

    Args:
        lexicons: the parts.
        alive: for each part which texts are still there, None where all are.
    """

    def __init__(self, lexicons: Sequence[Lexicon], alive: Sequence[Mask | None]) -> None:
        self._parts = [*zip(lexicons, alive, strict=True)]
        lengths = [part.lengths if mask is None else part.lengths[mask] for part, mask in self._parts]
        self.size = sum(len(part.lengths) for part in lexicons)
        self._live = sum(map(len, lengths))
        total = sum(int(some.sum(dtype=np.int64)) for some in lengths)
        average = total / self._live if total else 1.0
        self._norms = [(K1 * (1 - B + B * part.lengths / average)).astype(np.float32) for part in lexicons]

    def scores(self, weights: Mapping[int, float]) -> Vectors:
        """BM25 of every text, shape (n,), for a query of weighted term numbers.

        What texts that are no longer there have is without meaning.
        """
        out = np.zeros(self.size, np.float32)
        numbers = np.array([term for term in weights if term >= 0], np.uint32)
        found_in, places = self._look_up(numbers)
        idf = np.log1p((self._live - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)
        start = 0
        for (part, _), norm, columns in zip(self._parts, self._norms, places, strict=True):
            piece = out[start : start + len(norm)]
            for term, rare, at in zip(numbers.tolist(), idf, columns, strict=True):
                if at.stop > at.start:
                    rows, tf = part.rows[at], part.counts[at].astype(np.float32)
                    piece[rows] += np.float32(weights[term]) * (rare * tf / (tf + norm[rows]))
            start += len(norm)  # a text stands once in a column, so nothing is added twice
        return out

    def rarest(self, terms: npt.NDArray[np.uint32], most: int) -> npt.NDArray[np.uint32]:
        """The terms that the fewest texts have."""
        return terms[np.argsort(self._look_up(terms)[0], kind="stable")[:most]]

    def _look_up(self, terms: npt.NDArray[np.uint32]) -> tuple[Rows, list[list[slice]]]:
        """How many texts have each term, and where its column stands in each part."""
        found_in, places = np.zeros(len(terms), np.int64), []
        for part, alive in self._parts:
            columns = list(part.columns(terms))
            if alive is None:
                here = [at.stop - at.start for at in columns]
            else:
                here = [int(np.count_nonzero(alive[part.rows[at]])) for at in columns]
            found_in += np.array(here, np.int64)
            places.append(columns)
        return found_in, places


def best(scores: Vectors, k: int, allowed: Mask | None = None) -> Rows:
    """Rows of the `k` highest scores above zero among the allowed ones, best first, ties by row."""
    rows = np.flatnonzero(scores > 0 if allowed is None else allowed & (scores > 0))
    if k <= 0:
        return rows[:0]
    if len(rows) > k:
        edge = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        above, equal = rows[scores[rows] > edge], rows[scores[rows] == edge]
        rows = np.concatenate([above, equal[: k - len(above)]])
    return rows[np.lexsort((rows, -scores[rows]))]
