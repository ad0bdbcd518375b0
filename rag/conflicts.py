"""Figures that two reports of one place give differently for the same thing: to be shown, not to be settled.

Said only where it is plain: one figure a clause, the same words around it once places, hedges and 累计 are
taken out, the same kind of unit, and no time, no part of the place and no 余 or 近 that would explain the
difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from corpus.types import Locality
from rag.cards import Card
from rag.figures import Figure, figures
from rag.sentences import fold
from rag.types import Citation


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two clauses, verbatim, that say the same thing with different figures."""

    place: str
    clauses: tuple[str, str]
    citations: tuple[Citation, Citation]


@dataclass(frozen=True, slots=True)
class _Told:
    """A clause with one figure. `frame` is what is left of it without the figure's number."""

    clause: str
    frame: str
    value: float  # in the base unit
    figure: Figure
    citation: Citation
    times: frozenset[str]
    parts: frozenset[str]  # communities, villages, streets that the sentence names


def conflicts(found: Iterable[Card]) -> tuple[Conflict, ...]:
    """Every plain contradiction between the reports that one card quotes."""
    return tuple(conflict for card in found if card.locality.known for conflict in _of_card(card))


def _of_card(card: Card) -> Iterator[Conflict]:
    told = [one for citation in card.citations for one in _told(citation, card.locality)]
    seen: set[str] = set()
    for one, other in combinations(told, 2):
        if one.frame not in seen and _differ(one, other):
            seen.add(one.frame)
            yield Conflict(card.name, (one.clause, other.clause), (one.citation, other.citation))


_LONG_ENOUGH = 6  # characters around a figure that say what it counts
_SENTENCE = re.compile(r"[^。！？；\n]+")
_CLAUSE = re.compile(r"[^，,、：:。！？；\n]+")
_TIME = re.compile(
    r"(?:19|20)\d\d年(?:\d{1,2}月)?|今年|去年|前年|上半年|下半年|[一二三四]季度|\d{1,2}月(?:份|底)?|去冬今春"
)
_PART = re.compile(
    r"(?:^|[，、：])在?((?:(?!建[成设]|成立|设立|打造|改造|整治|提升|服务|覆盖|各|全|老旧|个|示范|所有|累计)"
    r"[\u3400-\u9fff]){2,4}?(?:社区|小区|街道|村|镇|乡))"
)
_LOOSE = re.compile(
    r"累计|共计|总共|合计|目前|现已|截至|已经|全[省市县区旗镇乡村]|[该本][省市县区旗镇乡村]|[已共总了达有的约近超]"
)
_NO_MEASURE = re.compile("年|月|日|号|年度|点|届|期|周|级|楼|线|路|岁|周岁|小时|分钟|时|分|秒")
_BASE = {"万元": (1e4, "元"), "亿元": (1e8, "元"), "%": (1, "%"), "％": (1, "%")}
_TENS = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}


def _told(citation: Citation, place: Locality) -> Iterator[_Told]:
    for sentence in _SENTENCE.findall(citation.quote):
        times, parts = frozenset(_TIME.findall(sentence)), frozenset(_PART.findall(sentence))
        for clause in _CLAUSE.findall(sentence):
            found = [f for f in figures(clause) if f.unit not in ("年", "月", "日")]
            value = _value(found[0]) if len(found) == 1 else None
            if value is None:
                continue
            frame = _frame(clause, found[0], place)
            if len(frame.replace("#", "")) >= _LONG_ENOUGH:
                yield _Told(clause.strip(), frame, value, found[0], citation, times, parts)


def _value(figure: Figure) -> float | None:
    """What a figure amounts to in its base unit; None for ranges, Chinese numerals and mere dates."""
    number = figure.number.replace(",", "")
    if not re.fullmatch(r"\d+(?:\.\d+)?", number) or not figure.unit or _NO_MEASURE.fullmatch(figure.unit):
        return None
    value = float(number) * _BASE.get(figure.unit, (1.0, ""))[0]
    for char in figure.magnitude:
        value *= _TENS.get(char, 1.0)
    return value


def _frame(clause: str, figure: Figure, place: Locality) -> str:
    """The words of a clause around its figure, with the base unit in place of the figure."""
    unit = _BASE.get(figure.unit, (1.0, figure.unit.lstrip("余")))[1]
    bare = clause[: figure.span.start] + "#" + clause[figure.span.end :]
    for name in sorted((n for n in (*place.levels, place.name) if n), key=len, reverse=True):
        bare = bare.replace(name, "")
    bare = _LOOSE.sub("", _TIME.sub("", bare))
    return re.sub(r"[^\w#]", "", fold(bare)).replace("#", f"#{unit}#")


def _differ(one: _Told, other: _Told) -> bool:
    """Whether two clauses contradict each other, as far as anybody can tell from them."""
    if one.frame != other.frame or one.citation.report == other.citation.report:
        return False
    if one.parts != other.parts or one.times != other.times:
        return False
    return _same_time(one, other) and not _agree(one, other)


def _same_time(one: _Told, other: _Told) -> bool:
    """Whether both tell of one time: both name it, or the reports are of the same month or undated."""
    dates: Sequence[str] = [c.date[:7] for c in (one.citation, other.citation) if c.date]
    named = any(re.match(r"(?:19|20)\d\d年", time) for time in one.times)
    return named or len(dates) < 2 or dates[0] == dates[1]


_AT_LEAST = re.compile(r"超|逾|至少|不少于|最低|高于|余|多|几")
_AT_MOST = re.compile(r"近|不足|不到|不超过|最高|最多|低于")
_ROUND = 0.1  # figures as near as this agree where one of them is 约 or 近


def _agree(one: _Told, other: _Told) -> bool:
    """Whether both figures can be true at once."""
    low, high = sorted((one, other), key=lambda told: told.value)
    if low.value == high.value:
        return True
    hedges = [told.figure.hedge + told.figure.magnitude + told.figure.unit for told in (low, high)]
    if _AT_LEAST.search(hedges[0]) or _AT_MOST.search(hedges[1]):
        return True
    return any("约" in hedge or "近" in hedge for hedge in hedges) and high.value <= low.value * (1 + _ROUND)
