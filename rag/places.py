"""What a question does with the places it names: asks for them, leaves them out, or turns away from them.

"除了辽宁", "辽宁的其他县", "别的县" relative to the asker's home, "我们县是怎么做的".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.types import Locality, Span
from index.types import ReportHead
from rag.names import Named, Places, distinct, in_place, named_places, quotes
from rag.strange_places import unknown_places

_EXCEPT_BEFORE = re.compile(
    r"(?:除去|除开|除了|除掉|除|不要|不想要|不看|不想看|不含|不包括|不算|排除|去掉|抛开|撇开|避开|不限于?|不是|非|别给我|别找)"
    r"(?:看|说|讲|提|找)?(?:咱们|我们|咱|我|来自|在)?\s*$"
)
_EXCEPT_AFTER = re.compile(
    r"^(?:[省市县区]|这边|那边|本地|本身|的|那里|这里)*"
    r"(?:以外|之外|外(?=[，,。？?；、的还有哪都怎咋其别如是]|$)|除外|(?:的)?(?:不要|不算|就?不用|不看|就算了))"
)
# Where somebody comes from: 台湾来的学生 are looked after elsewhere.
_COMES_FROM = re.compile(r"^(?:那边|这边|那儿)?(?:过?来的(?!人民)|籍(?!贯))")
_ELSEWHERE = re.compile(
    r"(?:别的|其他|其它|其余|另外的|旁的|别个)(?:一些|几个|哪些|还有哪些|的|类似|兄弟)?"
    r"(?:省份?|市|州|县|区(?!域)|旗|地方|地区|城市|乡镇|镇|街道|社区|村|地市|地|兄弟)"
    r"|(?<![在到去向往从赴由跟与同和])(?:外省|外县|外市)|别处|他处|别地|其他地|兄弟县|兄弟单位|邻县|周边县|外头(?=是|都?怎么|都?咋|有没有|有的|的(?:做法|经验|地方))|别人(?:家|那)?(?:是?怎么|咋)"
    r"|外地(?=是|都?怎么|都?如何|有|的?(?:做法|经验|县|社区|村|镇|城市|案例|地方|区)|咋|怎样)"
)
_WITHIN_ELSEWHERE = re.compile(
    r"^(?:省|市|县|区)?(?:内|里|境内|全省|全市|下面|那边)?的?(?:其他|其它|别的|另外)"
)
_OWN = re.compile(
    r"(?:我们|咱们|咱|俺们|我|本)(?:这个|们)?(?:这边|这里|这)?"
    r"(?:县|市|区|旗|镇|乡|街道|社区|村|地|这里|这儿|这边|单位)(?!里的?人)"
)
_OWN_BEFORE = re.compile(r"(?:我们|咱们|咱|俺|我是|我在|我家在|本人在|我来自)\s*$")
_WISH = re.compile(
    r"想|打算|准备|计划|要(?!求)|能不能|可不可以|怎样才能|怎么才能|该怎么|该如何|应该|缺|没有?钱|不知道|愁|遇到|最近|也"
)
_MANY = re.compile(
    r"各地|各省|各县|各市|各城市|各个地方|多地|(?:哪些|哪几个|(?<!是)哪个|什么|几个|多个|不同的?|有的|不少|一些|各个)"
    r"(?:省|市|县|区|旗|地方|地区|城市|社区|村子?|乡镇|街道)|全国|各级法院|横向|对比|比较一下"
)
_JOIN = re.compile(r"^[、，,和与及或跟]+\s*$|^(?:以及|还有)$")


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


def asked_places(
    text: str, gazetteer: Places, *, home: Locality | None = None, known: Sequence[ReportHead] = ()
) -> Asked:
    """What `text` asks of places. Places that the reports (`known`) cover help to choose among namesakes."""
    quoted = quotes(text)
    named = named_places(text, gazetteer, quoted, known)
    elsewhere = [m for m in _ELSEWHERE.finditer(text)]
    named = _inside_what_is_asked(text, named, gazetteer)
    include, exclude, own = _sort_out(text, named, elsewhere)
    own_words = list(_OWN.finditer(text))
    placed = (one for one in named if not _COMES_FROM.match(text[one.span.end :]))
    spans = [one.span for one in placed] + [Span(*m.span()) for m in (*elsewhere, *own_words)]
    if home is not None and (elsewhere or own_words or own):
        include, exclude = _from_home(text, home, include, exclude, bool(elsewhere))
    unknown = unknown_places(text, [one.span for one in named], quoted, gazetteer.resolve)
    many = bool(elsewhere or exclude or _MANY.search(text))
    return Asked(
        distinct(include),
        distinct(exclude),
        unknown,
        bool(elsewhere or exclude),
        many,
        bool(own_words or own),
        tuple(sorted(spans)),
    )


def _sort_out(
    text: str, named: list[Named], elsewhere: list[re.Match[str]]
) -> tuple[list[Locality], list[Locality], bool]:
    """(asked for, left out, whether one is the asker's own)."""
    roles = [_role(text, one) for one in named]
    for at in range(1, len(named)):  # 除了辽宁、吉林和上海
        between = text[named[at - 1].span.end : named[at].span.start]
        listed = _JOIN.match(between) and not _holds(named[at], named[at - 1])
        listed = listed and not (_PAUSE.search(between) and _asked_about(text, named, at))
        if roles[at] == "in" and roles[at - 1] == "out" and listed:
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
    left = [place for place in include if any(place.within(out) for out in exclude)]
    include = [place for place in include if place not in left]  # 杭州的做法知道了，浙江以外呢
    own = "own" in roles
    if own:
        mine = [p for one, role in zip(named, roles, strict=True) if role == "own" for p in one.places]
        (exclude if elsewhere else include).extend(mine if elsewhere or not _WISH.search(text) else [])
    return include, exclude, own


def _asked_about(text: str, named: list[Named], at: int) -> bool:
    """Whether what is asked follows the places from `at` on: 除了大连，沈阳怎么做, no 除了大连，沈阳，…."""
    while at + 1 < len(named) and _JOIN.match(text[named[at].span.end : named[at + 1].span.start]):
        at += 1
    return _LISTED.match(text[named[at].span.end :]) is None


_PAUSE = re.compile(r"[，,]")
_LISTED = re.compile(
    r"^(?:[省市县区])?(?:[、，,。？?]|以外|之外|外(?=[，,。？?；、的还有哪都怎咋其别如是]|$)|都|这些|这几|$)"
)


def _holds(one: Named, other: Named) -> bool:
    """Whether a place of the one holds one of the other: 除了普陀区，上海还有哪些 asks for Shanghai."""
    return any(p.within(q) and p.levels != q.levels for p in other.places for q in one.places)


def _inside_what_is_asked(text: str, named: list[Named], gazetteer: Places) -> list[Named]:
    """`named`, what is left out as that of its name in a place that is asked for: 除了朝阳，北京还有哪些."""
    roles = [_role(text, one) for one in named]
    asked = distinct(
        place for one, role in zip(named, roles, strict=True) if role == "in" for place in one.places
    )
    out = []
    for one, role in zip(named, roles, strict=True):
        holding = asked if role == "out" else ()
        inside = tuple(p for place in holding for p in in_place(one.span.of(text), place, gazetteer))
        out.append(Named(one.span, distinct(inside)) if inside else one)
    return out


def _role(text: str, one: Named) -> str:
    before, behind = text[: one.span.start], text[one.span.end :]
    if _EXCEPT_BEFORE.search(before) and not (before.endswith("是") and behind.startswith("人")):
        return "out"
    if _EXCEPT_AFTER.match(behind):
        return "out"
    if _COMES_FROM.match(behind):
        return "origin"
    return "own" if _OWN_BEFORE.search(before) else "in"


def _left_behind(text: str, one: Named, elsewhere: list[re.Match[str]], excepted: bool) -> bool:
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
