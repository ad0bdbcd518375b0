"""What each part of retrieval is worth: each alone, all but one, against all. No answers are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval import stats
from eval.measures import ranking
from eval.run import SEED
from eval.setup import Bench, with_changes
from eval.stats import Difference
from eval.systems import Progress
from eval.types import Item
from rag.config import Settings
from rag.service import Service

PARTS = {"dense": "语义", "words": "词", "bigrams": "二字", "whole": "全文"}
MEASURES = ("ndcg@10", "hit@1", "recall@10", "mrr@10")
_DEPTH = 15  # reports a question is given, as when it is asked


@dataclass(frozen=True, slots=True)
class Variant:
    """Settings of retrieval with a name for readers."""

    name: str
    settings: Settings


@dataclass(frozen=True, slots=True)
class Row:
    """A variant's figures, and each against all parts together (None for these themselves)."""

    name: str
    means: dict[str, float]
    against: dict[str, Difference] | None


def variants(settings: Settings) -> list[Variant]:
    """All parts; each alone; all but one; without synonyms; without spreading over places; equal weights."""
    search = settings.search
    used = [part for part in PARTS if getattr(search, part) > 0]
    out = [Variant("全部", settings)]
    for part in PARTS:
        only: dict[str, float] = {other: float(other == part) for other in PARTS}
        out.append(Variant(f"只有{PARTS[part]}", with_changes(settings, "search", only)))
    out += [Variant(f"去掉{PARTS[part]}", with_changes(settings, "search", {part: 0.0})) for part in used]
    equal = {part: 1.0 for part in used}
    switches: Sequence[tuple[str, dict[str, object]]] = (
        ("去掉同义词", {"synonyms": 0.0}),
        ("不分散到各地", {"per_place": 50}),
        ("各部分等权", dict(equal)),
    )
    for name, changes in switches:
        if any(getattr(search, key) != value for key, value in changes.items()):
            out.append(Variant(name, with_changes(settings, "search", changes)))
    return out


def ablate(table: Bench, progress: Progress, seed: int = SEED) -> list[Row]:
    """The table of parts on the answerable questions of a bench."""
    items = [item for item in table.dataset.items if item.answerable]
    store = table.service.store
    rows: list[Row] = []
    base: list[dict[str, float]] = []
    chosen = variants(table.settings)
    for at, variant in enumerate(chosen):
        progress("分项检索", at, len(chosen))
        marks = list(_marks(Service(variant.settings, store), items))
        means = {key: stats.mean([one[key] for one in marks]) for key in MEASURES}
        base = base or marks
        rows.append(Row(variant.name, means, _against(base, marks, seed) if at else None))
    progress("分项检索", len(chosen), len(chosen))
    return rows


def _marks(service: Service, items: Sequence[Item]) -> Iterator[dict[str, float]]:
    for item in items:
        found = service.find(service.understand(item.question, item.history), _DEPTH)
        ranked = list(dict.fromkeys(hit.stored.head.doc for hit in found.hits))
        yield {key: value or 0.0 for key, value in ranking(ranked, item.grades).items()}


def _against(base: list[dict[str, float]], marks: list[dict[str, float]], seed: int) -> dict[str, Difference]:
    return {
        key: stats.difference([one[key] for one in base], [one[key] for one in marks], (seed, "ablate", key))
        for key in MEASURES
    }


def with_holm(rows: Sequence[Row], measure: str) -> list[tuple[Row, float | None]]:
    """Rows with the p of a measure after Holm's correction over all variants."""
    tested = [row for row in rows if row.against is not None]
    adjusted = stats.holm([row.against[measure].p for row in tested if row.against is not None])
    found = {id(row): p for row, p in zip(tested, adjusted, strict=True)}
    return [(row, found.get(id(row))) for row in rows]
