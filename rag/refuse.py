"""When to say that there is no answer, why, and what to offer instead."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.types import ReportHead, StoredReport
from rag.cards import cite, short
from rag.evidence import as_evidence, candidates
from rag.rarity import Rarity
from rag.rescore import names
from rag.sentences import grams
from rag.sources import Source, gram_weights
from rag.types import Citation, Evidence, Found, Hit, Intent, Question, Reason, Searched


@dataclass(frozen=True, slots=True)
class Signals:
    """What the decision looks at.

    Attributes:
        dense: cosine of the best passage with the question.
        coverage: share of the question's grams, weighted by rarity, that the best of the first reports holds.
        elsewhere: the same for what is found without the places asked for.
        missing: share of the things that the question names, by rarity, that none of the first reports names.
    """

    dense: float
    coverage: float
    elsewhere: float
    missing: float


# Fitted on howto-dev against the questions without an answer and against the answerable ones with their
# documents taken away (logistic regression, default model with its adapter; area under the curve 0.925).
_DENSE_MEAN, _DENSE_SPREAD, _DENSE_WEIGHT = 0.6333, 0.0691, 1.77
_COVER_MEAN, _COVER_SPREAD, _COVER_WEIGHT = 0.1249, 0.0770, 1.45
_BIAS = 0.89
_THRESHOLD = -1.57  # howto-dev and ncpqa-dev, 2026-11-22, with _MISSING: .03 of the answerable lost
_FITTED_ON = 10_400  # passages in the store of that fit
_FEWEST = 300  # a smaller store is treated like one of this size
_DENSE_GROWTH = 0.007  # mean best cosine .661 of 10,400 passages, .632 of 305: .008, and a little less
_SHARE = 0.4  # a place has no such practice when its reports hold less than this share of what others hold
_AMPLE = 0.2  # unless they hold this much of the question anyway
_SURE = 0.68  # nor when a passage of its own is this close (questions without an answer reach .67)
_SURE_OF_FACT = 0.6  # a fact is told in its own words, not in the asker's: ncpqa-dev refused .040, so .031
_MISSING = 0.5  # half of what was named, in any wording, stands in no report: nobody did that
_NOTHING = 0.95  # nothing of it at all
_CLEAR = 2.0  # some of it, and the rest of the words speak for an answer (without one they reach -0.1)
_CLOSE = 0.66  # unless a passage is this close. 6 of 12 questions without an answer, 0 of 108 with one
_FACTS = frozenset({Intent.FACT, Intent.FIGURE, Intent.MECHANISM})
_TOP = 5  # reports that are looked at
_NEAREST = 140  # characters of a sentence that is offered as the nearest


def signals(question: Question, found: Found, elsewhere: Found | None, rarity: Rarity) -> Signals:
    """What `judge` looks at. `elsewhere` is what the same question finds without its places."""
    other = elsewhere or found
    wanted = {gram: rarity(gram) for gram in grams(question.topic or question.standalone)}
    return Signals(
        dense=max((hit.dense for hit in found.hits), default=0.0),
        coverage=_coverage(wanted, found.hits),
        elsewhere=_coverage(wanted, other.hits),
        missing=_missing(question, found.hits, rarity),
    )


def judge(
    question: Question, found: Found, elsewhere: Found | None, rarity: Rarity, calibrated: bool = True
) -> Reason | None:
    """Why there is no answer; None where there is one.

    Args:
        question: as understood.
        found: what it finds.
        elsewhere: what it finds without its places and years; None where it names none.
        rarity: of bigrams in this store.
        calibrated: whether cosines are those of the embedded model, on which the constants were set.
    """
    if question.unknown_places and not question.include:
        return Reason.PLACE_WITHOUT_PRACTICE
    placed = bool(question.include)
    if not found.hits:
        return (
            Reason.PLACE_WITHOUT_PRACTICE if placed and elsewhere and elsewhere.hits else Reason.NOTHING_FOUND
        )
    seen = signals(question, found, elsewhere, rarity)
    if _lacks(seen, calibrated):
        return Reason.PLACE_WITHOUT_PRACTICE if placed else Reason.WEAK_EVIDENCE
    sure = calibrated and seen.dense >= (_SURE_OF_FACT if question.intent in _FACTS else _SURE)
    if placed and not sure and seen.coverage < min(_AMPLE, _SHARE * seen.elsewhere):
        return Reason.PLACE_WITHOUT_PRACTICE
    if _support(seen, calibrated) + (0.0 if placed else _allowance(found.total)) < _THRESHOLD:
        return Reason.PLACE_WITHOUT_PRACTICE if placed else Reason.WEAK_EVIDENCE
    return None


def _lacks(seen: Signals, calibrated: bool) -> bool:
    """Whether too much of what was named stands in no report, and nothing else speaks for an answer."""
    if seen.missing < _MISSING or (calibrated and seen.dense >= _CLOSE):
        return False
    return seen.missing >= _NOTHING or _support(seen, calibrated) < _CLEAR


def _support(seen: Signals, calibrated: bool) -> float:
    """Log odds that the passages answer; without a calibrated cosine the words decide, and more mildly."""
    dense = (seen.dense - _DENSE_MEAN) / _DENSE_SPREAD if calibrated else 0.5
    cover = (seen.coverage - _COVER_MEAN) / _COVER_SPREAD
    return _DENSE_WEIGHT * dense + _COVER_WEIGHT * cover + _BIAS


def _allowance(passages: int) -> float:
    """What the best cosine of a small store lacks, in log odds.

    The best of many passages is closer than the best of few, whatever is asked: by about
    `_DENSE_GROWTH` each time their number grows e-fold. (Within one place passages are few in any store.)
    """
    few = math.log(_FITTED_ON / min(_FITTED_ON, max(_FEWEST, passages)))
    return _DENSE_WEIGHT * _DENSE_GROWTH * few / _DENSE_SPREAD


def _coverage(wanted: Mapping[str, float], hits: Sequence[Hit]) -> float:
    """Weighted share of `wanted` that one report's passages hold, the best of the first `_TOP` reports."""
    whole = sum(wanted.values())
    if not whole:
        return 0.0
    by_report: dict[str, set[str]] = {}
    for hit in hits:
        report = hit.stored.head.report
        if report in by_report or len(by_report) < _TOP:
            by_report.setdefault(report, set()).update(grams(hit.stored.passage.text))
    return max(
        (sum(wanted[g] for g in held & wanted.keys()) / whole for held in by_report.values()), default=0.0
    )


def _missing(question: Question, hits: Sequence[Hit], rarity: Rarity) -> float:
    """Share of `question.concepts` that none of the first reports names, by rarity."""
    texts: dict[str, list[str]] = {}
    for hit in hits:
        report, passage = hit.stored.head.report, hit.stored.passage
        if report in texts or len(texts) < _TOP:
            found = texts.setdefault(report, [hit.stored.head.title or ""])
            found += [*passage.heading_path, passage.text]
    told = "\n".join(text for found in texts.values() for text in found)
    whole = lacking = 0.0
    for words in question.concepts:
        weight = rarity.of_thing(question, words)
        whole += weight
        lacking += 0.0 if any(word in told for word in words) else weight
    return lacking / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class Offer:
    """A refusal in writing."""

    text: str
    nearest: tuple[Citation, ...]
    next_questions: tuple[str, ...]


def offer(question: Question, reason: Reason, nearest: Sequence[Hit], searched: Searched) -> Offer:
    """Says what was searched and what came nearest (never as an answer), and asks what can be answered."""
    if reason is _PLACE:
        nearest = [
            hit for hit in nearest if not any(hit.stored.head.locality.within(p) for p in question.include)
        ]
    nearest = [hit for hit in nearest if on_subject(question, hit)]
    cited = cite(_nearest(question, nearest))
    asked = "、".join([*(p.name or "" for p in question.include), *question.unknown_places])
    years = f"，{_span(searched.years)}年" if searched.years else ""
    scope = f"检索了{searched.reports}份报告（{searched.places}个地方{years}）"
    parts = [f"{_WHY[reason].format(asked=asked or '所问地方')}{scope}。"]
    if cited:
        label = (
            "以下是其他地方的相近做法，不是对所问地方的回答"
            if reason is _PLACE
            else "以下内容最接近，但不足以回答"
        )
        parts.append(f"**{label}：**\n" + "\n".join(_line(c) for c in cited))
    follow = questions(question, nearest)
    if follow:
        parts.append("**可以这样问：**\n" + "\n".join(f"- {one}" for one in follow))
    return Offer("\n\n".join(parts), cited, follow)


def _span(years: tuple[int, int]) -> str:
    """As it is written: 2022—2024, or one year alone."""
    return "—".join(map(str, dict.fromkeys(years)))


_PLACE = Reason.PLACE_WITHOUT_PRACTICE
_WHY = {
    Reason.NOTHING_FOUND: "没有找到相关报告，未作回答。",
    Reason.WEAK_EVIDENCE: "现有报告里没有足够依据回答这个问题，未作回答。",
    Reason.PLACE_WITHOUT_PRACTICE: "现有报告里没有{asked}的这项做法，未作回答。",
}


def _line(c: Citation) -> str:
    where = c.locality.full or f"《{short(c.title)}》"
    return f"- {where}：{c.quote}[{c.n}]"


def _nearest(question: Question, hits: Sequence[Hit]) -> list[Evidence]:
    """The best sentence of each of the two nearest reports."""
    found = []
    weights = gram_weights(question, hits)
    for hit in _one_a_report(hits)[:2]:
        told = candidates(question, Source(hit.stored.head, (hit,), hit.score), weights)
        best = max(
            (one for one in told if len(one.span) <= _NEAREST), key=lambda one: one.score, default=None
        )
        found += [as_evidence(best)] if best else []
    return found


def _one_a_report(hits: Iterable[Hit]) -> list[Hit]:
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.stored.head.report, hit)
    return list(first.values())


_MECHANISM = re.compile(
    r"“[^“”，。；、]{2,12}”(?:工作法|工作室|机制|模式|平台|行动|项目|超市|驿站|制度|服务|工程|议事会|活动|品牌|小屋)"
)


def questions(question: Question, hits: Sequence[Hit], most: int = 3) -> tuple[str, ...]:
    """Questions on the subject of `question` that the corpus can answer; none rather than others.

    They are made from the names of measures and their places. A name is a heading or a “…”机制 of a passage
    that exists, so there is something to answer with.
    """
    made: dict[str, str] = {}
    about = _words(question)
    for hit in hits:
        passage, head = hit.stored.passage, hit.stored.head
        name = measure_name(passage.measure or "", passage.text)
        if head.locality.known and name and about & set(grams(name)) and on_subject(question, hit):
            made.setdefault(head.locality.full, asking(head, name))
        if len(made) == most:
            break
    return tuple(made.values())


def _words(question: Question) -> frozenset[str]:
    """The grams of the topic and of the other wordings of what it names."""
    said = (question.topic, *(word for words in question.concepts for word in words))
    return frozenset(gram for text in said for gram in grams(text)) - _COMMON


def on_subject(question: Question, hit: Hit) -> bool:
    """Whether a passage is of any use to somebody who asked this.

    It names at least half of the things asked for; where the question names none of the dictionary's, it
    holds a fair share of its grams.
    """
    if question.concepts:
        return 2 * sum(names(hit, words) for words in question.concepts) >= len(question.concepts)
    wanted = set(grams(question.topic)) - _COMMON
    held = wanted & set(grams(hit.stored.passage.text))
    return bool(wanted) and len(held) >= _FAIR * len(wanted)


_FAIR = 0.25  # of the grams of a topic
_COMMON = frozenset(("社区", "治理", "工作", "服务", "居民", "群众", "活动"))  # grams of any topic


_NUMBERED = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|第[一二三四五六七八九十])[，,、\s]*"
)
_UNNAMED = re.compile(
    r"[\s,，;；?？“”]|组织部|委员会$|近年来|怎么|怎样|如何|什么|哪|报道|^据|^再"
    r"|\d|日讯|活动现场|联系人|主要内容|回答|问题$|获好评"
    r"|效果|成效|看得见|变化|启示|体会|背景|目标|下一步|概况|简介"  # headings of no measure
)


def measure_name(heading: str, text: str) -> str:
    """What to call a passage's measure: its heading if short and plain, else a named mechanism in it."""
    plain = _NUMBERED.sub("", heading.strip("。：:，, ■●"))
    if 4 <= len(plain) <= 18 and not _UNNAMED.search(plain):
        return plain
    match = _MECHANISM.search(text)
    return match.group() if match else ""


def asking(head: ReportHead, name: str) -> str:
    """A question for the measure `name` of a report."""
    quoted = name if "“" in name else f"“{name}”"
    return f"{head.locality.name}的{quoted}是怎么做的？"


def examples(reports: Iterable[StoredReport], most: int) -> tuple[str, ...]:
    """Questions out of reports of different provinces."""
    made: dict[str, str] = {}
    for report in reports:
        place = report.head.locality
        if not place.county or (place.province or "") in made:
            continue
        headings = (measure_name(section.heading, "") for section in report.sections if section.level > 1)
        name = next((h for h in headings if h), "") or measure_name("", report.text)
        if name:
            made[place.province or ""] = asking(report.head, name)
        if len(made) == most:
            break
    return tuple(made.values())
