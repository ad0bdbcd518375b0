"""Ranking metrics: a ranked list of documents against graded relevance judgements.

All take `ranked` (document ids, best first, each once) and `grades` (document id → grade, a whole number;
a document is relevant when its grade is at least 1, one that is not judged counts as 0). All return a figure
in [0, 1] and 0.0 where nothing is relevant. Binary ones agree with trec_eval's measures of the same name;
`ndcg` agrees with its ``ndcg_cut`` under `linear` gain (tests/eval/test_metrics.py holds both to 1e-9).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

Gain = Callable[[int], float]
Grades = Mapping[str, int]


def exponential(grade: int) -> float:
    """Gain ``2^grade − 1`` (Burges et al., 2005, "Learning to Rank using Gradient Descent")."""
    return float(2 ** max(0, grade) - 1)


def linear(grade: int) -> float:
    """Gain ``grade`` (Järvelin and Kekäläinen, 2002; what trec_eval uses)."""
    return float(max(0, grade))


def dcg(grades: Iterable[int], k: int, gain: Gain = exponential) -> float:
    """Discounted cumulative gain: the sum over ranks 1…k of ``gain(grade) / log2(rank + 1)``.

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002,
    in the form with a discount from rank 2 on that trec_eval and TREC Web use.
    """
    return sum(gain(grade) / math.log2(rank + 1) for rank, grade in enumerate(_first(grades, k), 1))


def ndcg(ranked: Sequence[str], grades: Grades, k: int = 10, gain: Gain = exponential) -> float:
    """DCG@k over the DCG@k of the best possible order of all judged documents.

    >>> ndcg(["a", "b"], {"a": 3, "b": 1})
    1.0
    """
    best = dcg(sorted(grades.values(), reverse=True), k, gain)
    return dcg((grades.get(doc, 0) for doc in ranked), k, gain) / best if best else 0.0


def recall(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """Share of the relevant documents that are among the first k (trec_eval ``recall_k``)."""
    wanted = relevant(grades)
    return len(wanted.intersection(ranked[:k])) / len(wanted) if wanted else 0.0


def capped_recall(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """Recall where at most k relevant documents are asked for: 1.0 can always be reached.

    ``R_cap@k`` of Thakur et al., "BEIR", NeurIPS Datasets and Benchmarks 2021.
    """
    wanted = relevant(grades)
    return len(wanted.intersection(ranked[:k])) / min(k, len(wanted)) if wanted else 0.0


def precision(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """Share of the first k places with a relevant document; an empty place is a miss (``P_k``)."""
    return len(relevant(grades).intersection(ranked[:k])) / k


def hit(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """1.0 where any of the first k is relevant (``success_k``)."""
    return float(bool(relevant(grades).intersection(ranked[:k])))


def reciprocal_rank(ranked: Sequence[str], grades: Grades, k: int | None = None) -> float:
    """One over the rank of the first relevant document; its mean over questions is MRR (``recip_rank``).

    Voorhees, "The TREC-8 Question Answering Track Report", 1999.

    >>> reciprocal_rank(["x", "a"], {"a": 1})
    0.5
    """
    wanted = relevant(grades)
    return next((1.0 / rank for rank, doc in enumerate(ranked[:k], 1) if doc in wanted), 0.0)


def average_precision(ranked: Sequence[str], grades: Grades, k: int | None = None) -> float:
    """Mean over the relevant documents of the precision at their rank, 0 for one not found.

    Its mean over questions is MAP (``map``).
    Buckley and Voorhees, "Evaluating evaluation measure stability", SIGIR 2000.
    """
    wanted = relevant(grades)
    found, total = 0, 0.0
    for rank, doc in enumerate(ranked[:k], 1):
        if doc in wanted:
            found += 1
            total += found / rank
    return total / len(wanted) if wanted else 0.0


def relevant(grades: Grades) -> set[str]:
    """The documents with a grade of at least 1."""
    return {doc for doc, grade in grades.items() if grade >= 1}


def area_under_curve(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Chance that a positive scores above a negative, ties half (Mann–Whitney U over n·m); None without both.

    Hanley and McNeil, "The meaning and use of the area under a ROC curve", Radiology 143, 1982.

    >>> area_under_curve([0.9, 0.5], [0.5, 0.1])
    0.875
    """
    if not positive or not negative:
        return None
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))


def percentile(values: Sequence[float], share: float) -> float:
    """The value at `share` (0…1) of the sorted values, interpolated (Hyndman and Fan, 1996, type 7).

    >>> percentile([1, 2, 3, 4], 0.5)
    2.5
    """
    if not values:
        return 0.0
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (at - low))


def _first(values: Iterable[int], k: int) -> Iterable[int]:
    return (value for value, _ in zip(values, range(k), strict=False))
