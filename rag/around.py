"""What stands beside the passages that were found: an answer often goes on where the search stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.types import Store, StoredPassage
from rag.sources import Source
from rag.types import Hit

_BESIDE = 2  # passages before and behind one that was found
_FAR = 30  # the whole of all but work reports
_ONE_MATTER = 3000  # characters: a report that goes on has other matters
_LESS = 0.8  # what they count of the least of those that were found


def read_around(store: Store, chosen: Sequence[Source], whole: bool = False) -> list[Source]:
    """The same sources, each with the passages that stand beside those found, behind them.

    A report's passages have numbers that follow each other.

    Args:
        store: where they are.
        chosen: the sources.
        whole: a follow-up asks of a case that is known, and the answer may stand anywhere in its report.
    """
    reach = _FAR if whole else _BESIDE
    wanted = {number for source in chosen for hit in source.hits for number in _beside(hit, reach)}
    known = {hit.stored.number for source in chosen for hit in source.hits}
    stored = {one.number: one for one in store.passages(sorted(wanted - known))}
    return [_widened(source, stored, reach) for source in chosen]


def _belongs(one: StoredPassage, source: Source) -> bool:
    """Whether a passage is of the same matter: early in its report, or under the same heading."""
    paths = {hit.stored.passage.heading_path for hit in source.hits}
    return one.passage.span.end <= _ONE_MATTER or one.passage.heading_path in paths


def _beside(hit: Hit, reach: int) -> range:
    return range(max(0, hit.stored.number - reach), hit.stored.number + reach + 1)


def _widened(source: Source, stored: Mapping[int, StoredPassage], reach: int) -> Source:
    report = source.head.report
    score = _LESS * min(hit.score for hit in source.hits)
    near = sorted({number for hit in source.hits for number in _beside(hit, reach)})
    added = [
        Hit(stored[number], score, 0.0, 0.0, beside=True)
        for number in near
        if number in stored
        and stored[number].head.report == report
        and (reach > _BESIDE or _belongs(stored[number], source))
    ]
    return replace(source, hits=(*source.hits, *added))
