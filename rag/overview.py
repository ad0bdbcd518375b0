"""What is known of a store before anything is asked: its reports, how many, how rare their words are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from index.types import ReportHead, Store, StoredReport
from rag.further import Measures
from rag.rarity import Rarity
from rag.types import Searched

_SAMPLE = 400  # reports that rarity is estimated from, and examples taken from


@dataclass(frozen=True, slots=True)
class Overview:
    """What is known of one generation of the store."""

    mark: tuple[object, ...]
    heads: tuple[ReportHead, ...]
    searched: Searched
    rarity: Rarity
    measures: Measures
    tried: dict[str, bool] = field(default_factory=dict)  # further question → whether it is answered


def overview(store: Store, mark: tuple[object, ...]) -> Overview:
    """Look over the generation of a store that `mark` names."""
    heads = tuple(store.heads())
    spread = _spread(store, heads)
    return Overview(mark, heads, _summary(heads), Rarity(report.text for report in spread), Measures(spread))


def _spread(store: Store, heads: Sequence[ReportHead]) -> list[StoredReport]:
    """Reports spread over the whole store."""
    step = max(1, len(heads) // _SAMPLE)
    reports = (store.report(head.report) for head in heads[::step])
    return [report for report in reports if report is not None]


def _summary(heads: Sequence[ReportHead]) -> Searched:
    years = sorted(int(head.date[:4]) for head in heads if head.date and head.date[:4].isdigit())
    places = {head.locality.full for head in heads if head.locality.known}
    return Searched(len(heads), len(places), (years[0], years[-1]) if years else None)
