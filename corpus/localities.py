"""Which place a report is about: the place whose practice it tells, not every place that it names.

Names in title, text and source are joined into chains (see ``corpus.chains``), namesakes are told apart by
what else is named, and chains that don't merely mention a place vote. The answer goes down from the province
as far as one place has the votes: a wrong place is worse than none, so a doubt stops the descent.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.chains import ZONE_WEIGHT, Chain, chains
from corpus.gazetteer import CITY, COMMUNITY, COUNTY, PROVINCE, TOWN, depth, gazetteer
from corpus.types import NOWHERE, Locality

Levels = tuple[str | None, str | None, str | None, str | None, str | None]


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


# a report of the whole country, unless its title names a place
_NATIONAL = re.compile(
    "国务院|国家(?:发展|卫生|税务|粮食|医疗保障|统计|能源|移民|市场监|邮政|体育|发改|文物|乡村|金融|铁路|"
    "林业|药品|中医|疾控)|审计署|发改委：|"
    "(?:住房和?城乡建设|住建|财政|教育|民政|公安|交通运输|工业和信息化|工信|人力资源(?:和)?社会保障|人社|"
    "农业农村|商务|文化和旅游|文旅|"
    "生态环境|自然资源|应急管理|司法|水利|科技|退役军人事务|中宣|中央宣传|中央组织|中央社会工作)部(?!门|"
    "分|长|署|队|队伍)|"
    "中央[^，。、]{0,8}办公室|[三四五六七八九十\\d]部门[：:]|^各地|^多地|各地区：|中央应对|全国(?:人大|"
    "政协|总工会|妇联)|中华全国"
)
# how a report calls the place it is about, by the last character of the place's name
_SELF = {
    "省": "全省|我省|省委|省政府|省级|省直|各市|省人民政府",
    "市": "全市|我市|该市|市委|市政府|市级|市直|市人民政府|本市",
    "县": "全县|我县|该县|县委|县政府|县级|县直|县人民政府",
    "旗": "全旗|我旗|旗委|旗政府",
    "区": "全区|我区|该区|(?<![社小园])区(?:委(?!员)|政府|级|直|人民政府)",
    "镇": "全镇|该镇|镇党委|镇政府",
    "乡": "全乡|该乡|乡党委|乡政府",
    "道": "全街道|街道党工委|街道办|街道各|该街道",
}
_SELF_PATTERN = {kind: re.compile(words) for kind, words in _SELF.items()}
_ZONE = re.compile("高新区|经开区|天府新区|开发区|工业园区|航空港")
_FULL = frozenset("区县市旗镇乡道村查")  # the last character of an official name
_MAJORITY = 0.7  # share of the votes that one place needs among its neighbours (tuned on 125 labelled items)


def locate(
    title: str | None,
    text: str,
    *,
    source: str | None = None,
    byline: str | None = None,
    default: Locality = NOWHERE,
) -> Placed:
    """Find the place whose practice a report tells.

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
        *chains(table, title or "", "title"),
        *chains(table, text, "body"),
        *chains(table, source or "", "source"),
        *chains(table, byline or "", "source"),
    ]
    resolved = _Resolver(seen, default, text).resolve()
    if _is_national(title, text, resolved):
        return Placed(mentioned=_mentioned(resolved, NOWHERE))
    vote = _Vote(resolved, text)
    place = vote.descend()
    if not place.known and default.known and not any(c.weight for c in resolved if c.candidates):
        place = replace(default, county=None, town=None, community=None, confidence=0.3)
    also = vote.also(place)
    return Placed(place, also, _mentioned(resolved, place, *also))


def _is_national(title: str | None, text: str, resolved: Sequence[Chain]) -> bool:
    if any(c.zone == "title" and c.weight for c in resolved):
        return False
    if title and _NATIONAL.search(title):
        return True
    office = _NATIONAL.search(text, 0, 80)
    local = any(c.weight and (c.zone == "lead" or _is_issuer(c)) for c in resolved if c.candidates)
    return bool(office) and not local


def _is_issuer(chain: Chain) -> bool:
    """Whether an office of a city or a county, not its newspaper, published the report."""
    return chain.zone == "source" and chain.weight >= ZONE_WEIGHT["source"]


def _mentioned(resolved: Iterable[Chain], *places: Locality) -> tuple[str, ...]:
    """Names outside `places`, in order of appearance, each once."""
    names: dict[str, None] = {}
    for chain in resolved:
        known = [c for c in chain.candidates if c.province]
        if known and not any(_same_line(c, place) for c in known for place in places):
            names.setdefault(chain.word)
    return tuple(names)


def _same_line(a: Locality, b: Locality) -> bool:
    return a.within(b) or b.within(a)


# namesakes -------------------------------------------------------------------------------------


class _Resolver:
    """Tells namesakes apart by what else the report names."""

    def __init__(self, seen: Sequence[Chain], default: Locality, text: str) -> None:
        self.seen = list(seen)
        self.text = text
        self.support: dict[Levels, set[str]] = defaultdict(set)
        for chain in self.seen:
            if chain.hint and len(chain.candidates) <= 40:
                for place in chain.candidates:
                    for prefix in _prefixes(place):
                        self.support[prefix].add(chain.word)
        for prefix in _prefixes(default):
            self.support[prefix].add("(default)")

    def resolve(self) -> list[Chain]:
        """Chains with one candidate each, or none where nothing tells."""
        chosen = _shadowed([replace(chain, candidates=self._choose(chain)) for chain in self.seen])
        return _adopt(_unzone(chosen, everywhere=len(_ZONE.findall(self.text)) > 1))

    def _choose(self, chain: Chain) -> tuple[Locality, ...]:
        places = chain.candidates
        if not places or not any(places[0].levels[: TOWN + 1]):
            return places
        best = places[0]
        if len(places) > 1:
            scores = [self._score(chain.word, place) for place in places]
            top = max(scores)
            if (top == 0 or scores.count(top) > 1) and depth(best) == PROVINCE:
                # 吉林 alone is the province where the report says 我省
                return (best,) if _SELF_PATTERN["省"].search(self.text) else ()
            if top == 0 or scores.count(top) > 1:
                return ()
            best = places[scores.index(top)]
        return (best,) if self._credible(chain, best) else ()

    def _score(self, word: str, place: Locality) -> int:
        """Count the other words that name `place` or what it lies in; a county more than a province."""
        score = 0
        for prefix in _prefixes(place):
            others = {w for w in self.support[prefix] if w not in word and word not in w}
            score += len(others) * (1 if not any(prefix[1:]) else 10)
        return score

    def _credible(self, chain: Chain, place: Locality) -> bool:
        """A town alone counts only under a county, city or province that something else implies."""
        if depth(place) < TOWN or not chain.word.startswith(place.town or place.community or "?"):
            return True
        above = [p for p in _prefixes(place) if not any(p[TOWN:])]
        if any({w for w in self.support[p] if w not in chain.word} for p in above):
            return True
        if any(_is_county(c) for c in self.seen):
            return False  # another county is named, none that holds this town
        return chain.zone == "title" or sum(c.word == chain.word for c in self.seen) > 1


def _shadowed(found: list[Chain]) -> list[Chain]:
    """江川 in a report on 江川路街道 is short for that street, not the district of that name elsewhere."""
    long = {c.word: c for c in found if c.candidates and c.place.town and not c.place.community}
    out = []
    for chain in found:
        whole = next(
            (c for word, c in long.items() if len(chain.word) < len(word) and word.startswith(chain.word)),
            None,
        )
        short = whole is not None and chain.candidates and len(chain.word) == 2
        if whole is not None and short and not _same_line(whole.place, chain.place):
            chain = replace(chain, candidates=whole.candidates)
        out.append(chain)
    return out


def _is_county(chain: Chain) -> bool:
    """Whether `chain` is the official name of one city or county."""
    return (
        len(chain.candidates) == 1
        and CITY <= depth(chain.candidates[0]) <= COUNTY
        and chain.word[-1] in _FULL
    )


def _prefixes(place: Locality) -> list[Levels]:
    a, b, c, d, e = place.levels
    cuts: list[Levels] = [
        (a, None, None, None, None),
        (a, b, None, None, None),
        (a, b, c, None, None),
        (a, b, c, d, None),
    ]
    return [x for at, x in enumerate([*cuts, (a, b, c, d, e)]) if place.levels[at]]


def _unzone(found: list[Chain], *, everywhere: bool) -> list[Chain]:
    """Leave a town of a development zone its name and city, without the county that the table files it under.

    `everywhere`: the report is about a zone; its towns are taken to lie there unless their county is named.
    """
    filed = {
        (c.place.city, c.place.county)
        for c in found
        if c.candidates and c.place.county and c.place.town and (c.zoned or everywhere)
    }
    named = {
        (c.place.city, c.place.county)
        for c in found
        if c.candidates and c.place.county and (depth(c.place) == COUNTY or c.place.county in c.word)
    }
    drop = filed - named
    return [
        replace(c, candidates=(replace(c.place, county=None, code=None),))
        if c.candidates and c.place.town and (c.place.city, c.place.county) in drop
        else c
        for c in found
    ]


def _adopt(found: list[Chain]) -> list[Chain]:
    """A community named without its town is the one that was named with it."""
    known: dict[str, Locality] = {}
    for chain in found:
        for place in chain.candidates:
            if place.community and (place.town or place.county):
                old = known.get(place.community)
                if old is None or (place.town and not old.town):
                    known[place.community] = place
    out = []
    for chain in found:
        place = chain.candidates[0] if chain.candidates else NOWHERE
        better = known.get(place.community or "")
        if better is not None and (not place.province or better.within(replace(place, community=None))):
            chain = replace(chain, candidates=(better,))
        out.append(chain)
    return out


# votes -----------------------------------------------------------------------------------------


class _Vote:
    """Goes down from the province as far as one place has the votes."""

    def __init__(self, resolved: Sequence[Chain], text: str) -> None:
        self.text = text
        counted = [c for c in resolved if len(c.candidates) == 1 and c.weight > 0]
        self.votes = [c for c in counted if c.place.province]
        self.loose = [c for c in counted if not c.place.province and c.place.community]

    def descend(self) -> Locality:
        """Go down to the deepest place that carries the report."""
        place = self._province()
        while place.known:
            child = self._child(place)
            if child is None:
                break
            place = child
        return self._finish(self._community(place))

    def also(self, place: Locality) -> tuple[Locality, ...]:
        """Further places of the title, on the same level as `place`."""
        found = [
            c.place
            for c in self.votes
            if c.zone == "title" and depth(c.place) == depth(place) and not _same_line(c.place, place)
        ]
        return tuple(dict.fromkeys(found))

    def _within(self, place: Locality) -> list[Chain]:
        return [c for c in self.votes if c.place.within(place)]

    def _kids(self, place: Locality) -> list[tuple[Locality, float]]:
        """Places one known level below `place`, the heaviest first."""
        mass: dict[Levels, float] = defaultdict(float)
        for chain in self.votes:
            if place.known and not chain.place.within(place):
                continue
            below = [p for p in _prefixes(chain.place) if sum(map(bool, p)) > sum(map(bool, place.levels))]
            if below:
                mass[below[0]] += chain.weight
        ordered = sorted(mass.items(), key=lambda item: -item[1])
        return [(_place(levels), weight) for levels, weight in ordered]

    def _province(self) -> Locality:
        kids = self._kids(NOWHERE)
        if not kids:
            return NOWHERE
        best, mass = kids[0]
        inside = self._within(best)
        front = any(c.zone in ("title", "lead", "source") for c in inside)
        named = any(depth(c.place) >= COUNTY and c.word[-1] in _FULL for c in inside)
        if mass / sum(m for _, m in kids) < 0.5 or not (front or (named and mass >= 2) or mass >= 4):
            return NOWHERE
        return best

    def _child(self, place: Locality) -> Locality | None:
        kids = self._kids(place)
        if not kids:
            return None
        best, mass = kids[0]
        inside = self._within(best)
        if mass / sum(m for _, m in kids) < _MAJORITY:
            return None
        if any(c.zone == "title" for c in inside):
            return best
        if self._titled(place) and not any(c.event or c.zone in ("lead", "source") for c in inside):
            return None
        offices = sum(1 for c in self.votes if c.place.levels == place.levels and c.zone != "source")
        if len(inside) < offices and not any(
            c.zone in ("lead", "source") or c.event or c.actor for c in inside
        ):
            return None
        return best if self._carries(inside, best, self._own(place)) else None

    def _carries(self, inside: Sequence[Chain], best: Locality, own: int) -> bool:
        """Whether the report is about `best` rather than the place above, named `own` times."""
        if own == 0 or any(c.zone == "source" for c in inside):
            return True
        spine, converges = self._spine(best)
        if converges and any(self._opens(c) for c in inside):
            return True
        if not converges:
            front = (
                any(c.zone == "lead" for c in inside) and len({c.place.county for c in inside} - {None}) == 1
            )
            return spine > max(1, own) or len(inside) >= (2 if front else 4) * own
        if any(c.event for c in inside) or (own < 3 and any(c.actor for c in inside)):
            return True
        if any(c.zone == "lead" and (c.scene or c.actor or c.agency) for c in inside):
            return len(inside) * 2 >= own
        front = any(c.zone == "lead" for c in inside)
        return len(inside) >= max(1 if front else 2, own)

    def _opens(self, chain: Chain) -> bool:
        """Whether the report's first sentence begins with the full name of a place, no caption."""
        goes_on = self.text[len(chain.word) : len(chain.word) + 1].strip() != ""
        return chain.zone == "lead" and chain.start == 0 and depth(chain.place) >= COUNTY and goes_on

    def _titled(self, place: Locality) -> bool:
        """Whether the title names a province and nothing in it: 「黑龙江：“指尖”备春耕」."""
        return depth(place) == PROVINCE and any(
            c.zone == "title"
            and c.place.levels == place.levels
            and (c.start == 0 or c.word[-1] in _FULL | {"省"})
            for c in self.votes
        )

    def _own(self, place: Locality) -> int:
        """How often the report speaks of `place` itself, by name or as 全县, 我市, 区委."""
        named = sum(
            1 for c in self.votes if c.place.levels == place.levels and c.zone != "source" and not c.agency
        )
        pattern = _SELF_PATTERN.get(next((n for n in reversed(place.levels) if n), "?")[-1])
        return named + (len(pattern.findall(self.text)) if pattern else 0)

    def _spine(self, place: Locality) -> tuple[int, bool]:
        """How often `place` and what lies below it on one line is named, and whether no fork ends it."""
        times = self._own(place)
        while True:
            kids = self._kids(place)
            if len(kids) != 1:
                return times, not kids
            place = kids[0][0]
            times += self._own(place)

    def _community(self, place: Locality) -> Locality:
        """Add a community that is named without its town, where no other is in question."""
        if depth(place) not in (COUNTY, TOWN) or not self.loose:
            return place
        times: dict[str, int] = defaultdict(int)
        front: set[str] = set()
        for chain in self.loose:
            name = chain.place.community or ""
            if (place.town or "").startswith(name):
                continue  # 延吉新村 is the street 延吉新村街道
            times[name] += 1
            if chain.zone in ("title", "lead"):
                front.add(name)
        best = max(times, key=lambda name: (times[name], name in front), default="")
        if len(times) == 1 and best in front and times[best] >= max(2, self._own(place)):
            return replace(place, community=best)
        return place

    def _finish(self, place: Locality) -> Locality:
        if not place.known:
            return NOWHERE
        words = self._within(place) or [c for c in self.votes if place.within(c.place)]
        evidence = tuple(dict.fromkeys(c.word for c in sorted(words, key=lambda c: -c.weight)))[:4]
        total = sum(c.weight for c in self.votes) or 1.0
        on_line = sum(c.weight for c in self.votes if _same_line(c.place, place))
        return replace(place, code=_code(place), confidence=round(on_line / total, 2), evidence=evidence)


def _place(levels: Levels) -> Locality:
    return Locality(*levels)


def _code(place: Locality) -> str | None:
    """The division code of the deepest level that the table has."""
    for levels in reversed(_prefixes(replace(place, community=None))):
        within = _place(levels)
        name = next(n for n in reversed(levels[:COMMUNITY]) if n)
        for found in gazetteer().resolve(name):
            if found.levels == levels or (
                found.within(replace(within, community=None)) and depth(found) == depth(within)
            ):
                return found.code
    return None
