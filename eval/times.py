"""From a question to its hits: the median time, and where it goes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval import metrics
from eval.ablate import has_second_stage
from eval.setup import Bench
from eval.systems import Progress
from eval.types import Item
from rag.service import Service

PARTS = {
    "analyse": "理解问题",
    "embed": "问题向量",
    "filter": "按条件筛选",
    "dense": "语义检索",
    "lexical": "字词检索",
    "fuse": "融合与取段落",
}
TOTAL, SECOND = "合计", "合计，含第二阶段"
_WARM = ("别的县是怎么做积分制的？", "老旧小区加装电梯，钱从哪里来？", "除了外省，还有哪些地方推行河长制？")
HEADER = ("步骤", "中位，毫秒", "95%，毫秒")


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of each part, question by question.

    Attributes:
        parts: of the first stage.
        total: of the first stage.
        second: of both stages; empty where no second stage is configured.
    """

    parts: Mapping[str, Sequence[float]]
    total: Sequence[float]
    second: Sequence[float]
    passages: int

    @property
    def rows(self) -> list[list[str]]:
        """The table: part, median, 95 %."""
        named = [
            *((PARTS[key], self.parts[key]) for key in PARTS),
            (TOTAL, self.total),
            (SECOND, self.second),
        ]
        return [
            [name, f"{metrics.percentile(ms, 0.5):.1f}", f"{metrics.percentile(ms, 0.95):.1f}"]
            for name, ms in named
            if ms
        ]


def measure(table: Bench, progress: Progress) -> Timed:
    """Search for every question of a bench once, as typed, its vector included; no answers are written.

    What is loaded at the first question (divisions, dictionary, model) is loaded before the clock starts.
    Where a second stage is configured everything is asked a second time, through it.
    """
    plain, items = Service(table.settings, table.service.store), table.dataset.items
    parts: dict[str, list[float]] = {key: [] for key in PARTS}
    total = []
    for at, spent in enumerate(_asked(plain, items)):
        progress("计时", at, len(items))
        for key, ms in spent.items():
            parts[key].append(ms)
        total.append(sum(spent.values()))
    second = []
    if has_second_stage(table.settings):
        for at, spent in enumerate(_asked(table.service, items)):
            progress("计时（第二阶段）", at, len(items))
            # the index remembers vectors of late questions: count the time that making this one took
            second.append(sum(spent.values()) - spent["embed"] + parts["embed"][at])
    progress("计时", len(items), len(items))
    return Timed(parts, total, second, plain.store.counts.passages)


def _asked(service: Service, items: Sequence[Item]) -> Iterator[dict[str, float]]:
    """Milliseconds of each part, question by question; what is in no other part counts to `fuse`."""
    for text in _WARM:
        service.find(service.understand(text))
    for item in items:
        start = time.perf_counter()
        question = service.understand(item.question, item.history)
        understood = time.perf_counter()
        found = service.find(question)
        end = time.perf_counter()
        spent = {key: found.timings_ms.get(key, 0.0) for key in PARTS}
        spent["analyse"] = (understood - start) * 1000
        spent["fuse"] = 0.0
        spent["fuse"] = max(0.0, (end - start) * 1000 - sum(spent.values()))
        yield spent


def kept(table: Bench, timed: Timed) -> dict[str, Any]:
    """The table as docs/evaluation.md keeps it."""
    return {
        "key": table.conditions.key,
        "conditions": asdict(table.conditions),
        "passages": timed.passages,
        "header": HEADER,
        "rows": timed.rows,
    }
