"""Sentences of a report that tell of another place than the report: 譬如，邻县建立…。

Under the report's own place they would be credited to it. One that opens with the other place says so itself;
those behind it say nothing, and are that place's all the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from corpus.communities import EDGE, is_name
from corpus.gazetteer import gazetteer
from corpus.types import Locality, Span
from rag.leaning import apart

_OPENS = re.compile(
    r"(?:(?:\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?(?:以来|初|底)?|近年来?|近日|日前|近期|[今去]年(?:以来)?|目前|此前|此外|同时)[，,])?"
    r"(?:譬如|例如|比如|又如|再如|另如|像|如)?[，,：:]?(?:以|在|从)?"
    r"([\u4e00-\u9fff]{2,9}?(?:自治州|自治县|自治旗|省|市|区|县|旗|盟|州))"
    r"(?![委长级直内域属情里间别]|民(?!政|宗|兵|营)|和|与|及|、)"
)
# … or with a community, which no table holds: 乐园社区24栋老楼…
_NEIGHBOUR = re.compile(
    r"(?:(?:\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|近日|日前|近期|此外|同时)[，,])?(?:在|从|而)?"
    r"(?P<name>[\u4e00-\u9fff]{2,4}?)(?:社区|居民区|村)(?![村民委干里内中级路镇口])"
)
_BEHIND = 3  # sentences


def told_elsewhere(text: str, spans: Sequence[Span], at: int, cuts: Collection[int], place: Locality) -> bool:
    """Whether ``spans[at]`` tells of a place outside `place`: it opens with one, or goes on from there.

    What names the place itself, or the part of it that the report is of, is its own.

    Args:
        text: of the passage.
        spans: its sentences in order.
        at: which one.
        cuts: offsets behind which something else may stand.
        place: that the report is of; of an unknown one nothing is elsewhere.
    """
    if not place.known:
        return False
    own = [name for name in place.levels[2:] if name]
    for first in range(at, max(-1, at - _BEHIND - 1), -1):
        opening = _OPENS.match(text, spans[first].start, spans[first].end)
        if opening and (side := _side(opening[1], place)):
            return side == "outside"
        if _of_a_neighbour(text, spans[first], place):
            return True
        if any(name in spans[first].of(text) for name in own):
            return False
        if first and apart(text, spans[first - 1], spans[first], cuts):
            return False
    return False


def _of_a_neighbour(text: str, span: Span, place: Locality) -> bool:
    """Whether a sentence of a community's report opens with another community or village."""
    found = _NEIGHBOUR.match(text, span.start, span.end) if place.community else None
    if found is None or EDGE.match(found["name"]) or not is_name(found["name"]):
        return False
    own = [name[:2] for name in place.levels[3:] if name]
    return found["name"] not in (place.community or "") and not any(name in span.of(text) for name in own)


@lru_cache(maxsize=4096)
def _side(name: str, place: Locality) -> str:
    """On which side of a place a name is: within, outside; empty where no table knows it."""
    known = gazetteer().resolve(name)
    if not known:
        return ""
    return "within" if any(one.within(place) or place.within(one) for one in known) else "outside"
