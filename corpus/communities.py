"""Communities and villages: in no table, so found by the shape of their names.

A name stands before 社区 or 村 and is cut at the town or county before it, else at a word that can't be part
of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.types import Locality, Span

if TYPE_CHECKING:
    from corpus.gazetteer import Mention

_KIND = re.compile(
    "社区(?!报(?:社|记者|[^一-鿿]|$))|村(?!社区|街道|路|派出所|村民?小组|民(?!委)|庄|镇|级|口|落|寨|容|史|规|务|居(?!民(?!区))|医|霸|屯|晚|超|BA|干部|校|小|集体|组)|嘎查"
)
_HAN = re.compile("[\u3400-\u9fff·]{1,12}$")
_LONGEST = 7  # characters of a name in front of 社区 or 村
# where a name can't begin any earlier: words that end what stands before it
EDGE = re.compile(
    ".*(?:近日|日前|今日|昨日|目前|今后|随着|走进|来到|走入|深入|进入|步入|前往|到达|奔赴|回到|带到|送到|"
    "搬到|为了|以及|联合|携手|指导|"
    "协助|带领|邀请|按照|根据|途经|经过|围绕|通过|除了|位于|坐落于|家住|住在|居住在|地处|了解|了解到|距离|确保|筑牢|助力|助推|感谢|拜访|"
    "该(?:镇|乡|街道|县|市|区)|接下来|下一步|办事处|供图|摄影|摘自|"
    "上报|事关|体现|体验|传递|修订|倡导|做好|充实|关怀|关闭|凝聚|凭借|出席|利用|办理|加大|参照|参观|发布|发现|取得|听说|听闻|吸引|"
    "增加|委托|夯实|展现|展示|开放|当成|形成|影响|感受|感觉|感知|慰问|成立|报告|担任|拆除|拉近|拟定|排查|排除|探讨|推助|提供|提起|"
    "摸清|得知|抓好|构筑|架起|求助|注重|深受|激励|照亮|祝愿|策划|筑起|筹集|绘制|维护|缓解|见证|解锁|警醒|讲好|设立|负责|责令|赞助|"
    "赞同|退还|送去|采访|重新|链接|关照|随后|首先|最后|最近|此次|当前|先前|后续|原来|无法|内容包括|"
    "在|到|从|由|与|和|及|给|为|对|向|让|将|被|把|是|以|如|赴|于|往|跟|但|自|同时|获悉|"
    "上午|下午|晚上|清晨|早上|[年月日号时讯的了着过])"
)
# what no name of a community holds
_NEVER = re.compile(
    "两(?![江河湾湖路岔])|[的了着过个该本这那每某全多几不也都就要你我他她它们等之其并或者哪余]|各(?!庄)|所(?!庄)|"
    "[一二三四五六七八九十百千]+[个家名位]|"
    "法院|法庭|检察|派出所|分局|大队|支队|税务|公安|警务|司法所|组织|推动|加强|推进|开展|打造|参与|治理|城乡|老旧|试点|街镇|乡镇|镇街|党员|党建|志愿|进行|走访|关于|"
    "相关|辖区|下沉|协调|引导|动员|"
    "带动|依托|聚焦|围绕|发挥|构建|建立|完善|支持|保障|关注|成为|属于|实现|融入|扎根|立足|覆盖|对接|配合|"
    "统筹|选派|培育|培养|强化|"
    "深化|优化|细化|网格|干部|书记|主任|部分|附近|周边|所辖|下辖|助力|促进|贯彻|落实|激发|激活|改善|提高|"
    "提升|探索|丰富|满足|"
    "涵育|聚合|听取|考察|学习|组建|修整|分享|正好|增收|精选|首场|责任|保证|联建|共建|包联|撬动|增强|交流|^因|间|更|[进入驻出回留满使]$|(?<!新)村$|"
    "[乡农居全旧]$|街道$|共商|已有|充分|首家|公司|教委|派驻|重点$|儿童友好|法治示范|召开|举办|举行|连线|召集|当好|还有|引发|盘活|扮靓|约$|^(?:沿湖|中关)$|^(?:社区|村容|和美|绿美|美丽|强)$|"
    "^[新老旧小大好强先后前本山渔进入驻在下上回离同一二两三四五六七八九十百]$|^城市$"
)
# what a name without a town in front of it does not hold either
_COMMON = re.compile(
    "建设|服务|智慧|和谐|示范|完整|未来|街道|居民|物业|基层|全面|通过|重点|文明|绿色|无障碍|友好|行政|"
    "自然|城中|贫困|帮扶|所在|服从|"
    "创新|整合|解决|方便|联系|帮助|加快|网络|网上|虚拟|线上|在线|医院|卫生|学校|高校|学生|老人|儿童|青年|"
    "妇女|工作|活动|生活|发展|"
    "管理|养老|安全|健康|文化|体育|法治|法律|宣传|教育|环境|综合|城市|城镇|县城|单位|企业|部门|机关|小区|"
    "楼栋|校园|家庭|家园|园区|"
    "景区|政府|国家|国际|世界|人民|群众|人才|老年|互联|幸福$|安置|搬迁|移民|回迁|拆迁|混合|商圈|商业|"
    "传统|特色|样板|先进|优秀|十佳|"
    "最美|新建|改造|改建|扩建|升级|返回|离开|旅游|产业|数字|数智|电商|淘宝|红色$|历史|平安|富民|大型|"
    "高效|居住|另外|减轻|考察|调动|"
    "制定|释放|清理|突出|联合|拓展|拓宽|夯实|搭建|鼓励|督促|讨论|投身|挖掘|营造|保护|承担|接受|实施|用好|补齐|关爱|结合|认真|始终|"
    "十分|非常|积极|充分|进一步|"
    "前期|首届|参加|举办|打破|共建|共同|采用|寻求|针对|说起|系列|一处|一幅|功能|分钟|开创|开设|彰显|巩固|"
    "明确|唱响|融合|扩大|畅通|"
    "借助|赋能|招录|招募|破解|计划|居家|创建|清扫|呈现|擦亮|消除|热心|当地|中国|国外|城管|应用|医联|主动|新任|新旧|公益|课堂|知识|公安局|分局|市级|省级|县级|区级|"
    "属地|试验|家人|引领|"
    "^(?:美好|希望|良好|温馨|熟人|清廉|清洁|理想|薄弱|康养|专职|嵌入式|专业化|一站式|暑假|广大|零纠纷|大矛盾|共治共享|共益|"
    "上海|北京|天津|重庆|深圳|广州|中国)$|"
    "^[东西南北新老]$"
)
_FARM = re.compile(
    "(?:高新区|经开区|开发区|办事处)|(?:边境)?派出所|所(?=[一-鿿]{2,4}社区警务室)|[一-鿿]{2,4}(?:农场|林场|牧场|渔场|茶场|园艺场|管理区|开发区|高新区|经开区|办事处)"
)
# 杨镇下营村: a town that the table does not have, and its village
_TOWN_AND_VILLAGE = re.compile(
    "(?P<town>[一-鿿]{1,3}?(?:街道|镇|(?<!城)乡))(?P<name>[一-鿿]{2,}(?:社区|村))$"
)
_ESTATE = re.compile("[一二三四五六七八九十新]村$")
_VILLAGERS = re.compile("村?第一书记|村“两委|驻村|村干部|村民|村委|村党|党支部|党总支|党委|“两委”|两委")
_NUMBERED = re.compile("\\d{3}$")  # 钢花村街道121社区
_SIZES = range(9, 2, -1)  # characters of a name with its kind
_QUOTED = re.compile("[“《「‘【][^”》」’】，。]*$")  # “壹刻宝社区邻里节” is a brand
_STREET = re.compile("..(?:路|街|巷|苑|园|里|湾|庄|桥|门|坊|弄|道)$")  # 人民路社区, 文化巷社区 are names
# parts of names that elsewhere are an edge or a word; read so only right behind a town: 前进社区, 东童村社区
_IN_NAMES = re.compile(
    "和平(?!安)|共和|向阳|同心|自强|如意|永和|太和|人和|仁和|祥和|泰和|义和|前进|跃进|东进|余家(?=.)|金都|年丰|月亮|月[湖季桥]|"
    "(?<![近今昨当同次即每前])日(?=.)|其(?![他它实中余次])(?=..)"
)
# 走进和平新村社区: such a name where one begins, with no town in front of it
_BEGINS_SO = re.compile(
    "(?:(?<=走进)|(?<=来到)|(?<=走入)|(?<=位于)|(?<=前往)|(?<=[在到由的])|^)"
    "(?:和平(?!安)|和谐|和美|向阳|同心|自强|如意|为民)"
)
_COUNTED = re.compile(r"(?<=[\d余多])[名位户]")  # 252名庞嘴村村民
_AT_WORK = re.compile("驻[一-鿿]{1,4}村(?=工作队|第一书记|帮扶)")  # 某镇驻马坪村工作队 works at 马坪村
_HAMLET = re.compile("(?<=..)(?<![农乡全各这政然中心范居困民丽牌个])村$")  # 东童村社区, no 城中村社区
# 太和, 吉日, 月安: of two characters one may be an edge, for the other alone is no name
_BRIEF = re.compile(
    "[和向同自如年月][^镇县市区街乡校新老小大各本该农山行家户院站所处员民村级底初末间终谐美志类步样一时期己身治然建有主"
    "愿动创何今此前上好全其度]|"
    "[^镇县市区街乡校各本该农家户员民村企党近今昨当同次即每前明去上下周生节假几多半全逐]"
    "[和年月日号]"
)


def communities(
    text: str, named: Sequence[Mention], make: Callable[[Span, str, tuple[Locality, ...]], Mention]
) -> Iterator[Mention]:
    """Community and village names in `text`, whose other names (`named`, in order) are known."""
    ends = {m.span.end: m for m in named}
    loose: list[int] = []  # where a kind ends that no name was found for
    known: set[str] = set()  # names that follow their town or county
    for kind in _KIND.finditer(text):
        if _ESTATE.search(text, max(0, kind.start() - 1), kind.end()) and not _VILLAGERS.match(
            text, kind.end()
        ):
            continue  # 海滨二村 is a housing estate unless it has villagers
        if kind.group() == "村" and text[kind.start() - 1 : kind.start()] == "村":
            continue
        found = _name_before(text, kind.start(), ends)
        if found is None:
            loose.append(kind.end())
            continue
        start, parent = found
        word = text[start : kind.end()]
        if parent:
            known.add(word)
        candidates = (
            tuple(_held(x, word) for x in parent.candidates) if parent else (Locality(community=word),)
        )
        yield make(Span(start, kind.end()), word, candidates)
    for end in loose:  # 在和平社区, where the report has named 某街道和平社区
        word = next((text[end - n : end] for n in _SIZES if text[end - n : end] in known), "")
        if word and not any(at in ends for at in range(end - len(word) + 1, end + 1)):
            yield make(Span(end - len(word), end), word, (Locality(community=word),))


def below(place: Locality, community: str) -> Locality:
    """The community of that name in `place`; its own code is in no table, so that of `place` stays."""
    return replace(place, community=community)


def _held(place: Locality, word: str) -> Locality:
    """A village below `place`; a town that runs into its name becomes a level of its own."""
    both = _TOWN_AND_VILLAGE.match(word) if place.county and not place.town else None
    if both and is_name(both["name"].removesuffix("社区").removesuffix("村"), anchored=True):
        return replace(place, town=both["town"], community=both["name"])
    return below(place, word)


def _name_before(text: str, end: int, ends: dict[int, Mention]) -> tuple[int, Mention | None] | None:
    if end in ends or _QUOTED.search(text, max(0, end - 12), end):
        return None
    last = 0  # where the name before it ends, which this one may not swallow
    for start in range(end - 1, max(-1, end - _LONGEST - 1), -1):
        mention = ends.get(start) or (ends.get(start - 1) if text[start - 1 : start] in "）)" else None)
        if mention is not None:
            begin = behind(text, start, end) if may_hold(mention) else None
            if begin is not None:
                begin += _AT_WORK.match(text, begin, end + 8) is not None
                name = text[begin:end]
                name = _HAMLET.sub("名", name) if text.startswith("社区", end) else name
                return (begin, mention) if is_name(name, anchored=True) else None
            last = start
            break
    run = _HAN.search(text, max(0, end - 12), end)
    if run is None:
        return None
    cut = _COUNTED.match(text, run.start()) or EDGE.match(_BEGINS_SO.sub("名名", run.group()))
    start = run.start() + (len(cut.group()) if cut else 0)
    if not cut and run.start() == max(0, end - 12) and run.start() > 0:
        return None  # no edge in sight
    free = last <= start and 2 <= end - start <= 6
    return (start, None) if free and is_name(text[start:end]) else None


def behind(text: str, start: int, end: int) -> int | None:
    """Where a name behind a town begins, past a farm or the town's office; None behind an edge."""
    farm = _FARM.match(text, start, end)
    begin = farm.end() if farm else start
    if farm and farm.group() != "办事处" and EDGE.match(farm.group()):
        return None
    return None if EDGE.match(_plain(text[begin:end])) else begin


def _plain(run: str) -> str:
    """What follows a town, without those parts of names that elsewhere are an edge or a word.

    >>> [_plain(x) for x in ("前进路", "太和", "和明珠")]
    ['名路', '名', '和明珠']
    """
    return "名" if _BRIEF.fullmatch(run) else _IN_NAMES.sub("名", run)


def may_hold(mention: Mention) -> bool:
    """Whether a community can lie in what `mention` names."""
    return any(x.county or x.town or x.city for x in mention.candidates)


def is_name(run: str, *, anchored: bool = False) -> bool:
    """Whether `run` can be the name of a community; `anchored` if it follows a town or county.

    >>> [x for x in ("西园", "江湾", "各", "组织", "老旧", "百亩园") if is_name(x)]
    ['西园', '江湾', '百亩园']
    """
    if anchored and _NUMBERED.match(run):
        return True
    named = _plain(run) if anchored else run
    if len(run) < 2 or "社区" in run or _NEVER.search(named) or not _HAN.fullmatch(run):
        return False
    return anchored or bool(_STREET.search(run)) or not _COMMON.search(run)
