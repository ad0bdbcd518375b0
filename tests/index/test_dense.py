from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dense import FILE, DenseIndex

RNG = np.random.default_rng(7)
VECTORS = RNG.standard_normal((400, 16)).astype(np.float32)
VECTORS /= np.linalg.norm(VECTORS, axis=1, keepdims=True)
INDEX = DenseIndex.build(VECTORS, 16)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 399), st.integers(0, 500), st.none() | st.floats(0, 1), st.integers(0, 9))
def test_search_is_exact_among_the_allowed(query: int, k: int, share: float | None, seed: int) -> None:
    allowed = None if share is None else np.random.default_rng(seed).random(400) < share
    rows = np.arange(400) if allowed is None else np.flatnonzero(allowed)
    exact = VECTORS[rows] @ VECTORS[query]
    found = INDEX.search(VECTORS[query], k, allowed)
    assert len(found) == min(k, len(rows)) == len(set(found.tolist()))
    assert set(found.tolist()) <= set(rows.tolist())
    assert np.allclose(INDEX.scores(VECTORS[query], found), np.sort(exact)[::-1][: len(found)], atol=1e-6)


@pytest.mark.parametrize("count", [0, 1, 400])
def test_round_trip(tmp_path: Path, count: int) -> None:
    DenseIndex.build(VECTORS[:count], 16).save(tmp_path)
    loaded = DenseIndex.load(tmp_path)
    assert (loaded.size, loaded.dimension) == (count, 16)
    rows = np.arange(count)
    assert np.array_equal(loaded.scores(VECTORS[0], rows), VECTORS[:count] @ VECTORS[0])
    assert len(loaded.search(VECTORS[0], 5)) == min(5, count)


def test_a_failed_write_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=FILE):
        INDEX.save(tmp_path / "nowhere")
