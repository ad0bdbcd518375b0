"""Several scores of one candidate → one, in [0, 1].

Fusion is the weighted sum of min–max normalised scores (CombSUM, Fox and Shaw 1994; the better of score and
rank fusion in Bruch, Gai and Ingber 2023, doi:10.1145/3596512).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.types import Candidates, StoredPassage, Vectors
from rag.config import Search
from rag.types import Hit


@dataclass(frozen=True, slots=True)
class Fused:
    """Scores of n candidates. `raw` and `scaled` have one row a search: dense, words, bigrams, whole."""

    total: Vectors  # shape (n,), in [0, 1]
    lexical: Vectors  # shape (n,), the lexical part alone, in [0, 1]
    raw: Vectors  # shape (4, n)
    scaled: Vectors  # shape (4, n), each row in [0, 1]

    def hit(self, at: int, stored: StoredPassage) -> Hit:
        """The candidate at a row as a hit."""
        parts = tuple((name, float(self.scaled[row, at])) for row, name in enumerate(_SEARCHES))
        return Hit(stored, float(self.total[at]), float(self.raw[0, at]), float(self.lexical[at]), parts)


_SEARCHES = ("dense", "words", "bigrams", "whole")


def fuse(found: Candidates, search: Search) -> Fused:
    """Weighted sum of the min–max normalised scores of each search, over the candidates of one question."""
    weights = np.array([search.dense, search.words, search.bigrams, search.whole], np.float32)
    raw = np.stack([found.dense, found.words, found.bigrams, found.whole]).astype(np.float32)
    scaled = np.stack([min_max(row) for row in raw])
    total = weights @ scaled / max(float(weights.sum()), 1e-9)
    lexical = weights[1:] @ scaled[1:] / max(float(weights[1:].sum()), 1e-9)
    return Fused(total, lexical, raw, scaled)


def min_max(scores: Vectors) -> Vectors:
    """Onto [0, 1]; where all are equal, 1 if they are positive and 0 if not."""
    if not len(scores):
        return scores
    low, high = float(scores.min()), float(scores.max())
    if high - low < 1e-9:
        return np.full_like(scores, 1.0 if high > 0 else 0.0)
    scaled: Vectors = (scores - low) / (high - low)
    return scaled
