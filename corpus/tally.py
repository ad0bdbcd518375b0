"""What the chains of a report add up to: votes by place, and how a report speaks of the place it is about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from corpus.chains import OVERSEAS, Chain
from corpus.gazetteer import COUNTY, PROVINCE, depth, stem
from corpus.namesakes import FULL, prefixes
from corpus.types import NOWHERE, Levels, Locality

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
_OURS = {
    "区": re.compile("我区(?!域)|本区(?!域|内[^，。]{0,6}外)|该区(?!域)"),
    "县": re.compile("我县|本县|该县"),
}
# how it calls a community whose name it has told, as the one that acts
_DOES = (
    "(?:还|将|也|积极|通过|利用|组织|开展|联合|坚持|依托|开启|邀请|把|以|为|始终|不断|进一步|主动|第一时间|充分|启动|打造|"
    "推出|召开|开始|征求)"
)
_BEGINS = "(?:^|[。！？；，“])"
_COMMITTEE = f"{_BEGINS}居委会?(?:干部)?{_DOES}"
_CALLED = {
    "社区": f"该社区|{_BEGINS}社区(?:党委|党总支|党支部|居委会|“?两委”?)?{_DOES}",
    "村": f"该村|{_BEGINS}村(?:党总支|党支部|委会?|“?两委”?|里){_DOES}",
    "居民区": f"该居民区|{_BEGINS}居民区(?:党总支|党支部)?{_DOES}|{_COMMITTEE}",
    "居委会": _COMMITTEE,
}
_AHEAD = re.compile("(?:还|也)?将(?:继续|进一步|持续|不断)")
_TURN = 0.6  # share of a report in front of the turn from one village to its county
_GOVERNMENT = re.compile("(?:党工?委|(?:人民)?政府)(?![^，。]{0,3}(?:书记|负责人|委员|网站))")
_COURT = re.compile("(?:人民)?(?:法院|检察院)")
_MOST = 0.75  # share of a report behind which it does not begin to tell of the whole
# 某村只是某镇整治环境的一个缩影: what follows tells of the town
_EPITOME = re.compile("[^。；，]{0,30}的(?:一个|生动)?缩影。")
_OPENING = 250  # characters in which the one who acts is named
# who is heard or met there: people, not the place itself
_PEOPLE = re.compile(
    "的|(?:[一-鿿]{0,3}组)?(?:老?村民(?!委|小组)|居民(?!委|区)|群众|(?:一名)?老?党员[一-鿿]{0,3}(?:说|，)|代表|来了|作了|是|"
    "[一-鿿]{0,6}(?:书记|主任|委员|网格员|组长)[^，。：“”]{2,14}(?:说|表示|介绍|告诉|道)|村?[委口][^，。]{0,3}门口)"
)
_FROM_THERE = ("居民", "同胞", "青年", "同学", "人士", "游客", "企业", "资金")


class Tally:
    """The votes of a report's chains, and what is asked of them on the way down."""

    def __init__(self, resolved: Sequence[Chain], text: str) -> None:
        self.text = text
        known = [c for c in resolved if len(c.candidates) == 1]
        counted = [c for c in known if c.weight > 0]
        self.votes = vouched([c for c in counted if c.place.province])
        self.mass: dict[Levels, float] = defaultdict(float)
        for chain in self.votes:
            self.mass[chain.place.levels] += chain.weight
        self.provinces = {c.place.province for c in known if c.place.province}
        self.loose = [c for c in counted if not c.place.province and c.place.community and not c.paired]
        self.overseas = [c for c in known if c.place.province in OVERSEAS and self.tells_of(c)]

    def tells_of(self, chain: Chain) -> bool:
        """Whether an overseas name in the text is more than where people come from."""
        behind = chain.start + len(chain.word)
        return chain.zone in ("lead", "body") and not self.text.startswith(_FROM_THERE, behind)

    def within(self, place: Locality) -> list[Chain]:
        """The votes of `place` and of what lies in it."""
        return [c for c in self.votes if c.place.within(place)]

    def kids(self, place: Locality) -> list[tuple[Locality, float]]:
        """Places one known level below `place`, the heaviest first."""
        mass: dict[Levels, float] = defaultdict(float)
        known = sum(map(bool, place.levels))
        for levels, weight in self.mass.items():
            own = place_of(levels)
            if not place.known or own.within(place):
                below = next((p for p in prefixes(own) if sum(map(bool, p)) > known), None)
                if below:
                    mass[below] += weight
        ordered = sorted(mass.items(), key=lambda item: -item[1])
        return [(place_of(levels), weight) for levels, weight in ordered]

    def opens(self, chain: Chain) -> bool:
        """Whether the report's first sentence begins with the full name of a place, no caption."""
        goes_on = self.text[len(chain.word) : len(chain.word) + 1].strip() != ""
        return chain.zone == "lead" and chain.start == 0 and depth(chain.place) >= COUNTY and goes_on

    def leads(self, place: Locality, best: Locality) -> bool:
        """Whether the first place named acts and lies in `best`, and no title names a place."""
        first = next(
            (c for c in self.votes if c.zone in ("lead", "body") and depth(c.place) > PROVINCE), None
        )
        if first is None or not first.place.within(best) or first.start > _OPENING:
            return False
        titled = any(c.zone == "title" for c in self.votes)
        return (
            not titled
            and first.subject
            and (first.actor or first.event or self._is_court(first))
            and first.word[-1] in FULL | {"区"}
        )

    def _governs(self, chain: Chain) -> bool:
        """Whether the place's own committee or government is named."""
        return _GOVERNMENT.match(self.text, chain.start + len(chain.word)) is not None

    def _is_court(self, chain: Chain) -> bool:
        """Whether a court of the place tells of a case, whose parties are of other places."""
        return _COURT.match(self.text, chain.start + len(chain.word)) is not None

    def named_in_title(self, place: Locality) -> bool:
        """Whether the title names `place` itself."""
        return any(c.zone == "title" and c.place.levels == place.levels for c in self.votes)

    def titled(self, place: Locality) -> bool:
        """Whether the title names a province and nothing in it: 「黑龙江：“指尖”备春耕」."""
        return depth(place) == PROVINCE and any(
            c.zone == "title"
            and c.place.levels == place.levels
            and (c.start == 0 or c.word[-1] in FULL | {"省"})
            for c in self.votes
        )

    def own(self, place: Locality) -> int:
        """How often the report speaks of `place` itself, by name or as 全县, 我市, 区委."""
        named = sum(
            1 for c in self.votes if c.place.levels == place.levels and c.zone != "source" and not c.agency
        )
        pattern = _SELF_PATTERN.get(next((n for n in reversed(place.levels) if n), "?")[-1])
        return named + (len(pattern.findall(self.text)) if pattern else 0)

    def calls_it(self, names: Iterable[str | None]) -> int:
        """How often the report calls a community of these names without its name, as the one that acts."""
        words = next(
            (w for kind, w in _CALLED.items() for name in names if (name or "").endswith(kind)), None
        )
        return len(re.findall(words, self.text)) if words else 0

    def looks_ahead(self, chain: Chain) -> bool:
        """Whether it is told what the place is going to do: 下一步，某镇将继续…"""
        return _AHEAD.match(self.text, chain.start + len(chain.word)) is not None

    def says_we(self, place: Locality) -> bool:
        """Whether the report says 我区 or 我县, where no autonomous region may be meant."""
        ours = _OURS.get(next((n for n in reversed(place.levels) if n), "?")[-1])
        region = (place.province or "").endswith("自治区")
        return ours is not None and not region and ours.search(self.text) is not None

    def spine(self, place: Locality) -> tuple[int, bool]:
        """How often `place` and what lies below it on one line is named, and whether no fork ends it."""
        times = self.own(place)
        while True:
            kids = self.kids(place)
            if len(kids) != 1:
                return times, not kids
            place = kids[0][0]
            times += self.own(place)

    def deeds(self, told: Sequence[Chain]) -> int:
        """How many of `told` say that the place does something; what its people say is none."""
        return sum(
            (c.agency or c.actor or c.subject) and not _PEOPLE.match(self.text, c.start + len(c.word))
            for c in told
            if c.zone in ("lead", "body")
        )

    def outdone(self, place: Locality, told: Sequence[Chain]) -> bool:
        """Whether `place` goes on to act where what lies below, `told`, opened the report with a scene.

        「某村支书骑着车满村跑。在某县，这样的支书还有很多。某县始终…」 tells what the county does.
        """
        named = [c for c in self.votes if c.place.levels == place.levels and c.zone != "source"]
        own = [c for c in named if c.zone == "body"]
        whole = next((c for c in own if _EPITOME.match(self.text, c.start + len(c.word))), None)
        if whole is not None and self._goes_on(whole, told):
            return True
        turn = next((c.start for c in own if c.subject and (c.actor or c.agency or self._governs(c))), None)
        if turn is None or any(self._happens(c) for c in told):
            return False
        after = [c for c in told if c.start > turn and c.zone == "body"]
        acts = self.deeds(own) + self.named_in_title(place)
        if self.deeds(after) or acts < 2 or acts * 2 <= self.deeds(told) * 3:
            return False
        fewer = len(told) < len(named) + (not self.deeds(told))
        return fewer or (not after and turn < _TURN * len(self.text))

    def _goes_on(self, whole: Chain, told: Sequence[Chain]) -> bool:
        """Whether what follows tells of the place that what was told so far is said to be but a part of."""
        after = [c for c in told if c.start > whole.start]
        ours = [c for c in self.votes if c.place.levels == whole.place.levels and c.start > whole.start]
        return whole.start < _MOST * len(self.text) and self.deeds(after) <= self.deeds(ours) // 2

    def _happens(self, chain: Chain) -> bool:
        """Whether what is told was held there, or done there: 在某村开了课."""
        end = chain.start + len(chain.word)
        done = self.text.startswith("在", max(0, chain.start - 1)) and self.text[end : end + 1] not in "，。"
        return chain.zone in ("lead", "body") and (chain.event or (chain.scene and done))

    def acts_more(self, place: Locality, told: Sequence[Chain]) -> bool:
        """Whether the opening tells what `place` does, and the text oftener so than of what lies below."""
        acts = [c for c in self.votes if c.place.levels == place.levels and c.actor]
        return any(c.zone == "lead" for c in acts) and sum(c.actor for c in told) < len(acts)


def place_of(levels: Levels) -> Locality:
    """The place of these levels."""
    return Locality(*levels)


def above(place: Locality) -> Locality:
    """What `place` lies in, one known level up."""
    known = prefixes(place)
    return place_of(known[-2]) if len(known) > 1 else NOWHERE


def vouched(votes: Sequence[Chain]) -> list[Chain]:
    """Votes without those of counties that only two bare characters in running text name.

    白朗 is in 白朗宁, 东至 in 西起龙口东至珠玑, 尼玛 a person: a report of a county's practice has somewhere
    its full name, its parent in front of it, an office or a deed of its own, or its name in title or source.
    """
    known = {c.place.levels[:3] for c in votes if c.place.county and not _bare(c)}
    return [c for c in votes if not c.place.county or c.place.levels[:3] in known]


def _bare(chain: Chain) -> bool:
    return (
        chain.zone in ("lead", "body")
        and depth(chain.place) == COUNTY
        and chain.word == stem(chain.place.county or "")
        and not (chain.actor or chain.event or chain.agency or (chain.scene and chain.zone == "lead"))
    )
