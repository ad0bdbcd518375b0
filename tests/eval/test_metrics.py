from __future__ import annotations

import math

import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import metrics
from eval.answers import longest_common_subsequence

CUTS = (1, 3, 5, 10, 20)
MEASURES = {f"{name}.{','.join(map(str, CUTS))}" for name in ("ndcg_cut", "recall", "P", "success")}


@st.composite
def runs(draw: st.DrawFn) -> tuple[list[str], dict[str, int]]:
    """A ranked list and judgements over the same and other documents, at least one of them relevant."""
    docs = [f"d{number}" for number in range(draw(st.integers(1, 30)))]
    grades = {doc: draw(st.integers(0, 3)) for doc in docs if draw(st.booleans())}
    grades[draw(st.sampled_from(docs))] = draw(st.integers(1, 3))
    ranked = draw(st.permutations(docs))[: draw(st.integers(1, len(docs)))]
    return ranked, grades


@settings(max_examples=1000, deadline=None)
@given(runs())
def test_agrees_with_trec_eval(case: tuple[list[str], dict[str, int]]) -> None:
    ranked, grades = case
    evaluator = pytrec_eval.RelevanceEvaluator({"q": grades}, MEASURES | {"map", "recip_rank"})
    # Distinct scores: trec_eval breaks ties by document name.
    theirs = evaluator.evaluate({"q": {doc: float(len(ranked) - at) for at, doc in enumerate(ranked)}})["q"]
    ours = {
        "map": metrics.average_precision(ranked, grades),
        "recip_rank": metrics.reciprocal_rank(ranked, grades),
    }
    for k in CUTS:
        ours |= {
            f"ndcg_cut_{k}": metrics.ndcg(ranked, grades, k, metrics.linear),
            f"recall_{k}": metrics.recall(ranked, grades, k),
            f"P_{k}": metrics.precision(ranked, grades, k),
            f"success_{k}": metrics.hit(ranked, grades, k),
        }
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        assert math.isclose(value, theirs[name], abs_tol=1e-9), name


@settings(max_examples=200, deadline=None)
@given(runs())
def test_exponential_gain_is_linear_gain_of_mapped_grades(case: tuple[list[str], dict[str, int]]) -> None:
    ranked, grades = case
    mapped = {doc: 2**grade - 1 for doc, grade in grades.items()}
    evaluator = pytrec_eval.RelevanceEvaluator({"q": mapped}, {"ndcg_cut.10"})
    theirs = evaluator.evaluate({"q": {doc: float(-at) for at, doc in enumerate(ranked)}})["q"]["ndcg_cut_10"]
    assert math.isclose(metrics.ndcg(ranked, grades, 10), theirs, abs_tol=1e-9)


@given(runs(), st.integers(1, 30))
def test_capped_recall_can_reach_one(case: tuple[list[str], dict[str, int]], k: int) -> None:
    _, grades = case
    best = sorted(grades, key=lambda doc: -grades[doc])
    assert metrics.capped_recall(best, grades, k) == 1.0


def test_nothing_relevant_is_zero() -> None:
    for measure in (metrics.ndcg, metrics.recall, metrics.capped_recall, metrics.precision, metrics.hit):
        assert measure(["a"], {}, 10) == 0.0
    assert metrics.reciprocal_rank(["a"], {}) == metrics.average_precision(["a"], {}) == 0.0


def test_area_under_curve() -> None:
    assert metrics.area_under_curve([1.0], []) is None
    assert metrics.area_under_curve([0.5, 0.5], [0.5]) == 0.5
    assert metrics.area_under_curve([0.9, 0.8], [0.1]) == 1.0


def test_percentiles() -> None:
    assert metrics.percentile([], 0.5) == 0.0
    assert metrics.percentile([3.0], 0.95) == 3.0
    assert metrics.percentile([10, 0, 20], 1.0) == 20.0


@given(st.text("甲乙丙丁", max_size=12), st.text("甲乙丙丁", max_size=12))
def test_bit_parallel_subsequence_is_the_plain_one(a: str, b: str) -> None:
    row = [0] * (len(b) + 1)
    for x in a:
        above = row[:]
        for at, y in enumerate(b, 1):
            row[at] = above[at - 1] + 1 if x == y else max(above[at], row[at - 1])
    assert longest_common_subsequence(a, b) == row[-1]


@pytest.mark.parametrize("k", CUTS)
def test_gold_order_is_perfect(k: int) -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    assert metrics.ndcg(["a", "b", "c"], grades, k) == 1.0
