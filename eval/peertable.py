"""Quality and speed beside peers, each figure with its ratio to ours, and where we do not lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval import metrics, stats
from eval.material import Asked
from eval.measures import BY_KEY, ranking
from eval.run import SEED

SHOWN = ("ndcg@10", "hit@1", "recall@10", "mrr@10")
_NOTE = (
    "{questions} answerable questions without history; the same raw files and the same model for all. Peers "
    "get the files as they are, in {chunks} chunks of 500 characters, 50 shared (LangChain's recursive "
    "splitter); we search {passages} passages; both are judged by documents. In brackets: the ratio to ours. "
    "p: paired randomisation test of nDCG@10 against ours. Milliseconds are medians, embedding the question "
    "included; ours were taken again beside each peer, and the ratio is to those. Indexing is CPU time of "
    "all steps from the files on; ours also cleans, finds places and reprints and keeps everything on disk, "
    "while peers stay in memory."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system found and how long it took."""

    label: str
    ranked: Mapping[str, Sequence[str]]  # question → documents
    ms: Mapping[str, float]  # embedding the question included
    our_ms: Mapping[str, float]  # ours of the same minutes; empty for ourselves
    seconds: float | None  # CPU, from files to index; None where it was not measured


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    marks: Mapping[str, Sequence[float]]  # measure → figure of each question
    ms: float
    times: float  # ms against ours
    seconds: float | None


def outcome(label: str, body: Mapping[str, Any], shared: float) -> Outcome:
    """A peer's outcome as it was kept; `shared` are the CPU seconds of splitting and embedding."""
    return Outcome(label, body["ranked"], body["ms"], body["our_ms"], shared + body["index_seconds"])


def tabulated(one: Asked, outcomes: Sequence[Outcome], chunks: int, passages: int) -> dict[str, Any]:
    """The table of a dataset as docs/evaluation.md keeps it; the first outcome is ours."""
    rows = [_row(one, outcome) for outcome in outcomes]
    header = ["recipe", *(BY_KEY[key].label for key in SHOWN), "p", "question, ms", "indexing, CPU s"]
    note = _NOTE.format(questions=len(one.items), chunks=chunks, passages=passages)
    return {
        "note": note,
        "header": header,
        "rows": [_cells(row, rows[0], one.name) for row in rows],
        "lead": lead(rows),
    }


def _row(one: Asked, outcome: Outcome) -> _Row:
    found = [ranking(list(outcome.ranked.get(one.key(item), ())), item.grades) for item in one.items]
    marks = {key: [mark[key] or 0.0 for mark in found] for key in SHOWN}
    ms = _median(one, outcome.ms)
    ours = _median(one, outcome.our_ms) if outcome.our_ms else ms
    return _Row(outcome.label, marks, ms, ms / ours, outcome.seconds)


def _median(one: Asked, times: Mapping[str, float]) -> float:
    return metrics.percentile([times[one.key(item)] for item in one.items], 0.5)


def _cells(row: _Row, us: _Row, dataset: str) -> list[str]:
    p = stats.difference(row.marks["ndcg@10"], us.marks["ndcg@10"], (SEED, "peers", dataset, row.label)).p
    means = [(stats.mean(row.marks[key]), stats.mean(us.marks[key])) for key in SHOWN]
    return [
        row.label,
        *(f"{mean:.3f}" + ("" if row is us else f" ({mean / ours:.2f})") for mean, ours in means),
        "—" if row is us else f"{p:.4f}",
        f"{row.ms:.0f}" + ("" if row is us else f" ({row.times:.2f})"),
        _seconds(row, us),
    ]


def _seconds(row: _Row, us: _Row) -> str:
    if row.seconds is None:
        return "—"
    against = "" if row is us or us.seconds is None else f" ({row.seconds / us.seconds:.2f})"
    return f"{row.seconds:.0f}{against}"


def lead(rows: Sequence[_Row]) -> str:
    """Where we do not lead, in one sentence."""
    behind = [f"{column}: {label}" for column, label in _ahead(rows[0], rows[1:])]
    return f"We do not lead in {'; '.join(behind)}." if behind else "We lead in every column."


def _ahead(us: _Row, others: Sequence[_Row]) -> Iterator[tuple[str, str]]:
    """Columns with the peers that are better there."""
    for key in SHOWN:
        ours = stats.mean(us.marks[key])
        for row in others:
            if stats.mean(row.marks[key]) > ours:
                yield BY_KEY[key].label, row.label
    for row in others:
        if row.times < 1:
            yield "time for a question", row.label
    for row in others:
        if row.seconds is not None and us.seconds is not None and row.seconds < us.seconds:
            yield "indexing", row.label
