"""Where a title that runs into its report ends.

News items copied from the web often read 「原标题：TITLEBODY」 without so much as a space between the
two. The score of a cut is the log odds of the characters before it at the end of a title plus those of
the characters behind it at the start of a report, learned from items in which the boundary is marked
(`sentence_starts.tsv`: a title printed twice, a dateline, an item without a title; `python -m corpus starts`
counts such a table anew from any texts that mark the boundary), with a penalty for
unusual lengths and a bonus where the report begins with the title's own first words.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources

_UNSEEN = -1.0
_LIKELY = -0.3  # the least score of a cut: a wrong one costs little more than a title left in the text
_TYPICAL_TITLE, _SPREAD = 23, 8  # characters; a grid over 400 titles that their sources print twice
_NO_START = set("，。、；：！？）”》】 \u3000\xa0)’,;:!?．.…")
_NO_END = set("，、：（“《【(‘,:—-□■●◆")
_BEGINS = re.compile(
    r"(?:步入|漫步|家住|(?:早上|清晨|上午|中午|下午|傍晚|晚上|凌晨)\d|(?:20\d\d年)?\d{1,2}月\d{1,2}日|\d{1,2}日(?:[上下]午|晚|凌晨)?，"
    r"|自(?:[去今]年|20\d\d年|\d{1,2}月)|据[^，。：]{2,14}(?:消息|报道|介绍|通报)，|本[网报]讯)"
)
_UNFINISHED = re.compile(r"(?:步入|漫步|走入|来到|家住|位于)在?[\u4e00-\u9fff]{0,6}?(?:[区县市镇]|街道)?$")
_OPENED = re.compile(
    r"\d{1,2}月\d{1,2}[日晚]|20\d\d年\d{1,2}月|近日|时下，|本[网报]讯|日前|连日来|记者|为了|近年来|今年以来|一直以来|长期以来|多年来"
)
# an opening that nothing separates from what stands before it (…送上门近日，) begins a report, not a clause
_GLUED_OPENING = re.compile(
    r"(?:近日|日前|近期|连日来|近年来|今年以来|去年以来)(?![的里])|(?:目前|时下|眼下|如今)，"
    r"|为(?:进一步|了|深入|切实|更好|筑牢|推[动进]|加[强快]|提[升高]|丰富|贯彻|落实|全面|充分|扎实|弘扬|营造|帮助|做好|主动|增强"
    r"|发展|培养|培育|解决|畅通|破解|方便|满足|倡导|引导|积极|广泛|大力|持续|有效|认真|普及|巩固|庆祝|迎接)"
)
_GLUED_TO = re.compile(r"(?:[\u4e00-\u9fff！？…→]|(?<![！？。…])”)(?<![者于自在从是将会称说悉至到且并及])$")
# what a sentence begins with whose verb would otherwise end the title: 美好家园|改善人居环境，…
_SENTENCE = re.compile(
    r"(?:改善|提升|营造|优化|加强|增强|丰富|提高|强化|推进|创建)"
    r"(?:人居环境|农村|辖区|社区|居民|群众|城市|基层|营商环境|生态)[^：]{0,12}，"
)
# a question that opens a report, too far from the title's beginning to be its end
_QUESTION = re.compile(
    r"(?:居民|群众|社区|青少年|孩子们?|老年?人|大家|我们|企业|村民|小区)?(?:如何|怎么|怎样)[^，。！？：]{8,40}？"
)
_FAR = 36  # characters behind which a title hardly ends
# words that a headline ends with, where the report follows without a gap
# a verb whose object stands in quotes: 筑牢平安|“大堡垒”
_WANTS = re.compile(
    r"(?:举办|举行|打造|彰显|筑牢|构筑|推动|推进|实现|激发|擦亮|奏响|唱响|谱写|绘就|织密|架起|搭建|按下|跑出|当好)[\u4e00-\u9fff]{0,5}$"
)
_ENDER = re.compile(
    r"(?:新画卷|新篇章|谱新篇|新风尚|新气象|新图景|正当时|进行时|零距离|暖人心|在行动|见实效|显成效|有温度|有妙招|绘新景|开新局|促和谐"
    r"|惠民生|焕新篇|启新篇|绘新篇|[”手砺伴光]前行|大能量|大变样|齐参与|暖心田|解难题|破难题|添活力|亮点纷呈|精彩纷呈|展新颜|换新颜|焕新颜|新时尚|安全防线)(?=[\u4e00-\u9fff“])(?!的|系列|活动|行动|工程|服务|项目|品牌)"
)
_HALVES = 24  # characters in which the first half of a title may end
_FIRST_HALF = re.compile(r"(?:[！？]|……)$")
_PLACE_NEXT = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:街道|社区|[区县镇村])(?!，)")
_ACTOR_NEXT = re.compile(r"(?![在住])[\u4e00-\u9fff]{2,8}?(?:街道|[区县镇村])[^，这那]")
_WORD = re.compile(  # words that no title ends in the middle of
    "担当|新篇|平安|服务|文明|社区|志愿|群众|居民|活动|工作|基层|治理|家园|环境|实践|未来|微光|幸福|美好|宣传|开展|推进|助力"
    "|提升|打造|建设|改善|发展|乡村|振兴|生活|健康|安全|消防|垃圾|分类|关爱|暑期|儿童|青年|老人|党建|引领|品质|效能|行动|创建"
    "|零距离|温暖|清凉|公益|法治|和谐|邻里|融合|赋能|共建|共享|增收|致富|企业|学生|少年|红色|网格|积分|大学|学子"
)
_SPOKEN = re.compile(r"“[^“”]{8,}[！？。…]+”\s?$|(?<=.{8})“[^“”]{4,}(?:[！？。…]+|，[^“”]{3,})”$")
_SAID_FIRST = re.compile(r"“[^“”]{4,40}[！？。啊吗呢吧呀啦]”")  # a report that opens with what someone said
_FULL_PLACE = re.compile(
    r"(?:北京|天津|上海|重庆)市|[\u4e00-\u9fff]{2,3}省|[\u4e00-\u9fff]{2,6}自治区|[\u4e00-\u9fff]{2,7}?(?:省|自治区|市)[\u4e00-\u9fff]{1,8}?(?:市|区|县|州|旗)"
)
_COINED = re.compile(r"“[^“”，。！？…]{1,8}”(?![，。说是])|“[^“”，。！？…]{1,5}”(?=，)")
_CONTINUES = re.compile(  # what goes on with a name or a phrase rather than begins a report
    r"街道|社区(?!是)|[镇乡村县区市旗省](?![民里委政人内容场])|小区|居委会|派出所|主题活动|活动(?!现场|当[天日]|中|，)|为契机"
    r"|工作(?!人员|者|中|以来|站|日)|建设(?!者|银行)|一夏|担当(?![作起着])"
    r"|亮点纷呈|精彩纷呈|零距离|不打烊|全覆盖|暖人心|有温度|身上|前行"
    r"|[焕启绘谱]?新(?:画卷|篇|气象|容颜|面貌|风貌|风尚|图景|标杆|作为|动能|局面)"
)
_NO_FIRST = re.compile(  # what goes on with a title rather than begins a report
    r"[更再才]|专场|暑期(?=“)|虽(?![然说已是只])|中(?![国央原共心小学新建铁石交华山])|和(?![平田县顺龙静硕政林])|[的与及]|成[为立]|[\u4e00-\u9fff]，|[^我你他她它咱谁的有别真]的"
)
_WENT = re.compile(
    r"(?:走进|奔赴|走访)(?![^，。]{2,24}[，。])"
)  # what a subject in front of it did: 「大学生走进某某村|在…」
_GOES = re.compile(r"(?:[团队员生]|活动|演出|讲堂|课堂|志愿者|服务)\|走进")  # … whatever follows
_BACKED = re.compile(
    r"在[^，。：；]{4,50}(?:支持|指导|带领|组织|领导|帮助|号召|推动|协助)下，|在[^，。：；]{6,40}(?:进程|过程|实践)中，"
)
_PREDICATE = re.compile(  # of a quoted name that stands in front
    r"(?:为(?!进一步|了|深入|切实|更好)[^，。]{2,8}(?:提供|送上|送去|赋能|护航)|走进|亮相|入户|奏响|启动|开展|守护|助力|送|进|让|零距离|连接|双融合|爱心|托起|[^，。：“”]{0,2}[展阅]|提升)"
    r"(?!的?[“”，])"
)
_SEASON = re.compile(
    r"(?:初|盛|仲|深|入)?[春夏秋冬][日天季]?的?(?:清晨|早晨|午后|傍晚|夜晚)，"
    r"|[四五六七八九十]月(?:盛夏|酷暑|金秋|时节|流火)，"
)
_LEFT_OPEN = re.compile(  # what a title can't end with
    r"[在成伴将让把向从]$|(?<![\u5b58\u6b63\u6240])在“[^“”]{2,16}”$|(?:街道|社区|[镇村])“[^“”]{2,8}”$|[以用][^，。“]{0,6}“[^“”]{1,6}”$|(?:大学|学院)暑期$|以[\u4e00-\u9fff]{2}$|[，、](?:建设|打造|开展|推动|推进|激发|助力|开启)$|流传$|当[^，]{2,8}遇[上见]$"
    r"|走进[^，]{2,8}，原[本来先][^，]{0,8}$|是[^，]{2,12}，[^，]{0,8}是[^，]{0,6}$"
)
# no title: the rest of a place, a medium whose reporter is named next, a verb that wants more
_NO_TITLE_END = re.compile(
    r"[：:！][\u4e00-\u9fff]{2,8}(?:街道|社区|[市区县镇乡村])$|[\u4e00-\u9fff]{2,3}(?:市[\u4e00-\u9fff]{1,7}?(?:街道|[镇乡区县])|[区县][\u4e00-\u9fff]{1,7}?(?:街道|[镇乡]))$"
    r"|[|｜丨]\s?[\u4e00-\u9fff]{1,3}$|[你您]好！$|(?<!有序)(?<!正式)(?<!深入)(?<!扎实)(?<!顺利)(?<!火热)(?<!全面)(?<!广泛)(?<!接续)开展$|(?<!正式)(?<!全面)(?<!同步)(?<!隆重)(?<!持续)开启$|在[\u4e00-\u9fff]{2}$"
)
_REPORTER_NEXT = re.compile(r"(?:报|网|社|客户端)\|记者")
_TWO_HALVES = re.compile(r"(?:^|[：:！？])([^：:！？\s，]{4,14})[ \u3000\xa0]([^：:！？\s，]{4,14})$")
_QUOTES = re.compile("[“”‘’《》]")
_HALF_BEGUN = re.compile(
    r"[\u4e00-\u9fff”！]{4}[ \u3000\xa0][\u4e00-\u9fff]{1,3}$|[\u4e00-\u9fff”]！[\u4e00-\u9fff]{1,4}$"
)
_UPPER_PLACE = re.compile(r"[\u4e00-\u9fff]{2}[省市区县]$")
_LOWER_PLACE = re.compile(r"[\u4e00-\u9fff]{2,4}(?:[市区县镇乡村]|街道|社区)")
_HAN_FOUR = re.compile(r"[\u4e00-\u9fff]{4}")
_HAN_PAIR = re.compile(r"[\u4e00-\u9fff]{2}")
_NAME = 8  # characters of a title that are the name of who acts, where the report begins with them again
_NEARBY = 2000  # characters of the report in which a word is looked for again
_PAIRS = (("“", "”"), ("《", "》"), ("（", "）"), ("【", "】"), ("(", ")"))


@cache
def _odds() -> tuple[dict[str, float], dict[str, float]]:
    starts: dict[str, float] = {}
    ends: dict[str, float] = {}
    table = resources.files("corpus").joinpath("sentence_starts.tsv").read_text(encoding="utf-8")
    for line in table.splitlines()[1:]:
        side, gram, value = line.split("\t")
        (starts if side == "right" else ends)[gram] = float(value)
    return starts, ends


def start_score(text: str) -> float:
    """Log odds that a report's first sentence begins like `text`."""
    starts, _ = _odds()
    return next((starts[text[:n]] for n in (4, 3, 2, 1) if len(text) >= n and text[:n] in starts), _UNSEEN)


def end_score(text: str) -> float:
    """Log odds that a title ends like `text`."""
    _, ends = _odds()
    return next((ends[text[-n:]] for n in (3, 2, 1) if len(text) >= n and text[-n:] in ends), _UNSEEN)


def balanced(text: str) -> bool:
    """Whether every quotation mark and bracket that opens also closes."""
    return all(text.count(a) == text.count(b) for a, b in _PAIRS)


def title_end(text: str, longest: int = 62) -> int | None:
    """The offset at which a title that `text` begins with ends, None where no cut is likely.

    A title printed twice is certain; otherwise the best-scoring cut wins if it scores above zero.

    >>> title_end("某街道开展便民服务活动某街道开展便民服务活动近日，某街道组织志愿者走进小区。")
    11
    """
    for size in range(longest, 5, -1):
        head = text[:size]
        if len(head) == size and text[size:].lstrip().startswith(head) and head.strip():
            return size
    best, at = _LIKELY, None
    for cut in range(6, min(longest, len(text) - 4)):
        head = text[:cut]
        if "。" in head:
            break
        if text[cut] in _NO_START or text[cut - 1] in _NO_END or not balanced(head):
            continue
        if head.count('"') % 2 or _splits_number(text, cut):
            continue
        score = cut_score(text, cut)
        if score > best:
            best, at = score, cut
    return at


def cut_score(text: str, cut: int) -> float:
    """Log odds of a title ending at `cut`."""
    score = start_score(text[cut : cut + 4]) + end_score(text[:cut].rstrip()[-3:])
    half = _half_before_a_place(text)
    typical = half + _TYPICAL_TITLE if cut > half else _TYPICAL_TITLE
    score -= 0.5 * ((cut - typical) / _SPREAD) ** 2
    repeated = next((n for n in (_NAME, 4, 3, 2) if text[:n] == text[cut : cut + n]), 0)
    score += 1.0 * repeated if repeated < _NAME or "、" not in text[:_NAME] else 0.0
    if text[cut - 1].isspace():
        score -= 2.0  # a blank divides the halves of a title more often than title and report
    if text[cut - 1] in "！？" and cut < 18:
        score -= 2.0  # the first half of a title such as 「好消息！某街道开展…」
    if _OPENED.search(text, 6, cut) or _SPOKEN.search(text[:cut]):
        score -= 5.0  # the report has begun before
    if _FULL_PLACE.match(text, cut):
        score += 2.5  # reports begin with the full name of their place, titles with a short one
    if _COINED.match(text, cut):
        score -= 2.5  # a coined name such as “集结号” goes on with the title, a spoken sentence does not
    if text[:cut].rstrip().endswith(("讯", "原创稿", "中新网", "记者")):
        score -= 5.0
    if text[cut - 1] == "→":
        score += 4.0
    if _SEASON.match(text, cut):
        score += 4.0
    if _BEGINS.match(text, cut):
        score += 3.0 if text[cut].isdigit() else 4.0
    return score + _joint(text, cut) - _torn(text, cut)


@lru_cache(maxsize=4)  # asked of every cut of one text
def question_at(text: str) -> int | None:
    """Where the question begins that opens the report behind a title, None where it may end the title."""
    asked = _QUESTION.search(text, 12, _FAR + 40)
    if (
        asked is None
        or asked.end() <= _FAR
        or not _HAN_FOUR.fullmatch(text[asked.start() - 4 : asked.start()])
    ):
        return None
    return asked.start()


def _marked(text: str, cut: int) -> float:
    """What a mark says: □李明 who wrote the report, “真方便！” that it opens with what someone said."""
    if "□" in text[6 : cut + 1]:
        return 8.0 if text[cut] == "□" else -6.0
    said = _SAID_FIRST.match(text, cut) if text[cut] == "“" else None
    return 0.0 if said is None else 4.5 if text.startswith("“", said.end()) else 2.5


@lru_cache(maxsize=4)
def _half_before_a_place(text: str) -> int:
    """Where a title's first half ends, if it says who behind a mark: 筑牢屏障！|某街道关爱老人; else 0."""
    mark = next((at for at in range(6, _HALVES) if text[at - 1 : at] == "！"), 0)
    return mark if mark and _ACTOR_NEXT.match(text, mark) else 0


@lru_cache(maxsize=4)
def _ended_at(text: str) -> int | None:
    """Where words end that a headline ends with, None where there are none."""
    ended = _ENDER.search(text, 8, _FAR + _half_before_a_place(text))
    return ended.end() if ended else None


def _joint(text: str, cut: int) -> float:
    """What the words on both sides of a cut say together."""
    joint = _marked(text, cut)
    if cut < _HALVES and _FIRST_HALF.search(text[:cut]) and _PLACE_NEXT.match(text, cut):
        joint -= 4.5  # the second half says who: 「筑牢屏障！某街道关爱老人」
    if _GLUED_OPENING.match(text, cut) and _GLUED_TO.search(text[:cut]):
        joint += 3.0
    if _BACKED.match(text, cut) and _GLUED_TO.search(text[:cut]):
        joint += 2.0
    if _SENTENCE.match(text, cut) and _HAN_FOUR.fullmatch(text[cut - 4 : cut]):
        joint += 2.0
    ended = _ended_at(text)
    if ended is not None:
        joint += 3.0 if cut == ended else -3.0 if cut > ended else 0.0
    asked = question_at(text)
    if asked is not None:
        joint += 4.0 if cut == asked else -6.0 if cut > asked else 0.0
    halves = _TWO_HALVES.search(_QUOTES.sub("", text[:cut].rstrip()))
    if halves and len(halves[1]) == len(halves[2]):
        joint += 2.0  # 「商户联盟聚合力 居民门口得实惠」
    if text[cut - 1] in "….":
        joint -= 1.5  # a list that breaks off
    if _HAN_FOUR.fullmatch(text[cut - 4 : cut]) and text[cut - 4 : cut] == text[cut : cut + 4]:
        joint += 3.0  # 「…获赠一面锦旗一面锦旗，一份心意」
    return joint


def _torn(text: str, cut: int) -> float:
    """What is lost by a cut inside a clause, a place's name or a word."""
    lost = 0.0
    if _UNFINISHED.search(text[:cut]):
        lost += 4.0  # the first words of the report, which go on
    if _CONTINUES.match(text, cut) or _splits_place(text, cut):
        lost += 4.0  # the rest of a place's name
    if _WORD.match(text, cut - 1) or _SENTENCE.match(text, cut - 2):
        lost += 5.0
    elif _in_a_word(text, cut):
        lost += 2.5
    if text[cut - 1] in "是的和与为在被把将让" and text[cut] not in "“":
        lost += 2.0  # the first words of a sentence
    if _NO_FIRST.match(text, cut) or _LEFT_OPEN.search(text[:cut]):
        lost += 3.0
    goes = _GOES.search(f"{text[cut - 3 : cut]}|{text[cut : cut + 2]}")
    if goes or (_WENT.match(text, cut) and _HAN_FOUR.fullmatch(text[cut - 4 : cut])):
        lost += 3.0
    if text[cut - 1] == "”" and _PREDICATE.match(text, cut):
        lost += 4.5
    if text[cut] == "“" and _WANTS.search(text[:cut]):
        lost += 4.0
    return lost + _ends_badly(text, cut)


def _ends_badly(text: str, cut: int) -> float:
    """What is lost by a cut behind words that no title ends with."""
    lost = 0.0
    if _HALF_BEGUN.search(text[:cut]):
        lost += 3.0  # a word or two behind the blank or the mark that divides a title
    if _NO_TITLE_END.search(text[:cut]) or _REPORTER_NEXT.search(
        f"{text[max(0, cut - 3) : cut]}|{text[cut : cut + 2]}"
    ):
        lost += 4.5
    return lost


def _splits_place(text: str, cut: int) -> bool:
    """Between the levels of one place: 某某省|某某市."""
    return (
        _UPPER_PLACE.search(text, max(0, cut - 4), cut) is not None
        and _LOWER_PLACE.match(text, cut) is not None
        and (text[cut - 1] == "省" or not _FULL_PLACE.match(text, cut))
    )


def torn(text: str, cut: int) -> float:
    """What is lost by a cut between two characters that stand side by side elsewhere in the text."""
    return 2.5 if _in_a_word(text, cut) else 0.0


def _in_a_word(text: str, cut: int) -> bool:
    """Whether the two characters around the cut stand side by side elsewhere, as those of a word do."""
    pair = text[cut - 1 : cut + 1]
    if not _HAN_PAIR.match(pair):
        return False
    return pair in text[: cut - 1] or text.find(pair, cut + 1, cut + _NEARBY) >= 0


def _splits_number(text: str, cut: int) -> bool:
    """Inside a number or a date such as 7月17日."""
    before, behind = text[cut - 1], text[cut]
    return (behind.isdigit() and (before.isdigit() or before in "月年.:")) or (
        before.isdigit() and behind in "月日年%％个名万亿余多."
    )
