"""Parts that a web page numbers with 01, 02, …: number and heading ran into the text when it was saved."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.boundary import balanced, end_score, start_score, torn
from corpus.headlike import LONGEST, OPENING
from corpus.types import Span

_NUMBER = re.compile(r"(?:^|(?<=[。！？”\s]))0([1-9])\s?(?=(?!第)[\u4e00-\u9fff“\d])")
_BARE = re.compile(  # 1精心组织动员; no figure with what it counts
    r"(?:^|(?<=[。！？”\s]))([1-9])\s?(?![月日年个名人天岁万号点次分时小元米组户场条项家公楼栋室余位所大届座])(?=[\u4e00-\u9fff“]{4})"
)
_STOP = re.compile("[。；！？]")
_SHORTEST = 4  # characters of a heading behind its number
_TYPICAL, _SPREAD = 12, 8
_SEVERAL, _FITS, _LONG = 3, -1.0, 13  # parts that may be of one length, the least score, the longest
_LIKELY = -2.0  # the least score of its end, whose start is certain


def without_number(heading: str) -> str:
    """A heading without the number of its part.

    >>> without_number("01荒园变公园"), without_number("2023年的公园")
    ('荒园变公园', '2023年的公园')
    """
    return re.sub(r"^0[1-9]\s?(?=[\u4e00-\u9fff“\d])", "", heading)


def numbered_parts(text: str) -> dict[int, Span]:
    """The headings of parts numbered 01, 02, … in this order; nothing where there is only one.

    >>> text = "大家都说好。01荒园变公园几年前，这里长满了草，没人愿来。02邻里常相聚如今，凉亭坐满了人。"
    >>> [span.of(text) for span in numbered_parts(text).values()]
    ['01荒园变公园', '02邻里常相聚']
    """
    parts = _in_order(_NUMBER, text)
    if len(parts) < 2:
        return _as_long(text, _in_order(_BARE, text))
    ends = [*(part.start() for part in parts[1:]), len(text)]
    spans = (_heading(text, part, end) for part, end in zip(parts, ends, strict=True))
    return {span.start: span for span in spans if span is not None}


def _in_order(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """The numbers that count from 1."""
    parts: list[re.Match[str]] = []
    for match in pattern.finditer(text):
        if int(match[1]) == len(parts) + 1:
            parts.append(match)
    return parts


def _as_long(text: str, parts: list[re.Match[str]]) -> dict[int, Span]:
    """The headings behind bare numbers (1精心组织 … 2多方联动 …), where all may be of one length."""
    if len(parts) < _SEVERAL:
        return {}
    ends = [*(part.start() for part in parts[1:]), len(text)]
    cuts = [dict(_cuts(text, part, end)) for part, end in zip(parts, ends, strict=True)]
    fits = {size: sum(cut.get(size, _LIKELY) > _FITS for cut in cuts) for size in range(_SHORTEST, _LONG)}
    size = max(fits, key=lambda size: (fits[size], sum(max(_LIKELY, cut.get(size, _LIKELY)) for cut in cuts)))
    if fits[size] < max(_SEVERAL, len(parts) * 2 / 3):
        return {}
    return {part.start(): Span(part.start(), part.end() + size) for part in parts}


def _heading(text: str, number: re.Match[str], end: int) -> Span | None:
    """The heading behind a number, up to where the text below it most likely begins."""
    cuts = dict(_cuts(text, number, end))
    near = end < min(len(text), number.end() + LONGEST + 6)
    if not cuts and near and _STOP.search(text, number.end(), end) is None:
        return Span(number.start(), end)  # nothing stands below it
    best = max(cuts, key=lambda size: cuts[size], default=0)
    return Span(number.start(), number.end() + best) if best and cuts[best] > _LIKELY else None


def _cuts(text: str, number: re.Match[str], end: int) -> Iterator[tuple[int, float]]:
    """(length, score) of every heading that may stand behind a number and has text below it."""
    start = number.end()
    stop = _STOP.search(text, start, min(end, start + LONGEST + 6))
    furthest = stop.start() if stop else min(end, start + LONGEST + 6)
    if furthest == end < len(text):
        return
    for cut in range(start + _SHORTEST, min(furthest, len(text) - 4)):
        words = text[start:cut]
        if words[-1] in "，、：（“《" or text[cut] in "，、：）”》" or not balanced(words):
            continue
        score = start_score(text[cut : cut + 4]) + end_score(words[-3:]) - torn(text, cut)
        score -= 0.5 * ((len(words) - _TYPICAL) / _SPREAD) ** 2
        score += 3.0 * (words[-2:] in text[cut : cut + 7])  # 邻里帮以“邻里帮”为主题
        score += 5.0 * (OPENING.match(text, cut) is not None)
        yield cut - start, score
