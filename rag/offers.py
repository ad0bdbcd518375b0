"""What a refusal says: what was searched, what came nearest, and what can be asked instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.types import ReportHead, StoredReport
from rag.amounts import told
from rag.cards import cite, short
from rag.evidence import Candidate, as_evidence, candidates
from rag.rarity import Rarity
from rag.rescore import names
from rag.sentences import grams
from rag.sources import Source, gram_weights
from rag.types import Citation, Evidence, Hit, Intent, Question, Reason, Searched

_NEAREST = 140  # characters of a sentence that is offered as the nearest


@dataclass(frozen=True, slots=True)
class Offer:
    """A refusal in writing."""

    text: str
    nearest: tuple[Citation, ...]
    next_questions: tuple[str, ...]


def offer(
    question: Question,
    reason: Reason,
    nearest: Sequence[Hit],
    searched: Searched,
    rarity: Rarity | None = None,
) -> Offer:
    """Says what was searched and what came nearest (never as an answer), and asks what can be answered."""
    if reason is _PLACE:
        nearest = [
            hit for hit in nearest if not any(hit.stored.head.locality.within(p) for p in question.include)
        ]
    nearest = [hit for hit in nearest if on_subject(question, hit)]
    cited = cite(_nearest(question, [hit for hit in nearest if _mostly_named(question, hit)], rarity))
    asked = "、".join([*(p.name or "" for p in question.include), *question.unknown_places])
    years = f"；注明日期的为{_span(searched.years)}年" if searched.years else ""
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
    Reason.PLACE_WITHOUT_PRACTICE: "没有在现有报告里找到{asked}的这项做法，未作回答。",
}


def _line(c: Citation) -> str:
    where = c.locality.full or f"《{short(c.title)}》"
    return f"- {where}：{c.quote}[{c.n}]"


def _nearest(question: Question, hits: Sequence[Hit], rarity: Rarity | None) -> list[Evidence]:
    """The best sentence of the nearest report, and of a second one that says as much of what was asked."""
    found: list[Candidate] = []
    weights = gram_weights(question, hits)
    rare = {gram: rarity(gram) for gram in grams(question.topic)} if rarity else weights
    for hit in _one_a_report(hits)[:_LOOKED_AT]:
        said = candidates(question, Source(hit.stored.head, (hit,), hit.score), weights)
        fitting = [one for one in said if len(one.span) <= _NEAREST and not one.weak]
        best = max(fitting, key=lambda one: one.score, default=None)
        if best and (not found or _as_near(question, best, found[0], rare)):
            found.append(best)
        if len(found) == _OFFERED:
            break
    return [as_evidence(one) for one in found]


_LOOKED_AT, _OFFERED = 4, 2  # reports
_AS_NEAR = 0.7  # of what the first sentence says of the question, by rarity


def _as_near(question: Question, one: Candidate, first: Candidate, weights: Mapping[str, float]) -> bool:
    """Whether a further sentence is of as much use: the words asked for, and the figure."""
    if question.intent is Intent.FIGURE and told(question, first.text) and not told(question, one.text):
        return False
    return _says(question, one, weights) >= _AS_NEAR * _says(question, first, weights)


def _says(question: Question, one: Candidate, weights: Mapping[str, float]) -> float:
    """What a sentence says of the question's words; another wording of a thing says the thing."""
    held = set(grams(one.text))
    for words in question.concepts:
        if any(word in one.text for word in words):
            held.update(gram for word in words if word in question.topic for gram in grams(word))
    return sum(weights.get(gram, 0.0) for gram in held)


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


def _mostly_named(question: Question, hit: Hit) -> bool:
    """Whether a passage names more than half of the things asked for."""
    things = question.concepts
    return not things or 2 * sum(names(hit, words) for words in things) > len(things)


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
