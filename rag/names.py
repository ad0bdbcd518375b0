"""Which words of a question name a place, and which only look like it ("枫桥经验", 东西和钱, 上海路).

Names come from the gazetteer of `corpus`; a question is read more generously than a report (海南, 泰安 are
places here), and a name that belongs to something else is no filter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

from corpus.gazetteer import stem
from corpus.types import NOWHERE, Locality, Span
from index.tokens import Tokenizer, fold
from index.types import ReportHead
from rag.regions import REGIONS, regions_in
from rag.strange_places import strange_names


class MentionLike(Protocol):
    """A place name in a text, with the places it may mean."""

    @property
    def span(self) -> Span:
        """Where it stands."""
        ...

    @property
    def candidates(self) -> Sequence[Locality]:
        """Every place of that name."""
        ...


class Places(Protocol):
    """What this room needs of a gazetteer."""

    def mentions(self, text: str) -> Sequence[MentionLike]:
        """Names in `text`, in order, not overlapping."""
        ...

    def resolve(self, word: str, within: Locality = NOWHERE) -> Sequence[Locality]:
        """Places that `word` can name, those inside `within` only where it is given."""
        ...

    def is_weak(self, word: str) -> bool:
        """Whether `word` is a short name that reports mostly use as an ordinary word."""
        ...


@dataclass(frozen=True, slots=True)
class Named:
    """A place named in the question, all its levels together (枣庄 + 市中区)."""

    span: Span
    places: tuple[Locality, ...]


_QUOTED = re.compile(r"[“\"「『《‘][^”\"」』》’]{1,24}[”\"」』》’]")
# what makes a name part of something else, right behind it
_NOT_A_PLACE_BEHIND = re.compile(
    r"(?:式|精神|路(?!上|边|口|面|灯|子)|大道|大街|时间|舰|菜|话|方言|籍|户口|大学|学院|银行|人寿|晚报|日报|新闻|牌|"
    r"(?:广播)?电视台|卫视|同学会|校友会|同乡会|围(?![绕墙栏着挡棋垦])|[王尉](?=[是的之称封葬，。？！、一二三四五六七八九十]|$)|知[府县]|刺史|太守|"
    r"号(?!召)|款|产|江(?!边)|火车站|机场|烟|酒|啤酒|表(?!示|扬|彰)|手机|海关学院)"
)
_REIGN_BEHIND = re.compile(r"(?:年间|皇?帝|[元二三四五六七八九十]{1,3}年(?![来内间多前后]))")  # 咸丰五年
_METHOD_BEHIND = re.compile(r"(?:经验|模式|工作法|做法推广|品牌)")

_NEAR = re.compile(r"^(?:市|省|县|区)?(?:的|下面的?|那边的?|下辖的?|·|\s)?$")


def resolve_name(name: str, gazetteer: Places, known: Sequence[ReportHead] = ()) -> tuple[Locality, ...]:
    """The places that a name given outside a question (a setting, a drop-down) means; empty if unknown."""
    name = name.strip()
    if name in REGIONS:
        return REGIONS[name]
    named = named_places(name, gazetteer, (), known)
    whole = [n for n in named if len(n.span) >= len(name) - 1]
    return whole[0].places if whole else ()


_PROVINCE_KIND = re.compile(r"(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|省)$")


def short_name(name: str) -> str:
    """A division's name as people write it: without its kind where two characters remain.

    >>> short_name("辽宁省"), short_name("阜新蒙古族自治县"), short_name("忠县"), short_name("东湖街道")
    ('辽宁', '阜新', '忠县', '东湖街道')
    """
    if name.endswith(("街道", "镇", "乡", "社区", "村")):
        return name
    short = _PROVINCE_KIND.sub("", name) if _PROVINCE_KIND.search(name) else stem(name)
    return short if len(short) > 1 else name


def quotes(text: str) -> tuple[Span, ...]:
    """What stands in quotation marks: names of mechanisms and documents, in which no place is asked for."""
    return tuple(Span(*m.span()) for m in _QUOTED.finditer(text))


def named_places(
    text: str, gazetteer: Places, quoted: Sequence[Span], known: Sequence[ReportHead]
) -> list[Named]:
    """Places in `text` that may be filters, levels of one address joined, in order."""
    crossed = _crossed(text)
    found = [(m.span, tuple(m.candidates)) for m in gazetteer.mentions(text)]
    found = [(span, places) for span, places in found if places and not any(p.community for p in places)]
    found += _weak_names(text, gazetteer, crossed)
    found += _inner_names(text, gazetteer, found)
    found += _excepted_names(text, gazetteer, found)
    strange = [span for span, _ in strange_names(text, gazetteer.resolve, [span for span, _ in found])]
    single: dict[Span, tuple[Locality, ...]] = dict(regions_in(text))
    for span, places in (_with_district(text, *one, gazetteer) for one in found):
        if any(span in other for other in strange):
            continue
        if crossed(span) and not (_touches(span, found) or _opens_clause(text, span)):
            continue
        if not _in_something_else(text, span, places, quoted):
            single[span] = places
    for span, places in _from_reports(text, known, quoted):
        single[span] = (*single.get(span, ()), *places)
    joined = _joined(text, _outermost(Named(span, places) for span, places in single.items()))
    return [Named(n.span, _choose(n.places, known, n.span.of(text))) for n in joined]


def _crossed(text: str) -> Callable[[Span], bool]:
    """Whether a two-character name lies across the words of the text: 西和 in 东西和钱."""
    folded = fold(text)
    words: list[Span] = []
    if len(folded) == len(text):
        at = 0
        for word in _tokenizer().words(text):
            at = folded.find(word, at)
            words.append(Span(at, at + len(word)))
            at += len(word)

    def crosses(span: Span) -> bool:
        return len(span) == 2 and any(
            w.start < span.start < w.end or (span.start < w.start < span.end < w.end) for w in words
        )

    return crosses


def _opens_clause(text: str, span: Span) -> bool:
    """Whether it is a province that begins a clause, whatever words lie across it: 上海外还有哪些."""
    begins = text[: span.start][-1:] in "，。？！；、 "
    return begins and _PROVINCES.fullmatch(text, span.start, span.end) is not None


def _touches(span: Span, found: Sequence[tuple[Span, tuple[Locality, ...]]]) -> bool:
    """Whether another name stands right before or behind: 太原清徐."""
    return any(other.end == span.start or span.end == other.start for other, _ in found)


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer()


_PROVINCES = re.compile(
    "北京|天津|上海|重庆|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|"
    "湖北|湖南|广东|广西|海南|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|香港|澳门|台湾"
)
_TWO = re.compile(r"(?=([\u4e00-\u9fff]{2}))")
_WEAK_BEFORE = re.compile(r"(?:^|[，。？！、；：,\s省区和与跟及]|在|像|除了|除|比如|请问|问|我们|咱们|来自)$")
# names of counties that a question more often means as words
_ORDINARY = frozenset(
    re.findall(
        "..",
        "公安互助资源合作友好平安和谐解放前进开放安定延长新兴会同富裕光明复兴民主兴业集贤城区郊区城关"
        "新华和平民乐平和共和如东城中城东城西城南城北新城南部北部东部西部中部港口公共双桥双城同心新建"
        "回民比如东方老城古城开发高新",
    )
)


def _weak_names(
    text: str, gazetteer: Places, crossed: Callable[[Span], bool]
) -> list[tuple[Span, tuple[Locality, ...]]]:
    """Provinces and cities whose short names reports use as ordinary words: 海南, 泰安."""
    out = [(Span(*m.span()), tuple(gazetteer.resolve(m.group()))) for m in _PROVINCES.finditer(text)]
    for m in _TWO.finditer(text):
        word, span = m[1], Span(m.start(), m.start() + 2)
        if gazetteer.is_weak(word) and not crossed(span) and _WEAK_BEFORE.search(text[: span.start]):
            places = tuple(p for p in gazetteer.resolve(word) if not p.county and not p.town)
            out.append((span, places))
    return [(span, places) for span, places in out if places]


def _inner_names(
    text: str, gazetteer: Places, found: Sequence[tuple[Span, tuple[Locality, ...]]]
) -> list[tuple[Span, tuple[Locality, ...]]]:
    """A short name right behind the place it lies in, which makes it a place: 太原清徐, 湖南南县."""
    out = []
    for span, places in found:
        at = span.end + text.startswith(("省", "市"), span.end)
        word = text[at : at + 2]
        if len(word) < 2 or word in _ORDINARY or any(s.start <= at < s.end for s, _ in found):
            continue
        inner = tuple(p for place in places for p in in_place(word, place, gazetteer))
        if inner:
            out.append((Span(at, at + 2), inner))
    return out


EXCEPT = "除去|除开|除了|除掉|不要|不看|不含|不包括|不算|排除|去掉|抛开|撇开|避开"
_EXCEPTED = re.compile(
    rf"(?:{EXCEPT})(?P<names>[\u4e00-\u9fff]{{2,5}}(?:[、和与跟及][\u4e00-\u9fff]{{2,5}})*)(?=[，,？?。]|以外|之外|外|$)"
)


def _excepted_names(
    text: str, gazetteer: Places, found: Sequence[tuple[Span, tuple[Locality, ...]]]
) -> list[tuple[Span, tuple[Locality, ...]]]:
    """Short names that are left out, however common as words: 除了普陀，上海还有哪些街道.

    They lie in another place that the question names; where it names none, they are any of that name.
    """
    out = []
    for match in _EXCEPTED.finditer(text):
        for piece in re.finditer(r"[^、和与跟及]{2,5}", match["names"]):
            at = match.start("names") + piece.start()
            span = Span(at, at + len(piece.group()))
            if any(span.start < other.end and other.start < span.end for other, _ in found):
                continue
            within = [place for _, places in found for place in places]
            named = tuple(p for place in within for p in in_place(piece.group(), place, gazetteer))
            named = named or _two_levels(piece.group(), gazetteer)
            if not (named or within) and piece.group() not in _ORDINARY:
                named = tuple(gazetteer.resolve(piece.group()))
            if named:
                out.append((span, named))
    return out


def _two_levels(word: str, gazetteer: Places) -> tuple[Locality, ...]:
    """深圳南山 as 南山区 of 深圳; empty where the word is no such two names."""
    return tuple(
        inner
        for cut in (2, 3)
        if len(word) - cut > 1
        for outer in gazetteer.resolve(word[:cut])
        for inner in in_place(word[cut:], outer, gazetteer)
    )


def in_place(word: str, place: Locality, gazetteer: Places) -> tuple[Locality, ...]:
    """The divisions of a place that a name means, which may lack its kind: 朝阳 in 北京 is 朝阳区."""
    kinds = ("", "区", "县", "市")
    found = (
        tuple(p for p in gazetteer.resolve(word + kind, place) if p.levels != place.levels) for kind in kinds
    )
    return next(filter(None, found), ())


def _with_district(
    text: str, span: Span, places: tuple[Locality, ...], gazetteer: Places
) -> tuple[Span, tuple[Locality, ...]]:
    """枣庄市中区 is 市中区 of 枣庄, not 中区 of 枣庄市."""
    if not text.startswith("中区", span.end) or text[span.end - 1] != "市":
        return span, places
    inner = tuple(p for place in places for p in gazetteer.resolve("市中区", place))
    return (Span(span.start, span.end + 2), inner) if inner else (span, places)


def _outermost(named: Iterable[Named]) -> list[Named]:
    """Longest first, none inside or across another; then in order of the text."""
    kept: list[Named] = []
    for one in sorted(named, key=lambda n: (-len(n.span), n.span.start)):
        if all(one.span.end <= other.span.start or other.span.end <= one.span.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda n: n.span.start)


def _in_something_else(text: str, span: Span, places: tuple[Locality, ...], quoted: Sequence[Span]) -> bool:
    """Whether the name is part of a mechanism, a road, a product, an institution."""
    if any(span in quote for quote in quoted):
        return True
    behind = text[span.end : span.end + 8]
    if _NOT_A_PLACE_BEHIND.match(behind):
        return True
    low = any(place.county or place.town for place in places)
    return low and (_METHOD_BEHIND.match(behind) or _REIGN_BEHIND.match(behind)) is not None


class _SmallPlaces:
    """Towns and communities that reports are about, by name: the tables do not hold communities."""

    def __init__(self, known: Sequence[ReportHead]) -> None:
        self.known = known
        found: dict[str, list[Locality]] = {}
        for place in (place for head in known for place in (head.locality, *head.also)):
            if place.community and len(place.community) > 2:
                found.setdefault(place.community, []).append(place)
            if place.town and len(place.town) > 2:
                found.setdefault(place.town, []).append(_bare(place, 4))
        self.by_name = {name: distinct(places) for name, places in found.items()}


_last: list[_SmallPlaces] = []  # of the heads asked for last: a store's heads are one object for a generation


def _small_places(known: Sequence[ReportHead]) -> dict[str, tuple[Locality, ...]]:
    last = _last[0] if _last else None
    if last is None or last.known is not known:
        last = _SmallPlaces(known)
        _last[:] = [last]
    return last.by_name


def _bare(place: Locality, levels: int = 5) -> Locality:
    """The place down to a level, without how it was found."""
    province, city, county, town, community = (
        n if at < levels else None for at, n in enumerate(place.levels)
    )
    return Locality(province, city, county, town, community)


def _from_reports(
    text: str, known: Sequence[ReportHead], quoted: Sequence[Span]
) -> list[tuple[Span, tuple[Locality, ...]]]:
    out = []
    for name, places in _small_places(known).items():
        at = text.find(name)
        if at >= 0 and not any(Span(at, at + len(name)) in quote for quote in quoted):
            out.append((Span(at, at + len(name)), places))
    return out


def _joined(text: str, named: list[Named]) -> list[Named]:
    """Neighbouring levels of one address as one place: 太原 清徐 东湖街道."""
    out: list[Named] = []
    for one in named:
        last = out[-1] if out else None
        if last and _NEAR.match(text[last.span.end : one.span.start]):
            inner = distinct(p for p in one.places if any(p.within(q) and p != q for q in last.places))
            if not inner and all(p.town for p in one.places) and not any(p.town for p in last.places):
                # the tables lag behind the towns: it is that county's all the same
                inner = tuple(replace(p, town=one.span.of(text)) for p in last.places if p.county)
            if inner:
                out[-1] = Named(Span(last.span.start, one.span.end), inner)
                continue
        out.append(one)
    return out


def _choose(places: tuple[Locality, ...], known: Sequence[ReportHead], word: str) -> tuple[Locality, ...]:
    """Among namesakes: a province alone, else the outermost ones; those with reports if any have."""
    bare = distinct(places)
    provinces = tuple(p for p in bare if not p.city and not p.county and not p.town)
    if provinces and len(bare) > len(provinces) and word not in REGIONS:
        return provinces
    outer = tuple(p for p in bare if not any(p != q and p.within(q) for q in bare))
    if len(outer) > 1 and word not in REGIONS and known:
        covered = tuple(
            p for p in outer if any(h.locality.within(p) or any(a.within(p) for a in h.also) for h in known)
        )
        return covered or outer
    return outer


def distinct(places: Iterable[Locality]) -> tuple[Locality, ...]:
    """Once each by their names, in order."""
    return tuple({place.levels: _bare(place) for place in places}.values())
