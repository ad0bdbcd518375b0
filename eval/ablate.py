"""What each part of retrieval is worth: each alone, all but one, against all. No answers are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from eval import stats
from eval.measures import ranking
from eval.run import SEED
from eval.setup import Bench, with_changes
from eval.stats import Difference
from eval.systems import Progress
from eval.types import Item
from index.types import Store, StoredPassage
from rag.config import Settings
from rag.service import Service
from rag.types import Question

PARTS = {"dense": "语义", "words": "词", "bigrams": "二字", "whole": "全文"}
MEASURES = ("ndcg@10", "hit@1", "recall@10", "mrr@10")
ALL = "全部"
_DEPTH = 15  # reports a question is given, as when it is asked


@dataclass(frozen=True, slots=True)
class Variant:
    """Retrieval with something changed, with a name for readers.

    Attributes:
        settings: of retrieval.
        anywhere: places asked for or left out are not heeded.
        reprints: each print of a report counts, not one of a cluster.
        first_stage: without the second stage, if one is configured.
    """

    name: str
    settings: Settings
    anywhere: bool = False
    reprints: bool = False
    first_stage: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A variant's figures, and each against all parts together (None for these themselves)."""

    name: str
    means: dict[str, float]
    against: dict[str, Difference] | None


@dataclass(frozen=True, slots=True)
class Tested:
    """A row with the p values of a measure after Holm's correction over all rows; None for the first row."""

    row: Row
    randomised: float | None
    bootstrap: float | None


def variants(settings: Settings) -> list[Variant]:
    """All parts; each alone; all but one; without what comes after the fusion; equal weights."""
    search = settings.search
    used = [part for part in PARTS if getattr(search, part) > 0]
    out = [Variant(ALL, settings)]
    for part in PARTS:
        only: dict[str, float] = {other: float(other == part) for other in PARTS}
        out.append(Variant(f"只有{PARTS[part]}", with_changes(settings, "search", only)))
    out += [Variant(f"去掉{PARTS[part]}", with_changes(settings, "search", {part: 0.0})) for part in used]
    equal = {part: 1.0 for part in used}
    switches: Sequence[tuple[str, dict[str, object]]] = (
        ("去掉同义词", {"synonyms": 0.0}),
        ("不看所问各项说全没有", {"concepts": 0.0}),
        ("不看问题的各部分", {"clauses": 0.0}),
        ("不看与前几篇像不像", {"feedback": 0.0}),
        ("不看题名", {"titled": 0.0}),
        ("问多地时语义不加重", {"dense_many": 1.0}),
        ("不分散到各地", {"per_place": 50}),
        ("各部分等权", dict(equal)),
    )
    for name, changes in switches:
        if any(getattr(search, key) != value for key, value in changes.items()):
            out.append(Variant(name, with_changes(settings, "search", changes)))
    out.append(Variant("不按地方筛选", settings, anywhere=True))
    out.append(Variant("转载各算一篇", settings, reprints=True))
    if has_second_stage(settings):
        out.append(Variant("去掉第二阶段", settings, first_stage=True))
    return out


def has_second_stage(settings: Settings) -> bool:
    """Whether a reranker is configured."""
    return bool(getattr(settings.search, "reranker", ""))


def ablate(table: Bench, progress: Progress, *, other: Bench | None = None, seed: int = SEED) -> list[Row]:
    """The table of parts on the answerable questions of a bench.

    Args:
        table: questions, index and settings.
        progress: called with (stage, done, of).
        other: the same questions over an index of another model (or of ours without its adapter).
        seed: of the tests.
    """
    items = [item for item in table.dataset.items if item.answerable]
    chosen = [(variant, table) for variant in variants(table.settings)]
    if other is not None:
        made_by = other.service.store.status().embedder
        chosen.append((Variant(f"换成 {made_by}", other.settings), other))
    rows: list[Row] = []
    base: list[dict[str, float]] = []
    for at, (variant, where) in enumerate(chosen):
        progress("分项检索", at, len(chosen))
        marks = list(_marks(variant, where.service, items))
        means = {key: stats.mean([one[key] for one in marks]) for key in MEASURES}
        base = base or marks
        rows.append(Row(variant.name, means, _against(base, marks, seed) if at else None))
    progress("分项检索", len(chosen), len(chosen))
    return rows


def _marks(variant: Variant, opened: Service, items: Sequence[Item]) -> Iterator[dict[str, float]]:
    service = _changed(variant, opened)
    for item in items:
        question = service.understand(item.question, item.history)
        found = service.find(_anywhere(question) if variant.anywhere else question, _DEPTH)
        ranked = list(dict.fromkeys(hit.stored.head.doc for hit in found.ranked))
        yield {key: value or 0.0 for key, value in ranking(ranked, item.grades).items()}


def _changed(variant: Variant, opened: Service) -> Service:
    """The service with a variant's settings, on the same open index and with the same models."""
    service = Service(variant.settings, opened.store) if variant.first_stage else copy(opened)
    service.settings = variant.settings
    if variant.reprints:
        service.store = cast(Store, _Apart(opened.store))
    return service


def _anywhere(question: Question) -> Question:
    return replace(question, include=(), exclude=(), unknown_places=())


class _Apart:
    """A store in which no report is a reprint of another."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._own: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def passages(self, numbers: Sequence[int]) -> list[StoredPassage]:
        """The passages, each report in a cluster of its own."""
        return [self._alone(one) for one in self._store.passages(numbers)]

    def _alone(self, one: StoredPassage) -> StoredPassage:
        own = self._own.setdefault(one.head.report, -1 - len(self._own))
        return replace(one, head=replace(one.head, cluster=own))


def _against(base: list[dict[str, float]], marks: list[dict[str, float]], seed: int) -> dict[str, Difference]:
    return {
        key: stats.difference([one[key] for one in base], [one[key] for one in marks], (seed, "ablate", key))
        for key in MEASURES
    }


def tested(rows: Sequence[Row], measure: str = "ndcg@10") -> list[Tested]:
    """Rows with the p values of a measure, Holm's correction over all variants."""
    differences = [row.against[measure] for row in rows if row.against is not None]
    randomised = iter(stats.holm([one.p for one in differences]))
    bootstrap = iter(stats.holm([one.bootstrap for one in differences]))
    return [
        Tested(row, None, None) if row.against is None else Tested(row, next(randomised), next(bootstrap))
        for row in rows
    ]


def kept(table: Bench, rows: Sequence[Row]) -> dict[str, Any]:
    """The table of parts as docs/evaluation.md keeps it."""
    return {
        "key": table.conditions.key,
        "conditions": asdict(table.conditions),
        "questions": sum(item.answerable for item in table.dataset.items),
        "rows": [
            {
                "name": one.row.name,
                **one.row.means,
                "delta": one.row.against["ndcg@10"].delta if one.row.against else None,
                "p": one.randomised,
                "bootstrap": one.bootstrap,
            }
            for one in tested(rows)
        ],
    }
