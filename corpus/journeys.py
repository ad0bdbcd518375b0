"""Who went somewhere, and where: what a team, a fair or a gift took to another county is told of its sender.

「某区某局带几家企业到某省某县招工」, 「某县在某市召开推介会」, 「某区向某县捐赠图书」: what follows tells
more of where they went than of who went. The names of that place then lose their votes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.chains import Chain
from corpus.gazetteer import CITY, COUNTY, depth
from corpus.namesakes import prefixes, same_line
from corpus.types import Levels, Locality

_OPENING = 250  # characters in which the one who goes is named
_WAY = 60  # characters between the one who goes and where it goes
# who goes: an office, or people whom a place sends
_TEAM = re.compile(
    "组织|选派|派出|带|率|携|领导|一行|考察[组团]|代表团|医疗队|工作队|服务队|小分队|党政|局|委|办|中心|工会|商会|协会|"
    "联合会|志愿者|干部|党员|企业家"
)
_GOES = re.compile(
    "(?:(?<![送寄捐发运感得达遇收看受解说听想提直])到|赴|前往|奔赴|走进|走访|来到|深入|开进|开到了?|对口支援|对口帮扶|结对帮扶|驰援)[^，。；、]{0,4}$"
)
# of a visit to learn from others it is told what they do there
_LEARNS = re.compile("考察|调研|(?<!跟班)(?<!跟岗)学习(?!培训)|交流|参观|观摩|取经")
# who comes with companies or doctors comes to help or to trade; what they look into there is no lesson
_BRINGS = re.compile("企业|商会|客商|专家|医生|医护|教师|医疗队|帮扶|协作|支援")
_HELPS = re.compile("[^，。；]{0,12}(?:东西部|对口|结对|帮扶)")  # 考察对接东西部协作工作
_TAUGHT = re.compile("学习|取经|观摩|参观|交流")
_VISITS = re.compile("(?:到|赴|前往|走进|来到)$")
_GIVES = re.compile("(?:向|给|为)$")
_GIFT = re.compile("[^，。；]{0,12}捐")
_GIVEN = re.compile("(?:捐赠给|捐给|捐往|寄往|送往|运往)$")
_ALL_SIDES = re.compile("(?:周边|偏远|各|下辖|所辖|多个)[^，。；]{0,4}(?:区|县|乡|镇|街道|村|社区)")
_FAIR = "(?:推介|招商|招聘|招工|恳谈|展销|洽谈|签约)"
_FAIR_AT = re.compile("在$")
_FAIR_HELD = re.compile(f"[^，。；、]{{0,8}}(?:召开|举行|举办|开展)[^，。；]{{0,16}}{_FAIR}")
_HELD = re.compile("[^，。；、]{0,8}(?:召开|举行|举办|开幕)")


def of_the_sender(told: Sequence[Chain], text: str) -> list[Chain]:
    """The chains of a report; those of a place that others went to without their votes.

    Args:
        told: chains with one candidate each, or none, in the order of their zones.
        text: the report; the spans of lead and body are counted in it.
    """
    regions = {region for home, region in _journeys(told, text) if not _is_ours(told, home, region)}
    regions |= {*_visitors(told, text), *_receivers(told, text), *_outbound(told, text)}
    return [replace(c, weight=0.0) if regions & set(_lines(c)) else c for c in told]


def _lines(chain: Chain) -> tuple[Levels, ...]:
    return prefixes(chain.place) if len(chain.candidates) == 1 and chain.place.province else ()


def _journeys(told: Sequence[Chain], text: str) -> Iterator[tuple[Locality, Levels]]:
    """Who went, and the highest division of where it went that is not its own."""
    named = [c for c in told if c.zone in ("lead", "body") and _lines(c)]
    for home, there in pairwise(named):
        if home.start >= _OPENING:
            return
        if home.weight and depth(home.place) >= CITY and not same_line(home.place, there.place):
            region = next((p for p in prefixes(there.place) if p not in prefixes(home.place)), None)
            if region is not None and not any(region[COUNTY + 1 :]) and _goes(home, there, text):
                yield home.place, region


def _visitors(told: Sequence[Chain], text: str) -> Iterator[Levels]:
    """Who came to learn, where the report goes on to tell what their hosts do and nothing more of them."""
    named = [c for c in told if c.zone in ("lead", "body") and _lines(c)]
    for home, there in pairwise(named):
        if home.start >= _OPENING or same_line(home.place, there.place):
            continue
        way = text[home.start + len(home.word) : there.start]
        after = [c for c in named if c.start > there.start and (c.actor or c.agency or c.subject)]
        if (
            len(way) > _WAY
            or not _VISITS.search(way)
            or not _LEARNS.match(text, there.start + len(there.word))
            or _brings(way, text[there.start + len(there.word) :][:24])
        ):
            continue
        if any(same_line(c.place, there.place) for c in after) and not any(
            same_line(c.place, home.place) for c in after if c.place.province
        ):
            yield next(p for p in prefixes(home.place) if p not in prefixes(there.place))


def _receivers(told: Sequence[Chain], text: str) -> Iterator[Levels]:
    """Where a gift went, the province of it, where a place that acts in another one tells of the gift."""
    named = [c for c in told if c.zone in ("lead", "body") and _lines(c)]
    given = {c.place.province for c in named if _GIVEN.search(text, max(0, c.start - 6), c.start)}
    for province in given:
        there = [c for c in told if c.weight and c.candidates and c.place.province == province]
        acts = any(c.agency or c.actor or c.zone in ("title", "source") for c in there)
        home = any(
            c.weight and c.subject and depth(c.place) >= COUNTY and c.place.province != province
            for c in named
            if c.start < _OPENING
        )
        if home and not acts:
            yield (province, None, None, None, None)


def _outbound(told: Sequence[Chain], text: str) -> Iterator[Levels]:
    """The county of one who sends teams out to all sides: what they do there is the city's, not its own."""
    named = [c for c in told if c.zone in ("lead", "body") and _lines(c)]
    for home, there in pairwise(named):
        city = depth(there.place) == CITY and depth(home.place) >= COUNTY
        if home.start >= _OPENING or not city or not home.place.within(there.place) or not home.agency:
            continue
        wide = _ALL_SIDES.match(text, there.start + len(there.word))
        if wide and _sets_out(home, there, text):
            yield (*home.place.levels[: COUNTY + 1], None, None)  # type: ignore[misc]


def _sets_out(home: Chain, there: Chain, text: str) -> bool:
    way = text[home.start + len(home.word) : there.start]
    return len(way) <= _WAY and _GOES.search(way) is not None and _TEAM.search(way) is not None


def _goes(home: Chain, there: Chain, text: str) -> bool:
    """Whether the words between two names say that the one went, gave or sold to the other."""
    start, end = home.start + len(home.word), there.start
    way, behind = text[start:end], text[there.start + len(there.word) :][:40]
    if len(way) > _WAY or re.search("[。；！？\n]", way):
        return False
    if _GOES.search(way):
        told = way + behind[:24].split("。")[0]
        lesson = _LEARNS.search(told) is not None and not _brings(way, behind[:24])
        return not lesson and (home.agency or _TEAM.search(way) is not None)
    if _GIVES.search(way):
        return _GIFT.match(behind) is not None
    if not _FAIR_AT.search(way):
        return False
    return bool(_FAIR_HELD.match(behind) or (re.search(_FAIR, way) and _HELD.match(behind)))


def _brings(way: str, behind: str) -> bool:
    """Whether those who went brought companies or help, and did not go to be taught."""
    helps = _BRINGS.search(way) is not None or _HELPS.match(behind) is not None
    return helps and not _TAUGHT.search(way + behind.split("。")[0])


def _is_ours(told: Sequence[Chain], home: Locality, region: Levels) -> bool:
    """Whether title or source are of the place that was visited, and not of the one who came."""
    said = [c for c in told if c.weight and c.zone in ("title", "source") and _lines(c)]
    return any(region in _lines(c) for c in said) and not any(same_line(c.place, home) for c in said)
