"""From a question to ranked passages: hybrid search, hard filters, one hit per reprint, many places."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from corpus.types import Locality
from index.types import Candidates, Filter, Query, Store, StoredPassage, Vectors
from rag.applies import applies_to, may_apply_to, names_excluded, names_word
from rag.config import Search, Settings
from rag.fusion import fuse
from rag.rescore import rescored
from rag.sentences import grams
from rag.types import OF_PLACES, Found, Hit, Question


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

    Up to `settings.search.per_report` passages of one report are among the hits, so there may be more than
    `k`. Of a reprint cluster one report is shown; the others stand in ``Found.reprints``. Where several
    places are asked for, reports of a place that already has some count less, so that ten hits are not one
    county.
    """
    search = (settings or Settings()).search
    clock = time.perf_counter()
    total = store.counts.passages
    if _docs(question) == ():
        return Found((), 0, total, {"search": 0.0})
    pool = _pool(store, question, search)
    hits = _once_per_reprint(pool.hits)
    if reranker is not None and hits:
        hits = _rerank(question, hits, reranker, search)
    if question.many:
        hits = _spread(hits, search)
    kept = _best_reports(hits, k or search.k, search.per_report)
    loose = _best_reports(_once_per_reprint(pool.unplaced), k or search.k, search.per_report)
    prints = _other_prints(pool.hits, kept, search.per_report)
    prints += _other_prints(pool.unplaced, loose, search.per_report)
    timings = {**pool.timings_ms, "retrieve": (time.perf_counter() - clock) * 1000}
    return Found(tuple(kept), pool.allowed, total, timings, _reprints(pool.hits, kept), tuple(loose), prints)


# --- candidates -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pool:
    """Scored passages, best first, before reprints and places are seen to."""

    hits: list[Hit]
    unplaced: list[Hit]
    allowed: int
    timings_ms: dict[str, float]


def _pool(store: Store, question: Question, search: Search) -> _Pool:
    where = question.filter
    docs = _docs(question)
    if docs is not None:
        where = replace(where, docs=docs)
    query = _query(question, search)
    found = store.search(query, search.depth, where)
    search = _weighed(question, found, search, store.counts.passages)
    inside, stored = set(found.numbers.tolist()), dict[int, StoredPassage]()
    if question.include and not question.subjects and not question.chosen:
        found, stored = _with_what_may_apply(store, query, question.include, where, found, search)
    if not len(found.numbers):
        return _Pool([], [], found.allowed, dict(found.timings_ms))
    scores = fuse(found, search)
    first = np.argsort(-scores.total, kind="stable")[: search.depth]
    lacking = [int(found.numbers[at]) for at in first if int(found.numbers[at]) not in stored]
    stored |= {one.number: one for one in store.passages(lacking)}
    hits = [scores.hit(int(at), one) for at in first if (one := stored.get(int(found.numbers[at])))]
    if question.within is not None:
        inside_theme = set(question.within)
        hits = [hit for hit in hits if hit.stored.head.report in inside_theme]
    if question.exclude:
        hits = [hit for hit in hits if not names_excluded(hit.stored, question.exclude)]
    if question.unknown_places and not question.include:
        hits = [hit for hit in hits if names_word(hit.stored, question.unknown_places)]
    loose: list[Hit] = []
    if stored and question.include:
        placed = [h for h in hits if h.stored.number in inside or applies_to(h.stored, question.include)]
        placed = _whole_reports(hits, placed, question.include)
        known = {hit.stored.number for hit in placed}
        loose = [replace(h, score=h.score * _UNPLACED) for h in hits if h.stored.number not in known]
        hits = placed
    hits, loose = rescored(store, question, hits, loose, search)
    return _Pool(hits, loose, found.allowed, dict(found.timings_ms))


def _whole_reports(hits: Sequence[Hit], placed: Sequence[Hit], places: Sequence[Locality]) -> list[Hit]:
    """`placed`, with the other passages of reports of no known place that name the town asked for.

    A town is named once, and what it did is told in the passages behind that.
    """
    if not all(place.town for place in places):
        return list(placed)
    its = {hit.stored.head.report for hit in placed if not hit.stored.head.locality.known}
    known = {hit.stored.number for hit in placed}
    return [hit for hit in hits if hit.stored.number in known or hit.stored.head.report in its]


def _weighed(question: Question, found: Candidates, search: Search, passages: int) -> Search:
    """`search` with more weight on meaning, and on that of each part, where no report has the asker's words.

    How much of a question's wording the reports have is the best lexical score for each of its grams, as a
    share of what a gram that stands in one of all `passages` scores.
    """
    if not (question.many or question.intent in OF_PLACES):
        return search
    least = search.dense_many if question.many else search.dense_how
    asked = len(set(grams(question.topic or question.standalone)))
    best = float(found.bigrams.max(initial=0.0)) / max(1, asked) / math.log1p(max(1, passages))
    times = max(least, min(search.dense_most, search.worded / max(best, 1e-6)))
    clauses = search.clauses * min(1.0, times / least - 1)
    return search.model_copy(update={"dense": search.dense * times, "clauses": clauses})


# What a report that may be of any place counts beside those of the place asked for. Same run as the weights:
# hit@1 on ncpqa-dev .855; .849 at .6, .818 at 1; without such reports .807.
_UNPLACED = 0.75


def _docs(question: Question) -> tuple[str, ...] | None:
    """The files that may answer, None where all may: those a follow-up points at, those of a chosen theme."""
    named = question.subjects or None
    if question.within is None:
        return named
    themed = dict.fromkeys(report.rpartition("#")[0] for report in question.within)
    return tuple(themed) if named is None else tuple(doc for doc in named if doc in themed)


def _query(question: Question, search: Search) -> Query:
    """The topic at full weight; the asker's other words, asking phrases and places, and synonyms at less."""
    query = question.query
    return replace(query, expansions=(*query.expansions, (question.standalone, search.asked)))


def _with_what_may_apply(
    store: Store,
    query: Query,
    places: Sequence[Locality],
    where: Filter,
    inside: Candidates,
    search: Search,
) -> tuple[Candidates, dict[int, StoredPassage]]:
    """Candidates inside the places asked for, and those of no known or a wider place.

    Both are fused together afterwards: min–max over two sets of different spread could not be compared.
    """
    around = store.search(query, search.depth, replace(where, include=()))
    fresh = np.flatnonzero(~np.isin(around.numbers, inside.numbers))
    if not len(fresh):
        return inside, {}
    fresh = fresh[np.argsort(-fuse(around, search).total[fresh], kind="stable")[: search.depth]]
    stored = {one.number: one for one in store.passages([int(around.numbers[at]) for at in fresh])}
    rows = [
        int(at) for at in fresh if (one := stored.get(int(around.numbers[at]))) and may_apply_to(one, places)
    ]
    return _both(inside, around, rows), stored


def _both(one: Candidates, other: Candidates, rows: Sequence[int]) -> Candidates:
    """All of `one` and some rows of `other`; times add up."""
    at = np.array(rows, np.int64)
    spent = dict(one.timings_ms)
    for name, value in other.timings_ms.items():
        spent[name] = spent.get(name, 0.0) + value
    return Candidates(
        np.concatenate([one.numbers, other.numbers[at]]),
        np.concatenate([one.dense, other.dense[at]]),
        np.concatenate([one.words, other.words[at]]),
        np.concatenate([one.bigrams, other.bigrams[at]]),
        np.concatenate([one.whole, other.whole[at]]),
        one.allowed + len(rows),
        spent,
    )


# --- reprints, places, reports ------------------------------------------------------------------------


def _once_per_reprint(hits: Sequence[Hit]) -> list[Hit]:
    """Of each cluster only the passages of its best report."""
    shown: dict[int, str] = {}
    for hit in hits:
        shown.setdefault(hit.stored.head.cluster, hit.stored.head.report)
    return [hit for hit in hits if shown[hit.stored.head.cluster] == hit.stored.head.report]


# What another print counts: the same case again is no second one. ncpqa-dev hit@5 .969 at 1 and .97, .972
# from .95 to .88, .966 at .8; howto-dev nDCG@10 .918 to .919 down to .88, .914 at .7.
_PRINT = 0.92


def _other_prints(pool: Sequence[Hit], kept: Sequence[Hit], per_report: int) -> tuple[Hit, ...]:
    """Passages of the other reports of the clusters that `kept` shows."""
    reports = {hit.stored.head.report for hit in kept}
    clusters = {hit.stored.head.cluster for hit in kept}
    others = [h for h in pool if h.stored.head.cluster in clusters and h.stored.head.report not in reports]
    shares = _shares(pool, kept)
    others = [replace(h, score=h.score * shares[h.stored.head.cluster] * _PRINT) for h in others]
    return tuple(_best_reports(others, len(others), per_report))


def _shares(pool: Sequence[Hit], kept: Sequence[Hit]) -> dict[int, float]:
    """Cluster → what its shown report counts of what it was found with: its other prints count no more."""
    found = {hit.stored.number: hit.score for hit in pool}
    out: dict[int, float] = {}
    for hit in kept:
        was = found.get(hit.stored.number, 0.0)
        out.setdefault(hit.stored.head.cluster, min(1.0, hit.score / was) if was > 0 else 1.0)
    return out


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
    """Later reports of one county and reports of no place count less, so that several places come up."""
    seen: dict[object, dict[str, int]] = {}
    out = []
    for hit in hits:
        head = hit.stored.head
        reports = seen.setdefault(head.locality.levels[:3], {})
        nth = reports.setdefault(head.report, len(reports))
        steps = max(0, nth - search.per_place + 1) if head.locality.known else 0
        share = _AGAIN**steps if head.locality.known else _OF_NO_PLACE
        out.append(replace(hit, score=hit.score * share) if share < 1 else hit)
    return sorted(out, key=lambda hit: (-hit.score, hit.stored.number))


# What a report of no place counts where places are wanted: statistics and notices of ministries are nobody's
# practice. howto-dev, compare recall@10: 1 and .9 .641, .85 to .75 .646.
_OF_NO_PLACE = 0.8
_AGAIN = 0.9  # what a further report of a county that has its share still counts


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
    share, floor = search.rerank_weight, rest[0].score if rest else 0.0
    mixed = []
    for hit, score in zip(top, second, strict=True):
        fused = (1 - share) * hit.score + share * float(score)
        # into [floor, 1], so that the order by score is the order shown
        raised = floor + (1 - floor) * min(max(fused, 0.0), 1.0)
        mixed.append(replace(hit, score=raised, parts=(*hit.parts, ("rerank", float(score)))))
    return sorted(mixed, key=lambda hit: (-hit.score, hit.stored.number)) + rest
