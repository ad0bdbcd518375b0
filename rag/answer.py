"""The extractive writer: an answer that is nothing but quotes, places, counts and labels.

Its form follows the question: a card a place; a table for a comparison; the figure first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.types import Locality
from rag.amounts import parts, told, untold, untold_beside
from rag.cards import Card, cards, shared_names, short
from rag.conflicts import conflicts
from rag.figures import counts_thing, figures
from rag.subquestions import money, tells_money
from rag.types import OF_PLACES, Citation, Evidence, Intent, Question, Searched, Statement

# Mechanisms common enough in reports to be worth naming when several places share them.
_MECHANISM_NAMES = (
    "网格|积分|议事会|志愿服务|红色物业|党建联盟|双报到|调解员|楼栋长|村规民约|居民公约|业委会|时间银行|听证会|"
    "党员先锋|合伙人|结对帮扶|智慧平台|小程序|示范岗|考核|奖补|合作社|红白理事会|法律明白人|回访|台账|错时|"
    "联席会议|听证|巡查"
)
_SHARED = 4  # at most so many lines of 共同做法
_KEY_FIGURES = 4  # at most so many lines of 关键数据
_ON_TOPIC = 0.5  # a figure is shown when its clause says this share of the question that the best one says
_ASKED_FOR = 0.75  # where figures are what was asked for, so much of it
_TITLE = 44  # characters of a title below a card: whoever passes an answer on needs it whole
_KEY = "**关键数据**"
_NO_FIGURE = "未能确认所问的数字，以下是相关的原句。"
_ROOM = 820  # characters behind which nothing that repeats a quote is added


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer in writing: its text, its statements and what they cite."""

    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]


class Extractive:
    """The default writer. It has no state."""

    name = "extractive"

    def write(self, question: Question, evidence: tuple[Evidence, ...]) -> Iterator[Statement]:
        """Every piece of evidence as a statement, citing itself."""
        for card in cards(evidence):
            yield from _quotes(card)


def compose(
    question: Question,
    evidence: Sequence[Evidence],
    searched: Searched,
    missed: Sequence[Locality] = (),
) -> Draft:
    """The whole answer to `question` out of `evidence`; `missed` are places asked for that have none."""
    found = cards(evidence)
    cited = tuple(citation for card in found for citation in card.citations)
    table = question.intent is Intent.COMPARE and len(found) > 1
    body = _table(found) if table else _cards(question, found)
    statements = [statement for card in found for statement in _quotes(card)]
    parts = [_lead(found, searched, missed), body]
    key = _key_figures(question, found)
    if _lacks_figure(question, found, key is not None):
        parts[0] = f"{_NO_FIGURE}{parts[0]}"
    elif untold := _untold(question, found):
        parts[0] = f"{_UNTOLD}{untold}。{parts[0]}"
    if doubtful := _conflicts(found):
        parts.append(doubtful[0])
        statements.extend(doubtful[1])
    for extra in (key, _shared(found)):
        if extra and sum(map(len, parts)) + len(extra[0]) <= _ROOM:
            parts.append(extra[0])
            statements.extend(extra[1])
    if question.intent is Intent.FIGURE:
        parts[1:] = sorted(parts[1:], key=lambda part: not part.startswith(_KEY))
    return Draft("\n\n".join(parts), tuple(statements), cited)


def _lacks_figure(question: Question, found: Sequence[Card], shown: bool) -> bool:
    """Whether a figure is asked for, or how much money, and no quote gives one."""
    if question.intent is Intent.FIGURE:
        return not shown
    if question.intent is not Intent.FUNDING or not _HOW_MUCH.search(question.asked):
        return False
    units = (one.unit for card in found for c in card.citations for one in figures(c.quote))
    return not any(unit.endswith("元") for unit in units)


def _untold(question: Question, found: Sequence[Card]) -> str:
    """What was asked for and no quote says: a figure, or beside how it is done who pays, what it costs."""
    quotes = [c.quote for card in found for c in card.citations]
    if question.intent is Intent.FIGURE:
        return "、".join(untold(question, quotes))
    if question.intent not in OF_PLACES:
        return ""
    paid = "" if any(map(tells_money, quotes)) else money(question)
    return paid or "、".join(untold_beside(question, quotes))


_UNTOLD = "所引原文没有提到："
_HOW_MUCH = re.compile(r"多少|几(?:元|块|万|百|千)")


def _quotes(card: Card) -> Iterator[Statement]:
    for citation in card.citations:
        yield Statement(citation.quote, (citation.n,))


def _lead(found: Sequence[Card], searched: Searched, missed: Sequence[Locality]) -> str:
    reports = {citation.report for card in found for citation in card.citations}
    known = [card for card in found if card.locality.known]
    where = f"{len(known)}个地方的" if len(known) > 1 else ""
    if len(known) == len(found) == 1:
        where = f"{found[0].name}的"
    names = "、".join(dict.fromkeys(place.full for place in missed))
    lacking = f"；没有找到{names}在这方面的做法" if names else ""
    return f"选自{where}{len(reports)}份报告（检索了{searched.reports}份报告{lacking}）："


def _cards(question: Question, found: Sequence[Card]) -> str:
    return "\n\n".join(_card(card, number if len(found) > 1 else 0) for number, card in enumerate(found, 1))


def _card(card: Card, number: int) -> str:
    head = f"{number}. " if number else ""
    measure = f"｜{card.measure}" if card.measure and card.measure != card.citations[0].title else ""
    lines = [f"**{head}{card.place}{measure}**"]
    lines += [f"- {shown(card, citation)}[{citation.n}]" for citation in card.citations]
    lines.append(_origin(card))
    return "\n".join(lines)


def _origin(card: Card) -> str:
    """Title, source and date of the reports that a card quotes."""
    seen: dict[str, Citation] = {citation.report: citation for citation in card.citations}
    return "；".join(_where(citation) for citation in seen.values())


def _where(citation: Citation) -> str:
    title = short(citation.title, _TITLE)
    parts = [
        f"《{title}》" + "（拟题）" * citation.title_made,
        citation.source or "",
        citation.date or "",
    ]
    return "——" + "，".join(part for part in parts if part)


_REFERS = re.compile(r"^[该本](社区|街道|镇|乡|村|县|区|市|旗|辖区)")


def shown(card: Card, citation: Citation) -> str:
    """A quote for reading: one that opens with 该社区 gets its place in brackets, marked as supplied."""
    match = _REFERS.match(citation.quote)
    place = _referred(card.locality, match[1]) if match else ""
    return f"{match.group()}〔{place}〕{citation.quote[match.end() :]}" if match and place else citation.quote


def _referred(place: Locality, kind: str) -> str:
    """The name of the level of `place` that 该`kind` means; empty where it is none of them."""
    if kind == "辖区":
        return place.name or ""
    town = replace(place, community=None)
    county = replace(town, town=None)
    city = replace(county, county=None)
    if kind == "社区":
        fits = [place] if place.community and not place.community.endswith("村") else []
    elif kind == "村":
        fits = [place] if place.community and place.community.endswith("村") else []
    elif kind in ("街道", "镇", "乡"):
        fits = [town] if place.town and place.town.endswith(kind) else []
    else:
        levels = ((county, place.county), (city, place.city))
        fits = [one for one, name in levels if name and name.endswith(kind)]
    return (fits[0].name or "") if fits else ""


def _table(found: Sequence[Card]) -> str:
    rows = ["| 地方 | 做法 | 出处 |", "|---|---|---|"]
    for card in found:
        said = "<br>".join(f"{_cell(shown(card, c))}[{c.n}]" for c in card.citations)
        rows.append(f"| {card.place} | {said} | {_cell(_origin(card).removeprefix('——'))} |")
    return "\n".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "｜").replace("\n", " ")


def _key_figures(question: Question, found: Sequence[Card]) -> tuple[str, list[Statement]] | None:
    """One clause with figures a place (several when figures are what was asked for)."""
    first = question.intent is Intent.FIGURE
    if first and len(asked := parts(question)) > 1:
        return _one_each(asked, found)
    said_of = [(card, _clauses(question, card)) for card in found]
    least = (_ASKED_FOR if first else _ON_TOPIC) * max(
        (w for _, c in said_of for w in c.values()), default=0.0
    )
    lines: list[str] = []
    said: list[Statement] = []
    for card, worth in said_of:
        clauses = sorted((pair for pair in worth if worth[pair] >= least > 0), key=lambda p: -worth[p])
        for clause, n in clauses[: _KEY_FIGURES if first else 1]:
            label = "" if len(found) == 1 else f"{card.name}："
            lines.append(f"- {label}{clause}[{n}]")
            said.append(Statement(clause, (n,)))
    enough = lines and (first or (len(found) > 1 and len(lines) > 1))
    return (f"{_KEY}\n" + "\n".join(lines[:_KEY_FIGURES]), said[:_KEY_FIGURES]) if enough else None


def _one_each(asked: Sequence[Question], found: Sequence[Card]) -> tuple[str, list[Statement]] | None:
    """For each figure asked for the clause that says most of it, or, of those alike, most of all figures."""
    of_card = {pair: card for card in found for part in asked for pair in _clauses(part, card)}
    worths = [
        {pair: value for card in found for pair, value in _clauses(part, card).items()} for part in asked
    ]
    whole = {pair: sum(worth.get(pair, 0.0) for worth in worths) for pair in of_card}
    best: dict[tuple[str, int], Card] = {}
    for worth in worths:
        able = [one for one in worth if worth[one] >= _SOME]
        pair = max(able, key=lambda one: worth[one] + _AS_WELL * whole[one] + (one in best), default=None)
        if pair:
            best.setdefault(pair, of_card[pair])
    lines = [
        f"- {'' if len(found) == 1 else f'{card.name}：'}{clause}[{n}]" for (clause, n), card in best.items()
    ]
    return (f"{_KEY}\n" + "\n".join(lines), [Statement(clause, (n,)) for clause, n in best]) if best else None


_AS_WELL = 0.5  # what a clause says of the other figures asked for counts beside its own
_SOME = 1.0  # a word of the question, or the unit


def _clauses(question: Question, card: Card) -> dict[tuple[str, int], float]:
    """The clauses with figures of a card, each with its citation and how much of the question it says."""
    figure = question.intent is Intent.FIGURE
    return {
        (clause, c.n): worth + counts_thing(question.asked, clause)
        for c in card.citations
        for clause, worth in told(question, c.quote).items()
        if figure or clause != c.quote
    }


def _conflicts(found: Sequence[Card]) -> tuple[str, list[Statement]] | None:
    """One line for every figure that two reports of a place give differently."""
    lines: list[str] = []
    said: list[Statement] = []
    for one in conflicts(found):
        pairs = [(clause, c.n) for clause, c in zip(one.clauses, one.citations, strict=True)]
        lines.append(f"- {one.place}：" + "；".join(f"{clause}[{n}]" for clause, n in pairs))
        said.extend(Statement(clause, (n,)) for clause, n in pairs)
    return ("**数字不一致，请核对原文**\n" + "\n".join(lines), said) if lines else None


def _shared(found: Sequence[Card]) -> tuple[str, list[Statement]] | None:
    """Mechanisms that several of the places share."""
    shared = shared_names(found, _MECHANISM_NAMES.split("|"))[:_SHARED] if len(found) > 1 else ()
    if not shared:
        return None
    lines = [f"- {name}（{len(cited)}个地方）" + "".join(f"[{c.n}]" for c in cited) for name, cited in shared]
    said = [Statement(name, tuple(c.n for c in cited)) for name, cited in shared]
    return "**共同做法**\n" + "\n".join(lines), said
