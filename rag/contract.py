"""Outcomes as the JSON contract of the command line and the HTTP API (docs: “The doors”)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from corpus.types import Locality
from rag.types import Answered, Citation, Found, Hit, Outcome, Question

Json = dict[str, Any]


def outcome(answer: Outcome, id: str | None = None) -> Json:  # noqa: A002 - the contract's name
    """One object of ``ask --json``."""
    answered = isinstance(answer, Answered)
    body: Json = {
        "id": id,
        "question": answer.question.asked,
        "status": "answered" if answered else "refused",
        "reason": None if isinstance(answer, Answered) else str(answer.reason),
        "text": answer.text,
        "statements": [],
        "citations": [],
        "hits": [hit_brief(hit) for hit in answer.found.ranked],
        "understood": understood(answer.question),
        "timings_ms": {name: round(ms, 1) for name, ms in answer.timings_ms.items()},
        "config": answer.config,
        "next_questions": list(answer.next_questions),
    }
    if isinstance(answer, Answered):
        body["statements"] = [_statement(s.text, s.citations, s.verified, s.note) for s in answer.statements]
        body["citations"] = [citation(c) for c in answer.citations]
        body["notice"] = answer.notice
    else:
        body["nearest"] = [citation(c) for c in answer.nearest]
        body["beside"] = list(answer.beside)
    return body


def _statement(text: str, cited: Sequence[int], verified: bool, note: str) -> Json:
    body: Json = {"text": text, "citations": list(cited)}
    if not verified:
        body |= {"verified": False, "note": note}
    return body


def citation(c: Citation) -> Json:
    """A citation: the quote, and where it stands in the report and in the raw file."""
    return {
        "n": c.n,
        "doc": c.doc,
        "report": c.report,
        "title": c.title,
        "title_made": c.title_made,
        "locality": place(c.locality),
        "date": c.date,
        "source": c.source,
        "quote": c.quote,
        "start": c.span.start,
        "end": c.span.end,
        "raw_start": c.raw_span.start,
        "raw_end": c.raw_span.end,
    }


def place(locality: Locality) -> Json:
    """The five levels of a place, null where unknown."""
    names = ("province", "city", "county", "town", "community")
    return dict(zip(names, locality.levels, strict=True))


def hit_brief(hit: Hit) -> Json:
    """A hit as ``ask`` lists it."""
    head = hit.stored.head
    return {"doc": head.doc, "passage": hit.stored.passage.passage, "score": round(hit.score, 4)}


def understood(question: Question) -> Json:
    """What was made of a question, for the asker to correct."""
    return {
        "include": [p.full for p in question.include],
        "exclude": [p.full for p in question.exclude],
        "since": question.since,
        "until": question.until,
        "intent": question.intent.value,
        "query": question.standalone,
        "topic": question.topic,
        "unknown_places": list(question.unknown_places),
    }


def search(asked: str, found: Found, id: str | None = None, explain: bool = False) -> Json:  # noqa: A002
    """One object of ``search --json``."""
    return {
        "id": id,
        "question": asked,
        "hits": [_hit(rank, hit, explain) for rank, hit in enumerate(found.ranked, 1)],
    }


def _hit(rank: int, hit: Hit, explain: bool) -> Json:
    head, passage = hit.stored.head, hit.stored.passage
    body: Json = {
        "rank": rank,
        "doc": head.doc,
        "report": head.report,
        "passage": passage.passage,
        "score": round(hit.score, 4),
        "dense": round(hit.dense, 4),
        "lexical": round(hit.lexical, 4),
        "text": passage.text,
        "locality": place(head.locality),
    }
    if explain:
        body["parts"] = {name: round(value, 4) for name, value in hit.parts}
    return body
