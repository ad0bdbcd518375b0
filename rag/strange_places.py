"""Places that stand in no table and in no report: countries, planets, 瓦坎达县.

Asked for, they get an empty answer that says so, not everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from corpus.types import Locality, Span

Known = Callable[[str], Sequence[Locality]]  # the places of that name

_BEYOND = re.compile(
    r"火星|月球|月亮上|太空|太阳系|冥王星|木星|金星|外星|南极|北极(?!星|村)|"
    r"美国|英国|法国|德国|日本|韩国|朝鲜(?!族|半岛)|俄罗斯|印度(?!尼)|印度尼西亚|印尼|越南|泰国|老挝|缅甸|柬埔寨|"
    r"新加坡|马来西亚|菲律宾|澳大利亚|新西兰|加拿大|墨西哥|巴西|阿根廷|意大利|西班牙|葡萄牙|荷兰|瑞士|瑞典|挪威|"
    r"丹麦|芬兰|波兰|乌克兰|土耳其|以色列|伊朗|沙特|埃及|南非|欧洲|非洲|北美|南美|东南亚"
)
_BEYOND_AFTER = re.compile(
    r"(?:人|籍|语|话|客|友|商|货|留学|进口|品牌|菜|餐|料理|车|侵略|瘟|梅|猪|总部|入境|游客|企业|朋友|居民|大选)"
)
# a name that ends like a division but stands in no table: 瓦坎达县
_DIVISION_KIND = re.compile(r"(?:自治县|自治州|省|县|旗)$")
_UNKNOWN_DIVISION = re.compile(
    r"([\u4e00-\u9fff]{2,4}(?:自治县|自治州|省|县|旗))(?=的|是|有|怎|如|在|搞|把|里|那|[，。？?、]|$)"
)
# 各县, 别的县, 贫困县, 示范县 … are kinds of county, not names
_GENERIC = re.compile(
    r"[各别他哪某本我你她它这那一两几多个全外邻兄弟其余旁隔壁周边所有每进出到回下赴跨老新贫穷富强大小名先百千示范城"
    r"郊牧农山区市境脱困重点口岸海沿江的是么和与跟在于从向由把被让给对比省级产粮业工林该派驻做搞想请人不管优试模样板"
    r"创建考察学习参观浏览还得等才就再都又没要能会可有去叫听说问找靠算真啥报]"
)

_OF_FACT = re.compile(r"谁|哪[一位部个年届]|什么时候|为什么|何时|叫什么")
# What is asked of reports.
PRACTICE = "怎么|怎样|如何|咋|做法|经验|案例|例子|举措|措施|机制|办法|报告|各地|有没有"
_OF_PRACTICE = re.compile(PRACTICE + "|模式|哪些|多少|治理|社区|基层|政策|制度")
_PAUSE = "，。？！、；：, ?!"


def strange_names(text: str, known: Known, taken: Sequence[Span]) -> list[tuple[Span, str]]:
    """Names that end like a division and stand in no table: 瓦坎达县 (in which 达县 is no place)."""
    out = []
    for m in _UNKNOWN_DIVISION.finditer(text):
        word, span = m[1], Span(*m.span(1))
        inside = [s for s in taken if s.start < span.end and span.start < s.end]
        if _GENERIC.search(_DIVISION_KIND.sub("", word)) or known(word):
            continue
        if not inside or all(len(s) == 2 and s.end == span.end for s in inside):
            out.append((span, word))
    return out


def unknown_places(text: str, taken: Sequence[Span], quoted: Sequence[Span], known: Known) -> tuple[str, ...]:
    """Names of places that are in no table and in no report.

    A country in the middle of a question of fact (由哪位日本作家写的) is told of, not asked for.
    """
    out = []
    told = bool(_OF_FACT.search(text)) and not _OF_PRACTICE.search(text)
    for m in _BEYOND.finditer(text):
        if told and m.start() and text[m.start() - 1] not in _PAUSE:
            continue
        if not _BEYOND_AFTER.match(text[m.end() :]) and not any(Span(*m.span()) in q for q in quoted):
            out.append(m.group())
    out += [word for span, word in strange_names(text, known, taken)]
    return tuple(dict.fromkeys(out))
