"""What is known of a store before anything is asked: its reports, how many, how rare their words are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.types import ReportHead, Store, StoredReport
from rag.further import Measures
from rag.rarity import Rarity
from rag.types import Searched

_SAMPLE = 400  # reports that examples are taken from
# reports that rarity is counted in: of 400 alone a file more or less moved the bounds of refusals enough to
# answer another question of howto-dev
_COUNTED = 2000


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
    rarity = Rarity(report.text for report in _spread(store, heads, _COUNTED))
    return Overview(mark, heads, _summary(heads), rarity, Measures(list(_spread(store, heads, _SAMPLE))))


def _spread(store: Store, heads: Sequence[ReportHead], most: int) -> Iterator[StoredReport]:
    """About so many reports at most, spread over the whole store."""
    step = max(1, len(heads) // most)
    reports = (store.report(head.report) for head in heads[::step])
    return (report for report in reports if report is not None)


def _summary(heads: Sequence[ReportHead]) -> Searched:
    years = sorted(int(head.date[:4]) for head in heads if head.date and head.date[:4].isdigit())
    places = {head.locality.full for head in heads if head.locality.known}
    return Searched(len(heads), len(places), (years[0], years[-1]) if years else None)
