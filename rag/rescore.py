"""A second look at the passages that search found: what they cover of the question, and what they share.

Search adds up words; a passage that says one thing in many words then stands before one that says all that
was asked. Here every thing asked for (a group of `rag/terms.csv` that the question names) counts once,
however it is worded: the synonym operator of Pirkola (1998, doi:10.1145/290941.290957) as coordination level.
Where many places are wanted, passages like the best ones come up too: pseudo relevance feedback in the
space of the embedding (Rocchio 1971; dense: Li et al. 2023, doi:10.1145/3570724).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index.types import ReportHead, Store, Vectors
from rag.config import Search
from rag.fusion import min_max
from rag.types import OF_PLACES, Hit, Question

_EXAMPLES = 5  # best reports that others are compared with; howto-dev compare nDCG@10 .690, 3: .675, 8: .682


def rescored(
    store: Store, question: Question, placed: Sequence[Hit], loose: Sequence[Hit], search: Search
) -> tuple[list[Hit], list[Hit]]:
    """Both lists with new scores, best first. Scores stay in [0, 1].

    Args:
        store: where the vectors of passages are.
        question: as understood.
        placed: hits of the places asked for.
        loose: hits that may be of them.
        search: the weights beside the first score, which counts 1.
    """
    both = [*placed, *loose]
    if search.titled and (known := titled(both, question.standalone)).any():
        both = _mixed(both, "titled", known, search.titled)
    if question.concepts and search.concepts:
        whole = question.many  # where a case is wanted its report counts, else the passage itself
        both = _mixed(both, "concepts", coverage(both, question.concepts, whole), search.concepts)
    of_one = question.intent in OF_PLACES and not question.many
    parts = clauses(question.standalone) if of_one else ()
    if parts and search.dense and search.clauses and both and not store.pending:
        both = _mixed(both, "clauses", told_of(store, both, parts), search.clauses)
    if question.many and search.feedback and len(both) > _EXAMPLES:
        best = _first_reports(both[: len(placed)] or both)
        both = _mixed(both, "feedback", _likeness(store, both, best), search.feedback)
    return _ordered(both[: len(placed)]), _ordered(both[len(placed) :])


def coverage(hits: Sequence[Hit], concepts: Sequence[Sequence[str]], whole: bool = False) -> Vectors:
    """Share of `concepts` that each hit names in any wording, shape (len(hits),), in [0, 1].

    A thing that few of the hits name counts more than one that most of them do.

    Args:
        hits: passages; their report's title and headings count with them.
        concepts: for each thing asked for, the ways to say it.
        whole: whether what other passages of the same report name counts too.
    """
    named = np.array([[names(hit, words) for words in concepts] for hit in hits], np.bool_)
    if whole:
        together: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]] = {}
        for hit, row in zip(hits, named, strict=True):
            report = hit.stored.head.report
            together[report] = together.get(report, row) | row
        named = np.array([together[hit.stored.head.report] for hit in hits], np.bool_)
    if not len(hits):
        return np.zeros(0, np.float32)
    rare = np.maximum(np.log((len(hits) + 1) / (named.sum(axis=0) + 0.5)), _COMMON)
    share: Vectors = (named @ (rare / rare.sum())).astype(np.float32)
    return share


_COMMON = 0.5  # what a thing that every hit names still counts; compare nDCG@10 .729 with it, .721 all alike


def clauses(text: str) -> tuple[str, ...]:
    """The parts of a question that say something, the first `_CLAUSES` of them.

    >>> clauses("村里大礼堂平时锁着，请老师又掏不起钱，咋办？")
    ('村里大礼堂平时锁着', '请老师又掏不起钱')
    """
    return tuple(part for part in _PAUSE.split(text) if len(part) >= _SAYS)[:_CLAUSES]


_PAUSE = re.compile(r"[\s，。？；、,?!！;：:]+")
_SAYS = 4  # characters
_CLAUSES = 8


def told_of(store: Store, hits: Sequence[Hit], parts: Sequence[str]) -> Vectors:
    """How near the report of each hit comes to every part of a question, shape (len(hits),), in [0, 1].

    For each part the nearest of the report's passages counts (late interaction, Khattab and Zaharia 2020,
    arXiv:2004.12832, with clauses for tokens): one that is near to the whole question may pass over a part.
    """
    told = _told(store, hits, parts)
    return min_max(np.array([told[hit.stored.head.report] for hit in hits], np.float32))


def told_best(store: Store, hits: Sequence[Hit], parts: Sequence[str]) -> float:
    """How near the best of the reports comes to all parts of a question: a mean cosine; 0 without hits."""
    return max(_told(store, hits, parts).values(), default=0.0) if hits else 0.0


def _told(store: Store, hits: Sequence[Hit], parts: Sequence[str]) -> dict[str, float]:
    """Report → the mean, over the parts, of the cosine of its nearest passage."""
    near = store.question_vectors(parts) @ store.vectors([hit.stored.number for hit in hits]).T
    best: dict[str, Vectors] = {}
    for at, hit in enumerate(hits):
        report = hit.stored.head.report
        best[report] = np.maximum(best[report], near[:, at]) if report in best else near[:, at]
    return {report: float(cosines.mean()) for report, cosines in best.items()}


def titled(hits: Sequence[Hit], question: str) -> Vectors:
    """1 for the passages of the report whose title `question` says in full, else 0, shape (len(hits),).

    A note in brackets behind a title may be left out. Of titles that hold one another the longest counts.
    """
    said = [_said_title(hit.stored.head, question) for hit in hits]
    longest = max(said, default=0)
    return np.array([longest > 0 and one == longest for one in said], np.float32)


_NOTE = re.compile(r"\s*[（(][^（()）]{1,20}[)）]\s*$")


def _said_title(head: ReportHead, question: str) -> int:
    """Characters of the title where the question says all of it, else 0."""
    title = _NOTE.sub("", head.title or "").strip("《》 ")
    return len(title) if len(title) > 1 and title in question else 0


def names(hit: Hit, words: Sequence[str]) -> bool:
    """Whether a passage, its headings or the title of its report say one of `words`."""
    return any(word in text for text in texts_of(hit) for word in words)


def texts_of(hit: Hit) -> tuple[str, ...]:
    """What a passage says: the title of its report, its headings, its text."""
    passage = hit.stored.passage
    return (hit.stored.head.title or "", *passage.heading_path, passage.text)


def _first_reports(hits: Sequence[Hit]) -> list[int]:
    """Passage numbers: the best passage of each of the first reports."""
    first: dict[str, int] = {}
    for hit in _ordered(hits):
        first.setdefault(hit.stored.head.report, hit.stored.number)
        if len(first) == _EXAMPLES:
            break
    return list(first.values())


def _likeness(store: Store, hits: Sequence[Hit], examples: Sequence[int]) -> Vectors:
    """How near each hit is to the middle of the examples, min–max normalised, shape (len(hits),)."""
    numbers = [hit.stored.number for hit in hits]
    vectors = store.vectors(numbers)
    rows = {number: row for row, number in enumerate(numbers)}
    middle = vectors[[rows[number] for number in examples]].mean(axis=0)
    return min_max((vectors @ middle).astype(np.float32))


def _mixed(hits: Sequence[Hit], name: str, values: Vectors, weight: float) -> list[Hit]:
    return [
        replace(
            hit,
            score=(hit.score + weight * float(value)) / (1 + weight),
            parts=(*hit.parts, (name, float(value))),
        )
        for hit, value in zip(hits, values, strict=True)
    ]


def _ordered(hits: Sequence[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.stored.number))
