"""Lines of a kept text: real ones, or the ones that a web page lost when it was saved as a single line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from corpus.types import Span

_TERMINAL = "。！？!?；;：:”）)」』…"
_JOINED_RIGHT, _JOINED_LEFT = "，。、；：！？）》”」』】,.;:!?)", "（《“「『【(，、"
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


def hard_lines(text: str) -> list[Line]:
    """The non-empty lines between line breaks."""
    lines = []
    for match in _LINE.finditer(text):
        span = trimmed(text, *match.span())
        if len(span):
            lines.append(Line(span, span.of(text)))
    return lines


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
    if not match or not 6 <= match.end("h") <= 44 or NUMBERED.match(line.text):
        return [line]
    return [
        Line(Span(span.start, span.start + match.end("h")), match["h"]),
        Line(Span(span.start + match.start("b"), span.end), line.text[match.start("b") :]),
    ]


_HEADING_FIRST = re.compile(
    r"^(?P<h>[^\s，。；：！？]{4,30}(?:[ \u3000\xa0]+[^\s，。；：！？]{2,24}){0,2})"
    r"[ \u3000\xa0]+(?P<b>[^\s，。；]{2,40}[，。、；：].{20,})$",
    re.DOTALL,
)


def _gaps(text: str) -> Iterator[Span]:
    for match in _GAP.finditer(text):
        at = match.start()
        before, after = text[max(0, at - 1) : at], text[match.end() : match.end() + 8]
        if not before or not after or after[0] in _JOINED_RIGHT or before[-1] in _JOINED_LEFT:
            continue
        if before[-1] in _TERMINAL or len(match[0]) > 1 or NUMBERED.match(after):
            yield Span(*match.span())


def lines_of(text: str) -> list[Line]:
    """Hard lines, each cut further where a long one holds several soft lines."""
    out = []
    for line in hard_lines(text):
        if len(line.text) < 120:
            out.append(line)
            continue
        for soft in soft_lines(line.text):
            out.extend(_moved(part, line.span.start) for part in _glued_apart(soft))
    return out


def _moved(line: Line, by: int) -> Line:
    return Line(Span(line.span.start + by, line.span.end + by), line.text)


# A heading or caption that lost its line: behind a sentence, a few words without punctuation, and then the
# unmistakable opening of a new sentence. Of 57 found in 1,456 news items 45 were headings or captions.
_SENTENCE_END = re.compile(r"[。！？]”?")
_OPENING = re.compile(
    r"“(?=[^“”]{0,40}[，。！？…])[^“”]{8,}|(?:日前|近日|连日来|今年以来|近年来)，"
    r"|(?<![\d年])\d{1,2}月\d{1,2}日(?:上午|下午|晚上?)?，"
)
_NO_HEADING_START = re.compile(r"[“‘（(]|我|你|为了|此次|通过|于|\d{4}年")
_NO_HEADING_END = re.compile(
    r"(?:[说道称问喊答句声是的着写为叫号语题示绍诉言到过让把和与及等在从自以其中后时讲起笑呼喝唱念想觉得至持于承照基"
    r"成达指据将用按了们称：…\d]|开展|组织|举行|举办|设立|推出|围绕|聚焦|体验|群体|监委|全力助推|社区)$"
)


def _glued_apart(line: Line) -> list[Line]:
    """A line cut in front of and behind each heading that runs into its paragraph."""
    cuts = [0]
    for stop in _SENTENCE_END.finditer(line.text):
        end = _glued_end(line.text, stop.end())
        if end is not None:
            cuts += [stop.end(), end]
    cuts.append(len(line.text))
    spans = (trimmed(line.text, a, b) for a, b in pairwise(cuts))
    return [_moved(Line(span, span.of(line.text)), line.span.start) for span in spans if len(span)]


def _glued_end(text: str, start: int) -> int | None:
    for end in range(start + 6, min(start + 23, len(text) - 1)):
        words = text[start:end]
        if words[-1] in "，。；：！？、 \u3000\xa0":
            return None
        if _OPENING.match(text, end):
            quoted = words.count("“") != words.count("”")
            plain = not _NO_HEADING_START.match(words) and not _NO_HEADING_END.search(words)
            return end if plain and not quoted else None
    return None


def ends_sentence(text: str) -> bool:
    """Whether a line is complete as it stands."""
    return text.rstrip()[-1:] in _TERMINAL


def printed_twice(line: str) -> str | None:
    """The title of a line that holds it twice."""
    text = line.strip()
    middle = next((n for n in range(6, len(text) // 2 + 1) if text[n:].strip() == text[:n].strip()), None)
    return text[:middle].strip() if middle else None
