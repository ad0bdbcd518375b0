"""Which places a question asks for, leaves out, or merely says.

Names come from the gazetteer of `corpus.localities`; this module knows what a question does with them:
"除了辽宁", "别的县", "东北", "我们县", and the many names that are no filter at all ("枫桥经验", "上海路").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Protocol

from corpus.gazetteer import stem
from corpus.types import NOWHERE, Locality, Span
from index.tokens import Tokenizer, fold
from index.types import ReportHead


class MentionLike(Protocol):
    """A place name in a text, with the places it may mean."""

    @property
    def span(self) -> Span: ...
    @property
    def word(self) -> str: ...
    @property
    def candidates(self) -> Sequence[Locality]: ...


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


def _provinces(names: str) -> tuple[Locality, ...]:
    return tuple(Locality(name) for name in names.split())


def _cities(province: str, names: str) -> tuple[Locality, ...]:
    return tuple(Locality(province, name) for name in names.split())


_NORTHEAST = _provinces("辽宁省 吉林省 黑龙江省")
_NORTHWEST = _provinces("陕西省 甘肃省 青海省 宁夏回族自治区 新疆维吾尔自治区")
_SOUTHWEST = _provinces("重庆市 四川省 贵州省 云南省 西藏自治区")
_PEARL = _cities("广东省", "广州市 深圳市 珠海市 佛山市 惠州市 东莞市 中山市 江门市 肇庆市")

# Regions as the National Bureau of Statistics draws them (2011), and the everyday ones.
REGIONS: dict[str, tuple[Locality, ...]] = {
    "东三省": _NORTHEAST,
    "东北": (*_NORTHEAST,),
    "西北": _NORTHWEST,
    "西南": _SOUTHWEST,
    "华北": _provinces("北京市 天津市 河北省 山西省 内蒙古自治区"),
    "华东": _provinces("上海市 江苏省 浙江省 安徽省 福建省 江西省 山东省"),
    "华中": _provinces("河南省 湖北省 湖南省"),
    "华南": _provinces("广东省 广西壮族自治区 海南省"),
    "东部": _provinces("北京市 天津市 河北省 上海市 江苏省 浙江省 福建省 山东省 广东省 海南省"),
    "中部": _provinces("山西省 安徽省 江西省 河南省 湖北省 湖南省"),
    "西部": (*_SOUTHWEST, *_NORTHWEST, *_provinces("内蒙古自治区 广西壮族自治区")),
    "长三角": _provinces("上海市 江苏省 浙江省 安徽省"),
    "长江三角洲": _provinces("上海市 江苏省 浙江省 安徽省"),
    "珠三角": _PEARL,
    "珠江三角洲": _PEARL,
    "大湾区": (*_PEARL, *_provinces("香港特别行政区 澳门特别行政区")),
    "京津冀": _provinces("北京市 天津市 河北省"),
    "成渝": (*_cities("四川省", "成都市"), *_provinces("重庆市")),
    "川渝": _provinces("四川省 重庆市"),
    "江浙沪": _provinces("江苏省 浙江省 上海市"),
    "江浙": _provinces("江苏省 浙江省"),
    "云贵川": _provinces("云南省 贵州省 四川省"),
    "云贵": _provinces("云南省 贵州省"),
    "两广": _provinces("广东省 广西壮族自治区"),
    "两湖": _provinces("湖南省 湖北省"),
    "陕甘宁": _provinces("陕西省 甘肃省 宁夏回族自治区"),
    "直辖市": _provinces("北京市 天津市 上海市 重庆市"),
    "北上广深": (*_provinces("北京市 上海市"), *_cities("广东省", "广州市 深圳市")),
    "闽南": _cities("福建省", "厦门市 漳州市 泉州市"),
    "苏南": _cities("江苏省", "南京市 苏州市 无锡市 常州市 镇江市"),
    "苏北": _cities("江苏省", "徐州市 连云港市 宿迁市 淮安市 盐城市"),
    "胶东": _cities("山东省", "青岛市 烟台市 威海市 潍坊市 日照市"),
}
# 东北 in 东北角, 西部 in 西部计划, 县城东部 are directions, units, names of programmes
_REGION_AFTER = re.compile(
    r"(?:角|方向|侧|面|虎|大学|工业|电网|电力|证券|风|航空|战区|计划|陆海|部分|片区|村|街|路|社区|小区|镇|乡|门|城区)"
)
_REGION_BEFORE = re.compile(r"[省市县区镇乡村城州国部]$")
_NARROW_REGIONS = ("东部", "中部", "西部")  # words of every day: only with a word for an area behind
_AREA_BEHIND = re.compile(r"(?:地区|各?省|各?县|各地|的?(?:省|县|城市|农村|村|社区|地方)|那边|这边|有没有|有哪些|怎么)")

# Not on the table of divisions and in no report: asked for, they get an empty result and not everything.
_BEYOND = re.compile(
    r"火星|月球|月亮上|太空|太阳系|冥王星|木星|金星|外星|南极|北极(?!星|村)|"
    r"美国|英国|法国|德国|日本|韩国|朝鲜(?!族|半岛)|俄罗斯|印度(?!尼)|印度尼西亚|印尼|越南|泰国|老挝|缅甸|柬埔寨|"
    r"新加坡|马来西亚|菲律宾|澳大利亚|新西兰|加拿大|墨西哥|巴西|阿根廷|意大利|西班牙|葡萄牙|荷兰|瑞士|瑞典|挪威|"
    r"丹麦|芬兰|波兰|乌克兰|土耳其|以色列|伊朗|沙特|埃及|南非|欧洲|非洲|北美|南美|东南亚"
)
_BEYOND_AFTER = re.compile(
    r"(?:人|籍|语|话|客|友|商|货|留学|进口|品牌|菜|餐|料理|车|侵略|瘟|梅|猪瘟|总部|入境|游客|企业|朋友|居民|大选|猪)"
)
# 彭水基地 … a name that ends like a division but stands in no table
_UNKNOWN_DIVISION = re.compile(r"([\u4e00-\u9fff]{2,4}(?:自治县|自治州|省|县|旗))(?=的|是|有|怎|如|在|搞|把|里|那|[，。？?、]|$)")
_GENERIC = re.compile(
    r"[各别他哪某本我你她它这那一两几多个全外邻兄弟其余旁隔壁周边所有每进出到回下赴跨老新贫穷富强大小名先百千示范城"
    r"郊牧农山区市边境脱困重点口岸海沿江的是有么和与跟在于从向由把被让给对比市省级产粮业工林林该派驻做搞想请人不管"
    r"先优试模样板创建考察学习参观浏览]"
)

_QUOTED = re.compile(r"[“\"「『《‘][^”\"」』》’]{1,24}[”\"」』》’]")
# what makes a name part of something else, right behind it
_NOT_A_PLACE_BEHIND = re.compile(
    r"(?:式|精神|路(?!上|边|口|面|灯|子)|大道|大街|时间|舰|菜|话|方言|籍|户口|大学|学院|银行|人寿|晚报|日报|新闻|牌|"
    r"号(?!召)|款|产|江(?!边)|火车站|机场|烟|酒|啤酒|表(?!示|扬|彰)|手机|海关学院)"
)
_METHOD_BEHIND = re.compile(r"(?:经验|模式|工作法|做法推广|品牌)")

_EXCEPT_BEFORE = re.compile(
    r"(?:除去|除开|除了|除掉|除|不要|不想要|不看|不想看|不含|不包括|不算|排除|去掉|抛开|撇开|避开|不限于?|不是|非|别给我|别找)"
    r"(?:看|说|讲|提|找)?(?:咱们|我们|咱|我|来自|在)?\s*$"
)
_EXCEPT_AFTER = re.compile(
    r"^(?:[省市县区]|这边|那边|本地|本身|的|那里|这里)*(?:以外|之外|外(?![地来省县市面卖国])|除外|(?:的)?(?:不要|不算|就?不用|不看|就算了))"
)
_ELSEWHERE = re.compile(
    r"(?:别的|其他|其它|其余|另外的|旁的|别个)(?:一些|几个|哪些|还有哪些|的|类似|兄弟)?"
    r"(?:省份?|市|州|县|区(?!域)|旗|地方|地区|城市|乡镇|镇|街道|社区|村|地市|地|兄弟)"
    r"|(?:外省|外县|外市|别处|他处|别地|其他地|兄弟县|兄弟单位|邻县|周边县|外头|别人(?:家|那)?(?:是?怎么|咋))"
    r"|外地(?=是|都?怎么|都?如何|有|的?(?:做法|经验|县|社区|村|镇|城市|案例|地方|区)|咋|怎样)"
)
_WITHIN_ELSEWHERE = re.compile(r"^(?:省|市|县|区)?(?:内|里|境内|全省|全市|下面|那边)?的?(?:其他|其它|别的|另外)")
_OWN = re.compile(r"(?:我们|咱们|咱|俺们|我|本)(?:这个|们)?(?:这边|这里|这)?(?:县|市|区|旗|镇|乡|街道|社区|村|地|这里|这儿|这边|单位)(?!里的?人)")
_OWN_BEFORE = re.compile(r"(?:我们|咱们|咱|俺|我是|我在|我家在|本人在|我来自)\s*$")
_WISH = re.compile(r"想|打算|准备|计划|要(?!求)|能不能|可不可以|怎样才能|怎么才能|该怎么|该如何|应该|缺|没有?钱|不知道|愁|遇到|最近|也")
_MANY = re.compile(
    r"各地|各省|各县|各市|各城市|各个地方|多地|(?:哪些|哪几个|哪个|什么|几个|多个|不同的?|有的|不少|一些|各个)"
    r"(?:省|市|县|区|旗|地方|地区|城市|社区|村子?|乡镇|街道)|全国|各级法院|横向|对比|比较一下"
)
_JOIN = re.compile(r"^[、，,和与及或跟]+\s*$|^(?:以及|还有)$")
_NEAR = re.compile(r"^(?:市|省|县|区)?(?:的|下面的?|那边的?|下辖的?|·|\s)?$")


@dataclass(frozen=True, slots=True)
class Asked:
    """The places of one question and the stretches of it that named them."""

    include: tuple[Locality, ...] = ()
    exclude: tuple[Locality, ...] = ()
    unknown: tuple[str, ...] = ()
    elsewhere: bool = False
    many: bool = False
    own: bool = False  # about the asker's own place
    spans: tuple[Span, ...] = field(default=(), repr=False)  # stretches that are about places, not the topic


@dataclass(frozen=True, slots=True)
class _Named:
    """A place named in the question, all its levels together (枣庄 + 市中区)."""

    span: Span
    places: tuple[Locality, ...]


def asked_places(
    text: str, gazetteer: Places, *, home: Locality | None = None, known: Sequence[ReportHead] = ()
) -> Asked:
    """What `text` asks of places. Places that the reports (`known`) cover help to choose among namesakes."""
    quoted = [Span(*m.span()) for m in _QUOTED.finditer(text)]
    named = _named(text, gazetteer, quoted, known)
    elsewhere = [m for m in _ELSEWHERE.finditer(text)]
    include, exclude, own = _sort_out(text, named, elsewhere)
    own_words = list(_OWN.finditer(text))
    spans = [n.span for n in named] + [Span(*m.span()) for m in (*elsewhere, *own_words)]
    if home is not None and (elsewhere or own_words or own):
        include, exclude = _from_home(text, home, include, exclude, bool(elsewhere))
    unknown = _unknown(text, named, quoted, gazetteer)
    many = bool(elsewhere or exclude or _MANY.search(text))
    return Asked(
        _distinct(include),
        _distinct(exclude),
        unknown,
        bool(elsewhere or exclude),
        many,
        bool(own_words or own),
        tuple(sorted(spans)),
    )


def resolve_name(name: str, gazetteer: Places, known: Sequence[ReportHead] = ()) -> tuple[Locality, ...]:
    """The places that a name given outside a question (a setting, a drop-down) stands for; empty if unknown."""
    name = name.strip()
    if name in REGIONS:
        return REGIONS[name]
    named = _named(name, gazetteer, [], known)
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


# --- names ----------------------------------------------------------------------------------------


def _named(text: str, gazetteer: Places, quoted: Sequence[Span], known: Sequence[ReportHead]) -> list[_Named]:
    """Places in `text` that may be filters, levels of one address joined, in order."""
    crossed = _crossed(text)
    found = [(m.span, tuple(m.candidates)) for m in gazetteer.mentions(text)]
    found = [(span, places) for span, places in found if places and not any(p.community for p in places)]
    found += _weak_names(text, gazetteer, crossed)
    found += _inner_names(text, gazetteer, found)
    strange = [span for span, _ in _strange(text, gazetteer, [span for span, _ in found])]
    single: dict[Span, tuple[Locality, ...]] = dict(_regions(text))
    for span, places in (_with_district(text, *one, gazetteer) for one in found):
        if any(span in other for other in strange) or (crossed(span) and not _touches(span, found)):
            continue
        if not _in_something_else(text, span, places, quoted):
            single[span] = places
    for span, places in _from_reports(text, known, quoted):
        single[span] = (*single.get(span, ()), *places)
    joined = _joined(text, _outermost(_Named(span, places) for span, places in single.items()))
    return [_Named(n.span, _choose(n.places, known, n.span.of(text))) for n in joined]


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


def _touches(span: Span, found: Sequence[tuple[Span, tuple[Locality, ...]]]) -> bool:
    """Whether another name stands right before or behind: 太原清徐."""
    return any(other.end == span.start or span.end == other.start for other, _ in found)


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer()


_PROVINCES = re.compile(
    "北京|天津|上海|重庆|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|四川|贵州|云南|西藏|"
    "陕西|甘肃|青海|宁夏|新疆|香港|澳门|台湾"
)
_TWO = re.compile(r"(?=([\u4e00-\u9fff]{2}))")


def _weak_names(
    text: str, gazetteer: Places, crossed: Callable[[Span], bool]
) -> list[tuple[Span, tuple[Locality, ...]]]:
    """Short names that reports use as ordinary words and questions as places: 海南, 泰安; provinces and cities only."""
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
        at = span.end + (1 if text[span.end : span.end + 1] in "省市" and text[span.end : span.end + 1] else 0)
        word = text[at : at + 2]
        if len(word) < 2 or word in _ORDINARY or any(s.start <= at < s.end for s, _ in found):
            continue
        inner = tuple(p for place in places for p in gazetteer.resolve(word, place) if p.levels != place.levels)
        if inner:
            out.append((Span(at, at + 2), inner))
    return out


_ORDINARY = frozenset(  # names of counties that a question more often means as words
    "公安 互助 资源 合作 友好 平安 和谐 解放 前进 开放 安定 延长 新兴 会同 富裕 光明 复兴 民主 兴业 集贤 城区 郊区 城关 新华 和平 民乐 平和 "
    "共和 如东 城中 城东 城西 城南 城北 新城 南部 北部 东部 西部 中部 港口 公共 双桥 双城 同心 新建 回民 比如 东方 老城 古城 开发 高新".split()
)
_WEAK_BEFORE = re.compile(r"(?:^|[，。？！、；：,\s省区和与跟及]|在|像|除了|除|比如|请问|问|我们|咱们|来自)$")


def _with_district(
    text: str, span: Span, places: tuple[Locality, ...], gazetteer: Places
) -> tuple[Span, tuple[Locality, ...]]:
    """枣庄市中区 is 市中区 of 枣庄, not 中区 of 枣庄市."""
    if not text.startswith("中区", span.end) or text[span.end - 1] != "市":
        return span, places
    inner = tuple(p for place in places for p in gazetteer.resolve("市中区", place))
    return (Span(span.start, span.end + 2), inner) if inner else (span, places)


def _outermost(named: Iterable[_Named]) -> list[_Named]:
    """Longest first, none inside or across another; then in order of the text."""
    kept: list[_Named] = []
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
    return low and _METHOD_BEHIND.match(behind) is not None


def _regions(text: str) -> list[tuple[Span, tuple[Locality, ...]]]:
    out = []
    for word, places in REGIONS.items():
        for m in re.finditer(word, text):
            behind, before = text[m.end() :], text[: m.start()]
            if _REGION_AFTER.match(behind) or _REGION_BEFORE.search(before):
                continue
            if word in _NARROW_REGIONS and not _AREA_BEHIND.match(behind):
                continue
            out.append((Span(m.start(), m.end()), places))
    return out


@lru_cache(maxsize=8)
def _small_places(known: tuple[ReportHead, ...]) -> dict[str, tuple[Locality, ...]]:
    """Towns and communities that reports are about, by name: the tables do not hold communities."""
    out: dict[str, list[Locality]] = {}
    for head in known:
        for place in (head.locality, *head.also):
            if place.community and len(place.community) > 2:
                out.setdefault(place.community, []).append(_bare(place))
            if place.town and len(place.town) > 2:
                out.setdefault(place.town, []).append(_bare(place, 4))
    return {name: _distinct(places) for name, places in out.items()}


def _bare(place: Locality, levels: int = 5) -> Locality:
    """The place down to a level, without how it was found."""
    province, city, county, town, community = (n if at < levels else None for at, n in enumerate(place.levels))
    return Locality(province, city, county, town, community)


def _from_reports(
    text: str, known: Sequence[ReportHead], quoted: Sequence[Span]
) -> list[tuple[Span, tuple[Locality, ...]]]:
    out = []
    for name, places in _small_places(tuple(known)).items():
        at = text.find(name)
        if at >= 0 and not any(Span(at, at + len(name)) in quote for quote in quoted):
            out.append((Span(at, at + len(name)), places))
    return out


def _joined(text: str, named: list[_Named]) -> list[_Named]:
    """Neighbouring levels of one address as one place: 太原 清徐 东湖街道."""
    out: list[_Named] = []
    for one in named:
        last = out[-1] if out else None
        if last and _NEAR.match(text[last.span.end : one.span.start]):
            inner = _distinct(p for p in one.places if any(p.within(q) and p != q for q in last.places))
            if not inner and all(p.town for p in one.places) and not any(p.town for p in last.places):
                # the tables lag behind the towns: it is that county's all the same
                inner = tuple(replace(p, town=one.span.of(text)) for p in last.places if p.county)
            if inner:
                out[-1] = _Named(Span(last.span.start, one.span.end), inner)
                continue
        out.append(one)
    return out


def _choose(places: tuple[Locality, ...], known: Sequence[ReportHead], word: str) -> tuple[Locality, ...]:
    """Among namesakes: a province alone, else the outermost ones; those with reports if any have."""
    bare = _distinct(places)
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


def _distinct(places: Iterable[Locality]) -> tuple[Locality, ...]:
    """Once each by their names, in order."""
    return tuple({place.levels: _bare(place) for place in places}.values())


# --- what the question does with them ---------------------------------------------------------------


def _sort_out(
    text: str, named: list[_Named], elsewhere: list[re.Match[str]]
) -> tuple[list[Locality], list[Locality], bool]:
    """(asked for, left out, whether one is the asker's own)."""
    roles = [_role(text, one) for one in named]
    for at in range(1, len(named)):  # 除了辽宁、吉林和上海
        between = text[named[at - 1].span.end : named[at].span.start]
        if roles[at] == "in" and roles[at - 1] == "out" and _JOIN.match(between):
            roles[at] = "out"
    for at in range(len(named) - 2, -1, -1):  # 辽宁和吉林以外
        between = text[named[at].span.end : named[at + 1].span.start]
        if roles[at] == "in" and roles[at + 1] == "out" and _JOIN.match(between):
            roles[at] = "out"
    for at, one in enumerate(named):
        if roles[at] == "in" and _left_behind(text, one, elsewhere, "out" in roles):
            roles[at] = "out"
    include = [p for one, role in zip(named, roles, strict=True) if role == "in" for p in one.places]
    exclude = [p for one, role in zip(named, roles, strict=True) if role == "out" for p in one.places]
    own = "own" in roles
    if own:
        mine = [p for one, role in zip(named, roles, strict=True) if role == "own" for p in one.places]
        (exclude if elsewhere else include).extend(mine if elsewhere or not _WISH.search(text) else [])
    return include, exclude, own


def _role(text: str, one: _Named) -> str:
    before, behind = text[: one.span.start], text[one.span.end :]
    if _EXCEPT_BEFORE.search(before) or _EXCEPT_AFTER.match(behind):
        return "out"
    return "own" if _OWN_BEFORE.search(before) else "in"


def _left_behind(text: str, one: _Named, elsewhere: list[re.Match[str]], excepted: bool) -> bool:
    """辽宁搞得不错，别的地方呢: the place is what the question goes away from."""
    if excepted or _WITHIN_ELSEWHERE.match(text[one.span.end :]):
        return False
    return any(m.start() >= one.span.end for m in elsewhere)


def _from_home(
    text: str, home: Locality, include: list[Locality], exclude: list[Locality], elsewhere: bool
) -> tuple[list[Locality], list[Locality]]:
    """别的县 leaves home out; 我们县是怎么做的 asks for home; 我们县想… asks for advice from anywhere."""
    if elsewhere:
        return include, exclude if any(home.within(p) for p in exclude) else [*exclude, home]
    if include or exclude or _WISH.search(text):
        return include, exclude
    return [home], exclude


def _unknown(
    text: str, named: list[_Named], quoted: Sequence[Span], gazetteer: Places
) -> tuple[str, ...]:
    """Names of places that are in no table and in no report."""
    out = []
    for m in _BEYOND.finditer(text):
        if not _BEYOND_AFTER.match(text[m.end() :]) and not any(Span(*m.span()) in q for q in quoted):
            out.append(m.group())
    out += [word for span, word in _strange(text, gazetteer, [n.span for n in named])]
    return tuple(dict.fromkeys(out))


def _strange(text: str, gazetteer: Places, taken: Sequence[Span]) -> list[tuple[Span, str]]:
    """Names that end like a division and stand in no table: 瓦坎达县 (in which 达县 is no place)."""
    out = []
    for m in _UNKNOWN_DIVISION.finditer(text):
        word, span = m[1], Span(*m.span(1))
        inside = [s for s in taken if s.start < span.end and span.start < s.end]
        if _GENERIC.search(_DIVISION_KIND.sub("", word)) or gazetteer.resolve(word):
            continue
        if not inside or all(len(s) == 2 and s.end == span.end for s in inside):
            out.append((span, word))
    return out


_DIVISION_KIND = re.compile(r"(?:自治县|自治州|省|县|旗)$")
