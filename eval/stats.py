"""Intervals and tests: percentile bootstrap and paired randomisation, seeded so that they repeat."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
PERMUTATIONS = 20000
LEVEL = 0.95
_AT_ONCE = 4_000_000  # numbers drawn at a time: 32 MB

Floats = npt.NDArray[np.float64]


def mean(values: Sequence[float]) -> float:
    """The mean, summed without rounding errors that depend on order."""
    return math.fsum(values) / len(values)


def interval(groups: Sequence[Sequence[float]], seed: tuple[object, ...]) -> tuple[float, float]:
    """95 % percentile bootstrap interval of the mean of the groups' means, resampled within groups.

    Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7, 1979; for retrieval:
    Sakai, "Evaluating evaluation metrics based on the bootstrap", SIGIR 2006.
    """
    rng = generator(seed)
    means = np.zeros(RESAMPLES)
    for group in groups:
        means += _resampled_means(np.asarray(group, np.float64), rng)
    means /= len(groups)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _resampled_means(values: Floats, rng: np.random.Generator) -> Floats:
    if (values == values[0]).all():
        return np.full(RESAMPLES, values[0])
    step = max(1, _AT_ONCE // len(values))
    parts = []
    for start in range(0, RESAMPLES, step):
        rows = min(step, RESAMPLES - start)
        parts.append(values[rng.integers(0, len(values), (rows, len(values)))].mean(axis=1))
    return np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class Difference:
    """Of two runs on the same questions: b − a."""

    a: float
    b: float
    low: float  # 95 % bootstrap interval of b − a
    high: float
    p: float  # two-sided paired randomisation test
    wins: int  # questions on which b is better
    losses: int
    n: int
    bootstrap: float = 1.0  # two-sided paired bootstrap test

    @property
    def delta(self) -> float:
        """B − a."""
        return self.b - self.a

    @property
    def significant(self) -> bool:
        """Whether p < 0.05."""
        return self.p < 0.05


def difference(a: Sequence[float], b: Sequence[float], seed: tuple[object, ...]) -> Difference:
    """Compare two runs question by question.

    The test is Fisher's paired randomisation with the mean difference as statistic: each
    question's difference changes its sign at random (Smucker, Allan and Carterette, "A comparison of
    statistical significance tests for information retrieval evaluation", CIKM 2007). p counts the observed
    outcome itself, so it is never 0 (Phipson and Smyth, 2010).

    Args:
        a: figures of one run.
        b: figures of the other, of the same questions in the same order.
        seed: what the random numbers are drawn from.
    """
    gap = np.asarray(b, np.float64) - np.asarray(a, np.float64)
    wins, losses = int((gap > 1e-12).sum()), int((gap < -1e-12).sum())
    if not wins and not losses:
        return Difference(mean(a), mean(b), 0.0, 0.0, 1.0, 0, 0, len(gap))
    low, high = interval([gap.tolist()], seed)
    p, other = _randomised(gap, generator(seed)), _bootstrapped(gap, generator((*seed, "bootstrap")))
    return Difference(mean(a), mean(b), low, high, p, wins, losses, len(gap), other)


def _randomised(gap: Floats, rng: np.random.Generator) -> float:
    gap = gap[np.abs(gap) > 1e-12]  # a tie stays a tie under any sign
    observed = abs(gap.sum()) - 1e-9
    step, extreme = max(1, _AT_ONCE // len(gap)), 0
    for start in range(0, PERMUTATIONS, step):
        rows = min(step, PERMUTATIONS - start)
        signs = rng.integers(0, 2, (rows, len(gap)), dtype=np.int8) * 2.0 - 1.0
        extreme += int((np.abs(signs @ gap) >= observed).sum())
    return (extreme + 1) / (PERMUTATIONS + 1)


def _bootstrapped(gap: Floats, rng: np.random.Generator) -> float:
    """Paired bootstrap test: how often a sample of the differences, moved to mean 0, strays as far.

    Efron and Tibshirani, "An introduction to the bootstrap", 1993, section 16.4; for retrieval: Sakai 2006.
    """
    centred, observed = gap - gap.mean(), abs(gap.mean()) - 1e-9
    step, extreme = max(1, _AT_ONCE // len(gap)), 0
    for start in range(0, PERMUTATIONS, step):
        rows = min(step, PERMUTATIONS - start)
        means = centred[rng.integers(0, len(gap), (rows, len(gap)))].mean(axis=1)
        extreme += int((np.abs(means) >= observed).sum())
    return (extreme + 1) / (PERMUTATIONS + 1)


def holm(ps: Sequence[float]) -> list[float]:
    """P values of several comparisons, adjusted so that the chance of any false one stays 5 %.

    Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6, 1979.

    >>> [round(p, 2) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(ps)), key=lambda at: ps[at])
    out, highest = [0.0] * len(ps), 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[at]))
        out[at] = highest
    return out


def generator(seed: tuple[object, ...]) -> np.random.Generator:
    """Random numbers that depend on the seed alone, not on what was drawn before."""
    digest = hashlib.sha256("\0".join(map(str, seed)).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))
