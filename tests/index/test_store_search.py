"""What LocalStore.search gives, against scores computed without any index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

from corpus.passages import context_line
from index import tokens
from index.embedder import FakeEmbedder
from index.lexical import Bm25, Lexicon, Postings
from index.store import LocalStore
from index.types import Candidates, Query, Vectors
from tests.index.filed import some
from tests.index.stores import ALL, QUERY


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    root = tmp_path_factory.mktemp("shared") / "s"
    with LocalStore.open(root, FakeEmbedder(), create=True) as store:
        store.add(some(60))
        yield store


def brute(store: LocalStore, query: Query) -> dict[int, tuple[float, ...]]:
    """Every passage's scores, computed from the texts without any index."""
    assert store.embedder is not None
    now = store._now()
    passages = store.passages(now.numbers.tolist())
    contexts = dict(store._catalog.rows("SELECT number, context || char(10) || text FROM passages"))
    texts = [contexts[stored.number] for stored in passages]
    dense = (
        store.embedder.passages(texts).astype(np.float16).astype(np.float32)
        @ store.embedder.queries([query.text])[0]
    )
    reports = sorted({stored.head.report for stored in passages})
    wholes = [
        f"{context_line(report.head.locality, report.head.title, ())}\n{report.text}"
        for name in reports
        if (report := store.report(name))
    ]
    words = bm25(texts, tokens.Tokenizer().search_words, query)
    pairs = bm25(texts, tokens.bigrams, query)
    whole = dict(zip(reports, bm25(wholes, tokens.bigrams, query), strict=True))
    return {
        stored.number: (dense[i], words[i], pairs[i], whole[stored.head.report])
        for i, stored in enumerate(passages)
    }


def bm25(texts: list[str], cut: object, query: Query) -> Vectors:
    ids: dict[str, int] = {}
    counted = [Counter(ids.setdefault(t, len(ids)) for t in cut(text)) for text in texts]  # type: ignore[operator]
    weights = Counter(cut(query.lexical))  # type: ignore[operator]
    expanded = {t: w for synonym, w in query.expansions for t in cut(synonym)}  # type: ignore[operator]
    merged = {t: max(weights[t], expanded.get(t, 0)) for t in {*weights, *expanded}}
    whole = Bm25([Lexicon.build(Postings.read(map(Postings.pack, counted)))], [None])
    return whole.scores({ids[t]: w for t, w in merged.items() if t in ids})


def rows(hits: Candidates) -> dict[int, tuple[float, ...]]:
    columns = (hits.dense, hits.words, hits.bigrams, hits.whole)
    return {int(n): tuple(c[i] for c in columns) for i, n in enumerate(hits.numbers)}


@pytest.mark.parametrize("k", [1, 7, 1000])
def test_candidates_are_the_union_of_the_best_with_exact_scores(shared: LocalStore, k: int) -> None:
    expected, hits = brute(shared, QUERY), rows(shared.search(QUERY, k, ALL))
    for number, scores in hits.items():
        assert scores == pytest.approx(expected[number], abs=1e-4)
    for kind in range(3):
        best = sorted(
            (scores[kind] for scores in expected.values() if kind == 0 or scores[kind] > 0), reverse=True
        )[:k]
        have = sorted((scores[kind] for scores in hits.values()), reverse=True)
        assert have[: len(best)] == pytest.approx(best, abs=1e-4)
    assert len(hits) <= 3 * k


def test_the_question_is_timed(shared: LocalStore) -> None:
    assert set(shared.search(QUERY, 5, ALL).timings_ms) == {"embed", "filter", "dense", "lexical"}
