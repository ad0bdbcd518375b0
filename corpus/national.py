"""Reports of the whole country: what a ministry orders or does is no place's practice."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.asides import ZONE_WEIGHT
from corpus.chains import Chain
from corpus.gazetteer import PROVINCE, depth
from corpus.tally import vouched

_MINISTRIES = (
    "(?:住房和?城乡建设|住建|财政|教育|民政|公安|交通运输|工业和信息化|工信|人力资源(?:和)?社会保障|人社|"
    "农业农村|商务|文化和旅游|文旅|"
    "生态环境|自然资源|应急管理|司法|水利|科技|退役军人事务|中宣|中央宣传|中央组织|中央社会工作)部(?!门|"
    "分|长|署|队|队伍)"
)
# a report of the whole country, unless its title names a place
_NATIONAL = re.compile(
    "国务院|国家(?:发展|卫生|税务|粮食|医疗保障|统计|能源|移民|市场监|邮政|体育|发改|文物|乡村|金融|铁路|"
    f"林业|药品|中医|疾控)|审计署|发改委：|{_MINISTRIES}|"
    "中央[^，。、]{0,8}办公室|[三四五六七八九十\\d]部门[：:]|^各地|^多地|各地区：|中央应对|全国(?:人大|"
    "政协|总工会|妇联|[一-鿿]{2,6}(?:机关|系统))|中华全国|3[01]个省"
)
# an office of the whole country that acts: 国家发展改革委, no 国家卫生城市
_OFFICE = re.compile(f"国务院(?!令)|国家[一-鿿]{{2,8}}?(?:委(?!员)|局)|审计署|{_MINISTRIES}")
_COUNTED = re.compile("3[01]个省")
_CENTRAL = re.compile("中国(?:人民银行|银保监会|证监会|银监会)$|税务总局$|海关总署|最高人民")
_OURS = re.compile("我市|本市|经市委|市政府各部门|^市[一-鿿]{2,8}[局委办厅]")
_CITY_SELF = re.compile("本市|我市|全市")
# what it does for a place: 协调增加某市蔬菜供应
_FOR = re.compile(
    "(?:协调|增加|支援|援助|下达|拨付|安排|调拨|划拨|派出|增派|保障|约谈|督办|追加|投放|助力|帮助)[^，。；：\\s]{0,8}$"
)
_OFTEN = 4  # times that a report names the one town that it tells of


def is_national(title: str | None, text: str, resolved: Sequence[Chain], issuers: Sequence[Chain]) -> bool:
    """Whether a report tells of the whole country, by its title or its first words.

    Args:
        title: the report's title; None where it has none.
        text: the report.
        resolved: its chains, each with one place or none.
        issuers: the governments that are named in front of it.
    """
    if any(c.zone == "title" and c.weight for c in resolved):
        return _acts_for_place(title or "", resolved)
    if _our_province(text, resolved):
        return False
    if title and (_NATIONAL.search(title) or title.startswith(("税务总局", "海关总署"))):
        return True
    office = _NATIONAL.search(text, 0, 80) or _COUNTED.search(text, 0, 200)
    local = any(c.weight and (_is_told(c) or _is_issuer(c)) for c in resolved if c.candidates)
    ours = len(_CITY_SELF.findall(text)) > 1
    return bool(office) and not local and not issuers and not ours and not _one_town(resolved)


def is_central(source: str | None, title: str | None, text: str, resolved: Sequence[Chain]) -> bool:
    """Whether a ministry signed the report: the places that it names are not its own."""
    if (
        not source
        or not (_NATIONAL.match(source) or _CENTRAL.match(source))
        or _OURS.search(f"{title or ''}\n{text}")
    ):
        return False
    return not any(c.candidates and c.weight and c.zone in ("title", "source") for c in resolved)


def _our_province(text: str, resolved: Sequence[Chain]) -> bool:
    """Whether the report says 我省, or 我区 of an autonomous region, and names places of that one only."""
    named = [c.place.province or "" for c in resolved if len(c.candidates) == 1 and c.weight]
    one = len(named) > 2 and len(set(named)) == 1
    return one and ("我省" in text or ("我区" in text and named[0].endswith("自治区")))


def _acts_for_place(title: str, resolved: Sequence[Chain]) -> bool:
    """Whether the title tells what a ministry did for a place: 某部协调增加某市蔬菜供应."""
    named = [c for c in resolved if c.zone == "title" and c.weight and c.candidates]
    lead = [c for c in resolved if c.zone == "lead" and c.weight and c.candidates]
    served = all(_FOR.search(title, 0, c.start) for c in named)
    local = any(c.agency or c.actor or c.subject for c in named) or any(c.agency or c.actor for c in lead)
    return _OFFICE.match(title) is not None and served and not local


def _one_town(resolved: Sequence[Chain]) -> bool:
    """Whether all that is told lies in one town or village that is named again and again."""
    known = [c for c in resolved if len(c.candidates) == 1 and c.weight and c.place.county]
    told = [c.place.levels for c in vouched(known)]
    one = len({levels[:4] for levels in told}) == 1
    villages = {levels[4] for levels in told}
    return len(told) >= _OFTEN and one and (told[0][3] is not None or len(villages - {None}) == 1)


def _is_told(chain: Chain) -> bool:
    """Whether the opening tells of a place, and does not just count it among others."""
    counted = depth(chain.place) == PROVINCE and not (
        chain.subject
        or chain.scene
        or chain.actor
        or chain.agency
        or chain.event
        or chain.word[-1] in "省市区"
    )
    return chain.zone == "lead" and not counted


def _is_issuer(chain: Chain) -> bool:
    """Whether an office of a city or a county, not its newspaper, published the report."""
    return chain.zone == "source" and chain.weight >= ZONE_WEIGHT["source"]
