"""Where a document's own closing words begin, which stand below its last item but belong to all of it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from corpus.headings import LEAD_LEVEL, Heading
from corpus.lines import NUMBERED, Line

_FELLOWS = 3  # items above the last one that show how many paragraphs an item has
_CLOSES = re.compile(
    r"(?:本|此|该|以上|上述)(?:通知|公告|意见|措施|政策|办法|方案|通告|规定|细则|指南|若干)[^。]{0,40}"
    r"(?:自|由|有效|执行|施行|实施|解释|为准|期限)"
    r"|特此|以上(?:政策|措施|意见|规定|事项)|本[^。，]{0,12}自[^。，]{2,16}起"
)
_CONTACT = re.compile(r"联系|咨询|电话|邮箱|附件")
_ANSWERED = re.compile(r"[（(](?:责任|牵头|配合|主办|负责)(?:单位|部门)[：:][^（）()]{2,200}[)）]。?$")
_SHORTEST = 20  # characters; 特此公告。 alone stays with the last item
_CLOSING_ITEM = re.compile(r"[、.．）)](?:附则|其[他它](?:事项)?)[。：:]?$")


def closing(lines: Sequence[Line], found: Sequence[Heading]) -> int | None:
    """Where the closing words begin, None where the last item is followed by nothing but its own text.

    They are told by their words (本通知自…起施行, 特此公告), by who answers for the last item, as for those
    above it (责任单位：…), or by the items above the last one, which have a single paragraph each.

    Args:
        lines: of the text, in order.
        found: its headings, in order.
    """
    heads = [head for head in found if head.level < LEAD_LEVEL]
    number = NUMBERED.match(heads[-1].text) if heads else None
    if number is None or heads[-1].text[-1] in "？?" or _CLOSING_ITEM.search(heads[-1].text):
        return None
    starts = [line.span.start for line in lines]
    at = [bisect_right(starts, head.span.start) - 1 for head in heads]
    answered = [i for i, line in enumerate(lines) if _ANSWERED.search(line.text)]
    if len(answered) >= _FELLOWS and at[-1] <= answered[-1] < len(lines) - 1:
        return lines[answered[-1] + 1].span.start
    item, below = lines[at[-1]], lines[at[-1] + 1 :]
    alone = heads[-1].span.end >= item.span.end  # its text begins on the line below
    if not below or item.text[-1] in "：:":
        return None
    kinds = [match.lastgroup if (match := NUMBERED.match(head.text)) else None for head in heads]
    sizes = [b - a - 1 for (a, b), kind in zip(pairwise(at), kinds, strict=False) if kind == number.lastgroup]
    usual = sizes[0] if len(sizes) >= _FELLOWS and len(set(sizes)) == 1 else None
    if usual == alone and len(below) > usual and (not usual or below[0].text[-1] not in "：:"):
        last = (
            None if NUMBERED.match(below[usual].text) or _CONTACT.match(below[usual].text) else below[usual]
        )
    else:
        last = next((line for line in below[alone:] if _CLOSES.match(line.text)), None)
    return last.span.start if last and below[-1].span.end - last.span.start >= _SHORTEST else None
