"""The sentences that answer: which reports to quote, and which sentences of each.

No model runs here. A sentence is worth its share of the question's rarer character bigrams, the score of the
passage that holds it, and the cues of the question's intent: figures for 成效, 《》 for 机制文件, verbs for
做法.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.types import Span
from index.types import ReportHead
from rag.figures import measured
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
    """

    places: int
    ratio: float
    characters: int
    each: int
    least: int


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

    @property
    def text(self) -> str:
        """The sentence."""
        return self.span.of(self.hit.stored.passage.text)


# Set on howto-dev and ncpqa-dev: 2026-11-22, evidence .74, cited_gold .80, median 800 and 620 characters.
_DEEP = Shape(places=3, ratio=0.84, characters=780, each=540, least=90)
_NARROW = Shape(places=2, ratio=0.93, characters=520, each=520, least=60)
_WIDE = Shape(places=12, ratio=0.65, characters=1800, each=240, least=90)
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


def sources(question: Question, hits: Sequence[Hit]) -> tuple[Source, ...]:
    """The reports worth quoting, best first."""
    by_report: dict[str, list[Hit]] = {}
    for hit in hits:
        by_report.setdefault(hit.stored.head.report, []).append(hit)
    ranked = sorted(
        (Source(group[0].stored.head, tuple(group), _worth(group)) for group in by_report.values()),
        key=lambda source: -source.score,
    )
    limits = shape(question)
    return tuple(s for s in ranked[: limits.places] if s.score >= limits.ratio * ranked[0].score)


def _worth(hits: Sequence[Hit]) -> float:
    """A report is as good as its best passage, a little better when others agree."""
    best, *others = sorted((hit.score for hit in hits), reverse=True)
    return best + 0.03 * sum(others[:2])


def evidence(question: Question, chosen: Sequence[Source]) -> tuple[Evidence, ...]:
    """The sentences of `chosen` that answer, in the order of the reports and then of the text."""
    limits = shape(question)
    weights = gram_weights(question, [hit for source in chosen for hit in source.hits])
    found: list[Evidence] = []
    left = limits.characters
    for rank, source in enumerate(chosen):
        waiting = len(chosen) - rank - 1
        room = max(limits.least, min(limits.each, left - waiting * limits.least))
        picked = _pick(candidates(question, source, weights), weights, room)
        left -= sum(len(one.text) for one in picked)
        found.extend(_joined(picked))
    return tuple(found)


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
            if _empty(text) or text.strip("。：: ") == passage.measure:
                continue
            overlap = sum(weights.get(gram, 0.0) for gram in set(grams(text))) / whole
            told = overlap + hit.score / best + 0.5 * cue(question.intent, text)
            score = told + _form(text)
            found.append(Candidate(hit, span, score))
    return found


_EMPTY = re.compile(
    r"^[（(]?(?:记者|通讯员|来源|责任编辑|编辑|作者|审核|供稿|图为|文/|摄影)[^。]{0,40}[）)]?$|^[\W\d_]*$"
    r"|^[【\[]?版权声明|^返回搜狐|小时读者热线|^查看更多"
)
_DANGLING = re.compile(r"^(?:这|它|他|她|其|对此|为此|因此|此举|此外|同时|该)")

_THANKS = re.compile(
    "(?:居民|村民|大娘|大爷|大妈|奶奶|爷爷|阿姨|业主|女士|先生|老人|群众)[^，,。]{0,8}(?:说|表示|感慨|称赞|点头|满意|高兴)"
)


def _empty(text: str) -> bool:
    """Whether a sentence says nothing: a by-line, a number, a crumb."""
    return len(text) < 6 or bool(_EMPTY.match(text))


def _form(text: str) -> float:
    """A little less for what can't stand alone, is only speech, or is a resident's thanks."""
    thanks = -0.25 * bool(_THANKS.search(text)) * (not measured(text))
    return thanks - 0.05 * bool(_DANGLING.match(text)) - 0.05 * (text[:1] in '“”"') - 0.1 * (len(text) < 15)


_DOING = re.compile(
    "建立|组建|推行|构建|成立|设立|打造|制定|实行|实施|推动|创新|整合|探索|开展|组织|搭建|落实|完善|采取|采用|依托|通过|"
    "明确|联合|引入|安排|划分|选聘|培育|邀请|协商|统筹|牵头|负责|按照|配备|发放|安装|改造|登记|公示|走访|排查"
)
_NAMED = re.compile(
    "《[^》]+》|印发|出台|“[^”]{2,20}”(?:机制|制度|工作法|模式|体系|工程|行动|平台)?|机制|办法|方案|条例|细则|制度|工作法|模式"
)
_MONEY = re.compile("资金|经费|补贴|补助|投入|财政|元|贷款|奖补|筹措|众筹|基金|出资|收费|免费")
_ORDER = re.compile(
    "首先|其次|然后|第[一二三四五]|[①-⑨]|步骤|流程|环节|申请|受理|审核|提交|办理|审批|[（(][一二三四五][）)]|→"
)


def cue(intent: Intent, text: str) -> float:
    """How much a sentence looks like what the intent asks for, 0 to 1."""
    if intent is Intent.FIGURE:
        return min(1.0, len(measured(text)) / 2)
    if intent is Intent.MECHANISM:
        return min(1.0, len(_NAMED.findall(text)) / 2)
    if intent is Intent.FUNDING:
        return min(1.0, len(_MONEY.findall(text)) / 2)
    if intent is Intent.STEPS:
        return min(1.0, len(_ORDER.findall(text)) / 2 + len(_DOING.findall(text)) / 8)
    if intent is Intent.FACT:
        return 0.0
    doing = min(1.0, len(set(_DOING.findall(text))) / 3)
    return 0.7 * doing + 0.3 * min(1.0, len(measured(text)) / 2)


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
        if picked and len(best.span) > left:
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
