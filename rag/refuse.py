"""When to say that there is no answer, why, and what to offer instead."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.cards import cite, place_name, short
from rag.evidence import Source, evidence
from rag.sentences import fold, grams
from rag.types import Citation, Found, Hit, Question, Reason, Searched


@dataclass(frozen=True, slots=True)
class Signals:
    """What the decision looks at.

    Attributes:
        dense: cosine of the best passage with the question.
        coverage: share of the question's rarer grams that the best passages hold.
        elsewhere: cosine of the best passage anywhere, when a place was asked for; else that of the best passage.
        elsewhere_coverage: the same for coverage.
    """

    dense: float
    coverage: float
    elsewhere: float
    elsewhere_coverage: float


# Set on howto-dev and ncpqa-dev; see docs of calibration in tests/rag/test_refuse.py.
_DENSE = 0.80
_COVERAGE = 0.12
_GAP = 0.04  # a place has no such practice when elsewhere is so much closer
_TOP = 5


def signals(question: Question, found: Found, elsewhere: Found | None) -> Signals:
    """What `judge` looks at. `elsewhere` is what the same question finds without its places."""
    other = elsewhere or found
    pool = [*found.hits[:20], *other.hits[:20]]
    rarity = _rarity(question, pool)
    return Signals(
        dense=max((hit.dense for hit in found.hits[:_TOP]), default=0.0),
        coverage=_coverage(rarity, found.hits[:_TOP]),
        elsewhere=max((hit.dense for hit in other.hits[:_TOP]), default=0.0),
        elsewhere_coverage=_coverage(rarity, other.hits[:_TOP]),
    )


def judge(question: Question, found: Found, elsewhere: Found | None = None) -> Reason | None:
    """Why there is no answer; None where there is one."""
    placed = bool(question.include)
    if question.unknown_places:
        return Reason.PLACE_WITHOUT_PRACTICE
    if not found.hits:
        return Reason.PLACE_WITHOUT_PRACTICE if elsewhere and elsewhere.hits and placed else Reason.NOTHING_FOUND
    seen = signals(question, found, elsewhere)
    if placed and seen.elsewhere - seen.dense > _GAP:
        return Reason.PLACE_WITHOUT_PRACTICE
    if seen.dense < _DENSE or seen.coverage < _COVERAGE:
        return Reason.PLACE_WITHOUT_PRACTICE if placed else Reason.WEAK_EVIDENCE
    return None


def _rarity(question: Question, pool: Sequence[Hit]) -> dict[str, float]:
    """The question's grams, weighted by how few of the found passages hold them."""
    texts = [set(grams(hit.stored.passage.text)) for hit in pool]
    wanted = set(grams(question.topic or question.standalone))
    return {gram: math.log((len(texts) + 2) / (1 + sum(gram in text for text in texts))) for gram in wanted}


def _coverage(rarity: dict[str, float], hits: Sequence[Hit]) -> float:
    """Weighted share of the question's grams that one of `hits` holds, the best of them."""
    whole = sum(rarity.values())
    if not whole or not hits:
        return 0.0
    return max(sum(rarity[g] for g in set(grams(hit.stored.passage.text)) & rarity.keys()) / whole for hit in hits)


@dataclass(frozen=True, slots=True)
class Offer:
    """A refusal in writing."""

    text: str
    nearest: tuple[Citation, ...]
    next_questions: tuple[str, ...]


def offer(question: Question, reason: Reason, nearest: Sequence[Hit], searched: Searched) -> Offer:
    """Says what was searched and what came nearest (never as an answer), and asks what can be answered."""
    cited = cite(_nearest(question, nearest))
    asked = "、".join([*(p.name or "" for p in question.include), *question.unknown_places])
    years = f"，{searched.years[0]}—{searched.years[1]}年" if searched.years else ""
    scope = f"检索了{searched.reports}份报告（{searched.places}个地方{years}）"
    parts = [f"{_WHY[reason].format(asked=asked or '所问地方')}{scope}。"]
    if cited:
        label = "以下是其他地方的相近做法，不是对所问地方的回答" if reason is _PLACE else "以下内容最接近，但不足以回答"
        parts.append(f"**{label}：**\n" + "\n".join(_line(c) for c in cited))
    follow = questions(nearest)
    if follow:
        parts.append("**可以这样问：**\n" + "\n".join(f"- {one}" for one in follow))
    return Offer("\n\n".join(parts), cited, follow)


_PLACE = Reason.PLACE_WITHOUT_PRACTICE
_WHY = {
    Reason.NOTHING_FOUND: "没有找到相关报告，未作回答。",
    Reason.WEAK_EVIDENCE: "现有报告里没有足够依据回答这个问题，未作回答。",
    Reason.PLACE_WITHOUT_PRACTICE: "现有报告里没有{asked}的这项做法，未作回答。",
}


def _line(c: Citation) -> str:
    where = c.locality.full or f"《{short(c.title)}》"
    return f"- {where}：{c.quote}[{c.n}]"


def _nearest(question: Question, hits: Sequence[Hit]) -> list:  # type: ignore[type-arg]
    """The best sentence of each of the two nearest reports."""
    found = []
    for hit in _one_a_report(hits)[:2]:
        best = max(evidence(question, [Source(hit.stored.head, (hit,), hit.score)]), key=lambda e: e.score, default=None)
        found += [best] if best else []
    return found


def _one_a_report(hits: Iterable[Hit]) -> list[Hit]:
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.stored.head.report, hit)
    return list(first.values())


def questions(hits: Sequence[Hit], most: int = 3) -> tuple[str, ...]:
    """Questions that the corpus can answer: made from the names of measures and their places.

    A question comes from the heading of a passage that exists, so there is something to answer it with.
    """
    made: dict[str, None] = {}
    for hit in hits:
        passage, head = hit.stored.passage, hit.stored.head
        name = (passage.measure or (passage.heading_path[-1] if passage.heading_path else "")).strip("。：:，, ")
        if head.locality.known and 4 <= len(fold(name)) <= 24:
            made.setdefault(f"{head.locality.name}是怎么做“{name.strip('“”')}”的？")
        if len(made) == most:
            break
    return tuple(made)


__all__ = ["Offer", "Signals", "judge", "offer", "place_name", "questions", "signals"]
