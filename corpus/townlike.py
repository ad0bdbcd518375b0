"""Towns that the division table does not have by the name that a report calls them by.

A street by its office (六榕街), a town of two characters (唐镇), one that is new, or its police station.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.communities import EDGE, is_name
from corpus.types import Locality, Span
from corpus.zones import BEHIND

if TYPE_CHECKING:
    from corpus.gazetteer import Mention

Listed = Callable[[str, Locality], Locality | None]  # the town of a name in a county or city

_STATION = re.compile("边境派出所|派出所|司法所|所(?=[一-鿿]{2,4}警务室)|地区(?=办事处|工委|居民|疫情防控)")
_BEGINS = re.compile("(?:^|[^一-鿿]|[日在由到])$")  # in front of a name that begins there
_TOWN = re.compile(
    "[一-鿿]{1,4}?街道(?!社区工)|[一-鿿]{2,4}?(?:镇(?![村街静痛压定长江])|(?<!城)乡(?![村镇愁亲贤土情音]))"
)
# 六榕街 is how people call 六榕街道, where a county stands before it
_STREET_OFFICE = re.compile("[一-鿿]{2,4}?街(?![道区头巷上面坊口角边心舞景拍镇市旁])")
_NEW_TOWN = re.compile("[一-鿿]{2,3}?(?<![小古城集老新水])镇(?![村街静痛压定长江区])")
_AGAIN = 3  # times that a town is named which stands behind its city only and is in no table
_BRIEF_TOWN = re.compile("[一-鿿]镇(?![静痛压定江])")


def unlisted_towns(
    text: str,
    named: Sequence[Mention],
    make: Callable[[Span, str, tuple[Locality, ...]], Mention],
    listed: Listed,
) -> Iterator[Mention]:
    """Streets and towns that the table does not have by that name, where they follow their county.

    徐汇区斜土街道 is in no table, 越秀区六榕街 is 六榕街道, 浦东唐镇 a name of two characters.
    `listed` finds the town of a name in a county. Behind a city they are found by their zone
    (武汉经开区军山街), or where the report goes on to tell of them.
    """
    starts = {m.span.start for m in named}
    found: dict[str, tuple[Locality, ...]] = {}
    for mention in named:
        end = mention.span.end
        if end in starts:
            continue
        counties = tuple(c for c in mention.candidates if c.county and not c.town)
        cities = tuple(c for c in mention.candidates if c.city and not c.county)
        if counties:
            found |= _by_office(text, end, counties, listed)
            town = _TOWN.match(text, end)
            if not mention.short and town and _is_town(town.group()):
                found.setdefault(town.group(), tuple(replace(c, town=town.group()) for c in counties))
        elif cities:
            found |= _behind_city(text, end, cities, listed)
    covered = _mask(text, named)
    for word, places in found.items():
        for at in (m.start() for m in re.finditer(word, text)):
            span = Span(at, at + len(word))
            if not any(covered[span.start : span.end]):
                covered[span.start : span.end] = b"\1" * len(word)
                yield make(span, word, places)


def _by_office(
    text: str, at: int, places: Sequence[Locality], listed: Listed
) -> dict[str, tuple[Locality, ...]]:
    """The street or the brief town at `at` in one of `places`, by the name that the report gives it."""
    found = {}
    for pattern, kind in ((_STREET_OFFICE, "道"), (_BRIEF_TOWN, "")):
        called = pattern.match(text, at)
        known = tuple(t for p in places if called and (t := listed(called.group() + kind, p)))
        if called and known:
            found[called.group()] = known
    return found


def _behind_city(
    text: str, at: int, cities: Sequence[Locality], listed: Listed
) -> dict[str, tuple[Locality, ...]]:
    """The street of a zone behind a city's name, or a town that the report names again and again."""
    zone = BEHIND.match(text, at)
    if zone:
        return _by_office(text, zone.end(), cities, listed)
    town = _NEW_TOWN.match(text, at)
    if town and _is_town(town.group()) and text.count(town.group()) >= _AGAIN:
        return {town.group(): tuple(replace(c, town=town.group()) for c in cities)}
    return {}


def _mask(text: str, named: Sequence[Mention]) -> bytearray:
    """A byte for each character, 1 where a name stands."""
    mask = bytearray(len(text))
    for mention in named:
        mask[mention.span.start : mention.span.end] = b"\1" * len(mention.span)
    return mask


def stations(
    text: str,
    named: Sequence[Mention],
    make: Callable[[Span, str, tuple[Locality, ...], bool], Mention],
    towns: Callable[[str], tuple[Locality, ...]],
) -> Iterator[Mention]:
    """Towns by their police station (某某边境派出所): in a county that is named, or long and singular."""
    counties = defaultdict[str | None, set[Locality]](set)  # those named, by their own name
    for county in (c for m in named for c in m.candidates if c.county and not c.town):
        counties[county.county].add(county)
    taken, seen = _mask(text, named), dict[str, tuple[Locality, ...]]()
    for station in _STATION.finditer(text):
        for length in (4, 3, 2):
            span = Span(max(0, station.start() - length), station.start())
            word = span.of(text)
            if word not in seen:
                seen[word] = tuple(t for t in towns(word) if any(t.within(c) for c in counties[t.county]))
            known = towns(word)
            sure = length > 2 or (
                station.group() == "边境派出所" and _BEGINS.search(text, max(0, span.start - 1), span.start)
            )
            found = seen[word] or (known if len(known) == 1 and sure else ())
            if found and not any(taken[span.start : span.end]):
                yield make(span, span.of(text), found, True)
                break


def _is_town(word: str) -> bool:
    name = re.sub("(?:街道|[镇乡])$", "", word)
    if word.endswith("街道"):
        name = re.sub("(?<=.)村$", "", name)  # 南村街道
    return (name in "东南西北中" or is_name(name)) and not EDGE.match(name)
