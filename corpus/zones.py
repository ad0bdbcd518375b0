"""Development zones: areas with an administration of their own that the division table files under counties.

What a zone's street does is not that county's practice. Where the county is not named, the zone's own name
stands in its stead (苏州工业园区, 东湖高新区), with its city in front where it is a common one (高新区).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.types import Locality

_NAMES = (
    "(?:高新技术产业开发区|经济(?:技术)?开发区|高新区|经开区|开发区|工业园区|工业园|产业园区|产业集聚区|"
    "示范区|度假区|保税区|综保区|港务区|"
    "航空港区?|实验区|功能区|风景区|名胜区|科学城|天府新区|新区|管委会)"
)
_BEFORE = re.compile(_NAMES + "$")
BEHIND = re.compile("[一-鿿]{0,4}" + _NAMES)
# a district that the table does not have, such as an administration of its own: 大通湖区
_OWN_AREA = re.compile(
    "(?:^|[^一-鿿]|[由在与和及从到向对日])(?P<name>"
    "(?![^区]*[社小城辖地片山老市郊园景街校厂库牧林矿新本我全该各两外内跨省县镇乡村])[一-鿿]{2,4}区)$"
)
_PLAIN = (
    "(?:高新技术产业开发区|经济(?:技术)?开发区|高新区|经开区|开发区|工业园区|航空港区?|国际港务区|保税区|综保区|"
    "城乡一体化示范区)"
)
_NAMED = re.compile(f"(?P<own>[一-鿿]{{0,6}}?)(?P<kind>{_PLAIN}|新区|科学城)(?:管委会)?$")
_EDGE = re.compile(
    ".*(?:走进|来到|位于|深入|前往|近日|日前|目前|由|在|与|和|及|从|到|向|对|日|为|以|的|赴|于|市|县)"
)
_CITY_KIND = re.compile("(?:省|市)$")
_SHORT = re.compile("经济(?:技术)?开发区$|经开区$")


def in_zone(before: str, *, adjoins: bool, below: bool) -> bool:
    """Whether a town stands right behind a zone.

    Args:
        before: the characters in front of the town.
        adjoins: whether the name in front of the town ends in or right before the zone's.
        below: whether the county that this name means holds the town.
    """
    if _BEFORE.search(before) is None:
        return not adjoins and _OWN_AREA.search(before) is not None
    return not below


def longest_gap(before: str) -> int:
    """How many characters in front of a town a name may end that the zone's name goes on with."""
    zone = _BEFORE.search(before)
    return len(zone.group()) + 4 if zone else 0


def zone_name(before: str, places: Sequence[Locality]) -> str:
    """The name of the zone that `before` ends with, empty where it says none.

    Args:
        before: the characters between the name in front of it, where that adjoins, and what lies in it.
        places: what lies in it; they tell the city.

    >>> here = Locality("江苏省", "苏州市", None, "娄葑街道")
    >>> zone_name("工业园区", [here]), zone_name("近日，江南新区", [here]), zone_name("走进新区", [here])
    ('苏州工业园区', '江南新区', '')
    """
    area = _OWN_AREA.search(before)
    found = _NAMED.search(re.split("[^一-鿿]", before)[-1])
    if found is None:
        return area["name"] if area else ""
    own = _EDGE.sub("", found["own"])
    if own:
        return own + found["kind"]
    cities = {p.city or p.province or "" for p in places}
    if len(cities) != 1 or "" in cities or not re.fullmatch(_PLAIN, found["kind"]):
        return ""
    return _CITY_KIND.sub("", cities.pop()) + found["kind"]


def zone_behind(after: str, places: Sequence[Locality]) -> str:
    """The name of the zone that a city's name goes on to, empty where a word stands between them.

    >>> zone_behind("东湖高新区城管局", [Locality("湖北省", "武汉市")]), zone_behind("在高新区开会", [])
    ('东湖高新区', '')
    """
    found = BEHIND.match(after)
    return zone_name(found[0], places) if found and not _EDGE.match(found[0]) else ""


def same_zone(one: str, other: str) -> bool:
    """Whether two names, of which one may be short for the other, mean one zone of a city.

    >>> same_zone("济北经开区", "济北经济技术开发区"), same_zone("济北经开区", "济北高新区")
    (True, False)
    """
    return _SHORT.sub("开发区", one) == _SHORT.sub("开发区", other)
