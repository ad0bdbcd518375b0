from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import dense
from index.dense import FILE, DenseIndex, Sizing

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


# ---- approximate indexes

MANY = 6000


def clustered(count: int) -> np.ndarray:  # type: ignore[type-arg]
    """Unit vectors around some hundred centres, as texts lie around their topics."""
    draw = np.random.default_rng(3)
    centres = draw.standard_normal((100, 32))
    made = centres[draw.integers(0, 100, count)] + 0.6 * draw.standard_normal((count, 32))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module", params=["hnsw", "ivf"])
def approximate(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DenseIndex:
    built = DenseIndex.build(clustered(MANY), 32, request.param)
    folder = tmp_path_factory.mktemp(request.param)
    built.save(folder)
    return DenseIndex.load(folder, built.made)


def test_recall_is_measured_and_true(approximate: DenseIndex) -> None:
    made, vectors = approximate.made, clustered(MANY)
    assert made.effort > 0 and made.recall >= 0.95
    draw = np.random.default_rng(5)
    shares = []
    for row in draw.integers(0, MANY, 40).tolist():
        question = vectors[row] + 0.1 * draw.standard_normal(32).astype(np.float32)
        exact = np.argsort(-(vectors @ question))[:10]
        shares.append(len({*approximate.search(question, 100)[:10].tolist()} & {*exact.tolist()}) / 10)
    assert np.mean(shares) > 0.9


@pytest.mark.parametrize("share", [0.0, 0.0005, 0.01, 0.2, 0.9, 1.0])
def test_filters_stay_hard_and_narrow_ones_exact(approximate: DenseIndex, share: float) -> None:
    vectors = clustered(MANY)
    allowed = np.random.default_rng(1).random(MANY) < share
    found = approximate.search(vectors[7], 50, allowed)
    rows = np.flatnonzero(allowed)
    assert len(found) == min(50, len(rows)) == len({*found.tolist()})
    assert allowed[found].all()
    exact = rows[np.argsort(-(vectors[rows].astype(np.float16).astype(np.float32) @ vectors[7]))[:50]]
    if share < 1:  # up to 20,000 allowed rows are compared one by one
        assert set(found.tolist()) == set(exact.tolist())


def test_a_graph_under_a_wide_filter_is_asked(
    approximate: DenseIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "_FEW_ROWS", 10)
    vectors = clustered(MANY)
    for share in (0.03, 0.3, 0.95):
        allowed = np.random.default_rng(2).random(MANY) < share
        found = approximate.search(vectors[11], 20, allowed)
        assert len(found) == 20 and allowed[found].all()
        scores = approximate.scores(vectors[11], found)
        assert (np.diff(scores) <= 1e-6).all()


@pytest.mark.parametrize(
    ("size", "kind", "memory", "chosen"),
    [
        (3_000, "hnsw", 2048, "flat"),
        (5_000, "ivf", 2048, "ivf"),
        (50_000, "auto", 2048, "flat"),
        (50_000, "auto", 40, "hnsw"),
        (50_000, "auto", 20, "ivf"),
        (100_000, "auto", 2048, "hnsw"),
        (250_000, "auto", 2048, "ivf"),
        (250_000, "flat", 2048, "flat"),
    ],
)
def test_the_kind_follows_size_and_memory(size: int, kind: str, memory: int, chosen: str) -> None:
    assert Sizing(kind, memory, size).choose(size, 384) == chosen
