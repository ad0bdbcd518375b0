"""Whether two stores of the same reports give the same answers: the same documents, under the same filters.

``python -m eval stores A B``: the first ten documents of every question in both, their overlap, and whether
every passage obeys the question's own filter. For a folder and a Milvus server, or two versions of a folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import TashanError
from eval.datasets import load_dataset
from eval.setup import SAMPLE_GOLD, Remembering, chosen_settings, embedder
from eval.systems import Progress
from index.types import Filter, Query, ReportHead
from rag.service import Service
from rag.types import Found, Question, Refused

DEPTH = 10
_AIMS = ((), ("辽宁省",), ("山东省",), ("北京市",))  # places chosen beside the question, in turn


@dataclass(frozen=True, slots=True)
class Difference:
    """A question that the two stores answer with different documents."""

    question: str
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two stores agree.

    Attributes:
        questions: how many were asked.
        overlap: mean share of the first ten documents of one store that the other one has in its first ten.
        same_first: share of questions with the same first document.
        refused: share of questions that both or neither answer.
        filtered: questions with a filter.
        outside: passages of either store that its question's filter forbids; must be 0.
        allowed_differs: questions whose filter lets different numbers of passages through; must be 0.
    """

    questions: int
    overlap: float
    same_first: float
    refused: float
    filtered: int
    outside: int
    allowed_differs: int
    differences: tuple[Difference, ...]


def questions_of(files: Sequence[Path], limit: int) -> list[str]:
    """Questions of several sets in turn, each once, up to `limit`."""
    sets = [[item.question for item in load_dataset(path).items] for path in files or [SAMPLE_GOLD]]
    mixed = [one[at] for at in range(max(map(len, sets))) for one in sets if at < len(one)]
    return list(dict.fromkeys(mixed))[:limit]


def agreement(
    first: str, second: str, questions: Sequence[str], changes: Sequence[str], progress: Progress
) -> Agreement:
    """Ask both stores every question.

    Raises:
        TashanError: the stores hold different reports, or there is nothing to ask.
    """
    if not questions:
        raise TashanError("没有问题可问。", "请检查 --dataset。")
    settings = chosen_settings(first, changes, None)
    model = Remembering(embedder(settings.model))
    other = settings.model_copy(update={"store": chosen_settings(second, changes, None).store})
    with Service.open(settings, model) as one, Service.open(other, model) as two:
        if _contents(one) != _contents(two):
            raise TashanError("两个索引里的报告不同，不能比较。", "请用同样的文件夹更新两个索引。")
        asked = []
        for at, question in enumerate(questions):
            progress("提问", at, len(questions))
            include = _AIMS[at % len(_AIMS)] if at % 2 else ()
            asked.append(tuple(_ask(service, question, include) for service in (one, two)))
        progress("提问", len(questions), len(questions))
    return _summed(questions, asked)


def _contents(service: Service) -> dict[str, str]:
    return {doc: sha for doc, (sha, _) in service.store.documents().items()}


@dataclass(frozen=True, slots=True)
class _Asked:
    question: Question
    docs: tuple[str, ...]
    found: Found
    allowed: int  # passages that the filter itself lets through
    refused: bool


def _ask(service: Service, text: str, include: Sequence[str]) -> _Asked:
    outcome = service.ask(text, include=include)
    docs = dict.fromkeys(hit.stored.head.doc for hit in outcome.found.hits)
    question = outcome.question
    allowed = service.store.search(Query(question.topic, question.topic), 1, question.filter).allowed
    refused = isinstance(outcome, Refused)
    return _Asked(question, tuple(docs)[:DEPTH], outcome.found, allowed, refused)


def _summed(questions: Sequence[str], asked: Sequence[tuple[_Asked, ...]]) -> Agreement:
    shares, first, refused, differences = [], 0, 0, []
    for text, (one, two) in zip(questions, asked, strict=True):
        both = set(one.docs) & set(two.docs)
        shares.append(len(both) / max(len(one.docs), len(two.docs)) if one.docs or two.docs else 1.0)
        first += one.docs[:1] == two.docs[:1]
        refused += one.refused == two.refused
        if set(one.docs) != set(two.docs):
            differences.append(Difference(text, tuple(set(one.docs) - both), tuple(set(two.docs) - both)))
    count = len(questions)
    filtered = [pair for pair in asked if not pair[0].question.filter.empty]
    return Agreement(
        questions=count,
        overlap=sum(shares) / count,
        same_first=first / count,
        refused=refused / count,
        filtered=len(filtered),
        outside=sum(_outside(one) for pair in asked for one in pair),
        allowed_differs=sum(one.allowed != two.allowed for one, two in asked),
        differences=tuple(differences),
    )


def _outside(asked: _Asked) -> int:
    """Hits that the question's filter forbids. Reports that may be of any place are allowed beside it."""
    where = asked.question.filter
    return sum(not passes(hit.stored.head, where) for hit in asked.found.hits)


def passes(head: ReportHead, where: Filter) -> bool:
    """Whether a report passes a filter, or is of no place that would fail `include`."""
    own = head.locality
    year = int(head.date[:4]) if head.date else None
    around = any(not own.known or place.within(own) for place in where.include)
    return (
        (not where.include or around or any(p.within(w) for p in (own, *head.also) for w in where.include))
        and not any(own.within(banned) for banned in where.exclude)
        and (not where.since or (year is not None and year >= where.since))
        and (not where.until or (year is not None and year <= where.until))
        and (not where.docs or head.doc in where.docs)
    )
