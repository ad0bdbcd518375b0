"""One search over one generation: filter; dense, words, bigrams; then all scores of each candidate."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from corpus.errors import TashanError
from index.catalog import Catalog
from index.generation import Generation
from index.lexical import best
from index.tokens import Tokenizer, bigrams
from index.types import Candidates, Embedder, Filter, Query, Vectors

_REMEMBERED = 1024  # questions and parts of questions whose vectors are kept

Mask = npt.NDArray[np.bool_]


class Questions:
    """Vectors of the latest questions: retrieval may ask the same one again under another filter."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._turn = threading.Lock()

    def vector(self, text: str) -> Vectors:
        """Shape (dimension,), float32, L2 norm 1."""
        vector: Vectors = self.vectors([text])[0]
        return vector

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The same of several texts at once, shape (len(texts), dimension)."""
        with self._turn:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        if fresh:
            known |= zip(fresh, self._embedder.queries(fresh), strict=True)
        with self._turn:
            for text in dict.fromkeys(texts):
                self._kept[text] = known[text]
                self._kept.move_to_end(text)
            while len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)
        return np.stack([known[text] for text in texts])

    def of_quotes(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts that are quoted, as those of passages: shape (len(texts), dimension)."""
        return self._embedder.passages(texts)


def able(questions: Questions | None, where: object) -> Questions:
    """`questions` of the store at `where`; raises TashanError where it was opened without an embedder."""
    if questions is None:
        raise TashanError(f"{where}：没有加载模型，不能检索。")
    return questions


def search(
    now: Generation,
    catalog: Catalog,
    questions: Questions,
    tokenizer: Tokenizer,
    query: Query,
    k: int,
    where: Filter,
) -> Candidates:
    """The best `k` of each kind of search among what `where` allows, all scores filled in exactly."""
    clock = Clock()
    ready = not now.pending  # where some vectors are lacking, those that are there would push the others out
    vector = questions.vector(query.text)
    clock.lap("embed")
    allowed = _allowed(now, catalog, where)
    clock.lap("filter")
    dense = now.dense.search(vector, k, allowed) if ready else np.zeros(0, np.int64)
    clock.lap("dense")
    words, pairs = _weights(catalog, tokenizer, query)
    by_word, by_pair, whole = now.words.scores(words), now.bigrams.scores(pairs), now.whole.scores(pairs)
    rows = np.unique(np.concatenate([dense, best(by_word, k, allowed), best(by_pair, k, allowed)]))
    clock.lap("lexical")
    return Candidates(
        numbers=now.numbers[rows],
        dense=now.dense.scores(vector, rows) if ready else np.zeros(len(rows), np.float32),
        words=by_word[rows],
        bigrams=by_pair[rows],
        whole=whole[now.report_rows[rows]],
        allowed=len(now.numbers) if allowed is None else int(np.count_nonzero(allowed)),
        timings_ms=clock.laps,
    )


def _allowed(now: Generation, catalog: Catalog, where: Filter) -> Mask | None:
    """Which passages may be found, None when all may."""
    if where.empty:
        return now.alive
    in_docs = catalog.reports_in(where.docs, now.revision) if where.docs else None
    passes: Mask = now.table.allowed(where, in_docs)[now.report_rows]
    return passes


def _weights(
    catalog: Catalog, tokenizer: Tokenizer, query: Query
) -> tuple[dict[int, float], dict[int, float]]:
    """Weights by term number, of words and of bigrams."""
    words, pairs = weighed(tokenizer.search_words, query), weighed(bigrams, query)
    numbers = catalog.term_numbers([*words, *pairs])
    return (
        {numbers[term]: weight for term, weight in words.items() if term in numbers},
        {numbers[term]: weight for term, weight in pairs.items() if term in numbers},
    )


def weighed(cut: Callable[[str], list[str]], query: Query) -> dict[str, float]:
    """Terms with weights: the question's as often as they occur, those of expansions at their own weight.

    >>> weighed(str.split, Query("", "积分 制 积分", (("积分 超市", 0.4),)))
    {'积分': 2.0, '制': 1.0, '超市': 0.4}
    """
    weights: dict[str, float] = {}
    for term in cut(query.lexical):
        weights[term] = weights.get(term, 0.0) + 1.0
    for synonym, weight in query.expansions:
        for term in cut(synonym):
            weights[term] = max(weights.get(term, 0.0), weight)
    return weights


class Clock:
    """Milliseconds of each part of a search."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """What passed since the last lap goes under this name."""
        now = time.perf_counter()
        self.laps[name] = (now - self._last) * 1e3
        self._last = now
