"""From a question to its hits: the median time, and where it goes."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval import metrics
from eval.setup import Bench
from eval.systems import Progress

PARTS = {
    "analyse": "理解问题",
    "embed": "问题向量",
    "filter": "按条件筛选",
    "dense": "语义检索",
    "lexical": "字词检索",
    "rerank": "重排",
    "fuse": "融合与取段落",
}
TOTAL = "合计"
_WARM = ("别的县是怎么做积分制的？", "老旧小区加装电梯，钱从哪里来？", "除了外省，还有哪些地方推行河长制？")
HEADER = ("步骤", "中位，毫秒", "95%，毫秒")


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of each part, question by question."""

    parts: Mapping[str, Sequence[float]]
    total: Sequence[float]
    passages: int

    @property
    def rows(self) -> list[list[str]]:
        """The table: part, median, 95 %."""
        named = [(PARTS[key], self.parts[key]) for key in PARTS if any(self.parts[key])]
        return [
            [name, f"{metrics.percentile(ms, 0.5):.1f}", f"{metrics.percentile(ms, 0.95):.1f}"]
            for name, ms in (*named, (TOTAL, self.total))
        ]


def measure(table: Bench, progress: Progress) -> Timed:
    """Search for every question of a bench once, as typed, its vector included; no answers are written.

    What is loaded at the first question (divisions, dictionary, model) is loaded before the clock starts.
    """
    service = table.service
    for text in _WARM:
        service.find(service.understand(text))
    parts: dict[str, list[float]] = {key: [] for key in PARTS}
    total: list[float] = []
    for at, item in enumerate(table.dataset.items):
        progress("计时", at, len(table.dataset.items))
        start = time.perf_counter()
        question = service.understand(item.question, item.history)
        understood = time.perf_counter()
        found = service.find(question)
        end = time.perf_counter()
        known = {key: found.timings_ms.get(key, 0.0) for key in PARTS}
        known["analyse"] = (understood - start) * 1000
        known["fuse"] = max(0.0, (end - understood) * 1000 - sum(known[key] for key in _SEARCHED))
        for key, ms in known.items():
            parts[key].append(ms)
        total.append((end - start) * 1000)
    progress("计时", len(total), len(total))
    return Timed(parts, total, service.store.counts.passages)


_SEARCHED = ("embed", "filter", "dense", "lexical", "rerank")


def kept(table: Bench, timed: Timed) -> dict[str, Any]:
    """The table as docs/evaluation.md keeps it."""
    return {
        "key": table.conditions.key,
        "conditions": asdict(table.conditions),
        "passages": timed.passages,
        "header": HEADER,
        "rows": timed.rows,
    }
