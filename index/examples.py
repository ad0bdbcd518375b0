"""What an adapter learns from: questions, the passages that answer them, and passages that only seem to.

The latter are mined (hard negatives: Karpukhin et al. 2020, arXiv:2004.04906): of the passages that the
untrained hybrid ranks high for a question, those of other reports that are no reprints.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.load import read_bytes
from corpus.passages import context_line
from corpus.read import read_document
from index.recipe import Recipe
from index.types import Embedder

LOG = logging.getLogger("tashan.adapt")


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage of a training report, without and with its context in front."""

    doc: str
    plain: str
    full: str


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the piece that answers it, and pieces that look as if they did."""

    number: int
    question: str
    kind: str  # "written": seen in every epoch; "kept": to be answered as before; any other: made, seen once
    right: int
    wrong: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from, and the vectors that the untrained model has for it, shape (n, dimension)."""

    pieces: list[Piece]
    examples: list[Example]
    piece_vectors: npt.NDArray[np.float32]
    question_vectors: npt.NDArray[np.float32]


def pieces_of(doc: str, text: str) -> list[Piece]:
    """A report's passages as the index would hold them."""
    file = read_document(read_bytes(text.encode(), f"{doc}.txt"))
    found = []
    for report, passages in zip(file.reports, file.passages, strict=True):
        for passage in passages:
            context = context_line(report.locality, report.title, passage.heading_path)
            full = f"{context}\n{passage.text}" if context else passage.text
            found.append(Piece(doc, passage.text, full))
    return found


def _grams(text: str) -> set[str]:
    return {text[i : i + 4] for i in range(len(text) - 3)}


def answering(pieces: Sequence[Piece], evidence: str) -> int | None:
    """The piece that holds most of the evidence, by four-character grams; None when none holds a third."""
    wanted = _grams(evidence)
    shares = [len(wanted & _grams(piece.plain)) for piece in pieces]
    best = int(np.argmax(shares)) if shares else 0
    return best if shares and shares[best] * 3 >= max(1, len(wanted)) else None


def prepare(
    pairs: Sequence[dict[str, str]],
    reports: dict[str, str],
    base: Embedder,
    recipe: Recipe,
) -> Material:
    """An example for every pair whose evidence survived cleaning, over the pieces of all reports."""
    pieces: list[Piece] = []
    ranges: dict[str, tuple[int, int]] = {}
    learnt = {pair["doc"] for pair in pairs if _kind(pair) != "kept"}
    for doc, text in reports.items():
        start = len(pieces)
        found = pieces_of(doc, text)
        pieces += found if doc in learnt else [Piece(doc, piece.plain, piece.plain) for piece in found]
        ranges[doc] = (start, len(pieces))
    asked: list[tuple[str, str]] = []
    right: list[int] = []
    for pair in pairs:
        start, stop = ranges.get(pair["doc"], (0, 0))
        at = answering(pieces[start:stop], pair["evidence"])
        if at is not None:
            asked.append((pair["question"], _kind(pair)))
            right.append(start + at)
    LOG.info("%d pairs of %d, %d pieces", len(asked), len(pairs), len(pieces))
    vectors = base.passages([piece.full for piece in pieces])
    questions = base.queries([question for question, _ in asked])
    words, sparse = _bigrams([question for question, _ in asked], [piece.full for piece in pieces])
    dense_and_words = ((questions, vectors.T, 0.75), (words, sparse.T, 0.25))
    wrong = _mine(dense_and_words, sparse, np.array(right), np.array([p.doc for p in pieces]), recipe)
    examples = [
        Example(n, *each, r, w) for n, (each, r, w) in enumerate(zip(asked, right, wrong, strict=True))
    ]
    return Material(pieces, examples, vectors, questions)


def _kind(pair: dict[str, str]) -> str:
    return pair.get("kind", "written")


def _bigrams(questions: list[str], texts: list[str]) -> tuple[Any, Any]:
    """Sparse unit rows of character bigrams, weighted by rarity."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

    weigh = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), sublinear_tf=True, dtype=np.float32)
    sparse = weigh.fit_transform(texts)
    return weigh.transform(questions), sparse


def _mine(
    sides: Sequence[tuple[Any, Any, float]],
    sparse: Any,
    right: npt.NDArray[np.int64],
    docs: npt.NDArray[np.str_],
    recipe: Recipe,
) -> Iterator[tuple[int, ...]]:
    """For each question the pieces of other reports in the chosen ranks of the weighted sides."""
    low, high = recipe.hardest
    for start in range(0, len(right), 256):
        part, own = slice(start, start + 256), right[start : start + 256]
        scores = sum(weight * _standard(asked[part] @ found) for asked, found, weight in sides)
        assert isinstance(scores, np.ndarray)
        copies = (sparse[own] @ sparse.T).toarray() > recipe.reprint
        scores[(docs[None] == docs[own][:, None]) | copies] = -np.inf
        yield from (tuple(int(i) for i in row) for row in np.argsort(-scores, axis=1)[:, low:high])


def _standard(found: Any) -> npt.NDArray[np.float32]:
    scores = found if isinstance(found, np.ndarray) else found.toarray()
    spread = scores.std(axis=1, keepdims=True) + 1e-6
    return np.asarray((scores - scores.mean(axis=1, keepdims=True)) / spread, np.float32)
