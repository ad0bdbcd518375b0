"""From a question to ranked passages: hybrid search, hard filters, one hit per reprint, many places.

Fusion is the weighted sum of min–max normalised scores (CombSUM with min–max, Fox and Shaw 1994; the better of
score and rank fusion in Bruch, Gai and Ingber 2023, doi:10.1145/3596512).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from corpus.types import Locality
from index.types import Candidates, Filter, Query, ReportHead, Store, StoredPassage, Vectors
from rag.config import Search, Settings
from rag.places import short_name
from rag.types import Found, Hit, Question


class Reranker(Protocol):
    """A second stage: how well each passage answers, in [0, 1]."""

    name: str

    def scores(self, question: str, passages: Sequence[str]) -> Vectors:
        """Shape (len(passages),)."""
        ...


def retrieve(
    store: Store,
    question: Question,
    *,
    k: int | None = None,
    settings: Settings | None = None,
    reranker: Reranker | None = None,
) -> Found:
    """The passages of the best `k` reports, best first.

    Up to `settings.search.per_report` passages of one report are among the hits, so there may be more than `k`.
    Of a reprint cluster one report is shown; the others stand in ``Found.reprints``. Where several places are
    asked for, reports of a place that already has some count less, so that ten hits are not one county.
    """
    search = (settings or Settings()).search
    clock = time.perf_counter()
    total = store.counts.passages
    if question.unknown_places and not question.include:
        return Found((), 0, total, {"search": 0.0})
    pool = _pool(store, question, search)
    hits = _once_per_reprint(pool.hits)
    if reranker is not None and hits:
        hits = _rerank(question, hits, reranker, search)
    if question.many:
        hits = _spread(hits, search)
    kept = _best_reports(hits, k or search.k, search.per_report)
    timings = {**pool.timings_ms, "retrieve": (time.perf_counter() - clock) * 1000}
    return Found(tuple(kept), pool.allowed, total, timings, _reprints(pool.hits, kept))


# --- candidates -------------------------------------------------------------------------------------


class _Pool:
    """Scored passages of one or two searches."""

    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self.allowed = 0
        self.timings_ms: dict[str, float] = {}


def _pool(store: Store, question: Question, search: Search) -> _Pool:
    where = question.filter
    if question.subjects:
        where = replace(where, docs=question.subjects)
    pool = _Pool()
    _collect(pool, store, question.query, where, search)
    if question.include and not question.subjects:
        wider = replace(where, include=())
        extra = _Pool()
        _collect(extra, store, question.query, wider, search)
        seen = {hit.stored.number for hit in pool.hits}
        more = [h for h in extra.hits if h.stored.number not in seen and applies_to(h.stored, question.include)]
        pool.hits += more
        pool.allowed += len(more)
        for name, spent in extra.timings_ms.items():
            pool.timings_ms[name] = pool.timings_ms.get(name, 0.0) + spent
    if question.exclude:
        pool.hits = [hit for hit in pool.hits if not names_excluded(hit.stored, question.exclude)]
    pool.hits.sort(key=lambda hit: (-hit.score, hit.stored.number))
    return pool


def _collect(pool: _Pool, store: Store, query: Query, where: Filter, search: Search) -> None:
    found = store.search(query, search.depth, where)
    pool.allowed += found.allowed
    pool.timings_ms.update(found.timings_ms)
    if len(found.numbers):
        stored = store.passages([int(number) for number in found.numbers])
        pool.hits += fuse(found, stored, search)


def fuse(found: Candidates, stored: Sequence[StoredPassage], search: Search) -> list[Hit]:
    """Every candidate with its fused score in [0, 1], in the candidates' order."""
    weights = np.array([search.dense, search.words, search.bigrams, search.whole], np.float32)
    raw = np.stack([found.dense, found.words, found.bigrams, found.whole]).astype(np.float32)
    scaled = np.stack([_min_max(row) for row in raw])
    total = float(weights.sum()) or 1.0
    score = weights @ scaled / total
    lexical_weight = float(weights[1:].sum()) or 1.0
    lexical = weights[1:] @ scaled[1:] / lexical_weight
    names = ("dense", "words", "bigrams", "whole")
    return [
        Hit(
            stored=one,
            score=float(score[at]),
            dense=float(raw[0, at]),
            lexical=float(lexical[at]),
            parts=tuple((name, float(scaled[row, at])) for row, name in enumerate(names)),
        )
        for at, one in enumerate(stored)
    ]


def _min_max(scores: Vectors) -> Vectors:
    low, high = float(scores.min()), float(scores.max())
    if high - low < 1e-9:
        return np.full_like(scores, 1.0 if high > 0 else 0.0)
    scaled: Vectors = (scores - low) / (high - low)
    return scaled


# --- places -----------------------------------------------------------------------------------------


def applies_to(stored: StoredPassage, places: Iterable[Locality]) -> bool:
    """Whether a report of no known place, or of a wider one, speaks of one of `places` by name.

    A province's document that names the city applies there; another county's report that mentions it does not.
    """
    head = stored.head
    return any(
        (not head.locality.known or place.within(head.locality)) and _names(stored, place) for place in places
    )


def names_excluded(stored: StoredPassage, places: Iterable[Locality]) -> bool:
    """Whether a report without a place of its own is about one of the excluded `places` all the same."""
    head = stored.head
    if any(own.within(place) for place in places for own in (head.locality, *head.also)):
        return True
    return any(
        (not head.locality.known or place.within(head.locality)) and _names(stored, place) for place in places
    )


def _names(stored: StoredPassage, place: Locality) -> bool:
    deepest = next((name for name in reversed(place.levels) if name), "")
    word = short_name(deepest)
    return word in (stored.head.title or "") or word in stored.passage.text


# --- reprints, places, reports ------------------------------------------------------------------------


def _once_per_reprint(hits: Sequence[Hit]) -> list[Hit]:
    """Of each cluster only the passages of its best report."""
    shown: dict[int, str] = {}
    for hit in hits:
        shown.setdefault(hit.stored.head.cluster, hit.stored.head.report)
    return [hit for hit in hits if shown[hit.stored.head.cluster] == hit.stored.head.report]


def _reprints(pool: Sequence[Hit], kept: Sequence[Hit]) -> dict[str, tuple[str, ...]]:
    """Report → other reports of its cluster that were found too."""
    clusters: dict[int, dict[str, None]] = {}
    for hit in pool:
        clusters.setdefault(hit.stored.head.cluster, {})[hit.stored.head.report] = None
    out = {}
    for hit in kept:
        others = [r for r in clusters[hit.stored.head.cluster] if r != hit.stored.head.report]
        if others:
            out[hit.stored.head.report] = tuple(others)
    return out


def _spread(hits: Sequence[Hit], search: Search) -> list[Hit]:
    """Later reports of one place count less, so that several places come up."""
    seen: dict[object, dict[str, int]] = {}
    out = []
    for hit in hits:
        head = hit.stored.head
        reports = seen.setdefault(_county(head), {})
        nth = reports.setdefault(head.report, len(reports))
        steps = 0 if not head.locality.known else max(0, nth - search.per_place + 1)
        out.append(replace(hit, score=hit.score * 0.9**steps) if steps else hit)
    return sorted(out, key=lambda hit: (-hit.score, hit.stored.number))


def _county(head: ReportHead) -> object:
    return head.locality.levels[:3]


def _best_reports(hits: Sequence[Hit], k: int, per_report: int) -> list[Hit]:
    """Hits of the first `k` reports, at most `per_report` of each, in order."""
    count: dict[str, int] = {}
    out = []
    for hit in hits:
        report = hit.stored.head.report
        if report not in count and len(count) >= k:
            continue
        count[report] = count.get(report, 0) + 1
        if count[report] <= per_report:
            out.append(hit)
    return out


def _rerank(question: Question, hits: Sequence[Hit], reranker: Reranker, search: Search) -> list[Hit]:
    """The first hits by a mix of first and second stage; the rest stays behind them."""
    top, rest = list(hits[: search.rerank_top]), list(hits[search.rerank_top :])
    second = reranker.scores(question.standalone, [hit.stored.passage.text for hit in top])
    share, floor = search.rerank_weight, min((hit.score for hit in top), default=0.0)
    mixed = []
    for hit, score in zip(top, second, strict=True):
        fused = (1 - share) * hit.score + share * float(score)
        mixed.append(replace(hit, score=max(fused, floor), parts=(*hit.parts, ("rerank", float(score)))))
    return sorted(mixed, key=lambda hit: (-hit.score, hit.stored.number)) + rest
