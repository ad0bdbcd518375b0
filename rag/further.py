"""Questions that the corpus can answer: on the subject of one that was asked, else on what there is beside.

A question is made of a measure's name and its place. The name is a heading or a “…”机制 of a text that
exists, or what was asked for in that text's words, and `answers` looks whether the question, as it is
understood, would be answered out of that text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.types import Locality
from index.types import ReportHead, StoredReport
from rag import themes
from rag.rarity import Rarity
from rag.rescore import names, texts_of
from rag.sentences import grams
from rag.themes import Theme
from rag.types import Hit, Question

Able = Callable[[str, ReportHead, str], bool]  # question, report, text that answers it → whether it does
Look = Callable[[Question, Sequence[str]], Sequence[Hit]]  # what a question finds on one thing

_COVERED = 0.5  # of a question's grams, by rarity; judge never refuses a place that holds so much of it


def answers(question: Question, head: ReportHead, text: str, rarity: Rarity) -> bool:
    """Whether `question` is not refused, because `text` of the report `head` answers it.

    What `rag/refuse.py` asks for, without a search: the place is understood as that of the report, everything
    named stands in it, and it holds most of the question's words. (At half of them, `refuse.judge` answers at
    any cosine.)
    """
    if question.exclude or question.unknown_places or question.since or question.until:
        return False
    if not any(head.locality.within(place) for place in question.include):
        return False
    said = (head.title or "", text)
    if not all(any(word in part for part in said for word in words) for words in question.concepts):
        return False
    wanted = {gram: rarity(gram) for gram in grams(question.topic)}
    held = wanted.keys() & set(grams(text))
    return bool(wanted) and sum(wanted[gram] for gram in held) >= _COVERED * sum(wanted.values())


def questions(
    question: Question, hits: Sequence[Hit], able: Able, most: int = 3, rarity: Rarity | None = None
) -> tuple[str, ...]:
    """Questions on the subject of `question`; none rather than others."""
    made: dict[str, str] = {}
    about = _words(question)
    things = sorted(question.concepts, key=lambda words: sum(names(hit, words) for hit in hits))
    hits = [hit for hit in hits if on_subject(question, hit)]
    for hit in hits:
        if len(made) == most:
            break
        passage, head = hit.stored.passage, hit.stored.head
        if not head.locality.known or head.locality.full in made:
            continue
        name = measure_name(passage.measure or "", passage.text)
        own = "" if about.isdisjoint(grams(name)) else asking(head, name)
        tried = (own, _asking_again(question, things, hit, rarity))
        asked = next((one for one in tried if one and able(one, head, passage.text)), "")
        if asked:
            made[head.locality.full] = asked
    return tuple(made.values())


def _asking_again(
    question: Question, things: Sequence[Sequence[str]], hit: Hit, rarity: Rarity | None
) -> str:
    """A question for what was asked, in the words and at the place of a passage that names most of it.

    Args:
        question: what was asked.
        things: what it names, first what the fewest passages name.
        hit: the passage.
        rarity: of bigrams in this store.
    """
    text, place = hit.stored.passage.text, hit.stored.head.locality.name
    quoted = next((name for name in _QUOTED.findall(question.asked) if name in text), "")
    if quoted:
        return f"{place}的{quoted}是怎么做的？"
    if not things or not mostly_named(question, hit, rarity):
        return ""
    held = ([word for word in words if word in text and not word.isascii()] for words in things)
    word = max(next(filter(None, held), ()), key=len, default="")
    return f"{place}在“{word}”方面是怎么做的？" if word else ""


_QUOTED = re.compile(r"“[^“”，。；]{2,12}”")


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that a report tells of."""

    name: str
    head: ReportHead
    text: str  # of the report
    themes: frozenset[str]  # of its name and its report's title


class Measures:
    """The named measures of some of the reports, one a report, for questions about what there is beside.

    Args:
        reports: in the order in which they are offered.
        table: the themes; those of `rag/themes.csv` unless others are given.
    """

    def __init__(self, reports: Iterable[StoredReport], table: Sequence[Theme] | None = None) -> None:
        self._table = themes.load() if table is None else table
        self._all = [
            Measure(name, report.head, report.text, self._themes(f"{name}\n{report.head.title or ''}"))
            for report in reports
            if report.head.locality.county and (name := _name(report))
        ]
        self._all.sort(key=lambda one: not _LASTING.fullmatch(one.name) or bool(_ANY.search(one.name)))

    def _themes(self, text: str) -> frozenset[str]:
        return frozenset(one.name for one in self._table if any(term in text for term in one.terms))

    def examples(self, able: Able, most: int) -> tuple[str, ...]:
        """Questions about measures of different provinces."""
        return tuple(self._able(self._all, able, most))

    def themes(self, question: Question, nearest: Sequence[Hit]) -> tuple[Theme, ...]:
        """What a question is about; where its words do not say, what most of the nearest are."""
        wordings = [word for words in question.concepts for word in words]
        for said in (question.topic, "\n".join(wordings)):
            told = {one: sum(term in said for term in one.terms) for one in self._table}
            if any(told.values()):
                return tuple(sorted((one for one in self._table if told[one]), key=lambda one: -told[one]))
        heads = dict.fromkeys("\n".join(texts_of(hit)[:-1]) for hit in nearest)
        counted = Counter(name for text in heads for name in self._themes(text))
        most = {name for name, count in counted.most_common(1) if 2 * count > len(heads)}
        return tuple(one for one in self._table if one.name in most)

    def beside(self, about: Sequence[Theme], able: Able, most: int) -> tuple[str, ...]:
        """Questions about measures of one of these themes; of different provinces."""
        wanted = {theme.name for theme in about}
        return tuple(self._able((one for one in self._all if wanted & one.themes), able, most))

    def of_places(self, places: Sequence[Locality], able: Able, most: int) -> tuple[str, ...]:
        """Questions about measures of these places."""
        there = (one for one in self._all if any(one.head.locality.within(place) for place in places))
        return tuple(self._able(there, able, most, spread=False))

    def of_reports(self, reports: Sequence[str], able: Able, most: int) -> tuple[str, ...]:
        """Questions about measures of these reports, in this order; of different provinces."""
        named = {one.head.report: one for one in self._all}
        return tuple(self._able((named[r] for r in reports if r in named), able, most))

    @staticmethod
    def _able(measures: Iterable[Measure], able: Able, most: int, spread: bool = True) -> Iterator[str]:
        """Questions that are answered, each of another province, or each of another report."""
        seen: set[str | None] = set()
        for one in measures:
            if len(seen) == most:
                return
            of = one.head.locality.province if spread else one.head.report
            asked = asking(one.head, one.name)
            if of not in seen and able(asked, one.head, one.text):
                seen.add(of)
                yield asked


def _name(report: StoredReport) -> str:
    """What to call a report's measure: a lasting “…”机制, else a heading that names one, else a “…”活动."""
    lasting = next((m.group() for m in _LASTING.finditer(report.text) if not _ANY.search(m.group())), "")
    if lasting:
        return lasting
    headings = (measure_name(section.heading, "") for section in report.sections if section.level > 1)
    return next((name for name in headings if name), "") or measure_name("", report.text)


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


def mostly_named(question: Question, hit: Hit, rarity: Rarity | None = None) -> bool:
    """Whether a passage names more than half of the things asked for: each as one, or by rarity."""
    return not question.concepts or share(question, texts_of(hit), rarity) > HALF


HALF = 0.5


def share(question: Question, texts: Sequence[str], rarity: Rarity | None = None) -> float:
    """How much of the things asked for `texts` name, 0 to 1: each as one, or by rarity."""
    weights = {words: rarity.of_group(words) if rarity else 1.0 for words in question.concepts}
    named = (words for words in weights if any(word in text for text in texts for word in words))
    return sum(weights[words] for words in named) / (sum(weights.values()) or 1.0)


def on_parts(question: Question, look: Look, rarity: Rarity | None, near: float) -> list[Hit]:
    """Passages on one of the things asked for, where what was found is on the others; the rarest thing first.

    Args:
        question: what was asked.
        look: finds passages on one thing.
        rarity: of bigrams in this store.
        near: cosine with the question that a passage has at least, or it is another matter.
    """
    things = sorted(question.concepts, key=lambda words: -rarity.of_group(words) if rarity else 0.0)
    return [
        hit
        for words in things[:_PARTS]
        for hit in look(question, words)
        if hit.dense >= near and names(hit, words)
    ]


_PARTS = 3  # things of a question that are looked for by themselves


_FAIR = 0.25  # of the grams of a topic
_COMMON = frozenset(("社区", "治理", "工作", "服务", "居民", "群众", "活动"))  # grams of any topic


_LAST = "工作法|工作室|机制|模式|平台|项目|超市|驿站|制度|服务|工程|议事会|品牌|小屋"
_LASTING = re.compile(rf"“[^“”，。；、]{{2,12}}”(?:{_LAST})")
_ANY = re.compile(
    r"一对一|点对点|面对面|零距离|网格化|一站式|三下乡|一老一[小幼]|“[^”]{2}”"
)  # tells no measure
_MECHANISM = re.compile(rf"“[^“”，。；、]{{2,12}}”(?:{_LAST}|行动|活动)")
_NUMBERED = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|第[一二三四五六七八九十])[，,、\s]*"
)
_UNNAMED = re.compile(
    r"[\s,，;；?？“”]|^在|方面$|组织部|委员会$|近年来|怎么|怎样|如何|什么|哪|报道|^据|^再"
    r"|\d|日讯|活动现场|联系人|主要内容|回答|问题$|获好评"
    r"|效果|成效|看得见|变化|启示|体会|背景|目标|下一步|概况|简介"  # headings of no measure
    # captions and headlines
    r"|介绍|现场|正在|开展|召开|举行|举办|启动|开业|揭牌|书记$|[处局镇乡县市区]长$|主任$|是[^，]+的"
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
