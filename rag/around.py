"""What stands beside the passages that were found: an answer often goes on where the search stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.types import Store, StoredPassage
from rag.sources import Source
from rag.types import Hit

_BESIDE = 2  # passages before and behind one that was found
_ONE_MATTER = 3000  # characters: a report that goes on has other matters
_LESS = 0.8  # what they count of the least of those that were found


def read_around(store: Store, chosen: Sequence[Source]) -> list[Source]:
    """The same sources, each with the passages that stand beside those found, behind them.

    A report's passages have numbers that follow each other.
    """
    wanted = {number for source in chosen for hit in source.hits for number in _beside(hit)}
    known = {hit.stored.number for source in chosen for hit in source.hits}
    stored = {one.number: one for one in store.passages(sorted(wanted - known))}
    return [_widened(source, stored) for source in chosen]


def _belongs(one: StoredPassage, source: Source) -> bool:
    """Whether a passage is of the same matter: early in its report, or under the same heading."""
    paths = {hit.stored.passage.heading_path for hit in source.hits}
    return one.passage.span.end <= _ONE_MATTER or one.passage.heading_path in paths


def _beside(hit: Hit) -> range:
    return range(max(0, hit.stored.number - _BESIDE), hit.stored.number + _BESIDE + 1)


def _widened(source: Source, stored: Mapping[int, StoredPassage]) -> Source:
    report = source.head.report
    score = _LESS * min(hit.score for hit in source.hits)
    near = sorted({number for hit in source.hits for number in _beside(hit)})
    added = [
        Hit(stored[number], score, 0.0, 0.0, beside=True)
        for number in near
        if number in stored and stored[number].head.report == report and _belongs(stored[number], source)
    ]
    return replace(source, hits=(*source.hits, *added))
