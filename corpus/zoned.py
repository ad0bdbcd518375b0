"""What lies in a development zone, or is told of one: the zone's name in the stead of a county.

A zone is run by an administration of its own, and the division table files its streets under the counties
around it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from corpus.chains import Chain
from corpus.gazetteer import CITY, COUNTY, depth
from corpus.types import NOWHERE, Levels
from corpus.zones import same_zone

_FRONT = 160  # characters in which the zone is named
_ZONE = re.compile("高新区|经开区|天府新区|开发区|工业园区|航空港")


def unzone(found: Sequence[Chain], text: str) -> list[Chain]:
    """The chains, those of a zone with its name in the stead of the county that the table has.

    Where the report is about a zone, its towns are taken to lie there unless their county is named.

    Args:
        found: chains with one place each, or none.
        text: title and report, in two lines.
    """
    everywhere, ruling = _of_zone(text), _ruling(found)
    filed = {
        _county(c)
        for c in found
        if _county(c)[COUNTY] and c.place.town and (c.zoned or everywhere or _city(c) in ruling)
    }
    named = {_county(c) for c in found if _names_county(c)}
    drop = filed - named
    zones = {**_zone_names(found, drop), **ruling}
    return [_in_its_zone(c, drop, zones) if c.candidates else c for c in found]


def _of_zone(text: str) -> bool:
    """Whether the title or more than one word in the text names a development zone."""
    title = text.split("\n", 1)[0]
    return _ZONE.search(title) is not None or len(_ZONE.findall(text)) > 1


def _ruling(found: Sequence[Chain]) -> dict[Levels, str]:
    """Cities of which the report tells one zone's doings only, each with that zone.

    「某市高新区行政审批服务局…」 is the zone's, not the city's. The title or the opening has to name it so,
    no county of the city may be named, and the city without its zone no oftener than with it. Zones of a
    municipality lie in one of its districts.
    """
    told = defaultdict[Levels, list[Chain]](list)
    for chain in found:
        if chain.candidates and chain.weight and chain.zone != "source":
            told[_city(chain)].append(chain)
    ruled = {}
    for city, chains in told.items():
        own = [c for c in chains if depth(c.place) <= CITY]
        zone = next((c.zone_name for c in own if c.zone_name), "")
        in_district = city[CITY] is None and (city[0] or "").endswith("市")
        if zone and not in_district and _is_of(zone, own) and not any(map(_names_county, chains)):
            ruled[city] = zone
    return ruled


def _is_of(zone: str, own: Sequence[Chain]) -> bool:
    """Whether the chains of a city, `own`, say that the report is of its `zone`."""
    zoned = [c for c in own if c.zone_name]
    first = own[0] if any(c.zone == "title" for c in own) else min(own, key=lambda c: c.start)
    opens = first in zoned and (first.zone == "title" or first.start < _FRONT)
    return opens and len(own) <= 2 * len(zoned) and all(same_zone(c.zone_name, zone) for c in zoned)


def _names_county(chain: Chain) -> bool:
    """Whether `chain` spells the county that its place lies in."""
    county = _county(chain)[COUNTY]
    return county is not None and (depth(chain.place) == COUNTY or county in chain.word)


def _down_to(levels: Levels, deepest: int) -> Levels:
    a, b, c, _, _ = levels
    return (a, b, c if deepest == COUNTY else None, None, None)


def _county(chain: Chain) -> Levels:
    return _down_to(chain.place.levels if chain.candidates else NOWHERE.levels, COUNTY)


def _city(chain: Chain) -> Levels:
    return _down_to(chain.place.levels if chain.candidates else NOWHERE.levels, CITY)


def _zone_names(found: Sequence[Chain], drop: set[Levels]) -> dict[Levels, str]:
    """The zone of each city whose towns lose their county; none where the report names several."""
    cities = {_down_to(levels, CITY) for levels in drop} | {
        _county(c)
        for c in found
        if c.zoned and c.candidates and c.place.province and c.place.community and not _county(c)[COUNTY]
    }
    names = defaultdict[Levels, set[str]](set)
    for chain in found:
        if chain.candidates and chain.zone_name:
            names[_city(chain)].add(chain.zone_name)
    return {city: next(iter(names[city])) for city in cities if len(names[city]) == 1}


def _in_its_zone(chain: Chain, drop: set[Levels], zones: dict[Levels, str]) -> Chain:
    place = chain.place
    zone = zones.get(_city(chain))
    ours = bool(zone and chain.zone_name and same_zone(zone, chain.zone_name) and not place.county)
    if (place.town and _county(chain) in drop) or ours:
        return replace(chain, candidates=(replace(place, county=zone, code=None),))
    return chain
