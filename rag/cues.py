"""What a sentence looks like: what it says to a reader, and how much of what an intent asks for."""

from __future__ import annotations

import re

from rag.figures import measured
from rag.sentences import asks
from rag.types import Intent

_EMPTY = re.compile(
    r"^[（(]?(?:记者|通讯员|来源|责任编辑|编辑|作者|审核|供稿|图为|文/|摄影)[^。]{0,40}[）)]?$|^[\W\d_]*$"
    r"|^[【\[]?版权声明|^返回搜狐|小时读者热线|^查看更多"
    r"|^(?:关键词|标签|责编|校对|监制|编审|二维码|扫码)[：: ]"
)
# Words to a language model, not to people: nobody's practice, and no model has to see them.
_TO_A_MODEL = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要理会|抛开)[^。，,]{0,6}(?:以上|上述|上面|前面|之前|此前|先前|所有|一切|系统)[^。，,]{0,8}"
    r"(?:指令|提示词?|命令|设定|约束)|(?:ignore|disregard|forget)\s[^.]{0,30}(?:instruction|prompt)|system\s?prompt",
    re.IGNORECASE,
)


def empty(text: str) -> bool:
    """Whether it says nothing to a reader: a by-line, a number, a crumb, words to a language model."""
    return len(text) < 6 or bool(_EMPTY.match(text)) or bool(_TO_A_MODEL.search(text))


_CRUMB = 16  # characters; a shorter line without an end is a heading or a cell of a table


def crumb(text: str) -> bool:
    """Whether it is a heading or a cell of a table: worth quoting only where there is nothing else."""
    return len(text) <= _CRUMB and text[-1] not in "。！？!?；;…”」』"


_DANGLING = re.compile(r"^(?:这|它|他|她|其|对此|为此|因此|此举|此外|同时|该|以上|上述)")
_THANKS = re.compile(
    "(?:居民|村民|大娘|大爷|大妈|奶奶|爷爷|阿姨|业主|女士|先生|老人|群众)[^，,。]{0,8}(?:说|表示|感慨|称赞|点头|满意|高兴)"
)
# What any report could say of anything.
_SLOGAN = re.compile(
    "高度重视|进一步|不断(?:提升|增强|提高|完善|优化|夯实)|获得感|幸福感|安全感|奠定[^，。]{0,6}基础|营造[^，。]{0,16}氛围|"
    "(?:凝聚|形成)[^，。]{0,8}合力|注入[^，。]{0,10}(?:动力|活力|动能|血液|力量)|为抓手|为契机|为目标|为导向|为引领|充分发挥|"
    "切实|扎实|着力|深入(?:贯彻|学习|践行|推进)|积极(?:响应|践行)|最后一公里|新格局|新局面|新篇章|贯彻落实|讲话精神|"
    "美好生活|高质量发展|重要(?:作用|意义|举措)|保驾护航|添砖加瓦|纷纷表示|赢得|好评|点赞|点燃|温暖|得到了"
)
# What a place means to do is no means that others could take over. A word for a time to come stands at the
# beginning or behind what introduces speech; 接下来 also goes on in a story, 未来社区 is a kind of community.
_NEXT = r"(?:下一步|下阶段|下一阶段|下步)[，,]?"
_WILL = r"(?:将|要|还会|也会|继续|计划|打算|准备|力争|争取)"
_ONCE = rf"(?:接下来|今后|未来(?!社区|乡村|工厂)|后续|日后|明年|年内)[^。]{{0,24}}?{_WILL}"
_LATER = rf"(?:^|[，,：:“])在?(?:{_NEXT}|{_ONCE})"
_GOES_ON = r"将(?:继续|持续|进一步|不断|陆续|力争|适时|择机)"
_PLAN = re.compile(rf"{_LATER}|{_GOES_ON}|将以此|将以[^，。]{{2,12}}为契机")
# 计划, 打算, 准备 and 拟 in front of a verb; not 行动计划, 准备了, 模拟, 本打算.
_WHO = r"(?:^|[，,“]|[还正也都们里]|目前|明年|今年|[区县镇乡村市局]|街道)"
_MEANS = rf"(?:{_WHO}(?:计划|准备)|(?<![原本曾])打算|(?<![模草虚])拟)"
_DOES = (
    r"(?:在|于|将|把|对|为|再|从|用|继|接|年|今|明|逐|陆|投|引|建|开|办|打造|推|利|扩|增|申|动员|选|组|设|新|"
    r"\d)"
)
_INTENDED = re.compile(
    rf"{_LATER}|{_GOES_ON}|{_MEANS}{_DOES}|力争|"
    r"[，,]将(?:对|在|于|会|逐步|积极|全面|以|通过|依托|围绕|结合|针对|加大|加强)|"
    r"希望(?:通过|能够?|可以|今后)|正在?(?:制定|筹备|谋划|编制|酝酿)|(?:积极|着手)(?:筹备|谋划|酝酿)"
)
_AHEAD = re.compile(rf"^[“‘]?在?(?:{_NEXT}|{_ONCE})")  # the whole sentence, with its figures
_LATE = 30  # characters behind which a plan is the tail of a sentence about what was done
_EFFECT = re.compile(
    r"^(?:通过|此次|本次|这次|此项|一次次|一场场|小小的?)[^，。]{0,14}[，,]?[^。]{0,12}(?:感受|增强|提升|营造|传播|激发|树立|弘扬|拉近|将|让|兑)|"
    r"感受到[^，。]{0,16}(?:温暖|关爱|关心|温度)|正能量|保险锁|双向奔赴|犹如|春雨|绘就|画卷|竖起[^，。]{0,4}拇指|连连称赞|"
    r"(?:拉近|缩短|温暖|换来|增进|凝聚|传递|点亮|守护|收获|赢得|提升)的(?:还|更)?是|是[^，。]{2,30}(?:重要一环|缩影|写照|题中之义|有益尝试)|"
    r"(?:呼吁|号召|倡议|希望)广大|真正打通|得到[^，。]{0,12}(?:好评|认可|称赞|肯定)。?$|(?:赢得|获得|受到)[^，。]{0,12}(?:好评|称赞|点赞)|"
    r"唯有[^。]{4,40}才能|^[^，。]{0,12}还?就[^。]+作(?:出|了)+[^，。]{0,4}(?:要求|部署|规定)。$|"
    r"采取了?(?:一些|一系列|系列|多种)[^，。]{0,8}(?:措施|举措|办法)。$"
)
# That something was held, and nothing of how it goes.
_HELD = re.compile(
    r"^(?:近日|近期|日前|[^，。]{0,14}\d日[^，。]{0,6})[，,]?[^。]{0,70}(?:举行|举办|开展|组织|召开|迎来)[^。]{0,50}"
    r"(?:仪式|活动|比赛|演出|联欢会?|讲座|宣讲|培训会?|会议|揭牌|启动)。$"
)
_STEP = re.compile(
    "建立|组建|推行|成立|设立|制定|出台|印发|安装|改造|登记|发放|邀请|协调|划分|划为|配备|签订|培训|招聘|开设|设置|增设|开办|建成|提供|每[天日周月季年]|补贴|奖励"
)
_DONE = re.compile(rf"(?:{_STEP.pattern})了(?![^，。]{{0,12}}(?:方案|计划|规划))")
# What was wrong before anything was done.
_TROUBLE = re.compile(
    r"^“?(?:原来|由于|因为|以前|过去|以往|曾经|此前|长期以来|多年来)|投诉|(?:仍然|依然|仍|还)存在|存在[^，。]{2,30}(?:问题|现象|情况|隐患)|"
    r"杯水车薪|困境|经常发生|不断升级|成了?[^，。]{0,12}(?:难题|烦心事|心病|老大难)"
)


def idle(text: str) -> bool:
    """Whether a sentence tells what is meant to be done, or how good it was: no means.

    >>> idle("目前方案已经拟好，将对各小区全面开展排查。"), idle("镇里将河道分为三段，每天巡查。")
    (True, False)
    >>> idle("此次调查增强了信任。"), idle("此次调查采取上门面谈、问卷等方式，增强了信任。")
    (True, False)
    """
    meant = _INTENDED.search(text)
    if _AHEAD.match(text):
        return True
    if (
        meant
        and not _DONE.search(text)
        and not (meant.start() > _LATE and _STEP.search(text, 0, meant.start()))
    ):
        return not measured(text)
    return bool(_EFFECT.search(text)) and not (_STEP.search(text) or _BY.search(text) or measured(text))


# how it was done, however it is dressed up
_BY = re.compile("(?:采用|采取)了?[^，。]{2,}(?:方式|办法|形式|模式)")


_VISIT = re.compile(
    "(?:调研|考察|参访|观摩|督导)[^，。]{0,4}[组团](?!织|建|成)|莅临|陪同(?:调研|考察|参观)|"
    "(?:给予|表示)了?(?:充分|高度)?肯定|(?:表达|致以)了?[^。]{0,30}(?:祝贺|慰问(?![品金])|敬意|问候|祝福)"
)


def visit(text: str) -> bool:
    """Whether a sentence tells who came to see a thing, not how it is done.

    >>> visit("考察组由邻县的两位局长带队，看了三个展厅。"), visit("组织村干部到邻县考察，回来各建一处驿站。")
    (True, False)
    """
    return bool(_VISIT.search(text)) and not _STEP.search(text)


_TALK = re.compile(
    _SLOGAN.pattern
    + "|立足[^，。]{0,8}(?:实际|特点|优势)|多措并举|加快[^，。]{0,12}(?:步伐|进程)|深入开展|扎实开展|"
    "大胆探索|(?:精心|精密)组织|使命任务|"
    "提升[^，。]{0,16}(?:水平|效能|质效)|(?:不断)?擦亮|筑牢|"
    "树立[^，。]{0,16}(?:风气|风尚|观念|形象)|狠刹|大力(?:弘扬|培育|推进)|"
    "为[^，。]{2,30}(?:贡献|提供了?[^，。]{0,8}(?:保障|支撑))|走深走实|落地见效|积极(?:促进|推动|探索|引导)|步入|谱写|展现"
)


def talk(text: str) -> bool:
    """Whether most of the clauses of a sentence are what any report could say of anything.

    >>> talk("立足本地实际，多措并举，不断擦亮底色，筑牢基石。"), talk("立足本地实际，设立三个站点。")
    (True, False)
    """
    if _STEP.search(text) or measured(text) or _CALLED.search(text):
        return False
    clauses = [clause for clause in re.split("[，,；;。]", text) if len(clause) > 3]
    return sum(bool(_TALK.search(clause)) for clause in clauses) > _MOSTLY * len(clauses)


_MOSTLY = 0.6


def held(text: str) -> bool:
    """Whether a sentence only tells that something was held one day, or who came.

    >>> held("近日，社区举行议事厅揭牌仪式。"), held("近日，社区设立议事厅，每月议事一次。")
    (True, False)
    >>> held("区委领导、某局负责人等出席活动。"), held("12名党员参加活动。")
    (True, False)
    """
    return bool(_ATTENDED.search(text)) or (
        bool(_HELD.match(text)) and not _STEP.search(text.replace("举行", ""))
    )


# who came: …、某局负责人等出席。
_ATTENDED = re.compile(
    r"^(?!.*(?:开展|举办|召开|举行|吸引|邀请|组织|\d))[^。；]*(?:出席|列席|参加)了?(?:(?:此次|本次|当天的?)?(?:活动|会议|仪式|座谈会?|启动仪式|大会))?"
    r"(?:并(?:讲话|致辞))?。$"
)


def unsolved(text: str) -> bool:
    """Whether a sentence ends on what was wrong: what was done about it stands behind it.

    >>> unsolved("站点建了640个，但乱停放的情况仍然存在。"), unsolved("针对存在的问题，社区设立了站点。")
    (True, False)
    """
    return bool(_STILL.search(re.split("[，,；;]", text.rstrip("。！？”"))[-1]))


_STILL = re.compile("(?:仍然|依然|仍|还)存在[^，。]{0,8}$|杯水车薪|捉襟见肘|力不从心")


def story(text: str) -> bool:
    """Whether a sentence begins with somebody of the neighbourhood: an illustration.

    >>> story("村民王大爷平时还打扫庭院。"), story("社区书记陪王大爷看病。")
    (True, False)
    """
    told_by = _NEIGHBOUR.search(text, 0, _EARLY) or _SOMEBODY.search(text, 0, _EARLY)
    return told_by is not None and not _OFFICIAL.search(text, 0, told_by.start())


def trouble(text: str) -> bool:
    """Whether a sentence tells what was wrong, and nothing of what was done about it.

    >>> trouble("原来，有居民投诉楼道堵塞。"), trouble("由于无人看管，社区组建了巡查队。")
    (True, False)
    """
    return bool(_TROUBLE.search(text)) and not _STEP.search(text)


# How reports set the scene before they say anything: 走进…，映入眼帘.
_SCENE = re.compile(
    r"有(?:一)?[位个][^，,。]{0,6}(?:先生|女士|大爷|大妈|阿姨|奶奶|老人|居民|村民)|有人说|^家住|\d日(?:清早|清晨|一早|上午|下午|傍晚|晚上|晚)|^(?:清早|清晨|一大早|傍晚|夜幕)|排起了?(?:长)?队|穿梭|顶着|酷暑|"
    r"映入眼帘|空气中|热闹|欢声笑语|其乐融融|人头攒动|络绎不绝|琳琅满目|琅琅|笑着|笑容|开心地|高兴地|激动地|气氛|琴声|"
    r"^(?:近日|日前|清晨|一大早|(?:\d+月)?\d+日)?[，,]?走进|^(?:近日|日前)[，,]记者|"
    r"一行(?:人|来到|前往|走进|实地|先后)|亲切(?:交谈|座谈|慰问)|详细询问|"  # a visit from above
    r"主办单位|承办单位|【作者】|【报送单位】|"  # who sent it in
    r"烈日|骄阳|炎炎|正值|随着[^，。]{2,30}[，,]|在[^，。]{2,16}的(?:背景|大背景)下"
)
# Somebody of the neighbourhood, and what became of them: an illustration.
_NEIGHBOUR = re.compile(
    r"\d岁的|隔壁|姐妹|街坊|老邻居|(?:女士|先生|大爷|大妈|大娘|大叔|大姐|阿姨|阿婆|奶奶|爷爷|婆婆|老伯|师傅)|"
    r"(?:居民|村民|业主|住户|市民|家住)[^，,。：:；“”]{0,14}(?:说|表示|回忆|觉得|打趣|夸|感慨|点头|告诉)"
)
# Words of somebody who tells how it is done: of an office, not of the neighbourhood.
_OFFICIAL = re.compile(
    "书记|主任|局长|负责人|工作人员|民警|法官|网格员|网格长|镇长|乡长|县长|区长|站长|队长|会长|科长|院长|社工"
)
_EARLY = 24  # characters
_SOMEBODY = re.compile(
    r"(?:居民|村民|业主|住户|小哥|骑手)[\u4e00-\u9fff]{2,3}?(?:不光|不仅|平时|每天|每次|刚刚?|正|是|也|还|就|从|在)"
)
_SPOKEN = re.compile(r"“([^”]{12,})(?:”|$)|^([^“”]{12,})”")
_CALLED = re.compile(r"“[^“”，。；！？]{2,14}”|《[^》]+》")


WEAK = -0.4  # form below which a sentence is quoted only where there is nothing else


def form(text: str, intent: Intent) -> float:
    """A little less for what can't stand alone, is only speech, thanks, plans or what anybody could say.

    Scenes, the talk of residents and questions without their answer say nothing of how it is done.
    A little more for what has a name: “…” and 《…》. The weights were swept one at a time on howto-dev and
    ncpqa-dev (2026-11-22): together they bring the key facts from .668 to .682 and the evidence from .738
    to .757 at the same length.
    """
    bare = not measured(text)
    named = 0.1 * min(2, len(set(_CALLED.findall(text)))) * (intent is not Intent.FIGURE)
    vague = 0.07 * min(3, len(_SLOGAN.findall(text))) + 0.3 * (bare and bool(_PLAN.search(text)))
    said = 0.25 * (bare and bool(_THANKS.search(text))) + 0.1 * (text[:1] in '“”"')
    talk = 0.25 * (not _OFFICIAL.search(text) and _spoken(text) > 0.5)
    scene = 0.3 * min(2, len(_SCENE.findall(text)))
    told_by = _NEIGHBOUR.search(text)
    scene += 0.3 * bool(told_by and not _OFFICIAL.search(text, 0, told_by.start()))
    if intent is Intent.MECHANISM and named > _ONE_NAME:
        scene = 0.0  # a visitor is told what it is called
    alone = 0.45 if text.startswith(("他", "她", "它")) else 0.05 * bool(_DANGLING.match(text))
    alone += 0.1 * (len(text) < 15) + 0.4 * asks(text)
    return named - vague - said - talk - scene - alone - 0.05 * max(0, len(text) - 60) / 100


_ONE_NAME = 0.1  # what one name in quotation marks counts


def _spoken(text: str) -> float:
    """Share of a sentence that stands in long quotation marks."""
    return sum(len(one or other) for one, other in _SPOKEN.findall(text)) / len(text)


_DOING = re.compile(
    "建立|组建|推行|构建|成立|设立|打造|制定|实行|实施|推动|创新|整合|探索|开展|组织|搭建|落实|完善|采取|采用|依托|通过|"
    "明确|联合|引入|安排|划分|选聘|培育|邀请|协商|统筹|牵头|负责|按照|配备|发放|安装|改造|登记|公示|走访|排查"
)
_NAMED = re.compile(
    "《[^》]+》|印发|出台|“[^”]{2,20}”(?:机制|制度|工作法|模式|体系|工程|行动|平台)?|机制|办法|方案|条例|细则|制度|工作法|模式"
)
_MONEY = re.compile("资金|经费|补贴|补助|投入|财政|元|贷款|奖补|筹措|众筹|基金|出资|收费|免费")
_ORDER = re.compile(
    "首先|其次|然后|第[一二三四五]|[①-⑨]|步骤|流程|环节|申请|受理|审核|提交|办理|审批|[（(][一二三四五][）)]|→"
)


def cue(intent: Intent, text: str) -> float:
    """How much a sentence looks like what the intent asks for, 0 to 1."""
    if intent is Intent.FIGURE:
        return min(1.0, len(measured(text)) / 2)
    if intent is Intent.MECHANISM:
        return min(1.0, len(_NAMED.findall(text)) / 2)
    if intent is Intent.FUNDING:
        return min(1.0, len(_MONEY.findall(text)) / 2)
    if intent is Intent.STEPS:
        return min(1.0, len(_ORDER.findall(text)) / 2 + len(_DOING.findall(text)) / 8)
    if intent is Intent.FACT:
        return 0.0
    doing = min(1.0, len(set(_DOING.findall(text))) / 3)
    return 0.7 * doing + 0.3 * min(1.0, len(measured(text)) / 2)
