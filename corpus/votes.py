"""Whose practice it is: chains vote, and the answer goes down as far as one place has the votes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.chains import Chain
from corpus.gazetteer import CITY, COMMUNITY, COUNTY, TOWN, depth, gazetteer
from corpus.hosts import HOME, host
from corpus.loose import one_told_of
from corpus.namesakes import FULL, prefixes, same_line
from corpus.tally import Tally, above, place_of
from corpus.types import NOWHERE, Locality

_FRONT = 300  # characters in which what a report tells of is named
_LONG_TEXT = 1500  # in so many characters one more mention of a town says nothing
_CLEAR = 0.85  # the same where the opening names several of them: 在某省甲市、乙市调研
_OPENING = 250  # characters in which the one who acts is named
_TEAMED = 0.25  # share of the votes of the one who acts first, though more is said of where it acts
_THAT_TOWN = {kind[-1]: f"(?:^|[。！？；，：])该{kind}(?!的)" for kind in ("镇", "乡", "街道")}
_MANY_DEEDS = 3  # times as many as of what lies below
_ALL_TOWNS = re.compile(r"全[区县市旗](?:的|所有|各)?\d{1,2}个(?:街道|街镇|乡镇|镇街|镇|乡)")
_SPEAKER = re.compile(r"[^，。；：“”]{0,16}[ \u3000]?[一-鿿]{2,3}[：:]")
_MAJORITY = 0.7  # share of the votes that one place needs among its neighbours (tuned on 125 labelled items)


class Vote(Tally):
    """Goes down from the province as far as one place has the votes."""

    def descend(self) -> Locality:
        """Go down to the deepest place that carries the report."""
        if self._is_overseas():
            return self._of_overseas()
        place = self._province()
        while place.known:
            child = self._child(place)
            if child is None:
                break
            place = child
        place = self._only(self._line(self._community(place)))
        place = self._county_of_all(self._town_of_several(self._town_of_example(self._called_town(place))))
        return self._finish(host(self.votes, self.loose, self.text, place))

    def _is_overseas(self) -> bool:
        """Whether the report opens with 香港, 澳门 or 台湾 and names it more often than all other places.

        A mention has no vote (台湾青年 in 厦门), but what is told of Hong Kong is not Shenzhen's.
        """
        opens = any(c.zone == "lead" and c.start < _OPENING for c in self.overseas)
        one = len({c.place.province for c in self.overseas}) == 1
        return opens and one and len(self.overseas) > max(1, len(self.votes))

    def _of_overseas(self) -> Locality:
        place = place_of((self.overseas[0].place.province, None, None, None, None))
        share = len(self.overseas) / (len(self.overseas) + len(self.votes))
        words = tuple(dict.fromkeys(c.word for c in self.overseas))[:4]
        return replace(place, code=_code(place), confidence=round(share, 2), evidence=words)

    def also(self, place: Locality) -> tuple[Locality, ...]:
        """Further places of the title, on the same level as `place`."""
        found = [
            c.place
            for c in self.votes
            if c.zone == "title" and depth(c.place) == depth(place) and not same_line(c.place, place)
        ]
        return tuple(dict.fromkeys(found))

    def _province(self) -> Locality:
        kids = self.kids(NOWHERE)
        if not kids:
            return NOWHERE
        best, mass = kids[0]
        total = sum(m for _, m in kids)
        if len(kids) > 1 and kids[1][1] >= _TEAMED * total and self.leads(NOWHERE, kids[1][0]):
            return kids[1][0]  # 某区某街道组织…到某省某县: who went there, not where
        inside = self.within(best)
        front = any(c.zone in ("title", "lead", "source") for c in inside)
        named = any(depth(c.place) >= COUNTY and c.word[-1] in FULL for c in inside)
        alone = len(kids) == 1 and len(self.provinces) <= 2 and any(_acts(c) for c in inside)
        if mass / total < 0.5 or not (front or (named and mass >= 2) or mass >= 4 or alone):
            return NOWHERE
        return best

    def _child(self, place: Locality) -> Locality | None:
        kids = self.kids(place)
        if not kids:
            return None
        best, mass = kids[0]
        leads = self.leads(place, best)
        if not leads and len(kids) > 1 and self.leads(place, kids[1][0]):
            (best, mass), leads = kids[1], True
        inside = self.within(best)
        listed = sum(
            any(c.zone == "lead" and c.place.levels == kid.levels for c in self.votes) for kid, _ in kids
        )
        share = 0.4 if leads or self._signed(best) else _CLEAR if listed > 1 else _MAJORITY
        if mass / sum(m for _, m in kids) < share:
            return None
        if leads or any(c.zone == "title" for c in inside):
            return best
        if depth(place) == TOWN and len(kids) > 1 and self.named_in_title(place):
            return None  # of a town's villages none is the town
        if self.titled(place) and not any(
            c.event or c.zone == "source" or (c.zone == "lead" and not c.scene) for c in inside
        ):
            return None
        offices = sum(1 for c in self.votes if c.place.levels == place.levels and c.zone != "source")
        if len(inside) < offices and not any(
            c.zone in ("lead", "source") or c.event or c.actor for c in inside
        ):
            return None
        return best if self._carries(inside, best, self.own(place)) else None

    def _signed(self, best: Locality) -> bool:
        """Whether title and source both name `best`, and the title no other place."""
        zones = {c.zone for c in self.within(best)}
        elsewhere = any(c.zone == "title" and not same_line(c.place, best) for c in self.votes)
        return {"title", "source"} <= zones and not elsewhere

    def _carries(self, inside: Sequence[Chain], best: Locality, own: int) -> bool:
        """Whether the report is about `best` rather than the place above, named `own` times."""
        if self._in_passing(inside, best) or self._heard(inside):
            return False
        if own == 0 or any(c.zone == "source" for c in inside) or self.says_we(best):
            return True
        if depth(best) >= TOWN and self.outdone(above(best), inside):
            return False
        spine, converges = self.spine(best)
        homes = [c for c in inside if HOME.match(self.text, c.start + len(c.word))]
        if converges and any(self.opens(c) and not (c in homes and own > 1) for c in inside):
            return True
        if not converges:
            front = (
                any(c.zone == "lead" for c in inside) and len({c.place.county for c in inside} - {None}) == 1
            )
            return spine > max(1, own) or len(inside) >= (2 if front else 4) * own
        if depth(best) >= TOWN and self.acts_more(above(best), inside):
            return len(inside) > own
        offices = sum(c.agency and c.place.levels == above(best).levels for c in self.votes)
        body = all(c.zone == "body" for c in inside)
        held = any(c.event for c in inside)
        alone = len(self.kids(above(best))) == 1
        if body and own > len(inside) and not (held and alone) and self.named_in_title(above(best)):
            return False  # what the title's place does, and where it was shown
        if held or (own + offices < 3 and any(c.actor for c in inside)):
            return True
        if any(c.zone == "lead" and (c.scene or c.actor or c.agency) for c in inside):
            return len(inside) * 2 > own or (depth(best) < TOWN and len(inside) * 2 == own)
        return self._named_enough(inside, own, offices)

    def _heard(self, inside: Sequence[Chain]) -> bool:
        """Whether all that is named below is where somebody belongs who is heard: 某街道居民 王某：“…”."""
        return all(_SPEAKER.match(self.text, c.start + len(c.word)) for c in inside)

    def _named_enough(self, inside: Sequence[Chain], own: int, offices: int) -> bool:
        """Whether what lies below is named as often as the place above, and not just as somebody's home."""
        told = not all(HOME.match(self.text, c.start + len(c.word)) for c in inside)
        if len(inside) == 1 and not told and own + offices > 1:
            return False  # somebody's home: 某县某镇某村村民张某, while the county acts
        front = any(c.zone == "lead" for c in inside)
        return len(inside) >= max(1 if front else 2, own)

    def _in_passing(self, inside: Sequence[Chain], best: Locality) -> bool:
        """Whether a town or village is named but once, far down in a report that opens with what holds it."""
        if depth(best) < TOWN or len(inside) != 1 or inside[0].event or inside[0].actor:
            return False
        opened = any(c.zone == "lead" and best.within(c.place) for c in self.votes)
        return opened and inside[0].zone == "body" and inside[0].start > _FRONT

    def _community(self, place: Locality) -> Locality:
        """Add a community that is named without its town, where no other is in question."""
        if depth(place) not in (COUNTY, TOWN) or not self.loose:
            return place
        named = place.town or ""
        told = one_told_of([c for c in self.loose if not named.startswith(c.place.community or "")])
        # 延吉新村 is the street 延吉新村街道
        front = any(c.zone in ("title", "lead") for c in told)
        if front and len(told) >= max(2, self.own(place)):
            return replace(place, community=told[0].place.community)
        return place

    def _line(self, place: Locality) -> Locality:
        """Go on down where all that is named below `place` is one town or village, told of more than once."""
        told = self._told_below(place)
        if not self._tells_much(place, told):
            return place
        direct = _of_county(place, told)
        if direct is not None:
            front = {c.place.town for c in self.within(place) if c.place.town and c.zone in ("title", "lead")}
            return replace(place, town=front.pop() if len(front) == 1 else None, community=direct)
        for level in (CITY, COUNTY, TOWN, COMMUNITY):
            named = [c.place for c in told if c.place.levels[level]]
            names = {p.levels[level] for p in named}
            if len(names) > 1:
                break
            if level == COMMUNITY and (
                not (place.city or place.county or place.town)
                or len(named) * 2 < len(told)
                or any(c.paired for c in told)
                or any(p.province and p.town != place.town for p in named)
                or self.outdone(place, [c for c in told if c.place.community])
            ):
                break
            name = names.pop() if names else None
            if name and not place.levels[level]:
                place = _with(place, level, name)
        return place

    def _only(self, place: Locality) -> Locality:
        """Add the one community of a town that the report names, where it goes on to call it 社区 or 该村."""
        if depth(place) != TOWN:
            return place
        inside = [c for c in self.within(place) if c.place.community]
        told = [*inside, *one_told_of([c for c in self.loose if c not in inside])]
        names = {c.place.community for c in told}
        named = len(self.loose) + len(inside) == len(told)
        if len(names) != 1 or not named or any(c.paired for c in told) or not self.deeds(told):
            return place
        own = [c for c in self.votes if c.place.levels == place.levels and c.zone != "source"]
        done = sum((c.actor or c.agency) and not self.looks_ahead(c) for c in own)
        spoken, deeds = self.calls_it(names), self.deeds(told)
        opens = told[0].zone == "lead" and told[0].actor and told[0].subject and not done and len(own) < 2
        often = deeds > max(2, done) and len(told) > self.own(place)
        if not (opens or often or (spoken > max(1, done) and not self.acts_more(place, told))):
            return place
        return replace(place, community=told[0].place.community)

    def _called_town(self, place: Locality) -> Locality:
        """Add the one town that a county's report names, where it goes on to call it 该镇."""
        towns = {c.place.town for c in self.within(place) if c.place.town and c.zone != "source"}
        if depth(place) != COUNTY or len(towns) != 1:
            return place
        town = towns.pop() or ""
        named = [c for c in self.within(place) if c.place.town]
        called = len(re.findall(_THAT_TOWN[town[-1]], self.text)) if town[-1] in _THAT_TOWN else 0
        elsewhere = {c.place.community for c in (*named, *self.loose)} - {None}
        return replace(place, town=town) if called > max(1, len(elsewhere)) else place

    def _town_of_example(self, place: Locality) -> Locality:
        """The town that the title names and that goes on to act, where `place` is a village told of once."""
        town = above(place)
        if depth(place) != COMMUNITY or depth(town) != TOWN or not self.named_in_title(town):
            return place
        told = [*self.within(place), *(c for c in self.loose if c.place.community == place.community)]
        if len(told) != 1 or told[0].zone not in ("lead", "body") or self.calls_it({place.community}):
            return place
        after = [c for c in self.votes if c.place.levels == town.levels and c.start > told[0].start]
        return town if sum(c.subject and c.zone == "body" for c in after) > 1 else place

    def _town_of_several(self, place: Locality) -> Locality:
        """The town of a community beside which another one of it acts, too: neither tells of the other."""
        town = above(place)
        if depth(place) != COMMUNITY or depth(town) != TOWN or self.named_in_title(place):
            return place
        others = [
            c
            for c in self.within(town)
            if c.place.community not in (None, place.community) and c.zone in ("lead", "body")
        ]
        acting = {c.place.community for c in others if c.actor}
        told = any(sum(c.place.community == name for c in others) > 1 for name in acting)
        return town if told else place

    def _county_of_all(self, place: Locality) -> Locality:
        """The county whose towns all do it, where `place` is one of several that are named for example."""
        if depth(place) < TOWN or any(c.zone == "title" and c.place.within(place) for c in self.votes):
            return place
        county = replace(place, town=None, community=None)
        towns = {c.place.town for c in self.within(county) if c.zone != "source"} - {None}
        return county if len(towns) > 1 and _ALL_TOWNS.search(self.text) else place

    def _told_below(self, place: Locality) -> list[Chain]:
        deep = [c for c in self.votes if c.place.within(place) and c.place.levels != place.levels]
        named = place.town or ""
        loose = [c for c in self.loose if not c.agency and not named.startswith(c.place.community or "?")]
        return [*(c for c in deep if c.zone != "source"), *one_told_of(loose)]

    def _tells_much(self, place: Locality, told: Sequence[Chain]) -> bool:
        """Whether what lies below is named in front and often enough for the report to be about it."""
        if not place.known or place.community or not any(c.zone == "title" or c.start < _FRONT for c in told):
            return False
        titled = self.named_in_title(place)
        acts = any((c.actor or c.event) and depth(c.place) >= TOWN for c in told)
        if depth(place) < COUNTY and (titled or not acts):
            return False
        held = any(c.event and c.zone == "lead" for c in told)
        need = 2 + (depth(place) < COUNTY or (titled and not held)) + len(self.text) // _LONG_TEXT
        own = self.own(place)
        acts = any(c.scene or c.event for c in told) or self.deeds(told) > 0
        if (titled and not acts) or self.outdone(place, told):
            return False
        ours = (depth(place) == TOWN and len(told) <= own) or titled
        if ours and (self.acts_more(place, told) or self._does_most(place, told)):
            return False
        return len(told) >= need and len(told) * 2 >= own

    def _does_most(self, place: Locality, told: Sequence[Chain]) -> bool:
        """Whether the text tells of deed after deed of `place` and of hardly one of what lies below."""
        own = [c for c in self.votes if c.place.levels == place.levels]
        return self.deeds(own) > _MANY_DEEDS * max(1, self.deeds(told))

    def _finish(self, place: Locality) -> Locality:
        if not place.known:
            return NOWHERE
        words = self.within(place) or [c for c in self.votes if place.within(c.place)]
        evidence = tuple(dict.fromkeys(c.word for c in sorted(words, key=lambda c: -c.weight)))[:4]
        total = sum(c.weight for c in self.votes) or 1.0
        on_line = sum(c.weight for c in self.votes if same_line(c.place, place))
        return replace(place, code=_code(place), confidence=round(on_line / total, 2), evidence=evidence)


def _of_county(place: Locality, told: Sequence[Chain]) -> str | None:
    """The one community that a county's report tells of without its town, oftener than of any town."""
    direct = [c for c in told if c.place.province and c.place.community and not c.place.town]
    names = {c.place.community for c in direct}
    most = len(direct) > max(1, sum(c.place.town is not None for c in told))
    one = depth(place) == COUNTY and len(names) == 1 and most and not any(c.paired for c in direct)
    return names.pop() if one else None


def _acts(chain: Chain) -> bool:
    """Whether a place named but once is told of: a town, or a place that does something."""
    deep = depth(chain.place)
    return deep >= TOWN or (deep >= CITY and (chain.actor or chain.agency or chain.event or chain.scene))


def _with(place: Locality, level: int, name: str) -> Locality:
    a, b, c, d, e = (name if at == level else old for at, old in enumerate(place.levels))
    return Locality(a, b, c, d, e)


def _code(place: Locality) -> str | None:
    """The division code of the deepest level that the table has, which files a zone under a county."""
    if place.county and not gazetteer().resolve(place.county):
        place = replace(place, county=None)
    for levels in reversed(prefixes(replace(place, community=None))):
        within = place_of(levels)
        name = next(n for n in reversed(levels[:COMMUNITY]) if n)
        for found in gazetteer().resolve(name):
            if found.levels == levels or (
                found.within(replace(within, community=None)) and depth(found) == depth(within)
            ):
                return found.code
    return None
