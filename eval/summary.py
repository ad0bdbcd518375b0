"""From the figures of questions to the figures of a run: means by type, intervals, refusals, times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval import metrics, stats
from eval.measures import BY_KEY
from eval.types import Result

ALL, MACRO = "all", "macro"
TYPE_LABELS = {
    "howto": "怎么做",
    "compare": "各地对比",
    "region": "限定地方",
    "exclude": "排除地方",
    "figure": "数字",
    "mechanism": "机制",
    "followup": "追问",
    "question": "问题",
    "unanswerable": "无答案",
    MACRO: "各类平均",
    ALL: "全部可答",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over n questions with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """How well a system knows what it can't answer.

    Attributes:
        accuracy: share of all questions that were rightly answered or rightly refused.
        false_refusals: share of the answerable questions that were refused.
        caught: share of the unanswerable questions that were refused; None without such questions.
        auc: area under the curve of the system's confidence, answerable against unanswerable.
    """

    accuracy: float
    false_refusals: float | None
    caught: float | None
    auc: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a run. Figures are reproducible; times are not and stand apart."""

    figures: dict[str, dict[str, Figure]]  # group (type, macro, all) → measure → figure
    refusal: Refusal
    latency_ms: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """Plain dictionaries."""
        return asdict(self)

    def value(self, group: str, measure: str) -> float | None:
        """A mean, None where the run has no such figure."""
        figure = self.figures.get(group, {}).get(measure)
        return figure.mean if figure else None


def summarise(results: Sequence[Result], seed: int) -> Summary:
    """Means and intervals by type, over types (macro) and over all answerable questions (all)."""
    by_type: dict[str, list[Result]] = {}
    for result in results:
        by_type.setdefault(result.item.type, []).append(result)
    answerable = {kind: rows for kind, rows in by_type.items() if kind != "unanswerable"}
    figures = {kind: _figures(rows, seed, kind) for kind, rows in by_type.items()}
    if len(answerable) > 1:
        figures[MACRO] = _macro(answerable, seed)
    figures[ALL] = _figures([row for rows in answerable.values() for row in rows], seed, ALL)
    return Summary(figures, refusal(results), _latency(results))


def values(results: Sequence[Result], measure: str) -> list[float]:
    """One measure of every question that has it."""
    return [result.marks[measure] for result in results if measure in result.marks]


def _figures(results: Sequence[Result], seed: int, group: str) -> dict[str, Figure]:
    out = {}
    for measure in BY_KEY:
        found = values(results, measure)
        if found:
            low, high = stats.interval([found], (seed, group, measure))
            out[measure] = Figure(stats.mean(found), low, high, len(found))
    return out


def _macro(by_type: Mapping[str, Sequence[Result]], seed: int) -> dict[str, Figure]:
    """The mean of the types' means: every type counts the same, however many questions it has."""
    out = {}
    for measure in BY_KEY:
        groups = [found for rows in by_type.values() if (found := values(rows, measure))]
        if groups:
            low, high = stats.interval(groups, (seed, MACRO, measure))
            mean = stats.mean([stats.mean(group) for group in groups])
            out[measure] = Figure(mean, low, high, sum(map(len, groups)))
    return out


def refusal(results: Sequence[Result]) -> Refusal:
    """Refusals of all questions."""
    answerable = [r for r in results if r.item.answerable]
    others = [r for r in results if not r.item.answerable]
    right = sum(not r.output.refused for r in answerable) + sum(r.output.refused for r in others)
    return Refusal(
        accuracy=right / len(results),
        false_refusals=sum(r.output.refused for r in answerable) / len(answerable) if answerable else None,
        caught=sum(r.output.refused for r in others) / len(others) if others else None,
        auc=metrics.area_under_curve(_confidence(answerable), _confidence(others)),
    )


def _confidence(results: Sequence[Result]) -> list[float]:
    return [r.output.confidence for r in results if r.output.confidence is not None]


def _latency(results: Sequence[Result]) -> dict[str, float]:
    times = [r.output.ms for r in results if r.output.ms is not None]
    if not times:
        return {}
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(metrics.percentile(times, share), 1) for name, share in shares.items()}
