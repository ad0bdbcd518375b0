"""The sentences that answer: which reports to quote, and which sentences of each.

No model runs here. A sentence is worth its share of the question's rarer character bigrams, the score of the
passage that holds it, and the cues of the question's intent: figures for 成效, 《》 for 机制文件, verbs for
做法.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.types import Span
from index.types import ReportHead
from rag.cues import WEAK, crumb, cue, empty, form
from rag.figures import measured
from rag.rescore import names
from rag.sentences import grams, raw_span, statements
from rag.types import Evidence, Hit, Intent, Question


@dataclass(frozen=True, slots=True)
class Shape:
    """How much an answer of one kind quotes.

    Attributes:
        places: at most so many reports.
        ratio: a further report is quoted when its score is at least this share of the best one's.
        characters: of quotes in the whole answer.
        each: at most so many characters of one report.
        least: and at least so many, where the report has them.
        nearness: a further report is quoted when the cosine of its best passage is at most this below that of
            the nearest one: shared words alone may be another subject.
    """

    places: int
    ratio: float
    characters: int
    each: int
    least: int
    nearness: float


@dataclass(frozen=True, slots=True)
class Source:
    """A report that is quoted, with the passages of it that were found, best first."""

    head: ReportHead
    hits: tuple[Hit, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might be quoted. `span` is in ``passage.text``."""

    hit: Hit
    span: Span
    score: float
    weak: bool = False  # talk, scene, slogan: quoted only where nothing else is

    @property
    def text(self) -> str:
        """The sentence."""
        return self.span.of(self.hit.stored.passage.text)


# Set on howto-dev and ncpqa-dev, 2026-11-22: evidence .79, facts .75, cited_gold .89, median 770 and 650
# characters. `each` matters most: key facts .67 at 540 characters of the first report, .75 at 720.
# Without `nearness` cited_gold is .80 and a median answer 917 characters, with no fact more; of the further
# reports of sample.jsonl .08 keeps 88 % of the right ones and 39 % of the others. Ten places instead of six
# bring .02 more facts of a comparison and a table that nobody reads to its end.
_DEEP = Shape(places=3, ratio=0.83, characters=900, each=720, least=90, nearness=0.05)
_NARROW = Shape(places=2, ratio=0.93, characters=520, each=520, least=60, nearness=0.08)
_WIDE = Shape(places=6, ratio=0.65, characters=2400, each=430, least=90, nearness=0.09)
_SHAPES: dict[Intent, Shape] = {
    Intent.HOW: _DEEP,
    Intent.STEPS: _DEEP,
    Intent.COMPARE: _WIDE,
    Intent.LIST: _WIDE,
    Intent.FIGURE: _NARROW,
    Intent.FACT: _NARROW,
    Intent.MECHANISM: _NARROW,
    Intent.FUNDING: _NARROW,
}


def shape(question: Question) -> Shape:
    """How much an answer to `question` quotes: several places when several are wanted."""
    if question.many and question.intent in (Intent.HOW, Intent.STEPS):
        return _SHAPES[Intent.LIST]
    return _SHAPES[question.intent]


def sources(question: Question, hits: Sequence[Hit], calibrated: bool = True) -> tuple[Source, ...]:
    """The reports worth quoting, best first.

    Args:
        question: as understood.
        hits: what it finds.
        calibrated: whether cosines are those of the embedded model, for which `Shape.nearness` was set.
    """
    by_report: dict[str, list[Hit]] = {}
    for hit in hits:
        by_report.setdefault(hit.stored.head.report, []).append(hit)
    ranked = sorted(
        (Source(group[0].stored.head, tuple(group), _worth(group)) for group in by_report.values()),
        key=lambda source: -source.score,
    )
    limits = shape(question)
    nearest = max((_cosine(source) for source in ranked), default=0.0) if calibrated else 0.0
    near = [
        source
        for source in ranked
        if source is ranked[0]
        or (source.score >= limits.ratio * ranked[0].score and _cosine(source) >= nearest - limits.nearness)
    ]
    return tuple(_fitting(question, near)[: limits.places])


def _fitting(question: Question, near: list[Source]) -> list[Source]:
    """Those of `near` that name as much of what was asked as the best one, and whose place is known.

    Where practice is asked for, a further case is of use only as the practice of some place. Of cases about
    as near the one that names most of what was asked comes first.
    """
    if not near:
        return near
    if question.intent in _OF_PLACES and not question.many:
        near = sorted(near, key=lambda source: -_named(question, source))
    most = _named(question, near[0])
    least = (most + 1) // 2 if question.many else most
    full = [source for source in near if source is near[0] or _named(question, source) >= least]
    if not (question.many or (question.intent in _OF_PLACES and near[0].head.locality.known)):
        return full
    return [source for source in full if source is near[0] or source.head.locality.known]


_OF_PLACES = frozenset({Intent.HOW, Intent.STEPS, Intent.COMPARE, Intent.LIST})


def _named(question: Question, source: Source) -> int:
    """How many of the things asked for a source names, in any wording."""
    return sum(any(names(hit, words) for hit in source.hits) for words in question.concepts)


def _cosine(source: Source) -> float:
    return max(hit.dense for hit in source.hits)


def _worth(hits: Sequence[Hit]) -> float:
    """A report is as good as its best passage, a little better when others agree."""
    best, *others = sorted((hit.score for hit in hits), reverse=True)
    return best + 0.03 * sum(others[:2])


def evidence(question: Question, chosen: Sequence[Source]) -> tuple[Evidence, ...]:
    """The sentences of `chosen` that answer, in the order of the reports and then of the text."""
    limits = shape(question)
    weights = gram_weights(question, [hit for source in chosen for hit in source.hits])
    found: list[Evidence] = []
    left, least = limits.characters, 0
    for rank, source in enumerate(chosen):
        waiting = len(chosen) - rank - 1
        room = max(limits.least, min(limits.each, left - waiting * limits.least))
        picked = _pick(candidates(question, source, weights), weights, room)
        said = _said(question, picked)
        if said < least:
            continue
        if rank == 0 and question.intent in _OF_PLACES and not question.many:
            least = said
        left -= sum(len(one.text) for one in picked)
        found.extend(_joined(picked))
    return tuple(found)


def _said(question: Question, picked: Sequence[Candidate]) -> int:
    """How many of the things asked for stand in what is quoted of one report, its title and its headings."""
    texts = [text for one in picked for text in (one.text, *one.hit.stored.passage.heading_path)]
    texts += [one.hit.stored.head.title or "" for one in picked[:1]]
    return sum(any(word in text for text in texts for word in words) for words in question.concepts)


def gram_weights(question: Question, hits: Sequence[Hit]) -> dict[str, float]:
    """The question's grams, each weighted by how few of the found passages hold it."""
    held: Counter[str] = Counter()
    for hit in hits:
        held.update(set(grams(hit.stored.passage.text)))
    wanted = {gram: 1.0 for gram in grams(question.topic or question.standalone)}
    for synonym, weight in question.synonyms:
        for gram in grams(synonym):
            wanted.setdefault(gram, weight)
    total = len(hits) + 1
    return {
        gram: weight * math.log(1 + total / (1 + held[gram])) for gram, weight in wanted.items() if held[gram]
    }


def candidates(question: Question, source: Source, weights: Mapping[str, float]) -> list[Candidate]:
    """Every sentence of the passages found in a report, scored."""
    best = max(hit.score for hit in source.hits) or 1.0
    whole = sum(weights.values()) or 1.0
    found = []
    for hit in source.hits:
        passage = hit.stored.passage
        for span in statements(passage.text, passage.cuts):
            text = span.of(passage.text)
            if empty(text) or text.strip("。：: ") == passage.measure:
                continue
            overlap = sum(weights.get(gram, 0.0) for gram in set(grams(text))) / whole
            told = overlap + hit.score / best + 0.5 * cue(question.intent, text)
            shaped = form(text, question.intent)
            found.append(Candidate(hit, span, told + shaped, _weak(question.intent, text, shaped)))
    return [one for one in found if not crumb(one.text)] or found


def _weak(intent: Intent, text: str, shaped: float) -> bool:
    """Whether a sentence is quoted only where a report has nothing else to say."""
    if intent is Intent.FIGURE:
        return not measured(text)
    return intent is not Intent.FACT and shaped < WEAK


def _pick(found: list[Candidate], weights: Mapping[str, float], room: int) -> list[Candidate]:
    """Greedily the best sentences that fit, each gram counted once, in text order."""
    whole = sum(weights.values()) or 1.0
    seen: set[str] = set()
    picked: list[Candidate] = []
    left = room
    waiting = list(found)
    while waiting:
        best = max(waiting, key=lambda one: one.score - _repeated(one.text, seen, weights) / whole)
        waiting.remove(best)
        if picked and (len(best.span) > left or best.weak):
            continue
        picked.append(best)
        seen.update(grams(best.text))
        left -= len(best.span)
        if left < 12:
            break
    return sorted(picked, key=lambda one: (one.hit.stored.passage.span.start, one.span.start))


def _repeated(text: str, seen: set[str], weights: Mapping[str, float]) -> float:
    """What a sentence repeats of the question's grams that were already answered, at half."""
    return 0.5 * sum(weights.get(gram, 0.0) for gram in set(grams(text)) & seen)


def _joined(picked: Iterable[Candidate]) -> list[Evidence]:
    """Neighbouring sentences of one passage as one quote, as long as nothing was cut out between them."""
    found: list[Candidate] = []
    for one in picked:
        if found and _touch(found[-1], one):
            last = found.pop()
            one = Candidate(last.hit, Span(last.span.start, one.span.end), max(last.score, one.score))
        found.append(one)
    return [as_evidence(one) for one in found]


def _touch(one: Candidate, other: Candidate) -> bool:
    """Whether `other` follows `one` in the same paragraph of a passage, with no cut between."""
    passage = one.hit.stored.passage
    if passage.passage != other.hit.stored.passage.passage or one.span.end > other.span.start:
        return False
    between = passage.text[one.span.end : other.span.start]
    cut = any(one.span.end <= at <= other.span.start for at in passage.cuts)
    return not between.strip() and "\n" not in between and not cut


def as_evidence(one: Candidate) -> Evidence:
    """A chosen sentence with its place in the report and in the raw file."""
    passage = one.hit.stored.passage
    start = passage.span.start
    return Evidence(
        hit=one.hit,
        span=Span(start + one.span.start, start + one.span.end),
        raw_span=raw_span(passage, one.span),
        text=one.text,
        score=one.score,
        figures=measured(one.text),
    )
