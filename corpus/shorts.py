"""Whether characters that read like a place name are one, by what stands around them.

太原 in 太原小店 is the city; 南京 in 南京路, 呼玛 in 呼玛五村 and 市场 behind 集贸 are something else.
"""

from __future__ import annotations

import re

_ZONE_NAME = "[一-鿿]{0,4}(?:高新区|高新技术|经开区|经济技术开发区|开发区|新区(?!域)|科学城)"
ZONE = re.compile("(?:高新|经开|开发|经济(?:技术)?开发)区|高新技术")
# 南京路 is in no way Nanjing, nor 北关社区 the district 北关区, nor 呼玛五村 the county 呼玛县
_OTHER_THING = re.compile(
    f"(?!{_ZONE_NAME})[东西南北中]?[路街桥港河湖江山站寺]|道(?!路|德|教)|社区|居民区|居委|[一二三四五六七八九十新]{{0,2}}村"
    "|[一二三四五六七八九十]+(?:街坊|小区)|[乡镇]|城(?![区市乡镇管关])|小学|中学|[东西南北]里(?![面侧边])|广场|公园|小区|花园|大厦|庄|园(?!区|林|艺|丁)"
)
MIDDLE = re.compile("[中南北]区(?!域|别|间|块)")
_URBAN_AND_RURAL = tuple("居一统建规融基医社区困低最公差结接面两环")  # 延长城乡居民… names no township 长城乡
_RUNS_ON = {
    "区": "域别间块位",
    "市": "场值面",
    "镇": "静痛压定长",
    "乡": "风村愁亲贤土情音镇",
    "旗": "帜袍手下",
    "县": "令",
}
_NAMED_LONG = re.compile(
    "长[一-鿿]{1,3}(?:社区|村)(?!长)|长[一-鿿]{0,6}(?:居民区|居委)"
)  # 黄沙镇长堤社区 has no 镇长
# what makes a place of a short form that is an ordinary word: 兴化法院, 保定高新区
_OFFICE = re.compile(
    f"法院|检察院|公安(?!部)|团[区县]委(?!、)|消防救援大队|(?:县|区|市)(?:委|政府)(?!员)|{ZONE.pattern}"
)
_NO_HAN_BEFORE = re.compile("(?:^|[^一-鿿]|[由在与和及到从向对以、])$")
_ORDINARY = frozenset(
    [
        "平安",
        "公安",
        "和平",
        "解放",
        "互助",
        "友好",
        "合作",
        "资源",
        "民主",
        "光明",
        "幸福",
        "前进",
        "团结",
        "安全",
    ]
)


def another_thing(text: str, end: int) -> bool:
    """Whether the short form that ends at `end` begins the name of a road, a school or an estate."""
    return _OTHER_THING.match(text, end) is not None


def of_an_office(text: str, start: int, end: int) -> bool:
    """Whether an ordinary word stands where only a place can: in front of its court, government or zone."""
    if text.startswith("分局", end) and text[start - 1 : start] == "局":
        return True  # 某市公安局龙凤分局
    if text[start:end] in _ORDINARY or not _OFFICE.match(text, end):
        return False
    return _NO_HAN_BEFORE.search(text, max(0, start - 2), start) is not None


def runs_on(word: str, text: str, end: int) -> bool:
    """Whether the last character of `word` belongs to the next word (区域, 市场, 乡村)."""
    behind = text[end : end + 1]
    if word.endswith("城乡") and behind in _URBAN_AND_RURAL:
        return True
    if word[-1] == "镇" and behind == "长" and _NAMED_LONG.match(text, end):
        return False
    return bool(behind) and behind in _RUNS_ON.get(word[-1], "") and not (word[-1] == "市" and len(word) > 9)


def after_city(text: str, at: int) -> bool:
    """Whether a name that is also a common noun (城区, 东区) follows its city."""
    return text[max(0, at - 1) : at] in ("市", "州", "省") or text[at : at + 3] == "市中区"
