"""Whose event it was: what an office of a county or city held in a village is not the village's practice.

「某县某局在某镇某村举行启动仪式」: the village lent the hall, the county acts. Where the village itself acts,
or organises with others, the report stays with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.chains import Chain
from corpus.gazetteer import CITY, COUNTY, TOWN, depth, stem
from corpus.namesakes import prefixes
from corpus.tally import place_of
from corpus.types import Locality

_OPENING = 300  # characters in which the event is told
_EVENT = "启动仪式|开幕|揭牌|启动会|现场会|推进会|动员会|见面会|发布会|观摩|评选|大赛|竞赛|比赛"
_CEREMONY = re.compile(f"{_EVENT}|首场|首站|巡回|巡演|巡讲")
_TOUR = "巡演|巡讲|巡展|巡回|首演|展演"
_NAMED_SO = re.compile(f"[^，。；]{{0,30}}(?:{_EVENT}|{_TOUR})")  # 某县“敲门行动”启动仪式, 某县移风易俗巡演
# an office of the county without its name: 区司法局, 团区委
_UNNAMED = "(?<![一-鿿]){kind}[一-鿿]{{1,8}}?(?:局|委|办|中心)|团{kind}委"
_ALL_OVER = "全{kind}|{kind}(?:内)?(?:各|多个|\\d+个)(?:街道|镇|乡|村|社区)"
_OFFICE = re.compile(
    "(?:市|区|县|旗)?(?:人民)?(?:法院|检察院|人大|政协|纪委|工会|总工会|妇联|残联|团委|关工委|科协|文联|工商联|红十字会|"
    "政府|委(?!员)|[一-鿿]{1,12}?(?:局|委员会|办公室|委(?=[“，、联在举开])|办(?![事理公好学起实了法])|中心|支队|大队|指挥部))"
)
_COURT = re.compile("(?:人民)?(?:法院|检察院)")
_ORGANISED = re.compile("[^。；]{0,60}主办")
_PEOPLE = re.compile("的|也是|村民|居民|群众|代表|来了|作了|是")
HOME = re.compile("[^，。；、]{0,6}?(?:村民|居民)(?!委|小组|区)")  # 某村村民张某, 某村三组村民李某
_HONOURED = re.compile("(?:授予|命名|授牌)$")
_WITH = re.compile("(?:联合|携手|会同|联手)$")
_ADVISES = re.compile("[^，。；]{0,16}(?:指导|支持|关心|帮助|领导|部署|统筹)下")


def host(votes: Sequence[Chain], loose: Sequence[Chain], text: str, place: Locality) -> Locality:
    """`place`, or the county or city whose office held there what the report tells.

    Args:
        votes: the chains that count.
        loose: communities that are named without their town.
        text: the report; lead and body are counted in it.
        place: a town or a community that has the votes; any other is given back.
    """
    if depth(place) < TOWN:
        return place
    sender = _sender(votes, loose, text, place)
    if sender is not None:
        return sender
    ours = [c for c in loose if c.place.community == place.community]
    helped = [c for c in ours if _WITH.search(text, max(0, c.start - 4), c.start)]
    court = _court_of(votes, ours, place) if helped and helped[0] is ours[0] else None
    court = court or _tells_a_case(votes, text, place)
    if court is not None:
        return court
    if any(c.agency or _WITH.search(text, max(0, c.start - 4), c.start) for c in ours if c.zone != "title"):
        return place
    for levels in reversed(prefixes(place)):
        higher = place_of(levels)
        if depth(higher) in (CITY, COUNTY) and _hosts(votes, ours, text, higher):
            return higher
    return _inspected(votes, ours, text, place) or place


def _inspected(votes: Sequence[Chain], ours: Sequence[Chain], text: str, place: Locality) -> Locality | None:
    """The town whose office acts again and again on a village that does nothing: 某镇纪委 and its case.

    Where the village is only somebody's home, twice is enough.
    """
    town = replace(place, community=None)
    own = [c for c in votes if c.place.levels == town.levels and c.zone in ("lead", "body")]
    offices = sum(c.agency for c in own)
    below = [*ours, *(c for c in votes if c.place.community and c.place.within(town))]
    acts = any(c.zone == "title" or c.actor or c.agency or c.event for c in below)
    home = all(HOME.match(text, c.start + len(c.word)) for c in below)
    often = offices >= (_AGAIN if not home else _AGAIN - 1)
    return town if place.community and town.town and often and not acts else None


def _sender(votes: Sequence[Chain], loose: Sequence[Chain], text: str, place: Locality) -> Locality | None:
    """The city or county of the branch or school that went to `place`, which it only visited.

    「建行某市分行组织实习生…来到某村」: the village was one of the stops.
    """
    below = [c for c in votes if depth(c.place) >= TOWN]
    below += [c for c in loose if c.place.community == place.community]
    first = min((c.start for c in below if c.zone in ("lead", "body")), default=0)
    if any(c.zone in ("title", "source") or _acts_itself(c, text) for c in below) or not any(
        c.scene for c in below
    ):
        return None
    went = _GUEST.search(text, 0, min(first, _OPENING))
    if went is None:
        return None
    for levels in reversed(prefixes(replace(place, town=None, community=None))):
        name = next(n for n in reversed(levels) if n)
        home = place_of(levels)
        if depth(home) >= CITY and stem(name) in went["org"]:
            return home if all(home.within(c.place) for c in votes if c.zone == "title") else None
    return None


_AGAIN = 3  # times that an office of the town acts
# a branch or a school whose people go out: 国网某县供电公司, 建行某市分行, 某市职业技术学院
_GUEST = re.compile(
    "(?P<org>[一-鿿]{2,20}(?:[分支]行|[分支]公司|供电公司|农商行|党支部|学院|大学))[^。]{0,60}?"
    "(?:组织|开展|走进|来到|深入|前往|奔赴|赴)"
)


def _court_of(votes: Sequence[Chain], ours: Sequence[Chain], place: Locality) -> Locality | None:
    """The county whose court or office the title names alone, where a community only helped it."""
    titled = [c for c in votes if c.zone == "title"]
    county = next((c.place for c in titled if c.agency and depth(c.place) == COUNTY), None)
    if county is None or not ours or place.town or not place.within(county):
        return None
    if len(titled) > 1 or any(c.zone == "title" for c in ours):
        return None
    return county


def _tells_a_case(votes: Sequence[Chain], text: str, place: Locality) -> Locality | None:
    """The county whose court opens the report with a case, and no event: towns behind it are its parties."""
    court = next((c for c in votes if c.zone == "lead" and c.agency and depth(c.place) == COUNTY), None)
    if (
        court is None
        or not place.within(court.place)
        or not _COURT.match(text, court.start + len(court.word))
    ):
        return None
    below = [c for c in votes if depth(c.place) >= TOWN]
    if any(c.zone in ("title", "lead", "source") or c.event for c in below):
        return None
    return court.place


def _hosts(votes: Sequence[Chain], ours: Sequence[Chain], text: str, higher: Locality) -> bool:
    """Whether an office of `higher` held the event and nothing that lies in it acts for itself."""
    below = [c for c in votes if depth(c.place) >= TOWN and c.place.within(higher)]
    if any(c.zone in ("title", "source") for c in below):
        return False
    acting = sum(_acts_itself(c, text) for c in below)
    own = [c for c in votes if c.place.levels == higher.levels and c.zone in ("lead", "body")]
    titles = [c for c in votes if c.zone == "title" and c.place.levels == higher.levels]
    held_there = not acting and any(c.event for c in below)
    held_at = next((c.start for c in below if c.event), 0)
    by_office = any(c.actor for c in titles) and any(
        _is_office(c, text) and c.start < held_at and "。" not in text[c.start : held_at] for c in own
    )
    if held_there and (by_office or any(_organises(c, text) for c in own)):
        return True
    offices = [c for c in own if c.agency and not _ADVISES.match(text, c.start + len(c.word))]
    theirs = sum(c.subject and not _PEOPLE.match(text, c.start + len(c.word)) for c in ours)
    if not acting and len(offices) > max(1, len(below), theirs) and not any(c.scene for c in below):
        return True
    if not acting and len(offices) > 1 and any(_walked_into(c, text) for c in below):
        return True
    if not acting and below and _goes_on(votes, text, higher, below):
        return True
    held = [c for c in below if c.event and c.start < _OPENING]
    titled = any(
        c.zone == "title" and c.place.levels == higher.levels and (c.agency or depth(higher) == CITY)
        for c in votes
    )
    acts = sum(c.agency or c.actor or c.subject for c in own)
    return acts > acting and any(_held_by(votes, text, higher, c, titled and not acting) for c in held)


_WALKED = re.compile("(?:走进|走入|深入|来到|送[到进入]|前往|进)$")


def _walked_into(chain: Chain, text: str) -> bool:
    """Whether an office went into a place and did there what it does: 某区某局走进某村开展培训."""
    return _WALKED.search(text, max(0, chain.start - 4), chain.start) is not None


def _is_office(chain: Chain, text: str) -> bool:
    behind = text[chain.start + len(chain.word) :][:48]
    return _OFFICE.match(behind) is not None and not _ADVISES.match(behind)


def _organises(chain: Chain, text: str) -> bool:
    """Whether an office of the place is said to have organised it: 由某某区人民政府主办."""
    behind = text[chain.start + len(chain.word) :][:90]
    return _OFFICE.match(behind) is not None and _ORGANISED.match(behind) is not None


def _goes_on(votes: Sequence[Chain], text: str, higher: Locality, below: Sequence[Chain]) -> bool:
    """Whether offices of `higher` held something there once, and do so all over it or elsewhere, too."""
    if len(below) > 1 or not below[0].event:
        return False
    kind = next(n for n in reversed(higher.levels) if n)[-1]
    own = [c for c in votes if c.place.levels == higher.levels and c.zone in ("lead", "body")]
    offices = len(re.findall(_UNNAMED.format(kind=kind), text))
    wide = re.search(_ALL_OVER.format(kind=kind), text[below[0].start :]) is not None
    elsewhere = sum(c.scene and c.start > below[0].start for c in own) > 1
    return len(own) + offices > 2 and (wide or elsewhere)


def _acts_itself(chain: Chain, text: str) -> bool:
    if _HONOURED.search(text, max(0, chain.start - 4), chain.start):
        return False
    if chain.agency or _WITH.search(text, max(0, chain.start - 4), chain.start):
        return True
    people = _PEOPLE.match(text, chain.start + len(chain.word))
    return not chain.scene and (chain.actor or (chain.subject and not people))


def _held_by(votes: Sequence[Chain], text: str, higher: Locality, held: Chain, titled: bool) -> bool:
    begin = max(text.rfind(stop, 0, held.start) for stop in "。！？\n") + 1
    end = text.find("。", held.start)
    sentence = text[begin : end if end > 0 else len(text)][:400]
    said = [c for c in votes if c.zone in ("lead", "body") and begin <= c.start < held.start]
    if any(depth(c.place) >= TOWN for c in said):
        return False  # a town or village of its own stands among those who held it
    ceremony = _CEREMONY.search(sentence) is not None
    for chain in said:
        behind = text[chain.start + len(chain.word) :][:48]
        if chain.place.levels != higher.levels or _ADVISES.match(behind):
            continue
        if _OFFICE.match(behind) and (titled or ceremony):
            return True
        if _NAMED_SO.match(behind):
            return True
    return False
