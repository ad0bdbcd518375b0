"""Title, date and source of a report: what was found, and how dates and sources are read."""

from __future__ import annotations

import re
from dataclasses import dataclass

MEDIA = (
    r"(?:本报|本网|本台|信网|新华社|新华网|人民网|中新[网社]|中国新闻网|央[视广]网|光明网|中国[\u4e00-\u9fff]{1,4}[网报]|"
    r"红网(?:时刻(?:新闻)?)?|极目新闻|齐鲁壹点|澎湃新闻|南都|[\u4e00-\u9fff]{2,8}?(?:日报|晚报|早报|晨报|时报|商报|都市报|"
    r"青年报|快报|新报|社区报|法[制治]报|报|融媒体?(?:中心)?|电视台|广播|新闻网|网|客户端|新闻|在线|发布))"
    r"(?:[·\-—/]?[\u4e00-\u9fff]{0,8}(?:客户端|新闻|网|报)|\s{0,2}[（(][^（）()]{2,12}[)）])?"
)
SOURCE = re.compile(
    r"(?:文章)?(?:来[ \u3000]?源|稿源|转自)\s*[：:]\s*"
    r"(?P<name>(?:[^\s，。|）)】（(]|[（(][^\s（()）]{1,12}[）)]|[（(]){2,24}"
    r"(?:公?室|[\u4e00-\u9fff]{0,16}?(?:办公室|指挥部|小组))?)"
)
_DATES = (
    re.compile(r"(?P<y>(?:19|20)\d{2})\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})"),
    re.compile(r"(?<!\d)(?P<y>\d{2})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"),
)
_SPELLED_DATE = re.compile(
    r"(?P<y>二[〇○零ＯO][〇○零ＯO一二三四五六七八九]{2})年\s?(?P<m>十[一二]?|[一二三四五六七八九])月\s?"
    r"(?P<d>(?:二?十|三十)[一二三四五六七八九]?|[一二三四五六七八九])日"
)
_FIGURES = dict(zip("〇○零ＯO一二三四五六七八九", "00000123456789", strict=True))
# names of media that a writer's name, a caption or the end of a title may run into
MASTHEAD = re.compile(
    "(?:人民网|新华网|新华社|中新网|中国新闻网|央广网|央视网|光明网|光明日报|人民日报|解放军报|新京报|大众网|水母网|"
    "扬子晚报|大象新闻|华西社区报|华西都市报|极目新闻|齐鲁壹点|红星新闻|封面新闻|北京青年报|北青社区报|澎湃新闻|"
    "楚天都市报|南方都市报|三秦都市报|羊城晚报|新民晚报|今晚报|红网|"
    "(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|四川|"
    "贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|内蒙古|深圳|广州|武汉|南京|成都)(?:日报|新闻网|晚报|商报))"
)
_BODY_OF_OFFICE = re.compile("(?:指挥部|小组|办公[厅室]|委员会|政府|[局厅]|机制)$")
_ISSUER_BEGINS = re.compile("中国|中共|国家|国务院|全国|[一-鿿]{2,7}?(?:省|自治区|市|县|区|州|盟)")
ORGANISATION = re.compile(
    r"(?:政府|委员会|办公[厅室]|[局厅部委办会院行署司]|指挥部|领导小组|工作组|综合组|中心|街道|社区|联合会|法院|检察院|"
    r"公司|管委会|学校)$"
)
_MINISTRY = re.compile(
    "[一-鿿]{1,6}部|(?:税务|海关|市场监管|医保)总?[局署]|[银证保]{1,2}监会|国家[一-鿿]{2,8}[局委]"
)
_NO_SOURCE = ("综合本报", "本报", "本网", "本台", "本站", "综合", "网络", "互联网")


@dataclass(slots=True)
class Found:
    """What the ends of a report say of it; filled in from the most telling place to the least."""

    title: str | None = None
    date: str | None = None
    source: str | None = None
    byline: str | None = None
    explicit: bool = False  # the source stood behind 「来源：」 in the head
    site: str | None = None  # the office whose web page it is: its source where nothing else names one

    def offer_source(self, name: str | None) -> None:
        """Take a source unless a better one is known."""
        self.source = self.source or source_name(name)

    def offer_date(self, text: str | None) -> None:
        """Take the first full date in `text` unless one is known."""
        self.date = self.date or iso_date(text or "")


def iso_date(text: str) -> str | None:
    """The first full date in any of the usual shapes, ISO 8601.

    >>> [iso_date(x) for x in ("2023年8月1日", "2023-08-17 23:01", "23-08-17 06:17", "8-12 06:06")]
    ['2023-08-01', '2023-08-17', '2023-08-17', None]
    >>> iso_date("二〇二〇年二月十一日"), iso_date("二○二三年十二月三十日")
    ('2020-02-11', '2023-12-30')
    """
    for pattern in _DATES:
        match = pattern.search(text)
        if match:
            year = match["y"] if len(match["y"]) == 4 else "20" + match["y"]
            month, day = int(match["m"]), int(match["d"])
            if 1 <= month <= 12 and 1 <= day <= 31:
                return f"{year}-{month:02d}-{day:02d}"
    spelled = _SPELLED_DATE.search(text)
    if spelled:
        year, month, day = (_number(spelled[part]) for part in ("y", "m", "d"))
        if 1 <= month <= 12 and 1 <= day <= 31:
            return f"{year}-{month:02d}-{day:02d}"
    return None


def _number(spelled: str) -> int:
    """A year, a month or a day in Chinese figures.

    >>> [_number(x) for x in ("二〇二〇", "二", "十一", "二十", "三十一")]
    [2020, 2, 11, 20, 31]
    """
    if "十" not in spelled:
        return int("".join(_FIGURES[figure] for figure in spelled))
    tens, ones = spelled.split("十")
    return int(_FIGURES.get(tens, "1")) * 10 + int(_FIGURES.get(ones, "0"))


def source_name(name: str | None) -> str | None:
    """A source's name without what stands around it, None where nothing telling is left.

    >>> source_name("■中共某县委组织部"), source_name("某某日报8月3日讯"), source_name("本报")
    ('中共某县委组织部', '某某日报', None)
    """
    if not name:
        return None
    name = re.split(r"(?:作者|(?:流程)?编辑|责编|记者|通讯员|版权|图片|原标题|流程$)", name)[0]
    name = re.sub(r"\s|^[■●◆《]+|[》]+$", "", name)
    name = re.sub(r"(?<=[局部委办厅院所站队会])[作编审责]$", "", name)
    name = re.sub(r"^(?:转自|来源[：:]?)|(?:讯|电|供稿|(?<=[所队局院])通)$", "", name)
    name = re.sub(r"(?<=宣传部|组织部)[\u4e00-\u9fff]{2,3}(?<![室科处站组局网委])$", "", name)
    name = re.sub(r"\d{1,2}月\d{1,2}日.*$", "", name).strip("：:/|，。、 ")
    if len(re.findall(r"[（(]", name)) != len(re.findall(r"[)）]", name)):
        name = re.sub(r"[（(][^）)]*$", "", name.strip("()（）"))
    name = _without_prefix(name)
    longest = 90 if "、" in name else 48 if _BODY_OF_OFFICE.search(name) else 24
    return name if 2 <= len(name) <= longest and name not in _NO_SOURCE else None


def _without_prefix(name: str) -> str:
    """A medium's name without the words that ran into it from the left: 王某某贵州日报."""
    known = MASTHEAD.search(name)
    before = name[: known.start()] if known else ""
    return name[known.start() :] if known and re.fullmatch("[一-鿿]{2,8}", before) else name


_STAMPED = re.compile(r"[（(](?:代章|盖章|公章|章)[)）]$")


def signers(names: str) -> str:
    """The offices that signed, joined by 、, each name put together where the page broke it.

    >>> signers("财政部 税务总局"), signers("某省某某疫情 防控工作领导小组办公室")
    ('财政部、税务总局', '某省某某疫情防控工作领导小组办公室')
    >>> signers("某省某某疫情 防控工作领导小组办公室（代章）")
    '某省某某疫情防控工作领导小组办公室'
    """
    found: list[str] = []
    name, parts = "", names.split()
    for part in parts:
        fresh = _ISSUER_BEGINS.match(part) or re.search("[表码件）)]$", name)
        name = _STAMPED.sub("", part if name and fresh else name + part)
        if ORGANISATION.search(name):
            if found and not (_ISSUER_BEGINS.match(name) or _MINISTRY.fullmatch(name)):
                break  # 办公室 and the like: part of what stands in front of it
            found.append(name)
            name = ""
    return "、".join(dict.fromkeys(found)) or parts[0]


def first_of(source: str | None) -> str | None:
    """The first of the offices that a source names: the one that answers for it."""
    return source.split("、")[0] if source else source


_OFFICE_ENDS = re.compile(r"(?:政府|委员会|办公[厅室]|[局厅]|指挥部|领导小组)$")
_ISSUED = re.compile(r"(?P<who>[^，。；：《》“”]{4,90}?)\s*(?:关于|印发|转发)")


def title_issuer(title: str | None) -> str | None:
    """The offices that a title begins with: 某省某厅关于…的通知; None where it begins with anything else.

    >>> title_issuer("某某省财政厅 某某省教育厅关于推行代办的通知"), title_issuer("某某省关于代办的问答")
    ('某某省财政厅、某某省教育厅', None)
    """
    issued = _ISSUED.match((title or "").removeprefix("转发"))
    names = re.split(r"[\s、]+", issued["who"].strip()) if issued else []
    if not names or not all(_OFFICE_ENDS.search(n) for n in names) or not _ISSUER_BEGINS.match(names[0]):
        return None
    return "、".join(names)


def opens_issuer(word: str) -> bool:
    """Whether an issuer's name begins with `word`: with a place, a party or the state."""
    return _ISSUER_BEGINS.match(word) is not None


def squeezed(text: str) -> str:
    """Without any white space."""
    return re.sub(r"\s", "", text)


_LONGEST_TITLE = 400  # characters; no title has half as many, and a pattern of a megabyte takes seconds


def loosely(text: str) -> str:
    """A pattern for a title with any white space between its characters; one that fails for longer texts."""
    if len(text) > _LONGEST_TITLE:
        return r"(?!)"
    return r"\s*".join(map(re.escape, squeezed(text)))
