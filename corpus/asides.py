"""Whether a report merely mentions a place: names of something else, lessons, visits, people's homes.

What stands in front of a name and behind it decides what it counts for (corpus.chains): nothing in
山西省肿瘤医院, in 来自晋城的老人 or in 到某县考察学习.
"""

from __future__ import annotations

import re

ZONE_WEIGHT = {"title": 5.0, "lead": 2.0, "body": 1.0, "source": 1.5}
# what makes of a place name the name of something else
_INSTITUTION = re.compile(
    "(?:(?:市|省|区|县)?(?:理工|科学|工商|邮电|体育|美术|电子|信息|建筑|医药|师范|农业|医科|工业|财经|交通|中医药?|科技|职业|技术|外国语|工程|政法|"
    "第[一二三四五六七八九十]+|人民|"
    "中心|儿童|肿瘤|妇幼|协和|和谐|幼儿师范|高等|专科|人文|现代|开放|警察|城市|民族|农商|商业|"
    "[东西南北]部?)*"
    "(?:大学|学院|医院|医专|日报|晚报|晨报|早报|商报|都市报|青年报|时报|电视台|广播|卫视|银行|支行|分行|"
    "供电|公司|集团|股份|证券|保险|"
    "大道|[东西南北中]?[路街](?!道)|机场|火车站|[东西南北]?站(?!街)|大桥|高速|铁路|菜|话|戏|剧|籍|音乐|"
    "理工|海关|血库|"
    "人(?!民|大|社|才|口|力|员|武|行|居|保))|[^，。、；和与联]{0,10}(?:有限公司|供电公司|支行|分行)|"
    "[^，。、；和与联]{0,5}公司|(?:新闻)?网(?![格络上民友红])|(?:居民|同胞|青年)(?=北上|来|在|到))"
)
_REGIONAL_OFFICE = re.compile("(?:中心)?支行|分行|海关|铁路局|监管局|监管分局")
_BRANCH = re.compile("(?:市|省|区|县)?(?:供电分?公司|供电所|分公司|支行|分行|支公司)")
_NEWSROOM = re.compile(
    "[^，。]{0,4}(?:日报|晚报|晨报|早报|商报|都市报|青年报|时报|广播|电视台|电视|卫视|新闻|报)"
)
_DATELINE = re.compile(
    r"(?:市|省)?\s*(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日?\s*(?:综合)?(?:电|讯|消息|报道)|报道|讯"
)
_ASIDE_BEFORE = re.compile(
    "(?:来自|籍贯|老家|祖籍|户籍|毕业于|就读于|援助|支援|支持|驰援|援|对口帮扶|对口支援|帮扶协作|捐赠给|捐给|"
    "寄往|发往|运往|送往|销往|"
    "远赴|去过|在外|返回|途经|抵达|飞往|出差|旅居|学习|借鉴|效仿|对标|参照|类似|离开|远离|地址[：:]\\s?(?:中国)?|"
    "住址[：:]|拨打|致电|打给|各[^，。；、]{2,8}[、和及]|(?<![清消排拆解扣免])除了?)$"
)
_VISITED = re.compile("(?:到|赴|前往|去|走进|来到|先后到)(?:[^，。；]{0,6}[、及和])?$")
_STUDY = re.compile(
    "[^。；]{0,70}?(?:考察学习|参观学习|学习考察|学习借鉴|取经|学习交流|交流学习|考察交流|学习先进|"
    "先进经验|参观考察|对标学习|交流取经)"
)
_PAID = re.compile("[赴往][^。；]{0,40}?(?:参观交流|实地参观|参观走访)")
_NAMED_LESSON = re.compile("[“‘「](?:式|新时代)?(?:经验|精神)")  # “浦江经验” is followed in many places
_LESSON = re.compile(
    "(?:的)?(?:“[^”]{2,24}”)?[^，。；“”]{0,6}(?:经验|做法|模式)(?:转化|引入|带回|复制|移植|，结合)"
)
_LEARNING = re.compile("(?:学习|借鉴|复制|移植|引入|吸收|运用)[^，。；]{0,8}$")
_ASIDE_AFTER = re.compile(
    "[^，。；]{0,24}?[、和及][^，。；、]{1,8}等(?:地|省|市|国家)|(?:市|省|县|区)?(?:籍|来的|旅居|等(?:地|"
    "省|市|部分|重点|周边|全国|多地|国家|城市)|及(?:周边|国内)|打工|务工|求学|上学|读书|回来|乃至|考察时|"
    "视察时|[^，。；、]{0,3}(?:打工|务工|求学|考察时))"
    "|(?:[、和及][^，。；、]{1,8})?(?:市|省)?(?:方向)?(?:返(?!乡|岗|校|工)回?|来(?!访|信|电)|归来|旅居)"
    "[^，。；“”]{0,6}?(?:人员|人群|的人|车辆|史(?!馆))"
    "|部分(?:社区|街道|地区)[^，。；]{0,6}(?:试运行|试点|试行)|至[一-鿿]{2,5}(?:段|公路|铁路|高铁|河段|航道)"
)
_NEIGHBOUR_BEFORE = re.compile("(?:与|同|和|、)$")
_NEIGHBOUR = re.compile("[^，。；]{0,24}(?:接界|毗邻|相邻|交界|接壤|为邻|相连)")


def weigh(zone: str, before: str, after: str, overseas: bool) -> tuple[float, bool]:
    """What a chain counts for, and whether it may tell namesakes apart."""
    full = ZONE_WEIGHT[zone]
    if overseas and zone != "title":
        return 0.0, True  # 香港居民, 台湾青年: hardly ever the place of the practice
    if zone == "source" and _REGIONAL_OFFICE.match(after):
        return 0.0, True  # 人民银行成都分行 answers for a region, not for the city it is named after
    if zone == "source":
        return (full * 0.4 if _NEWSROOM.match(after) else full), True
    named_after = _NAMED_LESSON.match(before[-1:] + after)
    if named_after or _ASIDE_BEFORE.search(before) or _ASIDE_AFTER.match(after):
        return 0.0, False
    if _VISITED.search(before) and (_STUDY.match(after) or _PAID.match(before[-1] + after)):
        return 0.0, False
    if _NEIGHBOUR_BEFORE.search(before) and _NEIGHBOUR.match(after):
        return 0.0, True
    if _LESSON.match(after) or (_LEARNING.search(before) and "经验" in after[:30]):
        return 0.0, False
    if zone == "title" and _BRANCH.match(after):
        return 1.0, True  # a branch office works where it is named after, if nothing else says where
    if _INSTITUTION.match(after) or (zone in ("lead", "body") and _DATELINE.match(after)):
        return 0.0, True
    return full, True
