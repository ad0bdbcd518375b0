"""What a sentence leans on: quoted alone, 这 and 其中 point at nothing.

Such a sentence is quoted together with the one before it, which stands next to it in the report, so that the
two are one verbatim quote. A connective that adds nothing to what follows (同时，据悉，) is left off instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from corpus.types import Span

_LEANS = re.compile(
    r"^[“‘]?(?:[他她它这那](?!里|边|个时候)|其(?!他|它|余|实|次|[一二三四五])|此(?!外|次|后每)|[对为因]此|此举|"
    r"据此|由此|于是|在此|如此|因而|以此|借此|结果|不料|最终|最后|随后|之后|接着|随即|"
    r"双方|两家|两边|对方|同(?:楼|村|院|巷|小区|单元)的|老两口|小两口|夫妻俩|前者|后者|两者|二者|以上|上述|一共|总共|合计|"
    r"该(?!社区|街道|镇|乡|村|县|区|市|旗|小区|辖区))"  # these get their place in brackets
)
_POINTS = re.compile(
    r"老两口|小两口|夫妻俩|父子俩|母女俩|兄弟俩|这(?:起|件|户|位|名|项|一|些|场|条|套|笔|批|支|块|处)|"
    r"^[^，,。]{0,8}另(?:开|设|办|建|请|配)了?|"
    r"^[^，,：:“”]{0,20}(?:[把将对][它其](?![他它余实])|[它其]当作)"
)
_EARLY = 24  # characters
# what is done with a matter that was told before: …成立专班，对该事项提级办理
_THAT_MATTER = re.compile(
    r"[对将把](?:该(?!社区|街道|镇|乡|村|县|区|市|旗|小区|辖区|院|校|局|所|公司|平台)|[这此那](?:件事|一?(?:事|案|矛盾|纠纷|问题)))"
)
_SPEAKS_ON = re.compile(r"[^“”]+”")  # closes a quotation that it did not open
_ADDS = re.compile(
    r"(?:与此同时|同时|此外|另外|不仅如此|除此之外|据悉|据了解|据介绍|记者(?:还)?(?:了解|获悉)到?)[，,](?![还也并又再更均])"
)
_BEFORE = 240  # characters of what is brought along
_STEPS = 2  # sentences


def leans(text: str) -> bool:
    """Whether a sentence can't be understood without the one before it: it points back, or goes on speaking.

    >>> leans("其中三件当天办结。"), leans("其他三件当天办结。"), leans("为这件事，镇里开了会。")
    (True, False, True)
    """
    early = _LEANS.match(text) or _POINTS.search(text, 0, _EARLY) or _SPEAKS_ON.match(text)
    return bool(early or _THAT_MATTER.search(text))


_NUMBER = re.compile(
    r"(?:[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)]|[一二三四五六七八九十]{1,3}、|\d{1,2}(?:[．、]|[.](?!\d))|[①-⑳])"
    r"[ \u3000]*"
)


def bare(text: str, span: Span, numbered: bool = True) -> Span:
    """`span` without a connective in front that adds nothing.

    Args:
        text: of the passage.
        span: a sentence of it.
        numbered: whether the number of a heading stays; without its fellows it counts nothing.

    >>> text = "同时，社区设立议事会。"
    >>> bare(text, Span(0, len(text))).of(text)
    '社区设立议事会。'
    >>> text = "（二）分级办理。小事三天办结。"
    >>> bare(text, Span(0, len(text)), numbered=False).of(text)
    '分级办理。小事三天办结。'
    """
    match = _ADDS.match(text, span.start, span.end)
    if not match and not numbered:
        match = _NUMBER.match(text, span.start, span.end)
    return Span(match.end(), span.end) if match and match.end() < span.end else span


def between(text: str) -> bool:
    """Whether what stands between two quotes is nothing, or a connective or number that was left off."""
    return not text or bool(_ADDS.fullmatch(text) or _NUMBER.fullmatch(text))


def apart(text: str, one: Span, following: Span, cuts: Collection[int]) -> bool:
    """Whether a new paragraph begins between two sentences, or what no quote crosses."""
    gap = Span(one.end, following.start)
    return "\n" in gap.of(text) or any(gap.start <= cut <= gap.end for cut in cuts)


def supported(text: str, spans: Sequence[Span], at: int, cuts: Collection[int]) -> Span | None:
    """``spans[at]`` with the sentences before it that it leans on; None where they do not stand there.

    Args:
        text: of the passage.
        spans: its sentences in order.
        at: which one.
        cuts: offsets that no quote crosses.
    """
    first = at
    while leans(spans[first].of(text)):
        if first == 0 or at - first == _STEPS:
            return None
        if apart(text, spans[first - 1], spans[first], cuts):
            return None
        first -= 1
        if spans[at].start - spans[first].start > _BEFORE:
            return None
    return Span(spans[first].start, spans[at].end)


_UNNAMED = re.compile(
    r"^(?:截至目前|截至[^，。]{2,10}|目前|如今|现在)?[，,]?(?:在?全?(?:小区|社区|村庄?|镇|乡|街道|辖区|园区|街区))"
    r"(?=[里内]?(?:已|共|的|分|有|通过|采取|推行|实行|成立|设立|组建|安装|累计|先后|每|还|[\d，,]))"
)
_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,6}(?:小区|社区|街区|花园|家园|新村|[^农乡全本该各每一]村|[^城乡]镇|街道)"
)


def named(text: str, spans: Sequence[Span], at: int, cuts: Collection[int]) -> Span | None:
    """``spans[at]``, which says 小区 and not which, with the sentence in front of it that names one.

    None where the sentence needs no name, or none stands in front of it in the same paragraph.
    """
    if not _UNNAMED.match(spans[at].of(text)) or at == 0:
        return None
    before = spans[at - 1].of(text)
    if apart(text, spans[at - 1], spans[at], cuts) or len(before) > _NAMED_IN:
        return None
    return Span(spans[at - 1].start, spans[at].end) if _NAME.search(before) else None


_NAMED_IN = 140  # characters of the sentence that names the place
