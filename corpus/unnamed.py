"""The city of a report that speaks of it without a name: 我市, 市教委, 离沪人员, 市政府各部门."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.chains import Chain, chains
from corpus.gazetteer import gazetteer
from corpus.types import NOWHERE, Locality

# a city that people come from or go to is not the one that says 我市: 从某市来的人, 发往某市的班车
_FROM = re.compile("(?:从|自|去过?|到过?|往|赴|离开?|途经)[^，。；]{0,4}$")
_COMERS = re.compile(
    "(?:[、和及等][^，。；]{0,12}?)?(?:返|来|回|归|籍|疫|旅居|居住史|方向|接触|感染|肺炎|人员|车辆|游客)"
)
Pair = tuple[str | None, str | None]  # province and city

_OURS = re.compile("我市|本市|经市委|市政府各部门|^市[一-鿿]{2,8}[局委办厅]")
# how a report speaks of its city without a name: 市教委, 市直单位, 全市
_OF_CITY = re.compile(
    "全市|本市|我市|(?:(?<![一-鿿])|(?<=[由经从到和以收]))市(?:政府|委(?!员)|直|级|[一-鿿]{1,8}(?:局|委|办|中心|医院|病院))"
)
# to whom a city's government writes: 各县区人民政府，市政府各部门：
_ADDRESSED = re.compile(
    "(?:市(?:人民)?政府(?:各|有关|直属)|市(?:直|级|各)(?:各|有关)|(?:^|[^一-鿿])各县（?(?:市|区|、){1,3}）?)"
    "[^：:\n]{0,60}[：:]"
)
_MUCH = 2  # times that it does so where it is a report of the city
_ALWAYS = 4  # the same where one shop or branch is all that names it
# 离沪, 返京: how people of a city speak of leaving it and coming back
_MOVES = re.compile("[离返来抵留](?P<city>[沪京渝津穗蓉])(?![津杭剧东广都昆哈九沈])")
_CALLED = {"沪": "310000", "京": "110000", "渝": "500000", "津": "120000", "穗": "440100", "蓉": "510100"}


def unnamed_city(text: str, head: str, resolved: Sequence[Chain]) -> Locality:
    """The city whose office speaks of 我市 or 离沪人员, or writes to its own, where but one city is named.

    Args:
        text: the report.
        head: what stood in front of it, where those may be named to whom it is written.
        resolved: its chains, each with one place or none.
    """
    table = gazetteer()
    known = [c for c in resolved if c.candidates]
    counted = [c for c in known if c.weight and not _elsewhere(c, text)]
    spoken = len(_OF_CITY.findall(text))
    addressed = _ADDRESSED.search(head)
    named = {_city(c) for c in counted if _has_city(c)}
    if addressed:
        named |= {_city(c) for c in chains(table, addressed.group(), "source") if _has_city(c)}
    called = {table.place(_CALLED[m["city"]]).levels[:2] for m in _MOVES.finditer(text)}
    ours = spoken >= _MUCH or addressed is not None or _OURS.search(text) is not None
    official = any(c.agency or c.actor or c.zone == "source" for c in counted)
    official = (
        official or addressed is not None or (spoken >= _MUCH and len(counted) > 1) or spoken >= _ALWAYS
    )
    told = (called and (ours or named)) or (ours and named and official) or _alone(known, counted, spoken)
    if len(named | called) != 1 or not told:
        return NOWHERE
    province, city = next(iter(named | called))
    words = tuple(dict.fromkeys(c.word for c in known if c.place.levels[0] == province))
    return Locality(province, city, confidence=0.5, evidence=words[:4])


def _elsewhere(chain: Chain, text: str) -> bool:
    """Whether a name only says where people come from or go to."""
    if chain.zone not in ("lead", "body"):
        return False
    comers = _COMERS.match(text, chain.start + len(chain.word)) is not None
    return comers or _FROM.search(text, max(0, chain.start - 8), chain.start) is not None


def _city(chain: Chain) -> Pair:
    return chain.place.province, chain.place.city


def _has_city(chain: Chain) -> bool:
    """Whether `chain` means one place that lies in, or is, one city."""
    one = len(chain.candidates) == 1
    return one and bool(chain.place.city or (chain.place.province or "").endswith("市"))


def _alone(known: Sequence[Chain], counted: Sequence[Chain], spoken: int) -> bool:
    """Whether nothing but one city, its branches and shops is named, often or in a report of 我市."""
    cities = {_city(c) for c in known if _has_city(c)}
    provinces = {c.place.province for c in known if c.place.province}
    often = sum(map(_has_city, known)) > _MUCH and any(_has_city(c) and c.zone == "lead" for c in known)
    told = (often or spoken >= _ALWAYS) and any(map(_has_city, counted))
    return len(cities) == 1 and len(provinces) == 1 and told
