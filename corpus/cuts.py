"""Where a long stretch of one section is cut: at sentence ends, where readers would turn the page.

Every sentence end has a cost: behind a lead-in or a topic sentence, between a quotation and its speaker or
inside an item of a list a cut costs much, in front of the next item or paragraph it costs nothing. The parts
are those whose costs and unequal lengths together are least (dynamic programming over sentence ends, as
lines are broken in Knuth and Plass, Breaking Paragraphs into Lines, 1981).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from corpus.lines import NUMBERED, trimmed
from corpus.types import Span

CRUMB = 60
SHORT, LONG = 120, 350  # characters; howto-dev and ncpqa-dev fared no better with 80–250 or 200–500
LONGEST = LONG + SHORT  # of one part; a sentence as long as that stays whole
_WANTED = 335  # what a chunk is divided by to say how many parts it has; howto-dev told less at 290
_LEAD = 40  # characters of a sentence that announces a paragraph
_LONG_LEAD, _BEGUN = 160, 20  # of one that holds the first item's first words: 「…三点要求：一是要再重视。」
_TOLD_BY = 40  # characters of the sentence behind it
_SENTENCE = re.compile(
    r"[^。！？!?\n]*(?:[。！？!?]+[”」』）)》\"]*"
    # who is responsible for an item, in brackets behind its full stop; a number in brackets begins the next
    r"(?:\s?[（(](?![一二三四五六七八九十\d]{1,3}[）)]|附|注)(?:[^（）()\n。]|[（(][^（）()\n。]{0,30}[）)]){2,140}[）)])?|\n|$)"
)
_SAID = re.compile(
    r"(?:[^“”，。：]{2,28}，)?[^“”，。：]{2,28}(?:说道?|表示|介绍|坦言|感[叹慨]|笑道|告诉记者)[。！]$"
)  # behind 「…。”」
_SPEAKS = re.compile(
    r"[^“”，。：；]{2,40}?(?:说道?|表示|介绍|坦言|直言|感[叹慨]|笑道|告诉(?:记者|笔者|我们)|[称夸]赞|点赞|点评|回忆|分享|提到|谈到|期望)"
    r"[^“”，。：；]{0,8}[，。！]"
)  # a speaker who goes on in other words

_BARE_QUOTE = re.compile(r"“[^“”]+[。！？…]”")


def sentence_spans(text: str, span: Span) -> list[Span]:
    """The sentences of a stretch, blanks at their ends left out; a quotation of several is one sentence."""
    out: list[Span] = []
    for match in _SENTENCE.finditer(text, span.start, span.end):
        piece = trimmed(text, match.start(), match.end())
        if not len(piece):
            continue
        if (
            out
            and (_quotes(text, out[-1]) or _spoken_by(text, out[-1], piece))
            and piece.end - out[-1].start <= LONG
        ):
            out[-1] = Span(out[-1].start, piece.end)
        else:
            out.append(piece)
    return out


def _quotes(text: str, span: Span) -> bool:
    """Whether a quotation that begins in `span` is still open at its end."""
    said = span.of(text)
    return said.count("“") > said.count("”")


def _spoken_by(text: str, span: Span, piece: Span) -> bool:
    """Whether `piece` only says who spoke the quotation that `span` ends with."""
    return text[span.end - 1 : span.end] == "”" and _SAID.match(piece.of(text)) is not None


# --- what a cut costs -------------------------------------------------------------------------------

_NEVER = 3.0  # as much as the difference between a part of 350 characters and one of 950
_WEAK, _ITEM, _LIST, _REFERS = 0.8, 0.4, 0.3, 0.2
_TURN = -0.15  # a good place
_REFERRING = re.compile(
    r"这|该|他|她|它|其(?!次|[一二三四五])|与此同时|此外|同时|因此|所以|但|而|并|还|也|据此|对此|为此|同样"
)
_ITEM_BEGINS = re.compile(
    NUMBERED.pattern
    + r"|——|(?P<e>[一二三四五六七八九十]{1,2}(?:是|要)|第[一二三四五六七八九十][，、]|其[一二三四五][，是])"
)
_TWO_HALVES = re.compile(r"[^，。、；：！？\s“]{4,12}，[^，。、；：！？\s”]{4,12}。")
_NO_LEAD = re.compile(r"[了着过你我他她]|说|\d")
# a short sentence that begins with what is done announces the longer one that says how
_DOES = re.compile(
    r"(?:打造|构建|建设|推进|推动|加快|加强|加大|深化|完善|优化|强化|提升|提高|健全|落实|做好|做强|做优|发展|实施|扩大|促进|培育|壮大"
    r"|保障|持续|大力|全面|深入|积极|稳步|扎实|着力|坚持|抓好|严格|创新|拓展|激发|增强|统筹)[^，。、；：！？\s“”]{3,14}。"
    r"|以[^，。、；：！？\s“”]{2,10}(?:为|促|推|强|提|助)[^，。、；：！？\s“”]{2,8}。"
)
# a short sentence that says what grew announces the figures
_GREW = re.compile(
    r"(?:[^，。、；：！？\s“”\d]{1,4}年来?，)?[^，。、；：！？\s“”]{2,8}"
    r"(?:持续|不断|稳步|明显|显著|加快|有力|有效|全面|更加|进一步|日益|扎实|蓬勃|深入|纵深|加速|大幅)[^，。、；：！？\s“”]{2,6}。"
)
# … and one that names the measure: 开展“为老服务月”，提升服务效能。
_NAMES_MEASURE = re.compile(
    r"(?:开展|实施|推行|打造|建立|构建|建设|探索|创新|推出|搭建|用好|做实)“[^“”，。]{2,16}”[^“”，。、；：\d]{0,6}"
    r"，[^“”，。、；：\d]{4,14}。"
)
_ASKS = re.compile(r"“[^“”]*[？?]”")  # with nobody who asks: it opens what is told behind it
_TERSE = re.compile(r"[^，。、；：！？\s“”\d]{4,16}。")
_EXAMPLE = re.compile(r"[譬例比又再]如(?:[，,：:]|[\u4e00-\u9fff]{2,9}?[省市区县旗州盟乡镇村]|(?:社区|街道))")


@dataclass(frozen=True, slots=True)
class _Unit:
    """Sentences that stay together, with the cost of a cut in front of them."""

    span: Span
    cost: float


def packed(text: str, span: Span) -> list[Span]:
    """A stretch cut into about equal parts of at most `LONG` characters, or a little more."""
    if len(span) <= LONG:
        return [span]
    units = _units(text, span)
    want = len(span) / -(-len(span) // _WANTED)
    best: list[tuple[float, int]] = [(0.0, 0)]  # least cost of all up to here, where the last part begins
    for end in range(1, len(units) + 1):
        stop = units[end - 1].span.end
        options: list[tuple[float, int]] = []
        for start in range(end - 1, -1, -1):
            size = stop - units[start].span.start
            if options and size > LONGEST:
                break
            options.append((best[start][0] + units[start].cost + _size_cost(size, want), start))
        best.append(min(options))
    starts, at = [], len(units)
    while at > 0:
        at = best[at][1]
        starts.append(units[at].span.start)
    edges = [*reversed(starts), span.end]
    return [trimmed(text, a, b) for a, b in pairwise(edges)]


def _size_cost(size: int, want: float) -> float:
    cost = ((size - want) / want) ** 2
    if size < CRUMB:
        cost += 1.0
    return cost + (((size - LONG) / SHORT) ** 2 if size > LONG else 0.0)


_SHORTEST = 10  # characters of a unit: what is shorter goes with what follows


def _units(text: str, span: Span) -> list[_Unit]:
    sentences = [s for x in sentence_spans(text, span) for s in _bounded(text, x)]
    kinds = [_kind(text, s) for s in sentences]
    units = [_Unit(sentences[0], 0.0)]
    whole = _second_items(text, sentences)
    listed = False
    for at, sentence in enumerate(sentences[1:], 1):
        before = sentences[at - 1]
        following = sentences[at + 1] if at + 1 < len(sentences) else None
        listed = (listed or kinds[at - 1] is not None) and not _paragraph(text, before, sentence)
        cost = _cost(text, before, sentence, following)
        if kinds[at] is None and listed and (kinds[at - 1] or any(kinds[at + 1 : at + _ITEMS_APART])):
            cost += _ITEM
        elif at in whole:
            cost += _LIST
        last = units[-1]
        glued = cost >= _NEVER or len(last.span) < _SHORTEST
        if glued and sentence.end - last.span.start <= LONGEST:
            units[-1] = _Unit(Span(last.span.start, sentence.end), last.cost)
        else:
            units.append(_Unit(sentence, cost))
    return units


def starts_item(text: str, at: int) -> bool:
    """Whether a numbered item begins here: （二）…, 二是…, ——…"""
    return _ITEM_BEGINS.match(text, at) is not None


def _kind(text: str, sentence: Span) -> str | None:
    """The kind of the number that a sentence begins with."""
    match = _ITEM_BEGINS.match(text, sentence.start, sentence.end)
    return (match.lastgroup or "-") if match else None


_FIRST_ITEM = re.compile(r"[：:](?=一[、是要]|[（(]一[）)]|1[.．、](?!\d)|①|首先)")
_ITEMS_APART = 6  # sentences of one item


def _second_items(text: str, sentences: list[Span]) -> set[int]:
    """The sentences that go on with a list in one paragraph, short enough for one passage.

    「…达成共识：一、…。|二、…。」
    """
    found: set[int] = set()
    kind, run = "", list[int]()
    for at, sentence in enumerate(sentences):
        first = _FIRST_ITEM.search(text, sentence.start, sentence.end)
        own = _kind(text, Span(first.end(), sentence.end) if first else sentence)
        if own is None:
            continue
        apart = at > 0 and sentence.start > sentences[at - 1].end
        if first or own != kind or apart or at - run[-1] > _ITEMS_APART:
            kind, run = own, []
        run.append(at)
        told = sentences[min(at + 1, len(sentences) - 1)]
        if told.end - sentences[run[0]].start > LONG:
            found.difference_update(run)
            run = [run[0], at]  # no part of a list that is too long counts as another list
        elif len(run) > 1:
            found.add(at)
    return found


def _paragraph(text: str, before: Span, sentence: Span) -> bool:
    """Whether a new paragraph begins."""
    gap = text[before.end : sentence.start]
    return "\n" in gap or len(gap) > 1


def _cost(text: str, before: Span, sentence: Span, following: Span | None) -> float:
    """What is lost by a cut between two sentences."""
    last = text[before.end - 1]
    if last in "：:" or (leads(text, before, sentence) and len(sentence) > _SHORTEST):
        return _NEVER
    cost = 0.0
    asks = _ASKS.fullmatch(text, before.start, before.end)
    if asks or (last == "”" and _SPEAKS.match(text, sentence.start, sentence.end)):
        cost += 2.0
    elif _BARE_QUOTE.fullmatch(text, before.start, before.end):
        cost += _ITEM  # who spoke stands in front of it or behind it
    elif _EXAMPLE.match(text, before.start, before.end) and not _paragraph(text, before, sentence):
        cost += 2.0  # what goes on from 「譬如，东关区…。」 does not say again whose it is
    if last in "，、,":
        cost += _WEAK
    elif _REFERRING.match(text, sentence.start):
        cost += _REFERS
    elif _TERSE.fullmatch(text, before.start, before.end):
        cost += _REFERS  # more of them announce what follows than conclude what went before
    turns = _paragraph(text, before, sentence) or _kind(text, sentence) is not None
    turns = turns or _EXAMPLE.match(text, sentence.start, sentence.end) is not None
    if turns or (following is not None and leads(text, sentence, following)):
        cost += _TURN
    return cost


def leads(text: str, sentence: Span, following: Span) -> bool:
    """Whether a short sentence announces what follows: the first of its line, or built like a heading."""
    if len(sentence) > _LONG_LEAD or "\n" in text[sentence.start : following.start]:
        return False
    said = sentence.of(text)
    if (first := _FIRST_ITEM.search(said)) and len(said) - first.end() <= _BEGUN:
        return True
    if len(sentence) > _LEAD:
        return False
    if text[sentence.start - 1 : sentence.start] == "\n" or _ITEM_BEGINS.match(said):
        return True
    if _NO_LEAD.search(said):
        return False
    told = len(following) >= _TOLD_BY
    if told and (_DOES.fullmatch(said) or _NAMES_MEASURE.fullmatch(said)):
        return True
    if _GREW.fullmatch(said):
        return told or re.search(r"\d", following.of(text)) is not None
    return _TWO_HALVES.fullmatch(said) is not None


def _bounded(text: str, sentence: Span) -> list[Span]:
    """A sentence too long for one passage, cut at semicolons, or at commas where it has none."""
    if len(sentence) <= LONGEST:
        return [sentence]
    said = sentence.of(text)
    stops = r"[；;]|$" if re.search(r"[；;]", said) else r"[，、,]|$"
    out, start = [], sentence.start
    for match in re.finditer(stops, said):
        end = sentence.start + match.end()
        if end - start >= LONG * 2 // 3 or match.end() == len(sentence):
            if end > start:
                out.append(Span(start, end))
            start = end
    return out
