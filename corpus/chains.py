"""Place names as a report uses them: joined into chains, each judged by the words around it.

淮北市烈山区任楼街道西园社区 is one chain. What stands before and behind tells whether something happens there
(在…举行), whether the place acts (…坚持), or whether it is merely mentioned
(来自晋城, 到…考察学习, 山西省肿瘤医院).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.asides import weigh
from corpus.gazetteer import CITY, COMMUNITY, COUNTY, TOWN, Gazetteer, Mention, depth
from corpus.types import Locality
from corpus.zones import BEHIND, in_zone, longest_gap, zone_behind, zone_name

_LONGEST_CHAIN = 8  # names that stand together; five levels, some of them named twice
_LEAD_LENGTH = 160  # characters of the opening that count as the lead


@dataclass(frozen=True, slots=True)
class Chain:
    """Names that stand together and mean one place.

    Attributes:
        zone: title, lead, body or source.
        word: the names as written.
        start: where it stands in its zone's text.
        candidates: every place it may mean.
        weight: what it counts for, 0 where the place is merely mentioned.
        hint: whether it may tell namesakes apart (a newspaper's town may, a visitor's home may not).
        scene: something happens there (在X社区).
        event: something is held there (在X社区举行).
        actor: the place does something (X街道建立).
        agency: an office of the place (X区民政局).
        subject: begins a clause and goes on (近日，X街道…), as the one does who acts.
        paired: stands among its like (X村、Y村), so that none of them is the one.
        zoned: stands behind a development zone (苏州工业园区娄葑街道), so that its county is not named.
        zone_name: what that zone is called; of a city, the zone that it goes on to name.
    """

    zone: str
    word: str
    start: int
    candidates: tuple[Locality, ...]
    weight: float = 1.0
    hint: bool = True
    scene: bool = False
    event: bool = False
    actor: bool = False
    agency: bool = False
    subject: bool = False
    zoned: bool = False
    zone_name: str = ""
    paired: bool = False

    @property
    def place(self) -> Locality:
        """The one place it means. Raises IndexError where that is not known."""
        return self.candidates[0]


OVERSEAS = ("香港特别行政区", "澳门特别行政区", "台湾省")
# the subject of a sentence: 「近日，某街道…」「8月3日上午，某街道…」
_CLAUSE_BEGINS = re.compile(
    "(?:^|[。！？；\\n”，：,;:])\\s*(?:(?:近日|日前|近期|近来|近年来|今年以来|今年|去年以来|连日来|目前|当天|"
    "(?:\\d{4}年)?(?:\\d{1,2}月)?\\d{1,2}日(?:上午|下午|晚上|晚|清晨)?)[，,]?)?\\s*$"
)
_SCENE_BEFORE = re.compile(
    "(?:在|走进|来到|走入|步入|深入|前往|到|进入|位于|入驻|送进|开进|开到了?)[^，。；、]{0,4}$"
)
_AGENCY = re.compile(
    "(?:市|区|县|省|镇|乡|街道|办事处)?(?:人大|政协|纪委|监委|公安|民政|司法|法院|人民法院|检察|城管|"
    "综合行政执法|"
    "[一-鿿]{1,10}领导小组|[一-鿿]{1,8}(?:指挥部|局|委员会|办公室|中心|支队|大队|分局|法庭|协会|联合会|支局|消防))"
)
_ACTOR = re.compile(
    "(?:党工委|党委|党支部|党总支|社区|村)?(?:、居委会?)?(?:还|也|紧密|大力|主动|及时|迅速|认真|切实|立即|正|已|"
    "精心)?(?:建立|开展|通过|坚持|组织|以|将|积极|"
    "创新|探索|打造|推行|推进|推动|聚焦|紧扣|紧盯|围绕|依托|立足|针对|始终|充分|结合|为|多措|构建|持续|"
    "举办|举行|联合|召开|扎实|不断|全面|深入|"
    "着力|把|按照|落实|抓|严格|率先|启动|成立|强化|加强|健全|完善|统筹|从|发挥|利用|深化|实施|高度重视|"
    "引导|发动|动员|邀请|请|携手|与[^，。；]{2,24}(?:合作|联合|携手|共同)|"
    "的?(?:网格员|党员|干部|志愿者|工作人员)|：|:)"
)
_EVENT = re.compile(
    "[^，。；、]{0,16}(?:开展|举行|举办|召开|进行|组织|启动|开启|上演|拉开|落成|揭牌|成立|开庭|开锣|开市)"
)
# the press is met anywhere: that is no deed of the place
_PRESS = re.compile("[^，。；、]{0,8}(?:召开|举行|举办)[^，。；、]{0,12}(?:发布会|记者会|通气会)")
# 周营村、白楼村等5个村: none of them is the place, what they lie in is
_SIBLINGS = re.compile(
    "(?:、[^，。；、]{1,8}(?:村|社区|居民区|居委会?)|[^，。；、]{1,12}[和与及][^，。；、的]{1,8}(?:居民区|居委会)|等(?:[\\d多各几两三四五六七八九十]+个?)?(?:行政|自然)?(?:村|社区|居民区|居委)(?!民|委))"
)
_SIBLING_BEFORE = re.compile("(?:社区|村|居民区|居委会?)(?:、|和|及|与)$")  # 东园社区、西园社区联合举办
# who helps the one that acts: 某街道联合街道妇联、某某社区开展…
_HELPER_BEFORE = re.compile("(?:联合|携手|会同|联动)[^，。；：]{2,60}[、和及与]$")
_SIGNATURE = re.compile(r"[^，。；：\n]{1,30}\s*\d{4}年\d{1,2}月\d{1,2}日\s*(?:（[^）]*）\s*)?$")
_SENT_IN = re.compile("(?:报送|申报|推荐|选送|供稿)单位[】：:]\\s?$")  # a case says who sent it in


def chains(table: Gazetteer, text: str, zone: str) -> Iterator[Chain]:
    """The chains of one zone of a report, from left to right; ``body`` begins with the lead."""
    if not text:
        return
    lead_end = _lead_end(text) if zone == "body" else 0
    for group, places, before in _groups(text, table.mentions(text)):
        at = "lead" if group[0].span.start < lead_end else zone
        if at == "body" and _SIGNATURE.match(text, group[-1].span.end):
            at = "source"
        if at in ("lead", "body") and _SENT_IN.search(
            text, max(0, group[0].span.start - 8), group[0].span.start
        ):
            at = "source"
        yield _judge(text, at, group, places, before)


def _lead_end(text: str) -> int:
    said = text.find("”") if text[:1] == "“" else 0
    stop = text.find("。", max(20, said + 2))
    return min(_LEAD_LENGTH, stop if stop > 0 else len(text))


def _groups(
    text: str, mentions: Sequence[Mention]
) -> Iterator[tuple[list[Mention], tuple[Locality, ...], Mention | None]]:
    """Chains, the places that all names of each agree on, and the mention before each.

    That one may name the county of a development zone.
    """
    group: list[Mention] = []
    places: tuple[Locality, ...] = ()
    last: Mention | None = None
    # mentions of one name share their candidates; the places are kept, too, so that no other has their id
    known: dict[tuple[int, int], tuple[tuple[Locality, ...], tuple[Locality, ...]]] = {}
    for mention in mentions:
        if group and len(group) < _LONGEST_CHAIN and _near(text, group[-1], mention):
            pair = id(places), id(mention.candidates)
            if pair not in known:
                known[pair] = places, _inside(mention.candidates, places)
            _, inside = known[pair]
            if inside or _follows(text, group[-1], mention):
                places = inside or _kept(places, mention)
                group.append(mention)
                continue
        if group:
            yield group, places, last
            last = group[-1]
        group, places = [mention], mention.candidates
    if group:
        yield group, places, last


def _near(text: str, last: Mention, mention: Mention) -> bool:
    between = text[last.span.end : mention.span.start]
    return between == "办事处" or not between.strip(" \u3000·（(）)：:") or _of_town(between, last, mention)


def _of_town(between: str, last: Mention, mention: Mention) -> bool:
    """Whether a community is said to be of the town in front of it: 某街道的某社区."""
    return (mention.level, last.level) == (COMMUNITY, TOWN) and between in (
        "的",
        "下辖的",
        "所辖的",
        "辖区的",
    )


def _follows(text: str, last: Mention, mention: Mention) -> bool:
    """Whether a village stands right behind a town, or a town right behind a county."""
    between = text[last.span.end : mention.span.start]
    below = (mention.level, last.level) == (COMMUNITY, TOWN) or (
        (mention.level, last.level) == (TOWN, COUNTY) and not last.short
    )
    return _of_town(between, last, mention) or (not between and below)


def _inside(candidates: tuple[Locality, ...], places: tuple[Locality, ...]) -> tuple[Locality, ...]:
    """The candidates that lie in one of the places; themselves where all do."""
    near = defaultdict[str | None, list[Locality]](list)  # what may hold a place, by its province
    for place in places:
        near[place.province].append(place)
    inside = tuple(c for c in candidates if any(c.within(p) for p in (*near[c.province], *near[None])))
    return candidates if len(inside) == len(candidates) else inside


def _kept(places: tuple[Locality, ...], mention: Mention) -> tuple[Locality, ...]:
    """A town or village that the table does not have in any of the places, kept by name."""
    kept: tuple[Locality, ...] = ()
    if mention.level == TOWN:
        kept = tuple(replace(p, town=mention.word) for p in places if depth(p) == COUNTY)
    if not kept and mention.level == COMMUNITY:
        kept = tuple(replace(p, community=mention.candidates[0].community) for p in places)
    return kept or places


def _judge(
    text: str, zone: str, group: list[Mention], places: tuple[Locality, ...], last: Mention | None
) -> Chain:
    start, end = group[0].span.start, group[-1].span.end
    before, after = text[max(0, start - 12) : start], text[end : end + 80]
    village = group[-1].level == COMMUNITY
    if village and _SIBLINGS.match(text, end):
        places = (
            tuple(dict.fromkeys(replace(p, community=None) for p in places if p.county or p.town)) or places
        )
    area = _zone(text, start, last, places) if group[0].level >= TOWN else None
    # who comes from there and acts is the community itself: 来自某街道的某社区开展…
    itself = village and before.endswith("来自") and _ACTOR.match(after)
    weight, hint = weigh(zone, "" if itself else before, after, all(p.province in OVERSEAS for p in places))
    behind = BEHIND.match(after)
    scene = bool(_SCENE_BEFORE.search(before))
    venue = scene and bool(_PRESS.match(after))
    return Chain(
        zone=zone,
        word=text[start:end],
        start=start,
        candidates=places,
        weight=weight,
        hint=hint,
        scene=scene and not venue,
        event=scene and not venue and bool(_EVENT.match(after)),
        actor=not venue and bool(_ACTOR.match(after)),
        subject=bool(_CLAUSE_BEGINS.search(text[max(0, start - 24) : start]))
        and text[end : end + 1] not in "，、。；）),",
        agency=bool(_AGENCY.match(after) or behind),
        zoned=area is not None,
        zone_name=area or (zone_behind(after, places) if depth(places[0]) <= CITY else ""),
        paired=village and _has_siblings(text, start, end),
    )


def _has_siblings(text: str, start: int, end: int) -> bool:
    """Whether a village stands among others of its kind, or among those who helped."""
    before = text[max(0, start - 70) : start]
    return bool(_SIBLINGS.match(text, end) or _SIBLING_BEFORE.search(before) or _HELPER_BEFORE.search(before))


def _zone(text: str, start: int, last: Mention | None, places: Sequence[Locality]) -> str | None:
    """The zone that a town at `start` lies in, empty where it has no name; None where it lies in none."""
    end = last.span.end if last is not None else 0
    before = text[max(0, start - 12) : start]
    gap = longest_gap(before)
    close = last is not None and start - end <= gap
    held = tuple(c for c in last.candidates if c.county) if last is not None and close and gap else ()
    below = bool(held and _inside(tuple(places), held))
    if not in_zone(before, adjoins=last is not None and end >= start, below=below):
        return None
    return zone_name(text[end:start] if close else before, places)
