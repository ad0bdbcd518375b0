"""Runs against each other, question by question: differences, intervals, significance, wins and losses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.errors import TashanError
from eval import stats
from eval.measures import BY_KEY
from eval.run import SEED, Run
from eval.stats import Difference
from eval.types import Result

COMPARED = (
    "ndcg@10", "hit@1", "recall@10", "mrr@10", "evidence", "facts", "answer_recall", "cited_gold",
    "quotes_valid", "wrong_place", "decided",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """A measure in two runs, with what may be said about it."""

    measure: str
    run: str  # the name of the second run
    difference: Difference
    adjusted: float  # p after Holm's correction over the runs that are compared with the first

    @property
    def words(self) -> str:
        """The outcome in Chinese."""
        if self.adjusted >= 1 - stats.LEVEL:
            return "无显著差异"
        better = self.difference.delta * BY_KEY[self.measure].better > 0
        return "显著变好" if better else "显著变差"


@dataclass(frozen=True, slots=True)
class Change:
    """A question that went differently."""

    id: str
    question: str
    a: float
    b: float


def compare(runs: Sequence[Run], seed: int = SEED) -> list[Compared]:
    """Every later run against the first, on the questions that both have.

    Raises:
        TashanError: the runs share no question.
    """
    base, out = _marks(runs[0]), []
    for measure in COMPARED:
        found = []
        for other in runs[1:]:
            pair = paired(base, _marks(other), measure)
            if pair:
                found.append((other.name, stats.difference(*pair, (seed, measure))))
        adjusted = stats.holm([difference.p for _, difference in found])
        out += [Compared(measure, name, d, p) for (name, d), p in zip(found, adjusted, strict=True)]
    if not out:
        raise TashanError("这些结果没有共同的题目，不能比较。", "请用同一个数据集评测后再比较。")
    return out


def paired(
    a: Mapping[str, Mapping[str, float]], b: Mapping[str, Mapping[str, float]], measure: str
) -> tuple[list[float], list[float]] | None:
    """A measure of the questions that have it in both runs, in the order of the first."""
    shared = [key for key, marks in a.items() if measure in marks and measure in b.get(key, {})]
    if not shared:
        return None
    return [a[key][measure] for key in shared], [b[key][measure] for key in shared]


def changes(a: Run, b: Run, measure: str) -> list[Change]:
    """The questions on which a measure differs, largest change first."""
    before = {result.item.id: result for result in a.results}
    found = list(_changes(before, b.results, measure))
    return sorted(found, key=lambda change: (-abs(change.b - change.a), change.id))


def _changes(before: Mapping[str, Result], after: Sequence[Result], measure: str) -> Iterator[Change]:
    for result in after:
        earlier = before.get(result.item.id)
        if earlier and measure in earlier.marks and measure in result.marks:
            x, y = earlier.marks[measure], result.marks[measure]
            if abs(x - y) > 1e-12:
                yield Change(result.item.id, result.item.question, x, y)


def unlike(runs: Sequence[Run]) -> list[str]:
    """Conditions in which the runs differ although a comparison supposes them the same (Chinese)."""
    names = {"dataset_sha256": "数据集", "corpus": "语料", "limit": "抽题数", "seed": "随机种子"}
    return [
        label
        for key, label in names.items()
        if len({str(run.info["conditions"].get(key)) for run in runs}) > 1
    ]


def _marks(run: Run) -> dict[str, dict[str, float]]:
    return {result.item.id: result.marks for result in run.results}
