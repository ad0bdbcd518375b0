from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import stats

SHARES = st.lists(st.floats(0, 1), min_size=2, max_size=40)


@given(SHARES)
def test_an_interval_holds_the_mean_and_repeats(values: list[float]) -> None:
    low, high = stats.interval([values], ("seed", 1))
    assert low - 1e-9 <= stats.mean(values) <= high + 1e-9 or len(set(values)) > 1
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert stats.interval([values], ("seed", 1)) == (low, high)


def test_a_run_against_itself_is_no_difference() -> None:
    values = [0.1, 0.9, 0.5] * 20
    found = stats.difference(values, values, (1,))
    assert (found.p, found.wins, found.losses, found.low, found.high) == (1.0, 0, 0, 0.0, 0.0)
    assert not found.significant


def test_a_planted_difference_is_found() -> None:
    """Five points in the mean, made of noise on every question with a little more up than down."""
    rng = stats.generator(("planted",))
    a = rng.uniform(0.2, 0.8, 300)
    b = a + rng.normal(0.05, 0.2, 300)
    found = stats.difference(a.tolist(), b.tolist(), (1,))
    assert found.significant and 0.02 < found.delta < 0.08
    assert found.low < found.delta < found.high


def test_noise_is_rarely_significant() -> None:
    """A test at 5 % finds a difference where there is none in about 5 of 100 cases."""
    rng = stats.generator(("noise",))
    hits = 0
    for case in range(100):
        a, b = rng.uniform(0, 1, 40), rng.uniform(0, 1, 40)
        hits += stats.difference(a.tolist(), b.tolist(), (case,)).significant
    assert hits <= 12


def test_randomisation_is_exact_on_small_samples() -> None:
    """Four gains of the same size: 2 of the 16 sign patterns are as extreme."""
    assert math.isclose(stats.difference([0.0] * 4, [0.5] * 4, (7,)).p, 2 / 16, abs_tol=0.01)


def test_holm_never_lowers_and_never_passes_one() -> None:
    ps = [0.2, 0.001, 0.9, 0.04]
    adjusted = stats.holm(ps)
    assert all(x <= y <= 1 for x, y in zip(ps, adjusted, strict=True))
    assert stats.holm([]) == []


@pytest.mark.parametrize("seed", [("a", 1), ("a", "1")])
def test_seeds_are_what_they_say(seed: tuple[object, ...]) -> None:
    assert stats.generator(seed).integers(0, 1 << 30) == stats.generator(("a", 1)).integers(0, 1 << 30)
