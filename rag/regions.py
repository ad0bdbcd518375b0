"""Groups of provinces and cities that people ask by: 东北, 长三角, 西部地区."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.types import Locality, Span


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
_AREA_BEHIND = re.compile(
    r"(?:地区|各?省|各?县|各地|的?(?:省|县|城市|农村|村|社区|地方)|那边|这边|有没有|有哪些|怎么)"
)


def regions_in(text: str) -> Iterator[tuple[Span, tuple[Locality, ...]]]:
    """Regions named in `text`; the caller keeps the longest where they overlap."""
    for word, places in REGIONS.items():
        for m in re.finditer(word, text):
            behind, before = text[m.end() :], text[: m.start()]
            if _REGION_AFTER.match(behind) or _REGION_BEFORE.search(before):
                continue
            if word in _NARROW_REGIONS and not _AREA_BEHIND.match(behind):
                continue
            yield Span(*m.span()), places
