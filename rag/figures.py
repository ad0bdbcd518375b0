"""Figures with their units, as they stand in a sentence: for choosing, highlighting and checking."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.types import Span

_UNITS = (
    "个百分点|平方公里|平方千米|立方米|平方米|公里|千米|公斤|千克|毫米|厘米|万千瓦时|千瓦时|千瓦|兆瓦|小时|分钟|"
    "人次|户次|家次|车次|场次|人份|万元|亿元|课时|学时|摄氏度|年度|年级|年|个[多半]?月|个[多半]?小时|月|日|天|周岁|岁|"
    "余[元个名人户家件条项场支处亩]|[元个名人户家件条项场支处座栋幢辆亩吨斤米克次级层台套批张份本册组队届期轮班站点道类种门口位部篇幅盏间"
    "棵株头只艘架枚颗根块片桶袋箱瓶盒滴单宗起例倍成折分秒周月号线路环网格区市县乡镇村街院楼]"
)
_NUMBER = r"\d[\d,]*(?:\.\d+)?(?:(?:—|-|–|~|～|至|到)\d[\d,]*(?:\.\d+)?)?"
_CHINESE = (
    r"(?:[一二两三四五六七八九十百千万]+(?:余|多|几)?|数十|数百|数千|数万|上百|上千|上万|近百|近千|近万)"
)
_MAGNITUDE = r"(?:余|多|几)?(?:[百千万亿]+)?(?:余|多)?"
_HEDGE = (
    r"(?:(?<![签合条公节预制契大])约|大约|(?<![最附邻靠])近|超过|超|逾|达到|达|不足|不到|不少于|不超过|至少|"
    r"最高|最多|最低|低于|高于)?"
)
_FIGURE = re.compile(
    rf"(?P<hedge>{_HEDGE})(?P<number>{_NUMBER})(?P<magnitude>{_MAGNITUDE})(?P<unit>%|％|‰|{_UNITS})?"
    rf"|(?P<hedge2>{_HEDGE})(?P<number2>{_CHINESE})(?P<unit2>人次|户|家|名|件|万元|亿元|公里|亩|倍|成|个?[多半]?小时|分钟|天|个[多半]?月|平方米|场|支|吨)"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its hedge (近, 超), magnitude (万, 余) and unit, and where it stands."""

    text: str
    span: Span
    hedge: str
    number: str
    magnitude: str
    unit: str

    @property
    def core(self) -> str:
        """Number, magnitude and unit without the hedge."""
        return self.number + self.magnitude + self.unit


def figures(text: str) -> tuple[Figure, ...]:
    """Every figure of `text`, in order.

    >>> [f.text for f in figures("组建8个工作专班，累计投入7.59亿元，满意率超过98%，2至3名代表")]
    ['8个', '7.59亿元', '超过98%', '2至3名']
    """
    return tuple(_figure(match) for match in _FIGURE.finditer(text))


def _figure(match: re.Match[str]) -> Figure:
    got = match.groupdict()
    latin = got["number"] is not None
    return Figure(
        text=match.group(),
        span=Span(*match.span()),
        hedge=(got["hedge"] if latin else got["hedge2"]) or "",
        number=(got["number"] if latin else got["number2"]) or "",
        magnitude=(got["magnitude"] if latin else "") or "",
        unit=(got["unit"] if latin else got["unit2"]) or "",
    )


def measured(text: str) -> tuple[str, ...]:
    """The figures of `text` that say how much: with a unit, and not merely a date.

    >>> measured("2023年8月11日，帮助解决问题438个")
    ('438个',)
    """
    found = figures(text)
    return tuple(
        f.text for f in found if f.unit and f.unit not in ("年", "月", "日", "号", "年度") and len(f.text) > 1
    )


AMOUNT = re.compile(
    r"多少|(?<![这那前近后好])几(?!乎)|多[高大久长]|什么程度"
)  # how a question asks for one figure
# What a question asks the amount of → the units that can be its answer.
_WANTED = (
    (
        re.compile(r"[^利功效频]率|比例|占比|满意度|百分之|几成|几折|增长|增幅|下降"),
        re.compile(r"^(?:%|％|‰|成|个百分点|折|倍)$"),
    ),
    (
        re.compile(r"资金|投入|补贴|补助|多少钱|租金|经费|价格|(?:挣|赚)[了到]?多少(?![\u4e00-\u9fff])"),
        re.compile(r"元$"),
    ),
    (re.compile(r"多少户|几(?:百|千|万)?户|户数"), re.compile(r"户")),
    (re.compile(r"多少人|多少名|人数"), re.compile(r"[人名]")),
)


def of_kind(asked: str, text: str, alike: bool = True) -> bool:
    """Whether `text` has a figure in the unit that `asked` names, or of the kind: a share for 比例多高.

    >>> of_kind("比例多高", "覆盖了九成，即90%以上"), of_kind("花了多少钱", "用了3个月")
    (True, False)
    >>> of_kind("一年能多挣多少", "每户年均增收1200元")
    True
    """
    units = [one.unit for one in figures(text) if one.unit]
    fitting = (fits for wanted, fits in _WANTED if wanted.search(asked))
    return of_unit(asked, text, alike) or any(fits.search(unit) for fits in fitting for unit in units)


_ALL_ASKED = re.compile(r"一共|总共|前后|前前后后|统共|拢共|合起来|加起来")
_ALL_SAID = re.compile(r"共计|合计|累计|总计|总共|一共|总额|(?<![公])共(?=[\u4e00-\u9fff]{0,2}\d)")


def in_all(asked: str, clause: str) -> bool:
    """Whether the sum is asked for and a clause gives one.

    >>> in_all("前后一共收了多少", "累计收取6.3万元"), in_all("一户收多少", "累计收取6.3万元")
    (True, False)
    """
    return bool(_ALL_ASKED.search(asked) and _ALL_SAID.search(clause))


_YEAR = re.compile(r"((?:19|20)\d\d)年")
_AIM = re.compile(r"目标|计划|预期|打算|力争|控制在")
_AIM_ASKED = re.compile(r"目标|计划|预期|力争|控制在")  # not 打算: the plan itself only says 建


def could_be(asked: str, clause: str, sentence: str) -> bool:
    """Whether a figure of `clause` could be what was `asked`: of the unit, the year and the kind asked for.

    Where several are asked for, each has a unit of its own. A target is told in a sentence that says so; what
    was reached in another year is not asked for.

    >>> could_be("收费率提到多少？", "共有840户", "共有840户"), could_be("收费率提到多少？", "达93%", "达93%")
    (False, True)
    """
    units = [one.unit for one in figures(clause) if one.unit]
    for wanted, fitting in _WANTED if len(AMOUNT.findall(asked)) < 2 else ():
        if wanted.search(asked):
            if not any(fitting.search(unit) for unit in units):
                return False
            break
    if _AIM_ASKED.search(asked) and not _AIM.search(sentence):
        return False
    years, told = set(_YEAR.findall(asked)), set(_YEAR.findall(sentence))
    return not (years and told) or bool(years & told)


_UNIT_ASKED = re.compile(r"(?:多少|几)([\u4e00-\u9fff])")
_UNITS_OF = (
    (re.compile(r"多少钱|多大笔"), "元"),
    (re.compile(r"多[长远]"), "里米"),
    (re.compile(r"多大面积"), "米亩"),
    (re.compile(r"多少(?:田|地(?!方|区|点))"), "亩顷"),
    (re.compile(r"多久|多长时间"), "天月年时周"),
    (re.compile(r"多少事(?!项|业|故)"), "件起项次宗"),
)
_PEOPLE = re.compile(  # who is counted by 个 in speech and by 人 or 名 in reports
    r"(?:多少|几)个[^，。？?]{0,8}?(?:人(?![家次均口])|工人|居民|村民|党员|老乡|大夫|医生)"
)
_HOUSEHOLDS = frozenset("家户")  # 查了多少家？查了63户


def of_unit(asked: str, clause: str, alike: bool = True) -> bool:
    """Whether a clause holds a figure in a unit that is asked for by name; `alike` lets 户 answer 多少家.

    >>> of_unit("修了多长的路，装了多少盏灯？", "路灯装了140盏"), of_unit("装了多少盏灯？", "改厕165个")
    (True, False)
    """
    others = (units for said, units in _UNITS_OF if said.search(asked))
    wanted = set(_UNIT_ASKED.findall(asked)).union(*others)
    if _PEOPLE.search(asked):
        wanted = wanted - {"个"} | {"人", "名"}
    if alike and wanted & _HOUSEHOLDS:
        wanted |= _HOUSEHOLDS
    return any(one.unit and one.unit[-1] in wanted for one in figures(clause))


_COUNTED_ASKED = re.compile(r"(?:多少|几)([\u4e00-\u9fff])([\u4e00-\u9fff]{2})")
_MODIFIERS = 6  # characters between a unit and what is counted: 1118个住宅小区


def counts_thing(asked: str, clause: str) -> bool:
    """Whether a clause counts the very thing that is asked for, not another one in the same unit.

    >>> counts_thing("覆盖了多少个小区", "已有1118个住宅小区覆盖")
    True
    >>> counts_thing("覆盖了多少个小区", "4个街镇的小区全部覆盖")
    False
    """
    wanted = _COUNTED_ASKED.findall(asked)
    for one in figures(clause):
        behind = re.split(r"[的，。、；：\d]", clause[one.span.end : one.span.end + _MODIFIERS + 2])[0]
        if any(one.unit.endswith(unit) and thing in behind for unit, thing in wanted):
            return True
    return False
