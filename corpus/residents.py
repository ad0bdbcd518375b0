"""Residents' committees: neighbourhoods of a street that are no 社区 by name (某某居民区, 某某居委会).

Like communities they stand in no table; one goes by several names, of which 居委 is short for 居委会.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.communities import EDGE, behind, is_name, may_hold
from corpus.types import Locality, Span

if TYPE_CHECKING:
    from corpus.gazetteer import Mention

AREA, COMMITTEE = "居民区", "居委会"
_KIND = re.compile("居民区|(?<!社区)居委会?")
_RUN = re.compile(r"[\u3400-\u9fff\d]{1,10}$")
_LONGEST = 10  # characters of a name in front of its kind
# the number of a committee, or the estate that it is named after: 长桥新村一居委, 某某路315弄居民区
_TAIL = re.compile(
    "(?:[一二三四五六七八九十]{0,3}(?:新村|村|坊|街坊)|公寓|花园|苑|小区)?"
    r"(?:\d{1,4}弄|第?[一二三四五六七八九十]{1,3})?$"
)
_NO_NAME = re.compile(
    "可以|预告|周围|其他|其它|封闭|密集|集中|普通|兼职|往届|人口|一般|商住|试点|到$|联系|通过|协助|帮助|组织|原来|会同|小区$|(?<![\\d])弄$|"
    "^(?:辖区|片区|物业|老城|城区|镇村|村居|街居|本居|楼宇|居民|村民|沿街|附近|大型|高层|住宅|商务|商圈|园区|学校)|"
    "上报|反馈|退休|告诉|属地|现场|接到|找到|可到|召集|牵头|发动|邀请|走出|来自|位于|居住|负责"
)


def residents(
    text: str, named: Sequence[Mention], make: Callable[[Span, str, tuple[Locality, ...]], Mention]
) -> Iterator[Mention]:
    """Residents' committees in `text`, whose other names (`named`, in order) are known."""
    ends = {m.span.end: m for m in named}
    known: set[str] = set()  # names that follow their town
    loose: list[re.Match[str]] = []
    for kind in _KIND.finditer(text):
        parent, start = _holder(text, kind.start(), ends)
        name = text[start : kind.start()]
        if parent is None:
            loose.append(kind)
        elif _is_name(name, anchored=True):
            known.add(name)
            called = name + _called(kind.group())
            places = tuple(replace(p, community=called) for p in parent.candidates)
            yield make(Span(start, kind.end()), text[start : kind.end()], places)
    begun = [(kind, _loose_start(text, kind.start(), ends, known)) for kind in loose]
    known |= {text[begin : kind.start()] for kind, begin in begun if begin is not None}
    for kind, begin in begun:  # 离不开东园居民区, where the report has begun with 走进东园居民区
        begin = begin if begin is not None else _loose_start(text, kind.start(), ends, known)
        if begin is not None:
            called = text[begin : kind.start()] + _called(kind.group())
            yield make(Span(begin, kind.end()), text[begin : kind.end()], (Locality(community=called),))


def _called(kind: str) -> str:
    return AREA if kind == AREA else COMMITTEE


def one_name(places: Sequence[Locality]) -> dict[str, str]:
    """What a committee is called where a report calls its area by name, too: 某某居委会 → 某某居民区."""
    names = {p.community for p in places if p.community}
    areas = {name.removesuffix(AREA) for name in names if name.endswith(AREA)}
    return {base + COMMITTEE: base + AREA for base in areas if base + COMMITTEE in names}


def _holder(text: str, end: int, ends: dict[int, Mention]) -> tuple[Mention | None, int]:
    """The town or county right in front of a name that ends at `end`, and where the name begins."""
    for start in range(end - 1, max(-1, end - _LONGEST - 1), -1):
        mention = ends.get(start)
        if mention is not None:
            begin = behind(text, start, end) if may_hold(mention) else None
            return (mention, begin) if begin is not None else (None, end)
    return None, end


def _loose_start(text: str, end: int, ends: dict[int, Mention], known: set[str]) -> int | None:
    """Where a name without a town begins: one that was named with it, or all behind an edge."""
    run = _RUN.search(text, max(0, end - 12), end)
    if run is None:
        return None
    for name in known:
        if text.endswith(name, run.start(), end):
            return end - len(name)
    edge = EDGE.match(run.group())
    if edge is None and run.start() and _RUN.fullmatch(text[run.start() - 1]):
        return None  # no edge in sight
    start = run.start() + (edge.end() if edge else 0)
    if any(at in ends for at in range(start + 1, end + 1)):
        return None
    return start if _is_name(text[start:end], anchored=False) else None


def _is_name(name: str, *, anchored: bool) -> bool:
    stem = _TAIL.sub("", name, count=1)
    if len(name) < 2 or not stem or _NO_NAME.search(name):
        return False
    return is_name(stem if len(stem) > 1 else f"{stem}名", anchored=anchored)
