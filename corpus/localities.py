"""Which place a report is about: the place whose practice it tells, not every place that it names.

Names in title, text and source are joined into chains (淮北市烈山区任楼街道西园社区), namesakes are told apart by what
else is named, chains that merely mention a place are set aside, and the rest vote. The answer goes down from the
province as far as one place has the votes: a wrong place is worse than none, so a doubt stops the descent.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.gazetteer import CITY, COMMUNITY, COUNTY, PROVINCE, TOWN, Gazetteer, Mention, depth, gazetteer
from corpus.types import NOWHERE, Locality, Span


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a report belongs.

    Attributes:
        locality: the place whose practice is reported, with confidence in [0, 1] and the words that decided.
        also: further places that the report covers to the same extent.
        mentioned: names of places that are merely mentioned, as written, each once.
    """

    locality: Locality = NOWHERE
    also: tuple[Locality, ...] = ()
    mentioned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Chain:
    """Names that stand together and mean one place."""

    zone: str  # title, lead, body, source
    word: str
    start: int
    candidates: tuple[Locality, ...]
    weight: float = 1.0
    aside: bool = False  # merely mentioned
    scene: bool = False  # where something happens: 在X社区开展
    agency: bool = False  # an office of the place: X区民政局
    actor: bool = False  # the place does something: X街道建立
    event: bool = False  # something is held there: 在X村举行


_ZONE_WEIGHT = {"title": 5.0, "lead": 2.0, "body": 1.0, "source": 1.5}
_LEAD_LENGTH = 160  # characters of the opening that count as the lead

# what makes of a place name the name of something else
_INSTITUTION = re.compile(
    "^(?:(?:市|省|区|县)?(?:理工|师范|农业|医科|工业|财经|交通|中医药?|科技|职业|技术|外国语|工程|政法|第[一二三四五六七八九十]+|人民|"
    "中心|儿童|肿瘤|妇幼|协和|和谐|幼儿师范|高等|专科|人文|现代|开放|警察|城市|民族|[东西南北]部?)*"
    "(?:大学|学院|医院|日报|晚报|晨报|早报|商报|都市报|青年报|时报|电视台|广播|卫视|银行|供电|公司|集团|股份|证券|保险|大道|"
    "[东西南北中]?[路街](?!道)|机场|火车站|[东西南北]?站|大桥|高速|铁路|菜|话|戏|剧|籍|人(?!民|大|社|才|口|力|员|武|行)|音乐|理工))"
)
_NEWSROOM = re.compile("^(?:[^，。]{0,4}(?:日报|晚报|晨报|早报|商报|都市报|青年报|时报|广播|电视台|电视|卫视|发布|融媒|网|新闻|报))")
_ASIDE_BEFORE = re.compile(
    "(?:来自|籍贯|老家|祖籍|户籍|毕业于|就读于|援助|支援|驰援|援|对口帮扶|对口支援|帮扶协作|捐赠给|捐给|寄往|发往|运往|送往|"
    "销往|远赴|去过|在外|返回|回到|途经|抵达|飞往|出差|旅居|学习|借鉴|效仿|对标|参照|类似|例如|赴)$"
)
_ASIDE_AFTER = re.compile(
    "^(?:(?:市|省|县|区)?(?:籍|来的|旅居|等地|打工|务工|求学|上学|读书|回来)|[^，。；]{0,24}(?:考察学习|参观学习|学习考察|学习借鉴|取经|"
    "学习交流|交流学习|考察交流|观摩学习|观摩|先进经验|的经验|经验做法|”经验|模式先进))"
)
_SCENE_BEFORE = re.compile("(?:在|走进|来到|走入|步入|深入|前往|到|进入|位于|入驻)[^，。；、]{0,4}$")
_AGENCY = re.compile(
    "^(?:市|区|县|省|镇|乡|街道|办事处)?(?:委|政府|人民政府|人大|政协|纪委|监委|公安|民政|司法|法院|人民法院|检察|城管|综合行政执法|"
    "[一-鿿]{1,8}(?:局|委员会|办公室|中心|支队|大队|分局|法庭|协会|联合会|支局|消防))"
)
_ACTOR = re.compile(
    "^(?:党工委|党委|党支部|党总支|社区|村)?(?:还|也|紧密|大力|主动|及时|迅速|认真|切实|立即|正|已)?(?:建立|开展|通过|坚持|组织|以|将|积极|创新|探索|"
    "打造|推行|推进|推动|聚焦|紧扣|紧盯|围绕|依托|立足|针对|始终|充分|结合|为|多措|构建|持续|举办|举行|联合|召开|扎实|不断|全面|深入|着力|把|按照|落实|"
    "抓|严格|率先|启动|成立|强化|加强|健全|完善|统筹|从|发挥|利用|深化|实施|高度重视|引导|发动|动员|邀请|：|:)"
)
_EVENT = re.compile("^[^，。；、]{0,16}(?:开展|举行|举办|召开|进行|组织|启动|开启|上演|拉开|落成|揭牌|成立)")
# how a report calls the place it is about, by the last character of the place's name
_SELF = {
    "省": "全省|我省|省委|省政府|省级|省直|省市|各市|省人民政府",
    "市": "全市|我市|市委|市政府|市级|市直|市人民政府|本市",
    "县": "全县|我县|县委|县政府|县级|县直|县人民政府",
    "旗": "全旗|我旗|旗委|旗政府",
    "区": "全区|我区|区委|区政府|区级|区直|区人民政府",
    "镇": "全镇|镇党委|镇政府",
    "乡": "全乡|乡党委|乡政府",
    "道": "全街道|街道党工委|街道办|街道各|该街道",
}


def locate(
    title: str | None,
    text: str,
    *,
    source: str | None = None,
    byline: str | None = None,
    default: Locality = NOWHERE,
) -> Placed:
    """The place whose practice a report tells.

    Args:
        title: the report's title; None where it has none.
        text: the cleaned report.
        source: who published it (新城区融媒体中心, 中共琼中县委组织部).
        byline: the line with the writers' names, which may name a place.
        default: what the neighbours in the same file imply; used to tell namesakes apart and, for lack of any
            name in the report itself, as a guess of low confidence down to the city.
    """
    table = gazetteer()
    seen = [
        *_chains(table, title or "", "title"),
        *_chains(table, text, "body"),
        *_chains(table, source or "", "source"),
        *_chains(table, byline or "", "source"),
    ]
    resolved = _Resolver(seen, default).resolve()
    place = _Vote(resolved, title or "", text).descend()
    if not place.known and default.known and not any(c.candidates for c in resolved):
        place = replace(default, county=None, town=None, community=None, confidence=0.3)
    return Placed(place, (), _mentioned(resolved, place))


def _mentioned(chains: Iterable[_Chain], place: Locality) -> tuple[str, ...]:
    """Names outside `place`, in order of appearance, each once."""
    names: dict[str, None] = {}
    for chain in chains:
        known = [c for c in chain.candidates if depth(c) >= 0]
        if known and not any(c.within(place) or place.within(c) for c in known):
            names.setdefault(chain.word)
    return tuple(names)


# chains ----------------------------------------------------------------------------------------


def _chains(table: Gazetteer, text: str, zone: str) -> Iterator[_Chain]:
    if not text:
        return
    lead_end = _lead_end(text) if zone == "body" else 0
    for group in _groups(text, table.mentions(text)):
        start, end = group[0].span.start, group[-1].span.end
        yield _judge(text, zone if start >= lead_end else "lead", start, end, _join(group))


def _lead_end(text: str) -> int:
    stop = text.find("。", 20)
    return min(_LEAD_LENGTH, stop if stop > 0 else len(text))


def _groups(text: str, mentions: Sequence[Mention]) -> Iterator[list[Mention]]:
    group: list[Mention] = []
    for mention in mentions:
        if group and _joins(text, group, mention):
            group.append(mention)
            continue
        if group:
            yield group
        group = [mention]
    if group:
        yield group


def _joins(text: str, group: list[Mention], mention: Mention) -> bool:
    gap = text[group[-1].span.end : mention.span.start]
    if gap.strip(" \u3000·"):
        return False
    if any(c.within(p) for c in mention.candidates for p in _join(group)):
        return True
    last = group[-1]
    return not gap and mention.level == TOWN and last.level == COUNTY and not last.short


def _join(group: list[Mention]) -> tuple[Locality, ...]:
    """The places that all names of a chain agree on."""
    places = group[0].candidates
    for mention in group[1:]:
        inside = tuple(c for c in mention.candidates if any(c.within(p) for p in places))
        if not inside and mention.level == TOWN:
            # a street that the table does not have under this county: kept by name
            inside = tuple(replace(p, town=mention.word) for p in places if depth(p) == COUNTY)
        if not inside and mention.level == COMMUNITY:
            inside = tuple(replace(p, community=mention.candidates[0].community) for p in places)
        places = inside or places
    return places


def _judge(text: str, zone: str, start: int, end: int, candidates: tuple[Locality, ...]) -> _Chain:
    before, after = text[max(0, start - 10) : start], text[end : end + 36]
    aside = bool(_ASIDE_BEFORE.search(before) or _ASIDE_AFTER.match(after))
    weight = _ZONE_WEIGHT[zone]
    newsroom = bool(_NEWSROOM.match(after))
    if not aside and _INSTITUTION.match(after) and not (newsroom and zone == "source"):
        weight, aside = 0.0, True
    elif zone == "source" and newsroom and "融媒" not in after:
        weight *= 0.4
    return _Chain(
        zone,
        text[start:end],
        start,
        candidates,
        0.0 if aside else weight,
        aside,
        bool(_SCENE_BEFORE.search(before)),
        bool(_AGENCY.match(after)),
        bool(_ACTOR.match(after)),
        bool(_SCENE_BEFORE.search(before) and _EVENT.match(after)),
    )


# namesakes -------------------------------------------------------------------------------------


class _Resolver:
    """Tells namesakes apart by what else the report names."""

    def __init__(self, chains: Sequence[_Chain], default: Locality) -> None:
        self.chains = list(chains)
        self.default = default
        self.support: dict[tuple[str | None, ...], set[str]] = defaultdict(set)
        for chain in self.chains:
            if len(chain.candidates) <= 40:
                for place in chain.candidates:
                    for prefix in _prefixes(place):
                        self.support[prefix].add(chain.word)
        for prefix in _prefixes(default):
            self.support[prefix].add("(default)")

    def resolve(self) -> list[_Chain]:
        """Chains with one candidate each, or none where nothing tells."""
        out = [replace(chain, candidates=self._choose(chain)) for chain in self.chains]
        return _adopt(out)

    def _choose(self, chain: _Chain) -> tuple[Locality, ...]:
        places = chain.candidates
        if not places or not any(places[0].levels[:TOWN + 1]):
            return places
        if len(places) == 1:
            return places if self._credible(chain, places[0]) else ()
        scores = [self._score(chain.word, place) for place in places]
        best = max(scores)
        if best == 0 or scores.count(best) > 1:
            return ()
        return (places[scores.index(best)],) if self._credible(chain, places[scores.index(best)]) else ()

    def _score(self, word: str, place: Locality) -> int:
        return sum(len({w for w in self.support[p] if w not in word and word not in w}) for p in _prefixes(place))

    def _credible(self, chain: _Chain, place: Locality) -> bool:
        """A town alone counts only under a county, city or province that something else implies."""
        if depth(place) < TOWN or not chain.word.startswith(place.town or place.community or "?"):
            return True
        above = [p for p in _prefixes(place) if any(p[:COUNTY + 1]) and not any(p[TOWN:])]
        if any({w for w in self.support[p] if w not in chain.word} for p in above):
            return True
        times = sum(c.word == chain.word for c in self.chains)
        return times > 1 or chain.zone == "title"


def _prefixes(place: Locality) -> list[tuple[str | None, ...]]:
    levels = place.levels
    return [levels[: at + 1] + (None,) * (4 - at) for at in range(5) if levels[at]]


def _adopt(chains: list[_Chain]) -> list[_Chain]:
    """A community named without its town is the one that was named with it."""
    known: dict[str, Locality] = {}
    for chain in chains:
        for place in chain.candidates:
            if place.community and (place.town or place.county):
                old = known.get(place.community)
                if old is None or depth(replace(old, community=None)) < depth(replace(place, community=None)):
                    known[place.community] = place
    out = []
    for chain in chains:
        place = chain.candidates[0] if chain.candidates else NOWHERE
        better = known.get(place.community or "")
        if better is not None and (not place.province or better.within(replace(place, community=None))):
            chain = replace(chain, candidates=(better,))
        out.append(chain)
    return out


# votes -----------------------------------------------------------------------------------------


class _Vote:
    """Goes down from the province as far as one place has the votes."""

    def __init__(self, chains: Sequence[_Chain], title: str, text: str) -> None:
        self.title, self.text = title, text
        self.votes = [(c.candidates[0], c) for c in chains if len(c.candidates) == 1 and c.weight > 0]
        self.loose = [(p.community, c) for p, c in self.votes if not p.province and p.community]
        self.votes = [(p, c) for p, c in self.votes if p.province]

    def mass(self, place: Locality) -> float:
        """The weight of all chains that name `place` or a place inside it."""
        return sum(c.weight for p, c in self.votes if p.within(place))

    def bare(self, place: Locality) -> list[_Chain]:
        """Chains that name `place` itself."""
        return [c for p, c in self.votes if p.levels == place.levels]

    def descend(self) -> Locality:
        """The deepest place that carries the report."""
        place = self._province()
        while place.known:
            child = self._child(place)
            if child is None:
                break
            place = child
        place = self._community(place)
        return self._finish(place)

    def _province(self) -> Locality:
        kids = self._kids(NOWHERE)
        if not kids:
            return NOWHERE
        best, mass = kids[0]
        total = sum(m for _, m in kids)
        front = any(c.zone in ("title", "lead", "source") for p, c in self.votes if p.within(best))
        if mass / total < 0.5 or (not front and mass < 2):
            return NOWHERE
        return best

    def _kids(self, place: Locality) -> list[tuple[Locality, float]]:
        """Places one known level below `place`, the heaviest first."""
        mass: dict[Locality, float] = defaultdict(float)
        for p, chain in self.votes:
            if place.known and not p.within(place):
                continue
            below = next((at for at in range(depth(place) + 1, 5) if p.levels[at]), None)
            if below is not None:
                names = p.levels[: below + 1] + (None,) * (4 - below)
                mass[Locality(*names)] += chain.weight
        return sorted(mass.items(), key=lambda item: -item[1])

    def _child(self, place: Locality) -> Locality | None:
        kids = self._kids(place)
        if not kids:
            return None
        best, mass = kids[0]
        chains = [c for p, c in self.votes if p.within(best)]
        if any(c.zone == "title" for c in chains):
            return best
        if mass / sum(m for _, m in kids) < 0.7:
            return None
        own = self._own(place)
        if not self._converges(best):
            return best if self._own(best) > own and self._own(best) > 1 else None
        if any(c.event for c in chains) or (own < 3 and any(c.actor for c in chains)):
            return best
        if any(c.zone == "lead" for c in chains):
            return best if len(chains) * 2 >= own else None
        return best if len(chains) >= max(2, own) else None

    def _own(self, place: Locality) -> int:
        """How often the body speaks of `place` itself, by name or as 全县, 我市, 区委."""
        named = sum(1 for c in self.bare(place) if c.zone in ("body", "lead") and not c.agency)
        last = next((n for n in reversed(place.levels) if n), "省")[-1]
        words = _SELF.get(last)
        return named + (len(re.findall(words, self.text)) if words else 0)

    def _converges(self, place: Locality) -> bool:
        """Whether what lies below `place` is one line, not several examples."""
        at = place
        while True:
            kids = self._kids(at)
            if not kids:
                return True
            if len(kids) > 1:
                return False
            at = kids[0][0]

    def _community(self, place: Locality) -> Locality:
        """A community named without its town, where nothing else is in question."""
        if depth(place) not in (COUNTY, TOWN) or not self.loose:
            return place
        count: dict[str, int] = defaultdict(int)
        front: dict[str, bool] = defaultdict(bool)
        for name, chain in self.loose:
            count[name] += 1
            front[name] |= chain.zone in ("title", "lead")
        best = max(count, key=lambda name: (count[name], front[name]))
        own = self._own(place)
        if len(count) == 1 and front[best] and count[best] >= max(2, own):
            return replace(place, community=best)
        return place

    def _finish(self, place: Locality) -> Locality:
        if not place.known:
            return NOWHERE
        words = [c for p, c in self.votes if p.within(place)] or [c for p, c in self.votes if place.within(p)]
        evidence = tuple(dict.fromkeys(c.word for c in sorted(words, key=lambda c: -c.weight)))[:4]
        total = sum(c.weight for _, c in self.votes) or 1.0
        on_line = sum(c.weight for p, c in self.votes if p.within(place) or place.within(p))
        return replace(place, code=self._code(place), confidence=round(on_line / total, 2), evidence=evidence)

    @staticmethod
    def _code(place: Locality) -> str | None:
        names = [n for n in place.levels[:COMMUNITY] if n]
        for name in reversed(names):
            at = place.levels.index(name)
            within = Locality(*(place.levels[:at] + (None,) * (5 - at))) if at else NOWHERE
            for found in gazetteer().resolve(name, within):
                if found.levels[: at + 1] == place.levels[: at + 1]:
                    return found.code
        return None
