"""Lines of a kept text: real ones, or the ones that a web page lost when it was saved as a single line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from corpus.subheads import pieces
from corpus.types import Span

_TERMINAL = "。！？!?；;：:”）)」』…"
# words that begin with a name in quotation marks go on behind it, and so does a verb whose object begins
# with one: 「“红色物业” 便民服务…」「…提供“一对一” 上门服务」
_NAME_FIRST = re.compile(
    r"(?:(?:^|[。！\s]|。”)[^，。：；！？\s—“”]{0,8}|提供|开展|实行|推出|实施|采取|采用|进行|建立|设立|推行|启动)"
    r"“[^“”。，！？…]{2,10}”$"
)
# who said it, behind a blank: 「…，重新铺了瓷砖。” 某街道工作人员介绍。」
_SAID_BY = re.compile(r"[^。！？，：；“”\s]{2,20}(?:说|表示|介绍|道|告诉记者|感慨|坦言|感叹)道?[。，]")
_JOINED_RIGHT, _JOINED_LEFT = "，。、；：！？）》”」』】,.;:!?)", "（《“「『【(，、"
# a label of a guide on a line of its own: 【优惠内容】
_LABEL_NEXT = re.compile(r"【[\u4e00-\u9fff]{2,10}】(?=[ \u3000\xa0])")
_LABEL_ENDS = re.compile(r"(?:^|(?<=\s))【[\u4e00-\u9fff]{2,10}】$")
_GAP = re.compile(r"[ \t\u3000\xa0\u2002\u2003]+")
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")  # where str.splitlines breaks
NUMBERED = re.compile(
    r"(?P<a>(?:第[一二三四五六七八九十百]+[章节部分条]|[一二三四五六七八九十]{1,3}、)\s?)"
    r"|(?P<b>[（(]\s*[一二三四五六七八九十]{1,3}\s*[)）]、?\s?)"
    r"|(?P<c>\d{1,2}\s?[.．、](?!\d)\s?)"
    r"|(?P<d>[（(]\s*\d{1,2}\s*[)）]\s?|[①②③④⑤⑥⑦⑧⑨⑩])"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its span in the text it came from; blanks at its ends are left out."""

    span: Span
    text: str


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without blanks at its ends."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return Span(start + left, start + left + len(piece.strip()))


@lru_cache(maxsize=2)  # one step after the other asks for those of the same text
def hard_lines(text: str) -> tuple[Line, ...]:
    """The non-empty lines between line breaks."""
    lines = []
    for match in _LINE.finditer(text):
        piece = match[0]
        if kept := piece.strip():
            start = match.start() + piece.index(kept)
            lines.append(Line(Span(start, start + len(kept)), kept))
    return tuple(lines)


def soft_lines(text: str) -> list[Line]:
    """Lines of a text without line breaks, cut at the blanks that once were breaks.

    A blank is a break where a sentence ends before it, where a numbering starts behind it, or where it is
    wider than one character.
    """
    lines, start = [], 0
    for gap in _gaps(text):
        lines.extend(_heading_apart(text, trimmed(text, start, gap.start)))
        start = gap.end
    lines.extend(_heading_apart(text, trimmed(text, start, len(text))))
    return lines


def _heading_apart(text: str, span: Span) -> list[Line]:
    """A soft line; unpunctuated words in front of its first sentence become a line of their own."""
    if not len(span):
        return []
    line = Line(span, span.of(text))
    match = _HEADING_FIRST.match(line.text)
    short = match is not None and 6 <= match.end("h") <= 44 and match["h"].count("“") == match["h"].count("”")
    if match is None or not short or NUMBERED.match(line.text):
        return [line]
    return [
        Line(Span(span.start, span.start + match.end("h")), match["h"]),
        Line(Span(span.start + match.start("b"), span.end), line.text[match.start("b") :]),
    ]


_HEADING_FIRST = re.compile(
    r"^(?P<h>(?![\d今昨近日]|[上下]午)[^\s，。；：！？]{4,16}，[^\s，。；：！？]{4,24}"
    r"|[^\s，。；：！？“”]{5,20}？[^\s，。；：！？]{2,12}"
    r"|[^\s，。；：！？]{2,14}：[^\s，。；：！？]{6,30}"
    r"(?=[ \u3000\xa0]+(?:\d{1,2}[月日]|近日|日前|记者|昨天|今天))"
    r"|[^\s，。；：！？]{4,30}(?:[ \u3000\xa0]+[^\s，。；：！？]{2,24}){0,2})"
    r"[ \u3000\xa0]+(?P<b>(?!\d、)[^\s，。；]{2,40}[，。、；：](?:.{20,}|.{8,}[。！？])"
    r"|[^\s，。；]{8,40}。)$",
    re.DOTALL,
)


def _gaps(text: str) -> Iterator[Span]:
    for match in _GAP.finditer(text):
        at = match.start()
        before, after = text[max(0, at - 1) : at], text[match.end() : match.end() + 8]
        if not before or not after or after[0] in _JOINED_RIGHT or before[-1] in _JOINED_LEFT:
            continue
        named = before == "”" and _NAME_FIRST.search(text, max(0, at - 24), at) is not None
        ended = before in _TERMINAL and not named
        labelled = (before == "】" and _LABEL_ENDS.search(text, max(0, at - 14), at) is not None) or (
            after[0] == "【" and _LABEL_NEXT.match(text, match.end()) is not None
        )
        if before == "”" and _SAID_BY.match(text, match.end()):
            continue
        if ended or labelled or len(match[0]) > 1 or NUMBERED.match(after):
            yield Span(*match.span())


def lines_of(text: str) -> list[Line]:
    """Hard lines, each cut further where a long one holds several soft lines."""
    out = []
    hard = hard_lines(text)
    for line in hard:
        if len(line.text) < 120:
            out.append(line)
            continue
        for soft in soft_lines(line.text):
            whole = len(hard) >= _KEPT or len(soft.text) < _SHORTEST
            for part in [Span(0, len(soft.text))] if whole else pieces(soft.text):
                span = trimmed(soft.text, part.start, part.end)
                if len(span):
                    out.append(_moved(Line(span, span.of(soft.text)), line.span.start + soft.span.start))
    return out


_SHORTEST = 7  # characters of a heading that runs into its echo; what is shorter holds none
_KEPT = 8  # a text of so many lines has kept its headings' lines, too


def _moved(line: Line, by: int) -> Line:
    return Line(Span(line.span.start + by, line.span.end + by), line.text)


_LONGEST_TWICE = 400  # characters; no title has half as many


def printed_twice(line: str) -> str | None:
    """The title of a line that holds it twice."""
    text = line.strip()
    if len(text) > _LONGEST_TWICE:
        return None
    middle = next((n for n in range(6, len(text) // 2 + 1) if text[n:].strip() == text[:n].strip()), None)
    return text[:middle].strip() if middle else None
