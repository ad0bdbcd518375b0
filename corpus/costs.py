"""What a cut between two sentences costs: what the second leans on, or what the first announces.

Behind a lead-in or a topic sentence, between a quotation and its speaker or a question and its answer, inside
a speech or a list a cut costs much; in front of the next item, speaker or paragraph it is welcome.
"""

from __future__ import annotations

import re

from corpus.headings import quoted
from corpus.lines import NUMBERED
from corpus.types import Span

_LEAD = 40  # characters of a sentence that announces a paragraph
_LONG_LEAD, _BEGUN = 160, 20  # of one that holds the first item's first words: 「…三点要求：一是要再重视。」
_TOLD_BY = 40  # characters of the sentence behind it
SHORTEST = 10  # characters of a unit: what is shorter goes with what follows
_SPEAKS = re.compile(
    r"[^“”，。：；]{2,40}?(?:说道?|表示|介绍|坦言|直言|感[叹慨]|笑道|告诉(?:记者|笔者|我们)|[称夸]赞|点赞|点评|回忆|分享|提到|谈到|期望)"
    r"[^“”，。：；]{0,8}[，。！]"
)  # a speaker who goes on in other words

_BARE_QUOTE = re.compile(r"“[^“”]+[。！？…]”")
NEVER = 3.0  # as much as the difference between a part of 350 characters and one of 950
_WEAK, ITEM, LIST, _REFERS = 0.8, 0.4, 0.55, 0.2
_TURN = -0.15  # a good place
_REFERRING = re.compile(
    r"这|该|他|她|它|其(?!次|[一二三四五])|与此同时|此外|同时|因此|所以|但|而|并|还|也|据此|对此|为此|同样|然后"
)
# what must be done, without who said so: it goes on with 「某某强调，要…。」
_DEMANDS = re.compile(r"要(?!求|约|闻|素|点)")
_DEMANDED = re.compile(r"[^，。；：“”]{2,24}?(?:强调|指出|要求|表示)(?:，|：(?!“))")
_TELLS_WHO = re.compile(
    r"[^“”]{0,40}?(?:说道?|表示|介绍|坦言|直言|笑言|感[叹慨]|回忆|告诉[^，。“”]{2,4}|[^，。]问)[，。：]"
)
_SPOKEN = re.compile(r"“[^”]*[。！？…]”")
_ITEM_BEGINS = re.compile(
    NUMBERED.pattern
    + r"|——|(?P<e>[一二三四五六七八九十]{1,2}(?:是|要)|第[一二三四五六七八九十][，、]"
    + r"|其[一二三四五次][，是]|首先[，是])"
)
_TWO_HALVES = re.compile(r"[^，。、；：！？\s“]{4,12}，[^，。、；：！？\s”]{4,12}。")
_MARKS, _BLANK = re.compile(r"[“”]"), re.compile(r"(?<=[^\s，。]{4})[ \u3000](?=[^\s，。]{4})")
_NO_LEAD = re.compile(r"[了着过你我他她]|说|\d")
# a short sentence that begins with what is done announces the longer one that says how
_DOES = re.compile(
    r"(?:打造|构建|建设|推进|推动|加快|加强|加大|深化|完善|优化|强化|提升|提高|健全|落实|做好|做强|做优|发展|实施|扩大|促进|培育|壮大"
    r"|保障|持续|大力|全面|深入|积极|稳步|扎实|着力|坚持|抓好|严格|创新|拓展|激发|增强|统筹)[^，。、；：！？\s“”]{3,14}。"
    r"|以[^，。、；：！？\s“”]{2,10}(?:为|促|推|强|提|助)[^，。、；：！？\s“”]{2,8}。"
)
# … and one that only says what it is about, or names what is told next
_ABOUT = re.compile(r"(?:在|关于)[^，。；：！？]{2,20}方面。")
_NAMES = re.compile(
    r"[^，。、；：！？\s“”]{0,14}(?:推行|实行|实施|推广|探索|打造|建立|构建|创新|推出|开展)“[^“”，。]{2,18}”[^，。、；：“”]{0,8}。"
)
_CONNECTS = re.compile(r"(?:同时|此外|另外|与此同时|其次|再次|最后)，还?|要(?!求)")
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
FIRST_ITEM = re.compile(r"(?:[：:]|(?:介绍|表示|指出|说)，)(?=一[、是要]|[（(]一[）)]|1[.．、](?!\d)|①|首先)")


def starts_item(text: str, at: int) -> bool:
    """Whether a numbered item begins here: （二）…, 二是…, ——…"""
    return _ITEM_BEGINS.match(text, at) is not None


def number_kind(text: str, sentence: Span) -> str | None:
    """The kind of the number that a sentence begins with."""
    match = _ITEM_BEGINS.match(text, sentence.start, sentence.end)
    return (match.lastgroup or "-") if match else None


def new_paragraph(text: str, before: Span, sentence: Span) -> bool:
    """Whether a new paragraph begins."""
    gap = text[before.end : sentence.start]
    return "\n" in gap or len(gap) > 1


def cut_cost(text: str, before: Span, sentence: Span, following: Span | None) -> float:
    """What is lost by a cut between two sentences."""
    last = text[before.end - 1]
    if last in "：:" or (leads(text, before, sentence) and len(sentence) > SHORTEST):
        return NEVER
    cost = _speech(text, before, sentence) + _opening(text, before, sentence)
    turns = new_paragraph(text, before, sentence) or number_kind(text, sentence) is not None
    turns = turns or _EXAMPLE.match(text, sentence.start, sentence.end) is not None
    turns = turns or _DEMANDED.match(text, sentence.start, sentence.end) is not None
    if turns or (following is not None and leads(text, sentence, following)):
        cost += _TURN
    return cost


def _speech(text: str, before: Span, sentence: Span) -> float:
    """What is lost between a question and its answer, or between what is said and who says it."""
    last = text[before.end - 1]
    asks = _ASKS.fullmatch(text, before.start, before.end)
    if asks or (last == "”" and _SPEAKS.match(text, sentence.start, sentence.end)):
        return 2.0
    if last in "？?" and len(before) <= _LONG_LEAD:
        return _WEAK  # its answer follows
    if _BARE_QUOTE.fullmatch(text, before.start, before.end):
        return ITEM  # who spoke stands in front of it or behind it
    spoken = last != "”" and _SPOKEN.match(text, sentence.start, sentence.end)
    if spoken and _TELLS_WHO.match(text, before.start, before.end):
        return _WEAK
    return 1.0 if not new_paragraph(text, before, sentence) and quoted(text, sentence.start) else 0.0


def _opening(text: str, before: Span, sentence: Span) -> float:
    """What is lost where a sentence begins with words that go on from the one in front of it."""
    on = not new_paragraph(text, before, sentence)
    cost = 0.0
    if on and _EXAMPLE.match(text, before.start, before.end):
        cost = 2.0  # what goes on from 「譬如，东关区…。」 does not say again whose it is
    if text[before.end - 1] in "，、,":
        return cost + _WEAK
    if on and len(sentence) > _LEAD and _DEMANDS.match(text, sentence.start):
        return cost + ITEM
    if _REFERRING.match(text, sentence.start):
        return cost + _REFERS
    # more of the terse ones announce what follows than conclude what went before
    return cost + (_REFERS if _TERSE.fullmatch(text, before.start, before.end) else 0.0)


def leads(text: str, sentence: Span, following: Span) -> bool:
    """Whether a short sentence announces what follows: the first of its line, or built like a heading."""
    if len(sentence) > _LONG_LEAD or "\n" in text[sentence.start : following.start]:
        return False
    said = sentence.of(text)
    if (first := FIRST_ITEM.search(said)) and len(said) - first.end() <= _BEGUN:
        return True
    if len(sentence) > _LEAD:
        return False
    if text[sentence.start - 1 : sentence.start] == "\n" or _ITEM_BEGINS.match(said):
        return True
    if _ABOUT.search(said):
        return True
    if _NO_LEAD.search(said):
        return False
    bare = _CONNECTS.sub("", said, count=1)
    told = len(following) >= (_TOLD_BY if bare == said else _LEAD // 2)
    said = bare
    if told and (_DOES.fullmatch(said) or _NAMES_MEASURE.fullmatch(said) or _NAMES.fullmatch(said)):
        return True
    if _GREW.fullmatch(said):
        return told or re.search(r"\d", following.of(text)) is not None
    return _TWO_HALVES.fullmatch(_BLANK.sub("，", _MARKS.sub("", said))) is not None
