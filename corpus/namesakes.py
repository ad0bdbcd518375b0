"""Namesakes told apart: the chains of a report with one place each, by what else the report names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from corpus.chains import Chain
from corpus.gazetteer import CITY, COUNTY, PROVINCE, TOWN, depth
from corpus.residents import one_name
from corpus.types import NOWHERE, Levels, Locality
from corpus.zoned import unzone

FULL = frozenset("区县市旗镇乡道村查")  # the last character of an official name
_FRONT = 160  # characters in which a report names the one who acts
_OUR_PROVINCE = re.compile("全省|我省|省委|省政府|省级|省直|各市|省人民政府")


def prefixes(place: Locality) -> tuple[Levels, ...]:
    """The known levels of `place`, from its province alone down to all of them."""
    return _prefixes(place.levels)


@lru_cache(maxsize=65536)
def _prefixes(levels: Levels) -> tuple[Levels, ...]:
    a, b, c, d, _ = levels
    cuts: list[Levels] = [
        (a, None, None, None, None),
        (a, b, None, None, None),
        (a, b, c, None, None),
        (a, b, c, d, None),
        levels,
    ]
    return tuple(x for at, x in enumerate(cuts) if levels[at])


def same_line(a: Locality, b: Locality) -> bool:
    """Whether one of two places lies in the other."""
    return a.within(b) or b.within(a)


class Resolver:
    """Tells namesakes apart by what else the report names."""

    def __init__(
        self, seen: Sequence[Chain], default: Locality, text: str, *, outlet: Locality = NOWHERE
    ) -> None:
        self.seen = list(seen)
        self.text = text
        self.support: dict[Levels, set[str]] = defaultdict(set)
        for chain in self.seen:
            if chain.hint and len(chain.candidates) <= 40:
                for place in chain.candidates:
                    for prefix in prefixes(place):
                        self.support[prefix].add(chain.word)
        self.times = Counter(chain.word for chain in self.seen)
        self.towns = Counter(_town(chain) for chain in self.seen)
        self.opened = {_town(chain) for chain in self.seen if chain.zone == "lead" and chain.subject}
        self.kin = _kin(self.times)
        # namesakes share one tuple of places, which `seen` keeps alive: its id is cheaper than its hash
        self._best: dict[tuple[str, int], Locality | None] = {}
        self.spelled = {c.candidates[0].levels for c in self.seen if c.hint and len(c.candidates) == 1}
        self.has_county = any(map(_is_county, self.seen))
        for prefix in prefixes(default):
            self.support[prefix].add("(default)")
        for prefix in prefixes(outlet):
            self.support[prefix].add("(outlet)")

    def resolve(self) -> list[Chain]:
        """Chains with one candidate each, or none where nothing tells."""
        chosen = _shadowed([self._chosen(chain) for chain in self.seen])
        chosen = _one_committee(_same_towns(self.seen, chosen))
        return _adopt(unzone(chosen, self.text))

    def _chosen(self, chain: Chain) -> Chain:
        places = self._choose(chain)
        return chain if places == chain.candidates else replace(chain, candidates=places)

    def _choose(self, chain: Chain) -> tuple[Locality, ...]:
        places = chain.candidates
        if not places or not any(places[0].levels[: TOWN + 1]):
            return places
        meant = chain.word, id(places)
        if meant not in self._best:
            self._best[meant] = self._told(chain.word, places) if len(places) > 1 else places[0]
        best = self._best[meant]
        return (best,) if best is not None and self._credible(chain, best) else ()

    def _told(self, word: str, places: tuple[Locality, ...]) -> Locality | None:
        """The one of several namesakes that the report means, None where nothing tells."""
        scores = [self._score(word, place) for place in places]
        top = max(scores)
        if top and scores.count(top) == 1:
            return places[scores.index(top)]
        spelled = [p for p in places if p.levels in self.spelled]
        if len(spelled) == 1:
            return spelled[0]  # 某区 alone is the one that the report calls 某市某区 elsewhere
        # 吉林 alone is the province where the report says 我省
        return places[0] if depth(places[0]) == PROVINCE and _OUR_PROVINCE.search(self.text) else None

    def _score(self, word: str, place: Locality) -> int:
        """Count the other words that name `place` or what it lies in; a county more than a province."""
        score = 0
        for prefix in prefixes(place):
            named = self.support[prefix]
            score += (len(named) - len(named & self.kin[word])) * (1 if not any(prefix[1:]) else 10)
        return score

    def _credible(self, chain: Chain, place: Locality) -> bool:
        """A town alone counts only under a county, city or province that something else implies."""
        if depth(place) < TOWN or not chain.word.startswith(place.town or place.community or "?"):
            return True
        above = [p for p in prefixes(place) if not any(p[TOWN:])]
        if any(w not in chain.word for p in above for w in self.support[p]):
            return True
        if self.has_county:  # another county is named, none that holds this town
            return _is_rare(chain) and self.towns[_town(chain)] > 2 and _town(chain) in self.opened
        if chain.zone == "title" or (_in_front(chain) and _singular(chain)):
            return True
        return self.times[chain.word] > 1 or (len(chain.candidates) == 1 and self.towns[_town(chain)] > 1)


def _kin(words: Iterable[str]) -> dict[str, set[str]]:
    """Each word with those that stand in it or that it stands in, itself among them.

    >>> sorted(_kin(["太原", "太原小店", "小店", "阳曲"])["小店"])
    ['太原小店', '小店']
    """
    kin = {word: {word} for word in words}
    sizes = sorted({len(word) for word in kin})
    for word in kin:
        for size in sizes[: bisect_left(sizes, len(word))]:
            for part in {word[at : at + size] for at in range(len(word) - size + 1)} & kin.keys():
                kin[part].add(word)
                kin[word].add(part)
    return kin


def _town(chain: Chain) -> Levels | None:
    """The town that `chain` lies in, None where it may mean another."""
    place = chain.candidates[0] if len(chain.candidates) == 1 else NOWHERE
    return (*place.levels[: TOWN + 1], None) if place.town else None  # type: ignore[return-value]


def _in_front(chain: Chain) -> bool:
    told = chain.scene or chain.subject or chain.actor
    return chain.zone == "lead" or (chain.zone == "body" and chain.start < _FRONT and told)


def _is_rare(chain: Chain) -> bool:
    """Whether the country has one town of that name, which is longer than two characters: 控江路街道."""
    town = chain.candidates[0].town or ""
    return len(chain.candidates) == 1 and len(town.removesuffix("街道").rstrip("镇乡")) > 2


def _singular(chain: Chain) -> bool:
    """Whether the country has one town of that name, and it is no common one.

    Its name is longer than two characters (控江路街道), or a community of it is named with it
    (马尚街道江南豪庭社区), or it is a street that begins its clause (近日，万里街道…).
    """
    place = chain.candidates[0]
    town = place.town or ""
    if len(chain.candidates) > 1:
        return False
    told = chain.scene or chain.subject
    return len(town.removesuffix("街道").rstrip("镇乡")) > 2 or (
        told and (place.community is not None or town.endswith("街道"))
    )


def _shadowed(found: list[Chain]) -> list[Chain]:
    """江川 in a report on 江川路街道 is short for that street, not the district of that name elsewhere."""
    long: dict[str, Chain] = {}
    for chain in found:
        if chain.candidates and chain.place.town and not chain.place.community and len(chain.word) > 2:
            long.setdefault(chain.word[:2], chain)
    out = []
    for chain in found:
        whole = long.get(chain.word) if chain.candidates else None
        if whole is not None and not same_line(whole.place, chain.place):
            chain = replace(chain, candidates=whole.candidates)
        out.append(chain)
    return out


def _same_towns(seen: Sequence[Chain], found: list[Chain]) -> list[Chain]:
    """枫林街道 in a report on 徐汇区枫林街道 is that street, whatever other street has that name."""
    known: dict[str, Locality] = {}
    for chain in found:
        if chain.candidates and chain.place.town and not chain.word.startswith(chain.place.town):
            known.setdefault(chain.place.town, replace(chain.place, community=None))
    out = []
    for before, chain in zip(seen, found, strict=True):
        place = before.candidates[0] if before.candidates else NOWHERE
        named = known.get(place.town or "")
        if named is not None and before.word.startswith(named.town or "?"):
            chain = replace(chain, candidates=(replace(named, community=place.community),))
        out.append(chain)
    return out


def _is_county(chain: Chain) -> bool:
    """Whether `chain` is the official name of one city or county."""
    return (
        len(chain.candidates) == 1 and CITY <= depth(chain.candidates[0]) <= COUNTY and chain.word[-1] in FULL
    )


def _one_committee(found: list[Chain]) -> list[Chain]:
    """Each residents' committee under one name, where the report calls it by two."""
    called = one_name([c.place for c in found if c.candidates])
    return [
        replace(c, candidates=tuple(replace(p, community=called[p.community or ""]) for p in c.candidates))
        if c.candidates and c.place.community in called
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
        better = known.get(place.community or "") or _ending(known, place)
        if better is not None and (not place.province or better.within(replace(place, community=None))):
            chain = replace(chain, candidates=(better,))
        out.append(chain)
    return out


def _ending(known: dict[str, Locality], place: Locality) -> Locality | None:
    """某市高新十里营社区 is 十里营社区, where the report names that one with its town."""
    name = place.community or ""
    if place.town or not place.province:
        return None
    ends = (known.get(name[cut:]) for cut in range(1, len(name) - 3))
    return next((x for x in ends if x is not None and x.town), None)
