from __future__ import annotations

from collections import Counter
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import arrays
from index.lexical import K1, B, Bm25, Lexicon, Postings, best

TEXTS = [[1, 2, 2, 3], [2, 4], [5], [], [1, 1, 1, 1, 6, 2]]


def whole(texts: list[list[int]]) -> Bm25:
    return Bm25([Lexicon.build(postings(texts))], [None])


def postings(texts: list[list[int]]) -> Postings:
    return Postings.read(Postings.pack(Counter(text)) for text in texts)


def test_postings_keep_terms_and_counts() -> None:
    kept = postings([[7, 3, 7], [], [9] * 300])
    assert kept.starts.tolist() == [0, 2, 2, 3]
    assert kept.terms.tolist() == [3, 7, 9]
    assert kept.counts.tolist() == [1, 2, 255]


def test_scores_are_those_of_bm25s() -> None:
    ours = whole(TEXTS)
    theirs = bm25s.BM25(k1=K1, b=B, method="lucene")
    theirs.index([[str(term) for term in text] for text in TEXTS], show_progress=False)
    for query in ([1], [2, 4], [6, 5, 2]):
        expected = theirs.get_scores([str(term) for term in query])
        assert np.allclose(ours.scores(dict.fromkeys(query, 1.0)), expected, atol=1e-6)


def test_weights_scale_and_unknown_terms_score_nothing() -> None:
    lexicon = whole(TEXTS)
    assert np.allclose(lexicon.scores({2: 0.5}), 0.5 * lexicon.scores({2: 1.0}))
    assert not lexicon.scores({99: 1.0, 0: 1.0}).any()
    assert not lexicon.scores({}).any()


@pytest.mark.parametrize("texts", [TEXTS, [], [[]], [[], [3]]])
def test_round_trip(tmp_path: Path, texts: list[list[int]]) -> None:
    built = Lexicon.build(postings(texts))
    arrays.save(tmp_path / "x", built.arrays("words"))
    loaded = Lexicon.of(arrays.load(tmp_path / "x"), "words")
    scores = [Bm25([one], [None]).scores({1: 1.0, 2: 2.0}) for one in (built, loaded)]
    assert len(scores[0]) == len(texts)
    assert np.array_equal(*scores)


texts_of_terms = st.lists(st.lists(st.integers(0, 12), max_size=12), max_size=12)


@settings(deadline=None)
@given(st.lists(texts_of_terms, max_size=4), st.data())
def test_several_lexicons_score_like_one_of_what_is_left(
    parts: list[list[list[int]]], data: st.DataObject
) -> None:
    sizes = [len(part) for part in parts]
    masks = [np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), np.bool_) for n in sizes]
    left = [part[row] for part, mask in zip(parts, masks, strict=True) for row in np.flatnonzero(mask)]
    weights = {1: 1.0, 2: 0.4, 7: 2.0, 99: 1.0}
    several = Bm25([Lexicon.build(postings(part)) for part in parts], masks)
    kept = np.concatenate([np.zeros(0, np.bool_), *masks])
    assert np.array_equal(several.scores(weights)[kept], whole(left).scores(weights))


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), max_size=30), st.integers(0, 35), st.data())
def test_best_is_a_sort(values: list[int], k: int, data: st.DataObject) -> None:
    scores = np.array(values, np.float32)
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))), np.bool_)
    expected = sorted((i for i, v in enumerate(values) if v > 0 and mask[i]), key=lambda i: (-values[i], i))[
        :k
    ]
    assert best(scores, k, mask).tolist() == expected
    assert best(scores, k).tolist() == best(scores, k, np.ones_like(mask)).tolist()
